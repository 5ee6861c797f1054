package audit_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/engine"
)

// nationalLaw is a bundle that permits everything, under an obligation.
func nationalLaw(t testing.TB, obligation string) *engine.Revision {
	t.Helper()
	rev, err := engine.Load(ctx, fstest.MapFS{
		".manifest": {Data: []byte(`{"revision": "", "roots": ["rogatory"]}`)},
		"rogatory/main/main.rego": {Data: []byte(`package rogatory.main

decision := {
	"outcome": "permit", "obligations": ["` + obligation + `"], "human_questions": [],
	"reasons": [{"rule": "NAT-01", "article": "National Act s 1", "text": "national: Nothing is added.", "outcome": "permit", "fact": "action"}],
}
`)},
	})
	ok(t, err)
	return rev
}

// twoBundles is a ledger in which a State puts a bundle of its own in force after a
// whole life, and then another; each time a request follows.
func twoBundles(t testing.TB) *world {
	w := newWorld(t)
	w.submit(order(t))
	w.bundle("XB", nationalLaw(t, "keep_confidential"), 1)
	w.now = w.now.Add(time.Minute)
	w.submit(order(t))
	w.bundle("XB", nationalLaw(t, "log_access"), 2)
	w.now = w.now.Add(time.Minute)
	w.wholeLife()
	return w
}

func TestBundlesAreAudited(t *testing.T) {
	w := twoBundles(t)
	r, err := verify(t, copies(t, w.records))
	ok(t, err)
	// Three admissions, two of them with two answers; three releases; two uses of two
	// questions each, in a State without a bundle of its own.
	if r.Bundles != 3 || r.Replay.Total() != r.Replay.Same || r.Replay.Same != 1+2+2+3*2+2*2 {
		t.Errorf("%+v", r)
	}
	shown, err := open(t, copies(t, w.records)).Show(ctx, "2")
	ok(t, err)
	if b := shown.Records[0].Bundle; b == nil || b.Digest != law().Digest() || b.Scope() != "network" {
		t.Errorf("the record shows %+v", b)
	}
	honest := w.records
	detailOf := func(t *testing.T, a *broker.Attestation, change func(*broker.Detail)) {
		d, err := a.Details()
		ok(t, err)
		change(&d)
		if len(d.Decided) > 0 {
			all := joined(t, d)
			a.Decision = &all
		}
		a.Detail = detail(t, d)
	}
	statement := func(t *testing.T, by agencies.State, change func(*policy.Statement)) agencies.Compact {
		s := policy.Statement{Network: "test", State: "XB", Digest: nationalLaw(t, "log_access").Digest(), Revision: 2, EffectiveFrom: epoch.Add(time.Minute)}
		change(&s)
		signed, err := s.Sign(w.k.policy[by])
		ok(t, err)
		return signed
	}
	keep := func(*policy.Statement) {}
	for _, c := range []struct {
		name string
		act  broker.Act
		nth  int
		says string
		lie  func(*testing.T, *broker.Detail)
	}{
		{"decided under a revision that nobody put in force", broker.ActSubmit, 1, "is by bundle sha-256:", func(_ *testing.T, d *broker.Detail) {
			d.Decided[0].Decision.Revision = string(agencies.DigestOf([]byte("another")))
		}},
		{"decided under the revision before", broker.ActSubmit, 3, "in force for XB is revision 2", func(t *testing.T, d *broker.Detail) {
			one, err := nationalLaw(t, "keep_confidential").Decide(ctx, d.Decided[1].Input, engineLimits)
			ok(t, err)
			was := d.Decided[1].Decision
			d.Decided[1].Decision = one.Bind(was.ID, was.Gate, was.Case, was.Subject, was.For)
		}},
		{"decided under a revision still to come", broker.ActSubmit, 2, "in force for XB is revision 1", func(t *testing.T, d *broker.Detail) {
			one, err := nationalLaw(t, "log_access").Decide(ctx, d.Decided[1].Input, engineLimits)
			ok(t, err)
			was := d.Decided[1].Decision
			d.Decided[1].Decision = one.Bind(was.ID, was.Gate, was.Case, was.Subject, was.For)
		}},
		{"national answer left out", broker.ActSubmit, 2, "lacks the answer of the bundle of XB", func(_ *testing.T, d *broker.Detail) { d.Decided = d.Decided[:1] }},
		{"national answer left out as if there were none", broker.ActSubmit, 2, "lacks the answer of the bundle of XB", func(_ *testing.T, d *broker.Detail) {
			d.Decided, d.Alone = d.Decided[:1], "XB"
		}},
		{"national answer before there was a bundle", broker.ActSubmit, 1, "has none in force", func(_ *testing.T, d *broker.Detail) {
			d.Decided, d.Alone = append(d.Decided, broker.Decided{State: "XB", Input: d.Decided[0].Input, Decision: d.Decided[0].Decision}), ""
		}},
		{"not said that the State had none", broker.ActSubmit, 1, "had no bundle in force", func(_ *testing.T, d *broker.Detail) { d.Alone = "" }},
		{"said of a State that had one", broker.ActSubmit, 2, "had no bundle in force", func(_ *testing.T, d *broker.Detail) { d.Alone = "XB" }},
		{"network's answer passed for the State's", broker.ActSubmit, 2, "is by bundle sha-256:", func(_ *testing.T, d *broker.Detail) {
			d.Decided[1].Decision = d.Decided[0].Decision
		}},
		{"signed by another State's signer", broker.ActBundle, 3, "state", func(t *testing.T, d *broker.Detail) { d.Bundle.Statement = statement(t, "XA", keep) }},
		{"signed by the network's", broker.ActBundle, 3, "state", func(t *testing.T, d *broker.Detail) { d.Bundle.Statement = statement(t, "", keep) }},
		{"other bytes under the statement", broker.ActBundle, 3, "digest", func(t *testing.T, d *broker.Detail) {
			d.Bundle.Archive = nationalLaw(t, "give_reasons").Archive()
		}},
		{"bytes that are no bundle", broker.ActBundle, 3, "cannot be compiled", func(_ *testing.T, d *broker.Detail) { d.Bundle.Archive = []byte("x") }},
		{"a number that goes back", broker.ActBundle, 3, "revision", func(t *testing.T, d *broker.Detail) {
			d.Bundle.Statement = statement(t, "XB", func(s *policy.Statement) { s.Revision = 1 })
		}},
		{"no bundle at all", broker.ActBundle, 3, "bundle", func(_ *testing.T, d *broker.Detail) { d.Bundle = nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.records = slices.Clone(honest)
			seq := w.seq(c.act, c.nth)
			w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) {
				detailOf(t, a, func(d *broker.Detail) { c.lie(t, d) })
			})
			_, err := verify(t, copies(t, w.records))
			if f := finds(t, err, seq, audit.CheckBundle); !strings.Contains(f.Detail, c.says) {
				t.Errorf("found %v, want it to say %q", err, c.says)
			}
		})
	}
	// A bundle that was never recorded cannot have decided.
	w.records = slices.Clone(honest)
	gone := w.seq(broker.ActBundle, 3)
	w.records = slices.Delete(w.records, int(gone)-1, int(gone))
	for seq := gone; seq <= uint64(len(w.records)); seq++ {
		w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) { a.Seq = seq })
	}
	_, err = verify(t, copies(t, w.records))
	finds(t, err, w.seq(broker.ActSubmit, 3), audit.CheckBundle)
}
