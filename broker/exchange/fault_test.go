package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// patience is one try to publish in these tests.
const patience = 700 * time.Millisecond

var errInjected = errors.New("injected failure")

// faultyStore fails one writing operation of the ledger's files, before or after
// it was done.
type faultyStore struct {
	tlog.Store
	mu    sync.Mutex
	in    int  // fails the in-th operation from now; 0 none. Owner: mu
	after bool // it is done nevertheless. Owner: mu
}

func (f *faultyStore) arm(in int, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.in, f.after = in, after
}

func (f *faultyStore) do(op func() error) error {
	f.mu.Lock()
	fails, after := f.in == 1, f.after
	f.in--
	f.mu.Unlock()
	if fails && !after {
		return errInjected
	}
	if err := op(); err != nil {
		return err
	}
	if fails {
		return errInjected
	}
	return nil
}

func (f *faultyStore) Create(ctx context.Context, o ...tlog.Object) error {
	return f.do(func() error { return f.Store.Create(ctx, o...) })
}

func (f *faultyStore) Replace(ctx context.Context, path string, old, data []byte) error {
	return f.do(func() error { return f.Store.Replace(ctx, path, old, data) })
}

// recordedOnce wants an act in the ledger exactly once, with all its copies, and the
// ledger whole.
func (w *world) recordedOnce(act string, legs int) {
	w.t.Helper()
	_, all := w.audit()
	own, copies := 0, 0
	for _, o := range all {
		if o.Attestation.ID == act {
			own++
		}
		if o.Attestation.Ref == act {
			copies++
		}
	}
	if own != 1 || copies != legs-1 {
		w.t.Fatalf("the act is recorded %d times, with %d copies; want 1 and %d", own, copies, legs-1)
	}
}

// Each durable step fails before it is done, and after it was done but before
// anybody learns of it. Nothing is lost and nothing doubled, and a second sending
// gets the first answer.
func TestDurableSteps(t *testing.T) {
	t.Parallel()
	files := &faultyStore{}
	w := newWorld(t, func(w *world) {
		w.cfg.SetFaults(func(s tlog.Store) tlog.Store { files.Store = s; return files }, patience, 0)
	})
	id := w.received(w.subscriberOrder())
	w.link(court)

	type act struct {
		name string
		legs int
		make func() (*broker.Submission, *agencies.Statement)
	}
	acts := []act{
		{"one record", 1, func() (*broker.Submission, *agencies.Statement) { return w.question(id) }},
		{"a batch", 3, func() (*broker.Submission, *agencies.Statement) { return w.say(w.order(w.contentOrder())) }},
	}
	type step struct {
		name string
		// arm sets the fault, mend takes it away while the broker still tries; nil:
		// it stays until the broker is opened anew.
		arm  func()
		mend func()
	}
	publish := func(loss int32) func() {
		return func() { w.proxy.lose.Store(loss) }
	}
	heal := func() {
		w.waitFor("a publish is lost", func() bool { return w.proxy.hit.Load() > 0 })
		w.proxy.heal()
	}
	steps := []step{
		{"publish lost, link comes back", publish(losesPublish), heal},
		{"answer lost, link comes back", publish(losesAnswer), heal},
		{"publish lost, broker restarted", publish(losesPublish), nil},
		{"answer lost, broker restarted", publish(losesAnswer), nil},
	}
	for n, name := range []string{"staging", "commit of the checkpoint", "tiles", "public checkpoint"} {
		steps = append(steps,
			step{name + " not stored", func() { files.arm(n+1, false) }, nil},
			step{name + " stored, answer lost", func() { files.arm(n+1, true) }, nil})
	}
	for _, a := range acts {
		for _, s := range steps {
			t.Run(a.name+": "+s.name, func(t *testing.T) {
				was := w.t
				w.t = t
				defer func() { w.t = was }()
				sub, st := a.make()
				data := encode(t, sub)
				w.proxy.hit.Store(0)
				s.arm()
				defer func() { w.proxy.heal(); files.arm(0, false) }()
				answers := make(chan *broker.Reply, 1)
				go func() {
					r, err := w.tryRaw(court, data)
					if err != nil {
						r = nil
					}
					answers <- r
				}()
				var first *broker.Reply
				if s.mend != nil {
					s.mend()
					if first = <-answers; first == nil || first.Status != broker.StatusDone {
						t.Fatalf("the broker did not find out: %+v", first)
					}
				} else {
					w.waitFor("the broker is fenced", func() bool { return w.node.Exchange.Healthy() != nil })
					if w.proxy.hit.Load() == 0 {
						// Without its link a broker can answer nobody.
						if first = <-answers; first == nil || first.Status != broker.StatusFailed || first.Error.Exit != broker.ExitTryAgain {
							t.Fatalf("an act of unknown outcome was answered %+v", first)
						}
					}
					w.fencedServesNothing(sub, id)
					files.arm(0, false)
					w.close()
					w.open()
				}
				again := w.raw(court, data)
				if again.Status != broker.StatusDone {
					t.Fatalf("a second sending: %s, %v", again.Status, again.Error)
				}
				if s.mend != nil && !bytes.Equal(again.Records[0], first.Records[0]) {
					t.Error("a second sending got another answer")
				}
				w.recordedOnce(st.ID, a.legs)
				for _, wrap := range sub.Wraps {
					r := w.ask(wrap.For, &broker.Ask{What: broker.AskKeys, Case: wrap.Case, Act: wrap.Act})
					if r.Error != nil || len(r.Wraps) == 0 {
						t.Errorf("the key for %s is lost: %v", wrap.For, r.Error)
					}
				}
			})
		}
	}
}

// fencedServesNothing: a broker that does not know its ledger any more answers
// nobody, not even with what it remembers.
func (w *world) fencedServesNothing(sub *broker.Submission, caseID string) {
	w.t.Helper()
	if err := w.node.Exchange.Healthy(); !errors.Is(err, exchange.ErrFenced) {
		w.t.Fatalf("the broker is not fenced: %v", err)
	}
	w.proxy.heal() // the link is not what keeps it silent
	w.waitFor("an answer of the fenced broker", func() bool {
		r, err := w.tryRaw(court, encode(w.t, sub))
		if err != nil {
			return false
		}
		if r.Status != broker.StatusFailed || r.Error.Code != broker.ReasonUnavailable || len(r.Records)+len(r.Grants) > 0 {
			w.t.Fatalf("a fenced broker answered %+v", r)
		}
		return true
	})
	var wg sync.WaitGroup
	l := w.link(court)
	for _, what := range []string{broker.AskCase, broker.AskList, broker.AskRecords, broker.AskProof} {
		wg.Go(func() {
			r, err := l.Ask(context.Background(), &broker.Ask{What: what, Case: caseID})
			if err != nil || r.Error == nil || r.Error.Code != broker.ReasonUnavailable {
				w.t.Errorf("a fenced broker told %s: %v, %+v", what, err, r)
			}
		})
	}
	wg.Wait()
}

// Two brokers on one ledger: one of them wins each record, the other is fenced and
// says so; what is sent again is recorded once.
func TestSecondWriterIsFenced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.subscriberOrder())
	second, err := exchange.OpenNode(context.Background(), w.cfg, w.clock.now, nil)
	ok(t, err)
	defer func() { ok(t, second.Close()) }()
	fenced := func() bool {
		return errors.Is(w.node.Exchange.Healthy(), exchange.ErrFenced) || errors.Is(second.Exchange.Healthy(), exchange.ErrFenced)
	}
	var sent []string
	for range 5 {
		sub, st := w.question(id)
		sent = append(sent, st.ID)
		data := encode(t, sub)
		w.waitFor("an act recorded by one of two brokers", func() bool {
			r, err := w.tryRaw(court, data)
			return err == nil && r.Status == broker.StatusDone
		})
	}
	w.waitFor("one of two brokers is fenced", fenced)
	if w.node.Exchange.Healthy() != nil && second.Exchange.Healthy() != nil {
		t.Fatal("both brokers are fenced")
	}
	for _, act := range sent {
		w.recordedOnce(act, 1)
	}
}

// A record that somebody else wrote fences the broker, and no broker starts on it:
// a person must look.
func TestForeignRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w *world) { w.cfg.SetFaults(nil, patience, 0) })
	id := w.received(w.subscriberOrder())
	w.link(court)
	w.foreignRecord()
	sub, _ := w.question(id)
	if r := w.raw(court, encode(t, sub)); r.Status != broker.StatusFailed || r.Error.Exit != broker.ExitTryAgain {
		t.Fatalf("got %s, %v", r.Status, r.Error)
	}
	w.fencedServesNothing(sub, id)
	w.close()
	if err := w.tryOpen(); err == nil {
		t.Fatal("a broker started on a ledger with a foreign record")
	}
}

// The server that comes back after the link was lost may have another stream. One
// that is whole goes on; one that was put back to an earlier point fences the broker
// before anybody acts, and is told nobody.
func TestStreamIsCheckedWhenTheLinkComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w *world) { w.cfg.SetFaults(nil, patience, 0) })
	id := w.received(w.subscriberOrder())
	u, err := url.Parse(w.srv.URL())
	ok(t, err)
	older := filepath.Join(t.TempDir(), "nats")
	restart := func(meanwhile func()) {
		ok(t, w.srv.Close())
		meanwhile()
		w.serveNATS(u.Host)
	}
	restart(func() { ok(t, os.CopyFS(older, os.DirFS(w.natsDir()))) })
	for range 3 {
		sub, _ := w.question(id)
		data := encode(t, sub)
		w.waitFor("an act after the link came back", func() bool {
			r, err := w.tryRaw(court, data)
			return err == nil && r.Status == broker.StatusDone
		})
	}
	if err := w.node.Exchange.Healthy(); err != nil {
		t.Fatal(err)
	}
	sub, _ := w.question(id)
	restart(func() {
		ok(t, os.RemoveAll(w.natsDir()))
		ok(t, os.CopyFS(w.natsDir(), os.DirFS(older)))
	})
	w.waitFor("the broker finds that records are gone", func() bool { return w.node.Exchange.Healthy() != nil })
	if err := w.node.Exchange.Healthy(); !errors.Is(err, exchange.ErrFenced) || !errors.Is(err, tlog.ErrLedger) {
		t.Errorf("fenced because of %v", err)
	}
	w.fencedServesNothing(sub, id)
	w.close()
	if err := w.tryOpen(); !errors.Is(err, tlog.ErrLedger) {
		t.Errorf("a broker started on a stream that lost records: %v", err)
	}
}
