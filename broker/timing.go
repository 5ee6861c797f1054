package broker

import (
	"encoding/json"
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Delay says that the executing authority needs longer to decide on an EIO: at
// most 30 days more, with reasons, told to the issuing authority (Dir. 2014/41/EU
// Art. 12(5) [EIO-06]).
type Delay struct {
	Days    int    `json:"days"`
	Reasons string `json:"reasons"` // one of the statement's _sd
}

// Postponement puts the execution off because it would harm a case of the
// executing State [UNT-14, BUD-09].
type Postponement struct {
	Ground  string                     `json:"ground"`
	Reasons string                     `json:"reasons"`         // one of the statement's _sd
	Facts   map[string]json.RawMessage `json:"facts,omitempty"` // what the signing officer found
}

// Resumption ends a postponement.
type Resumption struct {
	Reason string `json:"reason"`
}

// Cessation says that data are no longer preserved under a preservation request
// [BUD-14].
type Cessation struct {
	Reason string `json:"reason"`
	// Decided says that the request that followed was decided on.
	Decided bool `json:"follow_up_decided,omitempty"`
}

// Act implements Body.
func (*Delay) Act() Act { return ActDelay }

// maxDelay is the longest extension of the time to recognise, in days [EIO-06].
const maxDelay = 30

// Check implements Body.
func (b *Delay) Check() error {
	var c checker
	c.require("days", "EIO-06", b.Days >= 1 && b.Days <= maxDelay, "must be between 1 and 30")
	c.reasons(b.Reasons)
	return c.err
}

// Act implements Body.
func (*Postponement) Act() Act { return ActPostpone }

// Check implements Body.
func (b *Postponement) Check() error {
	var c checker
	c.code("ground", "UNT-14", b.Ground, true)
	c.reasons(b.Reasons)
	c.facts(b.Facts)
	return c.err
}

// Act implements Body.
func (*Resumption) Act() Act { return ActResume }

// Check implements Body.
func (b *Resumption) Check() error {
	var c checker
	c.code("reason", "UNT-14", b.Reason, true)
	return c.err
}

// Act implements Body.
func (*Cessation) Act() Act { return ActStop }

// Check implements Body.
func (b *Cessation) Check() error {
	var c checker
	c.code("reason", "BUD-14", b.Reason, true)
	return c.err
}

// Clocks of the executing authority, which rest while it postpones.
var executing = []ClockKind{ClockRecognition, ClockRecognitionLonger, ClockExecution}

var (
	neverDelayed = need("the time to recognise was not extended before", "state", "EIO-06", func(c *Case, _ *event) bool { return c.Delayed == 0 })
	inTime       = need("the time to recognise still runs", "time", "EIO-06", func(c *Case, e *event) bool {
		k := c.running(ClockRecognition)
		return k != nil && e.att.At.Before(k.Due)
	})
	isPostponed = need("execution was postponed", "state.suspended", "UNT-14", func(c *Case, _ *event) bool {
		return c.State.Suspended == SuspendedPostponed
	})
	// A UNODC form has no force between States, and no law that policy could ask.
	mayStop = Need{"policy permits it, where a treaty sets a least time", func(c *Case, e *event) error {
		if !preservesFor(c) {
			return nil
		}
		return permitted.check(c, e)
	}}
	formIs = func(form, rule string) Need {
		return need("the form is "+form, "form", rule, func(_ *Case, e *event) bool { return e.body.(*Confirmation).Form == form })
	}
)

func doDelay(c *Case, e *event) { c.Delayed = e.body.(*Delay).Days }

func doPostpone(c *Case, e *event) {
	p := e.body.(*Postponement)
	c.attest(p.Facts, e)
	c.Objections = append(c.Objections, Ground{Voice: e.lead.voice(e.att.At), Kind: ActPostpone, Ground: p.Ground})
}

// timing: the questions about the time of an execution.
func (f *finder) timing(s Spoken) (action string, stated map[string]json.RawMessage) {
	switch b := s.Body.(type) {
	case *Delay:
		f.put("extension_days", b.Days, s.ID())
		f.put("extensions_so_far", map[bool]int{true: 1}[f.c.Delayed > 0], "ledger")
		// The body cannot be read without the digest of sealed reasons, and the act
		// goes to the issuing authority in the record that makes it count.
		f.put("reasons_given", true, s.ID())
		f.put("issuing_authority_informed", true, "ledger")
		return actionLonger, nil
	case *Postponement:
		f.ground(b.Ground, s)
		return actionPostpone, b.Facts
	case *Cessation:
		at := f.c.received(f.c.Parties.Addressee)
		f.put("days_preserved", f.days(at, f.known.Now, f.c.Parties.Addressee), "ledger")
		f.put("follow_up_request_received", f.c.Follow != nil, "ledger")
		f.say("follow_up_decided", b.Decided, s)
		return actionStop, nil
	}
	return "", nil
}

// preservesFor says that a treaty sets the least time of a preservation; a UNODC
// form sets none.
func preservesFor(c *Case) bool {
	return c.Instrument == Preserve && slices.Contains([]agencies.Regime{agencies.RegimeBudapest, agencies.RegimeUNCC}, c.Order.Regime)
}
