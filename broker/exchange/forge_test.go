package exchange_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// What a forger does to an envelope.

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func parts(t testing.TB, c agencies.Compact) []string {
	t.Helper()
	p := strings.Split(string(c), ".")
	if len(p) != 3 {
		t.Fatal("no compact envelope")
	}
	return p
}

// header changes members of the protected header; the signature stays.
func header(t testing.TB, c agencies.Compact, members map[string]any) agencies.Compact {
	t.Helper()
	p := parts(t, c)
	raw, err := base64.RawURLEncoding.DecodeString(p[0])
	ok(t, err)
	h := map[string]any{}
	ok(t, json.Unmarshal(raw, &h))
	maps.Copy(h, members)
	raw, err = json.Marshal(h)
	ok(t, err)
	return agencies.Compact(b64(raw) + "." + p[1] + "." + p[2])
}

// payload changes the signed text; the signature stays.
func payload(t testing.TB, c agencies.Compact, old, now string) agencies.Compact {
	t.Helper()
	p := parts(t, c)
	raw, err := base64.RawURLEncoding.DecodeString(p[1])
	ok(t, err)
	if !strings.Contains(string(raw), old) {
		t.Fatalf("the payload holds no %s", old)
	}
	return agencies.Compact(p[0] + "." + b64([]byte(strings.Replace(string(raw), old, now, 1))) + "." + p[2])
}

// signature replaces it.
func signature(t testing.TB, c agencies.Compact, sig []byte) agencies.Compact {
	t.Helper()
	p := parts(t, c)
	return agencies.Compact(p[0] + "." + p[1] + "." + b64(sig))
}

// freshSigner is one whose key nobody knows.
func freshSigner(t testing.TB, id agencies.ID) *agencies.Signer {
	t.Helper()
	ring, err := agencies.GenerateKeyring(rand.Reader, id, agencies.Ed25519)
	ok(t, err)
	s, err := ring.SealSigner()
	ok(t, err)
	return s
}

// resigned signs an act's payload again with another key.
func resigned(t testing.TB, c agencies.Compact, s *agencies.Signer) agencies.Compact {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(parts(t, c)[1])
	ok(t, err)
	out, err := s.Sign(agencies.TypAct, raw)
	ok(t, err)
	return out
}

// member changes a member of the body before the statement is signed: nil removes.
func member(t testing.TB, path string, v any) func(*agencies.Statement) {
	return func(st *agencies.Statement) {
		var body map[string]any
		ok(t, json.Unmarshal(st.Body, &body))
		at := body
		names := strings.Split(path, "/")
		for _, name := range names[:len(names)-1] {
			next, isMap := at[name].(map[string]any)
			if !isMap {
				next = at[name].([]any)[0].(map[string]any)
			}
			at = next
		}
		last := names[len(names)-1]
		if v == nil {
			delete(at, last)
		} else {
			at[last] = v
		}
		var err error
		st.Body, err = agencies.Canonical(body)
		ok(t, err)
	}
}

// essence is what of a case an act that was refused must not change.
func essence(t testing.TB, c broker.Case) string {
	t.Helper()
	c.Acts, c.Receipts, c.Decisions = nil, nil, nil
	c.Seq = 0
	c.At = c.Issued.At
	b, err := json.Marshal(c)
	ok(t, err)
	return string(b)
}

// essenceOf is the same of what a member is shown.
func essenceOf(t testing.TB, v *broker.View) string {
	t.Helper()
	if v == nil {
		return "nothing"
	}
	w := *v
	w.Acts, w.Receipts, w.Decisions = nil, nil, nil
	w.At = w.Order.Issued
	b, err := json.Marshal(w)
	ok(t, err)
	return string(b)
}

func clone(s *broker.Submission) *broker.Submission {
	out := *s
	out.Statements, out.Sealed, out.Wraps = slices.Clone(s.Statements), slices.Clone(s.Sealed), slices.Clone(s.Wraps)
	return &out
}
