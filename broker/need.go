package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// askConflict is the kind of an open conflict objection (Art. 17).
const askConflict = "conflict"

// The choices between rows.

func decided(o policy.Outcome) When {
	return When{"policy says " + string(o), func(_ *Case, e *event) bool {
		return e.att.Decision != nil && e.att.Decision.Outcome == o
	}}
}

func validationIs(granted bool) When {
	name, want := "validation granted", agencies.Validated
	if !granted {
		name, want = "validation refused", agencies.Refused
	}
	return When{name, func(_ *Case, e *event) bool { return e.lead.Validation.Decision == want }}
}

func judgementIs(outcome string) When {
	return When{"the person " + outcome, func(_ *Case, e *event) bool { return e.body.(*Judgement).Outcome == outcome }}
}

var toAddressee = When{"to the addressee", func(c *Case, e *event) bool { return e.att.To == c.Parties.Addressee }}

func asks(kinds ...string) When {
	return When{"asks for " + join(kinds), func(_ *Case, e *event) bool { return slices.Contains(kinds, e.body.(*Question).Kind) }}
}

func answers(kinds ...string) When {
	return When{"answers " + join(kinds), func(c *Case, e *event) bool {
		q, ok := c.open(e.body.(*Answer).To)
		return ok && slices.Contains(kinds, q.Kind)
	}}
}

// What an act leaves of the order.
type rest int

const (
	nothing      rest = iota // nothing is left to do and nothing was produced
	onlyProduced             // what is left was produced
	something                // there is still something to do
)

func leaves(options ...rest) When {
	words := map[rest]string{nothing: "leaves nothing", onlyProduced: "leaves only what is produced", something: "leaves something to do"}
	var names []string
	for _, r := range options {
		names = append(names, words[r])
	}
	return When{join(names), func(c *Case, e *event) bool { return slices.Contains(options, restAfter(c, e)) }}
}

// restAfter looks at the lines as they would be after the act.
func restAfter(c *Case, e *event) rest {
	s := c.State
	s.mark(partsOf(e.body), "gone", affects(e)...)
	switch {
	case s.anyLine(LineOpen, LinePreserved):
		return something
	case s.anyLine(LineProduced):
		return onlyProduced
	}
	return nothing
}

// affects are the lines an act can take away: an objection without conditions also
// stops the use of what was produced [EPO-X-02]; a withdrawal of parts leaves what
// was produced alone.
func affects(e *event) []LineStatus {
	if o, ok := e.body.(*Objection); ok && len(o.Conditions) == 0 {
		return []LineStatus{LineOpen, LinePreserved, LineProduced}
	}
	return []LineStatus{LineOpen, LinePreserved}
}

func partsOf(b Body) []Part {
	switch b := b.(type) {
	case *Refusal:
		return b.Parts
	case *Objection:
		return b.Parts
	case *Withdrawal:
		return b.Parts
	case *Preservation:
		return b.Parts
	case *Question:
		return b.Parts
	case *Production:
		return b.Parts
	case *Enforcement:
		return b.Parts
	}
	return nil
}

var wholly = When{"withdraws the whole", func(_ *Case, e *event) bool { return len(partsOf(e.body)) == 0 }}

func lastPart(last bool) When {
	name := "last part"
	if !last {
		name = "more parts follow"
	}
	return When{name, func(_ *Case, e *event) bool { return e.body.(*Production).Last == last }}
}

func clockIs(kinds ...ClockKind) When {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return When{"clock " + join(names), func(_ *Case, e *event) bool {
		return len(e.att.Clocks) > 0 && slices.Contains(kinds, e.att.Clocks[0].Kind)
	}}
}

// The conditions.

func need(name, fieldName, rule string, ok func(*Case, *event) bool) Need {
	return Need{name, func(c *Case, e *event) error {
		if !ok(c, e) {
			return field(fieldName, rule, "fails: "+name)
		}
		return nil
	}}
}

var (
	sameOpener = need("a rejected request is sent again by the same agency", "sender", "opener", func(c *Case, e *event) bool {
		return c.Opener == "" || c.Opener == e.att.From
	})
	readable = Need{"sealed parts go only to who may read them", func(c *Case, e *event) error {
		return partiesAfter(c, e).CheckSealed(e.lead.Statement.Sealed)
	}}
	validBeside = Need{"a validation beside it is of this order, granted, by another person", func(c *Case, e *event) error {
		for _, v := range e.validations() {
			if err := checkValidation(e.lead, partiesAfter(c, e), v); err != nil {
				return err
			}
			if v.Validation.Decision != agencies.Validated {
				return field("validation.decision", "EPO-I-01", "is a refusal")
			}
		}
		return nil
	}}
	ofThisOrder = need("it validates the order of this request", "validation.order_digest", "EPO-I-01", func(c *Case, e *event) bool {
		return e.lead.Validation.OrderDigest == c.Issued.Digest
	})
	notOwn = need("nobody validates the own order", "validation", "EPO-I-01", func(c *Case, e *event) bool {
		return e.lead.Key != c.Issued.Key && e.lead.Officer != c.Issued.Officer
	})
	stillUnvalidated = need("the order was sent without validation", "validation", "EPO-I-04", func(c *Case, _ *event) bool { return c.Validated == nil })
	answersDecision  = need("it answers a decision of this request", "decision", "human", func(c *Case, e *event) bool {
		id := e.body.(*Judgement).Decision
		return slices.ContainsFunc(c.Decisions, func(d policy.Decision) bool { return d.ID == id && d.Outcome == policy.HumanReview })
	})
	reviewed = need("policy leaves it to a person, or permits", "decision", "human", func(_ *Case, e *event) bool {
		d := e.att.Decision
		return d != nil && d.Gate == policy.Admission && (d.Outcome == policy.HumanReview || d.Outcome == policy.Permitted)
	})
	byAuthority = need("the person holds a judicial office or that of a central authority", "office", "human", func(_ *Case, e *event) bool {
		return slices.Contains(authorities, e.lead.Office)
	})

	toParty = need("to a party of the request", "to", agencies.RuleMismatch, func(c *Case, e *event) bool {
		return e.att.To != "" && (e.att.To == c.Opener || len(c.Parties.Roles(e.att.To)) > 0)
	})
	ofKnownAct  = need("it passes on an act of the request", "ref", agencies.RuleMismatch, func(c *Case, e *event) bool { _, ok := c.Entry(e.att.Ref); return ok })
	toEnforcing = need("to the enforcing authority, once", "to", "EPO-N-01", func(c *Case, e *event) bool {
		return c.Parties.Enforcing != "" && e.att.To == c.Parties.Enforcing && c.NotifiedAt.IsZero()
	})
	ofDelivery = need("it names the delivery it acknowledges", "of", "receipt", func(c *Case, e *event) bool { return c.addressed(e, ActDeliver) })
	ofNotice   = need("it names the notification it acknowledges", "of", "receipt", func(c *Case, e *event) bool { return c.addressed(e, ActNotify) })
	firstTime  = need("receipt is acknowledged once", "of", "receipt", func(c *Case, e *event) bool { return c.received(e.att.From).IsZero() })

	goodParts = Need{"the parts are ones of the order", func(c *Case, e *event) error { return c.State.checkParts(partsOf(e.body)) }}
	touches   = need("it concerns a part that is still open", "parts", "EPO-D-05", func(c *Case, e *event) bool {
		s := c.State
		return s.mark(partsOf(e.body), "gone", affects(e)...)
	})
	notSuspended = need("duties are not suspended", "state.suspended", "EPO-K-06", func(c *Case, _ *event) bool { return c.State.Suspended == "" })
	// A clarification about one part does not stop the use of another; a refused
	// validation stops everything [EPO-X-01].
	notRefusedValidation = need("validation was not refused", "state.suspended", "EPO-X-01", func(c *Case, _ *event) bool { return c.State.Suspended != SuspendedValidation })
	courtUpheld          = need("the competent court upheld the order", "outcome", "EPO-P-07", func(_ *Case, e *event) bool { return e.body.(*Answer).Outcome == AnswerUpheld })
	notAsker             = need("nobody answers the own question", "to", "EPO-K-06", func(c *Case, e *event) bool {
		q, _ := c.open(e.body.(*Answer).To)
		return q.By != e.att.From
	})
	wasNotified      = need("the enforcing authority was notified", "state", "EPO-N-01", func(c *Case, _ *event) bool { return !c.NotifiedAt.IsZero() })
	notObjected      = need("no ground was raised before", "state", "EPO-R-E", func(c *Case, _ *event) bool { return !c.State.anyLine(LineObjected) })
	inConflictWindow = need("within the time for a conflict objection", "time", "EPO-K-10", func(c *Case, e *event) bool {
		k := c.running(ClockConflict)
		return k != nil && e.att.At.Before(k.Due)
	})

	permitted = Need{"policy permits it", func(_ *Case, e *event) error {
		d := e.att.Decision
		if d == nil {
			return field("decision", agencies.RuleRequired, "is missing")
		}
		if d.Outcome != policy.Permitted {
			return field("decision.outcome", string(ReasonOf(d.Outcome)), "is no permit")
		}
		return nil
	}}
	neverExtended = need("preservation was not extended before", "state", "EPO-K-07", func(c *Case, _ *event) bool { return c.Extended == 0 })
	stillRunning  = need("the preservation still runs", "time", "EPO-K-07", func(c *Case, e *event) bool {
		for _, kind := range []ClockKind{ClockPreservation, ClockExtension} {
			if k := c.running(kind); k != nil && e.att.At.Before(k.Due) {
				return true
			}
		}
		return false
	})

	production = []Need{goodParts, notSuspended, nextPart, openLines, goodManifests, storedObjects}
	nextPart   = need("parts are numbered in order", "part", "DIT-05", func(c *Case, e *event) bool { return e.body.(*Production).Part == c.Parts+1 })
	openLines  = need("it answers parts that are still open", "parts", "EPO-D-05", func(c *Case, e *event) bool {
		parts := e.body.(*Production).Parts
		return slices.ContainsFunc(c.State.Lines, func(l Line) bool { return covers(parts, l) }) &&
			!slices.ContainsFunc(c.State.Lines, func(l Line) bool {
				return covers(parts, l) && slices.Contains([]LineStatus{LineRefused, LineObjected, LineWithdrawn}, l.Status)
			})
	})
	goodManifests = Need{"the manifests are of this request and its recipients", checkManifests}
	storedObjects = need("each sealed object lies in the vault as the manifest says", "objects", "DIT-05", func(_ *Case, e *event) bool {
		for _, m := range e.body.(*Production).Exhibits {
			if m.Means.Channel == evidence.ByVault && !slices.Contains(e.att.Objects, *m.Means.Object) {
				return false
			}
		}
		return true
	})

	noHold = need("the release is not on hold", "state.hold", "EPO-N-04", func(c *Case, e *event) bool { return c.State.Hold == "" })
	// Recipients are named in the order; the issuer may always receive.
	toRecipient = need("to a recipient of data", "to", "EPO-C-04", func(c *Case, e *event) bool {
		return e.att.To != "" && (e.att.To == c.Parties.Issuer || slices.Contains(c.Parties.Recipients, e.att.To))
	})
	releasedToSender = need("the exhibit was released to this agency", "exhibit", "use", func(c *Case, e *event) bool {
		x, ok := c.Exhibit(e.exhibit())
		return ok && slices.Contains(x.Released, e.att.From)
	})
	fetchedBySender = need("this agency has retrieved it", "exhibit", "custody", func(c *Case, e *event) bool {
		x, ok := c.Exhibit(e.exhibit())
		return ok && slices.Contains(x.Fetched, e.att.From)
	})
	notTaken = need("it was not handed over to this agency before", "exhibit", "custody", func(c *Case, e *event) bool {
		x, ok := c.Exhibit(e.exhibit())
		return ok && !slices.Contains(x.Taken, e.att.From)
	})
	bothSigned = Need{"giver and taker signed over the same bytes", checkHandover}
	ownCustody = Need{"it carries one custody statement of the sender", checkOwnCustody}

	clockRuns = need("the clock runs", "clocks", "clock", func(c *Case, e *event) bool {
		return len(e.att.Clocks) > 0 && c.running(e.att.Clocks[0].Kind) != nil && c.running(e.att.Clocks[0].Kind).Status == Running
	})
	warnDue = need("its warning is due, once", "clocks", "clock", func(c *Case, e *event) bool {
		k := c.running(e.att.Clocks[0].Kind)
		return !k.Warned && !e.att.At.Before(k.Warn)
	})
	expiryDue = need("its time has run out", "clocks", "clock", func(c *Case, e *event) bool {
		return !e.att.At.Before(c.running(e.att.Clocks[0].Kind).Due)
	})
	hasReason = need("a rejection names its reason", "receipt.reason", agencies.RuleRequired, func(_ *Case, e *event) bool {
		return e.att.Receipt != nil && e.att.Receipt.Reason.Known()
	})
)

// authorities are the offices whose holders may answer what policy left to people.
var authorities = []agencies.Office{
	agencies.OfficeJudge, agencies.OfficeCourt, agencies.OfficeInvestigatingJudge,
	agencies.OfficePublicProsecutor, agencies.OfficeCentralAuthority,
}

func exhibitIs(status ...ExhibitStatus) Need {
	var names []string
	for _, s := range status {
		names = append(names, string(s))
	}
	return need("the exhibit is "+join(names), "exhibit", "custody", func(c *Case, e *event) bool {
		x, ok := c.Exhibit(e.exhibit())
		return ok && slices.Contains(status, x.Status)
	})
}

func checkValidation(order *Spoken, p Parties, v Spoken) error {
	switch {
	case v.Validation.OrderDigest != order.Digest:
		return field("validation.order_digest", "EPO-I-01", "is of another order")
	case v.Validation.Case != order.Statement.Case:
		return field("validation.case", "EPO-I-01", "is another request")
	case v.Key == order.Key || v.Officer == order.Officer:
		return field("validation", "EPO-I-01", "is by the officer who signed the order")
	case v.Agency != p.Validator:
		return field("validation.sender", "EPO-I-01", "is not the validating authority that the order names")
	}
	return nil
}

func checkManifests(c *Case, e *event) error {
	p := e.body.(*Production)
	for i := range p.Exhibits {
		m := &p.Exhibits[i]
		if m.Case != c.ID || m.Sender != e.att.From || !slices.Contains(m.Orders, c.Issued.Act) {
			return field("exhibits", "DIT-05", "holds a manifest of another request or sender")
		}
		for _, id := range m.Recipients {
			if id != c.Parties.Issuer && !slices.Contains(c.Parties.Recipients, id) {
				return field("exhibits.recipients", "EPO-C-04", "names an agency that is no recipient of data")
			}
		}
		if c.exhibit(m.Exhibit) >= 0 {
			return field("exhibits.exhibit", agencies.RuleDuplicate, "was produced before")
		}
		if !slices.ContainsFunc(c.State.Lines, func(l Line) bool { return covers(p.Parts, l) && l.Category == m.Category }) {
			return field("exhibits.category", "EPO-D-05", "is not among the parts that this production answers")
		}
	}
	return nil
}

// checkHandover: custody passes when giver and taker have signed the same.
func checkHandover(c *Case, e *event) error {
	given, taken := e.pair(e.exhibit())
	if given == nil || taken == nil {
		return field("statements", "DIT-08", "lack the custody statement of giver or taker")
	}
	x, _ := c.Exhibit(e.exhibit())
	m := x.Manifest
	switch g, t := given.Custody, taken.Custody; {
	case given.Agency != g.From || g.From != m.Sender:
		return field("custody.from", "DIT-08", "is not who produced the exhibit")
	case taken.Agency != t.To || t.To != e.att.From:
		return field("custody.to", "DIT-08", "is not who takes it")
	case g.Sealed != m.SealedDigest || g.Size != m.SealedSize || t.Sealed != m.SealedDigest || t.Size != m.SealedSize:
		return field("custody.sealed_digest", "DIT-05", "is not that of the exhibit")
	case t.Given != given.Digest || t.Exhibit != g.Exhibit || t.Case != c.ID || g.Case != c.ID:
		return field("custody.given", "DIT-08", "is not the statement of the giver")
	case g.Event != evidence.EventHandedOver || t.Event != evidence.EventHandedOver:
		return field("custody.event", "DIT-08", "is no handover")
	}
	return nil
}

func checkOwnCustody(c *Case, e *event) error {
	x, ok := c.Exhibit(e.exhibit())
	if !ok {
		return field("exhibit", "custody", "is not one of this request")
	}
	n := 0
	for _, s := range e.said {
		if s.Custody == nil {
			continue
		}
		n++
		if s.Agency != e.att.From || s.Custody.From != s.Agency || s.Custody.Exhibit != x.Manifest.Exhibit || s.Custody.Case != c.ID || s.Custody.Event.TwoSided() {
			return field("statements", "custody", "holds a custody statement that does not belong here")
		}
	}
	if n != 1 {
		return field("statements", "custody", "must hold one custody statement")
	}
	return nil
}
