package tlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	xtlog "golang.org/x/mod/sumdb/tlog"
)

// stale checks partial tiles of older checkpoints that are still served.
func (a *auditor) stale(ctx context.Context, cp Checkpoint) error {
	lister, ok := a.Source.(lister)
	if !ok {
		return nil
	}
	for level := bundleLevel; level <= 0 || cp.Size>>(tileHeight*level) > 0; level++ {
		shift, item := tileHeight*max(level, 0), xtlog.HashSize
		if level == bundleLevel {
			item = bundleEntry
		}
		n, width := cp.Size>>(shift+tileHeight), int(cp.Size>>shift%tileWidth)
		names, err := lister.List(ctx, partialDir(level, n))
		if err != nil {
			return fmt.Errorf("audit ledger: %w", err)
		}
		if len(names) == 0 {
			continue
		}
		slices.Sort(names)
		whole, err := readPart(ctx, a.Source, level, n, width, item)
		if err != nil {
			return readFault(tilePath(level, n, width), -1, err)
		}
		for _, name := range names {
			path := partialDir(level, n) + "/" + name
			w, err := strconv.Atoi(name)
			if err != nil || w < 1 || tilePath(level, n, w) != path {
				return &AuditError{File: path, Index: -1, Check: "tile", Detail: "no such file belongs to a ledger"}
			}
			if w > width {
				continue // of a commit that is not published yet
			}
			data, err := a.Source.Get(ctx, path)
			if err != nil {
				return readFault(path, -1, err)
			}
			if !bytes.Equal(data, whole[:w*item]) {
				return &AuditError{File: path, Index: int64(n << (shift + tileHeight)), Check: "tile", Detail: "is not a part of the tile that follows it"}
			}
		}
	}
	return nil
}

// contains checks that the tree of cp begins with that of an older checkpoint.
func (a *auditor) contains(ctx context.Context, cp, older Checkpoint, file string) error {
	bad := func(format string, args ...any) error {
		return &AuditError{File: file, Index: -1, Check: "chain", Detail: fmt.Sprintf(format, args...)}
	}
	if older.Origin != cp.Origin {
		return bad("checkpoint of %q", older.Origin)
	}
	if older.Size > cp.Size {
		return bad("size %d was signed, the ledger ends at %d", older.Size, cp.Size)
	}
	root, err := RootAt(ctx, a.Source, cp, older.Size)
	if err != nil && !transient(err) {
		return bad("root at size %d: %v", older.Size, err)
	} else if err != nil {
		return fmt.Errorf("audit ledger: %w", err)
	}
	if root != older.Root {
		return bad("another root was signed for size %d", older.Size)
	}
	return nil
}

// chain verifies every committed checkpoint up to the published one.
func (a *auditor) chain(ctx context.Context, cp Checkpoint) error {
	lister, ok := a.Source.(lister)
	if !ok {
		return errors.New("audit ledger: Chain needs a source that can list")
	}
	names, err := lister.List(ctx, "cp")
	if err != nil {
		return fmt.Errorf("audit ledger: %w", err)
	}
	slices.Sort(names)
	sizes := make([]uint64, len(names))
	err = a.each(ctx, uint64(len(names)), func(i uint64) error {
		path := chainPath(i)
		if "cp/"+names[i] != path {
			return &AuditError{File: path, Index: -1, Check: "chain", Detail: "is missing, found " + strings.ToValidUTF8(names[i], "?")}
		}
		data, err := a.Source.Get(ctx, path)
		if err != nil {
			return readFault(path, -1, err)
		}
		c, err := ParseCheckpoint(data, a.Keys)
		if err != nil {
			return &AuditError{File: path, Index: -1, Check: "signature", Detail: "not a checkpoint signed by both keys", Err: err}
		}
		sizes[i] = c.Size
		// A commit may be won and not yet published: at most one, at the end.
		if c.Size > cp.Size && i+1 == uint64(len(names)) {
			return nil
		}
		return a.contains(ctx, cp, c, path)
	})
	if err != nil {
		return err
	}
	for i, size := range sizes {
		if i == 0 && size != 0 || i > 0 && size <= sizes[i-1] {
			return &AuditError{File: chainPath(uint64(i)), Index: -1, Check: "chain", Detail: fmt.Sprintf("size %d does not grow", size)}
		}
	}
	if cp.Size > slices.Max(append(sizes, 0)) || len(names) == 0 {
		return &AuditError{File: chainPath(uint64(len(names))), Index: -1, Check: "chain", Detail: "is missing, the published checkpoint is newer than all"}
	}
	if !slices.Contains(sizes, cp.Size) {
		return &AuditError{File: checkpointPath, Index: -1, Check: "chain", Detail: "was never committed"}
	}
	a.rep.Chain = uint64(len(names))
	return nil
}
