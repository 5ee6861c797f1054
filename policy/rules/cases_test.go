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

// TestDeclaredIsNotRecorded: a finding that the request declares and nobody signed
// for goes to a person; signed for, or found by the broker, it counts.
func TestDeclaredIsNotRecorded(t *testing.T) {
	n := load(t, false)
	for _, instrument := range []string{"EPOC", "EPOC-PR"} {
		for _, name := range []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"} {
			facts, err := rules.Complete("EU_2023_1543", map[string]any{"instrument": instrument, "action": "transmit_order"})
			if err != nil {
				t.Fatal(err)
			}
			for provenance, want := range map[string]string{"derived": "permit", "attested": "permit", "declared": "human_review", "": "human_review"} {
				in := input("EU_2023_1543", facts, nil)
				in["provenance"].(map[string]any)[name] = provenance
				if d := n.ask(t, in); d.Outcome != want {
					t.Errorf("%s, %s %q: %s, want %s%s", instrument, name, provenance, d.Outcome, want, explain(d))
				}
			}
		}
	}
}
