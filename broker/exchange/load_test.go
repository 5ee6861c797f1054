package exchange_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence"
)

// Many agencies and requests at once, while the trust list changes and the broker
// is closed in the middle: every act is judged by the list in force where it
// stands, what was answered is recorded once, and the rest is done when sent again.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	const requests, each = 12, 20
	type sent struct {
		act  string
		data []byte
	}
	var acts []sent
	for range requests {
		id := w.received(w.subscriberOrder())
		for range each {
			sub, st := w.question(id)
			acts = append(acts, sent{st.ID, encode(t, sub)})
		}
	}
	_, creds := w.creds(court)
	nc, err := connect(w.srv.URL(), creds)
	ok(t, err)
	defer nc.Close()
	before := int(w.node.Tree.Size())
	all := func(patient bool) (done int) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, a := range acts {
			wg.Add(1)
			go func() {
				defer wg.Done()
				r, err := submitRaw(nc, a.data, 10*time.Second)
				// A lost answer is asked for again, as a gateway does: the act counts once.
				for tries := 1; patient && errors.Is(err, nats.ErrTimeout) && tries < 12; tries++ {
					r, err = submitRaw(nc, a.data, 10*time.Second)
				}
				if err == nil && r.Status == broker.StatusDone {
					mu.Lock()
					done++
					mu.Unlock()
				} else if patient {
					t.Errorf("not done: %v, %+v", err, r)
				}
			}()
		}
		if !patient {
			w.waitFor("some are recorded", func() bool { return int(w.node.Tree.Size()) > before+10 })
			w.close() // in the middle of it
		}
		for range 3 {
			if patient {
				w.clock.add(time.Second)
				w.amend(func(l *agencies.TrustList) { l.Witnesses = nil })
			}
		}
		wg.Wait()
		return done
	}
	first := all(false)
	w.open()
	if got := all(true); got != len(acts) {
		t.Fatalf("%d of %d acts are done", got, len(acts))
	}
	cases, opened := w.audit()
	found := 0
	for _, o := range opened {
		if slices.ContainsFunc(acts, func(a sent) bool { return a.act == o.Attestation.ID }) {
			found++
		}
	}
	if found != len(acts) {
		t.Errorf("%d acts are recorded, %d were sent", found, len(acts))
	}
	if len(cases) != requests {
		t.Errorf("%d requests, want %d", len(cases), requests)
	}
	if n := w.node.Exchange.Rooms(); n != 0 {
		t.Errorf("%d cases are still entered", n)
	}
	t.Logf("%d of %d acts were answered before the broker closed", first, len(acts))
}

// An inbox keeps its order when a record cannot be taken: it comes again, and those
// behind it wait.
func TestInboxKeepsItsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.subscriberOrder())
	for range 10 {
		sub, _ := w.question(id)
		w.done(court, sub)
	}
	var want []uint64
	for _, o := range w.recordsOf(provider, "", 100) {
		want = append(want, o.Attestation.Seq)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var got []uint64
	tries := 0
	ok(t, w.link(provider).Inbox(ctx, func(_ context.Context, d exchange.Delivery) error {
		if tries++; tries%3 == 0 {
			return errors.New("disk full")
		}
		if got = append(got, d.Seq); len(got) == len(want) {
			cancel()
		}
		return nil
	}))
	// The last one may be confirmed too late to count; nothing else comes twice.
	if !slices.Equal(got, want) {
		t.Errorf("taken %v, want %v", got, want)
	}
}

// A hostile file name is data: it reaches the recipient sealed, and neither ledger
// nor log nor any path is made from it.
func TestFileNamesAreData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	id := w.received(w.subscriberOrder())
	name := "..\\..\\invoice \x1b[31m\n\u202efdp.exe"
	file := filepath.Join(t.TempDir(), name)
	ok(t, os.WriteFile(file, noise(1000), 0o600))
	ok(t, w.desk(provider).Sync(ctx))
	a, m, err := w.desk(provider).Deposit(ctx, gateway.Deposit{
		Case: id, Officer: desk, Path: file, Part: 1, Last: true, Answers: []broker.Part{{Target: 1}}, Category: evidence.Subscriber,
		Subjects: []string{"suspect"}, Origin: "message store", Tool: "export 1.0", Facts: map[string]any{"reason_for_alternative": "forensic_requirements"},
	})
	ok(t, err)
	ok(t, a.Refused())
	ok(t, w.desk(police).Sync(ctx))
	dir := t.TempDir()
	_, p, err := w.desk(police).Fetch(ctx, gateway.Fetch{Case: id, Exhibit: m.Exhibit, Officer: investigator, Use: "case 2026/117", Justification: "case_work", Path: filepath.Join(dir, "opened")})
	ok(t, err)
	if !p.Escaped || strings.ContainsAny(p.FileName, "\x1b\n\u202e") {
		t.Errorf("the name arrives as %q", p.FileName)
	}
	if raw, err := evidence.UnescapeName(p.FileName); err != nil || string(raw) != name {
		t.Errorf("the name is %q (%v)", raw, err)
	}
	files, err := os.ReadDir(dir)
	ok(t, err)
	if len(files) != 1 || files[0].Name() != "opened" {
		t.Errorf("files were made: %v", files)
	}
	for _, text := range append([]string{w.logs.String()}, asStrings(w.records())...) {
		if strings.Contains(text, "invoice") {
			t.Error("the name stands in the open")
		}
	}
}

func asStrings(list [][]byte) []string {
	var out []string
	for _, b := range list {
		out = append(out, string(b))
	}
	return out
}
