//go:build linux

package gateway_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sys/unix"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded/powercut"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy/audit"
)

// The power goes at a random moment after so many acts and exhibits of a round are
// acknowledged and the next ones are on their way.
const (
	cutAfterActs     = 20
	cutAfterExhibits = 4
	workers          = 5
)

// cutWorld is a network whose broker has its data on a disk that loses power. The
// agencies live in this process, on the disk of this machine.
type cutWorld struct {
	*traffic
	disk    *powercut.Disk
	process *brokerProcess
}

// newCutWorld founds a network with the broker's data below data.
func newCutWorld(t *testing.T, disk *powercut.Disk, data string) *cutWorld {
	t.Helper()
	dir := t.TempDir()
	f, err := gateway.Found(context.Background(), dir, plan())
	ok(t, err)
	f.Broker.DataDir, f.Broker.S3.Listen = filepath.Join(data, "broker"), freeAddress(t)
	ok(t, f.WriteConfigs())
	files := filepath.Join(dir, "evidence")
	ok(t, os.Mkdir(files, 0o700))
	n := &network{Founded: f, t: t, nodes: map[agencies.ID]*gateway.Gateway{}}
	w := &cutWorld{traffic: &traffic{network: n, tally: newTally(), files: files}, disk: disk}
	ok(t, w.start())
	for id, cfg := range f.Gateways {
		cfg.Broker.URL = w.process.url
		g, err := gateway.Open(context.Background(), cfg, nil, slog.New(slog.NewTextHandler(testWriter{t}, nil)))
		ok(t, err)
		t.Cleanup(g.Close)
		n.nodes[id] = g
	}
	return w
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	return l.Addr().String()
}

// start runs the broker on what the disk has, at the address it had before.
func (w *cutWorld) start() (err error) {
	w.t.Helper()
	if w.process, err = startBroker(w.t, filepath.Join(w.Dir, "broker/broker.yaml")); err != nil {
		return err
	}
	u, err := url.Parse(w.process.url)
	ok(w.t, err)
	w.Broker.NATS.Listen = u.Host
	return w.WriteConfigs()
}

// run lets the agencies work until the moment, then takes the power away and stops
// the broker. It returns what was acknowledged before.
func (w *cutWorld) run(seed uint64, acts, exhibits int, more time.Duration) *tally {
	w.t.Helper()
	w.seed = seed
	w.over.Store(false)
	before := w.tally.sample()
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	begun := time.Now()
	wg := w.work(ctx, workers, func(err error) { w.t.Errorf("while there was power: %v", err) })
	w.tally.wait(w.t, before, acts, exhibits)
	time.Sleep(more)
	w.over.Store(true)
	w.process.freeze(w.t)
	told := w.tally.sample()
	w.disk.Cut()
	w.process.kill()
	w.t.Logf("seed %d: power cut %.1f s after the traffic began; this round %d acts and %d exhibits were acknowledged before", seed,
		time.Since(begun).Seconds(), len(told.acts)-len(before.acts), len(told.exhibits)-len(before.exhibits))
	stop()
	wg.Wait()
	return told
}

func TestPowerCutOfBroker(t *testing.T) {
	disk := powercut.New(t, 512)
	w := newCutWorld(t, disk, disk.Dir)
	for range 3 {
		seed := rand.Uint64()
		told := w.run(seed, cutAfterActs, cutAfterExhibits, time.Duration(rand.New(rand.NewPCG(seed, 0)).Int64N(int64(time.Second))))
		disk.Restore()
		began := time.Now()
		if err := w.start(); err != nil {
			t.Fatalf("the broker does not come back: %v", err)
		}
		t.Logf("serves again after %.1f s", time.Since(began).Seconds())
		w.check(told)
	}
	w.audit()
}

// check holds the network against what was promised.
func (w *cutWorld) check(told *tally) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	begun := time.Now()
	// What stands before anybody says anything again.
	w.sync(oversees)
	ledger := w.held(oversees)
	lostActs := 0
	for id, a := range told.acts {
		if err := a.standsIn(ledger); err != nil {
			lostActs++
			w.t.Errorf("acknowledged act %s of %s: %v", id, a.by, err)
		}
	}
	w.t.Logf("%d acts acknowledged before, %d lost; %d records stand", len(told.acts), lostActs, len(ledger))

	// What had no answer gets one: the first, or that of an act done now.
	waiting, finished := 0, 0
	for id, g := range w.nodes {
		answers, err := g.Resend(ctx)
		if err != nil {
			w.t.Errorf("%s: send again: %v", id, err)
		}
		for _, a := range answers {
			if a.Reply.Error != nil && a.Reply.Error.Code != broker.ReasonValidation && a.Reply.Error.Code != broker.ReasonTransition {
				w.t.Errorf("%s: act %s, sent again, is refused: %v", id, a.Act, a.Reply.Error)
			}
			w.tally.act(id, a)
		}
		waiting += len(answers)
	}

	// Service goes on: every request that was begun is brought to its end, and its
	// exhibit is opened and compared.
	inboxes, atRest := context.WithCancel(ctx)
	running := w.work(inboxes, 0, nil)
	views, err := w.nodes[oversees].Cases(ctx)
	ok(w.t, err)
	var wg sync.WaitGroup
	for _, v := range views {
		if v.Instrument == "" || told.ended[v.ID] {
			continue
		}
		finished++
		wg.Go(func() {
			if err := w.finish(ctx, v.ID, rand.New(rand.NewPCG(w.seed, rand.Uint64()))); err != nil {
				w.t.Errorf("request %s, %s: %v", v.ID, v.State.Phase, err)
			}
		})
	}
	wg.Wait()
	atRest()
	running.Wait()
	w.sync(court, provider, enforcer, police, oversees)
	w.checkExhibits(told)
	w.t.Logf("%d acts without an answer were sent again and got one, %d requests were finished; checked in %.1f s", waiting, finished, time.Since(begun).Seconds())
}

// checkExhibits reads every exhibit that the ledger names from the object store and
// compares it with its digest; those acknowledged must be among them.
func (w *cutWorld) checkExhibits(told *tally) {
	w.t.Helper()
	read := func(name string) string {
		data, err := os.ReadFile(name)
		ok(w.t, err)
		return strings.TrimSpace(string(data))
	}
	keys := credentials.NewStaticV4(read(w.Broker.S3.AccessKeyFile), read(w.Broker.S3.SecretKeyFile), "")
	store, err := minio.New(w.Broker.S3.Listen, &minio.Options{Creds: keys, BucketLookup: minio.BucketLookupPath})
	ok(w.t, err)
	records, err := w.nodes[oversees].Records("")
	ok(w.t, err)
	whole := map[evidence.ExhibitID]bool{}
	for _, r := range records {
		for _, s := range r.Said {
			p, is := s.Body.(*broker.Production)
			if !is {
				continue
			}
			for _, m := range p.Exhibits {
				o := m.Means.Object
				h := sha256.New()
				body, err := store.GetObject(context.Background(), o.Bucket, o.Key, minio.GetObjectOptions{VersionID: o.VersionID})
				if err == nil {
					_, err = io.Copy(h, body)
				}
				if got := agencies.Digest(fmt.Sprintf("sha-256:%x", h.Sum(nil))); err != nil || got != o.Digest || got != m.SealedDigest {
					w.t.Errorf("exhibit %s of record %d: stored is %s (%v), the ledger says %s", m.Exhibit, r.Attestation.Seq, got, err, o.Digest)
					continue
				}
				whole[m.Exhibit] = true
			}
		}
	}
	lost := 0
	for id, caseID := range told.exhibits {
		if !whole[id] {
			lost++
			w.t.Errorf("acknowledged exhibit %s of request %s is lost", id, caseID)
		}
	}
	w.t.Logf("%d exhibits acknowledged before, %d lost; %d stand in ledger and store with the same digest", len(told.exhibits), lost, len(whole))
}

// held reads the records on the disk of a gateway.
func (w *cutWorld) held(id agencies.ID) map[uint64][]byte {
	w.t.Helper()
	folder := filepath.Join(w.Gateways[id].DataDir, "records")
	entries, err := os.ReadDir(folder)
	ok(w.t, err)
	out := map[uint64][]byte{}
	for _, e := range entries {
		var seq uint64
		if _, err := fmt.Sscanf(e.Name(), "%d.json", &seq); err != nil || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		out[seq], err = os.ReadFile(filepath.Join(folder, e.Name()))
		ok(w.t, err)
	}
	return out
}

// standsIn is nil when every record of an answer stands in its place as it was.
func (a acked) standsIn(ledger map[uint64][]byte) error {
	if len(a.records) == 0 {
		return errors.New("was answered without a record")
	}
	for seq, raw := range a.records {
		if !bytes.Equal(ledger[seq], raw) {
			return fmt.Errorf("record %d is not the one of the answer (%d bytes stand there)", seq, len(ledger[seq]))
		}
	}
	return nil
}

// audit holds the whole ledger against every copy and every signed checkpoint that
// any agency has, and verifies it as an overseer does.
func (w *cutWorld) audit() {
	w.t.Helper()
	begun, ctx := time.Now(), context.Background()
	w.sync(court, provider, enforcer, police, oversees)
	ledger := w.held(oversees)
	for id := range w.nodes {
		for seq, raw := range w.held(id) {
			if !bytes.Equal(ledger[seq], raw) {
				w.t.Errorf("record %d, held by %s, is not the one that stands", seq, id)
			}
		}
	}
	for id, a := range w.tally.acts {
		if err := a.standsIn(ledger); err != nil {
			w.t.Errorf("act %s of %s: %v", id, a.by, err)
		}
	}
	w.wholeBatches()
	keys, err := tlog.ParseVerifyKeys(w.Gateways[oversees].LedgerVKeys...)
	ok(w.t, err)
	cfg := audit.Config{
		Records: os.DirFS(filepath.Join(w.Gateways[oversees].DataDir, "records")), Pin: w.Pin, Keys: keys,
		Tiles: tlog.FromFS(os.DirFS(filepath.Join(w.Broker.DataDir, "ledger"))),
	}
	for _, cp := range w.tally.heads {
		cfg.Known = append(cfg.Known, cp)
	}
	l, err := audit.Open(cfg)
	ok(w.t, err)
	report, err := l.Verify(ctx)
	if err != nil || !report.Verified || report.Records != uint64(len(ledger)) {
		w.t.Fatalf("the ledger does not verify: %v: %+v", err, report)
	}
	w.t.Logf("ledger of %d records verifies against %d checkpoints held: %d requests, %d exhibits, %d handovers, %d rejections (%.1f s)",
		report.Records, len(cfg.Known), report.Requests, report.Exhibits, report.Handovers, report.Rejections, time.Since(begun).Seconds())
}

// wholeBatches: every act stands once, and with as many copies for others as each
// other act of its kind: a batch is stored whole or not at all.
func (w *cutWorld) wholeBatches() {
	w.t.Helper()
	records, err := w.nodes[oversees].Records("")
	ok(w.t, err)
	type kind struct {
		act   broker.Act
		from  agencies.ID
		track agencies.ID
	}
	seen, copies := map[string]uint64{}, map[string]int{}
	issuers := map[string]agencies.ID{}
	for _, o := range records {
		a := o.Attestation
		if first, twice := seen[a.ID]; twice {
			w.t.Errorf("act %s stands at %d and again at %d", a.ID, first, a.Seq)
		}
		seen[a.ID] = a.Seq
		if a.Act == broker.ActSubmit {
			issuers[a.Case] = a.From
		}
		if a.Act == broker.ActDeliver || a.Act == broker.ActNotify {
			copies[a.Ref]++
		}
	}
	kinds := map[kind]map[int]int{}
	for _, o := range records {
		if a := o.Attestation; !a.Act.OfBroker() {
			k := kind{a.Act, a.From, issuers[a.Case]}
			if kinds[k] == nil {
				kinds[k] = map[int]int{}
			}
			kinds[k][copies[a.ID]]++
		}
	}
	for k, counts := range kinds {
		if len(counts) != 1 {
			w.t.Errorf("%s by %s in requests of %s has differing numbers of copies (copies: acts): %v", k.act, k.from, k.track, counts)
		}
	}
}

// The same cut under a file system on which a sync does nothing: acts must be lost,
// or the test above proves nothing.
func TestPowerCutControlBroker(t *testing.T) {
	disk := powercut.New(t, 512)
	dirs := map[string]string{"lower": "", "upper": "", "work": ""}
	for name := range dirs {
		dirs[name] = filepath.Join(disk.Dir, name)
		ok(t, os.Mkdir(dirs[name], 0o700))
	}
	unix.Sync()
	// Nor does the kernel write the journal by itself within this test.
	ok(t, unix.Mount("", disk.Dir, "", unix.MS_REMOUNT, "commit=600"))
	lazy := filepath.Join(t.TempDir(), "lazy")
	ok(t, os.Mkdir(lazy, 0o700))
	ok(t, unix.Mount("overlay", lazy, "overlay", 0, fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s,volatile", dirs["lower"], dirs["upper"], dirs["work"])))
	mounted := true
	unmount := func() {
		if mounted {
			mounted = false
			ok(t, unix.Unmount(lazy, unix.MNT_DETACH))
		}
	}
	t.Cleanup(unmount)
	w := newCutWorld(t, disk, lazy)
	told := w.run(9, 5, 1, 0)
	unmount()
	disk.Restore()
	w.Broker.DataDir = filepath.Join(dirs["upper"], "broker")
	ok(t, w.WriteConfigs())
	if err := w.start(); err != nil {
		if !strings.Contains(err.Error(), "check ledger") {
			t.Errorf("control: the broker does not come back, but not for what was lost: %v", err)
		}
		t.Logf("control: of %d acknowledged acts nothing is left that a broker would serve: %v", len(told.acts), err)
		return
	}
	if err := w.nodes[oversees].Sync(context.Background()); err != nil {
		t.Logf("control: what is left contradicts what was delivered: %v", err)
		return
	}
	lost, ledger := 0, w.held(oversees)
	for _, a := range told.acts {
		if a.standsIn(ledger) != nil {
			lost++
		}
	}
	t.Logf("control: %d of %d acknowledged acts are lost", lost, len(told.acts))
	if lost == 0 {
		t.Error("nothing was lost without syncing: the harness does not cut power")
	}
}
