package broker

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// Dimension is what Art. 28(2) of Reg. (EU) 2023/1543 breaks its figures down by. An
// order for several categories of data counts in each.
type Dimension struct {
	Instrument Instrument
	Category   evidence.Category
	Addressee  agencies.ID
	Emergency  bool
}

// Figures are the counts of Art. 28(2), points (a) to (j), in one dimension. Times
// are sums; divided by the counts beside them they are means.
type Figures struct {
	Issued        int            // (a) orders that were sent
	Derogations   int            // (b) EPOC sent under the emergency derogation of Art. 4(5)
	Fulfilled     int            // (c) every category of the order that stood was produced, or preserved
	Unfulfilled   int            // (c) refused, objected to or withdrawn in some part, or out of time
	Notified      int            // (d) notifications of the enforcing authority
	Grounds       map[string]int // (d) refusals by ground, of addressee and enforcing authority
	Obtained      int            // (e) EPOC under which data were released
	ToObtain      time.Duration  // (e) from issue to the first release
	Followed      int            // (f) EPOC-PR on which a production request followed
	ToFollow      time.Duration  // (f) from issue to the confirmation of it
	Enforcements  int            // (g) transmitted for enforcement
	Enforced      int            // (g) of them recognised
	Remedies      map[string]int // (h) by the State of who noted it
	NotValidated  int            // (i) ex post validation not granted
	Claimed, Paid map[string]int // (j) costs by currency, in its smallest unit
}

// Count counts the figures of one year from the cases as the ledger folds them, and
// from nothing else. An order counts in the year in which it was issued (UTC); what
// came of it counts with it, whenever it came.
func Count(year int, cases ...Case) map[Dimension]*Figures {
	out := map[Dimension]*Figures{}
	for i := range cases {
		c := &cases[i]
		sent := c.sentAt()
		if c.Order == nil || c.Order.Regime != agencies.RegimeEPO || sent.IsZero() || c.Order.Issued.UTC().Year() != year {
			continue
		}
		for _, cat := range c.Order.Categories() {
			d := Dimension{Instrument: c.Instrument, Category: cat, Addressee: c.Parties.Addressee, Emergency: c.Order.Emergency != nil}
			if out[d] == nil {
				out[d] = &Figures{Grounds: map[string]int{}, Remedies: map[string]int{}, Claimed: map[string]int{}, Paid: map[string]int{}}
			}
			out[d].add(c, cat)
		}
	}
	return out
}

// sentAt is when the addressee's copy was recorded; zero when it never was.
func (c *Case) sentAt() time.Time {
	for _, e := range c.Acts {
		if e.Act == ActDeliver && e.To == c.Parties.Addressee {
			return e.At
		}
	}
	return time.Time{}
}

func (f *Figures) add(c *Case, cat evidence.Category) {
	f.Issued++
	issued := c.Order.Issued
	if e := c.Order.Emergency; e != nil && e.ValidationUnobtainable && (c.Validated == nil || c.Validated.At.After(c.sentAt())) {
		if f.Derogations++; c.Validity == string(agencies.Refused) {
			f.NotValidated++
		}
	}
	done, failed := c.fate(cat)
	if done {
		f.Fulfilled++
	}
	if failed {
		f.Unfulfilled++
	}
	if !c.NotifiedAt.IsZero() {
		f.Notified++
	}
	for _, g := range c.Objections {
		if (g.Kind == ActRefuse || g.Kind == ActObject) && c.concerns(g.Parts, cat) {
			f.Grounds[g.Ground]++
		}
	}
	for _, e := range c.Enforcements {
		if !c.concerns(e.Parts, cat) {
			continue
		}
		f.Enforcements++
		switch e.Decision {
		case EnforcementRecognised:
			f.Enforced++
		case EnforcementDenied:
			f.Grounds[e.Ground]++
		}
	}
	if at := c.firstRelease(cat); !at.IsZero() {
		f.Obtained++
		f.ToObtain += at.Sub(issued)
	}
	for _, e := range c.Acts {
		if e.Act == ActConfirm {
			f.Followed++
			f.ToFollow += e.At.Sub(issued)
			break
		}
	}
	for _, n := range c.Notes {
		switch n.Note.Kind {
		case NoteRemedy:
			f.Remedies[string(n.Agency.State())]++
		case NoteClaimed:
			f.Claimed[n.Note.Currency] += n.Note.Amount
		case NoteReimbursed:
			f.Paid[n.Note.Currency] += n.Note.Amount
		}
	}
}

// fate says whether one category was done, and whether it failed. While the order
// runs it is neither.
func (c *Case) fate(cat evidence.Category) (done, failed bool) {
	want := LineProduced
	if c.Instrument == EPOCPR {
		want = LinePreserved
	}
	open := false
	for _, l := range c.State.Lines {
		if l.Category != cat {
			continue
		}
		switch {
		case l.Status == want:
			done = true
		case slices.Contains([]LineStatus{LineRefused, LineObjected, LineWithdrawn}, l.Status):
			failed = true
		default:
			open = true
		}
	}
	if failed {
		return false, true
	}
	if open {
		return false, slices.Contains(ending, c.State.Phase)
	}
	return done, false
}

// firstRelease is when the first exhibit of a category was released.
func (c *Case) firstRelease(cat evidence.Category) time.Time {
	for _, r := range c.Receipts {
		if r.Code != ReceiptAvailable {
			continue
		}
		if x, ok := c.Exhibit(evidence.ExhibitID(r.Of)); ok && x.Manifest.Category == cat {
			return r.At
		}
	}
	return time.Time{}
}

// concerns says whether parts name a category of the order.
func (c *Case) concerns(parts []Part, cat evidence.Category) bool {
	return slices.ContainsFunc(c.State.Lines, func(l Line) bool { return l.Category == cat && covers(parts, l) })
}
