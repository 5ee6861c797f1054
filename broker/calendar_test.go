package broker_test

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// The boundaries of Regulation (EEC, Euratom) No 1182/71 Art. 3, on real calendars.
func TestPeriodsOfUnionLaw(t *testing.T) {
	// Public holidays of Germany around Christmas 2026, of Ireland and of France
	// around Easter 2026.
	germany := []string{"2026-12-25", "2026-12-26", "2027-01-01"}
	ireland := []string{"2026-03-17", "2026-04-06", "2026-10-26"}
	france := []string{"2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25"}
	for _, c := range []struct {
		name     string
		zone     string
		holidays []string
		weekend  []string
		period   string
		from     string // local
		plainly  string // local; the first instant after the period
		byUnion  string
	}{
		{"ten days end on a weekday", "Europe/Paris", france, nil, "P10D", "2026-09-01 10:00", "2026-09-12 00:00", "2026-09-12 00:00"},
		{"ten days end on a Saturday", "Europe/Paris", france, nil, "P10D", "2026-09-02 10:00", "2026-09-13 00:00", "2026-09-15 00:00"},
		{"ten days end on a Sunday before a bank holiday", "Europe/Dublin", ireland, nil, "P10D", "2026-10-15 09:00", "2026-10-26 00:00", "2026-10-28 00:00"},
		{"ten days end on the first of three days off", "Europe/Berlin", germany, nil, "P10D", "2026-12-15 09:00", "2026-12-26 00:00", "2026-12-29 00:00"},
		{"ten days begin a minute before midnight on a Friday", "Europe/Berlin", germany, nil, "P10D", "2026-09-04 23:59", "2026-09-15 00:00", "2026-09-15 00:00"},
		{"ten days begin with Saturday", "Europe/Berlin", germany, nil, "P10D", "2026-09-05 00:00", "2026-09-16 00:00", "2026-09-16 00:00"},
		{"sixty days over winter time end on a Sunday", "Europe/Dublin", ireland, nil, "P60D", "2026-09-02 09:00", "2026-11-02 00:00", "2026-11-03 00:00"},
		{"two days hold two working days", "Europe/Berlin", germany, nil, "P2D", "2026-12-24 12:00", "2026-12-27 00:00", "2026-12-30 00:00"},
		{"three days from Maundy Thursday", "Europe/Paris", france, nil, "P3D", "2026-04-02 12:00", "2026-04-06 00:00", "2026-04-08 00:00"},
		{"one day is no more than a day", "Europe/Paris", france, nil, "P1D", "2026-04-02 12:00", "2026-04-04 00:00", "2026-04-04 00:00"},
		{"five working days from Friday night", "Europe/Berlin", germany, nil, "P5D unit=working_day", "2026-09-04 23:59", "2026-09-12 00:00", "2026-09-12 00:00"},
		{"five working days over Christmas", "Europe/Berlin", germany, nil, "P5D unit=working_day", "2026-12-23 10:00", "2027-01-01 00:00", "2027-01-01 00:00"},
		{"five working days over New Year", "Europe/Berlin", germany, nil, "P5D unit=working_day", "2026-12-28 10:00", "2027-01-06 00:00", "2027-01-06 00:00"},
		{"five working days where Friday and Saturday are free", "Africa/Cairo", nil, []string{"friday", "saturday"}, "P5D unit=working_day", "2026-09-03 10:00", "2026-09-11 00:00", "2026-09-11 00:00"},
		{"ten days end on a Friday that is free", "Africa/Cairo", nil, []string{"friday", "saturday"}, "P10D", "2026-09-01 10:00", "2026-09-12 00:00", "2026-09-14 00:00"},
		{"over the leap day", "Europe/Paris", france, nil, "P10D", "2028-02-21 10:00", "2028-03-03 00:00", "2028-03-03 00:00"},
		{"on the leap day", "Europe/Paris", france, nil, "P8D", "2028-02-21 10:00", "2028-03-01 00:00", "2028-03-01 00:00"},
		{"a month that lacks the date", "Europe/Paris", france, nil, "P1M", "2028-01-31 10:00", "2028-03-01 00:00", "2028-03-01 00:00"},
		{"a month in another year", "Europe/Paris", france, nil, "P1M", "2026-12-15 10:00", "2027-01-16 00:00", "2027-01-16 00:00"},
		{"eight hours inside an hour", "Europe/Paris", france, nil, "PT8H", "2026-09-01 10:20", "2026-09-01 18:20", "2026-09-01 19:00"},
		{"eight hours from the full hour", "Europe/Paris", france, nil, "PT8H", "2026-09-01 10:00", "2026-09-01 18:00", "2026-09-01 19:00"},
		{"eight hours in the night of winter time", "Europe/Paris", france, nil, "PT8H", "2026-10-24 23:30", "2026-10-25 06:30", "2026-10-25 07:00"},
		{"eight hours in the night of summer time", "Europe/Paris", france, nil, "PT8H", "2026-03-28 23:30", "2026-03-29 08:30", "2026-03-29 09:00"},
		{"96 hours over a weekend rest for nobody", "Europe/Paris", france, nil, "PT96H", "2026-09-04 09:59", "2026-09-08 09:59", "2026-09-08 10:00"},
		{"hours of a clock that is half an hour off", "Asia/Kolkata", nil, nil, "PT8H", "2026-09-01 10:20", "2026-09-01 18:20", "2026-09-01 19:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cal, err := broker.NewCalendar(agencies.StateEntry{Code: "XA", TimeZone: c.zone, Holidays: c.holidays, Weekend: c.weekend})
			ok(t, err)
			zone, err := time.LoadLocation(c.zone)
			ok(t, err)
			p, err := broker.ParsePeriod(c.period)
			ok(t, err)
			from, err := time.ParseInLocation("2006-01-02 15:04", c.from, zone)
			ok(t, err)
			for by, want := range map[broker.Counting]string{broker.Plainly: c.plainly, broker.ByUnion: c.byUnion} {
				if got := cal.End(from, p, by).In(zone).Format("2006-01-02 15:04"); got != want {
					t.Errorf("counted as %d it ends %s, want %s", by, got, want)
				}
			}
		})
	}
}

// A week without a working day has no calendar, or a period of working days would
// never end.
func TestEveryWeekHasAWorkingDay(t *testing.T) {
	week := []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	for _, weekend := range [][]string{week, {"Friday"}, {"holiday"}} {
		if _, err := broker.NewCalendar(agencies.StateEntry{Code: "XA", TimeZone: "UTC", Weekend: weekend}); err == nil {
			t.Errorf("weekend %v was taken", weekend)
		}
	}
	if _, err := broker.NewCalendar(agencies.StateEntry{Code: "XA", TimeZone: "UTC", Weekend: week[:6]}); err != nil {
		t.Error(err)
	}
}

// What a network asks of its members is counted plainly, and so is every period
// under a treaty; orders of the Union are counted by its Regulation.
func TestWhichLawCounts(t *testing.T) {
	for _, c := range []struct {
		name string
		of   *broker.Order
		kind broker.ClockKind
		want time.Time
	}{
		// Received on Wednesday 2 September, so that day ten is a Saturday.
		{"production order", contentOrder(t), broker.ClockProduction, time.Date(2026, 9, 14, 23, 0, 0, 0, time.UTC)},
		{"subscriber order of a treaty", request(t, broker.Subscriber, agencies.RegimeBudapest2), broker.ClockReply, time.Date(2026, 10, 2, 23, 0, 0, 0, time.UTC)},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := laxLedger(t)
			l.now = l.now.AddDate(0, 0, 1)
			l.do(l.submit(c.of, central, official))
			if k := l.clock(broker.ClockAcknowledge); !k.Due.Equal(l.now.Add(24 * time.Hour)) {
				t.Errorf("receipt is awaited until %s", k.Due)
			}
			l.acknowledge(provider, broker.ActDeliver)
			if k := l.clock(c.kind); !k.Due.Equal(c.want) {
				t.Errorf("%s is due %s, want %s", c.kind, k.Due, c.want)
			}
			l.replay()
		})
	}
}
