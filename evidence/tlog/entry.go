package tlog

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	xtlog "golang.org/x/mod/sumdb/tlog"
)

const (
	// EntrySize is the length of every entry.
	EntrySize = sha256.Size

	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// c2sp.org/tlog-tiles: a bundle is a run of uint16 lengths and entries.
	bundleEntry = 2 + EntrySize
	// Sizes above are refused, so that every index fits an int64.
	maxSize = 1 << 60
)

const recordLabel = "rogatory-record-v1\x00"

// Commit returns the entry of a record: SHA-256 over a label and the exact
// record bytes. The record must hold its own salt.
func Commit(record []byte) [EntrySize]byte {
	h := sha256.New()
	h.Write([]byte(recordLabel))
	h.Write(record)
	return [EntrySize]byte(h.Sum(nil))
}

func appendEntry(bundle, entry []byte) []byte {
	bundle = binary.BigEndian.AppendUint16(bundle, EntrySize)
	return append(bundle, entry...)
}

// splitBundle returns the entries of a bundle of w entries, each a slice of data.
func splitBundle(data []byte, w int) ([][]byte, error) {
	if len(data) != w*bundleEntry {
		return nil, fmt.Errorf("bundle has %d bytes, want %d", len(data), w*bundleEntry)
	}
	entries := make([][]byte, w)
	for i := range entries {
		e := data[i*bundleEntry:][:bundleEntry]
		if n := binary.BigEndian.Uint16(e); n != EntrySize {
			return nil, fmt.Errorf("entry %d has length %d, want %d", i, n, EntrySize)
		}
		entries[i] = e[2:]
	}
	return entries, nil
}

// bundleLevel is the level of entry bundles in tile coordinates.
const bundleLevel = -1

// tilePath is the c2sp.org/tlog-tiles path of a tile or, at bundleLevel, of an entry bundle.
func tilePath(level int, n uint64, w int) string {
	p := xtlog.Tile{H: tileHeight, L: level, N: int64(n), W: w}.Path()
	p = strings.TrimPrefix(p, "tile/8/")
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// parseTilePath is the strict inverse of tilePath.
func parseTilePath(path string) (level int, n uint64, w int, err error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok {
		return 0, 0, 0, fmt.Errorf("parse tile path: malformed path")
	}
	if r, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + r
	}
	t, err := xtlog.ParseTilePath("tile/8/" + rest)
	if err != nil || t.L > 63 || t.N < 0 || t.N >= maxSize || tilePath(t.L, uint64(t.N), t.W) != path {
		return 0, 0, 0, fmt.Errorf("parse tile path: malformed path")
	}
	return t.L, uint64(t.N), t.W, nil
}

// partialDir is the folder that holds the partial versions of a tile.
func partialDir(level int, n uint64) string { return tilePath(level, n, tileWidth) + ".p" }

const (
	checkpointPath = "checkpoint"
	configPath     = "log.json"
	stagingDir     = "staging"
)

func chainPath(pos uint64) string { return fmt.Sprintf("cp/%020d", pos) }

// stagingPath: the position fixes the tree a commit starts from, the root what it adds.
func stagingPath(pos uint64, root [32]byte) string {
	return fmt.Sprintf("%s/%020d-%x", stagingDir, pos, root)
}
