package broker

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// ClockKind names a clock of a request.
type ClockKind string

// The clocks.
const (
	ClockAcknowledge   ClockKind = "acknowledge"
	ClockProduction    ClockKind = "production"
	ClockHold          ClockKind = "hold"
	ClockObjection     ClockKind = "objection"
	ClockClarification ClockKind = "clarification"
	ClockConflict      ClockKind = "conflict_objection"
	ClockExPost        ClockKind = "ex_post_validation"
	ClockPreservation  ClockKind = "preservation"
	ClockExtension     ClockKind = "preservation_extended"
	ClockRequested     ClockKind = "requested_deadline"

	ClockRecognition       ClockKind = "recognition"
	ClockRecognitionLonger ClockKind = "recognition_extended"
	ClockExecution         ClockKind = "execution"
	ClockFollowUp          ClockKind = "follow_up_request"
	ClockReply             ClockKind = "reply"
	ClockEnforcement       ClockKind = "enforcement"
	ClockInformation       ClockKind = "information"

	// Duties that outlive the request: closing or withdrawing it ends none of them.
	ClockUserNotice   ClockKind = "user_notice"
	ClockNoticeReview ClockKind = "user_notice_review"
	ClockErase        ClockKind = "delete_or_restrict"
)

// clockRule is the law of one clock. Owner is who must act before it runs out.
type clockRule struct {
	Kind   ClockKind
	Owner  Role
	Rule   string
	Period func(*Case) Period // nil: the end is in the order
	When   func(*Case) bool   // nil: always
	Text   string             // for the documents
	Ours   bool               // a setting of the network, which no law counts
	Since  int                // first table version that starts it
	Duty   bool               // it goes on when the request is over
}

// clockRules: every clock begins at a proof of receipt or at a recorded act, never
// at a date that a message states, except the end that the order itself requests.
var clockRules = []clockRule{
	{Kind: ClockAcknowledge, Owner: RoleAddressee, Rule: "network setting", Period: ackPeriod, Text: "PT24H; PT1H in an emergency", Ours: true},
	{Kind: ClockProduction, Owner: RoleAddressee, Rule: "EPO-K-01, EPO-K-02, EPO-K-03", Period: productionPeriod, When: isEPOC, Text: "P10D; PT8H in an emergency"},
	{Kind: ClockHold, Owner: RoleEnforcing, Rule: "EPO-N-04, EPO-K-02", Period: always(tenDays), When: held, Text: "P10D, notified EPOC that is no emergency"},
	{Kind: ClockObjection, Owner: RoleEnforcing, Rule: "EPO-K-04", Period: objectionPeriod, When: notified, Text: "P10D; PT96H in an emergency"},
	{Kind: ClockClarification, Owner: RoleIssuer, Rule: "EPO-K-06", Period: always(fiveDays), Text: "P5D"},
	{Kind: ClockConflict, Owner: RoleAddressee, Rule: "EPO-K-10", Period: always(tenDays), When: isEPOC, Text: "P10D"},
	{Kind: ClockExPost, Owner: RoleIssuer, Rule: "EPO-K-09", Period: always(fortyEight), When: unvalidatedEmergency, Text: "PT48H, emergency without validation"},
	{Kind: ClockPreservation, Owner: RoleAddressee, Rule: "EPO-K-07", Period: always(sixtyDays), When: isEPOCPR, Text: "P60D"},
	{Kind: ClockExtension, Owner: RoleAddressee, Rule: "EPO-K-07", Period: always(ninetyDays), When: isEPOCPR, Text: "P60D and once P30D, from receipt"},
	{Kind: ClockRequested, Owner: RoleAddressee, Rule: "UNT-13", When: asksDeadline, Text: "the date the order requests"},
	{Kind: ClockRecognition, Owner: RoleAddressee, Rule: "EIO-06", Period: always(thirtyDays), When: isEIO, Text: "P30D"},
	{Kind: ClockRecognitionLonger, Owner: RoleAddressee, Rule: "EIO-06", Period: delayedPeriod, When: isEIO, Text: "P30D and once at most P30D, from receipt"},
	{Kind: ClockExecution, Owner: RoleAddressee, Rule: "EIO-06", Period: always(ninetyDays), When: isEIO, Text: "P90D, from recognition"},
	{Kind: ClockFollowUp, Owner: RoleIssuer, Rule: "BUD-14, UNC-11", Period: always(sixtyDays), When: preservesFor, Text: "P60D: for so long at least the data are kept for a request to follow"},
	{Kind: ClockReply, Owner: RoleAddressee, Rule: "CET-06", Period: always(thirtyDays), When: isSubscriber, Text: "P30D, or the later date the order requests"},
	{Kind: ClockEnforcement, Owner: RoleEnforcing, Rule: "EPO-K-11", Period: always(fiveWorking), Text: "P5D unit=working_day, from receipt of the transmission for enforcement"},
	{Kind: ClockInformation, Owner: RoleIssuer, Rule: "EPO-K-11", Period: always(fiveWorking), Text: "P5D unit=working_day, question of the enforcing authority about an enforcement"},
	{Kind: ClockUserNotice, Owner: RoleIssuer, Rule: "EPO-P-05; network setting", Period: always(thirtyDays), When: owesNotice, Text: "P30D; the law says without undue delay", Ours: true, Since: 1, Duty: true},
	{Kind: ClockNoticeReview, Owner: RoleIssuer, Rule: "EPO-P-06; network setting", Period: always(ninetyDays), Text: "P90D; the law says as long as the ground is met", Ours: true, Since: 1, Duty: true},
	{Kind: ClockErase, Owner: RoleIssuer, Rule: "EPO-X-01, EPO-X-02; network setting", Period: always(tenDays), When: owesDeletion, Text: "P10D; the law sets no time", Ours: true, Since: 1, Duty: true},
}

func always(p Period) func(*Case) Period { return func(*Case) Period { return p } }

func emergency(c *Case) bool { return c.Order != nil && c.Order.Emergency != nil }

func ackPeriod(c *Case) Period {
	if emergency(c) {
		return oneHour
	}
	return oneDay
}

func productionPeriod(c *Case) Period {
	if emergency(c) {
		return eightHours
	}
	return tenDays
}

func objectionPeriod(c *Case) Period {
	if emergency(c) {
		return ninetySix
	}
	return tenDays
}

func delayedPeriod(c *Case) Period {
	return Period{Duration: policy.Duration{Days: thirtyDays.Days + c.Delayed}}
}

func isEPOC(c *Case) bool       { return c.Instrument == EPOC }
func isEPOCPR(c *Case) bool     { return c.Instrument == EPOCPR }
func isEIO(c *Case) bool        { return c.Instrument == EIO }
func isSubscriber(c *Case) bool { return c.Instrument == Subscriber }
func held(c *Case) bool         { return c.State.Hold != "" }
func notified(c *Case) bool     { return isEPOC(c) && c.Parties.Enforcing != "" }
func asksDeadline(c *Case) bool { return c.Order != nil && c.Order.Deadline != nil }

func unvalidatedEmergency(c *Case) bool {
	return emergency(c) && c.Order.Emergency.ValidationUnobtainable && c.Validated == nil
}

func clockRuleOf(kind ClockKind) (clockRule, bool) {
	i := slices.IndexFunc(clockRules, func(r clockRule) bool { return r.Kind == kind })
	if i < 0 {
		return clockRule{}, false
	}
	return clockRules[i], true
}

// ClockStatus says whether a clock runs.
type ClockStatus string

// The statuses.
const (
	Running      ClockStatus = "running"
	SuspendedRun ClockStatus = "suspended"
	Stopped      ClockStatus = "stopped"
	Expired      ClockStatus = "expired"
)

// Clock is one clock of a case.
type Clock struct {
	Kind      ClockKind   `json:"kind"`
	Owner     agencies.ID `json:"owner"`
	Rule      string      `json:"rule"`
	Period    string      `json:"period,omitempty"`
	From      time.Time   `json:"from"`
	Warn      time.Time   `json:"warn"`
	Due       time.Time   `json:"due"`
	Status    ClockStatus `json:"status"`
	Warned    bool        `json:"warned,omitempty"`
	Suspended time.Time   `json:"suspended_at,omitzero"`
}

// ClockChange is what happens to a clock.
type ClockChange string

// The changes.
const (
	ClockStarted   ClockChange = "started"
	ClockSuspended ClockChange = "suspended"
	ClockResumed   ClockChange = "resumed"
	ClockStopped   ClockChange = "stopped"
	ClockWarned    ClockChange = "warned"
	ClockExpired   ClockChange = "expired"
)

// ClockEvent is one change as the broker attests it. Ends are attested, because
// they were counted with the calendars of the day; replay takes them from here
// and CheckClocks counts them again.
type ClockEvent struct {
	Kind   ClockKind   `json:"kind"`
	Change ClockChange `json:"change"`
	Owner  agencies.ID `json:"owner"`
	Rule   string      `json:"rule"`
	Period string      `json:"period,omitempty"`
	From   time.Time   `json:"from,omitzero"`
	Warn   time.Time   `json:"warn,omitzero"`
	Due    time.Time   `json:"due,omitzero"`
}

// warnBefore is how long before the end a clock warns: a quarter of its time, at
// most two days. It is ours, not law.
func warnBefore(from, due time.Time) time.Time {
	return due.Add(-min(due.Sub(from)/4, 48*time.Hour)).Truncate(time.Second)
}

// Due lists what the clocks of the case ask for at now, the oldest first: an
// expiry for each clock that has run out, else a warning for each whose warning
// is due. Each becomes one warn or expire act.
func Due(c Case, now time.Time) []ClockEvent {
	var out []ClockEvent
	for _, k := range c.Clocks {
		if k.Status != Running {
			continue
		}
		switch {
		case !now.Before(k.Due):
			out = append(out, k.event(ClockExpired))
		case !k.Warned && !now.Before(k.Warn):
			out = append(out, k.event(ClockWarned))
		}
	}
	slices.SortStableFunc(out, func(a, b ClockEvent) int { return a.Due.Compare(b.Due) })
	return out
}

// NextDue is the next moment at which Due will have something to say; false when
// no clock runs.
func NextDue(c Case) (time.Time, bool) {
	var next time.Time
	for _, k := range c.Clocks {
		if k.Status != Running {
			continue
		}
		at := k.Warn
		if k.Warned {
			at = k.Due
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next, !next.IsZero()
}

func (k Clock) event(change ClockChange) ClockEvent {
	return ClockEvent{Kind: k.Kind, Change: change, Owner: k.Owner, Rule: k.Rule, Period: k.Period, From: k.From, Warn: k.Warn, Due: k.Due}
}

// Clock returns the newest clock of a kind.
func (c *Case) Clock(kind ClockKind) (Clock, bool) {
	for _, k := range slices.Backward(c.Clocks) {
		if k.Kind == kind {
			return k, true
		}
	}
	return Clock{}, false
}

func (c *Case) running(kind ClockKind) *Clock {
	for i := len(c.Clocks) - 1; i >= 0; i-- {
		if k := &c.Clocks[i]; k.Kind == kind && (k.Status == Running || k.Status == SuspendedRun) {
			return k
		}
	}
	return nil
}
