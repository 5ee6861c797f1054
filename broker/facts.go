package broker

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Known is what the broker knows beyond the case when it asks policy.
type Known struct {
	List *agencies.TrustList // in force now
	Now  time.Time
}

// The actions that policy is asked about (law/facts.md).
const (
	actionOrder       = "transmit_order"
	actionRequest     = "transmit_request"
	actionProduce     = "produce_data"
	actionRelease     = "release_evidence_to_requesting_state"
	actionUse         = "use_evidence"
	actionInvestigate = "release_to_investigator"
	actionRaise       = "raise_refusal_ground"
	actionRefuse      = "refuse_request"
	actionExecute     = "execute_request"
	actionExtend      = "extend_preservation"
	actionConfirm     = "confirm_subsequent_request"
	actionForm        = "submit_form"
	actionLonger      = "extend_recognition_deadline"
	actionPostpone    = "postpone_request"
	actionStop        = "stop_preserving"
	actionDeny        = "deny_enforcement"
	actionWithhold    = "withhold_user_notice"
)

// AsksAdmission says whether the act needs policy's answer before the request may
// travel: a submission, and what lets a waiting request go on. A refused validation
// or judgement needs none.
func AsksAdmission(c Case, lead Spoken) bool {
	waits := slices.Contains(waiting, c.State.Phase)
	switch b := lead.Body.(type) {
	case *Order:
		return true
	case *Notice:
		return waits
	case *Judgement:
		return waits && b.Outcome == Granted
	}
	return waits && lead.Validation != nil && lead.Validation.Decision == agencies.Validated
}

// AdmissionInput is the question whether a request may travel. c is the case as it
// stands; said is a submission, or the validation, late notice or judgement that
// lets a waiting one go on, with the act first.
//
// What the order declares is laid beside what the broker found: a contradiction
// stands in the input and denies.
func AdmissionInput(c Case, known Known, said ...Spoken) (policy.Input, error) {
	if len(said) == 0 {
		return policy.Input{}, fmt.Errorf("ask admission: %w", field("statements", agencies.RuleRequired, "is missing"))
	}
	lead := &said[0]
	next := c.clone()
	next.ID = lead.Case()
	e := &event{att: Attestation{At: known.Now, Act: lead.Act(), ID: lead.ID(), Case: lead.Case(), From: lead.Agency}, said: said, lead: lead, body: lead.Body}
	switch lead.Act() {
	case ActSubmit:
		doSubmit(&next, e)
	case ActValidate:
		doValidate(&next, e)
	case ActNotify:
		doName(&next, e)
	case ActDecide:
		doDecide(&next, e)
	}
	if next.Order == nil {
		return policy.Input{}, fmt.Errorf("ask admission: %w", field("type", agencies.RuleMismatch, "no order stands behind it"))
	}
	f := finder{c: &next, known: known, facts: policy.Facts{}}
	f.parties()
	f.order()
	f.authority()
	if next.Order.Regime == agencies.RegimeEPO {
		f.emergency()
		f.certificate(next.Sealed)
		f.notification(f.willNotify())
		f.put("collect_future_days", 0, "order")
	} else {
		f.request(next.Sealed)
	}
	return f.input(next.Order.action(), next.Facts)
}

// ReleaseInput is the question whether an exhibit may leave now.
func ReleaseInput(c Case, known Known, id evidence.ExhibitID) (policy.Input, error) {
	x, ok := c.Exhibit(id)
	if !ok || c.Order == nil {
		return policy.Input{}, fmt.Errorf("ask release: %w", field("exhibit", "custody", "is not one of this request"))
	}
	f := finder{c: &c, known: known, facts: policy.Facts{}}
	f.parties()
	f.order()
	f.authority()
	f.particular(c.Sealed)
	if c.Order.Regime != agencies.RegimeEPO {
		f.conditions()
		if c.Order.toProvider() {
			f.execution(&x)
			return f.input(actionProduce, nil)
		}
		return f.input(actionRelease, nil)
	}
	f.emergency()
	f.notification(!c.NotifiedAt.IsZero())
	f.enforcement(&x)
	f.conflict()
	f.clarification()
	f.channel(&x)
	if err := f.receipt(c.Parties.Addressee); err != nil {
		return policy.Input{}, err
	}
	return f.input(actionProduce, nil)
}

// UseInputs are the two questions before a person opens an exhibit: may this
// evidence be used so, and may this person see it. Both must be permitted. said is
// the retrieve act.
func UseInputs(c Case, known Known, said Spoken) ([]policy.Input, error) {
	r, ok := said.Body.(*Retrieval)
	if !ok || c.Order == nil {
		return nil, fmt.Errorf("ask use: %w", field("type", agencies.RuleMismatch, "is no retrieve"))
	}
	x, ok := c.Exhibit(r.Exhibit)
	if !ok {
		return nil, fmt.Errorf("ask use: %w", field("exhibit", "custody", "is not one of this request"))
	}
	f := finder{c: &c, known: known, facts: policy.Facts{}}
	f.parties()
	f.order()
	f.authority()
	f.emergency()
	f.particular(c.Sealed)
	f.enforcement(&x)
	stated, err := readFacts(r.Facts, policy.Attested, said.ID())
	if err != nil {
		return nil, fmt.Errorf("ask use: %w", err)
	}
	if f.later() {
		f.bound(x.Conditions, stated)
	} else {
		f.conditions()
	}
	f.use(r.Use, &x, said)
	var out []policy.Input
	for _, action := range []string{actionUse, actionInvestigate} {
		in, err := f.input(action, stated)
		if err != nil {
			return nil, err
		}
		out = append(out, in)
	}
	return out, nil
}

// Advises says of which acts policy's answer stops nothing but a denial: the person
// who signs is the one to whom the law leaves the decision.
func Advises(act Act) bool {
	switch act {
	case ActRefuse, ActObject, ActRecognise, ActPostpone:
		return true
	}
	return false
}

// ActInput is the question about an act of a party that policy has a say in beside
// the three gates: refuse, object, recognise, delay, postpone, extend, confirm,
// stop. ok is false for every other act. Of a refusal, objection or postponement the
// person who signs is the person to whom human_review leaves it; only a denial stops
// the act.
func ActInput(c Case, known Known, said Spoken) (in policy.Input, ok bool, err error) {
	if c.Order == nil {
		return policy.Input{}, false, nil
	}
	f := finder{c: &c, known: known, facts: policy.Facts{}}
	f.parties()
	f.authority()
	f.particular(c.Sealed)
	var raw policy.Facts
	var action string
	switch b := said.Body.(type) {
	case *Refusal:
		// Annex III of an EPOC is a report of what cannot be done, no decision of
		// an authority; policy has a say in what an authority refuses.
		switch {
		case c.denying(said):
			action = actionDeny
			f.put("stage", "article_16_enforcement", "ledger")
		case c.decidesItself():
			action = actionRefuse
		default:
			return policy.Input{}, false, nil
		}
		f.ground(b.Ground, said)
		raw, err = readFacts(b.Facts, policy.Attested, said.ID())
	case *Objection:
		if slices.Contains(c.Parties.Roles(said.Agency), RoleAddressee) {
			return policy.Input{}, false, nil
		}
		action = actionRaise
		f.put("stage", "article_12_notification", "ledger")
		f.emergency()
		f.ground(b.Ground, said)
		if err := f.ticked(b); err != nil {
			return policy.Input{}, false, err
		}
		if err := f.receipt(c.Parties.Enforcing); err != nil {
			return policy.Input{}, false, err
		}
		f.put("enforcing_authority_objection_hours_after_notification", f.objectionHours(known.Now), "ledger")
		raw, err = readFacts(b.Facts, policy.Attested, said.ID())
	case *Recognition:
		if !c.decidesItself() {
			return policy.Input{}, false, nil
		}
		action = actionExecute
		f.order()
		f.request(c.Sealed)
		if c.Instrument == EIO {
			if err := f.receipt(c.Parties.Addressee); err != nil {
				return policy.Input{}, false, err
			}
		}
		f.conditions()
		raw, err = readFacts(b.Facts, policy.Attested, said.ID())
	case *Delay, *Postponement, *Cessation:
		if c.Order.Regime == agencies.RegimeUNODCForms {
			return policy.Input{}, false, nil
		}
		var found map[string]json.RawMessage
		action, found = f.timing(said)
		raw, err = readFacts(found, policy.Attested, said.ID())
	case *NoticeDelay:
		action = actionWithhold
		f.delay(b, said)
	case *Extension:
		if c.Instrument != EPOCPR {
			return policy.Input{}, false, nil
		}
		action = actionExtend
		f.preservation()
		f.put("extension_days", thirtyDays.Days, "order")
		f.put("form", b.Form, said.ID())
		f.say("production_request_being_prepared", b.Prepared, said)
	case *Confirmation:
		if c.Instrument != EPOCPR {
			return policy.Input{}, false, nil
		}
		action = actionConfirm
		f.preservation()
		f.put("form", b.Form, said.ID())
		f.put("subsequent_request", b.Subsequent.Instrument, said.ID())
		f.say("subsequent_request_issued", true, said)
	default:
		return policy.Input{}, false, nil
	}
	if err != nil {
		return policy.Input{}, false, fmt.Errorf("ask %s: %w", said.Act(), err)
	}
	in, err = f.input(action, raw)
	return in, err == nil, err
}

// Receiving is the State whose own bundle answers beside the network's: that of the
// addressee, where the request is executed and enforced; of a use, that of the
// agency which uses or shares.
func Receiving(c Case, said Spoken) agencies.State {
	switch b := said.Body.(type) {
	case *Retrieval, *Sharing:
		return said.Agency.State()
	case *Order:
		return b.Addressee.State()
	}
	return c.Parties.Addressee.State()
}
