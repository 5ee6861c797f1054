package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
)

// actFlags are what the verbs of acts take; each verb offers those of its act.
type actFlags struct {
	node       nodeFlags
	to         []string
	parts      []string
	conditions []string
	facts      []string
	codes      []string
	ground     string
	reason     string
	reasons    string
	text       string
	kind       string
	outcome    string
	enforcing  string
	instrument string
	other      string
	outside    string
	preserved  bool
	prepared   bool
}

// spoken is one act of a party as a verb: its words for people, which flags it
// takes, and its body.
type spoken struct {
	use, short, long, example string
	args                      int
	flags                     func(*actFlags, *cobra.Command)
	// body makes the act from the flags; text is what is sealed beside it, under the
	// name of the field, and readers who may read it beside its author.
	body func(*actFlags, []string) (utterance, error)
	// before adds what only the node knows.
	before func(context.Context, *gateway.Gateway, *gateway.Draft, []string) error
}

type utterance struct {
	body  func(sd gateway.Digests) broker.Body
	field string // of the message compartment
	text  string
}

const exampleCase = "019353a0-0000-7000-8000-000000000000"

func (a *app) requestActs() []*cobra.Command {
	var out []*cobra.Command
	for _, s := range append(slices.Concat(questionActs, executingActs, issuingActs), acknowledgeAct) {
		out = append(out, a.actCommand(s))
	}
	return append(out, a.requestResend())
}

func (a *app) actCommand(s spoken) *cobra.Command {
	var f actFlags
	c := &cobra.Command{
		Use: s.use, Short: s.short, Long: s.long,
		Example: "  rogatory request " + strings.ReplaceAll(s.example, "CASE", exampleCase) + " --config gateway.yaml",
		Args:    cobra.ExactArgs(s.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := agencies.CheckID(args[0]); err != nil {
				return &agencies.FieldError{Field: "case", Rule: agencies.RuleFormat, Detail: "is no request id"}
			}
			what, err := s.body(&f, args)
			if err != nil {
				return err
			}
			if what.text, err = a.argText(what.text); err != nil {
				return err
			}
			return a.act(cmd.Context(), f.node, func(ctx context.Context, g *gateway.Gateway, officer agencies.OfficerID) (*gateway.Answer, error) {
				d := gateway.Draft{Case: args[0], Officer: officer, Body: what.body}
				for _, id := range f.to {
					d.To = append(d.To, agencies.ID(id))
				}
				if err := a.address(ctx, g, &d, what); err != nil {
					return nil, err
				}
				if s.before != nil {
					if err := s.before(ctx, g, &d, args); err != nil {
						return nil, err
					}
				}
				return g.Speak(ctx, d)
			})
		},
	}
	f.node.AddFlags(c, true)
	c.Flags().StringSliceVar(&f.to, "to", nil, "`AGENCY` that must learn of it, beside those whom the law names")
	if s.flags != nil {
		s.flags(&f, c)
	}
	return c
}

// argText is a text given in place, or @FILE.
func (a *app) argText(s string) (string, error) {
	file, ok := strings.CutPrefix(s, "@")
	if !ok {
		return s, nil
	}
	b, err := a.readFile(file)
	return string(trimNewline(b)), err
}

// address names whom an act is for and seals its text to them and its author. An
// act of the issuer goes to the addressee, every other to the issuer, and a no of
// the addressee also to the enforcing authority (Annex III).
func (a *app) address(ctx context.Context, g *gateway.Gateway, d *gateway.Draft, what utterance) error {
	v, err := g.Case(ctx, d.Case)
	if err != nil {
		return err
	}
	self, body := g.Agency(), d.Body(nil)
	if len(d.To) == 0 {
		d.To = audience(self, v.Parties, body, v)
	}
	if what.field == "" || what.text == "" {
		return nil
	}
	// To whom a text is sealed is what the issuer signed, never what the broker answers.
	p, err := g.Parties(d.Case)
	if err != nil {
		return err
	}
	readers := []agencies.ID{self}
	for _, id := range d.To {
		// The grounds of a decision are not for who is to execute it.
		if _, judged := body.(*broker.Judgement); judged && id == p.Addressee {
			continue
		}
		if id != self && slices.Contains(p.Readers(broker.Message), id) {
			readers = append(readers, id)
		}
	}
	d.Sealed = append(d.Sealed, gateway.Compartment{Name: broker.Message, To: readers, Fields: map[string]any{what.field: what.text}})
	return nil
}

func audience(self agencies.ID, p broker.Parties, body broker.Body, v broker.View) []agencies.ID {
	to := []agencies.ID{p.Issuer}
	switch b := body.(type) {
	case *broker.Refusal:
		to = append(to, p.Enforcing)
	case *broker.Answer:
		for _, q := range v.Questions {
			if q.Act == b.To {
				to = []agencies.ID{q.By}
			}
		}
	case *broker.Judgement:
		to = append(to, p.Validator)
	case *broker.Notice:
		to = []agencies.ID{b.Enforcing}
	}
	to = slices.DeleteFunc(slices.Compact(to), func(id agencies.ID) bool { return id == self || id == "" })
	if len(to) == 0 {
		to = []agencies.ID{p.Addressee}
	}
	return to
}

// reseal opens the issuer's own certificate and section M and seals them to an
// authority that was named late.
func reseal(ctx context.Context, g *gateway.Gateway, d *gateway.Draft, _ []string) error {
	enforcing := d.Body(nil).(*broker.Notice).Enforcing
	parts, err := g.OpenSealed(ctx, d.Case)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.Compartment != broker.Certificate && p.Compartment != broker.SectionM || p.By != g.Agency() {
			continue
		}
		if slices.ContainsFunc(d.Sealed, func(c gateway.Compartment) bool { return c.Name == p.Compartment }) {
			continue
		}
		fields := map[string]any{}
		for _, f := range p.Fields {
			fields[f.Name] = f.Value
		}
		d.Sealed = append(d.Sealed, gateway.Compartment{Name: p.Compartment, To: []agencies.ID{enforcing}, Fields: fields})
	}
	return nil
}

func (a *app) requestResend() *cobra.Command {
	var node nodeFlags
	c := &cobra.Command{
		Use: "resend", Short: "Send again every act whose answer is not known",
		Long: `Sends what lies in the outbox again, with the same bytes. An act that was recorded
the first time gets its first answer; nothing is done twice.`,
		Example: "  rogatory request resend --config gateway.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			answers, err := g.Resend(cmd.Context())
			views := []*actView{}
			for _, answer := range answers {
				views = append(views, viewAct(cmd.Context(), answer))
			}
			if err != nil {
				return err
			}
			return a.print(map[string]any{"acts": views}, func(w io.Writer) {
				table(w, "ACT\tREQUEST\tSTATUS\tPHASE\tWHY", func(row func(...any)) {
					for _, v := range views {
						row(v.Act, v.Request, v.Status, v.Phase, printable(v.Error))
					}
				})
			})
		},
	}
	node.AddFlags(c, false)
	return c
}

// Flags that several acts share.

func withParts(f *actFlags, c *cobra.Command) {
	c.Flags().StringArrayVar(&f.parts, "part", nil, "`TARGET[:CATEGORY,...]` it is about; repeat (default: the whole)")
}

func withReasons(f *actFlags, c *cobra.Command) {
	c.Flags().StringVar(&f.reasons, "reasons", "", "the reasons in words, sealed; @FILE reads them")
	_ = c.MarkFlagRequired("reasons")
}

func withText(f *actFlags, c *cobra.Command) {
	c.Flags().StringVar(&f.text, "text", "", "what is said in words, sealed; @FILE reads it")
}

func withConditions(f *actFlags, c *cobra.Command) {
	c.Flags().StringSliceVar(&f.conditions, "condition", nil, "`CODE` of a condition that binds the use of the data; repeat")
}

func withGround(f *actFlags, c *cobra.Command) {
	c.Flags().StringVar(&f.ground, "ground", "", "`CODE` of the ground")
	_ = c.MarkFlagRequired("ground")
}

func withOutcome(f *actFlags, c *cobra.Command, words ...string) {
	c.Flags().StringVar(&f.outcome, "outcome", "", strings.Join(words, ", "))
	_ = c.MarkFlagRequired("outcome")
	complete(c, "outcome", words)
}

func withReason(f *actFlags, c *cobra.Command) {
	c.Flags().StringVar(&f.reason, "reason", "", "`CODE` of the reason")
	_ = c.MarkFlagRequired("reason")
}

// plain is a body that needs no sealed field.
func plain(b broker.Body) utterance {
	return utterance{body: func(gateway.Digests) broker.Body { return b }}
}

// messageDigest is the digest of a field of the message compartment.
func messageDigest(sd gateway.Digests, field string) string {
	return sd[string(broker.Message)+"/"+field]
}

// cutPart cuts TARGET:CATEGORY,... at its colon.
func cutPart(word string) (number string, categories []string, some bool) {
	number, rest, some := strings.Cut(word, ":")
	if some {
		categories = strings.Split(rest, ",")
	}
	return number, categories, some
}

// entryTo finds the record of a delivery or notification to an agency.
func entryTo(v broker.View, id agencies.ID) (string, error) {
	for _, e := range slices.Backward(v.Acts) {
		if e.To == id && (e.Act == broker.ActDeliver && v.Parties.Addressee == id || e.Act == broker.ActNotify && v.Parties.Enforcing == id) {
			return e.ID, nil
		}
	}
	return "", fmt.Errorf("find delivery: %w", gateway.ErrNotHeld)
}
