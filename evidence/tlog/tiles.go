package tlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	xtlog "golang.org/x/mod/sumdb/tlog"
)

// readPart reads a tile or bundle of w items of the given length. A partial
// one may have been removed once the full one is there.
func readPart(ctx context.Context, src Source, level int, n uint64, w, item int) ([]byte, error) {
	path := tilePath(level, n, w)
	data, err := src.Get(ctx, path)
	full := w
	if errors.Is(err, fs.ErrNotExist) && w < tileWidth {
		full = tileWidth
		if d, err2 := src.Get(ctx, tilePath(level, n, tileWidth)); err2 == nil {
			data, err = d, nil
		} else if !errors.Is(err2, fs.ErrNotExist) {
			err = err2
		}
	}
	if err != nil {
		return nil, &readError{path, err}
	}
	if len(data) != full*item {
		return nil, &lengthError{tilePath(level, n, full), len(data), full * item}
	}
	return data[:w*item], nil
}

// readError is a tile or bundle that the source did not give.
type readError struct {
	path string
	err  error
}

func (e *readError) Error() string { return fmt.Sprintf("read %s: %v", e.path, e.err) }
func (e *readError) Unwrap() error { return e.err }

// transient tells trouble of the source, which may pass, from a file that is
// missing or wrong, which is a finding.
func transient(err error) bool {
	var re *readError
	return errors.As(err, &re) && !errors.Is(err, fs.ErrNotExist)
}

// lengthError is a tile or bundle whose length is not what its path says.
type lengthError struct {
	path      string
	got, want int
}

func (e *lengthError) Error() string {
	return fmt.Sprintf("read %s: %d bytes, want %d", e.path, e.got, e.want)
}

func readTile(ctx context.Context, src Source, level int, n uint64, w int) ([]byte, error) {
	return readPart(ctx, src, level, n, w, xtlog.HashSize)
}

func readBundle(ctx context.Context, src Source, n uint64, w int) ([][]byte, error) {
	data, err := readPart(ctx, src, bundleLevel, n, w, bundleEntry)
	if err != nil {
		return nil, err
	}
	entries, err := splitBundle(data, w)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", tilePath(bundleLevel, n, w), err)
	}
	return entries, nil
}

// hashReader reads hashes of the tree under a checkpoint; whatever it returns
// has been authenticated against the checkpoint's root.
func hashReader(ctx context.Context, src Source, size uint64, root [32]byte) xtlog.HashReader {
	tree := xtlog.Tree{N: int64(size), Hash: root}
	return xtlog.TileHashReader(tree, &tileReader{ctx, src})
}

// tileReader is an xtlog.TileReader for one call; hence it may hold the context.
type tileReader struct {
	ctx context.Context
	src Source
}

func (r *tileReader) Height() int                          { return tileHeight }
func (r *tileReader) SaveTiles(_ []xtlog.Tile, _ [][]byte) {}

func (r *tileReader) ReadTiles(tiles []xtlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		if out[i], err = readTile(r.ctx, r.src, t.L, uint64(t.N), t.W); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readEdge reads the right side of the tree of cp, held against its root. It
// names the file that does not fit.
func readEdge(ctx context.Context, src Source, cp Checkpoint) (*edge, error) {
	size := cp.Size
	e := &edge{size: size}
	var paths []string
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		var hs []xtlog.Hash
		if w := int(size >> (tileHeight * level) % tileWidth); w > 0 {
			n := size >> (tileHeight * (level + 1))
			paths = append(paths, tilePath(level, n, w))
			data, err := readTile(ctx, src, level, n, w)
			if err != nil {
				return nil, readErr("tiles", tilePath(level, n, w), err, "right edge of size %d cannot be read", size)
			}
			hs = splitHashes(data)
		}
		e.levels = append(e.levels, hs)
	}
	if [32]byte(e.root()) != cp.Root {
		return nil, ledgerErr("tiles", strings.Join(paths, ", "), nil, "do not give the root signed for size %d", size)
	}
	if w := int(size % tileWidth); w > 0 {
		path := tilePath(bundleLevel, size/tileWidth, w)
		entries, err := readBundle(ctx, src, size/tileWidth, w)
		if err != nil {
			return nil, readErr("entries", path, err, "newest entries cannot be read")
		}
		for i, entry := range entries {
			// These entries go into the next bundle, where no start looks again.
			if xtlog.RecordHash(entry) != e.levels[0][i] {
				return nil, ledgerErr("entries", path, nil, "entry %d does not match its tile", i)
			}
			e.bundle = appendEntry(e.bundle, entry)
		}
	}
	return e, nil
}
