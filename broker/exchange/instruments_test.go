package exchange_test

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// toAuthority is a complete request of the court to an authority of the other State.
func (w *world) toAuthority(i broker.Instrument, r agencies.Regime, stated string) *broker.Order {
	o := w.subscriberOrder()
	form, _ := broker.FormOf(i)
	o.Instrument, o.Regime, o.Addressee, o.Contents = i, r, enforcer, form.Contents
	o.Facts, o.Attestations = factsOf(w.t, stated), nil
	for name := range o.Facts {
		o.Attestations = append(o.Attestations, name)
	}
	if a := i.LegalBases(r); len(a) > 0 {
		o.LegalBasis = a[0]
	}
	if !form.Produces {
		o.Recipients, o.Assigned = nil, nil
	}
	return o
}

// A European Investigation Order from the judge to the investigator's disk: it is
// recognised by a person, rests while it is postponed, and what comes of it is
// opened by the one use that was asked for [EIO-02, EIO-06, EIO-12].
func TestInvestigationOrderLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.toAuthority(broker.EIO, agencies.RegimeEIO, `{
		"measure": "obtain_stored_content", "similar_domestic_case_available": true, "similar_domestic_case_requires_judge": true,
		"necessity_and_proportionality_grounds_recorded": true, "criminal_proceedings_open": true, "specific_investigation": true, "urgent": false, "person_identity_known": true}`))
	if k := w.status(id, broker.ClockRecognition); k.Period != "P30D" || k.Owner != enforcer {
		t.Fatalf("time to recognise is %+v", k)
	}
	act := func(body broker.Body, seal map[broker.Compartment][]agencies.ID) {
		sub, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: id, to: []agencies.ID{court}, body: body, seal: seal})
		if r := w.submit(enforcer, sub); r.Status != broker.StatusDone {
			t.Fatalf("%s is %s: %v", body.Act(), r.Status, r.Error)
		}
	}
	if a, _, err := w.tryDepositBy(enforcer, prosecutor, id, noise(1<<10)); err == nil && a.Refused() == nil {
		t.Error("executed before it was recognised")
	}
	act(&broker.Recognition{}, nil)
	act(&broker.Postponement{Ground: "interferes_with_ongoing_investigation"}, map[broker.Compartment][]agencies.ID{broker.Message: {court}})
	w.clock.add(24 * time.Hour)
	if k := w.status(id, broker.ClockExecution); k.Status != broker.SuspendedRun {
		t.Fatalf("while postponed, the time to execute is %s", k.Status)
	}
	act(&broker.Resumption{Reason: "proceedings_ended"}, nil)
	content := noise(1 << 20)
	a, m, err := w.tryDepositBy(enforcer, prosecutor, id, content)
	ok(t, err)
	ok(t, a.Refused())
	if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitReleased {
		t.Fatalf("exhibit is %s", s)
	}
	if _, a, err := w.fetch(id, m.Exhibit, "tax case"); err != nil || a.Refused() == nil {
		t.Errorf("fetched for another purpose: %v", err)
	}
	got, a, err := w.fetch(id, m.Exhibit, "case 2026/117")
	ok(t, err)
	ok(t, a.Refused())
	if string(got) != string(content) {
		t.Error("what was opened is not what was deposited")
	}
	w.verify()
}

// A preservation request under the Budapest Convention: the data are kept at least
// sixty days, silence of the requesting side is witnessed, and policy denies an
// earlier end [BUD-11, BUD-12, BUD-14].
func TestPreservationRequestLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.toAuthority(broker.Preserve, agencies.RegimeBudapest, `{"specific_investigation": true, "urgent": true, "copy_to_central_authority": true}`))
	if p := w.view(court, id).State.Phase; p != broker.PhasePreserving {
		t.Fatalf("the request is %s", p)
	}
	try := func(body broker.Body, seal map[broker.Compartment][]agencies.ID) *broker.Reply {
		sub, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: id, to: []agencies.ID{court}, body: body, seal: seal})
		return w.submit(enforcer, sub)
	}
	if r := try(&broker.Refusal{Ground: "absence_of_dual_criminality"}, map[broker.Compartment][]agencies.ID{broker.Message: {court}}); r.Status != broker.StatusRefused {
		t.Errorf("refused for want of dual criminality: %s", r.Status)
	}
	if r := try(&broker.Cessation{Reason: "time_ended"}, nil); r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonDenied {
		t.Errorf("preservation ended on the first day: %s", r.Status)
	}
	k := w.status(id, broker.ClockFollowUp)
	w.clock.set(k.Due)
	w.expires(id, broker.ClockFollowUp)
	if !w.has(id, broker.ReceiptNotDone, court) {
		t.Error("no request followed, and no receipt says so")
	}
	if r := try(&broker.Cessation{Reason: "time_ended"}, nil); r.Status != broker.StatusDone {
		t.Fatalf("after sixty days it could not end: %v", r.Error)
	}
	if p := w.view(court, id).State.Phase; p != broker.PhaseExpired {
		t.Errorf("the request is %s", p)
	}
	w.verify()
}
