package broker_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// The agencies of the test world. XA asks, XB holds; XC is asked for assistance.
const (
	court     agencies.ID = "XA-COURT"  // issues
	police    agencies.ID = "XA-POLICE" // issues only with validation; receives data
	provider  agencies.ID = "XB-HOST"
	enforcer  agencies.ID = "XB-PROS"
	central   agencies.ID = "XA-CENTRAL"
	other     agencies.ID = "XC-CENTRAL"
	stranger  agencies.ID = "XC-HOST"
	theBroker agencies.ID = "XZ-BROKER"

	judge        agencies.OfficerID = "XA-COURT/judge-1"
	judge2       agencies.OfficerID = "XA-COURT/judge-2"
	inspector    agencies.OfficerID = "XA-POLICE/inspector-1"
	investigator agencies.OfficerID = "XA-POLICE/investigator-1"
	clerk        agencies.OfficerID = "XA-POLICE/clerk-1"
	desk         agencies.OfficerID = "XB-HOST/desk-1"
	prosecutor   agencies.OfficerID = "XB-PROS/prosecutor-1"
	official     agencies.OfficerID = "XA-CENTRAL/official-1"
	counterpart  agencies.OfficerID = "XC-CENTRAL/official-1"
)

var (
	epoch = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC) // a Tuesday, 10:00 in Paris
	begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

type world struct {
	rings   map[agencies.ID]*agencies.Keyring
	history agencies.History
}

var theWorld = sync.OnceValue(func() *world {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	w := &world{rings: map[agencies.ID]*agencies.Keyring{}}
	registrar, err := agencies.GenerateKeyring(rand.Reader, "XZ-REG", agencies.Ed25519)
	must(err)
	reg, err := registrar.SealSigner()
	must(err)
	list := agencies.NewTrustList("test", []agencies.Registrar{{Name: "Registrar", JWK: reg.PublicJWK()}}, 1, begin)
	both := []agencies.Binding{{Regime: agencies.RegimeEPO, From: begin}}
	for _, r := range []agencies.Regime{
		agencies.RegimeUNTOC, agencies.RegimeTIP, agencies.RegimeEIO, agencies.RegimeBudapest, agencies.RegimeBudapest2, agencies.RegimeUNCC,
	} {
		both = append(both, agencies.Binding{Regime: r, From: begin})
	}
	for _, s := range []agencies.StateEntry{
		{Code: "XA", Name: "Arvenia", TimeZone: "Europe/Paris", Languages: []string{"fr"}, Regimes: both, Holidays: []string{"2026-09-07"}},
		{Code: "XB", Name: "Boravia", TimeZone: "Europe/Dublin", Languages: []string{"en"}, Regimes: both},
		{Code: "XC", Name: "Cestria", TimeZone: "America/New_York", Languages: []string{"es"}, Regimes: both[1:]},
		{Code: "XZ", Name: "The exchange", TimeZone: "UTC"},
	} {
		must(list.SetState(s))
	}
	for _, a := range []struct {
		id       agencies.ID
		kind     agencies.Kind
		can      []agencies.Competence
		officers map[agencies.OfficerID]agencies.Office
	}{
		{court, agencies.Court, []agencies.Competence{agencies.CompIssue, agencies.CompValidate}, map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge, judge2: agencies.OfficeInvestigatingJudge}},
		{police, agencies.Police, []agencies.Competence{agencies.CompIssue, agencies.CompInvestigate}, map[agencies.OfficerID]agencies.Office{inspector: agencies.OfficePolice, investigator: agencies.OfficeInvestigator, clerk: agencies.OfficeInvestigator}},
		{provider, agencies.ServiceProvider, []agencies.Competence{agencies.CompAddress}, map[agencies.OfficerID]agencies.Office{desk: agencies.OfficeCustodian}},
		{enforcer, agencies.Prosecution, []agencies.Competence{agencies.CompEnforce}, map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor}},
		{central, agencies.CentralAuthority, []agencies.Competence{agencies.CompIssue, agencies.CompTransmit}, map[agencies.OfficerID]agencies.Office{official: agencies.OfficeCentralAuthority}},
		{other, agencies.CentralAuthority, []agencies.Competence{agencies.CompTransmit, agencies.CompEnforce}, map[agencies.OfficerID]agencies.Office{counterpart: agencies.OfficeCentralAuthority}},
		{stranger, agencies.ServiceProvider, []agencies.Competence{agencies.CompAddress}, nil},
		{theBroker, agencies.Broker, []agencies.Competence{agencies.CompOperate}, nil},
	} {
		ring, err := agencies.GenerateKeyring(rand.Reader, a.id, agencies.Ed25519, slices.Sorted(maps.Keys(a.officers))...)
		must(err)
		entry, err := ring.Entry(agencies.Description{Name: string(a.id), Kind: a.kind, Competences: a.can, Offices: a.officers, NotBefore: begin, NotAfter: begin.AddDate(2, 0, 0)})
		must(err)
		must(list.AddAgency(*entry))
		w.rings[a.id] = ring
	}
	file, err := agencies.SignTrustList(list, reg)
	must(err)
	genesis, err := agencies.ParseTrustList(file)
	must(err)
	w.history, err = agencies.NewHistory(genesis, genesis.Digest())
	must(err)
	return w
})

func (w *world) list() *agencies.TrustList { return w.history.Latest().List() }

func (w *world) signer(t testing.TB, id agencies.ID, officer agencies.OfficerID) *agencies.Signer {
	t.Helper()
	s, err := w.rings[id].SealSigner()
	if officer != "" {
		s, err = w.rings[id].OfficerSigner(officer)
	}
	ok(t, err)
	return s
}

// law is the network's own bundle, evaluated by the real engine.
var law = sync.OnceValue(func() *engine.Revision {
	files, err := rules.Bundle()
	if err != nil {
		panic(err)
	}
	rev, err := engine.Load(context.Background(), files)
	if err != nil {
		panic(err)
	}
	return rev
})

// ledger is what a broker does with this package, without its network: each act
// becomes records, each record is read back from its bytes.
type ledger struct {
	t       testing.TB
	w       *world
	now     time.Time
	id      string
	c       broker.Case
	records [][]byte
	sealed  map[agencies.Digest]broker.SealedPart
	key     string // recipient of the sealed parts
	opens   *agencies.CaseKey
	lax     bool // policy permits everything, so that the table stands alone
	lost    bool // the vault does not hold what is produced
	seq     uint64
}

func newLedger(t testing.TB) *ledger {
	t.Helper()
	key, err := agencies.NewCaseKey()
	ok(t, err)
	return &ledger{t: t, w: theWorld(), now: epoch, id: agencies.NewID(), sealed: map[agencies.Digest]broker.SealedPart{}, key: key.Recipient(), opens: key}
}

func (l *ledger) known() broker.Known { return broker.Known{List: l.w.list(), Now: l.now} }

// say signs a statement. seal names who reads each compartment.
func (l *ledger) say(by agencies.ID, officer agencies.OfficerID, to []agencies.ID, body broker.Body, seal map[broker.Compartment][]agencies.ID, finish ...func(*agencies.Statement)) agencies.Compact {
	l.t.Helper()
	st, err := agencies.NewStatement(string(body.Act()), l.id, by, to, l.now, map[string]any{})
	ok(l.t, err)
	for _, c := range slices.Sorted(maps.Keys(seal)) {
		text := "sealed " + string(c)
		if c == broker.SectionM {
			text = tick
		}
		d, err := agencies.NewDisclosure("text", text)
		ok(l.t, err)
		cipher, err := st.Seal(string(c), l.key, seal[c], []agencies.Disclosure{d})
		ok(l.t, err)
		part := broker.SealedPart{Compartment: c, Ciphertext: cipher}
		l.sealed[part.Digest()] = part
	}
	point(body, st.SD)
	raw, err := agencies.Canonical(body)
	ok(l.t, err)
	st.Body = raw
	for _, f := range finish {
		f(st)
	}
	c, err := l.w.signer(l.t, by, officer).SignStatement(st)
	ok(l.t, err)
	return c
}

// point makes a body name digests that its statement holds.
func point(body broker.Body, sd []string) {
	if len(sd) == 0 {
		return
	}
	switch b := body.(type) {
	case *broker.Order:
		for i := range b.Targets {
			if b.Targets[i].IdentifierKind != "" {
				b.Targets[i].IdentifierDigest = sd[0]
			}
		}
		if b.Emergency != nil {
			b.Emergency.ReasonsDigest = sd[0]
		}
	case *broker.Refusal:
		b.Reasons = sd[0]
	case *broker.Objection:
		b.Reasons = sd[0]
	case *broker.Judgement:
		b.Reasons = sd[0]
	case *broker.Delay:
		b.Reasons = sd[0]
	case *broker.Postponement:
		b.Reasons = sd[0]
	case *broker.Enforcement:
		b.Reasons = sd[0]
	case *broker.NoticeDelay:
		b.Reasons = sd[0]
	}
}

func (l *ledger) validation(order agencies.Compact, by agencies.ID, officer agencies.OfficerID, d agencies.ValidationDecision) agencies.Compact {
	l.t.Helper()
	v, err := agencies.NewValidation(order, l.id, by, d, []string{"whole"}, l.now)
	ok(l.t, err)
	c, err := l.w.signer(l.t, by, officer).SignValidation(v)
	ok(l.t, err)
	return c
}

func (l *ledger) custody(by agencies.ID, officer agencies.OfficerID, cu evidence.Custody) agencies.Compact {
	l.t.Helper()
	cu.Case, cu.From, cu.FromOfficer, cu.Time = l.id, by, "", l.now
	c, err := evidence.Give(l.w.signer(l.t, by, officer), cu)
	ok(l.t, err)
	return c
}

func (l *ledger) read(list ...agencies.Compact) ([]broker.Spoken, error) {
	return broker.ReadAll(list, func(c agencies.Compact, typ agencies.Typ) (*agencies.Verified, error) {
		return l.w.list().Verify(c, typ, l.now)
	}, l.now)
}

func (l *ledger) decide(in policy.Input, gate policy.Gate, subject string, id agencies.ID) *policy.Decision {
	l.t.Helper()
	d, err := law().Decide(context.Background(), in, engine.Limits{Timeout: 20 * time.Second})
	ok(l.t, err)
	if l.lax {
		d.Outcome, d.Reasons, d.Failure = policy.Permitted, nil, ""
		d.ResultDigest, err = d.ComputeResultDigest()
		ok(l.t, err)
	}
	d = d.Bind(agencies.NewID(), gate, l.id, subject, id)
	return &d
}

// do performs one act of a party as the exchange will, and fails when it is refused.
func (l *ledger) do(list ...agencies.Compact) policy.Outcome {
	l.t.Helper()
	outcome, err := l.try(list...)
	if err != nil {
		l.t.Fatalf("act refused: %v", reasonsOf(err))
	}
	return outcome
}

var errDenied = errors.New("denied")

// try performs one act, or returns why it is refused. A refusal changes nothing.
func (l *ledger) try(list ...agencies.Compact) (policy.Outcome, error) {
	l.t.Helper()
	said, err := l.read(list...)
	if err != nil {
		return "", err
	}
	lead := said[0]
	a := broker.Attestation{Act: lead.Act(), ID: lead.ID(), From: lead.Agency}
	outcome := policy.Permitted
	if a.Decision, err = l.ask(said); err != nil {
		return "", err
	}
	if d := a.Decision; d != nil {
		if outcome = d.Outcome; outcome == policy.Denied {
			return outcome, &denial{d}
		}
	}
	if p, isProduction := lead.Body.(*broker.Production); isProduction && !l.lost {
		for _, m := range p.Exhibits {
			a.Objects = append(a.Objects, *m.Means.Object)
		}
	}
	before := l.c
	after, filled, err := broker.Advance(before, l.draft(a, list), broker.CalendarsOf(l.w.list()), said...)
	if err != nil {
		return outcome, err
	}
	for i, leg := range broker.Legs(before, after, said...) {
		if i == 0 {
			filled.To = leg.To
			l.commit(filled, leg)
			continue
		}
		l.fill(broker.Attestation{Act: leg.Act, ID: agencies.NewID(), Ref: lead.ID(), From: theBroker, To: leg.To}, leg)
	}
	return outcome, nil
}

// denial carries the decision for tests that look at the reasons.
type denial struct{ d *policy.Decision }

func (d *denial) Error() string { return "denied" }
func (d *denial) Unwrap() error { return errDenied }

// ask asks policy what it has to be asked about an act.
func (l *ledger) ask(said []broker.Spoken) (*policy.Decision, error) {
	lead := said[0]
	switch {
	case broker.AsksAdmission(l.c, lead):
		in, err := broker.AdmissionInput(l.c, l.known(), said...)
		if err != nil {
			return nil, err
		}
		return l.decide(in, policy.Admission, lead.ID(), lead.Agency), nil
	case lead.Act() == broker.ActRetrieve:
		ins, err := broker.UseInputs(l.c, l.known(), lead)
		if err != nil {
			return nil, err
		}
		return l.worst(ins, string(lead.Body.(*broker.Retrieval).Exhibit), lead.Agency), nil
	}
	if b, shares := lead.Body.(*broker.Sharing); shares {
		ins, err := broker.ShareInputs(l.c, l.known(), lead)
		if err != nil {
			return nil, err
		}
		subject := lead.ID()
		if b.Exhibit != "" {
			subject = string(b.Exhibit)
		}
		return l.worst(ins, subject, lead.Agency), nil
	}
	in, asked, err := broker.ActInput(l.c, l.known(), lead)
	if err != nil || !asked {
		return nil, err
	}
	return l.decide(in, policy.Admission, lead.ID(), lead.Agency), nil
}

// worst asks the use gate every question; the strictest answer counts.
func (l *ledger) worst(ins []policy.Input, subject string, id agencies.ID) (worst *policy.Decision) {
	l.t.Helper()
	for _, in := range ins {
		if d := l.decide(in, policy.Use, subject, id); worst == nil || d.Outcome.Worse(worst.Outcome) {
			worst = d
		}
	}
	return worst
}

func (l *ledger) draft(a broker.Attestation, list []agencies.Compact) broker.Attestation {
	l.seq++
	latest := l.w.history.Latest()
	a.Seq, a.At, a.Case, a.Trust, a.TrustDigest = l.seq, l.now, l.id, latest.List().Version, latest.Digest()
	for _, c := range list {
		a.Statements = append(a.Statements, c.Digest())
	}
	return a
}

// fill commits one of the broker's own acts.
func (l *ledger) fill(a broker.Attestation, leg broker.Leg) {
	l.t.Helper()
	ok(l.t, l.tryFill(a, leg))
}

func (l *ledger) tryFill(a broker.Attestation, leg broker.Leg) error {
	l.t.Helper()
	said, err := l.read(leg.Statements...)
	if err != nil {
		return err
	}
	_, filled, err := broker.Advance(l.c, l.draft(a, leg.Statements), broker.CalendarsOf(l.w.list()), said...)
	if err != nil {
		l.seq--
		return err
	}
	l.commit(filled, leg)
	return nil
}

// commit writes the record, reads it back from its bytes, and replays it.
func (l *ledger) commit(a broker.Attestation, leg broker.Leg) {
	l.t.Helper()
	r := broker.Record{V: broker.RecordVersion, Salt: broker.NewSalt(), Statements: leg.Statements}
	for _, ref := range leg.Sealed {
		part, found := l.sealed[ref.Digest]
		if !found {
			l.t.Fatalf("no ciphertext for compartment %s", ref.Compartment)
		}
		r.Sealed = append(r.Sealed, part)
		a.Sealed = append(a.Sealed, ref.Digest)
	}
	payload, err := a.Encode()
	ok(l.t, err)
	r.Attestation, err = l.w.signer(l.t, theBroker, "").Sign(agencies.TypRecord, payload)
	ok(l.t, err)
	data, err := r.Encode()
	ok(l.t, err)
	opened, err := broker.OpenRecord(data, l.w.history)
	ok(l.t, err)
	next, err := broker.Apply(l.c, *opened.Attestation, opened.Said...)
	ok(l.t, err)
	l.c = next
	l.records = append(l.records, data)
}

// release asks the release gate and, when it permits, releases to one agency.
func (l *ledger) release(x evidence.ExhibitID, to agencies.ID) (policy.Outcome, error) {
	l.t.Helper()
	in, err := broker.ReleaseInput(l.c, l.known(), x)
	ok(l.t, err)
	d := l.decide(in, policy.Release, string(x), to)
	if d.Outcome != policy.Permitted {
		return d.Outcome, &denial{d}
	}
	return d.Outcome, l.tryFill(broker.Attestation{Act: broker.ActRelease, ID: agencies.NewID(), From: theBroker, To: to, Decision: d}, broker.Leg{Statements: l.said(x)})
}

// said are the statements of the record that produced an exhibit; a release shows
// them to the recipient.
func (l *ledger) said(x evidence.ExhibitID) []agencies.Compact {
	l.t.Helper()
	e, _ := l.c.Exhibit(x)
	for _, data := range l.records {
		o, err := broker.OpenRecord(data, l.w.history)
		ok(l.t, err)
		if o.Attestation.ID == e.Produced.Act {
			return o.Record.Statements
		}
	}
	return nil
}

// tick lets the clocks speak until nothing is due any more.
func (l *ledger) tick() (said []broker.ClockEvent) {
	l.t.Helper()
	for {
		due := broker.Due(l.c, l.now)
		if len(due) == 0 {
			return said
		}
		ev := due[0]
		act := broker.ActWarn
		if ev.Change == broker.ClockExpired {
			act = broker.ActExpire
		}
		l.fill(broker.Attestation{Act: act, ID: agencies.NewID(), From: theBroker, Clocks: []broker.ClockEvent{ev}}, broker.Leg{})
		said = append(said, ev)
	}
}

// entry is the id of the newest record of an act to an agency.
func (l *ledger) entry(act broker.Act, to agencies.ID) string {
	l.t.Helper()
	for _, e := range slices.Backward(l.c.Acts) {
		if e.Act == act && e.To == to {
			return e.ID
		}
	}
	l.t.Fatalf("no %s to %s", act, to)
	return ""
}

func (l *ledger) phase(want broker.Phase) {
	l.t.Helper()
	if l.c.State.Phase != want {
		l.t.Fatalf("phase is %q, want %q", l.c.State.Phase, want)
	}
}

// replay folds all records again from their bytes.
func (l *ledger) replay() broker.Case {
	l.t.Helper()
	var c broker.Case
	for _, data := range l.records {
		o, err := broker.OpenRecord(data, l.w.history)
		ok(l.t, err)
		ok(l.t, broker.CheckClocks(c, *o.Attestation, broker.CalendarsOf(l.w.list()), o.Said...))
		c, err = broker.Apply(c, *o.Attestation, o.Said...)
		ok(l.t, err)
	}
	return c
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantField wants an error that names a field and a rule.
func wantField(t testing.TB, err error, field, rule string) {
	t.Helper()
	fe, is := errors.AsType[*agencies.FieldError](err)
	if !is {
		t.Fatalf("error is %v, want a field error about %s", err, field)
	}
	if fe.Field != field || fe.Rule != rule {
		t.Fatalf("error is about %s, rule %s (%v); want %s, rule %s", fe.Field, fe.Rule, err, field, rule)
	}
}

func facts(t testing.TB, text string) map[string]json.RawMessage {
	t.Helper()
	var out map[string]json.RawMessage
	ok(t, json.NewDecoder(strings.NewReader(text)).Decode(&out))
	return out
}
