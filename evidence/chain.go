package evidence

import (
	"errors"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Link is one step of custody as the ledger holds it.
type Link struct {
	Statement agencies.Compact // the giver's, or the only one
	Counter   agencies.Compact // the taker's; "" for one-sided events
	Recorded  time.Time        // when the ledger took it: signatures are judged at this time
}

// Verifier checks one statement against the trust list in force at a time.
// agencies.TrustList.Verify is one.
type Verifier func(c agencies.Compact, typ agencies.Typ, at time.Time) (*agencies.Verified, error)

// Step is one verified link.
type Step struct {
	Custody  Custody
	Signer   agencies.KeyID
	Taker    agencies.KeyID // "" for one-sided events
	Recorded time.Time
}

// Chain is what verified links say.
type Chain struct {
	Exhibit  ExhibitID
	Case     string
	Sealed   agencies.Digest
	Size     int64
	Holder   agencies.ID
	Officer  agencies.OfficerID // "" when custody is the agency's
	Keeper   agencies.ID        // "" before deposited
	Held     bool
	Disposed bool
	Steps    []Step

	released map[agencies.ID]bool
}

// CustodyError names the link and what it lacks.
type CustodyError struct {
	Link  int // 0-based
	Event Event
	Lack  string
	Err   error // nil, or what verification said
}

func (e *CustodyError) Error() string {
	s := fmt.Sprintf("verify custody: link %d", e.Link)
	if e.Event != "" {
		s += " (" + string(e.Event) + ")"
	}
	s += ": " + e.Lack
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives ErrCustody and the cause.
func (e *CustodyError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrCustody}
	}
	return []error{ErrCustody, e.Err}
}

// VerifyChain verifies all links of one exhibit in their order and returns where
// custody stands. It stops at the first link that does not hold, and then returns
// the chain up to it together with a *[CustodyError].
func VerifyChain(verify Verifier, links []Link) (*Chain, error) {
	c := &Chain{released: make(map[agencies.ID]bool)}
	if len(links) == 0 {
		return c, &CustodyError{Lack: "there is no statement at all"}
	}
	for i, l := range links {
		if err := c.add(verify, l); err != nil {
			ce, ok := errors.AsType[*CustodyError](err)
			if !ok {
				ce = &CustodyError{Lack: "statement is not sound", Err: err}
			}
			ce.Link = i
			return c, ce
		}
	}
	return c, nil
}

func (c *Chain) add(verify Verifier, l Link) error {
	if l.Statement == "" {
		return c.missingGiver(verify, l)
	}
	given, gv, err := readStatement(verify, l.Statement, l.Recorded)
	if err != nil {
		return err
	}
	lack := func(format string, a ...any) error {
		return &CustodyError{Event: given.Event, Lack: fmt.Sprintf(format, a...)}
	}
	if given.Given != "" {
		return lack("the taker's statement stands in the giver's place")
	}
	if !signedBy(gv, given.From, given.FromOfficer) {
		return lack("the giver's statement is not signed by %s", party(given.From, given.FromOfficer))
	}
	if n := len(c.Steps); n > 0 && l.Recorded.Before(c.Steps[n-1].Recorded) {
		return lack("was recorded before the link it follows")
	}
	if err := c.follows(given, lack); err != nil {
		return err
	}
	step := Step{Custody: *given, Signer: gv.KeyID, Recorded: l.Recorded}
	switch {
	case given.Event.TwoSided():
		if l.Counter == "" {
			return lack("signature of the taker %s is missing", party(given.To, given.ToOfficer))
		}
		tv, err := checkCounter(verify, l, given, lack)
		if err != nil {
			return err
		}
		step.Taker = tv.KeyID
	case l.Counter != "":
		return lack("has a second signature that the event does not know")
	}
	c.apply(given)
	c.Steps = append(c.Steps, step)
	return nil
}

// missingGiver says whose signature is missing when only the taker has signed.
func (c *Chain) missingGiver(verify Verifier, l Link) error {
	if l.Counter == "" {
		return &CustodyError{Lack: "signatures of giver and taker are missing"}
	}
	taken, _, err := readStatement(verify, l.Counter, l.Recorded)
	if err != nil {
		return err
	}
	return &CustodyError{Event: taken.Event, Lack: fmt.Sprintf("signature of the giver %s is missing", party(taken.From, taken.FromOfficer))}
}

// follows holds a statement against the chain so far.
func (c *Chain) follows(s *Custody, lack func(string, ...any) error) error {
	if len(c.Steps) == 0 {
		if s.Event != EventSealed {
			return lack("the chain does not begin with the seal")
		}
		return nil
	}
	switch {
	case s.Event == EventSealed:
		return lack("is a second seal of the same exhibit")
	case c.Disposed:
		return lack("comes after disposal")
	case s.Exhibit != c.Exhibit || s.Case != c.Case:
		return lack("is about another exhibit or case")
	case s.Sealed != c.Sealed || s.Size != c.Size:
		return lack("is over other bytes than the seal")
	case s.Event == EventDisposed && c.Held:
		return lack("disposes of what is under a hold")
	case s.Event == EventHoldEnded && !c.Held:
		return lack("ends a hold that does not exist")
	}
	holder := s.From == c.Holder && s.FromOfficer == c.Officer
	keeper := c.Keeper != "" && s.From == c.Keeper
	switch eventRules[s.Event].by {
	case byHolder:
		if !holder {
			return lack("is by %s, but custody is with %s", party(s.From, s.FromOfficer), party(c.Holder, c.Officer))
		}
	case byKeeper:
		if !keeper {
			return lack("is by %s, who does not keep the vault", s.From)
		}
	case byTaker:
		if !c.released[s.From] {
			return lack("is by %s, to whom nothing was released", s.From)
		}
	case byAnyHand:
		if !holder && !keeper {
			return lack("is by %s, who has neither custody nor the vault", s.From)
		}
	}
	return nil
}

func (c *Chain) apply(s *Custody) {
	switch s.Event {
	case EventSealed:
		c.Exhibit, c.Case, c.Sealed, c.Size = s.Exhibit, s.Case, s.Sealed, s.Size
		c.Holder, c.Officer = s.From, s.FromOfficer
	case EventDeposited:
		c.Keeper = s.To
	case EventReleased:
		c.released[s.To] = true
	case EventHandedOver, EventReturned:
		c.Holder, c.Officer = s.To, s.ToOfficer
	case EventHeld:
		c.Held = true
	case EventHoldEnded:
		c.Held = false
	case EventDisposed:
		c.Disposed = true
	}
}

// checkCounter demands that the taker signed over exactly what the giver signed.
func checkCounter(verify Verifier, l Link, given *Custody, lack func(string, ...any) error) (*agencies.Verified, error) {
	taken, tv, err := readStatement(verify, l.Counter, l.Recorded)
	if err != nil {
		return nil, err
	}
	if !signedBy(tv, given.To, given.ToOfficer) {
		return nil, lack("the taker's statement is not signed by %s", party(given.To, given.ToOfficer))
	}
	same := *taken
	same.Given, same.Time = "", given.Time
	switch {
	case taken.Given == "":
		return nil, lack("the taker's statement does not name the giver's")
	case taken.Given != l.Statement.Digest():
		return nil, lack("giver and taker signed over different bytes")
	case same != *given:
		return nil, lack("giver and taker say different things")
	case taken.Time.Before(given.Time):
		return nil, lack("was taken before it was given")
	}
	return tv, nil
}

func readStatement(verify Verifier, s agencies.Compact, at time.Time) (*Custody, *agencies.Verified, error) {
	v, err := verify(s, agencies.TypCustody, at)
	if err != nil {
		return nil, nil, &CustodyError{Lack: "signature does not verify", Err: err}
	}
	c, err := ParseCustody(v.Payload)
	if err != nil {
		return nil, nil, &CustodyError{Lack: "statement is malformed", Err: err}
	}
	return c, v, nil
}

// signedBy holds the signer against the party named. When custody is a person's,
// that person signs; the agency's seal will not do.
func signedBy(v *agencies.Verified, id agencies.ID, officer agencies.OfficerID) bool {
	if v.Agency == nil || v.Agency.ID != id {
		return false
	}
	return officer == "" || v.Officer != nil && v.Officer.ID == officer
}

func party(id agencies.ID, officer agencies.OfficerID) string {
	if officer != "" {
		return string(officer)
	}
	return string(id)
}
