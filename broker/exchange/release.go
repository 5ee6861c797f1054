package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// releases drafts a release for every deposited exhibit and every recipient that
// may now have it. It is asked after each act, so that a clearance, the end of the
// tenth day or a validation lets go what waited for it. now is the act under way,
// nil for a clock.
func (x *Exchange) releases(ctx context.Context, list *agencies.SignedTrustList, c broker.Case, at time.Time, now *submission) ([]draft, broker.Case, error) {
	if c.State.Hold != "" || c.State.Suspended != "" || c.State.Phase != broker.PhaseProducing && c.State.Phase != broker.PhaseProduced {
		return nil, c, nil // the table would refuse; policy need not be asked
	}
	var drafts []draft
	for _, exhibit := range c.Exhibits {
		for _, to := range exhibit.Manifest.Recipients {
			if slices.Contains(exhibit.Released, to) || exhibit.Status == broker.ExhibitRestricted {
				continue
			}
			made, after, err := x.release(ctx, list, c, exhibit, to, at, now)
			if err != nil {
				if transient(reasonFor(err)) {
					return nil, c, err
				}
				if !errors.Is(err, errSaidBefore) && !errors.Is(err, broker.ErrTransition) {
					// Nothing about one exhibit may stop the act, or the clock, under way.
					x.log.Warn("exhibit not released", "request", c.ID, "exhibit", exhibit.Manifest.Exhibit, "err", err)
				}
				continue // it stays deposited; the next act asks again
			}
			drafts, c = append(drafts, made...), after
		}
	}
	return drafts, c, nil
}

// release drafts one release: the gate decides, and the record carries what the
// producer said and sealed to this recipient.
func (x *Exchange) release(ctx context.Context, list *agencies.SignedTrustList, c broker.Case, exhibit broker.Exhibit, to agencies.ID, at time.Time, now *submission) ([]draft, broker.Case, error) {
	id := exhibit.Manifest.Exhibit
	q, err := releaseQuestion(c, broker.Known{List: list.List(), Now: at}, id, to)
	if err != nil {
		return nil, c, err
	}
	r, err := x.decide(ctx, c.ID, q)
	if err != nil {
		return nil, c, err
	}
	if r.decision.Outcome != policy.Permitted {
		return x.withhold(list, c, exhibit, at, r)
	}
	produced, err := x.produced(ctx, exhibit.Produced.Act, now)
	if err != nil {
		return nil, c, err
	}
	att := x.ownAct(list, at, broker.ActRelease, c)
	att.Seq, att.Ref, att.To = c.Seq+1, exhibit.Produced.Act, to
	r.attest(&att, broker.Detail{})
	for _, s := range produced.said {
		// Of the act under way only what an earlier record has; of an older one all.
		if produced.seq > 0 || s.First.Seq > 0 {
			att.Standing = append(att.Standing, c.Repeats(s.Compact)...)
		}
	}
	// A key that was stolen since then lets nothing go.
	said, err := att.ReadAll(produced.statements(), x.world.trusted())
	if err != nil {
		return nil, c, fmt.Errorf("pass on production: %w", err)
	}
	d := draft{known: r.known, said: said, sealed: partsFor(said, produced.sealed, to), toAccount: x.accountOf(list, to)}
	for _, s := range d.said {
		att.Statements = append(att.Statements, s.Digest)
	}
	for _, p := range d.sealed {
		att.Sealed = append(att.Sealed, p.Digest())
	}
	after, att, err := broker.Advance(c, att, broker.CalendarsOf(list.List()), d.said...)
	if err != nil {
		return nil, c, err
	}
	d.att = att
	return []draft{d}, after, nil
}

// produced is the production an exhibit came with: the submission under way, or
// its record.
func (x *Exchange) produced(ctx context.Context, act string, now *submission) (entry, error) {
	if now != nil && now.lead.ID() == act {
		return entry{said: now.said, sealed: now.msg.Sealed}, nil
	}
	return x.recordOf(ctx, act)
}

// withhold drafts the records of a release that policy did not permit: one for who
// would have received, with the reasons, and one that tells the producer that its
// exhibit stays where it is. The next act asks again.
func (x *Exchange) withhold(list *agencies.SignedTrustList, c broker.Case, exhibit broker.Exhibit, at time.Time, r *ruling) ([]draft, broker.Case, error) {
	decision := &r.decision
	if last, ok := c.LastDecision(policy.Release); ok && last.Subject == decision.Subject && last.For == decision.For && last.ResultDigest == decision.ResultDigest {
		return nil, c, errSaidBefore
	}
	var out []draft
	for _, to := range []agencies.ID{decision.For, exhibit.Manifest.Sender} {
		att := x.ownAct(list, at, broker.ActReject, c)
		att.Seq, att.Ref, att.To = c.Seq+1, exhibit.Produced.Act, to
		if to == decision.For {
			r.attest(&att, broker.Detail{})
		}
		att.Receipt = &broker.Receipt{
			Code: broker.ReceiptRejected, Event: broker.ReceiptRejected.Event(), Of: exhibit.Produced.Act,
			For: to, Reason: broker.ReasonOf(decision.Outcome),
		}
		after, att, err := broker.Advance(c, att, broker.CalendarsOf(list.List()))
		if err != nil {
			return nil, c, err
		}
		out, c = append(out, draft{known: r.known, att: att, toAccount: x.accountOf(list, to)}), after
	}
	return out, c, nil
}

// errSaidBefore: policy said the same about the same exhibit before.
var errSaidBefore = errors.New("said before")

// recordOf reads the record of an act back from the ledger.
func (x *Exchange) recordOf(ctx context.Context, act string) (entry, error) {
	found, ok := x.world.act(act)
	if !ok {
		return entry{}, errNotFound
	}
	return x.readEntry(ctx, found.seq)
}

func (x *Exchange) readEntry(ctx context.Context, seq uint64) (entry, error) {
	raw, err := x.ledger.read(ctx, seq)
	if err != nil {
		return entry{}, err
	}
	return x.ledger.open(seq, raw)
}

// grant opens the way to an exhibit for a recorded retrieval. The permit comes
// from the record and from nowhere else: no record, no release.
func (x *Exchange) grant(ctx context.Context, e entry) (broker.Grant, error) {
	c, ok := x.world.look(e.att.Case)
	if !ok || e.att.Decision == nil {
		return broker.Grant{}, errNotFound
	}
	list, ok := x.world.lists(e.att.Trust)
	if !ok {
		return broker.Grant{}, errNotFound
	}
	permit, err := policy.VerifyPermit(list.List(), e.attested, e.att.At)
	if err != nil {
		return broker.Grant{}, err
	}
	exhibit, ok := c.Exhibit(evidence.ExhibitID(e.att.Decision.Subject))
	if !ok || exhibit.Manifest.Means.Object == nil || exhibit.Status == broker.ExhibitRestricted || c.State.Suspended == broker.SuspendedValidation {
		return broker.Grant{}, errNotFound
	}
	g, err := x.cfg.Vault.Release(ctx, permit, *exhibit.Manifest.Means.Object, e.att.From, 0)
	if err != nil {
		return broker.Grant{}, err
	}
	return broker.Grant{Exhibit: exhibit.Manifest.Exhibit, Method: "GET", URL: g.URL, Expires: g.Expires, Object: &g.Object}, nil
}
