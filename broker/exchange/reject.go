package exchange

import (
	"context"
	"errors"
	"strings"

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
// Its only error is errMoved.
func (x *Exchange) reject(ctx context.Context, s *submission, cause error) (*broker.Reply, error) {
	code := reasonFor(cause)
	if transient(code) {
		x.log.Error("act not recorded", "agency", s.agency.ID, "err", cause)
		return failed(code, cause), nil
	}
	if !x.floods.allow(s.agency.Account, s.at) {
		x.log.Warn("too many rejections, this one is not recorded", "agency", s.agency.ID)
		return failed(broker.ReasonUnavailable, cause), nil
	}
	entries, cp, err := x.ledger.commit(ctx, x.rejection(s, code, cause))
	if errors.Is(err, errMoved) {
		return nil, err
	}
	if err != nil && !transient(reasonFor(err)) {
		// What was said does not fit beside the receipt; the receipt alone does.
		entries, cp, err = x.ledger.commit(ctx, x.bareRejection(s, code, cause))
	}
	if err != nil {
		x.log.Error("rejection not recorded", "agency", s.agency.ID, "err", err)
		return failed(broker.ReasonUnavailable, nil), nil
	}
	r := x.reply(ctx, s.agency, entries, cp)
	// The ledger keeps code, field and rule; the words are for the sender now.
	r.Error = broker.NewReplyError(code, cause)
	return r, nil
}

// rejection drafts the receipt. It stands in the case when the act was the sender's
// own, the sender may know of the case and the rejection fits there; else in a file
// of its own.
func (x *Exchange) rejection(s *submission, code broker.ReasonCode, cause error) draft {
	bare := x.bareRejection(s, code, cause)
	if s.said == nil || s.lead.Agency != s.agency.ID || code == broker.ReasonConflict {
		return bare
	}
	att := bare.att
	att.Case = s.lead.Case()
	before, begun := x.world.look(att.Case)
	if begun && !x.mayMark(before, s.agency) {
		return bare
	}
	if att.At.Before(before.At) {
		att.At = before.At
	}
	att.Seq = before.Seq + 1
	known := 0
	if r, ok := errors.AsType[*refusal](cause); ok && r.ruling != nil {
		r.ruling.attest(&att, broker.Detail{Submission: s.digest})
		known = r.ruling.known
	}
	// What was verified is kept with the refusal: an overseer sees what was asked.
	att.Standing = s.repeats(before)
	for _, one := range s.said {
		att.Statements = append(att.Statements, one.Digest)
	}
	_, att, err := broker.Advance(before, att, broker.CalendarsOf(s.list.List()), s.said...)
	if err != nil {
		return bare
	}
	return draft{known: known, att: att, said: s.said, toAccount: s.agency.Account}
}

// bareRejection drafts a receipt in a file of its own, without what was said and
// what policy made of it.
func (x *Exchange) bareRejection(s *submission, code broker.ReasonCode, cause error) draft {
	att := x.ownAct(s.list, s.at, broker.ActReject, broker.Case{ID: agencies.NewID()})
	att.To, att.Account, att.Seq = s.agency.ID, s.agency.Account, 1
	att.Receipt = &broker.Receipt{Code: broker.ReceiptRejected, Event: broker.ReceiptRejected.Event(), Of: att.ID, For: s.agency.ID, Reason: code}
	if f, ok := errors.AsType[*agencies.FieldError](cause); ok {
		att.Receipt.Field, att.Receipt.Rule = clip(f.Field), clip(f.Rule)
	}
	if s.said != nil && s.lead.Agency == s.agency.ID && s.lead.ID() != "" {
		att.Ref, att.Receipt.Of = s.lead.ID(), s.lead.ID()
	}
	att.Detail = encodeDetail(broker.Detail{Submission: s.digest})
	if _, done, err := broker.Advance(broker.Case{}, att, broker.CalendarsOf(s.list.List())); err == nil {
		att = done
	}
	return draft{att: att, toAccount: s.agency.Account}
}

// mayMark says whether an agency's rejection may stand in a case: a request that
// was rejected is its opener's alone, to send again.
func (x *Exchange) mayMark(c broker.Case, a *agencies.Agency) bool {
	if c.State.Phase == broker.PhaseRejected || c.State.Phase == broker.PhaseNone {
		return c.Opener == a.ID
	}
	_, ok := x.viewOf(&c, a)
	return ok
}

// clip bounds what a hostile message can put into a receipt: the name of a field is
// a path of names and numbers, and nothing else goes into the ledger.
func clip(s string) string {
	const most = 120
	if len(s) > most {
		s = s[:most]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("_-.,[]/ ", r):
			return r
		}
		return '?'
	}, s)
}

// firstAnswer gives a second sending the answer of the first.
func (x *Exchange) firstAnswer(ctx context.Context, s *submission, seq uint64) *broker.Reply {
	e, err := x.readEntry(ctx, seq)
	if err != nil {
		return failed(broker.ReasonUnavailable, nil)
	}
	return x.reply(ctx, s.agency, []entry{e}, x.cfg.Tree.Checkpoint())
}
