package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Limits bound one decision. Zero fields mean the defaults.
type Limits struct {
	Timeout  time.Duration // of the evaluation; default 250 ms
	MaxInput int           // bytes of the canonical input; default 256 KiB
}

const (
	defaultTimeout  = 250 * time.Millisecond
	defaultMaxInput = 256 << 10
)

func (l Limits) orDefault() Limits {
	if l.Timeout <= 0 {
		l.Timeout = defaultTimeout
	}
	if l.MaxInput <= 0 {
		l.MaxInput = defaultMaxInput
	}
	return l
}

// Decide answers one question with this revision. The error is about the question
// (malformed, or ctx ended) and comes with a Decision that denies; what goes wrong
// in the rules is a Decision that denies and names the Failure, with no error,
// because it is a result that must be recorded.
func (r *Revision) Decide(ctx context.Context, in policy.Input, limits Limits) (policy.Decision, error) {
	limits = limits.orDefault()
	d := policy.Decision{
		Action: in.Action, Instrument: in.Instrument, Regime: in.Regime, Outcome: policy.Denied,
		Obligations: []string{}, Reasons: []policy.Reason{}, HumanQuestions: []string{},
		Revision: string(r.digest), Engine: EngineVersion(), At: in.Now,
	}
	// One form of every value, before anything is hashed: hash, decision and stored
	// input are about the same document.
	in, err := in.Normal()
	if err != nil {
		return fail(d, "malformed input"), fmt.Errorf("decide: %w", err)
	}
	text, err := in.Canonical()
	if err != nil {
		return fail(d, "malformed input"), fmt.Errorf("decide: %w", err)
	}
	d.InputDigest = agencies.DigestOf(text)
	if len(text) > limits.MaxInput {
		return fail(d, "input too large"), fmt.Errorf("decide: %w",
			&agencies.FieldError{Field: "facts", Rule: agencies.RuleSize, Detail: fmt.Sprintf("input is over %d bytes", limits.MaxInput)})
	}
	// The rules never see the bytes that came in: a parser of OPA reads no input.
	document, err := ast.InterfaceToValue(in.Document())
	if err != nil {
		return fail(d, "malformed input"), fmt.Errorf("decide: %v", err)
	}
	result, failure := r.evaluate(ctx, document, in.Now, limits.Timeout)
	if err := ctx.Err(); err != nil {
		// Not the rules' doing: the caller went away. Nothing to record.
		return fail(d, "interrupted"), fmt.Errorf("decide: %w", err)
	}
	if failure == "" {
		failure = take(&d, result)
	}
	if failure != "" {
		return fail(d, failure), nil
	}
	d = d.Contradict(in.Contradictions)
	if d.ResultDigest, err = d.ComputeResultDigest(); err != nil {
		return fail(d, "result cannot be hashed"), nil
	}
	if err := d.Validate(); err != nil {
		return fail(d, "result: "+err.Error()), nil
	}
	return d, nil
}

// evaluate runs the query and returns its one value, or why there is none.
func (r *Revision) evaluate(ctx context.Context, document ast.Value, now time.Time, timeout time.Duration) (any, string) {
	// OPA looks at the context between steps; the built-ins that do not are not in
	// capabilities.json.
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	set, err := r.eval.Eval(ctx, rego.EvalParsedInput(document),
		rego.EvalTime(now), rego.EvalSeed(noChance{}), rego.EvalSortSets(true))
	if err != nil {
		if te, ok := errors.AsType[*topdown.Error](err); ok {
			if te.Code == topdown.CancelErr {
				return nil, "time limit"
			}
			// The message may quote input; the code and the place do not.
			return nil, fmt.Sprintf("evaluation: %s at %v", te.Code, te.Location)
		}
		return nil, "evaluation"
	}
	if len(set) != 1 || len(set[0].Expressions) != 1 {
		return nil, "no decision"
	}
	return set[0].Expressions[0].Value, ""
}

// fail turns d into a denial that says why nothing was decided.
func fail(d policy.Decision, failure string) policy.Decision {
	d.Outcome = policy.Denied
	d.Obligations, d.HumanQuestions = []string{}, []string{}
	d.Failure = failure
	d.Reasons = []policy.Reason{{
		Rule:    policy.RuleFailure,
		Article: "network rule: no decision, no act",
		Text:    "engine_failure: The rules could not be applied, so the act is refused.",
		Outcome: policy.Denied,
	}}
	// Every part of the result is a valid string here, so this cannot fail.
	d.ResultDigest, _ = d.ComputeResultDigest()
	return d
}

// take copies the value that the rules returned into d. The shape is exact: these
// four members, these types, nothing else. It returns what is wrong with it.
func take(d *policy.Decision, v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return "result: not an object"
	}
	for name := range m {
		if !slices.Contains([]string{"outcome", "obligations", "reasons", "human_questions"}, name) {
			return "result: unexpected member"
		}
	}
	outcome, ok := m["outcome"].(string)
	if !ok || !policy.Outcome(outcome).Valid() {
		return "result: outcome"
	}
	obligations, ok := texts(m["obligations"])
	if !ok {
		return "result: obligations"
	}
	questions, ok := texts(m["human_questions"])
	if !ok {
		return "result: human_questions"
	}
	// The order of reasons is the bundle's: worst first reads well, and replay
	// compares them in order.
	list, ok := m["reasons"].([]any)
	if !ok {
		return "result: reasons"
	}
	reasons := make([]policy.Reason, len(list))
	for i, e := range list {
		if reasons[i], ok = reason(e); !ok {
			return fmt.Sprintf("result: reasons[%d]", i)
		}
	}
	if failure := total(policy.Outcome(outcome), reasons); failure != "" {
		return failure
	}
	// A rego set has no order and a record has one.
	slices.Sort(obligations)
	d.Outcome, d.Obligations = policy.Outcome(outcome), slices.Compact(obligations)
	d.Reasons, d.HumanQuestions = reasons, questions
	return ""
}

// total checks again, outside the rules, that the outcome is the worst of its
// reasons: no permit without a rule that says so, none beside a reason against it,
// and no refusal that no rule gave.
func total(outcome policy.Outcome, reasons []policy.Reason) string {
	outcomes := make([]policy.Outcome, len(reasons))
	for i, r := range reasons {
		outcomes[i] = r.Outcome
	}
	if len(reasons) == 0 {
		return "result: no rule gave this outcome"
	}
	if policy.Worst(outcomes...) != outcome {
		return "result: outcome is not the worst of its reasons"
	}
	return ""
}

// reason reads one reason. Every member is text; one that is missing is empty and
// Decision.Validate says which may be.
func reason(v any) (policy.Reason, bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) > 5 {
		return policy.Reason{}, false
	}
	var r policy.Reason
	for name, e := range m {
		s, ok := e.(string)
		if !ok {
			return policy.Reason{}, false
		}
		switch name {
		case "rule":
			r.Rule = s
		case "article":
			r.Article = s
		case "text":
			r.Text = s
		case "outcome":
			r.Outcome = policy.Outcome(s)
		case "fact":
			r.Fact = s
		default:
			return policy.Reason{}, false
		}
	}
	return r, true
}

// texts reads a list of texts. A missing list is an error, not an empty one: a rule
// that forgot its obligations must not pass for one that has none.
func texts(v any) ([]string, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]string, len(list))
	for i, e := range list {
		if out[i], ok = e.(string); !ok {
			return nil, false
		}
	}
	return out, true
}
