// Package vault keeps sealed bytes in S3 and moves them to and from agencies.
//
// It has two sides that share no secret. [Vault] is the broker's: it holds the
// S3 credentials, plans uploads, reads every stored version again before it is
// recorded, and opens exactly one version for retrieval under a policy.Permit.
// [Transfer] is the gateway's: it knows only presigned requests. The bytes go
// straight between gateway and store; the broker never carries them and, since
// they are sealed, could not read them.
//
// # Buckets
//
// Evidence of State XA lies in <prefix>-xa, so that it stays where that State's
// law wants it. These buckets are versioned, and have object lock where the
// server offers it. The key is <case>/<exhibit>: two UUIDs, no name, no selector.
// An evidence.Object names one version of it; "the latest" is never asked for.
//
// Wraps of case keys lie in <prefix>-keys, which must be neither versioned nor
// locked: destroying the wraps is how a case is forgotten, and a bucket that
// keeps old versions would keep the promise only in appearance. New refuses to
// start on such a bucket.
//
// # Order of things
//
//	gateway: evidence.SealedSize
//	broker:  BeginUpload, SignParts (repeatedly, each URL bound to one digest)
//	gateway: Transfer.DepositFile
//	broker:  CompleteUpload, which reads the version again; then the record
//	broker:  Release under the permit of a recorded retrieval; gateway: Transfer.FetchFile
//
// A presigned URL is a capability: it appears in no error and no log.
package vault
