package tlog

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

const (
	dirTemp = "tmp"      // unfinished files
	dirLock = "tmp.lock" // held while the checkpoint is replaced
	// fsync of many files at once lets the file system write its journal once.
	dirParallel = 8
	// A temporary file this old has no writer any more.
	tempAge = time.Hour
)

// Dir is a [Store] in a directory of a local file system. Every file is
// written aside, synced, linked into place and the folder synced. Several
// processes may use it at once.
type Dir struct {
	root *os.Root
	// noSync is for measuring what syncing costs.
	noSync bool
	// trace, if not nil, sees each step that durability rests on; for tests.
	trace func(step, name string)
	// synced holds the folders whose own entry this process knows to be durable.
	synced sync.Map
}

// OpenDir opens a directory, making it if need be. Its parent must exist.
func OpenDir(name string) (*Dir, error) {
	if err := os.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("open ledger directory: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open ledger directory: %w", err)
	}
	d := &Dir{root: root}
	if err := d.prepare(name); err != nil {
		_ = root.Close()
		return nil, fmt.Errorf("open ledger directory: %w", err)
	}
	return d, nil
}

func (d *Dir) prepare(name string) error {
	parent, err := os.Open(filepath.Dir(filepath.Clean(name)))
	if err != nil {
		return err
	}
	err = errors.Join(parent.Sync(), parent.Close())
	if err != nil {
		return err
	}
	if err := d.root.Mkdir(dirTemp, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	old, err := fs.ReadDir(d.root.FS(), dirTemp)
	for _, e := range old {
		if fi, err := e.Info(); err == nil && time.Since(fi.ModTime()) > tempAge {
			_ = d.root.Remove(dirTemp + "/" + e.Name())
		}
	}
	return err
}

// Close releases the directory.
func (d *Dir) Close() error { return d.root.Close() }

// FS reads the directory as it is.
func (d *Dir) FS() fs.FS { return d.root.FS() }

// Get implements [Source].
func (d *Dir) Get(ctx context.Context, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return d.root.ReadFile(name)
}

// List implements [Store].
func (d *Dir) List(ctx context.Context, dir string) ([]string, error) {
	return fsSource{d.root.FS()}.List(ctx, dir)
}

// Create implements [Store].
func (d *Dir) Create(ctx context.Context, objects ...Object) error {
	temps := make([]string, len(objects))
	defer func() {
		for _, t := range temps {
			if t != "" {
				_ = d.root.Remove(t)
			}
		}
	}()
	var g errgroup.Group
	g.SetLimit(dirParallel)
	for i, o := range objects {
		g.Go(func() (err error) {
			temps[i], err = d.writeTemp(ctx, o.Data)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	b := batch{dirty: make(map[string]bool)}
	for i, o := range objects {
		if err := d.link(temps[i], o, &b); err != nil {
			return err
		}
	}
	return d.syncDirs(&b)
}

// Replace implements [Store]. Writers of one host exclude each other by flock,
// which the kernel gives back when a process dies.
func (d *Dir) Replace(ctx context.Context, name string, old, data []byte) (err error) {
	lock, err := d.root.OpenFile(dirLock, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	for {
		if err = unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("replace %s: lock: %w", name, err)
	}
	have, err := d.root.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && old == nil:
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("replace %s: %w", name, err)
	case err != nil || old == nil || !bytes.Equal(have, old):
		return fmt.Errorf("replace %s: %w", name, ErrChanged)
	}
	temp, err := d.writeTemp(ctx, data)
	if err == nil {
		d.step("use", temp)
		if err = d.root.Rename(temp, name); err != nil {
			_ = d.root.Remove(temp)
		}
		d.step("place", name)
	}
	if err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	return d.syncDirs(&batch{dirty: map[string]bool{path.Dir(name): true}})
}

// Remove implements [Store]. A folder of partial tiles goes with its last file.
// Nothing is synced: a file that comes back after a power failure does no harm.
func (d *Dir) Remove(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", name, err)
		}
		if dir := path.Dir(name); path.Ext(dir) == ".p" && d.root.Remove(dir) == nil {
			d.synced.Delete(dir)
		}
	}
	return ctx.Err()
}

func (d *Dir) step(step, name string) {
	if d.trace != nil {
		d.trace(step, name)
	}
}

// batch collects what one call has to make durable at its end.
type batch struct {
	dirty map[string]bool // folders to sync
	made  []string        // folders whose entry is durable after that
}

// writeTemp writes and syncs a new file under the temporary folder.
func (d *Dir) writeTemp(ctx context.Context, data []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	name := dirTemp + "/" + rand.Text()
	f, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", fmt.Errorf("write temporary file: %w", err)
	}
	_, err = f.Write(data)
	if err == nil && !d.noSync {
		err = f.Sync()
		d.step("sync", name)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = d.root.Remove(name)
		return "", fmt.Errorf("write temporary file: %w", err)
	}
	return name, nil
}

// link puts a synced temporary file in place, unless the same bytes are there.
// Even then the folder is synced: whoever made the file may not have come to it.
func (d *Dir) link(temp string, o Object, b *batch) error {
	dir := path.Dir(o.Path)
	var err error
	// Another writer may remove a folder of partial tiles between our steps.
	for range 100 {
		if err = d.mkdir(dir, b); err == nil {
			d.step("use", temp)
			err = d.root.Link(temp, o.Path)
			d.step("place", o.Path)
			if errors.Is(err, fs.ErrExist) {
				var have []byte
				if have, err = d.root.ReadFile(o.Path); err == nil && !bytes.Equal(have, o.Data) {
					return fmt.Errorf("create %s: holds other bytes: %w", o.Path, fs.ErrExist)
				}
			}
			if err == nil {
				b.dirty[dir] = true
				return nil
			}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
		d.synced.Delete(dir)
	}
	// The cause may match fs.ErrExist for another reason than the one above.
	return fmt.Errorf("create %s: %v", o.Path, err)
}

// mkdir makes a folder and its parents; the parents are to be synced unless
// this process has done so before.
func (d *Dir) mkdir(dir string, b *batch) error {
	if _, ok := d.synced.Load(dir); ok || dir == "." {
		return nil
	}
	if err := d.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for ; dir != "."; dir = path.Dir(dir) {
		b.dirty[path.Dir(dir)] = true
		b.made = append(b.made, dir)
	}
	return nil
}

func (d *Dir) syncDirs(b *batch) error {
	if d.noSync {
		b.dirty = nil
	}
	var g errgroup.Group
	g.SetLimit(dirParallel)
	for dir := range b.dirty {
		g.Go(func() error {
			f, err := d.root.Open(dir)
			if err != nil {
				return fmt.Errorf("sync folder: %w", err)
			}
			if err := errors.Join(f.Sync(), f.Close()); err != nil {
				return fmt.Errorf("sync folder %s: %w", dir, err)
			}
			d.step("sync", dir)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, dir := range b.made {
		d.synced.Store(dir, true)
	}
	return nil
}
