package rules

import (
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Languages are those in which a person can read why policy decided so. English is
// the language of the record; the others are readings of it.
var Languages = []string{"en", "fr", "es"}

// texts holds one file for each rego package and language, <package>.<lang>.json,
// from the English text of a rule, values as {1}, {2}, to the sentence in that
// language. The English stands in the rule alone; words.<lang>.json has the words
// that stand for values.
//
//go:embed texts/*.json
var texts embed.FS

// Sentence gives the sentence of a reason's text ("key: Sentence.") in a language,
// with the values that the recorded text shows. What has no translation, such as
// the text of another bundle, is given in English as recorded, and false.
func Sentence(lang, text string) (string, bool) {
	key, english, ok := strings.Cut(text, ": ")
	if !ok || !keyPattern.MatchString(key) {
		english = text
	}
	if lang == "en" {
		return english, true
	}
	if s, ok := catalogs()[lang].read(text); ok {
		return s, true
	}
	return english, false
}

// Question gives a question to a person ("office: Question?") in a language, or as
// recorded, and false.
func Question(lang, question string) (string, bool) {
	if lang == "en" {
		return question, true
	}
	if s, ok := catalogs()[lang].read(question); ok {
		return s, true
	}
	return question, false
}

// Word gives a code that stands for a value in plain words, as in "public_prosecutor";
// what the catalogue does not know is given as it is, without underscores.
func Word(lang, value string) string {
	return catalogs()[lang].word(strings.ReplaceAll(value, "_", " "))
}

// Label gives one of the few words around an explanation, with values for {1}, {2};
// the label itself when it is unknown.
func Label(lang, label string, values ...string) string {
	c := catalogs()[lang]
	if c == nil {
		c = catalogs()["en"]
	}
	text, ok := c.labels[label]
	if !ok {
		return label
	}
	return fill(text, values, func(v string) string { return v })
}

// fill puts values, counted from 1, into a text.
func fill(text string, values []string, word func(string) string) string {
	return valuePattern.ReplaceAllStringFunc(text, func(at string) string {
		n, _ := strconv.Atoi(at[1 : len(at)-1])
		if n < 1 || n > len(values) {
			return at
		}
		return word(values[n-1])
	})
}

var keyPattern = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)

// The files beside those of packages, before ".<lang>.json".
const (
	wordsFile  = "words"  // for values
	labelsFile = "labels" // of an explanation; in English too
)

// catalog is what is read in one language.
type catalog struct {
	exact  map[string]string
	filled map[string][]filled // texts with values, by their key
	words  *catalog            // for values; nil in words itself
	labels map[string]string
}

func newCatalog(words *catalog) *catalog {
	return &catalog{exact: map[string]string{}, filled: map[string][]filled{}, words: words}
}

// filled is a text with values.
type filled struct {
	match    *regexp.Regexp
	sentence string
}

// catalogs reads the embedded files once. A test holds them complete; a file that
// cannot be read leaves the record's own English.
var catalogs = sync.OnceValue(func() map[string]*catalog {
	out := map[string]*catalog{}
	for _, lang := range Languages {
		c := newCatalog(newCatalog(nil))
		for name, entries := range textFiles(lang) {
			into := c
			switch name {
			case labelsFile:
				c.labels = entries
				continue
			case wordsFile:
				into = c.words
			}
			for english, sentence := range entries {
				into.add(english, sentence)
			}
		}
		for _, list := range c.filled {
			// The longest first: of two that match, the one that says more.
			slices.SortFunc(list, func(a, b filled) int { return len(b.match.String()) - len(a.match.String()) })
		}
		out[lang] = c
	}
	return out
})

// textFiles are the catalogue's files of one language, by package.
func textFiles(lang string) map[string]map[string]string {
	out := map[string]map[string]string{}
	names, _ := fs.Glob(texts, "texts/*."+lang+".json")
	for _, name := range names {
		raw, err := texts.ReadFile(name)
		entries := map[string]string{}
		if err == nil && json.Unmarshal(raw, &entries) == nil {
			out[strings.TrimSuffix(path.Base(name), "."+lang+".json")] = entries
		}
	}
	return out
}

var valuePattern = regexp.MustCompile(`\{(\d+)\}`)

func (c *catalog) add(english, sentence string) {
	if !valuePattern.MatchString(english) {
		c.exact[english] = sentence
		return
	}
	var re strings.Builder
	at := 0
	for _, m := range valuePattern.FindAllStringIndex(english, -1) {
		re.WriteString(regexp.QuoteMeta(english[at:m[0]]) + "(.*?)")
		at = m[1]
	}
	re.WriteString(regexp.QuoteMeta(english[at:]))
	// Values are read from left to right, as {1}, {2} stand in the English.
	match, err := regexp.Compile(`(?s)\A` + re.String() + `\z`)
	if err != nil {
		return
	}
	c.filled[keyOf(english)] = append(c.filled[keyOf(english)], filled{match, sentence})
}

// keyOf is what stands before the sentence, "" for a word.
func keyOf(text string) string {
	key, _, ok := strings.Cut(text, ": ")
	if !ok {
		return ""
	}
	return key
}

func (c *catalog) read(text string) (string, bool) {
	if c == nil {
		return "", false
	}
	if s, ok := c.exact[text]; ok {
		return s, true
	}
	for _, f := range c.filled[keyOf(text)] {
		if values := f.match.FindStringSubmatch(text); values != nil {
			return fill(f.sentence, values[1:], c.word), true
		}
	}
	return "", false
}

// word puts the words of a value, or of a list of them, into the language.
func (c *catalog) word(value string) string {
	if c == nil || c.words == nil {
		return value
	}
	if w, ok := c.words.read(value); ok {
		return w
	}
	list := strings.Split(value, ", ")
	for i, one := range list {
		if w, ok := c.words.read(one); ok {
			list[i] = w
		}
	}
	return strings.Join(list, ", ")
}
