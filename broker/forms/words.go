package forms

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Languages of the fixed words, in the order of words.yaml. What a person wrote stays
// as it is.
var Languages = []Language{"en", "fr", "es"}

//go:embed words.yaml page.html
var files embed.FS

// lexicon holds the fixed words: titles of forms and sections, labels of members, the
// words of enumerations, and notices. Each has one text for each of Languages.
type lexicon struct {
	Forms    map[string][]string            `yaml:"forms"`
	Notices  map[string][]string            `yaml:"notices"`
	Sections map[string]map[string][]string `yaml:"sections"` // by form
	Labels   map[string][]string            `yaml:"labels"`
	Words    map[string][]string            `yaml:"words"`
	Page     map[string][]string            `yaml:"page"`
}

var lexiconOnce = sync.OnceValue(func() *lexicon {
	data, err := files.ReadFile("words.yaml")
	l := &lexicon{}
	if err == nil {
		err = DecodeYAML(data, l)
	}
	if err != nil {
		panic(fmt.Sprintf("read embedded words: %v", err)) // our own file; a test reads it
	}
	return l
})

func text(in map[string][]string, key string, lang Language) string {
	texts := in[key]
	if i := slices.Index(Languages, lang); i >= 0 && i < len(texts) {
		return texts[i]
	}
	return ""
}

func title(n Name, lang Language) string { return text(lexiconOnce().Forms, string(n), lang) }

// sectionTitle is the heading of a top-level member; "" for what is no section.
func sectionTitle(n Name, name string, lang Language) string {
	l := lexiconOnce()
	t := text(l.Sections[string(n)], name, lang)
	if t == "" {
		t = text(l.Sections["all"], name, lang)
	}
	letter, isSection := strings.CutPrefix(name, "section_")
	if t == "" || !isSection {
		return t
	}
	return text(l.Page, "section", lang) + " " + strings.ToUpper(letter) + ": " + t
}

func label(name string, lang Language) string { return text(lexiconOnce().Labels, name, lang) }

// wordLabel is a word of an enumeration in the language, and the word itself where it
// is somebody's own code.
func wordLabel(word string, lang Language) string {
	if t := text(lexiconOnce().Words, word, lang); t != "" {
		return t
	}
	return word
}

func pageWord(key string, lang Language) string { return text(lexiconOnce().Page, key, lang) }
