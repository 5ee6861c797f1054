package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// explainFlags say how decisions are explained.
type explainFlags struct {
	lang    string
	bundles []string
}

func (f *explainFlags) AddFlags(c *cobra.Command) {
	c.Flags().StringVar(&f.lang, "lang", "", "language of the reader: en, fr or es (default: that of $LANG)")
	c.Flags().StringArrayVar(&f.bundles, "bundle", nil, "bundle `DIR` or archive that decided, to say what would change, beside the network's in this program")
	complete(c, "lang", rules.Languages)
}

// language is the one asked for, or else that of the environment.
func (f *explainFlags) language() (string, error) {
	if f.lang != "" {
		if !slices.Contains(rules.Languages, f.lang) {
			return "", usage("--lang wants one of: %s", join(rules.Languages))
		}
		return f.lang, nil
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			lang, _, _ := strings.Cut(v, "_")
			if slices.Contains(rules.Languages, lang) {
				return lang, nil
			}
			break // the first that is set decides, as in POSIX
		}
	}
	return "en", nil
}

// explainer explains decisions in one language, under the revisions held.
type explainer struct {
	lang string
	held map[string]*engine.Revision
}

func (a *app) explainer(ctx context.Context, f explainFlags) (*explainer, error) {
	lang, err := f.language()
	if err != nil {
		return nil, err
	}
	x := &explainer{lang: lang, held: map[string]*engine.Revision{}}
	for _, path := range append([]string{""}, f.bundles...) {
		rev, err := a.loadBundle(ctx, path)
		if err != nil {
			return nil, err
		}
		x.held[string(rev.Digest())] = rev
	}
	return x, nil
}

// explain reads a decision; with search it also asks what other facts would change.
func (x *explainer) explain(ctx context.Context, d policy.Decision, in *policy.Input, search bool) (engine.Explanation, error) {
	e := engine.Explain(x.lang, d, in)
	rev := x.held[d.Revision]
	if !search || in == nil || rev == nil || d.Outcome == policy.Permitted {
		return e, nil
	}
	var err error
	e.Changes, err = rev.WouldSay(ctx, *in, checkConfig(timeValue{}).Limits)
	return e, err
}

// mostChanges bounds what is printed for people; --json has them all.
const mostChanges = 12

// write prints an explanation for a person. Everything in it comes from a record
// that others made, so nothing reaches the terminal as it is.
func (x *explainer) write(w io.Writer, e *engine.Explanation) {
	say := func(label string, values ...string) string { return rules.Label(e.Lang, label, values...) }
	about := strings.TrimSpace(printable(strings.Join([]string{e.Instrument, e.Action, string(e.Regime), string(e.Gate)}, " ")))
	fmt.Fprintf(w, "%s: %s (%s)\n", say("outcome"), strings.ToUpper(e.Means), about)
	if e.Failure != "" {
		fmt.Fprintf(w, "  %s: %s\n", say("failure"), printable(e.Failure))
	}
	for _, f := range e.Rules {
		fmt.Fprintf(w, "\n  %s  %s  [%s]\n", printable(f.Rule), printable(f.Article), rules.Word(e.Lang, string(f.Outcome)))
		note := ""
		if !f.Translated {
			note = " (" + say("english") + ")"
		}
		fmt.Fprintf(w, "    %s%s\n", printable(f.Sentence), note)
		if f.Fact != nil {
			fmt.Fprintf(w, "    %s: %s\n", say("fact"), printable(x.basis(f.Fact)))
		}
	}
	for _, q := range e.Questions {
		fmt.Fprintf(w, "\n  %s: %s\n", say("person"), printable(q))
	}
	for _, o := range e.Obligations {
		fmt.Fprintf(w, "\n  %s: %s", say("obligation"), printable(o))
	}
	if len(e.Obligations) > 0 {
		fmt.Fprintln(w)
	}
	x.writeChanges(w, e)
}

// basis is a fact, its value and where it came from.
func (x *explainer) basis(b *engine.Basis) string {
	switch {
	case b.Missing:
		return b.Name + ", " + rules.Label(x.lang, "missing")
	case b.Hidden && b.Provenance == "":
		return b.Name
	}
	out := b.Name + " = " + spell(b.Value)
	if b.Hidden {
		out = b.Name + ", " + rules.Label(x.lang, "not_shown")
	}
	if b.Provenance != "" {
		out += ", " + rules.Word(x.lang, string(b.Provenance))
	}
	if b.Source != "" {
		out += ", " + rules.Label(x.lang, "source") + " " + b.Source
	}
	return out
}

func (x *explainer) writeChanges(w io.Writer, e *engine.Explanation) {
	say := func(label string, values ...string) string { return rules.Label(e.Lang, label, values...) }
	switch {
	case e.Outcome == policy.Permitted:
		return
	case x.held[e.Revision] == nil:
		fmt.Fprintf(w, "\n%s\n", say("not_held", printable(e.Revision)))
		return
	case e.Changes == nil:
		return
	case len(e.Changes) == 0:
		fmt.Fprintf(w, "\n%s\n", say("no_change"))
		return
	}
	fmt.Fprintf(w, "\n%s:\n", say("would"))
	for i, c := range e.Changes {
		if i == mostChanges {
			fmt.Fprintf(w, "  %s\n", say("more", strconv.Itoa(len(e.Changes)-i)))
			break
		}
		var facts []string
		for _, f := range c.Facts {
			facts = append(facts, printable(changeWords(say, f)))
		}
		line := rules.Word(e.Lang, string(c.Outcome))
		if len(c.Left) > 0 {
			line += " (" + say("left") + ": " + printable(strings.Join(c.Left, ", ")) + ")"
		}
		fmt.Fprintf(w, "  %s\n    => %s\n", strings.Join(facts, "\n  "+say("and")+" "), line)
	}
}

// changeWords is one fact, otherwise.
func changeWords(say func(string, ...string) string, f engine.FactChange) string {
	switch {
	case f.Signed:
		return f.Fact + " = " + spell(f.Was) + ": " + say("signed")
	case f.Agreed:
		return f.Fact + ": " + say("agreed")
	}
	var then []string
	for _, v := range f.Then {
		then = append(then, spell(v))
	}
	return f.Fact + ": " + spell(f.Was) + " -> " + strings.Join(then, " "+say("or")+" ")
}

// spell is a value as the form of a request has it.
func spell(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := agencies.Canonical(v)
	if err != nil {
		return "?"
	}
	return string(b)
}

// outcomeExit is the exit code that tells an outcome.
func outcomeExit(list ...policy.Outcome) int {
	if len(list) == 0 {
		return exitDone
	}
	switch policy.Worst(list...) {
	case policy.Permitted:
		return exitDone
	case policy.Denied:
		return exitDenied
	}
	return exitWaiting
}
