package tlog

import (
	"math/bits"
	"slices"

	xtlog "golang.org/x/mod/sumdb/tlog"
)

// edge is the growing right side of the tree: per level the hashes of the one
// partial tile, and the partial entry bundle. It is all that appending needs.
type edge struct {
	size   uint64
	levels [][]xtlog.Hash // levels[L] has size>>(8L) mod 256 hashes
	bundle []byte
}

func (e *edge) clone() *edge {
	c := &edge{size: e.size, bundle: slices.Clone(e.bundle), levels: make([][]xtlog.Hash, len(e.levels))}
	for i, l := range e.levels {
		c.levels[i] = slices.Clone(l)
	}
	return c
}

// extend appends entries and returns every file that the new size needs.
func (e *edge) extend(entries [][]byte) []Object {
	var out []Object
	old := e.size
	for _, entry := range entries {
		e.bundle = appendEntry(e.bundle, entry)
		e.size++
		if e.size%tileWidth == 0 {
			out = append(out, Object{tilePath(bundleLevel, e.size/tileWidth-1, tileWidth), e.bundle})
			e.bundle = nil
		}
		out = e.push(0, xtlog.RecordHash(entry), out)
	}
	if len(e.bundle) > 0 && e.size != old {
		w := len(e.bundle) / bundleEntry
		out = append(out, Object{tilePath(bundleLevel, e.size/tileWidth, w), slices.Clone(e.bundle)})
	}
	for level, hs := range e.levels {
		if shift := tileHeight * level; len(hs) > 0 && e.size>>shift != old>>shift {
			out = append(out, Object{tilePath(level, e.size>>(shift+tileHeight), len(hs)), joinHashes(hs)})
		}
	}
	return out
}

// push adds one hash to a level; a tile that becomes full goes out and its root up.
func (e *edge) push(level int, h xtlog.Hash, out []Object) []Object {
	if level == len(e.levels) {
		e.levels = append(e.levels, make([]xtlog.Hash, 0, tileWidth))
	}
	e.levels[level] = append(e.levels[level], h)
	if len(e.levels[level]) < tileWidth {
		return out
	}
	full := e.levels[level]
	e.levels[level] = make([]xtlog.Hash, 0, tileWidth)
	n := e.size>>(tileHeight*(level+1)) - 1
	out = append(out, Object{tilePath(level, n, tileWidth), joinHashes(full)})
	return e.push(level+1, subtree(full), out)
}

// root is the RFC 6962 §2.1 tree hash.
func (e *edge) root() xtlog.Hash {
	var acc xtlog.Hash
	have := false
	// From the right: low levels first, in each the smallest subtree first.
	for _, hs := range e.levels {
		for end := len(hs); end > 0; {
			k := 1 << bits.TrailingZeros(uint(end))
			left := subtree(hs[end-k : end])
			if have {
				acc = xtlog.NodeHash(left, acc)
			} else {
				acc, have = left, true
			}
			end -= k
		}
	}
	if !have {
		acc, _ = xtlog.TreeHash(0, nil) // the empty tree reads no hashes
	}
	return acc
}

// subtree hashes a power of two of sibling hashes up to their one parent.
func subtree(hs []xtlog.Hash) xtlog.Hash {
	if len(hs) == 1 {
		return hs[0]
	}
	mid := len(hs) / 2
	return xtlog.NodeHash(subtree(hs[:mid]), subtree(hs[mid:]))
}

func joinHashes(hs []xtlog.Hash) []byte {
	out := make([]byte, 0, len(hs)*xtlog.HashSize)
	for i := range hs {
		out = append(out, hs[i][:]...)
	}
	return out
}

func splitHashes(data []byte) []xtlog.Hash {
	hs := make([]xtlog.Hash, 0, tileWidth)
	for len(data) >= xtlog.HashSize {
		hs = append(hs, xtlog.Hash(data[:xtlog.HashSize]))
		data = data[xtlog.HashSize:]
	}
	return hs
}
