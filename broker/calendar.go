package broker

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Calendar counts the days of one State.
type Calendar struct {
	State    agencies.State
	zone     *time.Location
	holidays map[string]bool // 2006-01-02
	weekend  map[time.Weekday]bool
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
	c.weekend = map[time.Weekday]bool{}
	for _, name := range s.Weekend {
		d, ok := agencies.Weekday(name)
		if !ok {
			return Calendar{}, fmt.Errorf("read calendar: %w", field("states."+string(s.Code)+".weekend", agencies.RuleUnknown, "holds what is no day of the week"))
		}
		c.weekend[d] = true
	}
	switch {
	case len(c.weekend) == 0:
		c.weekend = map[time.Weekday]bool{time.Saturday: true, time.Sunday: true}
	case len(c.weekend) > 6:
		return Calendar{}, fmt.Errorf("read calendar: %w", field("states."+string(s.Code)+".weekend", agencies.RuleSize, "leaves no working day"))
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

// Counting is how a law counts a period.
type Counting int

const (
	// Plainly: hours run from the moment itself, days to the end of the last day,
	// whatever day that is. So we count under the treaties, whose rules on periods
	// nobody has checked yet, and for the settings of a network.
	Plainly Counting = iota
	// ByUnion: Regulation (EEC, Euratom) No 1182/71 Art. 3. The hour of the event is
	// not counted (1). A period of days whose last day is a public holiday or of the
	// weekend ends with the next working day (4); one of two days or more holds at
	// least two working days (5).
	ByUnion
)

// End returns the moment at which a period that begins at from has run out.
//
// Days run to their end in the State's own time: the day of the event is not
// counted, and the period ends with the last instant of its last day, which is the
// first of the next.
func (c Calendar) End(from time.Time, p Period, by Counting) time.Time {
	local := from.In(c.zone)
	if p.Months == 0 && p.Days == 0 {
		if by == ByUnion {
			// Back to the full hour of the State's clock, and on to the next.
			into := time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
			from = from.Add(time.Hour - into)
		}
		return from.Add(time.Duration(p.Hours)*time.Hour + time.Duration(p.Minutes)*time.Minute).UTC()
	}
	event := c.day(local.Year(), local.Month(), local.Day())
	if p.Working {
		last := event
		for n := 0; n < p.Days; {
			last = nextDay(last)
			if c.Working(last) {
				n++
			}
		}
		return nextDay(last).UTC()
	}
	last := c.day(local.Year(), local.Month()+time.Month(p.Months), local.Day()+p.Days)
	if p.Months > 0 {
		// A month that lacks the date ends with its own last day.
		end := c.day(local.Year(), local.Month()+time.Month(p.Months)+1, 0)
		last = c.day(end.Year(), end.Month(), min(local.Day(), end.Day())+p.Days)
	}
	if by == ByUnion {
		last = c.unionDay(event, last, p)
	}
	return c.at(last, p.Hours, p.Minutes)
}

// unionDay moves the last day on, as Art. 3(4) and (5) of Regulation No 1182/71
// ask.
func (c Calendar) unionDay(event, last time.Time, p Period) time.Time {
	if p.Months > 0 || p.Days >= 2 {
		worked := 0
		for day := nextDay(event); !day.After(last); day = nextDay(day) {
			if c.Working(day) {
				worked++
			}
		}
		for worked < 2 {
			if last = nextDay(last); c.Working(last) {
				worked++
			}
		}
	}
	for !c.Working(last) {
		last = nextDay(last)
	}
	return last
}

// at is a time of day after the end of a day.
func (c Calendar) at(day time.Time, hours, minutes int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, hours, minutes, 0, 0, c.zone).UTC()
}

func (c Calendar) day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, c.zone)
}

// Working says whether the local day of t is a working day of the State.
func (c Calendar) Working(t time.Time) bool {
	local := t.In(c.zone)
	return !c.weekend[local.Weekday()] && !c.holidays[local.Format(time.DateOnly)]
}

// endOfDay rounds up to the end of the local day, and where the law says so to that
// of the next working day; the first instant of a day is the end of the one before.
func (c Calendar) endOfDay(t time.Time, by Counting) time.Time {
	local := t.Add(-time.Nanosecond).In(c.zone)
	last := c.day(local.Year(), local.Month(), local.Day())
	for by == ByUnion && !c.Working(last) {
		last = nextDay(last)
	}
	return nextDay(last).UTC()
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
