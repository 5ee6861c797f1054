package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

func (a *app) auditVerify() *cobra.Command {
	var f auditFlags
	use := auditUse{pin: true, tree: true}
	c := &cobra.Command{
		Use: "verify --tiles FOLDER|URL [--config FILE | --records FOLDER --pin DIGEST --vkeys FILE]", Short: "Check a whole ledger, from its first record to its signed checkpoint",
		Long: `Checks that no record is missing and each is the one that the signed tree commits
to; that trust lists follow each other from the pin; that every record is sealed by
the broker and every statement signed by who it says, by the list in force then; that
every request, folded from its beginning, leads to the attested states, receipts and
clocks; that policy was asked wherever it must be, by the bundles that records have put in
force and with the facts that the ledger gives, was obeyed, and decides the same
again; and that custody is unbroken.

The first thing that does not hold is named, with its record, its case and the check:
exit status 7. --known takes a checkpoint seen before, so that a ledger which was
wound back or written anew is found; keep the one that this verb prints with --json.`,
		Example: `  rogatory audit verify --config gateway.yaml --tiles https://ledger.example.org/xz
  rogatory audit verify --records ./records --tiles ./tlog --vkeys ledger.vkeys --pin sha-256:... --known last.checkpoint`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runAuditVerify(cmd.Context(), f, use) },
	}
	f.AddFlags(c, use)
	c.Flags().StringArrayVar(&f.known, "known", nil, "checkpoint `FILE` seen before, or by a witness; may repeat")
	return c
}

func (a *app) runAuditVerify(ctx context.Context, f auditFlags, use auditUse) error {
	l, err := a.ledger(f, use)
	if err != nil {
		return err
	}
	defer audit.Batch()()
	report, err := l.Verify(ctx)
	if err != nil {
		return a.found(err, report)
	}
	if err := a.print(report, func(w io.Writer) { printReport(w, report) }); err != nil {
		return err
	}
	if len(report.Suspect) > 0 {
		a.say("somebody must look at %d records: a key that signed there is called compromised since before", len(report.Suspect))
	}
	return nil
}

func printReport(w io.Writer, r *audit.Report) {
	cp := r.Checkpoint
	fmt.Fprintf(w, "verified    %d records of %s\ncheckpoint  %d, signed %s\nroot        %s\ntrust list  version %d\nbundles     %d put in force\n",
		r.Records, cp.Origin, cp.Size, stamp(cp.SignedAt), cp.Root, r.Trust, r.Bundles)
	fmt.Fprintf(w, "requests    %d\ndecisions   %s\nreplayed    %s\nexhibits    %d, handed over %d\nrejections  %d\n",
		r.Requests, outcomes(r.Decisions), replayed(&r.Replay), r.Exhibits, r.Handovers, r.Rejections)
	if len(r.Suspect) > 0 {
		var places []string
		for _, seq := range r.Suspect {
			places = append(places, strconv.FormatUint(seq, 10))
		}
		fmt.Fprintf(w, "suspect     records %s\n", strings.Join(places, " "))
	}
}

// outcomes says how often each came, the mildest first.
func outcomes(n map[policy.Outcome]int) string {
	var out []string
	for _, o := range auditOutcomes {
		if n[o] > 0 {
			out = append(out, fmt.Sprintf("%s %d", o, n[o]))
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

func replayed(r *audit.Replayed) string {
	out := fmt.Sprintf("%d of %d answers the same", r.Same, r.Total())
	if r.Failed > 0 {
		out += fmt.Sprintf(", %d in which the engine had failed", r.Failed)
	}
	return out
}

func (a *app) auditReplay() *cobra.Command {
	var f auditFlags
	use := auditUse{pin: true}
	c := &cobra.Command{
		Use: "replay [--config FILE | --records FOLDER --pin DIGEST]", Short: "Decide everything again, and say what comes out differently",
		Long: `Asks every recorded question again, under the revision that answered it then, whose
bytes the ledger itself holds, and compares outcome, obligations, reasons and
questions to people. Every difference is listed with its record: exit status 7.`,
		Example: `  rogatory audit replay --config gateway.yaml
  rogatory audit replay --records ./records --pin sha-256:... --json | jq .differ`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runAuditReplay(cmd.Context(), f, use) },
	}
	f.AddFlags(c, use)
	return c
}

func (a *app) runAuditReplay(ctx context.Context, f auditFlags, use auditUse) error {
	l, err := a.ledger(f, use)
	if err != nil {
		return err
	}
	defer audit.Batch()()
	counts, differ, err := l.Replay(ctx)
	if err != nil {
		return a.found(err, nil)
	}
	total := counts.Total() + len(differ)
	res := struct {
		Answers int `json:"answers"`
		audit.Replayed
		Differ []audit.Difference `json:"differ"`
	}{total, counts, differ}
	if err := a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "answers   %d\nsame      %d\n", total, counts.Same)
		if counts.Failed > 0 {
			fmt.Fprintf(w, "failed    %d, for want of time or policy then; they denied\n", counts.Failed)
		}
		for _, d := range differ {
			fmt.Fprintf(w, "DIFFERS   record %d (%s) of case %s: %s\n", d.Record, d.Act, d.Case, d.Detail)
		}
	}); err != nil {
		return err
	}
	if len(differ) > 0 {
		return said(exitUnverified)
	}
	return nil
}

func (a *app) auditProve() *cobra.Command {
	var f auditFlags
	var out string
	use := auditUse{tree: true}
	c := &cobra.Command{
		Use: "prove SEQ --tiles FOLDER|URL [--config FILE | --records FOLDER --vkeys FILE]", Short: "Prove that a record stands in the ledger",
		Long: `Writes a c2sp.org/tlog-proof for the record at a place of the ledger. Whoever has
the record's bytes and the ledger's public keys checks it offline; it has been so
checked when it is printed. A record that is not the one in the tree has no proof:
exit status 7.`,
		Example: `  rogatory audit prove 17 --config gateway.yaml --tiles https://ledger.example.org/xz --out 17.tlog-proof`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runAuditProve(cmd.Context(), args[0], out, f, use)
		},
	}
	f.AddFlags(c, use)
	c.Flags().StringVarP(&out, "out", "o", "", "`FILE` for the proof, which must not exist yet (default: standard output)")
	return c
}

func (a *app) runAuditProve(ctx context.Context, place, out string, f auditFlags, use auditUse) error {
	seq, err := strconv.ParseUint(place, 10, 64)
	if err != nil || seq == 0 {
		return usage("%q is no place in a ledger: records count from 1", place)
	}
	l, err := a.ledger(f, use)
	if err != nil {
		return err
	}
	p, err := l.Prove(ctx, seq)
	if err != nil {
		return a.found(err, nil)
	}
	if out != "" {
		if err := createFile(out, []byte(p.Text), modePublic); err != nil {
			return err
		}
	}
	if err := a.print(p, func(w io.Writer) {
		if out == "" {
			fmt.Fprint(w, p.Text)
			return
		}
		fmt.Fprintf(w, "record      %d\ncommitment  %s\ncheckpoint  %d of %s, signed %s\nproof       %s\n",
			p.Record, p.Commitment, p.Checkpoint.Size, p.Checkpoint.Origin, stamp(p.Checkpoint.SignedAt), out)
	}); err != nil {
		return err
	}
	return nil
}
