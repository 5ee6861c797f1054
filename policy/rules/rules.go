// Package rules holds the law as policy: the network's Rego bundle, its data
// tables, the worked example of a State's own bundle, and the complete baselines that a bare case is laid over.
//
// Entry points: FS (what the engine loads) and Complete (facts of a case laid
// over the baseline of its instrument and action).
//
// The bundle answers data.rogatory.main.decision. Nothing in it reads a clock,
// the network or a random source; every set leaves it as a sorted array.
package rules

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// FS holds bundle/ (with .manifest) and baseline/<regime>.json.
//
//go:embed all:bundle all:baseline
var FS embed.FS

// ErrNoBaseline says that no baseline is known for the regime and instrument.
var ErrNoBaseline = errors.New("no baseline")

// Bundle is the root of the network's bundle: what a bundle loader reads.
// Files ending in _test.rego are tests; InBundle tells them apart.
func Bundle() (fs.FS, error) {
	return fs.Sub(FS, "bundle")
}

// InBundle says whether a file belongs in a bundle that decides: the manifest,
// data and policy, but no test.
func InBundle(name string) bool {
	base := path.Base(name)
	return base == ".manifest" || base == "data.json" ||
		(strings.HasSuffix(base, ".rego") && !strings.HasSuffix(base, "_test.rego"))
}

//go:embed all:national
var national embed.FS

// National is the worked example of a State's own bundle, of a fictional State.
func National(state string) (fs.FS, error) {
	if _, err := fs.Stat(national, path.Join("national", state, ".manifest")); err != nil {
		return nil, fmt.Errorf("read national bundle: %w", err)
	}
	return fs.Sub(national, path.Join("national", state))
}

// Baseline returns the complete facts of a request of this regime that is not
// in dispute: the instrument's "*" facts, with those of the action laid over.
// An unknown action has the "*" facts only. The caller owns the result.
func Baseline(regime, instrument, action string) (map[string]any, error) {
	if strings.ContainsAny(regime, "/\\.") {
		return nil, fmt.Errorf("read baseline: regime %q: %w", regime, ErrNoBaseline)
	}
	raw, err := fs.ReadFile(FS, path.Join("baseline", regime+".json"))
	if err != nil {
		return nil, fmt.Errorf("read baseline: regime %q: %w", regime, ErrNoBaseline)
	}
	var all map[string]map[string]map[string]any
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("decode baseline: regime %s: %v", regime, err)
	}
	byAction, ok := all[instrument]
	if !ok {
		if byAction, ok = all["*"]; !ok {
			return nil, fmt.Errorf("read baseline: regime %s, instrument %q: %w", regime, instrument, ErrNoBaseline)
		}
	}
	return Overlay(byAction["*"], byAction[action]), nil
}

// Named is one baseline.
type Named struct{ Regime, Instrument, Action string }

// Baselines lists every baseline that belongs to one instrument and one action.
func Baselines() ([]Named, error) {
	files, err := fs.Glob(FS, "baseline/*.json")
	if err != nil {
		return nil, fmt.Errorf("list baselines: %w", err)
	}
	var out []Named
	for _, file := range files {
		raw, err := fs.ReadFile(FS, file)
		if err != nil {
			return nil, fmt.Errorf("list baselines: %w", err)
		}
		var all map[string]map[string]json.RawMessage
		if err := json.Unmarshal(raw, &all); err != nil {
			return nil, fmt.Errorf("list baselines: %s: %w", file, err)
		}
		for _, instrument := range slices.Sorted(maps.Keys(all)) {
			for _, action := range slices.Sorted(maps.Keys(all[instrument])) {
				if instrument != "*" && action != "*" {
					out = append(out, Named{strings.TrimSuffix(path.Base(file), ".json"), instrument, action})
				}
			}
		}
	}
	return out, nil
}

// Complete lays the facts of a case over the baseline of its regime,
// instrument and action, both of which it reads from the facts themselves.
func Complete(regime string, facts map[string]any) (map[string]any, error) {
	instrument, _ := facts["instrument"].(string)
	action, _ := facts["action"].(string)
	base, err := Baseline(regime, instrument, action)
	if err != nil {
		return nil, err
	}
	return Overlay(base, facts), nil
}

// Overlay lays top over base and returns a new map. Objects are merged member
// by member; every other value, null and lists included, replaces.
func Overlay(base, top map[string]any) map[string]any {
	out := make(map[string]any, len(base)+len(top))
	for k, v := range base {
		out[k] = v
	}
	for k, v := range top {
		under, isObject := out[k].(map[string]any)
		over, bothObjects := v.(map[string]any)
		if isObject && bothObjects {
			v = Overlay(under, over)
		}
		out[k] = v
	}
	return out
}
