package broker

import (
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Opened is a record whose every signature held.
type Opened struct {
	Record      *Record
	Attestation *Attestation
	Said        []Spoken // in the order of the record; custody statements included
	Broker      agencies.ID
	Key         agencies.KeyID // of the broker's seal
	Suspect     bool           // a later trust list calls that key compromised
}

// OpenRecord decodes a record, verifies the broker's seal and each statement by
// the trust list in force when it was recorded first, and holds the digests and the
// sealed parts against what the statements name. Of a rejection's statements those
// that do not verify are left out. Where an earlier record is said to hold a
// statement is the broker's claim: see [Standing].
func OpenRecord(data []byte, history agencies.History) (*Opened, error) {
	r, err := DecodeRecord(data)
	if err != nil {
		return nil, err
	}
	o, err := r.open(history)
	if err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	return o, nil
}

func (r *Record) open(history agencies.History) (*Opened, error) {
	a, err := PeekAttestation(r.Attestation)
	if err != nil {
		return nil, err
	}
	list, ok := history.Version(a.Trust)
	if !ok {
		return nil, &agencies.TrustError{Reason: agencies.ReasonUnverified, Detail: "the trust list of the record is not held"}
	}
	if list.Digest() != a.TrustDigest {
		return nil, attested("trust_digest", "is not that of the trust list held")
	}
	v, err := history.Verify(r.Attestation, agencies.TypRecord, a.Trust, a.At)
	if err != nil {
		return nil, err
	}
	// Only the broker's seal attests: an officer of its operator is a person.
	if v.Agency.Kind != agencies.Broker || v.Officer != nil || !v.Agency.Can(agencies.CompOperate) {
		return nil, &agencies.TrustError{Reason: agencies.ReasonSigner, Key: v.KeyID, Detail: "not a broker's seal"}
	}
	o := &Opened{Record: r, Attestation: a, Broker: v.Agency.ID, Key: v.KeyID, Suspect: v.Suspect}
	if err := r.checkDigests(a); err != nil {
		return nil, err
	}
	for _, c := range r.Statements {
		s, err := a.ReadSpoken(c, history)
		switch {
		case err == nil:
			o.Said = append(o.Said, s)
		case a.Act != ActReject:
			return nil, err
		}
	}
	return o, r.checkSealed(a, o.Said)
}

// PeekAttestation reads the payload before its signature is verified, to learn
// which trust list to verify it by. What it returns is a claim: only OpenRecord
// says whether it holds.
func PeekAttestation(c agencies.Compact) (*Attestation, error) {
	payload, err := unverifiedPayload(c)
	if err != nil {
		return nil, err
	}
	return DecodeAttestation(payload)
}

func (r *Record) checkDigests(a *Attestation) error {
	if len(r.Statements) != len(a.Statements) {
		return attested("statements", "are not those of the record")
	}
	for i, c := range r.Statements {
		if c.Digest() != a.Statements[i] {
			return attested("statements", "are not those of the record")
		}
	}
	if len(r.Sealed) != len(a.Sealed) {
		return attested("sealed", "is not that of the record")
	}
	for i, p := range r.Sealed {
		if p.Digest() != a.Sealed[i] {
			return attested("sealed", "is not that of the record")
		}
	}
	return nil
}

// checkSealed: a sealed part lies only in the record of one it is sealed to, or of
// who sealed it. This keeps section M physically out of the addressee's inbox
// [EPO-C-02].
func (r *Record) checkSealed(a *Attestation, said []Spoken) error {
	for _, p := range r.Sealed {
		digest := p.Digest()
		if !slices.ContainsFunc(said, func(s Spoken) bool {
			return s.Statement != nil && slices.ContainsFunc(s.Statement.Sealed, func(ref agencies.SealedRef) bool {
				return ref.Compartment == string(p.Compartment) && ref.Digest == digest &&
					(a.To == s.Agency || slices.Contains(ref.To, a.To))
			})
		}) {
			return attested("sealed", "holds a part that no statement seals to this recipient")
		}
	}
	return nil
}
