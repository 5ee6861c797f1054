package broker

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Submission is what a gateway sends to rog.submit: one act. The sender is not in
// it, because the server says who it is.
type Submission struct {
	// Statements: the act first, then validations and custody statements.
	Statements []agencies.Compact `json:"statements"`
	Sealed     []SealedPart       `json:"sealed,omitempty"`
	Wraps      []agencies.KeyWrap `json:"wraps,omitempty"` // keys of the compartments, kept outside the ledger
}

// Reply answers a submission or an upload.
type Reply struct {
	Status   string           `json:"status"` // done, waiting, refused, failed
	Outcome  policy.Outcome   `json:"outcome,omitempty"`
	Decision *policy.Decision `json:"decision,omitempty"`
	Records  [][]byte         `json:"records,omitempty"` // what was committed, the sender's first
	// Checkpoint is the newest signed note that covers the records; it may come later.
	Checkpoint []byte      `json:"checkpoint,omitempty"`
	Error      *ReplyError `json:"error,omitempty"`
	Grants     []Grant     `json:"grants,omitempty"`
}

// Statuses of a reply.
const (
	StatusDone    = "done"    // committed, and what it asked for happened
	StatusWaiting = "waiting" // committed, and waits for a person or authority
	StatusRefused = "refused" // refused; a rejection may stand in the records
	StatusFailed  = "failed"  // nothing is known to be committed: ask, then resend the same bytes
)

// ReplyError tells the sender what was wrong without repeating any value.
type ReplyError struct {
	Code    ReasonCode `json:"code"`
	Field   string     `json:"field,omitempty"`
	Rule    string     `json:"rule,omitempty"`
	Message string     `json:"message,omitempty"`
	Exit    int        `json:"exit"`
}

// Grant is a presigned way to one object, for a short time.
type Grant struct {
	Exhibit evidence.ExhibitID  `json:"exhibit,omitempty"`
	Part    int                 `json:"part,omitempty"` // of a multipart upload, from 1
	Method  string              `json:"method"`
	URL     string              `json:"url"`
	Header  map[string][]string `json:"header,omitempty"`
	Expires time.Time           `json:"expires"`
	Object  *evidence.Object    `json:"object,omitempty"`
	Upload  string              `json:"upload,omitempty"` // multipart id
}

// Ask is what a gateway sends to rog.ask: a question that changes nothing. It is
// answered to the account that asks, about what that account may see.
type Ask struct {
	What    string             `json:"what"`
	Case    string             `json:"case,omitempty"`
	Act     string             `json:"act,omitempty"`
	Exhibit evidence.ExhibitID `json:"exhibit,omitempty"`
	// After and Limit page through records by ledger sequence.
	After uint64          `json:"after,omitempty"`
	Limit int             `json:"limit,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"` // of upload: an UploadAsk; of simulate: a SimulateAsk
}

// Questions a gateway can ask.
const (
	AskCase    = "case"    // state, clocks and receipts of one request
	AskList    = "list"    // the requests of this agency
	AskRecords = "records" // records of a case, or of all its cases
	AskUpload  = "upload"  // grants to deposit sealed bytes
	AskKeys    = "keys"    // key wraps addressed to this agency
	AskTrust   = "trust"   // the trust list in force
	AskPolicy  = "policy"  // the bundle records: what decides, since when, and its bytes
	AskProof   = "proof"   // inclusion of a record

	AskSimulate = "simulate" // what the admission gate would say to an order
)

// SimulateAsk is an order that is only asked about: the statement as submit would
// carry it, signed as a draft. What it seals and the keys stay with the sender.
type SimulateAsk struct {
	Draft agencies.Compact `json:"draft"`
}

// Simulated is what the admission gate would have answered. Nothing is recorded.
type Simulated struct {
	Status   string          `json:"status"` // of the Reply that submit would give
	Outcome  policy.Outcome  `json:"outcome"`
	Decision policy.Decision `json:"decision"`
	Decided  []Decided       `json:"decided"` // every question asked, with its facts
}

// UploadAsk is one step of the deposit of an exhibit's sealed bytes. The broker
// never sees the bytes: it signs the requests with which a gateway brings them to
// the store, and reads them back there.
type UploadAsk struct {
	Step     string          `json:"step"`
	Upload   string          `json:"upload,omitempty"` // all but begin
	Size     int64           `json:"size"`             // of the sealed bytes
	PartSize int64           `json:"part_size,omitempty"`
	Digest   agencies.Digest `json:"digest,omitempty"` // complete: SHA-256 of the sealed bytes
	Parts    []UploadPart    `json:"parts,omitempty"`  // sign, complete
}

// Steps of a deposit.
const (
	UploadBegin    = "begin"
	UploadSign     = "sign"
	UploadComplete = "complete"
	UploadAbort    = "abort"
)

// UploadPart is one part of the sealed bytes.
type UploadPart struct {
	Number int             `json:"number"`
	Digest agencies.Digest `json:"digest"`
	ETag   string          `json:"etag,omitempty"` // complete
}

// UploadReply answers begin and complete.
type UploadReply struct {
	Upload   string           `json:"upload"`
	State    agencies.State   `json:"state"`
	Size     int64            `json:"size"`
	PartSize int64            `json:"part_size"`
	Object   *evidence.Object `json:"object,omitempty"` // complete: where the verified bytes lie
}

// AskReply answers a question.
type AskReply struct {
	Status     string             `json:"status"`
	Error      *ReplyError        `json:"error,omitempty"`
	Views      []View             `json:"views,omitempty"`
	Records    [][]byte           `json:"records,omitempty"`
	Wraps      []agencies.KeyWrap `json:"wraps,omitempty"`
	Grants     []Grant            `json:"grants,omitempty"`
	Upload     *UploadReply       `json:"upload,omitempty"`
	Simulated  *Simulated         `json:"simulated,omitempty"`
	Checkpoint []byte             `json:"checkpoint,omitempty"`
	Proof      []byte             `json:"proof,omitempty"`
	Trust      [][]byte           `json:"trust,omitempty"` // trust list files, oldest first
	More       bool               `json:"more,omitempty"`
}

// NewReplyError builds the error of a reply; the exit code follows from the code.
func NewReplyError(code ReasonCode, err error) *ReplyError {
	e := &ReplyError{Code: code, Message: code.Text(), Exit: code.Exit()}
	if fe := fieldErrorIn(err); fe != nil {
		e.Field, e.Rule, e.Message = fe.Field, fe.Rule, fe.Detail
	}
	return e
}

// Error implements error.
func (e *ReplyError) Error() string {
	s := string(e.Code)
	if e.Field != "" {
		s += ": " + e.Field
	}
	if e.Rule != "" {
		s += ": " + e.Rule
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

// Check refuses a submission that is empty or too large in its parts.
func (s *Submission) Check() error {
	var c checker
	c.require("statements", agencies.RuleRequired, len(s.Statements) > 0, "is missing")
	c.require("statements", agencies.RuleSize, len(s.Statements) <= maxList, "too many")
	c.require("sealed", agencies.RuleSize, len(s.Sealed) <= len(readers), "too many")
	c.require("wraps", agencies.RuleSize, len(s.Wraps) <= maxList, "too many")
	return c.err
}

// Check refuses a question that is none.
func (a *Ask) Check() error {
	var c checker
	c.oneOf("what", agencies.RuleUnknown, a.What, AskCase, AskList, AskRecords, AskUpload, AskKeys, AskTrust, AskPolicy, AskProof, AskSimulate)
	if a.Case != "" {
		c.id("case", agencies.RuleFormat, a.Case)
	}
	if a.Act != "" {
		c.id("act", agencies.RuleFormat, a.Act)
	}
	if a.Exhibit != "" {
		c.id("exhibit", agencies.RuleFormat, string(a.Exhibit))
	}
	c.require("limit", agencies.RuleSize, a.Limit >= 0 && a.Limit <= 1000, "must be 0 to 1000")
	return c.err
}

// DecodeMessage reads a message of the wire strictly into v: a *Submission, *Ask,
// *Reply or *AskReply.
func DecodeMessage(data []byte, v any) error {
	if len(data) > MaxMessage {
		return fmt.Errorf("decode message: %w", field("", agencies.RuleSize, fmt.Sprintf("more than %d bytes", MaxMessage)))
	}
	if err := agencies.DecodeStrict(data, v); err != nil {
		return fmt.Errorf("decode message: %w", err)
	}
	if m, ok := v.(interface{ Check() error }); ok {
		if err := m.Check(); err != nil {
			return fmt.Errorf("decode message: %w", err)
		}
	}
	return nil
}

// EncodeMessage writes a message and refuses what the other side would refuse.
func EncodeMessage(v any) ([]byte, error) {
	b, err := agencies.Canonical(v)
	if err != nil {
		return nil, fmt.Errorf("encode message: %w", err)
	}
	if len(b) > MaxMessage {
		return nil, fmt.Errorf("encode message: %w", field("", agencies.RuleSize, fmt.Sprintf("more than %d bytes", MaxMessage)))
	}
	return b, nil
}
