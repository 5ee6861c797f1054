package agencies_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

func TestStatementRoundTrip(t *testing.T) {
	w := theWorld()
	s, c := w.order(t)
	got, v, err := w.list(t).VerifyStatement(c, now)
	ok(t, err)
	want, err := s.Encode()
	ok(t, err)
	back, err := got.Encode()
	ok(t, err)
	if !bytes.Equal(want, back) || !bytes.Equal(want, v.Payload) || v.Officer.ID != prosecutor {
		t.Errorf("%s\n%s", want, back)
	}
}

func TestStatementFields(t *testing.T) {
	w := theWorld()
	key := newRecipient(t)
	d, err := agencies.NewDisclosure("target", "someone")
	ok(t, err)
	type S = agencies.Statement
	for _, tc := range []struct {
		name        string
		change      func(*S)
		field, rule string
	}{
		{"no change", func(*S) {}, "", ""},
		{"type", func(s *S) { s.Type = "Submit it" }, "type", agencies.RuleFormat},
		{"id", func(s *S) { s.ID = "1" }, "id", agencies.RuleFormat},
		{"id in capitals", func(s *S) { s.ID = strings.ToUpper(s.ID) }, "id", agencies.RuleFormat},
		{"case", func(s *S) { s.Case = "" }, "case", agencies.RuleFormat},
		{"sender", func(s *S) { s.Sender = "me" }, "sender", agencies.RuleFormat},
		{"nobody", func(s *S) { s.To = nil }, "to", agencies.RuleRequired},
		{"to malformed", func(s *S) { s.To[1] = ">" }, "to[1]", agencies.RuleFormat},
		{"to twice", func(s *S) { s.To[1] = s.To[0] }, "to[1]", agencies.RuleDuplicate},
		{"to self", func(s *S) { s.To[0] = moj }, "to", agencies.RuleMismatch},
		{"to all", func(s *S) { s.To = make([]agencies.ID, 65) }, "to", agencies.RuleSize},
		{"no time", func(s *S) { s.Time = time.Time{} }, "time", agencies.RuleRequired},
		{"local time", func(s *S) { s.Time = now.In(time.FixedZone("x", 60)) }, "time", agencies.RuleTime},
		{"body null", func(s *S) { s.Body = json.RawMessage("null") }, "body", agencies.RuleType},
		{"no body", func(s *S) { s.Body = nil }, "body", agencies.RuleType},
		{"body a list", func(s *S) { s.Body = json.RawMessage("[]") }, "body", agencies.RuleType},
		{"digest", func(s *S) { s.SD[0] = "x" }, "_sd[0]", agencies.RuleFormat},
		{"digest twice", func(s *S) { s.SD = []string{s.SD[0], s.SD[0]} }, "_sd[1]", agencies.RuleCanonical},
		{"digests unsorted", func(s *S) { s.SD = []string{s.SD[0], strings.Repeat("-", 42) + "0"} }, "_sd[1]", agencies.RuleCanonical},
		{"digest algorithm", func(s *S) { s.SDAlg = "md5" }, "_sd_alg", agencies.RuleUnknown},
		{"algorithm missing", func(s *S) { s.SDAlg = "" }, "_sd_alg", agencies.RuleUnknown},
		{"algorithm alone", func(s *S) { s.SD = nil; s.Sealed = nil }, "_sd_alg", agencies.RuleMismatch},
		{"sealed without digests", func(s *S) { s.SD, s.SDAlg = nil, "" }, "_sd", agencies.RuleRequired},
		{"compartment", func(s *S) { s.Sealed[0].Compartment = "A B" }, "sealed[0].compartment", agencies.RuleFormat},
		{"compartment twice", func(s *S) { s.Sealed = append(s.Sealed, s.Sealed[0]) }, "sealed[1].compartment", agencies.RuleDuplicate},
		{"ciphertext twice", func(s *S) {
			s.Sealed = append(s.Sealed, s.Sealed[0])
			s.Sealed[1].Compartment = "m"
		}, "sealed[1].digest", agencies.RuleDuplicate},
		{"sealed digest", func(s *S) { s.Sealed[0].Digest = "x" }, "sealed[0].digest", agencies.RuleFormat},
		{"sealed to nobody", func(s *S) { s.Sealed[0].To = nil }, "sealed[0].to", agencies.RuleRequired},
		{"sealed to a stranger", func(s *S) { s.Sealed[0].To = []agencies.ID{"XB-OTHER"} }, "sealed[0].to[0]", agencies.RuleMismatch},
		{"sealed to self", func(s *S) { s.Sealed[0].To = []agencies.ID{moj} }, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, _ := w.order(t)
			_, err := s.Seal("particulars", key, []agencies.ID{host}, []agencies.Disclosure{d})
			ok(t, err)
			tc.change(s)
			// What is built and what is read are held to the same rules.
			_, err = s.Encode()
			raw, rawErr := agencies.Canonical(s)
			ok(t, rawErr)
			_, readErr := agencies.ParseStatement(raw)
			if tc.rule == "" {
				ok(t, err)
				ok(t, readErr)
				return
			}
			wantField(t, err, tc.field, tc.rule)
			if tc.name == "no time" || tc.name == "local time" || tc.name == "no body" {
				return // Go cannot write them as they are
			}
			wantField(t, readErr, tc.field, tc.rule)
		})
	}
}

func TestStatementIsCanonical(t *testing.T) {
	s, _ := theWorld().order(t)
	raw, err := s.Encode()
	ok(t, err)
	text := string(raw)
	for _, tc := range []struct{ name, in, field, rule string }{
		{"white space", text + " ", "", agencies.RuleCanonical},
		{"member order", `{"type":"submit",` + strings.Replace(text[1:], `,"type":"submit"`, "", 1), "", agencies.RuleCanonical},
		{"escape", strings.Replace(text, "submit", `s\u0075bmit`, 1), "", agencies.RuleCanonical},
		{"number form", strings.Replace(text, `"kind":"epoc"`, `"kind":1.0`, 1), "", agencies.RuleCanonical},
		{"empty member", strings.Replace(text, `"body"`, `"_sd":[],"body"`, 1), "", agencies.RuleCanonical},
		{"number beyond a double", strings.Replace(text, `"kind":"epoc"`, `"kind":9007199254740993`, 1), "", agencies.RuleCanonical},
		{"unknown member", strings.Replace(text, `"body"`, `"admin":true,"body"`, 1), "admin", agencies.RuleUnknown},
		{"duplicate in body", strings.Replace(text, `"kind":"epoc"`, `"kind":"epoc","kind":"eio"`, 1), "body.kind", agencies.RuleDuplicate},
		{"missing time", strings.Replace(text, `"time":"2026-06-01T12:00:00Z",`, "", 1), "time", agencies.RuleRequired},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.in == text {
				t.Fatal("row changes nothing")
			}
			_, err := agencies.ParseStatement([]byte(tc.in))
			wantField(t, err, tc.field, tc.rule)
		})
	}
}

func TestStatementSender(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	s, _ := w.order(t)
	c, err := w.officer(t, judge).SignStatement(s) // the court's judge speaks as the ministry
	ok(t, err)
	_, _, err = l.VerifyStatement(c, now)
	wantReason(t, err, agencies.ReasonSender)
	c, err = w.seal(t, moj).SignStatement(s)
	ok(t, err)
	_, _, err = l.VerifyStatement(c, now)
	ok(t, err)
	_, _, err = l.VerifyStatement(c, now.Add(-agencies.MaxAhead))
	ok(t, err)
	_, _, err = l.VerifyStatement(c, now.Add(-agencies.MaxAhead-1))
	wantField(t, err, "time", agencies.RuleTime)
	// A validation is no statement, even with a statement inside.
	raw, err := s.Encode()
	ok(t, err)
	c, err = w.seal(t, moj).Sign(agencies.TypValidation, raw)
	ok(t, err)
	_, _, err = l.VerifyStatement(c, now)
	wantField(t, err, "header.typ", agencies.RuleMismatch)
}

func TestValidation(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	s, order := w.order(t)
	build := func(sender agencies.ID) *agencies.Validation {
		v, err := agencies.NewValidation(order, s.Case, sender, agencies.Validated, []string{"whole"}, now)
		ok(t, err)
		v.Attestations = map[string]any{"offence_is_serious": true, "max_sentence_months": 48}
		return v
	}
	sign := func(id agencies.OfficerID, v *agencies.Validation) agencies.Compact {
		c, err := w.officer(t, id).SignValidation(v)
		ok(t, err)
		return c
	}
	c := sign(judge, build(court))
	val, by, err := l.VerifyValidation(c, order, now)
	ok(t, err)
	if val.OrderDigest != order.Digest() || val.Decision != agencies.Validated || by.Officer.ID != judge || val.Attestations["offence_is_serious"] != true {
		t.Errorf("%+v by %+v", val, by)
	}
	g := w.signed(t)
	h := agencies.History{g}
	if _, _, err := h.VerifyValidation(c, order, 1, now); err != nil {
		t.Error(err)
	}
	if _, _, err := h.VerifyStatement(order, 1, now); err != nil {
		t.Error(err)
	}
	_, _, err = h.VerifyStatement(order, 2, now)
	wantReason(t, err, agencies.ReasonUnverified)

	// A judge of the same agency is another person: allowed here.
	_, _, err = l.VerifyValidation(sign(mojJudge, build(moj)), order, now)
	ok(t, err)

	_, _, err = l.VerifyValidation(sign(prosecutor, build(moj)), order, now)
	wantReason(t, err, agencies.ReasonSigner)
	seal, err := w.seal(t, court).SignValidation(build(court))
	ok(t, err)
	_, _, err = l.VerifyValidation(seal, order, now)
	wantReason(t, err, agencies.ReasonSigner)
	_, _, err = l.VerifyValidation(sign(judge, build(moj)), order, now)
	wantReason(t, err, agencies.ReasonSender)
	_, other := w.order(t)
	_, _, err = l.VerifyValidation(c, other, now)
	wantField(t, err, "order_digest", agencies.RuleMismatch)
	_, _, err = l.VerifyValidation(order, order, now)
	wantField(t, err, "header.typ", agencies.RuleMismatch)
	v := build(court)
	v.Case = agencies.NewID()
	_, _, err = l.VerifyValidation(sign(judge, v), order, now)
	wantField(t, err, "case", agencies.RuleMismatch)

	// An officer with two keys is still one person.
	second := newKeyring(t, moj)
	k, err := agencies.NewSignKey([]byte(second.Seal.Reveal()), t0, end)
	ok(t, err)
	two := w.edited(t, func(l *agencies.TrustList) error { return l.AddOfficerKey(prosecutor, k) })
	s2, err := second.SealSigner()
	ok(t, err)
	c, err = s2.SignValidation(build(moj))
	ok(t, err)
	_, _, err = two.VerifyValidation(c, order, now)
	wantReason(t, err, agencies.ReasonSigner)
}

func TestValidationFields(t *testing.T) {
	s, order := theWorld().order(t)
	type V = agencies.Validation
	for _, tc := range []struct {
		name        string
		change      func(*V)
		field, rule string
	}{
		{"no change", func(*V) {}, "", ""},
		{"id", func(v *V) { v.ID = "" }, "id", agencies.RuleFormat},
		{"case", func(v *V) { v.Case = "" }, "case", agencies.RuleFormat},
		{"act", func(v *V) { v.Act = "submit" }, "act", agencies.RuleMismatch},
		{"digest", func(v *V) { v.OrderDigest = "" }, "order_digest", agencies.RuleFormat},
		{"digest of the wrong kind", func(v *V) { v.OrderDigest = agencies.Digest("sha-512:" + strings.Repeat("0", 128)) }, "order_digest", agencies.RuleFormat},
		{"decision", func(v *V) { v.Decision = "perhaps" }, "decision", agencies.RuleUnknown},
		{"no decision", func(v *V) { v.Decision = "" }, "decision", agencies.RuleUnknown},
		{"no scope", func(v *V) { v.Scope = nil }, "scope", agencies.RuleRequired},
		{"scope", func(v *V) { v.Scope = []string{"A"} }, "scope[0]", agencies.RuleFormat},
		{"scope twice", func(v *V) { v.Scope = []string{"a", "a"} }, "scope[1]", agencies.RuleDuplicate},
		{"attestation", func(v *V) { v.Attestations = map[string]any{"": 1} }, "attestations", agencies.RuleFormat},
		{"sender", func(v *V) { v.Sender = "" }, "sender", agencies.RuleFormat},
		{"no time", func(v *V) { v.Time = time.Time{} }, "time", agencies.RuleRequired},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, err := agencies.NewValidation(order, s.Case, court, agencies.Refused, []string{"whole"}, now)
			ok(t, err)
			tc.change(v)
			raw, rawErr := agencies.Canonical(v)
			ok(t, rawErr)
			_, err = v.Encode()
			_, readErr := agencies.ParseValidation(raw)
			if tc.rule == "" {
				ok(t, err)
				ok(t, readErr)
				_, err = agencies.ParseValidation(append(raw, '\n'))
				wantField(t, err, "", agencies.RuleCanonical)
				return
			}
			wantField(t, err, tc.field, tc.rule)
			wantField(t, readErr, tc.field, tc.rule)
		})
	}
}
