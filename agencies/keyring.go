package agencies

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

const redacted = "[redacted]"

// Secret is a private key in text form. Printing, logging and json.Marshal show
// a placeholder; Reveal and Keyring.Encode are the only ways out.
type Secret struct {
	// A pointer, because for a wrong verb fmt prints the fields of a nested
	// struct without asking any method; it then shows an address.
	text *string
}

// NewSecret hides s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal is the secret itself, "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// LogValue is redacted.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format is redacted under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON is redacted, because loggers and pages use it.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// Keyring is the private keys of one agency. Reading and writing the file, and
// its permissions, are the caller's business.
type Keyring struct {
	Agency             ID
	Seal               Secret               // e-seal, private JWK
	Officers           map[OfficerID]Secret // private JWK of each
	Identities         []Secret             // age, newest first
	AccountSeed        Secret               // NATS, "SA…"; empty if the agency has no account
	AccountSigningSeed Secret
}

// keyringFile is the form on disk.
type keyringFile struct {
	Agency             ID                            `json:"agency"`
	Seal               json.RawMessage               `json:"seal"`
	Officers           map[OfficerID]json.RawMessage `json:"officers,omitempty"`
	Identities         []string                      `json:"identities"`
	AccountSeed        string                        `json:"account_seed,omitempty"`
	AccountSigningSeed string                        `json:"account_signing_seed,omitempty"`
}

// Alg chooses the kind of signing keys; the zero value is Ed25519.
type Alg string

// The kinds of signing keys.
const (
	Ed25519 Alg = "Ed25519"
	P256    Alg = "P-256"
	P384    Alg = "P-384"
)

// GenerateKeyring makes all keys of an agency. rand is crypto/rand.Reader; the
// age identity draws from there in any case.
func GenerateKeyring(rand io.Reader, agency ID, alg Alg, officers ...OfficerID) (*Keyring, error) {
	if err := agency.Check(); err != nil {
		return nil, fmt.Errorf("generate keyring: %w", under("agency", err))
	}
	k := &Keyring{Agency: agency, Officers: map[OfficerID]Secret{}}
	var err error
	if k.Seal, err = generateJWK(rand, alg); err != nil {
		return nil, fmt.Errorf("generate keyring: %w", err)
	}
	for _, id := range officers {
		if err := k.AddOfficer(rand, id, alg); err != nil {
			return nil, fmt.Errorf("generate keyring: %w", err)
		}
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("generate keyring: %w", err)
	}
	k.Identities = []Secret{NewSecret(id.String())}
	for _, seed := range []*Secret{&k.AccountSeed, &k.AccountSigningSeed} {
		text, err := newAccountSeed(rand)
		if err != nil {
			return nil, fmt.Errorf("generate keyring: %w", err)
		}
		*seed = NewSecret(text)
	}
	return k, nil
}

// AddOfficer makes a signing key for one more officer.
func (k *Keyring) AddOfficer(rand io.Reader, id OfficerID, alg Alg) error {
	if id.Check() != nil || id.Agency() != k.Agency {
		return fieldErr("officers", RuleMismatch, "%s is no officer of %s", id, k.Agency)
	}
	if _, ok := k.Officers[id]; ok {
		return fieldErr("officers", RuleDuplicate, "%s has a key", id)
	}
	jwk, err := generateJWK(rand, alg)
	if err != nil {
		return err
	}
	if k.Officers == nil {
		k.Officers = map[OfficerID]Secret{}
	}
	k.Officers[id] = jwk
	return nil
}

func generateJWK(rand io.Reader, alg Alg) (Secret, error) {
	var key crypto.Signer
	var err error
	switch alg {
	case Ed25519, "":
		_, key, err = ed25519.GenerateKey(rand)
	case P256:
		key, err = generateEC(rand, elliptic.P256())
	case P384:
		key, err = generateEC(rand, elliptic.P384())
	default:
		err = fieldErr("alg", RuleUnknown, "want Ed25519, P-256 or P-384")
	}
	if err != nil {
		return Secret{}, err
	}
	jwk, err := privateJWK(key)
	return NewSecret(string(jwk)), err
}

// generateEC draws scalars from rand until one is in range, which the first is
// but for a chance of 2^-32; ecdsa.GenerateKey no longer heeds its reader.
func generateEC(rand io.Reader, curve elliptic.Curve) (*ecdsa.PrivateKey, error) {
	d := make([]byte, (curve.Params().BitSize+7)/8)
	for range 8 {
		if _, err := io.ReadFull(rand, d); err != nil {
			return nil, err
		}
		if key, err := ecdsa.ParseRawPrivateKey(curve, d); err == nil {
			return key, nil
		}
	}
	return nil, fieldErr("", RuleKey, "random source gives no scalar")
}

// Check proves that every key in the ring can be used.
func (k *Keyring) Check() error {
	if err := k.Agency.Check(); err != nil {
		return under("agency", err)
	}
	if _, err := parsePrivateJWK([]byte(k.Seal.Reveal())); err != nil {
		return under("seal", err)
	}
	for id, jwk := range k.Officers {
		if id.Agency() != k.Agency {
			return fieldErr("officers", RuleMismatch, "officer of another agency")
		}
		if _, err := parsePrivateJWK([]byte(jwk.Reveal())); err != nil {
			return under("officers."+string(id), err)
		}
	}
	if _, err := k.AgeIdentities(); err != nil {
		return err
	}
	for _, seed := range []Secret{k.AccountSeed, k.AccountSigningSeed} {
		if seed.Reveal() != "" {
			if _, err := accountOfSeed(seed.Reveal()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Encode gives the file's bytes, secrets included.
func (k *Keyring) Encode() ([]byte, error) {
	if err := k.Check(); err != nil {
		return nil, fmt.Errorf("encode keyring: %w", err)
	}
	f := keyringFile{
		Agency: k.Agency, Seal: json.RawMessage(k.Seal.Reveal()), Officers: map[OfficerID]json.RawMessage{},
		AccountSeed: k.AccountSeed.Reveal(), AccountSigningSeed: k.AccountSigningSeed.Reveal(),
	}
	for id, jwk := range k.Officers {
		f.Officers[id] = json.RawMessage(jwk.Reveal())
	}
	for _, id := range k.Identities {
		f.Identities = append(f.Identities, id.Reveal())
	}
	b, err := Canonical(f)
	if err != nil {
		return nil, fmt.Errorf("encode keyring: %w", err)
	}
	return append(b, '\n'), nil
}

// ParseKeyring reads the file's bytes. Its errors never quote a secret.
func ParseKeyring(data []byte) (*Keyring, error) {
	var f keyringFile
	if err := DecodeStrict(data, &f); err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	k := &Keyring{
		Agency: f.Agency, Seal: NewSecret(string(f.Seal)), Officers: map[OfficerID]Secret{},
		AccountSeed: NewSecret(f.AccountSeed), AccountSigningSeed: NewSecret(f.AccountSigningSeed),
	}
	for id, jwk := range f.Officers {
		k.Officers[id] = NewSecret(string(jwk))
	}
	for _, id := range f.Identities {
		k.Identities = append(k.Identities, NewSecret(id))
	}
	if err := k.Check(); err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	return k, nil
}

// Format prints the agency under every verb.
func (k Keyring) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "keyring of "+string(k.Agency))
}

// LogValue names the agency and counts the keys.
func (k Keyring) LogValue() slog.Value {
	return slog.GroupValue(slog.String("agency", string(k.Agency)), slog.Int("officers", len(k.Officers)))
}

// SealSigner signs with the agency's e-seal.
func (k *Keyring) SealSigner() (*Signer, error) { return NewSigner([]byte(k.Seal.Reveal())) }

// OfficerSigner signs as one officer.
func (k *Keyring) OfficerSigner(id OfficerID) (*Signer, error) {
	jwk, ok := k.Officers[id]
	if !ok {
		return nil, fmt.Errorf("find signer: %w", fieldErr("officers", RuleUnknown, "%s has no key in this keyring", id))
	}
	return NewSigner([]byte(jwk.Reveal()))
}

// AgeIdentities are the identities that open what is sealed to the agency.
func (k *Keyring) AgeIdentities() ([]age.Identity, error) {
	ids, _, err := k.age()
	return ids, err
}

func (k *Keyring) age() (ids []age.Identity, recipients []string, err error) {
	if len(k.Identities) == 0 {
		return nil, nil, fieldErr("identities", RuleRequired, "no age identity")
	}
	for i, s := range k.Identities {
		if strings.HasPrefix(s.Reveal(), "AGE-SECRET-KEY-PQ-1") {
			id, err := age.ParseHybridIdentity(s.Reveal())
			if err != nil {
				return nil, nil, fieldErr(nth("identities", i), RuleKey, "not an age identity")
			}
			ids, recipients = append(ids, id), append(recipients, id.Recipient().String())
			continue
		}
		id, err := age.ParseX25519Identity(s.Reveal())
		if err != nil {
			return nil, nil, fieldErr(nth("identities", i), RuleKey, "not an age identity")
		}
		ids, recipients = append(ids, id), append(recipients, id.Recipient().String())
	}
	return ids, recipients, nil
}

// Account is the public NATS account key, "" if the keyring has no seed.
func (k *Keyring) Account() (string, error) { return publicAccount(k.AccountSeed) }

// SigningAccount is the public half of the account's signing key, likewise.
func (k *Keyring) SigningAccount() (string, error) { return publicAccount(k.AccountSigningSeed) }

func publicAccount(seed Secret) (string, error) {
	if seed.Reveal() == "" {
		return "", nil
	}
	return accountOfSeed(seed.Reveal())
}

// Description is what a keyring does not know about its agency.
type Description struct {
	Name        string               `json:"name"`
	Kind        Kind                 `json:"kind"`
	Competences []Competence         `json:"competences,omitempty"`
	Languages   []string             `json:"languages,omitempty"`
	Offices     map[OfficerID]Office `json:"offices,omitempty"` // one for each officer in the keyring
	NotBefore   time.Time            `json:"not_before"`
	NotAfter    time.Time            `json:"not_after"`
}

// Entry is the agency's public entry for a trust list: no secret goes in.
func (k *Keyring) Entry(d Description) (*Agency, error) {
	a, err := k.entry(d)
	if err != nil {
		return nil, fmt.Errorf("describe agency: %w", err)
	}
	return a, nil
}

func (k *Keyring) entry(d Description) (*Agency, error) {
	account, err := k.Account()
	if err != nil {
		return nil, err
	}
	signing, err := k.SigningAccount()
	if err != nil {
		return nil, err
	}
	a := &Agency{
		ID: k.Agency, Name: d.Name, State: k.Agency.State(), Kind: d.Kind, Competences: slices.Clone(d.Competences),
		Account: account, AccountSigning: signing, Languages: slices.Clone(d.Languages),
	}
	seal, err := NewSignKey([]byte(k.Seal.Reveal()), d.NotBefore, d.NotAfter)
	if err != nil {
		return nil, under("seal", err)
	}
	a.Keys = []Key{seal}
	_, recipients, err := k.age()
	if err != nil {
		return nil, err
	}
	for _, r := range recipients {
		key, err := NewSealKey(r, d.NotBefore, d.NotAfter)
		if err != nil {
			return nil, err
		}
		a.Keys = append(a.Keys, key)
	}
	for id := range d.Offices {
		if _, ok := k.Officers[id]; !ok {
			return nil, fieldErr("offices", RuleUnknown, "%s has no key in this keyring", id)
		}
	}
	for id, jwk := range k.Officers {
		office, ok := d.Offices[id]
		if !ok {
			return nil, fieldErr("offices", RuleRequired, "no office for %s", id)
		}
		key, err := NewSignKey([]byte(jwk.Reveal()), d.NotBefore, d.NotAfter)
		if err != nil {
			return nil, under("officers", err)
		}
		a.Officers = append(a.Officers, Officer{ID: id, Office: office, Standing: Active, Keys: []Key{key}})
	}
	slices.SortFunc(a.Officers, func(x, y Officer) int { return strings.Compare(string(x.ID), string(y.ID)) })
	for i := range a.Keys {
		if _, err := a.Keys[i].check(); err != nil {
			return nil, under(nth("keys", i), err)
		}
	}
	return a, a.checkSelf()
}
