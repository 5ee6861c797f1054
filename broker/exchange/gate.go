package exchange

import (
	"context"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// question is what a gate is about.
type question struct {
	gate    policy.Gate
	subject string         // act or exhibit
	agency  agencies.ID    // who may act on a permit
	state   agencies.State // whose own bundle answers beside the network's
	inputs  []policy.Input
	// advises: only a denial stops the act, because the person who signs it is the
	// one to whom the law leaves what policy would ask.
	advises bool
}

// ask finds what policy must be asked before an act; nil when it has no say.
func (x *Exchange) ask(c broker.Case, list *agencies.TrustList, s *submission) (*question, error) {
	known := broker.Known{List: list, Now: s.at}
	q := &question{gate: policy.Admission, subject: s.lead.ID(), agency: s.agency.ID, state: broker.Receiving(c, s.lead)}
	var in policy.Input
	var err error
	switch act := s.lead.Act(); {
	case broker.AsksAdmission(c, s.lead):
		if o, ok := s.lead.Body.(*broker.Order); ok {
			parties := broker.Parties{Issuer: s.agency.ID, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
			if err := broker.CheckParties(parties, o, list); err != nil {
				return nil, err
			}
		}
		in, err = broker.AdmissionInput(c, known, s.said...)
		q.inputs = []policy.Input{in}
	case act == broker.ActRetrieve:
		q.gate, q.subject = policy.Use, string(s.lead.Body.(*broker.Retrieval).Exhibit)
		if len(c.Parties.Roles(s.agency.ID)) == 0 {
			return nil, nil // a stranger learns from the transition table that it is one
		}
		if _, ok := c.Exhibit(evidence.ExhibitID(q.subject)); !ok {
			return nil, refuse(broker.ReasonNotFound, &agencies.FieldError{Field: "exhibit", Rule: agencies.RuleUnknown, Detail: "is not one of this request"})
		}
		q.inputs, err = broker.UseInputs(c, known, s.lead)
	case act == broker.ActShare:
		q.gate = policy.Use
		if id := s.lead.Body.(*broker.Sharing).Exhibit; id != "" {
			q.subject = string(id)
		}
		if len(c.Parties.Roles(s.agency.ID)) == 0 {
			return nil, nil
		}
		q.inputs, err = broker.ShareInputs(c, known, s.lead)
	default:
		if b, ok := s.lead.Body.(*broker.Enforcement); ok && c.Order != nil {
			parties := c.Parties
			parties.Enforcing = b.Enforcing
			if err := broker.CheckParties(parties, c.Order, list); err != nil {
				return nil, err
			}
		}
		var ok bool
		in, ok, err = broker.ActInput(c, known, s.lead)
		if err != nil || !ok {
			return nil, err
		}
		q.inputs = []policy.Input{in}
		q.advises = broker.Advises(act)
	}
	if err != nil {
		return nil, err
	}
	return q, nil
}

// ruling is what policy made of a question.
type ruling struct {
	decided  []broker.Decided
	alone    agencies.State
	decision policy.Decision // what the answers come to
	// known is how many bundle records it was made under. When another one stands by
	// the time it would be recorded, it is made again.
	known int
}

// attest puts the ruling into an attestation; detail is what stands there besides.
func (r *ruling) attest(a *broker.Attestation, detail broker.Detail) {
	detail.Decided, detail.Alone = r.decided, r.alone
	a.Decision, a.Detail = &r.decision, encodeDetail(detail)
}

// decide asks policy every question of a gate: the network's bundle, and that of the
// receiving State when it has one in force. The strictest answer counts; all are
// recorded.
func (x *Exchange) decide(ctx context.Context, caseID string, q *question) (*ruling, error) {
	register := x.world.registered()
	r := &ruling{known: len(register)}
	scopes := []agencies.State{""}
	if q.state != "" {
		scopes = append(scopes, q.state)
	}
	var answers []policy.Decision
	for _, in := range q.inputs {
		for _, scope := range scopes {
			s, ok := register.InForce(scope, in.Now)
			switch {
			case !ok && scope == "":
				return nil, fmt.Errorf("ask policy: %w", policy.ErrNoPolicy)
			case !ok:
				r.alone = scope
				continue
			}
			rev, err := x.revision(ctx, s.Digest)
			if err != nil {
				return nil, fmt.Errorf("ask policy: %w", err)
			}
			d, err := x.cfg.Engine.Decide(ctx, rev, in)
			if err != nil {
				return nil, fmt.Errorf("ask policy: %w", err)
			}
			d = d.Bind(agencies.NewID(), q.gate, caseID, q.subject, q.agency)
			r.decided = append(r.decided, broker.Decided{State: scope, Input: in, Decision: d})
			answers = append(answers, d)
		}
	}
	var err error
	r.decision, err = policy.Join(answers...)
	return r, err
}

// releaseQuestion is what the release gate is asked about one exhibit and one
// recipient.
func releaseQuestion(c broker.Case, known broker.Known, id evidence.ExhibitID, to agencies.ID) (*question, error) {
	in, err := broker.ReleaseInput(c, known, id)
	if err != nil {
		return nil, err
	}
	return &question{gate: policy.Release, subject: string(id), agency: to, state: c.Parties.Addressee.State(), inputs: []policy.Input{in}}, nil
}
