package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy/audit"
)

// overseen is what an oversight body makes of the whole ledger.
func (w *world) overseen() *audit.Report {
	w.t.Helper()
	w.verify() // tree and stream agree from here on
	dir := w.t.TempDir()
	for i, r := range w.records() {
		ok(w.t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%020d.json", i+1)), r, 0o600))
	}
	data, err := os.ReadFile(w.cfg.Ledger.Keys)
	ok(w.t, err)
	keys, err := tlog.ParseSigningKeys(data)
	ok(w.t, err)
	l, err := audit.Open(audit.Config{
		Records: os.DirFS(dir), Pin: w.cfg.TrustPin, Keys: keys.Verify(),
		Tiles: tlog.FromFS(os.DirFS(filepath.Join(w.cfg.DataDir, "ledger"))),
	})
	ok(w.t, err)
	report, err := l.Verify(context.Background())
	ok(w.t, err)
	return report
}

// repeated finds the newest record of an act in a case, and wants it to say where
// each of n statements was recorded first.
func (w *world) repeated(caseID string, act broker.Act, n int) []broker.Standing {
	w.t.Helper()
	_, all := w.audit()
	for _, o := range slices.Backward(all) {
		if a := o.Attestation; a.Case == caseID && a.Act == act {
			if len(a.Standing) != n {
				w.t.Fatalf("%s repeats %d statements of earlier records, want %d", act, len(a.Standing), n)
			}
			return a.Standing
		}
	}
	w.t.Fatalf("no %s", act)
	return nil
}

// endKey makes a key of an officer count until a time, and no longer.
func (w *world) endKey(officer agencies.OfficerID, at time.Time) {
	w.t.Helper()
	w.amend(func(l *agencies.TrustList) {
		_, o, _ := l.Officer(officer)
		o.Keys[0].NotAfter = at
	})
}

// reopen stops the broker and starts it on its ledger.
func (w *world) reopen() {
	w.t.Helper()
	w.close()
	w.open()
}

// An order keeps the standing it had when it was recorded, whatever becomes of its
// signer's key or office before somebody validates it.
func TestOrderOutlivesItsKey(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*world){
		"superseded": func(w *world) {
			w.amend(func(l *agencies.TrustList) {
				_, o, _ := l.Officer(inspector)
				ok(t, l.RevokeKey(o.Keys[0].ID, w.clock.now(), agencies.Superseded))
			})
		},
		"expired": func(w *world) { w.endKey(inspector, w.clock.now()) },
		"officer suspended": func(w *world) {
			w.amend(func(l *agencies.TrustList) { ok(t, l.SetStanding(inspector, agencies.Suspended)) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			sub, st := w.policeOrder()
			w.submit(police, sub)
			recorded := w.clock.now()
			w.clock.add(time.Hour)
			change(w)
			w.clock.add(time.Hour)
			w.reopen()
			w.done(court, w.validation(sub, st, agencies.Validated))
			// The gateway of the addressee, which never saw the submission, opens it.
			ok(t, w.desk(provider).Sync(context.Background()))
			if v := w.view(provider, st.Case); v == nil || v.State.Phase != broker.PhaseReceived {
				t.Fatalf("the addressee sees %+v", v)
			}
			if first := w.repeated(st.Case, broker.ActNotify, 1)[0]; first.Statement != sub.Statements[0].Digest() || !first.At.Equal(recorded) || first.Trust != 1 {
				t.Errorf("the order stands as of %+v", first)
			}
			// What the key signs now counts for nothing.
			again, _ := w.policeOrder()
			if r := w.submit(police, again); r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonUntrusted {
				t.Errorf("a new order is %s, %v", r.Status, r.Error)
			}
			if r := w.overseen(); !r.Verified || len(r.Suspect) != 0 {
				t.Errorf("%+v", r)
			}
			w.reopen()
			w.verify()
		})
	}
}

// A production keeps its standing until it is released and taken, also after its
// signer's key has expired; and the taker's proof of custody holds.
func TestProductionOutlivesItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.contentOrder())
	content := noise(1 << 20)
	_, m := w.deposit(id, content)
	w.endKey(desk, w.clock.now().Add(time.Minute))
	w.clock.add(time.Hour)
	w.reopen()
	clear, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: id, to: []agencies.ID{court}, body: &broker.Clearance{}})
	w.done(enforcer, clear)
	w.repeated(id, broker.ActRelease, 3) // the production, the seal, the giver's half
	got, a, err := w.fetch(id, m.Exhibit, "case 2026/117")
	ok(t, err)
	ok(t, a.Refused())
	if string(got) != string(content) || w.statusOf(id, m.Exhibit) != broker.ExhibitHandedOver {
		t.Fatalf("exhibit is %s", w.statusOf(id, m.Exhibit))
	}
	w.repeated(id, broker.ActHandover, 1) // the giver's half again
	ok(t, w.desk(police).Sync(context.Background()))
	custody, err := w.desk(police).VerifyCustody(context.Background(), id)
	ok(t, err)
	if len(custody) != 1 || len(custody[0].Chain.Steps) != 2 {
		t.Errorf("custody is %+v", custody)
	}
	if r := w.overseen(); !r.Verified || r.Handovers != 1 {
		t.Errorf("%+v", r)
	}
	w.seesFalseStanding(id)
}

// A gateway sees when two of its records do not agree about where a statement stood
// first.
func (w *world) seesFalseStanding(caseID string) {
	w.t.Helper()
	g := w.desk(police)
	ring := readRing(w.t, w.cfg.Keyring)
	seal, err := ring.SealSigner()
	ok(w.t, err)
	held, err := g.Records(caseID)
	ok(w.t, err)
	i := slices.IndexFunc(held, func(o *broker.Opened) bool { return o.Attestation.Act == broker.ActRelease })
	a, r := *held[i].Attestation, *held[i].Record
	a.Standing = slices.Clone(a.Standing)
	for i := range a.Standing {
		a.Standing[i].At = a.Standing[i].At.Add(-time.Second)
	}
	payload, err := a.Encode()
	ok(w.t, err)
	r.Attestation, err = seal.Sign(agencies.TypRecord, payload)
	ok(w.t, err)
	forged, err := r.Encode()
	ok(w.t, err)
	ok(w.t, os.WriteFile(filepath.Join(w.f.Gateways[police].DataDir, "records", fmt.Sprintf("%020d.json", a.Seq)), forged, 0o600))
	if _, err := g.Records(caseID); !errors.Is(err, gateway.ErrLedger) || !errors.Is(err, broker.ErrAttested) {
		w.t.Errorf("a release that claims another time than the handover: %v", err)
	}
}
