package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// only wants one file in dir, with this content and mode.
func only(t *testing.T, dir, name, content string, mode fs.FileMode) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("the folder holds %v, want %s alone", entries, name)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || string(b) != content {
		t.Errorf("%q, %v; want %q", b, err, content)
	}
	if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != mode {
		t.Errorf("mode %v, %v; want %v", info.Mode(), err, mode)
	}
}

func TestCreateFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "k")
	if err := createFile(path, []byte("one"), modeSecret); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "k", "one", modeSecret)
	err := createFile(path, []byte("two"), modePublic)
	if e, ok := errors.AsType[*exitError](err); !ok || e.code != exitConflict {
		t.Errorf("error %v", err)
	}
	only(t, dir, "k", "one", modeSecret)
	if err := replaceFile(path, []byte("three"), modePublic); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "k", "three", modePublic)
	if err := createFile(filepath.Join(dir, "no", "k"), nil, modeSecret); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// A name that points elsewhere is taken: what it points to is not overwritten,
// and a new private key does not land where somebody else wants it.
func TestCreateFileFollowsNoLink(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, "k")
	if err := os.Symlink(filepath.Join(other, "theirs"), path); err != nil {
		t.Fatal(err)
	}
	if err := createFile(path, []byte("secret"), modeSecret); err == nil {
		t.Error("no error")
	}
	if err := mustBeFree(path); err == nil {
		t.Error("a dangling link counts as free")
	}
	if entries, _ := os.ReadDir(other); len(entries) > 0 {
		t.Errorf("written elsewhere: %v", entries)
	}
}

func TestCreatePairIsWhole(t *testing.T) {
	dir := t.TempDir()
	public := filepath.Join(dir, "k.pub")
	if err := os.WriteFile(public, []byte("theirs"), modePublic); err != nil {
		t.Fatal(err)
	}
	if err := createPair(filepath.Join(dir, "k"), []byte("secret"), public, []byte("public")); err == nil {
		t.Error("no error")
	}
	only(t, dir, "k.pub", "theirs", modePublic)
}

func TestReadSecret(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "k")
	if err := os.WriteFile(path, []byte("secret"), modeSecret); err != nil {
		t.Fatal(err)
	}
	for mode, ok := range map[fs.FileMode]bool{0o600: true, 0o400: true, 0o440: true, 0o640: true, 0o644: false, 0o604: false, 0o660: false, 0o666: false, 0o601: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		b, err := readSecret(path)
		if ok != (err == nil) || ok && string(b) != "secret" {
			t.Errorf("mode %#o: %q, %v", mode, b, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret\"") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	if _, err := readSecret(dir); err == nil {
		t.Error("a folder was read")
	}
	if _, err := readSecret(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestReadFileIsBounded(t *testing.T) {
	a, _, _ := newTestApp()
	a.stdin = strings.NewReader(strings.Repeat("x", maxFile+1))
	if _, err := a.readFile("-"); err == nil || exitCode(t.Context(), err) != exitUsage {
		t.Errorf("error %v", err)
	}
}
