package rules_test

import (
	"context"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"golang.org/x/sync/errgroup"
)

// readyCase is a law case with its complete facts, and the rules that speak in it.
type readyCase struct {
	lawCase
	in    map[string]any
	fired map[string]bool // rule and article
}

// fails says whether a decision is not the one the lawyer wrote: another outcome,
// an obligation missing, or a rule that she cites silent.
func (c readyCase) fails(d decision) bool {
	if d.Outcome != c.Expect {
		return true
	}
	for _, o := range c.Also {
		if !slices.Contains(d.Obligations, o) {
			return true
		}
	}
	for _, id := range ruleID.FindAllString(c.Why, -1) {
		if !slices.ContainsFunc(d.Reasons, func(r reason) bool { return r.Rule == id }) {
			return true
		}
	}
	return false
}

// decideStated decides the cases that rest on a fact which counts only when somebody
// states it, such as a mark on privileged data: without it nothing is in issue.
func decideStated(t *testing.T) []decided {
	t.Helper()
	names, err := filepath.Glob("../testdata/stated/*.jsonl")
	if err != nil || len(names) == 0 {
		t.Fatalf("no stated cases: %v", err)
	}
	var out []decided
	for _, name := range names {
		out = append(out, decideFile(t, name)...)
	}
	return out
}

// TestStatedFacts: a fact that counts only when stated counts as the lawyer expects.
func TestStatedFacts(t *testing.T) {
	for _, c := range decideStated(t) {
		if (readyCase{lawCase: c.lawCase}).fails(c.d) {
			t.Errorf("%s: %s, want %s and %v (%s)%s", c.ID, c.d.Outcome, c.Expect, c.Also, c.Why, explain(c.d))
		}
	}
}

// TestEveryRuleMatters disables each rule that makes findings in turn: some law case
// must notice. A rule that no case misses is either dead or untested.
func TestEveryRuleMatters(t *testing.T) {
	n := load(t)
	cases := map[string][]readyCase{} // by rego package
	for _, c := range append(decideStated(t), decideAll(t)...) {
		ready := readyCase{c.lawCase, input(t, c.Regime, c.facts, nil), map[string]bool{}}
		for _, r := range c.d.Reasons {
			ready.fired[r.Rule+" "+r.Article] = true
		}
		cases[packages[c.Regime]] = append(cases[packages[c.Regime]], ready)
	}
	notes := annotated(t, n)
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	tried := 0
	for _, pkg := range slices.Sorted(maps.Keys(cases)) {
		for _, path := range slices.Sorted(maps.Keys(n.modules)) {
			if filepath.Base(filepath.Dir(path)) != pkg {
				continue
			}
			for i, r := range n.modules[path].Rules {
				if r.Head.Key == nil || r.Head.Ref()[0].String() != "findings" {
					continue
				}
				note := notes[r.Location.String()]
				work.Go(func() error {
					mutant, err := n.without(pkg, path, i)
					if err != nil {
						return err
					}
					noticed := false
					for _, c := range cases[pkg] {
						if !c.fired[note.Rule+" "+note.Article] {
							continue // a silent rule is not missed
						}
						d, err := mutant.eval(c.in)
						if err != nil {
							return err
						}
						if noticed = c.fails(d); noticed {
							break
						}
					}
					mu.Lock()
					defer mu.Unlock()
					tried++
					if !noticed {
						t.Errorf("%s:%d: no case misses this rule", path, r.Location.Row)
					}
					return nil
				})
			}
		}
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	if tried < 100 {
		t.Errorf("only %d rules were tried", tried)
	}
}

// without compiles the package with what it imports and the cross-cutting rules,
// but without one rule: the whole bundle would take many times as long.
func (n *network) without(pkg, file string, rule int) (*network, error) {
	decision := "data.rogatory.cross.findings, data.rogatory.cross.settled, data.rogatory.cross.required"
	if pkg != "cross" {
		decision = strings.ReplaceAll("data.rogatory.PKG.findings | data.rogatory.cross.beside, data.rogatory.PKG.settled | data.rogatory.cross.lent, data.rogatory.PKG.required", "PKG", pkg)
	}
	entryModule, err := ast.ParseModuleWithOpts("main.rego", "package rogatory.main\n\ndecision := data.rogatory.lib.decide("+decision+")\n", ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, err
	}
	modules := map[string]*ast.Module{"main.rego": entryModule}
	needed := []string{pkg, "cross", "lib"}
	for i := 0; i < len(needed); i++ {
		for path, m := range n.modules {
			if strings.TrimPrefix(m.Package.Path.String(), "data.rogatory.") != needed[i] {
				continue
			}
			if path == file {
				m = m.Copy()
				m.Rules = slices.Delete(m.Rules, rule, rule+1)
			}
			modules[path] = m
			for _, imported := range m.Imports {
				name := strings.TrimPrefix(imported.Path.String(), "data.rogatory.")
				if !strings.Contains(name, ".") && !slices.Contains(needed, name) {
					needed = append(needed, name)
				}
			}
		}
	}
	mutant := &network{modules: modules, store: n.store, compiler: ast.NewCompiler()}
	mutant.compiler.Compile(modules)
	if mutant.compiler.Failed() {
		return nil, mutant.compiler.Errors
	}
	mutant.query, err = rego.New(rego.Query(entry), rego.Compiler(mutant.compiler), rego.Store(n.store)).PrepareForEval(context.Background())
	return mutant, err
}
