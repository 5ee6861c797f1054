package evidence

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rogatory/rogatory/agencies"
)

// MaxName is the longest plain file name in bytes. An escaped name may be three
// times as long, since each byte may have become three.
const MaxName = 255

// CheckName reports why name cannot stand in a manifest as a full file name
// [DIT-05]. Names are data and never used as paths; the rule exists for the
// person and the programs that will see them later. A seized file whose name
// breaks the rule keeps it by way of [EscapeName].
func CheckName(name string) error {
	if len(name) > MaxName {
		return field("file_name", agencies.RuleSize, fmt.Sprintf("is longer than %d bytes [DIT-05]", MaxName))
	}
	return checkName(name)
}

func checkName(name string) error {
	switch {
	case name == "":
		return field("file_name", agencies.RuleRequired, "is empty [DIT-05]")
	case !utf8.ValidString(name):
		return field("file_name", agencies.RuleFormat, "is not UTF-8 [DIT-05]")
	case name == "." || name == "..":
		return field("file_name", agencies.RuleFormat, "is a directory reference [DIT-05]")
	}
	for _, r := range name {
		if why := hostile(r); why != "" {
			return field("file_name", agencies.RuleFormat, fmt.Sprintf("holds %s %U [DIT-05]", why, r))
		}
	}
	return nil
}

// hostile names what makes r unfit for a file name, or returns "". Joiners stay
// allowed: several scripts cannot be written without them.
func hostile(r rune) string {
	switch {
	case r == '/' || r == '\\':
		return "a path separator"
	case r == '\u200c' || r == '\u200d':
		return ""
	case unicode.Is(unicode.Bidi_Control, r):
		return "a bidirectional control"
	case unicode.Is(unicode.Cc, r):
		return "a control character"
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
		return "an invisible character"
	}
	return ""
}

// EscapeName turns any run of bytes into a name that passes the rules: each byte
// of an offending rune, and each percent sign, becomes %XX. [UnescapeName] gives
// the original back, byte for byte, so the court sees the name as it was seized.
func EscapeName(raw string) string {
	var b strings.Builder
	dots := raw == "." || raw == ".."
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRuneInString(raw[i:])
		if dots || r == '%' || r == utf8.RuneError && n <= 1 || hostile(r) != "" {
			for _, c := range []byte(raw[i : i+n]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		} else {
			b.WriteString(raw[i : i+n])
		}
		i += n
	}
	return b.String()
}

// UnescapeName reverses EscapeName. It accepts only what EscapeName makes.
func UnescapeName(name string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '%' {
			b.WriteByte(name[i])
			continue
		}
		if i+2 >= len(name) {
			return "", field("file_name", agencies.RuleFormat, "ends inside an escape [DIT-05]")
		}
		hi, lo := unhex(name[i+1]), unhex(name[i+2])
		if hi < 0 || lo < 0 {
			return "", field("file_name", agencies.RuleFormat, "holds a malformed escape [DIT-05]")
		}
		b.WriteByte(byte(hi<<4 | lo))
		i += 2
	}
	raw := b.String()
	if EscapeName(raw) != name {
		return "", field("file_name", agencies.RuleFormat, "is escaped where it need not be [DIT-05]")
	}
	return raw, nil
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// field builds the one kind of error that bad input gets. Details never repeat
// the value: errors travel further than evidence may (STYLE.md 11).
func field(name, rule, detail string) error {
	return &agencies.FieldError{Field: name, Rule: rule, Detail: detail}
}
