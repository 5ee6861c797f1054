package policy_test

import (
	"fmt"

	"github.com/rogatory/rogatory/policy"
)

// A request says that a judge issued it; the signature says police did. The
// derived value stays, and the contradiction denies whatever the rules think.
func ExampleMerge() {
	declared, derived := policy.Facts{}, policy.Facts{}
	_ = declared.Set("issued_by", "judge", policy.Declared, "")
	_ = derived.Set("issued_by", "police", policy.Derived, "signature")

	facts, found := policy.Merge(declared, derived)
	fmt.Println(facts["issued_by"].Value)
	fmt.Println(found[0].Reason().Text)
	// Output:
	// police
	// fact_contradiction: issued_by is "police" as derived but "judge" as declared.
}

func ExampleParseInput() {
	_, err := policy.ParseInput([]byte(`{
		"action": "transmit_order", "instrument": "EPOC", "regime": "EU_2023_1543",
		"now": "2026-11-23T12:00:00Z",
		"facts": {"isued_by": {"value": "judge", "provenance": "derived"}},
		"context": {}
	}`))
	fmt.Println(err)
	// Output:
	// parse policy input: check facts.isued_by: unknown: not in the fact dictionary; the nearest known name is "issued_by"
}

func ExampleWorst() {
	fmt.Println(policy.Worst(policy.Permitted, policy.NeedsNotification, policy.HumanReview))
	fmt.Println(policy.Worst())
	// Output:
	// needs_notification
	// deny
}
