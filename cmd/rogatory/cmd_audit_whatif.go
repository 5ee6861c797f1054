package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/rules"
)

func (a *app) auditWhatIf() *cobra.Command {
	var f auditFlags
	var explain explainFlags
	var draft, state string
	use := auditUse{pin: true}
	c := &cobra.Command{
		Use: "whatif --bundle DRAFT [--state STATE] [--config FILE | --records FOLDER --pin DIGEST]", Short: "Say which past decisions a draft would change, and why",
		Long: `Asks every question of the ledger again under a draft bundle, which need not be
signed and stands in for the network's, or with --state for that State's own, and lists each answer that would differ: from what to what, by which rules
with their articles, and what they say. Nothing is put in force and nothing is
written. Exit status 0 also when answers would differ.`,
		Example: `  rogatory audit whatif --bundle ./draft --config gateway.yaml
  rogatory audit whatif --bundle draft.tar.gz --config gateway.yaml --json | jq .changes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lang, err := explain.language()
			if err != nil {
				return err
			}
			return a.runAuditWhatIf(cmd.Context(), draft, agencies.State(state), lang, f, use)
		},
	}
	f.AddFlags(c, use)
	c.Flags().StringVar(&draft, "bundle", "", "draft bundle: `DIR` or archive")
	c.Flags().StringVar(&state, "state", "", "`STATE` whose own bundle it is a draft of (default: the network's)")
	c.Flags().StringVar(&explain.lang, "lang", "", "language of the reader: en, fr or es (default: that of $LANG)")
	complete(c, "lang", rules.Languages)
	_ = c.MarkFlagRequired("bundle")
	return c
}

func (a *app) runAuditWhatIf(ctx context.Context, draft string, state agencies.State, lang string, f auditFlags, use auditUse) error {
	if state != "" {
		if err := state.Check(); err != nil {
			return usage("--state: %v", err)
		}
	}
	rev, err := a.loadBundle(ctx, draft)
	if err != nil {
		return err
	}
	l, err := a.ledger(f, use)
	if err != nil {
		return err
	}
	defer audit.Batch()()
	list := []audit.Changed{}
	counts, err := l.WhatIf(ctx, state, rev, func(c audit.Changed) error { list = append(list, c); return nil })
	if err != nil {
		return a.found(err, nil)
	}
	res := struct {
		audit.WhatIf
		Changed []audit.Changed `json:"changed"`
	}{counts, list}
	return a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "draft     %s\nanswers   %d, %d the same\nwas       %s\nwould be  %s\n", counts.Draft, counts.Answers, counts.Same, outcomes(counts.Was), outcomes(counts.Would))
		if counts.Failed > 0 {
			fmt.Fprintf(w, "failed    %d, for want of time or policy then; not asked again\n", counts.Failed)
		}
		for _, change := range slices.Sorted(maps.Keys(counts.Changes)) {
			fmt.Fprintf(w, "changes   %d from %s\n", counts.Changes[change], change)
		}
		for i := range list {
			printChanged(w, lang, &list[i])
		}
	})
}

func printChanged(w io.Writer, lang string, c *audit.Changed) {
	change := fmt.Sprintf("%s -> %s", c.Was, c.Would)
	if c.Was == c.Would {
		change = string(c.Was) + ", but other " + strings.Join(c.Fields, ", ")
	}
	fmt.Fprintf(w, "\n%d  %s %s  case %s\n    %s\n", c.Record, c.Act, c.Gate, c.Case, change)
	if c.Failure != "" {
		fmt.Fprintf(w, "    failure  %s\n", printable(c.Failure))
	}
	say := func(sign string, list []policy.Reason) {
		for _, r := range list {
			sentence, _ := rules.Sentence(lang, r.Text)
			fmt.Fprintf(w, "    %s %s  %s  [%s]\n      %s\n", sign, printable(r.Rule), printable(r.Article), r.Outcome, printable(sentence))
		}
	}
	say("+", c.New)
	say("-", c.Gone)
	for _, o := range c.NewDuties {
		fmt.Fprintf(w, "    + obligation %s\n", printable(o))
	}
	for _, o := range c.GoneDuties {
		fmt.Fprintf(w, "    - obligation %s\n", printable(o))
	}
}
