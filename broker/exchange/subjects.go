package exchange

import (
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker/embedded"
)

// This file is the one place that writes subjects of the ledger.

// nobody stands in a subject where no agency does: records of the broker itself,
// and records that are for the file only.
const nobody = "_"

// recordSubject is the subject of a record:
// ldg.<account it is for|_>.<account it came from|_>.<case|_>.<record id>.
func recordSubject(to, from, caseID, id string) string {
	for _, s := range []*string{&to, &from, &caseID} {
		if *s == "" {
			*s = nobody
		}
	}
	return embedded.SubjectLedger + "." + to + "." + from + "." + caseID + "." + id
}

// inboxFilters are the records an agency may read: those for it and those it
// made. An oversight body reads all; what is sealed stays sealed to it.
func inboxFilters(account string, oversight bool) []string {
	if oversight {
		return []string{embedded.SubjectLedger + ".>"}
	}
	return []string{
		embedded.SubjectLedger + "." + account + ".>",
		embedded.SubjectLedger + ".*." + account + ".>",
	}
}

// recordFilters are the subjects of the records an agency may read, of one case or
// of all.
func recordFilters(a *agencies.Agency, caseID string) []string {
	if caseID == "" {
		caseID = "*"
	}
	if a.Kind == agencies.Oversight {
		return []string{embedded.SubjectLedger + ".*.*." + caseID + ".*"}
	}
	return []string{
		embedded.SubjectLedger + "." + a.Account + ".*." + caseID + ".*",
		embedded.SubjectLedger + ".*." + a.Account + "." + caseID + ".*",
	}
}

// mayRead says whether a record's subject lies within the agency's inbox, and
// within the case when one is asked for.
func mayRead(subject string, a *agencies.Agency, caseID string) bool {
	t := strings.Split(subject, ".")
	if len(t) != 5 || caseID != "" && t[3] != caseID {
		return false
	}
	return a.Kind == agencies.Oversight || t[1] == a.Account || t[2] == a.Account
}
