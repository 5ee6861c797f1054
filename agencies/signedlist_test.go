package agencies_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// next signs a changed version after s.
func next(t testing.TB, s *agencies.SignedTrustList, change func(*agencies.TrustList), signers ...*agencies.Signer) *agencies.SignedTrustList {
	t.Helper()
	l, err := s.Next(s.List().IssuedAt.Add(24 * time.Hour))
	ok(t, err)
	if change != nil {
		change(l)
	}
	file, err := agencies.SignTrustList(l, signers...)
	ok(t, err)
	return parseList(t, file)
}

func TestVerifyGenesis(t *testing.T) {
	w := theWorld()
	pin := parseList(t, w.genesis).Digest()
	ok(t, parseList(t, w.genesis).VerifyGenesis(pin))
	wantReason(t, parseList(t, w.genesis).VerifyGenesis(agencies.DigestOf(nil)), agencies.ReasonPin)
	wantReason(t, parseList(t, w.genesis).VerifyGenesis(""), agencies.ReasonPin)
	// The same list with too few signatures: the pin alone is not enough.
	l := new(agencies.TrustList)
	ok(t, json.Unmarshal(parseList(t, w.genesis).Bytes(), l))
	file, err := agencies.SignTrustList(l, w.registrars[0])
	ok(t, err)
	s := parseList(t, file)
	if s.Digest() != pin {
		t.Fatal("encoding is not stable")
	}
	wantReason(t, s.VerifyGenesis(pin), agencies.ReasonQuorum)
	second := next(t, w.signed(t), nil, w.registrars...)
	wantField(t, second.VerifyGenesis(second.Digest()), "version", agencies.RuleMismatch)
}

func TestVerifyNext(t *testing.T) {
	w := theWorld()
	v1 := w.signed(t)
	r := w.registrars
	type L = agencies.TrustList
	stranger := newSigner(agencies.Ed25519)
	kid := w.officer(t, prosecutor).KeyID()
	revokedV2 := next(t, v1, func(l *L) { ok(t, l.RevokeKey(kid, now, agencies.Compromised)) }, r...)
	ok(t, revokedV2.VerifyNext(v1))
	changed := next(t, v1, func(l *L) {
		l.Registrars = append(l.Registrars[:2:2], agencies.Registrar{Name: "Stranger", JWK: stranger.PublicJWK()})
	}, r[0], r[2])
	for _, tc := range []struct {
		name   string
		prev   *agencies.SignedTrustList
		list   *agencies.SignedTrustList
		reason string // "" = accepted
	}{
		{"quorum", v1, next(t, v1, nil, r[0], r[2]), ""},
		{"all", v1, next(t, v1, nil, r...), ""},
		{"a new registrar", v1, changed, ""},
		{"too few", v1, next(t, v1, nil, r[1]), agencies.ReasonQuorum},
		{"unsigned", v1, next(t, v1, nil), agencies.ReasonQuorum},
		{"a stranger too", v1, next(t, v1, nil, r[0], r[1], stranger), agencies.ReasonUnknownKey},
		{"new registrars judge themselves", v1, next(t, v1, func(l *L) {
			l.Registrars = []agencies.Registrar{{Name: "Stranger", JWK: stranger.PublicJWK()}}
			l.Quorum = 1
		}, stranger), agencies.ReasonUnknownKey},
		{"quorum lowered by itself", v1, next(t, v1, func(l *L) { l.Quorum = 1 }, r[0]), agencies.ReasonQuorum},
		{"other network", v1, next(t, v1, func(l *L) { l.Network = "other" }, r...), agencies.ReasonSuccession},
		{"gap", v1, next(t, v1, func(l *L) { l.Version = 3 }, r...), agencies.ReasonSuccession},
		{"other parent", v1, next(t, v1, func(l *L) { l.Prev = agencies.DigestOf(nil) }, r...), agencies.ReasonSuccession},
		{"issued before", v1, next(t, v1, func(l *L) { l.IssuedAt = t0.Add(-1) }, r...), agencies.ReasonSuccession},
		{"parent not verified", parseList(t, w.genesis), next(t, v1, nil, r...), agencies.ReasonUnverified},
		{"no parent", nil, next(t, v1, nil, r...), agencies.ReasonUnverified},
		{"revocation undone", revokedV2, next(t, revokedV2, func(l *L) { unrevoke(l, kid) }, r...), agencies.ReasonSuccession},
		{"revocation softened", revokedV2, next(t, revokedV2, func(l *L) { keyOf(l, kid).RevokedWhy = agencies.Superseded }, r...), agencies.ReasonSuccession},
		{"revocation later", revokedV2, next(t, revokedV2, func(l *L) { later := now.Add(1); keyOf(l, kid).RevokedAt = &later }, r...), agencies.ReasonSuccession},
		{"revocation earlier", revokedV2, next(t, revokedV2, func(l *L) { keyOf(l, kid).RevokedAt = &t0 }, r...), ""},
		{"key to another officer", v1, next(t, v1, func(l *L) {
			o := l.Agencies[0].Officers
			o[0].Keys, o[1].Keys = o[1].Keys, o[0].Keys
		}, r...), agencies.ReasonSuccession},
		{"key to the agency", v1, next(t, v1, func(l *L) {
			a := &l.Agencies[0]
			a.Keys, a.Officers[0].Keys = append(a.Keys, a.Officers[0].Keys...), nil
		}, r...), agencies.ReasonSuccession},
		{"account to another agency", v1, next(t, v1, func(l *L) {
			l.Agencies[0].Account, l.Agencies[1].Account = l.Agencies[1].Account, l.Agencies[0].Account
		}, r...), agencies.ReasonSuccession},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := tc.list.VerifyNext(tc.prev)
			if tc.reason == "" {
				ok(t, err)
				return
			}
			wantReason(t, err, tc.reason)
			// A list that was refused vouches for nobody.
			c, err := w.officer(t, mojJudge).Sign(agencies.TypAct, []byte("x"))
			ok(t, err)
			if _, err := tc.list.List().Verify(c, agencies.TypAct, now); err == nil {
				t.Error("a refused list verifies")
			}
		})
	}
}

func keyOf(l *agencies.TrustList, kid agencies.KeyID) *agencies.Key {
	_, _, k, _ := l.ByKey(kid)
	return k
}

func unrevoke(l *agencies.TrustList, kid agencies.KeyID) {
	k := keyOf(l, kid)
	k.RevokedAt, k.RevokedWhy = nil, ""
}

func TestTrustRollback(t *testing.T) {
	w := theWorld()
	v1 := w.signed(t)
	v2 := next(t, v1, nil, w.registrars...)
	ok(t, v2.VerifyNext(v1))
	fork := next(t, v1, func(l *agencies.TrustList) { ok(t, l.RemoveAgency(host)) }, w.registrars...)
	for name, s := range map[string]*agencies.SignedTrustList{"older": parseList(t, w.genesis), "fork": fork, "same": v2} {
		err := s.VerifyNext(v2)
		if !errors.Is(err, agencies.ErrTrustRollback) || !errors.Is(err, agencies.ErrUntrusted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignedFileIsStrict(t *testing.T) {
	w := theWorld()
	file := string(w.genesis)
	v1 := parseList(t, w.genesis)
	sigs, err := json.Marshal(v1.Signatures())
	ok(t, err)
	wrap := func(list []byte) string { return `{"list":"` + b64(list) + `","signatures":` + string(sigs) + `}` }
	exact := string(v1.Bytes())
	for _, tc := range []struct{ name, file, field, rule string }{
		{"unknown member", strings.Replace(file, `{"list"`, `{"a":1,"list"`, 1), "a", agencies.RuleUnknown},
		{"duplicate", strings.Replace(file, `{"list"`, `{"list":"","list"`, 1), "list", agencies.RuleDuplicate},
		{"trailing newline", file + "\n", "", agencies.RuleCanonical},
		{"white space", strings.Replace(file, `,"signatures"`, `, "signatures"`, 1), "", agencies.RuleCanonical},
		{"no signatures", file[:strings.Index(file, `,"signatures"`)] + "}", "signatures", agencies.RuleRequired},
		{"padded list", strings.Replace(file, `","signatures"`, `=","signatures"`, 1), "list", agencies.RuleCanonical},
		{"list with white space", wrap([]byte(" " + exact)), "list", agencies.RuleCanonical},
		{"list with unknown member", wrap([]byte(strings.Replace(exact, `{"agencies"`, `{"admins":[],"agencies"`, 1))), "list.admins", agencies.RuleUnknown},
		{"list with duplicate", wrap([]byte(strings.Replace(exact, `"quorum":2`, `"quorum":1,"quorum":2`, 1))), "list.quorum", agencies.RuleDuplicate},
		{"list with empty member", wrap([]byte(strings.Replace(exact, `"version":1`, `"version":1,"witnesses":[]`, 1))), "list", agencies.RuleCanonical},
		{"list with bad agency", wrap([]byte(strings.Replace(exact, `"kind":"court"`, `"kind":"fort"`, 1))), "list.agencies[1].kind", agencies.RuleUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := agencies.ParseTrustList([]byte(tc.file))
			wantField(t, err, tc.field, tc.rule)
		})
	}
	again, err := v1.File()
	ok(t, err)
	if !bytes.Equal(again, w.genesis) {
		t.Error("file changed on the way through")
	}
}

func TestSignaturesOfTheFile(t *testing.T) {
	w := theWorld()
	v1 := w.signed(t)
	list, err := v1.Next(t0.Add(time.Hour))
	ok(t, err)
	file, err := agencies.SignTrustList(list, w.registrars[0])
	ok(t, err)
	_, err = agencies.CosignTrustList(file, w.registrars[0])
	wantField(t, err, "signatures", agencies.RuleDuplicate)
	full, err := agencies.CosignTrustList(file, w.registrars[1])
	ok(t, err)
	ok(t, parseList(t, full).VerifyNext(v1))

	one := parseList(t, file)
	withSigs := func(c ...agencies.Compact) *agencies.SignedTrustList {
		raw, err := json.Marshal(c)
		ok(t, err)
		return parseList(t, []byte(`{"list":"`+b64(one.Bytes())+`","signatures":`+string(raw)+`}`))
	}
	first := one.Signatures()[0]
	wantField(t, withSigs(first, first).VerifyNext(v1), "signatures[1]", agencies.RuleDuplicate)
	// A registrar's signature over the version before does not count here.
	wantReason(t, withSigs(first, v1.Signatures()[1]).VerifyNext(v1), agencies.ReasonSignature)
	// A signature of another typ by a registrar does not count.
	act, err := w.registrars[1].Sign(agencies.TypAct, []byte("x"))
	ok(t, err)
	wantField(t, withSigs(first, act).VerifyNext(v1), "signatures[1].header.typ", agencies.RuleMismatch)
	// One broken signature spoils a file with enough good ones.
	bad := parseList(t, full).Signatures()
	third, err := w.registrars[2].Sign(agencies.TypTrust, []byte("{}"))
	ok(t, err)
	wantReason(t, withSigs(append(bad, third)...).VerifyNext(v1), agencies.ReasonSignature)
}

func TestHistory(t *testing.T) {
	w := theWorld()
	g := parseList(t, w.genesis)
	h, err := agencies.NewHistory(g, g.Digest())
	ok(t, err)
	kid := w.officer(t, prosecutor).KeyID()
	stolen := t0.Add(36 * time.Hour)
	v2 := next(t, g, nil, w.registrars...)
	h, err = h.Append(v2)
	ok(t, err)
	v3 := next(t, v2, func(l *agencies.TrustList) { ok(t, l.RevokeKey(kid, stolen, agencies.Compromised)) }, w.registrars...)
	h, err = h.Append(v3)
	ok(t, err)
	if _, err := h.Append(v2); !errors.Is(err, agencies.ErrTrustRollback) {
		t.Error(err)
	}
	if _, err := (agencies.History)(nil).Append(v2); err == nil {
		t.Error("a history began in the middle")
	}
	if h.Latest() != v3 || agencies.History(nil).Latest() != nil {
		t.Error("latest")
	}
	for _, tc := range []struct {
		at   time.Time
		want int
	}{{t0.Add(-1), 0}, {t0, 1}, {t0.Add(24*time.Hour - 1), 1}, {t0.Add(24 * time.Hour), 2}, {end, 3}} {
		s, found := h.At(tc.at)
		if found != (tc.want > 0) || found && s.List().Version != tc.want {
			t.Errorf("at %s: %v", tc.at, s)
		}
	}
	for n, want := range map[int]bool{-1: false, 0: false, 1: true, 3: true, 4: false} {
		if _, found := h.Version(n); found != want {
			t.Errorf("version %d: %v", n, found)
		}
	}

	// An act recorded under version 1 stands; one after the theft stands as
	// recorded and is suspect; under version 3 nothing of that key is taken.
	c, err := w.officer(t, prosecutor).Sign(agencies.TypAct, []byte("x"))
	ok(t, err)
	v, err := h.Verify(c, agencies.TypAct, 1, t0.Add(time.Hour))
	ok(t, err)
	if v.Suspect {
		t.Error("suspect before the theft")
	}
	v, err = h.Verify(c, agencies.TypAct, 2, stolen)
	ok(t, err)
	if !v.Suspect {
		t.Error("not suspect after the theft")
	}
	_, err = h.Verify(c, agencies.TypAct, 3, t0.Add(time.Hour))
	wantReason(t, err, agencies.ReasonCompromised)
	_, err = h.Verify(c, agencies.TypAct, 4, now)
	wantReason(t, err, agencies.ReasonUnverified)

	// Repeated in a record under version 2 it keeps that standing; under version 3
	// it verifies nothing, and no version judges what was recorded under a later one.
	_, err = h.VerifyRepeated(c, agencies.TypAct, 1, t0.Add(time.Hour), 2)
	ok(t, err)
	for reason, r := range map[string]struct{ first, now int }{agencies.ReasonCompromised: {1, 3}, agencies.ReasonUnverified: {2, 1}} {
		_, err = h.VerifyRepeated(c, agencies.TypAct, r.first, t0.Add(time.Hour), r.now)
		wantReason(t, err, reason)
	}
	_, err = h.VerifyRepeated(c, agencies.TypAct, 1, t0.Add(time.Hour), 4)
	wantReason(t, err, agencies.ReasonUnverified)

	// A revoked key may not come back by way of being removed.
	v4 := next(t, v3, func(l *agencies.TrustList) { ok(t, l.RemoveAgency(moj)) }, w.registrars...)
	h, err = h.Append(v4)
	ok(t, err)
	// Nor does that make anybody forget that it was stolen.
	if v, err := h.Verify(c, agencies.TypAct, 2, stolen); err != nil || !v.Suspect {
		t.Errorf("of an agency that was removed: %+v, %v", v, err)
	}
	_, err = h.VerifyRepeated(c, agencies.TypAct, 1, t0.Add(time.Hour), 4)
	wantReason(t, err, agencies.ReasonCompromised)
	v5 := next(t, v4, func(l *agencies.TrustList) { ok(t, l.AddAgency(g.List().Agencies[0])) }, w.registrars...)
	_, err = h.Append(v5)
	wantReason(t, err, agencies.ReasonSuccession)
}

func TestDiff(t *testing.T) {
	w := theWorld()
	old := w.list(t)
	l := w.draft(t)
	if got := agencies.Diff(old, old); len(got) != 0 {
		t.Errorf("%q", got)
	}
	kid := string(w.officer(t, prosecutor).KeyID())
	ok(t, l.RevokeKey(agencies.KeyID(kid), now, agencies.Compromised))
	ok(t, l.SetStanding(prosecutor, agencies.Suspended))
	ok(t, l.RemoveAgency(host))
	l.Agencies[1].Competences = []agencies.Competence{agencies.CompValidate}
	l.States[0].Regimes[0].Declarations = map[string]bool{"art_5": true}
	l.States[1].Holidays = append(l.States[1].Holidays, "2026-12-26")
	l.Quorum = 1
	l.Registrars[2].JWK = newSigner(agencies.Ed25519).PublicJWK()
	l.Witnesses = []string{"w+00000000+AAAA"}
	l.PolicySigners = nil
	text := strings.Join(agencies.Diff(old, l), "\n")
	for _, want := range []string{
		"version: 1 -> 2",
		"previous version: none -> sha-256:",
		"quorum: 2 -> 1",
		"registrar Registrar C key: ",
		"state XA regime UNTOC from 2026-01-01T00:00:00Z declarations: map[] -> map[art_5:true]",
		"state XB holiday 2026-12-26: added",
		"agency XB-HOST: removed",
		"agency XA-COURT competence issue: removed",
		"agency XA-COURT competence validate: added",
		"officer XA-MOJ/prosecutor-1 standing: active -> suspended",
		"officer XA-MOJ/prosecutor-1 key " + kid + " revoked: none -> 2026-06-01T12:00:00Z compromised",
		"policy signer " + string(w.policy.KeyID()) + ": removed",
		"witness w+00000000+AAAA: added",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no line %q in\n%s", want, text)
		}
	}
	all := strings.Join(agencies.Diff(nil, old), "\n")
	for _, want := range []string{"agency XA-MOJ: added", "agency XA-MOJ account: none -> A", "officer XA-COURT/judge-1 office: none -> judge", "state XB time zone: none -> UTC"} {
		if !strings.Contains(all, want) {
			t.Errorf("no line %q in\n%s", want, all)
		}
	}
}
