package exchange_test

import (
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// has says whether a case holds a receipt of a kind for an agency.
func (w *world) has(caseID string, code broker.ReceiptCode, who agencies.ID) bool {
	w.t.Helper()
	return slices.ContainsFunc(w.view(oversees, caseID).Receipts, func(p broker.Proof) bool { return p.Code == code && p.For == who })
}

func (w *world) status(caseID string, kind broker.ClockKind) broker.Clock {
	w.t.Helper()
	v := w.view(oversees, caseID)
	for _, k := range slices.Backward(v.Clocks) {
		if k.Kind == kind {
			return k
		}
	}
	return broker.Clock{}
}

func (w *world) expires(caseID string, kind broker.ClockKind) {
	w.t.Helper()
	w.waitFor(string(kind)+" expires", func() bool { return w.status(caseID, kind).Status == broker.Expired })
}

// inboxed says whether a record of an act and a case lies in a member's inbox.
func (w *world) inboxed(id agencies.ID, caseID string, act broker.Act, clock broker.ClockKind) bool {
	w.t.Helper()
	records := w.recordsOf(id, caseID, 100)
	return slices.ContainsFunc(records, func(o *broker.Opened) bool {
		if o.Attestation.To != id {
			return false
		}
		if o.Attestation.Act == act {
			return clock == "" || o.Attestation.Clocks[0].Kind == clock
		}
		// The others are handed a copy that names it.
		return act == broker.ActExpire && slices.ContainsFunc(w.recordsOf(oversees, caseID, 100), func(e *broker.Opened) bool {
			return e.Attestation.ID == o.Attestation.Ref && e.Attestation.Act == act && (clock == "" || e.Attestation.Clocks[0].Kind == clock)
		})
	})
}

// The enforcing authority is silent: reminded before the tenth day ends, and at its
// end what was deposited goes to its recipient by itself, with no act of anybody.
func TestHoldEndsWithTenthDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.contentOrder())
	_, m := w.deposit(id, noise(1<<20))
	hold := w.status(id, broker.ClockHold)
	if hold.Status != broker.Running || hold.Due.Sub(w.clock.now()) < 10*24*time.Hour {
		t.Fatalf("the hold is %+v", hold)
	}
	w.clock.set(hold.Due.Add(-time.Second))
	w.waitFor("the enforcing authority is reminded", func() bool { return w.status(id, broker.ClockHold).Warned })
	if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitDeposited {
		t.Fatalf("before the tenth day ended the exhibit is %s", s)
	}
	if !w.inboxed(enforcer, id, broker.ActWarn, broker.ClockHold) {
		t.Error("the reminder is not in the inbox of the enforcing authority")
	}
	w.clock.set(hold.Due)
	w.waitFor("the exhibit is released", func() bool { return w.statusOf(id, m.Exhibit) == broker.ExhibitReleased })
	w.expires(id, broker.ClockHold)
	if !w.inboxed(police, id, broker.ActRelease, "") {
		t.Error("the release is not in the inbox of the recipient")
	}
	// Its twelve days are over: the producer was in time, nobody is blamed.
	if s := w.status(id, broker.ClockProduction).Status; s != broker.Stopped {
		t.Errorf("the producer's clock is %s", s)
	}
	w.verify()
	if _, a, err := w.fetch(id, m.Exhibit, "case 2026/117"); err != nil || a.Refused() != nil {
		t.Errorf("what was released cannot be fetched: %v, %v", err, a.Refused())
	}
	w.verify()
}

// Nobody answers: silence becomes signed negative evidence, in every inbox it
// concerns, also when the broker was down when it happened.
func TestSilenceIsRecordedAfterRestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unread := w.delivered(w.subscriberOrder())
	unanswered := w.received(w.contentOrder())
	production := w.status(unanswered, broker.ClockProduction)
	w.close()
	w.clock.set(production.Due.Add(24 * time.Hour))
	w.open()
	w.expires(unread, broker.ClockAcknowledge)
	w.expires(unanswered, broker.ClockProduction)
	w.expires(unanswered, broker.ClockHold)
	if !w.has(unread, broker.ReceiptNotReceived, court) {
		t.Error("nobody signed for the order, and no receipt says so")
	}
	if !w.has(unanswered, broker.ReceiptNotDone, court) {
		t.Error("nothing was produced, and no receipt says so")
	}
	for _, id := range []agencies.ID{court, provider} {
		if !w.inboxed(id, unanswered, broker.ActExpire, broker.ClockProduction) {
			t.Errorf("%s is not told that the time ran out", id)
		}
	}
	// What is late is recorded at the time it is recorded, not earlier.
	for _, e := range w.view(oversees, unanswered).Acts {
		if e.Act == broker.ActExpire && e.At.Before(production.Due) {
			t.Errorf("an expiry is dated %v", e.At)
		}
	}
	// Looked at again, nothing is recorded twice.
	n := len(w.records())
	w.close()
	w.open()
	w.waitFor("the clocks were looked at", func() bool { time.Sleep(1200 * time.Millisecond); return true })
	if again := len(w.records()); again != n {
		t.Errorf("%d records more after a restart", again-n)
	}
	w.verify()
}

// In an emergency the addressee has one hour to sign for the order and eight to
// produce, nothing is held, and the court has 48 hours to validate [EPO-K-03,
// EPO-K-09].
func TestEmergency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.subscriberOrder()
	o.Emergency = &broker.Emergency{Threat: "abducted_child", ValidationUnobtainable: true}
	o.Facts = factsOf(t, stated, statedEPOC, `{"risk_to_life_or_safety": true, "significant_and_imminent": true, "similar_domestic_order_possible_without_validation": true}`)
	id := w.delivered(o)
	acknowledge := w.status(id, broker.ClockAcknowledge)
	if d := acknowledge.Due.Sub(acknowledge.From); d != time.Hour {
		t.Fatalf("time to sign for it is %v", d)
	}
	w.done(provider, w.acknowledgement(provider, id))
	production := w.status(id, broker.ClockProduction)
	// The hour of receipt is not counted: Regulation No 1182/71 Art. 3(1).
	if d := production.Due.Sub(production.From); d <= 8*time.Hour || d > 9*time.Hour || production.Period != "PT8H" {
		t.Fatalf("time to produce is %v (%s)", d, production.Period)
	}
	w.clock.set(production.Warn)
	w.waitFor("the provider is reminded", func() bool { return w.status(id, broker.ClockProduction).Warned })
	w.clock.set(production.Due.Add(-time.Microsecond))
	time.Sleep(1200 * time.Millisecond) // one look at the clocks
	if s := w.status(id, broker.ClockProduction).Status; s != broker.Running {
		t.Fatalf("before its end the clock is %s", s)
	}
	w.clock.set(production.Due)
	w.expires(id, broker.ClockProduction)
	if !w.has(id, broker.ReceiptNotDone, court) {
		t.Error("nothing was produced in eight hours, and no receipt says so")
	}
	// Late is better than never, and it is not held.
	_, m := w.deposit(id, noise(1<<20))
	if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitReleased {
		t.Errorf("exhibit is %s", s)
	}
	w.verify()
}

// A preservation order ends after sixty days unless it is extended or confirmed
// [EPO-K-07].
func TestPreservationExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.preservationOrder())
	k := w.status(id, broker.ClockPreservation)
	if d := k.Due.Sub(k.From); k.Period != "P60D" || d < 60*24*time.Hour || d > 64*24*time.Hour {
		t.Fatalf("preservation lasts %v (%s)", d, k.Period)
	}
	w.clock.set(k.Due.Add(-time.Second))
	w.waitFor("the addressee is reminded", func() bool { return w.status(id, broker.ClockPreservation).Warned })
	if v := w.view(court, id); v.State.Phase != broker.PhasePreserving {
		t.Fatalf("before its end the request is %s", v.State.Phase)
	}
	w.clock.set(k.Due)
	w.waitFor("the preservation ends", func() bool { return w.view(court, id).State.Phase == broker.PhaseExpired })
	for _, who := range []agencies.ID{court, provider} {
		if !w.inboxed(who, id, broker.ActExpire, broker.ClockPreservation) {
			t.Errorf("%s is not told", who)
		}
	}
	w.verify()
}

// The broker's clock goes back: what is recorded does not, and nobody is stopped.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.subscriberOrder())
	last := w.view(court, id).At
	w.clock.add(-time.Hour)
	sub, _ := w.say(speech{by: court, caseID: id, to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}})
	w.done(court, sub)
	bad, _ := w.say(speech{by: provider, officer: desk, caseID: id, to: []agencies.ID{court}, body: &broker.Recognition{}})
	if r := w.submit(provider, bad); r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonTransition {
		t.Errorf("a bad act: %s, %v", r.Status, r.Error)
	}
	if at := w.view(court, id).At; !at.Equal(last) {
		t.Errorf("the request is dated %v, before %v", at, last)
	}
	w.close()
	w.open()
	w.verify()
}
