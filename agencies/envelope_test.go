package agencies_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/rogatory/rogatory/agencies"
)

// naive is how most programs call jwx. Each trap below that naive falls into is
// validly signed, so nothing but our own check can refuse it.
func naive(c []byte, alg jwa.SignatureAlgorithm, pub any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	_, err = jws.Verify(c, jws.WithKey(alg, pub))
	return err
}

func TestEnvelopeRoundTrip(t *testing.T) {
	w, payload := theWorld(), []byte(`{"any":"bytes"}`)
	l := w.list(t)
	for _, tc := range []struct {
		signer *agencies.Signer
		agency agencies.ID
		office agencies.Office
	}{
		{w.officer(t, prosecutor), moj, agencies.OfficePublicProsecutor}, // Ed25519
		{w.officer(t, judge), court, agencies.OfficeJudge},               // P-256
		{w.officer(t, custodian), host, agencies.OfficeCustodian},        // P-384
		{w.seal(t, moj), moj, agencies.OfficeSeal},
	} {
		for range 8 { // ECDSA is random: both halves of s must come out right
			c, err := tc.signer.Sign(agencies.TypAct, payload)
			ok(t, err)
			v, err := l.Verify(c, agencies.TypAct, now)
			ok(t, err)
			if string(v.Payload) != string(payload) || v.KeyID != tc.signer.KeyID() || v.Agency.ID != tc.agency || v.Office != tc.office {
				t.Errorf("verified %+v", v)
			}
			if (v.Officer == nil) != (tc.office == agencies.OfficeSeal) {
				t.Errorf("officer %v in office %s", v.Officer, tc.office)
			}
		}
	}
}

// TestTraps holds one row per trap of jwx v2 that was found in the laboratory.
func TestTraps(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	ring := w.rings[moj]
	key := rawKey(t, ring.Officers[prosecutor]).(ed25519.PrivateKey)
	pub := key.Public()
	kid := string(w.officer(t, prosecutor).KeyID())
	payload := b64([]byte(`{"a":"~~~???"}`))
	typ := string(agencies.TypAct)
	good := fmt.Sprintf(`{"alg":"EdDSA","kid":%q,"typ":%q}`, kid, typ)
	member := func(extra string) agencies.Compact {
		return forge(t, key, b64([]byte(strings.TrimSuffix(good, "}")+","+extra+"}")), payload)
	}
	head := func(text string) agencies.Compact { return forge(t, key, b64([]byte(text)), payload) }
	valid := string(head(good))
	if err := naive([]byte(valid), jwa.EdDSA, pub); err != nil {
		t.Fatalf("the untouched envelope: %v", err)
	}
	if _, err := l.Verify(agencies.Compact(valid), agencies.TypAct, now); err != nil {
		t.Fatalf("the untouched envelope: %v", err)
	}
	p := strings.Split(valid, ".")
	other := ed25519.NewKeyFromSeed(make([]byte, 32))
	jwkOf := fmt.Sprintf(`"jwk":{"kty":"OKP","crv":"Ed25519","x":%q}`, b64(other.Public().(ed25519.PublicKey)))
	anyOfMany := fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q},{"protected":%q,"signature":%q}]}`,
		p[1], p[0], b64(make([]byte, 64)), p[0], p[2])
	flattened := fmt.Sprintf(`{"payload":%q,"protected":%q,"header":{"kid":"evil"},"signature":%q}`, p[1], p[0], p[2])
	// jwx decodes and encodes again before it verifies, so anyone can respell
	// another's envelope and give it a new digest.
	respell := func(head, payload string) agencies.Compact {
		return agencies.Compact(head + "." + payload + "." + p[2])
	}
	// The last character of 32 or 64 bytes carries unused bits.
	stray := valid[:len(valid)-1] + string(valid[len(valid)-1]+1)

	for _, tc := range []struct {
		name  string
		c     agencies.Compact
		naive bool // jwx accepts it
		field string
		rule  string
	}{
		{"any of many signatures", agencies.Compact(anyOfMany), true, "envelope", agencies.RuleFormat},
		{"flattened json, unprotected kid", agencies.Compact(flattened), true, "envelope", agencies.RuleFormat},
		{"json with two dots", agencies.Compact(`{"..":"` + p[0] + `"}`), false, "header", agencies.RuleCanonical},
		{"alg none", head(strings.Replace(good, "EdDSA", "none", 1)), true, "header.alg", agencies.RuleUnknown},
		{"alg swapped", head(strings.Replace(good, "EdDSA", "ES256", 1)), true, "header.alg", agencies.RuleMismatch},
		{"alg HS256", head(strings.Replace(good, "EdDSA", "HS256", 1)), true, "header.alg", agencies.RuleUnknown},
		{"alg missing", head(strings.Replace(good, `"alg":"EdDSA",`, "", 1)), true, "header.alg", agencies.RuleUnknown},
		{"Alg in capitals", head(strings.Replace(good, `"alg"`, `"Alg"`, 1)), true, "header.Alg", agencies.RuleUnknown},
		{"kid missing", head(strings.Replace(good, fmt.Sprintf(`"kid":%q,`, kid), "", 1)), true, "header.kid", agencies.RuleFormat},
		{"kid not canonical", head(strings.Replace(good, kid, kid+"=", 1)), true, "header.kid", agencies.RuleFormat},
		{"typ missing", head(strings.Replace(good, fmt.Sprintf(`,"typ":%q`, typ), "", 1)), true, "header.typ", agencies.RuleUnknown},
		{"crit unknown", member(`"crit":["exp"],"exp":1`), true, "header.crit", agencies.RuleUnknown},
		{"crit empty", member(`"crit":[]`), true, "header.crit", agencies.RuleUnknown},
		{"crit absent member", member(`"crit":["nope"]`), true, "header.crit", agencies.RuleUnknown},
		{"duplicate alg", member(`"alg":"EdDSA"`), true, "header.alg", agencies.RuleDuplicate},
		{"duplicate kid", member(`"kid":"x"`), true, "header.kid", agencies.RuleDuplicate},
		{"embedded jwk", member(jwkOf), true, "header.jwk", agencies.RuleUnknown},
		{"jku", member(`"jku":"https://evil.example/"`), true, "header.jku", agencies.RuleUnknown},
		{"x5u", member(`"x5u":"https://evil.example/"`), true, "header.x5u", agencies.RuleUnknown},
		{"x5c", member(`"x5c":["AAAA"]`), true, "header.x5c", agencies.RuleUnknown},
		{"b64 false", member(`"b64":false`), true, "header.b64", agencies.RuleUnknown},
		{"zip", member(`"zip":"DEF"`), true, "header.zip", agencies.RuleUnknown},
		{"cty not a string", member(`"cty":null`), true, "header.cty", agencies.RuleType},
		{"header of two values", head(good + "{}"), false, "header", agencies.RuleSyntax},
		{"header too big", member(`"cty":"` + strings.Repeat("a", 1024) + `"`), true, "header", agencies.RuleSize},
		{"padding in payload", respell(p[0], p[1]+"="), true, "payload", agencies.RuleCanonical},
		{"padding in header", respell(p[0]+"=", p[1]), true, "header", agencies.RuleCanonical},
		{"padding in signature", agencies.Compact(valid + "=="), true, "signature", agencies.RuleCanonical},
		{"newline in payload", respell(p[0], p[1]+"\n"), true, "payload", agencies.RuleCanonical},
		{"newline in signature", agencies.Compact(valid + "\n"), true, "signature", agencies.RuleCanonical},
		{"carriage return in header", respell(p[0]+"\r", p[1]), true, "header", agencies.RuleCanonical},
		{"standard alphabet", respell(p[0], strings.NewReplacer("-", "+", "_", "/").Replace(p[1])), true, "payload", agencies.RuleCanonical},
		{"stray bits in signature", agencies.Compact(stray), true, "signature", agencies.RuleCanonical},
		{"four parts", agencies.Compact(valid + ".AAAA"), false, "envelope", agencies.RuleFormat},
		{"two parts", agencies.Compact(p[0] + "." + p[1]), false, "envelope", agencies.RuleFormat},
		{"empty signature", agencies.Compact(p[0] + "." + p[1] + "."), false, "signature", agencies.RuleRequired},
		{"empty payload", forge(t, key, p[0], ""), true, "payload", agencies.RuleRequired},
		{"short signature", agencies.Compact(p[0] + "." + p[1] + ".AAAA"), false, "signature", agencies.RuleSize},
		{"oversize", forge(t, key, p[0], b64(make([]byte, agencies.MaxEnvelope))), true, "envelope", agencies.RuleSize},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := naive([]byte(tc.c), jwa.EdDSA, pub); (err == nil) != tc.naive {
				t.Errorf("jwx alone: %v", err)
			}
			_, err := l.Verify(tc.c, agencies.TypAct, now)
			wantField(t, err, tc.field, tc.rule)
		})
	}
}

// TestTrapHighS: from any ES256 signature anyone can make a second one.
func TestTrapHighS(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	c, err := w.officer(t, judge).Sign(agencies.TypAct, []byte("x"))
	ok(t, err)
	key := rawKey(t, w.rings[court].Officers[judge]).(*ecdsa.PrivateKey)
	p := strings.Split(string(c), ".")
	sig := unb64(t, p[2])
	s := new(big.Int).SetBytes(sig[32:])
	s.Sub(key.Params().N, s).FillBytes(sig[32:])
	twin := agencies.Compact(p[0] + "." + p[1] + "." + b64(sig))
	if err := naive([]byte(twin), jwa.ES256, &key.PublicKey); err != nil {
		t.Errorf("jwx alone: %v", err)
	}
	_, err = l.Verify(twin, agencies.TypAct, now)
	wantField(t, err, "signature", agencies.RuleCanonical)
}

// TestTrapKeys: what jwx takes for a key, the trust list must not.
func TestTrapKeys(t *testing.T) {
	w := theWorld()
	signed := `eyJhbGciOiJFZERTQSJ9.eA.` + b64(make([]byte, 64))
	offCurve := fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":%q,"y":%q}`, b64([]byte(strings.Repeat("\x01", 32))), b64([]byte(strings.Repeat("\x02", 32))))
	p521 := fmt.Sprintf(`{"crv":"P-521","kty":"EC","x":%q,"y":%q}`, b64(make([]byte, 66)), b64(make([]byte, 66)))
	judgeJWK := w.officer(t, judge).PublicJWK()
	// The same point with the border between x and y moved by a byte: another
	// JWK, hence another thumbprint, for one key.
	point, err := rawKey(t, w.rings[court].Seal).(*ecdsa.PrivateKey).PublicKey.Bytes()
	ok(t, err)
	shifted := fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":%q,"y":%q}`, b64(point[1:32]), b64(point[32:]))
	with := func(extra string) string { return strings.TrimSuffix(string(judgeJWK), "}") + "," + extra + "}" }
	for _, tc := range []struct{ name, jwk, field, rule string }{
		{"three bytes", `{"crv":"Ed25519","kty":"OKP","x":"AAAA"}`, "x", agencies.RuleKey},
		{"33 bytes", `{"crv":"Ed25519","kty":"OKP","x":"` + b64(make([]byte, 33)) + `"}`, "x", agencies.RuleKey},
		{"small order", `{"crv":"Ed25519","kty":"OKP","x":"` + b64(make([]byte, 32)) + `"}`, "x", agencies.RuleKey},
		{"off curve Ed25519", `{"crv":"Ed25519","kty":"OKP","x":"` + b64(append([]byte{2}, make([]byte, 31)...)) + `"}`, "x", agencies.RuleKey},
		{"off curve P-256", offCurve, "x", agencies.RuleKey},
		{"coordinates shifted", shifted, "x", agencies.RuleKey},
		{"P-521", p521, "crv", agencies.RuleKey},
		{"symmetric", `{"kty":"oct","k":"AAAA"}`, "k", agencies.RuleUnknown},
		{"X25519", `{"crv":"X25519","kty":"OKP","x":"` + b64(make([]byte, 32)) + `"}`, "crv", agencies.RuleKey},
		{"key_ops", with(`"key_ops":["verify"]`), "key_ops", agencies.RuleUnknown},
		{"own kid", with(`"kid":"a"`), "kid", agencies.RuleUnknown},
		{"private", w.rings[court].Seal.Reveal(), "d", agencies.RuleKey},
		{"padded", strings.Replace(string(judgeJWK), `","y"`, `=","y"`, 1), "x", agencies.RuleFormat},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k, err := jwk.ParseKey([]byte(tc.jwk))
			switch tc.name {
			case "three bytes":
				// The known panic: an error from naive says that it recovered.
				ok(t, err)
				if err := naive([]byte(signed), jwa.EdDSA, k); err == nil || !strings.Contains(err.Error(), "panic") {
					t.Errorf("jwx alone: %v", err)
				}
				err := agencies.Guard(func() error { _, err := jws.Verify([]byte(signed), jws.WithKey(jwa.EdDSA, k)); return err })
				if err == nil || !strings.Contains(err.Error(), "panic") {
					t.Errorf("guarded: %v", err)
				}
			case "off curve P-256":
				ok(t, err)
			}
			l := w.draft(t)
			l.Registrars[0].JWK = json.RawMessage(tc.jwk)
			wantField(t, l.Validate(), "registrars[0].jwk."+tc.field, tc.rule)
			l = w.draft(t)
			l.Agencies[0].Keys[0].JWK = json.RawMessage(tc.jwk)
			wantField(t, l.Validate(), "agencies[0].keys[0].jwk."+tc.field, tc.rule)
		})
	}
}

// TestTrapSmallOrder: a signature under a key of small order fits many
// messages, and the standard library takes it.
func TestTrapSmallOrder(t *testing.T) {
	if len(agencies.SmallOrder) != 5 {
		t.Fatalf("%d points", len(agencies.SmallOrder))
	}
	for i, a := range agencies.SmallOrder {
		hits := 0
		for msg := range 64 {
			for _, r := range agencies.SmallOrder {
				for _, sign := range []byte{0, 0x80} {
					sig := append(append([]byte(nil), r...), make([]byte, 32)...)
					sig[31] |= sign
					if ed25519.Verify(a, []byte{byte(msg)}, sig) {
						hits++
					}
				}
			}
		}
		if hits < 4 {
			t.Errorf("point %d: not of small order after all, %d hits", i, hits)
		}
		signed := append([]byte(nil), a...)
		signed[31] |= 0x80
		wantField(t, agencies.CheckEd25519(a), "x", agencies.RuleKey)
		wantField(t, agencies.CheckEd25519(signed), "x", agencies.RuleKey)
	}
	// y = p + 1 is another spelling of the neutral element.
	again := []byte{0xee, 31: 0x7f}
	for i := 1; i < 31; i++ {
		again[i] = 0xff
	}
	wantField(t, agencies.CheckEd25519(again), "x", agencies.RuleKey)
	for seed := range 64 {
		ok(t, agencies.CheckEd25519(ed25519.NewKeyFromSeed([]byte{byte(seed), 31: 1}).Public().(ed25519.PublicKey)))
	}
}

func TestGuard(t *testing.T) {
	if err := agencies.Guard(func() error { return []error{}[len(theWorld().rings)] }); err == nil {
		t.Error("panic went through as success")
	}
	cause := errors.New("cause")
	if err := agencies.Guard(func() error { return cause }); !errors.Is(err, cause) {
		t.Error(err)
	}
}

// TestWhoMaySpeak: well-formed and truly signed, and still not believed.
func TestWhoMaySpeak(t *testing.T) {
	w := theWorld()
	signer := w.officer(t, prosecutor)
	kid := signer.KeyID()
	sign := func(s *agencies.Signer, typ agencies.Typ) agencies.Compact {
		c, err := s.Sign(typ, []byte("x"))
		ok(t, err)
		return c
	}
	act := sign(signer, agencies.TypAct)
	revoke := func(at time.Time, why agencies.Revocation) *agencies.TrustList {
		return w.edited(t, func(l *agencies.TrustList) error { return l.RevokeKey(kid, at, why) })
	}
	standing := func(s agencies.Standing) *agencies.TrustList {
		return w.edited(t, func(l *agencies.TrustList) error { return l.SetStanding(prosecutor, s) })
	}
	gone := w.edited(t, func(l *agencies.TrustList) error { return l.RemoveAgency(moj) })
	flipped := agencies.Compact(strings.Replace(string(act), "."+b64([]byte("x"))+".", "."+b64([]byte("y"))+".", 1))
	sealKey := w.list(t).Agencies[0].Keys[1].ID
	asSeal := forge(t, rawKey(t, w.rings[moj].Officers[prosecutor]), b64(fmt.Appendf(nil, `{"alg":"EdDSA","kid":%q,"typ":%q}`, sealKey, agencies.TypAct)), b64([]byte("x")))
	for _, tc := range []struct {
		name   string
		list   *agencies.TrustList
		c      agencies.Compact
		at     time.Time
		reason string // "" = believed
	}{
		{"as it should be", w.list(t), act, now, ""},
		{"foreign key", w.list(t), sign(newSigner(agencies.Ed25519), agencies.TypAct), now, agencies.ReasonUnknownKey},
		{"registrar's key", w.list(t), sign(w.registrars[0], agencies.TypAct), now, agencies.ReasonUnknownKey},
		{"policy signer's key", w.list(t), sign(w.policy, agencies.TypAct), now, agencies.ReasonUnknownKey},
		{"a seal key's id", w.list(t), asSeal, now, agencies.ReasonUnknownKey},
		{"payload changed", w.list(t), flipped, now, agencies.ReasonSignature},
		{"before its time", w.list(t), act, t0.Add(-time.Nanosecond), agencies.ReasonNotYetValid},
		{"first instant", w.list(t), act, t0, ""},
		{"last instant", w.list(t), act, end.Add(-time.Nanosecond), ""},
		{"expired", w.list(t), act, end, agencies.ReasonExpired},
		{"superseded later", revoke(now.Add(1), agencies.Superseded), act, now, ""},
		{"superseded now", revoke(now, agencies.Superseded), act, now, agencies.ReasonRevoked},
		{"compromised later", revoke(now.Add(time.Hour), agencies.Compromised), act, now, agencies.ReasonCompromised},
		{"compromised before", revoke(now.Add(-time.Hour), agencies.Compromised), act, now, agencies.ReasonCompromised},
		{"suspended", standing(agencies.Suspended), act, now, agencies.ReasonStanding},
		{"ended", standing(agencies.Ended), act, now, agencies.ReasonStanding},
		{"agency removed", gone, act, now, agencies.ReasonUnknownKey},
		{"list not validated", w.draft(t), act, now, agencies.ReasonUnverified},
		{"list not verified", parseList(t, w.genesis).List(), act, now, agencies.ReasonUnverified},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := tc.list.Verify(tc.c, agencies.TypAct, tc.at)
			if tc.reason == "" {
				ok(t, err)
				return
			}
			wantReason(t, err, tc.reason)
		})
	}
}

func TestTypIsNotInterchangeable(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	typs := []agencies.Typ{agencies.TypAct, agencies.TypValidation, agencies.TypRecord, agencies.TypCustody}
	for _, made := range append(typs, agencies.TypTrust, agencies.TypBundle) {
		c, err := w.officer(t, prosecutor).Sign(made, []byte("x"))
		ok(t, err)
		for _, wanted := range typs {
			_, err := l.Verify(c, wanted, now)
			if made == wanted {
				ok(t, err)
				continue
			}
			wantField(t, err, "header.typ", agencies.RuleMismatch)
		}
		_, err = l.Verify(c, made, now)
		if made == agencies.TypTrust || made == agencies.TypBundle {
			wantField(t, err, "header.typ", agencies.RuleMismatch)
		}
	}
	if _, err := w.policy.Sign("JWT", []byte("x")); err == nil {
		t.Error("signed an unknown typ")
	}
}

func TestVerifyBundle(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	c, err := w.policy.Sign(agencies.TypBundle, []byte("bundle"))
	ok(t, err)
	payload, key, err := l.VerifyBundle(c, now)
	ok(t, err)
	if string(payload) != "bundle" || key.ID != w.policy.KeyID() || key.State != "" {
		t.Error(payload, key)
	}
	_, _, err = l.VerifyBundle(c, end)
	wantReason(t, err, agencies.ReasonExpired)
	c, err = w.officer(t, prosecutor).Sign(agencies.TypBundle, []byte("bundle"))
	ok(t, err)
	_, _, err = l.VerifyBundle(c, now)
	wantReason(t, err, agencies.ReasonUnknownKey)
}

func TestSignerRefuses(t *testing.T) {
	ring := theWorld().rings[moj]
	other := theWorld().rings[court]
	for name, text := range map[string]string{
		"public":       string(theWorld().policy.PublicJWK()),
		"half swapped": strings.Replace(ring.Seal.Reveal(), `"d":"`, `"d":"AAAA`, 1),
		"other's d":    swapD(t, ring.Seal.Reveal(), ring.Officers[prosecutor].Reveal()),
		"other's EC d": swapD(t, other.Seal.Reveal(), other.Officers[judge].Reveal()),
		"not json":     "x",
		"empty":        "",
	} {
		s, err := agencies.NewSigner([]byte(text))
		if err == nil || s != nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if !errors.Is(err, agencies.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := newSigner(agencies.Ed25519)
	if _, err := s.Sign(agencies.TypAct, nil); err == nil {
		t.Error("signed nothing")
	}
	if _, err := s.Sign(agencies.TypAct, make([]byte, agencies.MaxEnvelope)); err == nil {
		t.Error("signed what nobody would accept")
	}
}

func swapD(t *testing.T, of, from string) string {
	t.Helper()
	var a, b map[string]string
	ok(t, json.Unmarshal([]byte(of), &a))
	ok(t, json.Unmarshal([]byte(from), &b))
	a["d"] = b["d"]
	out, err := json.Marshal(a)
	ok(t, err)
	return string(out)
}

func unb64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	ok(t, err)
	return b
}
