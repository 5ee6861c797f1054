package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
)

func (a *app) requestCommand() *cobra.Command {
	c := a.group("request", "Ask for evidence, and follow what becomes of it",
		append([]*cobra.Command{a.requestDraft(), a.requestForm(), a.requestSimulate(), a.requestSubmit(), a.requestValidate(), a.requestList(), a.requestShow(), a.requestWatch()}, a.requestActs()...)...)
	c.Example = `  rogatory request draft --instrument EPOC > order.yaml
  rogatory request draft --form order.yaml
  rogatory request submit --config gateway.yaml --officer inspector-1 --form order.yaml
  rogatory request watch 019353a0-0000-7000-8000-000000000000 --config gateway.yaml`
	return c
}

func (a *app) requestSubmit() *cobra.Command {
	var node nodeFlags
	var form, again string
	var check bool
	c := &cobra.Command{
		Use: "submit --form FILE", Short: "Sign a filled-in form and send it",
		Long: `Holds the form to everything that it must say, signs it with the officer's key,
seals each compartment to the parties that may read it, and sends it. Policy decides at
once: the request is delivered, or it waits for a judge, an authority or a person (exit
4), or it is denied, with every reason and its article (exit 3).`,
		Example: `  rogatory request submit --config gateway.yaml --officer inspector-1 --form order.yaml
  rogatory request submit --form order.yaml --check`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := a.readFile(form)
			if err != nil {
				return err
			}
			f, err := readFiling(data, now())
			if err != nil {
				return err
			}
			if check {
				return a.print(map[string]any{"form": form, "valid": true, "instrument": f.Instrument()}, func(w io.Writer) { fmt.Fprintf(w, "%s can be sent\n", form) })
			}
			return a.act(cmd.Context(), node, func(ctx context.Context, g *gateway.Gateway, officer agencies.OfficerID) (*gateway.Answer, error) {
				return g.Speak(ctx, draftOf(f, g.Agency(), officer, again))
			})
		},
	}
	node.AddFlags(c, true)
	c.Flags().StringVar(&form, "form", "", "filled-in form `FILE`; - is standard input")
	c.Flags().StringVar(&again, "case", "", "send again under the `ID` of a request that was rejected")
	c.Flags().BoolVar(&check, "check", false, "only hold the form to its rules; send nothing")
	_ = c.MarkFlagRequired("form")
	return c
}

func (a *app) requestValidate() *cobra.Command {
	var node nodeFlags
	var refused bool
	var facts []string
	c := &cobra.Command{
		Use: "validate CASE", Short: "Say as a judge, court or prosecutor that an order may be sent",
		Long: `Signs the validation of the order as it lies on this node, over its exact bytes.
Read it first: rogatory request show CASE. With --fact the officer attests to what
was found.`,
		Example: `  rogatory request validate 019353a0-0000-7000-8000-000000000000 --config gateway.yaml --officer judge-1
  rogatory request validate 019353a0-0000-7000-8000-000000000000 --config gateway.yaml --officer judge-1 --refuse`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			attest, err := factFlags(facts)
			if err != nil {
				return err
			}
			decision := agencies.Validated
			if refused {
				decision = agencies.Refused
			}
			return a.act(cmd.Context(), node, func(ctx context.Context, g *gateway.Gateway, officer agencies.OfficerID) (*gateway.Answer, error) {
				if _, err := a.held(ctx, g, args[0]); err != nil {
					return nil, err
				}
				return g.Validate(ctx, args[0], officer, decision, attest)
			})
		},
	}
	node.AddFlags(c, true)
	c.Flags().BoolVar(&refused, "refuse", false, "refuse to validate")
	factFlag(c, &facts)
	return c
}

func factFlag(c *cobra.Command, facts *[]string) {
	c.Flags().StringArrayVar(facts, "fact", nil, "`NAME=VALUE` that the signing officer found; repeat")
}

func (a *app) requestList() *cobra.Command {
	var node nodeFlags
	c := &cobra.Command{
		Use: "list", Short: "List the requests of this agency",
		Example: "  rogatory request list --config gateway.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			views, err := g.Cases(cmd.Context())
			if err != nil {
				return err
			}
			if views == nil {
				views = []broker.View{}
			}
			return a.print(map[string]any{"requests": views}, func(w io.Writer) {
				table(w, "REQUEST\tINSTRUMENT\tROLE\tFROM\tTO\tPHASE\tNEXT", func(row func(...any)) {
					for i := range views {
						v := &views[i]
						row(v.ID, v.Instrument, join(v.Roles), v.Parties.Issuer, v.Parties.Addressee, standing(v.State), nextClock(v.Clocks))
					}
				})
			})
		},
	}
	node.AddFlags(c, false)
	return c
}

// standing is a state in words.
func standing(s broker.State) string {
	out := string(s.Phase)
	if s.Hold != "" {
		out += ", held for " + s.Hold
	}
	if s.Suspended != "" {
		out += ", suspended: " + s.Suspended
	}
	return out
}

func nextClock(clocks []broker.Clock) string {
	var next *broker.Clock
	for i := range clocks {
		if k := &clocks[i]; k.Status == broker.Running && (next == nil || k.Due.Before(next.Due)) {
			next = k
		}
	}
	if next == nil {
		return "-"
	}
	return string(next.Kind) + " " + stamp(next.Due)
}

func (a *app) requestWatch() *cobra.Command {
	var node nodeFlags
	var until []string
	var limit time.Duration
	c := &cobra.Command{
		Use: "watch CASE", Short: "Print every act of a request as it is recorded",
		Long: `Prints what was recorded so far and then what comes, until the request is closed,
one of the phases of --until is reached, or --timeout passes (exit 75).`,
		Example: `  rogatory request watch 019353a0-0000-7000-8000-000000000000 --config gateway.yaml --until produced,refused`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, p := range until {
				if !slices.Contains(broker.Phases, broker.Phase(p)) || p == "" {
					return usage("unknown phase %q: want one of %s", p, join(broker.Phases[1:]))
				}
			}
			ctx := cmd.Context()
			if limit > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeoutCause(ctx, limit, context.DeadlineExceeded)
				defer cancel()
			}
			g, _, err := a.node(ctx, node)
			if err != nil {
				return err
			}
			defer g.Close()
			return a.watch(ctx, g, args[0], until)
		},
	}
	node.AddFlags(c, false)
	c.Flags().StringSliceVar(&until, "until", nil, "stop when a `PHASE` is reached, as in received,refused")
	c.Flags().DurationVar(&limit, "timeout", 0, "give up after this time (default: never)")
	complete(c, "until", broker.Phases[1:])
	return c
}

// watchEvery is how often the broker is asked; people read no faster.
const watchEvery = 500 * time.Millisecond

func (a *app) watch(ctx context.Context, g *gateway.Gateway, id string, until []string) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var after uint64
	for {
		v, err := g.Case(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range v.Acts {
			if e.Seq <= after {
				continue
			}
			after = e.Seq
			if err := a.print(e, func(w io.Writer) {
				fmt.Fprintf(w, "%s  %6d  %-12s %s -> %s  %s\n", stamp(e.At), e.Seq, e.Act, e.From, orNobody([]string{string(e.To)}), e.Phase)
			}); err != nil {
				return err
			}
		}
		if v.State.Over() || slices.Contains(until, string(v.State.Phase)) {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// held makes sure that every record of a request for this agency lies on this node.
// A gateway that runs beside may hold one that was just delivered and has not
// written it yet; where none runs, this process takes the inbox.
func (a *app) held(ctx context.Context, g *gateway.Gateway, caseID string) (broker.View, error) {
	if err := agencies.CheckID(caseID); err != nil {
		return broker.View{}, &agencies.FieldError{Field: "case", Rule: agencies.RuleFormat, Detail: "is no request id"}
	}
	v, err := g.Case(ctx, caseID)
	if err != nil {
		return v, err
	}
	return v, a.settle(ctx, g, func() (bool, error) {
		records, err := g.Records(caseID)
		if err != nil {
			return false, err
		}
		have := map[uint64]bool{}
		for _, r := range records {
			have[r.Attestation.Seq] = true
		}
		return !slices.ContainsFunc(v.Acts, func(e broker.Entry) bool { return e.To == g.Agency() && !have[e.Seq] }), nil
	})
}

// settlePatience bounds the wait for a gateway beside this process to write down
// what it has taken.
const settlePatience = 5 * time.Second

// settle takes the inbox until ready says that what is needed is there. It is no
// error when it does not come: the verb then says what is missing.
func (a *app) settle(ctx context.Context, g *gateway.Gateway, ready func() (bool, error)) error {
	limit := time.NewTimer(settlePatience)
	defer limit.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := ready(); err != nil || ok {
			return err
		}
		if err := g.Sync(ctx); err != nil {
			return err
		}
		if ok, err := ready(); err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return nil
		case <-tick.C:
		}
	}
}
