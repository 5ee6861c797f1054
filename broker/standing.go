package broker

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Standing says where a statement of a request was recorded first. Its signature is
// judged by the trust list and the time of that record for ever: a key that is
// rotated or expires afterwards takes nothing from what it signed. A rejection puts
// nothing in force, and so gives no standing.
//
// A record that repeats a statement of an earlier one names its standing, so that
// who holds this record alone can verify it. That is a claim of the broker: who
// folds the whole request holds it against the earlier record ([Apply]), and who has
// only that record beside it does too ([Opened.CheckStanding]).
type Standing struct {
	Statement agencies.Digest `json:"statement"` // of its exact bytes
	Seq       uint64          `json:"seq"`       // of the record
	At        time.Time       `json:"at"`
	Trust     int             `json:"trust"`
}

func (s Standing) equal(o Standing) bool {
	return s.Statement == o.Statement && s.Seq == o.Seq && s.At.Equal(o.At) && s.Trust == o.Trust
}

// StandingOf finds where a statement was recorded first.
func (c *Case) StandingOf(d agencies.Digest) (Standing, bool) {
	i := slices.IndexFunc(c.Standing, func(s Standing) bool { return s.Statement == d })
	if i < 0 {
		return Standing{}, false
	}
	return c.Standing[i], true
}

// Repeats are the standings of those statements that the case has, for the record
// that repeats them.
func (c *Case) Repeats(list ...agencies.Compact) []Standing {
	var out []Standing
	for _, s := range list {
		if first, ok := c.StandingOf(s.Digest()); ok {
			out = append(out, first)
		}
	}
	return out
}

// stand remembers the statements that a record holds as the first one.
func (c *Case) stand(a Attestation) {
	if a.Act == ActReject {
		return
	}
	for _, d := range a.Statements {
		if _, known := c.StandingOf(d); !known {
			c.Standing = append(c.Standing, Standing{Statement: d, Seq: a.Seq, At: a.At, Trust: a.Trust})
		}
	}
}

// checkStanding holds what the broker claims about repeated statements against the
// records before. The act itself is said now, whatever its signer's key was once.
func (c *Case) checkStanding(e *event) error {
	for _, s := range e.att.Standing {
		if first, ok := c.StandingOf(s.Statement); !ok || !first.equal(s) {
			return attested("standing", "is not that of the record in which the statement stood first")
		}
		if e.lead != nil && e.lead.Digest == s.Statement {
			return attested("standing", "is claimed for the act itself")
		}
	}
	return nil
}

// first is the standing of a statement in this record: the one claimed, or this
// record's own.
func (a *Attestation) first(d agencies.Digest) Standing {
	for _, s := range a.Standing {
		if s.Statement == d {
			return s
		}
	}
	return Standing{Statement: d, Seq: a.Seq, At: a.At, Trust: a.Trust}
}

// checkStanding says what is wrong with the claims by themselves.
func (a *Attestation) checkStanding(c *checker) {
	next := 0 // one order, so that there is one spelling
	for _, s := range a.Standing {
		i := slices.Index(a.Statements[next:], s.Statement)
		c.require("standing", agencies.RuleMismatch, i >= 0, "is not of statements of the record, in their order")
		next += i + 1
		c.require("standing.seq", agencies.RuleMismatch, s.Seq > 0 && s.Seq < a.Seq, "is no place before the record")
		c.instant("standing.at", agencies.RuleTime, s.At)
		c.require("standing.at", agencies.RuleTime, !s.At.After(a.At), "is after the record")
		c.require("standing.trust", agencies.RuleMismatch, s.Trust > 0 && s.Trust <= a.Trust, "is no trust list up to the record's")
	}
}

// ReadSpoken verifies one statement of the record by the standing that it has there.
func (a *Attestation) ReadSpoken(c agencies.Compact, history agencies.History) (Spoken, error) {
	first := a.first(c.Digest())
	s, err := ReadSpoken(c, func(c agencies.Compact, typ agencies.Typ) (*agencies.Verified, error) {
		return history.VerifyRepeated(c, typ, first.Trust, first.At, a.Trust)
	}, first.At)
	if err != nil {
		return Spoken{}, err
	}
	if s.Act() != "" && s.ID() == a.ID && first.Seq != a.Seq {
		return Spoken{}, attested("standing", "is claimed for the act itself")
	}
	s.First = first
	return s, nil
}

// ReadAll verifies statements of the record as ReadSpoken does.
func (a *Attestation) ReadAll(list []agencies.Compact, history agencies.History) ([]Spoken, error) {
	out := make([]Spoken, 0, len(list))
	for _, c := range list {
		s, err := a.ReadSpoken(c, history)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// CheckStanding holds what a record claims about the statements it repeats against
// another record of the ledger.
func (o *Opened) CheckStanding(other *Opened) error {
	a := other.Attestation
	for _, s := range o.Attestation.Standing {
		held := a.Case == o.Attestation.Case && a.Act != ActReject && slices.Contains(a.Statements, s.Statement)
		first := a.first(s.Statement)
		switch {
		case !held && a.Seq == s.Seq:
			return attested("standing", "names a record that does not hold the statement")
		case !held:
		case first.Seq == a.Seq && a.Seq > s.Seq: // a copy, judged anew
		case !first.equal(s):
			return attested("standing", "is not that which another record gives the statement")
		}
	}
	return nil
}
