package tlog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTamperMatrix changes each file of a small ledger in every way a hand or a
// disk could, and wants the audit (for log.json: the start) to name that file.
func TestTamperMatrix(t *testing.T) {
	l, d, s := begin(t)
	for _, size := range []uint64{1, 256, 300, 515, 518} {
		mustAppend(t, l, size)
	}
	dir := copyDir(t, d)
	remove(t, dir, dirTemp)
	remove(t, dir, dirLock)
	var files []string
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			files = append(files, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 16 {
		t.Fatalf("only %d files: %v", len(files), files)
	}
	src := FromFS(os.DirFS(dir))
	clean := func() error {
		_, err := Audit(t.Context(), AuditConfig{Source: src, Keys: l.Verify(), Chain: true})
		return err
	}
	if err := clean(); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		good := read(t, dir, file)
		for _, c := range tampered(file, good) {
			if c.data == nil {
				remove(t, dir, file)
			} else {
				write(t, dir, file, c.data)
			}
			if file == configPath {
				d2 := openDir(t, copyDir(t, openDir(t, dir)))
				_, err := Open(t.Context(), config(t, d2, s))
				var le *LedgerError
				if !errors.As(err, &le) || le.File != file {
					t.Errorf("%s %s: start says %v", file, c.what, err)
				}
				continue
			}
			err := clean()
			var ae *AuditError
			named := errors.As(err, &ae) && errors.Is(err, ErrAudit) && ae.File == file
			// A lost partial tile of an older checkpoint is allowed to be gone.
			allowed := err == nil && c.data == nil && oldPartial(file)
			if !named && !allowed {
				t.Errorf("%s %s: audit says %v", file, c.what, err)
			}
		}
		write(t, dir, file, good)
	}
	if err := clean(); err != nil {
		t.Fatal(err)
	}
}

type change struct {
	what string
	data []byte
}

// tampered: each class of byte flipped in each bit position somewhere, plus cuts and growth.
func tampered(file string, good []byte) []change {
	var out []change
	step := 1 + len(good)/64
	if !strings.HasPrefix(file, "tile/") {
		step = 1 + len(good)/200 // texts have more kinds of bytes
	}
	for i := 0; i < len(good); i += step {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1 << (i / step % 8)
		out = append(out, change{"flipped", bad})
	}
	for i := len(good) - 1; i >= 0 && i > len(good)-6; i-- {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1
		out = append(out, change{"flipped at the end", bad})
	}
	return append(out,
		change{"cut by one", good[:len(good)-1]},
		change{"empty", []byte{}},
		change{"grown by one", append(append([]byte(nil), good...), '\n')},
		change{"lost", nil})
}

func oldPartial(file string) bool {
	_, _, w, err := parseTilePath(file)
	return err == nil && w < tileWidth && file != tilePath(0, 2, 6) && file != tilePath(bundleLevel, 2, 6) && file != tilePath(1, 0, 2)
}

func TestAuditNamesWhatIsWrong(t *testing.T) {
	l, d, _ := begin(t)
	for _, size := range []uint64{300, 700, 66_000} {
		mustAppend(t, l, size)
	}
	rehash := func(t *testing.T, dir string, n uint64) { // bundle and tile changed to fit each other
		bundle := read(t, dir, tilePath(bundleLevel, n, tileWidth))
		bundle[40] ^= 1
		write(t, dir, tilePath(bundleLevel, n, tileWidth), bundle)
		entries, err := splitBundle(bundle, tileWidth)
		if err != nil {
			t.Fatal(err)
		}
		var e edge
		e.extend(entries[:255])
		write(t, dir, tilePath(0, n, tileWidth), append(joinHashes(e.levels[0]), read(t, dir, tilePath(0, n, tileWidth))[255*32:]...))
	}
	rows := []struct {
		name  string
		do    func(t *testing.T, dir string, c *AuditConfig)
		check string
		file  string
		index int64
	}{
		{"entry changed", func(t *testing.T, dir string, _ *AuditConfig) {
			b := read(t, dir, tilePath(bundleLevel, 3, tileWidth))
			b[2+34*7] ^= 1
			write(t, dir, tilePath(bundleLevel, 3, tileWidth), b)
		}, "entry", tilePath(bundleLevel, 3, tileWidth), 3*256 + 7},
		{"two wrong, first is named", func(t *testing.T, dir string, _ *AuditConfig) {
			for _, n := range []uint64{200, 90} {
				b := read(t, dir, tilePath(bundleLevel, n, tileWidth))
				b[2] ^= 1
				write(t, dir, tilePath(bundleLevel, n, tileWidth), b)
			}
		}, "entry", tilePath(bundleLevel, 90, tileWidth), 90 * 256},
		{"entry and its tile changed alike", func(t *testing.T, dir string, _ *AuditConfig) { rehash(t, dir, 5) },
			"tile", tilePath(0, 5, tileWidth), 5 * 256},
		{"upper tile changed", func(t *testing.T, dir string, _ *AuditConfig) {
			b := read(t, dir, tilePath(1, 0, tileWidth))
			b[32*9] ^= 1
			write(t, dir, tilePath(1, 0, tileWidth), b)
		}, "tile", tilePath(1, 0, tileWidth), 9 * 256},
		{"older checkpoint published", func(t *testing.T, dir string, c *AuditConfig) {
			write(t, dir, checkpointPath, read(t, dir, chainPath(2)))
			c.Known = []Checkpoint{l.Checkpoint()}
			c.Records = nil
		}, "chain", "", -1},
		{"commit taken out of the chain", func(t *testing.T, dir string, _ *AuditConfig) { remove(t, dir, chainPath(1)) },
			"chain", chainPath(1), -1},
		{"commit signed twice", func(t *testing.T, dir string, _ *AuditConfig) {
			write(t, dir, chainPath(4), read(t, dir, chainPath(3)))
		}, "chain", chainPath(4), -1},
		{"fork signed", func(t *testing.T, dir string, _ *AuditConfig) {
			cp, err := keysOf(t).sign(700, rootOf(t, 699))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, chainPath(2), cp.Note)
		}, "chain", chainPath(2), -1},
		{"published was never committed", func(t *testing.T, dir string, c *AuditConfig) {
			cp, err := keysOf(t).sign(400, rootOf(t, 400))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []string{"000.p", "entries/000.p"} {
				remove(t, dir, "tile/0/"+f)
			}
			remove(t, dir, chainPath(3))
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(tilePath(1, 0, 1))), 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, dir, tilePath(1, 0, 1), read(t, dir, tilePath(1, 0, tileWidth))[:32])
			write(t, dir, checkpointPath, cp.Note)
			c.Records = nil
		}, "chain", checkpointPath, -1},
		{"checkpoint of other entries", func(t *testing.T, dir string, _ *AuditConfig) {
			cp, err := keysOf(t).sign(66_000, rootOf(t, 1))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, checkpointPath, cp.Note)
		}, "root", checkpointPath, -1},
		{"record replaced", func(_ *testing.T, _ string, c *AuditConfig) {
			c.Records = func(yield func(uint64, []byte) bool) {
				for i := uint64(0); i < 66_000 && yield(i, record(i^b2u(i == 260))); i++ {
				}
			}
		}, "record", "", 260},
		{"record left out", func(_ *testing.T, _ string, c *AuditConfig) {
			c.Records = func(yield func(uint64, []byte) bool) {
				for i := uint64(0); i < 66_000; i++ {
					if i != 5 && !yield(i, record(i)) {
						return
					}
				}
			}
		}, "record", "", 5},
		{"records misnumbered", func(_ *testing.T, _ string, c *AuditConfig) {
			c.Records = func(yield func(uint64, []byte) bool) {
				for i := uint64(0); i < 66_000 && yield(i+b2u(i > 300), record(i)); i++ {
				}
			}
		}, "record", "", 301},
		{"records end early", func(_ *testing.T, _ string, c *AuditConfig) { c.Records = records(65_999) }, "record", "", 65_999},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			dir := copyDir(t, d)
			cfg := AuditConfig{Source: openDir(t, dir), Keys: l.Verify(), Records: records(66_000), Chain: true}
			row.do(t, dir, &cfg)
			_, err := Audit(t.Context(), cfg)
			var ae *AuditError
			if !errors.As(err, &ae) {
				t.Fatalf("audit says %v", err)
			}
			if ae.Check != row.check || ae.File != row.file || ae.Index != row.index {
				t.Fatalf("named %s %s %d, want %s %s %d: %v", ae.Check, ae.File, ae.Index, row.check, row.file, row.index, err)
			}
		})
	}
	t.Run("more records than the checkpoint covers", func(t *testing.T) {
		rep, err := Audit(t.Context(), AuditConfig{Source: d, Keys: l.Verify(), Records: records(67_000)})
		if err != nil || rep.Records != 66_000 {
			t.Fatalf("%d records, %v", rep.Records, err)
		}
	})
	t.Run("another log's keys", func(t *testing.T) {
		k, err := GenerateKeys(testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Audit(t.Context(), AuditConfig{Source: d, Keys: k.Verify()}); !errors.Is(err, ErrAudit) || !errors.Is(err, ErrCheckpoint) {
			t.Fatal(err)
		}
	})
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Workers finish in any order; the finding must not depend on it.
func TestEachReportsTheFirstInOrder(t *testing.T) {
	for _, late := range []uint64{10, 20} { // which of the two failures comes later in time
		taken, failed := make(chan struct{}), make(chan struct{})
		a := &auditor{AuditConfig: AuditConfig{Workers: 3}}
		err := a.each(t.Context(), 30, func(i uint64) error {
			switch i {
			case late:
				if i == 20 {
					close(taken)
				}
				<-failed
				return fmt.Errorf("number %d", i)
			case 30 - late:
				if i == 10 {
					<-taken // else number 20 would never be begun
				}
				defer close(failed)
				return fmt.Errorf("number %d", i)
			}
			return nil
		})
		if err == nil || err.Error() != "number 10" {
			t.Errorf("late %d: %v", late, err)
		}
	}
}
