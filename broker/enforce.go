package broker

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Enforcement asks the enforcing authority to make an addressee comply that did
// not, without a reason the issuing authority accepted (Art. 16(1)). Order and
// grounds are sealed to it beside the act.
type Enforcement struct {
	Enforcing agencies.ID `json:"enforcing_authority"`
	Parts     []Part      `json:"parts,omitempty"` // none: the whole order
	Reasons   string      `json:"reasons"`         // one of the statement's _sd
}

// Act implements Body.
func (*Enforcement) Act() Act { return ActEnforce }

// Check implements Body.
func (b *Enforcement) Check() error {
	var c checker
	c.agency("enforcing_authority", "EPO-E-01", b.Enforcing, true)
	c.parts(b.Parts, false)
	c.reasons(b.Reasons)
	return c.err
}

// Enforced is one transmission for enforcement and what came of it.
type Enforced struct {
	Voice
	To       agencies.ID `json:"to"`
	Parts    []Part      `json:"parts,omitempty"`
	Received time.Time   `json:"received,omitzero"`
	Decision string      `json:"decision,omitempty"` // recognised or denied, "" while pending
	Ground   string      `json:"ground,omitempty"`   // of a denial, Art. 16(4)-(5)
	Decided  time.Time   `json:"decided,omitzero"`
}

// Decisions on enforcement.
const (
	EnforcementRecognised = "recognised"
	EnforcementDenied     = "denied"
)

// pendingEnforcement is the transmission that the enforcing authority has not
// decided on; nil when there is none.
func (c *Case) pendingEnforcement() *Enforced {
	if n := len(c.Enforcements); n > 0 && c.Enforcements[n-1].Decision == "" {
		return &c.Enforcements[n-1]
	}
	return nil
}

// Phases in which an order can be enforced: the addressee has it and does not
// comply.
var (
	enforceable = []Phase{PhaseReceived, PhaseProducing, PhasePreserving, PhaseRefused}
	ordering    = []Instrument{EPOC, EPOCPR}
)

var (
	pending       = When{"enforcement is pending", func(c *Case, _ *event) bool { return c.pendingEnforcement() != nil }}
	ofEnforcement = When{"names the transmission for enforcement", func(c *Case, e *event) bool { return c.addressed(e, ActEnforce) }}
	nothingYet    = When{"nothing was produced", func(c *Case, _ *event) bool { return c.Parts == 0 }}
	notPending    = need("no enforcement is pending", "state", "EPO-E-01", func(c *Case, _ *event) bool { return c.pendingEnforcement() == nil })
	oneEnforcing  = need("the order has no other enforcing authority", "enforcing_authority", "EPO-E-01", oneEnforcer)
	receivedOnce  = need("receipt is acknowledged once", "of", "receipt", func(c *Case, _ *event) bool {
		return c.pendingEnforcement() != nil && c.pendingEnforcement().Received.IsZero()
	})
	ofEnforcedPart = need("it concerns a part that is open or refused", "parts", "EPO-D-05", func(c *Case, e *event) bool {
		s := c.State
		return s.mark(partsOf(e.body), "gone", LineOpen, LinePreserved, LineRefused)
	})
)

func oneEnforcer(c *Case, e *event) bool {
	return c.Parties.Enforcing == "" || c.Parties.Enforcing == e.body.(*Enforcement).Enforcing
}

func doEnforce(c *Case, e *event) {
	b := e.body.(*Enforcement)
	c.Parties = partiesAfter(c, e)
	c.Enforcements = append(c.Enforcements, Enforced{Voice: e.lead.voice(e.att.At), To: b.Enforcing, Parts: b.Parts})
}

func doReceiveEnforcement(c *Case, e *event) { c.pendingEnforcement().Received = e.att.At }

// doOrder: what the addressee refused is to be done after all (Art. 16(3)).
func doOrder(c *Case, e *event) {
	p := c.pendingEnforcement()
	p.Decision, p.Decided = EnforcementRecognised, e.att.At
	c.State.mark(p.Parts, LineOpen, LineRefused)
	doRecognise(c, e)
}

func doDeny(c *Case, e *event) {
	r := e.body.(*Refusal)
	p := c.pendingEnforcement()
	p.Decision, p.Decided, p.Ground = EnforcementDenied, e.att.At, r.Ground
	c.attest(r.Facts, e)
}

// denying says whether a refusal denies enforcement.
func (c *Case) denying(s Spoken) bool {
	p := c.pendingEnforcement()
	return p != nil && s.Agency == p.To && !slices.Contains(c.Parties.Roles(s.Agency), RoleAddressee)
}
