package broker

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// endTimes says when a clock ends. There are two: the calendars of the trust list,
// with which the broker counts, and the attestation, from which a reader replays.
type endTimes interface {
	// start returns warning and end of a clock that starts at from.
	start(kind ClockKind, owner agencies.ID, from time.Time, p Period, by Counting) (warn, due time.Time, err error)
	// resume returns warning and end of a clock that rested until at.
	resume(k Clock, at time.Time, by Counting) (warn, due time.Time, err error)
}

func (cals Calendars) start(_ ClockKind, owner agencies.ID, from time.Time, p Period, by Counting) (warn, due time.Time, err error) {
	cal, err := cals(owner.State())
	if err != nil {
		return warn, due, err
	}
	due = cal.End(from, p, by)
	return warnBefore(from, due), due, nil
}

// resume gives back the time that was left. Days again run to the end of a day.
// The Regulation says that duties are suspended until clarified, not how the rest
// is counted; giving back what was left is our reading [EPO-K-06].
func (cals Calendars) resume(k Clock, at time.Time, by Counting) (warn, due time.Time, err error) {
	rested := at.Sub(k.Suspended)
	due = k.Due.Add(rested)
	if p, err := ParsePeriod(k.Period); err == nil && p.Days > 0 {
		cal, err := cals(k.Owner.State())
		if err != nil {
			return warn, due, err
		}
		due = cal.endOfDay(due, by)
	}
	return warnBefore(at, due), due, nil
}

type attestedTimes struct{ events []ClockEvent }

func (a attestedTimes) find(kind ClockKind, change ClockChange) (warn, due time.Time, err error) {
	i := slices.IndexFunc(a.events, func(ev ClockEvent) bool { return ev.Kind == kind && ev.Change == change })
	if i < 0 {
		return warn, due, attested("clocks", fmt.Sprintf("lack %s of %s", change, kind))
	}
	return a.events[i].Warn, a.events[i].Due, nil
}

func (a attestedTimes) start(kind ClockKind, _ agencies.ID, _ time.Time, _ Period, _ Counting) (warn, due time.Time, err error) {
	return a.find(kind, ClockStarted)
}

func (a attestedTimes) resume(k Clock, _ time.Time, _ Counting) (warn, due time.Time, err error) {
	return a.find(k.Kind, ClockResumed)
}

// turn moves the clocks as the row says and returns what was done to them.
func (c *Case) turn(e *event, lifted bool, times endTimes) ([]ClockEvent, error) {
	var out []ClockEvent
	row, at := e.row, e.att.At
	if e.att.Act == ActWarn || e.att.Act == ActExpire {
		change := ClockWarned
		if e.att.Act == ActExpire {
			change = ClockExpired
		}
		k, _ := c.Clock(e.att.Clocks[0].Kind)
		out = append(out, k.event(change))
	}
	// Started before others stop: the extension begins where preservation ends. What
	// starts here is not what the row stops.
	old := len(c.Clocks)
	for _, kind := range row.Start {
		k, ok, err := c.startClock(kind, e, times)
		if err != nil {
			return nil, err
		}
		if ok {
			c.Clocks = append(c.Clocks, k)
			out = append(out, k.event(ClockStarted))
		}
	}
	for i := range c.Clocks[:old] {
		k := &c.Clocks[i]
		switch {
		case k.Status != Running && k.Status != SuspendedRun:
		case slices.Contains(row.Stop, k.Kind) || slices.Contains(row.Stop, all) && !k.Kind.duty():
			k.Status = Stopped
			out = append(out, k.event(ClockStopped))
		case slices.Contains(row.Pause, k.Kind) && k.Status == Running:
			k.Status, k.Suspended = SuspendedRun, at
			out = append(out, k.event(ClockSuspended))
		case lifted && slices.Contains(row.Resume, k.Kind) && k.Status == SuspendedRun:
			warn, due, err := times.resume(*k, at, c.counted(k.Kind, e.att.Table))
			if err != nil {
				return nil, err
			}
			if due.Before(k.Due) || warn.After(due) {
				return nil, attested("clocks", "end before they did")
			}
			k.Status, k.Suspended, k.Warn, k.Due = Running, time.Time{}, warn, due
			k.Warned = k.Warned && !at.Before(warn)
			out = append(out, k.event(ClockResumed))
		}
	}
	return out, nil
}

// counted is how the law of the request counts the period of a clock. The first
// table counted every one plainly.
func (c *Case) counted(kind ClockKind, table int) Counting {
	if rule, _ := clockRuleOf(kind); table >= 1 && !rule.Ours && c.Order.ofUnion() {
		return ByUnion
	}
	return Plainly
}

func (c *Case) startClock(kind ClockKind, e *event, times endTimes) (Clock, bool, error) {
	rule, ok := clockRuleOf(kind)
	at := e.att.At
	if !ok || e.att.Table < rule.Since || rule.When != nil && !rule.When(c) {
		return Clock{}, false, nil
	}
	owner := c.owner(rule.Owner)
	if owner == "" {
		return Clock{}, false, nil
	}
	k := Clock{Kind: kind, Owner: owner, Rule: rule.Rule, From: at, Status: Running}
	// Additional days follow the first ones, whenever they were asked for: both are
	// counted from receipt, so that no midnight is counted twice.
	first := map[ClockKind]ClockKind{ClockExtension: ClockPreservation, ClockRecognitionLonger: ClockRecognition}
	if p := c.running(first[kind]); p != nil {
		k.From = p.From
	}
	var err error
	if rule.Period == nil {
		// The order's own date. One that has passed already is due at once.
		k.Due = *c.Order.Deadline
		if k.Due.Before(at) {
			k.Due = at
		}
		k.Warn = warnBefore(at, k.Due)
		return k, true, nil
	}
	p := rule.Period(c)
	k.Period = p.String()
	if k.Warn, k.Due, err = times.start(kind, owner, k.From, p, c.counted(kind, e.att.Table)); err != nil {
		return Clock{}, false, fmt.Errorf("start clock %s: %w", kind, err)
	}
	if d := c.Order.Deadline; kind == ClockReply && d != nil && d.After(k.Due) {
		k.Due, k.Warn = *d, warnBefore(at, *d)
	}
	if k.Due.Before(k.From) || k.Warn.After(k.Due) {
		return Clock{}, false, attested("clocks", "end before they begin")
	}
	return k, true, nil
}

// owner is the agency that must act before the clock runs out.
func (c *Case) owner(r Role) agencies.ID {
	switch r {
	case RoleIssuer:
		return c.Parties.Issuer
	case RoleAddressee:
		return c.Parties.Addressee
	case RoleEnforcing:
		return c.Parties.Enforcing
	}
	return ""
}

// duty says whether a clock goes on when the request is over.
func (k ClockKind) duty() bool {
	rule, _ := clockRuleOf(k)
	return rule.Duty
}

// CheckClocks counts the clocks that a record started or resumed again with the
// calendars of the trust list in force then. Apply takes attested ends as they
// are; an auditor asks here whether they are right. before is the case before the
// record.
func CheckClocks(before Case, a Attestation, calendars Calendars, said ...Spoken) error {
	_, want, err := step(before, a, said, calendars)
	if err != nil {
		return err
	}
	return compare(want, a)
}

func sameClock(a, b ClockEvent) bool {
	return a.Kind == b.Kind && a.Change == b.Change && a.Owner == b.Owner && a.Rule == b.Rule && a.Period == b.Period &&
		a.From.Equal(b.From) && a.Warn.Equal(b.Warn) && a.Due.Equal(b.Due)
}
