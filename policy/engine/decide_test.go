package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

func TestDecide(t *testing.T) {
	rev := load(t, small)
	d, err := rev.Decide(context.Background(), question(t, map[string]any{"issued_by": "judge"}), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Outcome != policy.Permitted || len(d.Reasons) != 1 || d.Reasons[0].Rule != "TST-01" || d.Reasons[0].Article != "Test Art. 1" {
		t.Errorf("%+v", d)
	}
	if d.Revision != string(rev.Digest()) || d.Engine != EngineVersion() || !d.At.Equal(noon) || !slices.Equal(d.Obligations, []string{"deadline=P10D"}) {
		t.Errorf("%+v", d)
	}
	d, err = rev.Decide(context.Background(), question(t, map[string]any{"issued_by": "police"}), Limits{})
	if err != nil || d.Outcome != policy.NeedsValidation {
		t.Errorf("%+v, %v", d, err)
	}
	if err := d.Validate(); err != nil {
		t.Error(err)
	}
}

// Whatever goes wrong in the rules denies and says so; nothing becomes a permit.
func TestFailClosed(t *testing.T) {
	const permit = `"outcome": "permit", "obligations": [], "human_questions": []`
	const why = `{"rule": "T-1", "article": "Art. 1", "text": "", "outcome": "permit", "fact": ""}`
	loop := "package rogatory.main\n\ndecision := {" + permit + `, "reasons": [` + why + `]} if {
	some a in numbers.range(1, 2000)
	some b in numbers.range(1, 2000)
	some c in numbers.range(1, 2000)
	a + b + c == 7000
}
`
	for _, c := range []struct{ name, rego, want string }{
		{"undefined", "package rogatory.main\n\ndecision := 1 if input.action == \"other\"\n", "no decision"},
		{"not an object", answering(`"permit"`), "not an object"},
		{"null", answering(`null`), "not an object"},
		{"true", answering(`true`), "not an object"},
		{"empty", answering(`{}`), "outcome"},
		{"unknown outcome", answering(`{"outcome": "allow", "obligations": [], "reasons": [` + why + `], "human_questions": []}`), "outcome"},
		{"one member more", answering(`{` + permit + `, "reasons": [` + why + `], "x": 1}`), "unexpected member"},
		{"no reasons", answering(`{` + permit + `}`), "reasons"},
		{"permit without reason", answering(`{` + permit + `, "reasons": []}`), "no rule gave"},
		{"permit against a reason", answering(`{` + permit + `, "reasons": [` + why + `, {"rule": "T-2", "article": "Art. 2", "text": "", "outcome": "deny", "fact": ""}]}`), "not the worst"},
		{"worse than its reasons", answering(`{"outcome": "deny", "obligations": [], "human_questions": [], "reasons": [` + why + `]}`), "not the worst"},
		{"reason of another shape", answering(`{` + permit + `, "reasons": [{"rule": "T-1", "article": 1, "text": "", "outcome": "permit", "fact": ""}]}`), "reasons[0]"},
		{"reason without article", answering(`{` + permit + `, "reasons": [{"rule": "T-1", "text": "", "outcome": "permit", "fact": ""}]}`), "article"},
		{"reason with more", answering(`{` + permit + `, "reasons": [{"rule": "T-1", "article": "a", "text": "", "outcome": "permit", "link": ""}]}`), "reasons[0]"},
		{"obligation not text", answering(`{"outcome": "permit", "obligations": [1], "human_questions": [], "reasons": [` + why + `]}`), "obligations"},
		{"obligation malformed", answering(`{"outcome": "permit", "obligations": ["a b"], "human_questions": [], "reasons": [` + why + `]}`), "obligation"},
		{"obligations an object", answering(`{"outcome": "permit", "obligations": {"a": 1}, "human_questions": [], "reasons": [` + why + `]}`), "obligations"},
		{"question not text", answering(`{"outcome": "permit", "obligations": [], "human_questions": [null], "reasons": [` + why + `]}`), "human_questions"},
		{"endless", loop, "time limit"},
		{"two values at once", "package rogatory.main\n\ndecision := x if some x in [1, 2]\n", "eval_conflict_error"},
		{"built-in error", "package rogatory.main\n\ndecision := {" + permit + `, "reasons": [` + why + "]} if time.parse_rfc3339_ns(input.action) > 0\n", "eval_builtin_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			d, err := load(t, c.rego).Decide(context.Background(), question(t, map[string]any{"issued_by": "judge"}), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if d.Outcome != policy.Denied || !strings.Contains(d.Failure, c.want) {
				t.Errorf("outcome %s, failure %q, want %q", d.Outcome, d.Failure, c.want)
			}
			if err := d.Validate(); err != nil {
				t.Errorf("the denial cannot be recorded: %v", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestDecideRefusesInput(t *testing.T) {
	rev := load(t, small)
	long := make([]any, 1000)
	for i := range long {
		long[i] = strings.Repeat("x", 1000)
	}
	for _, c := range []struct {
		name   string
		change func(*policy.Input)
		want   string
	}{
		{"unknown fact", func(in *policy.Input) { in.Facts["isued_by"] = policy.Fact{Value: "judge", Provenance: policy.Derived} }, `"issued_by"`},
		{"wrong type", func(in *policy.Input) { in.Facts["issued_by"] = policy.Fact{Value: 3, Provenance: policy.Derived} }, "expected string, got integer"},
		{"no policy value", func(in *policy.Input) {
			in.Facts["issued_by"] = policy.Fact{Value: 3.5, Provenance: policy.Derived}
		}, "facts.issued_by"},
		{"no provenance", func(in *policy.Input) { in.Facts["issued_by"] = policy.Fact{Value: "judge"} }, "provenance"},
		{"no action", func(in *policy.Input) { in.Action = "" }, "action"},
		{"no time", func(in *policy.Input) { in.Now = time.Time{} }, "now"},
		{"too large", func(in *policy.Input) {
			in.Facts["identifiers"] = policy.Fact{Value: long, Provenance: policy.Declared}
		}, "over 262144 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := question(t, map[string]any{"issued_by": "judge"})
			c.change(&in)
			d, err := rev.Decide(context.Background(), in, Limits{})
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, agencies.ErrMalformed) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if d.Outcome != policy.Denied || d.Failure == "" {
				t.Errorf("a caller that ignores the error reads %+v", d)
			}
		})
	}
}

func TestDecideContradiction(t *testing.T) {
	in := question(t, nil)
	in.Facts, in.Contradictions = policy.Merge(
		policy.Facts{"issued_by": {Value: "police", Provenance: policy.Declared}},
		policy.Facts{"issued_by": {Value: "judge", Provenance: policy.Derived}},
	)
	d, err := load(t, small).Decide(context.Background(), in, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Outcome != policy.Denied || d.Failure != "" || d.Reasons[0].Rule != policy.RuleContradiction {
		t.Errorf("%+v", d)
	}
	if text := d.Reasons[0].Text; !strings.Contains(text, "judge") || !strings.Contains(text, "police") {
		t.Errorf("%s", text)
	}
	if err := d.Validate(); err != nil {
		t.Error(err)
	}
}

func TestCallerGone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d, err := load(t, small).Decide(ctx, question(t, map[string]any{"issued_by": "judge"}), Limits{})
	if !errors.Is(err, context.Canceled) || d.Outcome != policy.Denied {
		t.Errorf("%+v, %v", d, err)
	}
}

// The same question has the same answer, in any order of facts, from many
// goroutines.
func TestDeterminism(t *testing.T) {
	rev := load(t, small)
	in := question(t, map[string]any{"issued_by": "police", "data_categories": []string{"content"}, "emergency_claimed": false})
	first, err := rev.Decide(context.Background(), in, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := first.Digest()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				d, err := rev.Decide(context.Background(), in, Limits{Timeout: 10 * time.Second})
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := d.Digest(); err != nil || got != want {
					t.Errorf("%s, %v, want %s", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}
