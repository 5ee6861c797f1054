package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rogatory/rogatory/agencies"
)

const (
	modeSecret = fs.FileMode(0o600)
	modePublic = fs.FileMode(0o644)
	maxFile    = 64 << 20 // of any file that is read whole
)

// readFile reads a whole file; "-" is standard input.
func (a *app) readFile(path string) ([]byte, error) {
	if path == "-" {
		return readAll(a.stdin, "standard input")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	defer f.Close()
	return readAll(f, path)
}

func readAll(r io.Reader, name string) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("read %s: %w", name, &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("more than %d bytes", maxFile)})
	}
	return b, nil
}

// readSecret reads a file of private keys and refuses one that others may read.
// The group may: that is how Kubernetes gives a secret to a process without root.
func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read private key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read private key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read private key: %s is not a regular file", path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o027 != 0 {
		return nil, &exitError{
			code: exitUntrusted, hint: "chmod 600 " + path + ", and replace the keys if others may have read them",
			err: fmt.Errorf("read private key: %s is open to others (mode %#o)", path, info.Mode().Perm()),
		}
	}
	return readAll(f, path)
}

// createFile writes a file that must not exist yet. It is there whole and on
// disk, or not at all.
func createFile(path string, data []byte, mode fs.FileMode) error {
	return place(path, data, mode, func(tmp string) error {
		// A link, unlike a rename, fails when the name is taken.
		if err := os.Link(tmp, path); err != nil {
			return err
		}
		return os.Remove(tmp)
	})
}

// replaceFile writes a file over whatever has its name: the old or the new
// content survives a crash, never a mixture.
func replaceFile(path string, data []byte, mode fs.FileMode) error {
	return place(path, data, mode, func(tmp string) error { return os.Rename(tmp, path) })
}

// writeFunc is createFile or replaceFile.
type writeFunc func(path string, data []byte, mode fs.FileMode) error

// createPair writes a private and a public file, both or neither.
func createPair(secret string, secretData []byte, public string, publicData []byte) error {
	if err := createFile(secret, secretData, modeSecret); err != nil {
		return err
	}
	if err := createFile(public, publicData, modePublic); err != nil {
		return errors.Join(err, os.Remove(secret))
	}
	return nil
}

func place(path string, data []byte, mode fs.FileMode, put func(tmp string) error) (err error) {
	fail := func(err error) error {
		if errors.Is(err, fs.ErrExist) {
			return &exitError{code: exitConflict, err: fmt.Errorf("write file: %s exists", path), hint: "nothing was overwritten; choose another name"}
		}
		return fmt.Errorf("write file: %w", err)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".rogatory-*") // mode 0600
	if err != nil {
		return fail(err)
	}
	tmp := f.Name()
	defer func() {
		if err != nil {
			_ = os.Remove(tmp)
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = put(tmp)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// syncDir makes a new name in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a directory cannot be opened for this there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// mustBeFree fails early when a file that a verb is going to create exists.
func mustBeFree(paths ...string) error {
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil {
			return &exitError{code: exitConflict, err: fmt.Errorf("write file: %s exists", path), hint: "nothing was overwritten; choose another name"}
		}
	}
	return nil
}

// readJSON reads a file strictly into v.
func (a *app) readJSON(path string, v any) error {
	b, err := a.readFile(path)
	if err != nil {
		return err
	}
	if err := agencies.DecodeStrict(b, v); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// readSigner reads a private JWK, as `trust keygen` writes it.
func readSigner(path string) (*agencies.Signer, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	s, err := agencies.NewSigner(b)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return s, nil
}

// readKeyring reads the private keys of an agency, as `agency init` writes them.
func readKeyring(path string) (*agencies.Keyring, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	k, err := agencies.ParseKeyring(b)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return k, nil
}
