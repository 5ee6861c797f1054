package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
)

// TestHostileNames deposits files whose names are attacks. The name goes nowhere:
// not into the key, not into a path.
func TestHostileNames(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	dir := t.TempDir()
	for i, name := range []string{
		"..", "-rf", "a b\tc\nd", "\u202egpj.exe", "C:\\windows\\system32", "%2e%2e%2f", "name\xff\xfe", "$(reboot).pdf", "a'b\"c", ".rogatory-x.part",
	} {
		path := filepath.Join(dir, "in", name)
		if name == ".." {
			path = filepath.Join(dir, "in", "...")
		}
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte{byte(i)}, 0o600))
		size, err := vault.FileSize(path)
		must(t, err)
		n, err := evidence.SealedSize(size, []string{w.to})
		must(t, err)
		u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), n, 0)
		must(t, err)
		sealed, parts, err := w.moves.DepositFile(ctx, u, w.vault.SignParts, path, []string{w.to}, nil)
		must(t, err)
		obj, err := w.vault.CompleteUpload(ctx, u, parts, sealed.Digest)
		must(t, err)
		if want := u.Case + "/" + string(u.Exhibit); obj.Key != want {
			t.Fatalf("key %q, want %q", obj.Key, want)
		}
		escaped := evidence.EscapeName(filepath.Base(path))
		must(t, evidence.CheckName(escaped))
		raw, err := evidence.UnescapeName(escaped)
		must(t, err)
		if raw != filepath.Base(path) {
			t.Fatalf("name %q came back as %q", filepath.Base(path), raw)
		}
	}
}

func TestDepositFileRefuses(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	must(t, syscall.Mkfifo(fifo, 0o600))
	keep, err := os.OpenFile(fifo, os.O_RDWR, 0) // so that opening it does not wait
	must(t, err)
	defer keep.Close()
	for _, path := range []string{filepath.Join(dir, "missing"), dir, fifo, "/dev/zero"} {
		if _, err := vault.FileSize(path); err == nil {
			t.Errorf("measured %s", path)
		}
	}
	const size = 20 << 20
	for name, change := range map[string]func(f *os.File) error{
		"grows": func(f *os.File) error {
			_, err := f.Seek(0, io.SeekEnd)
			_, e := f.Write([]byte("x"))
			return errors.Join(err, e)
		},
		"shrinks": func(f *os.File) error { return f.Truncate(size - 1) },
		"changes": func(f *os.File) error {
			_, err := f.WriteAt([]byte("x"), 5)
			return errors.Join(err, os.Chtimes(f.Name(), time.Time{}, time.Now().Add(time.Hour)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			f, err := os.Create(path)
			must(t, err)
			defer f.Close()
			_, err = io.Copy(f, random(size, 1))
			must(t, err)
			n, err := evidence.SealedSize(size, []string{w.to})
			must(t, err)
			u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), n, 5<<20)
			must(t, err)
			first := true
			progress := func(int64) {
				if first {
					first = false
					must(t, change(f))
				}
			}
			_, _, err = w.moves.DepositFile(ctx, u, w.vault.SignParts, path, []string{w.to}, progress)
			wantErr(t, err, evidence.ErrSource, "")
			must(t, w.vault.AbortUpload(ctx, u))
		})
	}
}

func TestFetchFileRefuses(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	d := w.deposit(random(3<<20, 1), 3<<20)
	other, err := age.GenerateHybridIdentity()
	must(t, err)
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	must(t, os.WriteFile(taken, []byte("mine"), 0o600))
	link := filepath.Join(dir, "link")
	must(t, os.Symlink("/nowhere", link))
	other512 := d.sealed
	other512.Plain.SHA512 = agencies.Digest("sha-512:" + string(bytes.Repeat([]byte("a"), 128)))
	larger := d.sealed
	larger.Size++
	for _, r := range []struct {
		name string
		path string
		id   age.Identity
		want evidence.Sealed
		err  error
	}{
		{"wrong key", filepath.Join(dir, "a"), other, d.sealed, evidence.ErrNotForUs},
		{"plaintext digest differs", filepath.Join(dir, "a"), w.id, other512, evidence.ErrSeal},
		{"manifest is about other bytes", filepath.Join(dir, "a"), w.id, larger, vault.ErrMismatch},
		{"path is taken", taken, w.id, d.sealed, fs.ErrExist},
		{"path is a symlink", link, w.id, d.sealed, fs.ErrExist},
		{"no directory", filepath.Join(dir, "none", "a"), w.id, d.sealed, fs.ErrNotExist},
	} {
		t.Run(r.name, func(t *testing.T) {
			err := w.moves.FetchFile(ctx, w.grant(d.object), nil, r.path, []age.Identity{r.id}, r.want, nil)
			wantErr(t, err, r.err, "")
			if left, _ := os.ReadDir(dir); len(left) != 2 {
				t.Fatalf("left behind: %v", left)
			}
		})
	}
	if b, err := os.ReadFile(taken); err != nil || string(b) != "mine" {
		t.Fatalf("%q %v", b, err)
	}
	good := filepath.Join(dir, "good")
	must(t, w.moves.FetchFile(ctx, w.grant(d.object), nil, good, []age.Identity{w.id}, d.sealed, nil))
	info, err := os.Stat(good)
	must(t, err)
	if info.Mode().Perm() != 0o600 || info.Size() != 3<<20 {
		t.Fatalf("published %v", info)
	}
}

// TestPublishFileRace lets the name appear while the file is written.
func TestPublishFileRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	err := vault.PublishFile(path, func(w io.Writer) error {
		_, err := w.Write([]byte("late"))
		return errors.Join(err, os.WriteFile(path, []byte("first"), 0o600))
	})
	wantErr(t, err, fs.ErrExist, "")
	if b, _ := os.ReadFile(path); string(b) != "first" {
		t.Fatalf("replaced: %q", b)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(entries) != 1 {
		t.Fatalf("left behind: %v", entries)
	}
}
