package rules_test

import (
	"bytes"
	"context"
	"encoding/json"
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
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/rogatory/rogatory/policy/rules"
)

// TestRego runs the hand-written tests that stand beside the rules; the generated
// ones are the cases that TestCases runs.
func TestRego(t *testing.T) {
	n := load(t)
	root, err := rules.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	modules := maps.Clone(n.modules)
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.rego") || path.Base(name) == "cases_test.rego" {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		modules[name], err = ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	txn, err := n.store.NewTransaction(ctx, storage.WriteParams)
	if err != nil {
		t.Fatal(err)
	}
	defer n.store.Abort(ctx, txn)
	results, err := tester.NewRunner().SetCompiler(ast.NewCompiler().WithStrict(true)).SetStore(n.store).SetModules(modules).
		CapturePrintOutput(true).SetTimeout(time.Minute).RunTests(ctx, txn)
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for r := range results {
		ran++
		if !r.Pass() {
			t.Errorf("%s.%s: %v %s", r.Package, r.Name, r.Error, r.Output)
		}
	}
	if ran < 20 {
		t.Errorf("only %d rego tests ran", ran)
	}
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

// TestCasesInBundle keeps the rego tests that are written from the law cases equal
// to them, so that a bundle that travels without Go still carries the cases it must
// pass; -update writes them.
func TestCasesInBundle(t *testing.T) {
	for _, name := range caseFiles(t) {
		regime := strings.TrimSuffix(filepath.Base(name), ".jsonl")
		pkg := packages[regime]
		if pkg == "" {
			t.Fatalf("%s holds the cases of no regime", name)
		}
		file := path.Join("bundle/rogatory", pkg, "cases_test.rego")
		raw, err := fs.ReadFile(rules.FS, path.Join("baseline", regime+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var base map[string]map[string]json.RawMessage
		if err := json.Unmarshal(raw, &base); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "# Written from the law cases by go test -run CasesInBundle -update. Do not edit.\npackage rogatory.%s_cases_test\n\nbaseline := {\n", pkg)
		for _, instrument := range slices.Sorted(maps.Keys(base)) {
			fmt.Fprintf(&b, "\t%q: {\n", instrument)
			for _, action := range slices.Sorted(maps.Keys(base[instrument])) {
				var compact bytes.Buffer
				if err := json.Compact(&compact, base[instrument][action]); err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "\t\t%q: %s,\n", action, compact.String())
			}
			b.WriteString("\t},\n")
		}
		confirmed, err := json.Marshal(unverified(t))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "}\n\n# confirmed: the cases show what the rules of unverified source say.\nconfirmed := %s\n", confirmed)
		b.WriteString(`

# passes: the decision is the expected one and holds every obligation named.
passes(regime, facts, expect, also) if {
	instrument := object.get(facts, "instrument", "")
	by_action := object.get(baseline, instrument, object.get(baseline, "*", {}))
	all := object.union(object.get(by_action, facts.action, {}), facts)
	d := data.rogatory.main.decision with input as {
		"action": facts.action, "instrument": instrument,
		"regime": regime, "facts": all, "provenance": {name: "derived" | some name, _ in all}, "context": {"confirmed": confirmed},
	}
	d.outcome == expect
	every o in also { o in d.obligations }
}

`)
		for _, c := range readCases(t, name) {
			facts, err := json.Marshal(c.Facts)
			if err != nil {
				t.Fatal(err)
			}
			also, err := json.Marshal(c.Also)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "test_%s if passes(%q, %s, %q, %s)\n", notWord.ReplaceAllString(strings.ToLower(c.ID), "_"), c.Regime, facts, c.Expect, also)
		}
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, b.Bytes()) {
			t.Errorf("%s differs from the law cases; run go test -run CasesInBundle -update", file)
		}
	}
}
