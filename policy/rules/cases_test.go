package rules_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/policy/rules"
)

var caseFiles = []string{"EU_2023_1543.jsonl", "UNTOC.jsonl"}

// TestCases runs every law case: the outcome must be the expected one, and every
// obligation that the lawyer named must be there.
func TestCases(t *testing.T) {
	n := load(t, false)
	for _, name := range caseFiles {
		for _, c := range readCases(t, filepath.Join("..", "testdata", "cases", name)) {
			t.Run(c.ID, func(t *testing.T) {
				facts, err := rules.Complete(c.Regime, c.Facts)
				if err != nil {
					t.Fatal(err)
				}
				d := n.decide(t, c.Regime, facts, nil)
				if d.Outcome != c.Expect {
					t.Errorf("%s\noutcome %s, want %s (%s)%s", c.Narrative, d.Outcome, c.Expect, c.Why, explain(d))
				}
				for _, o := range c.Also {
					if !slices.Contains(d.Obligations, o) {
						t.Errorf("obligation %s missing in %v", o, d.Obligations)
					}
				}
			})
		}
	}
}
