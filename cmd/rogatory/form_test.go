package main

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// A drafted form names every member of an order, so that nobody has to read code
// to find one.
func TestDraftNamesEveryMember(t *testing.T) {
	for _, i := range broker.Instruments {
		text := draftForm(i)
		absent := absentIn(i)
		for _, name := range jsonNames(reflect.TypeFor[broker.Order]()) {
			want := strings.NewReplacer("_digest", "").Replace(name)
			if slices.Contains(absent, name) {
				continue
			}
			if !regexp.MustCompile(`(?m)(^|[ #-])` + want + `:`).MatchString(text) {
				t.Errorf("%s: the form does not speak of %s", i, name)
			}
		}
		for _, fact := range broker.StatedFacts(i, "") {
			if !strings.Contains(text, "\n  "+fact+": FILL # ") {
				t.Errorf("%s: fact %s is not in the form", i, fact)
			}
		}
	}
}

// absentIn are the members that an instrument does not know.
func absentIn(i broker.Instrument) []string {
	form, _ := broker.FormOf(i)
	var out []string
	for _, part := range []struct {
		known   bool
		members string
	}{
		{len(form.Rests[0].Articles) > 0, "legal_basis"},
		{form.Produces, "recipients_of_data assigned_officers"},
		{form.Notified, "enforcing_authority"},
		{form.MayUrge, "emergency threat reasons_digest"},
		{form.MayUrge && !form.MustUrge, "critical_infrastructure validation_unobtainable"},
		{i == broker.Spontaneous, "use_limits"},
	} {
		if !part.known {
			out = append(out, strings.Fields(part.members)...)
		}
	}
	return out
}

func jsonNames(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return nil
	}
	var out []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(append(out, name), jsonNames(f.Type)...)
	}
	return out
}

// fill replaces each FILL of a drafted form by something its comment allows.
func fill(text string) string {
	article := regexp.MustCompile(`(?m)^legal_basis: FILL # [^:]*: ([^,\n]*).*$`)
	text = article.ReplaceAllString(text, "legal_basis: $1")
	for _, pair := range [][2]string{
		{"addressee: FILL", "addressee: XB-HOST"}, {"recipients_of_data: [FILL]", "recipients_of_data: [XA-POLICE]"},
		{"categories: [FILL]", "categories: [content]"}, {"identifier_kind: FILL", "identifier_kind: account"}, {"identifier: FILL", "identifier: account"},
		{"months: FILL", "months: 120"}, {"language: FILL", "language: en"}, {"FILL # true or false", "true # "}, {"FILL", "x"},
	} {
		text = strings.ReplaceAll(text, pair[0], pair[1])
	}
	return text
}

func TestDraftCanBeFilledIn(t *testing.T) {
	for _, i := range broker.Instruments {
		text := draftForm(i)
		_, err := parseForm([]byte(text), time.Now())
		wantFieldError(t, err, "addressee", agencies.RuleRequired)
		f, err := parseForm([]byte(fill(text)), time.Now())
		if err != nil {
			t.Errorf("%s: %v", i, err)
			continue
		}
		if f.order.Instrument != i || f.order.Regime != i.Regime() || f.order.Targets[0].Number != 1 || f.identifiers[0] != "account" || f.order.Issued.IsZero() {
			t.Errorf("%s: read as %+v", i, f.order)
		}
		// With every optional line in use it is still read, or refused for a reason of law.
		all := regexp.MustCompile(`(?m)^( *)# ([ a-z_]+:.*)$`).ReplaceAllString(fill(text), "$1$2")
		if _, err := readForm([]byte(all), time.Now()); err != nil {
			t.Errorf("%s with all optional members: %v", i, err)
		}
	}
}

func TestFormRefuses(t *testing.T) {
	epoc := fill(draftForm(broker.EPOC))
	for _, c := range []struct {
		name, old, new string
		field, rule    string
	}{
		{"unknown member", "language: en", "language: en\ncolour: red", "colour", agencies.RuleUnknown},
		{"unknown fact", "facts:\n", "facts:\n  weather: sunny\n", "facts.weather", agencies.RuleUnknown},
		{"fact of another type", "specific_investigation: true", "specific_investigation: 3", "facts.specific_investigation", agencies.RuleType},
		{"fact left out", "\n  data_owner: x", "", "facts.data_owner", agencies.RuleRequired},
		{"digest by hand", "identifier: account", "identifier_digest: " + strings.Repeat("A", 43), "targets[0].identifier_digest", agencies.RuleUnknown},
		{"selector that is not sealed", "identifier: account", "identifier: phone", "targets[0].identifier", "EPO-C-01"},
		{"no identifier", "identifier: account", "", "targets[0].identifier", "EPO-C-01"},
		{"compartment that is no map", "certificate:\n  account: x", "certificate: x", "certificate", agencies.RuleType},
		{"two documents", "language: en", "language: en\n---\nlanguage: fr", "", agencies.RuleSyntax},
		{"member twice", "language: en", "language: en\nlanguage: fr", "", agencies.RuleSyntax},
		{"alias", "language: en", "language: &a en\nx: *a", "", agencies.RuleSyntax},
		{"instrument nobody knows", "instrument: EPOC", "instrument: letter", "instrument", "EPO-C-01"},
		{"no recipients", "recipients_of_data: [XA-POLICE]", "", "recipients_of_data", "EPO-C-04"},
		{"no offence", "purpose: criminal_proceedings", "purpose: execute_sentence", "sentence", "EPO-S-01"},
		{"dates turned round", "identifier: account", "identifier: account\n    from: 2026-02-01T00:00:00Z\n    until: 2026-01-01T00:00:00Z", "targets[0].until", "EPO-C-01"},
		{"future data", "identifier: account", "identifier: account\n    from: 2026-02-01T00:00:00Z\n    until: 2126-01-01T00:00:00Z", "targets[0].until", "EPO-S-05"},
		{"deadline before issue", "language: en", "language: en\nrequested_deadline: 2020-01-01T00:00:00Z", "requested_deadline", "EPO-C-04"},
		{"emergency without reasons", "language: en", "language: en\nemergency: {threat: imminent_threat_to_life}", "emergency.reasons", "EPO-C-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(epoc, c.old, c.new, 1)
			if text == epoc {
				t.Fatal("the form does not hold what is to be replaced")
			}
			_, err := parseForm([]byte(text), time.Now())
			wantFieldError(t, err, c.field, c.rule)
		})
	}
}

func wantFieldError(t *testing.T, err error, field, rule string) {
	t.Helper()
	fe, ok := errors.AsType[*agencies.FieldError](err)
	if !ok {
		t.Fatalf("error is %v, want one about %s", err, field)
	}
	if fe.Field != field || fe.Rule != rule {
		t.Fatalf("error is about %q, rule %q (%v); want %q, %q", fe.Field, fe.Rule, err, field, rule)
	}
}

func FuzzParseForm(f *testing.F) {
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, i := range broker.Instruments {
		f.Add([]byte(fill(draftForm(i))))
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("targets: [{}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		form, err := parseForm(data, at)
		if err != nil {
			return
		}
		if err := form.filled(func(string) string { return strings.Repeat("A", 43) }).Check(); err != nil {
			t.Errorf("a form that was taken makes an order that is not: %v", err)
		}
	})
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain Ünïcode 漢": "plain Ünïcode 漢",
		"\x1b[2Jx":        `\x1b[2Jx`,
		"a\nb\t":          `a\nb\t`,
		"exe.\u202efdp":   `exe.\u202efdp`,
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is shown as %s, want %s", in, got, want)
		}
	}
}
