package gateway

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// Custody is what this node can prove about one exhibit.
type Custody struct {
	Exhibit Exhibit
	Chain   *evidence.Chain
	Records []uint64 // places in the ledger of the records that hold the statements; each is proved
	Size    uint64   // of the tree the proofs lead to
}

// VerifyCustody verifies the chain of signatures of every exhibit of a case from
// the records of this node, each statement by the trust list in force when it was
// recorded first, and the proof that each of these records stands in the ledger. The
// chain ends where this node's records end.
func (g *Gateway) VerifyCustody(ctx context.Context, caseID string) ([]Custody, error) {
	exhibits, err := g.Exhibits(ctx, caseID)
	if err != nil {
		return nil, fmt.Errorf("verify custody: %w", err)
	}
	records, err := g.Records(caseID)
	if err != nil {
		return nil, fmt.Errorf("verify custody: %w", err)
	}
	first := map[agencies.Digest]broker.Standing{}
	for _, r := range records {
		for _, s := range r.Said {
			if old, ok := first[s.Digest]; !ok || s.First.Seq < old.Seq {
				first[s.Digest] = s.First
			}
		}
	}
	history := g.trusted()
	judge := func(c agencies.Compact, typ agencies.Typ, _ time.Time) (*agencies.Verified, error) {
		s, ok := first[c.Digest()]
		if !ok {
			return nil, ErrNotHeld
		}
		return history.Verify(c, typ, s.Trust, s.At)
	}
	var out []Custody
	for _, e := range exhibits {
		c := Custody{Exhibit: e}
		var links []evidence.Link
		for _, r := range records {
			if found := linksOf(r, e.Manifest.Exhibit, links); len(found) > 0 {
				links = append(links, found...)
				c.Records = append(c.Records, r.Attestation.Seq)
			}
		}
		if c.Chain, err = evidence.VerifyChain(judge, links); err != nil {
			return out, fmt.Errorf("exhibit %s: %w", e.Manifest.Exhibit, err)
		}
		if c.Chain.Sealed != e.Manifest.SealedDigest || c.Chain.Size != e.Manifest.SealedSize {
			return out, fmt.Errorf("exhibit %s: %w: custody is over other bytes than the manifest", e.Manifest.Exhibit, evidence.ErrCustody)
		}
		for _, seq := range c.Records {
			if c.Size, err = g.prove(ctx, seq); err != nil {
				return out, fmt.Errorf("record %d: %w", seq, err)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// linksOf are the custody statements of a record about one exhibit that are not
// among known: a release repeats what the production said.
func linksOf(r *broker.Opened, id evidence.ExhibitID, known []evidence.Link) []evidence.Link {
	var out []evidence.Link
	for _, s := range r.Said {
		c := s.Custody
		if c == nil || c.Exhibit != id || c.Given != "" || slices.ContainsFunc(known, func(l evidence.Link) bool { return l.Statement == s.Compact }) {
			continue
		}
		l := evidence.Link{Statement: s.Compact, Recorded: s.First.At}
		if c.Event.TwoSided() {
			l.Recorded = r.Attestation.At // when both had signed
			i := slices.IndexFunc(r.Said, func(t broker.Spoken) bool { return t.Custody != nil && t.Custody.Given == s.Digest })
			if i < 0 {
				continue // a giver's statement that waits for its taker
			}
			l.Counter = r.Said[i].Compact
		}
		out = append(out, l)
	}
	return out
}

// prove asks for the proof of a record and verifies it from the record's own bytes.
func (g *Gateway) prove(ctx context.Context, seq uint64) (uint64, error) {
	raw, err := g.store.get(folderRecords, recordName(seq))
	if err != nil {
		return 0, err
	}
	text, err := g.Proof(ctx, seq)
	if err != nil {
		return 0, err
	}
	entry := tlog.Commit(raw)
	p, err := tlog.VerifyProof(text, entry[:], g.ledger)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	if p.Index != seq-1 {
		return 0, fmt.Errorf("%w: the proof is of another place", ErrLedger)
	}
	if _, err := g.checkpoint(p.Checkpoint.Note); err != nil {
		return 0, err
	}
	return p.Checkpoint.Size, nil
}
