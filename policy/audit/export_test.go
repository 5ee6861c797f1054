package audit

import (
	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// Branches splits the custody of an exhibit by recipient, as checkCustody does.
func Branches(x broker.Exhibit, said map[agencies.Digest]*evidence.Custody) map[agencies.ID][]evidence.Link {
	w := walk{custody: said}
	out := map[agencies.ID][]evidence.Link{}
	for _, taker := range w.takers(x) {
		out[taker] = w.branch(x, taker)
	}
	return out
}
