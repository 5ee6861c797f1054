package agencies

import (
	"fmt"
	"slices"
	"time"
)

// ActValidate is the act of every Validation.
const ActValidate = "validate"

// ValidationDecision is a validating authority's answer.
type ValidationDecision string

// The answers.
const (
	Validated ValidationDecision = "validated"
	Refused   ValidationDecision = "refused"
)

// Validation is what a judge, court or prosecutor says about another's order
// (Reg. (EU) 2023/1543 Art. 4): the payload of a TypValidation envelope. It is
// a second statement over the digest of the first, not a second signature
// under it, so that it shows who saw what, and in which order.
type Validation struct {
	// Signed.
	ID          string             `json:"id"`   // UUIDv7
	Case        string             `json:"case"` // UUIDv7 of the request
	Act         string             `json:"act"`  // ActValidate
	OrderDigest Digest             `json:"order_digest"`
	Decision    ValidationDecision `json:"decision"`
	Scope       []string           `json:"scope"` // codes of what was examined, as "whole"
	// Attestations are facts that the person found, by fact name. Policy
	// takes them as attested, not as declared.
	Attestations map[string]any `json:"attestations,omitempty"`
	Time         time.Time      `json:"time"`
	Sender       ID             `json:"sender"`
}

// NewValidation builds a validation of an order's exact bytes.
func NewValidation(order Compact, caseID string, sender ID, d ValidationDecision, scope []string, at time.Time) (*Validation, error) {
	v := &Validation{
		ID: NewID(), Case: caseID, Act: ActValidate, OrderDigest: order.Digest(), Decision: d,
		Scope: slices.Clone(scope), Time: at.UTC(), Sender: sender,
	}
	if err := v.Check(); err != nil {
		return nil, fmt.Errorf("build validation: %w", err)
	}
	return v, nil
}

// Check validates every field.
func (v *Validation) Check() error {
	if err := CheckID(v.ID); err != nil {
		return err
	}
	if CheckID(v.Case) != nil {
		return fieldErr("case", RuleFormat, "want a UUIDv7")
	}
	if v.Act != ActValidate {
		return fieldErr("act", RuleMismatch, "want %s", ActValidate)
	}
	if v.OrderDigest.Check() != nil || len(v.OrderDigest) != len(SHA256Prefix)+64 {
		return fieldErr("order_digest", RuleFormat, "want a SHA-256 digest")
	}
	if v.Decision != Validated && v.Decision != Refused {
		return fieldErr("decision", RuleUnknown, "want validated or refused")
	}
	if len(v.Scope) == 0 {
		return fieldErr("scope", RuleRequired, "nothing was examined")
	}
	if len(v.Scope) > 64 || len(v.Attestations) > 256 {
		return fieldErr("scope", RuleSize, "more than 64 items, or 256 attestations")
	}
	for i, code := range v.Scope {
		if !isCode(code) {
			return fieldErr(nth("scope", i), RuleFormat, "want a code")
		}
		if slices.Contains(v.Scope[:i], code) {
			return fieldErr(nth("scope", i), RuleDuplicate, "given twice")
		}
	}
	for name := range v.Attestations {
		if !isCode(name) {
			return fieldErr("attestations", RuleFormat, "want fact names")
		}
	}
	if err := checkTime("time", v.Time); err != nil {
		return err
	}
	if v.Sender.Check() != nil {
		return fieldErr("sender", RuleFormat, "want an agency id")
	}
	return nil
}

// Encode gives the canonical bytes of a valid validation, ready to sign.
func (v *Validation) Encode() ([]byte, error) {
	if err := v.Check(); err != nil {
		return nil, fmt.Errorf("encode validation: %w", err)
	}
	b, err := Canonical(v)
	if err != nil {
		return nil, fmt.Errorf("encode validation: %w", err)
	}
	return b, nil
}

// ParseValidation reads a validation and checks every field; like
// ParseStatement it takes only the canonical encoding.
func ParseValidation(payload []byte) (*Validation, error) {
	v := new(Validation)
	if err := DecodeStrict(payload, v); err != nil {
		return nil, fmt.Errorf("read validation: %w", err)
	}
	if err := v.Check(); err != nil {
		return nil, fmt.Errorf("read validation: %w", err)
	}
	if err := mustBeCanonical(payload, v); err != nil {
		return nil, fmt.Errorf("read validation: %w", err)
	}
	return v, nil
}

// SignValidation encodes and signs a validation.
func (s *Signer) SignValidation(v *Validation) (Compact, error) {
	b, err := v.Encode()
	if err != nil {
		return "", err
	}
	return s.Sign(TypValidation, b)
}

// VerifyValidation verifies a validation of the given order, which the caller
// has verified. A person must have signed it, not an agency's seal, and not
// the officer who signed the order. Whether that person's office may validate
// is for policy.
func (l *TrustList) VerifyValidation(c, order Compact, at time.Time) (*Validation, *Verified, error) {
	v, err := l.Verify(c, TypValidation, at)
	if err != nil {
		return nil, nil, err
	}
	val, err := v.validation(l, order, at)
	if err != nil {
		return nil, nil, fmt.Errorf("verify validation: %w", err)
	}
	return val, v, nil
}

// VerifyValidation is TrustList.VerifyValidation by the list version that the
// ledger record names; see History.Verify.
func (h History) VerifyValidation(c, order Compact, version int, at time.Time) (*Validation, *Verified, error) {
	v, err := h.Verify(c, TypValidation, version, at)
	if err != nil {
		return nil, nil, err
	}
	val, err := v.validation(h[version-1].list, order, at)
	if err != nil {
		return nil, nil, fmt.Errorf("verify validation: %w", err)
	}
	return val, v, nil
}

func (v *Verified) validation(l *TrustList, order Compact, at time.Time) (*Validation, error) {
	val, err := ParseValidation(v.Payload)
	if err != nil {
		return nil, err
	}
	if err := v.speaksFor(val.Sender, val.Time, at); err != nil {
		return nil, err
	}
	if v.Officer == nil {
		return nil, &TrustError{Reason: ReasonSigner, Key: v.KeyID, Detail: "a seal cannot validate"}
	}
	if val.OrderDigest != order.Digest() {
		return nil, fieldErr("order_digest", RuleMismatch, "another order")
	}
	p, err := order.split()
	if err != nil {
		return nil, under("order", err)
	}
	// By officer and not by key: a person may have two keys.
	if _, o, _, ok := l.ByKey(p.header.Kid); ok && o != nil && o.ID == v.Officer.ID {
		return nil, &TrustError{Reason: ReasonSigner, Key: v.KeyID, Detail: "validates their own order"}
	}
	s, err := ParseStatement(p.payload)
	if err != nil {
		return nil, under("order", err)
	}
	if s.Case != val.Case {
		return nil, fieldErr("case", RuleMismatch, "another case than the order's")
	}
	return val, nil
}
