package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

// SignedBundle is a bundle as the operator has it: what a policy signer said, and
// the way to the bytes.
type SignedBundle struct {
	Name      string // of the statement's file, for errors
	Statement agencies.Compact
	// Load compiles the bundle. It is called only for what the ledger does not have.
	Load func(context.Context) (*engine.Revision, error)
}

// placed is a statement that a record has put in force, and where.
type placed struct {
	policy.Statement
	signed agencies.Digest // of the statement's exact bytes
	seq    uint64
}

// PutInForce records the bundles that the ledger does not have yet, in the order of
// their revisions. From its record on a bundle decides, in its scope and from its
// date; what was in force before decides until then, and stays when a bundle is
// refused. The ledger never goes back: the newest given in a scope must be the
// newest recorded there.
func (x *Exchange) PutInForce(ctx context.Context, given []SignedBundle) error {
	claims := map[agencies.Digest]policy.Statement{}
	for _, b := range given {
		s, err := policy.PeekStatement(b.Statement)
		if err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
		claims[b.Statement.Digest()] = s
	}
	given = slices.Clone(given)
	slices.SortStableFunc(given, func(a, b SignedBundle) int {
		return claims[a.Statement.Digest()].Revision - claims[b.Statement.Digest()].Revision
	})
	var errs []error
	newest := map[agencies.State]SignedBundle{}
	for _, b := range given {
		newest[claims[b.Statement.Digest()].State] = b
		if err := x.addBundle(ctx, b); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", b.Name, err))
		}
	}
	if errs != nil {
		return errors.Join(errs...)
	}
	for scope, b := range newest {
		if have, ok := x.world.newestBundle(scope); !ok || have.signed != b.Statement.Digest() {
			return fmt.Errorf("%s: %w: %w", b.Name, policy.ErrRollback, &agencies.FieldError{Field: "revision", Rule: "rollback",
				Detail: fmt.Sprintf("is %d, the ledger has %d for %s", claims[b.Statement.Digest()].Revision, have.Revision, have.Scope())})
		}
	}
	return nil
}

// openPolicy makes ready what decides, at start.
func (x *Exchange) openPolicy(ctx context.Context) error {
	if err := x.PutInForce(ctx, x.cfg.Bundles); err != nil {
		return err
	}
	if _, ok := x.world.newestBundle(""); !ok {
		return policy.ErrNoPolicy
	}
	return x.compileBundles(ctx)
}

// addBundle records one bundle, unless it is recorded.
func (x *Exchange) addBundle(ctx context.Context, b SignedBundle) error {
	if x.world.hasBundle(b.Statement.Digest()) {
		return nil
	}
	list, at := x.world.trust(), x.now()
	// The signature first: nothing of a stranger's is compiled.
	s, err := policy.VerifyStatement(list.List(), b.Statement, at)
	if err != nil {
		return err
	}
	if _, err := x.world.registered().Next(s); err != nil {
		return err
	}
	rev, err := b.compile(ctx)
	if err != nil {
		return err
	}
	if err := rev.Is(s); err != nil {
		return err
	}
	archive := rev.Archive()
	if len(archive) > broker.MaxBundle {
		return fmt.Errorf("%w: %w", engine.ErrBundle, &agencies.FieldError{Field: "bundle", Rule: agencies.RuleSize, Detail: fmt.Sprintf("has %d bytes packed, at most %d", len(archive), broker.MaxBundle)})
	}
	// Held before it is recorded: the first decision after the record must not wait.
	x.world.hold(rev)
	att := broker.Attestation{
		At: at, Act: broker.ActBundle, ID: agencies.NewID(), From: x.cfg.Agency,
		Trust: list.List().Version, TrustDigest: list.Digest(),
		Detail: encodeDetail(broker.Detail{Bundle: &broker.Bundle{Statement: b.Statement, Archive: archive}}),
	}
	if _, _, err := x.ledger.commit(ctx, draft{att: att}); err != nil {
		return fmt.Errorf("record bundle: %w", err)
	}
	x.log.Info("policy in force", "state", s.Scope(), "digest", string(s.Digest), "revision", s.Revision, "from", s.EffectiveFrom)
	return nil
}

// compileBundles brings into memory what decides now or will, from the ledger's own
// bytes: nothing that the operator holds beside it can change the law in force.
func (x *Exchange) compileBundles(ctx context.Context) error {
	for _, digest := range x.world.registered().Needed(x.now()) {
		if _, err := x.revision(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}

// revision finds a bundle that was ever in force, from memory or from its record.
func (x *Exchange) revision(ctx context.Context, digest agencies.Digest) (*engine.Revision, error) {
	rev, seq := x.world.bundle(digest)
	if rev != nil {
		return rev, nil
	}
	e, err := x.readEntry(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	d, err := e.att.Details()
	if err != nil || d.Bundle == nil {
		return nil, fmt.Errorf("read bundle: record %d: %w", seq, errors.Join(engine.ErrBundle, err))
	}
	if rev, err = engine.LoadArchive(ctx, d.Bundle.Archive); err != nil {
		return nil, fmt.Errorf("read bundle: record %d: %w", seq, err)
	}
	if rev.Digest() != digest {
		return nil, fmt.Errorf("read bundle: record %d: %w: it holds another", seq, engine.ErrBundle)
	}
	x.world.hold(rev)
	return rev, nil
}

// askPolicy gives the bundle records after a place of the ledger, oldest first: to
// every agency, since they hold the law and nothing of a case.
func (x *Exchange) askPolicy(ctx context.Context, q broker.Ask) (*broker.AskReply, error) {
	r := &broker.AskReply{}
	size := 0
	for _, p := range x.world.bundles() {
		if p.seq <= q.After {
			continue
		}
		raw, err := x.ledger.read(ctx, p.seq)
		if err != nil {
			return nil, err
		}
		if size += len(raw) * 4 / 3; len(r.Records) > 0 && size > pageBytes {
			r.More = true
			break
		}
		r.Records = append(r.Records, raw)
	}
	return r, nil
}

// bundle is what a bundle record makes of the register.
func (c *change) bundle(a broker.Attestation) error {
	register, b, err := a.NextBundle(c.history, c.register)
	if err != nil {
		return err
	}
	c.register = register
	c.placed = append(slices.Clip(c.placed), placed{register[len(register)-1], b.Statement.Digest(), a.Seq})
	return nil
}

func (w *world) registered() policy.Register {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.register
}

func (w *world) bundles() []placed {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.placed
}

func (w *world) newestBundle(scope agencies.State) (placed, bool) {
	for _, p := range slices.Backward(w.bundles()) {
		if p.State == scope {
			return p, true
		}
	}
	return placed{}, false
}

func (w *world) hasBundle(signed agencies.Digest) bool {
	return slices.ContainsFunc(w.bundles(), func(p placed) bool { return p.signed == signed })
}

// bundle is a compiled bundle, or the place of the record that holds it.
func (w *world) bundle(digest agencies.Digest) (*engine.Revision, uint64) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if rev := w.held[digest]; rev != nil {
		return rev, 0
	}
	for _, p := range slices.Backward(w.placed) {
		if p.Digest == digest {
			return nil, p.seq
		}
	}
	return nil, 0
}

// hold keeps a compiled bundle, some 3 MB; a process sees few.
func (w *world) hold(rev *engine.Revision) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held[rev.Digest()] == nil {
		w.held[rev.Digest()] = rev
	}
}
