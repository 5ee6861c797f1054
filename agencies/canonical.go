package agencies

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/gowebpki/jcs"
)

// Canonical encodes v in the form of RFC 8785 (JCS). It is for what we build;
// what we receive is verified over its exact bytes and never re-serialised.
//
// RFC 8785 numbers are IEEE 754 doubles, and the library rounds an integer
// beyond 2^53 without a word. Here that is an error: write large numbers as
// strings.
func Canonical(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode canonical json: %w", err)
	}
	return canonicalBytes(buf.Bytes())
}

func canonicalBytes(data []byte) ([]byte, error) {
	// The walk refuses duplicates and unpaired surrogates that came in through
	// a json.RawMessage, before the canonical form could hide them.
	var any any
	if err := DecodeStrict(data, &any); err != nil {
		return nil, fmt.Errorf("encode canonical json: %w", err)
	}
	if err := exactNumbers(data); err != nil {
		return nil, fmt.Errorf("encode canonical json: %w", err)
	}
	out, err := jcs.Transform(data)
	if err != nil {
		return nil, fmt.Errorf("encode canonical json: %w", err)
	}
	return out, nil
}

// exactNumbers refuses integers that a double does not hold (RFC 7493 §2.2).
func exactNumbers(data []byte) error {
	const limit = 1<<53 - 1
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	for {
		tok, err := dec.Token()
		if err != nil {
			return nil // the end; the grammar was checked before
		}
		n, ok := tok.(json.Number)
		if !ok {
			continue
		}
		if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil && (i > limit || i < -limit) {
			return fieldErr("", RuleCanonical, "integer beyond 2^53, write it as a string")
		}
		if f, err := n.Float64(); err != nil || f > limit || f < -limit {
			return fieldErr("", RuleCanonical, "number beyond 2^53, write it as a string")
		}
	}
}

// mustBeCanonical refuses data unless v, decoded from it, encodes back to the
// same bytes: one meaning, one encoding, one digest.
func mustBeCanonical(data []byte, v any) error {
	again, err := Canonical(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, again) {
		return fieldErr("", RuleCanonical, "not in RFC 8785 form")
	}
	return nil
}
