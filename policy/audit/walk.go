package audit

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

// Record is one record whose every check held, in its case.
type Record struct {
	Seq         uint64
	Raw         []byte
	Record      *broker.Record
	Attestation *broker.Attestation
	Said        []broker.Spoken // none of a rejection; see Asked
	// Asked are the statements of a rejection that policy decided, verified.
	Asked         []broker.Spoken
	Detail        broker.Detail
	Before, After broker.Case // zero for a record that belongs to no case

	again []again // each of Detail.Decided decided again, when asked for
}

// walk is one pass through the ledger. Signatures are verified and decisions made
// again by workers; what depends on the records before is done by one goroutine, in
// order.
type walk struct {
	ledger *Ledger
	decide decider // nil: decides nothing again
	visit  func(*Record) error
	ctx    context.Context // of the one pass; hence it may be held
	cancel context.CancelFunc

	work, ordered chan *job
	wg            sync.WaitGroup
	folded        chan struct{} // closed when fold has ended

	// revisions are the bundles recorded so far, compiled, by digest. Written by fold.
	revisions sync.Map

	// current is the history that new jobs are opened with. Written by fold.
	current atomic.Pointer[agencies.History]

	// Owner: fold; others read after wait.
	err       error
	history   agencies.History
	calendars broker.Calendars
	register  policy.Register
	cases     map[string]broker.Case
	acts      map[string]uint64                     // where an act is recorded
	custody   map[agencies.Digest]*evidence.Custody // statements recorded so far
	uses      map[agencies.KeyID][]use
}

// use is one signature in a record.
type use struct {
	seq uint64
	at  time.Time // by which it is judged
}

// job is a record on its way through a worker.
type job struct {
	seq     uint64
	raw     []byte
	history agencies.History
	opened  *broker.Opened
	detail  broker.Detail
	bundle  *engine.Revision // of a bundle record
	again   []again
	openErr error // of OpenRecord
	err     error // of what came after
	done    chan struct{}
}

func (l *Ledger) walk(ctx context.Context, decide func(*walk) decider, visit func(*Record) error) *walk {
	ctx, cancel := context.WithCancel(ctx)
	w := &walk{
		ledger: l, visit: visit, ctx: ctx, cancel: cancel,
		work: make(chan *job), ordered: make(chan *job, 4*l.cfg.Workers), folded: make(chan struct{}),
		cases: map[string]broker.Case{}, acts: map[string]uint64{}, custody: map[agencies.Digest]*evidence.Custody{}, uses: map[agencies.KeyID][]use{},
	}
	if decide != nil {
		w.decide = decide(w)
	}
	for range l.cfg.Workers {
		w.wg.Go(func() {
			for j := range w.work {
				w.open(j)
				close(j.done)
			}
		})
	}
	go func() {
		defer close(w.folded)
		w.fold()
	}()
	return w
}

// add hands over the next record; false when the walk has ended.
func (w *walk) add(seq uint64, raw []byte) bool {
	if seq == 1 {
		if err := w.genesis(raw); err != nil {
			w.ordered <- &job{seq: 1, raw: raw, err: err, done: closed}
			return false
		}
	}
	j := &job{seq: seq, raw: raw, history: *w.current.Load(), done: make(chan struct{})}
	select {
	case w.ordered <- j: // first, so that fold waits for it in its place
	case <-w.folded:
		return false
	}
	w.work <- j // workers end after add only
	return true
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// wait ends the walk and says what it found.
func (w *walk) wait() error {
	close(w.work)
	close(w.ordered)
	w.wg.Wait()
	<-w.folded
	w.cancel()
	return w.err
}

// genesis takes the first trust list from the first record, vouched for by the pin.
func (w *walk) genesis(raw []byte) error {
	a := claims(raw)
	if a == nil {
		return about(1, nil, CheckRecord, nil, "is not a record")
	}
	h, err := broker.Genesis(raw, w.ledger.cfg.Pin)
	if err != nil {
		return about(1, a, CheckPin, err, "does not begin the ledger with the pinned trust list")
	}
	w.current.Store(&h)
	return nil
}

// open does what one record can be asked by itself.
func (w *walk) open(j *job) {
	if j.opened, j.openErr = broker.OpenRecord(j.raw, j.history); j.openErr != nil {
		return
	}
	j.detail, j.again, j.err = w.ledger.decided(w.ctx, j.seq, j.opened.Attestation, w.decide)
	if b := j.detail.Bundle; j.err == nil && j.opened.Attestation.Act == broker.ActBundle && b != nil {
		var err error
		if j.bundle, err = engine.LoadArchive(w.ctx, b.Archive); err != nil {
			j.err = about(j.seq, j.opened.Attestation, CheckBundle, err, "cannot be compiled")
		}
	}
}

// fold takes the records in order, until the first that does not hold.
func (w *walk) fold() {
	defer w.cancel()
	for j := range w.ordered {
		select {
		case <-j.done:
		case <-w.ctx.Done():
			w.err = w.ctx.Err()
			return
		}
		if w.history == nil && w.current.Load() != nil {
			w.begin(*w.current.Load())
		}
		if w.err = w.take(j); w.err != nil {
			return
		}
	}
}

func (w *walk) begin(h agencies.History) {
	w.history = h
	w.calendars = broker.CalendarsOf(h.Latest().List())
	w.current.Store(&h)
}

// take checks one record against all before it.
func (w *walk) take(j *job) error {
	if j.openErr != nil && len(j.history) < len(w.history) {
		// It was opened before the trust list ahead of it had been read.
		j.history, j.openErr = w.history, nil
		w.open(j)
	}
	if j.openErr != nil {
		return diagnose(j.seq, j.raw, j.history, j.openErr)
	}
	if j.err != nil {
		return j.err
	}
	a := j.opened.Attestation
	latest := w.history.Latest().List().Version
	switch {
	case a.Seq != j.seq:
		return about(j.seq, a, CheckSequence, nil, "says that it is record %d", a.Seq)
	case a.Trust != latest:
		return about(j.seq, a, CheckTrust, nil, "is judged by trust list %d, in force is %d", a.Trust, latest)
	}
	if first, twice := w.acts[a.ID]; twice {
		return about(j.seq, a, CheckSequence, nil, "has the id of record %d", first)
	}
	w.acts[a.ID] = j.seq
	r := &Record{
		Seq: j.seq, Raw: j.raw, Record: j.opened.Record, Attestation: a, Said: j.opened.Said,
		Detail: j.detail, again: j.again,
	}
	w.note(j.opened)
	if a.Act == broker.ActTrust && j.seq > 1 {
		h, err := a.NextTrust(w.history)
		if err != nil {
			return about(j.seq, a, CheckTrust, err, "does not follow the trust list before")
		}
		defer w.begin(h)
	}
	if a.Act == broker.ActBundle {
		if err := w.putInForce(j); err != nil {
			return err
		}
	}
	if err := w.checkInForce(r); err != nil {
		return err
	}
	if a.Case != "" {
		if err := w.apply(r); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(r.again, func(g again) bool { return !g.held && !g.fleeting && !g.skipped }) {
		// It was opened before the bundle ahead of it had been read.
		var err error
		if r.again, err = w.ledger.again(w.ctx, r.Detail, w.decide); err != nil {
			return err
		}
	}
	return w.visit(r)
}

// putInForce takes the bundle of a record: signed by who may, following the one
// before in its scope, and the one whose bytes the record holds.
func (w *walk) putInForce(j *job) error {
	a := j.opened.Attestation
	register, _, err := a.NextBundle(w.history, w.register)
	if err == nil {
		err = j.bundle.Is(register[len(register)-1])
	}
	if err != nil {
		return about(j.seq, a, CheckBundle, err, "does not put a bundle in force")
	}
	w.register = register
	w.revisions.Store(string(j.bundle.Digest()), j.bundle)
	return nil
}

// checkInForce holds every answer against what records have put in force by then.
func (w *walk) checkInForce(r *Record) error {
	a := r.Attestation
	for i, q := range r.Detail.Decided {
		s, ok := w.register.InForce(q.State, a.At)
		scope := policy.Statement{State: q.State}.Scope()
		switch {
		case !ok:
			return about(r.Seq, a, CheckBundle, nil, "answer %d is by the bundle of %s, which has none in force", i+1, scope)
		case q.Decision.Revision != string(s.Digest):
			return about(r.Seq, a, CheckBundle, nil, "answer %d is by bundle %s, in force for %s is revision %d, %s", i+1, q.Decision.Revision, scope, s.Revision, s.Digest)
		}
	}
	return nil
}

// apply folds the record into its case.
func (w *walk) apply(r *Record) error {
	a := r.Attestation
	r.Before = w.cases[a.Case]
	var err error
	if r.After, err = broker.Apply(r.Before, *a, r.Said...); err != nil {
		return folded(r.Seq, a, err)
	}
	if err := broker.CheckClocks(r.Before, *a, w.calendars, r.Said...); err != nil {
		return folded(r.Seq, a, err)
	}
	if err := w.checkDecision(r); err != nil {
		return err
	}
	if err := w.checkCustody(r); err != nil {
		return err
	}
	w.cases[a.Case] = r.After
	return nil
}

// note remembers who signed what, for what later records say about it.
func (w *walk) note(o *broker.Opened) {
	seq := o.Attestation.Seq
	w.uses[o.Key] = append(w.uses[o.Key], use{seq, o.Attestation.At})
	for _, s := range o.Said {
		w.uses[s.Key] = append(w.uses[s.Key], use{seq, s.First.At})
		if s.Custody != nil {
			w.custody[s.Digest] = s.Custody
		}
	}
}

// again is one answer given a second time.
type again struct {
	held bool // the revision is, by now
	// fleeting: the first run had failed for want of time or policy, which no
	// second run repeats.
	fleeting bool
	skipped  bool // not asked for
	diff     engine.Difference
}

// decider finds the revision to give an answer again under, nil when none is held;
// not asked leaves the answer out.
type decider func(broker.Decided) (rev *engine.Revision, asked bool)

// own is the revision that answered then, from the record that put it in force.
func (w *walk) own(was broker.Decided) (*engine.Revision, bool) {
	rev, _ := w.revisions.Load(was.Decision.Revision)
	held, _ := rev.(*engine.Revision)
	return held, true
}

// replay is a walk that gives every answer again as it was given.
func replay(w *walk) decider { return w.own }

// again gives again every answer that is recorded.
func (l *Ledger) again(ctx context.Context, d broker.Detail, decide decider) ([]again, error) {
	var out []again
	for _, q := range d.Decided {
		var g again
		rev, asked := decide(q)
		switch {
		case !asked:
			g.skipped = true
		case q.Decision.Failure != "" && (q.Decision.Revision == "" || fleeting[q.Decision.Failure]):
			g.fleeting = true
		case rev != nil:
			g.held = true
			var err error
			if g.diff, err = rev.WhatIf(ctx, q.Decision, q.Input, engine.Limits{Timeout: l.cfg.Timeout}); err != nil && ctx.Err() != nil {
				return nil, fmt.Errorf("decide again: %w", ctx.Err())
			}
			// Any other error comes with a denial, which is compared like an answer.
		}
		out = append(out, g)
	}
	return out, nil
}

// fleeting are the failures of an engine that say something about the moment.
var fleeting = map[string]bool{"time limit": true, "busy": true, "interrupted": true}
