package audit

import (
	"context"
	"errors"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

// WhatIf counts what a draft would have answered to the questions of a ledger.
type WhatIf struct {
	Draft   agencies.Digest        `json:"draft"`
	Answers int                    `json:"answers"`
	Same    int                    `json:"same"`
	Failed  int                    `json:"failed"` // engine had been out of time or without policy: not asked again
	Was     map[policy.Outcome]int `json:"was"`    // by outcome, of those asked again
	Would   map[policy.Outcome]int `json:"would_be"`
	Changes map[string]int         `json:"changes"` // "permit to deny": how many
}

// Changed is a past decision that a draft would have answered otherwise.
type Changed struct {
	Record uint64         `json:"record"`
	Case   string         `json:"case"`
	Act    broker.Act     `json:"act"`
	Gate   policy.Gate    `json:"gate"`
	Was    policy.Outcome `json:"was"`
	Would  policy.Outcome `json:"would_be"`
	Fields []string       `json:"fields"` // that differ, as of [engine.Difference]
	// The rules that make the difference: reasons that come, and reasons that go.
	New  []policy.Reason `json:"new_reasons"`
	Gone []policy.Reason `json:"gone_reasons"`
	// Obligations that come and go.
	NewDuties  []string `json:"new_obligations"`
	GoneDuties []string `json:"gone_obligations"`
	Failure    string   `json:"failure,omitempty"` // of the draft
}

// WhatIf asks every recorded question again under a draft of one scope, the network's
// ("") or a State's, which is in force nowhere; it stands in for that scope's answers
// and leaves the others out. It gives each answer that differs to visit in the order of the ledger.
// The records are verified on the way as by [Ledger.Walk].
func (l *Ledger) WhatIf(ctx context.Context, scope agencies.State, draft *engine.Revision, visit func(Changed) error) (WhatIf, error) {
	if draft == nil {
		return WhatIf{}, errors.New("what if: no draft")
	}
	out := WhatIf{Draft: draft.Digest(), Was: newTally().Decisions, Would: newTally().Decisions, Changes: map[string]int{}}
	stand := func(q broker.Decided) (*engine.Revision, bool) { return draft, q.State == scope }
	_, err := l.walkAll(ctx, func(*walk) decider { return stand }, func(r *Record) error {
		for _, g := range r.again {
			if g.skipped {
				continue
			}
			out.Answers++
			if g.fleeting {
				out.Failed++
				continue
			}
			was, now := g.diff.Was, g.diff.Now
			out.Was[was.Outcome]++
			out.Would[now.Outcome]++
			if g.diff.Same {
				out.Same++
				continue
			}
			if was.Outcome != now.Outcome {
				out.Changes[string(was.Outcome)+" to "+string(now.Outcome)]++
			}
			c := Changed{
				Record: r.Seq, Case: r.Attestation.Case, Act: r.Attestation.Act, Gate: was.Gate,
				Was: was.Outcome, Would: now.Outcome, Fields: g.diff.Fields, Failure: now.Failure,
				New: lacking(now.Reasons, was.Reasons), Gone: lacking(was.Reasons, now.Reasons),
				NewDuties: lacking(now.Obligations, was.Obligations), GoneDuties: lacking(was.Obligations, now.Obligations),
			}
			if err := visit(c); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// lacking lists what stands in a and not in b.
func lacking[T comparable](a, b []T) []T {
	out := []T{}
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}
