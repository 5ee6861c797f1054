package exchange

import (
	"context"
	"errors"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// maxRinging bounds the cases whose clocks are recorded at once.
const maxRinging = 256

// sweepClocks looks at the clocks of all requests until ctx ends. What is due
// becomes a record: a reminder before the end, negative evidence of silence at it.
// The ledger is the only memory, so a broker that was down catches up by itself.
func (x *Exchange) sweepClocks(ctx context.Context) {
	tick := time.NewTicker(x.cfg.Sweep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if x.Healthy() != nil {
			return
		}
		// Each in a goroutine of its own: a case in which an act takes long must not
		// hold up the clocks of the others.
		for _, id := range x.world.due(x.now()) {
			if !x.mayRing(id) {
				continue
			}
			x.wg.Add(1)
			go func() {
				defer x.wg.Done()
				defer x.rang(id)
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
				defer cancel()
				if err := x.ring(ctx, id); err != nil && !errors.Is(err, ErrFenced) {
					x.log.Error("clock not recorded", "request", id, "err", err)
				}
			}()
		}
	}
}

func (x *Exchange) mayRing(id string) bool {
	x.ringMu.Lock()
	defer x.ringMu.Unlock()
	if x.ringing[id] || len(x.ringing) >= maxRinging {
		return false
	}
	x.ringing[id] = true
	return true
}

func (x *Exchange) rang(id string) {
	x.ringMu.Lock()
	defer x.ringMu.Unlock()
	delete(x.ringing, id)
}

// ring records what the clocks of one case ask for, one act at a time, each told
// to the parties it concerns.
func (x *Exchange) ring(ctx context.Context, id string) error {
	defer x.world.turns.take(id)()
	now := x.now()
	for range 64 { // more than a case has clocks
		c, ok := x.world.look(id)
		if !ok {
			return nil
		}
		if now.Before(c.At) {
			now = c.At // the clock went back; the ledger does not
		}
		due := broker.Due(c, now)
		if len(due) == 0 {
			return nil
		}
		drafts, err := x.rung(ctx, c, due[0], now)
		if err != nil {
			return err
		}
		_, _, err = x.ledger.commit(ctx, drafts...)
		if err != nil && !errors.Is(err, errMoved) {
			return err
		}
	}
	return nil
}

// rung drafts the record of one clock for its owner, copies of it for the other
// parties, and the releases that its end lets go.
func (x *Exchange) rung(ctx context.Context, c broker.Case, ev broker.ClockEvent, now time.Time) ([]draft, error) {
	list := x.world.trust()
	calendars := broker.CalendarsOf(list.List())
	act := broker.ActWarn
	if ev.Change == broker.ClockExpired {
		act = broker.ActExpire
	}
	att := x.ownAct(list, now, act, c)
	att.Seq, att.To, att.Clocks = c.Seq+1, ev.Owner, []broker.ClockEvent{ev}
	after, att, err := broker.Advance(c, att, calendars)
	if err != nil {
		return nil, err
	}
	drafts := []draft{{att: att, toAccount: x.accountOf(list, att.To)}}
	if act == broker.ActExpire {
		for _, to := range []agencies.ID{c.Parties.Issuer, c.Parties.Addressee, c.Parties.Enforcing} {
			if to == "" || to == ev.Owner {
				continue
			}
			copyOf := x.ownAct(list, now, broker.ActDeliver, c)
			copyOf.Seq, copyOf.Ref, copyOf.To = after.Seq+1, att.ID, to
			if after, copyOf, err = broker.Advance(after, copyOf, calendars); err != nil {
				return nil, err
			}
			drafts = append(drafts, draft{att: copyOf, toAccount: x.accountOf(list, to)})
		}
		released, _, err := x.releases(ctx, list, after, now, nil)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, released...)
	}
	return drafts, nil
}
