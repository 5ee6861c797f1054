package engine

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// edit is one thing that could be otherwise.
type edit struct {
	FactChange
	number bool // Then[0] is an end to search towards
	apply  func(policy.Input) policy.Input
}

// edits lists what could be otherwise in a question: the facts that the rules which
// stand against the act look at, those first that the decision names.
func (r *Revision) edits(in policy.Input, d policy.Decision) []edit {
	var out []edit
	for _, c := range in.Contradictions {
		out = append(out, edit{FactChange: FactChange{Fact: c.Fact, Was: shown(c.Fact, c.Lost.Value), Agreed: true}, apply: agreeing(c.Fact)})
	}
	named, read := map[string]bool{}, map[string]bool{}
	for _, reason := range d.Reasons {
		if reason.Outcome == d.Outcome {
			name, _, _ := strings.Cut(reason.Fact, ".")
			named[name] = true
			maps.Copy(read, r.reads().facts(reason))
			if _, known := policy.Dictionary()[name]; known {
				read[name] = true
			}
		}
	}
	dictionary := policy.Dictionary()
	names := slices.SortedFunc(maps.Keys(read), func(a, b string) int {
		if named[a] != named[b] {
			if named[a] {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
	for _, name := range names {
		spec, fact := dictionary[name], in.Facts[name]
		_, held := in.Facts[name]
		if spec.Personal {
			continue
		}
		if held && fact.Provenance == policy.Declared {
			f := fact
			f.Provenance = policy.Attested
			out = append(out, edit{FactChange: FactChange{Fact: name, Was: shown(name, fact.Value), Signed: true}, apply: with(name, f)})
		}
		for _, v := range r.values(name, spec, fact.Value, held, in) {
			_, number := fact.Value.(int64)
			out = append(out, factEdit(name, fact.Value, v, number))
		}
		members, _ := fact.Value.(map[string]any)
		for _, member := range slices.Sorted(maps.Keys(spec.Members)) {
			inner := spec.Members[member]
			was, there := members[member]
			if inner.Personal || !held || fact.Value == nil {
				continue
			}
			for _, v := range r.values(member, inner, was, there, in) {
				_, number := was.(int64)
				out = append(out, factEdit(name+"."+member, was, v, number))
			}
		}
	}
	return out
}

// values are what a fact could be instead: every value that the dictionary or the
// rules know, the other truth, a list with one item less or more, a number at either
// end.
func (r *Revision) values(name string, spec policy.FactSpec, was any, held bool, in policy.Input) []any {
	var out []any
	add := func(v any) {
		if n, err := policy.AppendCanonical(nil, v); err == nil {
			if o, err := policy.AppendCanonical(nil, was); err != nil || !held || string(n) != string(o) {
				out = append(out, v)
			}
		}
	}
	switch spec.Type {
	case policy.Boolean:
		add(true)
		add(false)
	case policy.String:
		known := slices.Concat(spec.Values, r.reads().values[name])
		slices.Sort(known)
		known = slices.Compact(known)
		if name == "issued_by" || name == "validated_by" {
			known = nil
			for _, o := range agencies.Offices() {
				known = append(known, string(o))
			}
		}
		for _, v := range known {
			add(v)
		}
		if !slices.Contains(known, "none") {
			add("none")
		}
		// A word whose set is open, such as a language, may be one that another fact lists.
		if len(known) == 0 {
			for _, list := range slices.Sorted(maps.Keys(in.Facts)) {
				items, _ := in.Facts[list].Value.([]any)
				for _, v := range items {
					if !policy.Dictionary()[list].Personal {
						add(v)
					}
				}
			}
		}
	case policy.Integer:
		add(int64(0))
		add(int64(math.MaxInt16))
	case policy.List:
		items, _ := was.([]any)
		for i := range items {
			add(append(slices.Clone(items[:i]), items[i+1:]...))
		}
		for _, v := range spec.Values {
			if !slices.Contains(items, any(v)) {
				add(append(slices.Clone(items), v))
			}
		}
	}
	if spec.Null {
		add(nil)
	}
	return out
}

func numberEdit(path string, was, then int64) edit { return factEdit(path, was, then, true) }

// factEdit gives a fact, or a member of one, another value. Where it comes from
// stays: the question is what the rules make of the value.
func factEdit(path string, was, then any, number bool) edit {
	name, member, inside := strings.Cut(path, ".")
	if !inside {
		was = shown(name, was)
	}
	return edit{
		FactChange: FactChange{Fact: path, Was: was, Then: []any{then}}, number: number,
		apply: func(in policy.Input) policy.Input {
			f, held := in.Facts[name]
			if !held {
				f = policy.Fact{Provenance: policy.Attested, Source: "what if"}
			}
			if inside {
				members, _ := f.Value.(map[string]any)
				members = maps.Clone(members)
				members[member] = then
				f.Value = members
			} else {
				f.Value = then
			}
			return with(name, f)(in)
		},
	}
}

func with(name string, f policy.Fact) func(policy.Input) policy.Input {
	return func(in policy.Input) policy.Input {
		in.Facts = maps.Clone(in.Facts)
		in.Facts[name] = f
		return in
	}
}

// agreeing is the question as if the request had declared what is derived.
func agreeing(name string) func(policy.Input) policy.Input {
	return func(in policy.Input) policy.Input {
		in.Contradictions = slices.DeleteFunc(slices.Clone(in.Contradictions), func(c policy.Contradiction) bool { return c.Fact == name })
		return in
	}
}

// shown is a value without what may identify a person; nil where that is all of it.
func shown(name string, value any) any {
	v, _ := policy.Visible(name, value)
	return v
}
