package broker_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// request is a complete request of an instrument under one of its regimes, on the
// first article it may rest on.
func request(t testing.TB, i broker.Instrument, r agencies.Regime) *broker.Order {
	t.Helper()
	o := contentOrder(t)
	form, found := broker.FormOf(i)
	if !found {
		t.Fatalf("no form of %s", i)
	}
	o.Instrument, o.Regime, o.Enforcing, o.Contents, o.Language = i, r, "", form.Contents, "es"
	o.Addressee, o.Targets, o.Facts, o.Attestations = other, o.Targets[1:], facts(t, statedFor[i]), nil
	o.Targets[0].Number = 1
	if form.Provider || r == agencies.RegimeUNODCForms {
		o.Addressee, o.Language = provider, "en"
	}
	if a := i.LegalBases(r); len(a) > 0 {
		o.LegalBasis = a[0]
	}
	if r == agencies.RegimeUNODCForms {
		o.LegalBasis = "code of criminal procedure"
	}
	for _, name := range broker.StatedFacts(i, r) {
		if _, said := o.Facts[name]; !said {
			o.Facts[name] = facts(t, `{"measure": "obtain_stored_content", "desired_duration": "P90D"}`)[name]
		}
	}
	if i == broker.EIO {
		o.Offence.AnnexIV = "trafficking in human beings"
	}
	if !form.Produces {
		o.Recipients, o.Assigned = nil, nil
	}
	if form.MustUrge {
		o.Emergency = &broker.Emergency{Threat: "abducted_child"}
	}
	for name := range o.Facts {
		o.Attestations = append(o.Attestations, name)
	}
	slices.Sort(o.Attestations)
	return o
}

// statedFor are the facts that a complete request states, by instrument.
var statedFor = map[broker.Instrument]string{
	broker.MLA: statedMLA,
	broker.EIO: `{"measure": "obtain_stored_content", "similar_domestic_case_available": true, "similar_domestic_case_requires_judge": true,
		"necessity_and_proportionality_grounds_recorded": true, "criminal_proceedings_open": true, "specific_investigation": true, "urgent": false, "person_identity_known": true}`,
	broker.Preserve:     `{"specific_investigation": true, "urgent": false}`,
	broker.Subscriber:   `{"specific_investigation": true}`,
	broker.Emergency9:   `{"specific_investigation": true, "sent_via": "24_7_point_of_contact", "risk_to_life_or_safety": true, "significant_and_imminent": true, "facts_demonstrate_emergency_and_link": true}`,
	broker.AskVoluntary: `{"specific_investigation": true, "necessity_and_proportionality_grounds_recorded": true, "authorised_by_law": true}`,
	broker.AskEmergency: `{"risk_to_life_or_safety": true, "significant_and_imminent": true, "imminent_threat_described": true, "data_limited_to_need": true, "supervised_by": "head_of_unit"}`,
	broker.Spontaneous:  `{}`,
}

// lax is a ledger whose policy permits everything, so that the table stands alone.
func laxLedger(t testing.TB) *ledger {
	l := newLedger(t)
	l.lax = true
	return l
}

func (l *ledger) acknowledge(by agencies.ID, act broker.Act) {
	l.t.Helper()
	l.do(l.say(by, "", []agencies.ID{l.c.Parties.Issuer}, &broker.Acknowledgement{Of: l.entry(act, by)}, nil))
}

func (l *ledger) clock(kind broker.ClockKind) broker.Clock {
	l.t.Helper()
	k, found := l.c.Clock(kind)
	if !found {
		l.t.Fatalf("no clock %s", kind)
	}
	return k
}

// Every instrument is complete under each law it may rest on, and refused under
// every other.
func TestInstrumentsRestOnTheirLaw(t *testing.T) {
	for _, i := range broker.Instruments {
		if i == broker.EPOC || i == broker.EPOCPR {
			continue // in orders of their own
		}
		for _, r := range i.Regimes() {
			o := whole(t, request(t, i, r))
			if err := o.Check(); err != nil {
				t.Errorf("%s under %s: %v", i, r, err)
			}
			by := central
			p := broker.Parties{Issuer: by, Addressee: o.Addressee, Recipients: o.Recipients}
			if err := broker.CheckParties(p, o, theWorld().list()); err != nil {
				t.Errorf("%s under %s: %v", i, r, err)
			}
			// A provider does not decide for a State, nor a State for a provider.
			p.Addressee = map[agencies.ID]agencies.ID{other: provider, provider: other}[o.Addressee]
			if err := broker.CheckParties(p, o, theWorld().list()); err == nil {
				t.Errorf("%s under %s was taken to %s", i, r, p.Addressee)
			}
			o.Regime = "BILATERAL"
			if err := o.Check(); err == nil || !strings.Contains(err.Error(), "regime") {
				t.Errorf("%s rests on a law it does not know: %v", i, err)
			}
		}
	}
	o := whole(t, request(t, broker.MLA, agencies.RegimeBudapest))
	o.LegalBasis = "UNTOC Art 18"
	wantField(t, o.Check(), "legal_basis", "BUD-04")
	o = whole(t, request(t, broker.Emergency9, agencies.RegimeBudapest2))
	o.Emergency = nil
	wantField(t, o.Check(), "emergency", "CET-08")
	o = whole(t, request(t, broker.Preserve, agencies.RegimeBudapest))
	o.UseLimits = []string{"x"}
	wantField(t, o.Check(), "use_limits", "UNT-16")
	o = whole(t, request(t, broker.EIO, agencies.RegimeEIO))
	o.Enforcing = enforcer
	wantField(t, o.Check(), "enforcing_authority", "UNT-03")
}

// A complete request of every instrument passes the rules of every law it may rest
// on.
func TestCompleteRequestsAreAdmitted(t *testing.T) {
	for _, i := range broker.Instruments {
		if i == broker.EPOC || i == broker.EPOCPR {
			continue
		}
		by, officer := central, official
		if i == broker.EIO {
			by, officer = court, judge
		}
		for _, r := range i.Regimes() {
			l := newLedger(t)
			if got, err := l.try(l.submit(request(t, i, r), by, officer)); got != policy.Permitted {
				d, _ := l.c.LastDecision(policy.Admission)
				t.Errorf("%s under %s is %s: %v %+v", i, r, got, reasonsOf(err), d.Reasons)
			}
		}
	}
}

// What policy is asked names the facts of the dictionary, and says of each where it
// comes from.
func TestFactsOfEachInstrument(t *testing.T) {
	type want struct {
		name  string
		value any
		from  policy.Provenance
	}
	for _, c := range []struct {
		of     broker.Instrument
		regime agencies.Regime
		action string
		wants  []want
	}{
		{broker.EIO, agencies.RegimeEIO, "transmit_order", []want{
			{"issuing_state", "XA", policy.Derived}, {"executing_state", "XC", policy.Derived}, {"issued_by", "central_authority", policy.Derived},
			{"validated_by", nil, policy.Derived}, {"measure", "obtain_stored_content", policy.Attested},
			{"annex_d_category_ticked", "trafficking in human beings", policy.Derived},
		}},
		{broker.MLA, agencies.RegimeBudapest, "transmit_request", []want{
			{"convention_in_force_between_parties", true, policy.Derived}, {"legal_basis", "Budapest Art 25", policy.Derived},
			{"sent_by", "central_authority", policy.Derived}, {"authenticated", true, policy.Derived}, {"channel", "alternative_secure", policy.Derived},
		}},
		{broker.MLA, agencies.RegimeUNCC, "transmit_request", []want{{"legal_basis", "UNCC Art 40", policy.Derived}, {"convention_in_force_between_parties", true, policy.Derived}}},
		{broker.Preserve, agencies.RegimeBudapest, "transmit_request", []want{
			{"reservation_art_29_4", false, policy.Derived}, {"legal_basis", "Budapest Art 29", policy.Derived}, {"specific_investigation", true, policy.Attested},
		}},
		{broker.Preserve, agencies.RegimeUNODCForms, "submit_form", []want{{"requester_verified", true, policy.Derived}, {"date_range_present", true, policy.Derived}, {"provider_state", "XB", policy.Derived}}},
		{broker.Subscriber, agencies.RegimeBudapest2, "transmit_order", []want{
			{"protocol_in_force_between_parties", true, policy.Derived}, {"order_and_supporting_information_complete", true, policy.Attested},
			{"receiving_party_requires_simultaneous_notification", false, policy.Derived}, {"notification_sent", false, policy.Derived},
		}},
		{broker.Emergency9, agencies.RegimeBudapest2, "transmit_request", []want{
			{"threat", "abducted_child", policy.Derived}, {"sent_via", "24_7_point_of_contact", policy.Attested}, {"emergency_claimed", true, policy.Derived},
		}},
		{broker.AskEmergency, agencies.RegimeUNODCForms, "submit_form", []want{{"imminent_threat_described", true, policy.Attested}, {"supervised_by", "head_of_unit", policy.Attested}}},
		{broker.AskVoluntary, agencies.RegimeUNODCForms, "submit_form", []want{{"requester_verified", true, policy.Derived}}},
		{broker.Spontaneous, agencies.RegimeUNTOC, "transmit_request", []want{{"convention_in_force_between_parties", true, policy.Derived}}},
	} {
		t.Run(string(c.of)+" "+string(c.regime), func(t *testing.T) {
			l := newLedger(t)
			said, err := l.read(l.submit(request(t, c.of, c.regime), central, official))
			ok(t, err)
			in, err := broker.AdmissionInput(l.c, l.known(), said...)
			ok(t, err)
			if in.Action != c.action || in.Regime != c.regime || in.Instrument != string(c.of) || len(in.Contradictions) != 0 {
				t.Errorf("asks %s of %s under %s, contradictions %v", in.Action, in.Instrument, in.Regime, in.Contradictions)
			}
			for _, w := range c.wants {
				if f, found := in.Facts[w.name]; !found || f.Value != w.value || f.Provenance != w.from {
					t.Errorf("%s is %+v, want %v %s", w.name, f, w.value, w.from)
				}
			}
		})
	}
	// A form that lacks a part is not complete, and one that does not reach the
	// addressee holds nothing.
	l := newLedger(t)
	o := request(t, broker.Subscriber, agencies.RegimeBudapest2)
	o.Contents = o.Contents[1:]
	said, err := l.read(l.submit(o, central, official))
	ok(t, err)
	in, err := broker.AdmissionInput(l.c, l.known(), said...)
	ok(t, err)
	if in.Facts["order_and_supporting_information_complete"].Value != false {
		t.Error("an order without a part of its form is complete")
	}
}

// An EIO is recognised within 30 days and once 30 more, and executed within 90 from
// then; while it is postponed the time rests [EIO-06].
func TestInvestigationOrder(t *testing.T) {
	l := newLedger(t)
	o := request(t, broker.EIO, agencies.RegimeEIO)
	if got, _ := l.try(l.submit(o, central, official)); got != policy.NeedsValidation {
		t.Errorf("an order of a central authority alone is %s, want needs_validation", got)
	}
	l = newLedger(t)
	l.do(l.submit(o, court, judge))
	l.phase(broker.PhaseDelivered)
	l.acknowledge(other, broker.ActDeliver) // 2026-09-01, 04:00 in New York
	l.phase(broker.PhaseReceived)
	if got, want := l.clock(broker.ClockRecognition).Due, time.Date(2026, 10, 2, 4, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("recognition is due %s, want %s", got, want)
	}
	list, _ := l.production(1, true, 1, evidence.Subscriber, counterpart, nil)
	if _, err := l.try(list...); !isTransition(err) {
		t.Errorf("executed before it was recognised: %v", err)
	}
	seal := map[broker.Compartment][]agencies.ID{broker.Message: {court}}
	longer := func() agencies.Compact {
		return l.say(other, counterpart, []agencies.ID{court}, &broker.Delay{Days: 20}, seal)
	}
	l.now = l.now.AddDate(0, 0, 10)
	l.do(longer())
	if got, want := l.clock(broker.ClockRecognitionLonger).Due, time.Date(2026, 10, 22, 4, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("with 20 days more it is due %s, want %s", got, want)
	}
	if _, err := l.try(longer()); err == nil {
		t.Error("extended twice")
	}
	l.do(l.say(other, counterpart, []agencies.ID{court}, &broker.Recognition{}, nil))
	l.phase(broker.PhaseRecognised)
	execution := l.clock(broker.ClockExecution)
	if got := execution.Due.Sub(l.now); got < 90*24*time.Hour || got > 94*24*time.Hour {
		t.Errorf("execution is due %s after recognition", got)
	}
	l.do(l.say(other, counterpart, []agencies.ID{court}, &broker.Postponement{Ground: "interferes_with_ongoing_investigation"}, seal))
	if l.c.State.Suspended != broker.SuspendedPostponed {
		t.Fatal("execution is not postponed")
	}
	if _, err := l.try(list...); !isTransition(err) {
		t.Errorf("executed while postponed: %v", err)
	}
	l.now = l.now.AddDate(0, 0, 100)
	if l.tick(); l.clock(broker.ClockExecution).Status != broker.SuspendedRun {
		t.Error("the time ran on while execution was postponed")
	}
	l.do(l.say(other, counterpart, []agencies.ID{court}, &broker.Resumption{Reason: "proceedings_ended"}, nil))
	if got := l.clock(broker.ClockExecution).Due; !got.After(execution.Due.AddDate(0, 0, 99)) {
		t.Errorf("after 100 days of rest it is due %s, before %s", got, execution.Due)
	}
	l.do(l.say(other, counterpart, []agencies.ID{court}, &broker.Note{Kind: broker.NoteRemedy, Outcome: "pending"}, nil))
	x := l.produce(1, true, 1, evidence.Subscriber, counterpart)
	l.phase(broker.PhaseProduced)
	if got, err := l.release(x, police); err == nil {
		t.Errorf("transferred (%s) while a remedy is pending", got)
	}
	l.do(l.say(other, counterpart, []agencies.ID{court}, &broker.Note{Kind: broker.NoteRemedy, Outcome: "dismissed"}, nil))
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
	if got, err := l.try(l.retrieve(x, police, investigator, "tax fraud trial")); err == nil {
		t.Errorf("used (%s) for another purpose without a person's word", got)
	}
	if k := l.clock(broker.ClockExecution); k.Status != broker.Stopped {
		t.Errorf("execution is %s after the last part", k.Status)
	}
	l.replay()
}

// Data are kept at least 60 days for the request that must follow, and until it is
// decided on [BUD-14].
func TestPreservationRequest(t *testing.T) {
	l := newLedger(t) // under the rules themselves
	l.do(l.submit(request(t, broker.Preserve, agencies.RegimeBudapest), central, official))
	l.phase(broker.PhaseDelivered)
	l.acknowledge(other, broker.ActDeliver)
	l.phase(broker.PhasePreserving)
	l.do(l.say(other, "", []agencies.ID{central}, &broker.Preservation{}, nil))
	k := l.clock(broker.ClockFollowUp)
	if k.Owner != central || k.Period != "P60D" {
		t.Errorf("clock is %+v, want P60D of the requesting side", k)
	}
	stop := func(decided bool) agencies.Compact {
		return l.say(other, counterpart, []agencies.ID{central}, &broker.Cessation{Reason: "time_ended", Decided: decided}, nil)
	}
	no := func(ground, found string) (policy.Outcome, error) {
		r := &broker.Refusal{Ground: ground, Facts: facts(t, found)}
		return l.try(l.say(other, counterpart, []agencies.ID{central}, r, map[broker.Compartment][]agencies.ID{broker.Message: {central}}))
	}
	if _, err := no("absence_of_dual_criminality", `{}`); err == nil {
		t.Error("refused for want of dual criminality, without a reservation")
	}
	said, err := l.read(stop(true))
	ok(t, err)
	l.now = l.now.AddDate(0, 0, 45)
	in, asked, err := broker.ActInput(l.c, l.known(), said[0])
	ok(t, err)
	for name, want := range map[string]any{"days_preserved": int64(45), "follow_up_request_received": false, "follow_up_decided": true} {
		if f := in.Facts[name]; !asked || f.Value != want {
			t.Errorf("%s is %v, want %v", name, f.Value, want)
		}
	}
	if _, err := l.try(stop(true)); err == nil {
		t.Error("preservation ended on day 45 of 60")
	}
	annex := &broker.Confirmation{Form: broker.AnnexV, Subsequent: broker.Reference{Instrument: "MLA", Outside: "MLA/2026/9"}}
	if _, err := l.try(l.say(central, official, []agencies.ID{other}, annex, nil)); !isTransition(err) {
		t.Errorf("a form of the Regulation was taken under a treaty: %v", err)
	}
	annex.Form = broker.FormWritten
	l.do(l.say(central, official, []agencies.ID{other}, annex, nil))
	l.now = l.now.AddDate(1, 0, 0)
	l.tick()
	l.phase(broker.PhasePreserving)
	if _, err := l.try(stop(false)); err == nil {
		t.Error("preservation ended while the request that followed is undecided")
	}
	l.do(stop(true))
	l.phase(broker.PhaseExpired)
	l.replay()

	refused := newLedger(t)
	refused.do(refused.submit(request(t, broker.Preserve, agencies.RegimeBudapest), central, official))
	refused.acknowledge(other, broker.ActDeliver)
	refused.do(refused.say(other, counterpart, []agencies.ID{central}, &broker.Question{Kind: broker.AskConsultation}, nil))
	ground := &broker.Refusal{Ground: "political_offence", Facts: facts(t, `{"partial_or_conditional_considered": true}`)}
	if got := refused.do(refused.say(other, counterpart, []agencies.ID{central}, ground, map[broker.Compartment][]agencies.ID{broker.Message: {central}})); got != policy.HumanReview {
		t.Errorf("a political offence is %s, want human_review answered by who signed", got)
	}
	refused.phase(broker.PhaseRefused)

	silent := laxLedger(t)
	silent.do(silent.submit(request(t, broker.Preserve, agencies.RegimeUNCC), central, official))
	silent.acknowledge(other, broker.ActDeliver)
	silent.now = silent.now.AddDate(0, 0, 70)
	silent.tick()
	silent.phase(broker.PhasePreserving) // "at least": the end is the holder's act
	if p := silent.c.Receipts[len(silent.c.Receipts)-1]; p.Code != broker.ReceiptNotDone || p.For != central {
		t.Errorf("receipt is %+v, want that no request followed", p)
	}
}

// A provider answers without recognising anything, and no law between States asks
// policy what it turns down.
func TestRequestsToProviders(t *testing.T) {
	for _, i := range []broker.Instrument{broker.Subscriber, broker.AskEmergency, broker.AskVoluntary} {
		t.Run(string(i), func(t *testing.T) {
			l := laxLedger(t)
			o := request(t, i, i.Regime())
			if i == broker.Subscriber {
				o.Enforcing = enforcer
			}
			l.do(l.submit(o, central, official))
			if l.c.State.Hold != "" {
				t.Error("a hold of the Regulation stops another instrument")
			}
			l.acknowledge(provider, broker.ActDeliver)
			if i == broker.Subscriber {
				l.acknowledge(enforcer, broker.ActNotify)
				if k := l.clock(broker.ClockReply); k.Period != "P30D" {
					t.Errorf("reply is due within %s", k.Period)
				}
			}
			if _, err := l.try(l.say(provider, desk, []agencies.ID{central}, &broker.Recognition{}, nil)); !isTransition(err) {
				t.Errorf("a provider recognised: %v", err)
			}
			no := l.say(provider, desk, []agencies.ID{central}, &broker.Refusal{Ground: "not_stored"}, map[broker.Compartment][]agencies.ID{broker.Message: {central}})
			said, err := l.read(no)
			ok(t, err)
			if _, asked, err := broker.ActInput(l.c, l.known(), said[0]); asked || err != nil {
				t.Errorf("policy is asked about a provider's no: %v", err)
			}
			x := l.produce(1, true, 1, evidence.Subscriber, desk)
			l.phase(broker.PhaseProduced)
			if _, err := l.release(x, police); err != nil {
				t.Fatal(reasonsOf(err))
			}
			l.replay()
		})
	}
	// The longer of thirty days and the date the order names [CET-06].
	l := laxLedger(t)
	o := request(t, broker.Subscriber, agencies.RegimeBudapest2)
	o.Deadline = ago(-90)
	l.do(l.submit(o, central, official))
	l.acknowledge(provider, broker.ActDeliver)
	if k := l.clock(broker.ClockReply); !k.Due.Equal(*o.Deadline) {
		t.Errorf("reply is due %s, want %s", k.Due, o.Deadline)
	}
}

// Through the 24/7 points an authority answers at once; its no is a decision.
func TestEmergencyDisclosure(t *testing.T) {
	l := laxLedger(t)
	l.do(l.submit(request(t, broker.Emergency9, agencies.RegimeBudapest2), central, official))
	if k := l.clock(broker.ClockAcknowledge); k.Period != "PT1H" {
		t.Errorf("receipt is awaited %s, want an hour", k.Period)
	}
	l.acknowledge(other, broker.ActDeliver)
	no := l.say(other, counterpart, []agencies.ID{central}, &broker.Refusal{Ground: "political_offence"}, map[broker.Compartment][]agencies.ID{broker.Message: {central}})
	said, err := l.read(no)
	ok(t, err)
	if in, asked, err := broker.ActInput(l.c, l.known(), said[0]); !asked || err != nil || in.Action != "refuse_request" {
		t.Errorf("policy is not asked: %v", err)
	}
	x := l.produce(1, true, 1, evidence.Subscriber, counterpart)
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.replay()
}

// Information given unasked is delivered, and ends when its giver closes it.
func TestSpontaneousInformation(t *testing.T) {
	l := newLedger(t)
	o := request(t, broker.Spontaneous, agencies.RegimeUNTOC)
	o.UseLimits = []string{"intelligence_only_not_in_court"}
	l.do(l.submit(o, central, official))
	l.acknowledge(other, broker.ActDeliver)
	l.phase(broker.PhaseReceived)
	if !slices.Equal(l.c.Conditions, o.UseLimits) {
		t.Errorf("conditions are %v", l.c.Conditions)
	}
	list, _ := l.production(1, true, 1, evidence.Subscriber, counterpart, nil)
	if _, err := l.try(list...); !isTransition(err) {
		t.Errorf("something was produced where nothing was asked: %v", err)
	}
	l.do(l.say(central, official, []agencies.ID{other}, &broker.Closing{Reason: "given"}, nil))
	l.phase(broker.PhaseClosed)
	l.replay()
}
