//go:build linux

package gateway_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded/powercut"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/vault"
)

// fill takes the last byte of a disk, and returns what gives them back.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	name := filepath.Join(dir, "ballast")
	f, err := os.Create(name)
	ok(t, err)
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		zeros := make([]byte, size)
		for err = nil; err == nil; {
			_, err = f.Write(zeros)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	ok(t, f.Sync())
	return func() { ok(t, os.Remove(name)) }
}

// tryAgain says whether an error is one that the same bytes may overcome: exit code
// 75 of the command line.
func tryAgain(err error) bool {
	if r, is := errors.AsType[*broker.ReplyError](err); is {
		return r.Code.Exit() == broker.ExitTryAgain
	}
	return errors.Is(err, exchange.ErrUnavailable) || errors.Is(err, vault.ErrUnavailable)
}

// press submits orders and deposits evidence at once, and returns how many were
// acknowledged. Each other must fail in a way that says: try again.
func (w *cutWorld) press(received []string) int {
	w.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 8*time.Second)
	defer stop()
	var mu sync.Mutex
	yes := 0
	note := func(by agencies.ID, a *gateway.Answer, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err = w.said(by, a, err, ""); err == nil {
			yes++
			return
		}
		if !tryAgain(err) {
			w.t.Errorf("on a full disk: %v", err)
		}
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			a, err := w.nodes[court].Speak(ctx, w.subscriber())
			note(court, a, err)
		})
	}
	for _, id := range received {
		wg.Go(func() { // nothing sealed: it goes to the ledger and nowhere else
			a, err := w.nodes[court].Speak(ctx, gateway.Draft{Case: id, Officer: judge, Body: func(gateway.Digests) broker.Body {
				return &broker.Question{Kind: broker.AskInformation}
			}})
			note(court, a, err)
		})
		wg.Go(func() {
			v, err := w.nodes[provider].Case(ctx, id)
			if err != nil {
				note(provider, nil, err)
				return
			}
			a, m, err := w.nodes[provider].Deposit(ctx, w.deposit(v, rand.New(rand.NewPCG(1, 1))))
			if err == nil {
				w.tally.exhibit(m.Exhibit, id)
			}
			note(provider, a, err)
		})
	}
	wg.Wait()
	return yes
}

// On a full disk nothing is acknowledged that is not kept, senders are told to try
// again, and what had no answer gets one once there is space.
func TestDiskFull(t *testing.T) {
	disk := powercut.New(t, 128)
	w := newCutWorld(t, disk, disk.Dir)
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	r := rand.New(rand.NewPCG(3, 3))
	inboxes, atRest := context.WithCancel(ctx)
	running := w.work(inboxes, 0, nil)
	ok(t, w.request(ctx, r))
	var received []string
	for range 2 {
		a, err := w.nodes[court].Speak(ctx, w.subscriber())
		ok(t, w.said(court, a, err, ""))
		ok(t, await(ctx, func() (bool, error) {
			v, err := w.nodes[provider].Case(ctx, a.Case)
			return v.State.Phase == broker.PhaseReceived, err
		}))
		received = append(received, a.Case)
	}
	atRest()
	running.Wait()

	free := fill(t, disk.Dir)
	var yes []int
	for len(yes) < 8 && (len(yes) == 0 || yes[len(yes)-1] > 0) {
		yes = append(yes, w.press(received))
	}
	if yes[len(yes)-1] > 0 {
		t.Fatalf("a full disk takes ever more: %v acknowledged", yes)
	}
	t.Logf("on a full disk, acknowledged of 7 at once: %v", yes)
	// The stream's writer does not recover from a failed write, so the broker ends
	// rather than look as if it served; whoever supervises it starts it again.
	begun := time.Now()
	select {
	case <-w.process.exited:
	case <-time.After(time.Minute):
		t.Fatal("the broker cannot record, and goes on as if it could")
	}
	t.Logf("the broker ended %.0f s later: %s", time.Since(begun).Seconds(), w.process.lastWords())
	if err := w.start(); err == nil {
		t.Log("and starts without space")
		w.process.kill()
	} else {
		t.Logf("and does not start without space: %v", err)
	}
	told := w.tally.sample()
	free()
	ok(t, w.start())
	w.check(told)
	w.audit()
}
