package exchange_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// saying is a national bundle that gives one answer to everything.
func saying(t testing.TB, o policy.Outcome, obligations ...string) *engine.Revision {
	t.Helper()
	return compiled(t, fmt.Sprintf(`package rogatory.main

decision := {
	"outcome": %q, "obligations": [%s], "human_questions": [],
	"reasons": [{"rule": "NAT-01", "article": "National Act s 1", "text": "national: National law says so.", "outcome": %q, "fact": "regime"}],
}
`, o, quoted(obligations), o))
}

func quoted(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%q", s))
	}
	return strings.Join(out, ", ")
}

func compiled(t testing.TB, rego string) *engine.Revision {
	t.Helper()
	rev, err := engine.Load(context.Background(), bundleOf(rego))
	ok(t, err)
	return rev
}

func bundleOf(rego string) fstest.MapFS {
	return fstest.MapFS{
		".manifest":               {Data: []byte(`{"revision": "", "roots": ["rogatory"]}`)},
		"rogatory/main/main.rego": {Data: []byte(rego)},
	}
}

// amendedLaw is the network's bundle with other text and the same rules.
func amendedLaw(t testing.TB, note string) *engine.Revision {
	t.Helper()
	law, err := rules.Bundle()
	ok(t, err)
	dir := t.TempDir()
	ok(t, os.CopyFS(dir, law))
	main := filepath.Join(dir, "rogatory", "main", "main.rego")
	text, err := os.ReadFile(main)
	ok(t, err)
	ok(t, os.Chmod(main, 0o600))
	ok(t, os.WriteFile(main, append(text, "\n# "+note+"\n"...), 0o600))
	rev, err := engine.Load(context.Background(), os.DirFS(dir))
	ok(t, err)
	return rev
}

// signerFor names a policy signer of a State on the trust list.
func (w *world) signerFor(state agencies.State) *agencies.Signer {
	w.t.Helper()
	ring, err := agencies.GenerateKeyring(crand.Reader, agencies.ID(state+"-POLICY"), agencies.Ed25519)
	ok(w.t, err)
	s, err := ring.SealSigner()
	ok(w.t, err)
	key, err := agencies.NewSignKey(s.PublicJWK(), w.clock.now().AddDate(0, 0, -30), w.clock.now().AddDate(1, 0, 0))
	ok(w.t, err)
	key.State = state
	w.clock.add(time.Second)
	w.amend(func(l *agencies.TrustList) { ok(w.t, l.AddPolicySigner(key)) })
	return s
}

// networkSigner is the policy signer that the network was founded with.
func (w *world) networkSigner() *agencies.Signer {
	w.t.Helper()
	s, err := readRing(w.t, filepath.Join(w.f.Dir, "policy", "keyring.json")).SealSigner()
	ok(w.t, err)
	return s
}

func (w *world) statement(state agencies.State, rev *engine.Revision, n int, from time.Time) policy.Statement {
	return policy.Statement{Network: "test", State: state, Digest: rev.Digest(), Revision: n, EffectiveFrom: from}
}

// bring puts statement and bundle where the operator would, and lets the broker look.
func (w *world) bring(s policy.Statement, rev *engine.Revision, signer *agencies.Signer) error {
	w.t.Helper()
	signed, err := s.Sign(signer)
	ok(w.t, err)
	return w.bringFile(s, rev.Archive(), string(signed))
}

func (w *world) bringFile(s policy.Statement, archive []byte, signed string) error {
	w.t.Helper()
	statement, bundle := w.cfg.Policy.Statement, w.cfg.Policy.Bundle
	if s.State != "" {
		statement = filepath.Join(w.cfg.Policy.National, fmt.Sprintf("%s-%d.jws", s.State, s.Revision))
		bundle = strings.TrimSuffix(statement, ".jws") + ".tar.gz"
	}
	ok(w.t, os.WriteFile(bundle, archive, 0o600))
	ok(w.t, os.WriteFile(statement, []byte(signed+"\n"), 0o600))
	return w.node.Reload(context.Background())
}

// withBundleFile lets the network's bundle come from a file, which a test may change.
func withBundleFile(w *world) {
	law, err := rules.Bundle()
	ok(w.t, err)
	rev, err := engine.Load(context.Background(), law)
	ok(w.t, err)
	w.cfg.Policy.Bundle = filepath.Join(w.f.Dir, "broker", "policy.tar.gz")
	ok(w.t, os.WriteFile(w.cfg.Policy.Bundle, rev.Archive(), 0o600))
}

// examine lets an auditor verify the ledger from its files and records.
func (w *world) examine() *audit.Report {
	w.t.Helper()
	records := fstest.MapFS{}
	for i, raw := range w.records() {
		records[fmt.Sprintf("%020d.json", i+1)] = &fstest.MapFile{Data: raw}
	}
	keys, err := os.ReadFile(w.cfg.Ledger.Keys)
	ok(w.t, err)
	signing, err := tlog.ParseSigningKeys(keys)
	ok(w.t, err)
	l, err := audit.Open(audit.Config{
		Records: records, Pin: w.cfg.TrustPin, Keys: signing.Verify(),
		Tiles: tlog.FromFS(os.DirFS(filepath.Join(w.cfg.DataDir, "ledger"))),
	})
	ok(w.t, err)
	report, err := l.Verify(context.Background())
	ok(w.t, err)
	return report
}

// decided reads what policy was asked about an act from its record.
func (w *world) decided(act string) (broker.Attestation, broker.Detail) {
	w.t.Helper()
	_, all := w.audit()
	for _, o := range all {
		if o.Attestation.ID == act || o.Attestation.Act == broker.ActReject && o.Attestation.Ref == act {
			d, err := o.Attestation.Details()
			ok(w.t, err)
			return *o.Attestation, d
		}
	}
	w.t.Fatal("the act is not recorded")
	return broker.Attestation{}, broker.Detail{}
}

// Two bundles decide: the network's, and that of the State that receives. It can
// make the answer stricter and never milder; both answers are recorded.
func TestReceivingStateDecidesToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub, st := w.say(w.order(w.subscriberOrder()))
	w.done(court, sub)
	first, d := w.decided(st.ID)
	if len(d.Decided) != 1 || d.Decided[0].State != "" || d.Alone != "XB" {
		t.Fatalf("without a bundle of the State: %d answers, alone %q", len(d.Decided), d.Alone)
	}
	signer := w.signerFor("XB")
	other := w.signerFor("XA")
	for n, c := range []struct {
		name     string
		national *engine.Revision
		order    func(*broker.Order)
		want     policy.Outcome
		network  policy.Outcome
	}{
		{"permits everything", saying(t, policy.Permitted), nil, policy.Permitted, policy.Permitted},
		{"permits what the network denies", saying(t, policy.Permitted), func(o *broker.Order) { o.Language = "fr" }, policy.Denied, policy.Denied},
		{"adds an obligation", saying(t, policy.Permitted, "keep_confidential"), nil, policy.Permitted, policy.Permitted},
		{"denies", saying(t, policy.Denied), nil, policy.Denied, policy.Permitted},
		{"cannot decide", compiled(t, "package rogatory.main\n\ndecision := 1 if input.action == \"\"\n"), nil, policy.Denied, policy.Permitted},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok(t, w.bring(w.statement("XB", c.national, n+1, w.clock.now()), c.national, signer))
			o := w.subscriberOrder()
			if c.order != nil {
				c.order(o)
			}
			sub, st := w.say(w.order(o))
			if r := w.submit(court, sub); r.Decision == nil || r.Outcome != c.want {
				t.Fatalf("outcome %s, %v", r.Outcome, r.Error)
			}
			a, d := w.decided(st.ID)
			if len(d.Decided) != 2 || d.Decided[0].State != "" || d.Decided[1].State != "XB" || d.Alone != "" {
				t.Fatalf("%d answers, alone %q", len(d.Decided), d.Alone)
			}
			network, national := d.Decided[0].Decision, d.Decided[1].Decision
			if network.Outcome != c.network || a.Decision.Outcome != c.want {
				t.Errorf("network %s, together %s", network.Outcome, a.Decision.Outcome)
			}
			if network.Revision != first.Decision.Revision || national.Revision != string(c.national.Digest()) {
				t.Errorf("answered by %s and %s", network.Revision, national.Revision)
			}
			for _, duty := range slices.Concat(network.Obligations, national.Obligations) {
				if !slices.Contains(a.Decision.Obligations, duty) {
					t.Errorf("obligation %s is lost", duty)
				}
			}
			if strings.HasPrefix(c.name, "permits") {
				was, err := network.Digest()
				ok(t, err)
				if is, err := a.Decision.Digest(); err != nil || is != was {
					t.Errorf("a bundle that permits everything changed the decision: %+v", a.Decision)
				}
			}
		})
	}
	// The use gate asks the State of the agency that uses, not the addressee's.
	permit := saying(t, policy.Permitted, "keep_confidential")
	ok(t, w.bring(w.statement("XB", permit, 9, w.clock.now()), permit, signer))
	deny := saying(t, policy.Denied)
	ok(t, w.bring(w.statement("XA", deny, 1, w.clock.now()), deny, other))
	id := w.received(w.subscriberOrder())
	content := noise(1000)
	_, m := w.deposit(id, content)
	if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitReleased {
		t.Fatalf("exhibit is %s", s)
	}
	if _, a, err := w.fetch(id, m.Exhibit, "case 2026/117"); err != nil || a.Refused() == nil {
		t.Fatalf("the State of the agency that uses denies, and it was opened: %v", err)
	}
	ok(t, w.bring(w.statement("XA", permit, 2, w.clock.now()), permit, other))
	if got, a, err := w.fetch(id, m.Exhibit, "case 2026/117"); err != nil || a.Refused() != nil || string(got) != string(content) {
		t.Fatalf("not opened: %v, %v", a.Refused(), err)
	}
	report := w.examine()
	if report.Bundles != 1+6+2 || report.Replay.Same != report.Replay.Total() {
		t.Errorf("%+v", report)
	}
}

// What holds a release in a State's own bundle holds it, though the network permits.
func TestNationalHoldHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hold := saying(t, policy.Permitted, "hold_release")
	ok(t, w.bring(w.statement("XA", hold, 1, w.clock.now()), hold, w.signerFor("XA")))
	id := w.received(w.subscriberOrder())
	_, m := w.deposit(id, noise(1000))
	if _, a, err := w.fetch(id, m.Exhibit, "case 2026/117"); err == nil && a.Refused() == nil {
		t.Fatal("an exhibit was fetched that the State's own bundle holds")
	}
}

// What may not be put in force is refused by name, and what was in force stays; a
// broker that finds it at its start does not start.
func TestBundlesRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withBundleFile)
	now := w.clock.now()
	signer, foreign := w.signerFor("XB"), w.signerFor("XA")
	stranger := w.signer(court, judge)
	one, two := saying(t, policy.Permitted), saying(t, policy.Permitted, "keep_confidential")
	ok(t, w.bring(w.statement("XB", one, 2, now), one, signer))
	clock := bundleOf("package rogatory.main\n\ndecision := time.now_ns()\n")
	pad := make([]byte, broker.MaxBundle*2)
	for i := range pad {
		pad[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-"[rand.IntN(64)]
	}
	large := compiled(t, "package rogatory.main\n\ndecision := \""+string(pad)+"\"\n")
	size := w.node.Tree.Size()
	for _, c := range []struct {
		name   string
		s      policy.Statement
		rev    *engine.Revision
		signer *agencies.Signer
		want   error
		says   string
	}{
		{"signed by a stranger", w.statement("XB", two, 3, now), two, stranger, policy.ErrUnsigned, "unknown_key"},
		{"by another State's signer", w.statement("XB", two, 3, now), two, foreign, policy.ErrUnsigned, "state"},
		{"by the network's signer", w.statement("XB", two, 3, now), two, w.networkSigner(), policy.ErrUnsigned, "state"},
		{"network's, by a State's signer", w.statement("", two, 2, now), two, signer, policy.ErrUnsigned, "state"},
		{"about another bundle", w.statement("XB", two, 3, now), one, signer, policy.ErrUnsigned, "digest"},
		{"older than the active one", w.statement("XB", two, 1, now), two, signer, policy.ErrRollback, "revision"},
		{"other content under its number", w.statement("XB", two, 2, now), two, signer, policy.ErrRollback, "revision"},
		{"effective before the active one", w.statement("XB", two, 3, now.Add(-time.Hour)), two, signer, policy.ErrRollback, "effective_from"},
		{"of another network", policy.Statement{Network: "other", State: "XB", Digest: two.Digest(), Revision: 3, EffectiveFrom: now}, two, signer, policy.ErrUnsigned, "network"},
		{"too large", w.statement("XB", large, 3, now), large, signer, engine.ErrBundle, "bundle"},
	} {
		t.Run(c.name, func(t *testing.T) {
			keep := w.files()
			err := w.bring(c.s, c.rev, c.signer)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one about %s", err, c.says)
			}
			if w.node.Tree.Size() != size {
				t.Error("something was recorded")
			}
			w.restore(keep)
		})
	}
	t.Run("forbidden built-in", func(t *testing.T) {
		keep := w.files()
		archive, err := tarball(clock)
		ok(t, err)
		signed, err := w.statement("XB", two, 3, now).Sign(signer)
		ok(t, err)
		err = w.bringFile(w.statement("XB", two, 3, now), archive, string(signed))
		if fe, is := errors.AsType[*agencies.FieldError](err); !errors.Is(err, engine.ErrBundle) || !is || fe.Field != "bundle" || fe.Rule != "compile" || !strings.Contains(err.Error(), "time.now_ns") {
			t.Errorf("error %v", err)
		}
		w.restore(keep)
	})
	t.Run("not signed", func(t *testing.T) {
		keep := w.files()
		if err := w.bringFile(w.statement("XB", two, 3, now), two.Archive(), "unsigned"); !errors.Is(err, policy.ErrUnsigned) || !strings.Contains(err.Error(), "policy.national/XB-3.jws") {
			t.Errorf("error %v", err)
		}
		w.restore(keep)
	})
	sub, st := w.say(w.order(w.subscriberOrder()))
	w.done(court, sub)
	if _, d := w.decided(st.ID); len(d.Decided) != 2 || d.Decided[1].Decision.Revision != string(one.Digest()) {
		t.Error("the bundle in force did not stay")
	}
	// At its start too, and the ledger's own bytes decide, whatever lies beside them.
	if err := w.bring(w.statement("XB", two, 1, now), two, signer); !errors.Is(err, policy.ErrRollback) {
		t.Fatal(err)
	}
	ok(t, os.Remove(filepath.Join(w.cfg.Policy.National, "XB-2.jws")))
	w.close()
	if err := w.tryOpen(); !errors.Is(err, policy.ErrRollback) {
		t.Fatalf("started with an older bundle: %v", err)
	}
	ok(t, os.Remove(filepath.Join(w.cfg.Policy.National, "XB-1.jws")))
	ok(t, os.WriteFile(w.cfg.Policy.Bundle, two.Archive(), 0o600))
	w.open()
	sub, st = w.say(w.order(w.subscriberOrder()))
	w.done(court, sub)
	if _, d := w.decided(st.ID); len(d.Decided) != 2 || d.Decided[1].Decision.Revision != string(one.Digest()) || len(d.Decided[0].Decision.Reasons) < 5 {
		t.Error("after a restart something else decides than the ledger says")
	}
	if r := w.examine(); r.Bundles != 2 {
		t.Errorf("%+v", r)
	}
}

// files is what the operator has of the policy; restore puts it back.
func (w *world) files() map[string][]byte {
	w.t.Helper()
	out := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(w.cfg.Policy.National, "*"))
	ok(w.t, err)
	for _, f := range append(names, w.cfg.Policy.Statement, w.cfg.Policy.Bundle) {
		out[f], err = os.ReadFile(f)
		ok(w.t, err)
	}
	return out
}

func (w *world) restore(files map[string][]byte) {
	w.t.Helper()
	ok(w.t, os.RemoveAll(w.cfg.Policy.National))
	ok(w.t, os.Mkdir(w.cfg.Policy.National, 0o700))
	for f, b := range files {
		ok(w.t, os.WriteFile(f, b, 0o600))
	}
}

// A new bundle comes into force while decisions are made without a pause: none
// fails, each names one of the two revisions, and its record is the border.
func TestHotSwap(t *testing.T) {
	w := newWorld(t, withBundleFile)
	signer := w.signerFor("XB")
	revs := map[agencies.State][]*engine.Revision{
		"":   {nil, amendedLaw(t, "one"), amendedLaw(t, "two")},
		"XB": {saying(t, policy.Permitted, "keep_confidential"), saying(t, policy.Permitted)},
	}
	// Orders of which every fourth is denied: rejections are swapped under as well.
	const callers, each = 6, 24
	var sent [callers][]*broker.Submission
	for i := range sent {
		for n := range each {
			o := w.subscriberOrder()
			if n%4 == 3 {
				o.Language = "fr"
			}
			sub, _ := w.say(w.order(o))
			sent[i] = append(sent[i], sub)
		}
	}
	link := w.link(court)
	before := w.node.Tree.Size()
	var wg sync.WaitGroup
	for i := range sent {
		wg.Go(func() {
			for n, sub := range sent[i] {
				r, err := link.Submit(context.Background(), sub)
				if err != nil || r.Status == broker.StatusFailed || (r.Status == broker.StatusRefused) != (n%4 == 3) {
					t.Errorf("a decision failed: %v %+v", err, r)
				}
			}
		})
	}
	during := func(part int) {
		w.waitFor("decisions go on", func() bool { return int(w.node.Tree.Size()-before) > part*callers*each*2/7 })
	}
	for i, s := range []policy.Statement{
		w.statement("", revs[""][1], 2, w.clock.now()), w.statement("XB", revs["XB"][0], 1, w.clock.now()),
		w.statement("", revs[""][2], 3, w.clock.now()), w.statement("XB", revs["XB"][1], 2, w.clock.now()),
	} {
		during(i + 1)
		by, list := w.networkSigner(), revs[s.State]
		if s.State != "" {
			by = signer
		}
		rev := list[slices.IndexFunc(list, func(r *engine.Revision) bool { return r != nil && r.Digest() == s.Digest })]
		ok(t, w.bring(s, rev, by))
	}
	wg.Wait()
	// The border, from the records alone.
	_, all := w.audit()
	inForce, seen := map[agencies.State]agencies.Digest{}, map[string]int{}
	for _, o := range all {
		d, err := o.Attestation.Details()
		ok(t, err)
		if d.Bundle != nil {
			s, err := policy.PeekStatement(d.Bundle.Statement)
			ok(t, err)
			inForce[s.State] = s.Digest
		}
		if (d.Alone != "") != (len(d.Decided) == 1) || len(d.Decided) == 2 && inForce["XB"] == "" {
			t.Errorf("record %d: %d answers, alone %q", o.Attestation.Seq, len(d.Decided), d.Alone)
		}
		for _, q := range d.Decided {
			seen[string(q.State)+q.Decision.Revision]++
			if q.Decision.Revision != string(inForce[q.State]) {
				t.Errorf("record %d is decided by %s, in force is %s", o.Attestation.Seq, q.Decision.Revision, inForce[q.State])
			}
		}
	}
	if len(seen) != 5 {
		t.Errorf("decisions under %d revisions, want some under each of 5: %v", len(seen), seen)
	}
	t.Logf("decisions by scope and revision: %v", seen)
	if r := w.examine(); r.Bundles != 5 {
		t.Errorf("%+v", r)
	}
}

// A bundle announced today decides from its date on, by the time of the record.
func TestEffectiveFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withBundleFile)
	day := w.clock.now().Add(24 * time.Hour)
	next := amendedLaw(t, "next")
	ok(t, w.bring(w.statement("", next, 2, day), next, w.networkSigner()))
	by := func() string {
		sub, st := w.say(w.order(w.subscriberOrder()))
		w.done(court, sub)
		a, _ := w.decided(st.ID)
		return a.Decision.Revision
	}
	if by() == string(next.Digest()) {
		t.Error("decided by a bundle that is not in force yet")
	}
	w.clock.set(day.Add(-time.Microsecond))
	if by() == string(next.Digest()) {
		t.Error("decided too early")
	}
	// A restart between announcement and date forgets neither.
	w.close()
	w.open()
	w.clock.set(day)
	if by() != string(next.Digest()) {
		t.Error("the bundle did not come into force at its date")
	}
	w.examine()
}

// Every member may read what decides, with its bytes, and no other record by that.
func TestAskPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := saying(t, policy.Denied)
	ok(t, w.bring(w.statement("XB", one, 1, w.clock.now()), one, w.signerFor("XB")))
	r := w.ask(stranger, &broker.Ask{What: broker.AskPolicy})
	if r.Error != nil || len(r.Records) != 2 || r.More {
		t.Fatalf("%d records, %v", len(r.Records), r.Error)
	}
	entries, err := w.desk(stranger).Policy(context.Background())
	ok(t, err)
	if len(entries) != 2 || entries[0].Scope() != "network" || entries[1].State != "XB" || entries[1].Digest != one.Digest() || !entries[1].InForce {
		t.Errorf("%+v", entries)
	}
	r = w.ask(stranger, &broker.Ask{What: broker.AskPolicy, After: entries[0].Record})
	if len(r.Records) != 1 {
		t.Errorf("%d records after the first", len(r.Records))
	}
}

// tarball packs a bundle as it is: what does not compile too.
func tarball(files fs.FS) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	tar := tar.NewWriter(zip)
	err := errors.Join(tar.AddFS(files), tar.Close(), zip.Close())
	return out.Bytes(), err
}
