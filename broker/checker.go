package broker

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// checker keeps the first thing that is wrong.
type checker struct{ err error }

func (c *checker) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *checker) require(name, rule string, ok bool, detail string) {
	if !ok {
		c.fail(field(name, rule, detail))
	}
}

// codePattern is what open text may look like: short codes, file numbers and
// article names, never a sentence or an address.
var codePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._/,:()-]{0,79}$`)

func (c *checker) code(name, rule, value string, required bool) {
	if value == "" {
		c.require(name, rule, !required, "is missing")
		return
	}
	c.require(name, rule, codePattern.MatchString(value), "is no code: at most 80 letters, digits, spaces and ._/,:()-")
}

const maxCodes = 64

func (c *checker) codes(name, rule string, values []string, required bool) {
	c.require(name, rule, !required || len(values) > 0, "is missing")
	c.require(name, rule, len(values) <= maxCodes, fmt.Sprintf("holds more than %d entries", maxCodes))
	for i, v := range values {
		c.code(name, rule, v, true)
		c.require(name, rule, !slices.Contains(values[:i], v), "holds an entry twice")
	}
}

func (c *checker) id(name, rule, value string) {
	c.require(name, rule, agencies.CheckID(value) == nil, "is no canonical UUIDv7")
}

func (c *checker) agency(name, rule string, id agencies.ID, required bool) {
	if id == "" {
		c.require(name, rule, !required, "is missing")
		return
	}
	// Whether the agency is on the trust list is asked where the trust list is.
	c.require(name, rule, id.Check() == nil, "is no agency id")
}

func (c *checker) agencies(name, rule string, ids []agencies.ID) {
	c.require(name, rule, len(ids) <= maxCodes, fmt.Sprintf("holds more than %d entries", maxCodes))
	for i, id := range ids {
		c.agency(name, rule, id, true)
		c.require(name, rule, !slices.Contains(ids[:i], id), "holds an entry twice")
	}
}

func (c *checker) officers(name, rule string, ids []agencies.OfficerID) {
	c.require(name, rule, len(ids) <= maxCodes, fmt.Sprintf("holds more than %d entries", maxCodes))
	for i, id := range ids {
		c.require(name, rule, id.Check() == nil, "holds what is no officer id")
		c.require(name, rule, !slices.Contains(ids[:i], id), "holds an entry twice")
	}
}

// instant demands a time in UTC, the one spelling everywhere it is stored.
func (c *checker) instant(name, rule string, t time.Time) {
	c.require(name, rule, !t.IsZero(), "is missing")
	c.require(name, rule, t.Location() == time.UTC, "is not in UTC")
}

func (c *checker) digest(name, rule string, d agencies.Digest, required bool) {
	if d == "" {
		c.require(name, rule, !required, "is missing")
		return
	}
	c.require(name, rule, d.Check() == nil, "is no digest")
}

// isSD says whether s has the form of a disclosure digest: base64url of 32 bytes
// (RFC 9901 §4.2.3 with SHA-256).
func isSD(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 32
}
