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
	// Decided are the questions policy was asked; the attested decision is one of them.
	Decided []Decided `json:"decided,omitempty"`
}

// Decided is one question policy was asked, and its answer. It is recorded whole,
// so that anyone who holds the revision gets the same answer again.
type Decided struct {
	Input    policy.Input    `json:"input"`
	Decision policy.Decision `json:"decision"`
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
