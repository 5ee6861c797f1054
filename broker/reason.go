package broker

import (
	"errors"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// ErrRecipient: an agency that a request names is not on the trust list, or may
// not play the part it is given.
var ErrRecipient = errors.New("recipient not trusted")

// ReasonFor is the reason code of an error of this package or the ones below, for
// the rejection and for the reply. The most specific match wins.
func ReasonFor(err error) ReasonCode {
	fe := fieldErrorIn(err)
	te, trust := errors.AsType[*agencies.TrustError](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrRecipient):
		return ReasonRecipient
	case trust && te.Reason == agencies.ReasonSignature:
		return ReasonSignature
	case trust && te.Reason == agencies.ReasonSender:
		return ReasonSender
	case errors.Is(err, agencies.ErrUntrusted):
		return ReasonUntrusted
	case errors.Is(err, ErrOrder):
		return ReasonConflict
	case errors.Is(err, ErrTransition) && fe != nil && fe.Field == "time":
		return ReasonDeadline
	case errors.Is(err, ErrTransition) && fe != nil && fe.Field == "state.hold":
		return ReasonHeld
	case errors.Is(err, ErrTransition) && fe != nil && strings.HasSuffix(fe.Field, "digest"):
		return ReasonDigest
	case errors.Is(err, ErrTransition):
		return ReasonTransition
	case errors.Is(err, ErrAttested), errors.Is(err, evidence.ErrManifest), errors.Is(err, evidence.ErrSeal), errors.Is(err, evidence.ErrCustody):
		return ReasonDigest
	case fe != nil && fe.Rule == agencies.RuleSize && fe.Field == "":
		return ReasonTooLarge
	case fe != nil && envelopeField(fe.Field):
		return ReasonSignature
	case fe != nil && fe.Rule == agencies.RuleMismatch && strings.HasSuffix(fe.Field, "digest"):
		return ReasonDigest
	case fe != nil:
		return ReasonMalformed
	}
	return ReasonInternal
}

// envelopeField: what is wrong with the envelope itself, such as another algorithm
// or an unknown header member, is a signature that does not count.
func envelopeField(name string) bool {
	return name == "envelope" || name == "signature" || name == "payload" || name == "header" || strings.HasPrefix(name, "header.")
}

// CheckParties holds the agencies that an order names against the trust list:
// each must be there, be able to receive, and have the competence of its part.
func CheckParties(p Parties, o *Order, l *agencies.TrustList) error {
	for _, part := range []struct {
		field string
		rule  string
		id    agencies.ID
		may   []agencies.Competence // one of them
	}{
		{"sender", "EPO-I-01", p.Issuer, []agencies.Competence{agencies.CompIssue, agencies.CompTransmit}},
		{"validating_authority", "EPO-I-01", p.Validator, []agencies.Competence{agencies.CompValidate, agencies.CompIssue}},
		{"addressee", "EPO-A-01", p.Addressee, addresseeCompetence(o)},
		{"enforcing_authority", "EPO-N-01", p.Enforcing, []agencies.Competence{agencies.CompEnforce}},
	} {
		if part.id == "" {
			continue
		}
		if err := checkPart(part.field, part.rule, part.id, part.may, l); err != nil {
			return err
		}
	}
	if p.Enforcing != "" && p.Enforcing.State() != p.Addressee.State() {
		return recipient("enforcing_authority", "EPO-N-01", "is of another State than the addressee")
	}
	for _, id := range p.Recipients {
		if err := checkPart("recipients_of_data", "EPO-C-04", id, []agencies.Competence{agencies.CompInvestigate, agencies.CompIssue, agencies.CompTransmit}, l); err != nil {
			return err
		}
		if id.State() != p.Issuer.State() {
			return recipient("recipients_of_data", "XC-07", "holds an agency of another State: that is an onward transfer")
		}
	}
	for _, officer := range o.Assigned {
		if _, _, ok := l.Officer(officer); !ok {
			return recipient("assigned_officers", "XC-06", "holds an officer who is not on the trust list")
		}
		if a := officer.Agency(); a != p.Issuer && !slices.Contains(p.Recipients, a) {
			return recipient("assigned_officers", "XC-06", "holds an officer of an agency that receives no data")
		}
	}
	return nil
}

func addresseeCompetence(o *Order) []agencies.Competence {
	if o.toProvider() {
		return []agencies.Competence{agencies.CompAddress}
	}
	return []agencies.Competence{agencies.CompTransmit, agencies.CompEnforce}
}

func checkPart(name, rule string, id agencies.ID, may []agencies.Competence, l *agencies.TrustList) error {
	a, ok := l.Agency(id)
	if !ok {
		return recipient(name, rule, "is not on the trust list")
	}
	if a.Account == "" {
		return recipient(name, rule, "takes no part on the wire")
	}
	if !slices.ContainsFunc(may, a.Can) {
		return recipient(name, rule, "lacks the competence for this part")
	}
	return nil
}

func recipient(name, rule, detail string) error {
	return &partyError{field(name, rule, detail)}
}

// partyError is a FieldError that also matches ErrRecipient.
type partyError struct{ *agencies.FieldError }

func (e *partyError) Unwrap() []error { return []error{ErrRecipient, e.FieldError} }
