package forms

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// Template is an empty form in YAML with every member explained. What must be written
// holds FILL; lines that begin with "# " and a name are optional.
func Template(n Name) (string, error) {
	s, err := specOf(n)
	if err != nil {
		return "", err
	}
	w := &templateWriter{spec: s}
	fmt.Fprintf(&w.b, `# %s
#
# Replace every FILL. A line that does not apply is left away, and lines that begin with
# "# " and a name are optional. Then see what is missing or contradicts itself:
#   rogatory request draft --form THIS-FILE
form: %s
`, title(n, "en"), n)
	w.part(reflect.TypeOf(s.fresh()).Elem(), "", "", s.law)
	return w.b.String(), nil
}

type templateWriter struct {
	b    strings.Builder
	spec spec
}

// part writes the members of a part. mark is "# " inside what is optional.
func (w *templateWriter) part(t reflect.Type, mark, indent string, above law) {
	for _, m := range members(t) {
		if m.name == "form" {
			continue
		}
		l := w.spec.over(above, m.law)
		here := mark
		if !m.need && !m.often {
			here = "# "
		}
		if indent == "" {
			w.heading(m, l, mark == "" && here != "")
		}
		w.member(m, here, indent, l)
	}
}

// heading stands above a section.
func (w *templateWriter) heading(m member, l law, optional bool) {
	text := sectionTitle(w.spec.name, m.name, "en")
	if text == "" {
		return
	}
	fmt.Fprintf(&w.b, "\n# %s", text)
	if m.section() && l.article() != "" {
		fmt.Fprintf(&w.b, " (%s)", l.article())
	}
	if optional {
		w.b.WriteString(". Optional.")
	}
	w.b.WriteString("\n")
}

func (w *templateWriter) member(m member, mark, indent string, l law) {
	line := func(format string, args ...any) { fmt.Fprintf(&w.b, mark+indent+format+"\n", args...) }
	inner, isPart := part(m.typ)
	switch {
	case m.typ.Kind() == reflect.Map:
		w.facts(mark, indent, m)
	case isPart && m.typ.Kind() == reflect.Slice:
		line("%s: # %s", m.name, m.ask)
		first := len(w.b.String())
		w.part(inner, mark, indent+"    ", l)
		w.bullet(first, indent+"    ")
	case isPart:
		comment := ""
		if m.ask != "" && indent != "" {
			comment = " # " + m.ask
		}
		line("%s:%s", m.name, comment)
		w.part(inner, mark, indent+"  ", l)
	default:
		line("%s: %s # %s", m.name, w.example(m, mark != ""), m.ask+m.choices(mark != ""))
	}
}

// bullet makes the lines from a place on the first element of a list. The first line
// that is no comment carries the dash.
func (w *templateWriter) bullet(from int, indent string) {
	text := w.b.String()
	head, lines := text[:from], strings.Split(text[from:], "\n")
	for _, prefix := range []string{indent, "# " + indent} {
		if i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, prefix) }); i >= 0 {
			lines[i] = prefix[:len(prefix)-2] + "- " + lines[i][len(prefix):]
			break
		}
	}
	w.b.Reset()
	w.b.WriteString(head + strings.Join(lines, "\n"))
}

// example is what stands after the name.
func (w *templateWriter) example(m member, optional bool) string {
	list := m.typ.Kind() == reflect.Slice
	if !optional {
		if list {
			return "[" + unfilled + "]"
		}
		return unfilled
	}
	eg := m.eg
	if m.name == "regime" {
		eg = string(w.spec.regime())
	}
	if eg == "" {
		eg = words(m.typ)[0]
		if list {
			eg = "[" + eg + "]"
		}
	}
	if strings.Contains(eg, ": ") || strings.Contains(eg, "#") {
		eg = `"` + eg + `"`
	}
	return eg
}

// choices lists the words of an enumeration, and an example where the line has none.
func (m member) choices(optional bool) string {
	if w := words(m.typ); w != nil {
		return ": " + strings.Join(w, " | ")
	}
	if m.typ == reflect.TypeFor[[]Item]() {
		return ": " + strings.Join(Item("").Known(), " | ")
	}
	if t := m.typ; t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Bool {
		return ": true | false"
	}
	if m.eg != "" && !optional {
		return ", as in " + m.eg
	}
	return ""
}

// facts lists those that the instrument must state and no section says.
func (w *templateWriter) facts(mark, indent string, m member) {
	names := slices.DeleteFunc(broker.StatedFacts(broker.Instrument(w.spec.name), ""), func(n string) bool { return slices.Contains(w.spec.says, n) })
	if len(names) == 0 {
		fmt.Fprintf(&w.b, "%s%s%s: {} # %s\n", "# ", indent, m.name, m.ask)
		return
	}
	fmt.Fprintf(&w.b, "%s%s%s: # %s\n", strings.TrimPrefix(mark, "# "), indent, m.name, m.ask)
	for _, name := range names {
		fmt.Fprintf(&w.b, "%s  %s: %s # %s\n", indent, name, unfilled, factWords(name))
	}
}

func join[T ~string](words []T) string {
	var out []string
	for _, w := range words {
		out = append(out, string(w))
	}
	return strings.Join(out, ", ")
}

// regime is that of the instrument's orders when they name none.
func (s spec) regime() agencies.Regime { return broker.Instrument(s.name).Regime() }
