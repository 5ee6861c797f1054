package tlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// maxCommit bounds the entries of one checkpoint, and so memory and staging.
const maxCommit = 1 << 16

// Append is [Log.AppendAt] at Size(). It refuses with [ErrHalted] after a commit
// of unknown outcome, because the same entries could then go in twice.
func (l *Log) Append(ctx context.Context, entries [][]byte) (Checkpoint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.halted != nil {
		return Checkpoint{}, l.halted
	}
	return l.appendAt(ctx, l.Size(), entries)
}

// AppendAt records entries whose first has the given leaf index (stream
// sequence - 1) and returns a checkpoint that covers them, committed, durable
// and published. Entries that are in the tree already are compared with it, so
// a call may be repeated after any error. [ErrConflict]: repeat. [ErrGap]: feed
// the entries from Size() on. [ErrLedger]: the stream says something else than the tree.
func (l *Log) AppendAt(ctx context.Context, first uint64, entries [][]byte) (Checkpoint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.halted != nil {
		if err := l.reload(ctx); err != nil {
			return Checkpoint{}, err
		}
	}
	return l.appendAt(ctx, first, entries)
}

func (l *Log) appendAt(ctx context.Context, first uint64, entries [][]byte) (Checkpoint, error) {
	for i, e := range entries {
		if len(e) != EntrySize {
			return Checkpoint{}, fmt.Errorf("append to ledger: entry %d has %d bytes, want %d", i, len(e), EntrySize)
		}
	}
	size := l.Size()
	if first > size {
		return Checkpoint{}, fmt.Errorf("append to ledger: first index %d, size %d: %w", first, size, ErrGap)
	}
	if uint64(len(entries)) > maxSize-first {
		return Checkpoint{}, errors.New("append to ledger: tree is full")
	}
	have := min(size-first, uint64(len(entries)))
	if err := l.compare(ctx, first, entries[:have]); err != nil {
		return Checkpoint{}, err
	}
	for entries = entries[have:]; len(entries) > 0; {
		n := min(len(entries), maxCommit)
		if err := l.commit(ctx, entries[:n]); err != nil {
			return Checkpoint{}, err
		}
		entries = entries[n:]
	}
	return l.Checkpoint(), nil
}

// compare holds entries that were given again against the recorded ones.
func (l *Log) compare(ctx context.Context, first uint64, entries [][]byte) error {
	size := l.Size()
	for i := 0; i < len(entries); {
		index := first + uint64(i)
		n, off := index/tileWidth, int(index%tileWidth)
		w := int(min(tileWidth, size-n*tileWidth))
		recorded, err := readBundle(ctx, l.store, n, w)
		if err != nil {
			return fmt.Errorf("append to ledger: %w", err)
		}
		for ; off < w && i < len(entries); off, i = off+1, i+1 {
			if !bytes.Equal(recorded[off], entries[i]) {
				return l.halt(ledgerErr("stream", "", nil,
					"record %d of the stream is not the one in the tree", first+uint64(i)+1))
			}
		}
	}
	return nil
}

// commit takes one batch through all durable steps; see the package comment.
func (l *Log) commit(ctx context.Context, entries [][]byte) error {
	h := l.head.Load()
	next := h.edge.clone()
	files := next.extend(entries)
	root := [32]byte(next.root())

	// Before the commit any failure leaves the old head standing. Signing goes
	// on beside the slow write; the signature stays here until both are done.
	stage := stagingPath(h.pos+1, root)
	staged := make(chan error, 1)
	go func() { staged <- l.store.Create(ctx, Object{stage, encodeStage(h.cp.Size, entries)}) }()
	cp, err := l.cfg.Keys.sign(next.size, root)
	if err := <-staged; err != nil {
		return fmt.Errorf("stage commit: %w", err)
	}
	if err != nil {
		return err
	}
	won := &head{cp: cp, pos: h.pos + 1, edge: next}
	switch err := l.store.Create(ctx, Object{chainPath(won.pos), cp.Note}); {
	case errors.Is(err, fs.ErrExist):
		return l.lost(ctx, stage, root)
	case err != nil:
		// It may be there or not; only reading the store again tells.
		return l.halt(fmt.Errorf("commit checkpoint: %w", err))
	}

	// The commit stands. A caller that has gone away must not leave it half done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.cfg.FinishTimeout)
	defer cancel()
	if err := l.finish(ctx, won, files); err != nil {
		return l.halt(err)
	}
	l.head.Store(won)
	l.tidy(ctx, stage, h.edge, next.size)
	return nil
}

// lost moves to the head that another writer has committed.
func (l *Log) lost(ctx context.Context, stage string, root [32]byte) error {
	old := l.Size()
	if err := l.reload(ctx); err != nil {
		return err
	}
	// The winner may have staged the very same commit: then it is the winner's to remove.
	if cp := l.Checkpoint(); cp.Root != root {
		if err := l.store.Remove(ctx, stage); err != nil {
			l.log.Warn("cannot remove staged commit", "err", err)
		}
	}
	l.log.Info("lost commit to another writer", "size", old, "head", l.Size())
	return fmt.Errorf("append to ledger: %w", ErrConflict)
}

// finish writes the tiles of a committed head and publishes its checkpoint.
func (l *Log) finish(ctx context.Context, h *head, files []Object) error {
	if err := l.store.Create(ctx, files...); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return ledgerErr("tiles", "", err, "a tile of the new tree is there with other bytes")
		}
		return fmt.Errorf("write tiles: %w", err)
	}
	return l.publish(ctx, h.cp)
}

// publish moves the public checkpoint forward, never back, whoever else publishes.
func (l *Log) publish(ctx context.Context, cp Checkpoint) error {
	for {
		old, err := l.store.Get(ctx, checkpointPath)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("publish checkpoint: %w", err)
		}
		// Mostly it is the one we published last, verified long ago.
		if h := l.head.Load(); err == nil && (h == nil || h.cp.Size >= cp.Size || !bytes.Equal(old, h.cp.Note)) {
			pub, err := ParseCheckpoint(old, l.cfg.Keys.verify)
			if err != nil {
				return ledgerErr("checkpoint", checkpointPath, err, "the published checkpoint is not ours")
			}
			if pub.Size > cp.Size || pub.Same(cp) {
				return nil
			}
			if pub.Size == cp.Size {
				return ledgerErr("checkpoint", checkpointPath, nil, "the published checkpoint has another root at size %d", cp.Size)
			}
		}
		err = l.store.Replace(ctx, checkpointPath, old, cp.Note)
		if err == nil || !errors.Is(err, ErrChanged) {
			return err
		}
	}
}

// tidy removes what the commit made superfluous: its staging file, and partial
// tiles whose full tile is there (c2sp.org/tlog-tiles). Failing loses nothing.
func (l *Log) tidy(ctx context.Context, stage string, old *edge, size uint64) {
	gone := []string{stage}
	add := func(level int, n uint64) {
		dir := partialDir(level, n)
		names, err := l.store.List(ctx, dir)
		if err != nil {
			l.log.Warn("cannot list partial tiles", "err", err)
		}
		for _, name := range names {
			gone = append(gone, dir+"/"+name)
		}
	}
	for level, hs := range old.levels {
		shift := tileHeight * (level + 1)
		if n := old.size >> shift; len(hs) > 0 && size>>shift > n {
			add(level, n)
			if level == 0 {
				add(bundleLevel, n)
			}
		}
	}
	if err := l.store.Remove(ctx, gone...); err != nil {
		l.log.Warn("cannot remove superfluous files", "err", err)
	}
}
