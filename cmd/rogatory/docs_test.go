package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
)

// wireConstants are the constants that docs/wire.md gives the value of.
var wireConstants = map[string]any{
	"embedded.SubjectSubmit": embedded.SubjectSubmit,
	"embedded.SubjectAsk":    embedded.SubjectAsk,
	"embedded.JSPrefix":      embedded.JSPrefix,
	"embedded.StreamName":    embedded.StreamName,
	"embedded.SubjectLedger": embedded.SubjectLedger,

	"broker.StatusDone":    broker.StatusDone,
	"broker.StatusWaiting": broker.StatusWaiting,
	"broker.StatusRefused": broker.StatusRefused,
	"broker.StatusFailed":  broker.StatusFailed,

	"broker.AskCase":    broker.AskCase,
	"broker.AskList":    broker.AskList,
	"broker.AskRecords": broker.AskRecords,
	"broker.AskUpload":  broker.AskUpload,
	"broker.AskKeys":    broker.AskKeys,
	"broker.AskTrust":   broker.AskTrust,
	"broker.AskPolicy":  broker.AskPolicy,
	"broker.AskProof":   broker.AskProof, "broker.AskSimulate": broker.AskSimulate,

	"broker.UploadBegin":    broker.UploadBegin,
	"broker.UploadSign":     broker.UploadSign,
	"broker.UploadComplete": broker.UploadComplete,
	"broker.UploadAbort":    broker.UploadAbort,

	"agencies.TypAct":        agencies.TypAct,
	"agencies.TypValidation": agencies.TypValidation,
	"agencies.TypRecord":     agencies.TypRecord,
	"agencies.TypTrust":      agencies.TypTrust,
	"agencies.TypCustody":    agencies.TypCustody,
	"agencies.TypBundle":     agencies.TypBundle, "agencies.TypDraft": agencies.TypDraft,

	"broker.MaxMessage":       broker.MaxMessage,
	"broker.MaxRecord":        broker.MaxRecord,
	"broker.MaxBundle":        broker.MaxBundle,
	"broker.RecordVersion":    broker.RecordVersion,
	"agencies.MaxEnvelope":    agencies.MaxEnvelope,
	"agencies.MaxSealedBytes": agencies.MaxSealedBytes,
	"agencies.MaxDisclosures": agencies.MaxDisclosures,
	"agencies.MaxSD":          agencies.MaxSD,
	"agencies.MaxSealed":      agencies.MaxSealed,
	"agencies.MaxRecipients":  agencies.MaxRecipients,
	"agencies.MaxAhead":       agencies.MaxAhead,
	"agencies.MaxJSON":        agencies.MaxJSON,
	"agencies.MaxJSONDepth":   agencies.MaxJSONDepth,
	"evidence.MaxName":        evidence.MaxName,
	"evidence.SystemLimit":    evidence.SystemLimit,
	"evidence.ManifestType":   evidence.ManifestType,
	"evidence.CustodyType":    evidence.CustodyType,
	"vault.MinPartSize":       vault.MinPartSize,
}

// wireNames says where constants of the wire are declared and how their names
// begin: a new one must come into wireConstants, and so into the page.
var wireNames = map[string][]string{
	"agencies/words.go":           {"Typ"},
	"agencies/statement.go":       {"Max"},
	"agencies/disclosure.go":      {"Max"},
	"agencies/envelope.go":        {"Max"},
	"agencies/decode.go":          {"Max"},
	"broker/wire.go":              {"Status", "Ask", "Upload"},
	"broker/record.go":            {"Max", "Record"},
	"broker/embedded/accounts.go": {"Subject", "JSPrefix"},
	"broker/embedded/ledger.go":   {"Subject", "StreamName"},
	"evidence/manifest.go":        {"Manifest"},
	"evidence/custody.go":         {"Custody"},
}

const repository = "../.."

// pages are the README and everything in docs, as paths from the root.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(repository, "docs", "*.md"))
	if err != nil || len(found) < 3 {
		t.Fatalf("found %d pages in docs: %v", len(found), err)
	}
	return append(found, filepath.Join(repository, "README.md"))
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var constantRow = regexp.MustCompile("^\\| `([a-z]+\\.[A-Za-z]+)` \\| `([^`]+)` \\|")

func TestWireConstants(t *testing.T) {
	said := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(readPage(t, filepath.Join(repository, "docs", "wire.md"))))
	for lines.Scan() {
		if m := constantRow.FindStringSubmatch(lines.Text()); m != nil {
			if _, twice := said[m[1]]; twice {
				t.Errorf("docs/wire.md has two rows for %s", m[1])
			}
			said[m[1]] = m[2]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wireConstants)) {
		if want := fmt.Sprint(wireConstants[name]); said[name] != want {
			t.Errorf("docs/wire.md says %q of %s, the code %q", said[name], name, want)
		}
	}
	for name := range said {
		if _, known := wireConstants[name]; !known {
			t.Errorf("docs/wire.md gives a value of %s, which this test does not hold", name)
		}
	}
	for file, prefixes := range wireNames {
		for _, name := range constantsOf(t, file, prefixes) {
			if _, known := wireConstants[name]; !known {
				t.Errorf("%s declares %s, which docs/wire.md does not give", file, name)
			}
		}
	}
}

// constantsOf lists the exported constants of a file that begin so, with their
// package's name.
func constantsOf(t *testing.T, file string, prefixes []string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, filepath.FromSlash(file)), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, decl := range f.Decls {
		g, is := decl.(*ast.GenDecl)
		if !is || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name.Name, p) }) {
					out = append(out, f.Name.Name+"."+name.Name)
				}
			}
		}
	}
	if len(out) == 0 {
		t.Errorf("%s declares no constant that begins with %v", file, prefixes)
	}
	return out
}

var (
	fence    = regexp.MustCompile("(?ms)^```.*?^```$")
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	unslug   = regexp.MustCompile(`[^a-z0-9 _-]`)
	testName = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
)

// TestDocsLinks follows every relative link, to its heading where it names one.
func TestDocsLinks(t *testing.T) {
	followed := 0
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(readPage(t, page), ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			followed++
			file, anchor, _ := strings.Cut(m[1], "#")
			target := page
			if file != "" {
				target = filepath.Join(filepath.Dir(page), filepath.FromSlash(file))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", filepath.Base(page), m[1], err)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(readPage(t, target)), anchor) {
				t.Errorf("%s links to %s, which has no such heading", filepath.Base(page), m[1])
			}
		}
	}
	if followed == 0 {
		t.Error("followed no link: the test looks in the wrong place")
	}
}

// anchors are the names that a page's headings get.
func anchors(page string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		out = append(out, strings.ReplaceAll(unslug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return out
}

// TestDocsNameRealTests: a page that says a test proves something names one.
func TestDocsNameRealTests(t *testing.T) {
	tests := map[string]bool{}
	err := filepath.WalkDir(repository, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != repository {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, "_test.go") {
			return nil
		}
		code, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(code) {
			if name, is := bytes.CutPrefix(line, []byte("func ")); is {
				tests[testName.FindString(string(name))] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, page := range pages(t) {
		for _, name := range testName.FindAllString(readPage(t, page), -1) {
			named++
			if !tests[name] && name != "TestThings" {
				t.Errorf("%s names %s, and there is no such test", filepath.Base(page), name)
			}
		}
	}
	if named == 0 {
		t.Error("no page names a test: the test looks in the wrong place")
	}
}
