package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
)

// errSync marks a failed sync: what was written may be lost although later
// syncs succeed, for the kernel reports the loss once and drops the pages.
var errSync = errors.New("sync failed")

// skipData and skipNames leave out one half of the syncing. Only tests set
// them, to show what is lost without it.
var skipData, skipNames atomic.Bool

// syncFile makes a file or directory durable. One that is not there needs no
// syncing itself.
func syncFile(name string) error {
	f, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.EINVAL):
		return nil
	case err != nil:
		// Not synced, but not lost either: the request fails and may be
		// repeated.
		return fmt.Errorf("open for sync: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync: %w: %w", errSync, err)
	}
	return nil
}

// syncUp makes a path durable: the file and each directory above it, up to and
// with top. What is gone by now is skipped; its parent's sync makes the
// absence durable.
func syncUp(name, top string) error {
	top = filepath.Clean(top)
	for name = filepath.Clean(name); ; name = filepath.Dir(name) {
		if name != top && !strings.HasPrefix(name, strings.TrimSuffix(top, "/")+"/") {
			return errors.New("sync: path outside its root")
		}
		if err := syncFile(name); err != nil {
			return err
		}
		if name == top {
			return nil
		}
	}
}

// recoverUploads undoes a completion that a crash cut short. The gateway claims
// an upload by renaming its directory and takes a claimed one for finished or
// in good hands; after a crash it is neither, and a retry would be told that an
// object is complete that was never put together.
func recoverUploads(objects, sidecar string) error {
	const mark = ".inprogress"
	claimed, err := filepath.Glob(filepath.Join(objects, "*", ".sgwtmp", "multipart", "*", "*"+mark))
	if err != nil {
		return fmt.Errorf("recover uploads: %w", err)
	}
	for _, dir := range claimed {
		id, _, _ := strings.Cut(filepath.Base(dir), ".")
		free := filepath.Join(filepath.Dir(dir), id)
		if err := os.Rename(dir, free); err != nil {
			return fmt.Errorf("recover uploads: %w", err)
		}
		rel, err := filepath.Rel(objects, dir)
		if err != nil {
			return fmt.Errorf("recover uploads: %w", err)
		}
		beside := filepath.Join(sidecar, rel)
		if err := os.Rename(beside, filepath.Join(filepath.Dir(beside), id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("recover uploads: %w", err)
		}
		if err := syncUp(free, objects); err != nil {
			return fmt.Errorf("recover uploads: %w", err)
		}
	}
	return nil
}
