// Package engine decides: it loads rego bundles and answers a policy.Input with a
// policy.Decision.
//
// The entry points are [Load] (a bundle's files to a compiled [Revision]) and
// [New] (an [Engine] that bounds the decisions of a process).
//
// A bundle is a directory with .manifest (roots ["rogatory"]), rego version 1
// modules and data.json files. It answers data.rogatory.main.decision; what it sees
// is policy.Input.Document, what it returns is checked in decide.go. Its identity is
// [Revision.Digest], a hash of content that does not change with file order, with
// whitespace in data or with the version of Go.
//
// Trust: a bundle is code that somebody else wrote. It can use only the built-ins
// in capabilities.json, which reach no clock, chance, network or file; it is
// compiled strictly against the fact dictionary; it is cut off by a deadline and
// bounded in input. Whatever goes wrong denies and says so in Decision.Failure.
// Loading gives no authority: a bundle is put in force by a record that holds a
// statement of a policy signer ([Verify], policy.Register); there is no unsigned
// default. The bundle compiled into the binary is a file like any other.
package engine
