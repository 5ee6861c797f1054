package tlog

import (
	"context"
	"encoding/binary"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
)

const testOrigin = "ledger.example.org/xa"

var testKeys = sync.OnceValues(func() (*SigningKeys, error) { return GenerateKeys(testOrigin) })

func keysOf(t testing.TB) *SigningKeys {
	t.Helper()
	k, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var streamBorn = time.Date(2026, 11, 23, 10, 0, 0, 123456789, time.UTC)

// stream is the state a server would tell; tests move it.
type stream struct {
	last    atomic.Uint64
	name    string
	created time.Time
	fail    error
}

func newStream(last uint64) *stream {
	s := &stream{name: "LEDGER", created: streamBorn}
	s.last.Store(last)
	return s
}

func (s *stream) head(context.Context) (Stream, error) {
	return Stream{Name: s.name, Created: s.created, LastSeq: s.last.Load()}, s.fail
}

// record is the record at a leaf index: the stream is a pure function here.
func record(index uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte("record of a test, salted "), index)
}

func entries(from, to uint64) [][]byte {
	var out [][]byte
	for i := from; i < to; i++ {
		c := Commit(record(i))
		out = append(out, c[:])
	}
	return out
}

func records(n uint64) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		for i := range n {
			if !yield(i, record(i)) {
				return
			}
		}
	}
}

// rootOf is the root by the other implementation.
func rootOf(t testing.TB, n uint64) [32]byte {
	t.Helper()
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for _, e := range entries(0, n) {
		if err := r.Append(rfc6962.DefaultHasher.HashLeaf(e), nil); err != nil {
			t.Fatal(err)
		}
	}
	if n == 0 {
		return [32]byte(rfc6962.DefaultHasher.EmptyRoot())
	}
	root, err := r.GetRootHash(nil)
	if err != nil {
		t.Fatal(err)
	}
	return [32]byte(root)
}

func openDir(t testing.TB, dir string) *Dir {
	t.Helper()
	d, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func config(t testing.TB, store Store, s *stream) Config {
	return Config{Store: store, Keys: keysOf(t), Origin: testOrigin, Head: s.head}
}

// begin creates an empty ledger in a new directory whose stream will have many records.
func begin(t testing.TB) (*Log, *Dir, *stream) {
	t.Helper()
	d := openDir(t, filepath.Join(t.TempDir(), "ledger"))
	d.noSync = true // durability against power failure is not what most tests test
	s := newStream(0)
	l, err := Open(t.Context(), config(t, d, s))
	if err != nil {
		t.Fatal(err)
	}
	s.last.Store(1 << 40)
	return l, d, s
}

func mustAppend(t testing.TB, l *Log, to uint64) Checkpoint {
	t.Helper()
	cp, err := l.AppendAt(t.Context(), l.Size(), entries(l.Size(), to))
	if err != nil {
		t.Fatal(err)
	}
	if cp.Size != to || cp.Origin != testOrigin {
		t.Fatalf("checkpoint of size %d of %q, want %d", cp.Size, cp.Origin, to)
	}
	return cp
}

func mustOpen(t testing.TB, store Store, s *stream) *Log {
	t.Helper()
	l, err := Open(t.Context(), config(t, store, s))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustAudit(t testing.TB, src Source, size uint64) Report {
	t.Helper()
	rep, err := Audit(t.Context(), AuditConfig{Source: src, Keys: keysOf(t).Verify(), Records: records(size), Chain: true})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Checkpoint.Size != size || rep.Entries != size || rep.Records != size {
		t.Fatalf("audit covered size %d, %d entries, %d records; want %d", rep.Checkpoint.Size, rep.Entries, rep.Records, size)
	}
	return rep
}

// copyDir makes an independent copy of a ledger directory.
func copyDir(t testing.TB, d *Dir) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, d.FS()); err != nil {
		t.Fatal(err)
	}
	return to
}
