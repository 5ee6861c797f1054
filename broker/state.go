package broker

import (
	"slices"

	"github.com/rogatory/rogatory/evidence"
)

// Phase is where a request stands.
type Phase string

// The phases.
const (
	PhaseNone                 Phase = ""
	PhaseRejected             Phase = "rejected"
	PhaseAwaitingValidation   Phase = "awaiting_validation"
	PhaseAwaitingNotification Phase = "awaiting_notification"
	PhaseAwaitingReview       Phase = "awaiting_review"
	PhaseAdmitted             Phase = "admitted"
	PhaseDelivered            Phase = "delivered"
	PhaseReceived             Phase = "received"
	PhaseRecognised           Phase = "recognised"
	PhasePreserving           Phase = "preserving"
	PhaseProducing            Phase = "producing"
	PhaseProduced             Phase = "produced"
	PhaseRefused              Phase = "refused"
	PhaseObjected             Phase = "objected"
	PhaseExpired              Phase = "expired"
	PhaseWithdrawn            Phase = "withdrawn"
	PhaseClosed               Phase = "closed"
)

// Phases in the order of the documents.
var Phases = []Phase{
	PhaseNone, PhaseRejected, PhaseAwaitingValidation, PhaseAwaitingNotification, PhaseAwaitingReview, PhaseAdmitted, PhaseDelivered, PhaseReceived, PhaseRecognised,
	PhasePreserving, PhaseProducing, PhaseProduced, PhaseRefused, PhaseObjected, PhaseExpired, PhaseWithdrawn, PhaseClosed,
}

// State is where a request stands with everything that decides what may happen
// next. The broker attests it; replay computes it again.
type State struct {
	Phase Phase `json:"phase"`
	// Hold keeps produced data from leaving until the enforcing authority clears
	// or the tenth day ends [EPO-N-04].
	Hold string `json:"hold,omitempty"`
	// Suspended says why duties rest: clarification [EPO-K-06], conflict
	// [EPO-P-07], validation_refused [EPO-X-01], postponed [UNT-14].
	Suspended string `json:"suspended,omitempty"`
	// Lines is the fate of each category of each target.
	Lines []Line `json:"lines,omitempty"`
}

// Values of Hold and Suspended.
const (
	HoldClearance          = "clearance"
	SuspendedClarification = "clarification"
	SuspendedConflict      = "conflict"
	SuspendedValidation    = "validation_refused"
	SuspendedPostponed     = "postponed"
)

// Line is one category of one target, the smallest thing that is decided.
type Line struct {
	Target   int               `json:"target"`
	Category evidence.Category `json:"category"`
	Status   LineStatus        `json:"status"`
}

// LineStatus is the fate of a line.
type LineStatus string

// The statuses.
const (
	LineOpen      LineStatus = "open"
	LinePreserved LineStatus = "preserved"
	LineProduced  LineStatus = "produced"
	LineRefused   LineStatus = "refused"   // by the addressee
	LineObjected  LineStatus = "objected"  // by the enforcing authority
	LineWithdrawn LineStatus = "withdrawn" // by the issuer
)

// Equal compares two states.
func (s State) Equal(o State) bool {
	return s.Phase == o.Phase && s.Hold == o.Hold && s.Suspended == o.Suspended && slices.Equal(s.Lines, o.Lines)
}

// Over says whether nothing but reading can follow.
func (s State) Over() bool { return s.Phase == PhaseClosed }

// linesOf opens one line per target and category.
func linesOf(o *Order) []Line {
	var out []Line
	for _, t := range o.Targets {
		for _, c := range t.Categories {
			out = append(out, Line{Target: t.Number, Category: c, Status: LineOpen})
		}
	}
	return out
}

// covers says whether parts name the line; no parts name all lines.
func covers(parts []Part, l Line) bool {
	if len(parts) == 0 {
		return true
	}
	return slices.ContainsFunc(parts, func(p Part) bool {
		return p.Target == l.Target && (len(p.Categories) == 0 || slices.Contains(p.Categories, l.Category))
	})
}

// checkParts refuses parts that the order does not have.
func (s State) checkParts(parts []Part) error {
	for _, p := range parts {
		if !slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Target == p.Target }) {
			return field("parts.target", "EPO-D-05", "the order has no such target")
		}
		for _, c := range p.Categories {
			if !slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Target == p.Target && l.Category == c }) {
				return field("parts.categories", "EPO-D-05", "the target was not asked for this category")
			}
		}
	}
	return nil
}

// mark sets the status of the lines that parts name and that have one of the
// statuses from. It says whether any line changed.
func (s *State) mark(parts []Part, to LineStatus, from ...LineStatus) bool {
	changed := false
	s.Lines = slices.Clone(s.Lines)
	for i, l := range s.Lines {
		if covers(parts, l) && slices.Contains(from, l.Status) {
			s.Lines[i].Status = to
			changed = true
		}
	}
	return changed
}

// anyLine says whether a line has one of the statuses.
func (s State) anyLine(status ...LineStatus) bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return slices.Contains(status, l.Status) })
}
