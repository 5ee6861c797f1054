package tlog

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkAppend measures one committed checkpoint per op, all steps included.
func BenchmarkAppend(b *testing.B) {
	for _, sync := range []bool{true, false} {
		for _, batch := range []uint64{1, 64, 256, 1024} {
			b.Run(fmt.Sprintf("sync=%t/batch=%d", sync, batch), func(b *testing.B) {
				d := openDir(b, filepath.Join(b.TempDir(), "l"))
				d.noSync = !sync
				s := newStream(0)
				l, err := Open(b.Context(), config(b, d, s))
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					b.StopTimer()
					es := entries(l.Size(), l.Size()+batch)
					b.StartTimer()
					if _, err := l.Append(b.Context(), es); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(l.Size())/b.Elapsed().Seconds(), "entries/s")
			})
		}
	}
}

// BenchmarkAudit measures a whole audit beside the bare hashing it cannot do
// without: one leaf and one node hash per entry, on one core.
func BenchmarkAudit(b *testing.B) {
	const n = 500_000
	l, d, _ := begin(b)
	for l.Size() < n {
		mustAppend(b, l, min(n, l.Size()+maxCommit))
	}
	leaf, node := make([]byte, 33), make([]byte, 65)
	start := time.Now()
	for range n {
		_ = sha256.Sum256(leaf)
		_ = sha256.Sum256(node)
	}
	bare := time.Since(start)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				if _, err := Audit(b.Context(), AuditConfig{Source: d, Keys: l.Verify(), Workers: workers}); err != nil {
					b.Fatal(err)
				}
			}
			per := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(n/per.Seconds(), "entries/s")
			b.ReportMetric(float64(per)/float64(bare), "x-bare-hashing")
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	l, d, s := begin(b)
	for range 300 {
		mustAppend(b, l, l.Size()+200)
	}
	for b.Loop() {
		if _, err := Open(b.Context(), config(b, d, s)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInclusionProof(b *testing.B) {
	l, _, _ := begin(b)
	mustAppend(b, l, 100_000)
	var i uint64
	for b.Loop() {
		i = (i + 7919) % 100_000
		if _, err := l.InclusionProof(b.Context(), i); err != nil {
			b.Fatal(err)
		}
	}
}
