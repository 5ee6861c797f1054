package tlog

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrLedger says that stream, files and checkpoint disagree. It is never
	// retried: a person must find out why. Every [LedgerError] matches it.
	ErrLedger = errors.New("ledger in doubt")
	// ErrMissing says that the stream has records but the ledger files are
	// not there. It also matches ErrLedger; [Rebuild] is the way out.
	ErrMissing = errors.New("ledger missing")
	// ErrConflict says that another writer committed first. Nothing of this
	// call was recorded by this writer; the log has moved to the new head.
	ErrConflict = errors.New("another writer committed first")
	// ErrHalted says that a commit may or may not have happened.
	// [Log.AppendAt] and [Log.Reload] find out; [Log.Append] refuses.
	ErrHalted = errors.New("log halted")
	// ErrGap says that entries before the given ones are missing.
	ErrGap = errors.New("entries missing before these")
	// ErrKeys says that a key file or verifier key is malformed.
	ErrKeys = errors.New("bad ledger keys")
	// ErrCheckpoint says that a checkpoint is malformed or not signed by both keys.
	ErrCheckpoint = errors.New("bad checkpoint")
	// ErrProof says that a proof does not lead to the root.
	ErrProof = errors.New("bad proof")
	// ErrAudit is matched by every [AuditError].
	ErrAudit = errors.New("audit failed")
)

// LedgerError names what disagrees. It matches [ErrLedger].
type LedgerError struct {
	Part   string // stream, origin, keys, config, chain, checkpoint, tiles, entries, known
	File   string // file that does not fit, "" when it is not a file
	Detail string
	Err    error // cause, may be nil
}

func (e *LedgerError) Error() string {
	s := "check ledger: " + e.Part
	if e.File != "" {
		s += " " + e.File
	}
	s += ": " + e.Detail
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *LedgerError) Is(target error) bool { return target == ErrLedger }
func (e *LedgerError) Unwrap() error        { return e.Err }

func ledgerErr(part, file string, cause error, format string, args ...any) error {
	return &LedgerError{Part: part, File: file, Detail: fmt.Sprintf(format, args...), Err: cause}
}

// readErr is a ledgerErr unless the store may answer better next time.
func readErr(part, file string, err error, format string, args ...any) error {
	if transient(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("check ledger: "+format+": %w", append(args, err)...)
	}
	var re *readError
	var le *lengthError
	switch { // the cause knows the file better
	case errors.As(err, &re):
		file = re.path
	case errors.As(err, &le):
		file = le.path
	}
	return ledgerErr(part, file, err, format, args...)
}

// AuditError names the first thing that does not hold. It matches [ErrAudit].
type AuditError struct {
	File   string // file that does not hold, "" for a record of the source
	Index  int64  // leaf index it was seen at, -1 when it has none
	Check  string // missing, length, signature, root, entry, tile, record, chain
	Detail string
	Err    error
}

func (e *AuditError) Error() string {
	s := "audit ledger: " + e.Check
	if e.File != "" {
		s += " " + e.File
	}
	if e.Index >= 0 {
		s += fmt.Sprintf(" leaf %d", e.Index)
	}
	s += ": " + e.Detail
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *AuditError) Is(target error) bool { return target == ErrAudit }
func (e *AuditError) Unwrap() error        { return e.Err }
