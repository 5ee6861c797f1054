package tlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	xtlog "golang.org/x/mod/sumdb/tlog"
)

// load establishes the head from the store and holds everything against
// everything. Owner of the call holds mu.
func (l *Log) load(ctx context.Context, rebuild bool) error {
	if l.cfg.Origin != l.cfg.Keys.Origin() {
		return ledgerErr("origin", "", nil, "configured origin %q, keys are of %q", l.cfg.Origin, l.cfg.Keys.Origin())
	}
	if l.head.Load() == nil {
		if err := l.checkConfig(ctx, rebuild); err != nil {
			return err
		}
	}
	h, err := l.lookHead(ctx)
	if err != nil {
		return err
	}
	if err := l.checkStream(ctx, h.cp.Size); err != nil {
		return err
	}
	if err := l.checkLastBundle(ctx, h.cp); err != nil {
		return err
	}
	for _, k := range l.cfg.Known {
		if err := l.checkContains(ctx, h.cp, k, "known"); err != nil {
			return err
		}
	}
	if old := l.head.Load(); old != nil {
		if err := l.checkContains(ctx, h.cp, old.cp, "chain"); err != nil {
			return err
		}
	}
	// Whatever stopped an earlier writer half way, from here on the head is durable.
	if err := l.store.Create(ctx, Object{chainPath(h.pos), h.cp.Note}); err != nil {
		return fmt.Errorf("open ledger: %w", err)
	}
	if err := l.publish(ctx, h.cp); err != nil {
		return err
	}
	l.head.Store(h)
	l.dropStaging(ctx, h.pos)
	return nil
}

// lookHead looks until it has seen a whole state: other writers may move on meanwhile.
func (l *Log) lookHead(ctx context.Context) (*head, error) {
	const looks = 50
	var stuck *stuckError
	for range looks {
		h, err := l.loadHead(ctx)
		var s *stuckError
		switch {
		case err == nil:
			return h, nil
		case errors.As(err, &s):
			// Whoever takes staging away has published before; so the second
			// look finds the new checkpoint, unless there is no such writer.
			if stuck != nil && stuck.pos == s.pos {
				return nil, s.err
			}
			stuck = s
		default:
			return nil, err
		}
	}
	return nil, fmt.Errorf("open ledger: other writers move too fast: %w", ErrConflict)
}

// stuckError: a commit was won, not published, and is not staged.
type stuckError struct {
	pos uint64
	err error
}

func (e *stuckError) Error() string { return e.err.Error() }

// loadHead reads the last committed checkpoint and its tree.
//
// No writer commits before the commit below is published. Hence a published
// checkpoint read before the chain cannot be newer than the chain, and one
// read after it is at most one commit older. If others have moved on since,
// what is found is an older head: good until the next commit loses its race.
func (l *Log) loadHead(ctx context.Context) (*head, error) {
	before, err := l.published(ctx)
	if err != nil {
		return nil, err
	}
	pos, cp, err := l.chainHead(ctx)
	if err != nil {
		return nil, err
	}
	if before != nil && before.Size > cp.Size {
		return nil, ledgerErr("chain", chainPath(pos), nil,
			"rolled back: published size %d, committed size %d", before.Size, cp.Size)
	}
	if pos > 0 {
		after, err := l.published(ctx)
		switch {
		case err != nil:
			return nil, err
		case after == nil:
			return nil, ledgerErr("checkpoint", checkpointPath, nil, "is missing, the chain has size %d", cp.Size)
		case after.Size < cp.Size:
			if err := l.replay(ctx, *after, cp, pos); err != nil {
				return nil, err
			}
		}
	}
	e, err := readEdge(ctx, l.store, cp)
	if err != nil {
		return nil, err
	}
	return &head{cp: cp, pos: pos, edge: e}, nil
}

// published reads the public checkpoint; nil if there is none.
func (l *Log) published(ctx context.Context) (*Checkpoint, error) {
	data, err := l.store.Get(ctx, checkpointPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	cp, err := ParseCheckpoint(data, l.cfg.Keys.verify)
	if err != nil {
		return nil, ledgerErr("checkpoint", checkpointPath, err, "is not a checkpoint of this log")
	}
	return &cp, nil
}

// chainHead finds the last file of the chain: doubling steps, then halving.
func (l *Log) chainHead(ctx context.Context) (uint64, Checkpoint, error) {
	var pos uint64
	if h := l.head.Load(); h != nil {
		pos = h.pos
	}
	data, err := l.store.Get(ctx, chainPath(pos))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, Checkpoint{}, ledgerErr("chain", chainPath(pos), nil, "is missing")
	}
	up := true
	for step := uint64(1); err == nil && step > 0; {
		var next []byte
		next, err = l.store.Get(ctx, chainPath(pos+step))
		switch {
		case err == nil:
			pos, data = pos+step, next
			if up {
				step *= 2
			} else {
				step /= 2
			}
		case errors.Is(err, fs.ErrNotExist):
			err, up = nil, false
			step /= 2
		}
	}
	if err != nil {
		return 0, Checkpoint{}, fmt.Errorf("open ledger: %w", err)
	}
	cp, err := ParseCheckpoint(data, l.cfg.Keys.verify)
	if err != nil {
		return 0, Checkpoint{}, ledgerErr("chain", chainPath(pos), err, "is not a checkpoint of this log")
	}
	return pos, cp, nil
}

// replay finishes a commit that was won but not published.
func (l *Log) replay(ctx context.Context, pub, cp Checkpoint, pos uint64) error {
	below, stage := chainPath(pos-1), stagingPath(pos, cp.Root)
	data, err := l.store.Get(ctx, below)
	if errors.Is(err, fs.ErrNotExist) {
		return ledgerErr("chain", below, nil, "is missing")
	} else if err != nil {
		return fmt.Errorf("open ledger: %w", err)
	}
	prev, err := ParseCheckpoint(data, l.cfg.Keys.verify)
	if err != nil {
		return ledgerErr("chain", below, err, "is not a checkpoint of this log")
	}
	if !pub.Same(prev) {
		return ledgerErr("checkpoint", checkpointPath, nil, "of size %d, neither %s nor the one before", pub.Size, chainPath(pos))
	}
	staged, err := l.store.Get(ctx, stage)
	if errors.Is(err, fs.ErrNotExist) {
		return &stuckError{pos, ledgerErr("checkpoint", checkpointPath, nil,
			"size %d, the chain has %d and nothing is staged to get there", pub.Size, cp.Size)}
	} else if err != nil {
		return fmt.Errorf("open ledger: %w", err)
	}
	first, entries, err := decodeStage(staged)
	if err != nil || first != prev.Size {
		return ledgerErr("chain", stage, err, "is not the staged commit of size %d", prev.Size)
	}
	e, err := readEdge(ctx, l.store, prev)
	if err != nil {
		return err
	}
	files := e.extend(entries)
	if [32]byte(e.root()) != cp.Root || e.size != cp.Size {
		return ledgerErr("chain", stage, nil, "does not give the root of %s", chainPath(pos))
	}
	l.log.Info("finishing staged commit", "from", prev.Size, "size", cp.Size)
	return l.finish(ctx, &head{cp: cp, pos: pos, edge: e}, files)
}

// checkStream holds the stream against the tree: a restored or re-created
// stream would give its next records indexes that are taken.
func (l *Log) checkStream(ctx context.Context, size uint64) error {
	s, err := l.cfg.Head(ctx)
	if err != nil {
		return fmt.Errorf("check stream: %w", err)
	}
	data, err := l.store.Get(ctx, configPath)
	if errors.Is(err, fs.ErrNotExist) {
		return ledgerErr("config", configPath, nil, "is missing")
	} else if err != nil {
		return fmt.Errorf("check stream: %w", err)
	}
	want := logConfig{V: 1, Origin: l.cfg.Origin, Keys: l.cfg.Keys.verify.Strings(), Stream: s.Name, Created: s.Created.UTC()}
	if err := l.compareConfig(data, want); err != nil {
		return err
	}
	if s.LastSeq < size {
		return ledgerErr("stream", "", nil, "last sequence %d, the tree has %d records", s.LastSeq, size)
	}
	l.lastSeq = s.LastSeq
	return nil
}

// checkLastBundle authenticates the newest entries where the right edge, having
// just become full tiles, does not show them. Older ones are for [Audit].
func (l *Log) checkLastBundle(ctx context.Context, cp Checkpoint) error {
	if cp.Size == 0 || cp.Size%tileWidth != 0 {
		return nil // see readEdge
	}
	n := cp.Size/tileWidth - 1
	path := tilePath(bundleLevel, n, tileWidth)
	entries, err := readBundle(ctx, l.store, n, tileWidth)
	if err != nil {
		return readErr("entries", path, err, "newest entries cannot be read")
	}
	at := make([]int64, tileWidth)
	for i := range at {
		at[i] = xtlog.StoredHashIndex(0, int64(n*tileWidth)+int64(i))
	}
	hashes, err := hashReader(ctx, l.store, cp.Size, cp.Root).ReadHashes(at)
	if err != nil {
		return readErr("tiles", tilePath(0, n, tileWidth), err, "does not lead to the root")
	}
	for i, h := range hashes {
		if xtlog.RecordHash(entries[i]) != h {
			return ledgerErr("entries", path, nil, "entry %d does not match its tile", i)
		}
	}
	return nil
}

// checkContains makes sure that the tree of cp begins with that of an older checkpoint.
func (l *Log) checkContains(ctx context.Context, cp, older Checkpoint, part string) error {
	switch root, err := RootAt(ctx, l.store, cp, min(older.Size, cp.Size)); {
	case older.Origin != cp.Origin:
		return ledgerErr(part, "", nil, "checkpoint of %q", older.Origin)
	case older.Size > cp.Size:
		return ledgerErr(part, "", nil, "rolled back: size %d was seen, the tree has %d", older.Size, cp.Size)
	case err != nil:
		return readErr("tiles", "", err, "cannot find the root at size %d", older.Size)
	case root != older.Root:
		return ledgerErr(part, "", nil, "forked: another root was seen at size %d", older.Size)
	}
	return nil
}

// dropStaging removes commits that lost or are finished. Failing loses nothing.
func (l *Log) dropStaging(ctx context.Context, pos uint64) {
	names, err := l.store.List(ctx, stagingDir)
	var gone []string
	for _, name := range names {
		num, _, _ := strings.Cut(name, "-")
		if p, err := strconv.ParseUint(num, 10, 64); err == nil && p <= pos {
			gone = append(gone, stagingDir+"/"+name)
		}
	}
	if err == nil && len(gone) > 0 {
		err = l.store.Remove(ctx, gone...)
	}
	if err != nil {
		l.log.Warn("cannot remove staged commits", "err", err)
	}
}

const stageHead = "rogatory-stage-v1\n"

// encodeStage: head, uint64 index of the first entry, entries.
func encodeStage(first uint64, entries [][]byte) []byte {
	out := make([]byte, 0, len(stageHead)+8+len(entries)*EntrySize)
	out = append(out, stageHead...)
	out = binary.BigEndian.AppendUint64(out, first)
	for _, e := range entries {
		out = append(out, e...)
	}
	return out
}

func decodeStage(data []byte) (first uint64, entries [][]byte, err error) {
	rest, ok := bytes.CutPrefix(data, []byte(stageHead))
	if !ok || len(rest) < 8 || (len(rest)-8)%EntrySize != 0 {
		return 0, nil, errors.New("read staged commit: malformed")
	}
	return binary.BigEndian.Uint64(rest), slices.Collect(slices.Chunk(rest[8:], EntrySize)), nil
}
