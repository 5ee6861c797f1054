package broker

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Limits of the wire, in bytes.
const (
	MaxMessage = 1 << 20 // one message of the exchange, and so one record
	MaxRecord  = MaxMessage
)

// RecordVersion is the version of the record format.
const RecordVersion = 1

// TableVersion is the version of the transition table that this code writes by. A
// record names the one it was made by, and is read by that one: what a later table
// starts or ends beside an act is not looked for in an older record. No version
// stands for the first, 0.
const TableVersion = 1

// maxList bounds the lists of a record and an attestation.
const maxList = 512

// Record is one message of the ledger: one transition, one delivery, one leaf.
type Record struct {
	V          int                `json:"v"`
	Salt       string             `json:"salt"`                 // 16 random bytes; makes the leaf a hiding commitment
	Statements []agencies.Compact `json:"statements,omitempty"` // what parties said
	Sealed     []SealedPart       `json:"sealed,omitempty"`     // only what this recipient may read
	// Attestation is what the broker says, signed with its seal.
	Attestation agencies.Compact `json:"attestation"`
}

// SealedPart is one sealed compartment of a statement.
type SealedPart struct {
	Compartment Compartment `json:"compartment"`
	Ciphertext  []byte      `json:"ciphertext"`
}

// Digest is that of the ciphertext, as the statement names it.
func (p SealedPart) Digest() agencies.Digest { return agencies.DigestOf(p.Ciphertext) }

// Attestation is the broker's word on one record: payload of typ rogatory-record+jws.
type Attestation struct {
	// Signed.
	Seq         uint64            `json:"seq"` // place in the ledger, 1-based; the leaf index is Seq-1
	At          time.Time         `json:"at"`
	Act         Act               `json:"act"`
	ID          string            `json:"id"`             // of the act: the statement's own, or a new one for the broker's acts
	Ref         string            `json:"ref,omitempty"`  // the act it follows from
	Case        string            `json:"case,omitempty"` // none for trust and bundle
	From        agencies.ID       `json:"from,omitempty"` // who acted
	To          agencies.ID       `json:"to,omitempty"`   // whose inbox it lies in
	Account     string            `json:"account,omitempty"`
	Table       int               `json:"table,omitempty"` // TableVersion when it was made
	Trust       int               `json:"trust"`
	TrustDigest agencies.Digest   `json:"trust_digest"`
	Statements  []agencies.Digest `json:"statements,omitempty"`
	Standing    []Standing        `json:"standing,omitempty"` // of statements that an earlier record has
	Sealed      []agencies.Digest `json:"sealed,omitempty"`
	Decision    *policy.Decision  `json:"decision,omitempty"`
	Receipt     *Receipt          `json:"receipt,omitempty"`
	Clocks      []ClockEvent      `json:"clocks,omitempty"`
	State       State             `json:"state"`
	Objects     []evidence.Object `json:"objects,omitempty"`
	Detail      json.RawMessage   `json:"detail,omitempty"`
}

// NewSalt returns a fresh salt of a record.
func NewSalt() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails (Go 1.24)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Encode writes the one canonical form (RFC 8785).
func (r *Record) Encode() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	b, err := agencies.Canonical(r)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	if len(b) > MaxRecord {
		return nil, fmt.Errorf("encode record: %w", field("", agencies.RuleSize, fmt.Sprintf("more than %d bytes", MaxRecord)))
	}
	return b, nil
}

// DecodeRecord reads what Encode wrote, and nothing else: two spellings of one
// record would be two leaves.
func DecodeRecord(data []byte) (*Record, error) {
	if len(data) > MaxRecord {
		return nil, fmt.Errorf("decode record: %w: %w", ErrRecord, field("", agencies.RuleSize, fmt.Sprintf("more than %d bytes", MaxRecord)))
	}
	var r Record
	if err := decodeCanonical(data, &r, func() error { return r.check() }); err != nil {
		return nil, fmt.Errorf("decode record: %w: %w", ErrRecord, err)
	}
	return &r, nil
}

func (r *Record) check() error {
	var c checker
	c.require("v", agencies.RuleUnknown, r.V == RecordVersion, "is no known version")
	salt, err := base64.RawURLEncoding.Strict().DecodeString(r.Salt)
	c.require("salt", agencies.RuleFormat, err == nil && len(salt) == 16 && len(r.Salt) == 22, "must be 16 bytes in base64url")
	c.require("statements", agencies.RuleSize, len(r.Statements) <= maxList, "too many")
	c.require("sealed", agencies.RuleSize, len(r.Sealed) <= len(readers), "too many")
	for i, p := range r.Sealed {
		c.require("sealed", agencies.RuleUnknown, readers[p.Compartment] != nil, "names an unknown compartment")
		c.require("sealed", agencies.RuleRequired, len(p.Ciphertext) > 0, "holds no bytes")
		for _, o := range r.Sealed[:i] {
			c.require("sealed", agencies.RuleDuplicate, o.Compartment != p.Compartment, "names a compartment twice")
		}
	}
	c.require("attestation", agencies.RuleRequired, r.Attestation != "", "is missing")
	return c.err
}

// Encode writes the canonical form that the broker's seal signs.
func (a *Attestation) Encode() ([]byte, error) {
	if err := a.Check(); err != nil {
		return nil, fmt.Errorf("encode attestation: %w", err)
	}
	b, err := agencies.Canonical(a)
	if err != nil {
		return nil, fmt.Errorf("encode attestation: %w", err)
	}
	return b, nil
}

// DecodeAttestation reads what Encode wrote, and nothing else.
func DecodeAttestation(data []byte) (*Attestation, error) {
	var a Attestation
	if err := decodeCanonical(data, &a, func() error { return a.Check() }); err != nil {
		return nil, fmt.Errorf("decode attestation: %w: %w", ErrRecord, err)
	}
	return &a, nil
}

// Check says which field is missing or wrong.
func (a *Attestation) Check() error {
	var c checker
	c.require("seq", agencies.RuleRequired, a.Seq > 0, "counts from 1")
	c.instant("at", agencies.RuleTime, a.At)
	c.require("act", agencies.RuleUnknown, a.Act.Known(), "is unknown")
	c.id("id", agencies.RuleFormat, a.ID)
	if a.Ref != "" {
		c.id("ref", agencies.RuleFormat, a.Ref)
	}
	ofNoCase := a.Act == ActTrust || a.Act == ActBundle
	c.require("case", agencies.RuleRequired, ofNoCase == (a.Case == ""), "is missing, or stands where there is none")
	if a.Case != "" {
		c.id("case", agencies.RuleFormat, a.Case)
	}
	c.agency("from", agencies.RuleFormat, a.From, !ofNoCase)
	c.agency("to", agencies.RuleFormat, a.To, false)
	if a.Account != "" {
		c.require("account", agencies.RuleFormat, agencies.CheckAccount(a.Account) == nil, "is no account key")
	}
	c.require("table", agencies.RuleUnknown, a.Table >= 0, "is no version")
	c.require("trust", agencies.RuleRequired, a.Trust > 0, "counts from 1")
	c.digest("trust_digest", agencies.RuleFormat, a.TrustDigest, true)
	for name, list := range map[string][]agencies.Digest{"statements": a.Statements, "sealed": a.Sealed} {
		c.require(name, agencies.RuleSize, len(list) <= maxList, "too many")
		for i, d := range list {
			c.digest(name, agencies.RuleFormat, d, true)
			c.require(name, agencies.RuleDuplicate, !slices.Contains(list[:i], d), "names a digest twice")
		}
	}
	a.checkStanding(&c)
	if a.Decision != nil {
		if err := a.Decision.Validate(); err != nil {
			c.fail(fmt.Errorf("decision: %w", err))
		}
	}
	if a.Receipt != nil {
		c.require("receipt.code", agencies.RuleUnknown, slices.ContainsFunc(receiptEvents, func(e struct {
			Code  ReceiptCode
			Event string
			Text  string
		}) bool {
			return e.Code == a.Receipt.Code
		}), "is unknown")
		c.require("receipt.event", agencies.RuleMismatch, a.Receipt.Event == a.Receipt.Code.Event(), "is not the event of the code")
		c.require("receipt.reason", agencies.RuleUnknown, a.Receipt.Reason == "" || a.Receipt.Reason.Known(), "is unknown")
	}
	c.require("clocks", agencies.RuleSize, len(a.Clocks) <= maxList, "too many")
	c.require("state.phase", agencies.RuleUnknown, slices.Contains(Phases, a.State.Phase), "is unknown")
	for _, o := range a.Objects {
		if err := o.Check(); err != nil {
			c.fail(fmt.Errorf("objects: %w", err))
		}
	}
	return c.err
}

// decodeCanonical decodes strictly, checks, and refuses every spelling but the one
// that encoding gives back.
func decodeCanonical(data []byte, v any, check func() error) error {
	if err := agencies.DecodeStrict(data, v); err != nil {
		return err
	}
	if err := check(); err != nil {
		return err
	}
	again, err := agencies.Canonical(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, again) {
		return field("", agencies.RuleCanonical, "is not in the one canonical form")
	}
	return nil
}

// unverifiedPayload is the middle part of a compact JWS.
func unverifiedPayload(c agencies.Compact) ([]byte, error) {
	parts := strings.Split(string(c), ".")
	if len(parts) != 3 {
		return nil, field("attestation", agencies.RuleFormat, "is no compact JWS")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	if err != nil {
		return nil, field("attestation", agencies.RuleFormat, "is no compact JWS")
	}
	return b, nil
}
