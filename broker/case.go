package broker

import (
	"maps"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Case is everything that the records of one request say, folded in the order of
// the ledger. The zero Case is the one before the first record. It is a value:
// Apply returns a new one and leaves the old as it was.
type Case struct {
	ID         string     `json:"id"`
	Instrument Instrument `json:"instrument"`
	Order      *Order     `json:"order,omitempty"`
	Parties    Parties    `json:"parties"`
	State      State      `json:"state"`

	Opener    agencies.ID `json:"opener"` // who sent the first act; alone may send it again after a rejection
	Issued    Voice       `json:"issued"`
	Validated *Voice      `json:"validated,omitempty"`
	Validity  string      `json:"validity,omitempty"` // validated or refused, "" while nobody said
	Acts      []Entry     `json:"acts"`
	// Dossier is what an addressee must be shown: the order, its validation, a late
	// notice; Sealed is the sealed parts that they name.
	Dossier    []agencies.Compact   `json:"dossier,omitempty"`
	Sealed     []agencies.SealedRef `json:"sealed,omitempty"`
	Decisions  []policy.Decision    `json:"decisions,omitempty"`
	Exhibits   []Exhibit            `json:"exhibits,omitempty"`
	Clocks     []Clock              `json:"clocks,omitempty"`
	Receipts   []Proof              `json:"receipts,omitempty"`
	Questions  []Query              `json:"questions,omitempty"`
	Objections []Ground             `json:"objections,omitempty"`
	Consulted  []agencies.ID        `json:"consulted_by,omitempty"` // who asked the other side before refusing [EPO-R-E, UNT-12]
	Cleared    *Voice               `json:"cleared,omitempty"`
	Extended   int                  `json:"extended,omitempty"`
	Delayed    int                  `json:"delayed,omitempty"` // days more to recognise [EIO-06]
	Follow     *Reference           `json:"subsequent_request,omitempty"`
	NotifiedAt time.Time            `json:"notified_at,omitzero"` // the enforcing authority's copy was recorded
	Parts      int                  `json:"parts,omitempty"`      // production parts so far
	Conditions []string             `json:"conditions,omitempty"` // that bind the use of what was handed over
	Bindings   []Binding            `json:"bindings,omitempty"`   // the same, with who set them and what they cover
	Facts      policy.Facts         `json:"facts,omitempty"`      // said by parties: declared or attested, with who

	Enforcements []Enforced `json:"enforcements,omitempty"`
	Informed     *Voice     `json:"user_informed,omitempty"`        // Art. 13(1)
	Withheld     []Ground   `json:"user_notice_withheld,omitempty"` // Art. 13(2), and each review
	Notes        []Noted    `json:"notes,omitempty"`

	Standing []Standing `json:"standing,omitempty"` // where each statement was recorded first

	Seq   uint64    `json:"seq"`             // of the last record
	At    time.Time `json:"at"`              // of the last record
	Table int       `json:"table,omitempty"` // of the last record
}

// Voice is who said something, and where it is recorded.
type Voice struct {
	Act     string             `json:"act"`
	Digest  agencies.Digest    `json:"digest"` // of the statement's exact bytes
	Agency  agencies.ID        `json:"agency"`
	Officer agencies.OfficerID `json:"officer,omitempty"`
	Office  agencies.Office    `json:"office"`
	Key     agencies.KeyID     `json:"key"`
	At      time.Time          `json:"at"` // of the record
}

// Entry is one record of the case in short.
type Entry struct {
	Seq   uint64      `json:"seq"`
	At    time.Time   `json:"at"`
	Act   Act         `json:"act"`
	ID    string      `json:"id"`
	Ref   string      `json:"ref,omitempty"`
	From  agencies.ID `json:"from"`
	To    agencies.ID `json:"to,omitempty"`
	Phase Phase       `json:"phase"`
}

// Proof is a receipt and where it stands.
type Proof struct {
	Seq uint64    `json:"seq"`
	At  time.Time `json:"at"`
	Receipt
}

// Query is a question or conflict objection, and its answer.
type Query struct {
	Act  string      `json:"act"`
	Kind string      `json:"kind"` // of the question, or conflict
	By   agencies.ID `json:"by"`
	At   time.Time   `json:"at"`
	// Outcome and Answered are set by the answer.
	Outcome  string    `json:"outcome,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
}

// Ground is one ground raised or one refusal given.
type Ground struct {
	Voice
	Kind       Act      `json:"kind"` // refuse, object, postpone or withhold_notice
	Ground     string   `json:"ground"`
	Parts      []Part   `json:"parts,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
}

// Exhibit is one exhibit of the case.
type Exhibit struct {
	Manifest evidence.Manifest `json:"manifest"`
	Parts    []Part            `json:"parts"` // what of the order it answers
	Produced Voice             `json:"produced"`
	Status   ExhibitStatus     `json:"status"`
	Released []agencies.ID     `json:"released_to,omitempty"`
	Fetched  []agencies.ID     `json:"retrieved_by,omitempty"`
	Taken    []agencies.ID     `json:"handed_over_to,omitempty"` // each signed for the bytes, once
	Links    []evidence.Link   `json:"links,omitempty"`          // custody, for evidence.VerifyChain
	// Conditions bind every use of the exhibit and go with it.
	Conditions []string      `json:"conditions,omitempty"`
	Shared     []Shared      `json:"shared,omitempty"`
	Disposed   []agencies.ID `json:"disposed_by,omitempty"` // each signed that it deleted its copy
}

// ExhibitStatus is where an exhibit stands.
type ExhibitStatus string

// The statuses.
const (
	ExhibitDeposited  ExhibitStatus = "deposited"
	ExhibitReleased   ExhibitStatus = "released"
	ExhibitRetrieved  ExhibitStatus = "retrieved"
	ExhibitHandedOver ExhibitStatus = "handed_over"
	ExhibitRestricted ExhibitStatus = "restricted" // objected to after it was sent [EPO-X-02]
)

// Exhibit finds an exhibit.
func (c *Case) Exhibit(id evidence.ExhibitID) (Exhibit, bool) {
	if i := c.exhibit(id); i >= 0 {
		return c.Exhibits[i], true
	}
	return Exhibit{}, false
}

func (c *Case) exhibit(id evidence.ExhibitID) int {
	return slices.IndexFunc(c.Exhibits, func(e Exhibit) bool { return e.Manifest.Exhibit == id })
}

// Entry finds a record by its id.
func (c *Case) Entry(id string) (Entry, bool) {
	i := slices.IndexFunc(c.Acts, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return Entry{}, false
	}
	return c.Acts[i], true
}

// LastDecision returns the newest decision of a gate.
func (c *Case) LastDecision(g policy.Gate) (policy.Decision, bool) {
	for _, d := range slices.Backward(c.Decisions) {
		if d.Gate == g {
			return d, true
		}
	}
	return policy.Decision{}, false
}

// received is when a party signed for its copy; zero while it has not.
func (c *Case) received(id agencies.ID) time.Time {
	for _, e := range c.Acts {
		if e.Act == ActAcknowledge && e.From == id {
			return e.At
		}
	}
	return time.Time{}
}

// clone copies everything that Apply may change in place.
func (c Case) clone() Case {
	c.Acts = slices.Clone(c.Acts)
	c.Dossier = slices.Clone(c.Dossier)
	c.Sealed = slices.Clone(c.Sealed)
	c.Decisions = slices.Clone(c.Decisions)
	c.Exhibits = slices.Clone(c.Exhibits)
	for i := range c.Exhibits {
		c.Exhibits[i].Links = slices.Clip(c.Exhibits[i].Links)
		c.Exhibits[i].Released = slices.Clip(c.Exhibits[i].Released)
		c.Exhibits[i].Fetched = slices.Clip(c.Exhibits[i].Fetched)
		c.Exhibits[i].Taken = slices.Clip(c.Exhibits[i].Taken)
		c.Exhibits[i].Shared = slices.Clip(c.Exhibits[i].Shared)
		c.Exhibits[i].Disposed = slices.Clip(c.Exhibits[i].Disposed)
	}
	c.Clocks = slices.Clone(c.Clocks)
	c.Receipts = slices.Clone(c.Receipts)
	c.Questions = slices.Clone(c.Questions)
	c.Objections = slices.Clone(c.Objections)
	c.Conditions = slices.Clone(c.Conditions)
	c.Bindings = slices.Clone(c.Bindings)
	c.Enforcements = slices.Clone(c.Enforcements)
	c.Withheld = slices.Clone(c.Withheld)
	c.Notes = slices.Clone(c.Notes)
	c.Consulted = slices.Clone(c.Consulted)
	c.Facts = maps.Clone(c.Facts)
	c.State.Lines = slices.Clone(c.State.Lines)
	c.Standing = slices.Clip(c.Standing)
	return c
}

// View is a case as one party sees it: no sealed parts, no other party's custody.
type View struct {
	ID         string            `json:"id"`
	Instrument Instrument        `json:"instrument"`
	Roles      []Role            `json:"roles"` // of who looks
	Parties    Parties           `json:"parties"`
	State      State             `json:"state"`
	Order      *Order            `json:"order,omitempty"`
	Clocks     []Clock           `json:"clocks,omitempty"`
	Receipts   []Proof           `json:"receipts,omitempty"`
	Questions  []Query           `json:"questions,omitempty"`
	Decisions  []policy.Decision `json:"decisions,omitempty"`
	Exhibits   []Exhibit         `json:"exhibits,omitempty"`
	Acts       []Entry           `json:"acts,omitempty"`
	At         time.Time         `json:"at"`
}

// seesReasons says who may read what policy was asked and why it answered so: the
// issuer, the enforcing authority, and who asked to act. Oversight reads all.
func (p Parties) seesReasons(id agencies.ID, d *policy.Decision) bool {
	return d.For == id || id == p.Issuer || id == p.Enforcing
}

// ViewFor is the case as an agency may see it; false when it is no party. The
// reasons of decisions are shown to the issuing side, the enforcing authority and
// oversight; an addressee sees outcomes, and exhibits are shown to who produced
// them and to whom they were released.
func (c *Case) ViewFor(id agencies.ID, kind agencies.Kind) (View, bool) {
	roles := c.Parties.Roles(id)
	if kind == agencies.Oversight {
		roles = append(roles, RoleOversight)
	}
	if c.Opener == id && len(roles) == 0 {
		roles = []Role{RoleIssuer}
	}
	if len(roles) == 0 {
		return View{}, false
	}
	v := View{
		ID: c.ID, Instrument: c.Instrument, Roles: roles, Parties: c.Parties, State: c.State, Order: c.Order,
		Clocks: c.Clocks, Questions: c.Questions, Acts: c.Acts, At: c.At,
	}
	all := slices.ContainsFunc(roles, func(r Role) bool { return r == RoleIssuer || r == RoleOversight || r == RoleEnforcing })
	for _, p := range c.Receipts {
		if all || p.For == id {
			v.Receipts = append(v.Receipts, p)
		}
	}
	for _, d := range c.Decisions {
		if all || c.Parties.seesReasons(id, &d) {
			v.Decisions = append(v.Decisions, d)
		}
	}
	for _, e := range c.Exhibits {
		if !slices.Contains(roles, RoleAddressee) && !slices.Contains(roles, RoleOversight) && !slices.Contains(e.Released, id) {
			continue
		}
		v.Exhibits = append(v.Exhibits, e)
	}
	return v, true
}
