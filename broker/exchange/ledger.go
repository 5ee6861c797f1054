package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// ErrFenced means that the ledger is not in the state this process left it in:
// somebody else wrote, or an outcome stays unknown. Nothing more is recorded,
// and so nothing more is released, until the process starts anew.
var ErrFenced = errors.New("ledger is fenced")

// maxGroup bounds the records of one group commit.
const maxGroup = 256

// draft is a record that waits for its place in the ledger. Sequence and
// signature come with the place.
type draft struct {
	said        []broker.Spoken // whose envelopes the record carries
	sealed      []broker.SealedPart
	att         broker.Attestation
	toAccount   string // inbox it is delivered to, "" for nobody's
	fromAccount string
}

// entry is a record in its place.
type entry struct {
	seq      uint64
	raw      []byte
	attested agencies.Compact // the broker's signed word
	att      broker.Attestation
	said     []broker.Spoken
	sealed   []broker.SealedPart
}

// group is what one caller wants recorded, all or nothing.
type group struct {
	drafts []draft
	done   chan groupResult // buffered: the committer never waits for a caller
}

type groupResult struct {
	entries    []entry
	checkpoint tlog.Checkpoint
	err        error
}

// ledger is the one writer. What happens in the exchange happens in commit.
//
// The stream and the tree are moved by the goroutine of run alone. Groups of
// many callers go into one atomic batch, so that they share the fsync.
type ledger struct {
	js    jetstream.JetStream
	tree  *tlog.Log
	seal  *agencies.Signer
	apply func(entry) error // folds a recorded entry into memory, in order
	trust func() agencies.History
	log   *slog.Logger

	queue chan group
	quit  chan struct{}
	wg    sync.WaitGroup

	last uint64 // sequence of the last record. Owner: run

	mu     sync.Mutex
	fenced error // Owner: mu
}

func newLedger(js jetstream.JetStream, tree *tlog.Log, seal *agencies.Signer, apply func(entry) error, trust func() agencies.History, log *slog.Logger) *ledger {
	return &ledger{js: js, tree: tree, seal: seal, apply: apply, trust: trust, log: log, queue: make(chan group, maxGroup), quit: make(chan struct{})}
}

// load reads the whole ledger: every record is folded into memory, and those the
// tree does not have yet (a crash between the two) are put into it.
func (l *ledger) load(ctx context.Context) error {
	stream, err := l.js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return fmt.Errorf("load ledger: %w", err)
	}
	last := stream.CachedInfo().State.LastSeq
	var pending [][]byte
	first := l.tree.Size()
	for seq := uint64(1); seq <= last; seq++ {
		msg, err := stream.GetMsg(ctx, seq)
		if err != nil {
			return fmt.Errorf("load ledger: record %d: %w", seq, err)
		}
		commitment := tlog.Commit(msg.Data)
		if seq > first {
			pending = append(pending, commitment[:])
		}
		e, err := l.open(seq, msg.Data)
		if err != nil {
			return fmt.Errorf("load ledger: record %d: %w", seq, err)
		}
		if err := l.apply(e); err != nil {
			return fmt.Errorf("load ledger: record %d: %w", seq, err)
		}
	}
	if len(pending) > 0 {
		if _, err := l.tree.AppendAt(ctx, first, pending); err != nil {
			return fmt.Errorf("load ledger: %w", err)
		}
		l.log.Info("records put into the tree that a stop had left out", "count", len(pending))
	}
	if size := l.tree.Size(); size != last {
		return fmt.Errorf("load ledger: %w: %d records, tree of %d", ErrFenced, last, size)
	}
	l.last = last
	return nil
}

// open verifies every signature of a record, as a stranger would.
func (l *ledger) open(seq uint64, raw []byte) (entry, error) {
	o, err := broker.OpenRecord(raw, l.trust())
	if err != nil {
		return entry{}, err
	}
	if o.Attestation.Seq != seq {
		return entry{}, fmt.Errorf("%w: the record says it is %d", ErrFenced, o.Attestation.Seq)
	}
	return entry{seq: seq, raw: raw, attested: o.Record.Attestation, att: *o.Attestation, said: o.Said, sealed: o.Record.Sealed}, nil
}

// read returns the bytes of one record.
func (l *ledger) read(ctx context.Context, seq uint64) ([]byte, error) {
	stream, err := l.js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w: %w", ErrUnavailable, err)
	}
	msg, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, fmt.Errorf("read ledger: %w", errNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w: %w", ErrUnavailable, err)
	}
	return msg.Data, nil
}

// start runs the committer until stop.
func (l *ledger) start() {
	l.wg.Add(1)
	go func() {
		defer l.wg.Done()
		l.run()
	}()
}

// stop lets the group under way finish and refuses those that wait.
func (l *ledger) stop() {
	close(l.quit)
	l.wg.Wait()
}

// commit records the drafts, all or nothing, and returns when they are durable,
// in the tree, and covered by a signed checkpoint. A caller that goes away does
// not undo what is recorded.
func (l *ledger) commit(ctx context.Context, drafts ...draft) ([]entry, tlog.Checkpoint, error) {
	g := group{drafts: drafts, done: make(chan groupResult, 1)}
	select {
	case l.queue <- g:
	case <-l.quit:
		return nil, tlog.Checkpoint{}, fmt.Errorf("commit: %w: stopping", ErrFenced)
	case <-ctx.Done():
		return nil, tlog.Checkpoint{}, fmt.Errorf("commit: %w", ctx.Err())
	}
	select {
	case r := <-g.done:
		return r.entries, r.checkpoint, r.err
	case <-ctx.Done():
		return nil, tlog.Checkpoint{}, fmt.Errorf("commit: outcome unknown: %w", ctx.Err())
	}
}

func (l *ledger) run() {
	for {
		var groups []group
		select {
		case g := <-l.queue:
			groups = append(groups, g)
		case <-l.quit:
			l.refuseQueued()
			return
		}
		count := len(groups[0].drafts)
	drain:
		for count < maxGroup {
			select {
			case g := <-l.queue:
				groups = append(groups, g)
				count += len(g.drafts)
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
	// A caller that went away must not stop the others' commit.
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()

	var msgs []*nats.Msg
	var entries []entry
	kept := groups[:0:0]
	for _, g := range groups {
		placed, err := l.place(g.drafts, l.last+1+uint64(len(entries)))
		if err != nil {
			g.done <- groupResult{err: err}
			continue
		}
		for i, e := range placed {
			msgs = append(msgs, &nats.Msg{Subject: recordSubject(g.drafts[i].toAccount, g.drafts[i].fromAccount, e.att.Case, e.att.ID), Data: e.raw})
		}
		entries = append(entries, placed...)
		kept = append(kept, g)
	}
	groups = kept
	if len(entries) == 0 {
		return
	}
	if err := l.publish(ctx, msgs); err != nil {
		fail(err)
		return
	}
	first := l.last
	l.last += uint64(len(entries))

	// From here on the records stand. If the tree or the memory cannot follow,
	// the process is fenced; the next start puts both right from the stream.
	commitments := make([][]byte, len(entries))
	for i, e := range entries {
		c := tlog.Commit(e.raw)
		commitments[i] = c[:]
	}
	cp, err := l.tree.AppendAt(ctx, first, commitments)
	if err != nil {
		fail(l.fence(fmt.Errorf("commit to tree: %w", err)))
		return
	}
	for _, e := range entries {
		if err := l.apply(e); err != nil {
			fail(l.fence(fmt.Errorf("apply record %d: %w", e.seq, err)))
			return
		}
	}
	for _, g := range groups {
		n := len(g.drafts)
		g.done <- groupResult{entries: entries[:n:n], checkpoint: cp}
		entries = entries[n:]
	}
}

// commitTimeout bounds one group commit, resolution of a lost answer included.
const commitTimeout = 30 * time.Second

// publish appends the batch after l.last, and finds out when the answer is lost.
func (l *ledger) publish(ctx context.Context, msgs []*nats.Msg) error {
	_, err := embedded.PublishBatch(ctx, l.js, l.last, msgs)
	for tries := 0; errors.Is(err, embedded.ErrUnknown) && tries < 5; tries++ {
		l.log.Warn("outcome of a commit is unknown, reading it back", "try", tries+1, "err", err)
		_, stored, readErr := embedded.ResolveBatch(ctx, l.js, l.last, msgs)
		switch {
		case stored:
			return nil
		case readErr != nil:
			err = fmt.Errorf("%w: %w", embedded.ErrUnknown, readErr)
		default:
			if _, err = embedded.PublishBatch(ctx, l.js, l.last, msgs); errors.Is(err, embedded.ErrConflict) {
				// The first attempt may have arrived late; look once more.
				if _, stored, _ := embedded.ResolveBatch(ctx, l.js, l.last, msgs); stored {
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

// place gives the drafts their sequences, salts and signatures.
func (l *ledger) place(drafts []draft, first uint64) ([]entry, error) {
	entries := make([]entry, len(drafts))
	for i, d := range drafts {
		d.att.Seq = first + uint64(i)
		rec := broker.Record{V: broker.RecordVersion, Salt: broker.NewSalt(), Sealed: d.sealed}
		for _, s := range d.said {
			rec.Statements = append(rec.Statements, s.Compact)
		}
		payload, err := d.att.Encode()
		if err != nil {
			return nil, fmt.Errorf("commit: %w", err)
		}
		if rec.Attestation, err = l.seal.Sign(agencies.TypRecord, payload); err != nil {
			return nil, fmt.Errorf("commit: %w", err)
		}
		raw, err := rec.Encode()
		if err != nil {
			return nil, fmt.Errorf("commit: %w", err)
		}
		entries[i] = entry{seq: d.att.Seq, raw: raw, attested: rec.Attestation, att: d.att, said: d.said, sealed: d.sealed}
	}
	return entries, nil
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
