// Package broker holds the life of a request: its instruments, the acts that make
// it up, the states it passes through, its clocks and its receipts. It has words
// and rules only; package broker/exchange moves the bytes.
//
// A [Case] is a fold over records. Three entry points:
//
//   - [Advance] is for the one who writes: it takes an attestation without its
//     state, clocks and receipt, says whether the act is possible, and fills them.
//   - [Apply] is for everyone who reads: it folds one record into the case, counts
//     the state again and refuses a record that attests another.
//   - [OpenRecord] takes a record from bytes to verified statements.
//
// Beside them, [Due] says what the clocks ask for, [Legs] who gets which copy of
// an act, and [AdmissionInput], [ReleaseInput], [UseInputs] and [ActInput] what
// policy is asked, with the provenance of each fact.
//
// States and transitions stand in one table ([Table]); docs/requests.md is printed
// from it by a test.
//
// # Trust
//
// What a party says is a statement under its own signature. Who spoke, in which
// office, and for which State comes from the signature and the trust list, never
// from the message. The broker's own word is the [Attestation]; replay computes
// everything in it again that follows from the acts. Time enters with the record
// and never from a clock of this process.
//
// The open part of a request holds no personal data: [Order.Check] lets only
// codes, numbers and digests pass.
//
// # Compatibility
//
// Record, attestation and body encodings are RFC 8785 and frozen by golden files
// in testdata. Records made today must replay; a change there is a new version.
package broker
