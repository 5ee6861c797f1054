package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// actView is what a verb prints about an act: what was recorded, and why not, or
// not yet.
type actView struct {
	Request    string           `json:"request"`
	Act        string           `json:"act"`
	Status     string           `json:"status"` // of broker.Reply, or pending: the answer is not known
	Phase      broker.Phase     `json:"phase,omitempty"`
	Decision   *policy.Decision `json:"decision,omitempty"`
	Records    []uint64         `json:"records,omitempty"`
	Checkpoint *checkpointView  `json:"checkpoint,omitempty"`
	Exhibit    string           `json:"exhibit,omitempty"`

	// As every error of the program.
	Error  string `json:"error,omitempty"`
	Exit   int    `json:"exit"`
	Reason string `json:"reason,omitempty"`
	Field  string `json:"field,omitempty"`
	Rule   string `json:"rule,omitempty"`
}

type checkpointView struct {
	Size uint64 `json:"size"`
	Root string `json:"root"`
}

// statusPending is an act in the outbox.
const statusPending = "pending"

// act opens the node, lets do speak, and prints what came of it.
func (a *app) act(ctx context.Context, node nodeFlags, do func(context.Context, *gateway.Gateway, agencies.OfficerID) (*gateway.Answer, error)) error {
	g, officer, err := a.node(ctx, node)
	if err != nil {
		return err
	}
	defer g.Close()
	answer, err := do(ctx, g, officer)
	return a.answered(ctx, answer, err)
}

// answered prints an answer; the exit code is that of the reply.
func (a *app) answered(ctx context.Context, answer *gateway.Answer, err error) error {
	if err != nil {
		pending, ok := errors.AsType[*gateway.Pending](err)
		if !ok {
			return err
		}
		return a.printAct(&actView{Request: pending.Case, Act: pending.Act, Status: statusPending, Error: err.Error(), Exit: exitCode(ctx, err)})
	}
	return a.printAct(viewAct(ctx, answer))
}

func viewAct(ctx context.Context, answer *gateway.Answer) *actView {
	v := &actView{Request: answer.Case, Act: answer.Act, Status: answer.Reply.Status, Decision: answer.Reply.Decision}
	for _, r := range answer.Records {
		v.Records = append(v.Records, r.Attestation.Seq)
	}
	if len(answer.Records) > 0 {
		v.Request, v.Phase = answer.Records[0].Attestation.Case, answer.Records[0].Attestation.State.Phase
	}
	if answer.Checkpoint.Size > 0 {
		v.Checkpoint = &checkpointView{Size: answer.Checkpoint.Size, Root: fmt.Sprintf("%x", answer.Checkpoint.Root)}
	}
	if e := answer.Reply.Error; e != nil {
		v.Error, v.Exit, v.Reason, v.Field, v.Rule = e.Error(), exitCode(ctx, e), string(e.Code), e.Field, e.Rule
	}
	return v
}

// printAct prints the act on standard output. In words, what went wrong is said on
// standard error as everywhere.
func (a *app) printAct(v *actView) error {
	if err := a.print(v, v.text); err != nil {
		return err
	}
	if v.Error != "" && !a.json {
		a.say("rogatory: %s", printable(v.Error))
		if v.Status == statusPending {
			a.say("rogatory: it is sent again when the gateway starts, or with: rogatory request resend")
		}
	}
	return said(v.Exit)
}

func (v *actView) text(w io.Writer) {
	table(w, "request\t"+v.Request, func(row func(...any)) {
		row("act", v.Act)
		if v.Exhibit != "" {
			row("exhibit", v.Exhibit)
		}
		row("status", v.Status)
		if v.Phase != "" {
			row("phase", v.Phase)
		}
		if len(v.Records) > 0 {
			row("records", strings.Trim(fmt.Sprint(v.Records), "[]"))
		}
		if v.Checkpoint != nil {
			row("ledger", fmt.Sprintf("%d records, root %s", v.Checkpoint.Size, v.Checkpoint.Root))
		}
	})
	if v.Decision != nil {
		fmt.Fprintln(w)
		writeDecision(w, v.Decision)
	}
}

// writeDecision prints a decision with every reason and its article.
func writeDecision(w io.Writer, d *policy.Decision) {
	fmt.Fprintf(w, "%s gate: %s (decision %s)\n", d.Gate, d.Outcome, d.ID)
	if d.Failure != "" {
		fmt.Fprintf(w, "  failure: %s\n", printable(d.Failure))
	}
	table(w, "  RULE\tARTICLE\tSAYS\tBECAUSE", func(row func(...any)) {
		for _, r := range d.Reasons {
			row("  "+printable(r.Rule), printable(r.Article), r.Outcome, printable(r.Text))
		}
	})
	for _, q := range d.HumanQuestions {
		fmt.Fprintf(w, "  a person must answer: %s\n", printable(q))
	}
	for _, o := range d.Obligations {
		fmt.Fprintf(w, "  obligation: %s\n", printable(o))
	}
}
