package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// Proof shows that one record stands in the ledger.
type Proof struct {
	Record     uint64          `json:"record"`
	Digest     agencies.Digest `json:"record_digest"` // of its exact bytes
	Commitment string          `json:"commitment"`    // the tree's entry, standard base64
	Checkpoint *Checkpoint     `json:"checkpoint"`
	Text       string          `json:"proof"` // c2sp.org/tlog-proof
}

// Prove makes the proof of a record out of tiles and checks it as its reader will:
// from the record's bytes, the proof and the ledger's keys alone. A record that is
// not held is fs.ErrNotExist.
func (l *Ledger) Prove(ctx context.Context, seq uint64) (*Proof, error) {
	if l.cfg.Tiles == nil || l.cfg.Keys == nil {
		return nil, errors.New("prove record: Tiles and Keys are required")
	}
	if seq == 0 {
		return nil, fmt.Errorf("prove record: records count from 1: %w", fs.ErrNotExist)
	}
	raw, err := l.readRecord(seq)
	if err != nil {
		return nil, err
	}
	note, err := l.cfg.Tiles.Get(ctx, "checkpoint")
	if err != nil {
		return nil, fmt.Errorf("prove record: %w", err)
	}
	cp, err := tlog.ParseCheckpoint(note, l.cfg.Keys)
	if err != nil {
		return nil, &Finding{Check: CheckCheckpoint, Detail: err.Error(), Err: err}
	}
	if seq > cp.Size {
		return nil, about(seq, claims(raw), CheckCheckpoint, nil, "the checkpoint covers %d records", cp.Size)
	}
	p, err := tlog.ProveInclusion(ctx, l.cfg.Tiles, cp, seq-1)
	if err != nil {
		return nil, fmt.Errorf("prove record: %w", err)
	}
	text, err := p.Marshal()
	if err != nil {
		return nil, fmt.Errorf("prove record: %w", err)
	}
	entry := tlog.Commit(raw)
	if _, err := tlog.VerifyProof(text, entry[:], l.cfg.Keys); err != nil {
		return nil, about(seq, claims(raw), CheckCommitment, err, "is not the record that the tree commits to")
	}
	return &Proof{
		Record: seq, Digest: agencies.DigestOf(raw), Commitment: base64.StdEncoding.EncodeToString(entry[:]),
		Checkpoint: viewCheckpoint(cp), Text: string(text),
	}, nil
}

func viewCheckpoint(cp tlog.Checkpoint) *Checkpoint {
	return &Checkpoint{
		Origin: cp.Origin, Size: cp.Size, Root: base64.StdEncoding.EncodeToString(cp.Root[:]),
		SignedAt: cp.SignedAt, Note: string(cp.Note),
	}
}
