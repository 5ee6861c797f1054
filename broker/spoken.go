package broker

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// Spoken is one verified statement: what was said, and who said it. It comes from
// ReadSpoken or ReadDraft alone, so that who spoke is what the signature proved, never what
// the message claims. Exactly one of Statement, Validation and Custody is set.
type Spoken struct {
	Compact agencies.Compact
	Digest  agencies.Digest
	Agency  agencies.ID
	Officer agencies.OfficerID // "": the agency's seal
	Office  agencies.Office
	Key     agencies.KeyID
	Suspect bool     // a later trust list calls the key compromised
	First   Standing // of a statement read from a record: where it was recorded first

	Statement  *agencies.Statement
	Body       Body // of Statement
	Validation *agencies.Validation
	Custody    *evidence.Custody
}

// Person says whether a natural person signed.
func (s Spoken) Person() bool { return s.Officer != "" }

// Act is the act stated, "" for a custody statement.
func (s Spoken) Act() Act {
	switch {
	case s.Statement != nil:
		return Act(s.Statement.Type)
	case s.Validation != nil:
		return ActValidate
	}
	return ""
}

// ID is that of the statement, "" for a custody statement.
func (s Spoken) ID() string {
	switch {
	case s.Statement != nil:
		return s.Statement.ID
	case s.Validation != nil:
		return s.Validation.ID
	}
	return ""
}

// Case is the request the statement belongs to.
func (s Spoken) Case() string {
	switch {
	case s.Statement != nil:
		return s.Statement.Case
	case s.Validation != nil:
		return s.Validation.Case
	case s.Custody != nil:
		return s.Custody.Case
	}
	return ""
}

// voice is who said it, recorded at a time.
func (s Spoken) voice(at time.Time) Voice {
	return Voice{Act: s.ID(), Digest: s.Digest, Agency: s.Agency, Officer: s.Officer, Office: s.Office, Key: s.Key, At: at}
}

// Verify checks one envelope at the time at which it is or was recorded.
// agencies.TrustList.Verify is one; a reader of history uses agencies.History.
type Verify func(c agencies.Compact, typ agencies.Typ) (*agencies.Verified, error)

// ReadSpoken verifies an envelope and reads what it says: an act, a validation or
// a custody statement, whichever its signed type is. at is the time of the ledger.
func ReadSpoken(c agencies.Compact, verify Verify, at time.Time) (Spoken, error) {
	typ, v, err := verifyAny(c, verify)
	if err != nil {
		return Spoken{}, fmt.Errorf("read statement: %w", err)
	}
	s := speaker(c, v)
	switch typ {
	case agencies.TypCustody:
		err = s.readCustody(v.Payload)
	case agencies.TypValidation:
		err = s.readValidation(v.Payload, at)
	default:
		err = s.readStatement(v.Payload, at)
	}
	if err != nil {
		return Spoken{}, fmt.Errorf("read statement: %w", err)
	}
	return s, nil
}

// ReadDraft reads an act that is only asked about. It is signed as what it is, so
// that nobody can record it as the act.
func ReadDraft(c agencies.Compact, verify Verify, at time.Time) (Spoken, error) {
	v, err := verify(c, agencies.TypDraft)
	if err != nil {
		return Spoken{}, fmt.Errorf("read draft: %w", err)
	}
	s := speaker(c, v)
	if err := s.readStatement(v.Payload, at); err != nil {
		return Spoken{}, fmt.Errorf("read draft: %w", err)
	}
	return s, nil
}

// speaker is who signed, before what was said is read.
func speaker(c agencies.Compact, v *agencies.Verified) Spoken {
	s := Spoken{Compact: c, Digest: c.Digest(), Agency: v.Agency.ID, Office: v.Office, Key: v.KeyID, Suspect: v.Suspect}
	if v.Officer != nil {
		s.Officer = v.Officer.ID
	}
	return s
}

// ReadAll reads the statements of one message.
func ReadAll(list []agencies.Compact, verify Verify, at time.Time) ([]Spoken, error) {
	out := make([]Spoken, 0, len(list))
	for _, c := range list {
		s, err := ReadSpoken(c, verify, at)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// verifyAny tries the types a party may sign. The type is compared before any
// signature is checked, so two of the three tries cost nothing.
func verifyAny(c agencies.Compact, verify Verify) (agencies.Typ, *agencies.Verified, error) {
	var err error
	for _, typ := range []agencies.Typ{agencies.TypAct, agencies.TypCustody, agencies.TypValidation} {
		var v *agencies.Verified
		if v, err = verify(c, typ); err == nil {
			return typ, v, nil
		}
		if fe, ok := errors.AsType[*agencies.FieldError](err); !ok || fe.Field != "header.typ" || fe.Rule != agencies.RuleMismatch {
			break
		}
	}
	return "", nil, err
}

func (s *Spoken) readCustody(payload []byte) error {
	c, err := evidence.ParseCustody(payload)
	s.Custody = c
	return err
}

func (s *Spoken) readValidation(payload []byte, at time.Time) error {
	v, err := agencies.ParseValidation(payload)
	if err != nil {
		return err
	}
	if s.Officer == "" {
		return &agencies.TrustError{Reason: agencies.ReasonSigner, Key: s.Key, Detail: "a seal cannot validate"}
	}
	// The order travels with its validation.
	for name, value := range v.Attestations {
		if ticks(name, value) {
			return field("attestations."+name, ruleSectionM, "tells a tick of section M, which the addressee never reads")
		}
	}
	s.Validation = v
	return s.speaksFor(v.Sender, v.Time, at)
}

func (s *Spoken) readStatement(payload []byte, at time.Time) error {
	st, err := agencies.ParseStatement(payload)
	if err != nil {
		return err
	}
	if err := s.speaksFor(st.Sender, st.Time, at); err != nil {
		return err
	}
	body, err := DecodeBody(Act(st.Type), st.Body)
	if err != nil {
		return err
	}
	for _, d := range sealedDigests(body) {
		if !slices.Contains(st.SD, d) {
			return field("_sd", agencies.RuleMismatch, "lacks a digest that the body names")
		}
	}
	if o, ok := body.(*Order); ok && o.Issued.After(st.Time) {
		return field("body.issued", agencies.RuleTime, "is after the statement was signed")
	}
	s.Statement, s.Body = st, body
	return nil
}

// speaksFor holds the signer against what the payload says of itself.
func (s *Spoken) speaksFor(sender agencies.ID, said, at time.Time) error {
	if sender != s.Agency {
		return &agencies.TrustError{Reason: agencies.ReasonSender, Key: s.Key, Detail: "statement names another sender"}
	}
	if said.After(at.Add(agencies.MaxAhead)) {
		return field("time", agencies.RuleTime, "ahead of the ledger")
	}
	return nil
}
