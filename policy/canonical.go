package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxInteger bounds the integers policy accepts: beyond it RFC 8785, which reads
// every number as an IEEE 754 double (§3.2.2.3), would change the value.
const maxInteger = 1<<53 - 1

// normal brings a value into the closed set that policy works with: nil, bool,
// int64, string, []any and map[string]any. Anything else is refused, so that what
// is hashed, what is decided on and what is stored are the same value.
func normal(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case string:
		if !utf8.ValidString(v) {
			return nil, fmt.Errorf("not UTF-8")
		}
		return v, nil
	case int:
		return integer(int64(v))
	case int64:
		return integer(v)
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		// "-0" and the like have a second spelling of the same number.
		if err != nil || strconv.FormatInt(n, 10) != v.String() {
			return nil, fmt.Errorf("not a plain integer")
		}
		return integer(n)
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			n, err := normal(s)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			out[i] = n
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			n, err := normal(e)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			out[i] = n
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			n, err := normal(e)
			if err != nil {
				return nil, fmt.Errorf("member %q: %w", k, err)
			}
			out[k] = n
		}
		return out, nil
	}
	return nil, fmt.Errorf("no policy value: %T", v)
}

func integer(n int64) (any, error) {
	if n > maxInteger || n < -maxInteger {
		return nil, fmt.Errorf("integer beyond 2^53-1")
	}
	return n, nil
}

// AppendCanonical appends the RFC 8785 form of a normal value (nil, bool, int64,
// string, []any, map[string]any) to dst. It exists beside package jcs because it
// is on the path of every decision and works on values instead of text; a test
// holds the two equal.
func AppendCanonical(dst []byte, v any) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int64:
		if _, err := integer(v); err != nil {
			return nil, err
		}
		return strconv.AppendInt(dst, v, 10), nil
	case string:
		return appendString(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = AppendCanonical(dst, e); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case map[string]any:
		dst = append(dst, '{')
		for i, k := range sortedKeys(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendString(dst, k); err != nil {
				return nil, err
			}
			dst = append(dst, ':')
			if dst, err = AppendCanonical(dst, v[k]); err != nil {
				return nil, err
			}
		}
		return append(dst, '}'), nil
	}
	return nil, fmt.Errorf("encode canonical: no policy value: %T", v)
}

// sortedKeys orders by UTF-16 code units (RFC 8785 §3.2.3), which differs from
// byte order only outside ASCII.
func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	ascii := true
	for k := range m {
		keys = append(keys, k)
		for i := 0; ascii && i < len(k); i++ {
			ascii = k[i] < utf8.RuneSelf
		}
	}
	if ascii {
		sort.Strings(keys)
		return keys
	}
	slices.SortFunc(keys, func(a, b string) int {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	})
	return keys
}

// appendString writes the one spelling of a string (RFC 8785 §3.2.2.2).
func appendString(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("encode canonical: string is not UTF-8")
	}
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= 0x20:
			dst = append(dst, c)
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(dst, '"'), nil
}
