package charttest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	appsv1 "k8s.io/api/apps/v1"
)

// leaf is one documented value of values.yaml.
type leaf struct{ path, kind, value, text string }

// valueLeaves reads values.yaml with its comments. A member with a comment
// that begins with "--" is a value; one without is a group of values.
func valueLeaves(t *testing.T) []leaf {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(chartDir, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	var out []leaf
	var walk func(at string, n *yaml.Node)
	walk = func(at string, n *yaml.Node) {
		for i := 0; i < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			path := strings.TrimPrefix(at+"."+k.Value, ".")
			if text, ok := describe(k.HeadComment); ok {
				out = append(out, leaf{path, kindOf(v), compact(v), text})
				continue
			}
			if v.Kind != yaml.MappingNode || len(v.Content) == 0 {
				t.Errorf("values.yaml:%d: %s has no description", k.Line, path)
				continue
			}
			walk(path, v)
		}
	}
	walk("", doc.Content[0])
	return out
}

// describe returns the last paragraph of a comment when it begins with "# --".
func describe(comment string) (string, bool) {
	paragraphs := strings.Split(comment, "\n\n")
	return strings.CutPrefix(paragraphs[len(paragraphs)-1], "# -- ")
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "object"
	case yaml.SequenceNode:
		return "list"
	}
	return map[string]string{"!!str": "string", "!!int": "int", "!!bool": "bool"}[n.Tag]
}

// compact writes a default on one line.
func compact(n *yaml.Node) string {
	var parts []string
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+compact(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, e := range n.Content {
			parts = append(parts, compact(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if n.Tag == "!!str" && n.Value == "" {
		return `""`
	}
	return n.Value
}

const (
	tableBegin = "<!-- values: written by `go test ./... -update` in charts/test -->\n"
	tableEnd   = "<!-- end of values -->\n"
)

func TestReadmeValues(t *testing.T) {
	var table strings.Builder
	table.WriteString("| Value | Type | Default | Meaning |\n|---|---|---|---|\n")
	for _, l := range valueLeaves(t) {
		fmt.Fprintf(&table, "| `%s` | %s | `%s` | %s |\n", l.path, l.kind, l.value, strings.ReplaceAll(l.text, "|", `\|`))
	}
	file := filepath.Join(chartDir, "README.md")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(old), tableBegin)
	_, tail, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the table")
	}
	want := []byte(head + tableBegin + table.String() + tableEnd + tail)
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(old, want) {
		t.Error("the table in README.md is not that of values.yaml; run with -update")
	}
}

// The README's values are whole: they render once the digests left out are in.
func TestReadmeExamples(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(chartDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(b), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d examples, want a broker and a gateway", len(blocks))
	}
	fill := strings.NewReplacer("sha-256:…", "sha-256:"+strings.Repeat("0", 64), "+…+A…", "+1a2b3c4d+AUf5", "+…+B…", "+5e6f7a8b+BkRl")
	for i, want := range []string{"demo-rogatory-broker", "demo-rogatory-gateway"} {
		v, err := common.ReadValues([]byte(fill.Replace(blocks[i][1])))
		if err != nil {
			t.Fatal(err)
		}
		sets := each[*appsv1.StatefulSet](objects(t, v))
		if len(sets) != 1 || sets[0].Name != want {
			t.Errorf("example %d: got %d StatefulSets, want %s alone", i+1, len(sets), want)
		}
	}
}

// The README's commands name the defaults that values.yaml has.
func TestReadmeCommands(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(chartDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range valueLeaves(t) {
		if strings.Contains(l.path, ".existing") {
			name := strings.Trim(l.value, "[]")
			if name != `""` && strings.Count(string(b), name) < 2 {
				t.Errorf("README.md does not say how to make %s (%s)", name, l.path)
			}
		}
	}
}
