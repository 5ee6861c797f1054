package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Errors of this package.
var (
	// ErrDenied is for callers that must stop because policy did not permit.
	ErrDenied = errors.New("policy does not permit")
	// ErrPermit means: this is no permit for that act.
	ErrPermit = errors.New("no valid permit")
)

// PermitLife is how long after the decision a permit may be used. What it rests on
// (keys in force, objections, withdrawal) may change, so an act that comes later
// is decided anew.
const PermitLife = 15 * time.Minute

// clockSkew is how far the clocks of two nodes may differ.
const clockSkew = time.Minute

// Permit lets one agency do one act, for a short time. It has private fields and
// one source, VerifyPermit; the zero Permit is invalid.
type Permit struct {
	decision Decision
	digest   agencies.Digest
	record   agencies.Digest
	valid    bool
}

// VerifyPermit takes authority from a broker's signed record: the signature must
// be the seal of an agency of kind broker in the trust list, valid at the time
// given, and the record must hold a decision with outcome permit about its own
// case. list is the trust list in force when the record was made and at the time
// at which it was recorded; both come from the ledger, not from the record.
func VerifyPermit(list *agencies.TrustList, record agencies.Compact, at time.Time) (Permit, error) {
	if list == nil {
		return Permit{}, fmt.Errorf("verify permit: no trust list: %w", ErrPermit)
	}
	signed, err := list.Verify(record, agencies.TypRecord, at)
	if err != nil {
		return Permit{}, fmt.Errorf("verify permit: %w: %w", ErrPermit, err)
	}
	// An officer of the broker's operator is a person: persons do not decide for it.
	if signed.Agency == nil || signed.Agency.Kind != agencies.Broker || signed.Officer != nil {
		return Permit{}, fmt.Errorf("verify permit: not signed by a broker's seal: %w", ErrPermit)
	}
	// The other members are the broker's business; package broker reads them strictly.
	var members map[string]json.RawMessage
	if err := agencies.DecodeStrict(signed.Payload, &members); err != nil {
		return Permit{}, fmt.Errorf("verify permit: %w: %w", ErrPermit, err)
	}
	var caseID string
	if err := json.Unmarshal(members["case"], &caseID); err != nil {
		return Permit{}, fmt.Errorf("verify permit: record without case: %w", ErrPermit)
	}
	var made time.Time
	if err := json.Unmarshal(members["at"], &made); err != nil {
		return Permit{}, fmt.Errorf("verify permit: record without time: %w", ErrPermit)
	}
	if made.After(at.Add(clockSkew)) {
		return Permit{}, fmt.Errorf("verify permit: record is dated after it was recorded: %w", ErrPermit)
	}
	if members["decision"] == nil {
		return Permit{}, fmt.Errorf("verify permit: record without decision: %w", ErrPermit)
	}
	d, err := ParseDecision(members["decision"])
	if err != nil {
		return Permit{}, fmt.Errorf("verify permit: %w: %w", ErrPermit, err)
	}
	if d.Outcome != Permitted {
		return Permit{}, fmt.Errorf("verify permit: outcome is %s: %w", d.Outcome, ErrDenied)
	}
	if !d.Gate.Valid() || d.ID == "" || d.Case == "" || d.Subject == "" || d.For == "" {
		return Permit{}, fmt.Errorf("verify permit: decision is not bound to an act: %w", ErrPermit)
	}
	if d.Case != caseID {
		return Permit{}, fmt.Errorf("verify permit: decision is about another case: %w", ErrPermit)
	}
	digest, err := d.Digest()
	if err != nil {
		return Permit{}, fmt.Errorf("verify permit: %w: %w", ErrPermit, err)
	}
	return Permit{decision: d, digest: digest, record: record.Digest(), valid: true}, nil
}

// Check says whether the permit covers this act now. Every taker of a permit calls
// it before acting. It fails for an obligation that forbids acting yet, and for one
// that nobody knows how to execute.
func (p Permit) Check(gate Gate, caseID, subject string, agency agencies.ID, now time.Time) error {
	d := p.decision
	switch {
	case !p.valid:
		return fmt.Errorf("check permit: not from a signed decision: %w", ErrPermit)
	case d.Gate != gate:
		return fmt.Errorf("check permit: for gate %s, not %s: %w", d.Gate, gate, ErrPermit)
	case d.Case != caseID:
		return fmt.Errorf("check permit: for another case: %w", ErrPermit)
	case d.Subject != subject:
		return fmt.Errorf("check permit: for another subject: %w", ErrPermit)
	case d.For != agency:
		return fmt.Errorf("check permit: for another agency: %w", ErrPermit)
	case now.Before(d.At.Add(-clockSkew)):
		return fmt.Errorf("check permit: decided in the future: %w", ErrPermit)
	case now.After(d.At.Add(PermitLife)):
		return fmt.Errorf("check permit: expired, decide again: %w", ErrPermit)
	}
	for _, s := range d.Obligations {
		o, err := ParseObligation(s)
		if err != nil || !o.Known() {
			return fmt.Errorf("check permit: obligation nobody can execute: %w", ErrPermit)
		}
		if gate != Admission && holds[o.Code] {
			return fmt.Errorf("check permit: obligation %s holds the act: %w", o.Code, ErrPermit)
		}
	}
	return nil
}

// holds are obligations that let a request travel but nothing leave or be opened.
var holds = map[string]bool{"hold_release": true, "hold_until": true, "suspend_execution": true}

// Valid says whether the permit came from VerifyPermit.
func (p Permit) Valid() bool { return p.valid }

// Decision returns the decision behind the permit.
func (p Permit) Decision() Decision { return p.decision }

// DecisionDigest and Record say where the authority can be looked up: the digest
// of the decision, and of the signed record that holds it.
func (p Permit) DecisionDigest() agencies.Digest { return p.digest }

// Record returns the digest of the signed record.
func (p Permit) Record() agencies.Digest { return p.record }
