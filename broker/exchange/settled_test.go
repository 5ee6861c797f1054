package exchange_test

import (
	"context"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// gatedStore lets nothing into the ledger's files while the gate is shut.
type gatedStore struct {
	tlog.Store
	gate chan chan struct{} // holds the channel whose closing opens it
}

func (s *gatedStore) Create(ctx context.Context, o ...tlog.Object) error {
	open := <-s.gate
	s.gate <- open
	<-open
	return s.Store.Create(ctx, o...)
}

// A record lies in its inbox before the broker has put it into the tree and into
// its own memory. Who asks because of that record must be answered as of it: else
// the addressee of an order is told that there is no such request, or that it is
// not delivered, and gives no receipt.
func TestAnswersAsOfDeliveredRecord(t *testing.T) {
	t.Parallel()
	store := &gatedStore{gate: make(chan chan struct{}, 1)}
	shut := func() (open func()) {
		c := make(chan struct{})
		store.gate <- c
		return func() { close(c) }
	}
	shut()() // open
	w := newWorld(t, func(w *world) {
		w.cfg.SetFaults(func(s tlog.Store) tlog.Store { store.Store = s; return store }, 0, 0)
	})
	w.link(court)
	link := w.link(provider)
	sub, st := w.say(w.order(w.subscriberOrder()))
	data := encode(t, sub)

	<-store.gate
	open := shut()
	recorded := make(chan error, 1)
	go func() {
		_, err := w.tryRaw(court, data)
		recorded <- err
	}()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	delivered := make(chan struct{}, 8)
	inbox, leave := context.WithCancel(ctx)
	go func() {
		_ = link.Inbox(inbox, func(context.Context, exchange.Delivery) error { delivered <- struct{}{}; return nil })
	}()
	select {
	case <-delivered:
	case <-ctx.Done():
		t.Fatal("the order does not arrive while the tree is shut")
	}
	leave()
	answered := make(chan *broker.AskReply, 1)
	go func() {
		r, err := link.Ask(ctx, &broker.Ask{What: broker.AskCase, Case: st.Case})
		if err != nil {
			t.Error(err)
		}
		answered <- r
	}()
	select {
	case r := <-answered:
		t.Errorf("asked because of its record, the addressee is told %+v", r.Error)
		open()
	case <-time.After(300 * time.Millisecond):
		open()
		if r := <-answered; r == nil || r.Error != nil || r.Views[0].State.Phase != broker.PhaseDelivered || r.Views[0].Parties.Addressee != agencies.ID(provider) {
			t.Errorf("answer is %+v", r)
		}
	}
	ok(t, <-recorded)
}
