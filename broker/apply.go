package broker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// Apply folds one record into the case. It refuses a record that the acts before
// it do not allow, and one whose attested state, clocks or receipt are not what
// the acts lead to. The case it was given stays as it was.
func Apply(c Case, a Attestation, said ...Spoken) (Case, error) {
	next, want, err := step(c, a, said, attestedTimes{a.Clocks})
	if err != nil {
		return c, err
	}
	return next, compare(want, a)
}

// Advance says what an act leads to: it fills State, Clocks and Receipt of the
// attestation and returns the case after it. The broker signs what it returns.
// For warn and expire the caller gives the one event of [Due]; for a rejection the
// receipt with its reason.
func Advance(c Case, a Attestation, calendars Calendars, said ...Spoken) (Case, Attestation, error) {
	if calendars == nil {
		return c, a, transition(a.Act, "calendar", "no calendars to count with")
	}
	a.Table = TableVersion
	next, want, err := step(c, a, said, calendars)
	if err != nil {
		return c, a, err
	}
	return next, want, nil
}

// event is one record under the table.
type event struct {
	att  Attestation
	said []Spoken
	lead *Spoken // the party's act; nil for the broker's own
	body Body
	row  Row
}

// step is the transition function. times says when clocks end: counted with the
// calendars, or read from the attestation.
func step(c Case, a Attestation, said []Spoken, times endTimes) (Case, Attestation, error) {
	if err := checkOrder(&c, a); err != nil {
		return c, a, err
	}
	e := &event{att: a, said: said}
	if err := e.findLead(); err != nil {
		return c, a, err
	}
	if err := c.checkStanding(e); err != nil {
		return c, a, err
	}
	next := c.clone()
	next.ID = a.Case
	row, err := findRow(&next, e)
	if err != nil {
		return c, a, err
	}
	e.row = row
	if row.effect != nil {
		row.effect(&next, e)
	}
	if a.Decision != nil {
		if a.Decision.Case != a.Case {
			return c, a, transition(a.Act, agencies.RuleMismatch, "the decision is about another request")
		}
		next.Decisions = append(next.Decisions, *a.Decision)
	}
	lifted := next.move(row)
	clocks, err := next.turn(e, lifted, times)
	if err != nil {
		return c, a, err
	}
	a.Clocks = clocks
	a.Receipt = next.receipt(e)
	a.State = next.State
	next.record(a)
	return next, a, nil
}

// checkOrder: one request, in the order of the ledger, each record once.
func checkOrder(c *Case, a Attestation) error {
	wrong := func(name, detail string) error {
		return fmt.Errorf("apply %s: %w: %w", a.Act, ErrOrder, field(name, "order", detail))
	}
	_, twice := c.Entry(a.ID)
	switch {
	case a.Case == "" || a.Act == ActTrust || a.Act == ActBundle:
		return transition(a.Act, "case", "it belongs to no request")
	case c.ID != "" && a.Case != c.ID:
		return wrong("case", "is another request")
	case a.Seq <= c.Seq:
		return wrong("seq", "is not after the record before")
	case a.At.Before(c.At):
		return wrong("at", "is before the record before")
	case twice:
		return wrong("id", "was recorded before")
	case a.Table < c.Table:
		return wrong("table", "is older than that of the record before")
	case a.Table > TableVersion:
		return transition(a.Act, "table", "it was made by a newer table than this reader has")
	}
	return nil
}

// findLead finds the statement by which a party did the act, and holds it against
// what the attestation says of it.
func (e *event) findLead() error {
	a := e.att
	// A rejection may hold statements that nobody could read.
	if a.Act != ActReject && !slices.EqualFunc(e.said, a.Statements, func(s Spoken, d agencies.Digest) bool { return s.Digest == d }) {
		return attested("statements", "are not those of the record")
	}
	if a.Act.OfBroker() {
		return nil
	}
	for i := range e.said {
		if s := &e.said[i]; s.Act() == a.Act && s.ID() == a.ID {
			e.lead, e.body = s, s.Body
			break
		}
	}
	switch {
	case e.lead == nil && a.Act == ActNotify:
		return nil // the broker's own
	case e.lead == nil:
		return transition(a.Act, "statement", "no statement of a party stands behind it")
	case e.lead.Case() != a.Case:
		return transition(a.Act, agencies.RuleMismatch, "the statement is about another request")
	case e.lead.Agency != a.From:
		return transition(a.Act, "sender", "the statement is another agency's")
	}
	return nil
}

// validations beside an order.
func (e *event) validations() []Spoken {
	var out []Spoken
	for _, s := range e.said {
		if s.Validation != nil {
			out = append(out, s)
		}
	}
	return out
}

// exhibit is the one the act is about.
func (e *event) exhibit() evidence.ExhibitID {
	switch b := e.body.(type) {
	case *Retrieval:
		return b.Exhibit
	case *Delivery:
		return b.Exhibit
	case *CustodyNote:
		return b.Exhibit
	case *Sharing:
		return b.Exhibit
	}
	if e.att.Act == ActRelease && e.att.Decision != nil {
		return evidence.ExhibitID(e.att.Decision.Subject)
	}
	return ""
}

// findRow finds the row of the table that applies, or says why none does.
func findRow(c *Case, e *event) (Row, error) {
	act, phase, instrument := e.att.Act, c.State.Phase, c.Instrument
	roles := []Role{RoleBroker}
	if e.lead != nil {
		roles = c.Parties.Roles(e.att.From)
	}
	if o, ok := e.body.(*Order); ok {
		instrument, roles = o.Instrument, []Role{RoleIssuer}
	}
	var here, mine []Row
	for _, row := range table {
		if !row.in(e.att.Table) || row.Act != act || !slices.Contains(row.From, phase) || len(row.Instruments) > 0 && !slices.Contains(row.Instruments, instrument) {
			continue
		}
		here = append(here, row)
		if slices.ContainsFunc(row.Who, func(r Role) bool { return slices.Contains(roles, r) }) {
			mine = append(mine, row)
		}
	}
	if len(here) == 0 {
		return Row{}, transition(act, "state", fmt.Sprintf("not in state %q of %s", phase, instrument))
	}
	if len(mine) == 0 {
		return Row{}, transition(act, "who", fmt.Sprintf("in state %q only by: %s", phase, whoMay(here)))
	}
	for _, row := range mine {
		if row.Person && !e.lead.Person() {
			return Row{}, transition(act, "person", "a person must sign it, not the agency's seal")
		}
		if slices.ContainsFunc(row.If, func(w When) bool { return !w.ok(c, e) }) {
			continue
		}
		for _, n := range row.Need {
			if err := n.check(c, e); err != nil {
				return Row{}, fmt.Errorf("apply %s in state %q: %w: %w", act, phase, ErrTransition, err)
			}
		}
		if e.lead != nil && e.lead.Statement != nil {
			if err := partiesAfter(c, e).CheckSealed(e.lead.Statement.Sealed); err != nil {
				return Row{}, fmt.Errorf("apply %s in state %q: %w: %w", act, phase, ErrTransition, err)
			}
		}
		return row, nil
	}
	return Row{}, transition(act, "state", fmt.Sprintf("in state %q possible only when: %s", phase, conditions(mine)))
}

func whoMay(rows []Row) string {
	var names []string
	for _, row := range rows {
		for _, r := range row.Who {
			if !slices.Contains(names, string(r)) {
				names = append(names, string(r))
			}
		}
	}
	return join(names)
}

func conditions(rows []Row) string {
	var names []string
	for _, row := range rows {
		var one []string
		for _, w := range row.If {
			one = append(one, w.Name)
		}
		names = append(names, strings.Join(one, " and "))
	}
	return strings.Join(slices.Compact(names), "; or ")
}

// move sets phase, hold and suspension; it says whether a suspension ended.
func (c *Case) move(row Row) (lifted bool) {
	if row.To != same {
		c.State.Phase = row.To
	}
	if row.Hold == lift {
		c.State.Hold = ""
	}
	if row.Lift != "" && c.State.Suspended != "" && (row.Lift == anyReason || row.Lift == c.State.Suspended) {
		c.State.Suspended, lifted = "", true
	}
	if row.Suspend != "" {
		c.State.Suspended = row.Suspend
	}
	return lifted
}

// receipt is what the broker bears witness to by this record.
func (c *Case) receipt(e *event) *Receipt {
	code := e.row.Receipt
	if code == "" {
		return nil
	}
	r := Receipt{Code: code, Event: code.Event(), Of: e.att.ID, For: e.att.From}
	switch e.att.Act {
	case ActDeliver, ActNotify:
		r.For = c.Parties.Issuer
		if e.att.Ref != "" {
			r.Of = e.att.Ref
		}
	case ActAcknowledge:
		r.For, r.Of = c.Parties.Issuer, e.body.(*Acknowledgement).Of
	case ActRelease, ActRetrieve, ActHandover:
		r.For, r.Of = c.Parties.Addressee, string(e.exhibit())
	case ActWarn, ActExpire:
		r.For = c.Parties.Issuer
		if ev := e.att.Clocks[0]; e.att.Act == ActWarn || ev.Owner == c.Parties.Issuer {
			r.For = ev.Owner
		}
	case ActReject:
		r = *e.att.Receipt
		r.Code, r.Event, r.For = code, code.Event(), e.att.To
		if r.Of == "" {
			r.Of = e.att.ID
		}
	}
	return &r
}

// record keeps the record in short.
func (c *Case) record(a Attestation) {
	c.Seq, c.At, c.Table = a.Seq, a.At, a.Table
	c.stand(a)
	c.Acts = append(c.Acts, Entry{Seq: a.Seq, At: a.At, Act: a.Act, ID: a.ID, Ref: a.Ref, From: a.From, To: a.To, Phase: c.State.Phase})
	if a.Receipt != nil {
		c.Receipts = append(c.Receipts, Proof{Seq: a.Seq, At: a.At, Receipt: *a.Receipt})
	}
}

// compare holds what the broker attested against what follows from the acts.
func compare(want, got Attestation) error {
	if !want.State.Equal(got.State) {
		return attested("state", fmt.Sprintf("is %q, but the acts lead to %q", got.State.Phase, want.State.Phase))
	}
	if (want.Receipt == nil) != (got.Receipt == nil) || want.Receipt != nil && *want.Receipt != *got.Receipt {
		return attested("receipt", "is not the one that the act earns")
	}
	if !slices.EqualFunc(want.Clocks, got.Clocks, sameClock) {
		return attested("clocks", "are not those that the act moves")
	}
	return nil
}

func join(names []string) string { return strings.Join(names, ", ") }

// open finds a question without an answer.
func (c *Case) open(id string) (Query, bool) {
	i := slices.IndexFunc(c.Questions, func(q Query) bool { return q.Act == id && q.Outcome == "" })
	if i < 0 {
		return Query{}, false
	}
	return c.Questions[i], true
}

// addressed says whether an acknowledgement names a record of the act that was
// addressed to who acknowledges it.
func (c *Case) addressed(e *event, act Act) bool {
	r, ok := c.Entry(e.body.(*Acknowledgement).Of)
	return ok && r.Act == act && r.To == e.att.From
}
