package evidence

import (
	"errors"

	"github.com/rogatory/rogatory/agencies"
)

// Sentinels. Input that a person can correct is an *agencies.FieldError.
var (
	// ErrSeal: sealed bytes, or what came out of them, are not what the manifest says.
	ErrSeal = errors.New("seal does not hold")
	// ErrNotForUs: the seal is intact as far as seen, but none of the identities opens it.
	ErrNotForUs = errors.New("seal is not for this reader")
	// ErrSource: the source changed its size while it was read.
	ErrSource = errors.New("source changed while read")
	// ErrCustody: the chain of custody is broken or lacks a signature.
	ErrCustody = errors.New("custody does not hold")
	// ErrManifest: the manifest and its sealed part, or the stored object, disagree.
	ErrManifest = errors.New("manifest does not hold")
)

// SystemLimit is the size in bytes above which evidence travels outside the EU
// decentralised IT system. Annex 3.2 says 25 600 kB without saying how long a
// kB is; the smaller reading is always safe [DIT-03].
const SystemLimit int64 = 25_600_000

// ExhibitID names one exhibit (UUIDv7). It says nothing about the content.
type ExhibitID string

// NewExhibitID returns a fresh identifier.
func NewExhibitID() ExhibitID { return ExhibitID(agencies.NewID()) }

// Check reports whether id is one canonical UUIDv7.
func (id ExhibitID) Check() error { return agencies.CheckID(string(id)) }

// Category is the kind of data, as the policy facts name it.
type Category string

// The categories of Reg. (EU) 2023/1543 Art. 3(9)-(12), and document for what is
// not data held by a service provider.
const (
	Subscriber         Category = "subscriber"
	UserIdentification Category = "user_identification_only"
	Traffic            Category = "traffic"
	ContentData        Category = "content"
	Document           Category = "document"
)

// Valid reports whether c is one of the five categories.
func (c Category) Valid() bool {
	switch c {
	case Subscriber, UserIdentification, Traffic, ContentData, Document:
		return true
	}
	return false
}

// Object says where sealed bytes lie: one version of one key, never "the latest".
type Object struct {
	Bucket    string          `json:"bucket"`
	Key       string          `json:"key"`
	VersionID string          `json:"version_id,omitempty"`
	Size      int64           `json:"size"`
	Digest    agencies.Digest `json:"digest"`
}

// Check refuses an object whose location, size or digest is missing.
func (o Object) Check() error {
	switch {
	case o.Bucket == "":
		return field("object.bucket", agencies.RuleRequired, "is missing")
	case o.Key == "":
		return field("object.key", agencies.RuleRequired, "is missing")
	case o.Size <= 0:
		return field("object.size", agencies.RuleFormat, "must be positive: sealed bytes are never empty [DIT-05]")
	}
	return checkDigest("object.digest", "sha-256", o.Digest)
}
