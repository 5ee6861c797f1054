package tlog

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refuse opens and wants a LedgerError about part that names file.
func refuse(t *testing.T, cfg Config, part, file string) {
	t.Helper()
	_, err := Open(t.Context(), cfg)
	var le *LedgerError
	if !errors.As(err, &le) || !errors.Is(err, ErrLedger) {
		t.Fatalf("want refusal about %s, got %v", part, err)
	}
	if le.Part != part || !strings.Contains(le.File, file) {
		t.Fatalf("refusal about %s %s, want %s %s: %v", le.Part, le.File, part, file, err)
	}
}

func write(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// TestOpenRefuses holds one row per way in which stream, files and checkpoint disagree.
func TestOpenRefuses(t *testing.T) {
	l, d, _ := begin(t)
	mustAppend(t, l, 300)
	mustAppend(t, l, 517)
	other, err := GenerateKeys(testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := GenerateKeys("ledger.example.org/xb")
	if err != nil {
		t.Fatal(err)
	}
	sign := func(k *SigningKeys, size uint64, root [32]byte) []byte {
		cp, err := k.sign(size, root)
		if err != nil {
			t.Fatal(err)
		}
		return cp.Note
	}
	flip := func(dir, name string) {
		data := read(t, dir, name)
		data[len(data)/2] ^= 1
		write(t, dir, name, data)
	}
	rows := []struct {
		name       string
		do         func(dir string, c *Config, s *stream)
		part, file string
	}{
		{"stream restored to an older point", func(_ string, _ *Config, s *stream) { s.last.Store(516) }, "stream", ""},
		{"stream emptied", func(_ string, _ *Config, s *stream) { s.last.Store(0) }, "stream", ""},
		{"stream re-created", func(_ string, _ *Config, s *stream) { s.created = streamBorn.Add(time.Nanosecond) }, "stream", configPath},
		{"stream of another name", func(_ string, _ *Config, s *stream) { s.name = "LEDGER2" }, "stream", configPath},
		{"configured origin changed", func(_ string, c *Config, _ *stream) { c.Origin = "ledger.example.org/xc" }, "origin", ""},
		{"other log's keys", func(_ string, c *Config, _ *stream) { c.Keys, c.Origin = elsewhere, elsewhere.Origin() }, "chain", chainPath(0)},
		{"other keys, same origin", func(_ string, c *Config, _ *stream) { c.Keys = other }, "chain", chainPath(0)},
		{"all files lost", func(dir string, _ *Config, _ *stream) {
			for _, f := range []string{"cp", "tile", "checkpoint", "log.json", "staging"} {
				remove(t, dir, f)
			}
		}, "chain", chainPath(0)},
		{"log.json lost", func(dir string, _ *Config, _ *stream) { remove(t, dir, configPath) }, "config", configPath},
		{"log.json of another origin", func(dir string, _ *Config, _ *stream) {
			write(t, dir, configPath, []byte(strings.Replace(string(read(t, dir, configPath)), "/xa\"", "/xb\"", 1)))
		}, "origin", configPath},
		{"log.json of other keys", func(dir string, _ *Config, _ *stream) {
			cfg := string(read(t, dir, configPath))
			write(t, dir, configPath, []byte(strings.Replace(cfg, l.Verify().edVkey, other.Verify().edVkey, 1)))
		}, "keys", configPath},
		{"log.json with more", func(dir string, _ *Config, _ *stream) {
			write(t, dir, configPath, append(read(t, dir, configPath), "{}"...))
		}, "config", configPath},
		{"log.json garbled", func(dir string, _ *Config, _ *stream) { write(t, dir, configPath, []byte("{")) }, "config", configPath},
		{"chain lost", func(dir string, _ *Config, _ *stream) { remove(t, dir, "cp") }, "chain", chainPath(0)},
		{"lock rolled back, store ahead", func(dir string, _ *Config, _ *stream) { remove(t, dir, chainPath(2)) }, "chain", chainPath(1)},
		{"last commit not signed by us", func(dir string, _ *Config, _ *stream) {
			write(t, dir, chainPath(2), sign(other, 517, rootOf(t, 517)))
		}, "chain", chainPath(2)},
		{"last commit flipped", func(dir string, _ *Config, _ *stream) { flip(dir, chainPath(2)) }, "chain", chainPath(2)},
		{"checkpoint lost", func(dir string, _ *Config, _ *stream) { remove(t, dir, checkpointPath) }, "checkpoint", checkpointPath},
		{"checkpoint signature wrong", func(dir string, _ *Config, _ *stream) { flip(dir, checkpointPath) }, "checkpoint", checkpointPath},
		{"checkpoint signed by one key only", func(dir string, _ *Config, _ *stream) {
			lines := strings.SplitAfter(string(read(t, dir, checkpointPath)), "\n")
			write(t, dir, checkpointPath, []byte(strings.Join(lines[:5], "")))
		}, "checkpoint", checkpointPath},
		{"same size, other root", func(dir string, _ *Config, _ *stream) {
			write(t, dir, checkpointPath, sign(keysOf(t), 517, rootOf(t, 3)))
		}, "checkpoint", checkpointPath},
		{"checkpoint put back, nothing staged", func(dir string, _ *Config, _ *stream) {
			write(t, dir, checkpointPath, read(t, dir, chainPath(1)))
		}, "checkpoint", checkpointPath},
		{"checkpoint of an unknown tree, older", func(dir string, _ *Config, _ *stream) {
			write(t, dir, checkpointPath, sign(keysOf(t), 301, rootOf(t, 2)))
		}, "checkpoint", checkpointPath},
		{"right edge tile flipped", func(dir string, _ *Config, _ *stream) { flip(dir, tilePath(0, 2, 5)) }, "tiles", tilePath(0, 2, 5)},
		{"right edge tile lost", func(dir string, _ *Config, _ *stream) { remove(t, dir, tilePath(0, 2, 5)) }, "tiles", tilePath(0, 2, 5)},
		{"right edge tile cut", func(dir string, _ *Config, _ *stream) {
			write(t, dir, tilePath(0, 2, 5), read(t, dir, tilePath(0, 2, 5))[:159])
		}, "tiles", tilePath(0, 2, 5)},
		{"upper right edge tile flipped", func(dir string, _ *Config, _ *stream) { flip(dir, tilePath(1, 0, 2)) }, "tiles", tilePath(1, 0, 2)},
		{"last bundle does not match its tile", func(dir string, _ *Config, _ *stream) { flip(dir, tilePath(bundleLevel, 2, 5)) }, "entries", tilePath(bundleLevel, 2, 5)},
		{"last bundle lost", func(dir string, _ *Config, _ *stream) { remove(t, dir, tilePath(bundleLevel, 2, 5)) }, "entries", tilePath(bundleLevel, 2, 5)},
		{"stream and files restored together, but a witness knows more", func(_ string, c *Config, _ *stream) {
			cp, err := keysOf(t).sign(518, rootOf(t, 518))
			if err != nil {
				t.Fatal(err)
			}
			c.Known = []Checkpoint{cp}
		}, "known", ""},
		{"forked from what a witness knows", func(_ string, c *Config, _ *stream) {
			c.Known = []Checkpoint{{Origin: testOrigin, Size: 400, Root: rootOf(t, 399)}}
		}, "known", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			dir := copyDir(t, d)
			s := newStream(517)
			cfg := config(t, openDir(t, dir), s)
			row.do(dir, &cfg, s)
			refuse(t, cfg, row.part, row.file)
		})
	}
	t.Run("unchanged", func(t *testing.T) {
		cfg := config(t, openDir(t, copyDir(t, d)), newStream(517))
		cfg.Known = []Checkpoint{{Origin: testOrigin, Size: 400, Root: rootOf(t, 400)}, l.Checkpoint()}
		if _, err := Open(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
	})
}

// The newest bundle and tile have just become full: no right edge shows them.
func TestOpenRefusesFullLastBundle(t *testing.T) {
	l, d, s := begin(t)
	mustAppend(t, l, 512)
	for path, part := range map[string]string{tilePath(bundleLevel, 1, tileWidth): "entries", tilePath(0, 1, tileWidth): "tiles"} {
		for _, how := range []string{"flipped", "cut", "lost"} {
			dir := copyDir(t, d)
			data := read(t, dir, path)
			switch how {
			case "flipped":
				data[1000] ^= 1
				write(t, dir, path, data)
			case "cut":
				write(t, dir, path, data[:1000])
			case "lost":
				remove(t, dir, path)
			}
			refuse(t, config(t, openDir(t, dir), s), part, path)
		}
	}
}

// Rows of the failure table that concern a running writer.

func TestStreamLostWhileRunning(t *testing.T) {
	l, _, s := begin(t)
	mustAppend(t, l, 100)
	s.fail = errors.New("no server")
	if err := l.CheckStream(t.Context()); err == nil || errors.Is(err, ErrLedger) {
		t.Fatalf("server away: %v", err)
	}
	s.fail = nil
	if err := l.CheckStream(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.last.Store(99)
	if err := l.CheckStream(t.Context()); !errors.Is(err, ErrLedger) {
		t.Fatalf("stream restored: %v", err)
	}
	// The next 50 records would be skipped silently: the writer must not go on.
	s.last.Store(150)
	if _, err := l.AppendAt(t.Context(), 100, entries(100, 150)); !errors.Is(err, ErrLedger) {
		t.Fatalf("append after a restored stream: %v", err)
	}
	if err := l.Reload(t.Context()); !errors.Is(err, ErrLedger) {
		t.Fatalf("reload made doubt go away: %v", err)
	}
}

func TestTwoSequencersLoserReloads(t *testing.T) {
	a, d, s := begin(t)
	b := mustOpen(t, d, s)
	mustAppend(t, a, 10)
	if _, err := b.AppendAt(t.Context(), 0, entries(0, 7)); !errors.Is(err, ErrConflict) {
		t.Fatalf("loser: %v", err)
	}
	if b.Size() != 10 {
		t.Fatalf("loser at size %d, want 10", b.Size())
	}
	if cp, err := b.AppendAt(t.Context(), 0, entries(0, 12)); err != nil || cp.Size != 12 {
		t.Fatalf("repeated: %v", err)
	}
	// The first writer learns the same way, and never sees its own head go back.
	if _, err := a.Append(t.Context(), entries(10, 11)); !errors.Is(err, ErrConflict) || a.Size() != 12 {
		t.Fatalf("first writer: %v at %d", err, a.Size())
	}
	mustAudit(t, d, 12)
}

func TestCommitOnADifferentStreamIsFoundByTheLoser(t *testing.T) {
	a, d, s := begin(t)
	b := mustOpen(t, d, s)
	if _, err := a.Append(t.Context(), entries(50, 60)); err != nil { // not what the stream holds
		t.Fatal(err)
	}
	if _, err := b.AppendAt(t.Context(), 0, entries(0, 10)); !errors.Is(err, ErrConflict) {
		t.Fatal(err)
	}
	if _, err := b.AppendAt(t.Context(), 0, entries(0, 10)); !errors.Is(err, ErrLedger) {
		t.Fatalf("split view not noticed: %v", err)
	}
}

func TestRacingPublishersNeverMoveTheCheckpointBack(t *testing.T) {
	a, d, s := begin(t)
	mustAppend(t, a, 5)
	old := a.Checkpoint()
	b := mustOpen(t, d, s)
	mustAppend(t, b, 9)
	if err := a.publish(t.Context(), old); err != nil { // comes late
		t.Fatal(err)
	}
	mustAudit(t, d, 9)
	if err := d.Replace(t.Context(), checkpointPath, old.Note, old.Note); !errors.Is(err, ErrChanged) {
		t.Fatalf("replaced over a newer checkpoint: %v", err)
	}
}

func TestOldFullTileFlippedIsFoundByAudit(t *testing.T) {
	l, d, s := begin(t)
	mustAppend(t, l, 1000)
	dir := copyDir(t, d)
	data := read(t, dir, tilePath(0, 1, tileWidth))
	data[77] ^= 4
	write(t, dir, tilePath(0, 1, tileWidth), data)
	d2 := openDir(t, dir)
	mustOpen(t, d2, s) // a restart does not read old tiles
	_, err := Audit(t.Context(), AuditConfig{Source: d2, Keys: l.Verify()})
	var ae *AuditError
	if !errors.As(err, &ae) || ae.File != tilePath(0, 1, tileWidth) || ae.Index != 256+2 {
		t.Fatalf("audit: %v", err)
	}
	// A proof over it is refused, not made wrong.
	l2 := mustOpen(t, d2, s)
	if _, err := l2.InclusionProof(t.Context(), 300); err == nil {
		t.Fatal("proof made of a flipped tile")
	}
}

func TestForeignTileInTheWayStopsTheWriter(t *testing.T) {
	l, d, s := begin(t)
	mustAppend(t, l, 10)
	if err := d.Create(t.Context(), Object{tilePath(0, 0, 11), make([]byte, 11*32)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.AppendAt(t.Context(), 10, entries(10, 11)); !errors.Is(err, ErrLedger) {
		t.Fatalf("append over a foreign tile: %v", err)
	}
	if _, err := Open(t.Context(), config(t, d, s)); !errors.Is(err, ErrLedger) {
		t.Fatalf("open over a foreign tile: %v", err)
	}
}

func TestOpenNeedsItsParts(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "l"))
	s := newStream(0)
	for name, cfg := range map[string]Config{
		"store": {Keys: keysOf(t), Origin: testOrigin, Head: s.head},
		"head":  {Keys: keysOf(t), Origin: testOrigin, Store: d},
		"keys":  {Store: d, Origin: testOrigin, Head: s.head},
	} {
		if _, err := Open(t.Context(), cfg); err == nil {
			t.Errorf("opened without %s", name)
		}
	}
	if _, err := Audit(context.Background(), AuditConfig{}); err == nil {
		t.Error("audit without source")
	}
}
