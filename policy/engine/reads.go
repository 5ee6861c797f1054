package engine

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/rogatory/rogatory/policy"
)

// reads says which facts of the dictionary a rule of the law table looks at, itself
// or through the rules of its package that it names. It reads the text and runs
// nothing, so it names too many rather than too few.
type reads struct {
	byRule  map[string][]*ruleText // by id of the law table
	byConst map[string][]*ruleText // by a constant in them, such as the name of a check
	// values are those that some rule compares a fact with, in its text or in a table.
	values map[string][]string
}

// ruleText is what stands in all rules of one name in one package.
type ruleText struct {
	words, consts map[string]bool
	pkg           map[string]*ruleText
}

// readsOf takes the parsed modules: in compiled ones names are rewritten.
func readsOf(modules map[string]*ast.Module, data map[string]any) *reads {
	out := &reads{byRule: map[string][]*ruleText{}, byConst: map[string][]*ruleText{}, values: map[string][]string{}}
	packages := map[string]map[string]*ruleText{}
	notes, _ := ast.BuildAnnotationSet(slices.Collect(maps.Values(modules)))
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := modules[name]
		out.compared(m, data)
		pkg := m.Package.Path.String()
		if packages[pkg] == nil {
			packages[pkg] = map[string]*ruleText{}
		}
		for _, rule := range m.Rules {
			// A finding stands for itself: all findings have one name.
			own := newRuleText(packages[pkg])
			own.add(rule)
			named := packages[pkg][rule.Head.Name.String()]
			if named == nil {
				named = newRuleText(packages[pkg])
				packages[pkg][rule.Head.Name.String()] = named
			}
			named.add(rule)
			if notes != nil {
				for _, a := range notes.GetRuleScope(rule) {
					if id, _ := a.Custom["rule"].(string); id != "" {
						out.byRule[id] = append(out.byRule[id], own)
					}
				}
			}
			for c := range own.consts {
				out.byConst[c] = append(out.byConst[c], own)
			}
		}
	}
	return out
}

// compared notes what a module compares facts with.
func (r *reads) compared(m *ast.Module, data map[string]any) {
	tables := map[string]ast.Ref{} // of the imports, by the name they have here
	for _, i := range m.Imports {
		if path, ok := i.Path.Value.(ast.Ref); ok {
			tables[string(i.Name())] = path
		}
	}
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		if !e.IsCall() || len(e.Operands()) != 2 {
			return false
		}
		switch e.Operator().String() {
		case "equal", "eq", "neq", "internal.member_2":
		default:
			return false
		}
		for i, side := range e.Operands() {
			ref, ok := side.Value.(ast.Ref)
			if !ok || len(ref) < 2 || ref[len(ref)-2].String() != "facts" && ref[len(ref)-2].String() != `"facts"` {
				continue
			}
			name, ok := ref[len(ref)-1].Value.(ast.String)
			if !ok {
				continue
			}
			for _, v := range wordsIn(e.Operands()[1-i], tables, data) {
				if !slices.Contains(r.values[string(name)], v) {
					r.values[string(name)] = append(r.values[string(name)], v)
				}
			}
		}
		return false
	})
	for _, list := range r.values {
		slices.Sort(list)
	}
}

// wordsIn are the strings of a term: itself, the items of a set or list, or those
// of a data table that it names.
func wordsIn(t *ast.Term, tables map[string]ast.Ref, data map[string]any) []string {
	var out []string
	switch v := t.Value.(type) {
	case ast.String:
		out = append(out, string(v))
	case ast.Set:
		v.Foreach(func(x *ast.Term) { out = append(out, wordsIn(x, nil, nil)...) })
	case *ast.Array:
		v.Foreach(func(x *ast.Term) { out = append(out, wordsIn(x, nil, nil)...) })
	case ast.Ref:
		path := v
		if head, ok := tables[v[0].String()]; ok {
			path = append(slices.Clone(head), v[1:]...)
		}
		var at any = data
		for _, step := range path[1:] {
			members, ok := at.(map[string]any)
			name, isName := step.Value.(ast.String)
			if !ok || !isName {
				return nil
			}
			at = members[string(name)]
		}
		items, _ := at.([]any)
		for _, x := range items {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

func newRuleText(pkg map[string]*ruleText) *ruleText {
	return &ruleText{words: map[string]bool{}, consts: map[string]bool{}, pkg: pkg}
}

func (t *ruleText) add(rule *ast.Rule) {
	ast.WalkTerms(rule, func(term *ast.Term) bool {
		switch v := term.Value.(type) {
		case ast.Var:
			t.words[string(v)] = true
		case ast.String:
			t.words[string(v)], t.consts[string(v)] = true, true
		}
		return false
	})
}

// facts lists what the rules behind a reason look at. A check that nobody decided
// names no rule of the table, but the check.
func (r *reads) facts(reason policy.Reason) map[string]bool {
	start := r.byRule[reason.Rule]
	if len(start) == 0 {
		check, _, _ := strings.Cut(reason.Fact, "|")
		start = r.byConst[check]
	}
	out := map[string]bool{}
	seen := map[*ruleText]bool{}
	var visit func(t *ruleText)
	visit = func(t *ruleText) {
		if seen[t] {
			return
		}
		seen[t] = true
		for w := range t.words {
			if _, known := policy.Dictionary()[w]; known {
				out[w] = true
			}
			// Every finding and every settled check has one name; following it would be
			// following the whole package.
			if next := t.pkg[w]; next != nil && w != "findings" && w != "settled" && w != "required" {
				visit(next)
			}
		}
	}
	for _, t := range start {
		visit(t)
	}
	return out
}
