// Package policy holds the words in which Rogatory decides: facts and where each
// came from, outcomes and their precedence, reasons, obligations, decisions, and
// the permit that lets one act happen. It decides nothing itself; package
// policy/engine runs the rego and fills these types in.
//
// The two entry points are [ParseInput], which takes the question strictly, and
// [VerifyPermit], which turns a decision inside a broker's signed record into
// authority. Fact names are those of the network's fact dictionary (facts.json);
// a name that is not in it is refused, because a rule that reads a misspelt fact
// is a rule that never fires.
//
// Trust: nothing here believes a value because the request says so. Every fact
// carries its [Provenance], a declared value that differs from a derived one
// denies ([Merge]), and a [Decision] alone is only a claim: it becomes a [Permit]
// when the broker's key has signed the record that holds it.
//
// Digests are SHA-256 over the RFC 8785 form. The JSON names and the digests of
// Input and Decision are kept compatible: records made today must replay.
package policy
