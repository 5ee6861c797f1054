package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
)

// Filter chooses decisions; a zero field chooses all.
type Filter struct {
	State      agencies.State // of an agency that is party to the request
	Agency     agencies.ID    // party to the request, or asked for
	Instrument string
	Outcome    policy.Outcome
	Since      time.Time // at or after
	Until      time.Time // before
}

// Entry is one recorded decision: outcome, reasons, obligations, and who it was
// about. There is no content in it.
type Entry struct {
	Record  uint64          `json:"record"`
	Case    string          `json:"case"`
	Act     broker.Act      `json:"act"`
	Parties broker.Parties  `json:"parties"`
	Is      policy.Decision `json:"decision"`
	// Beside are the answers to other questions about the same act, none of them
	// stricter.
	Beside []policy.Decision `json:"beside,omitempty"`
}

// Decisions lists the decisions of the ledger in its order, each of them verified
// as by [Ledger.Walk].
func (l *Ledger) Decisions(ctx context.Context, f Filter) ([]Entry, error) {
	out := []Entry{}
	err := l.Walk(ctx, func(r *Record) error {
		if e, ok := r.entry(); ok && f.matches(r, e) {
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// entry is the decision of a record, if it has one.
func (r *Record) entry() (Entry, bool) {
	d := r.Attestation.Decision
	if d == nil {
		return Entry{}, false
	}
	e := Entry{Record: r.Seq, Case: r.Attestation.Case, Act: r.Attestation.Act, Parties: r.parties(), Is: *d}
	for _, q := range r.Detail.Decided {
		if q.Decision.ID != d.ID {
			e.Beside = append(e.Beside, q.Decision)
		}
	}
	return e, true
}

// parties of the case; of a request that was denied, those that it names.
func (r *Record) parties() broker.Parties {
	if r.After.Order == nil && len(r.Asked) > 0 {
		if o, ok := r.Asked[0].Body.(*broker.Order); ok {
			return broker.Parties{Issuer: r.Asked[0].Agency, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
		}
	}
	return r.After.Parties
}

func (f *Filter) matches(r *Record, e Entry) bool {
	ids := append([]agencies.ID{e.Is.For, e.Parties.Issuer, e.Parties.Validator, e.Parties.Addressee, e.Parties.Enforcing}, e.Parties.Recipients...)
	at := r.Attestation.At
	switch {
	case f.State != "" && !slices.ContainsFunc(ids, func(id agencies.ID) bool { return id != "" && id.State() == f.State }),
		f.Agency != "" && !slices.Contains(ids, f.Agency),
		f.Instrument != "" && !strings.EqualFold(f.Instrument, e.Is.Instrument),
		f.Outcome != "" && f.Outcome != e.Is.Outcome,
		!f.Since.IsZero() && at.Before(f.Since),
		!f.Until.IsZero() && !at.Before(f.Until):
		return false
	}
	return true
}

// RecordView is one record as oversight sees it: who said what kind of thing, what
// policy was asked and answered, and where it stands. Bodies and sealed parts are
// left out.
type RecordView struct {
	Record     uint64              `json:"record"`
	At         time.Time           `json:"at"`
	Act        broker.Act          `json:"act"`
	ID         string              `json:"id"`
	Ref        string              `json:"ref,omitempty"`
	Case       string              `json:"case,omitempty"`
	From       agencies.ID         `json:"from,omitempty"`
	To         agencies.ID         `json:"to,omitempty"`
	Phase      broker.Phase        `json:"phase,omitempty"` // after it
	Trust      int                 `json:"trust_list"`
	Statements []StatementView     `json:"statements,omitempty"`
	Sealed     []SealedView        `json:"sealed,omitempty"`
	Decision   *policy.Decision    `json:"decision,omitempty"`
	Decided    []broker.Decided    `json:"decided,omitempty"` // questions with every fact, and answers
	Alone      agencies.State      `json:"alone,omitempty"`   // receiving State without a bundle of its own in force
	Bundle     *policy.Statement   `json:"bundle,omitempty"`  // put in force by this record
	Receipt    *broker.Receipt     `json:"receipt,omitempty"`
	Clocks     []broker.ClockEvent `json:"clocks,omitempty"`
	Digest     agencies.Digest     `json:"record_digest"` // of its exact bytes
	Commitment string              `json:"commitment"`    // the tree's entry, standard base64
}

// StatementView is one verified statement.
type StatementView struct {
	Type    string             `json:"type"` // the act, validate, or custody and its event
	ID      string             `json:"id,omitempty"`
	Agency  agencies.ID        `json:"agency"`
	Officer agencies.OfficerID `json:"officer,omitempty"` // none: the agency's seal
	Office  agencies.Office    `json:"office"`
	Key     agencies.KeyID     `json:"key"`
	Digest  agencies.Digest    `json:"digest"`
	First   uint64             `json:"first_recorded,omitempty"` // the earlier record by which it is judged
}

// SealedView is a sealed part, closed.
type SealedView struct {
	Compartment broker.Compartment `json:"compartment"`
	Digest      agencies.Digest    `json:"digest"`
	Bytes       int                `json:"bytes"`
}

// View shows the record without its content.
func (r *Record) View() RecordView {
	a := r.Attestation
	entry := tlog.Commit(r.Raw)
	v := RecordView{
		Record: r.Seq, At: a.At, Act: a.Act, ID: a.ID, Ref: a.Ref, Case: a.Case, From: a.From, To: a.To, Phase: a.State.Phase, Trust: a.Trust,
		Decision: a.Decision, Decided: r.Detail.Decided, Alone: r.Detail.Alone, Receipt: a.Receipt, Clocks: a.Clocks,
		Digest: agencies.DigestOf(r.Raw), Commitment: base64.StdEncoding.EncodeToString(entry[:]),
	}
	if b := r.Detail.Bundle; b != nil {
		// Verified by the walk that made the record.
		if s, err := policy.PeekStatement(b.Statement); err == nil {
			v.Bundle = &s
		}
	}
	for _, s := range slices.Concat(r.Said, r.Asked) {
		kind := string(s.Act())
		if s.Custody != nil {
			kind = "custody " + string(s.Custody.Event)
		}
		one := StatementView{Type: kind, ID: s.ID(), Agency: s.Agency, Officer: s.Officer, Office: s.Office, Key: s.Key, Digest: s.Digest}
		if s.First.Seq != r.Seq {
			one.First = s.First.Seq
		}
		v.Statements = append(v.Statements, one)
	}
	for _, p := range r.Record.Sealed {
		v.Sealed = append(v.Sealed, SealedView{Compartment: p.Compartment, Digest: p.Digest(), Bytes: len(p.Ciphertext)})
	}
	return v
}

// Shown is what Show found: some records, and the request when one was asked for.
type Shown struct {
	Case    *broker.View `json:"case,omitempty"`
	Records []RecordView `json:"records"`
}

// errEnough ends a walk that has found what it looked for.
var errEnough = errors.New("enough")

// Show finds a record by its place, a request by its id, or all records of an act
// by the id of the act. What is not there is fs.ErrNotExist.
func (l *Ledger) Show(ctx context.Context, what string) (*Shown, error) {
	seq, err := strconv.ParseUint(what, 10, 64)
	place := err == nil
	if !place {
		if err := agencies.CheckID(what); err != nil {
			return nil, fmt.Errorf("show record: %w", &agencies.FieldError{Rule: agencies.RuleFormat, Detail: "want a place in the ledger, or the id of a request or act"})
		}
	}
	out := &Shown{Records: []RecordView{}}
	err = l.Walk(ctx, func(r *Record) error {
		a := r.Attestation
		switch {
		case place && r.Seq == seq:
			out.Records = append(out.Records, r.View())
			return errEnough
		case place:
		case a.Case == what:
			if v, ok := r.After.ViewFor("", agencies.Oversight); ok {
				out.Case = &v
			}
			out.Records = append(out.Records, r.View())
		case a.ID == what || a.Ref == what || slices.ContainsFunc(r.Said, func(s broker.Spoken) bool { return s.ID() == what }):
			out.Records = append(out.Records, r.View())
		}
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return nil, err
	case len(out.Records) == 0:
		return nil, fmt.Errorf("show record: no such record, request or act: %w", fs.ErrNotExist)
	}
	return out, nil
}
