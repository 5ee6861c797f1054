// Command rogatory is the one binary of the exchange: broker, gateway, demo and
// the verbs of the people who use them.
//
// Standard output is data, standard error is talk. Every verb takes --json, and
// then an error is one JSON object on standard output too. Exit codes are listed
// in exit.go and in every help text.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // the calendars of States must not depend on this machine
)

func main() {
	// Standard output is ours: the embedded object store prints a line of its own
	// there, which nobody needs.
	out := os.Stdout
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = null
	} else {
		os.Stdout = os.Stderr
	}
	os.Exit(Main(os.Args[1:], os.Stdin, out, os.Stderr))
}

// Main runs the program and returns its exit code. Tests call it.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends at once what does not heed the first
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.newRootCommand()
	// Seen before flags are parsed, so that a wrong flag is told as JSON too.
	words := args
	if i := slices.Index(args, "--"); i >= 0 {
		words = args[:i]
	}
	a.json = slices.Contains(words, "--json")
	root.SetArgs(args)
	return a.finish(ctx, root.ExecuteContext(ctx))
}
