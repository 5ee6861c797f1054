package rules_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/loader/filter"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/rogatory/rogatory/policy/rules"
)

const entry = "data.rogatory.main.decision"

// network is the bundle compiled as the engine would: strict, and without any
// builtin that reads a clock, the network or a random source.
type network struct {
	modules  map[string]*ast.Module
	compiler *ast.Compiler
	store    storage.Store
	query    rego.PreparedEvalQuery
}

var forbidden = []string{"time.now_ns", "http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn", "uuid.rfc4122", "bits.lsh"}

func load(t testing.TB) *network {
	t.Helper()
	n, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// loaded compiles once: a network never changes.
var loaded = sync.OnceValues(compile)

func compile() (*network, error) {
	root, err := rules.Bundle()
	if err != nil {
		return nil, err
	}
	loader, err := bundle.NewFSLoader(root)
	if err != nil {
		return nil, err
	}
	var skip filter.LoaderFilter = func(path string, info fs.FileInfo, _ int) bool {
		return !info.IsDir() && !rules.InBundle(path)
	}
	b, err := bundle.NewCustomReader(loader.WithFilter(skip)).WithProcessAnnotations(true).WithSkipBundleVerification(true).Read()
	if err != nil {
		return nil, err
	}
	n := &network{modules: map[string]*ast.Module{}, store: inmem.NewFromObjectWithOpts(b.Data, inmem.OptReturnASTValuesOnRead(true))}
	for _, m := range b.Modules {
		n.modules[m.Path] = m.Parsed
	}
	caps := ast.CapabilitiesForThisVersion()
	kept := caps.Builtins[:0]
	for _, f := range caps.Builtins {
		ok := true
		for _, name := range forbidden {
			ok = ok && f.Name != name
		}
		if ok {
			kept = append(kept, f)
		}
	}
	caps.Builtins = kept
	caps.AllowNet = []string{}
	n.compiler = ast.NewCompiler().WithStrict(true).WithCapabilities(caps)
	n.compiler.Compile(n.modules)
	if n.compiler.Failed() {
		return nil, n.compiler.Errors
	}
	n.query, err = rego.New(rego.Query(entry), rego.Compiler(n.compiler), rego.Store(n.store), rego.StrictBuiltinErrors(true)).PrepareForEval(context.Background())
	return n, err
}

// unverified are the rows whose source nobody has verified: a case shows what they
// say, as policy check does.
func unverified(t testing.TB) []string {
	ids := []string{}
	for id, r := range readRows(t) {
		if slices.Contains(strings.Fields(r.Src), "M") {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// input is what the engine hands to the policy.
func input(t testing.TB, regime string, facts, states map[string]any) map[string]any {
	provenance := map[string]any{}
	for name := range facts {
		provenance[name] = "derived"
	}
	in := map[string]any{
		"action": facts["action"], "instrument": facts["instrument"], "regime": regime, "facts": facts,
		"now": "2026-11-23T12:00:00Z", "provenance": provenance, "context": map[string]any{"states": states, "confirmed": unverified(t)},
	}
	for k, v := range in {
		if v == nil {
			in[k] = ""
		}
	}
	return in
}

type reason struct{ Rule, Article, Text, Outcome, Fact string }

type decision struct {
	Outcome        string   `json:"outcome"`
	Obligations    []string `json:"obligations"`
	Reasons        []reason `json:"reasons"`
	HumanQuestions []string `json:"human_questions"`
}

func (n *network) decide(t *testing.T, regime string, facts, states map[string]any) decision {
	t.Helper()
	return n.ask(t, input(t, regime, facts, states))
}

func (n *network) ask(t *testing.T, in map[string]any) decision {
	t.Helper()
	d, err := n.eval(in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (n *network) eval(in map[string]any) (decision, error) {
	rs, err := n.query.Eval(context.Background(), rego.EvalInput(in))
	if err != nil {
		return decision{}, fmt.Errorf("evaluate: %w", err)
	}
	if len(rs) != 1 || len(rs[0].Expressions) != 1 {
		return decision{}, fmt.Errorf("evaluate: undefined for %v", in)
	}
	raw, err := json.Marshal(rs[0].Expressions[0].Value)
	if err != nil {
		return decision{}, err
	}
	var d decision
	return d, json.Unmarshal(raw, &d)
}

type lawCase struct {
	ID        string         `json:"id"`
	Regime    string         `json:"regime"`
	Facts     map[string]any `json:"facts"`
	Narrative string         `json:"narrative"`
	Expect    string         `json:"expect"`
	Also      []string       `json:"also"`
	Why       string         `json:"why"`
}

func readCases(t *testing.T, name string) []lawCase {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []lawCase
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.UseNumber()
		var c lawCase
		if err := dec.Decode(&c); err != nil {
			t.Fatalf("%s line %d: %v", name, i+1, err)
		}
		out = append(out, c)
	}
	return out
}

// decided is a law case with its complete facts and the decision on it.
type decided struct {
	lawCase
	facts map[string]any
	d     decision
}

var corpus struct {
	sync.Mutex
	cases []decided
}

// decideAll decides every law case, once for all tests. Nobody changes what it returns.
func decideAll(t *testing.T) []decided {
	t.Helper()
	corpus.Lock()
	defer corpus.Unlock()
	if corpus.cases != nil {
		return corpus.cases
	}
	for _, name := range caseFiles(t) {
		corpus.cases = append(corpus.cases, decideFile(t, name)...)
	}
	return corpus.cases
}

func decideFile(t *testing.T, name string) []decided {
	t.Helper()
	var out []decided
	for _, c := range readCases(t, name) {
		facts, err := rules.Complete(c.Regime, c.Facts)
		if err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
		out = append(out, decided{c, facts, load(t).decide(t, c.Regime, facts, nil)})
	}
	return out
}

func explain(d decision) string {
	var b strings.Builder
	for _, r := range d.Reasons {
		if r.Outcome != "permit" {
			fmt.Fprintf(&b, "\n\t%-18s %-10s %s [%s]", r.Outcome, r.Rule, r.Text, r.Fact)
		}
	}
	return b.String()
}
