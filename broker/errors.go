package broker

import (
	"errors"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
)

// Sentinels. Input that a person can correct is an *agencies.FieldError inside
// one of them.
var (
	// ErrTransition: the act is not possible in this state, or not by this party.
	ErrTransition = errors.New("act is not possible")
	// ErrOrder: the records of a case do not follow each other.
	ErrOrder = errors.New("records out of order")
	// ErrAttested: what the broker attested is not what the acts lead to.
	ErrAttested = errors.New("attestation does not hold")
	// ErrRecord: the bytes are not a record in its one canonical form.
	ErrRecord = errors.New("malformed record")
)

// field builds the one kind of error that bad input gets. Details never repeat
// the value: errors travel further than a request may (STYLE.md 11).
func field(name, rule, detail string) *agencies.FieldError {
	return &agencies.FieldError{Field: name, Rule: rule, Detail: detail}
}

// transition says why an act cannot happen.
func transition(act Act, rule, detail string) error {
	return fmt.Errorf("apply %s: %w: %w", act, ErrTransition, field("act", rule, detail))
}

// attested says which part of an attestation does not follow from the acts.
func attested(name, detail string) error {
	return fmt.Errorf("check attestation: %w: %w", ErrAttested, field(name, "replay", detail))
}

// fieldErrorIn finds the field that an error is about, nil when there is none.
func fieldErrorIn(err error) *agencies.FieldError {
	if fe, ok := errors.AsType[*agencies.FieldError](err); ok {
		return fe
	}
	return nil
}
