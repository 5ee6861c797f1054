package policy

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

const theCase, theAct = "0199f0a0-0000-7000-8000-00000000000a", "0199f0a0-0000-7000-8000-00000000000b"

// desk is a trust list with a broker and a court, and their keys.
type desk struct {
	list                    *agencies.TrustList
	broker, operator, court *agencies.Signer
	brokerKey               agencies.KeyID
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	registrar, err := agencies.GenerateKeyring(rand.Reader, "XZ-REG", agencies.Ed25519)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{}
	d.list = agencies.NewTrustList("test", []agencies.Registrar{{Name: "one", JWK: newSigner(t, registrar.Seal).PublicJWK()}}, 1, noon.AddDate(0, -1, 0))
	add := func(id agencies.ID, kind agencies.Kind, comp agencies.Competence, office agencies.Office) (seal, officer *agencies.Signer) {
		who := agencies.OfficerID(string(id) + "/one")
		ring, err := agencies.GenerateKeyring(rand.Reader, id, agencies.Ed25519, who)
		if err != nil {
			t.Fatal(err)
		}
		seal, officer = newSigner(t, ring.Seal), newSigner(t, ring.Officers[who])
		err = d.list.AddAgency(agencies.Agency{
			ID: id, Name: "Name of " + string(id), State: id.State(), Kind: kind, Competences: []agencies.Competence{comp}, Languages: []string{"en"},
			Keys:     []agencies.Key{signKey(t, seal)},
			Officers: []agencies.Officer{{ID: who, Office: office, Standing: agencies.Active, Keys: []agencies.Key{signKey(t, officer)}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return seal, officer
	}
	d.broker, d.operator = add("XZ-BROKER", agencies.Broker, agencies.CompOperate, agencies.OfficeOperator)
	d.court, _ = add("XA-COURT", agencies.Court, agencies.CompIssue, agencies.OfficeJudge)
	d.brokerKey = d.broker.KeyID()
	if err := d.list.SetState(agencies.StateEntry{Code: "XA", Name: "Alpha", Languages: []string{"en"}, TimeZone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	if err := d.list.SetState(agencies.StateEntry{Code: "XZ", Name: "Zeta", Languages: []string{"en"}, TimeZone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	if err := d.list.Validate(); err != nil {
		t.Fatal(err)
	}
	return d
}

func newSigner(t *testing.T, s agencies.Secret) *agencies.Signer {
	t.Helper()
	signer, err := agencies.NewSigner([]byte(s.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func signKey(t *testing.T, s *agencies.Signer) agencies.Key {
	t.Helper()
	k, err := agencies.NewSignKey(s.PublicJWK(), noon.AddDate(0, -1, 0), noon.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// record signs a broker's record that holds d.
func record(t *testing.T, s *agencies.Signer, typ agencies.Typ, members map[string]any) agencies.Compact {
	t.Helper()
	payload, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Sign(typ, payload)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func bound(t *testing.T) Decision {
	return goodDecision(t).Bind("0199f0a0-0000-7000-8000-000000000001", Release, theCase, theAct, "XA-COURT")
}

func TestPermit(t *testing.T) {
	d := newDesk(t)
	c := record(t, d.broker, agencies.TypRecord, map[string]any{"seq": 7, "case": theCase, "at": noon, "decision": bound(t), "detail": map[string]any{}})
	p, err := VerifyPermit(d.list, c, noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check(Release, theCase, theAct, "XA-COURT", noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if !p.Valid() || p.Record() != c.Digest() || p.Decision().Subject != theAct {
		t.Errorf("%+v", p)
	}
	if digest, err := bound(t).Digest(); err != nil || p.DecisionDigest() != digest {
		t.Errorf("digest %s, %v", p.DecisionDigest(), err)
	}
	for name, err := range map[string]error{
		"zero permit":    Permit{}.Check(Release, theCase, theAct, "XA-COURT", noon),
		"other gate":     p.Check(Use, theCase, theAct, "XA-COURT", noon),
		"other case":     p.Check(Release, theAct, theAct, "XA-COURT", noon),
		"other subject":  p.Check(Release, theCase, theCase, "XA-COURT", noon),
		"other agency":   p.Check(Release, theCase, theAct, "XB-COURT", noon),
		"before":         p.Check(Release, theCase, theAct, "XA-COURT", noon.Add(-clockSkew-time.Second)),
		"too late":       p.Check(Release, theCase, theAct, "XA-COURT", noon.Add(PermitLife+time.Second)),
		"empty, by zero": Permit{}.Check("", "", "", "", time.Time{}),
	} {
		if !errors.Is(err, ErrPermit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPermitObligations(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		gate        Gate
		obligations []string
		ok          bool
	}{
		{Release, []string{"deadline=P10D", "keep_confidential"}, true},
		{Release, []string{"hold_release"}, false},
		{Use, []string{"hold_until=2026-12-01T00:00:00Z"}, false},
		{Admission, []string{"hold_release"}, true},
		{Admission, []string{"summon_the_minister"}, false},
	} {
		dec := bound(t)
		dec.Gate, dec.Obligations = c.gate, c.obligations
		rec := record(t, d.broker, agencies.TypRecord, map[string]any{"case": theCase, "at": noon, "decision": sealed(t, dec)})
		p, err := VerifyPermit(d.list, rec, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Check(c.gate, theCase, theAct, "XA-COURT", noon); (err == nil) != c.ok {
			t.Errorf("%s %v: %v", c.gate, c.obligations, err)
		}
	}
}

func TestNoPermit(t *testing.T) {
	d := newDesk(t)
	good := func() map[string]any {
		return map[string]any{"case": theCase, "at": noon, "decision": bound(t)}
	}
	with := func(name string, v any) map[string]any {
		m := good()
		m[name] = v
		return m
	}
	without := func(name string) map[string]any {
		m := good()
		delete(m, name)
		return m
	}
	change := func(f func(*Decision)) map[string]any {
		dec := bound(t)
		f(&dec)
		return with("decision", sealed(t, dec))
	}
	forged := bound(t)
	forged.Obligations = []string{} // and the digest of the result as it was
	whole := record(t, d.broker, agencies.TypRecord, good())
	for name, c := range map[string]agencies.Compact{
		"signed by a court":            record(t, d.court, agencies.TypRecord, good()),
		"signed by the operator":       record(t, d.operator, agencies.TypRecord, good()),
		"signed as something else":     record(t, d.broker, agencies.TypAct, good()),
		"not signed":                   "",
		"tampered":                     agencies.Compact(strings.Replace(string(whole), ".", ".A", 1)),
		"of another case":              record(t, d.broker, agencies.TypRecord, with("case", theAct)),
		"without case":                 record(t, d.broker, agencies.TypRecord, without("case")),
		"without time":                 record(t, d.broker, agencies.TypRecord, without("at")),
		"without decision":             record(t, d.broker, agencies.TypRecord, without("decision")),
		"with null for decision":       record(t, d.broker, agencies.TypRecord, with("decision", nil)),
		"dated later":                  record(t, d.broker, agencies.TypRecord, with("at", noon.Add(time.Hour))),
		"of a changed result":          record(t, d.broker, agencies.TypRecord, with("decision", forged)),
		"of a denial":                  record(t, d.broker, agencies.TypRecord, change(func(d *Decision) { d.Outcome = Denied })),
		"of a human review":            record(t, d.broker, agencies.TypRecord, change(func(d *Decision) { d.Outcome = HumanReview })),
		"bound to no gate":             record(t, d.broker, agencies.TypRecord, change(func(d *Decision) { d.Gate = "" })),
		"bound to no subject":          record(t, d.broker, agencies.TypRecord, change(func(d *Decision) { d.Subject = "" })),
		"bound to nobody":              record(t, d.broker, agencies.TypRecord, change(func(d *Decision) { d.For = "" })),
		"with an unknown member in it": record(t, d.broker, agencies.TypRecord, with("decision", map[string]any{"outcome": "permit", "extra": 1})),
	} {
		p, err := VerifyPermit(d.list, c, noon)
		if !errors.Is(err, ErrPermit) && !errors.Is(err, ErrDenied) {
			t.Errorf("a permit from a record %s: %v", name, err)
		}
		if p.Valid() {
			t.Errorf("%s: valid", name)
		}
	}
	if _, err := VerifyPermit(nil, whole, noon); !errors.Is(err, ErrPermit) {
		t.Errorf("no trust list: %v", err)
	}
	if _, err := VerifyPermit(d.list, whole, noon.AddDate(1, 0, 0)); !errors.Is(err, ErrPermit) {
		t.Errorf("after the broker's key has ended: %v", err)
	}
	if err := d.list.RevokeKey(d.brokerKey, noon.Add(-time.Hour), agencies.Compromised); err != nil {
		t.Fatal(err)
	}
	if err := d.list.Validate(); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyPermit(d.list, whole, noon); !errors.Is(err, agencies.ErrUntrusted) {
		t.Errorf("after the broker's key was stolen: %v", err)
	}
}
