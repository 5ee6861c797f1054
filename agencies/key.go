package agencies

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"filippo.io/age"
)

// Key is one public key on the trust list, with the time in which it counts.
type Key struct {
	ID         KeyID           `json:"id"`
	Use        KeyUse          `json:"use"`
	JWK        json.RawMessage `json:"jwk,omitempty"`       // UseSign: public, only the RFC 7638 members
	Recipient  string          `json:"recipient,omitempty"` // UseSeal: "age1…" or hybrid "age1pq1…"
	NotBefore  time.Time       `json:"not_before"`
	NotAfter   time.Time       `json:"not_after"` // exclusive
	RevokedAt  *time.Time      `json:"revoked_at,omitempty"`
	RevokedWhy Revocation      `json:"revoked_why,omitempty"`
	// State is of policy signers alone: whose national bundles the key signs. A
	// policy signer without one signs the network's.
	State State `json:"state,omitempty"`
}

// NewSignKey makes a trust list entry from a public or private JWK; only the
// public part is taken over.
func NewSignKey(jwk []byte, notBefore, notAfter time.Time) (Key, error) {
	m, err := decodeJWK(jwk)
	if err != nil {
		return Key{}, err
	}
	pub, err := m.public()
	if err != nil {
		return Key{}, err
	}
	return Key{ID: pub.id, Use: UseSign, JWK: pub.jwk, NotBefore: notBefore.UTC(), NotAfter: notAfter.UTC()}, nil
}

// NewSealKey makes a trust list entry from an age recipient.
func NewSealKey(recipient string, notBefore, notAfter time.Time) (Key, error) {
	if _, err := parseRecipient(recipient); err != nil {
		return Key{}, err
	}
	return Key{
		ID: sealKeyID(recipient), Use: UseSeal, Recipient: recipient,
		NotBefore: notBefore.UTC(), NotAfter: notAfter.UTC(),
	}, nil
}

func sealKeyID(recipient string) KeyID {
	sum := sha256.Sum256([]byte(recipient))
	return KeyID(b64(sum[:]))
}

const hybridPrefix = "age1pq1"

// parseRecipient takes X25519 and hybrid post-quantum recipients. Plugin and
// SSH recipients would run or trust code outside this package.
func parseRecipient(s string) (age.Recipient, error) {
	var r age.Recipient
	var again string
	if strings.HasPrefix(s, hybridPrefix) {
		h, err := age.ParseHybridRecipient(s)
		if err != nil {
			return nil, fieldErr("recipient", RuleKey, "not a hybrid age recipient")
		}
		r, again = h, h.String()
	} else {
		x, err := age.ParseX25519Recipient(s)
		if err != nil {
			return nil, fieldErr("recipient", RuleKey, "not an age recipient")
		}
		r, again = x, x.String()
	}
	if again != s {
		// bech32 also has an upper-case spelling.
		return nil, fieldErr("recipient", RuleCanonical, "not in lower case")
	}
	return r, nil
}

// check validates k and returns its signing key, nil for a seal key.
func (k *Key) check() (*publicKey, error) {
	if k.ID.Check() != nil {
		return nil, fieldErr("id", RuleFormat, "want 32 bytes in base64url")
	}
	if err := checkTime("not_before", k.NotBefore); err != nil {
		return nil, err
	}
	if err := checkTime("not_after", k.NotAfter); err != nil {
		return nil, err
	}
	if !k.NotBefore.Before(k.NotAfter) {
		return nil, fieldErr("not_after", RuleTime, "not after not_before")
	}
	if (k.RevokedAt == nil) != (k.RevokedWhy == "") {
		return nil, fieldErr("revoked_at", RuleMismatch, "revoked_at and revoked_why go together")
	}
	if k.RevokedAt != nil {
		if err := checkTime("revoked_at", *k.RevokedAt); err != nil {
			return nil, err
		}
		if k.RevokedWhy != Superseded && k.RevokedWhy != Compromised {
			return nil, fieldErr("revoked_why", RuleUnknown, "want superseded or compromised")
		}
	}
	switch k.Use {
	case UseSign:
		if k.Recipient != "" {
			return nil, fieldErr("recipient", RuleMismatch, "a signing key has none")
		}
		pub, err := parsePublicJWK(k.JWK)
		if err != nil {
			return nil, under("jwk", err)
		}
		if pub.id != k.ID {
			return nil, fieldErr("id", RuleMismatch, "not the RFC 7638 thumbprint of the key")
		}
		return pub, nil
	case UseSeal:
		if k.JWK != nil {
			return nil, fieldErr("jwk", RuleMismatch, "a seal key has none")
		}
		if _, err := parseRecipient(k.Recipient); err != nil {
			return nil, err
		}
		if sealKeyID(k.Recipient) != k.ID {
			return nil, fieldErr("id", RuleMismatch, "not the SHA-256 of the recipient")
		}
		return nil, nil
	}
	return nil, fieldErr("use", RuleUnknown, "want sign or seal")
}

// InForce reports with a *TrustError whether k counts at the given time, which
// must come from the ledger and never from the signer.
//
// A superseded key keeps what it signed before it was revoked. A compromised
// key is refused at any time: an attacker can put any date on a signature. What
// it signed honestly is saved by the ledger, which judges a record by the list
// in force when it was recorded (History.Verify).
func (k *Key) InForce(at time.Time) error {
	switch {
	case at.Before(k.NotBefore):
		return &TrustError{Reason: ReasonNotYetValid, Key: k.ID}
	case !at.Before(k.NotAfter):
		return &TrustError{Reason: ReasonExpired, Key: k.ID}
	case k.RevokedAt == nil:
		return nil
	case k.RevokedWhy != Superseded:
		return &TrustError{Reason: ReasonCompromised, Key: k.ID}
	case !at.Before(*k.RevokedAt):
		return &TrustError{Reason: ReasonRevoked, Key: k.ID}
	}
	return nil
}

// Hybrid reports whether k seals with ML-KEM-768 and X25519.
func (k *Key) Hybrid() bool { return strings.HasPrefix(k.Recipient, hybridPrefix) }
