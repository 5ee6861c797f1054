package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// app is what every verb shares.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	json           bool
	verbose        bool
}

func (a *app) newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "rogatory",
		Short: "Ask a foreign authority for electronic evidence, and answer for every step",
		Long: `Rogatory lets authorities of different States ask each other for electronic
evidence, decides whether the asking is lawful, hands the evidence over, and
leaves a record that a court and an oversight body can check by themselves.

Try it: rogatory demo --once`,
		Version:           version(),
		Args:              cobra.ArbitraryArgs,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              a.noVerb,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print one JSON value on standard output")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "say more on standard error")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &exitError{code: exitUsage, err: err, hint: "see: " + cmd.CommandPath() + " --help"}
	})
	for _, c := range a.commands() {
		describe(c)
		root.AddCommand(c)
	}
	return root
}

// describe puts the exit codes at the end of every help text, and turns wrong
// arguments and missing flags into usage errors.
func describe(c *cobra.Command) {
	if c.Long == "" {
		c.Long = c.Short + "."
	}
	c.Long += "\n" + exitHelp
	check := c.Args
	if check == nil {
		check = cobra.ArbitraryArgs
	}
	c.Args = func(cmd *cobra.Command, args []string) error {
		err := check(cmd, args)
		if err == nil {
			err = cmd.ValidateRequiredFlags()
		}
		if err == nil {
			err = cmd.ValidateFlagGroups()
		}
		if err != nil {
			return &exitError{code: exitUsage, err: err, hint: "see: " + cmd.CommandPath() + " --help"}
		}
		return nil
	}
	for _, sub := range c.Commands() {
		describe(sub)
	}
}

// group is a verb that only has verbs below it.
func (a *app) group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs, RunE: a.noVerb}
	c.AddCommand(subs...)
	return c
}

// noVerb is what runs when no verb was named, or one that does not exist.
func (a *app) noVerb(cmd *cobra.Command, args []string) error {
	hint := "see: " + cmd.CommandPath() + " --help"
	if len(args) == 0 {
		if !cmd.HasParent() {
			return cmd.Help()
		}
		return &exitError{code: exitUsage, err: fmt.Errorf("%s needs a verb", cmd.CommandPath()), hint: hint}
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean: " + cmd.CommandPath() + " " + near[0]
	}
	return &exitError{code: exitUsage, err: fmt.Errorf("unknown verb %q for %s", args[0], cmd.CommandPath()), hint: hint}
}

// print writes the result of a verb: v as JSON when asked for, else what text says.
func (a *app) print(v any, text func(w io.Writer)) error {
	if a.json {
		e := json.NewEncoder(a.stdout)
		e.SetEscapeHTML(false)
		return e.Encode(v)
	}
	text(a.stdout)
	return nil
}

// say talks on standard error.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.stderr, format+"\n", args...) }

// terminal says whether standard error is a person's screen.
func (a *app) terminal() bool {
	f, ok := a.stderr.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// logger writes text on a terminal and JSON elsewhere.
func (a *app) logger(level slog.Level) *slog.Logger {
	if a.verbose {
		level = slog.LevelDebug
	}
	opts := &slog.HandlerOptions{Level: level}
	if a.terminal() {
		return slog.New(slog.NewTextHandler(a.stderr, opts))
	}
	return slog.New(slog.NewJSONHandler(a.stderr, opts))
}
