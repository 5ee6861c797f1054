package engine

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// corpus is every law case as a question.
func corpus(b testing.TB) []policy.Input {
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

// BenchmarkDecision measures a whole decision beside the bare prepared query, and
// reports the ratio. The goal is under 1.25.
func BenchmarkDecision(b *testing.B) {
	rev, list := network(b), corpus(b)
	for b.Loop() {
		f, err := rev.MeasureDecision(context.Background(), list, 5)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(f.Bare.Microseconds()), "bare-µs")
		b.ReportMetric(float64(f.Decision.Microseconds()), "decision-µs")
		b.ReportMetric(f.Ratio, "ratio")
	}
}
