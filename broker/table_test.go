package broker_test

import (
	"slices"
	"testing"

	"github.com/rogatory/rogatory/broker"
)

func TestTableIsWhole(t *testing.T) {
	acts, kinds, codes := map[broker.Act]bool{}, map[broker.ClockKind]bool{}, map[broker.ReceiptCode]bool{}
	for n, row := range broker.Table() {
		acts[row.Act], codes[row.Receipt] = true, true
		for _, k := range row.Start {
			kinds[k] = true
		}
		if row.Rules == "" || len(row.From) == 0 || len(row.Who) == 0 {
			t.Errorf("row %d (%s) lacks rule, state or party", n, row.Act)
		}
		if row.Act.OfBroker() != slices.Contains(row.Who, broker.RoleBroker) && row.Act != broker.ActNotify {
			t.Errorf("row %d: %s is by %v", n, row.Act, row.Who)
		}
		if row.Person && slices.Contains(row.Who, broker.RoleBroker) {
			t.Errorf("row %d: the broker is no person", n)
		}
	}
	for _, a := range broker.Acts {
		if !acts[a] && a != broker.ActTrust && a != broker.ActBundle {
			t.Errorf("act %s is in no row", a)
		}
	}
	for _, k := range broker.ClockRuleKinds() {
		if !kinds[k] {
			t.Errorf("clock %s is started by no row", k)
		}
	}
	for _, c := range broker.ReceiptCodes() {
		if !codes[c] {
			t.Errorf("receipt %s is earned by no row", c)
		}
	}
}

// Every state of an instrument can be reached, and from every one the request can
// be brought to its end.
func TestEveryStateHasAWayInAndOut(t *testing.T) {
	in := map[broker.Phase]bool{}
	for _, i := range broker.Instruments {
		reached := broker.Reachable(i)
		ends := map[broker.Phase]bool{broker.PhaseClosed: true}
		for changed := true; changed; {
			changed = false
			for _, row := range broker.Table() {
				if len(row.Instruments) > 0 && !slices.Contains(row.Instruments, i) || !ends[row.To] {
					continue
				}
				for _, p := range row.From {
					changed = changed || !ends[p]
					ends[p] = true
				}
			}
		}
		for p := range reached {
			in[p] = true
			if !ends[p] {
				t.Errorf("%s: no way from %q to the end", i, p)
			}
		}
	}
	for _, p := range broker.Phases {
		if !in[p] {
			t.Errorf("state %q is never reached", p)
		}
	}
}

// The acts that the law leaves to people cannot be done by a machine's key.
func TestPeopleActWhereTheLawAsksForPeople(t *testing.T) {
	human := []broker.Act{
		broker.ActValidate, broker.ActDecide, broker.ActRecognise, broker.ActRefuse, broker.ActObject, broker.ActClear,
		broker.ActWithdraw, broker.ActExtend, broker.ActConfirm, broker.ActRetrieve,
	}
	for n, row := range broker.Table() {
		if slices.Contains(human, row.Act) && !row.Person {
			t.Errorf("row %d: %s needs no person", n, row.Act)
		}
	}
}

func TestReasonsHaveTheExitCodesOfTheContract(t *testing.T) {
	want := map[broker.ReasonCode]int{
		broker.ReasonDenied: 3, broker.ReasonValidation: 4, broker.ReasonNotification: 4, broker.ReasonReview: 4, broker.ReasonHeld: 4,
		broker.ReasonNotFound: 5, broker.ReasonConflict: 6, broker.ReasonTransition: 6, broker.ReasonMalformed: 2, broker.ReasonTooLarge: 2,
		broker.ReasonSignature: 7, broker.ReasonDigest: 7, broker.ReasonUntrusted: 8, broker.ReasonSender: 8, broker.ReasonRecipient: 8,
		broker.ReasonDeadline: 9, broker.ReasonUnavailable: 75, broker.ReasonInternal: 1, "nobody knows this": 1,
	}
	for code, exit := range want {
		if got := code.Exit(); got != exit {
			t.Errorf("%s exits %d, want %d", code, got, exit)
		}
	}
	if codes := broker.ReasonCodes(); len(codes) != len(want)-1 {
		t.Errorf("%d reasons, %d in this table", len(codes), len(want)-1)
	}
}
