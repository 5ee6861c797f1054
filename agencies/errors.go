package agencies

import (
	"errors"
	"fmt"
)

// Sentinels. Every error of this package matches at most one of the first two,
// so a caller can tell «speak properly» (malformed) from «I do not believe
// you» (untrusted); ErrTrustRollback also matches ErrUntrusted.
var (
	// ErrMalformed: the bytes are not what they must be, whoever sent them.
	// Every *FieldError matches it.
	ErrMalformed = errors.New("malformed")
	// ErrUntrusted: well-formed, but no key on the trust list vouches for it
	// at the time in question. Every *TrustError matches it.
	ErrUntrusted = errors.New("untrusted")
	// ErrTrustRollback: a trust list that is not newer than the one held.
	ErrTrustRollback = errors.New("trust list goes backwards")
	// ErrSealed: sealed particulars that these keys cannot open.
	ErrSealed = errors.New("sealed")
)

// FieldError names the first thing wrong with an input. Field is a path such
// as "agencies[3].keys[0].not_after"; Rule is one word from the Rule constants;
// Detail is for people. It never repeats values out of sealed particulars.
type FieldError struct {
	Field  string
	Rule   string
	Detail string
}

// Rules a FieldError can name.
const (
	RuleSyntax    = "syntax"    // not JSON, or bytes after the end
	RuleSize      = "size"      // too big, too many, too deep, too long
	RuleUnknown   = "unknown"   // a member or word nobody defined
	RuleDuplicate = "duplicate" // said twice
	RuleType      = "type"      // wrong JSON type, or null
	RuleRequired  = "required"  // missing or empty
	RuleFormat    = "format"    // not of the form the field has
	RuleTime      = "time"      // not RFC 3339 UTC, or out of order
	RuleMismatch  = "mismatch"  // contradicts another field
	RuleCanonical = "canonical" // not the one permitted encoding
	RuleKey       = "key"       // key material that must not be used
)

func (e *FieldError) Error() string {
	field := e.Field
	if field == "" {
		field = "input"
	}
	if e.Detail == "" {
		return fmt.Sprintf("check %s: %s", field, e.Rule)
	}
	return fmt.Sprintf("check %s: %s: %s", field, e.Rule, e.Detail)
}

// Is makes every FieldError match ErrMalformed.
func (e *FieldError) Is(target error) bool { return target == ErrMalformed }

func fieldErr(field, rule, format string, args ...any) error {
	return &FieldError{Field: field, Rule: rule, Detail: fmt.Sprintf(format, args...)}
}

// under puts a parent path before the field that err names.
func under(parent string, err error) error {
	var fe *FieldError
	if err == nil || !errors.As(err, &fe) {
		return err
	}
	field := parent
	switch {
	case fe.Field == "":
	case fe.Field[0] == '[':
		field += fe.Field
	default:
		field += "." + fe.Field
	}
	return &FieldError{Field: field, Rule: fe.Rule, Detail: fe.Detail}
}

// TrustError says why something well-formed is not believed.
type TrustError struct {
	Reason string // one of the Reason constants
	Key    KeyID  // the key in question, if there is one
	Detail string
}

// Reasons a TrustError can give.
const (
	ReasonUnknownKey  = "unknown_key"
	ReasonNotYetValid = "not_yet_valid"
	ReasonExpired     = "expired"
	ReasonRevoked     = "revoked"     // superseded before the time in question
	ReasonCompromised = "compromised" // revoked as compromised: at any time
	ReasonStanding    = "standing"    // the officer is suspended or gone
	ReasonSignature   = "signature"
	ReasonSender      = "sender" // signer and stated sender differ
	ReasonSigner      = "signer" // this signer may not sign this
	ReasonQuorum      = "quorum"
	ReasonPin         = "pin"
	ReasonSuccession  = "succession" // does not follow from the list before
	ReasonUnverified  = "unverified" // the trust list itself was not verified
)

func (e *TrustError) Error() string {
	msg := "trust signature: " + e.Reason
	if e.Key != "" {
		msg += ": key " + string(e.Key)
	}
	if e.Detail != "" {
		msg += ": " + e.Detail
	}
	return msg
}

// Is makes every TrustError match ErrUntrusted.
func (e *TrustError) Is(target error) bool { return target == ErrUntrusted }

// rollbackError matches both ErrTrustRollback and ErrUntrusted.
type rollbackError struct{ held, offered int }

func (e *rollbackError) Error() string {
	return fmt.Sprintf("verify trust list: version %d after version %d: %v", e.offered, e.held, ErrTrustRollback)
}

func (e *rollbackError) Is(target error) bool {
	return target == ErrTrustRollback || target == ErrUntrusted
}
