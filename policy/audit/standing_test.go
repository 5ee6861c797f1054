package audit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

// outlived is a case whose production is released, retrieved and taken after the key
// of its producer has been superseded.
func outlived(t *testing.T) (*world, evidence.ExhibitID) {
	t.Helper()
	w := newWorld(t)
	w.submit(order(t))
	w.now = w.now.Add(time.Hour)
	w.acknowledge(provider, broker.ActDeliver)
	x := w.produce()
	w.acknowledge(enforcer, broker.ActNotify)
	w.now = w.now.Add(time.Hour)
	w.revoke(w.k.signer(t, provider, desk).KeyID(), w.now, agencies.Superseded)
	w.do(w.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Clearance{}, nil))
	return w, x
}

// revoke puts a list into force that revokes a key.
func (w *world) revoke(kid agencies.KeyID, at time.Time, why agencies.Revocation) {
	w.t.Helper()
	w.trust(w.nextTrust(w.k.registrar, func(l *agencies.TrustList) { ok(w.t, l.RevokeKey(kid, at, why)) }))
}

// What was recorded keeps its standing, and what it was recorded for goes on.
func TestStandingIsKept(t *testing.T) {
	w, x := outlived(t)
	if got := w.release(x, police); got != policy.Permitted {
		t.Fatalf("release is %s", got)
	}
	w.retrieve(x, police, investigator)
	w.take(x, police, investigator)
	r, err := verify(t, copies(t, w.records))
	if err != nil || !r.Verified || r.Handovers != 1 || len(r.Suspect) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	// The key turns out to have been stolen before it signed. All stands as it was
	// recorded; a person must look at the production in each record that has it.
	w.revoke(w.k.signer(t, provider, desk).KeyID(), epoch, agencies.Compromised)
	r, err = verify(t, copies(t, w.records))
	ok(t, err)
	if len(r.Suspect) != 3 || r.Suspect[0] != w.seq(broker.ActProduce, 1) || r.Suspect[2] != w.seq(broker.ActRelease, 1) {
		t.Errorf("suspect are %v", r.Suspect)
	}
}

// A broker that claims an earlier standing for a statement than it had.
func TestFalseStandingIsFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		act   broker.Act
		check audit.Check
		says  string
		lie   func(t *testing.T, w *world, a *broker.Attestation, r *broker.Record)
	}{
		{"none", broker.ActRelease, audit.CheckStatement, "revoked", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Standing = nil }},
		{"another time", broker.ActRelease, audit.CheckStanding, "stood first", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			a.Standing[0].At = a.Standing[0].At.Add(time.Minute)
		}},
		{"another place", broker.ActRelease, audit.CheckStanding, "stood first", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Standing[0].Seq-- }},
		{"a later list, under which the key counts no more", broker.ActRelease, audit.CheckStatement, "revoked", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			a.Standing[0].At, a.Standing[0].Trust = a.At, 2
		}},
		{"for what was never recorded", broker.ActRelease, audit.CheckStanding, "stood first", func(t *testing.T, w *world, a *broker.Attestation, r *broker.Record) {
			// Whoever holds the old key signs today, and the broker says that it was yesterday.
			first := a.Standing[0]
			w.now = first.At
			c := w.say(provider, desk, []agencies.ID{court}, &broker.Closing{Reason: "x"}, nil)
			first.Statement = c.Digest()
			r.Statements, a.Statements = append(r.Statements, c), append(a.Statements, c.Digest())
			a.Standing = append(a.Standing, first)
		}},
		{"for the act itself", broker.ActClear, audit.CheckStanding, "for the act itself", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			a.Standing = []broker.Standing{{Statement: a.Statements[0], Seq: 2, At: a.At, Trust: 1}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, x := outlived(t)
			w.release(x, police)
			seq := w.seq(c.act, 1)
			w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, r *broker.Record) { c.lie(t, w, a, r) })
			_, err := verify(t, copies(t, w.records))
			if f := finds(t, err, seq, c.check); !strings.Contains(f.Detail, c.says) {
				t.Errorf("found %v, want it to say %q", err, c.says)
			}
		})
	}
}

// A key that is known to be stolen verifies nothing new, whatever stood before.
func TestStolenKeyReleasesNothing(t *testing.T) {
	w, x := outlived(t)
	w.release(x, police)
	seq := w.seq(broker.ActRelease, 1)
	release := w.records[seq-1]
	w.records = w.records[:seq-1]
	w.revoke(w.k.signer(t, provider, desk).KeyID(), w.now, agencies.Compromised)
	w.records = append(w.records, release)
	latest := w.history.Latest()
	w.forge(t, seq+1, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) {
		a.Seq, a.Trust, a.TrustDigest = seq+1, latest.List().Version, latest.Digest()
	})
	_, err := verify(t, copies(t, w.records))
	if f := finds(t, err, seq+1, audit.CheckStatement); !strings.Contains(f.Detail, "compromised") {
		t.Errorf("found %v", f)
	}
}
