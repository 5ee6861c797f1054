package tlog

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/sync/errgroup"
)

// flakyStore fails one operation in a hundred, before or after it took place.
type flakyStore struct {
	Store
	rng *rand.Rand
}

func (f *flakyStore) maybe(do func() error) error {
	switch f.rng.IntN(200) {
	case 0:
		return errInjected
	case 1:
		return errors.Join(do(), errInjected)
	}
	return do()
}

func (f *flakyStore) Create(ctx context.Context, objects ...Object) error {
	return f.maybe(func() error { return f.Store.Create(ctx, objects...) })
}

func (f *flakyStore) Replace(ctx context.Context, path string, old, data []byte) error {
	return f.maybe(func() error { return f.Store.Replace(ctx, path, old, data) })
}

func (f *flakyStore) Remove(ctx context.Context, paths ...string) error {
	return f.maybe(func() error { return f.Store.Remove(ctx, paths...) })
}

// TestThreeRacingWriters lets three writers fill one ledger through a store
// that fails: one chain, no fork, every commit consistent with the end.
func TestThreeRacingWriters(t *testing.T) {
	const total = 12_000
	first, d, s := begin(t)
	var wins [3]int
	var g errgroup.Group
	for w := range wins {
		own := openDir(t, d.root.Name())
		own.noSync = true
		rng := rand.New(rand.NewPCG(uint64(w), 7))
		store := &flakyStore{own, rng}
		g.Go(func() error {
			var l *Log
			for l == nil || l.Size() < total {
				if l == nil || rng.IntN(50) == 0 { // now and then the process dies and comes back
					fresh, err := Open(t.Context(), config(t, store, s))
					if err != nil && !errors.Is(err, errInjected) {
						return fmt.Errorf("writer %d: open: %w", w, err)
					}
					if l = fresh; l == nil {
						continue
					}
				}
				at := l.Size()
				_, err := l.AppendAt(t.Context(), at, entries(at, min(total, at+1+rng.Uint64N(150))))
				switch {
				case err == nil:
					wins[w]++
				case errors.Is(err, ErrLedger):
					return fmt.Errorf("writer %d at %d: %w", w, at, err)
				case !errors.Is(err, ErrConflict) && !errors.Is(err, errInjected):
					return fmt.Errorf("writer %d at %d: %w", w, at, err)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := first.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	rep := mustAudit(t, d, total)
	if rep.Checkpoint.Root != rootOf(t, total) {
		t.Fatal("wrong root")
	}
	for w, n := range wins {
		if n == 0 {
			t.Errorf("writer %d never won: not a race", w)
		}
	}
	t.Logf("commits %d, wins %v", rep.Chain-1, wins)
}
