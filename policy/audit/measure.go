package audit

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

// ReplayFigures are what MeasureReplay found.
type ReplayFigures struct {
	Decisions int     `json:"decisions"` // made again
	Cores     int     `json:"cores"`
	Bare      float64 `json:"bare_per_second"`   // prepared query alone, one core
	Replay    float64 `json:"replay_per_second"` // all cores
	// Share is replay to cores times bare: 1 would be no cost but the evaluation.
	Share float64 `json:"share"`
	// CPUShare is processor time of a bare evaluation to that of a replayed decision,
	// over all rounds. It bounds Share on a machine with nothing else to do. 0: unknown.
	CPUShare float64 `json:"cpu_share,omitempty"`
	// Seconds the whole replay took, with whatever else the machine did.
	Seconds float64 `json:"seconds"`
	Heap    uint64  `json:"heap_bytes"` // the most that was in use after a round
}

// bareRounds is in how many rounds the bare query runs beside the replay.
const bareRounds = 8

// MeasureReplay decides n recorded decisions again, as [Ledger.Replay] does with what
// a record holds: each is read from its bytes, held against its digests, decided, and
// compared. Beside it, on one core, the bare prepared query runs over the same
// questions, parsed before. The questions are taken round by round; records are read
// one at a time by each worker and never held parsed. The rates are those of the best
// round of each: the load of other processes only adds.
func MeasureReplay(ctx context.Context, rev *engine.Revision, list []policy.Input, n int) (ReplayFigures, error) {
	f, err := measureReplay(ctx, rev, list, n)
	if err != nil {
		return f, fmt.Errorf("measure replay: %w", err)
	}
	return f, nil
}

func measureReplay(ctx context.Context, rev *engine.Revision, list []policy.Input, n int) (ReplayFigures, error) {
	f := ReplayFigures{Decisions: n, Cores: runtime.GOMAXPROCS(0)}
	if len(list) == 0 || n < 1 {
		return f, fmt.Errorf("no questions")
	}
	l := &Ledger{cfg: Config{Timeout: time.Minute}}
	records := make([]*broker.Attestation, len(list))
	bare := make([]func(context.Context) error, len(list))
	for i, in := range list {
		var err error
		if records[i], err = l.record(ctx, rev, in); err != nil {
			return f, err
		}
		if bare[i], err = rev.Bare(in); err != nil {
			return f, err
		}
	}
	var bestBare, bestReplay, cpuBare, cpuReplay time.Duration
	bares := 0
	least := func(best *time.Duration, took time.Duration) {
		if *best == 0 || took < *best {
			*best = took
		}
	}
	for round := 0; n > 0; round++ {
		size := min(n, len(list))
		n -= size
		restore := Batch()
		start, used := time.Now(), cpuTime()
		err := l.replayRound(ctx, rev, records[:size], f.Cores)
		took := time.Since(start)
		restore()
		if err != nil {
			return f, err
		}
		f.Seconds += took.Seconds()
		cpuReplay += cpuTime() - used
		// A last round that is not whole would be another mixture of questions.
		if size == len(list) || round == 0 {
			least(&bestReplay, took*time.Duration(len(list))/time.Duration(size))
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		f.Heap = max(f.Heap, m.HeapInuse)
		if round < bareRounds {
			used := cpuTime()
			took, err := onOneCore(ctx, bare)
			if err != nil {
				return f, err
			}
			cpuBare += cpuTime() - used
			bares += len(bare)
			least(&bestBare, took)
		}
	}
	f.Bare, f.Replay = float64(len(list))/bestBare.Seconds(), float64(len(list))/bestReplay.Seconds()
	if cpuReplay > 0 {
		f.CPUShare = cpuBare.Seconds() / float64(bares) / (cpuReplay.Seconds() / float64(f.Decisions))
	}
	f.Share = f.Replay / (float64(f.Cores) * f.Bare)
	return f, nil
}

// record makes what a ledger holds of one question.
func (l *Ledger) record(ctx context.Context, rev *engine.Revision, in policy.Input) (*broker.Attestation, error) {
	d, err := rev.Decide(ctx, in, engine.Limits{Timeout: l.cfg.Timeout})
	if err != nil {
		return nil, err
	}
	d = d.Bind(agencies.NewID(), policy.Admission, agencies.NewID(), agencies.NewID(), "XX-MEASURE")
	detail, err := agencies.Canonical(broker.Detail{Decided: []broker.Decided{{Input: in, Decision: d}}})
	if err != nil {
		return nil, err
	}
	return &broker.Attestation{At: in.Now, Decision: &d, Detail: detail}, nil
}

// replayRound decides the records again on all cores; one that differs is an error.
func (l *Ledger) replayRound(ctx context.Context, rev *engine.Revision, records []*broker.Attestation, cores int) error {
	own := func(broker.Decided) (*engine.Revision, bool) { return rev, true }
	next := make(chan int, 4*cores)
	errs := make(chan error, cores)
	var wg sync.WaitGroup
	for range cores {
		wg.Go(func() {
			var failed error
			for i := range next {
				_, again, err := l.decided(ctx, uint64(i)+1, records[i], own)
				for _, g := range again {
					if err == nil && (!g.held || !g.diff.Same) {
						err = fmt.Errorf("decision %d differs in %v", i+1, g.diff.Fields)
					}
				}
				if err != nil && failed == nil {
					failed = err
				}
			}
			errs <- failed
		})
	}
	for i := range records {
		next <- i
	}
	close(next)
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// onOneCore runs every bare evaluation with one core for everything, the collector
// of garbage too.
func onOneCore(ctx context.Context, bare []func(context.Context) error) (time.Duration, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	start := time.Now()
	for _, eval := range bare {
		if err := eval(ctx); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}
