package rules_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
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

// TestMissingFactNeverPermits takes each fact away from each baseline, and puts a
// value of a wrong type in its place. Neither may permit, except for facts that the
// rest of the baseline leaves without effect; dormant names them, and
// TestDormantFactsWake shows that each matters where it is in issue.
func TestMissingFactNeverPermits(t *testing.T) {
	n := load(t, false)
	asleep := map[string]bool{}
	for _, b := range baselines(t) {
		for name := range b.facts {
			if name == "action" || name == "instrument" {
				continue
			}
			allowed := slices.Contains(dormant[group(b)], name)
			gone := maps.Clone(b.facts)
			delete(gone, name)
			d := n.decide(t, b.regime, gone, nil)
			switch {
			case d.Outcome == "permit" && !allowed:
				t.Errorf("%s: permits without %s", b.name(), name)
			case d.Outcome == "permit":
				asleep[group(b)+" "+name] = true
			}
			for _, wrong := range []any{map[string]any{"x": 1}, []any{map[string]any{}}, json.Number("0.5")} {
				bad := maps.Clone(b.facts)
				bad[name] = wrong
				if d := n.decide(t, b.regime, bad, nil); d.Outcome == "permit" && !allowed {
					t.Errorf("%s: permits with %s = %v", b.name(), name, wrong)
				}
			}
		}
	}
	for g, names := range dormant {
		for _, name := range names {
			if !asleep[g+" "+name] {
				t.Errorf("dormant: %s %s is in issue after all, take it off the list", g, name)
			}
		}
	}
}

func group(b baselineEntry) string {
	return strings.TrimSuffix(b.instrument, "*") + "/" + b.action
}
