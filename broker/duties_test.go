package broker_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

func message(to agencies.ID) map[broker.Compartment][]agencies.ID {
	return map[broker.Compartment][]agencies.ID{broker.Message: {to}}
}

// An order that the addressee refused is enforced: the enforcing authority receives
// what it never saw, has five working days, and what was refused is open again.
func TestEnforcement(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	l.do(l.say(provider, desk, []agencies.ID{court}, &broker.Refusal{Ground: "service_not_covered"}, message(court)))
	l.phase(broker.PhaseRefused)
	transmit := func() agencies.Compact {
		return l.say(court, judge, []agencies.ID{enforcer}, &broker.Enforcement{Enforcing: enforcer},
			map[broker.Compartment][]agencies.ID{broker.Certificate: {enforcer}, broker.SectionM: {enforcer}, broker.Message: {enforcer}})
	}
	l.now = time.Date(2026, 9, 4, 22, 59, 0, 0, time.UTC) // Friday 23:59 in Dublin
	l.do(transmit())
	if _, err := l.try(transmit()); !isTransition(err) {
		t.Errorf("transmitted twice: %v", err)
	}
	var got []agencies.ID
	for _, e := range l.c.Acts[len(l.c.Acts)-3:] {
		got = append(got, e.To)
	}
	if want := []agencies.ID{enforcer, enforcer, provider}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v: act and order to the authority, the act to the addressee", got, want)
	}
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActEnforce, enforcer)}, nil))
	if k := l.clock(broker.ClockEnforcement); k.Period != "P5D unit=working_day" || !k.Due.Equal(time.Date(2026, 9, 11, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("decision is due %s (%s), want the end of Friday", k.Due, k.Period)
	}
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Question{Kind: broker.AskInformation}, nil))
	if k := l.clock(broker.ClockInformation); k.Owner != court || k.Period != "P5D unit=working_day" {
		t.Errorf("answer is due of %s within %s", k.Owner, k.Period)
	}
	l.do(l.say(court, judge, []agencies.ID{enforcer}, &broker.Answer{To: l.c.Questions[0].Act, Outcome: broker.AnswerGiven}, nil))
	deny := func(ground string) (policy.Outcome, error) {
		return l.try(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Refusal{Ground: ground}, message(court)))
	}
	if _, err := deny("manifest_breach_of_fundamental_right"); err == nil {
		t.Error("denied without consultation")
	}
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Question{Kind: broker.AskConsultation}, nil))
	if _, err := deny("ne_bis_in_idem"); err == nil {
		t.Error("denied on a ground that Art. 16(4) does not list")
	}
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Recognition{}, nil))
	l.phase(broker.PhaseReceived)
	if k := l.clock(broker.ClockEnforcement); k.Status != broker.Stopped {
		t.Errorf("clock is %s after the decision", k.Status)
	}
	l.produce(1, true, 1, evidence.Subscriber, desk)
	l.phase(broker.PhaseProduced)
	l.replay()

	denied := newLedger(t)
	denied.received(preservationOrder(t))
	denied.do(denied.say(court, judge, []agencies.ID{enforcer}, &broker.Enforcement{Enforcing: enforcer}, message(enforcer)))
	denied.do(denied.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: denied.entry(broker.ActEnforce, enforcer)}, nil))
	denied.do(denied.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Question{Kind: broker.AskConsultation}, nil))
	denied.do(denied.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Refusal{Ground: "manifest_breach_of_fundamental_right"}, message(court)))
	if e := denied.c.Enforcements[0]; e.Decision != broker.EnforcementDenied || e.Ground == "" {
		t.Errorf("enforcement is %+v", e)
	}
	denied.phase(broker.PhasePreserving)
	denied.replay()
}

// The person whose data were produced is informed; a delay needs a ground, is
// reviewed, and outlives the request.
func TestUserIsInformed(t *testing.T) {
	l := newLedger(t)
	l.received(subscriberOrder(t))
	l.produce(1, true, 1, evidence.Subscriber, desk)
	if k := l.clock(broker.ClockUserNotice); k.Owner != court || k.Status != broker.Running {
		t.Fatalf("duty to inform is %+v", k)
	}
	withhold := func(change func(*broker.NoticeDelay)) (policy.Outcome, error) {
		b := &broker.NoticeDelay{Ground: "avoid_prejudicing_investigation", Justified: true, Allowed: true, StillMet: true}
		change(b)
		return l.try(l.say(court, judge, []agencies.ID{provider}, b, message(court)))
	}
	for name, change := range map[string]func(*broker.NoticeDelay){
		"ground nobody knows": func(b *broker.NoticeDelay) { b.Ground = "convenience" },
		"ground that ended":   func(b *broker.NoticeDelay) { b.StillMet = false },
		"no national law":     func(b *broker.NoticeDelay) { b.Allowed = false },
		"not in certificate":  func(b *broker.NoticeDelay) { b.Justified = false },
	} {
		if outcome, err := withhold(change); err == nil {
			t.Errorf("%s: withheld (%s)", name, outcome)
		}
	}
	if _, err := withhold(func(*broker.NoticeDelay) {}); err != nil {
		t.Fatal(reasonsOf(err))
	}
	if k := l.clock(broker.ClockUserNotice); k.Status != broker.Stopped {
		t.Errorf("the duty is %s while it may be delayed", k.Status)
	}
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Closing{Reason: "fulfilled"}, nil))
	l.phase(broker.PhaseClosed)
	first := l.clock(broker.ClockNoticeReview)
	if first.Status != broker.Running {
		t.Fatalf("closing the request ended the review: %s", first.Status)
	}
	l.now = first.Due
	l.tick()
	if p := l.c.Receipts[len(l.c.Receipts)-1]; p.Code != broker.ReceiptNotDone || p.For != court {
		t.Errorf("receipt of a review that did not come is %+v", p)
	}
	if _, err := withhold(func(*broker.NoticeDelay) {}); err != nil {
		t.Fatal(reasonsOf(err))
	}
	if k := l.clock(broker.ClockNoticeReview); !k.Due.After(first.Due) || k.Status != broker.Running {
		t.Errorf("the next review is %+v", k)
	}
	_, err := broker.DecodeBody(broker.ActInform, json.RawMessage(`{"remedies_included":false}`))
	wantField(t, err, "remedies_included", "EPO-P-05")
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.UserNotice{Remedies: true}, nil))
	if k := l.clock(broker.ClockNoticeReview); k.Status != broker.Stopped || l.c.Informed == nil {
		t.Errorf("after the person was informed the review is %s", k.Status)
	}
	if _, err := withhold(func(*broker.NoticeDelay) {}); !isTransition(err) {
		t.Errorf("withheld from a person who was informed: %v", err)
	}
	l.replay()
}

// Validation refused afterwards withdraws the order, restricts what was obtained,
// and starts the duty to delete it, which ends with the last holder's statement.
func TestRefusedAfterwardsIsDeleted(t *testing.T) {
	l := newLedger(t)
	o := subscriberOrder(t)
	o.Validator = court
	o.Emergency = &broker.Emergency{Threat: "abducted_child", ValidationUnobtainable: true}
	for name, raw := range facts(t, `{"risk_to_life_or_safety": true, "significant_and_imminent": true, "similar_domestic_order_possible_without_validation": true}`) {
		o.Facts[name] = raw
	}
	order := l.submit(o, police, inspector)
	l.do(order)
	l.acknowledge(provider, broker.ActDeliver)
	x := l.produce(1, true, 1, evidence.Subscriber, desk)
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.do(l.retrieve(x, police, investigator, "case 2026/117"))
	l.do(l.handover(x, police, investigator, nil)...)
	l.do(l.validation(order, court, judge, agencies.Refused))
	l.phase(broker.PhaseWithdrawn)
	e, _ := l.c.Exhibit(x)
	if e.Status != broker.ExhibitRestricted || l.c.State.Lines[0].Status != broker.LineWithdrawn {
		t.Errorf("exhibit is %s, line %s", e.Status, l.c.State.Lines[0].Status)
	}
	for _, to := range []agencies.ID{police, provider} {
		if !slices.ContainsFunc(l.c.Acts[len(l.c.Acts)-2:], func(e broker.Entry) bool { return e.To == to }) {
			t.Errorf("%s is not told", to)
		}
	}
	if k := l.clock(broker.ClockErase); k.Owner != police || k.Status != broker.Running {
		t.Fatalf("duty to delete is %+v", k)
	}
	if _, err := l.try(l.retrieve(x, police, investigator, "case 2026/117")); err == nil {
		t.Error("retrieved after the refusal")
	}
	note := func(event evidence.Event) []agencies.Compact {
		return []agencies.Compact{
			l.say(police, investigator, []agencies.ID{provider}, &broker.CustodyNote{Exhibit: x}, nil),
			l.custody(police, investigator, evidence.Custody{Event: event, Exhibit: x, Sealed: e.Manifest.SealedDigest, Size: e.Manifest.SealedSize}),
		}
	}
	l.do(note(evidence.EventVerified)...)
	if k := l.clock(broker.ClockErase); k.Status != broker.Running {
		t.Fatalf("looking at it ended the duty to delete: %s", k.Status)
	}
	l.do(l.say(police, inspector, []agencies.ID{provider}, &broker.Closing{Reason: "withdrawn"}, nil))
	if k := l.clock(broker.ClockErase); k.Status != broker.Running {
		t.Fatalf("closing the request ended the duty to delete: %s", k.Status)
	}
	l.do(note(evidence.EventDisposed)...)
	if k := l.clock(broker.ClockErase); k.Status != broker.Stopped {
		t.Errorf("after the last copy was deleted the duty is %s", k.Status)
	}
	l.replay()
}

// A condition binds the exhibits it covers, those to come included, and each use
// and sharing is asked about it anew.
func TestConditionsGoWithTheExhibit(t *testing.T) {
	l := newLedger(t)
	l.received(assistance(t))
	l.do(l.say(other, counterpart, []agencies.ID{central}, &broker.Recognition{Conditions: []string{"no_death_penalty"}}, nil))
	x := l.produce(1, true, 1, evidence.ContentData, counterpart)
	e, _ := l.c.Exhibit(x)
	if !slices.Equal(e.Conditions, []string{"no_death_penalty"}) {
		t.Fatalf("exhibit is bound by %v", e.Conditions)
	}
	l.lax = true // the release is not what is tested here
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.lax = false
	use := func(found string) (policy.Outcome, error) {
		r := &broker.Retrieval{Exhibit: x, Use: "case 2026/117", Justification: "investigation", Facts: facts(t, found)}
		return l.try(l.say(police, investigator, []agencies.ID{other}, r, nil))
	}
	if outcome, err := use(`{}`); err == nil {
		t.Errorf("used (%s) without a word on the condition", outcome)
	}
	if outcome, err := use(`{"conditions_satisfied": false}`); err == nil {
		t.Errorf("used (%s) against the condition", outcome)
	}
	if _, err := use(`{"conditions_satisfied": true}`); err != nil {
		t.Fatal(reasonsOf(err))
	}
	share := func(b broker.Sharing) (policy.Outcome, error) {
		b.Exhibit, b.Justification = x, "joint_investigation"
		return l.try(l.say(police, investigator, []agencies.ID{other}, &b, nil))
	}
	met := facts(t, `{"conditions_satisfied": true}`)
	if outcome, err := share(broker.Sharing{Recipient: "conducting_authority", Use: "case 2026/117"}); err == nil {
		t.Errorf("shared (%s) without a word on the condition", outcome)
	}
	if outcome, err := share(broker.Sharing{Recipient: "third_state", Use: "case 2026/117", Abroad: true, Facts: met}); err == nil {
		t.Errorf("passed on (%s) to a third State without consent", outcome)
	}
	if outcome, err := share(broker.Sharing{Recipient: "conducting_authority", Use: "tax case", Facts: met}); err == nil {
		t.Errorf("shared (%s) for another purpose", outcome)
	}
	if _, err := share(broker.Sharing{With: other, Recipient: "third_state", Use: "case 2026/117", Facts: met}); err == nil {
		t.Error("an agency of another State passed for one of the own")
	}
	if _, err := share(broker.Sharing{With: central, Recipient: "conducting_authority", Use: "case 2026/117", Facts: met}); err != nil {
		t.Fatal(reasonsOf(err))
	}
	e, _ = l.c.Exhibit(x)
	if len(e.Shared) != 1 || e.Shared[0].With != central || e.Shared[0].Officer != investigator {
		t.Errorf("shared with %+v", e.Shared)
	}
	if last := l.c.Acts[len(l.c.Acts)-1]; last.To != other {
		t.Errorf("told %s last, want who produced it", last.To)
	}
	l.replay()
}

// Information given unasked is used as its giver allows, and no other way.
func TestSpontaneousInformationIsUsedWithinItsLimits(t *testing.T) {
	l := newLedger(t)
	o := request(t, broker.Spontaneous, agencies.RegimeUNTOC)
	o.UseLimits = []string{"intelligence_only_not_in_court"}
	l.do(l.submit(o, central, official))
	l.acknowledge(other, broker.ActDeliver)
	_, err := l.try(l.say(other, counterpart, []agencies.ID{central}, &broker.Sharing{Use: "exhibit_in_trial", Justification: "trial"}, nil))
	if err == nil {
		t.Error("intelligence was used in court")
	}
	l.do(l.say(other, counterpart, []agencies.ID{central}, &broker.Sharing{Use: "intelligence_lead", Justification: "analysis", Facts: facts(t, `{"conditions_satisfied": true}`)}, nil))
	said, err := l.read(l.say(other, counterpart, []agencies.ID{central}, &broker.Sharing{Use: "exhibit_in_trial", Justification: "trial"}, nil))
	ok(t, err)
	ins, err := broker.ShareInputs(l.c, l.known(), said[0])
	ok(t, err)
	if len(ins) != 1 || ins[0].Action != "use_spontaneous_information" || ins[0].Facts["restriction"].Value != "intelligence_only_not_in_court" {
		t.Errorf("policy is asked %+v", ins)
	}
}

// Every figure of Art. 28(2) is counted from the records alone.
func TestStatistics(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	x := l.produce(1, false, 1, evidence.ContentData, desk)
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActNotify, enforcer)}, nil))
	l.do(l.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Clearance{}, nil))
	if _, err := l.release(x, police); err != nil {
		t.Fatal(reasonsOf(err))
	}
	l.do(l.say(provider, desk, []agencies.ID{court}, &broker.Refusal{Ground: "data_not_stored_at_receipt", Parts: []broker.Part{{Target: 2}}}, message(court)))
	l.do(l.say(provider, desk, []agencies.ID{court}, &broker.Note{Kind: broker.NoteClaimed, Amount: 12000, Currency: "EUR"}, nil))
	if _, err := l.try(l.say(provider, desk, []agencies.ID{court}, &broker.Note{Kind: broker.NoteReimbursed, Amount: 12000, Currency: "EUR"}, nil)); !isTransition(err) {
		t.Errorf("a provider paid itself: %v", err)
	}
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Note{Kind: broker.NoteReimbursed, Amount: 9000, Currency: "EUR"}, nil))
	l.do(l.say(court, judge, []agencies.ID{provider}, &broker.Note{Kind: broker.NoteRemedy, Outcome: "pending"}, nil))
	l.replay()

	p := newLedger(t)
	p.received(preservationOrder(t))
	p.do(p.say(provider, "", []agencies.ID{court}, &broker.Preservation{}, nil))
	p.now = p.now.AddDate(0, 0, 20)
	p.do(p.say(court, judge, []agencies.ID{provider}, &broker.Confirmation{Form: broker.AnnexV, Subsequent: broker.Reference{Instrument: "EIO", Outside: "EIO/2026/9"}}, nil))

	waiting := newLedger(t)
	o := contentOrder(t)
	o.Validator = court
	waiting.do(waiting.submit(o, police, inspector)) // never sent: no order of the statistics
	treaty := newLedger(t)
	treaty.received(assistance(t))

	got := broker.Count(2026, l.c, p.c, waiting.c, treaty.c)
	content := got[broker.Dimension{Instrument: broker.EPOC, Category: evidence.ContentData, Addressee: provider}]
	if content == nil || content.Issued != 1 || content.Fulfilled != 1 || content.Unfulfilled != 0 || content.Notified != 1 || content.Obtained != 1 ||
		content.ToObtain != 2*time.Hour || content.Claimed["EUR"] != 12000 || content.Paid["EUR"] != 9000 || content.Remedies["XA"] != 1 || len(content.Grounds) != 0 {
		t.Errorf("content counts %+v", content)
	}
	subscriber := got[broker.Dimension{Instrument: broker.EPOC, Category: evidence.Subscriber, Addressee: provider}]
	if subscriber == nil || subscriber.Fulfilled != 0 || subscriber.Unfulfilled != 1 || subscriber.Obtained != 0 || subscriber.Grounds["data_not_stored_at_receipt"] != 1 {
		t.Errorf("subscriber data count %+v", subscriber)
	}
	kept := got[broker.Dimension{Instrument: broker.EPOCPR, Category: evidence.ContentData, Addressee: provider}]
	if kept == nil || kept.Fulfilled != 1 || kept.Followed != 1 || kept.ToFollow < 20*24*time.Hour || kept.Notified != 0 {
		t.Errorf("preservation counts %+v", kept)
	}
	if len(got) != 4 {
		t.Errorf("%d dimensions, want 2 of each order that was sent", len(got))
	}
	if n := len(broker.Count(2025, l.c, p.c)); n != 0 {
		t.Errorf("another year counts %d", n)
	}
}
