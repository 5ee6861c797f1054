package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

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

// draft is a record that waits for its place in the ledger. Sequence and
// signature come with the place.
type draft struct {
	said        []broker.Spoken // whose envelopes the record carries
	sealed      []broker.SealedPart
	att         broker.Attestation
	toAccount   string // inbox it is delivered to, "" for nobody's
	fromAccount string
	known       int // bundle records that its decision was made under
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

// statements are the envelopes of what was said.
func (e entry) statements() []agencies.Compact {
	out := make([]agencies.Compact, len(e.said))
	for i, s := range e.said {
		out[i] = s.Compact
	}
	return out
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
	world *world // what the records say; moved by run alone
	log   *slog.Logger

	batch  int           // records of one group commit
	tryFor time.Duration // one try to publish

	queue    chan group
	quit     chan struct{} // closed: take no more
	quitOnce sync.Once
	stopped  chan struct{} // closed: whoever still waits is not served

	last uint64 // sequence of the last record. Owner: run

	// doubt is set when the link was lost and came back: the server on its other
	// end may have another stream by now.
	doubt atomic.Bool

	// moving is held while records may stand, and so be delivered, that world does
	// not have yet.
	moving sync.RWMutex

	mu     sync.Mutex
	fenced error // Owner: mu
}

func newLedger(js jetstream.JetStream, tree *tlog.Log, seal *agencies.Signer, w *world, f faults, log *slog.Logger) *ledger {
	return &ledger{
		js: js, tree: tree, seal: seal, world: w, log: log,
		batch: cmp.Or(f.group, maxGroup), tryFor: cmp.Or(f.try, publishTimeout),
		queue: make(chan group, maxGroup), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
}

// load reads the whole ledger: every record is verified, held against the tree and
// folded into memory, and those the tree does not have yet (a crash between the
// two) are put into it.
func (l *ledger) load(ctx context.Context) error {
	stream, err := l.js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return fmt.Errorf("load ledger: %w", err)
	}
	last := stream.CachedInfo().State.LastSeq
	had := l.tree.Size()
	commitments := make([][]byte, 0, last)
	for seq := uint64(1); seq <= last; seq++ {
		msg, err := stream.GetMsg(ctx, seq)
		if err != nil {
			return fmt.Errorf("load ledger: record %d: %w", seq, err)
		}
		commitment := tlog.Commit(msg.Data)
		commitments = append(commitments, commitment[:])
		e, err := l.open(seq, msg.Data)
		if err != nil {
			return fmt.Errorf("load ledger: record %d: %w", seq, err)
		}
		next := l.world.change()
		if err := next.fold(e); err != nil {
			return fmt.Errorf("load ledger: record %d: %w", seq, err)
		}
		l.world.adopt(next)
	}
	if last > 0 {
		if _, err := l.tree.AppendAt(ctx, 0, commitments); err != nil {
			return fmt.Errorf("load ledger: %w", err)
		}
	}
	if had < last {
		l.log.Info("records put into the tree that a stop had left out", "count", last-had)
	}
	if size := l.tree.Size(); size != last {
		return fmt.Errorf("load ledger: %w: %d records, tree of %d", ErrFenced, last, size)
	}
	l.last = last
	return nil
}

// settled waits until the world has every record that any inbox can have shown by
// now, so that whoever asks because of a record is answered as of that record.
func (l *ledger) settled() error {
	l.moving.RLock()
	defer l.moving.RUnlock()
	return l.fence(nil)
}

// open verifies every signature of a record, as a stranger would.
func (l *ledger) open(seq uint64, raw []byte) (entry, error) {
	o, err := broker.OpenRecord(raw, l.world.trusted())
	if err != nil {
		return entry{}, err
	}
	if o.Attestation.Seq != seq {
		return entry{}, fmt.Errorf("%w: the record says it is %d", ErrFenced, o.Attestation.Seq)
	}
	return entry{seq: seq, raw: raw, attested: o.Record.Attestation, att: *o.Attestation, said: o.Said, sealed: o.Record.Sealed}, nil
}

// read returns the bytes of a record that is known to stand.
func (l *ledger) read(ctx context.Context, seq uint64) ([]byte, error) {
	stream, err := l.js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w: %w", ErrUnavailable, err)
	}
	// A replica that lags may not have it yet: not found is no answer either.
	msg, err := stream.GetMsg(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w: %w", ErrUnavailable, err)
	}
	return msg.Data, nil
}

// lookAgain holds the stream against the tree after the link came back. Until it
// has, nothing is published; a stream that lost records fences the ledger at once,
// also when nobody acts.
func (l *ledger) lookAgain() {
	l.doubt.Store(true)
	go func() {
		for l.doubt.Load() && l.fence(nil) == nil {
			ctx, cancel := context.WithTimeout(context.Background(), l.tryFor)
			err := l.checkStream(ctx)
			cancel()
			if err == nil || errors.Is(err, tlog.ErrLedger) {
				return
			}
			l.log.Warn("stream not checked after the link came back", "err", err)
			select {
			case <-l.quit:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
}

// checkStream asks for the state of the stream when it is in doubt.
func (l *ledger) checkStream(ctx context.Context) error {
	if !l.doubt.Load() {
		return nil
	}
	l.doubt.Store(false) // before it is asked: the link may be lost meanwhile
	err := l.tree.CheckStream(ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, tlog.ErrLedger):
		return l.fence(fmt.Errorf("check stream: %w", err))
	}
	l.doubt.Store(true)
	return fmt.Errorf("%w: %w", embedded.ErrUnknown, err)
}

// start runs the committer until stop.
func (l *ledger) start() {
	go func() {
		defer close(l.stopped)
		l.run()
	}()
}

// stop lets the group under way finish and refuses those that wait. It may be
// called twice.
func (l *ledger) stop() {
	l.quitOnce.Do(func() { close(l.quit) })
	<-l.stopped
}

// commit records the drafts, all or nothing, and returns when they are durable,
// in the tree, and covered by a signed checkpoint. errMoved means that they do not
// follow from what stands by now, and nothing was recorded.
//
// Once handed over, the outcome is awaited whatever becomes of ctx: the caller
// holds the turn of its case, and nobody may judge there before it is known.
func (l *ledger) commit(ctx context.Context, drafts ...draft) ([]entry, tlog.Checkpoint, error) {
	if len(drafts) > maxGroup {
		return nil, tlog.Checkpoint{}, fmt.Errorf("commit: %w", &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("would make %d records at once, at most %d: send it in parts", len(drafts), maxGroup)})
	}
	if err := ctx.Err(); err != nil {
		return nil, tlog.Checkpoint{}, fmt.Errorf("commit: %w", err)
	}
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
	case <-l.stopped:
	}
	select {
	case r := <-g.done:
		return r.entries, r.checkpoint, r.err
	default:
		return nil, tlog.Checkpoint{}, fmt.Errorf("commit: %w: stopping", ErrFenced)
	}
}
