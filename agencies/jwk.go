package agencies

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"slices"
)

// JWS algorithms (RFC 7518, RFC 8037). There are no others.
const (
	algEdDSA = "EdDSA"
	algES256 = "ES256"
	algES384 = "ES384"
)

// publicKey is a signing key that passed every check.
type publicKey struct {
	id  KeyID
	alg string
	pub crypto.PublicKey // ed25519.PublicKey or *ecdsa.PublicKey
	jwk []byte           // canonical: the RFC 7638 thumbprint input
}

// privateKey is a publicKey with its secret.
type privateKey struct {
	publicKey
	secret crypto.Signer // ed25519.PrivateKey or *ecdsa.PrivateKey
}

// jwkMembers are all the members a JWK may have here. Metadata such as alg,
// use, key_ops or kid would be a second opinion beside the trust list's.
// The order is that of RFC 7638 §3.3, so encoding a public key gives its
// thumbprint input.
type jwkMembers struct {
	Crv string `json:"crv"`
	D   string `json:"d,omitempty"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Y   string `json:"y,omitempty"`
}

// parsePublicJWK reads a public JWK of Ed25519, P-256 or P-384.
func parsePublicJWK(raw []byte) (*publicKey, error) {
	m, err := decodeJWK(raw)
	if err != nil {
		return nil, err
	}
	if m.D != "" {
		return nil, fieldErr("d", RuleKey, "private key where a public one belongs")
	}
	return m.public()
}

func decodeJWK(raw []byte) (*jwkMembers, error) {
	if len(raw) > 1024 {
		return nil, fieldErr("", RuleSize, "JWK of more than 1024 bytes")
	}
	m := new(jwkMembers)
	if err := DecodeStrict(raw, m); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *jwkMembers) public() (*publicKey, error) {
	x, err := unb64(m.X)
	if err != nil {
		return nil, fieldErr("x", RuleFormat, "not canonical base64url")
	}
	y, err := unb64(m.Y)
	if err != nil {
		return nil, fieldErr("y", RuleFormat, "not canonical base64url")
	}
	k := new(publicKey)
	switch m.Kty + " " + m.Crv {
	case "OKP Ed25519":
		if m.Y != "" {
			return nil, fieldErr("y", RuleUnknown, "an OKP key has no y")
		}
		if err := checkEd25519(x); err != nil {
			return nil, err
		}
		k.alg, k.pub = algEdDSA, ed25519.PublicKey(x)
	case "EC P-256":
		k.alg = algES256
		k.pub, err = ecPublic(elliptic.P256(), x, y)
	case "EC P-384":
		k.alg = algES384
		k.pub, err = ecPublic(elliptic.P384(), x, y)
	default:
		return nil, fieldErr("crv", RuleKey, "want OKP Ed25519, EC P-256 or EC P-384")
	}
	if err != nil {
		return nil, err
	}
	public := jwkMembers{Crv: m.Crv, Kty: m.Kty, X: m.X, Y: m.Y}
	if k.jwk, err = json.Marshal(public); err != nil {
		return nil, fieldErr("", RuleKey, "%v", err)
	}
	sum := sha256.Sum256(k.jwk)
	k.id = KeyID(b64(sum[:]))
	return k, nil
}

// ecPublic checks the length of the coordinates (RFC 7518 §6.2.1.2) and that
// the point is on the curve; jwx v2 checks neither when it parses a key.
func ecPublic(curve elliptic.Curve, x, y []byte) (*ecdsa.PublicKey, error) {
	size := (curve.Params().BitSize + 7) / 8
	if len(x) != size || len(y) != size {
		return nil, fieldErr("x", RuleKey, "coordinates are not %d bytes", size)
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, fieldErr("x", RuleKey, "point is not on the curve")
	}
	return pub, nil
}

// parsePrivateJWK reads a private JWK and proves that its halves belong
// together. Errors never show key material.
func parsePrivateJWK(raw []byte) (*privateKey, error) {
	m, err := decodeJWK(raw)
	if err != nil {
		return nil, err
	}
	d, err := unb64(m.D)
	if err != nil || len(d) == 0 {
		return nil, fieldErr("d", RuleRequired, "want a private key")
	}
	pub, err := m.public()
	if err != nil {
		return nil, err
	}
	k := &privateKey{publicKey: *pub}
	switch p := pub.pub.(type) {
	case ed25519.PublicKey:
		if len(d) != ed25519.SeedSize {
			return nil, fieldErr("d", RuleKey, "not %d bytes", ed25519.SeedSize)
		}
		secret := ed25519.NewKeyFromSeed(d)
		if !p.Equal(secret.Public()) {
			return nil, fieldErr("d", RuleMismatch, "private and public halves differ")
		}
		k.secret = secret
	case *ecdsa.PublicKey:
		secret, err := ecdsa.ParseRawPrivateKey(p.Curve, d)
		if err != nil {
			return nil, fieldErr("d", RuleKey, "not a scalar of the curve")
		}
		if !p.Equal(secret.Public()) {
			return nil, fieldErr("d", RuleMismatch, "private and public halves differ")
		}
		k.secret = secret
	}
	return k, nil
}

// privateJWK encodes a secret key as a JWK.
func privateJWK(secret crypto.Signer) ([]byte, error) {
	var m jwkMembers
	switch k := secret.(type) {
	case ed25519.PrivateKey:
		m = jwkMembers{Kty: "OKP", Crv: "Ed25519", X: b64(k.Public().(ed25519.PublicKey)), D: b64(k.Seed())}
	case *ecdsa.PrivateKey:
		point, err := k.PublicKey.Bytes()
		if err != nil {
			return nil, fieldErr("x", RuleKey, "%v", err)
		}
		d, err := k.Bytes()
		if err != nil {
			return nil, fieldErr("d", RuleKey, "not a scalar of the curve")
		}
		half := (len(point) - 1) / 2
		m = jwkMembers{Kty: "EC", Crv: k.Params().Name, X: b64(point[1 : 1+half]), Y: b64(point[1+half:]), D: b64(d)}
	default:
		return nil, fieldErr("", RuleKey, "want Ed25519 or ECDSA")
	}
	return json.Marshal(m)
}

// smallOrder are the y coordinates, sign bit cleared, of the Ed25519 points
// whose order divides 8. Under such a «key» one signature fits many messages,
// so its owner could disown any of them, and Go's ed25519.Verify, following
// RFC 8032, takes it. The non-canonical spellings fall to the y < p check.
var smallOrder = func() [][]byte {
	var out [][]byte
	for _, s := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000", // order 4
		"0100000000000000000000000000000000000000000000000000000000000000", // order 1
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
	} {
		b, err := hex.DecodeString(s)
		if err == nil {
			out = append(out, b)
		}
	}
	return out
}()

var (
	fieldPrime = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	// edwardsD is -121665/121666 (RFC 8032 §5.1).
	edwardsD = func() *big.Int {
		d := new(big.Int).ModInverse(big.NewInt(121666), fieldPrime)
		d.Mul(d, big.NewInt(-121665))
		return d.Mod(d, fieldPrime)
	}()
)

// checkEd25519 proves that pub is 32 bytes, y is reduced, and the point is on
// the curve and not of small order. jwx v2 panics in Verify on a short key.
func checkEd25519(pub []byte) error {
	if len(pub) != ed25519.PublicKeySize {
		return fieldErr("x", RuleKey, "an Ed25519 key is 32 bytes")
	}
	enc := bytes.Clone(pub)
	enc[31] &= 0x7f
	for _, bad := range smallOrder {
		if bytes.Equal(enc, bad) {
			return fieldErr("x", RuleKey, "point of small order")
		}
	}
	slices.Reverse(enc)
	y := new(big.Int).SetBytes(enc)
	if y.Cmp(fieldPrime) >= 0 {
		return fieldErr("x", RuleKey, "coordinate is not reduced")
	}
	// x² = (y²-1)/(dy²+1) has a root iff the product of both halves is a
	// square; this is on public data, so it need not be constant time.
	y2 := new(big.Int).Mul(y, y)
	u := new(big.Int).Sub(y2, big.NewInt(1))
	v := new(big.Int).Mul(edwardsD, y2)
	v.Add(v, big.NewInt(1))
	u.Mul(u, v).Mod(u, fieldPrime)
	if big.Jacobi(u, fieldPrime) == -1 {
		return fieldErr("x", RuleKey, "point is not on the curve")
	}
	return nil
}
