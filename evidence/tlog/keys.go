package tlog

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"filippo.io/mldsa"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

const (
	algEd25519 = 0x01 // c2sp.org/signed-note
	algMLDSA44 = 0x06 // c2sp.org/tlog-cosignature
)

// SigningKeys are the two private keys of one log. They never print themselves.
type SigningKeys struct {
	ed, ml         note.Signer
	edSkey, mlSkey string
	verify         *VerifyKeys
}

// VerifyKeys are the two public keys of one log. A checkpoint needs both.
type VerifyKeys struct {
	origin         string
	ed, ml         note.Verifier
	edVkey, mlVkey string
}

// GenerateKeys makes a key pair of each kind for the log named origin,
// a schema-less URL such as "ledger.example.org/xa" that is never reused.
func GenerateKeys(origin string) (*SigningKeys, error) {
	if err := checkOrigin(origin); err != nil {
		return nil, err
	}
	ed, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fmt.Errorf("generate ledger keys: %w", err)
	}
	ml, _, err := fnote.GenerateMLDSAKey(origin)
	if err != nil {
		return nil, fmt.Errorf("generate ledger keys: %w", err)
	}
	return newSigningKeys(ed, ml)
}

const keyFileHead = "# Rogatory ledger signing keys. Secret: whoever holds them can sign checkpoints.\n"

// ParseSigningKeys reads a key file: comment lines, the Ed25519 key, the ML-DSA-44 key.
func ParseSigningKeys(file []byte) (*SigningKeys, error) {
	lines, err := keyLines(file)
	if err != nil {
		return nil, err
	}
	if len(lines) != 2 {
		return nil, fmt.Errorf("parse ledger keys: %d keys, want 2: %w", len(lines), ErrKeys)
	}
	return newSigningKeys(lines[0], lines[1])
}

// Marshal returns the key file. The result is secret.
func (k *SigningKeys) Marshal() []byte {
	return []byte(keyFileHead + k.edSkey + "\n" + k.mlSkey + "\n")
}

// Verify returns the public halves.
func (k *SigningKeys) Verify() *VerifyKeys { return k.verify }

// Origin is the name of the log.
func (k *SigningKeys) Origin() string { return k.verify.origin }

func (k *SigningKeys) redacted() string {
	if k == nil || k.verify == nil {
		return "ledger signing keys (none)"
	}
	return "ledger signing keys of " + k.verify.origin + " (secret)"
}

// String, GoString, Format and LogValue keep the secret out of logs and errors.
func (k *SigningKeys) String() string             { return k.redacted() }
func (k *SigningKeys) GoString() string           { return k.redacted() }
func (k *SigningKeys) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(k.redacted())) }
func (k *SigningKeys) LogValue() slog.Value       { return slog.StringValue(k.redacted()) }
func (k *SigningKeys) MarshalText() ([]byte, error) {
	return []byte(k.redacted()), nil
}

// ParseVerifyKeys reads the two verifier keys (c2sp.org/signed-note vkeys) of one log, in any order.
func ParseVerifyKeys(vkeys ...string) (*VerifyKeys, error) {
	k := &VerifyKeys{}
	for _, s := range vkeys {
		name, alg, pub, err := splitKey(s)
		if err != nil {
			return nil, err
		}
		if k.origin != "" && name != k.origin {
			return nil, fmt.Errorf("parse verifier keys: keys of two logs: %w", ErrKeys)
		}
		k.origin = name
		var v note.Verifier
		switch {
		case alg == algEd25519 && k.ed == nil && len(pub) == ed25519.PublicKeySize:
			v, err = note.NewVerifier(s)
			k.ed, k.edVkey = v, s
		case alg == algMLDSA44 && k.ml == nil:
			v, err = fnote.NewMLDSAVerifier(s)
			k.ml, k.mlVkey = v, s
		default:
			return nil, fmt.Errorf("parse verifier keys: algorithm %#02x is repeated or unknown: %w", alg, ErrKeys)
		}
		if err != nil {
			return nil, fmt.Errorf("parse verifier keys: %v: %w", err, ErrKeys)
		}
		// The ML-DSA parser does not compare the hash that the text states.
		if !strings.HasPrefix(s, fmt.Sprintf("%s+%08x+", name, v.KeyHash())) {
			return nil, fmt.Errorf("parse verifier keys: key hash does not fit the key: %w", ErrKeys)
		}
	}
	if k.ed == nil || k.ml == nil {
		return nil, fmt.Errorf("parse verifier keys: need one Ed25519 and one ML-DSA-44 key: %w", ErrKeys)
	}
	return k, nil
}

// ParseVerifyKeysFile reads verifier keys one per line; lines starting with '#' are comments.
func ParseVerifyKeysFile(file []byte) (*VerifyKeys, error) {
	lines, err := keyLines(file)
	if err != nil {
		return nil, err
	}
	return ParseVerifyKeys(lines...)
}

// Origin is the name of the log.
func (k *VerifyKeys) Origin() string { return k.origin }

// Strings returns the verifier keys: Ed25519, then ML-DSA-44.
func (k *VerifyKeys) Strings() []string { return []string{k.edVkey, k.mlVkey} }

// Marshal returns the file that [ParseVerifyKeysFile] reads.
func (k *VerifyKeys) Marshal() []byte { return []byte(k.edVkey + "\n" + k.mlVkey + "\n") }

func newSigningKeys(edSkey, mlSkey string) (*SigningKeys, error) {
	k := &SigningKeys{edSkey: edSkey, mlSkey: mlSkey}
	name, alg, seed, err := splitKey(strings.TrimPrefix(edSkey, "PRIVATE+KEY+"))
	if err != nil || alg != algEd25519 || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("parse ledger keys: first key is not an Ed25519 signing key: %w", ErrKeys)
	}
	if k.ed, err = note.NewSigner(edSkey); err != nil {
		return nil, fmt.Errorf("parse ledger keys: first key is malformed: %w", ErrKeys)
	}
	edVkey, err := note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("parse ledger keys: first key is malformed: %w", ErrKeys)
	}
	_, alg, seed, err = splitKey(strings.TrimPrefix(mlSkey, "PRIVATE+KEY+"))
	if err != nil || alg != algMLDSA44 {
		return nil, fmt.Errorf("parse ledger keys: second key is not an ML-DSA-44 signing key: %w", ErrKeys)
	}
	ml, err := fnote.NewMLDSASigner(mlSkey)
	if err != nil {
		return nil, fmt.Errorf("parse ledger keys: second key is malformed: %w", ErrKeys)
	}
	k.ml = ml
	priv, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), seed)
	if err != nil {
		return nil, fmt.Errorf("parse ledger keys: second key is malformed: %w", ErrKeys)
	}
	if !strings.HasPrefix(mlSkey, fmt.Sprintf("PRIVATE+KEY+%s+%08x+", ml.Name(), ml.KeyHash())) {
		return nil, fmt.Errorf("parse ledger keys: key hash does not fit the second key: %w", ErrKeys)
	}
	pub := append([]byte{algMLDSA44}, priv.PublicKey().Bytes()...)
	mlVkey := fmt.Sprintf("%s+%08x+%s", ml.Name(), ml.KeyHash(), base64.StdEncoding.EncodeToString(pub))
	k.verify, err = ParseVerifyKeys(edVkey, mlVkey)
	return k, err
}

// splitKey takes "<name>+<hash>+<base64(alg || key)>" apart, refusing other spellings of the same key.
func splitKey(s string) (name string, alg byte, key []byte, err error) {
	bad := func(why string) (string, byte, []byte, error) {
		return "", 0, nil, fmt.Errorf("parse ledger key: %s: %w", why, ErrKeys)
	}
	name, rest, ok1 := strings.Cut(s, "+")
	hash, b64, ok2 := strings.Cut(rest, "+")
	if !ok1 || !ok2 {
		return bad("want name+hash+key")
	}
	if err := checkOrigin(name); err != nil {
		return "", 0, nil, err
	}
	if h, err := hex.DecodeString(hash); err != nil || len(h) != 4 || hex.EncodeToString(h) != hash {
		return bad("hash is not 8 lower case hex digits")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	if err != nil || len(raw) < 2 || base64.StdEncoding.EncodeToString(raw) != b64 {
		return bad("key is not base64")
	}
	return name, raw[0], raw[1:], nil
}

// checkOrigin holds c2sp.org/tlog-checkpoint and the one-byte length of the ML-DSA message.
func checkOrigin(origin string) error {
	if origin == "" || len(origin) > 255 || !utf8.ValidString(origin) || strings.Contains(origin, "+") ||
		strings.ContainsFunc(origin, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return fmt.Errorf("check origin: want 1 to 255 bytes without space, control or plus: %w", ErrKeys)
	}
	return nil
}

func keyLines(file []byte) ([]string, error) {
	if len(file) > 1<<16 || !utf8.Valid(file) {
		return nil, fmt.Errorf("parse key file: too long or not text: %w", ErrKeys)
	}
	var lines []string
	for line := range strings.Lines(string(file)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		lines = append(lines, line)
	}
	return lines, nil
}
