package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Input is the question: may this act happen, given these facts, now.
type Input struct {
	Action         string          `json:"action"`
	Instrument     string          `json:"instrument,omitempty"`
	Regime         agencies.Regime `json:"regime"`
	Now            time.Time       `json:"now"`
	Facts          Facts           `json:"facts"`
	Contradictions []Contradiction `json:"contradictions,omitempty"` // from Merge; any of them denies
	Context        Context         `json:"context"`
}

// Context is what policy may know beyond the case: the States it touches.
type Context struct {
	States map[agencies.State]StateContext `json:"states,omitempty"`
	// Confirmed are rules of unverified source that are taken as confirmed by
	// counsel, beside those that the bundle itself names. A case file is read so; a
	// broker sets none. It only makes an outcome stricter.
	Confirmed []string `json:"confirmed,omitempty"`
}

// StateContext is what binds one State at Input.Now.
type StateContext struct {
	Regimes      []agencies.Regime `json:"regimes"`                // in force
	Declarations map[string]bool   `json:"declarations,omitempty"` // reservations and declarations made
}

// wireInput is Input as JSON. It has no decoder of its own, so that DecodeStrict
// names the member at fault down to the last one.
type wireInput struct {
	Action         string              `json:"action"`
	Instrument     string              `json:"instrument"`
	Regime         agencies.Regime     `json:"regime"`
	Now            time.Time           `json:"now"`
	Facts          map[string]wireFact `json:"facts"`
	Contradictions []struct {
		Fact string   `json:"fact"`
		Kept wireFact `json:"kept"`
		Lost wireFact `json:"lost"`
	} `json:"contradictions"`
	Context Context `json:"context"`
}

// ParseInput reads an Input strictly: an unknown member, a member given twice, a
// fact outside the dictionary or of the wrong type is an error that names it.
func ParseInput(data []byte) (Input, error) {
	in, err := parseInput(data)
	if err != nil {
		return Input{}, fmt.Errorf("parse policy input: %w", err)
	}
	return in, nil
}

// UnmarshalJSON is ParseInput, so that an Input inside a record is read as
// strictly as one that stands alone.
func (in *Input) UnmarshalJSON(data []byte) error {
	parsed, err := parseInput(data)
	if err == nil {
		*in = parsed
	}
	return err
}

func parseInput(data []byte) (Input, error) {
	var wire wireInput
	if err := agencies.DecodeStrict(data, &wire); err != nil {
		return Input{}, err
	}
	in := Input{
		Action: wire.Action, Instrument: wire.Instrument, Regime: wire.Regime, Now: wire.Now,
		Facts: make(Facts, len(wire.Facts)), Context: wire.Context,
	}
	var err error
	for _, name := range slices.Sorted(maps.Keys(wire.Facts)) {
		if in.Facts[name], err = wire.Facts[name].fact("facts." + name); err != nil {
			return Input{}, err
		}
	}
	for i, w := range wire.Contradictions {
		field := fmt.Sprintf("contradictions[%d]", i)
		c := Contradiction{Fact: w.Fact}
		if c.Kept, err = w.Kept.fact(field + ".kept"); err != nil {
			return Input{}, err
		}
		if c.Lost, err = w.Lost.fact(field + ".lost"); err != nil {
			return Input{}, err
		}
		in.Contradictions = append(in.Contradictions, c)
	}
	return in, in.Validate()
}

// ParseFactValues reads {"name": value, ...}, each value checked against the
// dictionary.
func ParseFactValues(data []byte) (map[string]any, error) {
	var raw map[string]json.RawMessage
	if err := agencies.DecodeStrict(data, &raw); err != nil {
		return nil, err
	}
	values := make(map[string]any, len(raw))
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		v, err := ParseValue(raw[name])
		if err != nil {
			return nil, fieldError("facts."+name, agencies.RuleType, err.Error())
		}
		if err := CheckFact(name, v); err != nil {
			return nil, err
		}
		values[name] = v
	}
	return values, nil
}

// Normal checks an Input that was built in code as ParseInput checks one that was
// read, and returns it with every value in its one form ([]string as []any, int as
// int64).
func (in Input) Normal() (Input, error) {
	facts := make(Facts, len(in.Facts))
	for name, f := range in.Facts {
		v, err := normal(f.Value)
		if err != nil {
			return Input{}, fieldError("facts."+name, agencies.RuleType, err.Error())
		}
		f.Value = v
		facts[name] = f
	}
	in.Facts = facts
	return in, in.Validate()
}

// Validate checks an Input whose values are in normal form.
func (in Input) Validate() error {
	if err := checkName("action", in.Action, false); err != nil {
		return err
	}
	if err := checkName("instrument", in.Instrument, true); err != nil {
		return err
	}
	if err := in.Regime.Check(); err != nil {
		return err
	}
	if err := checkTime("now", in.Now); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(in.Facts)) {
		f := in.Facts[name]
		if err := CheckFact(name, f.Value); err != nil {
			return err
		}
		if !f.Provenance.Valid() {
			return fieldError("facts."+name+".provenance", agencies.RuleUnknown, "derived, attested or declared")
		}
		if err := checkText("facts."+name+".source", f.Source, maxString); err != nil {
			return err
		}
	}
	// The name and the values go into a reason; only the dictionary says which values may.
	for i, c := range in.Contradictions {
		field := fmt.Sprintf("contradictions[%d]", i)
		if _, ok := Dictionary()[c.Fact]; !ok {
			return unknownFact(field+".fact", c.Fact, Dictionary())
		}
		if !c.Kept.Provenance.Valid() || !c.Lost.Provenance.Valid() {
			return fieldError(field+".provenance", agencies.RuleUnknown, "derived, attested or declared")
		}
	}
	for i, id := range in.Context.Confirmed {
		if err := checkName(fmt.Sprintf("context.confirmed[%d]", i), id, false); err != nil {
			return err
		}
	}
	for _, code := range slices.Sorted(maps.Keys(in.Context.States)) {
		field := "context.states." + string(code)
		if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
			return fieldError(field, agencies.RuleFormat, "ISO 3166-1 alpha-2 code")
		}
		st := in.Context.States[code]
		for i, r := range st.Regimes {
			if r.Check() != nil {
				return fieldError(fmt.Sprintf("%s.regimes[%d]", field, i), agencies.RuleFormat, "not a regime")
			}
		}
		for _, d := range slices.Sorted(maps.Keys(st.Declarations)) {
			if err := checkName(field+".declarations", d, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// Document is the input as rego sees it: values and provenances apart, so that a
// rule reads input.facts.issued_by and, where it matters, input.provenance.issued_by.
func (in Input) Document() map[string]any {
	facts := make(map[string]any, len(in.Facts))
	provenance := make(map[string]any, len(in.Facts))
	for name, f := range in.Facts {
		facts[name] = f.Value
		provenance[name] = string(f.Provenance)
	}
	return map[string]any{
		"action":     in.Action,
		"instrument": in.Instrument,
		"regime":     string(in.Regime),
		"now":        in.Now.UTC().Format(time.RFC3339Nano),
		"facts":      facts,
		"provenance": provenance,
		"context":    in.Context.document(),
	}
}

// document always has the member states, so that a rule can tell «no such State»
// from «no context».
func (c Context) document() map[string]any {
	states := make(map[string]any, len(c.States))
	for code, st := range c.States {
		regimes := make([]any, len(st.Regimes))
		for i, r := range st.Regimes {
			regimes[i] = string(r)
		}
		declarations := make(map[string]any, len(st.Declarations))
		for name, made := range st.Declarations {
			declarations[name] = made
		}
		states[string(code)] = map[string]any{"regimes": regimes, "declarations": declarations}
	}
	doc := map[string]any{"states": states}
	if len(c.Confirmed) > 0 {
		doc["confirmed"] = anyStrings(c.Confirmed)
	}
	return doc
}

// Canonical is the RFC 8785 form of the whole input: the rego document, and beside
// it the sources and contradictions that the rules do not read.
func (in Input) Canonical() ([]byte, error) {
	doc := in.Document()
	sources := map[string]any{}
	for name, f := range in.Facts {
		v, err := normal(f.Value)
		if err != nil {
			return nil, fmt.Errorf("encode policy input: fact %s: %w", name, err)
		}
		doc["facts"].(map[string]any)[name] = v
		if f.Source != "" {
			sources[name] = f.Source
		}
	}
	doc["sources"] = sources
	contradictions := make([]any, len(in.Contradictions))
	for i, c := range in.Contradictions {
		kept, err := c.Kept.document()
		if err != nil {
			return nil, err
		}
		lost, err := c.Lost.document()
		if err != nil {
			return nil, err
		}
		contradictions[i] = map[string]any{"fact": c.Fact, "kept": kept, "lost": lost}
	}
	doc["contradictions"] = contradictions
	return AppendCanonical(nil, doc)
}

// document is a fact in the canonical input. An empty source is written too: one
// fact, one encoding.
func (f Fact) document() (map[string]any, error) {
	v, err := normal(f.Value)
	if err != nil {
		return nil, fmt.Errorf("encode policy input: %w", err)
	}
	return map[string]any{"value": v, "provenance": string(f.Provenance), "source": f.Source}, nil
}

// checkName accepts the identifiers that rego compares: short, printable ASCII
// without spaces, quotes or controls.
func checkName(field, s string, optional bool) error {
	if s == "" && optional {
		return nil
	}
	if s == "" {
		return fieldError(field, agencies.RuleRequired, "must not be empty")
	}
	if len(s) > 64 {
		return fieldError(field, agencies.RuleSize, "at most 64 characters")
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return fieldError(field, agencies.RuleFormat, "letters, digits, _ - and . only")
		}
	}
	return nil
}

func checkText(field, s string, most int) error {
	if len(s) > most {
		return fieldError(field, agencies.RuleSize, fmt.Sprintf("at most %d bytes", most))
	}
	if _, err := normal(s); err != nil {
		return fieldError(field, agencies.RuleSyntax, err.Error())
	}
	return nil
}

// checkTime wants UTC and a year that RFC 3339 can write.
func checkTime(field string, t time.Time) error {
	if t.IsZero() {
		return fieldError(field, agencies.RuleRequired, "RFC 3339 time in UTC")
	}
	if _, offset := t.Zone(); offset != 0 || t.Year() < 1970 || t.Year() > 9999 {
		return fieldError(field, agencies.RuleTime, "RFC 3339 in UTC, years 1970 to 9999")
	}
	return nil
}
