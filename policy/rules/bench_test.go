package rules_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/rogatory/rogatory/policy/rules"
)

// BenchmarkDecide measures one decision about a notified content order.
func BenchmarkDecide(b *testing.B) {
	n := load(b)
	facts, err := rules.Complete("EU_2023_1543", map[string]any{
		"instrument": "EPOC", "action": "transmit_order", "data_categories": []any{"content"},
	})
	if err != nil {
		b.Fatal(err)
	}
	raw, err := json.Marshal(input(b, "EU_2023_1543", facts, nil))
	if err != nil {
		b.Fatal(err)
	}
	var in any
	if err := json.Unmarshal(raw, &in); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.query.Eval(context.Background(), rego.EvalInput(in)); err != nil {
			b.Fatal(err)
		}
	}
}
