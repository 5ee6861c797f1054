package engine

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

func newEngine(t testing.TB, cfg Config) *Engine {
	t.Helper()
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A statement is about one content: a signer's word for one bundle lets no other in.
func TestVerify(t *testing.T) {
	s, key := signer(t)
	registrar, _ := signer(t)
	list := agencies.NewTrustList("test", []agencies.Registrar{{Name: "one", JWK: registrar.PublicJWK()}}, 1, noon.AddDate(0, -1, 0))
	if err := list.AddPolicySigner(key); err != nil {
		t.Fatal(err)
	}
	if err := list.Validate(); err != nil {
		t.Fatal(err)
	}
	one, two := load(t, small), load(t, small+"# none\n")
	signed, err := policy.Statement{Network: "test", Digest: one.Digest(), Revision: 1, EffectiveFrom: noon}.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Verify(list, signed, one, noon); err != nil || got.Digest != one.Digest() {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Verify(list, signed, two, noon); !errors.Is(err, policy.ErrUnsigned) {
		t.Errorf("another bundle: %v", err)
	}
	if _, err := Verify(list, "", one, noon); !errors.Is(err, policy.ErrUnsigned) {
		t.Errorf("no statement: %v", err)
	}
}

func TestBusy(t *testing.T) {
	slow := load(t, `package rogatory.main

decision := 1 if {
	some a in numbers.range(1, 3000)
	some b in numbers.range(1, 3000)
	a * b == 0 - 1
}
`)
	e := newEngine(t, Config{Parallel: 1, Limits: Limits{Timeout: 100 * time.Millisecond}})
	in := question(t, map[string]any{"issued_by": "judge"})
	var busy, failed atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			d, err := e.Decide(context.Background(), slow, in)
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
	one := load(t, small)
	in := question(t, map[string]any{"issued_by": "judge"})
	d, err := newEngine(t, Config{}).Decide(context.Background(), one, in)
	if err != nil {
		t.Fatal(err)
	}
	d = d.Bind("0199f0a0-0000-7000-8000-000000000001", policy.Admission, "c", "s", "XA-MOJ")
	two := load(t, small, "rogatory/data.json", `{"offices": ["court"]}`)
	diff, err := one.WhatIf(context.Background(), d, in, Limits{})
	if err != nil || !diff.Same || diff.Now.ID != d.ID {
		t.Errorf("%+v, %v", diff, err)
	}
	if diff, err = two.WhatIf(context.Background(), d, in, Limits{}); err != nil || diff.Same || diff.Fields[0] != "outcome" || diff.Now.Outcome != policy.NeedsValidation {
		t.Errorf("%+v, %v", diff, err)
	}
	forged := d
	forged.Outcome = policy.Denied
	if diff, err = one.WhatIf(context.Background(), forged, in, Limits{}); err != nil || diff.Same {
		t.Errorf("a forged outcome replays: %+v, %v", diff, err)
	}
	if diff, err = one.WhatIf(context.Background(), d, question(t, map[string]any{"issued_by": "court"}), Limits{}); err != nil || diff.Same {
		t.Errorf("another input replays: %+v, %v", diff, err)
	}
}
