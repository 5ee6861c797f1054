package broker_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// Every obligation that a permit may carry has one executor, and no executor waits
// for an obligation that nobody knows.
func TestEveryObligationIsExecuted(t *testing.T) {
	codes := policy.ObligationCodes()
	var named []string
	started := map[broker.ClockKind]bool{}
	done := map[broker.Act]bool{}
	for _, row := range broker.Table() {
		done[row.Act] = true
		for _, k := range row.Start {
			started[k] = true
		}
	}
	for _, d := range broker.Duties() {
		named = append(named, d.Code)
		if !slices.Contains([]broker.Executor{broker.ByBroker, broker.ByGateway, broker.ByPerson, broker.AsNote}, d.By) || d.How == "" {
			t.Errorf("%s: by %q, %q", d.Code, d.By, d.How)
		}
		if d.Act != "" && !done[d.Act] {
			t.Errorf("%s: act %s is in no row", d.Code, d.Act)
		}
		if d.Clock != "" && !started[d.Clock] {
			t.Errorf("%s: clock %s is started by no row", d.Code, d.Clock)
		}
		if d.By == broker.AsNote && (d.Act != "" || d.Clock != "") {
			t.Errorf("%s: a note asks for an act", d.Code)
		}
	}
	if !slices.IsSorted(named) {
		t.Error("the table is not in the order of the alphabet")
	}
	for _, c := range codes {
		if !slices.Contains(named, c) {
			t.Errorf("nobody executes %s", c)
		}
	}
	for _, c := range named {
		if !slices.Contains(codes, c) {
			t.Errorf("%s is no obligation that policy knows", c)
		}
	}
	if _, found := broker.DutyOf(policy.Obligation{Code: "pray"}); found {
		t.Error("an unknown obligation has an executor")
	}
}

var (
	doList = regexp.MustCompile(`(?s)"do":\s*\[([^\]]*)\]`)
	quoted = regexp.MustCompile(`"([a-zA-Z_0-9]+)(=[^"]*)?"`)
)

// What the rules of the bundle emit is in the table: a permit with a code that
// nobody executes would be worth nothing.
func TestRulesEmitKnownObligations(t *testing.T) {
	bundle, err := rules.Bundle()
	ok(t, err)
	found := 0
	ok(t, fs.WalkDir(bundle, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".rego") || strings.HasSuffix(path, "_test.rego") {
			return err
		}
		text, err := fs.ReadFile(bundle, path)
		if err != nil {
			return err
		}
		for _, list := range doList.FindAllStringSubmatch(string(text), -1) {
			for _, code := range quoted.FindAllStringSubmatch(list[1], -1) {
				found++
				if _, known := broker.DutyOf(policy.Obligation{Code: code[1]}); !known {
					t.Errorf("%s emits %s, which nobody executes", path, code[1])
				}
			}
		}
		return nil
	}))
	if found < 100 {
		t.Errorf("only %d obligations were found in the rules", found)
	}
}
