package broker

import (
	"encoding/json"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Detail is the part of an attestation that only some acts have.
type Detail struct {
	// Submission names the message that was rejected.
	Submission agencies.Digest `json:"submission,omitempty"`
	// TrustList is the file of a trust record.
	TrustList json.RawMessage `json:"trust_list,omitempty"`
	// Bundle is what a bundle record puts in force.
	Bundle *Bundle `json:"bundle,omitempty"`
	// Decided are the questions policy was asked, each answered by the network's
	// bundle and then by the receiving State's own; the attested decision is what
	// they come to (policy.Join).
	Decided []Decided `json:"decided,omitempty"`
	// Alone is the receiving State when it had no bundle of its own in force: the
	// network's decided alone.
	Alone agencies.State `json:"alone,omitempty"`
}

// Decided is one question policy was asked, and one answer. It is recorded whole,
// so that anyone who holds the revision gets the same answer again.
type Decided struct {
	State    agencies.State  `json:"state,omitempty"` // whose national bundle answered; "" the network's
	Input    policy.Input    `json:"input"`
	Decision policy.Decision `json:"decision"`
}

// MaxBundle bounds the archive of a bundle. It stands in the record itself, where
// every overseer gets it with the record, and nobody can lose it alone. Base64
// twice and an answer of the wire must hold it.
const MaxBundle = 384 << 10

// Bundle is a policy bundle and the statement that puts it in force.
type Bundle struct {
	Statement agencies.Compact `json:"statement"` // typ rogatory-bundle+jws
	Archive   []byte           `json:"archive"`   // gzipped tar, as policy build writes it
}

// NextBundle verifies the statement of a bundle record by the trust list in force
// then, and gives the register with it. Whether the archive is the bundle that the
// statement names is for who can read it.
func (a *Attestation) NextBundle(h agencies.History, r policy.Register) (policy.Register, *Bundle, error) {
	if a.Act != ActBundle {
		return r, nil, field("act", agencies.RuleMismatch, "is no bundle record")
	}
	d, err := a.Details()
	if err != nil {
		return r, nil, err
	}
	if d.Bundle == nil {
		return r, nil, field("detail.bundle", agencies.RuleRequired, "is missing")
	}
	list, ok := h.Version(a.Trust)
	if !ok {
		return r, nil, field("trust", agencies.RuleUnknown, "is a trust list that is not held")
	}
	s, err := policy.VerifyStatement(list.List(), d.Bundle.Statement, a.At)
	if err == nil {
		r, err = r.Next(s)
	}
	return r, d.Bundle, err
}

// Details reads the detail of an attestation strictly; without one it is empty.
func (a *Attestation) Details() (Detail, error) {
	var d Detail
	if len(a.Detail) == 0 {
		return d, nil
	}
	if err := agencies.DecodeStrict(a.Detail, &d); err != nil {
		return Detail{}, fmt.Errorf("read detail: %w", err)
	}
	if d.Bundle != nil && len(d.Bundle.Archive) > MaxBundle {
		return Detail{}, fmt.Errorf("read detail: %w", field("bundle.archive", agencies.RuleSize, fmt.Sprintf("more than %d bytes", MaxBundle)))
	}
	for i, q := range d.Decided {
		if err := q.Decision.Validate(); err != nil {
			return Detail{}, fmt.Errorf("read detail: decided[%d]: %w", i, err)
		}
	}
	return d, nil
}

// Genesis begins the history of the trust list with the first record of a ledger,
// which holds version 1. The pin vouches for the list, not the record: the record
// is still to be opened with the history.
func Genesis(record []byte, pin agencies.Digest) (agencies.History, error) {
	h, err := genesis(record, pin)
	if err != nil {
		return nil, fmt.Errorf("begin trust history: %w", err)
	}
	return h, nil
}

func genesis(record []byte, pin agencies.Digest) (agencies.History, error) {
	r, err := DecodeRecord(record)
	if err != nil {
		return nil, err
	}
	a, err := PeekAttestation(r.Attestation)
	if err != nil {
		return nil, err
	}
	list, err := a.trustList()
	if err != nil {
		return nil, err
	}
	return agencies.NewHistory(list, pin)
}

// NextTrust verifies the trust list of a trust record against the history before
// it, and gives the longer history.
func (a *Attestation) NextTrust(h agencies.History) (agencies.History, error) {
	list, err := a.trustList()
	if err != nil {
		return nil, err
	}
	return h.Append(list)
}

func (a *Attestation) trustList() (*agencies.SignedTrustList, error) {
	if a.Act != ActTrust {
		return nil, field("act", agencies.RuleMismatch, "is no trust record")
	}
	d, err := a.Details()
	if err != nil {
		return nil, err
	}
	if len(d.TrustList) == 0 {
		return nil, field("detail.trust_list", agencies.RuleRequired, "is missing")
	}
	return agencies.ParseTrustList(d.TrustList)
}
