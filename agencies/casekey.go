package agencies

import (
	"fmt"
	"io"
	"log/slog"

	"filippo.io/age"
)

// CaseKey opens the sealed particulars of one compartment of one case. It is
// wrapped to each party and kept outside the ledger: when it is destroyed
// there and at every party, what the ledger holds is noise under a tree that
// still verifies.
type CaseKey struct{ id *age.HybridIdentity }

// KeyWrap is a case key, wrapped to one party. It lives in an erasable store.
type KeyWrap struct {
	Case        string `json:"case"`
	Act         string `json:"act"` // whose sealed part it opens
	Compartment string `json:"compartment"`
	For         ID     `json:"for"`
	Wrapped     []byte `json:"wrapped"`
}

// Check validates every field but cannot see into Wrapped.
func (w *KeyWrap) Check() error {
	if CheckID(w.Case) != nil {
		return fieldErr("case", RuleFormat, "want a UUIDv7")
	}
	if CheckID(w.Act) != nil {
		return fieldErr("act", RuleFormat, "want a UUIDv7")
	}
	if !isCode(w.Compartment) {
		return fieldErr("compartment", RuleFormat, "want a code")
	}
	if w.For.Check() != nil {
		return fieldErr("for", RuleFormat, "want an agency id")
	}
	if len(w.Wrapped) == 0 || len(w.Wrapped) > MaxSealedBytes {
		return fieldErr("wrapped", RuleSize, "want 1 to %d bytes", MaxSealedBytes)
	}
	return nil
}

// NewCaseKey makes a hybrid post-quantum key (ML-KEM-768 and X25519).
func NewCaseKey() (*CaseKey, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("make case key: %w", err)
	}
	return &CaseKey{id: id}, nil
}

// Recipient is what SealDisclosures encrypts to.
func (k *CaseKey) Recipient() string { return k.id.Recipient().String() }

// WrapFor encrypts the key to a party's recipients, as TrustList.Recipients
// gives them. All must be hybrid or all X25519; wrap for each party apart.
func (k *CaseKey) WrapFor(recipients []string) ([]byte, error) {
	out, err := sealTo(recipients, []byte(k.id.String()))
	if err != nil {
		return nil, fmt.Errorf("wrap case key: %w", err)
	}
	return out, nil
}

// UnwrapCaseKey opens a wrapped key with a party's identities.
func UnwrapCaseKey(wrapped []byte, ids ...age.Identity) (*CaseKey, error) {
	plain, err := openWith(wrapped, ids...)
	if err != nil {
		return nil, fmt.Errorf("unwrap case key: %w", err)
	}
	id, err := age.ParseHybridIdentity(string(plain))
	if err != nil || id.String() != string(plain) {
		// The cause may quote the key.
		return nil, fmt.Errorf("unwrap case key: %w", fieldErr("wrapped", RuleKey, "not a case key"))
	}
	return &CaseKey{id: id}, nil
}

// Open decrypts sealed particulars. sd is the statement's: every disclosure
// must be referred to by a digest in it, and no name may come twice. Hold the
// ciphertext's digest against the statement's SealedRef before.
func (k *CaseKey) Open(ciphertext []byte, sd []string) ([]Disclosure, error) {
	d, err := openDisclosures(ciphertext, sd, k.id)
	if err != nil {
		return nil, fmt.Errorf("open disclosures: %w", err)
	}
	return d, nil
}

// OpenSealed is Open for one compartment of a verified statement, with all the
// checks that bind the ciphertext to it.
func (k *CaseKey) OpenSealed(s *Statement, compartment string, ciphertext []byte) ([]Disclosure, error) {
	for _, ref := range s.Sealed {
		if ref.Compartment != compartment {
			continue
		}
		if ref.Digest != DigestOf(ciphertext) {
			return nil, fmt.Errorf("open disclosures: %w", fieldErr("sealed", RuleMismatch, "ciphertext is not the one the statement names"))
		}
		return k.Open(ciphertext, s.SD)
	}
	return nil, fmt.Errorf("open disclosures: %w", fieldErr("sealed", RuleUnknown, "no such compartment"))
}

// LogValue keeps the key out of logs.
func (k CaseKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format keeps the key out of messages, under every verb.
func (k CaseKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }
