package audit_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

const (
	court     agencies.ID = "XA-COURT"
	police    agencies.ID = "XA-POLICE"
	customs   agencies.ID = "XA-CUSTOMS" // a second recipient of data
	provider  agencies.ID = "XB-HOST"
	enforcer  agencies.ID = "XB-PROS"
	theBroker agencies.ID = "XZ-BROKER"

	judge        agencies.OfficerID = "XA-COURT/judge-1"
	investigator agencies.OfficerID = "XA-POLICE/investigator-1"
	officer      agencies.OfficerID = "XA-CUSTOMS/officer-1"
	desk         agencies.OfficerID = "XB-HOST/desk-1"
	prosecutor   agencies.OfficerID = "XB-PROS/prosecutor-1"

	origin = "ledger.example.org/xz"
)

var (
	epoch = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ctx   = context.Background()
)

// keys are what the people and machines of the test world hold.
type keys struct {
	rings     map[agencies.ID]*agencies.Keyring
	registrar *agencies.Signer
	policy    map[agencies.State]*agencies.Signer // "" the network's
	list      *agencies.TrustList
	genesis   *agencies.SignedTrustList
	log       *tlog.SigningKeys
	recipient string
}

var theKeys = sync.OnceValue(func() *keys {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	k := &keys{rings: map[agencies.ID]*agencies.Keyring{}}
	ring, err := agencies.GenerateKeyring(rand.Reader, "XZ-REG", agencies.Ed25519)
	must(err)
	k.registrar, err = ring.SealSigner()
	must(err)
	k.list = agencies.NewTrustList("test", []agencies.Registrar{{Name: "Registrar", JWK: k.registrar.PublicJWK()}}, 1, begin)
	both := []agencies.Binding{{Regime: agencies.RegimeEPO, From: begin}, {Regime: agencies.RegimeUNTOC, From: begin}}
	for _, s := range []agencies.StateEntry{
		{Code: "XA", Name: "Arvenia", TimeZone: "Europe/Paris", Languages: []string{"fr"}, Regimes: both},
		{Code: "XB", Name: "Boravia", TimeZone: "Europe/Dublin", Languages: []string{"en"}, Regimes: both},
		{Code: "XZ", Name: "The exchange", TimeZone: "UTC"},
	} {
		must(k.list.SetState(s))
	}
	for _, a := range []struct {
		id       agencies.ID
		kind     agencies.Kind
		can      []agencies.Competence
		officers map[agencies.OfficerID]agencies.Office
	}{
		{court, agencies.Court, []agencies.Competence{agencies.CompIssue, agencies.CompValidate}, map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge}},
		{police, agencies.Police, []agencies.Competence{agencies.CompIssue, agencies.CompInvestigate}, map[agencies.OfficerID]agencies.Office{investigator: agencies.OfficeInvestigator}},
		{customs, agencies.Police, []agencies.Competence{agencies.CompInvestigate}, map[agencies.OfficerID]agencies.Office{officer: agencies.OfficeInvestigator}},
		{provider, agencies.ServiceProvider, []agencies.Competence{agencies.CompAddress}, map[agencies.OfficerID]agencies.Office{desk: agencies.OfficeCustodian}},
		{enforcer, agencies.Prosecution, []agencies.Competence{agencies.CompEnforce}, map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor}},
		{theBroker, agencies.Broker, []agencies.Competence{agencies.CompOperate}, nil},
	} {
		ring, err := agencies.GenerateKeyring(rand.Reader, a.id, agencies.Ed25519, slices.Sorted(maps.Keys(a.officers))...)
		must(err)
		entry, err := ring.Entry(agencies.Description{Name: string(a.id), Kind: a.kind, Competences: a.can, Offices: a.officers, NotBefore: begin, NotAfter: begin.AddDate(2, 0, 0)})
		must(err)
		must(k.list.AddAgency(*entry))
		k.rings[a.id] = ring
	}
	k.policy = map[agencies.State]*agencies.Signer{}
	for _, state := range []agencies.State{"", "XA", "XB"} {
		ring, err := agencies.GenerateKeyring(rand.Reader, "XZ-POLICY", agencies.Ed25519)
		must(err)
		k.policy[state], err = ring.SealSigner()
		must(err)
		key, err := agencies.NewSignKey(k.policy[state].PublicJWK(), begin, begin.AddDate(2, 0, 0))
		must(err)
		key.State = state
		must(k.list.AddPolicySigner(key))
	}
	file, err := agencies.SignTrustList(k.list, k.registrar)
	must(err)
	k.genesis, err = agencies.ParseTrustList(file)
	must(err)
	k.log, err = tlog.GenerateKeys(origin)
	must(err)
	key, err := agencies.NewCaseKey()
	must(err)
	k.recipient = key.Recipient()
	return k
})

func (k *keys) signer(t testing.TB, id agencies.ID, person agencies.OfficerID) *agencies.Signer {
	t.Helper()
	s, err := k.rings[id].SealSigner()
	if person != "" {
		s, err = k.rings[id].OfficerSigner(person)
	}
	ok(t, err)
	return s
}

// law is the network's bundle, as the exchange and an auditor have it.
var law = sync.OnceValue(func() *engine.Revision {
	files, err := rules.Bundle()
	if err != nil {
		panic(err)
	}
	rev, err := engine.Load(ctx, files)
	if err != nil {
		panic(err)
	}
	return rev
})

// world is a broker without its network: what happens becomes records.
type world struct {
	t       testing.TB
	k       *keys
	now     time.Time
	history agencies.History
	held    map[agencies.Digest]*engine.Revision
	inForce policy.Register
	records [][]byte
	cases   map[string]broker.Case
	sealed  map[agencies.Digest]broker.SealedPart
	id      string // the case that acts are about
	disobey bool   // a denied act is done all the same
}

func newWorld(t testing.TB) *world {
	t.Helper()
	k := theKeys()
	h, err := agencies.NewHistory(k.genesis, k.genesis.Digest())
	ok(t, err)
	w := &world{t: t, k: k, now: epoch, history: h, held: map[agencies.Digest]*engine.Revision{}, cases: map[string]broker.Case{}, sealed: map[agencies.Digest]broker.SealedPart{}}
	w.trust(k.genesis)
	w.bundle("", law(), 1)
	return w
}

// bundle records what puts a bundle in force from now on.
func (w *world) bundle(state agencies.State, rev *engine.Revision, n int) {
	w.t.Helper()
	s := policy.Statement{Network: "test", State: state, Digest: rev.Digest(), Revision: n, EffectiveFrom: w.now}
	signed, err := s.Sign(w.k.policy[state])
	ok(w.t, err)
	w.inForce, err = w.inForce.Next(s)
	ok(w.t, err)
	w.held[rev.Digest()] = rev
	w.write(w.draft(broker.Attestation{Act: broker.ActBundle, ID: agencies.NewID(), From: theBroker, Detail: detail(w.t, broker.Detail{
		Bundle: &broker.Bundle{Statement: signed, Archive: rev.Archive()},
	})}, ""), broker.Record{})
}

// trust records a version of the trust list.
func (w *world) trust(s *agencies.SignedTrustList) {
	w.t.Helper()
	file, err := s.File()
	ok(w.t, err)
	w.write(w.draft(broker.Attestation{Act: broker.ActTrust, ID: agencies.NewID(), From: theBroker, Detail: detail(w.t, broker.Detail{TrustList: file})}, ""), broker.Record{})
	if s.List().Version > 1 {
		w.history, err = w.history.Append(s)
		ok(w.t, err)
	}
}

// nextTrust makes and signs the next version of the list.
func (w *world) nextTrust(signer *agencies.Signer, change func(*agencies.TrustList)) *agencies.SignedTrustList {
	w.t.Helper()
	next, err := w.history.Latest().Next(w.now)
	ok(w.t, err)
	change(next)
	file, err := agencies.SignTrustList(next, signer)
	ok(w.t, err)
	s, err := agencies.ParseTrustList(file)
	ok(w.t, err)
	return s
}

func (w *world) c() broker.Case { return w.cases[w.id] }

// say signs a statement about the case.
func (w *world) say(by agencies.ID, person agencies.OfficerID, to []agencies.ID, body broker.Body, seal map[broker.Compartment][]agencies.ID) agencies.Compact {
	w.t.Helper()
	st, err := agencies.NewStatement(string(body.Act()), w.id, by, to, w.now, map[string]any{})
	ok(w.t, err)
	for _, c := range slices.Sorted(maps.Keys(seal)) {
		d, err := agencies.NewDisclosure("text", "sealed "+string(c))
		ok(w.t, err)
		cipher, err := st.Seal(string(c), w.k.recipient, seal[c], []agencies.Disclosure{d})
		ok(w.t, err)
		part := broker.SealedPart{Compartment: c, Ciphertext: cipher}
		w.sealed[part.Digest()] = part
	}
	switch b := body.(type) { // a body names digests that its statement holds
	case *broker.Order:
		for i := range b.Targets {
			b.Targets[i].IdentifierDigest = st.SD[0]
		}
	case *broker.Objection:
		b.Reasons = st.SD[0]
	}
	st.Body, err = agencies.Canonical(body)
	ok(w.t, err)
	c, err := w.k.signer(w.t, by, person).SignStatement(st)
	ok(w.t, err)
	return c
}

func (w *world) read(list ...agencies.Compact) []broker.Spoken {
	w.t.Helper()
	said, err := broker.ReadAll(list, func(c agencies.Compact, typ agencies.Typ) (*agencies.Verified, error) {
		return w.history.Latest().List().Verify(c, typ, w.now)
	}, w.now)
	ok(w.t, err)
	return said
}

// decide asks policy and binds its answers, the network's and the State's own; the
// decision is what they come to.
func (w *world) decide(gate policy.Gate, subject string, id agencies.ID, ins ...policy.Input) (*policy.Decision, json.RawMessage) {
	w.t.Helper()
	state := provider.State()
	if gate == policy.Use {
		state = id.State()
	}
	var d broker.Detail
	for _, in := range ins {
		for _, scope := range []agencies.State{"", state} {
			s, found := w.inForce.InForce(scope, in.Now)
			if !found {
				d.Alone = scope
				continue
			}
			one, err := w.held[s.Digest].Decide(ctx, in, engineLimits)
			ok(w.t, err)
			d.Decided = append(d.Decided, broker.Decided{State: scope, Input: in, Decision: one.Bind(agencies.NewID(), gate, w.id, subject, id)})
		}
	}
	all := joined(w.t, d)
	return &all, detail(w.t, d)
}

func joined(t testing.TB, d broker.Detail) policy.Decision {
	t.Helper()
	var answers []policy.Decision
	for _, q := range d.Decided {
		answers = append(answers, q.Decision)
	}
	all, err := policy.Join(answers...)
	ok(t, err)
	return all
}

func (w *world) known() broker.Known {
	return broker.Known{List: w.history.Latest().List(), Now: w.now}
}

// do is one act of a party: decided, recorded with all its copies, or rejected.
func (w *world) do(list ...agencies.Compact) policy.Outcome {
	w.t.Helper()
	said := w.read(list...)
	lead := said[0]
	a := broker.Attestation{Act: lead.Act(), ID: lead.ID(), From: lead.Agency, To: lead.Agency}
	outcome := policy.Permitted
	if ins, gate, subject := w.questions(said); len(ins) > 0 {
		a.Decision, a.Detail = w.decide(gate, subject, lead.Agency, ins...)
		outcome = a.Decision.Outcome
	}
	if outcome == policy.Denied && !w.disobey {
		a.Act, a.ID, a.Ref, a.From = broker.ActReject, agencies.NewID(), lead.ID(), theBroker
		a.Receipt = &broker.Receipt{Code: broker.ReceiptRejected, Event: broker.ReceiptRejected.Event(), Of: lead.ID(), For: lead.Agency, Reason: broker.ReasonDenied}
		w.commit(a, broker.Leg{Statements: list}, said)
		return outcome
	}
	if p, is := lead.Body.(*broker.Production); is {
		for _, m := range p.Exhibits {
			a.Objects = append(a.Objects, *m.Means.Object)
		}
	}
	before := w.c()
	after, _, err := broker.Advance(before, w.draft(a, w.id, list...), w.calendars(), said...)
	ok(w.t, err)
	for i, leg := range broker.Legs(before, after, said...) {
		if i == 0 {
			a.To = leg.To
			w.commit(a, leg, said)
			continue
		}
		w.commit(broker.Attestation{Act: leg.Act, ID: agencies.NewID(), Ref: lead.ID(), From: theBroker, To: leg.To}, leg, w.read(leg.Statements...))
	}
	return outcome
}

func (w *world) questions(said []broker.Spoken) ([]policy.Input, policy.Gate, string) {
	w.t.Helper()
	lead := said[0]
	if broker.AsksAdmission(w.c(), lead) {
		in, err := broker.AdmissionInput(w.c(), w.known(), said...)
		ok(w.t, err)
		return []policy.Input{in}, policy.Admission, lead.ID()
	}
	if r, is := lead.Body.(*broker.Retrieval); is {
		ins, err := broker.UseInputs(w.c(), w.known(), lead)
		ok(w.t, err)
		return ins, policy.Use, string(r.Exhibit)
	}
	in, asked, err := broker.ActInput(w.c(), w.known(), lead)
	ok(w.t, err)
	if !asked {
		return nil, "", ""
	}
	return []policy.Input{in}, policy.Admission, lead.ID()
}

// release lets an exhibit go to a recipient, or records that it may not.
func (w *world) release(x evidence.ExhibitID, to agencies.ID) policy.Outcome {
	w.t.Helper()
	in, err := broker.ReleaseInput(w.c(), w.known(), x)
	ok(w.t, err)
	d, full := w.decide(policy.Release, string(x), to, in)
	c := w.c()
	e, _ := c.Exhibit(x)
	a := broker.Attestation{Act: broker.ActRelease, ID: agencies.NewID(), Ref: e.Produced.Act, From: theBroker, To: to, Decision: d, Detail: full}
	if d.Outcome != policy.Permitted {
		a.Act, a.To = broker.ActReject, provider
		a.Receipt = &broker.Receipt{Code: broker.ReceiptRejected, Event: broker.ReceiptRejected.Event(), Of: e.Produced.Act, For: provider, Reason: broker.ReasonOf(d.Outcome)}
		w.commit(a, broker.Leg{}, nil)
		return d.Outcome
	}
	// What was produced keeps the standing that it has in an earlier record.
	var list []agencies.Compact
	for _, raw := range w.records {
		o, err := broker.OpenRecord(raw, w.history)
		ok(w.t, err)
		if o.Attestation.ID == e.Produced.Act {
			list = o.Record.Statements
		}
	}
	a.Standing = c.Repeats(list...)
	draft := w.draft(a, w.id, list...)
	said, err := draft.ReadAll(list, w.history)
	ok(w.t, err)
	w.commit(a, broker.Leg{Statements: list}, said)
	return d.Outcome
}

// tick lets the clocks speak.
func (w *world) tick() {
	w.t.Helper()
	for due := broker.Due(w.c(), w.now); len(due) > 0; due = broker.Due(w.c(), w.now) {
		act := broker.ActWarn
		if due[0].Change == broker.ClockExpired {
			act = broker.ActExpire
		}
		w.commit(broker.Attestation{Act: act, ID: agencies.NewID(), From: theBroker, To: due[0].Owner, Clocks: due[:1]}, broker.Leg{}, nil)
	}
}

func (w *world) calendars() broker.Calendars {
	return broker.CalendarsOf(w.history.Latest().List())
}

func (w *world) draft(a broker.Attestation, caseID string, list ...agencies.Compact) broker.Attestation {
	latest := w.history.Latest()
	a.Seq, a.At, a.Case, a.Trust, a.TrustDigest = uint64(len(w.records))+1, w.now, caseID, latest.List().Version, latest.Digest()
	a.Statements = nil
	for _, c := range list {
		a.Statements = append(a.Statements, c.Digest())
	}
	return a
}

// commit makes one record of the case.
func (w *world) commit(a broker.Attestation, leg broker.Leg, said []broker.Spoken) {
	w.t.Helper()
	r := broker.Record{Statements: leg.Statements}
	next, filled, err := broker.Advance(w.c(), w.draft(a, w.id, leg.Statements...), w.calendars(), said...)
	ok(w.t, err)
	for _, ref := range leg.Sealed {
		r.Sealed = append(r.Sealed, w.sealed[ref.Digest])
		filled.Sealed = append(filled.Sealed, ref.Digest)
	}
	w.write(filled, r)
	w.cases[w.id] = next
}

func (w *world) write(a broker.Attestation, r broker.Record) {
	w.t.Helper()
	w.records = append(w.records, sealRecord(w.t, w.k.signer(w.t, theBroker, ""), a, r))
}

// sealRecord signs as the broker does.
func sealRecord(t testing.TB, s *agencies.Signer, a broker.Attestation, r broker.Record) []byte {
	t.Helper()
	payload, err := a.Encode()
	ok(t, err)
	r.V = broker.RecordVersion
	if r.Salt == "" {
		r.Salt = broker.NewSalt()
	}
	r.Attestation, err = s.Sign(agencies.TypRecord, payload)
	ok(t, err)
	data, err := r.Encode()
	ok(t, err)
	return data
}

func detail(t testing.TB, d broker.Detail) json.RawMessage {
	t.Helper()
	b, err := agencies.Canonical(d)
	ok(t, err)
	return b
}

func (w *world) entry(act broker.Act, to agencies.ID) string {
	w.t.Helper()
	for _, e := range slices.Backward(w.c().Acts) {
		if e.Act == act && e.To == to {
			return e.ID
		}
	}
	w.t.Fatalf("no %s to %s", act, to)
	return ""
}

// seq is the place of the n-th record of an act, from 1.
func (w *world) seq(act broker.Act, n int) uint64 {
	w.t.Helper()
	for i, raw := range w.records {
		r, err := broker.DecodeRecord(raw)
		ok(w.t, err)
		a, err := broker.PeekAttestation(r.Attestation)
		ok(w.t, err)
		if a.Act == act {
			if n--; n == 0 {
				return uint64(i) + 1
			}
		}
	}
	w.t.Fatalf("no such %s", act)
	return 0
}

// tilesOf commits records to a tree on disk and says where.
func tilesOf(t testing.TB, records [][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tlog")
	dir, err := tlog.OpenDir(path)
	ok(t, err)
	defer dir.Close()
	stream := tlog.Stream{Name: "LEDGER", Created: begin}
	log, err := tlog.Open(ctx, tlog.Config{Store: dir, Keys: theKeys().log, Origin: origin, Head: func(context.Context) (tlog.Stream, error) { return stream, nil }})
	ok(t, err)
	var entries [][]byte
	for _, r := range records {
		c := tlog.Commit(r)
		entries = append(entries, c[:])
	}
	stream.LastSeq = uint64(len(entries))
	_, err = log.AppendAt(ctx, 0, entries)
	ok(t, err)
	return path
}

// folderOf writes records as a gateway keeps them.
func folderOf(t testing.TB, records [][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for i, r := range records {
		ok(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%020d.json", i+1)), r, 0o600))
	}
	return dir
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// payload is what a compact JWS says.
func payload(t testing.TB, c agencies.Compact) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(string(c), ".")[1])
	ok(t, err)
	return string(b)
}

var engineLimits = engine.Limits{Timeout: time.Minute}
