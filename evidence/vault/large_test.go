package vault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// TestMemoryFlat moves 1 GiB in and out and holds the heap of this process, which
// has no server in it, below 200 MiB.
func TestMemoryFlat(t *testing.T) {
	const size, limit = 1 << 30, 200 << 20
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "out")
	peak := peakHeap(func() {
		d := w.deposit(random(size, 1), size)
		must(t, w.moves.FetchFile(context.Background(), w.grant(d.object), nil, path, []age.Identity{w.id}, d.sealed, nil))
	})
	t.Logf("heap at most %d MiB for 1 GiB in and out, resident %s", peak>>20, residentPeak())
	if peak > limit {
		t.Fatalf("heap grew to %d MiB", peak>>20)
	}
}

// peakHeap samples the heap, live and not yet collected, while f runs.
func peakHeap(f func()) uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		var peak uint64
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-done:
				result <- peak
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	return <-result
}

// residentPeak is the high-water mark of the process where the system tells it.
func residentPeak() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

// BenchmarkDeposit compares, round by round on one server, seal and upload with
// what minio-go does by itself: ratio is plain time over ours, above 1 is faster.
func BenchmarkDeposit(b *testing.B) {
	const size = 256 << 20
	w := newWorld(b)
	ctx := context.Background()
	path := filepath.Join(b.TempDir(), "in")
	f, err := os.Create(path)
	must(b, err)
	_, err = io.Copy(f, random(size, 1))
	must(b, err)
	must(b, f.Close())
	must(b, w.admin.MakeBucket(ctx, "plain", minio.MakeBucketOptions{}))
	b.SetBytes(size)
	var plain, sealed, complete, fetch, get time.Duration
	n := 0
	for b.Loop() {
		start := time.Now()
		_, err := w.admin.FPutObject(ctx, "plain", fmt.Sprint(n), path, minio.PutObjectOptions{})
		must(b, err)
		plain += time.Since(start)

		start = time.Now()
		s, err := evidence.SealedSize(size, []string{w.to})
		must(b, err)
		u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), s, 0)
		must(b, err)
		m, parts, err := w.moves.DepositFile(ctx, u, w.vault.SignParts, path, []string{w.to}, nil)
		must(b, err)
		sealed += time.Since(start)

		start = time.Now()
		obj, err := w.vault.CompleteUpload(ctx, u, parts, m.Digest)
		must(b, err)
		complete += time.Since(start)

		out := filepath.Join(b.TempDir(), fmt.Sprint(n))
		start = time.Now()
		must(b, w.moves.FetchFile(ctx, w.grant(obj), nil, out, []age.Identity{w.id}, m, nil))
		fetch += time.Since(start)
		start = time.Now()
		must(b, w.admin.FGetObject(ctx, "plain", fmt.Sprint(n), out+".plain", minio.GetObjectOptions{}))
		must(b, syncFile(out+".plain")) // as durable as ours, or the two are not comparable
		get += time.Since(start)
		n++
	}
	mb := float64(n) * size / 1e6
	b.ReportMetric(plain.Seconds()/sealed.Seconds(), "seal+upload/plain-put")
	b.ReportMetric(mb/sealed.Seconds(), "seal+upload-MB/s")
	b.ReportMetric(mb/plain.Seconds(), "plain-put-MB/s")
	b.ReportMetric(complete.Seconds()/float64(n), "complete+verify-s")
	b.ReportMetric(mb/fetch.Seconds(), "fetch+open-MB/s")
	b.ReportMetric(get.Seconds()/fetch.Seconds(), "fetch+open/plain-get")
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
