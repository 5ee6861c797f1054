package tlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	xtlog "golang.org/x/mod/sumdb/tlog"
)

// logConfig is log.json: what this ledger belongs to, written once.
type logConfig struct {
	V       int       `json:"v"`
	Origin  string    `json:"origin"`
	Keys    []string  `json:"keys"`
	Stream  string    `json:"stream"`
	Created time.Time `json:"created"`
}

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
	// Another writer may move on while we read; then the second look is whole.
	const looks = 5
	var h *head
	var err error
	for i := range looks {
		if h, err = l.loadHead(ctx, i == looks-1); h != nil || err != nil {
			break
		}
	}
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

// checkConfig compares log.json, or creates a ledger where there is none.
func (l *Log) checkConfig(ctx context.Context, rebuild bool) error {
	stream, err := l.cfg.Head(ctx)
	if err != nil {
		return fmt.Errorf("open ledger: ask stream: %w", err)
	}
	want := logConfig{V: 1, Origin: l.cfg.Origin, Keys: l.cfg.Keys.verify.Strings(),
		Stream: stream.Name, Created: stream.Created.UTC()}
	data, cfgErr := l.store.Get(ctx, configPath)
	first, chainErr := l.store.Get(ctx, chainPath(0))
	_, pubErr := l.store.Get(ctx, checkpointPath)
	for _, err := range []error{cfgErr, chainErr, pubErr} {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("open ledger: %w", err)
		}
	}
	if chainErr != nil && pubErr != nil { // no ledger, or its creation was interrupted
		if stream.LastSeq > 0 && !rebuild {
			return ledgerErr("chain", chainPath(0), ErrMissing, "no ledger, but the stream has records up to %d", stream.LastSeq)
		}
		return l.create(ctx, want)
	}
	switch {
	case rebuild:
		return errors.New("rebuild ledger: a ledger is there already")
	case cfgErr != nil:
		return ledgerErr("config", configPath, nil, "is missing")
	case chainErr != nil:
		return ledgerErr("chain", chainPath(0), nil, "is missing")
	}
	if _, err := ParseCheckpoint(first, l.cfg.Keys.verify); err != nil {
		return ledgerErr("chain", chainPath(0), err, "first checkpoint is not ours")
	}
	return l.compareConfig(data, want)
}

func (l *Log) compareConfig(data []byte, want logConfig) error {
	var have logConfig
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&have); err != nil {
		return ledgerErr("config", configPath, err, "is malformed")
	}
	if _, err := dec.Token(); err != io.EOF {
		return ledgerErr("config", configPath, nil, "is malformed: trailing bytes")
	}
	switch {
	case have.V != want.V:
		return ledgerErr("config", configPath, nil, "version %d, want %d", have.V, want.V)
	case have.Origin != want.Origin:
		return ledgerErr("origin", configPath, nil, "ledger of %q, configured %q", have.Origin, want.Origin)
	case !slices.Equal(have.Keys, want.Keys):
		return ledgerErr("keys", configPath, nil, "ledger was made with other keys")
	case have.Stream != want.Stream:
		return ledgerErr("stream", configPath, nil, "ledger of stream %q, found %q", have.Stream, want.Stream)
	case !have.Created.Equal(want.Created):
		return ledgerErr("stream", configPath, nil, "stream was created %s, the one found %s",
			have.Created.Format(time.RFC3339Nano), want.Created.Format(time.RFC3339Nano))
	}
	canon, err := encodeConfig(have)
	if err != nil || !bytes.Equal(canon, data) {
		return ledgerErr("config", configPath, err, "is not as it was written")
	}
	return nil
}

func encodeConfig(c logConfig) ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ")
	return append(data, '\n'), err
}

// create writes log.json and commits the empty tree as number 0 of the chain.
func (l *Log) create(ctx context.Context, want logConfig) error {
	data, err := encodeConfig(want)
	if err != nil {
		return fmt.Errorf("create ledger: %w", err)
	}
	if err := l.store.Create(ctx, Object{configPath, data}); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return ledgerErr("config", configPath, err, "left by another ledger")
		}
		return fmt.Errorf("create ledger: %w", err)
	}
	cp, err := l.cfg.Keys.sign(0, (&edge{}).root())
	if err != nil {
		return err
	}
	// Two creators may race; either's empty tree will do.
	if err := l.store.Create(ctx, Object{chainPath(0), cp.Note}); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create ledger: %w", err)
	}
	l.log.Info("ledger created", "origin", want.Origin)
	return nil
}

// loadHead reads the last committed checkpoint and its tree. It returns nil, nil
// when another writer interfered and a new look is due.
func (l *Log) loadHead(ctx context.Context, last bool) (*head, error) {
	// The published checkpoint first: it can only be older than the chain read after it.
	var pub *Checkpoint
	switch data, err := l.store.Get(ctx, checkpointPath); {
	case err == nil:
		cp, err := ParseCheckpoint(data, l.cfg.Keys.verify)
		if err != nil {
			return nil, ledgerErr("checkpoint", checkpointPath, err, "is not a checkpoint of this log")
		}
		pub = &cp
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	pos, cp, err := l.chainHead(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case pub == nil && pos > 0:
		return nil, ledgerErr("checkpoint", checkpointPath, nil, "is missing, the chain has size %d", cp.Size)
	case pub != nil && pub.Size > cp.Size:
		return nil, ledgerErr("chain", chainPath(pos), nil,
			"rolled back: published size %d, committed size %d", pub.Size, cp.Size)
	case pub != nil && pub.Size == cp.Size && pub.Root != cp.Root:
		return nil, ledgerErr("checkpoint", checkpointPath, nil, "other root than %s at size %d", chainPath(pos), cp.Size)
	case pub != nil && pub.Size < cp.Size:
		if done, err := l.replay(ctx, *pub, cp, pos); !done || err != nil {
			if err == nil && last {
				err = ledgerErr("checkpoint", checkpointPath, nil,
					"size %d, the chain has %d and nothing is staged to get there", pub.Size, cp.Size)
			}
			return nil, err
		}
	}
	e, err := readEdge(ctx, l.store, cp.Size)
	if err != nil {
		return nil, readErr("tiles", edgePaths(cp.Size), err, "right edge of size %d cannot be read", cp.Size)
	}
	if [32]byte(e.root()) != cp.Root {
		return nil, ledgerErr("tiles", edgePaths(cp.Size), nil, "do not give the root of %s", chainPath(pos))
	}
	return &head{cp: cp, pos: pos, edge: e}, nil
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

// replay finishes a commit that was won but not published. It reports false
// when nothing is staged, because another writer may just have finished it.
func (l *Log) replay(ctx context.Context, pub, cp Checkpoint, pos uint64) (bool, error) {
	data, err := l.store.Get(ctx, chainPath(pos-1))
	if errors.Is(err, fs.ErrNotExist) {
		return false, ledgerErr("chain", chainPath(pos-1), nil, "is missing")
	} else if err != nil {
		return false, fmt.Errorf("open ledger: %w", err)
	}
	prev, err := ParseCheckpoint(data, l.cfg.Keys.verify)
	if err != nil {
		return false, ledgerErr("chain", chainPath(pos-1), err, "is not a checkpoint of this log")
	}
	stage := stagingPath(pos, cp.Root)
	staged, err := l.store.Get(ctx, stage)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("open ledger: %w", err)
	}
	if !pub.Same(prev) {
		return false, ledgerErr("checkpoint", checkpointPath, nil, "is not %s", chainPath(pos-1))
	}
	first, entries, err := decodeStage(staged)
	if err != nil || first != prev.Size {
		return false, ledgerErr("chain", stage, err, "is not the staged commit of size %d", prev.Size)
	}
	e, err := readEdge(ctx, l.store, prev.Size)
	if err != nil {
		return false, readErr("tiles", edgePaths(prev.Size), err, "right edge of size %d cannot be read", prev.Size)
	}
	if [32]byte(e.root()) != prev.Root {
		return false, ledgerErr("tiles", edgePaths(prev.Size), nil, "do not give the root of %s", chainPath(pos-1))
	}
	files := e.extend(entries)
	if [32]byte(e.root()) != cp.Root || e.size != cp.Size {
		return false, ledgerErr("chain", stage, nil, "does not give the root of %s", chainPath(pos))
	}
	l.log.Info("finishing staged commit", "from", prev.Size, "size", cp.Size)
	return true, l.finish(ctx, &head{cp: cp, pos: pos, edge: e}, files)
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

// checkLastBundle authenticates the newest entries; older ones are for [Audit].
func (l *Log) checkLastBundle(ctx context.Context, cp Checkpoint) error {
	if cp.Size == 0 {
		return nil
	}
	n := (cp.Size - 1) / tileWidth
	w := int(cp.Size - n*tileWidth)
	entries, err := readBundle(ctx, l.store, n, w)
	if err != nil {
		return readErr("entries", tilePath(bundleLevel, n, w), err, "newest entries cannot be read")
	}
	at := make([]int64, w)
	for i := range at {
		at[i] = xtlog.StoredHashIndex(0, int64(n*tileWidth)+int64(i))
	}
	hashes, err := hashReader(ctx, l.store, cp.Size, cp.Root).ReadHashes(at)
	if err != nil {
		return readErr("tiles", tilePath(0, n, w), err, "does not lead to the root")
	}
	for i, h := range hashes {
		if xtlog.RecordHash(entries[i]) != h {
			return ledgerErr("entries", tilePath(bundleLevel, n, w), nil, "entry %d does not match its tile", i)
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

// edgePaths names the tiles of the right edge, for messages.
func edgePaths(size uint64) string {
	var paths []string
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		if w := int(size >> (tileHeight * level) % tileWidth); w > 0 {
			paths = append(paths, tilePath(level, size>>(tileHeight*(level+1)), w))
		}
	}
	return strings.Join(paths, ", ")
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
