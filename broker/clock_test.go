package broker_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

func calendar(t testing.TB, zone string, holidays ...string) broker.Calendar {
	t.Helper()
	c, err := broker.NewCalendar(agencies.StateEntry{Code: "XA", TimeZone: zone, Holidays: holidays})
	ok(t, err)
	return c
}

func TestPeriodsEnd(t *testing.T) {
	for _, c := range []struct {
		name, zone, period, from, end string
	}{
		{"ten days from the morning", "Europe/Paris", "P10D", "2026-09-01T06:00:00Z", "2026-09-11T22:00:00Z"},
		{"ten days from a minute to midnight", "Europe/Paris", "P10D", "2026-09-01T21:59:00Z", "2026-09-11T22:00:00Z"},
		{"ten days from midnight", "Europe/Paris", "P10D", "2026-09-01T22:00:00Z", "2026-09-12T22:00:00Z"},
		{"ten days over the change to winter time", "Europe/Paris", "P10D", "2026-10-20T10:00:00Z", "2026-10-30T23:00:00Z"},
		{"ten days over the change to summer time", "Europe/Paris", "P10D", "2026-03-25T10:00:00Z", "2026-04-04T22:00:00Z"},
		{"eight hours over the change", "Europe/Paris", "PT8H", "2026-10-25T00:00:00Z", "2026-10-25T08:00:00Z"},
		{"96 hours", "Europe/Paris", "PT96H", "2026-09-01T06:00:01Z", "2026-09-05T06:00:01Z"},
		{"48 hours", "America/New_York", "PT48H", "2026-09-01T06:00:00Z", "2026-09-03T06:00:00Z"},
		{"sixty days", "Europe/Dublin", "P60D", "2026-09-01T09:00:00Z", "2026-11-01T00:00:00Z"},
		{"five days with a weekend", "UTC", "P5D", "2026-09-03T10:00:00Z", "2026-09-09T00:00:00Z"},
		{"five working days with a weekend", "UTC", "P5D unit=working_day", "2026-09-03T10:00:00Z", "2026-09-11T00:00:00Z"},
		{"five working days with a holiday", "Europe/Paris", "P5D unit=working_day", "2026-09-03T10:00:00Z", "2026-09-11T22:00:00Z"},
		{"working days from a Sunday", "UTC", "P5D unit=working_day", "2026-09-06T10:00:00Z", "2026-09-12T00:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := broker.ParsePeriod(c.period)
			ok(t, err)
			from, err := time.Parse(time.RFC3339, c.from)
			ok(t, err)
			if got := calendar(t, c.zone, "2026-09-07").End(from, p, broker.Plainly).Format(time.RFC3339); c.zone == "Europe/Paris" && got != c.end {
				t.Errorf("ends %s, want %s", got, c.end)
			}
			if got := calendar(t, c.zone).End(from, p, broker.Plainly).Format(time.RFC3339); c.zone != "Europe/Paris" && got != c.end {
				t.Errorf("ends %s, want %s", got, c.end)
			}
		})
	}
}

func TestPeriodsAreWrittenOneWay(t *testing.T) {
	for _, s := range []string{"P10D", "PT8H", "PT96H", "P5D", "P5D unit=working_day", "P60D", "P1M", "P1DT12H"} {
		p, err := broker.ParsePeriod(s)
		if err != nil || p.String() != s {
			t.Errorf("%s reads as %s: %v", s, p, err)
		}
	}
	for _, s := range []string{"", "P", "10D", "P0D", "P010D", "PT8H unit=working_day", "P5D unit=working_days", "P1W"} {
		if p, err := broker.ParsePeriod(s); err == nil {
			t.Errorf("%q reads as %s", s, p)
		}
	}
}

func TestCalendarsAreOfTheTrustList(t *testing.T) {
	for _, zone := range []string{"", "Local", "Europe/Nowhere", "../etc/passwd"} {
		if _, err := broker.NewCalendar(agencies.StateEntry{Code: "XA", TimeZone: zone}); err == nil {
			t.Errorf("zone %q was taken", zone)
		}
	}
	if _, err := broker.CalendarsOf(theWorld().list())("XX"); err == nil {
		t.Error("a State that is not on the list has a calendar")
	}
}

// Properties that hold in every zone and at every moment.
func TestPeriodProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca"}).Draw(t, "zone")
		cal, err := broker.NewCalendar(agencies.StateEntry{Code: "XA", TimeZone: zone, Holidays: []string{"2026-12-25", "2027-01-01"}})
		if err != nil {
			t.Fatal(err)
		}
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		from := time.Unix(rapid.Int64Range(1_770_000_000, 1_830_000_000).Draw(t, "from"), 0).UTC()
		n := rapid.IntRange(1, 90).Draw(t, "n")
		days := broker.Period{}
		days.Days = n
		end := cal.End(from, days, broker.Plainly)
		if h, m, s := end.In(location).Clock(); h+m+s != 0 && zone != "Africa/Casablanca" {
			t.Fatalf("days end at %s, not at midnight", end.In(location))
		}
		if got := cal.Days(from, end.Add(-time.Second)); got != n {
			t.Fatalf("the last second is on day %d, want %d", got, n)
		}
		if got := cal.Days(from, end); got != n+1 {
			t.Fatalf("the end is on day %d, want %d", got, n+1)
		}
		later := cal.End(from.Add(time.Second), days, broker.Plainly)
		if later.Before(end) {
			t.Fatal("a later start ends earlier")
		}
		working := days
		working.Working = true
		if cal.End(from, working, broker.ByUnion).Before(end) {
			t.Fatal("working days end before calendar days")
		}
		if !cal.Working(cal.End(from, working, broker.ByUnion).Add(-time.Second)) {
			t.Fatal("the last working day is none")
		}
		union := cal.End(from, days, broker.ByUnion)
		if union.Before(end) || union.After(end.AddDate(0, 0, 6)) {
			t.Fatalf("%d days end %s, by Regulation No 1182/71 %s", n, end, union)
		}
		if !cal.Working(union.Add(-time.Second)) {
			t.Fatal("by Regulation No 1182/71 a period ended with a day off")
		}
		hours := broker.Period{}
		hours.Hours = n
		if got := cal.End(from, hours, broker.Plainly).Sub(from); got != time.Duration(n)*time.Hour {
			t.Fatalf("%d hours last %s", n, got)
		}
		got := cal.End(from, hours, broker.ByUnion)
		if past := got.Sub(from) - time.Duration(n)*time.Hour; past <= 0 || past > time.Hour {
			t.Fatalf("%d hours end %s late by Regulation No 1182/71", n, past)
		}
		if m := got.In(location).Minute(); m != 0 {
			t.Fatalf("hours end at minute %d", m)
		}
	})
}

// Each clock warns once and ends once, whatever the steps in which time passes.
func TestClocksWarnOnceAndEndOnce(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	heard := map[string]int{}
	for range 30 {
		l.now = l.now.Add(13 * time.Hour)
		if next, runs := broker.NextDue(l.c); runs && next.After(l.now) != (len(broker.Due(l.c, l.now)) == 0) {
			t.Fatalf("NextDue says %s, Due says %v", next, broker.Due(l.c, l.now))
		}
		for _, ev := range l.tick() {
			heard[string(ev.Kind)+" "+string(ev.Change)]++
		}
	}
	for _, kind := range []broker.ClockKind{broker.ClockProduction, broker.ClockHold, broker.ClockConflict} {
		for _, change := range []broker.ClockChange{broker.ClockWarned, broker.ClockExpired} {
			if n := heard[string(kind)+" "+string(change)]; n != 1 {
				t.Errorf("%s %s %d times, want once", kind, change, n)
			}
		}
	}
	negative := 0
	for _, p := range l.c.Receipts {
		if p.Code == broker.ReceiptNotDone && p.For == court {
			negative++
		}
	}
	if negative != 1 {
		t.Errorf("%d negative receipts for the court, want 1 for production", negative)
	}
	l.replay()
}

// A copy that nobody signs for becomes negative evidence.
func TestSilenceOfTheAddresseeIsWitnessed(t *testing.T) {
	l := newLedger(t)
	l.do(l.submit(subscriberOrder(t), court, judge))
	l.now = l.now.Add(24 * time.Hour)
	l.tick()
	last := l.c.Receipts[len(l.c.Receipts)-1]
	if last.Code != broker.ReceiptNotReceived || last.Event != "E.2 ContentHandoverFailure" || !last.Code.Negative() {
		t.Errorf("receipt is %+v", last)
	}
	l.do(l.say(provider, "", []agencies.ID{court}, &broker.Acknowledgement{Of: l.entry(broker.ActDeliver, provider)}, nil))
	l.phase(broker.PhaseReceived)
}

// The broker cannot end a clock before its time, nor one that does not run.
func TestClocksCannotBeForced(t *testing.T) {
	l := newLedger(t)
	l.received(contentOrder(t))
	k, _ := l.c.Clock(broker.ClockHold)
	ev := broker.ClockEvent{Kind: k.Kind, Change: broker.ClockExpired, Owner: k.Owner, Rule: k.Rule, Period: k.Period, From: k.From, Warn: k.Warn, Due: k.Due}
	end := func(ev broker.ClockEvent) error {
		return l.tryFill(broker.Attestation{Act: broker.ActExpire, ID: agencies.NewID(), From: theBroker, Clocks: []broker.ClockEvent{ev}}, broker.Leg{})
	}
	wantField(t, end(ev), "clocks", "clock")
	ev.Kind = broker.ClockPreservation
	if err := end(ev); err == nil {
		t.Error("a clock that does not run was ended")
	}
}
