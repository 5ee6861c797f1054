package rules_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

func worse(a, b string) bool { return policy.Outcome(a).Worse(policy.Outcome(b)) }

// TestPrecedence: the outcome is the worst among the reasons, nothing else.
func TestPrecedence(t *testing.T) {
	for _, c := range decideAll(t) {
		outcomes := []policy.Outcome{policy.Permitted}
		for _, r := range c.d.Reasons {
			outcomes = append(outcomes, policy.Outcome(r.Outcome))
		}
		if want := policy.Worst(outcomes...); string(want) != c.d.Outcome {
			t.Errorf("%s: outcome %s, the worst reason is %s", c.ID, c.d.Outcome, want)
		}
	}
}

// TestPureFunction: the same input gives the same decision, in the same revision
// loaded anew and after every other case was asked.
func TestPureFunction(t *testing.T) {
	again, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range slices.Backward(decideAll(t)) {
		// Through JSON: another order in memory, the same document.
		raw, err := json.Marshal(c.facts)
		if err != nil {
			t.Fatal(err)
		}
		var facts map[string]any
		if err := json.Unmarshal(raw, &facts); err != nil {
			t.Fatal(err)
		}
		if d := again.decide(t, c.Regime, facts, nil); !reflect.DeepEqual(d, c.d) {
			t.Errorf("%s: %+v\nand then %+v", c.ID, c.d, d)
		}
	}
}

// TestJudgeNeverHarms: a judge who validates an order never makes its outcome worse.
// The one exception is a claimed emergency that is none: without validation the
// order waits for it, with it the false claim is what remains to be refused.
func TestJudgeNeverHarms(t *testing.T) {
	n := load(t)
	tried := 0
	for _, c := range decideAll(t) {
		_, validated := c.facts["validated_by"]
		if !validated || !slices.Contains([]any{"transmit_order", "transmit_request"}, c.facts["action"]) || slices.Contains(c.d.Obligations, "not_an_emergency") {
			continue
		}
		for _, office := range []string{"judge", "court", "investigating_judge"} {
			facts := maps.Clone(c.facts)
			facts["validated_by"] = office
			tried++
			if d := n.decide(t, c.Regime, facts, nil); worse(d.Outcome, c.d.Outcome) {
				t.Errorf("%s: %s becomes %s when a %s validates%s", c.ID, c.d.Outcome, d.Outcome, office, explain(d))
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d tried", tried)
	}
}

// TestLessIsNeverBetter: taking away a fact that the act requires and the decision
// rests on never makes the outcome better. The baseline says what an act requires.
func TestLessIsNeverBetter(t *testing.T) {
	n := load(t)
	for _, c := range decideAll(t) {
		if c.d.Outcome == "permit" {
			continue // nothing is better
		}
		instrument, _ := c.facts["instrument"].(string)
		action, _ := c.facts["action"].(string)
		required, err := rules.Baseline(c.Regime, instrument, action)
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		for _, r := range c.d.Reasons {
			if r.Outcome == c.d.Outcome {
				name, _, _ := strings.Cut(r.Fact, ".")
				named[name] = true
			}
		}
		for name := range named {
			_, stated := c.facts[name]
			if _, ok := required[name]; !ok || !stated || name == "action" || name == "instrument" {
				continue
			}
			facts := maps.Clone(c.facts)
			delete(facts, name)
			if d := n.decide(t, c.Regime, facts, nil); worse(c.d.Outcome, d.Outcome) {
				t.Errorf("%s: %s becomes %s without %s", c.ID, c.d.Outcome, d.Outcome, name)
			}
		}
	}
}

// closing are the windows that time closes, by action. Others open with time (the
// hold ends on day ten, preservation may stop after sixty days) or are closed by
// the other side's delay, and are not tried.
var closing = map[string][]string{
	"extend_preservation":               {"day_of_preservation", "extensions_so_far", "extension_days"},
	"transmit_order":                    {"hours_since_issue"},
	"suspend_execution":                 {"objection_days_after_receipt"},
	"issue_domestic_preservation_order": {"duration_days"},
	"extend_recognition_deadline":       {"extension_days"},
}

// TestClosedWindowsStayClosed: time that goes on opens no window again that the law
// has closed, and neither does a later time of asking.
func TestClosedWindowsStayClosed(t *testing.T) {
	n := load(t)
	tried := 0
	for _, c := range decideAll(t) {
		action, _ := c.facts["action"].(string)
		for _, name := range closing[action] {
			days, ok := whole(c.facts[name])
			if !ok {
				continue
			}
			closed := c.d.Outcome == "deny"
			for _, later := range []int64{1, 2, 5, 30, 365} {
				facts := maps.Clone(c.facts)
				facts[name] = days + later
				tried++
				d := n.decide(t, c.Regime, facts, nil)
				if closed && d.Outcome != "deny" {
					t.Errorf("%s: %s is closed at %s %d and %s at %d", c.ID, action, name, days, d.Outcome, days+later)
				}
				closed = closed || d.Outcome == "deny"
			}
		}
		if c.d.Outcome == "deny" {
			in := input(t, c.Regime, c.facts, nil)
			in["now"] = "2126-11-23T12:00:00Z"
			if d := n.ask(t, in); d.Outcome != "deny" {
				t.Errorf("%s: deny becomes %s a hundred years later", c.ID, d.Outcome)
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d tried", tried)
	}
}

func whole(v any) (int64, bool) {
	n, ok := plain(v).(int64)
	return n, ok
}
