package audit

import (
	"errors"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// checkCustody verifies the chain of an exhibit from the seal on, whenever it was
// handed over or something was done with it afterwards.
func (w *walk) checkCustody(r *Record) error {
	if r.Attestation.Act != broker.ActHandover && r.Attestation.Act != broker.ActCustodial {
		return nil
	}
	for i, x := range r.After.Exhibits {
		if x.Status != broker.ExhibitHandedOver || i < len(r.Before.Exhibits) && len(r.Before.Exhibits[i].Links) == len(x.Links) {
			continue
		}
		// Every recipient has bytes of its own, and so a chain of its own.
		for _, taker := range w.takers(x) {
			if err := w.checkChain(r, x, w.branch(x, taker)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walk) checkChain(r *Record, x broker.Exhibit, links []evidence.Link) error {
	// Each statement is judged by the list in force when it was recorded first.
	verify := func(c agencies.Compact, typ agencies.Typ, _ time.Time) (*agencies.Verified, error) {
		first, ok := r.After.StandingOf(c.Digest())
		if !ok {
			return nil, errors.New("was never recorded")
		}
		return w.history.Verify(c, typ, first.Trust, first.At)
	}
	chain, err := evidence.VerifyChain(verify, links)
	if err != nil {
		return about(r.Seq, r.Attestation, CheckCustody, err, "custody of exhibit %s is broken", x.Manifest.Exhibit)
	}
	m := x.Manifest
	if chain.Exhibit != m.Exhibit || chain.Case != r.Attestation.Case || chain.Sealed != m.SealedDigest || chain.Size != m.SealedSize {
		return about(r.Seq, r.Attestation, CheckCustody, nil, "custody of exhibit %s is over other bytes than its manifest", m.Exhibit)
	}
	return nil
}

// takers are those to whom the producer has handed the exhibit over.
func (w *walk) takers(x broker.Exhibit) []agencies.ID {
	var out []agencies.ID
	for _, l := range x.Links {
		if s := w.custody[l.Statement.Digest()]; s != nil && s.Event == evidence.EventHandedOver && s.From == x.Manifest.Sender {
			out = append(out, s.To)
		}
	}
	return out
}

// branch is the chain of one recipient: what the producer and the vault's keeper
// did, its own handover, and what came after in the hands it passed through.
func (w *walk) branch(x broker.Exhibit, taker agencies.ID) []evidence.Link {
	hands := map[agencies.ID]bool{}
	var out []evidence.Link
	for _, l := range x.Links {
		s := w.custody[l.Statement.Digest()]
		switch {
		case s == nil: // VerifyChain will say so
		case s.From == x.Manifest.Sender && s.Event.TwoSided() && s.To != taker:
			continue
		case s.From != x.Manifest.Sender && !hands[s.From]:
			continue
		case s.Event == evidence.EventDeposited || s.Event.TwoSided():
			hands[s.To] = true
		}
		out = append(out, l)
	}
	return out
}
