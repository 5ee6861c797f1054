package exchange

import (
	"context"
	"errors"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
)

// reasonFor is the one table from errors to the reasons a sender is told.
func reasonFor(err error) broker.ReasonCode {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code
	}
	switch {
	case errors.Is(err, errNotFound), errors.Is(err, vault.ErrNotFound):
		return broker.ReasonNotFound
	case errors.Is(err, policy.ErrDenied):
		return broker.ReasonDenied
	case errors.Is(err, vault.ErrMismatch):
		return broker.ReasonDigest
	case errors.Is(err, ErrFenced), errors.Is(err, ErrUnavailable), errors.Is(err, vault.ErrUnavailable), errors.Is(err, embedded.ErrUnknown),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return broker.ReasonUnavailable
	}
	return broker.ReasonFor(err)
}

// transient says that trying the same bytes again may give another result, so
// that nothing must be recorded about it.
func transient(code broker.ReasonCode) bool {
	return code == broker.ReasonUnavailable || code == broker.ReasonInternal
}

// reject tells the sender no, and puts a signed rejection receipt into the ledger
// first. The state of the request does not change.
func (x *Exchange) reject(ctx context.Context, s *submission, cause error) *broker.Reply {
	code := reasonFor(cause)
	answer := &broker.Reply{Status: broker.StatusRefused, Error: broker.NewReplyError(code, cause)}
	if transient(code) {
		x.log.Error("act not recorded", "agency", s.agency.ID, "err", cause)
		answer.Status = broker.StatusFailed
		return answer
	}
	if entries, ok := x.rejectedBefore(ctx, s); ok {
		r, err := x.reply(ctx, s.agency, entries, x.cfg.Tree.Checkpoint())
		if err == nil {
			return r
		}
	}
	d := x.rejection(s, code, cause)
	entries, cp, err := x.ledger.commit(ctx, d)
	if err != nil {
		x.log.Error("rejection not recorded", "agency", s.agency.ID, "err", err)
		return &broker.Reply{Status: broker.StatusFailed, Error: broker.NewReplyError(broker.ReasonUnavailable, nil)}
	}
	r, err := x.reply(ctx, s.agency, entries, cp)
	if err != nil {
		return answer
	}
	// The ledger keeps code, field and rule; the words are for the sender now.
	r.Error = answer.Error
	return r
}

// rejectedBefore finds the receipt of a message that was rejected already.
func (x *Exchange) rejectedBefore(ctx context.Context, s *submission) ([]entry, bool) {
	seq, ok := x.world.rejection(s.agency.Account, s.digest)
	if !ok {
		return nil, false
	}
	e, err := x.readEntry(ctx, seq)
	if err != nil {
		return nil, false
	}
	return []entry{e}, true
}

// rejection drafts the receipt. It stands in the case when the sender may know of
// the case and the rejection fits there, else in a file of its own.
func (x *Exchange) rejection(s *submission, code broker.ReasonCode, cause error) draft {
	full := broker.Detail{Submission: s.digest}
	att := broker.Attestation{
		At: s.at, Act: broker.ActReject, ID: agencies.NewID(), From: x.cfg.Agency, To: s.agency.ID, Account: s.agency.Account,
		Trust: s.list.List().Version, TrustDigest: s.list.Digest(),
		Receipt: &broker.Receipt{Code: broker.ReceiptRejected, Event: broker.ReceiptRejected.Event(), For: s.agency.ID, Reason: code},
	}
	att.Receipt.Of = att.ID
	if f, ok := errors.AsType[*agencies.FieldError](cause); ok {
		att.Receipt.Field, att.Receipt.Rule = clip(f.Field), clip(f.Rule)
	}
	if r, ok := errors.AsType[*refusal](cause); ok && r.decision != nil {
		att.Decision, full.Decided = r.decision, r.decided
	}
	if s.said != nil && s.lead.ID() != "" {
		att.Ref, att.Receipt.Of = s.lead.ID(), s.lead.ID()
	}
	att.Detail = encodeDetail(full)

	d := draft{att: att, toAccount: s.agency.Account}
	calendars := broker.CalendarsOf(s.list.List())
	if s.said != nil && code != broker.ReasonConflict {
		att.Case = s.lead.Case()
		before, known := x.world.look(att.Case)
		if !known || x.party(before, s.agency.ID) {
			withSaid := att
			withSaid.Seq = before.Seq + 1
			// What was verified is kept with the refusal: an overseer sees what was asked.
			for _, one := range s.said {
				withSaid.Statements = append(withSaid.Statements, one.Digest)
			}
			if _, done, err := broker.Advance(before, withSaid, calendars, s.said...); err == nil {
				d.att, d.said = done, s.said
				return d
			}
		}
	}
	d.att.Case, d.att.Seq = agencies.NewID(), 1
	if _, done, err := broker.Advance(broker.Case{}, d.att, calendars); err == nil {
		d.att = done
	}
	return d
}

func (x *Exchange) party(c broker.Case, id agencies.ID) bool {
	_, ok := c.ViewFor(id, "")
	return ok
}

// clip bounds what a hostile message can put into a receipt.
func clip(s string) string {
	const most = 120
	if len(s) > most {
		return s[:most]
	}
	return s
}

// firstAnswer gives a second sending the answer of the first.
func (x *Exchange) firstAnswer(ctx context.Context, s *submission, done recorded) *broker.Reply {
	e, err := x.readEntry(ctx, done.seq)
	if err != nil {
		return &broker.Reply{Status: broker.StatusFailed, Error: broker.NewReplyError(reasonFor(err), err)}
	}
	entries := []entry{e}
	r, err := x.reply(ctx, s.agency, entries, x.cfg.Tree.Checkpoint())
	if err != nil {
		return &broker.Reply{Status: broker.StatusRefused, Error: broker.NewReplyError(reasonFor(err), err)}
	}
	return r
}
