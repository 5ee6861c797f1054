package audit_test

import (
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy/audit"
)

// Two recipients take custody of bytes of their own; what each did with them, and
// to whom it passed them on, is no link in the other's chain.
func TestEveryRecipientHasAChain(t *testing.T) {
	said := map[agencies.Digest]*evidence.Custody{}
	x := broker.Exhibit{Manifest: evidence.Manifest{Sender: provider}}
	for i, c := range []evidence.Custody{
		{Event: evidence.EventSealed, From: provider},
		{Event: evidence.EventDeposited, From: provider, To: theBroker},
		{Event: evidence.EventHandedOver, From: provider, To: police},
		{Event: evidence.EventOpened, From: police},
		{Event: evidence.EventHandedOver, From: provider, To: customs},
		{Event: evidence.EventVerified, From: theBroker},
		{Event: evidence.EventHandedOver, From: police, To: court},
		{Event: evidence.EventOpened, From: court},
		{Event: evidence.EventOpened, From: customs},
	} {
		text := agencies.Compact(rune('0' + i))
		said[text.Digest()] = &c
		x.Links = append(x.Links, evidence.Link{Statement: text})
	}
	got := audit.Branches(x, said)
	for taker, want := range map[agencies.ID]string{police: "0123567", customs: "01458"} {
		have := ""
		for _, l := range got[taker] {
			have += string(l.Statement)
		}
		if have != want {
			t.Errorf("%s has links %s, want %s", taker, have, want)
		}
	}
	if len(got) != 2 {
		t.Errorf("%d chains, want 2", len(got))
	}
}
