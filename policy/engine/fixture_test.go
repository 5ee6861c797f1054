package engine

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// small is a bundle of one rule: a judge permits, anybody else does not.
const small = `package rogatory.main

# METADATA
# title: Who may issue
# custom: {rule: TST-01, article: "Test Art. 1"}
found contains f if {
	input.facts.issued_by in data.rogatory.offices
	f := object.union({"outcome": "permit", "text": "ok: A judge issued it.", "fact": "issued_by"}, cite(rego.metadata.rule()))
}

# METADATA
# title: Who may not issue
# custom: {rule: TST-02, article: "Test Art. 2"}
found contains f if {
	not input.facts.issued_by in data.rogatory.offices
	f := object.union({"outcome": "needs_validation", "text": "no: A judge must validate it.", "fact": "issued_by"}, cite(rego.metadata.rule()))
}

cite(m) := {"rule": m.custom.rule, "article": m.custom.article}

outcome := "needs_validation" if { some f in found; f.outcome == "needs_validation" } else := "permit"

decision := {"outcome": outcome, "obligations": ["deadline=P10D"], "reasons": [f | some f in found], "human_questions": []}
`

const smallData = `{"offices": ["judge", "court"]}`

const manifest = `{"revision": "test", "roots": ["rogatory"], "rego_version": 1}`

func files(rego string, more ...string) fstest.MapFS {
	m := fstest.MapFS{
		".manifest":               {Data: []byte(manifest)},
		"rogatory/main/main.rego": {Data: []byte(rego)},
		"rogatory/data.json":      {Data: []byte(smallData)},
	}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return m
}

func load(t testing.TB, rego string, more ...string) *Revision {
	t.Helper()
	rev, err := Load(context.Background(), files(rego, more...))
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// answering is a bundle that returns one fixed value.
func answering(value string) string {
	return "package rogatory.main\n\ndecision := " + value + "\n"
}

func question(t testing.TB, facts map[string]any) policy.Input {
	t.Helper()
	in := policy.Input{Action: "transmit_order", Instrument: "EPOC", Regime: agencies.RegimeEPO, Now: noon, Facts: policy.Facts{}}
	for name, v := range facts {
		if err := in.Facts.Set(name, v, policy.Derived, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// signer makes a policy signer and its entry in a trust list.
func signer(t testing.TB) (*agencies.Signer, agencies.Key) {
	t.Helper()
	_, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	jwk, err := json.Marshal(map[string]string{
		"kty": "OKP", "crv": "Ed25519", "x": b64(secret.Public().(ed25519.PublicKey)), "d": b64(secret.Seed()),
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := agencies.NewSigner(jwk)
	if err != nil {
		t.Fatal(err)
	}
	key, err := agencies.NewSignKey(s.PublicJWK(), noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return s, key
}
