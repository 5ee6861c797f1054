package broker

import (
	"encoding/json"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// The effects: what an act leaves in the case beside phase, clocks and receipt.
// They run after every condition held and cannot fail.

// partiesAfter are the parties as the act leaves them.
func partiesAfter(c *Case, e *event) Parties {
	switch b := e.body.(type) {
	case *Order:
		p := Parties{Issuer: e.att.From, Validator: b.Validator, Addressee: b.Addressee, Enforcing: b.Enforcing, Recipients: b.Recipients}
		// An order need not name in advance who validates it.
		for _, v := range e.validations() {
			if p.Validator == "" {
				p.Validator = v.Agency
			}
		}
		return p
	case *Notice:
		p := c.Parties
		p.Enforcing = b.Enforcing
		return p
	case *Enforcement:
		p := c.Parties
		p.Enforcing = b.Enforcing
		return p
	}
	return c.Parties
}

func doSubmit(c *Case, e *event) {
	o := e.body.(*Order)
	c.Order, c.Instrument, c.Parties, c.Opener = o, o.Instrument, partiesAfter(c, e), e.att.From
	c.Issued = e.lead.voice(e.att.At)
	c.Validated, c.Validity = nil, ""
	c.Dossier = []agencies.Compact{e.lead.Compact}
	c.Sealed = slices.Clone(e.lead.Statement.Sealed)
	c.State.Lines = linesOf(o)
	c.Conditions = slices.Clone(o.UseLimits)
	c.Facts = policy.Facts{}
	if facts, err := o.DeclaredFacts(e.att.ID); err == nil {
		c.say(facts)
	}
	for _, v := range e.validations() {
		c.validate(v, e)
	}
}

func doValidate(c *Case, e *event) { c.validate(*e.lead, e) }

func (c *Case) validate(v Spoken, e *event) {
	voice := v.voice(e.att.At)
	c.Dossier = append(c.Dossier, v.Compact)
	c.Validity = string(v.Validation.Decision)
	if v.Validation.Decision == agencies.Validated {
		c.Validated = &voice
	}
	facts := policy.Facts{}
	for name, value := range v.Validation.Attestations {
		if err := facts.Set(name, value, policy.Attested, v.ID()); err != nil {
			continue // not in the dictionary: no rule can rest on it
		}
	}
	c.say(facts)
}

// say takes up facts that a party said. A later statement of the same or stronger
// provenance replaces an earlier one: a finding may change, a declaration does not
// undo what a person attested.
func (c *Case) say(facts policy.Facts) {
	if c.Facts == nil {
		c.Facts = policy.Facts{}
	}
	for name, f := range facts {
		if old, ok := c.Facts[name]; ok && old.Provenance == policy.Attested && f.Provenance == policy.Declared {
			continue
		}
		c.Facts[name] = f
	}
}

// attest takes up what a person who signed the act found. The bodies were checked
// when they were read, so the facts read again without error.
func (c *Case) attest(raw map[string]json.RawMessage, e *event) {
	if facts, err := readFacts(raw, policy.Attested, e.att.ID); err == nil {
		c.say(facts)
	}
}

func doName(c *Case, e *event) {
	c.Parties = partiesAfter(c, e)
	o := *c.Order
	o.Enforcing = c.Parties.Enforcing
	c.Order = &o
	c.Dossier = append(c.Dossier, e.lead.Compact)
	// The notice seals to the authority what the order had sealed to others.
	c.Sealed = append(c.Sealed, e.lead.Statement.Sealed...)
}

func doDecide(c *Case, e *event) {
	c.attest(e.body.(*Judgement).Facts, e)
}

// doDeliver puts the release on hold when the order is notified and no emergency
// [EPO-N-04]; nothing can be released before, and so the hold begins here.
func doDeliver(c *Case, _ *event) {
	if notified(c) && !emergency(c) {
		c.State.Hold = HoldClearance
	}
}

func doNotify(c *Case, e *event) { c.NotifiedAt = e.att.At }

func doAsk(c *Case, e *event) {
	q := e.body.(*Question)
	c.Questions = append(c.Questions, Query{Act: e.att.ID, Kind: q.Kind, By: e.att.From, At: e.att.At})
	if q.Kind == AskConsultation {
		c.Consulted = append(c.Consulted, e.att.From)
	}
}

func doAnswer(c *Case, e *event) {
	a := e.body.(*Answer)
	for i := range c.Questions {
		if q := &c.Questions[i]; q.Act == a.To && q.Outcome == "" {
			q.Outcome, q.Answered = a.Outcome, e.att.At
		}
	}
}

func doRecognise(c *Case, e *event) {
	r := e.body.(*Recognition)
	c.setConditions(r.Conditions, nil, e)
	c.attest(r.Facts, e)
}

func doRefuse(c *Case, e *event) {
	r := e.body.(*Refusal)
	c.attest(r.Facts, e)
	c.State.mark(r.Parts, LineRefused, affects(e)...)
	c.Objections = append(c.Objections, Ground{Voice: e.lead.voice(e.att.At), Kind: ActRefuse, Ground: r.Ground, Parts: r.Parts})
}

func doObject(c *Case, e *event) {
	o := e.body.(*Objection)
	c.attest(o.Facts, e)
	c.Objections = append(c.Objections, Ground{Voice: e.lead.voice(e.att.At), Kind: ActObject, Ground: o.Ground, Parts: o.Parts, Conditions: o.Conditions})
	c.State.mark(o.Parts, LineObjected, affects(e)...)
	for i := range c.Exhibits {
		x := &c.Exhibits[i]
		// Data already sent: deleted or restricted, or used under conditions only.
		if slices.ContainsFunc(c.State.Lines, func(l Line) bool {
			return l.Status == LineObjected && l.Category == x.Manifest.Category && covers(x.Parts, l)
		}) {
			x.Status = ExhibitRestricted
		}
	}
	c.setConditions(o.Conditions, o.Parts, e)
}

func doConflict(c *Case, e *event) {
	o := e.body.(*Objection)
	c.Objections = append(c.Objections, Ground{Voice: e.lead.voice(e.att.At), Kind: ActObject, Ground: o.Ground, Parts: o.Parts})
	c.Questions = append(c.Questions, Query{Act: e.att.ID, Kind: askConflict, By: e.att.From, At: e.att.At})
}

func doClear(c *Case, e *event) {
	v := e.lead.voice(e.att.At)
	c.Cleared = &v
	c.setConditions(e.body.(*Clearance).Conditions, nil, e)
}

func doPreserve(c *Case, e *event) {
	c.State.mark(e.body.(*Preservation).Parts, LinePreserved, LineOpen)
}

func doExtend(c *Case, _ *event) { c.Extended++ }

func doConfirm(c *Case, e *event) {
	r := e.body.(*Confirmation).Subsequent
	c.Follow = &r
}

func doProduce(c *Case, e *event) {
	p := e.body.(*Production)
	c.Parts = p.Part
	c.State.mark(p.Parts, LineProduced, LineOpen, LinePreserved)
	if facts, err := readFacts(p.Facts, policy.Declared, e.att.ID); err == nil {
		c.say(facts)
	}
	for _, m := range p.Exhibits {
		x := Exhibit{Manifest: m, Parts: p.Parts, Produced: e.lead.voice(e.att.At), Status: ExhibitDeposited}
		x.Links = e.links(m.Exhibit)
		c.Exhibits = append(c.Exhibits, x)
	}
	c.bind()
}

func doRelease(c *Case, e *event) {
	c.touch(e, ExhibitReleased, func(x *Exhibit) {
		if !slices.Contains(x.Released, e.att.To) {
			x.Released = append(slices.Clone(x.Released), e.att.To)
		}
	})
}

func doRetrieve(c *Case, e *event) {
	c.touch(e, ExhibitRetrieved, func(x *Exhibit) { x.Fetched = compact(append(slices.Clone(x.Fetched), e.att.From)...) })
}

func doHandover(c *Case, e *event) {
	c.touch(e, ExhibitHandedOver, func(x *Exhibit) { x.Taken = compact(append(slices.Clone(x.Taken), e.att.From)...) })
}

func doCustody(c *Case, e *event) {
	c.touch(e, "", func(x *Exhibit) {
		if disposes(e) {
			x.Disposed = compact(append(slices.Clone(x.Disposed), e.att.From)...)
		}
	})
}

// progress orders the statuses: a second recipient's retrieval does not undo the
// first one's handover.
var progress = []ExhibitStatus{ExhibitDeposited, ExhibitReleased, ExhibitRetrieved, ExhibitHandedOver, ExhibitRestricted}

// touch moves an exhibit on and adds the custody statements of the record.
func (c *Case) touch(e *event, status ExhibitStatus, more func(*Exhibit)) {
	i := c.exhibit(e.exhibit())
	if i < 0 {
		return
	}
	x := &c.Exhibits[i]
	if slices.Index(progress, status) > slices.Index(progress, x.Status) {
		x.Status = status
	}
	x.Links = slices.Clone(x.Links)
	for _, link := range e.links(x.Manifest.Exhibit) {
		// A release shows the recipient the statements of the production again.
		if !slices.ContainsFunc(x.Links, func(l evidence.Link) bool { return l.Statement == link.Statement }) {
			x.Links = append(x.Links, link)
		}
	}
	if more != nil {
		more(x)
	}
}

func doWithdraw(c *Case, e *event) {
	w := e.body.(*Withdrawal)
	c.State.mark(w.Parts, LineWithdrawn, LineOpen, LinePreserved)
}

func doWarn(c *Case, e *event) { c.running(e.att.Clocks[0].Kind).Warned = true }

func doExpire(c *Case, e *event) { c.running(e.att.Clocks[0].Kind).Status = Expired }

// doReject keeps what a refused request asked, so that it can be shown and sent
// again; nothing of it is in force.
func doReject(c *Case, e *event) {
	c.Opener = e.att.To
	for _, s := range e.said {
		if o, ok := s.Body.(*Order); ok && s.Agency == e.att.To && s.Case() == c.ID {
			c.Order, c.Instrument = o, o.Instrument
			c.Parties = Parties{Issuer: s.Agency, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
			c.Issued = s.voice(e.att.At)
			break
		}
	}
}

// links are the custody statements of the record about one exhibit, in order, the
// taker's beside the giver's. A giver's statement that waits for its taker is not
// yet a link.
func (e *event) links(id evidence.ExhibitID) []evidence.Link {
	var out []evidence.Link
	for _, s := range e.said {
		switch cu := s.Custody; {
		case cu == nil || cu.Exhibit != id || cu.Given != "":
		case !cu.Event.TwoSided():
			out = append(out, evidence.Link{Statement: s.Compact, Recorded: e.att.At})
		default:
			if _, taken := e.pair(id); taken != nil && taken.Custody.Given == s.Digest {
				out = append(out, evidence.Link{Statement: s.Compact, Counter: taken.Compact, Recorded: e.att.At})
			}
		}
	}
	return out
}

// pair finds giver's and taker's statement of a handover.
func (e *event) pair(id evidence.ExhibitID) (given, taken *Spoken) {
	for i := range e.said {
		s := &e.said[i]
		switch cu := s.Custody; {
		case cu == nil || cu.Exhibit != id || !cu.Event.TwoSided():
		case cu.Given == "":
			given = s
		default:
			taken = s
		}
	}
	return given, taken
}
