package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/rogatory/rogatory/evidence"
)

// FileSize returns the size of the regular file at path: what SealedSize and
// BeginUpload need before DepositFile.
func FileSize(path string) (int64, error) {
	f, info, err := openRegular(path)
	if err != nil {
		return 0, fmt.Errorf("measure file: %w", err)
	}
	return info.Size(), f.Close()
}

// DepositFile seals the file at path to the recipients and sends the sealed bytes
// as the parts of u, in one pass, without a sealed copy on disk. It returns the
// measures of both sides for the manifest, and the parts for CompleteUpload.
//
// A file that changed meanwhile fails with evidence.ErrSource; the caller then
// aborts the upload. Its name goes nowhere.
func (t *Transfer) DepositFile(ctx context.Context, u Upload, sign PartSigner, path string, recipients []string, progress Progress) (evidence.Sealed, []Part, error) {
	f, before, err := openRegular(path)
	if err != nil {
		return evidence.Sealed{}, nil, fmt.Errorf("deposit file: %w", err)
	}
	defer f.Close()
	sealed, parts, err := t.Deposit(ctx, u, sign, f, before.Size(), recipients, progress)
	if err != nil {
		return evidence.Sealed{}, nil, fmt.Errorf("deposit file: %w", err)
	}
	after, err := f.Stat()
	if err != nil {
		return evidence.Sealed{}, nil, fmt.Errorf("deposit file: %w", err)
	}
	if after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return evidence.Sealed{}, nil, fmt.Errorf("deposit file: %w", evidence.ErrSource)
	}
	return sealed, parts, nil
}

// Deposit is DepositFile for any source of a known size.
func (t *Transfer) Deposit(ctx context.Context, u Upload, sign PartSigner, src io.Reader, size int64, recipients []string, progress Progress) (evidence.Sealed, []Part, error) {
	w, err := t.newPartWriter(ctx, u, sign, progress)
	if err != nil {
		return evidence.Sealed{}, nil, fmt.Errorf("deposit: %w", err)
	}
	sealed, err := evidence.Seal(w, src, recipients, size)
	parts, err := w.finish(err)
	if err != nil {
		return evidence.Sealed{}, nil, fmt.Errorf("deposit: %w", err)
	}
	return sealed, parts, nil
}

// FetchFile downloads, opens and verifies an exhibit, and only then lets it
// appear at path, which must not exist yet. Until that moment the plaintext lies
// in a file beside it that only this user can read; after a failure nothing is left.
//
// path is the caller's choice. It must never be made from a name in a manifest.
func (t *Transfer) FetchFile(ctx context.Context, g Grant, renew Renew, path string, ids []age.Identity, want evidence.Sealed, progress Progress) error {
	if g.Object.Size != want.Size || g.Object.Digest != want.Digest {
		return fmt.Errorf("fetch file: %w: grant and manifest are about different bytes", ErrMismatch)
	}
	return PublishFile(path, func(w io.Writer) error {
		r := t.newRangeReader(ctx, g, renew, progress)
		defer r.Close()
		return evidence.Open(w, r, ids, want)
	})
}

// PublishFile writes a file that appears at path complete or not at all: to a
// temporary file in the same directory, synced, then linked to its name. It never
// replaces what is there (fs.ErrExist).
func PublishFile(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("publish file: %w", fs.ErrExist)
	}
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".rogatory-*.part") // mode 0600
	if err != nil {
		return fmt.Errorf("publish file: %w", err)
	}
	defer func() {
		_ = tmp.Close()
		if rerr := os.Remove(tmp.Name()); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("publish file: remove temporary file: %w", rerr))
		}
	}()
	if err := write(tmp); err != nil {
		return fmt.Errorf("publish file: %w", err)
	}
	if err := tmp.Sync(); err != nil {
		return fmt.Errorf("publish file: %w", err)
	}
	// A link fails where the name exists, a rename would replace it. Filesystems
	// without links get a rename behind a second look.
	if err := os.Link(tmp.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("publish file: %w", fs.ErrExist)
		}
		if _, serr := os.Lstat(path); !errors.Is(serr, fs.ErrNotExist) {
			return fmt.Errorf("publish file: %w", fs.ErrExist)
		}
		if err := os.Rename(tmp.Name(), path); err != nil {
			return fmt.Errorf("publish file: %w", err)
		}
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// openRegular opens a file that can be evidence: not a pipe or a device, whose
// end nobody knows.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}
