package exchange

import (
	"errors"
	"fmt"
	"maps"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// errMoved means that an act was judged on a state that is no longer the newest:
// it is judged again.
var errMoved = errors.New("the ledger has moved on")

// change is what records that are not published yet would make of the world. They
// are folded before they are published, because a record that does not follow
// from those before it could never be taken back: no broker could read the ledger
// again.
type change struct {
	w       *world
	history agencies.History
	// register is what bundle records have put in force, placed where.
	register policy.Register
	placed   []placed
	cases    map[string]broker.Case
	acts     map[string]recorded
	refused  map[refusedKey]uint64
}

func (w *world) change() *change {
	return &change{w: w, history: w.trusted(), register: w.registered(), placed: w.bundles(), cases: map[string]broker.Case{}, acts: map[string]recorded{}, refused: map[refusedKey]uint64{}}
}

// fold adds the records of one group, all or none.
func (c *change) fold(entries ...entry) error {
	try := &change{w: c.w, history: c.history, register: c.register, placed: c.placed, cases: maps.Clone(c.cases), acts: maps.Clone(c.acts), refused: maps.Clone(c.refused)}
	for _, e := range entries {
		if err := try.one(e); err != nil {
			return fmt.Errorf("%w: %w", errMoved, err)
		}
	}
	*c = *try
	return nil
}

// decidedInTime refuses decisions that a bundle record has overtaken: a decision
// after the record names the new revision, and none before it does.
func (c *change) decidedInTime(drafts []draft) error {
	for _, d := range drafts {
		if d.att.Decision != nil && d.known != len(c.register) {
			return fmt.Errorf("%w: decided before the policy in force was recorded", errMoved)
		}
	}
	return nil
}

func (c *change) one(e entry) error {
	a := e.att
	// A signature is judged by the list in force when it is recorded.
	if newest := c.history.Latest(); a.Trust != newest.List().Version || a.TrustDigest != newest.Digest() {
		return errors.New("judged by a trust list that is not the newest")
	}
	switch a.Act {
	case broker.ActTrust:
		if err := c.trust(a); err != nil {
			return err
		}
	case broker.ActBundle:
		if err := c.bundle(a); err != nil {
			return err
		}
	}
	if a.Case != "" {
		before, ok := c.cases[a.Case]
		if !ok {
			before, _ = c.w.look(a.Case)
		}
		after, err := broker.Apply(before, a, e.said...)
		if err != nil {
			return err
		}
		c.cases[a.Case] = after
	}
	return c.index(e)
}

// index remembers where an act stands, so that a second sending gets the first
// answer: under its own id, or, when it was refused, under the refusal.
func (c *change) index(e entry) error {
	a := e.att
	rec := recorded{account: a.Account, seq: a.Seq}
	if len(a.Statements) > 0 {
		rec.act = a.Statements[0]
	}
	if a.Act != broker.ActReject {
		if c.has(a.ID) {
			return errors.New("the id of the act was used before")
		}
		c.acts[a.ID] = rec
		return nil
	}
	d, err := a.Details()
	if err != nil {
		return err
	}
	if d.Submission != "" {
		c.refused[refusedKey{a.Account, d.Submission}] = a.Seq
	}
	// Without statements it says only that a message was refused, not an act.
	if a.Ref != "" && len(a.Statements) > 0 && !c.has(a.Ref) {
		c.acts[a.Ref] = rec
	}
	return nil
}

func (c *change) has(act string) bool {
	if _, ok := c.acts[act]; ok {
		return true
	}
	_, ok := c.w.act(act)
	return ok
}

func (c *change) trust(a broker.Attestation) error {
	d, err := a.Details()
	if err != nil {
		return err
	}
	list, err := agencies.ParseTrustList(d.TrustList)
	if err != nil {
		return err
	}
	// The pinned version is known before the ledger is read.
	if list.List().Version == 1 && len(c.history) == 1 && c.history[0].Digest() == list.Digest() {
		return nil
	}
	c.history, err = c.history.Append(list)
	return err
}

// adopt makes a change, whose records now stand, the state of the world.
func (w *world) adopt(c *change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history, w.register, w.placed = c.history, c.register, c.placed
	maps.Copy(w.cases, c.cases)
	maps.Copy(w.acts, c.acts)
	maps.Copy(w.refused, c.refused)
}
