package rules_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/policy/rules"
)

// packages says which rego package holds the rules of a regime.
var packages = map[string]string{
	"EU_2023_1543":      "epo",
	"EU_IMPL_2025_1550": "dit",
	"EIO_2014_41":       "eio",
	"UNTOC":             "untoc",
	"TIP_PROTOCOL":      "untoc",
	"BUDAPEST_185":      "budapest",
	"CETS_224":          "cets224",
	"UNCC_2024":         "uncc",
	"UNODC_FORMS":       "unodc",
	"CROSS_CUTTING":     "cross",
}

// caseFiles are the files of law cases, one for each rego package.
func caseFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../testdata/cases/*.jsonl")
	if err != nil || len(names) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	return names
}

// TestCases runs every law case: the outcome must be the expected one, and every
// obligation that the lawyer named must be there.
func TestCases(t *testing.T) {
	for _, c := range decideAll(t) {
		t.Run(c.ID, func(t *testing.T) {
			if c.d.Outcome != c.Expect {
				t.Errorf("%s\noutcome %s, want %s (%s)%s", c.Narrative, c.d.Outcome, c.Expect, c.Why, explain(c.d))
			}
			for _, o := range c.Also {
				if !slices.Contains(c.d.Obligations, o) {
					t.Errorf("obligation %s missing in %v", o, c.d.Obligations)
				}
			}
		})
	}
}

// TestDeclaredIsNotRecorded: a finding that the request declares and nobody signed
// for goes to a person; signed for, or found by the broker, it counts.
func TestDeclaredIsNotRecorded(t *testing.T) {
	n := load(t)
	for _, instrument := range []string{"EPOC", "EPOC-PR"} {
		for _, name := range []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"} {
			facts, err := rules.Complete("EU_2023_1543", map[string]any{"instrument": instrument, "action": "transmit_order"})
			if err != nil {
				t.Fatal(err)
			}
			for provenance, want := range map[string]string{"derived": "permit", "attested": "permit", "declared": "human_review", "": "human_review"} {
				in := input(t, "EU_2023_1543", facts, nil)
				in["provenance"].(map[string]any)[name] = provenance
				if d := n.ask(t, in); d.Outcome != want {
					t.Errorf("%s, %s %q: %s, want %s%s", instrument, name, provenance, d.Outcome, want, explain(d))
				}
			}
		}
	}
}
