package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Note enters what no other act shows and the statistics count: a remedy that was
// used, costs that were claimed or reimbursed (Art. 28(2)(h), (j)).
type Note struct {
	Kind    string `json:"kind"`
	Outcome string `json:"outcome,omitempty"` // of a remedy, a code
	// Amount is in the smallest unit of the currency, as in cents.
	Amount   int    `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"` // ISO 4217
}

// The kinds of note.
const (
	NoteRemedy     = "remedy"
	NoteClaimed    = "costs_claimed"
	NoteReimbursed = "costs_reimbursed"
)

// Act implements Body.
func (*Note) Act() Act { return ActNote }

// maxAmount bounds one claim: far above what an order costs, and far from where
// sums overflow.
const maxAmount = 1_000_000_000

// Check implements Body.
func (b *Note) Check() error {
	var c checker
	c.oneOf("kind", "Art. 28(2)", b.Kind, NoteRemedy, NoteClaimed, NoteReimbursed)
	if b.Kind == NoteRemedy {
		c.code("outcome", "Art. 28(2)(h)", b.Outcome, true)
		c.require("amount", "Art. 28(2)(h)", b.Amount == 0 && b.Currency == "", "stands with costs only")
		return c.err
	}
	c.require("outcome", "Art. 28(2)(j)", b.Outcome == "", "stands with a remedy only")
	c.require("amount", "EPO-P-10", b.Amount >= 1 && b.Amount <= maxAmount, "must be between 1 and 1000000000")
	ok := len(b.Currency) == 3
	for i := 0; ok && i < 3; i++ {
		ok = b.Currency[i] >= 'A' && b.Currency[i] <= 'Z'
	}
	c.require("currency", "EPO-P-10", ok, "is no code of ISO 4217")
	return c.err
}

// Noted is a note and who entered it.
type Noted struct {
	Voice
	Note Note `json:"note"`
}

// mayNote: who claims costs is the addressee, who pays them the issuing side; a
// remedy is used in the State of either authority.
var mayNote = need("it is for this party to say", "kind", "Art. 28(2)", func(c *Case, e *event) bool {
	var who []agencies.ID
	switch e.body.(*Note).Kind {
	case NoteRemedy:
		who = []agencies.ID{c.Parties.Issuer, c.Parties.Enforcing}
		if c.decidesItself() {
			who = append(who, c.Parties.Addressee)
		}
	case NoteClaimed:
		who = []agencies.ID{c.Parties.Addressee}
	case NoteReimbursed:
		who = []agencies.ID{c.Parties.Issuer}
	}
	return slices.Contains(who, e.att.From)
})

// remedy is where the newest remedy stands, "none" when none was used. While one is
// pending an executing authority may hold the transfer back [EIO-10].
func (c *Case) remedy() string {
	for _, n := range slices.Backward(c.Notes) {
		if n.Note.Kind == NoteRemedy {
			return n.Note.Outcome
		}
	}
	return "none"
}

func doNote(c *Case, e *event) {
	c.Notes = append(c.Notes, Noted{Voice: e.lead.voice(e.att.At), Note: *e.body.(*Note)})
}
