package evidence_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
)

var t0 = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

const (
	provider  = agencies.ID("XB-PROV")
	authority = agencies.ID("XA-PROS")
	keeper    = agencies.ID("XC-BROKER")
	stranger  = agencies.ID("XB-OTHER")
	officer   = agencies.OfficerID("XA-PROS/inv-1")
)

// world is a trust list with signers for four agencies and one officer.
type world struct {
	list    *agencies.TrustList
	signers map[string]*agencies.Signer
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{signers: map[string]*agencies.Signer{}}
	reg := newSigner(t)
	w.list = agencies.NewTrustList("test", []agencies.Registrar{{Name: "Registrar", JWK: reg.PublicJWK()}}, 1, t0)
	for _, s := range []agencies.State{"XA", "XB", "XC"} {
		must(t, w.list.SetState(agencies.StateEntry{Code: s, Name: "State " + string(s), TimeZone: "UTC"}))
	}
	for id, kind := range map[agencies.ID]agencies.Kind{
		provider: "service_provider", authority: "prosecution", keeper: "broker", stranger: "police",
	} {
		must(t, w.list.AddAgency(agencies.Agency{ID: id, Name: string(id), State: id.State(), Kind: kind}))
		s := newSigner(t)
		w.signers[string(id)] = s
		must(t, w.list.AddAgencyKey(id, signKey(t, s)))
	}
	must(t, w.list.AddOfficer(agencies.Officer{ID: officer, Office: "investigator", Standing: agencies.Active}))
	w.signers[string(officer)] = newSigner(t)
	must(t, w.list.AddOfficerKey(officer, signKey(t, w.signers[string(officer)])))
	must(t, w.list.Validate())
	return w
}

func newSigner(t testing.TB) *agencies.Signer {
	t.Helper()
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	b64 := base64.RawURLEncoding.EncodeToString
	jwk, err := json.Marshal(map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64(pub), "d": b64(priv.Seed())})
	must(t, err)
	s, err := agencies.NewSigner(jwk)
	must(t, err)
	return s
}

func signKey(t testing.TB, s *agencies.Signer) agencies.Key {
	t.Helper()
	k, err := agencies.NewSignKey(s.PublicJWK(), t0.AddDate(-1, 0, 0), t0.AddDate(1, 0, 0))
	must(t, err)
	return k
}

func hybrid(t testing.TB) (*age.HybridIdentity, string) {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	must(t, err)
	return id, id.Recipient().String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantField demands a *agencies.FieldError about the field, and returns its text.
func wantField(t testing.TB, err error, field string) {
	t.Helper()
	var fe *agencies.FieldError
	if !errors.As(err, &fe) || fe.Field != field {
		t.Fatalf("got %v, want an error about field %q", err, field)
	}
}

func wantErr(t testing.TB, err, target error, text string) {
	t.Helper()
	if !errors.Is(err, target) || !strings.Contains(err.Error(), text) {
		t.Fatalf("got %v, want %v saying %q", err, target, text)
	}
}
