package engine

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/rogatory/rogatory/policy"
)

// Change is what this revision would say if some facts were otherwise. It was
// computed by asking the same rules again, and it is no advice: a fact is stated as
// it is.
type Change struct {
	Facts   []FactChange   `json:"facts"` // all of them together
	Outcome policy.Outcome `json:"outcome"`
	// Left are the rules that then stand between the act and a permit.
	Left []string `json:"left"`
}

// FactChange is one fact, otherwise.
type FactChange struct {
	Fact string `json:"fact"` // or fact.member
	Was  any    `json:"was"`
	// Then are values that each give this outcome. Of a number it is the nearest one.
	Then []any `json:"then,omitempty"`
	// Signed: the value stays, but a named person has attested to it.
	Signed bool `json:"signed,omitempty"`
	// Agreed: the request declares the same as what is derived.
	Agreed bool `json:"agreed,omitempty"`
}

// tried is the answer to an edited question.
type tried struct {
	edit
	decision policy.Decision
}

// WouldSay decides the question again with one fact changed at a time, and gives
// the changes under which this revision would be milder: the mildest first, of these
// those first whose facts the decision names. Facts that may identify a person are
// left as they are. When no single change is enough it looks for several that are
// together, none of which can be left out; the list is empty when it finds none, as
// where only a person's answer helps.
func (r *Revision) WouldSay(ctx context.Context, in policy.Input, limits Limits) ([]Change, error) {
	if limits.Timeout <= 0 {
		limits.Timeout = checkTimeout
	}
	in, err := in.Normal()
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	base, err := r.Decide(ctx, in, limits)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	out := []Change{}
	if base.Outcome == policy.Permitted {
		return out, nil
	}
	s := &search{rev: r, limits: limits}
	all, err := s.try(ctx, in, r.edits(in, base))
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	for _, t := range all {
		if !base.Outcome.Worse(t.decision.Outcome) {
			continue
		}
		if t.number {
			if t, err = s.nearest(ctx, in, base, t); err != nil {
				return nil, fmt.Errorf("explain: %w", err)
			}
		}
		out = merge(out, t)
	}
	if len(out) == 0 {
		if out, err = s.together(ctx, in, base, all); err != nil {
			return nil, fmt.Errorf("explain: %w", err)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		switch {
		case b.Outcome.Worse(a.Outcome):
			return -1
		case a.Outcome.Worse(b.Outcome):
			return 1
		}
		return cmp.Compare(len(a.Left), len(b.Left))
	})
	return out, nil
}

// merge puts values of one fact that give the same answer into one change.
func merge(list []Change, t tried) []Change {
	left := against(t.decision)
	for i := range list {
		c := &list[i]
		if f := &c.Facts[0]; f.Fact == t.Fact && f.Signed == t.Signed && f.Agreed == t.Agreed && c.Outcome == t.decision.Outcome && slices.Equal(c.Left, left) {
			f.Then = append(f.Then, t.Then...)
			return list
		}
	}
	return append(list, Change{Facts: []FactChange{t.FactChange}, Outcome: t.decision.Outcome, Left: left})
}

// against lists the rules of a decision that do not permit.
func against(d policy.Decision) []string {
	out := []string{}
	for _, r := range d.Reasons {
		if r.Outcome != policy.Permitted {
			out = append(out, r.Rule)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// weight is how much stands against the act: reasons of the outcome itself.
func weight(d policy.Decision) int {
	n := 0
	for _, r := range d.Reasons {
		if r.Outcome == d.Outcome {
			n++
		}
	}
	return n
}

type search struct {
	rev    *Revision
	limits Limits
}

// try asks every edited question, on all cores, and keeps the order.
func (s *search) try(ctx context.Context, in policy.Input, list []edit) ([]tried, error) {
	out := make([]tried, len(list))
	errs := make([]error, len(list))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				out[i].edit = list[i]
				out[i].decision, errs[i] = s.rev.Decide(ctx, list[i].apply(in), s.limits)
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	wg.Wait()
	kept := out[:0]
	for i, t := range out {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// An edit that makes no question is none.
		if errs[i] == nil && t.decision.Failure == "" {
			kept = append(kept, t)
		}
	}
	return kept, nil
}

// nearest finds the number closest to what is that has the same effect as the far
// end, by bisection: thresholds of the law are one-sided.
func (s *search) nearest(ctx context.Context, in policy.Input, base policy.Decision, far tried) (tried, error) {
	was, ok := far.Was.(int64)
	if !ok {
		return far, nil
	}
	bad, good, best := was, far.Then[0].(int64), far
	for bad-good > 1 || good-bad > 1 {
		middle := bad + (good-bad)/2
		one := numberEdit(far.Fact, was, middle)
		d, err := s.rev.Decide(ctx, one.apply(in), s.limits)
		if err != nil {
			return far, err
		}
		if base.Outcome.Worse(d.Outcome) && !d.Outcome.Worse(far.decision.Outcome) {
			good, best = middle, tried{one, d}
		} else {
			bad = middle
		}
	}
	return best, nil
}

// mostTogether bounds how many facts are changed at once; a request with more
// against it must be written anew.
const mostTogether = 8

// together changes one fact after the other, each time the one that takes away most
// of what stands against the act, and then leaves out what was not needed.
func (s *search) together(ctx context.Context, in policy.Input, base policy.Decision, all []tried) ([]Change, error) {
	var helpful []edit
	for _, t := range all {
		if t.decision.Outcome == base.Outcome && weight(t.decision) < weight(base) {
			helpful = append(helpful, t.edit)
		}
	}
	var chosen []edit
	now, state := in, base
	for len(chosen) < mostTogether && !base.Outcome.Worse(state.Outcome) {
		list, err := s.try(ctx, now, helpful)
		if err != nil {
			return nil, err
		}
		best := -1
		for i, t := range list {
			if better(t.decision, state) && (best < 0 || better(t.decision, list[best].decision)) {
				best = i
			}
		}
		if best < 0 {
			return []Change{}, nil
		}
		chosen = append(chosen, list[best].edit)
		now, state = list[best].apply(now), list[best].decision
	}
	if !base.Outcome.Worse(state.Outcome) {
		return []Change{}, nil
	}
	for i := 0; i < len(chosen); {
		fewer := slices.Delete(slices.Clone(chosen), i, i+1)
		d, err := s.rev.Decide(ctx, applyAll(in, fewer), s.limits)
		if err != nil {
			return nil, err
		}
		if base.Outcome.Worse(d.Outcome) {
			chosen, state = fewer, d
			continue
		}
		i++
	}
	c := Change{Outcome: state.Outcome, Left: against(state)}
	for _, e := range chosen {
		c.Facts = append(c.Facts, e.FactChange)
	}
	return []Change{c}, nil
}

func better(a, b policy.Decision) bool {
	if a.Outcome != b.Outcome {
		return b.Outcome.Worse(a.Outcome)
	}
	return weight(a) < weight(b)
}

func applyAll(in policy.Input, list []edit) policy.Input {
	for _, e := range list {
		in = e.apply(in)
	}
	return in
}
