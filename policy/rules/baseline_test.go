package rules_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// held reads, for one regime, the acts whose baseline does not pass: a person
// decides them, or the law knows no lawful form of them. Keys are instrument/action.
func held(t *testing.T, regime string) map[string]string {
	t.Helper()
	out := map[string]string{}
	raw, err := os.ReadFile(filepath.Join("..", "testdata", "held", regime+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return out
	}
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type baselineEntry struct {
	regime, instrument, action string
	facts                      map[string]any
}

func (b baselineEntry) name() string { return b.regime + "/" + b.instrument + "/" + b.action }

func baselines(t *testing.T) []baselineEntry {
	t.Helper()
	var out []baselineEntry
	names, err := fs.Glob(rules.FS, "baseline/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		regime := strings.TrimSuffix(path.Base(name), ".json")
		if packages[regime] == "" {
			t.Fatalf("%s is the baseline of no regime", name)
		}
		raw, err := fs.ReadFile(rules.FS, name)
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
	n := load(t)
	for _, b := range baselines(t) {
		want := "permit"
		if w, ok := held(t, b.regime)[b.instrument+"/"+b.action]; ok {
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
	n := load(t)
	needed := map[string]bool{}
	try := func(regime string, facts map[string]any) {
		for name := range facts {
			key := packages[regime] + " " + name
			if _, ok := idle[name]; ok || name == "action" || name == "instrument" || needed[key] {
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
	for _, c := range decideAll(t) {
		if c.d.Outcome == "permit" {
			try(c.Regime, c.facts)
		}
	}
	for _, b := range baselines(t) {
		for name := range b.facts {
			key := packages[b.regime] + " " + name
			if _, ok := idle[name]; !ok && name != "action" && name != "instrument" && !needed[key] {
				needed[key] = true // report once
				t.Errorf("%s: no case stops when %s is missing", b.name(), name)
			}
		}
	}
}

// TestDoubtNeverPermits takes away, and then misshapes, each fact that a refused or
// held case names. None of that may turn the outcome into a permit.
func TestDoubtNeverPermits(t *testing.T) {
	n := load(t)
	for _, c := range decideAll(t) {
		if c.Expect == "permit" {
			continue
		}
		facts := maps.Clone(c.facts)
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
			// The engine denies when the evaluation fails.
			if d, err := n.eval(input(t, c.Regime, facts, nil)); err == nil && d.Outcome == "permit" {
				t.Errorf("%s: permits with a misshapen %s", c.ID, name)
			}
			facts[name] = whole
		}
	}
}
