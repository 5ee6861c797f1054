package tlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// ErrChanged says that Replace found other bytes than expected.
var ErrChanged = errors.New("file changed meanwhile")

// Object is one file of a ledger, under its slash-separated path.
type Object struct {
	Path string
	Data []byte
}

// Source reads ledger files. A missing file is fs.ErrNotExist.
type Source interface {
	Get(ctx context.Context, path string) ([]byte, error)
}

// Store keeps ledger files. Whatever returns nil has survived a power failure
// from then on. All methods may be called by several processes at once.
type Store interface {
	Source
	lister
	// Create makes files that never change. For each, either the file holds
	// exactly these bytes afterwards (perhaps since before), or the error
	// wraps fs.ErrExist: it holds others. It must be atomic per file.
	Create(ctx context.Context, objects ...Object) error
	// Replace writes data if the file holds old (nil: is missing), atomically;
	// otherwise it returns ErrChanged.
	Replace(ctx context.Context, path string, old, data []byte) error
	// Remove deletes files; a missing one is no error.
	Remove(ctx context.Context, paths ...string) error
}

type lister interface {
	// List returns the file names right under a folder, in any order.
	List(ctx context.Context, dir string) ([]string, error)
}

// FromFS reads a ledger from a file system, such as a copy on a disk or in a zip.
func FromFS(fsys fs.FS) Source { return fsSource{fsys} }

type fsSource struct{ fsys fs.FS }

// maxFile bounds what is read of one file: larger than any ledger file.
const maxFile = 64 << 20

func (s fsSource) Get(ctx context.Context, path string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if fi, err := fs.Stat(s.fsys, path); err != nil {
		return nil, err
	} else if fi.Size() > maxFile {
		return nil, fmt.Errorf("read %s: %d bytes, limit %d", path, fi.Size(), maxFile)
	}
	return fs.ReadFile(s.fsys, path)
}

func (s fsSource) List(_ context.Context, dir string) ([]string, error) {
	list, err := fs.ReadDir(s.fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range list {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
