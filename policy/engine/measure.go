package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/rogatory/rogatory/policy"
)

// Bare gives the evaluation of one question by the prepared query alone, over input
// that was parsed before: what no way of deciding can be faster than. It is for
// measuring; it decides nothing.
func (r *Revision) Bare(in policy.Input) (func(context.Context) error, error) {
	in, err := in.Normal()
	if err != nil {
		return nil, err
	}
	parsed, err := ast.InterfaceToValue(in.Document())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		set, err := r.eval.Eval(ctx, rego.EvalParsedInput(parsed))
		if err == nil && len(set) != 1 {
			err = fmt.Errorf("%d results", len(set))
		}
		return err
	}, nil
}

// DecisionFigures are what MeasureDecision found, for one question on average.
type DecisionFigures struct {
	Questions int           `json:"questions"`
	Rounds    int           `json:"rounds"`
	Bare      time.Duration `json:"bare_ns"`
	Decision  time.Duration `json:"decision_ns"`
	Ratio     float64       `json:"ratio"` // decision to bare
}

// MeasureDecision measures a whole decision (checked input, two digests, pinned
// evaluation, checked result) beside the bare prepared query on the same input,
// turn by turn. Of each question the least time of all rounds counts: the load of
// other processes only adds.
func (r *Revision) MeasureDecision(ctx context.Context, list []policy.Input, rounds int) (DecisionFigures, error) {
	if len(list) == 0 || rounds < 1 {
		return DecisionFigures{}, fmt.Errorf("measure decision: no questions or rounds")
	}
	var sumBare, sumWhole time.Duration
	for i, in := range list {
		bare, err := r.Bare(in)
		if err != nil {
			return DecisionFigures{}, fmt.Errorf("measure decision: %w", err)
		}
		whole := func(ctx context.Context) error {
			d, err := r.Decide(ctx, in, Limits{Timeout: time.Minute})
			if err == nil && d.Failure != "" {
				err = fmt.Errorf("decide: %s", d.Failure)
			}
			return err
		}
		runs := []func(context.Context) error{bare, whole}
		var best [2]time.Duration
		for n := range rounds + 1 {
			for k := range runs {
				// Who goes first alternates: the second finds warm caches.
				k = (k + n + i) % 2
				start := time.Now()
				if err := runs[k](ctx); err != nil {
					return DecisionFigures{}, fmt.Errorf("measure decision: %w", err)
				}
				// The first round warms up.
				if took := time.Since(start); n > 0 && (best[k] == 0 || took < best[k]) {
					best[k] = took
				}
			}
		}
		sumBare, sumWhole = sumBare+best[0], sumWhole+best[1]
	}
	n := time.Duration(len(list))
	return DecisionFigures{Questions: len(list), Rounds: rounds, Bare: sumBare / n, Decision: sumWhole / n, Ratio: float64(sumWhole) / float64(sumBare)}, nil
}
