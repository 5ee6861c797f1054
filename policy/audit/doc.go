// Package audit lets an oversight body check a whole ledger from copies: the records
// as its own gateway keeps them, the tiles as anyone can fetch them, and two things
// that came another way than through the broker, the pin of the trust list and the
// ledger's public keys. Nothing here asks the broker whether it was honest.
//
// [Open] takes the copies. [Ledger.Verify] holds them against each other and says
// what was counted, or names the first record, its case and the check that does not
// hold, as a [*Finding]. [Ledger.Walk] gives every verified record in its case;
// [Ledger.Replay] runs every decision again; [Ledger.Prove] makes a c2sp.org/tlog-proof
// for one record.
//
// # What is checked
//
//   - The tiles give the signed root, both keys signed the checkpoint, every record is
//     the one committed to, none is missing, and none is held that the checkpoint
//     leaves out (RFC 6962; c2sp.org/tlog-tiles).
//   - Trust lists follow each other from the pin, as recorded in the ledger itself.
//     Every record is sealed by a broker, and every statement signed, by keys of the
//     list in force at its place.
//   - Every record stands where it says, and no id is used twice.
//   - Every case, folded from its beginning, leads to the attested state, receipts and
//     clocks; the ends of clocks are counted again with the calendars of the day.
//   - Policy bundles were put in force by records, each signed by a policy signer of
//     its scope and following the one before. A record holds the bundle's bytes, so
//     that nobody else need have kept them.
//   - Policy was asked wherever it must be, with the facts that the ledger itself
//     gives; the network's bundle and, where it had one, the receiving State's own
//     answered, each the revision in force at that place and time; the attested
//     decision is what the answers come to; nothing was done against it; and the
//     same revision decides the same again.
//   - The custody of every exhibit handed over is an unbroken chain of signatures.
//
// How facts are found in a ledger belongs to version 1 of the record format: a program
// that finds others must not call an older ledger false.
//
// # What is not
//
// That an act which an agency sent was recorded at all: its sender holds no receipt
// then, and the records alone cannot show it. That history was not rewritten as a
// whole by a broker which colludes with the ledger's keys: only a checkpoint from
// elsewhere (Config.Known) shows that. What is sealed: no key is asked for.
package audit
