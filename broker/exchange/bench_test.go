package exchange_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
)

// BenchmarkActs compares what the exchange records from end to end, each act
// signed, judged, synced, in the tree and under a signed checkpoint, with what bare
// synced publishes of records of the same size reach on the same disk.
//
//	go test -run '^$' -bench Acts -benchtime 400x ./broker/exchange
func BenchmarkActs(b *testing.B) {
	var size int
	b.Run("exchange/c=1", func(b *testing.B) { size = benchActs(b, 1, 0) })
	b.Run("exchange/c=64", func(b *testing.B) { benchActs(b, 64, 0) })
	b.Run("exchange/c=64,one_by_one", func(b *testing.B) { benchActs(b, 64, 1) })
	b.Run("bare", func(b *testing.B) { benchBare(b, max(size, 1024)) })
}

// benchActs submits questions of many requests at once and gives the size of one
// record. group is the records of one commit.
func benchActs(b *testing.B, at, group int) int {
	w := newWorld(b, func(w *world) { w.cfg.SetFaults(nil, 0, group) })
	cases := make([]string, at)
	for i := range cases {
		cases[i] = w.delivered(w.subscriberOrder())
	}
	data := make([][]byte, b.N)
	for i := range data {
		sub, _ := w.say(speech{by: court, caseID: cases[i%at], to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}})
		data[i] = encode(b, sub)
	}
	_, creds := w.creds(court)
	nc, err := connect(w.srv.URL(), creds)
	ok(b, err)
	defer nc.Close()
	var next, bad, size atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for range at {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := next.Add(1) - 1; int(i) < b.N; i = next.Add(1) - 1 {
				r, err := submitRaw(nc, data[i], 30*time.Second)
				if err != nil || r.Status != broker.StatusDone {
					bad.Add(1)
					continue
				}
				size.Store(int64(len(r.Records[0])))
			}
		}()
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "acts/s")
	if bad.Load() > 0 {
		b.Fatalf("%d acts were not recorded", bad.Load())
	}
	w.verify()
	return int(size.Load())
}

// benchBare publishes messages one by one, as the exchange does, and nothing else.
func benchBare(b *testing.B, size int) {
	w := newWorld(b)
	w.close()
	nc, err := asOperator(w.cfg, w.srv.URL(), embedded.RoleRuntime)
	ok(b, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	ok(b, err)
	ctx := context.Background()
	stream, err := js.Stream(ctx, embedded.StreamName)
	ok(b, err)
	last := stream.CachedInfo().State.LastSeq
	body := noise(size)
	b.ResetTimer()
	start := time.Now()
	for i := range b.N {
		last, err = embedded.PublishBatch(ctx, js, last, []*nats.Msg{{Subject: fmt.Sprintf("%s._._._.%d", embedded.SubjectLedger, i), Data: body}})
		ok(b, err)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "acts/s")
	b.ReportMetric(float64(size), "bytes")
}
