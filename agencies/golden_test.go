package agencies_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// The golden keyrings are for tests only and protect nothing. They come from a
// fixed random source, so -update makes the same ones again.

const (
	goldenCase  = "019b7690-0000-7000-8000-000000000001"
	goldenOrder = "019b7690-0000-7000-8000-000000000002"
	goldenValid = "019b7690-0000-7000-8000-000000000003"
)

func readGolden(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	ok(t, err)
	return b
}

// TestGolden builds every format from fixed inputs and compares the bytes.
func TestGolden(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 1)
	rings := map[agencies.ID]*agencies.Keyring{}
	for _, m := range []struct {
		id      agencies.ID
		officer agencies.OfficerID
	}{{moj, prosecutor}, {court, judge}} {
		k, err := agencies.GenerateKeyring(rand.Reader, m.id, agencies.Ed25519, m.officer)
		ok(t, err)
		raw, err := k.Encode()
		ok(t, err)
		name := "keyring-" + string(m.id) + ".json"
		golden(t, name, raw)
		// Go on with the file's keys, so that one change shows in one place.
		rings[m.id], err = agencies.ParseKeyring(readGolden(t, name))
		ok(t, err)
	}
	seal, err := rings[court].SealSigner()
	ok(t, err)

	registrar, err := agencies.GenerateKeyring(rand.Reader, "XA-REG", agencies.Ed25519)
	ok(t, err)
	reg, err := registrar.SealSigner()
	ok(t, err)
	l := agencies.NewTrustList("golden.example", []agencies.Registrar{{Name: "Registrar", JWK: reg.PublicJWK()}}, 1, t0)
	until := end.Add(time.Hour)
	ok(t, l.SetState(agencies.StateEntry{
		Code: "XA", Name: "Ålandia", Languages: []string{"cs", "sr-Latn"}, TimeZone: "Europe/Prague", Holidays: []string{"2026-12-25"},
		Regimes: []agencies.Binding{{Regime: agencies.RegimeEPO, From: now, Until: &until, Declarations: map[string]bool{"art_7": false}}},
	}))
	for _, d := range []struct {
		id      agencies.ID
		kind    agencies.Kind
		offices map[agencies.OfficerID]agencies.Office
	}{
		{moj, agencies.CentralAuthority, map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor}},
		{court, agencies.Court, map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge}},
	} {
		a, err := rings[d.id].Entry(agencies.Description{
			Name: "Golden " + string(d.id), Kind: d.kind, Offices: d.offices, NotBefore: t0, NotAfter: end,
			Competences: []agencies.Competence{agencies.CompIssue, agencies.CompValidate}, Languages: []string{"cs"},
		})
		ok(t, err)
		ok(t, l.AddAgency(*a))
	}
	l.Witnesses = []string{"witness.example/w1+00000000+AAAA"}
	ok(t, l.RevokeKey(seal.KeyID(), now, agencies.Superseded))
	exact, err := l.Encode()
	ok(t, err)
	golden(t, "trustlist-1.json", exact)
	file, err := agencies.SignTrustList(l, reg)
	ok(t, err)
	golden(t, "trustlist-1.signed.json", file)

	d, err := agencies.ParseDisclosure(b64([]byte(`["AAAAAAAAAAAAAAAAAAAAAA","target","Jan Novák"]`)))
	ok(t, err)
	golden(t, "disclosure.txt", []byte(d.Encode()+"\n"+d.Digest()+"\n"))
	s := &agencies.Statement{
		Type: "submit", ID: goldenOrder, Case: goldenCase, Sender: moj, To: []agencies.ID{court}, Time: now.Add(time.Millisecond),
		Body: []byte(`{"kind":"epoc","urgent":false}`), SD: []string{d.Digest()}, SDAlg: "sha-256",
		Sealed: []agencies.SealedRef{{Compartment: "particulars", Digest: agencies.DigestOf([]byte("ciphertext")), To: []agencies.ID{court}}},
	}
	raw, err := s.Encode()
	ok(t, err)
	golden(t, "statement.json", raw)
	p, err := rings[moj].OfficerSigner(prosecutor)
	ok(t, err)
	order, err := p.SignStatement(s)
	ok(t, err)
	golden(t, "statement.jws", []byte(order))
	v := &agencies.Validation{
		ID: goldenValid, Case: goldenCase, Act: "validate", OrderDigest: order.Digest(), Decision: agencies.Validated,
		Scope: []string{"whole"}, Attestations: map[string]any{"necessary": true}, Time: now.Add(time.Hour), Sender: court,
	}
	raw, err = v.Encode()
	ok(t, err)
	golden(t, "validation.json", raw)
	j, err := rings[court].OfficerSigner(judge)
	ok(t, err)
	c, err := j.SignValidation(v)
	ok(t, err)
	golden(t, "validation.jws", []byte(c))
}

// TestGoldenReads is the promise of compatibility: what was written stays good.
func TestGoldenReads(t *testing.T) {
	g := parseList(t, readGolden(t, "trustlist-1.signed.json"))
	if !bytes.Equal(g.Bytes(), readGolden(t, "trustlist-1.json")) {
		t.Error("the signed list is not the list")
	}
	h, err := agencies.NewHistory(g, agencies.DigestOf(readGolden(t, "trustlist-1.json")))
	ok(t, err)
	order := agencies.Compact(readGolden(t, "statement.jws"))
	s, v, err := h.VerifyStatement(order, 1, now.Add(time.Hour))
	ok(t, err)
	if s.ID != goldenOrder || !bytes.Equal(v.Payload, readGolden(t, "statement.json")) || v.Officer.ID != prosecutor {
		t.Errorf("%+v", s)
	}
	val, _, err := h.VerifyValidation(agencies.Compact(readGolden(t, "validation.jws")), order, 1, now.Add(time.Hour))
	ok(t, err)
	if val.ID != goldenValid {
		t.Errorf("%+v", val)
	}
}
