package engine

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// corpus is every law case as a question.
func corpus(b *testing.B) []policy.Input {
	b.Helper()
	text, err := os.ReadFile("../testdata/cases/EU_2023_1543.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	var list []policy.Input
	for line := range bytes.Lines(text) {
		var c Case
		if err := agencies.DecodeStrict(line, &c); err != nil {
			b.Fatal(err)
		}
		in, err := c.Question(noon)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, in)
	}
	return list
}

// BenchmarkDecision measures a whole decision (checked input, two digests, pinned
// evaluation, checked result) beside the bare prepared query on the same parsed
// input, turn by turn in one run, and reports the ratio. The goal is under 1.25.
func BenchmarkDecision(b *testing.B) {
	rev, ctx := network(b), context.Background()
	list := corpus(b)
	parsed := make([]ast.Value, len(list))
	for i, in := range list {
		n, err := in.Normal()
		if err != nil {
			b.Fatal(err)
		}
		if parsed[i], err = ast.InterfaceToValue(n.Document()); err != nil {
			b.Fatal(err)
		}
	}
	bare := func(i int) {
		if set, err := rev.eval.Eval(ctx, rego.EvalParsedInput(parsed[i])); err != nil || len(set) != 1 {
			b.Fatal(err)
		}
	}
	whole := func(i int) {
		if d, err := rev.Decide(ctx, list[i], Limits{Timeout: 10 * time.Second}); err != nil || d.Failure != "" {
			b.Fatal(d.Failure, err)
		}
	}
	for i := range list {
		bare(i)
		whole(i)
	}
	var bareTime, wholeTime time.Duration
	n := 0
	for b.Loop() {
		for i := range list {
			// Who goes first alternates: the second finds warm caches.
			first, second, a, z := bare, whole, &bareTime, &wholeTime
			if (n+i)%2 == 1 {
				first, second, a, z = whole, bare, &wholeTime, &bareTime
			}
			start := time.Now()
			first(i)
			middle := time.Now()
			second(i)
			*a += middle.Sub(start)
			*z += time.Since(middle)
		}
		n++
	}
	count := float64(n * len(list))
	b.ReportMetric(float64(bareTime.Microseconds())/count, "bare-µs")
	b.ReportMetric(float64(wholeTime.Microseconds())/count, "decision-µs")
	b.ReportMetric(float64(wholeTime)/float64(bareTime), "ratio")
}
