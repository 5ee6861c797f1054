package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// ReceiptCode says what the broker bears witness to.
type ReceiptCode string

// The receipts.
const (
	ReceiptAccepted    ReceiptCode = "submission_accepted"
	ReceiptRejected    ReceiptCode = "submission_rejected"
	ReceiptAvailable   ReceiptCode = "made_available" // lies in the recipient's inbox
	ReceiptReceived    ReceiptCode = "received"       // the recipient signed that it has it
	ReceiptNotReceived ReceiptCode = "not_received"   // nobody signed in time
	ReceiptRetrieved   ReceiptCode = "retrieved"
	ReceiptHandedOver  ReceiptCode = "handed_over"
	ReceiptNotDone     ReceiptCode = "not_done" // a clock ran out in silence
	ReceiptReminded    ReceiptCode = "reminded"
)

// receiptEvents gives each receipt the meaning of an ETSI EN 319 522 event: its
// letter group and name. The own ones have no counterpart there: a reminder, and
// silence after handover.
var receiptEvents = []struct {
	Code  ReceiptCode
	Event string
	Text  string
}{
	{ReceiptAccepted, "A.1 SubmissionAcceptance", "the act is in the ledger"},
	{ReceiptRejected, "A.2 SubmissionRejection", "the act was refused; nothing changed"},
	{ReceiptAvailable, "D.1 ContentConsignment", "the content lies in the recipient's inbox, or the exhibit is released"},
	{ReceiptReceived, "E.1 ContentHandover", "the recipient signed for it; clocks run from here"},
	{ReceiptNotReceived, "E.2 ContentHandoverFailure", "nobody signed for it in time"},
	{ReceiptRetrieved, "E.1 ContentHandover", "the recipient may fetch, and was given the way"},
	{ReceiptHandedOver, "E.1 ContentHandover", "giver and taker signed over the same bytes"},
	{ReceiptNotDone, "", "the clock ran out and the act did not come"},
	{ReceiptReminded, "", "the end of a clock is near"},
}

// Event is the ETSI EN 319 522 event that the receipt means, or "".
func (c ReceiptCode) Event() string {
	for _, r := range receiptEvents {
		if r.Code == c {
			return r.Event
		}
	}
	return ""
}

// Negative says whether the receipt bears witness to something that did not happen.
func (c ReceiptCode) Negative() bool {
	return c == ReceiptRejected || c == ReceiptNotReceived || c == ReceiptNotDone
}

// Receipt stands inside the broker's signed attestation. It is a court's answer to
// "was it sent, was it received, when".
type Receipt struct {
	Code  ReceiptCode `json:"code"`
	Event string      `json:"event,omitempty"` // ETSI EN 319 522
	Of    string      `json:"of"`              // the act or record it bears witness to
	For   agencies.ID `json:"for"`
	// Set in a rejection.
	Reason ReasonCode `json:"reason,omitempty"`
	Field  string     `json:"field,omitempty"`
	Rule   string     `json:"rule,omitempty"`
}

// ReasonCode is why an act was not done, or not yet.
type ReasonCode string

// The reasons.
const (
	ReasonDenied       ReasonCode = "denied"
	ReasonValidation   ReasonCode = "needs_validation"
	ReasonNotification ReasonCode = "needs_notification"
	ReasonReview       ReasonCode = "human_review"
	ReasonHeld         ReasonCode = "held"
	ReasonNotFound     ReasonCode = "not_found"
	ReasonConflict     ReasonCode = "conflict"   // same id, other bytes
	ReasonTransition   ReasonCode = "transition" // not in this state, not by this party
	ReasonMalformed    ReasonCode = "malformed"
	ReasonTooLarge     ReasonCode = "too_large"
	ReasonSignature    ReasonCode = "signature"
	ReasonDigest       ReasonCode = "digest"
	ReasonUntrusted    ReasonCode = "untrusted"
	ReasonSender       ReasonCode = "sender" // the signer is not the account that sent it
	ReasonRecipient    ReasonCode = "recipient"
	ReasonDeadline     ReasonCode = "deadline"
	ReasonUnavailable  ReasonCode = "unavailable"
	ReasonInternal     ReasonCode = "internal"
)

// Exit codes of the command contract.
const (
	ExitDone       = 0
	ExitFailed     = 1
	ExitUsage      = 2
	ExitDenied     = 3
	ExitWaiting    = 4
	ExitNotFound   = 5
	ExitConflict   = 6
	ExitUnverified = 7
	ExitUntrusted  = 8
	ExitDeadline   = 9
	ExitTryAgain   = 75
)

// reasons is the one table from reason to exit code.
var reasons = []struct {
	Code ReasonCode
	Exit int
	Text string
}{
	{ReasonDenied, ExitDenied, "policy does not permit it"},
	{ReasonValidation, ExitWaiting, "waits for a judicial authority"},
	{ReasonNotification, ExitWaiting, "waits for the notification of the enforcing authority"},
	{ReasonReview, ExitWaiting, "waits for a person to decide"},
	{ReasonHeld, ExitWaiting, "waits for clearance or the end of the tenth day"},
	{ReasonNotFound, ExitNotFound, "no such request or exhibit for this agency"},
	{ReasonConflict, ExitConflict, "the id was used for something else"},
	{ReasonTransition, ExitConflict, "the act is not possible in this state, or not by this party"},
	{ReasonMalformed, ExitUsage, "a field is missing, unknown or wrong"},
	{ReasonTooLarge, ExitUsage, "the message is larger than it may be"},
	{ReasonSignature, ExitUnverified, "a signature does not verify"},
	{ReasonDigest, ExitUnverified, "a digest does not match"},
	{ReasonUntrusted, ExitUntrusted, "a key is unknown, expired or revoked"},
	{ReasonSender, ExitUntrusted, "the signer is not the agency that sent it"},
	{ReasonRecipient, ExitUntrusted, "a recipient is not on the trust list"},
	{ReasonDeadline, ExitDeadline, "the time for it has passed"},
	{ReasonUnavailable, ExitTryAgain, "the broker cannot serve now"},
	{ReasonInternal, ExitFailed, "the broker failed"},
}

// Exit is the exit code of the command contract (DESIGN.md section 10).
func (r ReasonCode) Exit() int {
	i := slices.IndexFunc(reasons, func(e struct {
		Code ReasonCode
		Exit int
		Text string
	}) bool {
		return e.Code == r
	})
	if i < 0 {
		return ExitFailed
	}
	return reasons[i].Exit
}

// Known says whether r is in the table.
func (r ReasonCode) Known() bool {
	for _, e := range reasons {
		if e.Code == r {
			return true
		}
	}
	return false
}

// Text is one plain sentence without case data.
func (r ReasonCode) Text() string {
	for _, e := range reasons {
		if e.Code == r {
			return e.Text
		}
	}
	return ""
}

// ReasonOf is the reason for an outcome that is no permit.
func ReasonOf(o policy.Outcome) ReasonCode {
	switch o {
	case policy.Permitted:
		return ""
	case policy.HumanReview:
		return ReasonReview
	case policy.NeedsNotification:
		return ReasonNotification
	case policy.NeedsValidation:
		return ReasonValidation
	}
	return ReasonDenied
}
