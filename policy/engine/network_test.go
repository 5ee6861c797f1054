package engine

import (
	"context"
	"testing"

	"github.com/rogatory/rogatory/policy/rules"
)

// network loads the bundle that is compiled into the binary.
func network(t testing.TB) *Revision {
	t.Helper()
	files, err := rules.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	rev, err := Load(context.Background(), files)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// minCoverage is of the bundle's expressions by its own rego tests, in percent.
const minCoverage = 95

func TestRegoTests(t *testing.T) {
	files, err := rules.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	report, err := Test(context.Background(), files)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Failed {
		t.Error(f)
	}
	t.Logf("%d tests, %.1f %% covered", report.Tests, report.Coverage)
	if report.Tests == 0 || report.Coverage < minCoverage {
		t.Errorf("%d tests cover %.1f %%, want %d; not covered:", report.Tests, report.Coverage, minCoverage)
		for _, place := range report.Uncovered {
			t.Log(place)
		}
	}
}

func TestEveryFindingCitesItsArticle(t *testing.T) {
	rev := network(t)
	for _, problem := range rev.Lint() {
		t.Error(problem)
	}
	if ids := rev.RuleIDs(); len(ids) < 40 {
		t.Errorf("only %d rule ids are annotated", len(ids))
	}
}
