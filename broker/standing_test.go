package broker_test

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// What an attestation claims about repeated statements must be possible by itself.
func TestStandingIsBeforeTheRecord(t *testing.T) {
	order := agencies.DigestOf([]byte("order"))
	other := agencies.DigestOf([]byte("other"))
	good := broker.Standing{Statement: order, Seq: 3, At: epoch.Add(-time.Hour), Trust: 1}
	for name, c := range map[string]struct {
		change func(*broker.Attestation)
		field  string
		rule   string
	}{
		"possible":                 {func(*broker.Attestation) {}, "", ""},
		"of a statement not there": {func(a *broker.Attestation) { a.Standing[0].Statement = other }, "standing", agencies.RuleMismatch},
		"twice":                    {func(a *broker.Attestation) { a.Standing = append(a.Standing, good) }, "standing", agencies.RuleMismatch},
		"in another order": {func(a *broker.Attestation) {
			a.Statements = append([]agencies.Digest{other}, a.Statements...)
			a.Standing = append(a.Standing, broker.Standing{Statement: other, Seq: 3, At: good.At, Trust: 1})
		}, "standing", agencies.RuleMismatch},
		"in the record itself":        {func(a *broker.Attestation) { a.Standing[0].Seq = a.Seq }, "standing.seq", agencies.RuleMismatch},
		"nowhere":                     {func(a *broker.Attestation) { a.Standing[0].Seq = 0 }, "standing.seq", agencies.RuleMismatch},
		"after the record":            {func(a *broker.Attestation) { a.Standing[0].At = a.At.Add(time.Second) }, "standing.at", agencies.RuleTime},
		"in another zone":             {func(a *broker.Attestation) { a.Standing[0].At = good.At.In(time.FixedZone("x", 3600)) }, "standing.at", agencies.RuleTime},
		"under a list to come":        {func(a *broker.Attestation) { a.Standing[0].Trust = a.Trust + 1 }, "standing.trust", agencies.RuleMismatch},
		"under a list that never was": {func(a *broker.Attestation) { a.Standing[0].Trust = 0 }, "standing.trust", agencies.RuleMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			a := fixed(t)
			a.Standing = []broker.Standing{good}
			c.change(a)
			if err := a.Check(); c.field != "" || err != nil {
				wantField(t, err, c.field, c.rule)
			}
		})
	}
}

// A reader that has only some of the records holds a claim against those.
func TestStandingAgainstAnotherRecord(t *testing.T) {
	order := agencies.DigestOf([]byte("order"))
	first := broker.Standing{Statement: order, Seq: 5, At: epoch.Add(-time.Hour), Trust: 1}
	o := &broker.Opened{Attestation: fixed(t)}
	o.Attestation.Seq, o.Attestation.Act, o.Attestation.Standing = 9, broker.ActDeliver, []broker.Standing{first}
	for name, c := range map[string]struct {
		change func(*broker.Attestation)
		holds  bool
	}{
		"the record named":            {func(*broker.Attestation) {}, true},
		"recorded at another time":    {func(a *broker.Attestation) { a.At = epoch }, false},
		"under another list":          {func(a *broker.Attestation) { a.Trust = 2 }, false},
		"without the statement":       {func(a *broker.Attestation) { a.Statements = nil }, false},
		"a rejection":                 {func(a *broker.Attestation) { a.Act = broker.ActReject }, false},
		"of another request":          {func(a *broker.Attestation) { a.Case = fixedAct }, false},
		"an earlier record":           {func(a *broker.Attestation) { a.Seq = 4 }, false},
		"a copy beside it":            {func(a *broker.Attestation) { a.Seq = 6 }, true},
		"a record that says the same": {func(a *broker.Attestation) { a.Seq, a.Standing = 7, []broker.Standing{first} }, true},
		"one that says otherwise": {func(a *broker.Attestation) {
			other := first
			other.Seq = 3
			a.Seq, a.Standing = 7, []broker.Standing{other}
		}, false},
		"one about something else": {func(a *broker.Attestation) { a.Seq, a.Statements = 7, nil }, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := fixed(t)
			a.Seq, a.At = 5, first.At
			c.change(a)
			err := o.CheckStanding(&broker.Opened{Attestation: a})
			if (err == nil) != c.holds {
				t.Errorf("got %v", err)
			}
		})
	}
}
