package tlog

import (
	"bytes"
	"context"
	"fmt"

	"github.com/transparency-dev/formats/proof"
	merkleproof "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	xtlog "golang.org/x/mod/sumdb/tlog"
)

// Proof shows that an entry stands at an index of the tree of a checkpoint.
type Proof struct {
	Index      uint64
	Hashes     [][32]byte
	Checkpoint Checkpoint
	// Extra is application data that the proof carries but does not authenticate.
	Extra []byte
}

// The reader of c2sp.org/tlog-proof used here stops at lines of 64 KiB.
const maxExtra = 32 << 10

// ProveInclusion reads the proof for a leaf out of tiles, which need not be
// trusted: hashes that do not lead to the checkpoint are an error.
func ProveInclusion(ctx context.Context, src Source, cp Checkpoint, index uint64) (Proof, error) {
	if index >= cp.Size {
		return Proof{}, fmt.Errorf("prove inclusion: index %d, size %d: %w", index, cp.Size, ErrGap)
	}
	p, err := xtlog.ProveRecord(int64(cp.Size), int64(index), hashReader(ctx, src, cp.Size, cp.Root))
	if err != nil {
		return Proof{}, fmt.Errorf("prove inclusion: %w", err)
	}
	return Proof{Index: index, Hashes: plainHashes(p), Checkpoint: cp}, nil
}

// ProveConsistency shows that the tree of cp begins with the tree of the older size.
func ProveConsistency(ctx context.Context, src Source, cp Checkpoint, older uint64) ([][32]byte, error) {
	if older > cp.Size {
		return nil, fmt.Errorf("prove consistency: older size %d, size %d: %w", older, cp.Size, ErrGap)
	}
	if older == 0 || older == cp.Size {
		return nil, nil // RFC 6962 §2.1.2: nothing to show
	}
	p, err := xtlog.ProveTree(int64(cp.Size), int64(older), hashReader(ctx, src, cp.Size, cp.Root))
	if err != nil {
		return nil, fmt.Errorf("prove consistency: %w", err)
	}
	return plainHashes(p), nil
}

// RootAt returns the root that the tree of cp had at an older size.
func RootAt(ctx context.Context, src Source, cp Checkpoint, size uint64) ([32]byte, error) {
	if size > cp.Size {
		return [32]byte{}, fmt.Errorf("read older root: size %d, tree has %d: %w", size, cp.Size, ErrGap)
	}
	if size == cp.Size {
		return cp.Root, nil
	}
	h, err := xtlog.TreeHash(int64(size), hashReader(ctx, src, cp.Size, cp.Root))
	if err != nil {
		return [32]byte{}, fmt.Errorf("read older root: %w", err)
	}
	return h, nil
}

// InclusionProof proves a leaf against the last committed checkpoint.
func (l *Log) InclusionProof(ctx context.Context, index uint64) (Proof, error) {
	return ProveInclusion(ctx, l.store, l.Checkpoint(), index)
}

// ConsistencyProof proves that the tree of size newer begins with that of size older.
func (l *Log) ConsistencyProof(ctx context.Context, older, newer uint64) ([][32]byte, error) {
	cp := l.Checkpoint()
	root, err := RootAt(ctx, l.store, cp, newer)
	if err != nil {
		return nil, err
	}
	return ProveConsistency(ctx, l.store, Checkpoint{Origin: cp.Origin, Size: newer, Root: root}, older)
}

// Entry returns the recorded entry of a leaf.
func (l *Log) Entry(ctx context.Context, index uint64) ([EntrySize]byte, error) {
	size := l.Size()
	if index >= size {
		return [EntrySize]byte{}, fmt.Errorf("read entry: index %d, size %d: %w", index, size, ErrGap)
	}
	n := index / tileWidth
	entries, err := readBundle(ctx, l.store, n, int(min(tileWidth, size-n*tileWidth)))
	if err != nil {
		return [EntrySize]byte{}, err
	}
	return [EntrySize]byte(entries[index%tileWidth]), nil
}

// Marshal writes the proof as c2sp.org/tlog-proof.
func (p Proof) Marshal() ([]byte, error) {
	if len(p.Extra) > maxExtra {
		return nil, fmt.Errorf("write proof: extra has %d bytes, limit %d: %w", len(p.Extra), maxExtra, ErrProof)
	}
	return p.format().Marshal(), nil
}

func (p Proof) format() proof.TLogProof {
	return proof.TLogProof{Index: p.Index, Hashes: p.Hashes, Checkpoint: p.Checkpoint.Note, ExtraData: p.Extra}
}

// VerifyProof checks a c2sp.org/tlog-proof of an entry, offline, with nothing
// but the log's keys: both signatures, and the path from entry to root.
func VerifyProof(data, entry []byte, keys *VerifyKeys) (Proof, error) {
	if len(data) > maxNote+2*maxExtra {
		return Proof{}, fmt.Errorf("verify proof: %d bytes: %w", len(data), ErrProof)
	}
	var f proof.TLogProof
	if err := f.Unmarshal(data); err != nil {
		return Proof{}, fmt.Errorf("verify proof: %v: %w", err, ErrProof)
	}
	// One spelling only: what was read must write the same bytes.
	if !bytes.Equal(f.Marshal(), data) {
		return Proof{}, fmt.Errorf("verify proof: not in its one spelling: %w", ErrProof)
	}
	cp, err := ParseCheckpoint(f.Checkpoint, keys)
	if err != nil {
		return Proof{}, fmt.Errorf("verify proof: %w", err)
	}
	p := Proof{Index: f.Index, Hashes: f.Hashes, Checkpoint: cp, Extra: f.ExtraData}
	if err := VerifyInclusion(cp, p.Index, entry, p.Hashes); err != nil {
		return Proof{}, err
	}
	return p, nil
}

// VerifyInclusion checks that entry stands at index of the tree of cp.
func VerifyInclusion(cp Checkpoint, index uint64, entry []byte, hashes [][32]byte) error {
	if len(entry) != EntrySize {
		return fmt.Errorf("verify inclusion: entry has %d bytes, want %d: %w", len(entry), EntrySize, ErrProof)
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(entry)
	err := merkleproof.VerifyInclusion(rfc6962.DefaultHasher, index, cp.Size, leaf, sliceHashes(hashes), cp.Root[:])
	if err != nil {
		return fmt.Errorf("verify inclusion: %v: %w", err, ErrProof)
	}
	return nil
}

// VerifyConsistency checks that the tree of newer begins with the tree of older.
func VerifyConsistency(older, newer Checkpoint, hashes [][32]byte) error {
	if older.Origin != newer.Origin {
		return fmt.Errorf("verify consistency: checkpoints of two logs: %w", ErrProof)
	}
	empty := rfc6962.DefaultHasher.EmptyRoot()
	if older.Size == 0 && !bytes.Equal(older.Root[:], empty) || newer.Size == 0 && !bytes.Equal(newer.Root[:], empty) {
		return fmt.Errorf("verify consistency: empty tree with a root: %w", ErrProof)
	}
	err := merkleproof.VerifyConsistency(rfc6962.DefaultHasher, older.Size, newer.Size, sliceHashes(hashes),
		older.Root[:], newer.Root[:])
	if err != nil {
		return fmt.Errorf("verify consistency: %v: %w", err, ErrProof)
	}
	return nil
}

func plainHashes(hs []xtlog.Hash) [][32]byte {
	out := make([][32]byte, len(hs))
	for i, h := range hs {
		out[i] = h
	}
	return out
}

func sliceHashes(hs [][32]byte) [][]byte {
	out := make([][]byte, len(hs))
	for i := range hs {
		out[i] = hs[i][:]
	}
	return out
}
