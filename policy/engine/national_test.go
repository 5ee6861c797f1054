package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy/rules"
)

// The worked example of a State's own bundle: it loads as a signed one would, cites
// its Act for every finding, its tests reach all of it, and it decides the cases
// beside those of the network.
func TestNationalExample(t *testing.T) {
	ctx := context.Background()
	files, err := rules.National("XB")
	if err != nil {
		t.Fatal(err)
	}
	rev, err := Load(ctx, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range rev.Lint() {
		t.Error(problem)
	}
	report, err := Test(ctx, files)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Failed) > 0 || report.Tests < 7 || report.Coverage < 99 {
		t.Errorf("%+v", report)
	}
	cases, err := os.ReadFile("../testdata/cases/national/XB.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Check(ctx, rev, CheckConfig{Now: noon}, bytes.NewReader(cases), &out); err != nil {
		t.Fatal(err)
	}
	answers := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	for i, line := range bytes.Split(bytes.TrimSpace(cases), []byte("\n")) {
		var c Case
		if err := agencies.DecodeStrict(line, &c); err != nil {
			t.Fatal(err)
		}
		var a struct {
			ID, Outcome string
			Obligations []string
		}
		if err := json.Unmarshal(answers[i], &a); err != nil {
			t.Fatal(err)
		}
		if a.ID != c.ID || a.Outcome != c.Expect {
			t.Errorf("case %s: %s, want %s", c.ID, a.Outcome, c.Expect)
		}
		for _, o := range c.Also {
			if !slices.Contains(a.Obligations, o) {
				t.Errorf("case %s: no obligation %s in %v", c.ID, o, a.Obligations)
			}
		}
	}
	if _, err := rules.National("XQ"); err == nil {
		t.Error("a State without an example has one")
	}
}
