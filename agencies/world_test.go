package agencies_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// The world of the tests: two authorities and a provider in two States.
const (
	moj   = agencies.ID("XA-MOJ")
	court = agencies.ID("XA-COURT")
	host  = agencies.ID("XB-HOST")

	prosecutor = agencies.OfficerID("XA-MOJ/prosecutor-1")
	mojJudge   = agencies.OfficerID("XA-MOJ/judge-1")
	judge      = agencies.OfficerID("XA-COURT/judge-1")
	custodian  = agencies.OfficerID("XB-HOST/desk-1")
)

var (
	t0  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	end = time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
)

type world struct {
	rings      map[agencies.ID]*agencies.Keyring
	registrars []*agencies.Signer
	policy     *agencies.Signer
	genesis    []byte // signed file of version 1
}

// theWorld is made once; nothing in it is changed after.
var theWorld = sync.OnceValue(func() *world {
	w := &world{rings: map[agencies.ID]*agencies.Keyring{}}
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	for range 3 {
		w.registrars = append(w.registrars, newSigner(agencies.Ed25519))
	}
	w.policy = newSigner(agencies.Ed25519)
	l := agencies.NewTrustList("test.example", w.registrarEntries(), 2, t0)
	for _, s := range []agencies.StateEntry{
		{Code: "XA", Name: "Aland", TimeZone: "Europe/Prague", Languages: []string{"cs"}, Regimes: []agencies.Binding{{Regime: agencies.RegimeUNTOC, From: t0}}},
		{Code: "XB", Name: "Bland", TimeZone: "UTC", Holidays: []string{"2026-12-25"}},
	} {
		must(l.SetState(s))
	}
	for _, m := range []struct {
		id      agencies.ID
		alg     agencies.Alg
		kind    agencies.Kind
		offices map[agencies.OfficerID]agencies.Office
	}{
		{moj, agencies.Ed25519, agencies.CentralAuthority, map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor, mojJudge: agencies.OfficeInvestigatingJudge}},
		{court, agencies.P256, agencies.Court, map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge}},
		{host, agencies.P384, agencies.ServiceProvider, map[agencies.OfficerID]agencies.Office{custodian: agencies.OfficeCustodian}},
	} {
		var ids []agencies.OfficerID
		for id := range m.offices {
			ids = append(ids, id)
		}
		k, err := agencies.GenerateKeyring(rand.Reader, m.id, m.alg, ids...)
		must(err)
		w.rings[m.id] = k
		a, err := k.Entry(agencies.Description{
			Name: "Agency " + string(m.id), Kind: m.kind, Offices: m.offices, NotBefore: t0, NotAfter: end,
			Competences: []agencies.Competence{agencies.CompIssue},
		})
		must(err)
		must(l.AddAgency(*a))
	}
	k, err := agencies.NewSignKey(w.policy.PublicJWK(), t0, end)
	must(err)
	must(l.AddPolicySigner(k))
	w.genesis, err = agencies.SignTrustList(l, w.registrars[:2]...)
	must(err)
	return w
})

func newSigner(alg agencies.Alg) *agencies.Signer {
	k, err := agencies.GenerateKeyring(rand.Reader, "XZ-TEMP", alg)
	if err != nil {
		panic(err)
	}
	s, err := k.SealSigner()
	if err != nil {
		panic(err)
	}
	return s
}

func (w *world) registrarEntries() []agencies.Registrar {
	var out []agencies.Registrar
	for i, s := range w.registrars {
		out = append(out, agencies.Registrar{Name: "Registrar " + string(rune('A'+i)), JWK: s.PublicJWK()})
	}
	return out
}

// signed parses version 1 afresh and verifies it.
func (w *world) signed(t testing.TB) *agencies.SignedTrustList {
	t.Helper()
	s := parseList(t, w.genesis)
	ok(t, s.VerifyGenesis(s.Digest()))
	return s
}

func (w *world) list(t testing.TB) *agencies.TrustList { return w.signed(t).List() }

// edited is version 1 with a change, validated by hand.
func (w *world) edited(t testing.TB, change func(*agencies.TrustList) error) *agencies.TrustList {
	t.Helper()
	l := w.draft(t)
	ok(t, change(l))
	ok(t, l.Validate())
	return l
}

func (w *world) draft(t testing.TB) *agencies.TrustList {
	t.Helper()
	l, err := w.signed(t).Next(t0.Add(time.Hour))
	ok(t, err)
	return l
}

func (w *world) officer(t testing.TB, id agencies.OfficerID) *agencies.Signer {
	t.Helper()
	s, err := w.rings[id.Agency()].OfficerSigner(id)
	ok(t, err)
	return s
}

func (w *world) seal(t testing.TB, id agencies.ID) *agencies.Signer {
	t.Helper()
	s, err := w.rings[id].SealSigner()
	ok(t, err)
	return s
}

// order is a signed act of the prosecutor.
func (w *world) order(t testing.TB) (*agencies.Statement, agencies.Compact) {
	t.Helper()
	s, err := agencies.NewStatement("submit", agencies.NewID(), moj, []agencies.ID{host, court}, now, map[string]any{"kind": "epoc"})
	ok(t, err)
	c, err := w.officer(t, prosecutor).SignStatement(s)
	ok(t, err)
	return s, c
}

func parseList(t testing.TB, file []byte) *agencies.SignedTrustList {
	t.Helper()
	s, err := agencies.ParseTrustList(file)
	ok(t, err)
	return s
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantField wants a *FieldError about field and rule.
func wantField(t testing.TB, err error, field, rule string) {
	t.Helper()
	fe, is := errors.AsType[*agencies.FieldError](err)
	if !is || fe.Field != field || fe.Rule != rule {
		t.Errorf("error %v, want field %q rule %q", err, field, rule)
	}
	if !errors.Is(err, agencies.ErrMalformed) || errors.Is(err, agencies.ErrUntrusted) {
		t.Errorf("error %v does not match ErrMalformed alone", err)
	}
}

// wantReason wants a *TrustError with the reason.
func wantReason(t testing.TB, err error, reason string) {
	t.Helper()
	te, is := errors.AsType[*agencies.TrustError](err)
	if !is || te.Reason != reason {
		t.Errorf("error %v, want reason %q", err, reason)
	}
	if !errors.Is(err, agencies.ErrUntrusted) || errors.Is(err, agencies.ErrMalformed) {
		t.Errorf("error %v does not match ErrUntrusted alone", err)
	}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// rawKey reads a private JWK without the package under test.
func rawKey(t testing.TB, secret agencies.Secret) any {
	t.Helper()
	var m struct{ Crv, D string }
	ok(t, json.Unmarshal([]byte(secret.Reveal()), &m))
	d, err := base64.RawURLEncoding.DecodeString(m.D)
	ok(t, err)
	if m.Crv == "Ed25519" {
		return ed25519.NewKeyFromSeed(d)
	}
	k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d)
	ok(t, err)
	return k
}

// forge signs header and payload texts as given, which no JOSE library would.
func forge(t testing.TB, key any, head, payload string) agencies.Compact {
	t.Helper()
	input := head + "." + payload
	var sig []byte
	switch k := key.(type) {
	case ed25519.PrivateKey:
		sig = ed25519.Sign(k, []byte(input))
	case *ecdsa.PrivateKey:
		sum := sha256.Sum256([]byte(input))
		r, s, err := ecdsa.Sign(rand.Reader, k, sum[:])
		ok(t, err)
		sig = slices.Concat(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32)))
	}
	return agencies.Compact(input + "." + b64(sig))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		ok(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	ok(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s changed, which is a change of format:\n got %s\nwant %s", name, got, want)
	}
}
