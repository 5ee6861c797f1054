package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
)

// Config says what to audit, and what to hold it against.
type Config struct {
	// Records is the folder of an oversight body's gateway: every record of the
	// ledger, one file each, named by its place (20 digits, ".json"). Required.
	Records fs.FS
	// Pin is the digest of version 1 of the trust list, as it came another way than
	// through the broker. Required but for Prove.
	Pin agencies.Digest
	// Tiles is the ledger's tree: a copy (tlog.FromFS) or a server ([NewWeb]).
	// Verify and Prove need it.
	Tiles tlog.Source
	// Keys are the ledger's two public keys, as they came another way. Verify and
	// Prove need them.
	Keys *tlog.VerifyKeys
	// Known are checkpoints seen before, or by a witness: the tree must contain them.
	Known []tlog.Checkpoint
	// Timeout bounds one decision made again. Default 30 s: the machine of an
	// overseer may be slower than the broker, whose limit is part of no decision.
	Timeout time.Duration
	// Workers open records and decide again at once. Default GOMAXPROCS.
	Workers int
}

// Ledger is a copy of a ledger. It is safe for concurrent use.
type Ledger struct{ cfg Config }

// Open takes the copies; it reads nothing yet.
func Open(cfg Config) (*Ledger, error) {
	if cfg.Records == nil {
		return nil, errors.New("open ledger: Records is required")
	}
	if cfg.Pin != "" {
		if err := cfg.Pin.Check(); err != nil {
			return nil, fmt.Errorf("open ledger: pin: %w", err)
		}
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	return &Ledger{cfg: cfg}, nil
}

// Report is what Verify found and counted.
type Report struct {
	Verified   bool                   `json:"verified"`
	Records    uint64                 `json:"records"`
	Requests   int                    `json:"requests"`
	Decisions  map[policy.Outcome]int `json:"decisions"` // by outcome; each of the five is there
	Exhibits   int                    `json:"exhibits"`
	Handovers  int                    `json:"handovers"`
	Rejections int                    `json:"rejections"`
	Trust      int                    `json:"trust_list"` // newest version recorded
	Bundles    int                    `json:"bundles"`    // put in force, of the network and of States
	Replay     Replayed               `json:"replay"`
	// Suspect are records with a signature by a key that a later trust list calls
	// compromised at or before that time. They hold as recorded; a person must look.
	Suspect    []uint64    `json:"suspect,omitempty"`
	Checkpoint *Checkpoint `json:"checkpoint,omitempty"` // Verify only
}

// Checkpoint is the signed head that everything was held against.
type Checkpoint struct {
	Origin   string    `json:"origin"`
	Size     uint64    `json:"size"`
	Root     string    `json:"root"` // standard base64, as in the note
	SignedAt time.Time `json:"signed_at"`
	Note     string    `json:"note"`
}

// Verify checks everything that the package promises. Whatever does not hold comes
// back as a [*Finding]; any other error says that the check could not be done. The
// report counts what held up to there, and is Verified only when all of it did.
func (l *Ledger) Verify(ctx context.Context) (*Report, error) {
	if l.cfg.Tiles == nil || l.cfg.Keys == nil || l.cfg.Pin == "" {
		return nil, errors.New("verify ledger: Tiles, Keys and Pin are required")
	}
	t := newTally()
	held, err := count(l.cfg.Records)
	if err != nil {
		return &t.Report, err
	}
	w := l.walk(ctx, replay, t.count)
	var failed error
	tree, treeErr := tlog.Audit(ctx, tlog.AuditConfig{
		Source: l.cfg.Tiles, Keys: l.cfg.Keys, Known: l.cfg.Known, Workers: l.cfg.Workers,
		// The tree is told of a record before the walk is, so that what comes back
		// first is about the first record.
		Records: func(yield func(uint64, []byte) bool) {
			for index, raw := range l.all(ctx, held, &failed) {
				if !yield(index, raw) || !w.add(index+1, raw) {
					return
				}
			}
		},
	})
	walkErr := w.wait()
	report := t.finish(w)
	switch {
	case walkErr != nil:
		return report, walkErr
	case failed != nil:
		return report, failed
	case treeErr != nil:
		return report, audited(treeErr, held, func(seq uint64) *broker.Attestation {
			raw, err := l.readRecord(seq)
			if err != nil {
				return nil
			}
			return claims(raw)
		})
	case held > tree.Checkpoint.Size:
		// Either the broker stopped between recording and signing, which the next
		// checkpoint mends, or the tree went back.
		return report, about(tree.Checkpoint.Size+1, nil, CheckCheckpoint, nil, "the checkpoint covers %d records, %d are held", tree.Checkpoint.Size, held)
	}
	report.Checkpoint = viewCheckpoint(tree.Checkpoint)
	report.Verified = true
	return report, nil
}

// Walk verifies every record, its case and its decisions in the order of the ledger
// and gives each to visit, which ends the walk by an error. It asks for no tiles, so
// that nothing is said about completeness, and decides nothing again.
func (l *Ledger) Walk(ctx context.Context, visit func(*Record) error) error {
	_, err := l.walkAll(ctx, nil, visit)
	return err
}

// walkAll feeds a walk with all records held.
func (l *Ledger) walkAll(ctx context.Context, decide func(*walk) decider, visit func(*Record) error) (*walk, error) {
	if l.cfg.Pin == "" {
		return nil, errors.New("read ledger: Pin is required")
	}
	held, err := count(l.cfg.Records)
	if err != nil {
		return nil, err
	}
	w := l.walk(ctx, decide, visit)
	var failed error
	for index, raw := range l.all(ctx, held, &failed) {
		if !w.add(index+1, raw) {
			break
		}
	}
	if err := w.wait(); err != nil {
		return w, err
	}
	return w, failed
}

// tally counts what a walk visits.
type tally struct {
	Report
	cases map[string]bool
}

func newTally() *tally {
	t := &tally{cases: map[string]bool{}, Report: Report{Decisions: map[policy.Outcome]int{}}}
	for _, o := range []policy.Outcome{policy.Permitted, policy.HumanReview, policy.NeedsNotification, policy.NeedsValidation, policy.Denied} {
		t.Decisions[o] = 0
	}
	return t
}

// count is the visit of Verify. A decision that comes out differently ends it.
func (t *tally) count(r *Record) error {
	if err := t.Replay.add(r); err != nil {
		return err
	}
	a := r.Attestation
	t.Records++
	// A message that could not be read or came from a stranger lies in a file of its
	// own: a rejection, no request.
	if a.Case != "" && len(a.Statements) > 0 {
		t.cases[a.Case] = true
	}
	if a.Decision != nil {
		t.Decisions[a.Decision.Outcome]++
	}
	switch a.Act {
	case broker.ActReject:
		t.Rejections++
	case broker.ActHandover:
		t.Handovers++
	case broker.ActProduce:
		t.Exhibits += len(r.After.Exhibits) - len(r.Before.Exhibits)
	}
	return nil
}

func (t *tally) finish(w *walk) *Report {
	t.Requests = len(t.cases)
	if latest := w.history.Latest(); latest != nil {
		t.Trust = latest.List().Version
	}
	t.Bundles, t.Suspect = len(w.register), w.suspect()
	return &t.Report
}

// suspect lists the records with a signature by a key that was compromised by then,
// as the newest trust list knows.
func (w *walk) suspect() []uint64 {
	var out []uint64
	for kid, uses := range w.uses {
		since, ok := w.history.Compromised(kid)
		if !ok {
			continue
		}
		for _, u := range uses {
			if !u.at.Before(since) {
				out = append(out, u.seq)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
