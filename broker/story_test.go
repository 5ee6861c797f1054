package broker_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// The whole life of a notified EPOC for content: the law permits, the release
// waits, the enforcing authority clears, the investigator takes custody.
func TestContentOrderLivesWholeLife(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	l.phase(broker.PhaseReceived)
	if l.c.State.Hold != broker.HoldClearance {
		t.Fatal("a notified order is not on hold")
	}
	x := l.produce(1, true, 1, evidence.ContentData, desk)
	l.phase(broker.PhaseProduced)
	if got, _ := l.release(x, police); got != policy.Denied {
		t.Fatalf("release before clearance is %s, want deny", got)
	}
	if _, err := l.try(l.retrieve(x, police, investigator, "case 2026/117")); err == nil {
		t.Fatal("an exhibit that was not released was retrieved")
	}
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActNotify, enforcer)}, nil))
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Clearance{}, nil))
	if l.c.State.Hold != "" {
		t.Fatal("clearance did not lift the hold")
	}
	got, err := l.release(x, police)
	if err != nil {
		t.Fatalf("release after clearance is %s: %v", got, err)
	}
	l.now = l.now.Add(time.Hour)
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
	l.do(l.handover(x, police, investigator, nil)...)
	e, _ := l.c.Exhibit(x)
	if e.Status != broker.ExhibitHandedOver || len(e.Links) != 3 {
		t.Fatalf("exhibit is %s with %d custody links, want handed_over with 3", e.Status, len(e.Links))
	}
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Closing{Reason: "fulfilled"}, nil))
	l.phase(broker.PhaseClosed)

	want, _ := json.Marshal(l.c)
	again, _ := json.Marshal(l.replay())
	if string(want) != string(again) {
		t.Error("replay from bytes leads to another case")
	}
	// Custody verifies from the case alone; release by the broker is the only link
	// that its own seal adds.
	chain, err := evidence.VerifyChain(l.w.list().Verify, e.Links)
	if err != nil {
		t.Fatal(err)
	}
	if chain.Holder != police {
		t.Errorf("custody is with %s, want %s", chain.Holder, police)
	}
}

// Silence of the enforcing authority for ten days lets the data go.
func TestHoldEndsWithTenthDay(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t)) // received 2026-09-01, 10:00 in Dublin
	x := l.produce(1, true, 1, evidence.ContentData, desk)
	l.now = time.Date(2026, 9, 11, 22, 59, 59, 0, time.UTC) // 23:59:59 of day 10 in Dublin
	l.tick()
	if got, _ := l.release(x, police); got == policy.Permitted {
		t.Fatal("released before the tenth day ended")
	}
	l.now = l.now.Add(time.Second)
	var kinds []broker.ClockKind
	for _, ev := range l.tick() {
		if ev.Change == broker.ClockExpired {
			kinds = append(kinds, ev.Kind)
		}
	}
	if !slices.Contains(kinds, broker.ClockHold) {
		t.Fatalf("expired: %v, want hold among them", kinds)
	}
	if got, err := l.release(x, police); err != nil {
		t.Fatalf("release after the tenth day is %s: %v", got, err)
	}
}

func TestProviderNeverSeesSectionM(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	for _, data := range l.records {
		o, err := broker.OpenRecord(data, l.w.history)
		ok(t, err)
		for _, p := range o.Record.Sealed {
			if o.Attestation.To == provider && p.Compartment == broker.SectionM {
				t.Error("section M lies in a record to the addressee")
			}
		}
	}
	for _, to := range []agencies.ID{provider, enforcer} {
		o, err := broker.OpenRecord(l.records[slices.IndexFunc(l.c.Acts, func(e broker.Entry) bool { return e.To == to })], l.w.history)
		ok(t, err)
		want := map[agencies.ID]int{provider: 1, enforcer: 2}[to]
		if len(o.Record.Sealed) != want {
			t.Errorf("%s got %d sealed parts, want %d", to, len(o.Record.Sealed), want)
		}
	}
	if !l.holds(enforcer, tick) {
		t.Error("the enforcing authority does not get the tick of section M")
	}
	if l.holds(provider, tick) {
		t.Error("the tick of section M lies with the addressee")
	}
}

// holds says whether a text stands in what the records of an agency hold, signed or
// sealed. It opens every sealed part with the key of the case.
func (l *ledger) holds(id agencies.ID, text string) bool {
	l.t.Helper()
	var all bytes.Buffer
	for _, data := range l.records {
		o, err := broker.OpenRecord(data, l.w.history)
		ok(l.t, err)
		if o.Attestation.To != id {
			continue
		}
		all.Write(data)
		var sd []string
		for _, c := range append([]agencies.Compact{o.Record.Attestation}, o.Record.Statements...) {
			_, rest, _ := strings.Cut(string(c), ".")
			payload, _, _ := strings.Cut(rest, ".")
			b, err := base64.RawURLEncoding.DecodeString(payload)
			ok(l.t, err)
			all.Write(b)
			if st, err := agencies.ParseStatement(b); err == nil {
				sd = append(sd, st.SD...)
			}
		}
		for _, p := range o.Record.Sealed {
			disclosed, err := l.opens.Open(p.Ciphertext, sd)
			ok(l.t, err)
			for _, d := range disclosed {
				fmt.Fprint(&all, d.Name, d.Value)
			}
		}
	}
	return strings.Contains(all.String(), text)
}

// The officer who reads section M states its tick where the ground depends on it. An
// objection that stands goes to the addressee, so it names none [EPO-R-D, EPO-C-02].
func TestTickIsStatedByWhoReadsSectionM(t *testing.T) {
	light := func(o *broker.Order) {
		yes := true
		o.Offence = &broker.Offence{Name: "attacks against information systems", Provision: "Penal Code 323-1", MaxMonths: 24, ByInformation: &yes, ListedInDir: "2013/40", DirectiveArticle: 3}
	}
	for _, c := range []struct {
		name, ground, facts string
		change              func(*broker.Order)
		field, rule         string // of the refusal; a denial names a rule alone
	}{
		{"not stated", "not_an_offence_in_enforcing_state", `{}`, nil, "facts.annex_iv_category_ticked", "EPO-R-D"},
		{"a tick and ten years", "not_an_offence_in_enforcing_state", `{"annex_iv_category_ticked": "sabotage"}`, nil, "", "EPO-R-D"},
		{"nothing ticked", "not_an_offence_in_enforcing_state", `{"annex_iv_category_ticked": "none"}`, nil, "", ""},
		{"no category of Annex IV", "not_an_offence_in_enforcing_state", `{"annex_iv_category_ticked": "sabotage of ships"}`, nil, "facts.annex_iv_category_ticked", "EPO-C-02"},
		{"a tick for another ground", "immunity_or_privilege", `{"annex_iv_category_ticked": "sabotage"}`, nil, "facts.annex_iv_category_ticked", "EPO-C-02"},
		{"two years, not stated", "not_an_offence_in_enforcing_state", `{}`, light, "", ""},
		{"two years and a tick", "not_an_offence_in_enforcing_state", `{"annex_iv_category_ticked": "sabotage"}`, light, "facts.annex_iv_category_ticked", "EPO-C-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, o := newLedger(t), contentOrder(t)
			if c.change != nil {
				c.change(o)
			}
			l.received(o)
			l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActNotify, enforcer)}, nil))
			l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Question{Kind: broker.AskConsultation}, nil))
			object := l.say(enforcer, prosecutor, []agencies.ID{court, provider}, &broker.Objection{Ground: c.ground, Facts: facts(t, c.facts)}, map[broker.Compartment][]agencies.ID{broker.Message: {court}})
			_, err := l.try(object)
			denied, is := errors.AsType[*denial](err)
			switch {
			case c.field != "":
				wantField(t, err, c.field, c.rule)
			case c.rule == "":
				ok(t, err)
				l.phase(broker.PhaseObjected)
			case !is || !slices.ContainsFunc(denied.d.Reasons, func(r policy.Reason) bool { return r.Rule == c.rule && r.Outcome == policy.Denied }):
				t.Errorf("the objection is %v, want a denial by %s", err, c.rule)
			}
			if l.holds(provider, tick) {
				t.Error("the tick of section M lies with the addressee")
			}
			l.replay()
		})
	}
}

func TestValidationIsAwaited(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Validator = court
	order := l.submit(o, police, inspector)
	if got := l.do(order); got != policy.NeedsValidation {
		t.Fatalf("an order of the police for content is %s, want needs_validation", got)
	}
	l.phase(broker.PhaseAwaitingValidation)
	if _, err := l.read(l.validation(order, court, judge, agencies.Validated)); err != nil {
		t.Fatal(err)
	}
	l.do(l.validation(order, court, judge, agencies.Validated))
	l.phase(broker.PhaseDelivered)
	if l.c.Validated.Office != agencies.OfficeJudge {
		t.Errorf("validated by %s, want judge", l.c.Validated.Office)
	}
	l.replay()
}

func TestValidationBesideTheOrder(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Validator = court
	order := l.submit(o, police, inspector)
	if got := l.do(order, l.validation(order, court, judge, agencies.Validated)); got != policy.Permitted {
		d, _ := l.c.LastDecision(policy.Admission)
		t.Fatalf("a validated order is %s: %+v", got, d.Reasons)
	}
	l.phase(broker.PhaseDelivered)
}

func TestValidationRefusedEndsTheAttempt(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Validator = court
	order := l.submit(o, police, inspector)
	l.do(order)
	l.do(l.validation(order, court, judge, agencies.Refused))
	l.phase(broker.PhaseRejected)
	l.do(l.submit(o, police, inspector)) // the same request may be sent again, by the same agency
	l.phase(broker.PhaseAwaitingValidation)
}

// An emergency order of the police goes out unvalidated; validation refused
// afterwards stops everything.
func TestEmergencyIsValidatedAfterwards(t *testing.T) {
	for _, answer := range []agencies.ValidationDecision{agencies.Validated, agencies.Refused} {
		t.Run(string(answer), func(t *testing.T) {
			l := newLedger(t)
			o := subscriberOrder(t)
			o.Validator = court
			o.Emergency = &broker.Emergency{Threat: "abducted_child", ValidationUnobtainable: true}
			for name, raw := range facts(t, `{"risk_to_life_or_safety": true, "significant_and_imminent": true, "similar_domestic_order_possible_without_validation": true}`) {
				o.Facts[name] = raw
			}
			order := l.submit(o, police, inspector)
			if got := l.do(order); got != policy.Permitted {
				d, _ := l.c.LastDecision(policy.Admission)
				t.Fatalf("emergency order is %s: %+v", got, d.Reasons)
			}
			k, found := l.c.Clock(broker.ClockExPost)
			if !found || !k.Due.Equal(l.now.Add(49*time.Hour)) {
				t.Fatalf("ex post clock is %+v, want 48 hours after the hour of the event", k)
			}
			l.now = l.now.Add(time.Hour)
			l.do(l.say(provider, "", []agencies.ID{police}, &broker.Acknowledgement{Of: l.entry(broker.ActDeliver, provider)}, nil))
			if k, _ := l.c.Clock(broker.ClockProduction); !k.Due.Equal(l.now.Add(9 * time.Hour)) {
				t.Errorf("production is due %s, want 8 hours after the hour of receipt", k.Due)
			}
			x := l.produce(1, true, 1, evidence.Subscriber, desk)
			l.do(l.validation(order, court, judge, answer))
			got, err := l.release(x, police)
			if answer == agencies.Validated && err != nil {
				t.Fatalf("release is %s: %v", got, err)
			}
			if answer == agencies.Refused && err == nil {
				t.Fatal("data of an order whose validation was refused were released")
			}
		})
	}
}

func TestNoticeIsAwaited(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Enforcing = ""
	if got := l.do(l.submit(o, court, judge)); got != policy.NeedsNotification {
		t.Fatalf("an order for content without notification is %s", got)
	}
	l.phase(broker.PhaseAwaitingNotification)
	certificate, section := broker.Certificate, broker.SectionM
	if got := l.do(l.say(court, judge, []agencies.ID{enforcer}, &broker.Notice{Enforcing: enforcer}, map[broker.Compartment][]agencies.ID{certificate: {enforcer}, section: {enforcer}})); got != policy.Permitted {
		d, _ := l.c.LastDecision(policy.Admission)
		t.Fatalf("with notification it is %s: %+v", got, d.Reasons)
	}
	l.phase(broker.PhaseDelivered)
	if l.c.NotifiedAt.IsZero() {
		t.Error("the enforcing authority was not notified in the same batch")
	}
	l.replay()
}

// A person answers what policy leaves to people; the machine does not.
func TestHumanReviewIsAwaited(t *testing.T) {
	for _, c := range []struct {
		name, outcome string
		phase         broker.Phase
	}{{"granted", broker.Granted, broker.PhaseDelivered}, {"refused", broker.Refused, broker.PhaseRejected}} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			o := contentOrder(t)
			o.Facts["target_role"] = json.RawMessage(`"journalist"`)
			if got := l.do(l.submit(o, court, judge)); got != policy.HumanReview {
				t.Fatalf("a journalist's messages are %s, want human_review", got)
			}
			d, _ := l.c.LastDecision(policy.Admission)
			answer := func(body *broker.Judgement) agencies.Compact {
				return l.say(court, judge2, []agencies.ID{enforcer}, body, map[broker.Compartment][]agencies.ID{broker.Message: {enforcer}})
			}
			if _, err := l.try(answer(&broker.Judgement{Decision: agencies.NewID(), Outcome: c.outcome})); err == nil {
				t.Error("an answer to no decision was taken")
			}
			l.do(answer(&broker.Judgement{Decision: d.ID, Outcome: c.outcome}))
			l.phase(c.phase)
		})
	}
}

func TestClarificationSuspendsAndGivesBackTheTime(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	before, _ := l.c.Clock(broker.ClockProduction)
	l.now = l.now.Add(24 * time.Hour)
	question := l.say(provider, desk, []agencies.ID{court}, &broker.Question{Kind: broker.AskClarification, Codes: []string{"insufficient_information"}}, nil)
	l.do(question)
	if l.c.State.Suspended != broker.SuspendedClarification {
		t.Fatal("duties are not suspended")
	}
	list, _ := l.production(1, true, 1, evidence.Subscriber, desk, nil)
	if _, err := l.try(list...); !isTransition(err) {
		t.Errorf("production while suspended: %v, want ErrTransition", err)
	}
	id := l.c.Questions[0].Act
	l.now = l.now.Add(72 * time.Hour)
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Answer{To: id, Outcome: broker.AnswerGiven}, nil))
	after, _ := l.c.Clock(broker.ClockProduction)
	if got := after.Due.Sub(before.Due); got != 72*time.Hour {
		t.Errorf("the end moved by %s, want 72h", got)
	}
	if l.c.State.Suspended != "" || after.Status != broker.Running {
		t.Error("the answer did not resume the duties")
	}
	l.replay()
}

func TestRefusalInPart(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	no := func(ground string, parts ...broker.Part) agencies.Compact {
		return l.say(provider, desk, []agencies.ID{court}, &broker.Refusal{Ground: ground, Parts: parts}, map[broker.Compartment][]agencies.ID{broker.Message: {court}})
	}
	l.do(no("not_stored_at_receipt", broker.Part{Target: 2}))
	l.phase(broker.PhaseReceived)
	if _, err := l.try(no("not_stored_at_receipt", broker.Part{Target: 2})); err == nil {
		t.Error("the same part was refused twice")
	}
	list, _ := l.production(1, true, 2, evidence.Subscriber, desk, nil)
	if _, err := l.try(list...); err == nil {
		t.Error("a refused part was produced")
	}
	_, err := l.try(no("not_stored_at_receipt", broker.Part{Target: 3}))
	wantField(t, err, "parts.target", "EPO-D-05")
	l.do(no("manifest_errors", broker.Part{Target: 1}))
	l.phase(broker.PhaseRefused)
	if _, runs := l.c.Clock(broker.ClockProduction); !runs {
		t.Fatal("no production clock")
	}
	for _, k := range l.c.Clocks {
		if k.Status == broker.Running {
			t.Errorf("clock %s still runs", k.Kind)
		}
	}
}

// A ground of the enforcing authority stops the part it names, and restricts what
// was produced of it.
func TestObjection(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	x := l.produce(1, false, 1, evidence.ContentData, desk)
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActNotify, enforcer)}, nil))
	object := func() agencies.Compact {
		return l.say(enforcer, prosecutor, []agencies.ID{court, provider}, &broker.Objection{Ground: "immunity_or_privilege", Parts: []broker.Part{{Target: 1}}}, map[broker.Compartment][]agencies.ID{broker.Message: {court}})
	}
	// Policy denies a ground raised without asking the issuing authority first.
	if _, err := l.try(object()); err == nil {
		t.Fatal("a ground was raised without consultation")
	}
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Question{Kind: broker.AskConsultation}, nil))
	l.do(object())
	e, _ := l.c.Exhibit(x)
	if e.Status != broker.ExhibitRestricted {
		t.Errorf("exhibit is %s, want restricted", e.Status)
	}
	l.phase(broker.PhaseProducing) // the subscriber data are still open
	l.now = l.now.AddDate(0, 0, 12)
	l.tick()
	if got, _ := l.release(x, police); got != policy.Denied {
		t.Errorf("release of objected data is %s, want deny", got)
	}
	y := l.produce(2, true, 2, evidence.Subscriber, desk)
	if _, err := l.release(y, police); err != nil {
		t.Errorf("the part without objection is not released: %v", reasonsOf(err))
	}
}

func TestThirdCountryConflictSuspends(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	l.do(l.say(provider, desk, []agencies.ID{court}, &broker.Objection{Ground: "third_country_law_prohibits_disclosure"}, map[broker.Compartment][]agencies.ID{broker.Message: {court}}))
	if l.c.State.Suspended != broker.SuspendedConflict {
		t.Fatal("the conflict does not suspend execution")
	}
	id := l.c.Questions[0].Act
	if _, err := l.try(l.say(court, judge, []agencies.ID{provider}, &broker.Answer{To: id, Outcome: broker.AnswerGiven}, nil)); err == nil {
		t.Error("execution resumed without the court")
	}
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Answer{To: id, Outcome: broker.AnswerUpheld}, nil))
	x := l.produce(1, true, 1, evidence.Subscriber, desk)
	if _, err := l.release(x, police); err != nil {
		t.Errorf("after the court upheld: %v", reasonsOf(err))
	}

	late := newLedger(t)
	late.received(subscriberOrder(t))
	late.now = late.now.AddDate(0, 0, 11)
	_, err := late.try(late.say(provider, desk, []agencies.ID{court}, &broker.Objection{Ground: "third_country_law_prohibits_disclosure"}, map[broker.Compartment][]agencies.ID{broker.Message: {court}}))
	if broker.ReasonFor(err) != broker.ReasonDeadline {
		t.Errorf("an objection on day 11: %v, want the reason deadline", err)
	}
}

func TestWithdrawalStopsDeliveriesInFlight(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	x := l.produce(1, true, 1, evidence.Subscriber, desk)
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Withdrawal{Reason: "no_longer_needed"}, nil))
	l.phase(broker.PhaseWithdrawn)
	if _, err := l.try(l.retrieve(x, police, investigator, "case 2026/117")); !isTransition(err) {
		t.Errorf("retrieval after withdrawal: %v, want ErrTransition", err)
	}
}

func TestUseIsAskedForEachPersonAndPurpose(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	x := l.produce(1, true, 1, evidence.Subscriber, desk)
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	for _, c := range []struct {
		name    string
		by      agencies.ID
		officer agencies.OfficerID
		use     string
	}{
		{"not assigned to the case", police, clerk, "case 2026/117"},
		{"another purpose", police, investigator, "tax case"},
		{"another agency", central, official, "case 2026/117"},
		{"the agency's seal", police, "", "case 2026/117"},
		{"an agency to which nothing was released", court, judge, "case 2026/117"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if outcome, err := l.try(l.retrieve(x, c.by, c.officer, c.use)); err == nil {
				t.Errorf("retrieved (%s)", outcome)
			}
		})
	}
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
}

func TestHandoverNeedsTwoSignaturesOverTheSameBytes(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	x := l.produce(1, true, 1, evidence.Subscriber, desk)
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
	wrong := agencies.DigestOf([]byte("other bytes"))
	for _, c := range []struct {
		name   string
		change func(given, taken *evidence.Custody)
	}{
		{"giver over other bytes", func(g, _ *evidence.Custody) { g.Sealed = wrong }},
		{"taker over other bytes", func(_, k *evidence.Custody) { k.Sealed = wrong }},
		{"taker over another statement", func(_, k *evidence.Custody) { k.Given = wrong }},
		{"to another agency", func(g, k *evidence.Custody) { g.To, k.To = court, court }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := l.try(l.handover(x, police, investigator, c.change)...); !isTransition(err) {
				t.Errorf("got %v, want ErrTransition", err)
			}
		})
	}
	t.Run("taker missing", func(t *testing.T) {
		if _, err := l.try(l.handover(x, police, investigator, nil)[:2]...); !isTransition(err) {
			t.Errorf("got %v, want ErrTransition", err)
		}
	})
	l.do(l.handover(x, police, investigator, nil)...)
}

func TestPreservation(t *testing.T) {
	l := newLedger(t)
	l.received(preservationOrder(t))
	l.phase(broker.PhasePreserving)
	l.do(l.say(provider, "", []agencies.ID{court}, &broker.Preservation{}, nil))
	first, _ := l.c.Clock(broker.ClockPreservation)
	extend := func() agencies.Compact {
		return l.say(court, judge, []agencies.ID{provider}, &broker.Extension{Form: broker.AnnexVI, Prepared: true}, nil)
	}
	l.now = l.now.AddDate(0, 0, 45)
	l.tick()
	l.do(extend())
	second, _ := l.c.Clock(broker.ClockExtension)
	// From summer time to winter time: both ends are local midnights.
	if want := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC); !second.Due.Equal(want) {
		t.Errorf("extended preservation ends %s, want %s (first end %s)", second.Due, want, first.Due)
	}
	if _, err := l.try(extend()); err == nil {
		t.Error("preservation was extended twice")
	}
	l.now = second.Due
	l.tick()
	l.phase(broker.PhaseExpired)
	l.replay()

	confirmed := newLedger(t)
	confirmed.received(preservationOrder(t))
	confirmed.now = confirmed.now.AddDate(0, 0, 20)
	confirmed.do(confirmed.say(court, judge, []agencies.ID{provider}, &broker.Confirmation{Form: broker.AnnexV, Subsequent: broker.Reference{Instrument: "EIO", Outside: "EIO/2026/9"}}, nil))
	confirmed.now = confirmed.now.AddDate(1, 0, 0)
	if due := broker.Due(confirmed.c, confirmed.now); len(due) != 0 {
		t.Errorf("after confirmation clocks still run out: %v", due)
	}
}

func TestAssistanceRefusedInPart(t *testing.T) {
	l := newLedger(t)
	l.received(assistance(t))
	if _, err := l.try(l.say(other, "", []agencies.ID{central}, &broker.Recognition{}, nil)); err == nil {
		t.Error("a seal recognised a request")
	}
	l.do(l.say(other, counterpart, []agencies.ID{central}, &broker.Recognition{}, nil))
	l.phase(broker.PhaseRecognised)
	no := func(ground string) agencies.Compact {
		return l.say(other, counterpart, []agencies.ID{central}, &broker.Refusal{Ground: ground, Parts: []broker.Part{{Target: 1}}}, map[broker.Compartment][]agencies.ID{broker.Message: {central}})
	}
	if _, err := l.try(no("contrary_to_legal_system")); err == nil {
		t.Error("refused without consultation")
	}
	l.do(l.say(other, counterpart, []agencies.ID{central}, &broker.Question{Kind: broker.AskConsultation}, nil))
	if _, err := l.try(no("bank_secrecy")); err == nil {
		t.Error("refused on a forbidden ground")
	}
	if got := l.do(no("contrary_to_legal_system")); got != policy.HumanReview {
		t.Errorf("a ground of paragraph 21 is %s, want human_review answered by who signed", got)
	}
	x := l.produce(1, true, 2, evidence.Document, counterpart)
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
	if _, err := l.try(l.retrieve(x, police, investigator, "tax case")); err == nil {
		t.Error("evidence was used for another purpose without consent")
	}
	l.replay()
}

// TestTwoRecipientsEachTakeCustodyOnce: what one recipient does with an exhibit
// changes nothing for the other.
func TestTwoRecipientsEachTakeCustodyOnce(t *testing.T) {
	l := newLedger(t)
	o := subscriberOrder(t)
	o.Recipients, o.Assigned = []agencies.ID{police, court}, []agencies.OfficerID{investigator, judge2}
	l.received(o)
	list, x := l.production(1, true, 1, evidence.Subscriber, desk, func(p *broker.Production) {
		p.Exhibits[0].Recipients = []agencies.ID{police, court}
	})
	l.do(list...)
	for _, to := range []agencies.ID{police, court} {
		if _, err := l.release(x, to); err != nil {
			t.Fatal(reasonsOf(err))
		}
	}
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
	if _, err := l.try(l.handover(x, court, judge2, nil)...); !isTransition(err) {
		t.Errorf("custody passed to an agency that has not retrieved: %v", err)
	}
	l.do(l.handover(x, police, investigator, nil)...)
	if _, err := l.try(l.handover(x, police, investigator, nil)...); !isTransition(err) {
		t.Errorf("custody passed twice to one agency: %v", err)
	}
	l.do(l.retrieve(x, court, judge2, "case 2026/117"))
	l.do(l.handover(x, court, judge2, nil)...)
	e, _ := l.c.Exhibit(x)
	if len(e.Taken) != 2 || len(e.Links) < 2 {
		t.Errorf("handed over to %v, %d links", e.Taken, len(e.Links))
	}
}
