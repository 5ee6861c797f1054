package policy

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Errors about who may put policy in force, and when.
var (
	// ErrUnsigned means: no policy signer of the trust list has signed this, or not
	// one who may.
	ErrUnsigned = errors.New("bundle not signed by a policy signer")
	// ErrRollback means: an older revision, or the same number for other content.
	ErrRollback = errors.New("bundle revision does not follow")
	// ErrNoPolicy means: no revision of the network's bundle is in force at that time.
	ErrNoPolicy = errors.New("no policy in force")
)

// Statement is what a policy signer says: this content is revision so-and-so of
// the policy of the network, or of one State, from that time on. It is signed with
// typ rogatory-bundle+jws.
type Statement struct {
	// Signed.
	Network string `json:"network"` // of the trust list; a signature serves one network
	// State is whose national bundle this is, asked beside the network's; "" for the
	// network's own.
	State         agencies.State  `json:"state,omitempty"`
	Digest        agencies.Digest `json:"digest"`         // of the bundle's content
	Revision      int             `json:"revision"`       // 1, 2, 3 … in its scope; never used twice
	EffectiveFrom time.Time       `json:"effective_from"` // decisions about this time and later
}

// ruleRollback is the rule that a statement breaks which does not follow.
const ruleRollback = "rollback"

// Scope names whose policy it is, for people: "network" or a State.
func (s Statement) Scope() string {
	if s.State == "" {
		return "network"
	}
	return string(s.State)
}

// validate checks the form; whether the number follows is Register's to say.
func (s Statement) validate() error {
	if s.Network == "" || len(s.Network) > 128 {
		return fieldError("network", agencies.RuleRequired, "1 to 128 bytes")
	}
	if s.State != "" {
		if err := s.State.Check(); err != nil {
			return err
		}
	}
	if err := s.Digest.Check(); err != nil {
		return err
	}
	if s.Revision < 1 {
		return fieldError("revision", agencies.RuleRequired, "1 or more")
	}
	if s.EffectiveFrom.IsZero() || s.EffectiveFrom.Location() != time.UTC {
		return fieldError("effective_from", agencies.RuleTime, "RFC 3339 in UTC")
	}
	return nil
}

// Sign makes the statement that puts a bundle in force.
func (s Statement) Sign(signer *agencies.Signer) (agencies.Compact, error) {
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

// VerifyStatement checks a statement against the policy signers that the trust list
// names for time at: the network's sign for the network, a State's for that State
// and for nothing else. The error wraps ErrUnsigned.
func VerifyStatement(list *agencies.TrustList, signed agencies.Compact, at time.Time) (Statement, error) {
	s, err := readStatement(list, signed, at)
	if err != nil {
		return Statement{}, fmt.Errorf("verify bundle: %w: %w", ErrUnsigned, err)
	}
	return s, nil
}

// PeekStatement reads a statement before its signature is verified, to learn which
// one it would be. What it returns is a claim.
func PeekStatement(signed agencies.Compact) (Statement, error) {
	var s Statement
	parts := strings.Split(string(signed), ".")
	if len(parts) != 3 {
		return s, fmt.Errorf("read statement: %w: %w", ErrUnsigned, fieldError("statement", agencies.RuleFormat, "is no compact JWS"))
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	if err != nil {
		return s, fmt.Errorf("read statement: %w: %w", ErrUnsigned, fieldError("statement", agencies.RuleFormat, "is no compact JWS"))
	}
	if err := agencies.DecodeStrict(payload, &s); err != nil {
		return s, fmt.Errorf("read statement: %w: %w", ErrUnsigned, err)
	}
	return s, nil
}

// readStatement believes nothing before the signature holds: the payload is parsed
// after it, strictly, so that no member is signed and ignored.
func readStatement(list *agencies.TrustList, signed agencies.Compact, at time.Time) (Statement, error) {
	if list == nil {
		return Statement{}, fmt.Errorf("no trust list")
	}
	payload, signer, err := list.VerifyBundle(signed, at)
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
		return Statement{}, fieldError("network", agencies.RuleMismatch, "signed for another network")
	}
	if s.State != signer.State {
		return Statement{}, fieldError("state", agencies.RuleMismatch,
			fmt.Sprintf("is for %s, its signer signs for %s", s.Scope(), Statement{State: signer.State}.Scope()))
	}
	return s, nil
}

// Register is what records have put in force, in their order. It is a value:
// nobody changes one that another may hold.
type Register []Statement

// Next gives the register with one statement more. A number or an effective date
// that goes back in its scope is refused, and so is other content under a number
// already used (ErrRollback).
func (r Register) Next(s Statement) (Register, error) {
	if last, ok := r.Newest(s.State); ok {
		var err error
		switch {
		case s.Revision <= last.Revision:
			err = fieldError("revision", ruleRollback, fmt.Sprintf("is %d, %s has had %d", s.Revision, s.Scope(), last.Revision))
		case s.EffectiveFrom.Before(last.EffectiveFrom):
			err = fieldError("effective_from", ruleRollback, fmt.Sprintf("is before that of revision %d", last.Revision))
		}
		if err != nil {
			return r, fmt.Errorf("put bundle in force: %w: %w", ErrRollback, err)
		}
	}
	return append(slices.Clip(r), s), nil
}

// Newest is the last statement of a scope, in force or still to come.
func (r Register) Newest(scope agencies.State) (Statement, bool) {
	for _, s := range slices.Backward(r) {
		if s.State == scope {
			return s, true
		}
	}
	return Statement{}, false
}

// InForce is the statement of a scope that decides about time at; at is that of the
// record, and the register what was recorded before it.
func (r Register) InForce(scope agencies.State, at time.Time) (Statement, bool) {
	for _, s := range slices.Backward(r) {
		if s.State == scope && !s.EffectiveFrom.After(at) {
			return s, true
		}
	}
	return Statement{}, false
}

// Needed lists the digests that decide at time now or will later.
func (r Register) Needed(now time.Time) []agencies.Digest {
	var out []agencies.Digest
	for _, s := range r {
		current, ok := r.InForce(s.State, now)
		if superseded := ok && s.Revision < current.Revision; !superseded && !slices.Contains(out, s.Digest) {
			out = append(out, s.Digest)
		}
	}
	return out
}
