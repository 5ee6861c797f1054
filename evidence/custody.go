package evidence

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// CustodyType is the value of Custody.Type and with it the version of the format.
const CustodyType = "custody/1"

// Event is what happened to an exhibit.
type Event string

// The events, in the order of an ordinary life.
const (
	EventSealed     Event = "sealed"      // encrypted to the recipients by its first holder
	EventDeposited  Event = "deposited"   // laid into the vault; To keeps the vault
	EventVerified   Event = "verified"    // read again from storage, digest compared
	EventReleased   Event = "released"    // opened for retrieval by To, under a permit
	EventRetrieved  Event = "retrieved"   // sealed bytes fetched by From, digest compared
	EventHandedOver Event = "handed_over" // custody passes; giver and taker sign
	EventOpened     Event = "opened"      // decrypted, plaintext digests compared
	EventCopied     Event = "copied"      // Derived is the copy
	EventRedacted   Event = "redacted"    // Derived is the redacted version
	EventHeld       Event = "held"        // legal hold: no disposal
	EventHoldEnded  Event = "hold_ended"
	EventReturned   Event = "returned" // custody passes back; giver and taker sign
	EventDisposed   Event = "disposed"
)

// who may sign an event, in terms of the chain so far.
type signerRole int

const (
	byHolder  signerRole = iota + 1 // who has custody
	byKeeper                        // who keeps the vault, from deposited on
	byTaker                         // whom a release named
	byAnyHand                       // holder, or keeper
)

type eventRule struct {
	by       signerRole
	twoSided bool // custody passes; needs giver and taker
	needsTo  bool
	derives  bool
}

var eventRules = map[Event]eventRule{
	EventSealed:     {by: byHolder},
	EventDeposited:  {by: byHolder, needsTo: true},
	EventVerified:   {by: byAnyHand},
	EventReleased:   {by: byKeeper, needsTo: true},
	EventRetrieved:  {by: byTaker},
	EventHandedOver: {by: byHolder, twoSided: true, needsTo: true},
	EventOpened:     {by: byHolder},
	EventCopied:     {by: byHolder, derives: true},
	EventRedacted:   {by: byHolder, derives: true},
	EventHeld:       {by: byAnyHand},
	EventHoldEnded:  {by: byAnyHand},
	EventReturned:   {by: byHolder, twoSided: true, needsTo: true},
	EventDisposed:   {by: byHolder},
}

// TwoSided reports whether the event is complete only with the taker's signature.
func (e Event) TwoSided() bool { return eventRules[e].twoSided }

// Custody is the payload of a statement of typ rogatory-custody+jws. The giver's
// has no Given and is signed by From; the taker's repeats it, adds the digest of
// the giver's exact bytes as Given and the taker's own time, and is signed by To.
type Custody struct {
	// Signed.
	Type        string             `json:"type"`
	Event       Event              `json:"event"`
	Exhibit     ExhibitID          `json:"exhibit"`
	Case        string             `json:"case"`
	Sealed      agencies.Digest    `json:"sealed_digest"` // as the signer measured it
	Size        int64              `json:"sealed_size"`   // as the signer measured it
	From        agencies.ID        `json:"from"`
	FromOfficer agencies.OfficerID `json:"from_officer,omitempty"` // when custody is a person's
	To          agencies.ID        `json:"to,omitempty"`
	ToOfficer   agencies.OfficerID `json:"to_officer,omitempty"`
	Time        time.Time          `json:"time"`
	Derived     ExhibitID          `json:"derived,omitempty"` // copied, redacted
	Reason      string             `json:"reason,omitempty"`  // a code: ground of a hold, rule of a disposal
	Given       agencies.Digest    `json:"given,omitempty"`   // only in the taker's statement
}

// Check refuses a statement with a field missing or out of form.
func (c *Custody) Check() error {
	rule, known := eventRules[c.Event]
	switch {
	case c.Type != CustodyType:
		return field("type", agencies.RuleFormat, "must be "+CustodyType)
	case !known:
		return field("event", agencies.RuleUnknown, "is not a custody event")
	case c.Exhibit.Check() != nil:
		return field("exhibit", agencies.RuleFormat, "must be a UUIDv7")
	case agencies.CheckID(c.Case) != nil:
		return field("case", agencies.RuleFormat, "must be a UUIDv7")
	case c.Size <= 0:
		return field("sealed_size", agencies.RuleFormat, "must be positive")
	case c.From == "":
		return field("from", agencies.RuleRequired, "is missing")
	case c.From.Check() != nil || c.FromOfficer != "" && c.FromOfficer.Agency() != c.From:
		return field("from", agencies.RuleFormat, "is not an agency, or not the officer's")
	case rule.needsTo && c.To == "":
		return field("to", agencies.RuleRequired, "is missing")
	case !rule.needsTo && (c.To != "" || c.ToOfficer != ""):
		return field("to", agencies.RuleMismatch, "has no place in this event")
	case c.To != "" && c.To.Check() != nil || c.ToOfficer != "" && c.ToOfficer.Agency() != c.To:
		return field("to", agencies.RuleFormat, "is not an agency, or not the officer's")
	case rule.twoSided && c.From == c.To && c.FromOfficer == c.ToOfficer:
		return field("to", agencies.RuleMismatch, "must differ from the giver")
	case c.Given != "" && !rule.twoSided:
		return field("given", agencies.RuleMismatch, "has no place in this event")
	case rule.derives != (c.Derived != ""):
		return field("derived", agencies.RuleMismatch, "belongs to copied and redacted, and only there")
	case c.Derived != "" && (c.Derived.Check() != nil || c.Derived == c.Exhibit):
		return field("derived", agencies.RuleFormat, "must be the UUIDv7 of another exhibit")
	case c.Reason != "" && !tokenForm.MatchString(c.Reason):
		return field("reason", agencies.RuleFormat, "must be a code")
	}
	if err := checkDigest("sealed_digest", "sha-256", c.Sealed); err != nil {
		return err
	}
	if c.Given != "" {
		if err := checkDigest("given", "sha-256", c.Given); err != nil {
			return err
		}
	}
	return checkTime("time", "DIT-04", c.Time)
}

// Encode returns the one canonical encoding (RFC 8785) of a valid statement.
func (c *Custody) Encode() ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("encode custody: %w", err)
	}
	return agencies.Canonical(c)
}

// ParseCustody reads what Encode wrote, and nothing else.
func ParseCustody(data []byte) (*Custody, error) {
	var c Custody
	if err := parseCanonical(data, &c); err != nil {
		return nil, fmt.Errorf("parse custody: %w", err)
	}
	return &c, nil
}

// Give signs the giver's statement, or the only statement of a one-sided event.
func Give(s *agencies.Signer, c Custody) (agencies.Compact, error) {
	if c.Type == "" {
		c.Type = CustodyType
	}
	if c.Given != "" {
		return "", fmt.Errorf("sign custody: %w", field("given", agencies.RuleMismatch, "belongs to the taker"))
	}
	b, err := c.Encode()
	if err != nil {
		return "", fmt.Errorf("sign custody: %w", err)
	}
	return s.Sign(agencies.TypCustody, b)
}

// Take signs the taker's statement over the giver's exact bytes. given is the
// giver's statement and v what its verification gave; size and digest are what
// the taker itself measured of the sealed bytes. A difference is not signed away:
// Take fails with [ErrCustody] and custody stays with the giver.
func Take(s *agencies.Signer, given agencies.Compact, v *agencies.Verified, size int64, digest agencies.Digest, at time.Time) (agencies.Compact, error) {
	c, err := ParseCustody(v.Payload)
	if err != nil {
		return "", fmt.Errorf("take custody: %w", err)
	}
	switch {
	case !c.Event.TwoSided() || c.Given != "":
		return "", fmt.Errorf("take custody: %w: the statement is not a giver's", ErrCustody)
	case c.Size != size || c.Sealed != digest:
		return "", fmt.Errorf("take custody: %w: the bytes received are not the bytes given", ErrCustody)
	}
	c.Given = given.Digest()
	c.Time = at
	b, err := c.Encode()
	if err != nil {
		return "", fmt.Errorf("take custody: %w", err)
	}
	return s.Sign(agencies.TypCustody, b)
}
