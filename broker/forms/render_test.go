package forms

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func render(t *testing.T, p Page, lang Language) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, p, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Nothing that only section M holds is in the addressee's copy, in its page or among
// the fields sealed to it [EPO-C-02].
func TestAddresseeNeverGetsSectionM(t *testing.T) {
	f := example(t, "epoc").(*EPOC)
	f.G.Offence.Name = "fraud"
	f.M = &SectionM{}
	v := reflect.ValueOf(f.M).Elem()
	var secrets []string
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.String {
			s := fmt.Sprintf("m%dq%dz", i, 7919*(i+1))
			v.Field(i).SetString(s)
			secrets = append(secrets, s)
		}
	}
	f.M.AnnexIV = []AnnexIV{"arson", "sabotage"}
	f.Victim = &Victim{Name: "Maria Secret", More: "shelter seven"}
	if len(secrets) < 3 {
		t.Fatalf("section M has %d texts", len(secrets))
	}
	if err := Complete(f); err != nil {
		t.Fatal(err)
	}
	filing, err := File(f, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		addressee, authority := render(t, f.ForAddressee(), lang), render(t, f.ForAuthority(), lang)
		texts := append([]string{sectionTitle(NameEPOC, "section_m", lang), "section_m", wordLabel("arson", lang), wordLabel("sabotage", lang), label("annex_iv", lang)}, secrets...)
		for _, s := range texts {
			// Words can be part of others («sabotage» in no other label, «arson» too).
			if strings.Contains(addressee, s) {
				t.Errorf("%s: the addressee's copy holds %q", lang, s)
			}
			if !strings.Contains(authority, html.EscapeString(s)) {
				t.Errorf("%s: the authority's copy lacks %q", lang, s)
			}
		}
		for _, copy := range []string{addressee, authority} {
			for _, s := range []string{"Maria", "shelter seven", "specific_investigation", "investigator-1"} {
				if strings.Contains(copy, s) {
					t.Errorf("%s: a copy holds %q, which never leaves the desk", lang, s)
				}
			}
		}
	}
	sealed := fmt.Sprint(filing.Sealed["certificate"])
	for _, s := range append(secrets, "Maria", "arson") {
		if strings.Contains(sealed, s) {
			t.Errorf("%q is sealed to the addressee", s)
		}
	}
}

// The types say it too: the addressee's page has no place for section M, and a form
// with a desk is no page.
func TestTypesKeepSectionM(t *testing.T) {
	var walk func(ty reflect.Type)
	walk = func(ty reflect.Type) {
		for _, m := range members(ty) {
			inner, isPart := part(m.typ)
			if m.name == "section_m" || inner == reflect.TypeFor[SectionM]() {
				t.Errorf("the addressee's page has %s", m.name)
			}
			if isPart {
				walk(inner)
			}
		}
	}
	walk(reflect.TypeFor[EPOCCertificate]())
	for _, s := range specs {
		f := s.fresh()
		if _, isPage := f.(Page); isPage && deskOf(f) != nil {
			t.Errorf("%s is a page, with everything on its desk", s.name)
		}
		for _, p := range f.pages() {
			for _, m := range members(reflect.TypeOf(p).Elem()) {
				if !m.section() && m.name != "form" && m.name != "language" {
					t.Errorf("the page of %s has %s", s.name, m.name)
				}
			}
		}
	}
	if PageFor(&EPOC{}, "victim") != nil || PageFor(&MLA{}, ToAuthority) != nil {
		t.Error("there is a copy for a reader that has none")
	}
}

// Every page in every language: one h1, headings in order, tables with scope and
// caption, a language, nothing that runs and nothing that is fetched.
func TestPagesAreAccessible(t *testing.T) {
	for _, name := range examples(t) {
		for i, p := range example(t, name).pages() {
			for _, lang := range Languages {
				t.Run(fmt.Sprintf("%s-%d-%s", name, i, lang), func(t *testing.T) { checkPage(t, render(t, p, lang), lang) })
			}
		}
	}
}

func checkPage(t *testing.T, page string, lang Language) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	h1, level, ids := 0, 0, map[string]bool{}
	var refs []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" || a.Key == "srcset" || a.Key == "action" {
				t.Errorf("<%s> has %s", n.Data, a.Key)
			}
			switch a.Key {
			case "href", "aria-labelledby":
				if strings.HasPrefix(a.Val, "#") || a.Key == "aria-labelledby" {
					refs = append(refs, strings.TrimPrefix(a.Val, "#"))
				} else {
					t.Errorf("<%s> leads to %s", n.Data, a.Val)
				}
			case "id":
				if ids[a.Val] {
					t.Errorf("id %s stands twice", a.Val)
				}
				ids[a.Val] = true
			case "lang":
				if a.Val == "" {
					t.Errorf("<%s> has an empty lang", n.Data)
				}
			}
		}
		switch n.DataAtom {
		case atom.Script, atom.Link, atom.Img, atom.Iframe, atom.Object, atom.Form, atom.Base:
			t.Errorf("there is a <%s>", n.Data)
		case atom.Html:
			if attr(n, "lang") != string(lang) {
				t.Errorf("the page says lang %q", attr(n, "lang"))
			}
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5:
			at := int(n.Data[1] - '0')
			if at > level+1 {
				t.Errorf("%s follows h%d", n.Data, level)
			}
			level = at
			if at == 1 {
				h1++
			}
			notEmpty(t, n)
		case atom.Th:
			if attr(n, "scope") == "" {
				t.Error("a th has no scope")
			}
			notEmpty(t, n)
		case atom.Table:
			if first := firstElement(n); first == nil || first.DataAtom != atom.Caption {
				t.Error("a table has no caption")
			}
		case atom.Dt, atom.Dd, atom.Li, atom.Td, atom.Caption, atom.Title:
			notEmpty(t, n)
		}
	}
	if h1 != 1 {
		t.Errorf("there are %d h1", h1)
	}
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("nothing has the id %s", r)
		}
	}
	if strings.Contains(page, "url(") || strings.Contains(page, "@import") || strings.Contains(page, "http:") || strings.Contains(page, "https:") {
		t.Error("the page fetches something")
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("the template engine refused a value")
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func firstElement(n *html.Node) *html.Node {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

func notEmpty(t *testing.T, n *html.Node) {
	t.Helper()
	text := ""
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text += d.Data
		}
	}
	if strings.TrimSpace(text) == "" {
		t.Errorf("<%s> is empty", n.Data)
	}
}

// Text of a form is text: it makes no markup, and keeps its language.
func TestTextStaysText(t *testing.T) {
	f := example(t, "mla").(*MLA)
	f.C.Facts = "<script>alert(1)</script> & \"x\" </dd>"
	page := render(t, f.ForAddressee(), "en")
	if strings.Contains(page, "<script>") || !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("text became markup")
	}
	checkPage(t, page, "en")
	if !strings.Contains(page, `lang="es"`) {
		t.Error("the text lost its language")
	}
	if strings.Contains(render(t, f.ForAddressee(), "es"), `<span lang`) {
		t.Error("text in the language of the page is marked as foreign")
	}
	if err := Render(io.Discard, f.ForAddressee(), "de"); err == nil {
		t.Error("a language without words is taken")
	}
}
