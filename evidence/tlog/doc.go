// Package tlog is the tamper-evident ledger: it turns the records of one
// JetStream stream into an RFC 6962 Merkle tree of SHA-256, kept as static
// files that anyone can copy, check and prove from.
//
// # Formats
//
// The files are those of c2sp.org/tlog-tiles (tile height 8, entry bundles,
// partial tiles), c2sp.org/tlog-checkpoint and c2sp.org/signed-note; one
// record's proof is a c2sp.org/tlog-proof. A checkpoint carries two signatures
// of the log under its origin as key name: Ed25519 (algorithm 0x01) and the
// timestamped ML-DSA-44 of c2sp.org/tlog-cosignature (0x06). Both must be good.
// Extension lines are refused, because the ML-DSA message does not cover them.
//
// An entry is 32 bytes: Commit(record) = SHA-256("rogatory-record-v1\x00" ||
// record). The record itself holds a 128-bit salt, so an entry says nothing
// about a record that is withheld or erased. Leaf index = stream sequence - 1.
//
// # Files
//
//	checkpoint                   the published checkpoint; the only file ever replaced
//	tile/<L>/<N>[.p/<W>]         tree hashes          tile/entries/<N>[.p/<W>]  entries
//	cp/<%020d>                   every committed checkpoint, numbered from 0, create-only
//	staging/<%020d>-<root>       entries of a commit under way
//	log.json                     origin, keys and stream this ledger belongs to
//
// # Commit
//
// Stage the entries, sign, create the next cp/ file, write the tiles, publish
// the checkpoint. Creating cp/ is the commit: that file can be made by one
// writer only, so two writers may race but never fork. Nothing outside staging
// is written before it, and no signature leaves the process before it. At
// restart the last cp/ file is the truth: a staged commit that won is finished,
// anything else that disagrees makes [Open] refuse with [ErrLedger].
//
// # Entry points
//
// Writers: [Open], [Log.AppendAt], [Log.InclusionProof]. Checkers, sharing no
// state with a writer: [Audit], [VerifyProof], [VerifyConsistency].
// [Handler] serves the public files to stock C2SP clients and witnesses.
//
// # Trust
//
// A holder of the verifier keys need not trust the store, the broker or this
// process for what a checkpoint already covers. What one node cannot see alone
// is a restore of stream and files together to the same older point: pass
// [Config.Known] with a checkpoint from a witness or an earlier export.
//
// The layout and the entry definition do not change within major version 1.
package tlog
