package forms

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

var at = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// example reads a complete form of testdata/forms.
func example(t testing.TB, name string) Form {
	t.Helper()
	f, err := Decode(exampleText(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func exampleText(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "forms", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// examples are the complete forms; there is one of each kind at least.
func examples(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "forms", "*.yaml"))
	if err != nil || len(files) < len(Names) {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimSuffix(filepath.Base(f), ".yaml"))
	}
	return out
}

func TestExamplesAreComplete(t *testing.T) {
	seen := map[Name]bool{}
	for _, name := range examples(t) {
		f := example(t, name)
		seen[NameOf(f)] = true
		for _, found := range Check(f) {
			t.Errorf("%s: %s: %s", name, found.Field, found)
		}
	}
	for _, n := range Names {
		if !seen[n] {
			t.Errorf("no example of %s", n)
		}
	}
}

// A form as JSON in its one encoding is the same form.
func TestEncodingIsOne(t *testing.T) {
	for _, name := range examples(t) {
		b, err := Encode(example(t, name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := Decode(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, _ := Encode(f); !bytes.Equal(again, b) {
			t.Errorf("%s: two encodings", name)
		}
	}
}

// An empty form names every member, and what it shows as optional can be read.
func TestTemplates(t *testing.T) {
	for _, n := range Names {
		text, err := Template(n)
		if err != nil {
			t.Fatal(err)
		}
		var missing func(t reflect.Type) []string
		missing = func(ty reflect.Type) (out []string) {
			for _, m := range members(ty) {
				if !regexp.MustCompile(`(?m)^(# )? *(- )?` + regexp.QuoteMeta(m.name) + `:`).MatchString(text) {
					out = append(out, m.name)
				}
				if inner, ok := part(m.typ); ok {
					out = append(out, missing(inner)...)
				}
			}
			return out
		}
		s, _ := specOf(n)
		for _, name := range missing(reflect.TypeOf(s.fresh()).Elem()) {
			t.Errorf("%s: the empty form does not speak of %s", n, name)
		}
		f, err := Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		fills := len(regexp.MustCompile(`(?m)^[^#\n]*: \[?FILL`).FindAllString(text, -1))
		if got := len(Check(f)); got < fills {
			t.Errorf("%s: %d findings for %d places to fill in", n, got, fills)
		}
		if complete := Complete(f); complete == nil && !(law(s.law)).unverified() {
			t.Errorf("%s: the empty form counts as complete", n)
		}
		all := regexp.MustCompile(`(?m)^# ( *(- )?[a-z_]+:.*)$`).ReplaceAllString(text, "$1")
		if _, err := Decode([]byte(strings.ReplaceAll(all, "facts: {}", "# "))); err != nil {
			t.Errorf("%s with every optional line: %v", n, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	text := string(exampleText(t, "epoc"))
	for _, c := range []struct {
		name, old, new string
		field, rule    string
		says           string
	}{
		{"unknown member", "  capacity: des", "  capasity: des", "section_b.capasity", agencies.RuleUnknown, "did you mean capacity?"},
		{"unknown section", "section_k:", "section_x:", "section_x", agencies.RuleUnknown, "did you mean section_"},
		{"member of another case", "  name: Hostwise", "  Name: Hostwise", "section_b.Name", agencies.RuleUnknown, "did you mean name?"},
		{"text for a number", "months: 120", "months: ten years", "section_g.offence.max_custodial_sentence_months", agencies.RuleType, "want a whole number"},
		{"text for yes or no", "certified: true", "certified: certainly", "section_i.certified", agencies.RuleType, "want true or false"},
		{"one for a list", "agencies: [XA-POLICE]", "agencies: XA-POLICE", "section_l.agencies", agencies.RuleType, "want a list"},
		{"text for a section", "section_k:\n  agency: XB-PROS\n  name: Prosecution of Bland\n", "section_k: none\n", "section_k", agencies.RuleType, "want members by name"},
		{"number for text", "name: Hostwise", "name: 7", "section_b.name", agencies.RuleType, "want text"},
		{"a date without time", "from: 2026-01-01T00:00:00Z", "from: 2026-01-01", "section_e.identifiers[0].from", agencies.RuleTime, ""},
		{"empty text", "name: Hostwise", `name: ""`, "section_b.name", agencies.RuleCanonical, "is empty"},
		{"nothing after the colon", "name: Hostwise", "name:", "section_b.name", agencies.RuleType, "want text"},
		{"null where a list may be", "agencies: [XA-POLICE]", "agencies:", "section_l.agencies", agencies.RuleCanonical, "is empty"},
		{"zero", "months: 120", "months: 0", "section_g.offence.max_custodial_sentence_months", agencies.RuleCanonical, "is empty"},
		{"unknown fact", "  facts:\n", "  facts:\n    data_ownr: x\n", "exchange.facts.data_ownr", agencies.RuleUnknown, "did you mean data_owner?"},
		{"fact of another type", "specific_investigation: true", "specific_investigation: 3", "exchange.facts.specific_investigation", agencies.RuleType, ""},
		{"two documents", "language: en", "language: en\n---\nlanguage: fr", "", agencies.RuleSyntax, "more than one"},
		{"member twice", "language: en", "language: en\nlanguage: fr", "", agencies.RuleSyntax, ""},
		{"alias", "language: en", "language: &a en\nx: *a", "", agencies.RuleSyntax, "aliases"},
		{"form nobody knows", "form: EPOC", "form: EPOK", "form", agencies.RuleUnknown, "did you mean EPOC?"},
		{"no form", "form: EPOC\n", "", "form", agencies.RuleRequired, "EPOC-PR"},
		{"a digest by hand", "value: recruiter@hostwise.example", "identifier_digest: " + strings.Repeat("A", 43), "section_e.identifiers[0].identifier_digest", agencies.RuleUnknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(text, c.old, c.new, 1)
			if changed == text {
				t.Fatal("the form does not hold what is to be replaced")
			}
			_, err := Decode([]byte(changed))
			fe := fieldError(t, err)
			if fe.Field != c.field || fe.Rule != c.rule || !strings.Contains(fe.Detail, c.says) {
				t.Errorf("error is about %q, rule %q (%v); want %q, %q, saying %q", fe.Field, fe.Rule, err, c.field, c.rule, c.says)
			}
		})
	}
}

func fieldError(t *testing.T, err error) *agencies.FieldError {
	t.Helper()
	for e := err; e != nil; {
		if fe, ok := e.(*agencies.FieldError); ok {
			return fe
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = u.Unwrap()
	}
	t.Fatalf("error is %v, want one about a field", err)
	return nil
}

// What parses re-encodes to the same bytes, or was refused: nothing that a file says
// is read by nobody.
func FuzzDecode(f *testing.F) {
	for _, name := range examples(f) {
		f.Add(exampleText(f, name))
		b, err := Encode(example(f, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("form: EPOC\nsection_e: {identifiers: [{}]}"))
	f.Add([]byte(`{"form":"MLA","exchange":{"facts":{"urgent":null}}}`))
	f.Add([]byte("form: EPOC\nsection_a: {reference: FILL}\na: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		form, err := Decode(data)
		if err != nil {
			return
		}
		b, err := Encode(form)
		if err != nil {
			t.Fatalf("a form that was taken cannot be written: %v", err)
		}
		again, err := Decode(b)
		if err != nil {
			t.Fatalf("its own encoding is refused: %v", err)
		}
		if c, _ := Encode(again); !bytes.Equal(b, c) {
			t.Error("read again it is another form")
		}
		// All that the file says is in it, FILL apart.
		var raw map[string]any
		if DecodeYAML(data, &raw) == nil && !bytes.Contains(data, []byte(unfilled)) {
			if said, err := agencies.Canonical(raw); err == nil && !bytes.Equal(said, b) {
				t.Errorf("the file says %s, the form %s", said, b)
			}
		}
		Check(form)
		filing, err := File(form, at)
		if err != nil {
			return
		}
		if err := filing.Order(func(broker.Compartment, string) string { return strings.Repeat("A", 43) }).Check(); err != nil {
			t.Errorf("a form that was filed makes an order that is not: %v", err)
		}
		for _, p := range form.pages() {
			if err := Render(&bytes.Buffer{}, p, "en"); err != nil {
				t.Errorf("a form that was filed cannot be rendered: %v", err)
			}
		}
	})
}

// Every fixed word is there in every language, and none is left over.
func TestWordsAreWhole(t *testing.T) {
	l := lexiconOnce()
	used := map[string]map[string]bool{"labels": {}, "words": {}}
	var walk func(t reflect.Type)
	walk = func(ty reflect.Type) {
		for _, m := range members(ty) {
			inner, isPart := part(m.typ)
			switch {
			case m.section():
			case isPart && m.typ.Kind() == reflect.Slice:
				used["labels"][m.name+"[]"] = true
			default:
				used["labels"][m.name] = true
			}
			if isPart {
				walk(inner)
			}
			for _, w := range words(m.typ) {
				used["words"][w] = true
			}
		}
	}
	for _, s := range specs {
		for _, p := range s.fresh().pages() {
			walk(reflect.TypeOf(p).Elem())
		}
		for _, lang := range Languages {
			if title(s.name, lang) == "" {
				t.Errorf("form %s has no title in %s", s.name, lang)
			}
			for _, m := range members(reflect.TypeOf(s.fresh()).Elem()) {
				if m.name != "form" && m.name != "language" && sectionTitle(s.name, m.name, lang) == "" {
					t.Errorf("form %s: %s has no heading in %s", s.name, m.name, lang)
				}
			}
		}
	}
	for _, w := range Item("").Known() {
		used["words"][w] = true
	}
	names := append(Name("").Words(), "EPOC", "EPOC-PR", "EIO", "MLA")
	for _, lang := range Languages {
		for name := range used["labels"] {
			if label(name, lang) == "" && name != "form" {
				t.Errorf("label %s is missing in %s", name, lang)
			}
		}
		for w := range used["words"] {
			if text(l.Words, w, lang) == "" && !slices.Contains(names, w) {
				t.Errorf("word %q is missing in %s", w, lang)
			}
		}
	}
	for where, m := range map[string]map[string][]string{"forms": l.Forms, "notices": l.Notices, "labels": l.Labels, "words": l.Words, "page": l.Page} {
		for key, texts := range m {
			if len(texts) != len(Languages) || slices.Contains(texts, "") {
				t.Errorf("%s.%s has %d texts, want one for each language", where, key, len(texts))
			}
			if u := used[where]; u != nil && !u[key] && key != "form" && key != "imminent_threat_to_life" {
				t.Errorf("%s.%s is used by no form", where, key)
			}
		}
	}
	for form, sections := range l.Sections {
		for key, texts := range sections {
			if len(texts) != len(Languages) || slices.Contains(texts, "") {
				t.Errorf("section %s of %s has %d texts, want one for each language", key, form, len(texts))
			}
		}
	}
}

func TestParseName(t *testing.T) {
	for in, want := range map[string]Name{
		"epoc": NameEPOC, "EPOC-PR": NameEPOCPR, "epoc_pr": NameEPOCPR, "annex-iii": NameAnnexIII, "Annex VI": NameAnnexVI,
		"preservation": NamePreservation, "preservation-request": NamePreservation, "emergency-disclosure": NameProtocol, "emergency-disclosure-request": NameEmergency, "voluntary disclosure": NameVoluntary,
	} {
		if got, err := ParseName(in); got != want || err != nil {
			t.Errorf("%q is read as %q, %v", in, got, err)
		}
	}
	if _, err := ParseName("subpoena"); err == nil {
		t.Error("a name nobody knows is taken")
	}
}
