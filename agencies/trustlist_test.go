package agencies_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

func TestValidate(t *testing.T) {
	w := theWorld()
	local := time.FixedZone("x", 3600)
	type L = agencies.TrustList
	for _, tc := range []struct {
		name        string
		change      func(*L)
		field, rule string
	}{
		{"version", func(l *L) { l.Version = 0 }, "version", agencies.RuleRequired},
		{"prev missing", func(l *L) { l.Prev = "" }, "prev", agencies.RuleMismatch},
		{"prev in version 1", func(l *L) { l.Version = 1 }, "prev", agencies.RuleMismatch},
		{"prev malformed", func(l *L) { l.Prev = "sha-256:" }, "prev", agencies.RuleFormat},
		{"network", func(l *L) { l.Network = "" }, "network", agencies.RuleRequired},
		{"issued", func(l *L) { l.IssuedAt = time.Time{} }, "issued_at", agencies.RuleRequired},
		{"issued local", func(l *L) { l.IssuedAt = now.In(local) }, "issued_at", agencies.RuleTime},
		{"no quorum", func(l *L) { l.Quorum = 0 }, "quorum", agencies.RuleSize},
		{"quorum too large", func(l *L) { l.Quorum = 4 }, "quorum", agencies.RuleSize},
		{"no registrars", func(l *L) { l.Registrars = nil }, "registrars", agencies.RuleSize},
		{"registrar key twice", func(l *L) { l.Registrars[1].JWK = l.Registrars[0].JWK }, "registrars[1].jwk", agencies.RuleDuplicate},
		{"registrar name twice", func(l *L) { l.Registrars[1].Name = "REGISTRAR a" }, "registrars[1].name", agencies.RuleDuplicate},
		{"registrar unnamed", func(l *L) { l.Registrars[0].Name = "" }, "registrars[0].name", agencies.RuleRequired},
		{"state code", func(l *L) { l.States[0].Code = "xa" }, "states[0].code", agencies.RuleFormat},
		{"state twice", func(l *L) { l.States[1].Code = "XA" }, "states[1].code", agencies.RuleDuplicate},
		{"state name twice", func(l *L) { l.States[1].Name = "aland" }, "states[1].name", agencies.RuleDuplicate},
		{"time zone", func(l *L) { l.States[0].TimeZone = "../etc/passwd" }, "states[0].time_zone", agencies.RuleFormat},
		{"holiday", func(l *L) { l.States[1].Holidays = []string{"2026-02-30"} }, "states[1].holidays[0]", agencies.RuleFormat},
		{"weekend", func(l *L) { l.States[1].Weekend = []string{"Friday"} }, "states[1].weekend[0]", agencies.RuleUnknown},
		{"weekend twice", func(l *L) { l.States[1].Weekend = []string{"friday", "friday"} }, "states[1].weekend[1]", agencies.RuleDuplicate},
		{"no working day", func(l *L) {
			l.States[1].Weekend = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
		}, "states[1].weekend", agencies.RuleSize},
		{"holiday twice", func(l *L) { l.States[1].Holidays = []string{"2026-02-03", "2026-02-03"} }, "states[1].holidays[1]", agencies.RuleDuplicate},
		{"regime", func(l *L) { l.States[0].Regimes[0].Regime = "x" }, "states[0].regimes[0].regime", agencies.RuleFormat},
		{"regime without start", func(l *L) { l.States[0].Regimes[0].From = time.Time{} }, "states[0].regimes[0].from", agencies.RuleRequired},
		{"regime ends first", func(l *L) { l.States[0].Regimes[0].Until = &t0 }, "states[0].regimes[0].until", agencies.RuleTime},
		{"regime twice", func(l *L) { l.States[0].Regimes = append(l.States[0].Regimes, l.States[0].Regimes[0]) }, "states[0].regimes[1].regime", agencies.RuleDuplicate},
		{"declaration", func(l *L) { l.States[0].Regimes[0].Declarations = map[string]bool{"A b": true} }, "states[0].regimes[0].declarations", agencies.RuleFormat},
		{"language", func(l *L) { l.States[0].Languages = []string{"Czech"} }, "states[0].languages[0]", agencies.RuleFormat},
		{"agency id", func(l *L) { l.Agencies[0].ID = "MOJ" }, "agencies[0].id", agencies.RuleFormat},
		{"agency id twice", func(l *L) { l.Agencies[1].ID = moj; l.Agencies[1].Officers = nil }, "agencies[1].id", agencies.RuleDuplicate},
		{"agency name twice", func(l *L) { l.Agencies[1].Name = strings.ToLower(l.Agencies[0].Name) }, "agencies[1].name", agencies.RuleDuplicate},
		{"agency name turned round", func(l *L) { l.Agencies[0].Name = "Ministry \u202eecitsuJ" }, "agencies[0].name", agencies.RuleFormat},
		{"agency name with zero width", func(l *L) { l.Agencies[0].Name = "Minis\u200btry" }, "agencies[0].name", agencies.RuleFormat},
		{"agency name with newline", func(l *L) { l.Agencies[0].Name = "a\nb" }, "agencies[0].name", agencies.RuleFormat},
		{"agency name with space", func(l *L) { l.Agencies[0].Name = "a " }, "agencies[0].name", agencies.RuleFormat},
		{"state of another", func(l *L) { l.Agencies[0].State = "XB" }, "agencies[0].state", agencies.RuleMismatch},
		{"state unknown", func(l *L) { l.States = l.States[1:] }, "agencies[0].state", agencies.RuleUnknown},
		{"kind", func(l *L) { l.Agencies[0].Kind = "ministry" }, "agencies[0].kind", agencies.RuleUnknown},
		{"competence", func(l *L) { l.Agencies[0].Competences[0] = "all" }, "agencies[0].competences[0]", agencies.RuleUnknown},
		{"competence twice", func(l *L) { l.Agencies[0].Competences = []agencies.Competence{"issue", "issue"} }, "agencies[0].competences[1]", agencies.RuleDuplicate},
		{"account", func(l *L) { l.Agencies[0].Account = "AAAA" }, "agencies[0].account", agencies.RuleFormat},
		{"account twice", func(l *L) { l.Agencies[1].Account = l.Agencies[0].Account }, "agencies[1].account", agencies.RuleDuplicate},
		{"signing key missing", func(l *L) { l.Agencies[0].AccountSigning = "" }, "agencies[0].account_signing", agencies.RuleRequired},
		{"signing key malformed", func(l *L) { l.Agencies[0].AccountSigning = "AAAA" }, "agencies[0].account_signing", agencies.RuleFormat},
		{"signing key is the account", func(l *L) { l.Agencies[0].AccountSigning = l.Agencies[0].Account }, "agencies[0].account_signing", agencies.RuleDuplicate},
		{"signing key of another", func(l *L) { l.Agencies[1].AccountSigning = l.Agencies[0].AccountSigning }, "agencies[1].account_signing", agencies.RuleDuplicate},
		{"signing key is another's account", func(l *L) { l.Agencies[1].AccountSigning = l.Agencies[0].Account }, "agencies[0].account", agencies.RuleDuplicate},
		{"officer id", func(l *L) { l.Agencies[0].Officers[0].ID = "x" }, "agencies[0].officers[0].id", agencies.RuleFormat},
		{"officer of another", func(l *L) { l.Agencies[0].Officers[0].ID = judge }, "agencies[0].officers[0].id", agencies.RuleMismatch},
		{"officer twice", func(l *L) { l.Agencies[0].Officers[1].ID = l.Agencies[0].Officers[0].ID }, "agencies[0].officers[1].id", agencies.RuleDuplicate},
		{"office", func(l *L) { l.Agencies[0].Officers[0].Office = "king" }, "agencies[0].officers[0].office", agencies.RuleUnknown},
		{"office seal", func(l *L) { l.Agencies[0].Officers[0].Office = agencies.OfficeSeal }, "agencies[0].officers[0].office", agencies.RuleUnknown},
		{"standing", func(l *L) { l.Agencies[0].Officers[0].Standing = "" }, "agencies[0].officers[0].standing", agencies.RuleUnknown},
		{"kid", func(l *L) { l.Agencies[0].Keys[0].ID = l.Agencies[1].Keys[0].ID }, "agencies[0].keys[0].id", agencies.RuleMismatch},
		{"kid malformed", func(l *L) { l.Agencies[0].Keys[0].ID = "x" }, "agencies[0].keys[0].id", agencies.RuleFormat},
		{"seal kid", func(l *L) { l.Agencies[0].Keys[1].ID = l.Agencies[1].Keys[1].ID }, "agencies[0].keys[1].id", agencies.RuleMismatch},
		{"key twice", func(l *L) { l.Agencies[1].Officers[0].Keys = l.Agencies[0].Keys[:1] }, "agencies[1].officers[0].keys[0].id", agencies.RuleDuplicate},
		{"key of agency as registrar", func(l *L) { l.Registrars[0].JWK = l.Agencies[0].Keys[0].JWK }, "agencies[0].keys[0].id", agencies.RuleDuplicate},
		{"key of agency as policy signer", func(l *L) { l.PolicySigners = l.Agencies[0].Keys[:1] }, "policy_signers[0].id", agencies.RuleDuplicate},
		{"policy signer that seals", func(l *L) {
			l.PolicySigners = l.Agencies[0].Keys[1:2]
			l.Agencies[0].Keys = l.Agencies[0].Keys[:1]
		}, "policy_signers[0].use", agencies.RuleMismatch},
		{"policy signer of no State of the list", func(l *L) { l.PolicySigners[0].State = "XQ" }, "policy_signers[0].state", agencies.RuleUnknown},
		{"policy signer of a malformed State", func(l *L) { l.PolicySigners[0].State = "x" }, "policy_signers[0].state", agencies.RuleUnknown},
		{"State of an agency's key", func(l *L) { l.Agencies[0].Keys[0].State = "XA" }, "agencies[0].keys[0].state", agencies.RuleMismatch},
		{"State of an officer's key", func(l *L) { l.Agencies[0].Officers[0].Keys[0].State = "XA" }, "agencies[0].officers[0].keys[0].state", agencies.RuleMismatch},
		{"use", func(l *L) { l.Agencies[0].Keys[0].Use = "both" }, "agencies[0].keys[0].use", agencies.RuleUnknown},
		{"use swapped", func(l *L) { l.Agencies[0].Keys[1].Use = agencies.UseSign }, "agencies[0].keys[1].recipient", agencies.RuleMismatch},
		{"two materials", func(l *L) { l.Agencies[0].Keys[1].JWK = l.Agencies[0].Keys[0].JWK }, "agencies[0].keys[1].jwk", agencies.RuleMismatch},
		{"recipient", func(l *L) { l.Agencies[0].Keys[1].Recipient = "age1x" }, "agencies[0].keys[1].recipient", agencies.RuleKey},
		{"recipient in capitals", func(l *L) {
			l.Agencies[0].Keys[1].Recipient = strings.ToUpper(l.Agencies[0].Keys[1].Recipient)
		}, "agencies[0].keys[1].recipient", agencies.RuleKey},
		{"recipient of a plugin", func(l *L) { l.Agencies[0].Keys[1].Recipient = "age1yubikey1qqq" }, "agencies[0].keys[1].recipient", agencies.RuleKey},
		{"no beginning", func(l *L) { l.Agencies[0].Keys[0].NotBefore = time.Time{} }, "agencies[0].keys[0].not_before", agencies.RuleRequired},
		{"ends first", func(l *L) { l.Agencies[0].Keys[0].NotAfter = t0 }, "agencies[0].keys[0].not_after", agencies.RuleTime},
		{"revoked without reason", func(l *L) { l.Agencies[0].Keys[0].RevokedAt = &now }, "agencies[0].keys[0].revoked_at", agencies.RuleMismatch},
		{"reason without time", func(l *L) { l.Agencies[0].Keys[0].RevokedWhy = agencies.Superseded }, "agencies[0].keys[0].revoked_at", agencies.RuleMismatch},
		{"reason unknown", func(l *L) {
			l.Agencies[0].Keys[0].RevokedAt, l.Agencies[0].Keys[0].RevokedWhy = &now, "lost"
		}, "agencies[0].keys[0].revoked_why", agencies.RuleUnknown},
		{"too many keys", func(l *L) { l.Agencies[0].Keys = make([]agencies.Key, 65) }, "agencies[0].keys", agencies.RuleSize},
		{"witness", func(l *L) { l.Witnesses = []string{"witness"} }, "witnesses[0]", agencies.RuleFormat},
		{"witness twice", func(l *L) { l.Witnesses = []string{"w+00000000+AAAA", "w+00000000+AAAA"} }, "witnesses[1]", agencies.RuleDuplicate},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := w.draft(t)
			ok(t, l.Validate())
			l = w.draft(t)
			tc.change(l)
			wantField(t, l.Validate(), tc.field, tc.rule)
			if _, err := agencies.SignTrustList(l, w.registrars...); err == nil {
				t.Error("signed")
			}
		})
	}
}

func TestLookups(t *testing.T) {
	w := theWorld()
	for _, l := range []*agencies.TrustList{w.list(t), w.draft(t)} { // indexed and not
		a, found := l.Agency(moj)
		if !found || a.ID != moj || !a.Can(agencies.CompIssue) || a.Can(agencies.CompOversee) {
			t.Errorf("%+v", a)
		}
		b, found := l.ByAccount(a.Account)
		if !found || b.ID != moj {
			t.Errorf("%+v", b)
		}
		if _, found := l.ByAccount(""); found {
			t.Error("found an agency without account")
		}
		if s, found := l.State("XB"); !found || s.Name != "Bland" {
			t.Errorf("%+v", s)
		}
		owner, officer, key, found := l.ByKey(w.officer(t, judge).KeyID())
		if !found || owner.ID != court || officer.ID != judge || key.Use != agencies.UseSign {
			t.Errorf("%+v %+v %+v", owner, officer, key)
		}
		owner, officer, key, found = l.ByKey(a.Keys[1].ID)
		if !found || owner.ID != moj || officer != nil || key.Use != agencies.UseSeal || !key.Hybrid() {
			t.Errorf("%+v %+v %+v", owner, officer, key)
		}
		if owner, o, found := l.Officer(judge); !found || owner.ID != court || o.ID != judge {
			t.Errorf("%+v %+v", owner, o)
		}
		if _, found := l.Agency("XA-NONE"); found {
			t.Error("found nobody")
		}
		if _, _, _, found := l.ByKey("none"); found {
			t.Error("found no key")
		}
		if _, _, found := l.Officer("XA-MOJ/none"); found {
			t.Error("found no officer")
		}
		if _, found := l.State("XX"); found {
			t.Error("found no state")
		}
	}
}

func TestRecipients(t *testing.T) {
	const classic = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
	w := theWorld()
	l := w.draft(t)
	a, _ := l.Agency(moj)
	hybrid := a.Keys[1].Recipient
	k, err := agencies.NewSealKey(classic, t0, end)
	ok(t, err)
	ok(t, l.AddAgencyKey(moj, k))
	got, err := l.Recipients(moj, now)
	ok(t, err)
	if !slices.Equal(got, []string{hybrid}) {
		t.Errorf("mixed or weakened: %.20q", got)
	}
	ok(t, l.RevokeKey(a.Keys[1].ID, now, agencies.Superseded))
	got, err = l.Recipients(moj, now)
	ok(t, err)
	if !slices.Equal(got, []string{classic}) {
		t.Errorf("%.20q", got)
	}
	_, err = l.Recipients(moj, end)
	wantReason(t, err, agencies.ReasonUnknownKey)
	_, err = l.Recipients("XA-NONE", now)
	wantReason(t, err, agencies.ReasonUnknownKey)

	k2, err := agencies.NewSealKey(newRecipient(t), t0, end)
	ok(t, err)
	ok(t, l.AddOfficerKey(prosecutor, k2))
	got, err = l.OfficerRecipients(prosecutor, now)
	ok(t, err)
	if !slices.Equal(got, []string{k2.Recipient}) {
		t.Errorf("%.20q", got)
	}
	ok(t, l.SetStanding(prosecutor, agencies.Suspended))
	_, err = l.OfficerRecipients(prosecutor, now)
	wantReason(t, err, agencies.ReasonStanding)
	ok(t, l.Validate())
}

func newRecipient(t *testing.T) string {
	t.Helper()
	k, err := agencies.NewCaseKey()
	ok(t, err)
	return k.Recipient()
}

func TestBindingInForce(t *testing.T) {
	s := agencies.StateEntry{Regimes: []agencies.Binding{{Regime: "A_LAW", From: t0, Until: &now}, {Regime: "B_LAW", From: now}}}
	for _, tc := range []struct {
		at   time.Time
		want string
	}{{t0.Add(-1), "[]"}, {t0, "[A_LAW]"}, {now.Add(-1), "[A_LAW]"}, {now, "[B_LAW]"}} {
		if got := fmt.Sprint(s.RegimesAt(tc.at)); got != tc.want {
			t.Errorf("at %s: %s", tc.at, got)
		}
	}
}

func TestEdit(t *testing.T) {
	w := theWorld()
	l := w.draft(t)
	ok(t, l.Validate())
	a, _ := l.Agency(moj)
	kid := a.Keys[0].ID
	refuse := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, agencies.ErrMalformed) && !errors.Is(err, agencies.ErrUntrusted) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refuse("same agency", l.AddAgency(*a))
	refuse("bad agency", l.AddAgency(agencies.Agency{ID: "XA-NEW"}))
	refuse("no agency", l.RemoveAgency("XA-NONE"))
	refuse("bad state", l.SetState(agencies.StateEntry{}))
	refuse("officer of nobody", l.AddOfficer(agencies.Officer{ID: "XA-NONE/x"}))
	refuse("same officer", l.AddOfficer(agencies.Officer{ID: prosecutor}))
	refuse("no officer", l.SetStanding("XA-MOJ/none", agencies.Active))
	refuse("bad standing", l.SetStanding(prosecutor, "away"))
	refuse("same key", l.AddAgencyKey(court, a.Keys[0]))
	refuse("key of nobody", l.AddAgencyKey("XA-NONE", a.Keys[0]))
	refuse("officer key of nobody", l.AddOfficerKey("XA-MOJ/none", a.Keys[0]))
	refuse("bad key", l.AddAgencyKey(court, agencies.Key{}))
	refuse("policy signer that seals", l.AddPolicySigner(a.Keys[1]))
	refuse("no key", l.RevokeKey("none", now, agencies.Superseded))
	refuse("no reason", l.RevokeKey(kid, now, ""))
	if _, err := l.Verify("", agencies.TypAct, now); !errors.Is(err, agencies.ErrMalformed) {
		t.Errorf("an edit that failed changed the list: %v", err)
	}
	ok(t, l.RevokeKey(kid, now, agencies.Superseded))
	refuse("revoked later", l.RevokeKey(kid, now.Add(1), agencies.Superseded))
	ok(t, l.RevokeKey(kid, now.Add(-1), agencies.Compromised))
	refuse("softened", l.RevokeKey(kid, now.Add(-1), agencies.Superseded))
	ok(t, l.AddOfficer(agencies.Officer{ID: "XA-MOJ/new", Office: agencies.OfficePolice, Standing: agencies.Active}))
	ok(t, l.SetState(agencies.StateEntry{Code: "XA", Name: "New Aland", TimeZone: "UTC"}))
	ok(t, l.Validate())
	if s, _ := l.State("XA"); s.Name != "New Aland" || len(l.States) != 2 {
		t.Error("state not replaced")
	}
	// The version it was drafted from is untouched.
	if _, _, k, _ := w.list(t).ByKey(kid); k.RevokedAt != nil {
		t.Error("edited the version before")
	}
}
