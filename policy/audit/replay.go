package audit

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy/engine"
)

// decided reads what policy was asked about a record, holds it together, and with a
// decider decides it again. It needs no other record, so that workers do it.
func (l *Ledger) decided(ctx context.Context, seq uint64, a *broker.Attestation, decide decider) (broker.Detail, []again, error) {
	d, err := a.Details()
	if err != nil {
		return d, nil, about(seq, a, CheckDecision, err, "cannot be read")
	}
	if err := checkDecided(seq, a, d); err != nil || decide == nil {
		return d, nil, err
	}
	g, err := l.again(ctx, d, decide)
	return d, g, err
}

// batchGC is how much garbage may lie about before it is collected, in percent of
// what is in use. An evaluation leaves much and keeps nothing, so that the default of
// 100 would spend a sixth of all cores on collecting; what is in use stays small.
const batchGC = 400

// Batch lets this process collect garbage less often, for a program that only
// replays, and gives what undoes it. An operator's $GOGC stands.
func Batch() (restore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(batchGC)
	return func() { debug.SetGCPercent(before) }
}

// Replayed counts answers given again, each under the bundle that its record's
// ledger had put in force. A use has two questions, and a State's own bundle answers
// each beside the network's.
type Replayed struct {
	Same int `json:"same"`
	// Failed counts those in which the engine had been out of time or had no policy.
	// They denied; no second run tells anything about them.
	Failed int `json:"failed"`
}

// Total is how many there are.
func (r *Replayed) Total() int { return r.Same + r.Failed }

// add counts the decisions of a record; one that came out differently is a finding.
func (r *Replayed) add(rec *Record) error {
	for _, g := range rec.again {
		switch {
		case g.fleeting:
			r.Failed++
		case g.diff.Same:
			r.Same++
		default:
			return differs(rec, g.diff)
		}
	}
	return nil
}

func differs(rec *Record, d engine.Difference) *Finding {
	f := about(rec.Seq, rec.Attestation, CheckReplay, nil, "decided again, it differs in %s: was %s, is %s",
		strings.Join(d.Fields, ", "), d.Was.Outcome, d.Now.Outcome)
	if d.Was.Engine != d.Now.Engine {
		f.Detail += fmt.Sprintf("; decided by %s then, by %s here", d.Was.Engine, d.Now.Engine)
	}
	return f
}

// Difference is a decision that came out differently.
type Difference struct {
	Finding
	engine.Difference
}

// Replay decides everything again under the revision that decided it then. Unlike
// Verify it goes on after a difference and lists them all; other findings end it.
func (l *Ledger) Replay(ctx context.Context) (Replayed, []Difference, error) {
	out := Replayed{}
	differ := []Difference{}
	_, err := l.walkAll(ctx, replay, func(rec *Record) error {
		kept := rec.again[:0:0]
		for _, g := range rec.again {
			if !g.fleeting && !g.diff.Same {
				differ = append(differ, Difference{Finding: *differs(rec, g.diff), Difference: g.diff})
				continue
			}
			kept = append(kept, g)
		}
		one := *rec
		one.again = kept
		return out.add(&one)
	})
	return out, differ, err
}
