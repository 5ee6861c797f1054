package broker

import (
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Period is a statutory time: an ISO 8601 duration, and for days whether they are
// calendar or working days, which ISO 8601 cannot say.
type Period struct {
	policy.Duration
	Working bool
}

// The periods of the rule table.
var (
	tenDays       = Period{Duration: policy.Duration{Days: 10}}
	eightHours    = Period{Duration: policy.Duration{Hours: 8}}
	ninetySix     = Period{Duration: policy.Duration{Hours: 96}}
	fortyEight    = Period{Duration: policy.Duration{Hours: 48}}
	fiveDays      = Period{Duration: policy.Duration{Days: 5}}
	fiveWorking   = Period{Duration: policy.Duration{Days: 5}, Working: true}
	sixtyDays     = Period{Duration: policy.Duration{Days: 60}}
	thirtyDays    = Period{Duration: policy.Duration{Days: 30}}
	ninetyDays    = Period{Duration: policy.Duration{Days: 90}} // sixty and the additional thirty
	oneDay        = Period{Duration: policy.Duration{Hours: 24}}
	oneHour       = Period{Duration: policy.Duration{Hours: 1}}
	workingSuffix = " unit=working_day"
)

// String is the form of the rule table: "P10D", "PT8H", "P5D unit=working_day".
func (p Period) String() string {
	var b strings.Builder
	b.WriteByte('P')
	for _, part := range []struct {
		n    int
		unit byte
	}{{p.Months, 'M'}, {p.Days, 'D'}} {
		if part.n > 0 {
			fmt.Fprintf(&b, "%d%c", part.n, part.unit)
		}
	}
	if p.Hours > 0 || p.Minutes > 0 {
		b.WriteByte('T')
		if p.Hours > 0 {
			fmt.Fprintf(&b, "%dH", p.Hours)
		}
		if p.Minutes > 0 {
			fmt.Fprintf(&b, "%dM", p.Minutes)
		}
	}
	if p.Working {
		b.WriteString(workingSuffix)
	}
	return b.String()
}

// ParsePeriod reads what String writes.
func ParsePeriod(s string) (Period, error) {
	iso, working := strings.CutSuffix(s, workingSuffix)
	d, err := policy.ParseDuration(iso)
	if err != nil {
		return Period{}, err
	}
	p := Period{Duration: d, Working: working}
	if p.String() != s || working && d != (policy.Duration{Days: d.Days}) {
		return Period{}, field("period", agencies.RuleFormat, "is not written in its one form")
	}
	return p, nil
}
