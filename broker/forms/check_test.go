package forms

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// checkCase is one case of testdata/complete, which lawyers read: a complete form, what
// is changed in it, and every prompt that must follow, no more and no less.
type checkCase struct {
	Case   string         `yaml:"case"`
	Form   string         `yaml:"form"`
	Remove []string       `yaml:"remove"`
	Set    map[string]any `yaml:"set"`
	Want   []struct {
		Rule string `yaml:"rule"`
		Says string `yaml:"says"`
		Held bool   `yaml:"may_be_sent"`
	} `yaml:"want"`
}

func checkCases(t *testing.T) map[string][]checkCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "complete", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of cases, %v", len(files), err)
	}
	out := map[string][]checkCase{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []checkCase
		if err := DecodeYAML(data, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[filepath.Base(file)] = cases
	}
	return out
}

func TestCompleteness(t *testing.T) {
	for file, cases := range checkCases(t) {
		for _, c := range cases {
			t.Run(file+"/"+c.Case, func(t *testing.T) {
				var raw map[string]any
				if err := DecodeYAML(exampleText(t, c.Form), &raw); err != nil {
					t.Fatal(err)
				}
				for _, path := range c.Remove {
					change(t, raw, path, nil)
				}
				for _, path := range slices.Sorted(maps.Keys(c.Set)) {
					change(t, raw, path, c.Set[path])
				}
				data, err := json.Marshal(raw)
				if err != nil {
					t.Fatal(err)
				}
				f, err := Decode(data)
				if err != nil {
					t.Fatal(err)
				}
				found := Check(f)
				for i, got := range found {
					if i >= len(c.Want) {
						t.Errorf("not expected: %s [%s]", got, got.Rule)
						continue
					}
					if want := c.Want[i]; got.String() != want.Says || got.Rule != want.Rule || got.Held != want.Held {
						t.Errorf("says  %s [%s]\nwants %s [%s]", got, got.Rule, want.Says, want.Rule)
					}
				}
				for _, want := range c.Want[min(len(found), len(c.Want)):] {
					t.Errorf("not said: %s [%s]", want.Says, want.Rule)
				}
				bars := slices.ContainsFunc(found, func(f Finding) bool { return !f.Held && !f.Unverified })
				if (Complete(f) != nil) != bars {
					t.Errorf("Complete says %v", Complete(f))
				}
			})
		}
	}
}

// change sets a member, or takes it away.
func change(t *testing.T, raw map[string]any, path string, v any) {
	t.Helper()
	var at any = raw
	steps := regexp.MustCompile(`[^.\[\]]+`).FindAllString(path, -1)
	for i, step := range steps {
		last := i == len(steps)-1
		switch node := at.(type) {
		case map[string]any:
			if last && v == nil {
				if _, ok := node[step]; !ok {
					t.Fatalf("%s is not there", path)
				}
				delete(node, step)
				return
			}
			if last {
				node[step] = v
				return
			}
			if node[step] == nil {
				node[step] = map[string]any{}
			}
			at = node[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(node) {
				t.Fatalf("%s: no element %s", path, step)
			}
			if last {
				node[n] = v
				return
			}
			at = node[n]
		default:
			t.Fatalf("%s: nothing below %s", path, step)
		}
	}
}

// Each rule that the package names has a case, and each rule of a case is the package's.
func TestEveryRuleHasACase(t *testing.T) {
	tested := map[string]bool{"UNT-09": true} // a yes or no that may be missing
	for _, cases := range checkCases(t) {
		for _, c := range cases {
			for _, w := range c.Want {
				tested[w.Rule] = true
			}
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`["|]((?:EPO|EIO|UNT|BUD|UFM|TIP|XC|CET)-[A-Z0-9]+(?:-[A-Z0-9]+)?) [^"|]+["|]`)
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllStringSubmatch(string(src), -1) {
			if !tested[m[1]] {
				t.Errorf("%s names %s, which has no case", file, m[1])
				tested[m[1]] = true
			}
		}
	}
}
