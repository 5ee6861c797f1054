package tlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	xtlog "golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"
)

// auditor carries one audit. Derived hashes always come from the entries.
type auditor struct {
	AuditConfig
	rep Report

	bundles, tiles atomic.Uint64

	mu sync.Mutex
	// first tile or bundle that does not fit, by (level, index). Owner: mu.
	first *mismatch
}

// mismatch is a stored tile that is not what the entries below it give.
type mismatch struct {
	level int
	n     uint64
	w     int
	at    int // first hash of the tile that differs
}

func audit(ctx context.Context, cfg AuditConfig) (Report, error) {
	if cfg.Source == nil || cfg.Keys == nil {
		return Report{}, errors.New("audit ledger: Source and Keys are required")
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	start := time.Now()
	a := &auditor{AuditConfig: cfg}
	err := a.run(ctx)
	a.rep.Bundles, a.rep.Tiles = a.bundles.Load(), a.tiles.Load()
	a.rep.Elapsed = time.Since(start)
	return a.rep, err
}

func (a *auditor) run(ctx context.Context) error {
	data, err := a.Source.Get(ctx, checkpointPath)
	if err != nil {
		return readFault(checkpointPath, -1, err)
	}
	cp, err := ParseCheckpoint(data, a.Keys)
	if err != nil {
		return &AuditError{File: checkpointPath, Index: -1, Check: "signature", Detail: "not a checkpoint signed by both keys", Err: err}
	}
	a.rep.Checkpoint = cp
	root, err := a.tree(ctx, cp)
	if err != nil {
		return err
	}
	if err := a.settle(ctx, cp, root); err != nil {
		return err
	}
	a.rep.Entries = cp.Size
	if err := a.stale(ctx, cp); err != nil {
		return err
	}
	if err := a.records(ctx, cp); err != nil {
		return err
	}
	for _, k := range a.Known {
		if err := a.contains(ctx, cp, k, ""); err != nil {
			return err
		}
	}
	if a.Chain {
		return a.chain(ctx, cp)
	}
	return nil
}

// tree recomputes all levels and returns the root that the entries give.
func (a *auditor) tree(ctx context.Context, cp Checkpoint) ([]byte, error) {
	rf := &compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	acc := rf.NewEmptyRange(0)
	if cp.Size == 0 {
		return rfc6962.DefaultHasher.EmptyRoot(), nil
	}
	// Level 0: every bundle gives a tile; full tiles give their root upwards.
	full := cp.Size / tileWidth
	up := make([]xtlog.Hash, full)
	var rest []xtlog.Hash
	err := a.each(ctx, (cp.Size+tileWidth-1)/tileWidth, func(n uint64) error {
		w := int(min(tileWidth, cp.Size-n*tileWidth))
		leaves, err := a.leaves(ctx, n, w)
		if err != nil {
			return err
		}
		if err := a.compare(ctx, 0, n, leaves); err != nil {
			return err
		}
		if w == tileWidth {
			up[n] = subtree(leaves)
		} else {
			rest = leaves
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for n, h := range up {
		r, err := rf.NewRange(uint64(n)*tileWidth, uint64(n+1)*tileWidth, [][]byte{h[:]})
		if err == nil {
			err = acc.AppendRange(r, nil)
		}
		if err != nil {
			return nil, fmt.Errorf("audit ledger: %w", err)
		}
	}
	for _, h := range rest {
		if err := acc.Append(h[:], nil); err != nil {
			return nil, fmt.Errorf("audit ledger: %w", err)
		}
	}
	for level := 1; len(up) > 0; level++ {
		below := up
		up = make([]xtlog.Hash, len(below)/tileWidth)
		err := a.each(ctx, uint64((len(below)+tileWidth-1)/tileWidth), func(n uint64) error {
			hs := below[n*tileWidth : min((n+1)*tileWidth, uint64(len(below)))]
			if len(hs) == tileWidth {
				up[n] = subtree(hs)
			}
			return a.compare(ctx, level, n, hs)
		})
		if err != nil {
			return nil, err
		}
	}
	return acc.GetRootHash(nil)
}

// each calls f for 0..n-1 on all workers. Every number below a failing one is
// still done, so that the error returned is the first in order, not in time.
func (a *auditor) each(ctx context.Context, n uint64, f func(uint64) error) error {
	var next, stop atomic.Uint64
	stop.Store(n)
	var mu sync.Mutex
	var first error
	var g errgroup.Group
	for range a.Workers {
		g.Go(func() error {
			for {
				i := next.Add(1) - 1
				if i >= stop.Load() {
					return nil
				}
				err := ctx.Err()
				if err == nil {
					err = f(i)
				}
				if err != nil {
					mu.Lock()
					if i < stop.Load() {
						stop.Store(i)
						first = err
					}
					mu.Unlock()
				}
			}
		})
	}
	_ = g.Wait()
	return first
}

// leaves reads a bundle and hashes its entries.
func (a *auditor) leaves(ctx context.Context, n uint64, w int) ([]xtlog.Hash, error) {
	a.bundles.Add(1)
	path := tilePath(bundleLevel, n, w)
	data, err := readPart(ctx, a.Source, bundleLevel, n, w, bundleEntry)
	if err != nil {
		return nil, readFault(path, int64(n*tileWidth), err)
	}
	entries, err := splitBundle(data, w)
	if err != nil {
		return nil, &AuditError{File: path, Index: int64(n * tileWidth), Check: "length", Detail: "not an entry bundle", Err: err}
	}
	hs := make([]xtlog.Hash, w)
	for i, e := range entries {
		hs[i] = xtlog.RecordHash(e)
	}
	return hs, nil
}

// compare holds a stored tile against derived hashes and notes the first difference.
func (a *auditor) compare(ctx context.Context, level int, n uint64, derived []xtlog.Hash) error {
	a.tiles.Add(1)
	w := len(derived)
	stored, err := readTile(ctx, a.Source, level, n, w)
	if err != nil {
		return readFault(tilePath(level, n, w), int64(n<<(tileHeight*(level+1))), err)
	}
	for i := range derived {
		if !bytes.Equal(stored[i*xtlog.HashSize:][:xtlog.HashSize], derived[i][:]) {
			a.note(&mismatch{level: level, n: n, w: w, at: i})
			break
		}
	}
	return nil
}

func (a *auditor) note(m *mismatch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.first; f == nil || m.level < f.level || m.level == f.level && m.n < f.n {
		a.first = m
	}
}

// settle decides which file is at fault, by the root that both keys signed.
func (a *auditor) settle(ctx context.Context, cp Checkpoint, root []byte) error {
	good := bytes.Equal(root, cp.Root[:])
	m := a.first
	switch {
	case good && m == nil:
		return nil
	case m == nil:
		return &AuditError{File: checkpointPath, Index: -1, Check: "root",
			Detail: fmt.Sprintf("entries and tiles agree on another root for size %d", cp.Size)}
	case good: // the entries are the signed ones, so the tile is not
		return &AuditError{File: tilePath(m.level, m.n, m.w), Index: m.leaf(), Check: "tile",
			Detail: fmt.Sprintf("hash %d is not that of the signed tree", m.at)}
	}
	// The entries are not the signed ones. Is the stored tile?
	_, err := hashReader(ctx, a.Source, cp.Size, cp.Root).ReadHashes([]int64{xtlog.StoredHashIndex(tileHeight*m.level, int64(m.n*tileWidth)+int64(m.at))})
	if err == nil && m.level == 0 {
		return &AuditError{File: tilePath(bundleLevel, m.n, m.w), Index: m.leaf(), Check: "entry",
			Detail: "entry does not hash to the leaf of the signed tree"}
	}
	if transient(err) {
		return fmt.Errorf("audit ledger: %w", err)
	}
	if err == nil { // a signed hash over a tile and bundles that fit each other, but not it
		return &AuditError{File: tilePath(m.level-1, m.n*tileWidth+uint64(m.at), tileWidth), Index: m.leaf(), Check: "tile",
			Detail: "neither this tile nor the entries under it are those of the signed tree"}
	}
	return &AuditError{File: tilePath(m.level, m.n, m.w), Index: m.leaf(), Check: "root", Err: err,
		Detail: "neither this tile nor the entries under it lead to the signed root"}
}

func (m *mismatch) leaf() int64 {
	return int64((m.n*tileWidth + uint64(m.at)) << (tileHeight * m.level))
}

// records compares every record's commitment with its entry.
func (a *auditor) records(ctx context.Context, cp Checkpoint) error {
	if a.Records == nil {
		return nil
	}
	var bundle [][]byte
	for index, record := range a.Records {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := a.rep.Records
		if want == cp.Size {
			return nil // records newer than the checkpoint are for the next audit
		}
		if index != want {
			return &AuditError{Index: int64(want), Check: "record", Detail: fmt.Sprintf("source gives record %d instead", index)}
		}
		if want%tileWidth == 0 {
			var err error
			if bundle, err = readBundle(ctx, a.Source, want/tileWidth, int(min(tileWidth, cp.Size-want))); err != nil {
				return readFault(tilePath(bundleLevel, want/tileWidth, tileWidth), int64(want), err)
			}
		}
		if c := Commit(record); !bytes.Equal(c[:], bundle[want%tileWidth]) {
			return &AuditError{Index: int64(want), Check: "record", Detail: "record is not the one that was committed to"}
		}
		a.rep.Records++
	}
	if a.rep.Records != cp.Size {
		return &AuditError{Index: int64(a.rep.Records), Check: "record",
			Detail: fmt.Sprintf("source ends before size %d", cp.Size)}
	}
	return nil
}

func readFault(path string, leaf int64, err error) error {
	check := "missing"
	var le *lengthError
	switch {
	case errors.As(err, &le):
		path, check = le.path, "length"
	case !errors.Is(err, fs.ErrNotExist):
		// Not a finding about the ledger: the caller may try again.
		return fmt.Errorf("audit ledger: %w", err)
	}
	return &AuditError{File: path, Index: leaf, Check: check, Detail: "cannot be read", Err: err}
}
