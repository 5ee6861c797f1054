package forms

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compile(t *testing.T, n Name) *jsonschema.Schema {
	t.Helper()
	s, err := Schema(n)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func instance(t *testing.T, data []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The schema takes each complete form, and misses exactly what Check misses in a form
// with nothing but its name, as far as nothing depends on another member.
func TestSchemaSaysWhatTheTypeSays(t *testing.T) {
	for _, name := range examples(t) {
		f := example(t, name)
		b, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		schema := compile(t, NameOf(f))
		if err := schema.Validate(instance(t, b)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		whole := instance(t, b)
		for _, path := range paths(whole, "") {
			changed := instance(t, b)
			if !strings.Contains(path, ".") && path == "form" || strings.HasPrefix(path, "exchange.facts") {
				continue
			}
			cut(changed, path)
			data, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			m, ok := mustSpec(t, f).find(path)
			if !ok {
				t.Fatalf("%s: no member %s", name, path)
			}
			bySchema := schema.Validate(instance(t, data)) != nil
			if bySchema != m.need {
				t.Errorf("%s without %s: the schema refuses it: %v, always needed: %v", name, path, bySchema, m.need)
			}
			again, err := Decode(data)
			if err != nil {
				continue // a part that became empty
			}
			found := slices.ContainsFunc(Check(again), func(f Finding) bool { return f.Field == path || strings.HasPrefix(f.Field, path+".") })
			if m.need && !found {
				t.Errorf("%s: the schema needs %s, and Check does not miss it", name, path)
			}
		}
	}
}

func mustSpec(t *testing.T, f Form) spec {
	t.Helper()
	s, err := specOf(NameOf(f))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// paths lists the members of a document, those of list elements left out.
func paths(v any, at string) []string {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	var out []string
	for k, e := range m {
		out = append(append(out, under(at, k)), paths(e, under(at, k))...)
	}
	slices.Sort(out)
	return out
}

func cut(v any, path string) {
	m := v.(map[string]any)
	first, rest, deeper := strings.Cut(path, ".")
	if deeper {
		cut(m[first], rest)
		return
	}
	delete(m, first)
}

func TestSchemaRefuses(t *testing.T) {
	schema := compile(t, NameEPOC)
	b, err := Encode(example(t, "epoc"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new string }{
		{"unknown member", `"language":"en"`, `"language":"en","colour":"red"`},
		{"unknown word", `"deadline":"ten_days_notified"`, `"deadline":"tomorrow"`},
		{"a date that is none", `"2026-01-01T00:00:00Z"`, `"2026-13-01T00:00:00Z"`},
		{"a time not in UTC", `"2026-01-01T00:00:00Z"`, `"2026-01-01T00:00:00+01:00"`},
		{"an id that is none", `"XA-POLICE"`, `"police"`},
		{"text for a number", `_months":120`, `_months":"120"`},
		{"a fact of another type", `"specific_investigation":true`, `"specific_investigation":"yes"`},
		{"an empty list", `"agencies":["XA-POLICE"]`, `"agencies":[]`},
	} {
		changed := bytes.Replace(b, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(changed, b) {
			t.Fatalf("%s: the form does not hold %s", c.name, c.old)
		}
		if schema.Validate(instance(t, changed)) == nil {
			t.Errorf("the schema takes %s", c.name)
		}
		f, err := Decode(changed)
		if err == nil && Complete(f) == nil {
			t.Errorf("the program takes %s", c.name)
		}
	}
}
