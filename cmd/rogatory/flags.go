package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
)

// timeValue is a flag that takes a time: RFC 3339, or a date for its first moment
// in UTC.
type timeValue struct{ time.Time }

func (t *timeValue) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

func (t *timeValue) Set(s string) error {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		at, err = time.Parse(time.DateOnly, s)
	}
	if err != nil {
		return fmt.Errorf("want a time as in 2026-11-23T12:00:00Z or a date as in 2026-11-23")
	}
	t.Time = at.UTC()
	return nil
}

func (t *timeValue) Type() string { return "time" }

// or is the flag's time, or the time given when the flag was not.
func (t *timeValue) or(at time.Time) time.Time {
	if t.IsZero() {
		return at
	}
	return t.Time
}

// now is the time that a verb writes down: whole seconds, UTC.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// complete offers fixed words for a flag in the shells.
func complete[T ~string](c *cobra.Command, flag string, words []T) {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	// The error is about a flag that does not exist: a slip that the test of
	// all commands finds.
	if err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(out, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// algorithms are the kinds of signing keys.
var algorithms = []agencies.Alg{agencies.Ed25519, agencies.P256, agencies.P384}

// chainFlags tell a verb which trust lists to believe.
type chainFlags struct {
	pin   string
	files []string
}

func (f *chainFlags) AddFlags(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.files, "trust", nil, "trust list `FILE`; repeat for every version, oldest first")
	c.Flags().StringVar(&f.pin, "pin", "", "`DIGEST` of version 1, as you got it another way than the file")
}

// history reads and verifies every version against the one before, and the
// first against the pin.
func (a *app) history(f chainFlags) (agencies.History, error) {
	if len(f.files) == 0 {
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("no trust list given"), hint: "--trust FILE for every version, oldest first"}
	}
	if f.pin == "" {
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("no pin given"), hint: "--pin DIGEST of version 1, as a registrar told you"}
	}
	var h agencies.History
	for i, path := range f.files {
		s, err := a.readTrustList(path)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			h, err = agencies.NewHistory(s, agencies.Digest(f.pin))
		} else {
			h, err = h.Append(s)
		}
		if err != nil {
			return nil, fmt.Errorf("verify %s: %w", path, err)
		}
	}
	return h, nil
}

func (a *app) readTrustList(path string) (*agencies.SignedTrustList, error) {
	b, err := a.readFile(path)
	if err != nil {
		return nil, err
	}
	s, err := agencies.ParseTrustList(trimNewline(b))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return s, nil
}

// trimNewline takes off the one line end that our files have after the JSON,
// whose form is otherwise fixed to the byte.
func trimNewline(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		return b[:n-1]
	}
	return b
}
