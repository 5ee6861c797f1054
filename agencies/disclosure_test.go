package agencies_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/rogatory/rogatory/agencies"
)

// TestDisclosureVector is the example of RFC 9901 §4.2.1 and §4.2.3.
func TestDisclosureVector(t *testing.T) {
	const enc = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
	if got := agencies.DisclosureDigest(enc); got != "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0" {
		t.Error(got)
	}
	// It has spaces, which our profile refuses; without them it is ours.
	_, err := agencies.ParseDisclosure(enc)
	wantField(t, err, "", agencies.RuleCanonical)
	d, err := agencies.ParseDisclosure(b64([]byte(`["_26bc4LT-ac6q2KI6cBW5es","family_name","Möbius"]`)))
	ok(t, err)
	if d.Name != "family_name" || d.Value != "Möbius" {
		t.Errorf("%q %q", d.Name, d.Value)
	}
}

func disclosures(t testing.TB, pairs ...any) []agencies.Disclosure {
	t.Helper()
	var out []agencies.Disclosure
	for i := 0; i < len(pairs); i += 2 {
		d, err := agencies.NewDisclosure(pairs[i].(string), pairs[i+1])
		ok(t, err)
		out = append(out, d)
	}
	return out
}

func TestSealAndOpen(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	s, _ := w.order(t)
	key, err := agencies.NewCaseKey()
	ok(t, err)
	open := disclosures(t, "target", "Jan Novák", "selectors", []string{"a@example", "b@example"}, "count", 7)
	victim := disclosures(t, "victim", map[string]any{"name": "V", "minor": true})
	c1, err := s.Seal("particulars", key.Recipient(), []agencies.ID{host, court}, open)
	ok(t, err)
	secondKey, err := agencies.NewCaseKey()
	ok(t, err)
	c2, err := s.Seal("m", secondKey.Recipient(), []agencies.ID{court}, victim)
	ok(t, err)
	if len(s.SD) != 4 || len(s.Sealed) != 2 || !slices.IsSorted(s.SD) {
		t.Fatalf("%+v", s)
	}
	signed, err := w.officer(t, prosecutor).SignStatement(s)
	ok(t, err)
	got, _, err := l.VerifyStatement(signed, now)
	ok(t, err)

	// The host unwraps with its own keys, and reads its compartment alone.
	to, err := l.Recipients(host, now)
	ok(t, err)
	wrapped, err := key.WrapFor(to)
	ok(t, err)
	wrap := agencies.KeyWrap{Case: s.Case, Act: s.ID, Compartment: "particulars", For: host, Wrapped: wrapped}
	ok(t, wrap.Check())
	ids, err := w.rings[host].AgeIdentities()
	ok(t, err)
	mine, err := agencies.UnwrapCaseKey(wrap.Wrapped, ids...)
	ok(t, err)
	back, err := mine.OpenSealed(got, "particulars", c1)
	ok(t, err)
	if !reflect.DeepEqual(back, open) {
		t.Errorf("%#v", back)
	}
	if back[2].Value != 7.0 || back[0].Value != "Jan Novák" {
		t.Errorf("%v %v", back[2].Value, back[0].Value)
	}
	_, err = mine.Open(c2, got.SD)
	if !errors.Is(err, agencies.ErrSealed) {
		t.Errorf("opened another compartment: %v", err)
	}
	courtIDs, err := w.rings[court].AgeIdentities()
	ok(t, err)
	if _, err := agencies.UnwrapCaseKey(wrapped, courtIDs...); !errors.Is(err, agencies.ErrSealed) {
		t.Errorf("unwrapped with another's keys: %v", err)
	}
	_, err = mine.OpenSealed(got, "m", c1)
	wantField(t, err, "sealed", agencies.RuleMismatch)
	_, err = mine.OpenSealed(got, "none", c1)
	wantField(t, err, "sealed", agencies.RuleUnknown)

	// Nothing of the particulars is in what the broker sees.
	for _, text := range []string{string(unb64(t, strings.Split(string(signed), ".")[1])), string(c1), string(c2)} {
		for _, secret := range []string{"Novák", "target", "victim", "a@example"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q stands in the open", secret)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	key, err := agencies.NewCaseKey()
	ok(t, err)
	d := disclosures(t, "a", 1, "b", 2)
	other := disclosures(t, "a", 3)
	sd := []string{d[0].Digest(), d[1].Digest(), other[0].Digest()}
	seal := func(plain string) []byte {
		out, err := agencies.SealTo([]string{key.Recipient()}, []byte(plain))
		ok(t, err)
		return out
	}
	texts := func(ds ...agencies.Disclosure) string {
		var out []string
		for _, x := range ds {
			out = append(out, x.Encode())
		}
		raw, err := json.Marshal(out)
		ok(t, err)
		return string(raw)
	}
	good := texts(d...)
	if _, err := key.Open(seal(good), sd); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name        string
		plain       string
		sd          []string
		field, rule string
	}{
		{"no digest refers to it", good, sd[:1], "disclosures[1]", agencies.RuleMismatch},
		{"no digests at all", good, nil, "disclosures[0]", agencies.RuleMismatch},
		{"name twice", texts(d[0], d[1], other[0]), sd, "disclosures[2]", agencies.RuleDuplicate},
		{"same one twice", texts(d[0], d[0]), sd, "disclosures[1]", agencies.RuleDuplicate},
		{"none", "[]", sd, "disclosures", agencies.RuleSize},
		{"null", "null", sd, "disclosures", agencies.RuleSize},
		{"white space", strings.Replace(good, ",", ", ", 1), sd, "disclosures", agencies.RuleCanonical},
		{"not json", "x", sd, "disclosure", agencies.RuleSyntax},
		{"numbers", "[1]", sd, "disclosure", agencies.RuleType},
		{"padded", strings.Replace(good, `",`, `=",`, 1), sd, "disclosures[0]", agencies.RuleCanonical},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := key.Open(seal(tc.plain), tc.sd)
			wantField(t, err, tc.field, tc.rule)
		})
	}
	whole := seal(good)
	for _, n := range []int{0, 1, 100, len(whole) - 1} {
		if got, err := key.Open(whole[:n], sd); !errors.Is(err, agencies.ErrSealed) || got != nil {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if _, err := key.Open(append(whole, 0), sd); !errors.Is(err, agencies.ErrSealed) {
		t.Error(err)
	}
	_, err = key.Open(make([]byte, agencies.MaxSealedBytes+1), sd)
	wantField(t, err, "ciphertext", agencies.RuleSize)
	if _, err := agencies.UnwrapCaseKey(whole); !errors.Is(err, agencies.ErrSealed) {
		t.Error(err)
	}
	id, err := age.GenerateX25519Identity()
	ok(t, err)
	for _, plain := range []string{"", "x", id.String()} {
		out, err := agencies.SealTo([]string{id.Recipient().String()}, []byte(plain))
		ok(t, err)
		_, err = agencies.UnwrapCaseKey(out, id)
		wantField(t, err, "wrapped", agencies.RuleKey)
		if strings.Contains(err.Error(), "SECRET") {
			t.Error("error shows a key")
		}
	}
}

func TestParseDisclosure(t *testing.T) {
	salt := strings.Repeat("A", 22)
	for _, tc := range []struct{ in, field, rule string }{
		{`["` + salt + `","a",1]`, "", ""},
		{`["` + salt + `","a",{"b":[null]}]`, "", ""},
		{`["` + salt + `","a",null]`, "", ""},
		{`["` + salt + `",1]`, "", agencies.RuleType}, // an array element of RFC 9901 §4.2.2
		{`["` + salt + `","a",1,2]`, "", agencies.RuleType},
		{`[1,"a",1]`, "", agencies.RuleType},
		{`["` + salt + `",1,1]`, "", agencies.RuleType},
		{`["","a",1]`, "disclosure", agencies.RuleFormat},
		{`["AAAA","a",1]`, "disclosure", agencies.RuleFormat},
		{`["` + salt + `","_sd",1]`, "disclosure", agencies.RuleFormat},
		{`["` + salt + `","...",1]`, "disclosure", agencies.RuleFormat},
		{`["` + salt + `","a",1.0]`, "", agencies.RuleCanonical},
		{`["` + salt + `","a",{"secret_name":1,"secret_name":2}]`, "disclosure", agencies.RuleDuplicate},
		{`["` + salt + `","a",9007199254740993]`, "disclosure", agencies.RuleCanonical},
		{`{}`, "disclosure", agencies.RuleType},
		{``, "disclosure", agencies.RuleSyntax},
	} {
		_, err := agencies.ParseDisclosure(b64([]byte(tc.in)))
		if tc.rule == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.in, err)
			}
			continue
		}
		t.Run(tc.in, func(t *testing.T) { wantField(t, err, tc.field, tc.rule) })
		if err != nil && strings.Contains(err.Error(), "secret_name") {
			t.Error("error shows a name from inside")
		}
	}
}

func TestSealRefuses(t *testing.T) {
	key, err := agencies.NewCaseKey()
	ok(t, err)
	d := disclosures(t, "a", 1)
	for name, try := range map[string]func() error{
		"nothing":    func() error { _, err := agencies.SealDisclosures(key.Recipient(), nil); return err },
		"name twice": func() error { _, err := agencies.SealDisclosures(key.Recipient(), append(d, d[0])); return err },
		"made by hand": func() error {
			_, err := agencies.SealDisclosures(key.Recipient(), make([]agencies.Disclosure, 1))
			return err
		},
		"recipient": func() error { _, err := agencies.SealDisclosures("age1x", d); return err },
		"too large": func() error {
			_, err := agencies.SealDisclosures(key.Recipient(), disclosures(t, "a", strings.Repeat("x", agencies.MaxSealedBytes)))
			return err
		},
		"wrap for nobody": func() error { _, err := key.WrapFor(nil); return err },
		"bad name":        func() error { _, err := agencies.NewDisclosure("A B", 1); return err },
		"reserved name":   func() error { _, err := agencies.NewDisclosure("_sd", 1); return err },
		"bad value":       func() error { _, err := agencies.NewDisclosure("a", func() {}); return err },
		"large number":    func() error { _, err := agencies.NewDisclosure("a", int64(1)<<60); return err },
	} {
		if err := try(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if (agencies.Disclosure{}).Encode() != "" || (agencies.Disclosure{}).Digest() != "" {
		t.Error("encoded a disclosure that does not hold")
	}
	// age refuses to mix kinds: the weaker would decide.
	if _, err := key.WrapFor([]string{key.Recipient(), "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"}); err == nil {
		t.Error("mixed hybrid and classic recipients")
	}
	// A failed Seal leaves the statement as it was.
	s, _ := theWorld().order(t)
	before, _ := s.Encode()
	if _, err := s.Seal("particulars", key.Recipient(), []agencies.ID{"XB-OTHER"}, d); err == nil {
		t.Error("sealed to a stranger")
	}
	after, _ := s.Encode()
	if !bytes.Equal(before, after) {
		t.Error("statement changed")
	}
	for _, w := range []agencies.KeyWrap{{}, {Case: agencies.NewID()}, {Case: agencies.NewID(), Act: agencies.NewID()}, {Case: agencies.NewID(), Compartment: "a", For: host, Wrapped: []byte{1}}, {Case: agencies.NewID(), Act: agencies.NewID(), Compartment: "a"}, {Case: agencies.NewID(), Act: agencies.NewID(), Compartment: "a", For: host}} {
		if w.Check() == nil {
			t.Errorf("%+v accepted", w)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	key, err := agencies.NewCaseKey()
	ok(t, err)
	d := disclosures(t, "who", "Somebody")[0]
	ring := theWorld().rings[moj]
	var log bytes.Buffer
	values := []any{key, d, []agencies.Disclosure{d}, &d, ring, *ring, ring.Seal, ring.Identities, struct{ R *agencies.Keyring }{ring}, theWorld().officer(t, prosecutor)}
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		for _, v := range values {
			slog.New(h).Info("x", "v", v)
		}
	}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&log, verb+"\n", v)
		}
	}
	var m map[string]any
	ok(t, json.Unmarshal([]byte(ring.Seal.Reveal()), &m))
	for _, secret := range []string{"AGE-SECRET", "Somebody", m["d"].(string), ring.AccountSeed.Reveal(), fmt.Sprintf("%x", "Somebody")} {
		if strings.Contains(log.String(), secret) {
			for line := range strings.Lines(log.String()) {
				if strings.Contains(line, secret) {
					t.Errorf("%.12q was printed in %.300s", secret, line)
				}
			}
		}
	}
}
