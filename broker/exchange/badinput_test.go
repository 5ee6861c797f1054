package exchange_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// bad is one row: what a member sends, and what it gets.
type bad struct {
	name string
	from agencies.ID
	data []byte
	code broker.ReasonCode
	// field and rule stand in the answer; "" is not looked at.
	field, rule string
}

// A bad act gets an error that names field and rule, the exit code of the
// contract, and a rejection receipt in the ledger; nothing else changes.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begin := w.clock.now().AddDate(0, 0, -30)
	expired, err := agencies.NewSignKey([]byte(w.rings[court].Officers[judge2].Reveal()), begin, begin.AddDate(0, 0, 1))
	ok(t, err)
	withdrawn, err := agencies.NewSignKey([]byte(w.rings[police].Officers[inspector].Reveal()), begin, begin.AddDate(1, 0, 0))
	ok(t, err)
	w.amend(func(l *agencies.TrustList) {
		// The judge's second key: one that has run out; the inspector's is revoked.
		ok(t, l.RevokeKey(withdrawn.ID, w.clock.now(), agencies.Compromised))
		a, _ := l.Agency(court)
		o, _ := a.Officer(judge2)
		o.Keys[0].NotAfter = expired.NotAfter
	})

	id := w.received(w.contentOrder())
	ask := func(edit func(*agencies.Statement)) *broker.Submission {
		sub, _ := w.say(speech{by: court, officer: judge, caseID: id, to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}, edit: edit})
		return sub
	}
	good := ask(nil)
	lead := good.Statements[0]
	with := func(c agencies.Compact) []byte {
		return encode(t, &broker.Submission{Statements: []agencies.Compact{c}})
	}
	order := func(o *broker.Order, edit func(*agencies.Statement)) []byte {
		s := w.order(o)
		s.edit = edit
		sub, _ := w.say(s)
		return encode(t, sub)
	}
	said := func(s speech) []byte {
		sub, _ := w.say(s)
		return encode(t, sub)
	}
	sealed, _ := w.say(w.order(w.contentOrder()))

	given, err := evidence.Give(w.signer(provider, desk), evidence.Custody{
		Event: evidence.EventHandedOver, Exhibit: evidence.NewExhibitID(), Case: id, Sealed: lead.Digest(), Size: 1, From: provider, To: police, Time: w.clock.now(),
	})
	ok(t, err)

	rows := []bad{
		{"a statement twice", court, encode(t, &broker.Submission{Statements: []agencies.Compact{lead, given, given}}), broker.ReasonMalformed, "statements", agencies.RuleDuplicate},
		{"not JSON", court, []byte("hello"), broker.ReasonMalformed, "", ""},
		{"trailing bytes", court, append(encode(t, good), '{'), broker.ReasonMalformed, "", ""},
		{"no statement", court, []byte(`{"statements":[]}`), broker.ReasonMalformed, "statements", agencies.RuleRequired},
		{"unknown field of the message", court, bytes.Replace(encode(t, good), []byte(`{"statements"`), []byte(`{"priority":1,"statements"`), 1), broker.ReasonMalformed, "priority", agencies.RuleUnknown},
		{"unknown field of the statement", court, with(resigned(t, payload(t, lead, `{"body"`, `{"amount":1,"body"`), w.signer(court, judge))), broker.ReasonMalformed, "amount", agencies.RuleUnknown},
		{"unknown field of the body", court, encode(t, ask(member(t, "tone", "kind"))), broker.ReasonMalformed, "tone", agencies.RuleUnknown},
		{"field named twice", court, with(resigned(t, payload(t, lead, `{"body"`, `{"case":"x","body"`), w.signer(court, judge))), broker.ReasonMalformed, "case", agencies.RuleDuplicate},

		{"unsigned", court, with(signature(t, lead, nil)), broker.ReasonSignature, "signature", agencies.RuleRequired},
		{"two parts", court, with(agencies.Compact(strings.Join(parts(t, lead)[:2], "."))), broker.ReasonSignature, "envelope", agencies.RuleFormat},
		{"wrongly signed", court, with(signature(t, lead, noise(64))), broker.ReasonSignature, "", ""},
		{"signature cut", court, with(signature(t, lead, noise(63))), broker.ReasonSignature, "", ""},
		{"none", court, with(header(t, lead, map[string]any{"alg": "none"})), broker.ReasonSignature, "header.alg", agencies.RuleUnknown},
		{"HS256", court, with(header(t, lead, map[string]any{"alg": "HS256"})), broker.ReasonSignature, "header.alg", agencies.RuleUnknown},
		{"swapped algorithm", court, with(header(t, lead, map[string]any{"alg": "ES256"})), broker.ReasonSignature, "header.alg", agencies.RuleMismatch},
		{"unknown crit", court, with(header(t, lead, map[string]any{"crit": []string{"exp"}, "exp": 1})), broker.ReasonSignature, "header", ""},
		{"key in the header", court, with(header(t, lead, map[string]any{"jwk": map[string]string{"kty": "OKP"}})), broker.ReasonSignature, "header", ""},
		{"altered payload", court, with(payload(t, lead, `"information"`, `"consultation"`)), broker.ReasonSignature, "", ""},
		{"unknown key", court, with(resigned(t, lead, freshSigner(t, court))), broker.ReasonUntrusted, "", ""},
		{"expired key", court, with(resigned(t, lead, w.signer(court, judge2))), broker.ReasonUntrusted, "", ""},
		{"revoked key", police, said(speech{by: police, officer: inspector, caseID: id, to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}}), broker.ReasonUntrusted, "", ""},
		{"key of another agency", court, with(resigned(t, lead, w.signer(provider, desk))), broker.ReasonSender, "", ""},
		{"act of another agency", stranger, encode(t, good), broker.ReasonSender, "statements[0]", agencies.RuleMismatch},
		{"another type of envelope", court, with(header(t, lead, map[string]any{"typ": string(agencies.TypValidation)})), "", "", ""},

		{"recipient not on the trust list", court, said(speech{by: court, caseID: id, to: []agencies.ID{"XC-NOBODY"}, body: &broker.Question{Kind: broker.AskInformation}}), broker.ReasonRecipient, "to", agencies.RuleUnknown},
		{"addressee not on the trust list", court, order(w.subscriberOrder(), member(t, "addressee", "XB-NOBODY")), broker.ReasonRecipient, "addressee", "EPO-A-01"},
		{"EPOC without reference", court, order(w.contentOrder(), member(t, "reference", nil)), broker.ReasonMalformed, "reference", ""},
		{"EPOC without offence", court, order(w.contentOrder(), member(t, "offence", nil)), broker.ReasonMalformed, "offence", "EPO-C-01"},
		{"EPOC without targets", court, order(w.contentOrder(), member(t, "targets", nil)), broker.ReasonMalformed, "targets", "EPO-C-04"},
		{"EPOC without recipients", court, order(w.contentOrder(), member(t, "recipients_of_data", nil)), broker.ReasonMalformed, "recipients_of_data", "EPO-C-04"},
		{"EPOC without identifier", court, order(w.contentOrder(), member(t, "targets/identifier_kind", nil)), broker.ReasonMalformed, "targets[0].identifier_kind", "EPO-C-01"},
		{"EPOC-PR without purpose", court, order(w.preservationOrder(), member(t, "purpose", nil)), broker.ReasonMalformed, "purpose", ""},
		{"EPOC-PR with an enforcing authority", court, order(w.preservationOrder(), member(t, "enforcing_authority", string(enforcer))), broker.ReasonMalformed, "enforcing_authority", "EPO-N-01"},
		{"MLA without legal basis", court, order(w.contentOrder(), func(st *agencies.Statement) {
			member(t, "instrument", string(broker.MLA))(st)
			member(t, "regime", string(agencies.RegimeUNTOC))(st)
			member(t, "enforcing_authority", nil)(st)
		}), broker.ReasonMalformed, "legal_basis", ""},
		{"instrument without its law", court, order(w.contentOrder(), member(t, "regime", string(agencies.RegimeUNTOC))), broker.ReasonMalformed, "regime", ""},
		{"dates in the wrong order", court, order(w.contentOrder(), member(t, "targets/until", w.clock.now().AddDate(0, 0, -50).Format(time.RFC3339))), broker.ReasonMalformed, "targets[0].until", "EPO-C-01"},
		{"data of the future", court, order(w.contentOrder(), member(t, "targets/until", w.clock.now().AddDate(0, 0, 5).Format(time.RFC3339))), broker.ReasonMalformed, "targets[0].until", "EPO-S-05"},
		{"issued after it was signed", court, order(w.contentOrder(), member(t, "issued", w.clock.now().Add(time.Hour).Format(time.RFC3339))), broker.ReasonMalformed, "body.issued", agencies.RuleTime},
		{"signed in the future", court, encode(t, ask(func(st *agencies.Statement) { st.Time = st.Time.Add(time.Hour) })), broker.ReasonMalformed, "time", agencies.RuleTime},

		{"sealed part altered", court, encode(t, func() *broker.Submission {
			s := clone(sealed)
			s.Sealed[0].Ciphertext = append(bytes.Clone(s.Sealed[0].Ciphertext), 0)
			return s
		}()), broker.ReasonDigest, "sealed.certificate", agencies.RuleMismatch},
		{"sealed part missing", court, encode(t, func() *broker.Submission {
			s := clone(sealed)
			s.Sealed = s.Sealed[:1]
			return s
		}()), broker.ReasonDigest, "sealed", agencies.RuleMismatch},
		{"key of a reader missing", court, encode(t, func() *broker.Submission {
			s := clone(sealed)
			s.Wraps = s.Wraps[1:]
			return s
		}()), broker.ReasonMalformed, "wraps", agencies.RuleRequired},
		{"key for a stranger", court, encode(t, func() *broker.Submission {
			s := clone(sealed)
			extra := s.Wraps[0]
			extra.For = stranger
			s.Wraps = append(s.Wraps, extra)
			return s
		}()), broker.ReasonMalformed, "wraps", agencies.RuleMismatch},
		{"key of another act", court, encode(t, func() *broker.Submission {
			s := clone(sealed)
			s.Wraps[0].Act = agencies.NewID()
			return s
		}()), broker.ReasonMalformed, "wraps", agencies.RuleRequired},
		{"section M for the addressee", court, said(func() speech {
			s := w.order(w.contentOrder())
			s.seal[broker.SectionM] = []agencies.ID{provider, enforcer}
			return s
		}()), broker.ReasonDenied, "", ""},
		{"sealed to a stranger", court, said(func() speech {
			s := w.order(w.contentOrder())
			s.to = append(s.to, stranger)
			s.seal[broker.Certificate] = []agencies.ID{provider, stranger}
			return s
		}()), broker.ReasonTransition, "sealed.certificate.to", ""},

		{"act out of order", provider, said(speech{by: provider, officer: desk, caseID: id, to: []agencies.ID{court}, body: &broker.Resumption{Reason: "over"}}), broker.ReasonTransition, "act", "state"},
		{"act of another role", provider, said(speech{by: provider, officer: desk, caseID: id, to: []agencies.ID{court}, body: &broker.Clearance{}}), broker.ReasonTransition, "", "who"},
		{"seal where a person must sign", enforcer, said(speech{by: enforcer, caseID: id, to: []agencies.ID{court}, body: &broker.Clearance{}}), broker.ReasonTransition, "", "person"},
		{"received twice", provider, encode(t, w.acknowledgement(provider, id)), broker.ReasonTransition, "", ""},
		{"act of a stranger", stranger, said(speech{by: stranger, officer: clerk, caseID: id, to: []agencies.ID{court}, body: &broker.Question{Kind: broker.AskInformation}}), broker.ReasonNotFound, "", ""},
		{"order in another's request", police, said(func() speech {
			s := w.order(w.subscriberOrder())
			s.by, s.officer, s.caseID = police, "", id
			return s
		}()), broker.ReasonNotFound, "", ""},
		{"act of the broker", court, with(resigned(t, payload(t, lead, `"type":"ask"`, `"type":"release"`), w.signer(court, judge))), broker.ReasonMalformed, "type", agencies.RuleUnknown},
	}

	seen := w.view(court, id)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			before := w.records()
			shown := essenceOf(t, w.view(oversees, id))
			r := w.raw(row.from, row.data)
			if r.Status != broker.StatusRefused || r.Error == nil {
				t.Fatalf("got %s, %v", r.Status, r.Error)
			}
			e := r.Error
			if row.code != "" && e.Code != row.code || !strings.Contains(e.Field, row.field) || row.rule != "" && e.Rule != row.rule {
				t.Errorf("got %s of field %q by rule %q (%s), want %s, %q, %q", e.Code, e.Field, e.Rule, e.Message, row.code, row.field, row.rule)
			}
			if e.Code == broker.ReasonDenied && (r.Decision == nil || len(r.Decision.Reasons) == 0 || r.Decision.Reasons[0].Article == "") {
				t.Error("a denial without a reason and its article")
			}
			if e.Exit != e.Code.Exit() || e.Exit == broker.ExitDone || e.Message == "" {
				t.Errorf("exit code %d, message %q", e.Exit, e.Message)
			}
			after := w.records()
			if len(after) != len(before)+1 {
				t.Fatalf("%d records were added, want the receipt alone", len(after)-len(before))
			}
			o := w.opened(after[len(after)-1])
			a := o.Attestation
			if a.Act != broker.ActReject || a.To != row.from || a.Receipt == nil || a.Receipt.Code != broker.ReceiptRejected || a.Receipt.Reason != e.Code || a.Receipt.For != row.from {
				t.Errorf("the receipt is %+v", a.Receipt)
			}
			if len(r.Records) != 1 || !bytes.Equal(r.Records[0], after[len(after)-1]) {
				t.Error("the answer does not hold the receipt")
			}
			if row.from == stranger && (a.Case == id || len(a.Statements) > 0) {
				t.Error("a stranger left its mark in the request")
			}
			if got := essenceOf(t, w.view(oversees, id)); got != shown {
				t.Errorf("the request changed:\n%s\n%s", shown, got)
			}
			// The same bytes get the same receipt, and no second record.
			again := w.raw(row.from, row.data)
			if again.Error == nil || again.Error.Code != e.Code || len(again.Records) != 1 || !bytes.Equal(again.Records[0], r.Records[0]) {
				t.Error("a second sending got another answer")
			}
			if n := len(w.records()); n != len(after) {
				t.Errorf("a second sending made %d records", n-len(after))
			}
		})
	}
	cases := w.verify()
	if got := essence(t, cases[id]); got != essence(t, w.folded(seen.ID)) {
		t.Error("ledger and broker do not agree about the request")
	}
	for other, c := range cases {
		if other != id && c.State.Phase != broker.PhaseRejected {
			t.Errorf("request %s is %s", other, c.State.Phase)
		}
		// What was refused is nothing to those it names.
		if v := w.view(provider, other); other != id && v != nil {
			t.Errorf("the addressee sees a request that was refused")
		}
	}
	if n := w.node.Exchange.Rooms(); n != 0 {
		t.Errorf("%d cases are still entered", n)
	}
	// And the act itself, sent rightly, is done.
	w.done(court, good)
	w.verify()
}

// opened reads one record as a stranger would.
func (w *world) opened(raw []byte) *broker.Opened {
	w.t.Helper()
	_, all := w.audit()
	i := slices.IndexFunc(w.records(), func(r []byte) bool { return bytes.Equal(r, raw) })
	if i < 0 {
		w.t.Fatal("no such record")
	}
	return all[i]
}

// folded is the case as a fold of the records gives it.
func (w *world) folded(id string) broker.Case {
	w.t.Helper()
	return w.verify()[id]
}

func TestOversizeMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.order(w.subscriberOrder())
	s.seal = nil
	o := s.body.(*broker.Order)
	o.Targets[0].IdentifierDigest = strings.Repeat("0", 43)
	// So large that the message passes, but the record of it would not.
	cipher := noise(780_000)
	s.edit = func(st *agencies.Statement) {
		st.SD, st.SDAlg = []string{strings.Repeat("0", 43)}, "sha-256"
		st.Sealed = []agencies.SealedRef{{Compartment: string(broker.Certificate), Digest: agencies.DigestOf(cipher), To: []agencies.ID{provider}}}
	}
	sub, st := w.say(s)
	sub.Sealed = []broker.SealedPart{{Compartment: broker.Certificate, Ciphertext: cipher}}
	sub.Wraps = []agencies.KeyWrap{{Case: st.Case, Act: st.ID, Compartment: string(broker.Certificate), For: provider, Wrapped: []byte("wrapped")}}
	data := encode(t, sub)
	pad := broker.MaxMessage - 64 - len(data)
	if pad < 0 {
		t.Fatalf("message is %d bytes", len(data))
	}
	t.Logf("message is %d bytes", len(data))
	r := w.raw(court, data)
	if r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonTooLarge || r.Error.Exit != broker.ExitUsage {
		t.Fatalf("got %s, %v", r.Status, r.Error)
	}
	w.verify()
	// One that is larger still does not leave the sender's node.
	sub.Sealed[0].Ciphertext = noise(1 << 20)
	if _, err := broker.EncodeMessage(sub); err == nil {
		t.Error("a message above the limit was encoded")
	}
	b, err := json.Marshal(sub)
	ok(t, err)
	if _, err := w.tryRaw(court, b); err == nil {
		t.Error("a message above the limit was answered")
	}
}
