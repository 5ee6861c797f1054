package engine

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Statement is what a policy signer says: this content is revision so-and-so of
// the network's policy from that time on. It is signed with typ rogatory-bundle+jws.
type Statement struct {
	// Signed.
	Network       string          `json:"network"`        // of the trust list; a signature serves one network
	Digest        agencies.Digest `json:"digest"`         // Revision.Digest
	Revision      int             `json:"revision"`       // 1, 2, 3 …; never used twice
	EffectiveFrom time.Time       `json:"effective_from"` // decisions about this time and later
}

// validate checks the form; whether the number follows is Activate's to say.
func (s Statement) validate() error {
	if s.Network == "" || len(s.Network) > 128 {
		return &agencies.FieldError{Field: "network", Rule: agencies.RuleRequired, Detail: "1 to 128 bytes"}
	}
	if err := s.Digest.Check(); err != nil {
		return err
	}
	if s.Revision < 1 {
		return &agencies.FieldError{Field: "revision", Rule: agencies.RuleRequired, Detail: "1 or more"}
	}
	if s.EffectiveFrom.IsZero() || s.EffectiveFrom.Location() != time.UTC {
		return &agencies.FieldError{Field: "effective_from", Rule: agencies.RuleTime, Detail: "RFC 3339 in UTC"}
	}
	return nil
}

// Sign makes the statement that puts a bundle in force.
func Sign(signer *agencies.Signer, s Statement) (agencies.Compact, error) {
	if err := s.validate(); err != nil {
		return "", fmt.Errorf("sign bundle: %w", err)
	}
	payload, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("sign bundle: %v", err)
	}
	c, err := signer.Sign(agencies.TypBundle, payload)
	if err != nil {
		return "", fmt.Errorf("sign bundle: %w", err)
	}
	return c, nil
}

// Verify checks a statement against the policy signers that the trust list names
// for time at, and that it is about this revision and network. The error wraps
// ErrUnsigned.
func Verify(list *agencies.TrustList, signed agencies.Compact, rev *Revision, at time.Time) (Statement, error) {
	s, err := readStatement(list, signed, at)
	if err != nil {
		return Statement{}, fmt.Errorf("verify bundle: %w: %w", ErrUnsigned, err)
	}
	if s.Digest != rev.Digest() {
		return Statement{}, fmt.Errorf("verify bundle: statement is about another bundle: %w", ErrUnsigned)
	}
	return s, nil
}

// readStatement believes nothing before the signature holds: the payload is parsed
// after it, strictly, so that no member is signed and ignored.
func readStatement(list *agencies.TrustList, signed agencies.Compact, at time.Time) (Statement, error) {
	if list == nil {
		return Statement{}, fmt.Errorf("no trust list")
	}
	payload, _, err := list.VerifyBundle(signed, at)
	if err != nil {
		return Statement{}, err
	}
	var s Statement
	if err := agencies.DecodeStrict(payload, &s); err != nil {
		return Statement{}, err
	}
	if err := s.validate(); err != nil {
		return Statement{}, err
	}
	// A test network may share its policy signer with the real one.
	if s.Network != list.Network {
		return Statement{}, &agencies.FieldError{Field: "network", Rule: agencies.RuleMismatch, Detail: "signed for another network"}
	}
	return s, nil
}
