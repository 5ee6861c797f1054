// Package agencies says who may speak in the exchange, in which office and for
// which State, and what their signature covers. It has no I/O.
//
// # Entry points
//
// A verifier begins with ParseTrustList and NewHistory, and then asks
// TrustList.VerifyStatement and TrustList.VerifyValidation; for records of the
// past, the methods of the same names on History. A speaker begins with
// GenerateKeyring or ParseKeyring, then Keyring.OfficerSigner, NewStatement,
// Statement.Seal and Signer.SignStatement. DecodeStrict is the decoder for
// everything that comes from outside.
//
// # Formats
//
//   - Envelope: JWS compact serialization, RFC 7515, with EdDSA (RFC 8037),
//     ES256 or ES384 (RFC 7518) and no other algorithm. Header members are alg,
//     kid, typ and cty. ECDSA signatures have s in the lower half.
//   - Key ids of signing keys: RFC 7638 thumbprints with SHA-256.
//   - Payloads that we build: RFC 8785. A statement, a validation or a trust
//     list in any other spelling is refused, so equal meaning is equal bytes.
//   - Disclosures: RFC 9901, in RFC 8785 spelling and with names that are codes.
//   - Sealing: age (age-encryption.org/v1), X25519 or hybrid ML-KEM-768 with
//     X25519. Case keys are always hybrid.
//   - Ids: UUIDv7, RFC 9562, in the canonical spelling only.
//
// # Trust assumptions
//
// The pin of trust list version 1 came to the verifier by another way. Fewer
// registrars than the quorum are dishonest or robbed. The time given to Verify
// is the ledger's, and never one that the signer states. A signature is judged
// by the list in force when the ledger recorded it: a later revocation does not
// undo a record, and a compromised key gets nothing more believed than what the
// ledger had recorded before. age does not say who encrypted: that is what the
// digests in the signed statement are for.
//
// The JWS library, jwx v2, is no longer maintained upstream. It is used in
// envelope.go alone, behind checks that do not depend on it, so that changing
// it is a matter of one file.
//
// # Compatibility
//
// The encodings in testdata are frozen. Records are kept for decades: a reader
// of any later version must accept what these files hold, byte for byte.
package agencies
