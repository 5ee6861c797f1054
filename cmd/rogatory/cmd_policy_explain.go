package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

type policyExplainOptions struct {
	explainFlags
	audit  auditFlags
	id     string
	record string
	at     timeValue
}

func (a *app) policyExplain() *cobra.Command {
	var o policyExplainOptions
	c := &cobra.Command{
		Use: "explain CASES.jsonl [--id ID] | --record SEQ|CASE|ACT", Short: "Say why policy decides so, and what would change it",
		Long: `Explains the decision of each case of a file (as for policy check), or decisions of
a ledger: the record at a place, all records of a request, or those of an act. It
says the outcome; each rule that fired, with its article and one sentence in the
reader's language; the fact it rests on, its value and where it came from. Facts that
may identify a person are named without value.

What would change the outcome is computed by asking the same rules again with one
fact changed at a time (or the fewest together, when no one is enough). It says what
the policy would then say. It is no advice: a fact is stated as it is, and where a
person must answer no fact stands in for the answer.

Exit status 0 when all outcomes are permits, 3 when one is a denial, 4 when the
worst waits for a person or authority.`,
		Example: `  rogatory policy explain cases.jsonl --id EPO-011 --lang fr
  rogatory policy explain --record 17 --config gateway.yaml
  rogatory policy explain --record 01997bd5-62c2-7a30-9d5e-0c56a7b1a5aa --config gateway.yaml --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case (len(args) == 1) == (o.record != ""):
				return usage("want a case file, or --record of a ledger")
			case len(args) == 1:
				return a.explainCases(cmd.Context(), args[0], o)
			case o.id != "":
				return usage("--id chooses a case of a file")
			}
			return a.explainRecords(cmd.Context(), o)
		},
	}
	o.explainFlags.AddFlags(c)
	o.audit.AddFlags(c, auditUse{pin: true})
	c.Flags().StringVar(&o.id, "id", "", "only the case of this `ID`")
	c.Flags().StringVar(&o.record, "record", "", "decisions of a ledger: a `PLACE`, or the id of a request or act")
	c.Flags().Var(&o.at, "now", "decide cases for this time, unless a case names its own (default now)")
	return c
}

// explained is one decision of what was asked for.
type explained struct {
	ID     string `json:"id,omitempty"`     // of the case in a file
	Record uint64 `json:"record,omitempty"` // of the ledger
	Case   string `json:"case,omitempty"`
	engine.Explanation
}

func (a *app) explainCases(ctx context.Context, cases string, o policyExplainOptions) error {
	x, err := a.explainer(ctx, explainFlags{lang: o.lang})
	if err != nil {
		return err
	}
	path := ""
	switch len(o.bundles) {
	case 0:
	case 1:
		path = o.bundles[0]
	default:
		return usage("cases are decided under one --bundle")
	}
	rev, err := a.loadBundle(ctx, path)
	if err != nil {
		return err
	}
	x.held = map[string]*engine.Revision{string(rev.Digest()): rev}
	out := []explained{}
	err = a.withCases(ctx, cases, func(in io.Reader) error {
		return engine.EachCase(in, func(c engine.Case) error {
			if o.id != "" && c.ID != o.id {
				return nil
			}
			q, d, err := rev.DecideCase(ctx, checkConfig(o.at), c)
			if err != nil {
				return err
			}
			e, err := x.explain(ctx, d, &q, true)
			if err != nil {
				return err
			}
			out = append(out, explained{ID: c.ID, Explanation: e})
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("explain %s: %w", cases, err)
	}
	if len(out) == 0 {
		return fmt.Errorf("explain %s: no such case: %w", cases, fs.ErrNotExist)
	}
	return a.printExplained(x, out)
}

func (a *app) explainRecords(ctx context.Context, o policyExplainOptions) error {
	x, err := a.explainer(ctx, o.explainFlags)
	if err != nil {
		return err
	}
	l, err := a.ledger(o.audit, auditUse{pin: true})
	if err != nil {
		return err
	}
	s, err := l.Show(ctx, o.record)
	if err != nil {
		return a.found(err, nil)
	}
	out := []explained{}
	for _, r := range s.Records {
		for _, q := range r.Decided {
			e, err := x.explain(ctx, q.Decision, &q.Input, true)
			if err != nil {
				return err
			}
			out = append(out, explained{Record: r.Record, Case: r.Case, Explanation: e})
		}
	}
	if len(out) == 0 {
		return fmt.Errorf("explain %s: policy decided nothing there: %w", printable(o.record), fs.ErrNotExist)
	}
	return a.printExplained(x, out)
}

func (a *app) printExplained(x *explainer, out []explained) error {
	var outcomes []policy.Outcome
	for _, e := range out {
		outcomes = append(outcomes, e.Outcome)
	}
	if err := a.print(map[string]any{"explanations": out}, func(w io.Writer) {
		for i := range out {
			e := &out[i]
			if i > 0 {
				fmt.Fprintln(w)
			}
			if e.ID != "" {
				fmt.Fprintf(w, "%s\n", printable(e.ID))
			} else {
				fmt.Fprintf(w, "%d  case %s  %s\n", e.Record, e.Case, stamp(e.At))
			}
			x.write(w, &e.Explanation)
		}
	}); err != nil {
		return err
	}
	return said(outcomeExit(outcomes...))
}
