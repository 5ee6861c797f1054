package broker

import (
	"fmt"
	"strings"
	"time"

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

// Calendar counts the days of one State.
type Calendar struct {
	State    agencies.State
	zone     *time.Location
	holidays map[string]bool // 2006-01-02
}

// NewCalendar reads the time zone and the holidays of a State from the trust list.
func NewCalendar(s agencies.StateEntry) (Calendar, error) {
	// LoadLocation takes "Local" for the zone of this machine, which is nobody's law.
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		return Calendar{}, fmt.Errorf("read calendar: %w", field("states."+string(s.Code)+".time_zone", agencies.RuleUnknown, "is no time zone of the IANA database"))
	}
	c := Calendar{State: s.Code, zone: zone, holidays: map[string]bool{}}
	for _, h := range s.Holidays {
		if _, err := time.Parse(time.DateOnly, h); err != nil {
			return Calendar{}, fmt.Errorf("read calendar: %w", field("states."+string(s.Code)+".holidays", agencies.RuleTime, "holds what is no date"))
		}
		c.holidays[h] = true
	}
	return c, nil
}

// Calendars finds the calendar of a State. It is an error when there is none: a
// clock without its calendar is not started.
type Calendars func(agencies.State) (Calendar, error)

// CalendarsOf reads the calendars from a trust list.
func CalendarsOf(l *agencies.TrustList) Calendars {
	return func(code agencies.State) (Calendar, error) {
		for _, s := range l.States {
			if s.Code == code {
				return NewCalendar(s)
			}
		}
		return Calendar{}, fmt.Errorf("read calendar: %w", field("states", agencies.RuleUnknown, "State is not on the trust list"))
	}
}

// End returns the moment at which a period that begins at from has run out.
//
// Hours run from the moment itself. Days run to their end in the State's own time:
// the day of the event is not counted, and the period ends with the last instant
// of its last day, which is the first of the next. Neither a weekend nor a holiday
// lengthens calendar days; whether they should is a question to counsel, since the
// rule table says only "days".
func (c Calendar) End(from time.Time, p Period) time.Time {
	if p.Months == 0 && p.Days == 0 {
		return from.Add(time.Duration(p.Hours)*time.Hour + time.Duration(p.Minutes)*time.Minute).UTC()
	}
	local := from.In(c.zone)
	if !p.Working {
		end := time.Date(local.Year(), local.Month()+time.Month(p.Months), local.Day()+p.Days+1, p.Hours, p.Minutes, 0, 0, c.zone)
		return end.UTC()
	}
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, c.zone)
	for n := 0; n < p.Days; {
		day = nextDay(day)
		if c.Working(day) {
			n++
		}
	}
	return nextDay(day).UTC()
}

// Working says whether the local day of t is a working day of the State.
func (c Calendar) Working(t time.Time) bool {
	local := t.In(c.zone)
	if d := local.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	return !c.holidays[local.Format(time.DateOnly)]
}

// endOfDay rounds up to the end of the local day; the first instant of a day is
// the end of the one before.
func (c Calendar) endOfDay(t time.Time) time.Time {
	local := t.In(c.zone)
	start := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, c.zone)
	if start.Equal(local) {
		return t.UTC()
	}
	return nextDay(start).UTC()
}

// Days counts the local midnights between two moments: 0 on the day itself.
func (c Calendar) Days(from, to time.Time) int {
	a, b := from.In(c.zone), to.In(c.zone)
	// Counted between dates in UTC, because a local day has 23, 24 or 25 hours.
	da := time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, time.UTC)
	db := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return int(db.Sub(da) / (24 * time.Hour))
}

func nextDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
}
