package policy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogatory/rogatory/agencies"
)

// Type is the type of a fact's value.
type Type string

// The types of the dictionary.
const (
	String  Type = "string"
	Boolean Type = "boolean"
	Integer Type = "integer"
	List    Type = "list"
	Object  Type = "object"
)

// FactSpec is one entry of the fact dictionary.
type FactSpec struct {
	Type     Type                `json:"type"`
	Items    Type                `json:"items,omitempty"`    // of a list
	Members  map[string]FactSpec `json:"members,omitempty"`  // of an object; closed
	Null     bool                `json:"null,omitempty"`     // null means: known to be absent
	Values   []string            `json:"values,omitempty"`   // known today; the set stays open
	Personal bool                `json:"personal,omitempty"` // may identify a person: never in a reason
}

//go:embed facts.json
var factsJSON []byte

var dictionary = sync.OnceValue(func() map[string]FactSpec {
	var d map[string]FactSpec
	// facts.json is compiled in and a test reads it strictly; an unreadable one
	// leaves the dictionary empty, which refuses every fact.
	if err := json.Unmarshal(factsJSON, &d); err != nil {
		return map[string]FactSpec{}
	}
	return d
})

// Dictionary returns the facts that a decision may rest on, by name. It is shared:
// do not change it.
func Dictionary() map[string]FactSpec { return dictionary() }

// Bounds on one value, far above what a request needs.
const (
	maxString = 4096
	maxItems  = 1024
)

// CheckFact says whether the dictionary knows the name and the value has its type.
// The error is an *agencies.FieldError that names the field and, for an unknown
// name, the nearest known one.
func CheckFact(name string, value any) error {
	spec, ok := Dictionary()[name]
	if !ok {
		return unknownFact("facts."+name, name, Dictionary())
	}
	return spec.check("facts."+name, value)
}

// check walks value and spec together. Integers only: a fraction would have more
// than one spelling, and no rule of the law table needs one.
func (s FactSpec) check(field string, value any) error {
	if value == nil {
		if s.Null {
			return nil
		}
		return wrongType(field, s, value)
	}
	switch v := value.(type) {
	case string:
		if s.Type != String {
			return wrongType(field, s, value)
		}
		if len(v) > maxString {
			return fieldError(field, agencies.RuleSize, fmt.Sprintf("at most %d bytes", maxString))
		}
	case bool:
		if s.Type != Boolean {
			return wrongType(field, s, value)
		}
	case int64:
		if s.Type != Integer {
			return wrongType(field, s, value)
		}
	case []any:
		if s.Type != List {
			return wrongType(field, s, value)
		}
		if len(v) > maxItems {
			return fieldError(field, agencies.RuleSize, fmt.Sprintf("at most %d items", maxItems))
		}
		for i, e := range v {
			if err := (FactSpec{Type: s.Items}).check(field+"["+strconv.Itoa(i)+"]", e); err != nil {
				return err
			}
		}
	case map[string]any:
		if s.Type != Object {
			return wrongType(field, s, value)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			member, ok := s.Members[k]
			if !ok {
				return unknownFact(field+"."+k, k, s.Members)
			}
			if err := member.check(field+"."+k, v[k]); err != nil {
				return err
			}
		}
	default:
		return wrongType(field, s, value)
	}
	return nil
}

func unknownFact(field, name string, known map[string]FactSpec) error {
	detail := "not in the fact dictionary"
	if near := nearest(name, known); near != "" {
		detail += fmt.Sprintf("; the nearest known name is %q", near)
	}
	return fieldError(field, agencies.RuleUnknown, detail)
}

func wrongType(field string, s FactSpec, value any) error {
	want := string(s.Type)
	if s.Type == List {
		want += " of " + string(s.Items)
	}
	if s.Null {
		want += " or null"
	}
	return fieldError(field, agencies.RuleType, fmt.Sprintf("expected %s, got %s", want, typeName(value)))
}

// typeName is the word that people who write requests know, not Go's.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case int64:
		return "integer"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	}
	return fmt.Sprintf("%T", v)
}

// nearest finds the known name that a misspelling most likely meant: the smallest
// edit distance, at most a third of the name; ties go to the first in order.
func nearest(name string, known map[string]FactSpec) string {
	const longest = 64 // bounds the work an unknown name can cause
	if len(name) > longest {
		return ""
	}
	best, least := "", max(2, len(name)/3)+1
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if d := distance(strings.ToLower(name), k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
