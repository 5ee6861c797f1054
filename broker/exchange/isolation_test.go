package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence"
)

// policeOrder is an order that waits for the court's validation.
func (w *world) policeOrder() (*broker.Submission, *agencies.Statement) {
	w.t.Helper()
	o := w.contentOrder()
	o.Validator = court
	o.Contents = append(o.Contents, "J")
	s := w.order(o)
	s.by, s.officer = police, inspector
	s.to = append(s.to, court)
	s.seal[broker.SectionM] = append(s.seal[broker.SectionM], court)
	return w.say(s)
}

func (w *world) validation(order *broker.Submission, st *agencies.Statement, d agencies.ValidationDecision) *broker.Submission {
	w.t.Helper()
	v, err := agencies.NewValidation(order.Statements[0], st.Case, court, d, []string{"whole"}, w.clock.now())
	ok(w.t, err)
	c, err := w.signer(court, judge).SignValidation(v)
	ok(w.t, err)
	return &broker.Submission{Statements: []agencies.Compact{c}}
}

func TestStrangersLearnNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub, st := w.policeOrder()
	if r := w.submit(police, sub); r.Status != broker.StatusWaiting || r.Error.Code != broker.ReasonValidation {
		t.Fatalf("got %s, %v", r.Status, r.Error)
	}
	// An order that waits is nothing to those it names, and nobody's to guess at.
	for _, id := range []agencies.ID{provider, enforcer, stranger} {
		w.learnsNothing(id, st)
	}
	w.done(court, w.validation(sub, st, agencies.Validated))
	w.learnsNothing(stranger, st)
	for _, id := range []agencies.ID{police, court, provider, enforcer} {
		if w.view(id, st.Case) == nil {
			t.Errorf("%s is a party and sees nothing", id)
		}
	}
	// Nobody reads a record that is neither to it nor from it, and nobody holds a
	// sealed part that is not sealed to it.
	for _, id := range []agencies.ID{police, court, provider, enforcer, stranger} {
		for _, o := range w.recordsOf(id, st.Case, 100) {
			a := o.Attestation
			if a.To != id && a.From != id {
				t.Errorf("%s reads %s of %s to %s", id, a.Act, a.From, a.To)
			}
			for _, p := range o.Record.Sealed {
				if id != police && !slices.ContainsFunc(st.Sealed, func(r agencies.SealedRef) bool { return r.Digest == p.Digest() && slices.Contains(r.To, id) }) {
					t.Errorf("%s holds %s", id, p.Compartment)
				}
			}
		}
	}
	if n := len(w.recordsOf(oversees, "", 3)); n != len(w.records()) {
		t.Errorf("oversight pages through %d of %d records", n, len(w.records()))
	}
	if n := len(w.recordsOf(stranger, "", 100)); n != 0 {
		t.Errorf("a stranger reads %d records", n)
	}
	// The inbox says the same.
	var got []uint64
	ok(t, w.link(court).Drain(context.Background(), func(_ context.Context, d exchange.Delivery) error {
		got = append(got, d.Seq)
		return nil
	}))
	var want []uint64
	for _, o := range w.recordsOf(court, "", 100) {
		want = append(want, o.Attestation.Seq)
	}
	if !slices.Equal(got, want) {
		t.Errorf("inbox has %v, the records are %v", got, want)
	}
}

// learnsNothing asks everything about a request as an agency that is not to know.
func (w *world) learnsNothing(id agencies.ID, st *agencies.Statement) {
	w.t.Helper()
	for _, q := range []*broker.Ask{
		{What: broker.AskCase, Case: st.Case},
		{What: broker.AskKeys, Case: st.Case, Act: st.ID},
		{What: broker.AskProof, After: 2},
		{What: broker.AskUpload, Case: st.Case, Exhibit: evidence.NewExhibitID(), Body: encode(w.t, broker.UploadAsk{Step: broker.UploadBegin, Size: 1 << 20})},
	} {
		if r := w.ask(id, q); r.Error == nil || r.Error.Code != broker.ReasonNotFound {
			w.t.Errorf("%s asks for %s and gets %+v", id, q.What, r)
		}
	}
	if r := w.ask(id, &broker.Ask{What: broker.AskList}); len(r.Views) != 0 {
		w.t.Errorf("%s is shown %d requests", id, len(r.Views))
	}
	if r := w.ask(id, &broker.Ask{What: broker.AskRecords, Case: st.Case}); len(r.Records) != 0 {
		w.t.Errorf("%s is given %d records", id, len(r.Records))
	}
}

// recordsOf pages through what a member may read.
func (w *world) recordsOf(id agencies.ID, caseID string, limit int) []*broker.Opened {
	w.t.Helper()
	_, all := w.audit()
	var out []*broker.Opened
	after := uint64(0)
	for {
		r := w.ask(id, &broker.Ask{What: broker.AskRecords, Case: caseID, After: after, Limit: limit})
		if r.Error != nil {
			w.t.Fatal(r.Error)
		}
		for _, raw := range r.Records {
			i := slices.IndexFunc(w.records(), func(o []byte) bool { return bytes.Equal(o, raw) })
			out = append(out, all[i])
			after = all[i].Attestation.Seq
		}
		if !r.More {
			return out
		}
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []string
	for range 5 {
		want = append(want, w.delivered(w.subscriberOrder()))
	}
	for _, id := range []agencies.ID{court, provider, oversees} {
		var got []string
		after := uint64(0)
		for {
			r := w.ask(id, &broker.Ask{What: broker.AskList, After: after, Limit: 2})
			for _, v := range r.Views {
				got, after = append(got, v.ID), v.Acts[0].Seq
			}
			if !r.More {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is shown %v, want %v", id, got, want)
		}
	}
}

// The same act again gets the first answer; its id with other bytes is a conflict,
// in the same request and in another, also when both come at once.
func TestReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.subscriberOrder())
	sub, st := w.say(w.order(w.contentOrder()))
	first := w.done(court, sub)
	n := len(w.records())
	again := clone(sub)
	// Other keys beside the same act change nothing: they are not what was said.
	again.Wraps[0].Wrapped = []byte("other bytes")
	for _, s := range []*broker.Submission{sub, again} {
		r := w.done(court, s)
		if !bytes.Equal(r.Records[0], first.Records[0]) {
			t.Error("a second sending got another record")
		}
	}
	if len(w.records()) != n {
		t.Error("a second sending was recorded")
	}
	for i, wrap := range sub.Wraps {
		got := w.ask(wrap.For, &broker.Ask{What: broker.AskKeys, Case: st.Case, Act: st.ID})
		if !slices.ContainsFunc(got.Wraps, func(k agencies.KeyWrap) bool { return bytes.Equal(k.Wrapped, wrap.Wrapped) }) {
			t.Errorf("key %d was replaced", i)
		}
	}
	other, _ := w.say(speech{by: court, caseID: id, to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}, edit: func(q *agencies.Statement) { q.ID = st.ID }})
	if r := w.submit(court, other); r.Error == nil || r.Error.Code != broker.ReasonConflict || r.Error.Field != "id" || r.Error.Exit != broker.ExitConflict {
		t.Fatalf("another act under the same id: %s, %v", r.Status, r.Error)
	}
	// One id in eight requests at once: one is done, the others conflict.
	shared := agencies.NewID()
	var subs [][]byte
	for range 8 {
		q, _ := w.say(speech{by: court, officer: judge, to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}, caseID: w.delivered(w.subscriberOrder()), edit: func(q *agencies.Statement) { q.ID = shared }})
		subs = append(subs, encode(t, q))
	}
	var wg sync.WaitGroup
	replies := make([]*broker.Reply, len(subs))
	for i := range subs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			replies[i], _ = w.tryRaw(court, subs[i])
		}()
	}
	wg.Wait()
	doneOnce := 0
	for _, r := range replies {
		switch {
		case r == nil:
			t.Error("no answer")
		case r.Status == broker.StatusDone:
			doneOnce++
		case r.Error.Code != broker.ReasonConflict:
			t.Errorf("got %v", r.Error)
		}
	}
	if doneOnce != 1 {
		t.Errorf("one id was used %d times", doneOnce)
	}
	w.verify()
}

// Somebody who gets hold of another's act before it arrives cannot use it up.
func TestStolenActStaysItsOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub, st := w.say(w.order(w.subscriberOrder()))
	r := w.raw(stranger, encode(t, sub))
	if r.Error == nil || r.Error.Code != broker.ReasonSender {
		t.Fatalf("got %s, %v", r.Status, r.Error)
	}
	w.done(court, sub)
	if c := w.verify()[st.Case]; c.State.Phase != broker.PhaseDelivered || c.Opener != court {
		t.Fatalf("the request is %s, opened by %s", c.State.Phase, c.Opener)
	}
}

// A refused request is its opener's to send again; another party's bad acts do not
// take it over.
func TestRejectedRequestStaysItsOpeners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub, st := w.policeOrder()
	w.submit(police, sub)
	r := w.submit(court, w.validation(sub, st, agencies.Refused))
	if r.Status != broker.StatusDone || r.Error != nil {
		t.Fatalf("a judge's no was answered %s, %v", r.Status, r.Error)
	}
	s := w.order(w.subscriberOrder())
	s.caseID = st.Case
	hijack, _ := w.say(s)
	if r := w.submit(court, hijack); r.Status != broker.StatusRefused {
		t.Fatalf("the validating court took the request over: %s", r.Status)
	}
	if c := w.verify()[st.Case]; c.Opener != police || c.Parties.Issuer != police {
		t.Fatalf("the request belongs to %s now", c.Opener)
	}
}

// A flood of bad messages costs the sender its receipts, nobody else anything, and
// the ledger little.
func TestFlood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.subscriberOrder())
	before := len(w.records())
	const sent = exchange.FloodBurst + 100
	_, creds := w.creds(stranger)
	var wg sync.WaitGroup
	silenced := make(chan bool, sent)
	for worker := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			nc, err := connect(w.srv.URL(), creds)
			if err != nil {
				return
			}
			defer nc.Close()
			for i := worker; i < sent; i += 8 {
				r, err := submitRaw(nc, fmt.Appendf(nil, `{"statements":[],"n":%d}`, i), 10*time.Second)
				silenced <- err == nil && r.Status == broker.StatusFailed && r.Error.Exit == broker.ExitTryAgain
			}
		}()
	}
	wg.Wait()
	close(silenced)
	n := 0
	for s := range silenced {
		if s {
			n++
		}
	}
	if added := len(w.records()) - before; added != exchange.FloodBurst || n != sent-exchange.FloodBurst {
		t.Errorf("%d bad messages made %d records, %d were put off; want %d and %d", sent, added, n, exchange.FloodBurst, sent-exchange.FloodBurst)
	}
	sub, _ := w.question(id)
	w.done(court, sub)
	if r := w.submit(court, &broker.Submission{Statements: []agencies.Compact{"x.y.z"}}); r.Status != broker.StatusRefused {
		t.Errorf("another member's bad message: %s", r.Status)
	}
	w.clock.add(time.Minute)
	if r := w.raw(stranger, []byte(`{"statements":[],"later":1}`)); r.Status != broker.StatusRefused {
		t.Errorf("a minute later: %s, %v", r.Status, r.Error)
	}
}

// A key that is revoked after its order was recorded, and before it was validated,
// delivers nothing; the ledger stays one that a broker can read.
func TestKeyRevokedBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub, st := w.policeOrder()
	w.submit(police, sub)
	held := w.received(w.contentOrder())
	_, m := w.deposit(held, noise(1<<20))

	w.clock.add(time.Hour)
	w.amend(func(l *agencies.TrustList) {
		for _, officer := range []agencies.OfficerID{inspector, desk} {
			_, o, _ := l.Officer(officer)
			ok(t, l.RevokeKey(o.Keys[0].ID, w.clock.now(), agencies.Compromised))
		}
	})
	w.clock.add(time.Hour)
	r := w.submit(court, w.validation(sub, st, agencies.Validated))
	if r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonUntrusted || r.Error.Exit != broker.ExitUntrusted {
		t.Fatalf("the order of a revoked key was validated: %s, %v", r.Status, r.Error)
	}
	if w.view(provider, st.Case) != nil {
		t.Error("the order of a revoked key reached the addressee")
	}
	clear, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: held, to: []agencies.ID{court}, body: &broker.Clearance{}})
	w.done(enforcer, clear)
	if s := w.statusOf(held, m.Exhibit); s != broker.ExhibitDeposited {
		t.Errorf("what a revoked key produced is %s", s)
	}
	w.verify()
	w.close()
	w.open() // a record that cannot be opened would stop it
	w.verify()
}

// Every record that holds an answer of policy, with its reasons and the facts it
// rests on, is read by those alone whom the answer concerns; oversight reads all.
func TestReasonsAreNotForEveryone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// Validated, cleared, retrieved.
	sub, st := w.policeOrder()
	w.submit(police, sub)
	w.done(court, w.validation(sub, st, agencies.Validated))
	for _, who := range []agencies.ID{provider, enforcer} {
		w.done(who, w.acknowledgement(who, st.Case))
	}
	_, m := w.deposit(st.Case, noise(1<<16))
	clear, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: st.Case, to: []agencies.ID{police}, body: &broker.Clearance{}})
	w.done(enforcer, clear)
	_, a, err := w.fetch(st.Case, m.Exhibit, "case 2026/117")
	ok(t, err)
	ok(t, a.Refused())
	retrieved := a.Act
	// Withheld: nobody says why it travels beside the official system [DIT-03].
	withheld := w.received(w.subscriberOrder())
	x, object := w.uploaded(withheld)
	bare := w.productionOf(withheld, x, *object)
	bare.Facts = nil
	p, _ := w.say(speech{by: provider, officer: desk, caseID: withheld, to: []agencies.ID{court}, body: bare})
	w.done(provider, p)
	if s := w.statusOf(withheld, x); s != broker.ExhibitDeposited {
		t.Fatalf("exhibit is %s", s)
	}
	// Extended.
	kept := w.received(w.preservationOrder())
	extension, extended := w.say(speech{by: court, officer: judge, caseID: kept, to: []agencies.ID{provider}, body: &broker.Extension{Form: broker.AnnexVI, Prepared: true}})
	w.done(court, extension)

	cases, _ := w.audit()
	history := agencies.History(nil)
	decided := map[broker.Act]map[agencies.ID]bool{}
	for _, id := range []agencies.ID{oversees, court, police, enforcer, provider, stranger} {
		r := w.ask(id, &broker.Ask{What: broker.AskRecords, Limit: 500})
		if r.Error != nil || r.More {
			t.Fatalf("%s: %v", id, r.Error)
		}
		told := 0
		for i, raw := range r.Records {
			if id == oversees && i == 0 {
				history, err = broker.Genesis(raw, w.cfg.TrustPin)
				ok(t, err)
			}
			o, err := broker.OpenRecord(raw, history)
			ok(t, err)
			a := o.Attestation
			if id == provider && (a.Ref == retrieved || a.Act == broker.ActReject && a.Case == withheld || a.Ref == extended.ID) {
				told++
			}
			d := a.Decision
			if d == nil {
				if len(a.Detail) > 0 && a.Act != broker.ActTrust && a.Act != broker.ActBundle && a.Act != broker.ActReject {
					t.Errorf("%s reads a detail without a decision in a %s", id, a.Act)
				}
				continue
			}
			if decided[a.Act] == nil {
				decided[a.Act] = map[agencies.ID]bool{}
			}
			decided[a.Act][id] = true
			parties := cases[a.Case].Parties
			if id != oversees && id != d.For && id != parties.Issuer && id != parties.Enforcing {
				t.Errorf("%s reads the reasons of a %s that is for %s", id, a.Act, d.For)
			}
		}
		if id == provider && told != 3 {
			t.Errorf("the addressee is told of %d of a retrieval, a withheld release and an extension", told)
		}
	}
	for _, act := range []broker.Act{broker.ActSubmit, broker.ActValidate, broker.ActRelease, broker.ActReject, broker.ActRetrieve, broker.ActExtend} {
		if !decided[act][oversees] || len(decided[act]) < 2 {
			t.Errorf("the reasons of a %s are read by %v", act, decided[act])
		}
	}
	if r := w.overseen(); !r.Verified {
		t.Errorf("%+v", r)
	}
}
