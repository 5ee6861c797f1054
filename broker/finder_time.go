package broker

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// later says whether the case has a record of a later table than the first. What is
// found otherwise since then is found so from such a record on, because an auditor
// finds the facts of older ones again: no day past a period is counted while its
// clock runs, and conditions are those of the exhibit.
func (f *finder) later() bool { return f.c.Table >= 1 }

// objectionHours are those from the notification to a ground. One that came while
// the clock ran is in time, however the law counts its period [EPO-K-04].
func (f *finder) objectionHours(at time.Time) int {
	n := hours(f.c.NotifiedAt, at)
	if k, ok := f.c.Clock(ClockObjection); ok && f.later() && at.Before(k.Due) {
		p := objectionPeriod(f.c)
		n = min(n, 24*p.Days+p.Hours)
	}
	return n
}

// receipt: how long ago a party signed for its copy.
func (f *finder) receipt(id agencies.ID) error {
	at := f.c.received(id)
	if at.IsZero() {
		return fmt.Errorf("find facts: %w", field("receipt", "EPO-K-01", "the party has not acknowledged receipt"))
	}
	days := f.days(at, f.known.Now, id)
	if k := f.c.running(ClockObjection); f.later() && k != nil && k.Owner == id && f.known.Now.Before(k.Due) {
		days = min(days, tenDays.Days) // as in objectionHours
	}
	f.put("days_since_receipt", days, "ledger")
	f.put("hours_since_receipt", hours(at, f.known.Now), "ledger")
	return nil
}

// preservation: the day of the sixty, or ninety.
func (f *finder) preservation() {
	at := f.c.received(f.c.Parties.Addressee)
	day := f.days(at, f.known.Now, f.c.Parties.Addressee)
	// A sixtieth day that is a holiday may end on the sixty-second.
	for _, k := range f.c.Clocks {
		if p, err := ParsePeriod(k.Period); f.later() && err == nil && (k.Kind == ClockPreservation || k.Kind == ClockExtension) && k.Status == Running && f.known.Now.Before(k.Due) {
			day = min(day, p.Days)
		}
	}
	f.put("day_of_preservation", day, "ledger")
	f.put("extensions_so_far", f.c.Extended, "ledger")
}

// days counts in the calendar of the agency's State, and in UTC when the trust
// list has none.
func (f *finder) days(from, to time.Time, id agencies.ID) int {
	if from.IsZero() || to.Before(from) {
		return 0
	}
	cal := Calendar{zone: time.UTC}
	if s, ok := f.known.List.State(id.State()); ok {
		if read, err := NewCalendar(*s); err == nil {
			cal = read
		}
	}
	return cal.Days(from, to)
}

// hours counts begun hours: 49 are reached with the first second after 48, so that
// no rule about «within 48 hours» is a second too generous.
func hours(from, to time.Time) int {
	if from.IsZero() || !to.After(from) {
		return 0
	}
	return int((to.Sub(from) + time.Hour - 1) / time.Hour)
}
