package policy

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/agencies"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestPrecedence(t *testing.T) {
	// rules.md section 0: deny > needs_validation > needs_notification > human_review > permit.
	order := []Outcome{Denied, NeedsValidation, NeedsNotification, HumanReview, Permitted}
	for i, a := range order {
		for j, b := range order {
			if got := a.Worse(b); got != (i < j) {
				t.Errorf("%s worse than %s = %v", a, b, got)
			}
		}
	}
	for name, got := range map[string]Outcome{
		"none":    Worst(),
		"unknown": Worst(Permitted, "allow"),
		"empty":   Worst(""),
	} {
		if got != Denied {
			t.Errorf("%s: %s, want deny", name, got)
		}
	}
	if got := Worst(Permitted, NeedsNotification, HumanReview); got != NeedsNotification {
		t.Errorf("worst = %s", got)
	}
}

func TestDictionary(t *testing.T) {
	var strict map[string]FactSpec
	if err := agencies.DecodeStrict(factsJSON, &strict); err != nil {
		t.Fatal(err)
	}
	if len(strict) < 240 || len(Dictionary()) != len(strict) {
		t.Fatalf("%d facts", len(strict))
	}
	var check func(name string, s FactSpec)
	check = func(name string, s FactSpec) {
		switch s.Type {
		case String, Boolean, Integer:
		case List:
			if s.Items != String && s.Items != Integer {
				t.Errorf("%s: items %q", name, s.Items)
			}
		case Object:
			if len(s.Members) == 0 {
				t.Errorf("%s: object without members", name)
			}
			for k, m := range s.Members {
				check(name+"."+k, m)
			}
		default:
			t.Errorf("%s: type %q", name, s.Type)
		}
	}
	for name, s := range strict {
		check(name, s)
	}
}

func TestCheckFact(t *testing.T) {
	offence := map[string]any{"name": "fraud", "max_custodial_sentence_months": int64(36)}
	for _, c := range []struct {
		name  string
		fact  string
		value any
		want  string // part of the error; "" means none
	}{
		{"known", "issued_by", "judge", ""},
		{"null where absent is meant", "validated_by", nil, ""},
		{"null where it means nothing", "issued_by", nil, "facts.issued_by: type: expected string, got null"},
		{"wrong type", "issued_by", true, "facts.issued_by: type: expected string, got boolean"},
		{"number as text", "days_preserved", "45", "facts.days_preserved: type: expected integer, got string"},
		{"list", "data_categories", []any{"content"}, ""},
		{"list item", "data_categories", []any{"content", int64(1)}, "facts.data_categories[1]: type: expected string, got integer"},
		{"text for list", "data_categories", "content", "facts.data_categories: type: expected list of string, got string"},
		{"object", "offence", offence, ""},
		{"object null", "offence", nil, ""},
		{"object member unknown", "offence", map[string]any{"max_sentence_months": int64(3)}, `facts.offence.max_sentence_months: unknown`},
		{"object member type", "offence", map[string]any{"name": int64(3)}, "facts.offence.name: type: expected string, got integer"},
		{"unknown, near", "isued_by", "judge", `the nearest known name is "issued_by"`},
		{"unknown, case", "Issued_By", "judge", `the nearest known name is "issued_by"`},
		{"unknown, far", "zzzzzzzzzzzz", "judge", "facts.zzzzzzzzzzzz: unknown: not in the fact dictionary"},
		{"too long", "selector", strings.Repeat("a", maxString+1), "size"},
		{"too many", "identifiers", make([]any, maxItems+1), "size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := CheckFact(c.fact, c.value)
			switch {
			case c.want == "" && err != nil:
				t.Fatal(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Fatalf("error %v, want %q", err, c.want)
			case err != nil && !errors.Is(err, agencies.ErrMalformed):
				t.Fatalf("%v is no malformed", err)
			}
		})
	}
	if err := CheckFact("zzzzzzzzzzzz", ""); strings.Contains(err.Error(), "nearest") {
		t.Errorf("suggests for a name that is like none: %v", err)
	}
}

func TestMerge(t *testing.T) {
	fact := func(v any, p Provenance) Fact { return Fact{Value: v, Provenance: p} }
	for _, c := range []struct {
		name  string
		a, b  Facts
		want  Fact
		clash bool
	}{
		{"agree", Facts{"issued_by": fact("judge", Declared)}, Facts{"issued_by": fact("judge", Derived)}, fact("judge", Derived), false},
		{"differ", Facts{"issued_by": fact("judge", Declared)}, Facts{"issued_by": fact("police", Derived)}, fact("police", Derived), true},
		{"differ, other order", Facts{"issued_by": fact("police", Derived)}, Facts{"issued_by": fact("judge", Declared)}, fact("police", Derived), true},
		{"null is a value", Facts{"validated_by": fact("judge", Declared)}, Facts{"validated_by": fact(nil, Derived)}, fact(nil, Derived), true},
		{"lists are sets", Facts{"data_categories": fact([]any{"a", "b"}, Declared)}, Facts{"data_categories": fact([]any{"b", "a", "a"}, Derived)}, fact([]any{"b", "a", "a"}, Derived), false},
		{"derived twice", Facts{"issued_by": fact("judge", Derived)}, Facts{"issued_by": fact("police", Derived)}, fact("judge", Derived), true},
		{
			"objects by member",
			Facts{"manifest": fact(map[string]any{"sender": "x", "size_bytes": int64(5)}, Declared)},
			Facts{"manifest": fact(map[string]any{"size_bytes": int64(5), "hash_present": true}, Derived)},
			fact(map[string]any{"sender": "x", "size_bytes": int64(5), "hash_present": true}, Declared), false,
		},
		{
			"objects that clash",
			Facts{"manifest": fact(map[string]any{"size_bytes": int64(5)}, Declared)},
			Facts{"manifest": fact(map[string]any{"size_bytes": int64(6)}, Derived)},
			fact(map[string]any{"size_bytes": int64(6)}, Derived), true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, found := Merge(c.a, c.b)
			if (len(found) > 0) != c.clash {
				t.Fatalf("contradictions %v, want %v", found, c.clash)
			}
			for name := range c.a {
				if g := got[name]; !sameValue(g.Value, c.want.Value) || g.Provenance != c.want.Provenance {
					t.Errorf("%s = %+v, want %+v", name, g, c.want)
				}
			}
		})
	}
}

func TestContradictionDenies(t *testing.T) {
	_, found := Merge(
		Facts{
			"issued_by": {Value: "judge", Provenance: Declared},
			"manifest":  {Value: map[string]any{"file_names": []any{"anna@example.org.zip"}, "size_bytes": int64(4)}, Provenance: Declared},
			"selector":  {Value: "anna@example.org", Provenance: Declared},
		},
		Facts{
			"issued_by": {Value: "police", Provenance: Derived},
			"manifest":  {Value: map[string]any{"file_names": []any{"anna@example.org.zip"}, "size_bytes": int64(5)}, Provenance: Derived},
			"selector":  {Value: "eva@example.org", Provenance: Derived},
		},
	)
	d := Decision{Outcome: Permitted, Reasons: []Reason{{Rule: "A-1", Article: "1", Outcome: Permitted}}}.Contradict(found)
	if d.Outcome != Denied || len(d.Reasons) != 4 {
		t.Fatalf("%+v", d)
	}
	if text := d.Reasons[0].Text; !strings.Contains(text, `"police"`) || !strings.Contains(text, `"judge"`) {
		t.Errorf("reason does not name both values: %s", text)
	}
	if text := d.Reasons[1].Text; !strings.Contains(text, `"size_bytes":4`) || !strings.Contains(text, `"size_bytes":5`) {
		t.Errorf("reason does not name both values: %s", text)
	}
	for _, r := range d.Reasons {
		if strings.Contains(r.Text, "@") {
			t.Errorf("reason shows a person: %s", r.Text)
		}
	}
}

// value draws from the closed set of policy values.
func value() *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\x00-\x1f"\\/é€𝄞\x{e000}\x{fb01}]{0,6}`))
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int64Range(-maxInteger, maxInteger), func(n int64) any { return n }),
		rapid.Map(text, func(s string) any { return s }),
	)
	list := rapid.Map(rapid.SliceOfN(leaf, 0, 4), func(v []any) any { return v })
	object := rapid.Map(rapid.MapOfN(text, rapid.OneOf(leaf, list), 0, 6), func(m map[string]any) any { return m })
	return rapid.OneOf(leaf, list, object)
}

// The encoder on the path of every decision writes what package jcs writes.
func TestCanonicalIsRFC8785(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := value().Draw(t, "value")
		if list, ok := v.([]any); ok && list == nil {
			v = []any{}
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		// jcs takes objects and arrays only.
		want, err := jcs.Transform([]byte("[" + string(text) + "]"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := AppendCanonical(nil, []any{v})
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("got %s\nwant %s", got, want)
		}
		back, err := ParseValue(got[1 : len(got)-1])
		if err != nil {
			t.Fatal(err)
		}
		if again, err := AppendCanonical(nil, []any{back}); err != nil || string(again) != string(got) {
			t.Fatalf("read back as %s, %v", again, err)
		}
	})
}

func TestParseValueRefuses(t *testing.T) {
	for _, s := range []string{`1.5`, `1e3`, `-0`, `9007199254740992`, `-9007199254740992`, `[1.0]`, `{"a":1e1}`, ``, `{`} {
		if v, err := ParseValue([]byte(s)); err == nil {
			t.Errorf("%s was read as %v", s, v)
		}
	}
}

func TestObligation(t *testing.T) {
	for _, s := range []string{"deadline=P10D", "availability_window=P10D..P45D", "validator_must_be=judge|court", "report_by=31 March", "strip_section_M_from_addressee_copy"} {
		o, err := ParseObligation(s)
		if err != nil || o.String() != s || !o.Known() {
			t.Errorf("%q: %+v, known %v, %v", s, o, o.Known(), err)
		}
	}
	for _, s := range []string{"", "=P10D", "deadline=", "dead line=P10D", "deadline=a\nb", "deadline=\xff", strings.Repeat("a", 97)} {
		if o, err := ParseObligation(s); err == nil {
			t.Errorf("%q was read as %+v", s, o)
		}
	}
	if (Obligation{Code: "summon_the_minister"}).Known() {
		t.Error("an invented code is known")
	}
}

func TestDuration(t *testing.T) {
	for s, want := range map[string]Duration{
		"P10D": {Days: 10}, "PT8H": {Hours: 8}, "PT96H": {Hours: 96}, "P2W": {Days: 14}, "P1Y2M3DT4H5M": {Months: 14, Days: 3, Hours: 4, Minutes: 5},
	} {
		if got, err := ParseDuration(s); err != nil || got != want {
			t.Errorf("%s = %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "P", "PT", "P10", "10D", "P10DT", "P1.5D", "PD", "P1D1D", "P1D2M", "P-1D", "P999999D", "PT1S", "P10D..P45D"} {
		if got, err := ParseDuration(s); err == nil {
			t.Errorf("%s was read as %+v", s, got)
		}
	}
}

// The example of RFC 8785 §3.2.3: order is by UTF-16 code units, in which an emoji
// comes before U+FB33.
func TestCanonicalOrder(t *testing.T) {
	keys := []string{"\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"}
	m := map[string]any{}
	for _, k := range keys {
		m[k] = true
	}
	if got := sortedKeys(m); !slices.Equal(got, keys) {
		t.Errorf("%q, want %q", got, keys)
	}
}
