package forms

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Schema is the JSON Schema (draft 2020-12) of a form, made of the same type that
// [Decode] reads. It says what is always required; what depends on another member
// is said by [Check] only.
func Schema(n Name) (map[string]any, error) {
	s, err := specOf(n)
	if err != nil {
		return nil, err
	}
	out := s.schema(reflect.TypeOf(s.fresh()).Elem(), s.law)
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["title"] = title(n, "en")
	out["properties"].(map[string]any)["form"] = map[string]any{"const": string(n)}
	return out, nil
}

func (s spec) schema(t reflect.Type, above law) map[string]any {
	props, need := map[string]any{}, []string{}
	for _, m := range members(t) {
		l := s.over(above, m.law)
		p := s.valueSchema(m.typ, l)
		if m.ask != "" {
			p["description"] = m.ask + " [" + l.rule() + "]"
		}
		props[m.name] = p
		if m.need {
			need = append(need, m.name)
		}
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": props, "required": need}
}

func (s spec) valueSchema(t reflect.Type, l law) map[string]any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time", "pattern": "Z$"}
	case t.Kind() == reflect.Struct:
		return s.schema(t, l)
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "minItems": 1, "items": s.valueSchema(t.Elem(), l)}
	case t.Kind() == reflect.Map:
		return factsSchema()
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Int:
		return map[string]any{"type": "integer", "minimum": 1}
	}
	if w := words(t); w != nil {
		return map[string]any{"enum": w}
	}
	out := map[string]any{"type": "string", "pattern": `\S`}
	switch t {
	case reflect.TypeFor[Code](), reflect.TypeFor[Item]():
		out["pattern"] = codePattern.String()
	case reflect.TypeFor[Language]():
		out["pattern"] = languagePattern.String()
	case reflect.TypeFor[agencies.State]():
		out["pattern"] = `^[A-Z]{2}$`
	case reflect.TypeFor[agencies.ID]():
		out["pattern"] = `^[A-Z]{2}-[A-Z0-9]{2,24}$`
	case reflect.TypeFor[agencies.OfficerID]():
		out["pattern"] = `^[A-Z]{2}-[A-Z0-9]{2,24}/[a-z0-9-]{1,32}$`
	}
	return out
}

func factsSchema() map[string]any {
	props := map[string]any{}
	for name, f := range policy.Dictionary() {
		props[name] = factSchema(f)
	}
	return map[string]any{"type": "object", "minProperties": 1, "additionalProperties": false, "properties": props}
}

func factSchema(f policy.FactSpec) map[string]any {
	out := map[string]any{}
	kind := string(f.Type)
	switch f.Type {
	case policy.List:
		kind = "array"
		if f.Items != "" && f.Items != policy.Object {
			out["items"] = map[string]any{"type": string(f.Items)}
		}
	case policy.Object:
		props := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(f.Members)) {
			props[name] = factSchema(f.Members[name])
		}
		out["properties"], out["additionalProperties"] = props, false
	}
	if kind != "" {
		out["type"] = kind
		if f.Null {
			out["type"] = []string{kind, "null"}
		}
	}
	return out
}
