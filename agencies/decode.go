package agencies

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Limits of DecodeStrict.
const (
	MaxJSON      = 8 << 20 // bytes of one document
	MaxJSONDepth = 32      // arrays and objects inside each other
)

// DecodeStrict decodes one JSON document into v, which must be a non-nil
// pointer. It refuses with a *FieldError that names the path:
//
//   - anything but exactly one value of valid JSON in valid UTF-8, unpaired
//     surrogate escapes, more than MaxJSON bytes or MaxJSONDepth levels;
//   - a member the Go type does not have. encoding/json also matches names
//     that differ in case; here "ID" is not "id";
//   - a member given twice;
//   - a value of the wrong JSON type, and null for anything but a pointer,
//     slice, map or untyped value;
//   - a time that is not RFC 3339 in UTC with 'Z' in its shortest form, and
//     []byte that is not canonical base64.
//
// Missing members are the business of the type's own check.
func DecodeStrict(data []byte, v any) error {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return fmt.Errorf("decode json: target is %T, not a pointer", v)
	}
	if len(data) > MaxJSON {
		return fieldErr("", RuleSize, "more than %d bytes", MaxJSON)
	}
	if !utf8.Valid(data) {
		return fieldErr("", RuleSyntax, "not UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		if se, ok := errors.AsType[*json.SyntaxError](err); ok {
			return fieldErr("", RuleSyntax, "not one JSON value, at byte %d", se.Offset)
		}
		return fieldErr("", RuleSyntax, "not one JSON value")
	}
	w := walker{data: data}
	if err := w.value(nil, rv.Type().Elem(), 0); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		if te, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return fieldErr(te.Field, RuleType, "want %s", te.Type)
		}
		return fieldErr("", RuleType, "%v", err)
	}
	return nil
}

// step is one step of the path to the value under the walker; the path is
// spelled out only when there is an error to report.
type step struct {
	up    *step
	name  string
	index int
}

func (s *step) String() string {
	if s == nil {
		return ""
	}
	if s.name == "" {
		return fmt.Sprintf("%s[%d]", s.up, s.index)
	}
	name := s.name
	if len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == utf8.RuneError || r == '.' }) {
		name = fmt.Sprintf("%.64q", name)
	}
	if s.up == nil {
		return name
	}
	return s.up.String() + "." + name
}

// walker runs over bytes that encoding/json has already found to be valid, so
// it looks only for what encoding/json lets through.
type walker struct {
	data []byte
	pos  int
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	bytesType       = reflect.TypeFor[[]byte]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
)

func (w *walker) space() {
	for w.pos < len(w.data) && strings.IndexByte(" \t\r\n", w.data[w.pos]) >= 0 {
		w.pos++
	}
}

// value checks the value at pos against t; a nil t is «anything».
func (w *walker) value(at *step, t reflect.Type, depth int) error {
	if depth > MaxJSONDepth {
		return fieldErr(at.String(), RuleSize, "more than %d levels", MaxJSONDepth)
	}
	w.space()
	c := w.data[w.pos]
	nullable := t == nil
	for t != nil && t.Kind() == reflect.Pointer {
		t, nullable = t.Elem(), true
	}
	isTime := t == timeType
	if t != nil && !isTime {
		switch {
		case t.Kind() == reflect.Interface, reflect.PointerTo(t).Implements(unmarshalerType):
			t, nullable = nil, true
		case t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
			nullable = true
		}
	}
	if c == 'n' {
		w.pos += len("null")
		if !nullable {
			return fieldErr(at.String(), RuleType, "null")
		}
		return nil
	}
	if t != nil && !fits(t, c) {
		return fieldErr(at.String(), RuleType, "want %s", jsonWord(t))
	}
	switch c {
	case '{':
		return w.object(at, t, depth)
	case '[':
		return w.array(at, t, depth)
	case '"':
		s, err := w.text(at)
		if err != nil {
			return err
		}
		if isTime {
			return checkTimeText(at.String(), s)
		}
		if t == bytesType {
			if _, err := base64.StdEncoding.Strict().DecodeString(s); err != nil || strings.ContainsAny(s, "\r\n") {
				return fieldErr(at.String(), RuleFormat, "not canonical base64")
			}
		}
		return nil
	}
	for w.pos < len(w.data) && strings.IndexByte(" \t\r\n,]}", w.data[w.pos]) < 0 {
		w.pos++
	}
	return nil
}

func (w *walker) object(at *step, t reflect.Type, depth int) error {
	var members map[string]reflect.Type
	var elem reflect.Type
	if t != nil && t.Kind() == reflect.Struct {
		members = membersOf(t)
	} else if t != nil {
		elem = t.Elem()
	}
	seen := make(map[string]struct{}, 8)
	for w.pos++; ; {
		w.space()
		switch w.data[w.pos] {
		case '}':
			w.pos++
			return nil
		case ',':
			w.pos++
			continue
		}
		name, err := w.text(at)
		if err != nil {
			return err
		}
		here := &step{up: at, name: name}
		if name == "" {
			here.name = `""`
		}
		if _, twice := seen[name]; twice {
			return fieldErr(here.String(), RuleDuplicate, "member given twice")
		}
		seen[name] = struct{}{}
		mt := elem
		if members != nil {
			var known bool
			if mt, known = members[name]; !known {
				return fieldErr(here.String(), RuleUnknown, "no such member")
			}
		}
		w.space()
		w.pos++ // the colon
		if err := w.value(here, mt, depth+1); err != nil {
			return err
		}
	}
}

func (w *walker) array(at *step, t reflect.Type, depth int) error {
	var elem reflect.Type
	if t != nil {
		elem = t.Elem()
	}
	w.pos++
	for i := 0; ; {
		w.space()
		switch w.data[w.pos] {
		case ']':
			w.pos++
			return nil
		case ',':
			w.pos++
			continue
		}
		if err := w.value(&step{up: at, index: i}, elem, depth+1); err != nil {
			return err
		}
		i++
	}
}

// text reads the string at pos. encoding/json silently turns an unpaired
// surrogate into U+FFFD, so that two different documents decode to one.
func (w *walker) text(at *step) (string, error) {
	start, escaped := w.pos, false
	for w.pos++; w.data[w.pos] != '"'; w.pos++ {
		if w.data[w.pos] == '\\' {
			escaped = true
			w.pos++
		}
	}
	w.pos++
	raw := w.data[start:w.pos]
	if !escaped {
		return string(raw[1 : len(raw)-1]), nil
	}
	if !surrogatesPaired(raw) {
		return "", fieldErr(at.String(), RuleSyntax, "unpaired surrogate escape")
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fieldErr(at.String(), RuleSyntax, "bad string")
	}
	return s, nil
}

func surrogatesPaired(raw []byte) bool {
	high := false // the escape just before was a high surrogate
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			if high {
				return false
			}
			continue
		}
		i++
		if raw[i] != 'u' {
			if high {
				return false
			}
			continue
		}
		n, _ := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16)
		i += 4
		low := n >= 0xDC00 && n <= 0xDFFF
		if low != high {
			return false
		}
		high = n >= 0xD800 && n <= 0xDBFF
	}
	return !high
}

func fits(t reflect.Type, c byte) bool {
	switch t.Kind() {
	case reflect.Struct:
		return t == timeType && c == '"' || t != timeType && c == '{'
	case reflect.Map:
		return c == '{'
	case reflect.Slice, reflect.Array:
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
			return c == '"'
		}
		return c == '['
	case reflect.String:
		return c == '"'
	case reflect.Bool:
		return c == 't' || c == 'f'
	}
	return c == '-' || isDigit(c)
}

func jsonWord(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		if t == timeType {
			return "a time"
		}
		return "an object"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "base64"
		}
		return "an array"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	}
	return "a number"
}

var memberCache sync.Map // reflect.Type of a struct -> map[string]reflect.Type

// membersOf lists a struct's JSON members by exact name.
func membersOf(t reflect.Type) map[string]reflect.Type {
	if m, ok := memberCache.Load(t); ok {
		return m.(map[string]reflect.Type)
	}
	m := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported(), name == "-", f.Anonymous && name == "":
			continue
		case name == "":
			name = f.Name
		}
		m[name] = f.Type
	}
	memberCache.Store(t, m)
	return m
}

func checkTimeText(field, s string) error {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.UTC().Format(time.RFC3339Nano) != s {
		return fieldErr(field, RuleTime, "want RFC 3339 in UTC, as in 2026-01-02T15:04:05Z")
	}
	return nil
}

// checkTime is the rule for times in values built in Go.
func checkTime(field string, t time.Time) error {
	switch {
	case t.IsZero():
		return fieldErr(field, RuleRequired, "no time")
	case t.Location() != time.UTC:
		return fieldErr(field, RuleTime, "not in UTC")
	case t.Year() < 1970 || t.Year() > 9999:
		return fieldErr(field, RuleTime, "year out of range")
	}
	return nil
}
