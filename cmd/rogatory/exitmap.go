package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/broker/forms"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// exits turns errors into exit codes, once for the whole program. The first row
// that matches counts, so that what an error means stands before what it is made
// of: many of these errors carry an *agencies.FieldError.
var exits = []struct {
	err  error
	code int
}{
	{policy.ErrDenied, exitDenied},
	{policy.ErrPermit, exitDenied},
	{policy.ErrUnsigned, exitUntrusted},
	{policy.ErrRollback, exitUntrusted},
	{policy.ErrNoPolicy, exitDenied},

	{broker.ErrRecipient, exitUntrusted},
	{broker.ErrTransition, exitConflict},
	{broker.ErrOrder, exitUnverified},
	{broker.ErrAttested, exitUnverified},
	{broker.ErrRecord, exitUnverified},

	{forms.ErrNoOrder, exitUsage},

	{evidence.ErrSource, exitConflict},
	{evidence.ErrNotForUs, exitUntrusted},
	{evidence.ErrSeal, exitUnverified},
	{evidence.ErrCustody, exitUnverified},
	{evidence.ErrManifest, exitUnverified},

	{vault.ErrNotFound, exitNotFound},
	{vault.ErrMismatch, exitUnverified},
	{vault.ErrExpired, exitTryAgain},
	{vault.ErrUnavailable, exitTryAgain},
	{vault.ErrConfig, exitFailed},

	{tlog.ErrConflict, exitConflict},
	{tlog.ErrHalted, exitTryAgain},
	{tlog.ErrLedger, exitUnverified},
	{tlog.ErrMissing, exitUnverified},
	{tlog.ErrAudit, exitUnverified},
	{tlog.ErrGap, exitUnverified},
	{tlog.ErrCheckpoint, exitUnverified},
	{tlog.ErrProof, exitUnverified},
	{tlog.ErrChanged, exitUnverified},
	{tlog.ErrKeys, exitUsage},

	{embedded.ErrConflict, exitConflict},
	{embedded.ErrUnknown, exitTryAgain},
	{embedded.ErrLedger, exitUnverified},
	{embedded.ErrS3Busy, exitConflict},
	{embedded.ErrAccount, exitUntrusted},
	{embedded.ErrKeys, exitUsage},
	{embedded.ErrBatch, exitFailed},

	{audit.ErrUnavailable, exitTryAgain},

	{exchange.ErrFenced, exitUnverified},
	{exchange.ErrUnavailable, exitTryAgain},

	{gateway.ErrLedger, exitUnverified},
	{gateway.ErrNotHeld, exitNotFound},

	{engine.ErrBusy, exitTryAgain},
	{engine.ErrBundle, exitFailed},
	{rules.ErrNoBaseline, exitNotFound},
	// A case that is malformed is a matter of usage, so this comes late.
	{engine.ErrUndecided, exitFailed},

	{agencies.ErrTrustRollback, exitUntrusted},
	{agencies.ErrUntrusted, exitUntrusted},
	{agencies.ErrSealed, exitUnverified},
	{agencies.ErrMalformed, exitUsage},

	{fs.ErrNotExist, exitNotFound},
	{fs.ErrExist, exitConflict},
	{context.DeadlineExceeded, exitTryAgain},
	{context.Canceled, exitInterrupted},
}

// exitCode is the exit code for an error. What the broker answered and what a
// verb decided count first; then the table; what is left of an interrupted
// program was interrupted.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if e, ok := errors.AsType[*broker.ReplyError](err); ok {
		return e.Code.Exit() // the number in the reply is the other side's claim
	}
	if errors.Is(err, audit.ErrFinding) {
		return exitUnverified // whatever it is made of
	}
	if e, ok := errors.AsType[*agencies.TrustError](err); ok && e.Reason == agencies.ReasonSignature {
		return exitUnverified
	}
	if errors.Is(err, broker.ErrTransition) {
		return broker.ReasonFor(err).Exit() // which knows a wait and a deadline from a conflict
	}
	for _, row := range exits {
		if errors.Is(err, row.err) {
			return row.code
		}
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return exitFailed
}
