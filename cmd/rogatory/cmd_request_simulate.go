package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy/engine"
)

func (a *app) requestSimulate() *cobra.Command {
	var node nodeFlags
	var explain explainFlags
	var again string
	c := &cobra.Command{
		Use: "simulate FORM.yaml", Short: "Ask whether a form would pass, before sending it",
		Long: `Asks the broker what its admission gate would say to the form, with the same facts
and the same rules as when it is submitted. The order is signed as a draft, which
nobody can record as the order; names, selectors and narrative stay on this node.
Nothing is left behind: no record, no key, no file.

Exit status 0 when it would be delivered, 4 when it would wait for a judge, an
authority or a person, 3 when it would be denied. What would change the outcome is
computed and no advice: a fact is stated as it is.`,
		Example: `  rogatory request simulate order.yaml --config gateway.yaml --officer inspector-1
  rogatory request simulate order.yaml --config gateway.yaml --officer inspector-1 --lang es --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := a.readFile(args[0])
			if err != nil {
				return err
			}
			f, err := readFiling(data, now())
			if err != nil {
				return err
			}
			x, err := a.explainer(cmd.Context(), explain)
			if err != nil {
				return err
			}
			g, officer, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			return a.simulate(cmd.Context(), g, x, draftOf(f, g.Agency(), officer, again))
		},
	}
	node.AddFlags(c, true)
	explain.AddFlags(c)
	c.Flags().StringVar(&again, "case", "", "as if sent again under the `ID` of a request that was rejected")
	return c
}

// simulation is what the gate would have said.
type simulation struct {
	*broker.Simulated
	Explanations []engine.Explanation `json:"explanations"` // of decided, in its order
	Exit         int                  `json:"exit"`
}

func (a *app) simulate(ctx context.Context, g *gateway.Gateway, x *explainer, d gateway.Draft) error {
	s, err := g.Simulate(ctx, d)
	if err != nil {
		return err
	}
	out := simulation{Simulated: s, Exit: outcomeExit(s.Outcome)}
	for _, q := range s.Decided {
		e, err := x.explain(ctx, q.Decision, &q.Input, true)
		if err != nil {
			return err
		}
		out.Explanations = append(out.Explanations, e)
	}
	if err := a.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "simulated: %s (nothing was sent or recorded)\n\n", s.Outcome)
		for i := range out.Explanations {
			x.write(w, &out.Explanations[i])
		}
	}); err != nil {
		return err
	}
	return said(out.Exit)
}
