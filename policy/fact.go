package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Provenance says how the broker came to know a fact.
type Provenance string

// Where a fact comes from, strongest first.
const (
	Derived  Provenance = "derived"  // from verified signatures, trust list, ledger or bytes
	Attested Provenance = "attested" // a named person signed that they found it
	Declared Provenance = "declared" // the request says so
)

func (p Provenance) strength() int {
	switch p {
	case Derived:
		return 3
	case Attested:
		return 2
	case Declared:
		return 1
	}
	return 0
}

// Valid says whether p is one of the three provenances.
func (p Provenance) Valid() bool { return p.strength() > 0 }

// Fact is one thing a decision may rest on.
type Fact struct {
	Value      any        `json:"value"` // nil, bool, int64, string, []any or map[string]any
	Provenance Provenance `json:"provenance"`
	Source     string     `json:"source,omitempty"` // what it was read from: a record id, a key id, a trust list version
}

// wireFact is a Fact before its value is known to be one of the policy values.
type wireFact struct {
	Value      json.RawMessage `json:"value"`
	Provenance Provenance      `json:"provenance"`
	Source     string          `json:"source"`
}

func (w wireFact) fact(field string) (Fact, error) {
	if w.Value == nil {
		return Fact{}, fieldError(field+".value", agencies.RuleRequired, "null means known to be absent")
	}
	v, err := ParseValue(w.Value)
	if err != nil {
		return Fact{}, fieldError(field+".value", agencies.RuleType, err.Error())
	}
	return Fact{Value: v, Provenance: w.Provenance, Source: w.Source}, nil
}

// UnmarshalJSON reads a fact strictly and keeps integers exact.
func (f *Fact) UnmarshalJSON(data []byte) error {
	var wire wireFact
	if err := agencies.DecodeStrict(data, &wire); err != nil {
		return err
	}
	fact, err := wire.fact("fact")
	if err != nil {
		return err
	}
	*f = fact
	return nil
}

// ParseValue reads one JSON value into the closed set of policy values.
func ParseValue(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("not a JSON value")
	}
	return normal(v)
}

// Facts are facts by the names of the dictionary.
type Facts map[string]Fact

// Set adds a fact to f. The name must be in the dictionary and the value of its type.
func (f Facts) Set(name string, value any, p Provenance, source string) error {
	v, err := normal(value)
	if err != nil {
		return fieldError("facts."+name, agencies.RuleType, err.Error())
	}
	if err := CheckFact(name, v); err != nil {
		return err
	}
	f[name] = Fact{Value: v, Provenance: p, Source: source}
	return nil
}

// Contradiction is a fact with two values. It denies, naming both.
type Contradiction struct {
	Fact string `json:"fact"`
	Kept Fact   `json:"kept"` // the value of stronger provenance, which the rules saw
	Lost Fact   `json:"lost"`
}

// Rule ids of what the host itself decides.
const (
	RuleContradiction = "ROG-F-01" // a fact has two values
	RuleFailure       = "ROG-E-01" // the engine could not decide
)

// Reason is the ground on which a contradiction denies. Facts that the dictionary
// marks personal are named without their values: a reason travels to people who
// may read all reasons and no content.
func (c Contradiction) Reason() Reason {
	kept, lost := show(c.Fact, c.Kept.Value), show(c.Fact, c.Lost.Value)
	return Reason{
		Rule:    RuleContradiction,
		Article: "network rule: what can be derived is not declared",
		Text:    fmt.Sprintf("fact_contradiction: %s is %s as %s but %s as %s.", c.Fact, kept, c.Kept.Provenance, lost, c.Lost.Provenance),
		Outcome: Denied,
		Fact:    c.Fact,
	}
}

// Visible gives the value of a fact as it may be shown to people who may read all
// reasons and no content: members of an object that may identify a person are
// replaced, and of a fact that may, or that the dictionary does not know, nothing is
// given, and false.
func Visible(name string, value any) (any, bool) {
	spec, ok := Dictionary()[name]
	if !ok || spec.Personal {
		return nil, false
	}
	// A copy: normal makes new maps.
	n, err := normal(value)
	if err != nil {
		return nil, false
	}
	if members, ok := n.(map[string]any); ok {
		for k := range members {
			if m, ok := spec.Members[k]; !ok || m.Personal {
				members[k] = hidden
			}
		}
	}
	return n, true
}

const hidden = "(not shown)"

// show spells a value for a reason.
func show(name string, v any) string {
	n, ok := Visible(name, v)
	if !ok {
		return hidden
	}
	b, err := AppendCanonical(nil, n)
	if err != nil {
		return hidden
	}
	const most = 200
	if len(b) > most {
		return string(bytes.ToValidUTF8(b[:most], nil)) + "…"
	}
	return string(b)
}

// Merge lays fact sets over each other. Where two name the same fact and agree,
// the stronger provenance stays; where they differ, the stronger value stays and a
// Contradiction is reported. Lists are compared as sets. Objects are merged member
// by member and then carry the weaker provenance of the two, because a part of
// them rests on it.
func Merge(sets ...Facts) (Facts, []Contradiction) {
	out := Facts{}
	var found []Contradiction
	for _, set := range sets {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			next := set[name]
			have, ok := out[name]
			if !ok {
				out[name] = next
				continue
			}
			merged, agree := mergeFact(have, next)
			if !agree {
				kept, lost := have, next
				if next.Provenance.strength() > have.Provenance.strength() {
					kept, lost = next, have
				}
				found = append(found, Contradiction{Fact: name, Kept: kept, Lost: lost})
				merged = kept
			}
			out[name] = merged
		}
	}
	return out, found
}

func mergeFact(a, b Fact) (Fact, bool) {
	stronger, weaker := a, b
	if b.Provenance.strength() > a.Provenance.strength() {
		stronger, weaker = b, a
	}
	if sameValue(a.Value, b.Value) {
		return stronger, true
	}
	am, aok := a.Value.(map[string]any)
	bm, bok := b.Value.(map[string]any)
	if !aok || !bok {
		return Fact{}, false
	}
	union := maps.Clone(am)
	for k, v := range bm {
		if old, ok := union[k]; ok && !sameValue(old, v) {
			return Fact{}, false
		}
		union[k] = v
	}
	return Fact{Value: union, Provenance: weaker.Provenance, Source: stronger.Source}, true
}

func sameValue(a, b any) bool {
	na, errA := normal(a)
	nb, errB := normal(b)
	if errA != nil || errB != nil {
		return false
	}
	ca, errA := AppendCanonical(nil, asSet(na))
	cb, errB := AppendCanonical(nil, asSet(nb))
	return errA == nil && errB == nil && bytes.Equal(ca, cb)
}

// asSet sorts a list of strings and drops doubles; other values pass unchanged.
func asSet(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	words := make([]string, len(list))
	for i, e := range list {
		if words[i], ok = e.(string); !ok {
			return v
		}
	}
	slices.Sort(words)
	set := []any{}
	for _, w := range slices.Compact(words) {
		set = append(set, w)
	}
	return set
}
