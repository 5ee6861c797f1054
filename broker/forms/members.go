package forms

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/agnivade/levenshtein"
)

// member is one member of a part, as its tags describe it.
type member struct {
	name  string
	ask   string
	need  bool // must always be there
	often bool // is in most forms: an empty form shows it
	law   law
	eg    string
	typ   reflect.Type
	index []int
}

// section says whether the member is a section of its annex.
func (m *member) section() bool { return strings.HasPrefix(m.name, "section_") }

var memberCache sync.Map // reflect.Type -> []member

// members lists those of a struct in order, embedded parts in place.
func members(t reflect.Type) []member {
	if ms, ok := memberCache.Load(t); ok {
		return ms.([]member)
	}
	var out []member
	for f := range t.Fields() {
		if !f.IsExported() {
			continue
		}
		if f.Anonymous {
			for _, m := range members(f.Type) {
				m.index = append(slices.Clone(f.Index), m.index...)
				out = append(out, m)
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, member{
			name: name, ask: f.Tag.Get("ask"), need: f.Tag.Get("need") == "yes", often: f.Tag.Get("need") == "often", law: law(f.Tag.Get("law")), eg: f.Tag.Get("eg"),
			typ: f.Type, index: f.Index,
		})
	}
	memberCache.Store(t, out)
	return out
}

// part is the struct behind a type, if it is one of ours.
func part(t reflect.Type) (reflect.Type, bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t, t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]()
}

// find is the member at a path such as "section_e.identifiers[0].value", with the
// law that holds for it.
func (s spec) find(path string) (member, bool) {
	t, m, ok := reflect.TypeOf(s.fresh()).Elem(), member{}, false
	under := s.law
	for _, name := range strings.Split(path, ".") {
		name, _, _ = strings.Cut(name, "[")
		i := slices.IndexFunc(members(t), func(m member) bool { return m.name == name })
		if i < 0 {
			return member{}, false
		}
		m, ok = members(t)[i], true
		m.law = s.over(under, m.law)
		under = m.law
		inner, isPart := part(m.typ)
		if !isPart {
			inner = reflect.TypeFor[struct{}]()
		}
		t = inner
	}
	return m, ok
}

// over is the law of a member below another: the first of its own that is one of the
// form's acts, and else that of the member above.
func (s spec) over(above, own law) law {
	for _, l := range strings.Split(string(own), "|") {
		prefix, _, _ := strings.Cut(l, "-")
		if l != "" && slices.Contains(s.acts, prefix) {
			return law(l)
		}
	}
	return above
}

// words are those a value may take, if it is an enumeration.
func words(t reflect.Type) []string {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if w, ok := reflect.Zero(t).Interface().(interface{ Words() []string }); ok {
		return w.Words()
	}
	return nil
}

// didYouMean names the nearest known word, when one is near.
func didYouMean(got string, known []string) string {
	best, least := "", len(got)/2+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(got), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

func nth(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

func under(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
