package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

func (a *app) requestShow() *cobra.Command {
	var node nodeFlags
	var decisions bool
	var html string
	var explain explainFlags
	c := &cobra.Command{
		Use: "show CASE", Short: "Show how a request stands, and open what is sealed to this agency",
		Long: `Shows the phase, the clocks, the parties, what was asked, and the particulars that
are sealed to this agency. With --decision it explains every decision that this agency
may see: each rule that fired with its article in one sentence, the fact it rests on
and where that fact came from. Of the newest one, when it is no permit, it says what
the policy would say if a fact were otherwise; that is computed, and no advice.

With --html it also writes the certificate as this agency may read it into a page: the
addressee's without section M, an authority's with it.

The identity of victims is sealed apart and not opened here.`,
		Example: `  rogatory request show 019353a0-0000-7000-8000-000000000000 --config gateway.yaml --decision
  rogatory request show 019353a0-0000-7000-8000-000000000000 --config gateway.yaml --html order.html --lang fr`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			if html != "" {
				if err := a.writeReceived(cmd.Context(), g, args[0], html, explain); err != nil {
					return err
				}
			}
			if !decisions {
				return a.showRequest(cmd.Context(), g, args[0], nil)
			}
			x, err := a.explainer(cmd.Context(), explain)
			if err != nil {
				return err
			}
			return a.showRequest(cmd.Context(), g, args[0], x)
		},
	}
	node.AddFlags(c, false)
	c.Flags().BoolVar(&decisions, "decision", false, "explain the decisions")
	c.Flags().StringVar(&html, "html", "", "write the certificate to read and to print to `FILE`, which must not exist")
	explain.AddFlags(c)
	return c
}

// requestView is a request and what this agency can open of it.
type requestView struct {
	Request broker.View  `json:"request"`
	Opened  []openedPart `json:"opened"`
	Closed  []string     `json:"closed,omitempty"` // compartments that are here and are not opened by this verb
	// With --decision: request.decisions explained, in their order.
	Explanations []engine.Explanation `json:"explanations,omitempty"`
}

type openedPart struct {
	Act         string             `json:"act"`
	Compartment broker.Compartment `json:"compartment"`
	By          agencies.ID        `json:"by"`
	Fields      map[string]any     `json:"fields"`
}

func (a *app) showRequest(ctx context.Context, g *gateway.Gateway, id string, x *explainer) error {
	// What was sealed to this agency comes with its records.
	v, err := a.held(ctx, g, id)
	if err != nil {
		return err
	}
	parts, err := g.OpenSealed(ctx, id)
	if err != nil {
		return err
	}
	out := requestView{Request: v, Opened: []openedPart{}}
	for _, p := range parts {
		if p.Compartment == broker.Victim {
			out.Closed = append(out.Closed, string(p.Compartment))
			continue
		}
		one := openedPart{Act: p.Act, Compartment: p.Compartment, By: p.By, Fields: map[string]any{}}
		for _, d := range p.Fields {
			one.Fields[d.Name] = d.Value
		}
		out.Opened = append(out.Opened, one)
	}
	if x != nil {
		if out.Explanations, err = explainRequest(ctx, g, x, &v); err != nil {
			return err
		}
	}
	return a.print(out, func(w io.Writer) { out.text(w, x) })
}

// explainRequest explains the decisions of a request. The questions behind them lie
// in the records of this node; a decision of which no record came here is explained
// without the values of its facts.
func explainRequest(ctx context.Context, g *gateway.Gateway, x *explainer, v *broker.View) ([]engine.Explanation, error) {
	records, err := g.Records(v.ID)
	if err != nil {
		return nil, err
	}
	asked := map[string]*policy.Input{}
	for _, r := range records {
		d, err := r.Attestation.Details()
		if err != nil {
			return nil, err
		}
		for i := range d.Decided {
			asked[d.Decided[i].Decision.ID] = &d.Decided[i].Input
		}
	}
	var out []engine.Explanation
	for i, d := range v.Decisions {
		e, err := x.explain(ctx, d, asked[d.ID], i == len(v.Decisions)-1)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (v *requestView) text(w io.Writer, x *explainer) {
	r := &v.Request
	table(w, "request\t"+r.ID, func(row func(...any)) {
		row("instrument", r.Instrument)
		row("phase", standing(r.State))
		row("this agency", join(r.Roles))
		for _, p := range []struct {
			role string
			id   agencies.ID
		}{{"issuer", r.Parties.Issuer}, {"validator", r.Parties.Validator}, {"addressee", r.Parties.Addressee}, {"enforcing", r.Parties.Enforcing}} {
			if p.id != "" {
				row(p.role, p.id)
			}
		}
		if len(r.Parties.Recipients) > 0 {
			row("recipients", join(r.Parties.Recipients))
		}
		if o := r.Order; o != nil {
			row("reference", o.Reference)
			row("use", o.Use)
			if o.Offence != nil {
				row("offence", o.Offence.Name+", "+o.Offence.Provision)
			}
		}
	})
	section(w, "CLOCK\tOWNER\tDUE\tSTATUS\tRULE", func(row func(...any)) {
		for _, k := range r.Clocks {
			row(k.Kind, k.Owner, stamp(k.Due), k.Status, k.Rule)
		}
	})
	section(w, "TARGET\tCATEGORY\tSTATUS", func(row func(...any)) {
		for _, l := range r.State.Lines {
			row(l.Target, l.Category, l.Status)
		}
	})
	section(w, "EXHIBIT\tPART\tCATEGORY\tSTATUS", func(row func(...any)) {
		for _, x := range r.Exhibits {
			row(x.Manifest.Exhibit, x.Manifest.Part, x.Manifest.Category, x.Status)
		}
	})
	section(w, "QUESTION\tKIND\tBY\tANSWER", func(row func(...any)) {
		for _, q := range r.Questions {
			row(q.Act, q.Kind, q.By, q.Outcome)
		}
	})
	section(w, "RECORD\tAT\tACT\tFROM\tTO\tPHASE", func(row func(...any)) {
		for _, e := range r.Acts {
			row(e.Seq, stamp(e.At), e.Act, e.From, e.To, e.Phase)
		}
	})
	v.textOpened(w)
	if x != nil {
		for i := range v.Explanations {
			d := &r.Decisions[i]
			fmt.Fprintf(w, "\n%s gate: %s (decision %s)\n", d.Gate, d.Outcome, d.ID)
			x.write(w, &v.Explanations[i])
		}
		return
	}
	section(w, "DECISION\tGATE\tOUTCOME\tREASONS", func(row func(...any)) {
		for _, d := range r.Decisions {
			row(d.ID, d.Gate, d.Outcome, len(d.Reasons))
		}
	})
}

// textOpened prints the words of others: nothing in them reaches the terminal as
// it is.
func (v *requestView) textOpened(w io.Writer) {
	for _, p := range v.Opened {
		fmt.Fprintf(w, "\n%s, sealed by %s\n", p.Compartment, p.By)
		names := make([]string, 0, len(p.Fields))
		for name := range p.Fields {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			text, ok := p.Fields[name].(string)
			if !ok {
				b, _ := json.Marshal(p.Fields[name])
				text = string(b)
			}
			fmt.Fprintf(w, "  %s: %s\n", printable(name), printable(text))
		}
	}
	for _, name := range v.Closed {
		fmt.Fprintf(w, "\n%s: sealed to this agency, not opened here\n", name)
	}
}

// section is a table after an empty line; nothing when it has no rows.
func section(w io.Writer, head string, rows func(row func(...any))) {
	some := false
	rows(func(...any) { some = true })
	if some {
		fmt.Fprintln(w)
		table(w, head, rows)
	}
}

// partFlags reads TARGET[:CATEGORY,...].
func partFlags(words []string) ([]broker.Part, error) {
	var out []broker.Part
	for _, word := range words {
		var p broker.Part
		number, cats, some := cutPart(word)
		if _, err := fmt.Sscanf(number, "%d", &p.Target); err != nil || fmt.Sprint(p.Target) != number {
			return nil, &agencies.FieldError{Field: "part", Rule: agencies.RuleFormat, Detail: "want TARGET or TARGET:CATEGORY,..."}
		}
		if some {
			for _, c := range cats {
				if !evidence.Category(c).Valid() {
					return nil, &agencies.FieldError{Field: "part", Rule: agencies.RuleUnknown, Detail: "holds an unknown category"}
				}
				p.Categories = append(p.Categories, evidence.Category(c))
			}
		}
		out = append(out, p)
	}
	return out, nil
}
