package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// genesis verifies the pinned trust list, by which the first record is judged.
func (x *Exchange) genesis() error {
	i := slices.IndexFunc(x.cfg.Trust, func(l *agencies.SignedTrustList) bool { return l.List().Version == 1 })
	if i < 0 {
		return errors.New("no trust list of version 1 is given")
	}
	history, err := agencies.NewHistory(x.cfg.Trust[i], x.cfg.Pin)
	if err != nil {
		return err
	}
	x.world.history = history
	return nil
}

// recordTrust records the versions of the trust list that the ledger does not have
// yet. The ledger never goes back: what the operator gives must begin with what is
// recorded.
func (x *Exchange) recordTrust(ctx context.Context) error {
	lists := sortTrust(slices.Clone(x.cfg.Trust))
	for _, l := range lists {
		version := l.List().Version
		if have, ok := x.world.lists(version); ok {
			if have.Digest() != l.Digest() {
				return fmt.Errorf("trust list %d is not the recorded one: %w", version, agencies.ErrTrustRollback)
			}
			if version > 1 || x.cfg.Tree.Size() > 0 {
				continue
			}
		}
		if err := x.AddTrust(ctx, l); err != nil {
			return err
		}
	}
	if newest := lists[len(lists)-1].List().Version; newest < x.world.trust().List().Version {
		return fmt.Errorf("the newest trust list given is %d, the ledger has %d: %w", newest, x.world.trust().List().Version, agencies.ErrTrustRollback)
	}
	return nil
}

// AddTrust brings the next version of the trust list into force: it is verified by
// the registrars of the one before, recorded, and then the agencies of it joined.
// Given again, it only joins the agencies.
func (x *Exchange) AddTrust(ctx context.Context, l *agencies.SignedTrustList) error {
	current := x.world.trust()
	if l.Digest() == current.Digest() && x.cfg.Tree.Size() > 0 {
		return x.joinAll(ctx)
	}
	if l.Digest() != current.Digest() {
		if err := l.VerifyNext(current); err != nil {
			return err
		}
	}
	file, err := l.File()
	if err != nil {
		return err
	}
	// The record is judged by the list before, since the new one has no standing yet.
	att := broker.Attestation{
		At: x.now(), Act: broker.ActTrust, ID: agencies.NewID(), From: x.cfg.Agency,
		Trust: current.List().Version, TrustDigest: current.Digest(), Detail: encodeDetail(broker.Detail{TrustList: file}),
	}
	if _, _, err := x.ledger.commit(ctx, draft{att: att}); err != nil {
		return fmt.Errorf("record trust list: %w", err)
	}
	return x.joinAll(ctx)
}

// TrustVersion is the version of the trust list in force.
func (x *Exchange) TrustVersion() int { return x.world.trust().List().Version }

func (x *Exchange) joinAll(ctx context.Context) error {
	if err := x.cfg.Join(ctx, x.world.trust().List()); err != nil {
		return fmt.Errorf("join agencies: %w", err)
	}
	return nil
}

func sortTrust(lists []*agencies.SignedTrustList) []*agencies.SignedTrustList {
	slices.SortFunc(lists, func(a, b *agencies.SignedTrustList) int { return a.List().Version - b.List().Version })
	return lists
}
