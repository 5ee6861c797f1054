package engine

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// rulePattern is an id of the law table: EPO-I-02, UNT-11, ROG-TOTAL.
var rulePattern = regexp.MustCompile(`^[A-Z]{2,5}(-[A-Z0-9]{1,8}){1,3}$`)

// Lint says which rules of the bundle could put a reason into a record that does
// not say where the law says so: every rule that reads its own metadata needs
// custom.rule in the form of the law table, a custom.article and a title.
func (r *Revision) Lint() []string {
	problems := []string{}
	// Built on the parsed modules: the compiler works on copies with rewritten rules.
	notes, errs := ast.BuildAnnotationSet(slices.Collect(maps.Values(r.modules)))
	if len(errs) > 0 {
		return append(problems, errs.Error())
	}
	for _, module := range r.modules {
		for _, rule := range module.Rules {
			if !citesItself(rule) {
				continue
			}
			at := fmt.Sprintf("%s:%d", rule.Loc().File, rule.Loc().Row)
			scope := notes.GetRuleScope(rule)
			if len(scope) != 1 {
				problems = append(problems, at+": a finding needs one annotation of its own")
				continue
			}
			own := scope[0]
			if id, _ := own.Custom["rule"].(string); !rulePattern.MatchString(id) {
				problems = append(problems, fmt.Sprintf("%s: custom.rule %q is no id of the law table", at, id))
			}
			if article, _ := own.Custom["article"].(string); strings.TrimSpace(article) == "" {
				problems = append(problems, at+": no custom.article")
			}
			if strings.TrimSpace(own.Title) == "" {
				problems = append(problems, at+": no title")
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// RuleIDs lists the ids of the law table that the bundle's annotations name, each
// with the articles cited under it.
func (r *Revision) RuleIDs() map[string][]string {
	ids := map[string][]string{}
	for _, flat := range r.compile.GetAnnotationSet().Flatten() {
		if flat.Annotations == nil {
			continue
		}
		id, _ := flat.Annotations.Custom["rule"].(string)
		article, _ := flat.Annotations.Custom["article"].(string)
		if id != "" && !slices.Contains(ids[id], article) {
			ids[id] = append(ids[id], article)
		}
	}
	for _, articles := range ids {
		slices.Sort(articles)
	}
	return ids
}

// unverified lists the rules whose annotation says that nobody has verified the
// source (src M), sorted.
func unverified(modules map[string]*ast.Module) []string {
	ids := map[string]bool{}
	for _, m := range modules {
		for _, a := range m.Annotations {
			if id, _ := a.Custom["rule"].(string); id != "" && a.Custom["src"] == "M" {
				ids[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// citesItself says whether a rule calls rego.metadata.rule.
func citesItself(rule *ast.Rule) bool {
	found := false
	ast.WalkRefs(rule, func(ref ast.Ref) bool {
		found = found || ref.String() == "rego.metadata.rule"
		return found
	})
	return found
}
