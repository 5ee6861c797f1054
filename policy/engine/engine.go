package engine

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/rogatory/rogatory/policy"
)

// Config sets up an Engine.
type Config struct {
	Limits   Limits
	Parallel int          // decisions evaluated at once; default 2×GOMAXPROCS
	Log      *slog.Logger // default: discards
}

// Engine makes decisions under bounds that a whole process shares. Which revision
// decides is the caller's to say, who knows what records have put in force. It is
// safe for concurrent use.
type Engine struct {
	limits Limits
	slots  chan struct{}
	log    *slog.Logger
}

// New makes an engine.
func New(cfg Config) (*Engine, error) {
	if cfg.Parallel < 0 {
		return nil, fmt.Errorf("new engine: negative setting")
	}
	if cfg.Parallel == 0 {
		cfg.Parallel = 2 * runtime.GOMAXPROCS(0)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Engine{limits: cfg.Limits.orDefault(), log: cfg.Log, slots: make(chan struct{}, cfg.Parallel)}, nil
}

// Decide answers with one revision. See Revision.Decide for what the error means;
// ErrBusy comes with a Decision that denies too.
func (e *Engine) Decide(ctx context.Context, rev *Revision, in policy.Input) (policy.Decision, error) {
	// OPA has no memory limit; input size times this many evaluations bounds it.
	select {
	case e.slots <- struct{}{}:
	default:
		// Waiting is bounded by the time that a decision may take anyway.
		timer := time.NewTimer(e.limits.Timeout)
		defer timer.Stop()
		select {
		case e.slots <- struct{}{}:
		case <-timer.C:
			return fail(blank(in), "busy"), fmt.Errorf("decide: %w", ErrBusy)
		case <-ctx.Done():
			return fail(blank(in), "interrupted"), fmt.Errorf("decide: %w", ctx.Err())
		}
	}
	defer func() { <-e.slots }()
	d, err := rev.Decide(ctx, in, e.limits)
	if err == nil && d.Failure != "" {
		// Somebody must look: a bundle that cannot decide stops cases.
		e.log.Warn("policy could not decide", "digest", d.Revision, "err", d.Failure)
	}
	return d, err
}

// blank is a decision before any revision has seen the question.
func blank(in policy.Input) policy.Decision {
	return policy.Decision{Action: in.Action, Instrument: in.Instrument, Regime: in.Regime, At: in.Now, Engine: EngineVersion()}
}
