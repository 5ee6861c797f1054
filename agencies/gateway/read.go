package gateway

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// ErrNotHeld means that the records of this node do not have it.
var ErrNotHeld = fmt.Errorf("not among the records of this node")

// Records reads and verifies the kept records of a case, or of all, in the order
// of the ledger. Those of other cases are not opened.
func (g *Gateway) Records(caseID string) ([]*broker.Opened, error) {
	names, err := g.index.of(caseID)
	if caseID == "" {
		names, err = g.store.names(folderRecords)
	}
	if err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	history := g.trusted()
	var out []*broker.Opened
	for _, name := range names {
		data, err := g.store.get(folderRecords, name)
		if err != nil {
			return nil, fmt.Errorf("read records: %w", err)
		}
		o, err := broker.OpenRecord(data, history)
		if err != nil {
			return nil, fmt.Errorf("read record %s: %w: %w", name, ErrLedger, err)
		}
		if caseID != "" {
			if err := checkStanding(o, out); err != nil {
				return nil, fmt.Errorf("read record %s: %w", name, err)
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// Case asks the broker how a request stands, as this agency may see it.
func (g *Gateway) Case(ctx context.Context, id string) (broker.View, error) {
	r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskCase, Case: id})
	if err != nil {
		return broker.View{}, err
	}
	if r.Error != nil {
		return broker.View{}, r.Error
	}
	return r.Views[0], nil
}

// Cases asks for the requests of this agency, page by page, the oldest first.
func (g *Gateway) Cases(ctx context.Context) ([]broker.View, error) {
	var out []broker.View
	for after := uint64(0); ; {
		r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskList, After: after})
		if err != nil {
			return nil, err
		}
		if r.Error != nil {
			return nil, r.Error
		}
		out = append(out, r.Views...)
		if !r.More || len(r.Views) == 0 || len(r.Views[len(r.Views)-1].Acts) == 0 {
			return out, nil
		}
		// The first act of the last one says where the next page begins.
		next := r.Views[len(r.Views)-1].Acts[0].Seq
		if next <= after {
			return nil, fmt.Errorf("list requests: %w: pages do not advance", ErrLedger)
		}
		after = next
	}
}

// Proof asks for the proof that the record at a place of the ledger is in its tree.
func (g *Gateway) Proof(ctx context.Context, seq uint64) ([]byte, error) {
	r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskProof, After: seq})
	if err != nil {
		return nil, err
	}
	if r.Error != nil {
		return nil, r.Error
	}
	return r.Proof, nil
}

// order finds the statement that submits a request.
func (g *Gateway) order(caseID string) (broker.Spoken, error) {
	records, err := g.Records(caseID)
	if err != nil {
		return broker.Spoken{}, err
	}
	for _, r := range slices.Backward(records) {
		for _, s := range r.Said {
			if s.Act() == broker.ActSubmit {
				return s, nil
			}
		}
	}
	return broker.Spoken{}, fmt.Errorf("find order: %w", ErrNotHeld)
}

// Parties are the agencies of a request as its issuer signed them: from the order
// and its late notice among the records of this node, never from what the broker
// answers. Whatever is sealed is sealed to them.
func (g *Gateway) Parties(caseID string) (broker.Parties, error) {
	order, err := g.order(caseID)
	if err != nil {
		return broker.Parties{}, err
	}
	o, ok := order.Body.(*broker.Order)
	if !ok {
		return broker.Parties{}, fmt.Errorf("find parties: %w", ErrNotHeld)
	}
	p := broker.Parties{Issuer: order.Agency, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
	records, err := g.Records(caseID)
	if err != nil {
		return broker.Parties{}, err
	}
	for _, r := range records {
		for _, s := range r.Said {
			if n, ok := s.Body.(*broker.Notice); ok && s.Agency == p.Issuer {
				p.Enforcing = n.Enforcing
			}
		}
	}
	return p, nil
}

// Opened is one sealed part, opened.
type Opened struct {
	Act         string // whose statement sealed it
	Compartment broker.Compartment
	By          agencies.ID
	Fields      []agencies.Disclosure
}

// OpenSealed opens every sealed part of a case that was sealed to this agency.
// The keys come from the broker's erasable store, wrapped to this agency; a part
// whose key was destroyed is left out.
func (g *Gateway) OpenSealed(ctx context.Context, caseID string) ([]Opened, error) {
	records, err := g.Records(caseID)
	if err != nil {
		return nil, err
	}
	var out []Opened
	seen := map[agencies.Digest]bool{}
	for _, r := range records {
		for _, part := range r.Record.Sealed {
			if seen[part.Digest()] {
				continue
			}
			one, ok, err := g.openPart(ctx, r, part)
			if err != nil {
				return nil, err
			}
			if ok {
				seen[part.Digest()] = true
				out = append(out, one)
			}
		}
	}
	return out, nil
}

func (g *Gateway) openPart(ctx context.Context, r *broker.Opened, part broker.SealedPart) (Opened, bool, error) {
	for _, s := range r.Said {
		if s.Statement == nil || !slices.ContainsFunc(s.Statement.Sealed, func(ref agencies.SealedRef) bool {
			return ref.Digest == part.Digest() && slices.Contains(ref.To, g.cfg.Agency)
		}) {
			continue
		}
		answer, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskKeys, Case: s.Case(), Act: s.ID()})
		if err != nil {
			return Opened{}, false, err
		}
		if answer.Error != nil {
			return Opened{}, false, answer.Error
		}
		for _, w := range answer.Wraps {
			if w.Compartment != string(part.Compartment) {
				continue
			}
			key, err := agencies.UnwrapCaseKey(w.Wrapped, g.ids...)
			if err != nil {
				return Opened{}, false, err
			}
			fields, err := key.OpenSealed(s.Statement, w.Compartment, part.Ciphertext)
			if err != nil {
				return Opened{}, false, err
			}
			return Opened{Act: s.ID(), Compartment: part.Compartment, By: s.Agency, Fields: fields}, true, nil
		}
	}
	return Opened{}, false, nil
}

// InForce is a policy bundle as a record of the ledger put it in force.
type InForce struct {
	policy.Statement
	Record  uint64    `json:"record"`
	At      time.Time `json:"recorded_at"`
	InForce bool      `json:"in_force"` // decides now; else superseded, or still to come
}

// Policy asks for the bundles that records have put in force, oldest first, and
// verifies each: the broker's seal, the policy signer by the trust list in force
// then, and that revisions follow each other.
func (g *Gateway) Policy(ctx context.Context) ([]InForce, error) {
	var out []InForce
	var register policy.Register
	for after := uint64(0); ; {
		r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskPolicy, After: after})
		if err != nil {
			return nil, err
		}
		if r.Error != nil {
			return nil, r.Error
		}
		for _, raw := range r.Records {
			o, err := g.openRecord(ctx, raw)
			if err != nil {
				return nil, fmt.Errorf("read policy: %w", err)
			}
			a := o.Attestation
			if a.Seq <= after {
				return nil, fmt.Errorf("read policy: %w: pages do not advance", ErrLedger)
			}
			if register, _, err = a.NextBundle(g.trusted(), register); err != nil {
				return nil, fmt.Errorf("read policy: record %d: %w: %w", a.Seq, ErrLedger, err)
			}
			after = a.Seq
			out = append(out, InForce{Statement: register[len(register)-1], Record: a.Seq, At: a.At})
		}
		if !r.More {
			break
		}
	}
	now := g.now()
	for i := range out {
		s, ok := register.InForce(out[i].State, now)
		out[i].InForce = ok && s == out[i].Statement
	}
	return out, nil
}
