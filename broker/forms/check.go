package forms

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/agencies"
)

// Kind says what is wrong with an item.
type Kind string

// The kinds.
const (
	Missing       Kind = "missing"
	Contradiction Kind = "contradiction" // with another item of the form
	Wrong         Kind = "wrong"         // not of the form it must have
)

// Finding is one item that must be seen to.
type Finding struct {
	Section string `json:"section,omitempty"` // letter of the annex
	Field   string `json:"field"`             // as in section_k.agency
	Rule    string `json:"rule"`              // of the rule table, or one word of package agencies
	Article string `json:"article,omitempty"`
	Kind    Kind   `json:"kind"`
	Ask     string `json:"ask"` // what to do, and why, for a person
	// Unverified says that the rule was not read in the official text: advice, not
	// a bar.
	Unverified bool `json:"unverified,omitempty"`
	// Held says that policy holds a request for this item and says for whom it waits,
	// so that it may be sent without: validation, and the notice to an authority.
	Held bool `json:"held_by_policy,omitempty"`

	article string // without the act
}

// String is the prompt, as in «Section K: name the enforcing authority, because traffic
// or content data are asked for (Art. 8(1))».
func (f Finding) String() string {
	out := f.Ask
	if f.Section != "" {
		out = "Section " + f.Section + ": " + out
	}
	if f.article != "" {
		out += " (" + f.article + ")"
	}
	return out
}

// Incomplete is the error of a form that cannot be sent yet. It unwraps to an
// *agencies.FieldError for its first finding.
type Incomplete struct{ Findings []Finding }

func (e *Incomplete) Error() string {
	first := e.Findings[0]
	more := ""
	if n := len(e.Findings) - 1; n > 0 {
		more = fmt.Sprintf("; and %d more", n)
	}
	return fmt.Sprintf("check form: %s: %s [%s]%s", first.Field, first, first.Rule, more)
}

// Unwrap gives the first finding as a field and its rule.
func (e *Incomplete) Unwrap() error {
	f := e.Findings[0]
	return &agencies.FieldError{Field: f.Field, Rule: f.Rule, Detail: f.Ask}
}

// Check lists every item that is missing, contradicts another, or is not of the form
// it must have; all at once, in the order of the form. It says nothing about
// whether the request is lawful.
func Check(f Form) []Finding {
	s, err := specOf(f.head().Form)
	if err != nil || reflect.TypeOf(f) != reflect.TypeOf(s.fresh()) {
		return []Finding{{Field: "form", Rule: agencies.RuleUnknown, Kind: Wrong, Ask: "say which form this is"}}
	}
	c := &checker{spec: s}
	c.walk(reflect.ValueOf(f).Elem(), "", s.law)
	f.check(c)
	for _, at := range f.head().unfilled {
		c.unfilled(at)
	}
	order := map[string]int{}
	for i, m := range members(reflect.TypeOf(f).Elem()) {
		order[m.name] = i
	}
	top := func(f Finding) int {
		name, _, _ := strings.Cut(f.Field, ".")
		return order[name]
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int { return top(a) - top(b) })
	return c.found
}

// Complete is nil when nothing bars the form from being sent, and an *[Incomplete]
// otherwise. What is unverified, and what policy holds a request for, bars nothing.
func Complete(f Form) error {
	var bar []Finding
	for _, found := range Check(f) {
		if !found.Unverified && !found.Held {
			bar = append(bar, found)
		}
	}
	if len(bar) == 0 {
		return nil
	}
	return &Incomplete{Findings: bar}
}

// checker gathers findings.
type checker struct {
	spec  spec
	found []Finding
}

// add notes a finding; law "" is that of the member.
func (c *checker) add(kind Kind, at string, l law, ask string) {
	if m, ok := c.spec.find(at); ok && l == "" {
		l = m.law
	}
	if c.has(at) {
		return
	}
	section := ""
	if rest, ok := strings.CutPrefix(at, "section_"); ok {
		section = strings.ToUpper(rest[:1])
	}
	c.found = append(c.found, Finding{
		Section: section, Field: at, Rule: l.rule(), Article: l.full(), Kind: kind, Ask: ask, Unverified: l.unverified(), article: l.article(),
	})
}

// held marks what was just found as an item that policy waits for.
func (c *checker) held(at string) {
	for i := range c.found {
		if c.found[i].Field == at && c.found[i].Kind == Missing {
			c.found[i].Held = true
		}
	}
}

// has says whether the member is spoken of already; the first word counts.
func (c *checker) has(at string) bool {
	return slices.ContainsFunc(c.found, func(f Finding) bool { return f.Field == at })
}

// lacks notes that a member is missing and why it is wanted. There is no finding when ok.
func (c *checker) lacks(ok bool, at string, l law, because string) {
	if ok {
		return
	}
	m, _ := c.spec.find(at)
	ask := m.ask
	if because != "" {
		ask += ", because " + because
	}
	c.add(Missing, at, l, ask)
}

// clash notes a contradiction unless ok.
func (c *checker) clash(ok bool, at string, l law, ask string) {
	if !ok {
		c.add(Contradiction, at, l, ask)
	}
}

// unfilled notes a member where FILL still stands, if nothing was said of it yet.
func (c *checker) unfilled(at string) {
	ask := "write what is wanted, or leave the line away"
	if m, ok := c.spec.find(at); ok && m.ask != "" {
		ask = m.ask
		at = strings.TrimSuffix(at, "[0]")
	}
	if !slices.ContainsFunc(c.found, func(f Finding) bool { return f.Field == at || strings.HasPrefix(at, f.Field+"[") }) {
		c.add(Missing, at, "", ask)
	}
}

func (c *checker) walk(v reflect.Value, at string, above law) {
	for _, m := range members(v.Type()) {
		l := c.spec.over(above, m.law)
		m.law = l
		here, fv := under(at, m.name), v.FieldByIndex(m.index)
		_, isPart := part(m.typ)
		switch {
		case fv.IsZero() && !m.need:
		case fv.IsZero() && isPart && fv.Kind() == reflect.Pointer:
			// Each item of a section that is not there, by its name.
			c.walk(reflect.New(fv.Type().Elem()).Elem(), here, l)
		case fv.IsZero():
			c.add(Missing, here, l, m.ask)
		default:
			c.value(fv, m, here, l)
		}
	}
}

func (c *checker) value(v reflect.Value, m member, at string, l law) {
	switch v.Kind() {
	case reflect.Pointer:
		c.value(v.Elem(), m, at, l)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			c.value(v.Index(i), m, nth(at, i), l)
		}
	case reflect.Struct:
		if _, isPart := part(v.Type()); isPart {
			c.walk(v, at, l)
		}
	case reflect.String:
		if why := misshapen(v); why != "" {
			c.add(Wrong, at, l, m.ask+why)
		}
	case reflect.Int:
		if v.Int() < 1 {
			c.add(Wrong, at, l, m.ask+": a number above 0")
		}
	}
}

var (
	codePattern     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._/,:()-]{0,79}$`) // as broker wants open text
	languagePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// misshapen says what a string must look like when it does not.
func misshapen(v reflect.Value) string {
	s := v.String()
	if w := words(v.Type()); w != nil {
		if slices.Contains(w, s) {
			return ""
		}
		if near := didYouMean(s, w); near != "" {
			return near
		}
		return ": one of " + strings.Join(w, ", ")
	}
	var err error
	switch x := v.Interface().(type) {
	case Code, Item:
		if !codePattern.MatchString(s) {
			return ": at most 80 letters, digits, spaces and ._/,:()-, and no personal data, because it travels in the open part"
		}
	case Language:
		if !languagePattern.MatchString(s) {
			return ": a language tag as in en"
		}
	case agencies.ID:
		err = x.Check()
	case agencies.OfficerID:
		err = x.Check()
	case agencies.State:
		err = x.Check()
	}
	if fe, ok := errors.AsType[*agencies.FieldError](err); ok {
		return ": " + fe.Detail
	}
	if strings.TrimSpace(s) == "" {
		return ": it holds blanks only"
	}
	return ""
}
