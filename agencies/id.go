package agencies

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

// State is an ISO 3166-1 alpha-2 code. XA to XZ are user-assigned and allowed.
type State string

// ID names an agency: its State's code, '-', and 2 to 24 of A-Z and 0-9, as in
// "XA-MOJ".
type ID string

// OfficerID names an officer without naming the person: the agency's ID, '/',
// and 1 to 32 of a-z, 0-9 and '-', as in "XA-MOJ/judge-1".
type OfficerID string

// KeyID names a key by its content. For a signing key it is the RFC 7638
// SHA-256 thumbprint; for a seal key the SHA-256 of the age recipient string.
// Both are base64url without padding, 43 characters.
type KeyID string

// Digest is "sha-256:" and 64, or "sha-512:" and 128, lower-case hex digits.
type Digest string

// Prefixes of a Digest.
const (
	SHA256Prefix = "sha-256:"
	SHA512Prefix = "sha-512:"
)

// ParseState checks a State code.
func ParseState(s string) (State, error) { return State(s), State(s).Check() }

// Check reports whether s has the form of a State code.
func (s State) Check() error {
	if len(s) != 2 || !isUpper(s[0]) || !isUpper(s[1]) {
		return fieldErr("state", RuleFormat, "want two letters of ISO 3166-1 alpha-2")
	}
	return nil
}

// ParseID checks an agency's ID.
func ParseID(s string) (ID, error) { return ID(s), ID(s).Check() }

// Check reports whether id has the form of an agency's ID.
func (id ID) Check() error {
	s := string(id)
	ok := len(s) >= 5 && len(s) <= 27 && isUpper(s[0]) && isUpper(s[1]) && s[2] == '-'
	for i := 3; ok && i < len(s); i++ {
		ok = isUpper(s[i]) || isDigit(s[i])
	}
	if !ok {
		return fieldErr("id", RuleFormat, "want a State code, '-' and 2 to 24 of A-Z and 0-9, as in XA-MOJ")
	}
	return nil
}

// State is the State that the ID claims, or "" when the ID is malformed.
func (id ID) State() State {
	if id.Check() != nil {
		return ""
	}
	return State(id[:2])
}

// ParseOfficerID checks an officer's id.
func ParseOfficerID(s string) (OfficerID, error) { return OfficerID(s), OfficerID(s).Check() }

// Check reports whether id has the form of an officer's id.
func (id OfficerID) Check() error {
	agency, name, found := strings.Cut(string(id), "/")
	ok := found && ID(agency).Check() == nil && len(name) >= 1 && len(name) <= 32
	for i := 0; ok && i < len(name); i++ {
		ok = isLower(name[i]) || isDigit(name[i]) || name[i] == '-'
	}
	if !ok {
		return fieldErr("id", RuleFormat, "want an agency id, '/' and 1 to 32 of a-z, 0-9 and '-', as in XA-MOJ/judge-1")
	}
	return nil
}

// Agency is the agency the officer belongs to, or "" when id is malformed.
func (id OfficerID) Agency() ID {
	if id.Check() != nil {
		return ""
	}
	agency, _, _ := strings.Cut(string(id), "/")
	return ID(agency)
}

// ParseKeyID checks a key id.
func ParseKeyID(s string) (KeyID, error) { return KeyID(s), KeyID(s).Check() }

// Check reports whether k is 32 bytes in canonical base64url.
func (k KeyID) Check() error {
	if b, err := unb64(string(k)); err != nil || len(b) != sha256.Size {
		return fieldErr("kid", RuleFormat, "want 32 bytes in base64url")
	}
	return nil
}

// DigestOf is the SHA-256 digest of b.
func DigestOf(b []byte) Digest {
	sum := sha256.Sum256(b)
	return Digest(SHA256Prefix + hex.EncodeToString(sum[:]))
}

// ParseDigest checks a digest of either kind.
func ParseDigest(s string) (Digest, error) { return Digest(s), Digest(s).Check() }

// Check reports whether d is a well-formed digest. Upper-case hex is refused:
// two spellings of one digest would be two identities.
func (d Digest) Check() error {
	hexpart, want := "", 0
	switch {
	case strings.HasPrefix(string(d), SHA256Prefix):
		hexpart, want = string(d[len(SHA256Prefix):]), 64
	case strings.HasPrefix(string(d), SHA512Prefix):
		hexpart, want = string(d[len(SHA512Prefix):]), 128
	}
	ok := want != 0 && len(hexpart) == want
	for i := 0; ok && i < len(hexpart); i++ {
		ok = isDigit(hexpart[i]) || hexpart[i] >= 'a' && hexpart[i] <= 'f'
	}
	if !ok {
		return fieldErr("digest", RuleFormat, "want sha-256: or sha-512: and lower-case hex")
	}
	return nil
}

// Bytes are the raw bytes of a well-formed digest, nil otherwise.
func (d Digest) Bytes() []byte {
	if d.Check() != nil {
		return nil
	}
	b, _ := hex.DecodeString(string(d[len(SHA256Prefix):]))
	return b
}

// NewID makes a UUIDv7 (RFC 9562 §5.7): ids sort by the time they were made.
// That time is a convenience and never evidence; legal time comes from the
// ledger.
func NewID() string {
	return uuid.Must(uuid.NewV7()).String()
}

// CheckID accepts the one canonical spelling of a UUIDv7 and nothing else.
// uuid.Parse alone also takes urn:uuid:, braces, upper case and no dashes,
// which would let one id appear under several subjects.
func CheckID(s string) error {
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		return fieldErr("id", RuleFormat, "want a UUIDv7 in lower case with dashes")
	}
	return nil
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// unb64 decodes canonical base64url only: no padding, no line breaks (which Go
// skips even in strict mode), no stray bits in the last character.
func unb64(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, base64.CorruptInputError(strings.IndexAny(s, "\r\n"))
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}
