package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

// auditOutcomes are those of policy, the mildest first.
var auditOutcomes = []policy.Outcome{policy.Permitted, policy.HumanReview, policy.NeedsNotification, policy.NeedsValidation, policy.Denied}

type auditListOptions struct {
	auditFlags
	state, agency, instrument, outcome string
	since, until                       timeValue
}

func (a *app) auditList() *cobra.Command {
	var o auditListOptions
	use := auditUse{pin: true}
	c := &cobra.Command{
		Use: "list [--config FILE | --records FOLDER --pin DIGEST] [FILTER]...", Short: "List every decision with every reason",
		Long: `Lists the decisions of the ledger in its order: what was asked by whom, the outcome,
each rule that fired with its article, the obligations, and what policy asked of
people. There is no content in it, because the broker has none.`,
		Example: `  rogatory audit list --gateway gateway.yaml --outcome deny --state XA
  rogatory audit list --config gateway.yaml --since 2026-09-01 --json | jq '.decisions[].decision.reasons[].article'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runAuditList(cmd.Context(), o, use) },
	}
	o.AddFlags(c, use)
	fs := c.Flags()
	fs.StringVar(&o.state, "state", "", "requests in which an agency of this State has a part, as in XA")
	fs.StringVar(&o.agency, "agency", "", "requests in which this agency has a part, by `ID`")
	fs.StringVar(&o.instrument, "instrument", "", "requests of this instrument: "+join(broker.Instruments))
	fs.StringVar(&o.outcome, "outcome", "", "decisions of this outcome: "+join(auditOutcomes))
	fs.Var(&o.since, "since", "decisions at or after this time")
	fs.Var(&o.until, "until", "decisions before this time")
	complete(c, "outcome", auditOutcomes)
	complete(c, "instrument", broker.Instruments)
	return c
}

func (o *auditListOptions) filter() (audit.Filter, error) {
	f := audit.Filter{State: agencies.State(o.state), Agency: agencies.ID(o.agency), Instrument: o.instrument, Outcome: policy.Outcome(o.outcome), Since: o.since.Time, Until: o.until.Time}
	if f.Agency != "" {
		if err := f.Agency.Check(); err != nil {
			return f, fmt.Errorf("--agency: %w", err)
		}
	}
	if f.State != "" && (len(f.State) != 2 || strings.ToUpper(o.state) != o.state) {
		return f, usage("--state wants two capital letters, as in XA")
	}
	if f.Outcome != "" && !f.Outcome.Valid() {
		return f, usage("--outcome wants one of: %s", join(auditOutcomes))
	}
	return f, nil
}

func (a *app) runAuditList(ctx context.Context, o auditListOptions, use auditUse) error {
	f, err := o.filter()
	if err != nil {
		return err
	}
	l, err := a.ledger(o.auditFlags, use)
	if err != nil {
		return err
	}
	list, err := l.Decisions(ctx, f)
	if err != nil {
		return a.found(err, nil)
	}
	res := struct {
		Decisions []audit.Entry `json:"decisions"`
	}{list}
	return a.print(res, func(w io.Writer) {
		for _, e := range list {
			printEntry(w, e)
		}
	})
}

func printEntry(w io.Writer, e audit.Entry) {
	fmt.Fprintf(w, "%d  %s  %s  %s %s %s for %s  case %s\n", e.Record, stamp(e.Is.At), strings.ToUpper(string(e.Is.Outcome)), e.Is.Instrument, e.Act, e.Is.Gate, e.Is.For, e.Case)
	if p := parties(e.Parties); p != "" {
		fmt.Fprintf(w, "    %s\n", p)
	}
	for _, d := range append([]policy.Decision{e.Is}, e.Beside...) {
		printDecision(w, "    ", &d)
	}
}

// parties of a request, in the order in which it goes through their hands.
func parties(p broker.Parties) string {
	var out []string
	add := func(role string, id agencies.ID) {
		if id != "" {
			out = append(out, role+" "+string(id))
		}
	}
	add("issuer", p.Issuer)
	add("validator", p.Validator)
	add("addressee", p.Addressee)
	add("enforcing", p.Enforcing)
	for _, id := range p.Recipients {
		add("recipient", id)
	}
	return strings.Join(out, ", ")
}

// printDecision prints every reason of a decision, and what it asks for.
func printDecision(w io.Writer, indent string, d *policy.Decision) {
	if d.Failure != "" {
		fmt.Fprintf(w, "%sfailed    %s\n", indent, printable(d.Failure))
	}
	for _, r := range d.Reasons {
		fmt.Fprintf(w, "%s%-18s %s  %s\n", indent, r.Outcome, printable(r.Rule), printable(r.Article))
		if r.Text != "" {
			fmt.Fprintf(w, "%s%-18s %s\n", indent, "", printable(r.Text))
		}
	}
	if len(d.Obligations) > 0 {
		fmt.Fprintf(w, "%s%-18s %s\n", indent, "obliges", printable(strings.Join(d.Obligations, ", ")))
	}
	for _, q := range d.HumanQuestions {
		fmt.Fprintf(w, "%s%-18s %s\n", indent, "asks a person", printable(q))
	}
}

func (a *app) auditShow() *cobra.Command {
	var f auditFlags
	use := auditUse{pin: true}
	c := &cobra.Command{
		Use: "show SEQ|CASE|ACT [--config FILE | --records FOLDER --pin DIGEST]", Short: "Show a record, a request or an act with everything but its content",
		Long: `Shows the record at a place of the ledger, all records of a request, or all records
of an act, by its id: who said it and with which key, the question that policy was
asked with every fact and where it came from, the answer, receipt and clocks. Bodies
and sealed parts are left out. Exit status 5 when there is no such thing.`,
		Example: `  rogatory audit show 17 --config gateway.yaml
  rogatory audit show 01997bd5-62c2-7a30-9d5e-0c56a7b1a5aa --config gateway.yaml --json | jq .case.state`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runAuditShow(cmd.Context(), args[0], f, use)
		},
	}
	f.AddFlags(c, use)
	return c
}

func (a *app) runAuditShow(ctx context.Context, what string, f auditFlags, use auditUse) error {
	l, err := a.ledger(f, use)
	if err != nil {
		return err
	}
	s, err := l.Show(ctx, what)
	if err != nil {
		return a.found(err, nil)
	}
	return a.print(s, func(w io.Writer) {
		if s.Case != nil {
			fmt.Fprintf(w, "case       %s\ninstrument %s\nparties    %s\nphase      %s\nexhibits   %d\nrecords    %d\n\n",
				s.Case.ID, s.Case.Instrument, parties(s.Case.Parties), s.Case.State.Phase, len(s.Case.Exhibits), len(s.Records))
		}
		for i := range s.Records {
			printRecord(w, &s.Records[i], s.Case == nil)
		}
	})
}

// printRecord prints one record; whole with the facts and digests.
func printRecord(w io.Writer, r *audit.RecordView, whole bool) {
	fmt.Fprintf(w, "%d  %s  %s  %s to %s  %s\n", r.Record, stamp(r.At), r.Act, orDash(r.From), orDash(r.To), r.Phase)
	if whole {
		fmt.Fprintf(w, "    id          %s\n    case        %s\n    trust list  version %d\n    digest      %s\n    commitment  %s\n",
			r.ID, orDash(r.Case), r.Trust, r.Digest, r.Commitment)
	}
	for _, s := range r.Statements {
		who := string(s.Agency)
		if s.Officer != "" {
			who = string(s.Officer)
		}
		fmt.Fprintf(w, "    says        %s, %s (%s)\n", s.Type, who, s.Office)
	}
	for _, s := range r.Sealed {
		fmt.Fprintf(w, "    sealed      %s, %d bytes\n", s.Compartment, s.Bytes)
	}
	if r.Decision != nil {
		fmt.Fprintf(w, "    decision    %s at the %s gate for %s\n", r.Decision.Outcome, r.Decision.Gate, r.Decision.For)
	}
	for i := range r.Decided {
		if whole {
			printQuestion(w, &r.Decided[i].Input)
		}
		printDecision(w, "      ", &r.Decided[i].Decision)
	}
	if r.Receipt != nil {
		fmt.Fprintf(w, "    receipt     %s for %s %s\n", r.Receipt.Code, r.Receipt.For, r.Receipt.Reason)
	}
	for _, k := range r.Clocks {
		fmt.Fprintf(w, "    clock       %s %s, %s, due %s\n", k.Kind, k.Change, k.Owner, stamp(k.Due))
	}
}

func printQuestion(w io.Writer, in *policy.Input) {
	fmt.Fprintf(w, "      asked: %s, %s under %s\n", in.Action, in.Instrument, in.Regime)
	names := make([]string, 0, len(in.Facts))
	for name := range in.Facts {
		names = append(names, name)
	}
	slices.Sort(names)
	table(w, "      FACT\tIS\tHOW\tFROM", func(row func(...any)) {
		for _, name := range names {
			f := in.Facts[name]
			value, err := agencies.Canonical(f.Value)
			if err != nil {
				value = []byte("(cannot be shown)")
			}
			row("      "+name, printable(string(value)), f.Provenance, printable(f.Source))
		}
	})
}

func orDash[T ~string](s T) string {
	if s == "" {
		return "-"
	}
	return string(s)
}
