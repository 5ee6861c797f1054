package tlog

import (
	"errors"
	"path/filepath"
	"testing"
)

// Sizes around every boundary of tiles of two levels.
var growth = []uint64{1, 2, 3, 100, 255, 256, 257, 300, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 70_000}

func TestLogGrowsLikeMerkleTree(t *testing.T) {
	l, d, s := begin(t)
	var older []Checkpoint
	for _, size := range growth {
		cp := mustAppend(t, l, size)
		if cp.Root != rootOf(t, size) {
			t.Fatalf("size %d: root differs from that of the other implementation", size)
		}
		for _, o := range older {
			p, err := l.ConsistencyProof(t.Context(), o.Size, size)
			if err != nil {
				t.Fatalf("%d to %d: %v", o.Size, size, err)
			}
			if err := VerifyConsistency(o, cp, p); err != nil {
				t.Fatalf("%d to %d: %v", o.Size, size, err)
			}
			if o.Size > 1 {
				o.Root[0] ^= 1
				if err := VerifyConsistency(o, cp, p); !errors.Is(err, ErrProof) {
					t.Fatalf("%d to %d: another root accepted: %v", o.Size, size, err)
				}
			}
		}
		older = append(older, cp)
		for _, i := range []uint64{0, size / 3, size / 2, size - 1} {
			e := Commit(record(i))
			p, err := l.InclusionProof(t.Context(), i)
			if err != nil {
				t.Fatalf("leaf %d of %d: %v", i, size, err)
			}
			p.Extra = []byte("case")
			data, err := p.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := VerifyProof(data, e[:], l.Verify()); err != nil || got.Index != i || !got.Checkpoint.Same(cp) {
				t.Fatalf("leaf %d of %d: %+v, %v", i, size, got, err)
			}
			e[0] ^= 1
			if _, err := VerifyProof(data, e[:], l.Verify()); !errors.Is(err, ErrProof) {
				t.Fatalf("leaf %d of %d: other entry accepted: %v", i, size, err)
			}
		}
		if l2 := mustOpen(t, d, s); l2.Size() != size || !l2.Checkpoint().Same(cp) {
			t.Fatalf("reopened at size %d, want %d", l2.Size(), size)
		}
	}
	rep := mustAudit(t, d, 70_000)
	// 273 full and one partial bundle; the same tiles, one full and one partial above, one on top.
	if rep.Bundles != 274 || rep.Tiles != 274+2+1 || rep.Chain != uint64(len(growth))+1 {
		t.Fatalf("report %+v", rep)
	}
	// The superfluous partial tiles are gone, those of the last tile are kept.
	if names, _ := d.List(t.Context(), partialDir(0, 0)); len(names) != 0 {
		t.Fatalf("partial tiles of a full tile remain: %v", names)
	}
}

func TestReadersOfEntries(t *testing.T) {
	l, _, _ := begin(t)
	mustAppend(t, l, 300)
	for _, i := range []uint64{0, 255, 256, 299} {
		if e, err := l.Entry(t.Context(), i); err != nil || e != Commit(record(i)) {
			t.Fatalf("entry %d: %x, %v", i, e, err)
		}
	}
	if _, err := l.Entry(t.Context(), 300); !errors.Is(err, ErrGap) {
		t.Fatalf("entry beyond the end: %v", err)
	}
	if _, err := l.InclusionProof(t.Context(), 300); !errors.Is(err, ErrGap) {
		t.Fatalf("proof beyond the end: %v", err)
	}
	if _, err := l.ConsistencyProof(t.Context(), 5, 301); !errors.Is(err, ErrGap) {
		t.Fatalf("consistency beyond the end: %v", err)
	}
	if _, err := l.ConsistencyProof(t.Context(), 6, 5); !errors.Is(err, ErrGap) {
		t.Fatalf("consistency backwards: %v", err)
	}
}

func TestAppendAtIsIdempotent(t *testing.T) {
	l, d, _ := begin(t)
	mustAppend(t, l, 300)
	before := l.Checkpoint()
	cp, err := l.AppendAt(t.Context(), 200, entries(200, 300))
	if err != nil || string(cp.Note) != string(before.Note) {
		t.Fatalf("same entries again: %v", err)
	}
	if cp, err = l.AppendAt(t.Context(), 10, entries(10, 310)); err != nil || cp.Size != 310 {
		t.Fatalf("overlapping entries: size %d, %v", cp.Size, err)
	}
	if cp, err = l.AppendAt(t.Context(), 310, nil); err != nil || cp.Size != 310 {
		t.Fatalf("no entries: size %d, %v", cp.Size, err)
	}
	if _, err := l.AppendAt(t.Context(), 311, entries(311, 312)); !errors.Is(err, ErrGap) {
		t.Fatalf("gap: %v", err)
	}
	if _, err := l.Append(t.Context(), [][]byte{make([]byte, 31)}); err == nil {
		t.Fatal("entry of 31 bytes accepted")
	}
	mustAudit(t, d, 310)
	// Another record where one stands already: the stream is not the one of the tree.
	_, err = l.AppendAt(t.Context(), 309, entries(400, 401))
	if !errors.Is(err, ErrLedger) {
		t.Fatalf("other entry: %v", err)
	}
	if _, err := l.AppendAt(t.Context(), 310, entries(310, 311)); !errors.Is(err, ErrLedger) {
		t.Fatalf("append after doubt: %v", err)
	}
	mustAudit(t, d, 310)
}

func TestBatchLargerThanOneCommit(t *testing.T) {
	l, d, _ := begin(t)
	cp := mustAppend(t, l, maxCommit+1000)
	if cp.Root != rootOf(t, maxCommit+1000) {
		t.Fatal("root differs")
	}
	if rep := mustAudit(t, d, maxCommit+1000); rep.Chain != 3 {
		t.Fatalf("chain of %d, want 3", rep.Chain)
	}
}

func TestOpenReportsMissing(t *testing.T) {
	l, d, s := begin(t)
	mustAppend(t, l, 40)
	s.last.Store(100)
	l = mustOpen(t, d, s)
	if l.Missing() != 60 {
		t.Fatalf("missing %d, want 60", l.Missing())
	}
	mustAppend(t, l, 100)
	if l.Missing() != 0 {
		t.Fatalf("missing %d after catching up", l.Missing())
	}
}

func TestRebuild(t *testing.T) {
	l, d, _ := begin(t)
	old := mustAppend(t, l, 500)
	s := newStream(500)
	empty := openDir(t, filepath.Join(t.TempDir(), "new"))
	cfg := config(t, empty, s)
	if _, err := Open(t.Context(), cfg); !errors.Is(err, ErrMissing) || !errors.Is(err, ErrLedger) {
		t.Fatalf("open without files: %v", err)
	}
	l, err := Rebuild(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if l.Missing() != 500 {
		t.Fatalf("missing %d, want 500", l.Missing())
	}
	if cp := mustAppend(t, l, 500); !cp.Same(old) {
		t.Fatal("rebuilt tree differs")
	}
	if _, err := Rebuild(t.Context(), cfg); err == nil {
		t.Fatal("rebuilt over a ledger")
	}
	if _, err := Rebuild(t.Context(), config(t, d, newStream(500))); err == nil {
		t.Fatal("rebuilt over a ledger")
	}
}
