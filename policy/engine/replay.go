package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/policy"
)

// Difference is what a second run of a decision gave.
type Difference struct {
	Same   bool            `json:"same"`
	Fields []string        `json:"fields,omitempty"` // that differ: outcome, obligations, reasons, human_questions, failure, input
	Was    policy.Decision `json:"was"`
	Now    policy.Decision `json:"now"`
}

// WhatIf runs a recorded decision under this revision. Under its own it must agree:
// a difference means another input, another evaluator or a forged record. Under a
// draft it shows what the draft would change.
func (r *Revision) WhatIf(ctx context.Context, was policy.Decision, in policy.Input, limits Limits) (Difference, error) {
	now, err := r.Decide(ctx, in, limits)
	if err != nil {
		return Difference{}, fmt.Errorf("replay decision: %w", err)
	}
	return compare(was, now), nil
}

// compare names the parts that differ. Revision and engine version are no part: a
// what-if differs in the first, an upgrade of OPA in the second.
func compare(was, now policy.Decision) Difference {
	// What the decision is about was added after the rules had answered.
	now = now.Bind(was.ID, was.Gate, was.Case, was.Subject, was.For)
	d := Difference{Was: was, Now: now}
	if was.Outcome != now.Outcome {
		d.Fields = append(d.Fields, "outcome")
	}
	if !slices.Equal(was.Obligations, now.Obligations) {
		d.Fields = append(d.Fields, "obligations")
	}
	if !slices.Equal(was.Reasons, now.Reasons) {
		d.Fields = append(d.Fields, "reasons")
	}
	if !slices.Equal(was.HumanQuestions, now.HumanQuestions) {
		d.Fields = append(d.Fields, "human_questions")
	}
	if was.Failure != now.Failure {
		d.Fields = append(d.Fields, "failure")
	}
	if was.InputDigest != now.InputDigest {
		d.Fields = append(d.Fields, "input")
	}
	// A record whose result does not match its own digest was changed by hand.
	if digest, err := was.ComputeResultDigest(); err != nil || digest != was.ResultDigest {
		d.Fields = append(d.Fields, "result_digest")
	}
	d.Same = len(d.Fields) == 0
	return d
}
