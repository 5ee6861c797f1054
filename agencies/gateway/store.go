package gateway

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/evidence/vault"
)

// store is a folder in which every write is one file that appears whole and is
// synced before it appears. Several processes of one agency may share it.
type store struct{ dir string }

func openStore(dir string, folders ...string) (*store, error) {
	for _, f := range folders {
		if err := os.MkdirAll(filepath.Join(dir, f), 0o700); err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
	}
	return &store{dir: dir}, nil
}

// put writes a file that must not change: the same bytes again are no error.
func (s *store) put(folder, name string, data []byte) error {
	path := filepath.Join(s.dir, folder, name)
	err := vault.PublishFile(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if string(old) != string(data) {
		return fmt.Errorf("store %s: %w with other content", name, fs.ErrExist)
	}
	return nil
}

// replace writes a file that may change: whole or not at all.
func (s *store) replace(folder, name string, data []byte) error {
	dir := filepath.Join(s.dir, folder)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *store) get(folder, name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(s.dir, folder, name))
}

func (s *store) remove(folder, name string) error {
	return os.Remove(filepath.Join(s.dir, folder, name))
}

// names lists the files of a folder in order, those half written left out.
func (s *store) names(folder string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, folder))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".json") && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}

// recordName is the file name of the record at a place of the ledger.
func recordName(seq uint64) string { return fmt.Sprintf("%020d.json", seq) }
