package tlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Stream is the state of the JetStream stream as the server tells it.
type Stream struct {
	Name    string
	Created time.Time
	LastSeq uint64
}

// HeadFunc asks the server for the state of the stream.
type HeadFunc func(ctx context.Context) (Stream, error)

// Config is what a writer needs.
type Config struct {
	// Store keeps the files. Required; see [OpenDir].
	Store Store
	// Keys sign checkpoints. Their origin is the log's. Required.
	Keys *SigningKeys
	// Origin is the name the operator expects; it must equal that of Keys and
	// of the ledger files. Required.
	Origin string
	// Head tells the state of the stream. Asked at Open, Reload and CheckStream. Required.
	Head HeadFunc
	// Known are checkpoints seen outside this node (a witness, an export). Open
	// refuses a tree that does not contain them; this finds a restored backup.
	Known []Checkpoint
	// FinishTimeout bounds the steps that follow a won commit, which a cancelled
	// context does not stop. Default 30 s.
	FinishTimeout time.Duration
	// Log gets one line per start, lost race and halt. Default: none.
	Log *slog.Logger
}

// Log is the one writer of a ledger. All methods may be called concurrently.
type Log struct {
	cfg   Config
	store Store
	log   *slog.Logger

	// mu serialises everything that moves the head.
	mu sync.Mutex
	// halted is the reason why the head is in doubt, nil if it is not. Owner: mu.
	halted error
	// lastSeq is the stream's last sequence when it was last asked. Owner: mu.
	lastSeq uint64

	// head is read without mu; it never goes back.
	head atomic.Pointer[head]
}

// head is one committed state, never changed after it is stored.
type head struct {
	cp   Checkpoint
	pos  uint64 // number of its cp/ file
	edge *edge
}

// Open starts the writer. It finishes a commit that was interrupted after it
// was won, and refuses with [ErrLedger] when stream, files and checkpoint
// disagree. Without any files it creates the ledger if the stream is empty,
// and otherwise refuses with [ErrMissing].
func Open(ctx context.Context, cfg Config) (*Log, error) { return start(ctx, cfg, false) }

// Rebuild creates the ledger files of a stream that already has records. It
// refuses when any file of a ledger is there. The caller feeds the records
// from index 0 with [Log.AppendAt]; whoever holds an older checkpoint can tell
// by [Config.Known] or a consistency proof whether history is the same.
func Rebuild(ctx context.Context, cfg Config) (*Log, error) { return start(ctx, cfg, true) }

func start(ctx context.Context, cfg Config, rebuild bool) (*Log, error) {
	switch {
	case cfg.Store == nil || cfg.Head == nil:
		return nil, errors.New("open ledger: Config needs Store and Head")
	case cfg.Keys == nil:
		return nil, fmt.Errorf("open ledger: no signing keys: %w", ErrKeys)
	}
	if cfg.FinishTimeout <= 0 {
		cfg.FinishTimeout = 30 * time.Second
	}
	l := &Log{cfg: cfg, store: cfg.Store, log: cfg.Log}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.load(ctx, rebuild); err != nil {
		return nil, err
	}
	l.log.Info("ledger open", "origin", cfg.Origin, "size", l.Size(), "missing", l.missing())
	return l, nil
}

// Origin is the name of the log.
func (l *Log) Origin() string { return l.cfg.Origin }

// Verify returns the keys that check this log.
func (l *Log) Verify() *VerifyKeys { return l.cfg.Keys.verify }

// Checkpoint returns the last committed checkpoint.
func (l *Log) Checkpoint() Checkpoint { return l.head.Load().cp }

// Size is the number of committed entries, and the index of the next one.
func (l *Log) Size() uint64 { return l.head.Load().cp.Size }

// Missing is how many records the stream had beyond the tree when it was last
// asked. The caller reads them from sequence Size()+1 and appends them.
func (l *Log) Missing() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.missing()
}

func (l *Log) missing() uint64 {
	if size := l.Size(); l.lastSeq > size {
		return l.lastSeq - size
	}
	return 0
}

// Reload reads the head again, as [Open] does. It ends [ErrHalted] or tells why not.
func (l *Log) Reload(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reload(ctx)
}

func (l *Log) reload(ctx context.Context) error {
	if errors.Is(l.halted, ErrLedger) {
		return l.halted // for good: a person must look
	}
	if err := l.load(ctx, false); err != nil {
		return l.halt(err)
	}
	l.halted = nil
	return nil
}

// halt records that the head is in doubt and returns the error for the caller.
func (l *Log) halt(err error) error {
	if !errors.Is(err, ErrLedger) && !errors.Is(err, ErrHalted) {
		err = fmt.Errorf("%w: %w", ErrHalted, err)
	}
	l.halted = err
	l.log.Error("ledger halted", "err", err)
	return err
}

// CheckStream asks for the stream's state and holds it against the tree, as at
// start. Call it whenever the connection to the server was lost.
func (l *Log) CheckStream(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.halted != nil {
		return l.halted
	}
	if err := l.checkStream(ctx, l.head.Load().cp.Size); err != nil {
		if errors.Is(err, ErrLedger) {
			return l.halt(err)
		}
		return err
	}
	return nil
}
