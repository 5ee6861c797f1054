package broker_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

const (
	fixedCase = "01997a3c-6c00-7000-8000-000000000001"
	fixedAct  = "01997a3c-6c00-7000-8000-000000000002"
)

// fixed is an attestation with every member set, from constants only.
func fixed(t testing.TB) *broker.Attestation {
	t.Helper()
	d := policy.Decision{
		ID: fixedAct, Gate: policy.Admission, Case: fixedCase, Subject: fixedAct, For: court,
		Action: "transmit_order", Instrument: "EPOC", Regime: agencies.RegimeEPO, Outcome: policy.Permitted,
		Obligations: []string{"deadline=P10D"}, Reasons: []policy.Reason{}, HumanQuestions: []string{},
		Revision: string(agencies.DigestOf([]byte("bundle"))), Engine: "opa/v1.22.2", InputDigest: agencies.DigestOf([]byte("input")), At: epoch,
	}
	var err error
	d.ResultDigest, err = d.ComputeResultDigest()
	ok(t, err)
	return &broker.Attestation{
		Seq: 7, At: epoch, Act: broker.ActSubmit, ID: fixedAct, Ref: fixedCase, Case: fixedCase, From: court, To: court,
		Account: "AA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCS47C",
		Trust:   1, TrustDigest: agencies.DigestOf([]byte("trust")), Statements: []agencies.Digest{agencies.DigestOf([]byte("order"))},
		Sealed: []agencies.Digest{agencies.DigestOf([]byte("cipher"))}, Decision: &d,
		Receipt: &broker.Receipt{Code: broker.ReceiptAccepted, Event: broker.ReceiptAccepted.Event(), Of: fixedAct, For: court},
		Clocks:  []broker.ClockEvent{{Kind: broker.ClockExPost, Change: broker.ClockStarted, Owner: court, Rule: "EPO-K-09", Period: "PT48H", From: epoch, Warn: epoch.Add(36 * time.Hour), Due: epoch.Add(48 * time.Hour)}},
		State:   broker.State{Phase: broker.PhaseAdmitted, Hold: broker.HoldClearance, Lines: []broker.Line{{Target: 1, Category: evidence.ContentData, Status: broker.LineOpen}}},
		Objects: []evidence.Object{{Bucket: "xb", Key: "k", VersionID: "v", Size: 1, Digest: agencies.DigestOf([]byte("x"))}},
		Detail:  json.RawMessage(`{"note":1}`),
	}
}

func fixedRecord() *broker.Record {
	return &broker.Record{
		V: broker.RecordVersion, Salt: "AAECAwQFBgcICQoLDA0ODw", Statements: []agencies.Compact{"a.b.c"},
		Sealed: []broker.SealedPart{{Compartment: broker.Certificate, Ciphertext: []byte("cipher")}}, Attestation: "d.e.f",
	}
}

// The encodings are frozen: a difference here is a change of format.
func TestEncodingsAreFrozen(t *testing.T) {
	a, err := fixed(t).Encode()
	ok(t, err)
	golden(t, filepath.Join("testdata", "attestation.golden.json"), a)
	r, err := fixedRecord().Encode()
	ok(t, err)
	golden(t, filepath.Join("testdata", "record.golden.json"), r)
	for _, o := range []*broker.Order{contentOrder(t), preservationOrder(t), assistance(t)} {
		b, err := agencies.Canonical(whole(t, o))
		ok(t, err)
		golden(t, filepath.Join("testdata", "order-"+string(o.Instrument)+".golden.json"), b)
	}
	m, err := broker.EncodeMessage(&broker.Submission{
		Statements: []agencies.Compact{"a.b.c"}, Sealed: fixedRecord().Sealed,
		Wraps: []agencies.KeyWrap{{Case: fixedCase, Compartment: "certificate", For: provider, Wrapped: []byte("wrapped")}},
	})
	ok(t, err)
	golden(t, filepath.Join("testdata", "submission.golden.json"), m)
}

func TestRecordsHaveOneSpelling(t *testing.T) {
	r, err := fixedRecord().Encode()
	ok(t, err)
	for _, c := range []struct{ name, old, new string }{
		{"a space", `"v":1`, `"v": 1`},
		{"another order", `"salt":"AAECAwQFBgcICQoLDA0ODw",`, ``},
		{"an escape", `"a.b.c"`, `"a\u002eb.c"`},
		{"a member twice", `"v":1`, `"v":1,"v":1`},
		{"an unknown member", `"v":1`, `"v":1,"w":2`},
		{"another version", `"v":1`, `"v":2`},
		{"a short salt", `AAECAwQFBgcICQoLDA0ODw`, `AAECAwQFBgcICQoLDA0O`},
		{"stray bits in the salt", `AAECAwQFBgcICQoLDA0ODw`, `AAECAwQFBgcICQoLDA0ODx`},
		{"an unknown compartment", `"certificate"`, `"certificates"`},
		{"no attestation", `"attestation":"d.e.f"`, `"attestation":""`},
		{"an empty list", `"statements":["a.b.c"]`, `"statements":[]`},
		{"null", `"statements":["a.b.c"]`, `"statements":null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Replace(string(r), c.old, c.new, 1)
			if bad == string(r) {
				t.Fatal("the case changes nothing")
			}
			if _, err := broker.DecodeRecord([]byte(bad)); !errors.Is(err, broker.ErrRecord) {
				t.Errorf("got %v, want ErrRecord", err)
			}
		})
	}
	if _, err := broker.DecodeRecord(append(r, '\n')); err == nil {
		t.Error("bytes after the end were taken")
	}
	if _, err := broker.DecodeRecord(bytes.Repeat([]byte(" "), broker.MaxRecord+1)); !errors.Is(err, broker.ErrRecord) || broker.ReasonFor(err) != broker.ReasonTooLarge {
		t.Errorf("oversize record: %v", err)
	}
}

func TestAttestationNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, field string
		change      func(*broker.Attestation)
	}{
		{"no place", "seq", func(a *broker.Attestation) { a.Seq = 0 }},
		{"local time", "at", func(a *broker.Attestation) { a.At = a.At.In(time.FixedZone("", 60)) }},
		{"unknown act", "act", func(a *broker.Attestation) { a.Act = "decree" }},
		{"bad id", "id", func(a *broker.Attestation) { a.ID = "1" }},
		{"no case", "case", func(a *broker.Attestation) { a.Case = "" }},
		{"trust in a case", "case", func(a *broker.Attestation) { a.Act = broker.ActTrust }},
		{"bad sender", "from", func(a *broker.Attestation) { a.From = "court" }},
		{"bad account", "account", func(a *broker.Attestation) { a.Account = "A*" }},
		{"no trust list", "trust", func(a *broker.Attestation) { a.Trust = 0 }},
		{"a statement twice", "statements", func(a *broker.Attestation) { a.Statements = append(a.Statements, a.Statements[0]) }},
		{"another event", "receipt.event", func(a *broker.Attestation) { a.Receipt.Event = "A.2 SubmissionRejection" }},
		{"unknown reason", "receipt.reason", func(a *broker.Attestation) { a.Receipt.Reason = "mood" }},
		{"unknown phase", "state.phase", func(a *broker.Attestation) { a.State.Phase = "lost" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := fixed(t)
			c.change(a)
			_, err := a.Encode()
			fe, is := errors.AsType[*agencies.FieldError](err)
			if !is || fe.Field != c.field {
				t.Errorf("got %v, want field %s", err, c.field)
			}
		})
	}
}

// A record that does not come from the broker's seal, or does not hold what its
// attestation names, does not open.
func TestRecordsOpenOnlyWhole(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	data := l.records[1] // delivery to the provider
	good, err := broker.DecodeRecord(data)
	ok(t, err)
	o, err := broker.OpenRecord(data, l.w.history)
	ok(t, err)
	resign := func(a broker.Attestation, s *agencies.Signer) agencies.Compact {
		payload, err := a.Encode()
		ok(t, err)
		c, err := s.Sign(agencies.TypRecord, payload)
		ok(t, err)
		return c
	}
	sectionM := func() broker.SealedPart {
		n, err := broker.OpenRecord(l.records[2], l.w.history)
		ok(t, err)
		for _, p := range n.Record.Sealed {
			if p.Compartment == broker.SectionM {
				return p
			}
		}
		t.Fatal("the notification holds no section M")
		return broker.SealedPart{}
	}()
	seal := l.w.signer(t, theBroker, "")
	for _, c := range []struct {
		name   string
		change func(*broker.Record)
		reason broker.ReasonCode
	}{
		{"signed by another agency", func(r *broker.Record) { r.Attestation = resign(*o.Attestation, l.w.signer(t, court, "")) }, broker.ReasonUntrusted},
		{"another statement", func(r *broker.Record) { r.Statements = []agencies.Compact{good.Statements[0] + "A"} }, broker.ReasonDigest},
		{"a statement less", func(r *broker.Record) { r.Statements = nil }, broker.ReasonDigest},
		{"another ciphertext", func(r *broker.Record) {
			r.Sealed = []broker.SealedPart{{Compartment: broker.Certificate, Ciphertext: []byte("x")}}
		}, broker.ReasonDigest},
		{"section M slipped in", func(r *broker.Record) {
			a := *o.Attestation
			a.Sealed = append(a.Sealed[:len(a.Sealed):len(a.Sealed)], sectionM.Digest())
			r.Sealed = append(r.Sealed[:len(r.Sealed):len(r.Sealed)], sectionM)
			r.Attestation = resign(a, seal)
		}, broker.ReasonDigest},
		{"a trust list nobody holds", func(r *broker.Record) {
			a := *o.Attestation
			a.Trust = 9
			r.Attestation = resign(a, seal)
		}, broker.ReasonUntrusted},
		{"another trust list", func(r *broker.Record) {
			a := *o.Attestation
			a.TrustDigest = agencies.DigestOf(nil)
			r.Attestation = resign(a, seal)
		}, broker.ReasonDigest},
		{"recorded after the keys expired", func(r *broker.Record) {
			a := *o.Attestation
			a.At = begin.AddDate(3, 0, 0)
			r.Attestation = resign(a, seal)
		}, broker.ReasonUntrusted},
		{"no envelope", func(r *broker.Record) { r.Attestation = "x" }, broker.ReasonMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := *good
			c.change(&r)
			b, err := r.Encode()
			ok(t, err)
			if _, err := broker.OpenRecord(b, l.w.history); broker.ReasonFor(err) != c.reason {
				t.Errorf("got %v (%s), want %s", err, broker.ReasonFor(err), c.reason)
			}
		})
	}
}

func TestMessagesAreBounded(t *testing.T) {
	for _, c := range []struct {
		name, body string
		into       any
		field      string
	}{
		{"empty submission", `{"statements":[]}`, &broker.Submission{}, "statements"},
		{"unknown member", `{"statements":["a"],"sender":"XA-COURT"}`, &broker.Submission{}, "sender"},
		{"unknown question", `{"what":"everything"}`, &broker.Ask{}, "what"},
		{"too many at once", `{"what":"records","limit":5000}`, &broker.Ask{}, "limit"},
		{"case with a wildcard", `{"what":"case","case":"*"}`, &broker.Ask{}, "case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := broker.DecodeMessage([]byte(c.body), c.into)
			if fe, is := errors.AsType[*agencies.FieldError](err); !is || fe.Field != c.field {
				t.Errorf("got %v, want field %s", err, c.field)
			}
		})
	}
	if err := broker.DecodeMessage(make([]byte, broker.MaxMessage+1), &broker.Submission{}); broker.ReasonFor(err) != broker.ReasonTooLarge {
		t.Errorf("oversize message: %v", err)
	}
	if _, err := broker.EncodeMessage(&broker.Reply{Records: [][]byte{make([]byte, broker.MaxMessage)}}); broker.ReasonFor(err) != broker.ReasonTooLarge {
		t.Errorf("oversize reply: %v", err)
	}
}
