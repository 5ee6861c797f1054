// Package gateway is one agency's process: its keys, its link to the broker, its
// own copy of every record that concerns it, and the acts of its officers.
//
// A gateway trusts the pinned trust list, the keys of the ledger, and its own
// disk. What the broker says counts only as far as a signature shows it. Private
// keys never leave the node; plaintext of evidence appears on disk only after
// every digest has held.
//
// Entry points: Open, then Run for the process that takes the inbox; Speak,
// Validate, Deposit and Fetch for what officers do. The command line uses the same
// functions beside a running gateway: they share the data directory, in which
// every write is one file that appears whole.
package gateway
