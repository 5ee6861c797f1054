package exchange

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// Limits of one group commit.
const (
	// maxGroup bounds the records of one atomic batch. Larger ones gain nothing.
	maxGroup = 256
	// maxStored bounds one record: the server counts the headers too.
	maxStored = broker.MaxRecord - 4<<10
	// publishTimeout bounds one try to publish a batch; there is time for some, and
	// for finding out after a lost answer.
	publishTimeout = 5 * time.Second
	publishTries   = 6
	treeTimeout    = 30 * time.Second
)

// run is the one goroutine that writes.
func (l *ledger) run() {
	var held *group // did not fit into the batch before
	for {
		var groups []group
		if held != nil {
			groups, held = append(groups, *held), nil
		} else {
			select {
			case g := <-l.queue:
				groups = append(groups, g)
			case <-l.quit:
				l.refuseQueued()
				return
			}
		}
		count := len(groups[0].drafts)
	drain:
		for count < l.batch {
			select {
			case g := <-l.queue:
				if count += len(g.drafts); count > l.batch {
					held = &g
					break drain
				}
				groups = append(groups, g)
			default:
				break drain
			}
		}
		l.commitGroups(groups)
	}
}

func (l *ledger) refuseQueued() {
	for {
		select {
		case g := <-l.queue:
			g.done <- groupResult{err: fmt.Errorf("commit: %w: stopping", ErrFenced)}
		default:
			return
		}
	}
}

// commitGroups records all groups in one batch.
func (l *ledger) commitGroups(groups []group) {
	fail := func(err error) {
		for _, g := range groups {
			g.done <- groupResult{err: err}
		}
	}
	if err := l.fence(nil); err != nil {
		fail(err)
		return
	}
	groups, entries, next := l.prepare(groups)
	if len(entries) == 0 {
		return
	}
	msgs := make([]*nats.Msg, 0, len(entries))
	for _, g := range groups {
		for _, d := range g.drafts {
			e := entries[len(msgs)]
			msgs = append(msgs, &nats.Msg{Subject: recordSubject(d.toAccount, d.fromAccount, e.att.Case, e.att.ID), Data: e.raw})
		}
	}
	l.moving.Lock()
	defer l.moving.Unlock()
	// A caller that went away must not stop the others' commit.
	ctx, cancel := context.WithTimeout(context.Background(), publishTries*l.tryFor)
	defer cancel()
	if err := l.publish(ctx, msgs); err != nil {
		fail(err)
		return
	}
	first := l.last
	l.last += uint64(len(entries))

	// From here on the records stand. If the tree cannot follow, the process is
	// fenced; the next start puts it right from the stream.
	commitments := make([][]byte, len(entries))
	for i, e := range entries {
		c := tlog.Commit(e.raw)
		commitments[i] = c[:]
	}
	ctx, cancelTree := context.WithTimeout(context.Background(), treeTimeout)
	defer cancelTree()
	cp, err := l.tree.AppendAt(ctx, first, commitments)
	if err != nil {
		fail(l.fence(fmt.Errorf("commit to tree: %w", err)))
		return
	}
	l.world.adopt(next)
	for _, g := range groups {
		n := len(g.drafts)
		g.done <- groupResult{entries: entries[:n:n], checkpoint: cp}
		entries = entries[n:]
	}
}

// prepare gives every group its place, and leaves out, with an error, each group
// whose records could not be read again by a broker that starts: nothing of the
// kind may ever be published.
func (l *ledger) prepare(groups []group) (kept []group, entries []entry, next *change) {
	next = l.world.change()
	for _, g := range groups {
		var placed []entry
		err := next.decidedInTime(g.drafts)
		if err == nil {
			placed, err = l.place(g.drafts, l.last+1+uint64(len(entries)))
		}
		if err == nil {
			err = next.fold(placed...)
		}
		if err != nil {
			g.done <- groupResult{err: fmt.Errorf("commit: %w", err)}
			continue
		}
		kept, entries = append(kept, g), append(entries, placed...)
	}
	return kept, entries, next
}

// place gives the drafts their sequences, salts and signatures, and reads the
// records back from their bytes.
func (l *ledger) place(drafts []draft, first uint64) ([]entry, error) {
	entries := make([]entry, len(drafts))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, d := range drafts {
		work.Go(func() error {
			raw, err := l.write(d, first+uint64(i))
			if err == nil {
				entries[i], err = l.open(first+uint64(i), raw)
			}
			return err
		})
	}
	return entries, work.Wait()
}

func (l *ledger) write(d draft, seq uint64) ([]byte, error) {
	d.att.Seq = seq
	rec := broker.Record{V: broker.RecordVersion, Salt: broker.NewSalt(), Sealed: d.sealed}
	for _, s := range d.said {
		rec.Statements = append(rec.Statements, s.Compact)
	}
	payload, err := d.att.Encode()
	if err != nil {
		return nil, err
	}
	if rec.Attestation, err = l.seal.Sign(agencies.TypRecord, payload); err != nil {
		return nil, err
	}
	raw, err := rec.Encode()
	if err == nil && len(raw) > maxStored {
		err = &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("would make a record of more than %d bytes", maxStored)}
	}
	return raw, err
}

// publish appends the batch after l.last, and finds out when the answer is lost.
func (l *ledger) publish(ctx context.Context, msgs []*nats.Msg) error {
	err := l.try(ctx, msgs)
	for tries := 1; errors.Is(err, embedded.ErrUnknown) && ctx.Err() == nil; tries++ {
		l.log.Warn("outcome of a commit is unknown, reading it back", "try", tries, "err", err)
		stored, readErr := l.stored(ctx, msgs)
		switch {
		case stored:
			return nil
		case errors.Is(readErr, embedded.ErrConflict):
			err = readErr
		case readErr != nil:
			err = fmt.Errorf("%w: %w", embedded.ErrUnknown, readErr)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		default:
			if err = l.try(ctx, msgs); errors.Is(err, embedded.ErrConflict) {
				// The first attempt may have arrived late; look once more.
				if stored, _ := l.stored(ctx, msgs); stored {
					return nil
				}
			}
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, embedded.ErrConflict), errors.Is(err, embedded.ErrUnknown):
		return l.fence(fmt.Errorf("commit: %w", err))
	}
	return fmt.Errorf("commit: %w", err)
}

// try publishes once. A lost answer must leave time to find out.
func (l *ledger) try(ctx context.Context, msgs []*nats.Msg) error {
	ctx, cancel := context.WithTimeout(ctx, l.tryFor)
	defer cancel()
	if err := l.checkStream(ctx); err != nil {
		return err
	}
	_, err := embedded.PublishBatch(ctx, l.js, l.last, msgs)
	return err
}

func (l *ledger) stored(ctx context.Context, msgs []*nats.Msg) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, l.tryFor)
	defer cancel()
	_, stored, err := embedded.ResolveBatch(ctx, l.js, l.last, msgs)
	return stored, err
}

// fence notes the reason why nothing more may be recorded, and returns it.
func (l *ledger) fence(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fenced == nil && err != nil {
		l.fenced = fmt.Errorf("%w: %w", ErrFenced, err)
		l.log.Error("ledger fenced, nothing more is recorded or released", "err", err)
	}
	return l.fenced
}
