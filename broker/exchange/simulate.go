package exchange

import (
	"context"
	"errors"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// errTooMany asks an agency to simulate more slowly.
var errTooMany = errors.New("too many simulations")

// askSimulate says what submit would make of an order: the same reading of the
// statement, the same facts and the same gate, up to the point where submit begins
// to write. Nothing of it stays but the count that bounds how often one may ask.
func (x *Exchange) askSimulate(ctx context.Context, agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	var ask broker.SimulateAsk
	if err := agencies.DecodeStrict(q.Body, &ask); err != nil {
		return nil, refuse(broker.ReasonMalformed, err)
	}
	s := &submission{agency: agency, list: x.world.trust(), at: x.now()}
	if !x.asked.allow(agency.Account, s.at) {
		return nil, refuse(broker.ReasonUnavailable, errTooMany)
	}
	verify := func(c agencies.Compact, typ agencies.Typ) (*agencies.Verified, error) {
		return s.list.List().Verify(c, typ, s.at)
	}
	lead, err := broker.ReadDraft(ask.Draft, verify, s.at)
	if err != nil {
		return nil, err
	}
	s.lead, s.said = lead, []broker.Spoken{lead}
	if _, ok := lead.Body.(*broker.Order); !ok {
		return nil, refuse(broker.ReasonMalformed, &agencies.FieldError{Field: "draft.type", Rule: agencies.RuleUnknown, Detail: "is no order: only a submission is simulated"})
	}
	if lead.Agency != agency.ID {
		return nil, refuse(broker.ReasonSender, &agencies.FieldError{Field: "draft", Rule: agencies.RuleMismatch, Detail: "is signed by another agency than the one that sends it"})
	}
	if err := checkReaders(lead, s.list.List()); err != nil {
		return nil, err
	}
	before, known := x.world.look(lead.Case())
	if _, sees := x.viewOf(&before, agency); known && !sees {
		return nil, errNotFound
	}
	if s.at.Before(before.At) {
		s.at = before.At
	}
	_, att, err := x.weigh(ctx, s, before, x.attestation(s, before))
	if r, ok := errors.AsType[*refusal](err); ok && r.ruling != nil {
		return simulated(broker.StatusRefused, &r.ruling.decision, r.ruling.decided), nil
	}
	if err != nil {
		return nil, err
	}
	detail, err := att.Details()
	if err != nil {
		return nil, err
	}
	status := broker.StatusDone
	if att.Decision.Outcome != policy.Permitted {
		status = broker.StatusWaiting
	}
	return simulated(status, att.Decision, detail.Decided), nil
}

// simulated leaves out what a decision is bound to: an act that will never be.
func simulated(status string, d *policy.Decision, decided []broker.Decided) *broker.AskReply {
	loose := func(d policy.Decision) policy.Decision { return d.Bind("", d.Gate, "", "", d.For) }
	out := &broker.Simulated{Status: status, Outcome: d.Outcome, Decision: loose(*d)}
	for _, q := range decided {
		q.Decision = loose(q.Decision)
		out.Decided = append(out.Decided, q)
	}
	return &broker.AskReply{Simulated: out}
}
