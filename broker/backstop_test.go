package broker_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// The table stands even when policy permits everything: a wrong bundle opens
// nothing that hold, suspension, custody or office keep shut.
func TestTableStandsWithoutPolicy(t *testing.T) {
	lax := func(t *testing.T, o *broker.Order) *ledger {
		l := newLedger(t)
		l.received(o)
		l.lax = true
		return l
	}
	t.Run("hold", func(t *testing.T) {
		l := lax(t, contentOrder(t))
		x := l.produce(1, true, 1, evidence.ContentData, desk)
		_, err := l.release(x, police)
		if broker.ReasonFor(err) != broker.ReasonHeld {
			t.Errorf("released under hold: %v", err)
		}
	})
	t.Run("recipient", func(t *testing.T) {
		l := lax(t, subscriberOrder(t))
		x := l.produce(1, true, 1, evidence.Subscriber, desk)
		_, err := l.release(x, central)
		wantField(t, err, "to", "EPO-C-04")
		_, err = l.release(x, police)
		ok(t, err)
		_, err = l.try(l.retrieve(x, court, judge, "case 2026/117"))
		wantField(t, err, "exhibit", "use")
	})
	t.Run("exhibit that is none", func(t *testing.T) {
		l := lax(t, subscriberOrder(t))
		l.produce(1, true, 1, evidence.Subscriber, desk)
		d := policy.Decision{ID: agencies.NewID(), Gate: policy.Release, Case: l.id, Subject: string(evidence.NewExhibitID()), For: police, Outcome: policy.Permitted}
		err := l.tryFill(broker.Attestation{Act: broker.ActRelease, ID: agencies.NewID(), From: theBroker, To: police, Decision: &d}, broker.Leg{})
		wantField(t, err, "exhibit", "custody")
	})
	t.Run("object not in the vault", func(t *testing.T) {
		l := lax(t, subscriberOrder(t))
		l.lost = true
		list, _ := l.production(1, true, 1, evidence.Subscriber, desk, nil)
		_, err := l.try(list...)
		wantField(t, err, "objects", "DIT-05")
	})
	t.Run("second extension", func(t *testing.T) {
		l := lax(t, preservationOrder(t))
		extend := func() error {
			_, err := l.try(l.say(court, judge, []agencies.ID{provider}, &broker.Extension{Form: broker.AnnexVI, Prepared: true}, nil))
			return err
		}
		ok(t, extend())
		wantField(t, extend(), "state", "EPO-K-07")
	})
	t.Run("extension after the end", func(t *testing.T) {
		l := lax(t, preservationOrder(t))
		l.now = l.clock(broker.ClockPreservation).Due // the expiry is due, but not yet recorded
		_, err := l.try(l.say(court, judge, []agencies.ID{provider}, &broker.Extension{Form: broker.AnnexVI, Prepared: true}, nil))
		if broker.ReasonFor(err) != broker.ReasonDeadline {
			t.Errorf("extended after the end: %v", err)
		}
	})
	t.Run("admission without decision", func(t *testing.T) {
		l := newLedger(t)
		order := l.submit(contentOrder(t), court, judge)
		said, err := l.read(order)
		ok(t, err)
		a := l.draft(broker.Attestation{Act: broker.ActSubmit, ID: said[0].ID(), From: court}, []agencies.Compact{order})
		if _, _, err := broker.Advance(l.c, a, broker.CalendarsOf(l.w.list()), said...); !isTransition(err) {
			t.Errorf("admitted without a decision: %v", err)
		}
	})
	t.Run("office of the person who decides", func(t *testing.T) {
		l := newLedger(t)
		o := contentOrder(t)
		o.Validator = court
		o.Facts["target_role"] = facts(t, `{"x": "journalist"}`)["x"]
		order := l.submit(o, police, inspector)
		if got := l.do(order, l.validation(order, court, judge, agencies.Validated)); got != policy.HumanReview {
			t.Fatalf("got %s, want human_review", got)
		}
		d, _ := l.c.LastDecision(policy.Admission)
		_, err := l.try(l.say(police, inspector, []agencies.ID{enforcer}, &broker.Judgement{Decision: d.ID, Outcome: broker.Granted}, map[broker.Compartment][]agencies.ID{broker.Message: {enforcer}}))
		wantField(t, err, "office", "human")
	})
	t.Run("another agency's word", func(t *testing.T) {
		l := newLedger(t)
		l.do(l.submit(contentOrder(t), court, judge))
		word := l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActDeliver, provider)}, nil)
		said, err := l.read(word)
		ok(t, err)
		a := l.draft(broker.Attestation{Act: broker.ActAcknowledge, ID: said[0].ID(), From: provider, To: court}, []agencies.Compact{word})
		if _, _, err := broker.Advance(l.c, a, broker.CalendarsOf(l.w.list()), said...); !errors.Is(err, broker.ErrTransition) {
			t.Errorf("the enforcing authority acknowledged for the addressee: %v", err)
		}
	})
}

// A validation refused afterwards is final: nothing said later lifts it.
func TestRefusedValidationIsFinal(t *testing.T) {
	l := newLedger(t)
	o := subscriberOrder(t)
	o.Validator = court
	o.Emergency = &broker.Emergency{Threat: "abducted_child", ValidationUnobtainable: true}
	for name, raw := range facts(t, `{"risk_to_life_or_safety": true, "significant_and_imminent": true, "similar_domestic_order_possible_without_validation": true}`) {
		o.Facts[name] = raw
	}
	order := l.submit(o, police, inspector)
	l.do(order)
	l.do(l.say(provider, "", []agencies.ID{police}, &broker.Acknowledgement{Of: l.entry(broker.ActDeliver, provider)}, nil))
	x := l.produce(1, false, 1, evidence.Subscriber, desk)
	_, err := l.release(x, police)
	ok(t, err)
	l.do(l.say(provider, desk, []agencies.ID{police}, &broker.Question{Kind: broker.AskClarification, Codes: []string{"incomplete"}}, nil))
	question := l.c.Questions[0].Act
	l.do(l.validation(order, court, judge, agencies.Refused))
	l.lax = true
	l.now = l.now.Add(time.Hour)
	if _, err := l.try(l.say(police, inspector, []agencies.ID{provider}, &broker.Answer{To: question, Outcome: broker.AnswerGiven}, nil)); !isTransition(err) {
		t.Errorf("the question of a dead order was answered: %v", err)
	}
	if l.c.State.Suspended != broker.SuspendedValidation {
		t.Errorf("an answer lifted the refusal: %q", l.c.State.Suspended)
	}
	if k, _ := l.c.Clock(broker.ClockProduction); k.Status == broker.Running {
		t.Error("the clock of a dead order runs again")
	}
	if _, err = l.try(l.retrieve(x, police, investigator, "case 2026/117")); !isTransition(err) {
		t.Errorf("retrieved under a dead order: %v", err)
	}
	if _, err = l.release(x, police); !isTransition(err) {
		t.Errorf("released under a dead order: %v", err)
	}
}

// A record is read by the table it was made by: what a later table starts is not
// looked for in it, and a case never goes back to an older one.
func TestRecordsAreReadByTheirTable(t *testing.T) {
	l := newLedger(t)
	l.lax = true
	l.now = l.now.AddDate(0, 0, 1) // so that day ten is a Saturday
	l.received(contentOrder(t))
	l.produce(1, false, 1, evidence.ContentData, desk)
	cals := broker.CalendarsOf(l.w.list())
	old := func(change func(*broker.Attestation)) (c broker.Case, err error) {
		for _, data := range l.records {
			o, err := broker.OpenRecord(data, l.w.history)
			ok(t, err)
			a := *o.Attestation
			a.Table, a.Clocks = 0, slices.Clone(a.Clocks)
			change(&a)
			if err := broker.CheckClocks(c, a, cals, o.Said...); err != nil {
				return c, err
			}
			if c, err = broker.Apply(c, a, o.Said...); err != nil {
				return c, err
			}
		}
		return c, nil
	}
	plainly := func(a *broker.Attestation) {
		a.Clocks = slices.DeleteFunc(a.Clocks, func(e broker.ClockEvent) bool { return e.Kind == broker.ClockUserNotice })
		for i, e := range a.Clocks {
			if e.Period == "P10D" && e.Change == broker.ClockStarted {
				a.Clocks[i].Due = time.Date(2026, 9, 12, 23, 0, 0, 0, time.UTC)
				a.Clocks[i].Warn = a.Clocks[i].Due.Add(-48 * time.Hour)
			}
		}
	}
	if c, err := old(plainly); err != nil || c.State.Phase != broker.PhaseProducing {
		t.Errorf("records of the first table do not replay: %v", err)
	}
	if _, err := old(func(*broker.Attestation) {}); !errors.Is(err, broker.ErrAttested) {
		t.Errorf("records that say the first table, and follow the second: %v", err)
	}
	if _, err := old(func(a *broker.Attestation) { plainly(a); a.Table = map[bool]int{true: 1}[a.Act == broker.ActSubmit] }); !errors.Is(err, broker.ErrOrder) {
		t.Errorf("a case went back to an older table: %v", err)
	}
	if _, err := old(func(a *broker.Attestation) { a.Table = broker.TableVersion + 1 }); !errors.Is(err, broker.ErrTransition) {
		t.Errorf("a record of a table that nobody has: %v", err)
	}
}

func TestValidationAfterwardsCountsOnce(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Validator = court
	order := l.submit(o, police, inspector)
	l.do(order, l.validation(order, court, judge, agencies.Validated))
	_, err := l.try(l.validation(order, court, judge2, agencies.Refused))
	wantField(t, err, "validation", "EPO-I-04")
}
