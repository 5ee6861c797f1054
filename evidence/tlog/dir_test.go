package tlog

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

func TestDirCreateOnly(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "l"))
	ctx := t.Context()
	if err := d.Create(ctx, Object{"a/b/c", []byte("1")}, Object{"a/b/d", []byte("2")}, Object{"e", nil}); err != nil {
		t.Fatal(err)
	}
	if err := d.Create(ctx, Object{"a/b/c", []byte("1")}); err != nil {
		t.Fatalf("same bytes again: %v", err)
	}
	if err := d.Create(ctx, Object{"a/b/c", []byte("3")}); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("other bytes: %v", err)
	}
	if data, err := d.Get(ctx, "a/b/c"); err != nil || string(data) != "1" {
		t.Fatalf("file changed: %q, %v", data, err)
	}
	if _, err := d.Get(ctx, "a/b/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("missing file: %v", err)
	}
	names, err := d.List(ctx, "a/b")
	slices.Sort(names)
	if err != nil || !slices.Equal(names, []string{"c", "d"}) {
		t.Fatalf("list %v, %v", names, err)
	}
	if names, err := d.List(ctx, "nowhere"); err != nil || len(names) != 0 {
		t.Fatalf("list of a missing folder: %v, %v", names, err)
	}
	// Nothing outside the directory can be reached, not even through a link.
	if err := d.Create(ctx, Object{"../escaped", []byte("x")}); err == nil {
		t.Fatal("wrote outside the directory")
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(d.root.Name(), "link")); err != nil {
		t.Fatal(err)
	}
	if err := d.Create(ctx, Object{"link/escaped", []byte("x")}); err == nil {
		t.Fatal("wrote through a link")
	}
	if left, err := d.List(ctx, dirTemp); err != nil || len(left) != 0 {
		t.Fatalf("temporary files left: %v, %v", left, err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Create(done, Object{"late", []byte("x")}); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	if _, err := d.Get(done, "a/b/c"); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
}

func TestDirCreateHasOneWinner(t *testing.T) {
	name := filepath.Join(t.TempDir(), "l")
	openDir(t, name)
	for round := range 50 {
		var won atomic.Int32
		var g errgroup.Group
		for w := range 4 {
			d := openDir(t, name)
			g.Go(func() error {
				err := d.Create(t.Context(), Object{chainPath(uint64(round)), []byte(strconv.Itoa(w))})
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, fs.ErrExist) {
					return err
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil || won.Load() != 1 {
			t.Fatalf("round %d: %d winners, %v", round, won.Load(), err)
		}
	}
}

func TestDirReplace(t *testing.T) {
	name := filepath.Join(t.TempDir(), "l")
	d := openDir(t, name)
	ctx := t.Context()
	for i, row := range []struct {
		old, data string
		missing   bool
		ok        bool
	}{
		{"x", "1", false, false}, // not there
		{"", "0", true, true},
		{"", "1", true, false}, // there already
		{"1", "2", false, false},
		{"0", "2", false, true},
		{"2", "3", false, true},
	} {
		old := []byte(row.old)
		if row.missing {
			old = nil
		}
		err := d.Replace(ctx, "f", old, []byte(row.data))
		if row.ok && err != nil || !row.ok && !errors.Is(err, ErrChanged) {
			t.Fatalf("row %d: %v", i, err)
		}
	}
	// A counter moved by several holders of the directory loses no step.
	if err := d.Create(ctx, Object{"n", []byte("0")}); err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	for range 4 {
		own := openDir(t, name)
		own.noSync = true
		g.Go(func() error {
			for done := 0; done < 100; {
				old, err := own.Get(ctx, "n")
				if err != nil {
					return err
				}
				n, err := strconv.Atoi(string(old))
				if err != nil {
					return err
				}
				switch err := own.Replace(ctx, "n", old, []byte(strconv.Itoa(n+1))); {
				case err == nil:
					done++
				case !errors.Is(err, ErrChanged):
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if data, _ := d.Get(ctx, "n"); string(data) != "400" {
		t.Fatalf("counter %s, want 400", data)
	}
}

func TestDirRemove(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "l"))
	ctx := t.Context()
	files := []Object{{"tile/0/000.p/1", []byte("1")}, {"tile/0/000.p/2", []byte("2")}}
	for range 2 { // the folder goes and can come again
		if err := d.Create(ctx, files...); err != nil {
			t.Fatal(err)
		}
		if err := d.Remove(ctx, "tile/0/000.p/1", "tile/0/000.p/2", "tile/0/000.p/3"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.root.Stat("tile/0/000.p"); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("folder of partial tiles: %v", err)
		}
	}
	if _, err := d.root.Stat("tile/0"); err != nil {
		t.Fatal(err)
	}
	// Removed behind our back by another process: Create finds its way.
	if err := d.Create(ctx, files...); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(d.root.Name(), "tile")); err != nil {
		t.Fatal(err)
	}
	if err := d.Create(ctx, files...); err != nil {
		t.Fatal(err)
	}
}

// TestDirSyncsWhatItPromises follows a whole life of a ledger: no file is placed
// before its bytes are synced, and when a call returns, every folder that a
// file was placed in, and every folder above a new folder, has been synced since.
func TestDirSyncsWhatItPromises(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "l"))
	var mu sync.Mutex
	clean, dirty := make(map[string]bool), make(map[string]bool)
	known := map[string]bool{".": true}
	placed, synced := 0, 0
	d.trace = func(step, name string) {
		mu.Lock()
		defer mu.Unlock()
		switch step {
		case "sync":
			clean[name] = true
			delete(dirty, name)
			synced++
		case "use":
			if !clean[name] {
				t.Errorf("%s placed before it was synced", name)
			}
		case "place":
			placed++
			for dir := path.Dir(name); ; dir = path.Dir(dir) {
				dirty[dir] = true
				if known[dir] {
					break
				}
				known[dir] = true
			}
		}
	}
	check := &checkedStore{d, func(what string) {
		mu.Lock()
		defer mu.Unlock()
		if len(dirty) > 0 {
			t.Errorf("%s returned with folders not synced: %v", what, dirty)
		}
	}}
	s := newStream(0)
	l, err := Open(t.Context(), config(t, check, s))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []uint64{1, 2, 255, 300, 800} {
		mustAppend(t, l, size)
	}
	if placed < 30 || synced < 60 {
		t.Fatalf("traced only %d files, %d syncs", placed, synced)
	}
}

// checkedStore looks at the state of things whenever a call has promised durability.
type checkedStore struct {
	Store
	check func(what string)
}

func (c *checkedStore) Create(ctx context.Context, objects ...Object) error {
	err := c.Store.Create(ctx, objects...)
	c.check("Create " + objects[0].Path)
	return err
}

func (c *checkedStore) Replace(ctx context.Context, name string, old, data []byte) error {
	err := c.Store.Replace(ctx, name, old, data)
	c.check("Replace " + name)
	return err
}

func TestOpenDirDropsOldTemporaryFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "l")
	d := openDir(t, name)
	for _, f := range []string{"old", "young"} {
		write(t, name, dirTemp+"/"+f, []byte("x"))
	}
	then := time.Now().Add(-2 * tempAge)
	if err := os.Chtimes(filepath.Join(name, dirTemp, "old"), then, then); err != nil {
		t.Fatal(err)
	}
	openDir(t, name)
	if left, _ := d.List(t.Context(), dirTemp); !slices.Equal(left, []string{"young"}) {
		t.Fatalf("left %v", left)
	}
	if _, err := OpenDir(filepath.Join(name, "no", "parent")); err == nil {
		t.Fatal("opened without parent")
	}
	write(t, name, "file", nil)
	if _, err := OpenDir(filepath.Join(name, "file")); err == nil {
		t.Fatal("opened a file")
	}
}
