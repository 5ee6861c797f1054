// Package evidence says what an exhibit is, how it is sealed to its
// recipients, and how custody of it passes from hand to hand.
//
// An exhibit is a run of bytes with a [Manifest]. The manifest has an open part,
// which stands in the ledger for ever and holds neither names nor anything that
// lets a reader guess the content, and a sealed part, [Particulars], which only
// the parties read. The plaintext digests belong to the sealed part: the digest
// of a telephone number is as good as the number. The open part names salted
// digests (RFC 9901 §4.2) of the sealed fields, so one field can be disclosed to
// a court without the others, and the digest of the sealed bytes.
//
// Three entry points:
//
//   - [Seal] and [Open] move bytes through age (c2sp.org/age) in flat memory,
//     measuring both sides on the way. What Open has written is worth nothing
//     before it has returned nil.
//   - [ParseManifest] and [Manifest.Encode] read and write the one canonical
//     encoding (RFC 8785); what parses encodes to the same bytes.
//   - [VerifyChain] reads custody statements and says who holds the exhibit,
//     or which signature is missing.
//
// # Law
//
// Manifest and Particulars together carry every field that Commission
// Implementing Regulation Annex 3.3.3(a) [DIT-05] asks of evidence above 25 MB
// ([SystemLimit], [DIT-03]); [Manifest.Transmission] builds that record and the
// entry of Annex 3.3.1-2 [DIT-04], and refuses when a field is missing.
// [CheckWindow] holds the availability window of Annex 3.3.3(b) [DIT-06].
//
// # Trust
//
// age does not authenticate the sender. The signed statement that carries the
// manifest does, because it binds both digests. A file name is data: it is
// checked by [CheckName], shown, and never used as a path.
//
// This package opens no file and no socket. Encodings with golden files in
// testdata are frozen; a change there is a change of format.
package evidence
