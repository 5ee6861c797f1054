package forms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// unfilled is what an empty form holds where a person must write.
const unfilled = "FILL"

// maxForm bounds a form in bytes. One with 256 identifiers has some 100 KiB.
const maxForm = 4 << 20

// Decode reads a form strictly. The document is YAML, or JSON when it begins with a
// brace. It refuses with an *agencies.FieldError that names the member:
//
//   - a member that the form does not have; the error names the nearest one it has;
//   - a value of the wrong type, naming the type that is wanted;
//   - a member given twice, aliases, a second document;
//   - null and empty values: what is not said is left away, so that a form has one
//     meaning and one encoding ([Encode]);
//   - a fact that the fact dictionary does not know.
//
// FILL stands for «still to be written»: the member counts as missing, and [Check]
// says so. What is missing is no error here.
func Decode(data []byte) (Form, error) {
	f, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("read form: %w", err)
	}
	return f, nil
}

func decode(data []byte) (Form, error) {
	if len(data) > maxForm {
		return nil, &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("more than %d bytes", maxForm)}
	}
	var raw map[string]any
	var err error
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) > 0 && text[0] == '{' {
		err = agencies.DecodeStrict(data, &raw)
	} else {
		err = DecodeYAML(data, &raw)
	}
	if err != nil {
		return nil, err
	}
	name, ok := raw["form"].(string)
	if !ok {
		return nil, &agencies.FieldError{Field: "form", Rule: agencies.RuleRequired, Detail: "is missing: say which form it is, one of " + strings.Join(Name("").Words(), ", ")}
	}
	s, err := specOf(Name(name))
	if err != nil {
		return nil, err
	}
	open := takeUnfilled(raw, "")
	body, err := agencies.Canonical(raw)
	if err != nil {
		return nil, &agencies.FieldError{Rule: agencies.RuleType, Detail: "holds what JSON cannot say"}
	}
	f := s.fresh()
	if err := agencies.DecodeStrict(body, f); err != nil {
		return nil, s.explain(err)
	}
	// What the type drops would be said by the file and read by nobody.
	again, err := Encode(f)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(body, again) {
		return nil, dropped(body, again)
	}
	f.head().unfilled = open
	return f, checkFactNames(f)
}

// Encode writes a form in the one encoding it has: JSON in the form of RFC 8785.
func Encode(f Form) ([]byte, error) {
	b, err := agencies.Canonical(f)
	if err != nil {
		return nil, fmt.Errorf("write form: %w", err)
	}
	return b, nil
}

// explain puts the nearest known name, or the words a person knows, into an error of
// the strict decoder.
func (s spec) explain(err error) error {
	fe, ok := errors.AsType[*agencies.FieldError](err)
	if !ok {
		return err
	}
	out := *fe
	at, name := "", fe.Field
	if i := strings.LastIndexByte(fe.Field, '.'); i >= 0 {
		at, name = fe.Field[:i], fe.Field[i+1:]
	}
	switch fe.Rule {
	case agencies.RuleUnknown:
		out.Detail = "the form has no such member" + didYouMean(name, s.namesAt(at))
	case agencies.RuleType:
		if m, ok := s.find(fe.Field); ok {
			out.Detail = "want " + typeWord(m.typ, strings.HasSuffix(fe.Field, "]"))
		}
	}
	return &out
}

// namesAt lists the members of the part at a path.
func (s spec) namesAt(at string) []string {
	t := reflect.TypeOf(s.fresh()).Elem()
	if at != "" {
		m, ok := s.find(at)
		if !ok {
			return nil
		}
		t, _ = part(m.typ)
	}
	var out []string
	if t.Kind() == reflect.Struct {
		for _, m := range members(t) {
			out = append(out, m.name)
		}
	}
	return out
}

// typeWord says in words what a member holds.
func typeWord(t reflect.Type, element bool) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice {
		if !element {
			return "a list, of which each entry is " + typeWord(t.Elem(), false)
		}
		return typeWord(t.Elem(), false)
	}
	if w := words(t); w != nil {
		return "one of the words " + strings.Join(w, ", ")
	}
	if _, isPart := part(t); isPart || t.Kind() == reflect.Map {
		return "members by name"
	}
	switch t.Kind() {
	case reflect.Struct:
		return "a time as in 2026-01-02T15:04:05Z"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	}
	return "text"
}

// checkFactNames holds the facts to the dictionary.
func checkFactNames(f Form) error {
	d := deskOf(f)
	if d == nil || d.Exchange == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(d.Exchange.Facts)) {
		at := "exchange.facts." + name
		if _, known := policy.Dictionary()[name]; !known {
			return &agencies.FieldError{Field: at, Rule: agencies.RuleUnknown, Detail: "no such fact" + didYouMean(name, slices.Collect(maps.Keys(policy.Dictionary())))}
		}
		v, err := policy.ParseValue(d.Exchange.Facts[name])
		if err == nil {
			err = policy.CheckFact(name, v)
		}
		if err != nil {
			if fe, ok := errors.AsType[*agencies.FieldError](err); ok {
				return &agencies.FieldError{Field: at, Rule: fe.Rule, Detail: fe.Detail}
			}
			return &agencies.FieldError{Field: at, Rule: agencies.RuleType, Detail: "want a value of the fact dictionary"}
		}
	}
	return nil
}

// takeUnfilled takes every FILL out of the document and lists where they stood. What
// is left empty by it goes too, so that a part with nothing in it counts as missing.
func takeUnfilled(v map[string]any, at string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(v)) {
		here := under(at, k)
		left, open := withoutUnfilled(v[k], here)
		out = append(out, open...)
		if len(open) > 0 && isEmpty(left) {
			delete(v, k)
		} else {
			v[k] = left
		}
	}
	return out
}

func withoutUnfilled(v any, at string) (any, []string) {
	switch v := v.(type) {
	case string:
		if v == unfilled {
			return nil, []string{at}
		}
	case map[string]any:
		return v, takeUnfilled(v, at)
	case []any:
		var kept []any
		var out []string
		for i, e := range v {
			left, open := withoutUnfilled(e, nth(at, i))
			if out = append(out, open...); left != nil {
				kept = append(kept, left)
			}
		}
		if len(out) > 0 {
			return kept, out
		}
	}
	return v, nil
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// dropped names the first member that the file has and the form has not.
func dropped(said, kept []byte) error {
	var a, b any
	if json.Unmarshal(said, &a) != nil || json.Unmarshal(kept, &b) != nil {
		return &agencies.FieldError{Rule: agencies.RuleCanonical}
	}
	return &agencies.FieldError{Field: firstDifference(a, b, ""), Rule: agencies.RuleCanonical, Detail: "is empty: write a value or leave the line away"}
}

func firstDifference(a, b any, at string) string {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			return at
		}
		for _, k := range slices.Sorted(maps.Keys(a)) {
			if v, ok := b[k]; !ok || !reflect.DeepEqual(a[k], v) {
				return firstDifference(a[k], b[k], under(at, k))
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return at
		}
		for i := range a {
			if !reflect.DeepEqual(a[i], b[i]) {
				return firstDifference(a[i], b[i], nth(at, i))
			}
		}
	}
	return at
}

// DecodeYAML reads one YAML document into v, which may be a struct: an unknown or
// repeated key is an *agencies.FieldError that names it. It is the one YAML reader
// for what people write.
func DecodeYAML(data []byte, v any) error {
	if err := noAliases(data); err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := dec.Decode(v); err != nil {
		return yamlError(err)
	}
	// A second document would be read by nobody.
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return &agencies.FieldError{Rule: agencies.RuleSyntax, Detail: "more than one YAML document"}
	}
	return nil
}

// yamlError makes one line of the parser's picture; it names the key and its place.
func yamlError(err error) error {
	if errors.Is(err, io.EOF) {
		return &agencies.FieldError{Rule: agencies.RuleRequired, Detail: "the file is empty"}
	}
	field, rule := "", agencies.RuleSyntax
	if e, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		rule = agencies.RuleUnknown
		field = strings.Trim(strings.TrimPrefix(e.Message, "unknown field "), `"`)
	} else if _, ok := errors.AsType[*yaml.DuplicateKeyError](err); ok {
		rule = agencies.RuleDuplicate
	} else if _, ok := errors.AsType[*yaml.TypeError](err); ok {
		rule = agencies.RuleType
	} else if _, ok := errors.AsType[*yaml.UnexpectedNodeTypeError](err); ok {
		rule = agencies.RuleType
	}
	line, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
	return &agencies.FieldError{Field: field, Rule: rule, Detail: strings.Map(shown, line)}
}

// shown keeps what could move the cursor of a terminal out of an error.
func shown(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return '?'
}

// noAliases refuses YAML that refers to itself: a few lines of it unfold to
// gigabytes, and no form or configuration needs it.
func noAliases(data []byte) error {
	for _, t := range lexer.Tokenize(string(data)) {
		if t.Type == token.AnchorType || t.Type == token.AliasType {
			return &agencies.FieldError{Rule: agencies.RuleSyntax, Detail: fmt.Sprintf("line %d: anchors and aliases are not taken", t.Position.Line)}
		}
	}
	return nil
}
