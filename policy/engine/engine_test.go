package engine

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// office is a network with one policy signer.
type office struct {
	list   *agencies.TrustList
	signer *agencies.Signer
	key    agencies.KeyID
}

func newOffice(t testing.TB, network string) *office {
	t.Helper()
	s, key := signer(t)
	registrar, _ := signer(t)
	o := &office{signer: s, key: key.ID}
	o.list = agencies.NewTrustList(network, []agencies.Registrar{{Name: "one", JWK: registrar.PublicJWK()}}, 1, noon.AddDate(0, -1, 0))
	if err := o.list.AddPolicySigner(key); err != nil {
		t.Fatal(err)
	}
	if err := o.list.Validate(); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) sign(t testing.TB, rev *Revision, number int, from time.Time) agencies.Compact {
	t.Helper()
	c, err := Sign(o.signer, Statement{Network: o.list.Network, Digest: rev.Digest(), Revision: number, EffectiveFrom: from})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newEngine(t testing.TB, cfg Config) *Engine {
	t.Helper()
	e, err := New(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// strict is the small bundle with another answer: nobody may issue.
const strict = small + "# none\n"

func TestNoPolicyNoDecision(t *testing.T) {
	e := newEngine(t, Config{})
	d, err := e.Decide(context.Background(), question(t, map[string]any{"issued_by": "judge"}))
	if !errors.Is(err, ErrNoPolicy) || d.Outcome != policy.Denied || d.Failure == "" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestActivate(t *testing.T) {
	o, stranger, other := newOffice(t, "test"), newOffice(t, "test"), newOffice(t, "other")
	e := newEngine(t, Config{})
	one, two := load(t, small), load(t, strict)
	tomorrow := noon.AddDate(0, 0, 1)
	if _, err := e.Activate(o.list, o.sign(t, one, 1, noon), one, noon); err != nil {
		t.Fatal(err)
	}
	raw := func(members map[string]any) agencies.Compact {
		payload, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		c, err := o.signer.Sign(agencies.TypBundle, payload)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	whole := map[string]any{"network": "test", "digest": two.Digest(), "revision": 2, "effective_from": noon}
	with := func(name string, v any) agencies.Compact {
		m := map[string]any{}
		for k, old := range whole {
			m[k] = old
		}
		m[name] = v
		return raw(m)
	}
	for _, c := range []struct {
		name   string
		signed agencies.Compact
		rev    *Revision
		at     time.Time
		want   error
	}{
		{"not signed", "", two, noon, ErrUnsigned},
		{"signed by a stranger", stranger.sign(t, two, 2, noon), two, noon, ErrUnsigned},
		{"signed for another network", other.sign(t, two, 2, noon), two, noon, ErrUnsigned},
		{"network in the statement", with("network", "other"), two, noon, ErrUnsigned},
		{"about another bundle", o.sign(t, one, 2, noon), two, noon, ErrUnsigned},
		{"after the key has ended", o.sign(t, two, 2, noon), two, noon.AddDate(5, 0, 0), ErrUnsigned},
		{"with a member more", with("note", "x"), two, noon, ErrUnsigned},
		{"without a number", with("revision", 0), two, noon, ErrUnsigned},
		{"older number", o.sign(t, two, 1, noon.Add(time.Hour)), two, noon, ErrRollback},
		{"negative number", with("revision", -1), two, noon, ErrUnsigned},
		{"effective earlier", o.sign(t, two, 2, noon.Add(-time.Hour)), two, noon, ErrRollback},
		{"same number, other date", o.sign(t, one, 1, tomorrow), one, noon, ErrRollback},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := e.Activate(o.list, c.signed, c.rev, c.at); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			// What was in force stays.
			if s, rev, err := e.InForce(tomorrow); err != nil || s.Revision != 1 || rev.Digest() != one.Digest() {
				t.Errorf("in force: %+v, %v", s, err)
			}
		})
	}
	if _, err := e.Activate(nil, o.sign(t, two, 2, noon), two, noon); !errors.Is(err, ErrUnsigned) {
		t.Errorf("no trust list: %v", err)
	}
	if _, err := e.Activate(o.list, o.sign(t, one, 1, noon), one, noon); err != nil {
		t.Errorf("the same again: %v", err)
	}
	// Announced today, in force tomorrow.
	if _, err := e.Activate(o.list, o.sign(t, two, 2, tomorrow), two, noon); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]*Revision{noon: one, tomorrow.Add(-1): one, tomorrow: two} {
		if _, rev, err := e.InForce(at); err != nil || rev.Digest() != want.Digest() {
			t.Errorf("at %v: %v", at, err)
		}
	}
	if _, _, err := e.InForce(noon.Add(-1)); !errors.Is(err, ErrNoPolicy) {
		t.Errorf("before the first: %v", err)
	}
	// Going back to older content takes a new number.
	if _, err := e.Activate(o.list, o.sign(t, one, 3, tomorrow), one, noon); err != nil {
		t.Errorf("forward to older content: %v", err)
	}
}

func TestSignRefuses(t *testing.T) {
	o := newOffice(t, "test")
	rev := load(t, small)
	for name, s := range map[string]Statement{
		"no network": {Digest: rev.Digest(), Revision: 1, EffectiveFrom: noon},
		"no digest":  {Network: "test", Revision: 1, EffectiveFrom: noon},
		"no number":  {Network: "test", Digest: rev.Digest(), EffectiveFrom: noon},
		"no time":    {Network: "test", Digest: rev.Digest(), Revision: 1},
		"local time": {Network: "test", Digest: rev.Digest(), Revision: 1, EffectiveFrom: noon.In(time.FixedZone("x", 3600))},
	} {
		if _, err := Sign(o.signer, s); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

// Decisions go on while revisions are swapped; each names the one that made it.
func TestHotSwap(t *testing.T) {
	o := newOffice(t, "test")
	e := newEngine(t, Config{Limits: Limits{Timeout: 10 * time.Second}})
	revs := []*Revision{load(t, small), load(t, strict)}
	if _, err := e.Activate(o.list, o.sign(t, revs[0], 1, noon), revs[0], noon); err != nil {
		t.Fatal(err)
	}
	in := question(t, map[string]any{"issued_by": "judge"})
	var stop atomic.Bool
	var wg sync.WaitGroup
	seen := [2]atomic.Int64{}
	for range 4 {
		wg.Go(func() {
			for !stop.Load() {
				d, err := e.Decide(context.Background(), in)
				if err != nil || d.Outcome != policy.Permitted {
					t.Errorf("%+v, %v", d, err)
					return
				}
				for i, rev := range revs {
					if d.Revision == string(rev.Digest()) {
						seen[i].Add(1)
					}
				}
			}
		})
	}
	for n := 2; n < 40; n++ {
		rev := revs[n%2]
		if _, err := e.Activate(o.list, o.sign(t, rev, n, noon), rev, noon); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	stop.Store(true)
	wg.Wait()
	if seen[0].Load() == 0 || seen[1].Load() == 0 {
		t.Errorf("decisions by revision: %d, %d", seen[0].Load(), seen[1].Load())
	}
}

func TestBusy(t *testing.T) {
	o := newOffice(t, "test")
	slow := load(t, `package rogatory.main

decision := 1 if {
	some a in numbers.range(1, 3000)
	some b in numbers.range(1, 3000)
	a * b == 0 - 1
}
`)
	e := newEngine(t, Config{Parallel: 1, Limits: Limits{Timeout: 100 * time.Millisecond}})
	if _, err := e.Activate(o.list, o.sign(t, slow, 1, noon), slow, noon); err != nil {
		t.Fatal(err)
	}
	in := question(t, map[string]any{"issued_by": "judge"})
	var busy, failed atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			d, err := e.Decide(context.Background(), in)
			if d.Outcome != policy.Denied {
				t.Errorf("%+v", d)
			}
			switch {
			case errors.Is(err, ErrBusy):
				busy.Add(1)
			case err == nil && d.Failure == "time limit":
				failed.Add(1)
			default:
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
	wg.Wait()
	if busy.Load() == 0 || failed.Load() == 0 {
		t.Errorf("%d busy, %d at the time limit", busy.Load(), failed.Load())
	}
}

func TestReplay(t *testing.T) {
	o := newOffice(t, "test")
	e := newEngine(t, Config{Keep: 1})
	one := load(t, small)
	if _, err := e.Activate(o.list, o.sign(t, one, 1, noon), one, noon); err != nil {
		t.Fatal(err)
	}
	in := question(t, map[string]any{"issued_by": "judge"})
	d, err := e.Decide(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	d = d.Bind("0199f0a0-0000-7000-8000-000000000001", policy.Admission, "c", "s", "XA-MOJ")
	two := load(t, small, "rogatory/data.json", `{"offices": ["court"]}`)
	if _, err := e.Activate(o.list, o.sign(t, two, 2, noon), two, noon); err != nil {
		t.Fatal(err)
	}
	diff, err := e.Replay(context.Background(), d, in)
	if err != nil || !diff.Same || diff.Now.ID != d.ID {
		t.Errorf("%+v, %v", diff, err)
	}
	if diff, err = two.WhatIf(context.Background(), d, in, Limits{}); err != nil || diff.Same || diff.Fields[0] != "outcome" || diff.Now.Outcome != policy.NeedsValidation {
		t.Errorf("%+v, %v", diff, err)
	}
	forged := d
	forged.Outcome = policy.Denied
	if diff, err = e.Replay(context.Background(), forged, in); err != nil || diff.Same {
		t.Errorf("a forged outcome replays: %+v, %v", diff, err)
	}
	if diff, err = e.Replay(context.Background(), d, question(t, map[string]any{"issued_by": "court"})); err != nil || diff.Same {
		t.Errorf("another input replays: %+v, %v", diff, err)
	}
	// A revision that was never in force is held only as long as there is room.
	draft, later := load(t, small+"# a\n"), load(t, small+"# b\n")
	e.Add(draft)
	e.Add(later)
	d.Revision = string(draft.Digest())
	if _, err := e.Replay(context.Background(), d, in); !errors.Is(err, ErrUnknownRevision) {
		t.Errorf("evicted: %v", err)
	}
	d.Revision = string(one.Digest())
	if _, err := e.Replay(context.Background(), d, in); err != nil {
		t.Errorf("in force once: %v", err)
	}
}
