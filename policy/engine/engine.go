package engine

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Config sets up an Engine.
type Config struct {
	Limits   Limits
	Parallel int          // decisions evaluated at once; default 2×GOMAXPROCS
	Keep     int          // revisions held compiled beside those in force; default 16 (about 3 MB each)
	Log      *slog.Logger // default: discards
}

// Engine answers with the signed revision in force at the time of the question. It
// starts without any: until Activate has accepted one, every question is denied
// with ErrNoPolicy. It is safe for concurrent use.
type Engine struct {
	limits Limits
	keep   int
	slots  chan struct{}
	log    *slog.Logger

	active atomic.Pointer[[]entry] // in order of revision; replaced as a whole

	mu     sync.Mutex                    // writers of active, and held
	held   map[agencies.Digest]*Revision // every revision that can be replayed
	recent []agencies.Digest             // of held but not active, oldest first
}

type entry struct {
	Statement
	rev *Revision
}

// New makes an engine without policy.
func New(_ context.Context, cfg Config) (*Engine, error) {
	if cfg.Parallel < 0 || cfg.Keep < 0 {
		return nil, fmt.Errorf("new engine: negative setting")
	}
	if cfg.Parallel == 0 {
		cfg.Parallel = 2 * runtime.GOMAXPROCS(0)
	}
	if cfg.Keep == 0 {
		cfg.Keep = 16
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Engine{
		limits: cfg.Limits.orDefault(), keep: cfg.Keep, log: cfg.Log,
		slots: make(chan struct{}, cfg.Parallel),
		held:  map[agencies.Digest]*Revision{},
	}, nil
}

// Activate puts a revision in force under a signed statement. The trust list and
// time are those of the ledger record that holds the statement. A statement whose
// number or effective date goes back is refused, and so is other content under a
// number already used (ErrRollback); what was in force stays. Activating the same
// statement again does nothing.
func (e *Engine) Activate(list *agencies.TrustList, signed agencies.Compact, rev *Revision, at time.Time) (Statement, error) {
	s, err := Verify(list, signed, rev, at)
	if err != nil {
		return Statement{}, fmt.Errorf("activate policy: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var entries []entry
	if p := e.active.Load(); p != nil {
		entries = *p
	}
	if n := len(entries); n > 0 {
		last := entries[n-1]
		switch {
		case s == last.Statement:
			return s, nil
		case s.Revision <= last.Revision:
			return Statement{}, fmt.Errorf("activate policy: revision %d after %d: %w", s.Revision, last.Revision, ErrRollback)
		case s.EffectiveFrom.Before(last.EffectiveFrom):
			return Statement{}, fmt.Errorf("activate policy: effective before revision %d: %w", last.Revision, ErrRollback)
		}
	}
	// No error after this point: memory and what is in force change together.
	if have, ok := e.held[s.Digest]; ok {
		rev = have // the same content: keep one compiled copy
	}
	e.held[s.Digest] = rev
	next := append(append([]entry{}, entries...), entry{Statement: s, rev: rev})
	e.active.Store(&next)
	e.log.Info("policy activated", "digest", string(s.Digest), "revision", s.Revision)
	return s, nil
}

// Add holds a revision for replay without putting it in force.
func (e *Engine) Add(rev *Revision) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.held[rev.digest]; ok {
		return
	}
	e.held[rev.digest] = rev
	e.recent = append(e.recent, rev.digest)
	for len(e.recent) > e.keep {
		if oldest := e.recent[0]; !e.inForce(oldest) {
			delete(e.held, oldest)
		}
		e.recent = e.recent[1:]
	}
}

// inForce is called with mu held.
func (e *Engine) inForce(d agencies.Digest) bool {
	if p := e.active.Load(); p != nil {
		for _, x := range *p {
			if x.Digest == d {
				return true
			}
		}
	}
	return false
}

// Revision returns a held revision.
func (e *Engine) Revision(d agencies.Digest) (*Revision, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if rev, ok := e.held[d]; ok {
		return rev, nil
	}
	return nil, fmt.Errorf("find revision %s: %w", d, ErrUnknownRevision)
}

// InForce returns the statement and revision for decisions about time now.
func (e *Engine) InForce(now time.Time) (Statement, *Revision, error) {
	// One load: a swap during a decision does not reach it.
	if p := e.active.Load(); p != nil {
		for i := len(*p) - 1; i >= 0; i-- {
			if x := (*p)[i]; !x.EffectiveFrom.After(now) {
				return x.Statement, x.rev, nil
			}
		}
	}
	return Statement{}, nil, ErrNoPolicy
}

// Decide answers with the revision in force at in.Now. See Revision.Decide for what
// the error means; ErrNoPolicy and ErrBusy come with a Decision that denies too.
func (e *Engine) Decide(ctx context.Context, in policy.Input) (policy.Decision, error) {
	_, rev, err := e.InForce(in.Now)
	if err != nil {
		return fail(blank(in), "no policy in force"), fmt.Errorf("decide: %w", err)
	}
	return e.decide(ctx, rev, in)
}

func (e *Engine) decide(ctx context.Context, rev *Revision, in policy.Input) (policy.Decision, error) {
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
