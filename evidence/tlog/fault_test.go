package tlog

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var errInjected = errors.New("injected store failure")

// how a store operation fails.
type failure string

const (
	notStored  failure = "failed, not stored"
	halfStored failure = "failed, first file stored"
	answerLost failure = "stored, answer lost"
)

// faultStore wraps the real directory store and fails one chosen operation.
type faultStore struct {
	Store
	mu    sync.Mutex
	at    int // number of the writing operation to fail, from 1; 0 none
	how   failure
	n     int
	kind  string // of the failed operation
	reads int    // number of the read to fail, from 1; 0 none
	nread int
	kill  func() // called instead of failing
}

func (f *faultStore) arm(at int, how failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.how, f.n, f.kind, f.nread = at, how, 0, "", 0
}

func (f *faultStore) hit(kind string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	if f.n == f.at {
		f.kind = kind
		return true
	}
	return false
}

func (f *faultStore) fail(how failure, do func() error, half func() error) error {
	switch how {
	case answerLost:
		if err := do(); err != nil {
			return err
		}
	case halfStored:
		if err := half(); err != nil {
			return err
		}
	}
	if f.kill != nil {
		f.kill()
	}
	return errInjected
}

func (f *faultStore) Get(ctx context.Context, path string) ([]byte, error) {
	f.mu.Lock()
	f.nread++
	bad := f.nread == f.reads
	f.mu.Unlock()
	if bad {
		return nil, errInjected
	}
	return f.Store.Get(ctx, path)
}

func (f *faultStore) Create(ctx context.Context, objects ...Object) error {
	do := func() error { return f.Store.Create(ctx, objects...) }
	kind, _, _ := strings.Cut(objects[0].Path, "/")
	if f.hit("create " + kind) {
		return f.fail(f.how, do, func() error { return f.Store.Create(ctx, objects[:len(objects)/2]...) })
	}
	return do()
}

func (f *faultStore) Replace(ctx context.Context, path string, old, data []byte) error {
	do := func() error { return f.Store.Replace(ctx, path, old, data) }
	if f.hit("replace " + path) {
		return f.fail(f.how, do, func() error { return nil })
	}
	return do()
}

func (f *faultStore) Remove(ctx context.Context, paths ...string) error {
	do := func() error { return f.Store.Remove(ctx, paths...) }
	if f.hit("remove") {
		return f.fail(f.how, do, func() error { return f.Store.Remove(ctx, paths[:len(paths)/2]...) })
	}
	return do()
}

// TestEveryDurableStepFails fails each step of an append, three ways, and then
// both continues with the same Log and starts a new one over the same files.
func TestEveryDurableStepFails(t *testing.T) {
	const before, after = 250, 600 // crosses two tile boundaries
	seen := make(map[string]bool)
	for _, how := range []failure{notStored, halfStored, answerLost} {
		for at := 1; ; at++ {
			l, d, s := begin(t)
			mustAppend(t, l, before)
			f := &faultStore{Store: d}
			l = mustOpen(t, f, s)
			f.arm(at, how)
			name := fmt.Sprintf("step %d %s", at, how)
			_, err := l.AppendAt(t.Context(), before, entries(before, after))
			if f.kind == "" {
				if err != nil {
					t.Fatalf("%s: %v without a fault", name, err)
				}
				break // all steps done
			}
			seen[f.kind] = true
			name += ", " + f.kind
			if err == nil && f.kind != "remove" {
				t.Fatalf("%s: failure swallowed", name)
			}
			if err != nil && (!errors.Is(err, errInjected) || errors.Is(err, ErrLedger)) {
				t.Fatalf("%s: %v", name, err)
			}
			beforeCommit := f.kind == "create staging" || f.kind == "create cp" && how != answerLost && how != halfStored
			if beforeCommit {
				checkNothingLeft(t, name, d, before)
			}
			// A plain Append must not put the same entries in twice.
			if errors.Is(err, ErrHalted) {
				if _, err := l.Append(t.Context(), entries(before, after)); !errors.Is(err, ErrHalted) {
					t.Fatalf("%s: blind append went on: %v", name, err)
				}
			}
			// A new process over a copy of the files.
			d2 := openDir(t, copyDir(t, d))
			d2.noSync = true
			l2 := mustOpen(t, d2, s)
			if size := l2.Size(); size != before && size != after || size == after && beforeCommit {
				t.Fatalf("%s: reopened at size %d", name, size)
			}
			mustAudit(t, d2, l2.Size())
			if cp, err := l2.AppendAt(t.Context(), before, entries(before, after+1)); err != nil || cp.Size != after+1 {
				t.Fatalf("%s: after restart: %v", name, err)
			}
			mustAudit(t, d2, after+1)
			// The same process again.
			if cp, err := l.AppendAt(t.Context(), before, entries(before, after)); err != nil || cp.Size != after {
				t.Fatalf("%s: repeated: size %d, %v", name, cp.Size, err)
			}
			mustAppend(t, l, after+1)
			if rep := mustAudit(t, d, after+1); rep.Checkpoint.Root != rootOf(t, after+1) {
				t.Fatalf("%s: wrong root", name)
			}
			if names, _ := d.List(t.Context(), stagingDir); len(names) > 0 && f.kind != "remove" {
				t.Fatalf("%s: staging left: %v", name, names)
			}
		}
	}
	for _, kind := range []string{"create staging", "create cp", "create tile", "replace checkpoint", "remove"} {
		if !seen[kind] {
			t.Errorf("step %q was never failed", kind)
		}
	}
}

// checkNothingLeft: before the commit neither tile nor signature is visible.
func checkNothingLeft(t *testing.T, name string, d *Dir, size uint64) {
	t.Helper()
	data, err := d.Get(t.Context(), checkpointPath)
	if err != nil {
		t.Fatal(err)
	}
	if cp, err := ParseCheckpoint(data, keysOf(t).Verify()); err != nil || cp.Size != size {
		t.Fatalf("%s: published size %d before the commit, %v", name, cp.Size, err)
	}
	for _, path := range []string{chainPath(2), tilePath(0, 0, tileWidth), tilePath(bundleLevel, 0, tileWidth)} {
		if _, err := d.Get(t.Context(), path); err == nil {
			t.Fatalf("%s: %s written before the commit", name, path)
		}
	}
}

func TestEveryStepOfCreationFails(t *testing.T) {
	for _, how := range []failure{notStored, halfStored, answerLost} {
		for at := 1; ; at++ {
			d := openDir(t, filepath.Join(t.TempDir(), "ledger"))
			d.noSync = true
			f := &faultStore{Store: d}
			f.arm(at, how)
			s := newStream(0)
			_, err := Open(t.Context(), config(t, f, s))
			if f.kind == "" {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			if !errors.Is(err, errInjected) || errors.Is(err, ErrLedger) {
				t.Fatalf("step %d (%s) %s: %v", at, f.kind, how, err)
			}
			l := mustOpen(t, f, s)
			s.last.Store(10)
			mustAppend(t, l, 10)
			mustAudit(t, d, 10)
		}
	}
}

// A read that fails says nothing about the ledger: it must not look like tampering.
func TestEveryReadFails(t *testing.T) {
	l, d, s := begin(t)
	mustAppend(t, l, 700)
	for at := 1; ; at++ {
		f := &faultStore{Store: d, reads: at}
		l, err := Open(t.Context(), config(t, f, s))
		if f.nread < at {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if !errors.Is(err, errInjected) || errors.Is(err, ErrLedger) {
			t.Fatalf("read %d of open: %v", at, err)
		}
		if l != nil {
			t.Fatal("log returned beside an error")
		}
	}
	for at := 1; ; at++ {
		f := &faultStore{Store: d, reads: at}
		_, err := Audit(t.Context(), AuditConfig{Source: f, Keys: keysOf(t).Verify(), Chain: true, Workers: 1})
		if f.nread < at {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if !errors.Is(err, errInjected) || errors.Is(err, ErrAudit) {
			t.Fatalf("read %d of audit: %v", at, err)
		}
	}
}

func TestCancelledCallerDoesNotStopAWonCommit(t *testing.T) {
	l, d, _ := begin(t)
	mustAppend(t, l, 10)
	ctx, cancel := context.WithCancel(t.Context())
	l.store = &cancelStore{d, cancel}
	if _, err := l.AppendAt(ctx, 10, entries(10, 20)); err != nil {
		t.Fatalf("won commit given up: %v", err)
	}
	mustAudit(t, d, 20)
}

// cancelStore takes the caller away at the very commit.
type cancelStore struct {
	Store
	cancel func()
}

func (c *cancelStore) Create(ctx context.Context, objects ...Object) error {
	err := c.Store.Create(ctx, objects...)
	if strings.HasPrefix(objects[0].Path, "cp/") {
		c.cancel()
	}
	return err
}
