package policy

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// offices is a network with a policy signer of its own and one of each of two States.
func offices(t *testing.T) (list *agencies.TrustList, network, xa, stranger *agencies.Signer) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	signer := func() *agencies.Signer {
		ring, err := agencies.GenerateKeyring(rand.Reader, "XZ-POLICY", agencies.Ed25519)
		must(err)
		return newSigner(t, ring.Seal)
	}
	list = agencies.NewTrustList("test", []agencies.Registrar{{Name: "one", JWK: signer().PublicJWK()}}, 1, noon.AddDate(0, -1, 0))
	for _, s := range []agencies.State{"XA", "XB"} {
		must(list.SetState(agencies.StateEntry{Code: s, Name: string(s), TimeZone: "UTC"}))
	}
	network, xa, stranger = signer(), signer(), signer()
	for s, state := range map[*agencies.Signer]agencies.State{network: "", xa: "XA", signer(): "XB"} {
		k := signKey(t, s)
		k.State = state
		must(list.AddPolicySigner(k))
	}
	must(list.Validate())
	return list, network, xa, stranger
}

func TestStatementsBySigner(t *testing.T) {
	list, network, xa, stranger := offices(t)
	digest := agencies.DigestOf([]byte("bundle"))
	of := func(change func(*Statement)) Statement {
		s := Statement{Network: "test", Digest: digest, Revision: 1, EffectiveFrom: noon}
		change(&s)
		return s
	}
	plain := of(func(*Statement) {})
	for _, c := range []struct {
		name   string
		signer *agencies.Signer
		s      Statement
		at     time.Time
		field  string // "": accepted
	}{
		{"network's by the network's", network, plain, noon, ""},
		{"State's by the State's", xa, of(func(s *Statement) { s.State = "XA" }), noon, ""},
		{"network's by a State's", xa, plain, noon, "state"},
		{"another State's by a State's", xa, of(func(s *Statement) { s.State = "XB" }), noon, "state"},
		{"State's by the network's", network, of(func(s *Statement) { s.State = "XA" }), noon, "state"},
		{"by a stranger", stranger, plain, noon, "-"},
		{"for another network", network, of(func(s *Statement) { s.Network = "other" }), noon, "network"},
		{"after the key has ended", network, plain, noon.AddDate(9, 0, 0), "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			signed, err := c.s.Sign(c.signer)
			if err != nil {
				t.Fatal(err)
			}
			got, err := VerifyStatement(list, signed, c.at)
			if c.field == "" {
				if err != nil || got != c.s {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if !errors.Is(err, ErrUnsigned) {
				t.Fatalf("accepted: %+v, %v", got, err)
			}
			if fe, ok := errors.AsType[*agencies.FieldError](err); c.field != "-" && (!ok || fe.Field != c.field) {
				t.Errorf("error %v, want field %s", err, c.field)
			}
		})
	}
	raw := func(members map[string]any) agencies.Compact {
		payload, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		c, err := network.Sign(agencies.TypBundle, payload)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, members := range map[string]map[string]any{
		"a member more":     {"network": "test", "digest": digest, "revision": 1, "effective_from": noon, "note": "x"},
		"no number":         {"network": "test", "digest": digest, "effective_from": noon},
		"negative number":   {"network": "test", "digest": digest, "revision": -1, "effective_from": noon},
		"malformed State":   {"network": "test", "state": "x", "digest": digest, "revision": 1, "effective_from": noon},
		"no digest":         {"network": "test", "revision": 1, "effective_from": noon},
		"not even a number": {"network": "test", "digest": digest, "revision": "1", "effective_from": noon},
	} {
		if _, err := VerifyStatement(list, raw(members), noon); !errors.Is(err, ErrUnsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := VerifyStatement(nil, raw(nil), noon); !errors.Is(err, ErrUnsigned) {
		t.Errorf("no trust list: %v", err)
	}
	// The statement of a network is spelled as before States had bundles.
	if b, err := json.Marshal(plain); err != nil || string(b) != `{"network":"test","digest":"`+string(digest)+`","revision":1,"effective_from":"`+noon.Format(time.RFC3339Nano)+`"}` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestSignRefuses(t *testing.T) {
	_, network, _, _ := offices(t)
	digest := agencies.DigestOf(nil)
	for name, s := range map[string]Statement{
		"no network": {Digest: digest, Revision: 1, EffectiveFrom: noon},
		"no digest":  {Network: "test", Revision: 1, EffectiveFrom: noon},
		"no number":  {Network: "test", Digest: digest, EffectiveFrom: noon},
		"no time":    {Network: "test", Digest: digest, Revision: 1},
		"local time": {Network: "test", Digest: digest, Revision: 1, EffectiveFrom: noon.In(time.FixedZone("x", 3600))},
		"bad State":  {Network: "test", State: "Alvonia", Digest: digest, Revision: 1, EffectiveFrom: noon},
	} {
		if _, err := s.Sign(network); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestRegister(t *testing.T) {
	tomorrow := noon.AddDate(0, 0, 1)
	st := func(state agencies.State, content string, n int, from time.Time) Statement {
		return Statement{Network: "test", State: state, Digest: agencies.DigestOf([]byte(content)), Revision: n, EffectiveFrom: from}
	}
	var r Register
	var err error
	for _, s := range []Statement{st("", "one", 1, noon), st("XA", "a", 1, tomorrow), st("", "two", 2, tomorrow)} {
		if r, err = r.Next(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		s     Statement
		field string
	}{
		{"older number", st("", "three", 1, tomorrow), "revision"},
		{"same number, other content", st("", "three", 2, tomorrow), "revision"},
		{"the same again", st("", "two", 2, tomorrow), "revision"},
		{"effective earlier", st("", "three", 3, noon), "effective_from"},
		{"of a State, effective earlier", st("XA", "b", 2, noon), "effective_from"},
	} {
		got, err := r.Next(c.s)
		fe, ok := errors.AsType[*agencies.FieldError](err)
		if !errors.Is(err, ErrRollback) || !ok || fe.Field != c.field || len(got) != len(r) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// Going back to older content takes a new number; each scope counts for itself.
	if _, err := r.Next(st("", "one", 3, tomorrow)); err != nil {
		t.Error(err)
	}
	if _, err := r.Next(st("XB", "b", 1, noon)); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		scope agencies.State
		at    time.Time
		want  int
	}{
		{"", noon.Add(-1), 0}, {"", noon, 1}, {"", tomorrow.Add(-1), 1}, {"", tomorrow, 2},
		{"XA", noon, 0}, {"XA", tomorrow, 1}, {"XB", tomorrow, 0},
	} {
		if got, ok := r.InForce(c.scope, c.at); ok != (c.want > 0) || got.Revision != c.want {
			t.Errorf("%q at %v: %+v", c.scope, c.at, got)
		}
	}
	if n := len(r.Needed(noon)); n != 3 {
		t.Errorf("needed at noon: %d, want the one in force and the two to come", n)
	}
	if n := len(r.Needed(tomorrow)); n != 2 {
		t.Errorf("needed tomorrow: %d", n)
	}
}
