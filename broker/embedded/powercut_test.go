//go:build linux

package embedded_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/embedded/powercut"
)

// The power goes when so many records or objects are acknowledged and the next
// ones are on their way.
const (
	cutAtRecord = 300
	cutAtObject = 40
)

// tally counts what was acknowledged; full is closed at the wanted number.
type tally struct {
	n    atomic.Uint64
	want uint64
	full chan struct{}
	once sync.Once
}

func newTally(want uint64) *tally { return &tally{want: want, full: make(chan struct{})} }

func (y *tally) set(n uint64) {
	y.n.Store(n)
	if n >= y.want {
		y.once.Do(func() { close(y.full) })
	}
}

// wait blocks until the wanted number is reached, and a moment more, so that
// the cut does not always fall on the same point.
func (y *tally) wait(t *testing.T) {
	t.Helper()
	select {
	case <-y.full:
		time.Sleep(rand.N(50 * time.Millisecond))
	case <-time.After(time.Minute):
		t.Fatalf("only %d acknowledged within a minute", y.n.Load())
	}
}

func record(i int) *nats.Msg {
	return &nats.Msg{Subject: fmt.Sprintf("ldg._._.case.%d", i), Data: []byte(fmt.Sprintf("%d:%s", i, noise(500+i%1500)))}
}

// fill appends single records and batches in turn until an append fails, and
// returns the last acknowledged sequence.
func fill(running context.Context, js jetstream.JetStream, head *tally) (acked uint64, batches [][2]uint64) {
	for round := 0; ; round++ {
		n := 1
		if round%3 == 2 {
			n = 2 + round%17
		}
		var msgs []*nats.Msg
		for i := range n {
			msgs = append(msgs, record(int(acked)+1+i))
		}
		last, err := embedded.PublishBatch(running, js, acked, msgs)
		batches = append(batches, [2]uint64{acked + 1, acked + uint64(n)})
		if err != nil {
			return acked, batches
		}
		acked = last
		head.set(acked)
	}
}

// What the ledger acknowledged survives a power cut in the middle of traffic,
// batches whole or not at all, and so do accounts and revocations.
func TestPowerCutLedger(t *testing.T) {
	disk := powercut.New(t, 256)
	w := newWorld(t, disk.Dir)
	a := w.join()
	user, err := embedded.UserPublic(a.creds)
	if err != nil {
		t.Fatal(err)
	}
	second, err := embedded.AgencyUserCreds(a.keys.Signing, a.keys.Public, "second", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	js := w.jetStream()
	var acked uint64
	head := newTally(cutAtRecord)
	running, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	var batches [][2]uint64
	var traffic sync.WaitGroup
	traffic.Go(func() { acked, batches = fill(running, js, head) })
	head.wait(t)
	if err := embedded.RevokeUser(ctx(t), w.connect(embedded.RoleAdmin), w.op, a.keys.Public, user, time.Now()); err != nil {
		t.Fatal(err)
	}
	before := head.n.Load()
	disk.Cut()
	time.AfterFunc(time.Second, stop) // a server without a disk may not answer
	traffic.Wait()
	if err := w.nats.Close(); err != nil {
		t.Fatal(err)
	}
	disk.Restore()
	w.start()
	if err := w.checkLedger(); err != nil {
		t.Fatal(err)
	}
	lost, last := missing(t, w.jetStream(), before)
	t.Logf("power cut: %d records acknowledged, %d lost, last stored %d, %d acknowledged by a machine without power", before, lost, last, acked-before)
	if lost != 0 {
		t.Errorf("%d of %d acknowledged records are lost", lost, before)
	}
	for _, b := range batches {
		if last >= b[0] && last < b[1] {
			t.Errorf("batch %d..%d is stored in part, up to %d", b[0], b[1], last)
		}
	}
	if nc, err := embedded.Connect(w.nats.URL(), a.creds, nil, nats.MaxReconnects(0)); err == nil {
		nc.Close()
		t.Error("a revoked user is back")
	}
	dial(t, w.nats.URL(), second)
	// The ledger goes on where it stopped.
	if _, err := embedded.PublishBatch(ctx(t), w.jetStream(), last, []*nats.Msg{record(1 << 20)}); err != nil {
		t.Error(err)
	}
}

// missing counts acknowledged records that are not there byte by byte.
func missing(t *testing.T, js jetstream.JetStream, acked uint64) (lost int, last uint64) {
	t.Helper()
	s, err := js.Stream(ctx(t), embedded.StreamName)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return int(acked), 0
	}
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq <= acked; seq++ {
		m, err := s.GetMsg(context.Background(), seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			lost++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.Data, record(int(seq)).Data) {
			lost++
		}
	}
	return lost, s.CachedInfo().State.LastSeq
}

// The same harness, against the default of nats-server: it must find losses,
// or it proves nothing.
func TestPowerCutControlLedger(t *testing.T) {
	disk := powercut.New(t, 256)
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	n, err := embedded.StartNATSUnsynced(embedded.NATSConfig{Dir: disk.Dir, Listen: "127.0.0.1:0", Operator: op})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	w := &world{t: t, dir: disk.Dir, op: op, nats: n}
	if err := embedded.ProvisionLedger(ctx(t), w.connect(embedded.RoleProvision), 1); err != nil {
		t.Fatal(err)
	}
	js := w.jetStream()
	var acked uint64
	head := newTally(cutAtRecord)
	running, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	var traffic sync.WaitGroup
	traffic.Go(func() { acked, _ = fill(running, js, head) })
	head.wait(t)
	disk.Cut()
	time.AfterFunc(time.Second, stop) // a server without a disk may not answer
	traffic.Wait()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	disk.Restore()
	w.start()
	lost, _ := missing(t, w.jetStream(), acked)
	t.Logf("power cut without synced writes: %d records acknowledged, %d lost", acked, lost)
	if lost == 0 {
		t.Error("nothing was lost without syncing: the harness does not cut power")
	}
}

// stored is one acknowledged object version.
type stored struct {
	key, version string
	data         []byte
	until        time.Time
}

// deposit stores objects in every way there is until one fails, and tells of
// each one that was acknowledged.
func deposit(b *bucket, acked func(stored)) {
	background := context.Background()
	for i := 0; ; i++ {
		data := noise(1000 + (i*7919)%90_000)
		key := fmt.Sprintf("case/%d/%d", i%7, i)
		opts := minio.PutObjectOptions{DisableMultipart: true}
		var until time.Time
		if i%4 == 1 {
			until = time.Now().Add(time.Hour).UTC().Truncate(time.Second)
			opts.Mode, opts.RetainUntilDate = minio.Compliance, until
		}
		if i%4 == 2 {
			key = "case/overwritten" // a new version each time
		}
		if i%4 == 3 {
			id, err := b.NewMultipartUpload(background, b.name, key, minio.PutObjectOptions{})
			if err != nil {
				return
			}
			part, err := b.PutObjectPart(background, b.name, key, id, 1, bytes.NewReader(data), int64(len(data)), minio.PutObjectPartOptions{})
			if err != nil {
				return
			}
			info, err := b.CompleteMultipartUpload(background, b.name, key, id, []minio.CompletePart{{PartNumber: 1, ETag: part.ETag}}, minio.PutObjectOptions{})
			if err != nil {
				return
			}
			acked(stored{key: key, version: info.VersionID, data: data})
			continue
		}
		info, err := b.Client.PutObject(background, b.name, key, bytes.NewReader(data), int64(len(data)), opts)
		if err != nil {
			return
		}
		acked(stored{key: key, version: info.VersionID, data: data, until: until})
	}
}

func cutS3(t *testing.T, sidecar bool) (acked, lost int) {
	disk := powercut.New(t, 512)
	if sidecar {
		if err := os.Mkdir(filepath.Join(disk.Dir, "meta"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s := startS3(t, disk.Dir)
	b := openBucket(t, s.Endpoint(), "state-xa", true)
	// An upload under way: its acknowledged part must be usable afterwards.
	id, err := b.NewMultipartUpload(ctx(t), b.name, "under-way", minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := b.PutObjectPart(ctx(t), b.name, "under-way", id, 1, bytes.NewReader(noise(77_777)), 77_777, minio.PutObjectPartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var objects []stored
	head := newTally(cutAtObject)
	var traffic sync.WaitGroup
	var mu sync.Mutex
	traffic.Go(func() {
		deposit(b, func(o stored) {
			mu.Lock()
			defer mu.Unlock()
			objects = append(objects, o)
			head.set(uint64(len(objects)))
		})
	})
	head.wait(t)
	mu.Lock()
	before := slices.Clone(objects)
	mu.Unlock()
	disk.Cut()
	traffic.Wait()
	_ = s.Close()
	disk.Restore()
	b = openBucket(t, startS3(t, disk.Dir).Endpoint(), "state-xa", false)
	for _, o := range before {
		if !bytes.Equal(read(b, o.key, o.version), o.data) {
			lost++
			continue
		}
		if !o.until.IsZero() {
			if err := b.Client.RemoveObject(ctx(t), b.name, o.key, minio.RemoveObjectOptions{VersionID: o.version}); err == nil {
				t.Errorf("the lock of %s is lost", o.key)
			}
		}
	}
	_, err = b.CompleteMultipartUpload(ctx(t), b.name, "under-way", id, []minio.CompletePart{{PartNumber: 1, ETag: part.ETag}}, minio.PutObjectOptions{})
	if err != nil || !bytes.Equal(read(b, "under-way", ""), noise(77_777)) {
		lost++
	}
	return len(before) + 1, lost
}

// What the S3 server acknowledged survives a power cut in the middle of
// traffic: plain, locked, overwritten and multipart objects, and single parts.
func TestPowerCutS3(t *testing.T) {
	for _, sidecar := range []bool{false, true} {
		t.Run(fmt.Sprintf("sidecar=%v", sidecar), func(t *testing.T) {
			acked, lost := cutS3(t, sidecar)
			t.Logf("power cut: %d objects acknowledged, %d lost", acked, lost)
			if lost != 0 {
				t.Errorf("%d of %d acknowledged objects are lost", lost, acked)
			}
		})
	}
}

// The bare gateway, for control.
func TestPowerCutControlS3(t *testing.T) {
	embedded.SkipSync(true, true)
	defer embedded.SkipSync(false, false)
	acked, lost := cutS3(t, false)
	t.Logf("power cut without our syncing: %d objects acknowledged, %d lost", acked, lost)
	if lost == 0 {
		t.Error("nothing was lost without syncing: the harness does not cut power")
	}
}

// A new version that was never acknowledged must not take the old one with it:
// the gateway copies the old bytes away and gives the new ones the name, all
// unsynced. Without our order of syncing the old version is empty afterwards.
func TestPowerCutDuringOverwrite(t *testing.T) {
	for _, skipData := range []bool{false, true} {
		t.Run(fmt.Sprintf("skip=%v", skipData), func(t *testing.T) {
			disk := powercut.New(t, 128)
			s := startS3(t, disk.Dir)
			b := openBucket(t, s.Endpoint(), "state-xa", true)
			first := b.put(t, "k", noise(50_000))
			// The power goes after the names and before the answer.
			embedded.SkipSync(skipData, true)
			defer embedded.SkipSync(false, false)
			b.put(t, "k", noise(60_000))
			other, err := os.Create(filepath.Join(disk.Dir, "other"))
			if err != nil {
				t.Fatal(err)
			}
			// Somebody else's sync writes the journal, names and all.
			if err := errors.Join(other.Sync(), other.Close()); err != nil {
				t.Fatal(err)
			}
			disk.Cut()
			_ = s.Close()
			disk.Restore()
			embedded.SkipSync(false, false)
			b = openBucket(t, startS3(t, disk.Dir).Endpoint(), "state-xa", false)
			kept := bytes.Equal(read(b, "k", first.VersionID), noise(50_000))
			now := read(b, "k", "")
			whole := bytes.Equal(now, noise(60_000)) || bytes.Equal(now, noise(50_000))
			t.Logf("old version kept: %v, current one whole: %v", kept, whole)
			if safe := kept && whole; safe == skipData {
				t.Errorf("safe is %v with skipData %v", safe, skipData)
			}
		})
	}
}

func read(b *bucket, key, version string) []byte {
	o, err := b.Client.GetObject(context.Background(), b.name, key, minio.GetObjectOptions{VersionID: version})
	if err != nil {
		return nil
	}
	defer o.Close()
	var data bytes.Buffer
	if _, err := data.ReadFrom(o); err != nil {
		return nil
	}
	return data.Bytes()
}
