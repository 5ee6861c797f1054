// Package embedded runs the two servers that a broker stands on inside the
// broker's own process: a NATS server with JetStream for the ledger, and an S3
// server for sealed evidence. The same provisioning, checking and publishing
// functions work against external clusters; only StartNATS and StartS3 are
// about this process.
//
// # NATS
//
// StartNATS runs nats-server in operator/JWT mode with synced writes. Every
// agency is an account of its own; the BROKER account owns the one stream,
// LEDGER, and exports two services whose subjects carry the caller's account
// key. The server itself checks that key (account_token_position), so the
// broker learns the sender from the server and never from the message.
//
//	rog.submit.<account>   agencies call it as rog.submit
//	rog.ask.<account>      agencies call it as rog.ask
//	broker.js.CONSUMER...  an agency's view of its own durable consumer
//
// Roles are separate users: see Role. No running process holds a user that
// may update, purge or delete the ledger.
//
// # S3
//
// StartS3 runs versitygw over a directory. The gateway answers before its
// bytes are on disk, so the backend is wrapped: nothing gets a name before its
// bytes are synced, and no answer leaves before the name is. The gateway
// changes the working directory of the process and keeps global state,
// therefore one S3 server per process, and absolute paths everywhere else.
//
// # Trust
//
// Operator and account seeds are the root of all isolation on the wire. This
// package makes and uses them but does no file I/O with them; OperatorKeys.Online
// strips the identity seeds that must stay offline. NATS and S3 storage are not
// tamper-evident: whoever reads the ledger verifies its hashes and signatures.
package embedded
