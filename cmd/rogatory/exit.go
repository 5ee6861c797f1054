package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
)

// Exit codes. They are part of the command contract and never change meaning.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDenied      = 3
	exitWaiting     = 4
	exitNotFound    = 5
	exitConflict    = 6
	exitUnverified  = 7
	exitUntrusted   = 8
	exitDeadline    = 9
	exitTryAgain    = 75
	exitInterrupted = 130
)

const exitHelp = `
Exit status: 0 done, 1 failed, 2 usage, 3 denied by policy, 4 waiting for a
person or authority, 5 not found, 6 conflict or act not possible, 7 verification
failed, 8 not trusted, 9 deadline passed, 75 try again, 130 interrupted.`

// exitError carries an exit code and, for people, what to do next.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// finish prints an error once, in the form asked for, and gives the exit code.
func (a *app) finish(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	code := exitCode(ctx, err)
	if errors.Is(err, errSaid) {
		return code
	}
	var hint string
	if e, ok := errors.AsType[*exitError](err); ok {
		hint = e.hint
	}
	if a.json {
		out := map[string]any{"error": err.Error(), "exit": code}
		if f, ok := errors.AsType[*agencies.FieldError](err); ok {
			out["field"], out["rule"] = f.Field, f.Rule
		}
		if t, ok := errors.AsType[*agencies.TrustError](err); ok {
			out["reason"] = t.Reason
		}
		if hint != "" {
			out["hint"] = hint
		}
		_ = json.NewEncoder(a.stdout).Encode(out)
		return code
	}
	fmt.Fprintf(a.stderr, "rogatory: %v\n", err)
	if hint != "" {
		fmt.Fprintf(a.stderr, "rogatory: %s\n", hint)
	}
	return code
}

// errSaid marks an outcome that the verb itself has already told, such as a
// denial with its reasons: only the exit code is left to give.
var errSaid = errors.New("said")

// said ends a verb with a code after it has printed its result.
func said(code int) error {
	if code == exitDone {
		return nil
	}
	return &exitError{code: code, err: errSaid}
}
