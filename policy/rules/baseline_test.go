package rules_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// A person decides these acts, so their baseline stops at the question; and a
// provider may never inform the user, so that act has no lawful baseline.
var notPermitted = map[string]string{
	"EU_2023_1543/EPOC/raise_refusal_ground":  "human_review",
	"EU_2023_1543/EPOC/refuse_request":        "human_review",
	"EU_2023_1543/EPOC/deny_enforcement":      "human_review",
	"EU_2023_1543/EPOC/impose_penalty":        "human_review",
	"EU_2023_1543/EPOC/provider_informs_user": "deny",
	"EU_2023_1543/EPOC-PR/refuse_request":     "human_review",
	"EU_2023_1543/EPOC-PR/deny_enforcement":   "human_review",
	"EU_2023_1543/EPOC-PR/impose_penalty":     "human_review",
	"UNTOC/MLA/refuse_request":                "human_review",
	"UNTOC/MLA/raise_refusal_ground":          "human_review",
	"UNTOC/MLA/postpone_request":              "human_review",
	"TIP_PROTOCOL/MLA/refuse_request":         "human_review",
	"TIP_PROTOCOL/MLA/raise_refusal_ground":   "human_review",
	"TIP_PROTOCOL/MLA/postpone_request":       "human_review",
}

type baselineEntry struct {
	regime, instrument, action string
	facts                      map[string]any
}

func (b baselineEntry) name() string { return b.regime + "/" + b.instrument + "/" + b.action }

var ourBaselines = []string{"EU_2023_1543", "UNTOC", "TIP_PROTOCOL"}

func baselines(t *testing.T) []baselineEntry {
	t.Helper()
	var out []baselineEntry
	for _, regime := range ourBaselines {
		raw, err := fs.ReadFile(rules.FS, path.Join("baseline", regime+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]map[string]json.RawMessage
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
		for _, instrument := range slices.Sorted(maps.Keys(all)) {
			for _, action := range slices.Sorted(maps.Keys(all[instrument])) {
				if action == "*" {
					continue
				}
				facts, err := rules.Complete(regime, map[string]any{"instrument": instrument, "action": action})
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, baselineEntry{regime, instrument, action, facts})
			}
		}
	}
	return out
}

// TestBaselinePermits: a request that is not in dispute passes, so that a case
// shows the effect of the facts it names and of nothing else.
func TestBaselinePermits(t *testing.T) {
	n := load(t, false)
	for _, b := range baselines(t) {
		want := "permit"
		if w, ok := notPermitted[b.name()]; ok {
			want = w
		}
		if d := n.decide(t, b.regime, b.facts, nil); d.Outcome != want {
			t.Errorf("%s: %s, want %s%s", b.name(), d.Outcome, want, explain(d))
		}
	}
}

// TestBaselineInDictionary: the engine refuses a fact outside the dictionary, so a
// baseline may hold none.
func TestBaselineInDictionary(t *testing.T) {
	for _, b := range baselines(t) {
		for name, v := range b.facts {
			if name == "action" || name == "instrument" {
				continue
			}
			if err := policy.CheckFact(name, plain(v)); err != nil {
				t.Errorf("%s: %v", b.name(), err)
			}
		}
	}
}

// plain turns decoded JSON into the value types of the fact dictionary.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return v.String()
		}
		return n
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = plain(v[k])
		}
		return out
	}
	return v
}

// idle are facts that a baseline holds for the record only.
var idle = map[string]string{
	"record":                          "says which record is deleted; every record is kept until reported",
	"legal_basis":                     "named in reasons only",
	"person_residence_state_at_issue": "person_residence_state is that of the day of issue unless a later one is stated",
	"final_judgment_outcome":          "acquittal and conviction bar alike",
}

// TestEveryFactIsNeeded takes each fact away from a request that passes. A fact may
// be without effect in one request (a sentence's length, when no sentence is being
// executed), but somewhere in the corpus its absence must stop the act.
func TestEveryFactIsNeeded(t *testing.T) {
	n := load(t, false)
	needed := map[string]bool{}
	try := func(regime string, facts map[string]any) {
		for name := range facts {
			key := family(regime) + " " + name
			if name == "action" || name == "instrument" || needed[key] {
				continue
			}
			gone := maps.Clone(facts)
			delete(gone, name)
			needed[key] = n.decide(t, regime, gone, nil).Outcome != "permit"
		}
	}
	for _, b := range baselines(t) {
		if n.decide(t, b.regime, b.facts, nil).Outcome == "permit" {
			try(b.regime, b.facts)
		}
	}
	for _, c := range allCases(t) {
		facts, err := rules.Complete(c.Regime, c.Facts)
		if err != nil {
			t.Fatal(err)
		}
		if c.Expect == "permit" {
			try(c.Regime, facts)
		}
	}
	for _, b := range baselines(t) {
		for name := range b.facts {
			key := family(b.regime) + " " + name
			if _, ok := idle[name]; !ok && name != "action" && name != "instrument" && !needed[key] {
				needed[key] = true // report once
				t.Errorf("%s: no case stops when %s is missing", b.name(), name)
			}
		}
	}
}

// family joins the regimes that share one set of rules.
func family(regime string) string {
	if regime == "TIP_PROTOCOL" {
		return "UNTOC"
	}
	return regime
}

// TestDoubtNeverPermits takes away, and then misshapes, each fact that a refused or
// held case names. None of that may turn the outcome into a permit.
func TestDoubtNeverPermits(t *testing.T) {
	n := load(t, false)
	for _, c := range allCases(t) {
		if c.Expect == "permit" {
			continue
		}
		facts, err := rules.Complete(c.Regime, c.Facts)
		if err != nil {
			t.Fatal(err)
		}
		for name := range c.Facts {
			if name == "action" || name == "instrument" {
				continue
			}
			gone := maps.Clone(facts)
			delete(gone, name)
			if d := n.decide(t, c.Regime, gone, nil); d.Outcome == "permit" {
				t.Errorf("%s: permits without %s", c.ID, name)
			}
			whole := facts[name]
			facts[name] = map[string]any{"x": 1}
			if d := n.decide(t, c.Regime, facts, nil); d.Outcome == "permit" {
				t.Errorf("%s: permits with a misshapen %s", c.ID, name)
			}
			facts[name] = whole
		}
	}
}

func allCases(t *testing.T) []lawCase {
	t.Helper()
	var out []lawCase
	for _, name := range caseFiles {
		out = append(out, readCases(t, filepath.Join("..", "testdata", "cases", name))...)
	}
	return out
}
