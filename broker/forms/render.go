package forms

import (
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Render writes a copy as one self-contained HTML page: no scripts, nothing fetched,
// headings by section, tables with scope, to be read on a narrow screen and on paper.
// lang is that of the fixed words; text of the form keeps its own.
func Render(w io.Writer, p Page, lang Language) error {
	if !slices.Contains(Languages, lang) {
		return &agencies.FieldError{Field: "lang", Rule: agencies.RuleUnknown, Detail: "want one of " + fmt.Sprint(Languages)}
	}
	kind := p.page()
	r := &renderer{lang: lang, own: p.head().Language}
	v := view{
		Lang: lang, Title: title(kind.form, lang), Notice: text(lexiconOnce().Notices, string(kind.form), lang),
		Language: string(r.own), LanguageLabel: label("language", lang), Skip: pageWord("skip", lang), Contents: pageWord("contents", lang),
		Foot: pageWord("foot", lang),
	}
	if kind.copy != "" {
		v.Copy, v.CopyClass = pageWord(kind.copy, lang), kind.toWho
	}
	rv := reflect.ValueOf(p).Elem()
	for _, m := range members(rv.Type()) {
		if fv := rv.FieldByIndex(m.index); m.section() && !fv.IsZero() {
			s := viewSection{ID: m.name, Title: sectionTitle(kind.form, m.name, lang), Note: text(lexiconOnce().Notices, string(kind.form)+"/"+m.name, lang)}
			r.part(fv.Elem(), &s.group, 3)
			v.Sections = append(v.Sections, s)
		}
	}
	if err := pageTemplate().Execute(w, v); err != nil {
		return fmt.Errorf("render form: %w", err)
	}
	return nil
}

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(files, "page.html"))
})

type view struct {
	Lang                           Language
	Title, Copy, CopyClass, Notice string
	Language, LanguageLabel        string
	Skip, Contents, Foot           string
	Sections                       []viewSection
}

type viewSection struct {
	ID, Title, Note string
	group
}

// group is what stands under one heading.
type group struct {
	Items  []item
	Tables []table
	Groups []subgroup
}

type subgroup struct {
	Level int // of its heading: 3 and on
	Title string
	group
}

// item is a label and its values.
type item struct {
	Label  string
	Values []value
}

// table is one element of a list: a row for each member.
type table struct {
	Caption string
	Rows    []item
}

type value struct {
	Text string
	Lang Language // of the text, where it is not that of the page
	Time string   // machine-readable
	Long bool
}

type renderer struct{ lang, own Language }

func (r *renderer) part(v reflect.Value, g *group, level int) {
	for _, m := range members(v.Type()) {
		fv := v.FieldByIndex(m.index)
		if fv.IsZero() {
			continue
		}
		_, isPart := part(m.typ)
		switch {
		case isPart && fv.Kind() == reflect.Slice:
			for i := range fv.Len() {
				g.Tables = append(g.Tables, table{Caption: fmt.Sprintf("%s %d", label(m.name+"[]", r.lang), i+1), Rows: r.items(fv.Index(i))})
			}
		case isPart:
			sub := subgroup{Level: level, Title: label(m.name, r.lang)}
			r.part(fv.Elem(), &sub.group, level+1)
			g.Groups = append(g.Groups, sub)
		default:
			g.Items = append(g.Items, r.item(m, fv))
		}
	}
}

func (r *renderer) items(v reflect.Value) []item {
	var out []item
	for _, m := range members(v.Type()) {
		if fv := v.FieldByIndex(m.index); !fv.IsZero() {
			out = append(out, r.item(m, fv))
		}
	}
	return out
}

func (r *renderer) item(m member, v reflect.Value) item {
	it := item{Label: label(m.name, r.lang)}
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			it.Values = append(it.Values, r.value(v.Index(i)))
		}
	} else {
		it.Values = []value{r.value(v)}
	}
	return it
}

func (r *renderer) value(v reflect.Value) value {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return value{Text: x.UTC().Format("2006-01-02 15:04 UTC"), Time: x.UTC().Format(time.RFC3339)}
	case bool:
		if x {
			return value{Text: pageWord("yes", r.lang)}
		}
		return value{Text: pageWord("no", r.lang)}
	case int:
		return value{Text: fmt.Sprint(x)}
	case Code, Item, agencies.ID, agencies.OfficerID, agencies.State, Language:
		s := v.String()
		if known := wordLabel(s, r.lang); known != s {
			return value{Text: known}
		}
		return value{Text: s}
	}
	if words(v.Type()) != nil {
		return value{Text: wordLabel(v.String(), r.lang)}
	}
	out := value{Text: v.String(), Long: strings.ContainsAny(v.String(), "\n")}
	if r.own != r.lang {
		out.Lang = r.own
	}
	return out
}

// textsOf lists every text of a page.
func textsOf(p Page) []string {
	var out []string
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			if _, isPart := part(v.Type()); isPart {
				for _, m := range members(v.Type()) {
					walk(v.FieldByIndex(m.index))
				}
			}
		case reflect.String:
			out = append(out, v.String())
		}
	}
	walk(reflect.ValueOf(p))
	return out
}
