package agencies

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Limits of a statement.
const (
	MaxRecipients = 64
	MaxSealed     = 32
	MaxSD         = 1024
	// MaxAhead is how far a statement's own time may run ahead of the
	// ledger's. There is no limit behind: a courier may have carried it.
	MaxAhead = 5 * time.Minute
)

const sdAlg = "sha-256"

// Statement is what one party says in one act: the payload of a TypAct
// envelope, in the form of RFC 8785. All its fields are signed. What only the
// parties may read is not in it: SD and Sealed point there by digest.
type Statement struct {
	// Signed.
	Type   string          `json:"type"` // the act
	ID     string          `json:"id"`   // UUIDv7
	Case   string          `json:"case"` // UUIDv7 of the request
	Sender ID              `json:"sender"`
	To     []ID            `json:"to"`
	Time   time.Time       `json:"time"`              // the sender's clock; no evidence of time
	Body   json.RawMessage `json:"body"`              // an object; its form depends on Type
	SD     []string        `json:"_sd,omitempty"`     // RFC 9901 digests, sorted
	SDAlg  string          `json:"_sd_alg,omitempty"` // "sha-256" when there are any
	Sealed []SealedRef     `json:"sealed,omitempty"`
}

// SealedRef points to sealed particulars, and says who holds the key.
type SealedRef struct {
	Compartment string `json:"compartment"`
	Digest      Digest `json:"digest"` // of the ciphertext
	To          []ID   `json:"to"`
}

// NewStatement builds a statement with a new id. A nil body becomes {}.
func NewStatement(act, caseID string, sender ID, to []ID, at time.Time, body any) (*Statement, error) {
	raw := []byte("{}")
	if body != nil {
		var err error
		if raw, err = Canonical(body); err != nil {
			return nil, fmt.Errorf("build statement: %w", under("body", err))
		}
	}
	s := &Statement{
		Type: act, ID: NewID(), Case: caseID, Sender: sender, To: slices.Clone(to), Time: at.UTC(), Body: raw,
	}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("build statement: %w", err)
	}
	return s, nil
}

// Seal encrypts disclosures to a case key's recipient and binds the result to
// the statement: the ciphertext by its digest, each disclosure by its own. The
// ciphertext travels beside the statement.
func (s *Statement) Seal(compartment, recipient string, to []ID, d []Disclosure) (ciphertext []byte, err error) {
	ciphertext, err = SealDisclosures(recipient, d)
	if err != nil {
		return nil, err
	}
	next := *s
	next.Sealed = append(slices.Clone(s.Sealed), SealedRef{Compartment: compartment, Digest: DigestOf(ciphertext), To: slices.Clone(to)})
	next.SD, next.SDAlg = slices.Clone(s.SD), sdAlg
	for i := range d {
		digest, err := d[i].digest()
		if err != nil {
			return nil, fmt.Errorf("seal disclosures: %w", err)
		}
		next.SD = append(next.SD, digest)
	}
	slices.Sort(next.SD)
	if err := next.Check(); err != nil {
		return nil, fmt.Errorf("seal disclosures: %w", err)
	}
	*s = next
	return ciphertext, nil
}

// Check validates every field.
func (s *Statement) Check() error {
	if !isCode(s.Type) {
		return fieldErr("type", RuleFormat, "want the code of an act")
	}
	if err := CheckID(s.ID); err != nil {
		return err
	}
	if CheckID(s.Case) != nil {
		return fieldErr("case", RuleFormat, "want a UUIDv7")
	}
	if s.Sender.Check() != nil {
		return fieldErr("sender", RuleFormat, "want an agency id")
	}
	if err := checkParties("to", s.To); err != nil {
		return err
	}
	if slices.Contains(s.To, s.Sender) {
		return fieldErr("to", RuleMismatch, "the sender is among the recipients")
	}
	if err := checkTime("time", s.Time); err != nil {
		return err
	}
	if len(s.Body) == 0 || s.Body[0] != '{' {
		return fieldErr("body", RuleType, "want an object")
	}
	if err := checkSD(s.SD, s.SDAlg); err != nil {
		return err
	}
	return s.checkSealed()
}

func checkParties(field string, ids []ID) error {
	if len(ids) == 0 {
		return fieldErr(field, RuleRequired, "nobody is named")
	}
	if len(ids) > MaxRecipients {
		return fieldErr(field, RuleSize, "more than %d", MaxRecipients)
	}
	for i, id := range ids {
		if id.Check() != nil {
			return fieldErr(nth(field, i), RuleFormat, "want an agency id")
		}
		if slices.Contains(ids[:i], id) {
			return fieldErr(nth(field, i), RuleDuplicate, "named twice")
		}
	}
	return nil
}

// checkSD wants the digests sorted, so that their order says nothing about the
// names behind them (RFC 9901 §4.2.4.1).
func checkSD(sd []string, alg string) error {
	if len(sd) == 0 {
		if alg != "" {
			return fieldErr("_sd_alg", RuleMismatch, "given without _sd")
		}
		return nil
	}
	if alg != sdAlg {
		return fieldErr("_sd_alg", RuleUnknown, "want %s", sdAlg)
	}
	if len(sd) > MaxSD {
		return fieldErr("_sd", RuleSize, "more than %d", MaxSD)
	}
	for i, d := range sd {
		if b, err := unb64(d); err != nil || len(b) != 32 {
			return fieldErr(nth("_sd", i), RuleFormat, "want 32 bytes in base64url")
		}
		if i > 0 && sd[i-1] >= d {
			return fieldErr(nth("_sd", i), RuleCanonical, "not sorted, or given twice")
		}
	}
	return nil
}

func (s *Statement) checkSealed() error {
	if len(s.Sealed) > MaxSealed {
		return fieldErr("sealed", RuleSize, "more than %d", MaxSealed)
	}
	if len(s.Sealed) > 0 && len(s.SD) == 0 {
		return fieldErr("_sd", RuleRequired, "sealed particulars without digests")
	}
	for i := range s.Sealed {
		r, path := &s.Sealed[i], nth("sealed", i)
		if !isCode(r.Compartment) {
			return fieldErr(path+".compartment", RuleFormat, "want a code")
		}
		if r.Digest.Check() != nil {
			return fieldErr(path+".digest", RuleFormat, "want a digest")
		}
		if err := checkParties("to", r.To); err != nil {
			return under(path, err)
		}
		for j, id := range r.To {
			if id != s.Sender && !slices.Contains(s.To, id) {
				return fieldErr(path+"."+nth("to", j), RuleMismatch, "not a party of the statement")
			}
		}
		for _, other := range s.Sealed[:i] {
			if other.Compartment == r.Compartment {
				return fieldErr(path+".compartment", RuleDuplicate, "used twice")
			}
			if other.Digest == r.Digest {
				return fieldErr(path+".digest", RuleDuplicate, "used twice")
			}
		}
	}
	return nil
}

// Encode gives the canonical bytes of a valid statement, ready to sign.
func (s *Statement) Encode() ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("encode statement: %w", err)
	}
	b, err := Canonical(s)
	if err != nil {
		return nil, fmt.Errorf("encode statement: %w", err)
	}
	return b, nil
}

// ParseStatement reads a statement and checks every field. Only the canonical
// encoding is taken, so that no two payloads say the same.
func ParseStatement(payload []byte) (*Statement, error) {
	s := new(Statement)
	if err := DecodeStrict(payload, s); err != nil {
		return nil, fmt.Errorf("read statement: %w", err)
	}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("read statement: %w", err)
	}
	if err := mustBeCanonical(payload, s); err != nil {
		return nil, fmt.Errorf("read statement: %w", err)
	}
	return s, nil
}

// SignStatement encodes and signs a statement.
func (s *Signer) SignStatement(st *Statement) (Compact, error) {
	b, err := st.Encode()
	if err != nil {
		return "", err
	}
	return s.Sign(TypAct, b)
}

// SignDraft encodes and signs a statement that is only asked about.
func (s *Signer) SignDraft(st *Statement) (Compact, error) {
	b, err := st.Encode()
	if err != nil {
		return "", err
	}
	return s.Sign(TypDraft, b)
}

// VerifyStatement verifies a TypAct envelope and reads the statement in it. The
// signer must belong to the agency that the statement names as its sender.
func (l *TrustList) VerifyStatement(c Compact, at time.Time) (*Statement, *Verified, error) {
	v, err := l.Verify(c, TypAct, at)
	if err != nil {
		return nil, nil, err
	}
	s, err := v.statement(at)
	if err != nil {
		return nil, nil, err
	}
	return s, v, nil
}

// VerifyStatement is TrustList.VerifyStatement by the list version that the
// ledger record names; see History.Verify.
func (h History) VerifyStatement(c Compact, version int, at time.Time) (*Statement, *Verified, error) {
	v, err := h.Verify(c, TypAct, version, at)
	if err != nil {
		return nil, nil, err
	}
	s, err := v.statement(at)
	if err != nil {
		return nil, nil, err
	}
	return s, v, nil
}

func (v *Verified) statement(at time.Time) (*Statement, error) {
	s, err := ParseStatement(v.Payload)
	if err != nil {
		return nil, err
	}
	if err := v.speaksFor(s.Sender, s.Time, at); err != nil {
		return nil, fmt.Errorf("verify statement: %w", err)
	}
	return s, nil
}

// speaksFor holds the signer against what the payload says of itself.
func (v *Verified) speaksFor(sender ID, said, at time.Time) error {
	if sender != v.Agency.ID {
		return &TrustError{Reason: ReasonSender, Key: v.KeyID, Detail: "key of another agency"}
	}
	if said.After(at.Add(MaxAhead)) {
		return fieldErr("time", RuleTime, "ahead of the ledger")
	}
	return nil
}
