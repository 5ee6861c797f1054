package rules_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy/rules"
)

var updateTexts = flag.Bool("texts", false, "write what the catalogues lack with an empty sentence, and take out what no rule says")

// spoken are the strings of a rule that a person reads: "key: Sentence." and
// "office: Question?".
var (
	reasonText   = regexp.MustCompile(`(?s)^[a-z][a-zA-Z0-9_]*: .*\.$`)
	questionText = regexp.MustCompile(`(?s)^[a-z][a-z ]*: [A-Z].*\?$`)
	verb         = regexp.MustCompile(`%[sdvq]`)
	value        = regexp.MustCompile(`\{\d+\}`)
)

// english collects what each rego package can say: every constant in its rules that
// has the form of a text or a question, with the verbs of sprintf as {1}, {2}.
func english(t *testing.T) map[string][]string {
	t.Helper()
	root, err := rules.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]bool{}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".rego") || !rules.InBundle(name) {
			return err
		}
		raw, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		m, err := ast.ParseModuleWithOpts(name, string(raw), ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			return err
		}
		pkg := path.Base(path.Dir(name))
		if found[pkg] == nil {
			found[pkg] = map[string]bool{}
		}
		ast.WalkTerms(m, func(term *ast.Term) bool {
			switch v := term.Value.(type) {
			case ast.String:
				if s := string(v); reasonText.MatchString(s) || questionText.MatchString(s) {
					n := 0
					found[pkg][verb.ReplaceAllStringFunc(s, func(string) string { n++; return fmt.Sprintf("{%d}", n) })] = true
				}
			case ast.Object:
				// A text that is built otherwise would escape the catalogue.
				for _, member := range []string{"text", "ask"} {
					if e := v.Get(ast.StringTerm(member)); e != nil && !readable(e) {
						t.Errorf("%s: %q is %s: want a constant, sprintf of one, or a variable that holds one", e.Location, member, e)
					}
				}
			}
			return false
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for pkg, texts := range found {
		out[pkg] = slices.Sorted(maps.Keys(texts))
	}
	return out
}

// readable says whether english finds what a member of a finding can say.
func readable(t *ast.Term) bool {
	switch v := t.Value.(type) {
	case ast.Var:
		return true // an argument or a local: its constants are found where they stand
	case ast.String:
		return v == "" || reasonText.MatchString(string(v)) || questionText.MatchString(string(v))
	case ast.Call:
		if !v[0].Equal(ast.RefTerm(ast.VarTerm("sprintf"))) {
			return false
		}
		format, ok := v[1].Value.(ast.String)
		return ok && (reasonText.MatchString(string(format)) || questionText.MatchString(string(format)))
	}
	return false
}

// TestTexts: every text and question that a rule can say stands in every language
// with the same values, and no catalogue has one that no rule says.
func TestTexts(t *testing.T) {
	want := english(t)
	// What the host itself says (package policy and engine); a test there holds it.
	want["host"] = []string{
		"engine_failure: The rules could not be applied, so the act is refused.",
		"fact_contradiction: {1} is {2} as {3} but {4} as {5}.",
	}
	for _, lang := range rules.Languages[1:] {
		same := map[string]string{}
		for pkg, texts := range want {
			file := filepath.Join("texts", pkg+"."+lang+".json")
			have := readTexts(t, file)
			for _, e := range texts {
				s := have[e]
				if s == "" {
					if *updateTexts {
						have[e] = ""
					} else {
						t.Errorf("%s lacks %q (go test -texts adds it; write its sentence)", file, e)
					}
					continue
				}
				if a, b := values(e), values(s); !slices.Equal(a, b) {
					t.Errorf("%s: %q has the values %v, not %v", file, e, b, a)
				}
				if strings.HasSuffix(e, "?") != strings.HasSuffix(s, "?") || !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, ".") {
					t.Errorf("%s: %q is no sentence or question as the English is", file, s)
				}
				// Who reads a record does not see its package.
				if other, ok := same[e]; ok && other != s {
					t.Errorf("%s: %q is said otherwise in another file", file, e)
				}
				same[e] = s
			}
			for e := range have {
				if !slices.Contains(texts, e) {
					if *updateTexts {
						delete(have, e)
					} else {
						t.Errorf("%s: no rule says %q", file, e)
					}
				}
			}
			if *updateTexts && len(have) > 0 {
				writeTexts(t, file, have)
			}
		}
	}
	// No file is there for a package that does not exist.
	files, err := filepath.Glob("texts/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no catalogue")
	}
	for _, file := range files {
		pkg, _, _ := strings.Cut(filepath.Base(file), ".")
		if _, ok := want[pkg]; !ok && pkg != "words" && pkg != "labels" {
			t.Errorf("%s: no such package", file)
		}
	}
}

// values are the placeholders of a text in order of their number.
func values(s string) []string {
	list := value.FindAllString(s, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

func readTexts(t *testing.T, file string) map[string]string {
	t.Helper()
	out := map[string]string{}
	raw, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return out
	}
	if err == nil {
		err = agencies.DecodeStrict(raw, &out) // a text that stands twice is an error
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return out
}

func writeTexts(t *testing.T, file string, m map[string]string) {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		lang, text, want string
		ok               bool
	}{
		{"en", "validation_missing: For content data a police cannot act alone.", "For content data a police cannot act alone.", true},
		{"fr", "validation_missing: For content data a police cannot act alone; one of these must issue or validate: court, investigating judge, judge.",
			"Pour ces données (données relatives au contenu), l'autorité « police » ne peut agir seule ; l'une des autorités suivantes doit émettre ou valider : juridiction, juge d'instruction, juge.", true},
		{"es", "threshold_met: The offence carries a maximum of 60 months, and 36 are enough for traffic data.",
			"El delito tiene un máximo de 60 meses, y 36 bastan para estos datos: datos de tráfico.", true},
		// Two texts under one key are told apart by what they say.
		{"es", "ground_late: The ground comes after the 96 hours, and the Regulation does not say what a late ground does.",
			"El motivo llega después de las 96 horas, y el Reglamento no dice qué efecto tiene un motivo tardío.", true},
		// A rule of another bundle, or a text of another revision.
		{"fr", "our_own_rule: The minister must agree.", "The minister must agree.", false},
		{"xx", "our_own_rule: The minister must agree.", "The minister must agree.", false},
	} {
		if got, ok := rules.Sentence(c.lang, c.text); got != c.want || ok != c.ok {
			t.Errorf("%s %q: %q, %v", c.lang, c.text, got, ok)
		}
	}
	q := "judge: May the material marked as privileged be opened and used, and by whom?"
	if got, ok := rules.Question("fr", q); !ok || !strings.HasPrefix(got, "juge : ") {
		t.Errorf("%q, %v", got, ok)
	}
	if got, _ := rules.Question("en", q); got != q {
		t.Errorf("%q", got)
	}
	if got := rules.Word("es", "public_prosecutor"); got != "fiscal" {
		t.Errorf("%q", got)
	}
}

// TestWords: both languages have the same words for values.
func TestWords(t *testing.T) {
	fr, es := readTexts(t, "texts/words.fr.json"), readTexts(t, "texts/words.es.json")
	for e, s := range fr {
		if s == "" || es[e] == "" || !slices.Equal(values(e), values(s)) || !slices.Equal(values(e), values(es[e])) {
			t.Errorf("%q is %q and %q", e, s, es[e])
		}
	}
	if len(fr) != len(es) || len(fr) == 0 {
		t.Errorf("%d words in French, %d in Spanish", len(fr), len(es))
	}
}

// TestLabels: every language has the same labels with the same values.
func TestLabels(t *testing.T) {
	en := readTexts(t, "texts/labels.en.json")
	for _, lang := range rules.Languages {
		have := readTexts(t, "texts/labels."+lang+".json")
		if len(have) != len(en) || len(en) == 0 {
			t.Errorf("%s has %d labels, English %d", lang, len(have), len(en))
		}
		for id, text := range en {
			if have[id] == "" || !slices.Equal(values(have[id]), values(text)) {
				t.Errorf("%s: label %s is %q", lang, id, have[id])
			}
		}
	}
	if got := rules.Label("fr", "more", "3"); got != "et 3 de plus avec --json" {
		t.Errorf("%q", got)
	}
}
