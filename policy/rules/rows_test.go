package rules_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/rogatory/rogatory/policy"
)

var update = flag.Bool("update", false, "write rulemap.json anew")

// row is one row of the law table, as committed in rows/<prefix>.json.
type row struct {
	ID      string `json:"id"`
	Mode    string `json:"mode"`
	Article string `json:"article"`
	Src     string `json:"src"`               // how well the source is known; several where parts of the row differ
	Uncoded string `json:"uncoded,omitempty"` // why no rule decides it
}

func readRows(t testing.TB) map[string]row {
	t.Helper()
	names, err := filepath.Glob("rows/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no rows: %v", err)
	}
	rows := map[string]row{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var list []row
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range list {
			if _, twice := rows[r.ID]; twice || r.Article == "" || r.Src == "" || r.Mode == "" {
				t.Errorf("%s: %s is there twice or incomplete", name, r.ID)
			}
			rows[r.ID] = r
		}
	}
	return rows
}

type custom struct{ Rule, Article, Mode, Src string }

// annotated lists the annotation of every rule that makes findings, by location.
func annotated(t *testing.T, n *network) map[string]custom {
	t.Helper()
	out := map[string]custom{}
	for path, m := range n.modules {
		if !slices.Contains(slices.Collect(maps.Values(packages)), strings.TrimPrefix(m.Package.Path.String(), "data.rogatory.")) {
			continue
		}
		for _, r := range m.Rules {
			if r.Head.Key == nil || r.Head.Ref()[0].String() != "findings" {
				continue
			}
			var c *custom
			for _, a := range m.Annotations {
				if a.Scope == "rule" && a.EndLoc().Row+1 == r.Location.Row {
					c = &custom{text(a, "rule"), text(a, "article"), text(a, "mode"), text(a, "src")}
				}
			}
			if c == nil {
				t.Errorf("%s:%d: a rule that makes findings has no annotation", path, r.Location.Row)
				continue
			}
			out[r.Location.String()] = *c
		}
	}
	return out
}

func text(a *ast.Annotations, key string) string {
	s, _ := a.Custom[key].(string)
	return s
}

// TestAnnotations: every rule that makes findings says which row of the law table it
// is, cites an article, and is no harsher in mode than its row.
func TestAnnotations(t *testing.T) {
	rows := readRows(t)
	all := annotated(t, load(t))
	if len(all) < 100 {
		t.Fatalf("found only %d annotated rules", len(all))
	}
	seen := map[string]bool{}
	for where, c := range all {
		r, ok := rows[c.Rule]
		switch {
		case !ok:
			t.Errorf("%s: rule %q is no row of the law table", where, c.Rule)
		case c.Article == "" || !slices.Contains(strings.Fields(r.Src), c.Src):
			t.Errorf("%s: %s: article %q, src %q, want src %q", where, c.Rule, c.Article, c.Src, r.Src)
		case c.Mode != "auto" && c.Mode != "attest" && c.Mode != "human":
			t.Errorf("%s: %s: mode %q", where, c.Rule, c.Mode)
		case r.Mode == "human" && c.Mode != "human":
			t.Errorf("%s: %s belongs to a person, the rule says %s", where, c.Rule, c.Mode)
		case r.Uncoded != "":
			t.Errorf("%s: %s is coded after all", where, c.Rule)
		}
		seen[c.Rule] = true
	}
	for id, r := range rows {
		if r.Uncoded == "" && !seen[id] {
			t.Errorf("%s (%s) has no rule and no reason why", id, r.Mode)
		}
	}
}

var ruleID = regexp.MustCompile(`\b(?:EPO-(?:[A-Z]-(?:\d\d|[A-F])|STAT)|DIT-\d\d|UNT-\d\d|TIP-\d\d|XC-\d\d|EIO-\d\d|BUD-\d\d|CET-\d\d|UNC-\d\d|UFM-\d\d)\b`)

// TestRuleMap: the rules that a case cites are among the reasons of its decision,
// every coded row has a case, and rulemap.json says which.
func TestRuleMap(t *testing.T) {
	n := load(t)
	rows := readRows(t)
	human := map[string]bool{}
	for _, c := range annotated(t, n) {
		if c.Mode == "human" {
			human[c.Rule+" "+c.Article] = true
		}
	}
	cites := map[string][]string{}
	ids := map[string]bool{}
	for _, c := range decideAll(t) {
		if ids[c.ID] {
			t.Errorf("%s: id used twice", c.ID)
		}
		ids[c.ID] = true
		d := c.d
		fired := map[string]bool{}
		for _, r := range d.Reasons {
			fired[r.Rule] = true
			if human[r.Rule+" "+r.Article] && r.Outcome != "human_review" && r.Outcome != "permit" {
				t.Errorf("%s: %s %s decides %s, which is for a person", c.ID, r.Rule, r.Article, r.Outcome)
			}
		}
		for _, id := range ruleID.FindAllString(c.Why, -1) {
			if !fired[id] {
				t.Errorf("%s: cites %s, but the decision rests on %v", c.ID, id, slices.Sorted(maps.Keys(fired)))
			}
			cites[id] = append(cites[id], c.ID)
		}
	}
	for id, r := range rows {
		if r.Uncoded == "" && len(cites[id]) == 0 {
			t.Errorf("%s (%s): no case", id, r.Mode)
		}
	}
	want, err := json.MarshalIndent(cites, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("rulemap.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("rulemap.json"); err != nil || !bytes.Equal(got, want) {
		t.Error("rulemap.json is out of date; run go test -run RuleMap -update")
	}
}

// TestDecisionShape: what leaves the bundle is what the engine accepts.
func TestDecisionShape(t *testing.T) {
	for _, c := range decideAll(t) {
		d := c.d
		if !slices.IsSorted(d.Obligations) || !slices.IsSorted(d.HumanQuestions) {
			t.Errorf("%s: not sorted: %v %v", c.ID, d.Obligations, d.HumanQuestions)
		}
		if len(d.Reasons) == 0 {
			t.Errorf("%s: no reason", c.ID)
		}
		if (d.Outcome == "human_review") && len(d.HumanQuestions) == 0 {
			t.Errorf("%s: asks nobody", c.ID)
		}
		for _, o := range d.Obligations {
			if p, err := policy.ParseObligation(o); err != nil || !p.Known() {
				t.Errorf("%s: obligation %q is not one the broker knows (%v)", c.ID, o, err)
			}
		}
		for _, r := range d.Reasons {
			if r.Rule == "" || r.Article == "" || r.Fact == "" || !sentence.MatchString(r.Text) {
				t.Errorf("%s: reason %+v", c.ID, r)
			}
			if policy.Outcome(r.Outcome).Worse(policy.Outcome(d.Outcome)) {
				t.Errorf("%s: reason %s is worse than the outcome %s", c.ID, r.Outcome, d.Outcome)
			}
		}
	}
}

var sentence = regexp.MustCompile(`^[a-zA-Z0-9_]+: [^\n]+\.$`)
