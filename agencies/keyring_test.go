package agencies_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rogatory/rogatory/agencies"
)

func newKeyring(t testing.TB, id agencies.ID, officers ...agencies.OfficerID) *agencies.Keyring {
	t.Helper()
	k, err := agencies.GenerateKeyring(rand.Reader, id, "", officers...)
	ok(t, err)
	return k
}

func TestKeyringCodec(t *testing.T) {
	for _, alg := range []agencies.Alg{agencies.Ed25519, agencies.P256, agencies.P384} {
		k, err := agencies.GenerateKeyring(rand.Reader, moj, alg, prosecutor, mojJudge)
		ok(t, err)
		raw, err := k.Encode()
		ok(t, err)
		back, err := agencies.ParseKeyring(raw)
		ok(t, err)
		again, err := back.Encode()
		ok(t, err)
		if !bytes.Equal(raw, again) {
			t.Errorf("%s: changed on the way through", alg)
		}
		for _, id := range []agencies.OfficerID{prosecutor, mojJudge} {
			a, err := k.OfficerSigner(id)
			ok(t, err)
			b, err := back.OfficerSigner(id)
			ok(t, err)
			if a.KeyID() != b.KeyID() {
				t.Error(id)
			}
		}
		if _, err := back.OfficerSigner(judge); err == nil {
			t.Error("signer of another agency")
		}
		account, err := back.Account()
		ok(t, err)
		signing, err := back.SigningAccount()
		ok(t, err)
		if account == signing || agencies.CheckAccount(account) != nil || agencies.CheckAccount(signing) != nil {
			t.Error(account, signing)
		}
	}
}

func TestKeyringRefuses(t *testing.T) {
	k := newKeyring(t, moj, prosecutor)
	raw, err := k.Encode()
	ok(t, err)
	text := string(raw)
	seal, err := k.SealSigner()
	ok(t, err)
	for _, tc := range []struct{ name, in, field, rule string }{
		{"agency", strings.Replace(text, `"agency":"XA-MOJ"`, `"agency":"moj"`, 1), "agency.id", agencies.RuleFormat},
		{"other agency", strings.Replace(text, `"agency":"XA-MOJ"`, `"agency":"XA-COURT"`, 1), "officers", agencies.RuleMismatch},
		{"unknown", strings.Replace(text, `{"account_seed"`, `{"x":1,"account_seed"`, 1), "x", agencies.RuleUnknown},
		{"public seal", strings.Replace(text, k.Seal.Reveal(), string(seal.PublicJWK()), 1), "seal.d", agencies.RuleRequired},
		{"no identity", strings.Replace(text, `"`+k.Identities[0].Reveal()+`"`, "", 1), "identities", agencies.RuleRequired},
		{"bad identity", strings.Replace(text, k.Identities[0].Reveal()[:30], "AGE-SECRET-KEY-PQ-1QQQQQQQQQQQ", 1), "identities[0]", agencies.RuleKey},
		{"bad seed", strings.Replace(text, k.AccountSeed.Reveal(), flip(k.AccountSeed.Reveal()), 1), "account_seed", agencies.RuleFormat},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.in == text {
				t.Fatal("row changes nothing")
			}
			_, err := agencies.ParseKeyring([]byte(tc.in))
			wantField(t, err, tc.field, tc.rule)
			for _, secret := range []string{k.AccountSeed.Reveal()[:20], k.Identities[0].Reveal()[20:40], "QQQQQ"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error shows a secret: %v", err)
				}
			}
		})
	}
	for name, try := range map[string]func() error{
		"agency":          func() error { _, err := agencies.GenerateKeyring(rand.Reader, "x", ""); return err },
		"alg":             func() error { _, err := agencies.GenerateKeyring(rand.Reader, moj, "RSA"); return err },
		"foreign officer": func() error { _, err := agencies.GenerateKeyring(rand.Reader, moj, "", judge); return err },
		"officer twice":   func() error { return k.AddOfficer(rand.Reader, prosecutor, "") },
	} {
		if err := try(); !errors.Is(err, agencies.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("no entropy")
	for _, alg := range []agencies.Alg{agencies.Ed25519, agencies.P256} {
		if _, err := agencies.GenerateKeyring(iotest.ErrReader(broken), moj, alg); !errors.Is(err, broken) {
			t.Errorf("%s: %v", alg, err)
		}
	}
}

func TestEntry(t *testing.T) {
	k := newKeyring(t, moj, prosecutor, mojJudge)
	d := agencies.Description{
		Name: "Ministry", Kind: agencies.CentralAuthority, NotBefore: t0, NotAfter: end,
		Offices: map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor, mojJudge: agencies.OfficeJudge},
	}
	a, err := k.Entry(d)
	ok(t, err)
	if a.ID != moj || a.State != "XA" || len(a.Keys) != 2 || len(a.Officers) != 2 || a.Officers[0].ID != mojJudge || a.Officers[0].Standing != agencies.Active {
		t.Errorf("%+v", a)
	}
	pub, err := agencies.Canonical(a)
	ok(t, err)
	for _, secret := range []string{`"d"`, "AGE-SECRET", k.AccountSeed.Reveal()} {
		if strings.Contains(string(pub), secret) {
			t.Errorf("entry has %.12q", secret)
		}
	}
	seal, err := k.SealSigner()
	ok(t, err)
	if a.Keys[0].ID != seal.KeyID() {
		t.Error("another seal")
	}
	for name, change := range map[string]func(*agencies.Description){
		"no name": func(d *agencies.Description) { d.Name = "" },
		"no kind": func(d *agencies.Description) { d.Kind = "" },
		"no end":  func(d *agencies.Description) { d.NotAfter = d.NotBefore },
		"foreign officer": func(d *agencies.Description) {
			d.Offices = map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge}
		},
		"no office": func(d *agencies.Description) { d.Offices = nil },
		"office seal": func(d *agencies.Description) {
			d.Offices = map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficeSeal, mojJudge: agencies.OfficeSeal}
		},
	} {
		bad := d
		change(&bad)
		if _, err := k.Entry(bad); !errors.Is(err, agencies.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
