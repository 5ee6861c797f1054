package agencies

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// This is the only file that imports jwx. Its v2 line is no longer maintained
// and has known traps: it verifies when any one of many signatures does, skips
// an unknown crit, ignores the header's own alg and kid, takes base64 with
// padding, line breaks or stray bits, and panics on a short key. So it sees
// only what passed the checks here, with a key chosen here.

// MaxEnvelope is the largest compact JWS in bytes.
const MaxEnvelope = 1 << 20

// maxHeader is generous: ours take about 130 bytes.
const maxHeader = 1024

// Compact is a JWS in compact serialization (RFC 7515 §7.1).
type Compact string

// Digest is taken over the exact bytes. Verify admits one spelling per
// signature, so that the digest can serve as the statement's identity.
func (c Compact) Digest() Digest { return DigestOf([]byte(c)) }

// header holds every member the protected header may have. All others refuse,
// which takes care of crit, b64, jwk, jku, x5u, x5c and zip in one stroke.
type header struct {
	Alg string `json:"alg"`
	Kid KeyID  `json:"kid"`
	Typ Typ    `json:"typ"`
	Cty string `json:"cty,omitempty"`
}

// parts is an envelope taken apart, not verified.
type parts struct {
	header    header
	payload   []byte
	signature []byte
}

// split does the checks that need no key.
func (c Compact) split() (*parts, error) {
	if len(c) > MaxEnvelope {
		return nil, fieldErr("envelope", RuleSize, "more than %d bytes", MaxEnvelope)
	}
	if strings.Count(string(c), ".") != 2 {
		return nil, fieldErr("envelope", RuleFormat, "not a compact JWS of three parts")
	}
	texts := strings.Split(string(c), ".")
	var raw [3][]byte
	for i, name := range [...]string{"header", "payload", "signature"} {
		b, err := unb64(texts[i])
		if err != nil {
			return nil, fieldErr(name, RuleCanonical, "not canonical base64url")
		}
		if len(b) == 0 {
			return nil, fieldErr(name, RuleRequired, "empty")
		}
		raw[i] = b
	}
	p := &parts{payload: raw[1], signature: raw[2]}
	if len(raw[0]) > maxHeader {
		return nil, fieldErr("header", RuleSize, "more than %d bytes", maxHeader)
	}
	if err := DecodeStrict(raw[0], &p.header); err != nil {
		return nil, under("header", err)
	}
	switch p.header.Alg {
	case algEdDSA, algES256, algES384:
	default:
		return nil, fieldErr("header.alg", RuleUnknown, "want EdDSA, ES256 or ES384")
	}
	if err := p.header.Kid.Check(); err != nil {
		return nil, fieldErr("header.kid", RuleFormat, "want an RFC 7638 thumbprint")
	}
	if !p.header.Typ.Valid() {
		return nil, fieldErr("header.typ", RuleUnknown, "no such type")
	}
	return p, nil
}

// openCompact verifies c and returns its payload. The key comes from find, by
// kid, and from nowhere else; find also decides whether the key counts.
func openCompact(c Compact, typ Typ, find func(KeyID) (*publicKey, error)) (*parts, error) {
	p, err := c.split()
	if err != nil {
		return nil, err
	}
	if p.header.Typ != typ {
		return nil, fieldErr("header.typ", RuleMismatch, "want %s", typ)
	}
	key, err := find(p.header.Kid)
	if err != nil {
		return nil, err
	}
	if p.header.Alg != key.alg {
		return nil, fieldErr("header.alg", RuleMismatch, "key %s signs with %s", key.id, key.alg)
	}
	if err := checkSignatureForm(key, p.signature); err != nil {
		return nil, err
	}
	var payload []byte
	err = guard(func() (err error) {
		payload, err = jws.Verify([]byte(c), jws.WithCompact(), jws.WithKey(jwa.SignatureAlgorithm(key.alg), key.pub))
		return err
	})
	if err != nil {
		return nil, &TrustError{Reason: ReasonSignature, Key: key.id}
	}
	if !bytes.Equal(payload, p.payload) {
		return nil, &TrustError{Reason: ReasonSignature, Key: key.id, Detail: "library and envelope disagree about the payload"}
	}
	return p, nil
}

// checkSignatureForm refuses signatures of a wrong length and, for ECDSA, the
// upper half of s: with (r, s) anyone can also write (r, n-s), which verifies
// under another digest. Signer always makes the lower half.
func checkSignatureForm(key *publicKey, sig []byte) error {
	size := 64
	ec, isEC := key.pub.(*ecdsa.PublicKey)
	if isEC {
		size = 2 * ((ec.Params().BitSize + 7) / 8)
	}
	if len(sig) != size {
		return fieldErr("signature", RuleSize, "want %d bytes", size)
	}
	if isEC && highS(ec, sig) {
		return fieldErr("signature", RuleCanonical, "s is in the upper half")
	}
	return nil
}

func highS(pub *ecdsa.PublicKey, sig []byte) bool {
	s := new(big.Int).SetBytes(sig[len(sig)/2:])
	return s.Cmp(new(big.Int).Rsh(pub.Params().N, 1)) > 0
}

// guard turns a panic of the library into an error. Nothing known still
// panics behind the checks above; a broker must not fall over the unknown.
func guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("call library: panic: %v", r)
		}
	}()
	return f()
}

// Signer signs with one private key.
type Signer struct{ key *privateKey }

// NewSigner takes a private JWK of Ed25519, P-256 or P-384.
func NewSigner(privateJWK []byte) (*Signer, error) {
	k, err := parsePrivateJWK(privateJWK)
	if err != nil {
		return nil, fmt.Errorf("read private key: %w", err)
	}
	return &Signer{key: k}, nil
}

// Format prints the key's id under every verb.
func (s Signer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "signer "+string(s.KeyID())) }

// KeyID is the RFC 7638 thumbprint of the signer's key.
func (s *Signer) KeyID() KeyID {
	if s.key == nil {
		return "" // the zero Signer, which cannot sign
	}
	return s.key.id
}

// PublicJWK is the public half, in the form that a trust list holds.
func (s *Signer) PublicJWK() json.RawMessage { return bytes.Clone(s.key.jwk) }

// Sign makes an envelope over the exact payload.
func (s *Signer) Sign(typ Typ, payload []byte) (Compact, error) {
	if !typ.Valid() {
		return "", fieldErr("header.typ", RuleUnknown, "no such type")
	}
	if len(payload) == 0 {
		return "", fieldErr("payload", RuleRequired, "empty")
	}
	if s.key == nil {
		return "", fieldErr("signer", RuleKey, "no key")
	}
	h := jws.NewHeaders()
	if err := h.Set(jws.KeyIDKey, string(s.key.id)); err != nil {
		return "", fmt.Errorf("sign envelope: %w", err)
	}
	if err := h.Set(jws.TypeKey, string(typ)); err != nil {
		return "", fmt.Errorf("sign envelope: %w", err)
	}
	var out []byte
	err := guard(func() (err error) {
		out, err = jws.Sign(payload, jws.WithKey(jwa.SignatureAlgorithm(s.key.alg), s.key.secret, jws.WithProtectedHeaders(h)))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign envelope: %w", err)
	}
	c := Compact(out)
	if ec, ok := s.key.pub.(*ecdsa.PublicKey); ok {
		if c, err = lowerS(c, ec); err != nil {
			return "", fmt.Errorf("sign envelope: %w", err)
		}
	}
	if len(c) > MaxEnvelope {
		return "", fieldErr("envelope", RuleSize, "more than %d bytes", MaxEnvelope)
	}
	return c, nil
}

// lowerS replaces s by n-s where s is in the upper half.
func lowerS(c Compact, pub *ecdsa.PublicKey) (Compact, error) {
	dot := strings.LastIndexByte(string(c), '.')
	sig, err := unb64(string(c[dot+1:]))
	if err != nil || !highS(pub, sig) {
		return c, err
	}
	half := len(sig) / 2
	s := new(big.Int).SetBytes(sig[half:])
	s.Sub(pub.Params().N, s).FillBytes(sig[half:])
	return c[:dot+1] + Compact(b64(sig)), nil
}

// Verified is what a valid envelope proves.
type Verified struct {
	Payload []byte
	KeyID   KeyID
	Agency  *Agency
	Officer *Officer // nil: the agency's own seal
	Office  Office   // OfficeSeal when Officer is nil
	// Suspect is set by History.Verify only: a later list says that the key
	// was compromised at or before the time of its record.
	Suspect bool
}

// Verify opens an envelope that an officer or an agency's seal must have
// signed, and judges the key by this list at the given time. The time is that
// of the ledger, never one the signer states. It refuses TypTrust and
// TypBundle, which are signed by registrars and policy signers.
func (l *TrustList) Verify(c Compact, typ Typ, at time.Time) (*Verified, error) {
	if typ == TypTrust || typ == TypBundle {
		return nil, fieldErr("header.typ", RuleMismatch, "%s is not signed by agencies", typ)
	}
	var owner *holder
	p, err := openCompact(c, typ, func(kid KeyID) (*publicKey, error) {
		h, err := l.signer(kid, at)
		owner = h
		if err != nil {
			return nil, err
		}
		return h.pub, nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify envelope: %w", err)
	}
	v := &Verified{Payload: p.payload, KeyID: p.header.Kid, Agency: owner.agency, Officer: owner.officer, Office: OfficeSeal}
	if owner.officer != nil {
		v.Office = owner.officer.Office
	}
	return v, nil
}

// VerifyBundle opens an envelope over a policy bundle, signed by one of the
// list's policy signers. Whether the signer may speak for the State that the
// payload names is for who reads the payload: the key says which it is.
func (l *TrustList) VerifyBundle(c Compact, at time.Time) (payload []byte, signer Key, err error) {
	var owner *holder
	p, err := openCompact(c, TypBundle, func(kid KeyID) (*publicKey, error) {
		h, err := l.policySigner(kid, at)
		if err != nil {
			return nil, err
		}
		owner = h
		return h.pub, nil
	})
	if err != nil {
		return nil, Key{}, fmt.Errorf("verify bundle signature: %w", err)
	}
	return p.payload, *owner.key, nil
}
