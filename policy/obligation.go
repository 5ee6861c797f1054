package policy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/rogatory/rogatory/agencies"
)

// Obligation is a duty that comes with an outcome: a code, with a value after "="
// where it needs one. Obligations are executed by the broker, not only printed.
type Obligation struct {
	Code  string
	Value string
}

//go:embed obligations.json
var obligationsJSON []byte

// obligationCodes is read once; an unreadable list knows no code, which makes every
// permit with an obligation invalid.
var obligationCodes = sync.OnceValue(func() map[string]bool {
	var list []string
	if err := json.Unmarshal(obligationsJSON, &list); err != nil {
		return map[string]bool{}
	}
	set := make(map[string]bool, len(list))
	for _, c := range list {
		set[c] = true
	}
	return set
})

// ParseObligation reads `code` or `code=value`.
func ParseObligation(s string) (Obligation, error) {
	code, value, valued := strings.Cut(s, "=")
	if code == "" || len(code) > 96 {
		return Obligation{}, fieldError("obligation", agencies.RuleFormat, "1 to 96 characters")
	}
	for i := range len(code) {
		c := code[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return Obligation{}, fieldError("obligation", agencies.RuleFormat, "letters, digits and _ only")
		}
	}
	if valued && (value == "" || len(value) > 256) {
		return Obligation{}, fieldError("obligation", agencies.RuleUnknown, "1 to 256 bytes after =")
	}
	for _, r := range value {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return Obligation{}, fieldError("obligation", agencies.RuleUnknown, "printable characters only")
		}
	}
	return Obligation{Code: code, Value: value}, nil
}

// String is the inverse of ParseObligation.
func (o Obligation) String() string {
	if o.Value == "" {
		return o.Code
	}
	return o.Code + "=" + o.Value
}

// Known says whether the code is one the broker knows how to execute or show. A
// permit with an unknown obligation authorises nothing.
func (o Obligation) Known() bool { return obligationCodes()[o.Code] }

// ObligationCodes lists every code that a permit may carry, sorted. Package broker
// says who executes each.
func ObligationCodes() []string { return slices.Sorted(maps.Keys(obligationCodes())) }

// Duration reads the value as an ISO 8601 duration.
func (o Obligation) Duration() (Duration, error) { return ParseDuration(o.Value) }

// Duration is an ISO 8601 duration as the rules use it. Days are calendar or
// working days as the clock that it starts says, so it is not a time.Duration.
type Duration struct {
	Months  int
	Days    int
	Hours   int
	Minutes int
}

// ParseDuration reads PnYnMnDTnHnM and PnW with whole numbers.
func ParseDuration(s string) (Duration, error) {
	bad := fieldError("duration", agencies.RuleFormat, fmt.Sprintf("%q is no duration such as P10D or PT8H", s))
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" || strings.HasSuffix(rest, "T") {
		return Duration{}, bad
	}
	var d Duration
	units, timed := "YMWD", false
	for rest != "" {
		if !timed && rest[0] == 'T' {
			units, timed, rest = "HM", true, rest[1:]
			continue
		}
		n := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if n < 1 || n > 5 {
			return Duration{}, bad
		}
		value, err := strconv.Atoi(rest[:n])
		if err != nil {
			return Duration{}, bad
		}
		// Each unit once and in order.
		at := strings.IndexByte(units, rest[n])
		if at < 0 {
			return Duration{}, bad
		}
		switch unit := units[at]; {
		case unit == 'Y':
			d.Months += 12 * value
		case unit == 'M' && !timed:
			d.Months += value
		case unit == 'W':
			d.Days += 7 * value
		case unit == 'D':
			d.Days += value
		case unit == 'H':
			d.Hours = value
		case unit == 'M':
			d.Minutes = value
		}
		units, rest = units[at+1:], rest[n+1:]
	}
	return d, nil
}
