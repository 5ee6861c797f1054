package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"github.com/rogatory/rogatory/broker/embedded"
)

func msgs(names ...string) []*nats.Msg {
	var out []*nats.Msg
	for _, n := range names {
		out = append(out, &nats.Msg{Subject: "ldg._._.c." + n, Data: []byte(n)})
	}
	return out
}

func TestPublishBatch(t *testing.T) {
	w := newWorld(t, t.TempDir())
	js := w.jetStream()
	steps := []struct {
		name   string
		expect uint64
		msgs   []*nats.Msg
		last   uint64
		err    error
	}{
		{"batch into the empty ledger", 0, msgs("1", "2", "3"), 3, nil},
		{"single", 3, msgs("4"), 4, nil},
		{"batch after a stale head", 3, msgs("5", "6"), 0, embedded.ErrConflict},
		{"batch ahead of the head", 9, msgs("5", "6"), 0, embedded.ErrConflict},
		{"batch with a subject taken, first", 4, msgs("1", "5"), 0, embedded.ErrConflict},
		{"batch with a subject taken, last", 4, msgs("5", "6", "2"), 0, embedded.ErrConflict},
		{"single after a stale head", 3, msgs("5"), 0, embedded.ErrConflict},
		{"single on a subject taken", 4, msgs("4"), 0, embedded.ErrConflict},
		{"same subject twice", 4, msgs("5", "5"), 0, embedded.ErrBatch},
		{"nothing", 4, nil, 0, embedded.ErrBatch},
		{"too many", 4, make([]*nats.Msg, embedded.MaxBatch+1), 0, embedded.ErrBatch},
		{"nothing of the refused ones is there", 4, msgs("5", "6"), 6, nil},
	}
	for _, s := range steps {
		last, err := embedded.PublishBatch(ctx(t), js, s.expect, s.msgs)
		if last != s.last || !errors.Is(err, s.err) || (s.err == nil && err != nil) {
			t.Errorf("%s: %d %v", s.name, last, err)
		}
	}
	var full []*nats.Msg
	for i := range embedded.MaxBatch {
		full = append(full, msgs(fmt.Sprintf("full-%d", i))...)
	}
	if last, err := embedded.PublishBatch(ctx(t), js, 6, full); err != nil || last != 6+embedded.MaxBatch {
		t.Errorf("full batch: %d %v", last, err)
	}
}

// Stored, but the answer is lost; and not stored, and no answer either.
func TestPublishUnknown(t *testing.T) {
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			batch := msgs("1", "2", "3")[:n]
			js := w.jetStream()
			deaf, err := jetstream.New(w.deaf())
			if err != nil {
				t.Fatal(err)
			}
			short, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			if _, err := embedded.PublishBatch(short, deaf, 0, batch); !errors.Is(err, embedded.ErrUnknown) {
				t.Fatalf("answer lost: %v", err)
			}
			last, stored, err := embedded.ResolveBatch(ctx(t), js, 0, batch)
			if err != nil || !stored || last != uint64(n) {
				t.Errorf("answer lost: %d %v %v", last, stored, err)
			}
			if _, err := embedded.PublishBatch(ctx(t), js, 0, batch); !errors.Is(err, embedded.ErrConflict) {
				t.Errorf("repeated: %v", err)
			}
			if _, _, err := embedded.ResolveBatch(ctx(t), js, 0, msgs("other")); !errors.Is(err, embedded.ErrConflict) {
				t.Errorf("another's place: %v", err)
			}

			// Now the server is away.
			next := msgs("4", "5", "6")[:n]
			if err := w.nats.Close(); err != nil {
				t.Fatal(err)
			}
			short, cancel = context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			if _, err := embedded.PublishBatch(short, deaf, uint64(n), next); !errors.Is(err, embedded.ErrUnknown) {
				t.Fatalf("server away: %v", err)
			}
			deaf.Conn().Close() // else it would still deliver what it buffers
			w.start()
			js = w.jetStream()
			if _, stored, err := embedded.ResolveBatch(ctx(t), js, uint64(n), next); err != nil || stored {
				t.Errorf("server away: %v %v", stored, err)
			}
			if last, err := embedded.PublishBatch(ctx(t), js, uint64(n), next); err != nil || last != uint64(2*n) {
				t.Errorf("repeated: %d %v", last, err)
			}
		})
	}
}

// deaf is a connection that may append but hears no answers.
func (w *world) deaf() *nats.Conn {
	w.t.Helper()
	user, err := nkeys.CreateUser()
	if err != nil {
		w.t.Fatal(err)
	}
	public, _ := user.PublicKey()
	seed, _ := user.Seed()
	claims := jwt.NewUserClaims(public)
	claims.IssuerAccount = w.op.Broker.Public
	claims.Sub.Deny.Add(">")
	signer, err := nkeys.FromSeed([]byte(w.op.Broker.Signing))
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := claims.Encode(signer)
	if err != nil {
		w.t.Fatal(err)
	}
	creds, err := jwt.FormatUserConfig(token, seed)
	if err != nil {
		w.t.Fatal(err)
	}
	return dial(w.t, w.nats.URL(), creds)
}

// Records per second against a bare synced write of the same disk. Run with
// -benchtime 2s; compare the ratios, not the figures.
func BenchmarkPublish(b *testing.B) {
	data := noise(1024)
	b.Run("fdatasync", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		for b.Loop() {
			if _, err := f.Write(data); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
	for _, n := range []int{1, 2, 3, 4, 16, 64, 256} {
		b.Run(fmt.Sprintf("batch-%d", n), func(b *testing.B) {
			w := newWorld(b, b.TempDir())
			js := w.jetStream()
			var last uint64
			for b.Loop() {
				batch := make([]*nats.Msg, n)
				for i := range batch {
					batch[i] = &nats.Msg{Subject: fmt.Sprintf("ldg._._.c.%d", last+uint64(i)), Data: data}
				}
				seq, err := embedded.PublishBatch(context.Background(), js, last, batch)
				if err != nil {
					b.Fatal(err)
				}
				last = seq
			}
			b.ReportMetric(float64(last)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
