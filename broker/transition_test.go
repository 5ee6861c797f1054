package broker_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

// What a party tries out of order or beyond its part is refused by name and
// changes nothing.
func TestActsOutOfOrder(t *testing.T) {
	delivered := func(t *testing.T) *ledger {
		l := newLedger(t)
		l.do(l.submit(contentOrder(t), court, judge))
		return l
	}
	begun := func(t *testing.T) *ledger {
		l := newLedger(t)
		l.received(contentOrder(t))
		return l
	}
	for _, c := range []struct {
		name   string
		from   func(*testing.T) *ledger
		act    func(*ledger) []agencies.Compact
		reason broker.ReasonCode
		says   string
	}{
		{"produce before receipt", delivered, func(l *ledger) []agencies.Compact {
			list, _ := l.production(1, true, 1, evidence.ContentData, desk, nil)
			return list
		}, broker.ReasonTransition, "not in state"},
		{"submit again", delivered, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.submit(contentOrder(l.t), court, judge)}
		}, broker.ReasonTransition, "not in state"},
		{"a stranger acknowledges", delivered, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(stranger, "", []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActDeliver, provider)}, nil)}
		}, broker.ReasonTransition, "only by: addressee"},
		{"acknowledge another's copy", delivered, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(provider, "", []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActNotify, enforcer)}, nil)}
		}, broker.ReasonTransition, "names the delivery"},
		{"the addressee clears itself", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(provider, desk, []agencies.ID{court}, &broker.Clearance{}, nil)}
		}, broker.ReasonTransition, "only by: enforcing authority"},
		{"a seal clears", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(enforcer, "", []agencies.ID{court}, &broker.Clearance{}, nil)}
		}, broker.ReasonTransition, "a person must sign"},
		{"the addressee withdraws", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(provider, desk, []agencies.ID{court}, &broker.Withdrawal{Reason: "x"}, nil)}
		}, broker.ReasonTransition, "only by: issuer"},
		{"close what is not over", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(court, judge, []agencies.ID{provider}, &broker.Closing{Reason: "x"}, nil)}
		}, broker.ReasonTransition, "not in state"},
		{"preservation acts on a production order", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(court, judge, []agencies.ID{provider}, &broker.Withdrawal{Reason: "x", Parts: []broker.Part{{Target: 9}}}, nil)}
		}, broker.ReasonTransition, ""},
		{"recognise a production order", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(provider, desk, []agencies.ID{court}, &broker.Recognition{}, nil)}
		}, broker.ReasonTransition, "only by: enforcing authority"},
		{"part two before part one", begun, func(l *ledger) []agencies.Compact {
			list, _ := l.production(2, false, 1, evidence.ContentData, desk, nil)
			return list
		}, broker.ReasonTransition, "numbered in order"},
		{"manifest of another request", begun, func(l *ledger) []agencies.Compact {
			list, _ := l.production(1, true, 1, evidence.ContentData, desk, func(p *broker.Production) { p.Exhibits[0].Case = agencies.NewID() })
			return list
		}, broker.ReasonTransition, "another request"},
		{"recipient the order does not name", begun, func(l *ledger) []agencies.Compact {
			list, _ := l.production(1, true, 1, evidence.ContentData, desk, func(p *broker.Production) { p.Exhibits[0].Recipients = []agencies.ID{central} })
			return list
		}, broker.ReasonTransition, "no recipient of data"},
		{"category the part does not answer", begun, func(l *ledger) []agencies.Compact {
			list, _ := l.production(1, true, 1, evidence.ContentData, desk, func(p *broker.Production) { p.Exhibits[0].Category = evidence.Traffic })
			return list
		}, broker.ReasonTransition, "not among the parts"},
		{"answer to no question", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(court, judge, []agencies.ID{provider}, &broker.Answer{To: agencies.NewID(), Outcome: broker.AnswerGiven}, nil)}
		}, broker.ReasonTransition, "possible only when"},
		{"section M to the addressee in a question", begun, func(l *ledger) []agencies.Compact {
			return []agencies.Compact{l.say(court, judge, []agencies.ID{provider}, &broker.Question{Kind: broker.AskInformation}, map[broker.Compartment][]agencies.ID{broker.SectionM: {provider}})}
		}, broker.ReasonTransition, "may not read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.from(t)
			before, _ := json.Marshal(l.c)
			_, err := l.try(c.act(l)...)
			if got := broker.ReasonFor(err); got != c.reason || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %q: %v; want %q saying %q", got, err, c.reason, c.says)
			}
			if after, _ := json.Marshal(l.c); string(before) != string(after) {
				t.Error("a refused act changed the case")
			}
		})
	}
}

// A refused submission is witnessed, and the same agency alone may try again.
func TestRejectionIsWitnessed(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Offence.MaxMonths, o.Offence.Name = 24, "online harassment"
	order := l.submit(o, court, judge)
	_, err := l.try(order)
	denied, is := errors.AsType[*denial](err)
	if !is {
		t.Fatalf("an offence of 24 months for content: %v, want a denial", err)
	}
	if !slices.ContainsFunc(denied.d.Reasons, func(r policy.Reason) bool { return r.Rule == "EPO-T-02" && r.Outcome == policy.Denied }) {
		t.Errorf("reasons %+v do not name EPO-T-02", denied.d.Reasons)
	}
	reject := broker.Attestation{Act: broker.ActReject, ID: agencies.NewID(), From: theBroker, To: court, Decision: denied.d, Receipt: &broker.Receipt{Reason: broker.ReasonDenied}}
	l.fill(reject, broker.Leg{Statements: []agencies.Compact{order}})
	l.phase(broker.PhaseRejected)
	if l.c.Order == nil || l.c.Parties.Addressee != provider || len(l.c.Decisions) != 1 {
		t.Error("the rejected request cannot be shown")
	}
	if p := l.c.Receipts[0]; p.Code != broker.ReceiptRejected || p.For != court || p.Reason != broker.ReasonDenied {
		t.Errorf("receipt is %+v", p)
	}
	if _, err := l.try(l.submit(contentOrder(t), police, inspector)); err == nil {
		t.Error("another agency took over the number of a rejected request")
	}
	l.do(l.submit(contentOrder(t), court, judge))
	l.phase(broker.PhaseDelivered)
	l.fill(broker.Attestation{Act: broker.ActReject, ID: agencies.NewID(), From: theBroker, To: provider, Receipt: &broker.Receipt{Reason: broker.ReasonMalformed, Field: "parts", Rule: "EPO-D-05"}}, broker.Leg{})
	l.phase(broker.PhaseDelivered)
	if err := l.tryFill(broker.Attestation{Act: broker.ActReject, ID: agencies.NewID(), From: theBroker, To: stranger, Receipt: &broker.Receipt{Reason: broker.ReasonMalformed}}, broker.Leg{}); err == nil {
		t.Error("a stranger's rejection was filed in the case")
	}
	l.replay()
}

// The sender is who signed, whatever the statement says.
func TestSpeakersAreProved(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	as := l.say(court, judge, readersOf(o), o, seals(o), func(st *agencies.Statement) {
		st.Sender = police
		st.To = slices.DeleteFunc(st.To, func(id agencies.ID) bool { return id == police })
	})
	if _, err := l.read(as); broker.ReasonFor(err) != broker.ReasonSender {
		t.Errorf("statement in another's name: %v", err)
	}
	early := l.say(court, judge, readersOf(o), o, seals(o), func(st *agencies.Statement) { st.Time = l.now.Add(time.Hour) })
	if _, err := l.read(early); err == nil {
		t.Error("a statement from the future was read")
	}
	issued := contentOrder(t)
	issued.Issued = l.now.Add(time.Minute)
	if _, err := l.read(l.submit(issued, court, judge)); err == nil {
		t.Error("an order issued after it was signed was read")
	}
	good := l.submit(o, court, judge)
	dot := strings.LastIndex(string(good), ".")
	flipped := good[:dot+2] + map[bool]agencies.Compact{true: "B", false: "A"}[good[dot+2] == 'A'] + good[dot+3:]
	if _, err := l.read(flipped); broker.ReasonFor(err) != broker.ReasonSignature {
		t.Errorf("altered signature: %v", err)
	}
	none := agencies.Compact("eyJhbGciOiJub25lIn0" + string(good[strings.Index(string(good), "."):]))
	if _, err := l.read(none); broker.ReasonFor(err) != broker.ReasonSignature {
		t.Errorf("algorithm none: %v has reason %s", err, broker.ReasonFor(err))
	}
	payload, _ := json.Marshal(map[string]any{"type": "submit"})
	if c, err := l.w.signer(t, court, judge).Sign(agencies.TypAct, payload); err == nil {
		if _, err := l.read(c); broker.ReasonFor(err) != broker.ReasonMalformed {
			t.Errorf("statement without fields: %v", err)
		}
	}
}

// A validation counts for its own order only, and nobody validates alone.
func TestValidationsThatDoNotCount(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Validator = court
	order, another := l.submit(o, police, inspector), l.submit(o, police, inspector)
	if _, err := l.try(order, l.validation(another, court, judge, agencies.Validated)); !isTransition(err) {
		t.Errorf("validation of another order: %v", err)
	}
	if _, err := l.try(order, l.validation(order, enforcer, prosecutor, agencies.Validated)); !isTransition(err) {
		t.Errorf("validation by an authority the order does not name: %v", err)
	}
	own := contentOrder(t)
	own.Validator = court
	mine := l.say(court, judge, []agencies.ID{provider, enforcer}, own, seals(own))
	if _, err := l.try(mine, l.validation(mine, court, judge, agencies.Validated)); !isTransition(err) {
		t.Errorf("a judge validated the own order: %v", err)
	}
}

// What the broker attests is counted again by every reader.
func TestAttestationsAreCountedAgain(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	n := len(l.records) - 1 // the acknowledgement, which starts clocks
	var before broker.Case
	for _, data := range l.records[:n] {
		o, err := broker.OpenRecord(data, l.w.history)
		ok(t, err)
		before, err = broker.Apply(before, *o.Attestation, o.Said...)
		ok(t, err)
	}
	o, err := broker.OpenRecord(l.records[n], l.w.history)
	ok(t, err)
	for _, c := range []struct {
		name   string
		change func(*broker.Attestation)
		is     error
		audit  bool // only the count with calendars can see it
	}{
		{"another phase", func(a *broker.Attestation) { a.State.Phase = broker.PhaseProduced }, broker.ErrAttested, false},
		{"no hold", func(a *broker.Attestation) { a.State.Hold = "" }, broker.ErrAttested, false},
		{"a line refused", func(a *broker.Attestation) {
			a.State.Lines = slices.Clone(a.State.Lines)
			a.State.Lines[0].Status = broker.LineRefused
		}, broker.ErrAttested, false},
		{"no receipt", func(a *broker.Attestation) { a.Receipt = nil }, broker.ErrAttested, false},
		{"a receipt for another", func(a *broker.Attestation) { r := *a.Receipt; r.For = police; a.Receipt = &r }, broker.ErrAttested, false},
		{"a clock less", func(a *broker.Attestation) { a.Clocks = a.Clocks[1:] }, broker.ErrAttested, false},
		{"a clock that ends early", func(a *broker.Attestation) {
			a.Clocks = slices.Clone(a.Clocks)
			a.Clocks[0].Due = a.Clocks[0].Due.AddDate(0, 0, -1)
			a.Clocks[0].Warn = a.Clocks[0].From
		}, broker.ErrAttested, true},
		{"another sender", func(a *broker.Attestation) { a.From = police }, broker.ErrTransition, false},
		{"another statement", func(a *broker.Attestation) { a.Statements = []agencies.Digest{agencies.DigestOf(nil)} }, broker.ErrAttested, false},
		{"the same record again", func(a *broker.Attestation) { a.ID = before.Acts[0].ID }, broker.ErrOrder, false},
		{"an older place", func(a *broker.Attestation) { a.Seq = 1 }, broker.ErrOrder, false},
		{"an earlier time", func(a *broker.Attestation) { a.At = a.At.AddDate(0, 0, -3) }, broker.ErrOrder, false},
		{"another case", func(a *broker.Attestation) { a.Case = agencies.NewID() }, broker.ErrOrder, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := *o.Attestation
			c.change(&a)
			_, err := broker.Apply(before, a, o.Said...)
			if c.audit {
				ok(t, err)
				err = broker.CheckClocks(before, a, broker.CalendarsOf(l.w.list()), o.Said...)
			}
			if !errors.Is(err, c.is) {
				t.Errorf("got %v, want %v", err, c.is)
			}
		})
	}
}

// Facts come from signatures, trust list and ledger; what the order declares
// against them denies, naming both.
func TestFactsAreDerived(t *testing.T) {
	l := newLedger(t)
	o := contentOrder(t)
	o.Facts["issued_by"] = json.RawMessage(`"judge"`)
	said, err := l.read(l.submit(o, police, inspector))
	ok(t, err)
	in, err := broker.AdmissionInput(l.c, l.known(), said...)
	ok(t, err)
	for name, want := range map[string]any{
		"issued_by": "police", "validated_by": nil, "issuing_state": "XA", "addressee_state": "XB", "enforcing_authority_notified": true,
		"emergency_claimed": false, "date_range_present": true, "time_range_days": int64(30), "identifiers_count": int64(2), "hours_since_issue": int64(1),
	} {
		f, found := in.Facts[name]
		if !found || f.Value != want || f.Provenance != policy.Derived {
			t.Errorf("%s is %+v, want %v derived", name, f, want)
		}
	}
	if f := in.Facts["similar_domestic_order_available"]; f.Provenance != policy.Attested || f.Source != said[0].ID() {
		t.Errorf("attested fact is %+v", f)
	}
	if f := in.Facts["service_type"]; f.Provenance != policy.Declared {
		t.Errorf("declared fact is %+v", f)
	}
	if len(in.Contradictions) != 1 || in.Contradictions[0].Fact != "issued_by" {
		t.Fatalf("contradictions are %+v, want issued_by", in.Contradictions)
	}
	d, err := law().Decide(context.Background(), in, engine.Limits{Timeout: 20 * time.Second})
	ok(t, err)
	if d.Outcome != policy.Denied || !strings.Contains(d.Reasons[0].Text, `"police"`) || !strings.Contains(d.Reasons[0].Text, `"judge"`) {
		t.Errorf("decision is %s: %+v", d.Outcome, d.Reasons[0])
	}
}

// Every fact that an order must state is one whose absence denies, and none other
// is missing from the complete orders of these tests.
func TestStatedFactsAreNeeded(t *testing.T) {
	for _, c := range []struct {
		of      func(testing.TB) *broker.Order
		by      agencies.ID
		officer agencies.OfficerID
	}{{contentOrder, court, judge}, {preservationOrder, court, judge}, {assistance, central, official}} {
		full := c.of(t)
		names := broker.StatedFacts(full.Instrument, full.Regime)
		for name := range full.Facts {
			if !slices.Contains(names, name) {
				t.Errorf("%s: %s is stated but not listed", full.Instrument, name)
			}
		}
		ask := func(without string) policy.Outcome {
			l := newLedger(t)
			o := c.of(t)
			delete(o.Facts, without)
			o.Attestations = slices.DeleteFunc(o.Attestations, func(n string) bool { return n == without })
			said, err := l.read(l.submit(o, c.by, c.officer))
			ok(t, err)
			in, err := broker.AdmissionInput(l.c, l.known(), said...)
			ok(t, err)
			d, err := law().Decide(context.Background(), in, engine.Limits{Timeout: 20 * time.Second})
			ok(t, err)
			if without == "" && d.Outcome != policy.Permitted {
				t.Errorf("%s: complete order is %s: %+v", full.Instrument, d.Outcome, d.Reasons)
			}
			return d.Outcome
		}
		ask("")
		for _, name := range names {
			if ask(name) == policy.Permitted {
				t.Errorf("%s: permitted without %s", full.Instrument, name)
			}
		}
	}
}
