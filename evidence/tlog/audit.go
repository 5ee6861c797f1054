package tlog

import (
	"context"
	"iter"
	"time"
)

// AuditConfig says what to audit.
type AuditConfig struct {
	// Source is the ledger: a [Store], or [FromFS] of a copy. Required.
	Source Source
	// Keys are the log's public keys, got independently of the ledger. Required.
	Keys *VerifyKeys
	// Records, if not nil, yields every record from index 0 in order; their
	// commitments must be the entries. A source that cannot go on stops early.
	Records iter.Seq2[uint64, []byte]
	// Known are checkpoints from elsewhere that the tree must contain.
	Known []Checkpoint
	// Chain also checks every checkpoint ever committed (cp/ files): numbered
	// without gap, signed by both keys, growing, each a prefix of the tree.
	Chain bool
	// Workers read and hash at once. Default GOMAXPROCS.
	Workers int
}

// Report says what an audit has found to hold.
type Report struct {
	Checkpoint Checkpoint
	Entries    uint64 // leaf hashes recomputed from entry bundles
	Tiles      uint64 // tile files compared
	Bundles    uint64 // entry bundle files read
	Records    uint64 // records whose commitment was compared
	Chain      uint64 // committed checkpoints verified
	Elapsed    time.Duration
}

// Audit recomputes a whole ledger from its public files: every leaf hash from
// the entry bundles, every tile from the leaf hashes, the root, both signatures.
// The first thing that does not hold comes back as an [AuditError].
func Audit(ctx context.Context, cfg AuditConfig) (Report, error) {
	return audit(ctx, cfg)
}
