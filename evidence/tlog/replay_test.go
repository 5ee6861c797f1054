package tlog

import (
	"testing"
)

// TestInterruptedCommit starts over a ledger whose last commit was won and not
// finished, with each part that finishing rests on damaged in turn.
func TestInterruptedCommit(t *testing.T) {
	l, d, s := begin(t)
	mustAppend(t, l, 100)
	mustAppend(t, l, 200)
	f := &faultStore{Store: d}
	l = mustOpen(t, f, s)
	f.arm(3, notStored) // stage, commit, tiles
	if _, err := l.Append(t.Context(), entries(200, 700)); err == nil || f.kind != "create tile" {
		t.Fatalf("not interrupted: %v at %q", err, f.kind)
	}
	stage := stagingPath(3, rootOf(t, 700))
	older, err := keysOf(t).sign(150, rootOf(t, 150))
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name       string
		do         func(dir string)
		part, file string
	}{
		{"staging lost", func(dir string) { remove(t, dir, stage) }, "checkpoint", checkpointPath},
		{"staged entry changed", func(dir string) {
			b := read(t, dir, stage)
			b[len(b)-1] ^= 1
			write(t, dir, stage, b)
		}, "chain", stage},
		{"staged entry left out", func(dir string) {
			b := read(t, dir, stage)
			write(t, dir, stage, b[:len(b)-EntrySize])
		}, "chain", stage},
		{"staging cut", func(dir string) { write(t, dir, stage, read(t, dir, stage)[:77]) }, "chain", stage},
		{"staging of another size", func(dir string) { write(t, dir, stage, encodeStage(199, entries(200, 700))) }, "chain", stage},
		{"commit below lost", func(dir string) { remove(t, dir, chainPath(2)) }, "chain", ""},
		{"commit below not ours", func(dir string) { write(t, dir, chainPath(2), []byte("x")) }, "chain", chainPath(2)},
		{"published one put back", func(dir string) { write(t, dir, checkpointPath, read(t, dir, chainPath(1))) }, "checkpoint", checkpointPath},
		{"published one never committed", func(dir string) { write(t, dir, checkpointPath, older.Note) }, "checkpoint", checkpointPath},
		{"old tile changed", func(dir string) {
			b := read(t, dir, tilePath(0, 0, 200))
			b[7] ^= 1
			write(t, dir, tilePath(0, 0, 200), b)
		}, "tiles", tilePath(0, 0, 200)},
		{"old tile lost", func(dir string) { remove(t, dir, tilePath(0, 0, 200)) }, "tiles", tilePath(0, 0, 200)},
		{"old bundle changed", func(dir string) {
			b := read(t, dir, tilePath(bundleLevel, 0, 200))
			b[7] ^= 1
			write(t, dir, tilePath(bundleLevel, 0, 200), b)
		}, "entries", tilePath(bundleLevel, 0, 200)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			dir := copyDir(t, d)
			row.do(dir)
			refuse(t, config(t, openDir(t, dir), s), row.part, row.file)
		})
	}
	t.Run("unchanged", func(t *testing.T) {
		l := mustOpen(t, d, s)
		if l.Size() != 700 || l.Checkpoint().Root != rootOf(t, 700) {
			t.Fatalf("size %d", l.Size())
		}
		mustAudit(t, d, 700)
		mustAppend(t, l, 701)
		mustAudit(t, d, 701)
	})
}
