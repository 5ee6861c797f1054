package exchange_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
)

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
	sub, _ := w.say(speech{by: provider, officer: desk, caseID: caseID, to: []agencies.ID{court}, body: w.productionOf(caseID, x, object)})
	return sub
}

func (w *world) productionOf(caseID string, x evidence.ExhibitID, object evidence.Object) *broker.Production {
	w.t.Helper()
	v := w.view(oversees, caseID)
	m := evidence.Manifest{
		Type: evidence.ManifestType, Exhibit: x, Case: caseID, Part: 1, Last: true, Sender: provider, Recipients: []agencies.ID{police},
		Orders: []string{v.Acts[0].ID}, MediaType: "application/zip", Category: v.Order.Targets[0].Categories[0], Retention: "case",
		SealedSize: object.Size, SealedDigest: object.Digest, Means: evidence.Means{Channel: evidence.ByVault, Object: &object}, Available: w.clock.now(),
		SD: []string{"0000000000000000000000000000000000000000000"}, SDAlg: "sha-256",
	}
	return &broker.Production{
		Part: 1, Last: true, Parts: []broker.Part{{Target: 1}}, Exhibits: []evidence.Manifest{m}, Facts: factsOf(w.t, `{"reason_for_alternative":"forensic_requirements"}`),
	}
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
		if r.Status != broker.StatusRefused || r.Error.Code != broker.ReasonDigest || r.Error.Exit != broker.ExitUnverified ||
			r.Error.Field != "exhibits[0].means.object" || r.Error.Rule != "DIT-05" {
			t.Errorf("%s: %s, %v", name, r.Status, r.Error)
		}
		if len(w.view(oversees, caseID).Exhibits) != 0 {
			t.Errorf("%s: it became an exhibit", name)
		}
	}
	refused("object of another request", there, x, *object)
	refused("object of another exhibit", here, evidence.NewExhibitID(), *object)
	refused("another version", here, x, absent)
	for _, id := range []string{"made-up", "../../../etc/passwd", "01M84MFCWWKH762P6ZJXVH5S7Z", "a b&c=d%00", "null", "../" + object.VersionID, strings.Repeat("v", 1000)} {
		made := *object
		made.VersionID = id
		refused("version "+id, here, x, made)
	}
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
