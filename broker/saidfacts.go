package broker

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// readFacts reads facts that a party says, by the names of the dictionary.
func readFacts(raw map[string]json.RawMessage, p policy.Provenance, source string) (policy.Facts, error) {
	out := policy.Facts{}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		v, err := policy.ParseValue(raw[name])
		if err != nil {
			return nil, field("facts."+name, agencies.RuleType, err.Error())
		}
		if err := policy.CheckFact(name, v); err != nil {
			return nil, err
		}
		out[name] = policy.Fact{Value: v, Provenance: p, Source: source}
	}
	return out, nil
}

// facts holds said facts to the dictionary and keeps personal data, free text and
// the ticks of section M out of the open part; may names what this act alone states.
func (c *checker) facts(raw map[string]json.RawMessage, may ...string) {
	facts, err := readFacts(raw, policy.Declared, "")
	if err != nil {
		c.fail(err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		c.require("facts."+name, "sealed", !policy.Dictionary()[name].Personal, "may identify a person and belongs into a sealed compartment")
		c.require("facts."+name, agencies.RuleFormat, openValue(facts[name].Value), "holds text that is no code")
		c.require("facts."+name, ruleSectionM, slices.Contains(may, name) || !ticks(name, facts[name].Value), "tells a tick of section M, which the addressee never reads")
	}
}

// openValue says whether a fact may stand in the open part: numbers, booleans,
// codes, and lists and objects of them.
func openValue(v any) bool {
	switch v := v.(type) {
	case nil, bool, int64:
		return true
	case string:
		return codePattern.MatchString(v)
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !openValue(e) })
	case map[string]any:
		for _, e := range v {
			if !openValue(e) {
				return false
			}
		}
		return true
	}
	return false
}
