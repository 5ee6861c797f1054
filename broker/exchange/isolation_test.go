package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
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

// uploaded deposits bytes without producing them.
func (w *world) uploaded(caseID string) (evidence.ExhibitID, *evidence.Object) {
	w.t.Helper()
	x := evidence.NewExhibitID()
	tr, err := vault.NewTransfer(vault.TransferConfig{Log: slog.New(slog.DiscardHandler)})
	ok(w.t, err)
	defer tr.Close()
	step := func(u broker.UploadAsk) *broker.AskReply {
		r := w.ask(provider, &broker.Ask{What: broker.AskUpload, Case: caseID, Exhibit: x, Body: encode(w.t, u)})
		if r.Error != nil {
			w.t.Fatal(r.Error)
		}
		return r
	}
	content := noise(1 << 20)
	u := *step(broker.UploadAsk{Step: broker.UploadBegin, Size: int64(len(content))}).Upload
	sign := func(_ context.Context, _ vault.Upload, parts []vault.Part) ([]vault.PartRequest, error) {
		ask := broker.UploadAsk{Step: broker.UploadSign, Upload: u.Upload, Size: u.Size, PartSize: u.PartSize}
		for _, p := range parts {
			ask.Parts = append(ask.Parts, broker.UploadPart{Number: p.Number, Digest: p.Digest})
		}
		var out []vault.PartRequest
		for _, g := range step(ask).Grants {
			out = append(out, vault.PartRequest{Number: g.Part, URL: g.URL, Header: g.Header, Expires: g.Expires})
		}
		return out, nil
	}
	up := vault.Upload{ID: u.Upload, State: u.State, Case: caseID, Exhibit: x, Size: u.Size, PartSize: u.PartSize}
	parts, err := tr.Upload(context.Background(), up, sign, bytes.NewReader(content), nil)
	ok(w.t, err)
	complete := broker.UploadAsk{Step: broker.UploadComplete, Upload: u.Upload, Size: u.Size, PartSize: u.PartSize, Digest: agencies.DigestOf(content)}
	for _, p := range parts {
		complete.Parts = append(complete.Parts, broker.UploadPart{Number: p.Number, Digest: p.Digest, ETag: p.ETag})
	}
	return x, step(complete).Upload.Object
}

// production names an object as an exhibit of a request.
func (w *world) production(caseID string, x evidence.ExhibitID, object evidence.Object) *broker.Submission {
	w.t.Helper()
	v := w.view(oversees, caseID)
	m := evidence.Manifest{
		Type: evidence.ManifestType, Exhibit: x, Case: caseID, Part: 1, Last: true, Sender: provider, Recipients: []agencies.ID{police},
		Orders: []string{v.Acts[0].ID}, MediaType: "application/zip", Category: v.Order.Targets[0].Categories[0], Retention: "case",
		SealedSize: object.Size, SealedDigest: object.Digest, Means: evidence.Means{Channel: evidence.ByVault, Object: &object}, Available: w.clock.now(),
		SD: []string{"0000000000000000000000000000000000000000000"}, SDAlg: "sha-256",
	}
	sub, _ := w.say(speech{by: provider, officer: desk, caseID: caseID, to: []agencies.ID{court}, body: &broker.Production{
		Part: 1, Last: true, Parts: []broker.Part{{Target: 1}}, Exhibits: []evidence.Manifest{m}, Facts: factsOf(w.t, `{"reason_for_alternative":"forensic_requirements"}`),
	}})
	return sub
}

// What a production names must lie in the vault, as the place of that exhibit, with
// those bytes.
func TestProducedObjectIsVerified(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.received(w.subscriberOrder()), w.received(w.subscriberOrder())
	x, object := w.uploaded(here)

	absent, longer, other := *object, *object, *object
	absent.VersionID = object.VersionID[:len(object.VersionID)-1] + "0"
	if absent == *object {
		absent.VersionID = object.VersionID[:len(object.VersionID)-1] + "1"
	}
	longer.Size++
	other.Digest = agencies.DigestOf([]byte("other"))
	refused := func(name, caseID string, x evidence.ExhibitID, o evidence.Object) {
		t.Helper()
		r := w.submit(provider, w.production(caseID, x, o))
		if r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonDigest || r.Error.Exit != broker.ExitUnverified || r.Error.Field != "exhibits[0].means.object" {
			t.Errorf("%s: %s, %v", name, r.Status, r.Error)
		}
		if len(w.view(oversees, caseID).Exhibits) != 0 {
			t.Errorf("%s: it became an exhibit", name)
		}
	}
	refused("object of another request", there, x, *object)
	refused("object of another exhibit", here, evidence.NewExhibitID(), *object)
	refused("another version", here, x, absent)
	refused("another size", here, x, longer)
	refused("another digest", here, x, other)

	// After a restart what lies there is read again: it was changed meanwhile.
	w.close()
	w.open()
	tamper(t, object.Digest, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	refused("changed on the store's disk", here, x, *object)
	x2, object2 := w.uploaded(here)
	w.close()
	w.open()
	tamper(t, object2.Digest, func(b []byte) []byte { return b[:len(b)-1] })
	refused("cut on the store's disk", here, x2, *object2)
	x3, object3 := w.uploaded(here)
	w.done(provider, w.production(here, x3, *object3))
	w.verify()
}

// What lies in the store is held against the record whenever it is fetched.
func TestSwappedEvidenceIsNoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]func([]byte) []byte{
		"changed": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
	} {
		id := w.received(w.subscriberOrder())
		_, m := w.deposit(id, noise(1<<20))
		if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitReleased {
			t.Fatalf("exhibit is %s", s)
		}
		tamper(t, m.SealedDigest, change)
		got, a, err := w.fetch(id, m.Exhibit, "case 2026/117")
		if got != nil || err == nil && a.Refused() == nil {
			t.Fatalf("%s: swapped evidence was opened", name)
		}
		if err == nil && (a.Reply.Error.Code != broker.ReasonDigest || a.Reply.Error.Exit != broker.ExitUnverified) {
			t.Errorf("%s: %v", name, a.Reply.Error)
		}
		t.Logf("%s: %v", name, err)
		if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitRetrieved {
			t.Errorf("%s: custody passed: %s", name, s)
		}
	}
	w.verify()
}

// Who may fetch, and for what.
func TestRetrieval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.contentOrder())
	_, m := w.deposit(id, noise(1<<20))
	clear, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: id, to: []agencies.ID{court}, body: &broker.Clearance{}})
	w.done(enforcer, clear)
	retrieval := func(by agencies.ID, officer agencies.OfficerID, use string) *broker.Submission {
		sub, _ := w.say(speech{by: by, officer: officer, caseID: id, to: []agencies.ID{provider}, body: &broker.Retrieval{Exhibit: m.Exhibit, Use: use, Justification: "case_work"}})
		return sub
	}
	for _, row := range []struct {
		name string
		by   agencies.ID
		sub  *broker.Submission
		code broker.ReasonCode
	}{
		{"a stranger", stranger, retrieval(stranger, clerk, "case 2026/117"), broker.ReasonNotFound},
		{"a party that receives no data", enforcer, retrieval(enforcer, prosecutor, "case 2026/117"), broker.ReasonDenied},
		{"the issuer, to whom it was not released", court, retrieval(court, judge, "case 2026/117"), broker.ReasonDenied},
		{"for another purpose", police, retrieval(police, investigator, "case 2026/999"), broker.ReasonDenied},
		{"an officer who is not assigned", police, retrieval(police, inspector, "case 2026/117"), broker.ReasonDenied},
		{"the agency's seal", police, retrieval(police, "", "case 2026/117"), ""},
	} {
		r := w.submit(row.by, row.sub)
		if r.Status != broker.StatusRefused || len(r.Grants) != 0 || row.code != "" && r.Error.Code != row.code {
			t.Errorf("%s: %s, %v, %d grants", row.name, r.Status, r.Error, len(r.Grants))
		}
		if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitReleased {
			t.Errorf("%s: exhibit is %s", row.name, s)
		}
	}
	sub := retrieval(police, investigator, "case 2026/117")
	if r := w.done(police, sub); len(r.Grants) != 1 {
		t.Fatalf("%d grants", len(r.Grants))
	}
	w.clock.add(time.Minute)
	if r := w.done(police, sub); len(r.Grants) != 1 {
		t.Error("sent again within the permit's life, it opens nothing")
	}
	w.clock.add(policy.PermitLife)
	if r := w.submit(police, sub); len(r.Grants) != 0 || r.Error == nil || r.Error.Code != broker.ReasonDeadline || r.Error.Exit != broker.ExitDeadline {
		t.Errorf("an old retrieval opens the store again: %v", r.Error)
	}
	if r := w.done(police, retrieval(police, investigator, "case 2026/117")); len(r.Grants) != 1 {
		t.Error("a new retrieval opens nothing")
	}
	w.verify()
}
