package exchange

import (
	"context"
	"errors"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

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
		now := x.now()
		for _, c := range x.world.cases() {
			if next, ok := broker.NextDue(c); !ok || now.Before(next) {
				continue
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
			err := x.ring(ctx, c.ID, now)
			cancel()
			if errors.Is(err, ErrFenced) {
				return
			}
			if err != nil {
				x.log.Error("clock not recorded", "request", c.ID, "err", err)
			}
		}
	}
}

// ring records what the clocks of one case ask for, one act at a time, each told
// to the parties it concerns.
func (x *Exchange) ring(ctx context.Context, id string, now time.Time) error {
	room := x.world.room(id)
	room.turn.Lock()
	defer room.turn.Unlock()
	for range 64 { // more than a case has clocks
		c, ok := x.world.look(id)
		if !ok {
			return nil
		}
		due := broker.Due(c, now)
		if len(due) == 0 {
			return nil
		}
		drafts, err := x.rung(ctx, c, due[0], now)
		if err != nil {
			return err
		}
		if _, _, err := x.ledger.commit(ctx, drafts...); err != nil {
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
		released, _, err := x.releases(ctx, list, after, now)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, released...)
	}
	return drafts, nil
}
