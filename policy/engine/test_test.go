package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestTest(t *testing.T) {
	const cases = `package rogatory.main_test

import data.rogatory.main

test_judge if main.decision.outcome == "permit" with input as {"facts": {"issued_by": "judge"}}

test_wrong if main.decision.outcome == "permit" with input as {"facts": {"issued_by": "police"}}
`
	report, err := Test(context.Background(), files(small, "rogatory/main/main_test.rego", cases))
	if err != nil {
		t.Fatal(err)
	}
	if report.Tests != 2 || len(report.Failed) != 1 || !strings.Contains(report.Failed[0], "test_wrong") || report.Coverage != 100 {
		t.Errorf("%+v", report)
	}
	report, err = Test(context.Background(), files(small, "rogatory/main/main_test.rego", "package rogatory.main_test\n\ntest_nothing if true\n"))
	if err != nil || report.Coverage > 50 || len(report.Uncovered) == 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err = Test(context.Background(), files(small, "rogatory/main/main_test.rego", "package x {")); !errors.Is(err, ErrBundle) {
		t.Errorf("%v", err)
	}
	if _, err = Test(context.Background(), files("package x {")); !errors.Is(err, ErrBundle) {
		t.Errorf("%v", err)
	}
}

func TestLint(t *testing.T) {
	if problems := load(t, small).Lint(); len(problems) != 0 {
		t.Errorf("%v", problems)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"no annotation": {"# METADATA\n# title: Who may issue\n# custom: {rule: TST-01, article: \"Test Art. 1\"}\n", "", "needs one annotation"},
		"no rule":       {"rule: TST-01, ", "", "custom.rule"},
		"odd rule":      {"rule: TST-01", "rule: first", "custom.rule"},
		"no article":    {`, article: "Test Art. 1"`, "", "no custom.article"},
		"no title":      {"# title: Who may issue\n", "", "no title"},
	} {
		text := strings.Replace(small, c.old, c.new, 1)
		problems := load(t, text).Lint()
		if text == small || len(problems) != 1 || !strings.Contains(problems[0], c.want) {
			t.Errorf("%s: %v", name, problems)
		}
	}
	ids := load(t, small).RuleIDs()
	if len(ids) != 2 || len(ids["TST-01"]) != 1 || ids["TST-01"][0] != "Test Art. 1" {
		t.Errorf("%v", ids)
	}
}
