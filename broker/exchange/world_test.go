package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
)

const (
	court    agencies.ID = "XA-COURT"
	police   agencies.ID = "XA-POLICE"
	provider agencies.ID = "XB-HOST"
	enforcer agencies.ID = "XB-PROS"
	stranger agencies.ID = "XB-OTHER" // a member that is no party of the requests here
	oversees agencies.ID = "XA-DPA"
	operator agencies.ID = "XX-EXCHANGE"

	judge        agencies.OfficerID = "XA-COURT/judge-1"
	judge2       agencies.OfficerID = "XA-COURT/judge-2"
	inspector    agencies.OfficerID = "XA-POLICE/inspector-1"
	investigator agencies.OfficerID = "XA-POLICE/investigator-1"
	desk         agencies.OfficerID = "XB-HOST/desk-1"
	clerk        agencies.OfficerID = "XB-OTHER/desk-1"
	prosecutor   agencies.OfficerID = "XB-PROS/prosecutor-1"
)

// TestMain runs the children of the kill test, and takes away the store that the
// tests share.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(child())
	}
	code := m.Run()
	if s3, ok := startedS3.Load().(*embedded.S3); ok {
		_ = s3.Close()
	}
	_ = os.RemoveAll(s3Dir)
	os.Exit(code)
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a network on real servers. The servers outlive the broker, which a test
// can close and open again.
type world struct {
	t     testing.TB
	f     *gateway.Founded
	cfg   exchange.NodeConfig
	rings map[agencies.ID]*agencies.Keyring
	op    embedded.OperatorKeys
	srv   *embedded.NATS
	proxy *proxy // between broker and NATS
	clock *clock
	logs  *lines

	node  *exchange.Node
	links map[agencies.ID]*exchange.Link
	desks map[agencies.ID]*gateway.Gateway
}

// clock is the broker's; it stands still unless a test moves it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) add(d time.Duration) { c.set(c.now().Add(d)) }

// lines keeps what was logged.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func plan(begin time.Time) gateway.Plan {
	var bound []agencies.Binding
	for _, r := range []agencies.Regime{agencies.RegimeEPO, agencies.RegimeUNTOC, agencies.RegimeEIO, agencies.RegimeBudapest} {
		bound = append(bound, agencies.Binding{Regime: r, From: begin})
	}
	officers := func(id agencies.OfficerID, o agencies.Office, more ...any) map[agencies.OfficerID]agencies.Office {
		out := map[agencies.OfficerID]agencies.Office{id: o}
		for i := 0; i < len(more); i += 2 {
			out[more[i].(agencies.OfficerID)] = more[i+1].(agencies.Office)
		}
		return out
	}
	return gateway.Plan{
		Network: "test", Origin: "ledger.test/exchange", Begin: begin,
		States: []agencies.StateEntry{
			{Code: "XA", Name: "Arvenia", TimeZone: "Europe/Paris", Languages: []string{"fr"}, Regimes: bound},
			{Code: "XB", Name: "Boravia", TimeZone: "Europe/Dublin", Languages: []string{"en"}, Regimes: bound},
			{Code: "XX", Name: "The exchange", TimeZone: "UTC"},
		},
		Members: []gateway.Member{
			{ID: court, Name: "Court of Arven", Kind: agencies.Court, Can: []agencies.Competence{agencies.CompIssue, agencies.CompValidate}, Officers: officers(judge, agencies.OfficeJudge, judge2, agencies.OfficeJudge)},
			{ID: police, Name: "Arven Police", Kind: agencies.Police, Can: []agencies.Competence{agencies.CompIssue, agencies.CompInvestigate}, Officers: officers(inspector, agencies.OfficePolice, investigator, agencies.OfficeInvestigator)},
			{ID: provider, Name: "Hostwise", Kind: agencies.ServiceProvider, Can: []agencies.Competence{agencies.CompAddress}, Languages: []string{"en"}, Officers: officers(desk, agencies.OfficeCustodian)},
			{ID: stranger, Name: "Otherwise", Kind: agencies.ServiceProvider, Can: []agencies.Competence{agencies.CompAddress}, Languages: []string{"en"}, Officers: officers(clerk, agencies.OfficeCustodian)},
			{ID: enforcer, Name: "Prosecution of Boravia", Kind: agencies.Prosecution, Can: []agencies.Competence{agencies.CompEnforce}, Officers: officers(prosecutor, agencies.OfficePublicProsecutor)},
			{ID: oversees, Name: "Data protection authority", Kind: agencies.Oversight, Can: []agencies.Competence{agencies.CompOversee}},
		},
		Operator: gateway.Member{ID: operator, Name: "The exchange", Kind: agencies.Broker, Can: []agencies.Competence{agencies.CompOperate}},
		// Of the broker itself only the files are used here.
		NATSListen: "127.0.0.1:0", S3Listen: "127.0.0.1:0",
	}
}

// newWorld founds a network, starts its servers and opens its broker.
func newWorld(t testing.TB, options ...func(*world)) *world {
	t.Helper()
	ctx := context.Background()
	now := time.Now().UTC().Truncate(time.Second)
	f, err := gateway.Found(ctx, t.TempDir(), plan(now.AddDate(0, 0, -60)))
	ok(t, err)
	w := &world{t: t, f: f, cfg: f.Broker, rings: map[agencies.ID]*agencies.Keyring{}, clock: &clock{at: now}, logs: &lines{}}
	for id, cfg := range f.Gateways {
		w.rings[id] = readRing(t, cfg.Keyring)
	}
	data, err := os.ReadFile(w.cfg.OperatorKeys)
	ok(t, err)
	op, err := embedded.ParseOperatorKeys(data)
	ok(t, err)
	w.op = op
	w.serveNATS("127.0.0.1:0")
	t.Cleanup(func() { ok(t, w.srv.Close()) })
	u, err := url.Parse(w.srv.URL())
	ok(t, err)
	w.proxy = newProxy(t, u.Host)
	w.cfg.NATS = exchange.NATSConfig{URL: "nats://" + w.proxy.addr()}
	w.cfg.S3 = sharedS3(t)
	for _, o := range options {
		o(w)
	}
	w.open()
	t.Cleanup(func() {
		w.close()
		if t.Failed() {
			t.Log(w.logs.String())
		}
	})
	return w
}

func readRing(t testing.TB, path string) *agencies.Keyring {
	t.Helper()
	b, err := os.ReadFile(path)
	ok(t, err)
	ring, err := agencies.ParseKeyring(b)
	ok(t, err)
	return ring
}

// open starts the broker and connects the members.
func (w *world) open() {
	w.t.Helper()
	ok(w.t, w.tryOpen())
}

func (w *world) tryOpen() error {
	log := slog.New(slog.NewTextHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	node, err := exchange.OpenNode(context.Background(), w.cfg, w.clock.now, log)
	if err != nil {
		return err
	}
	w.node, w.links, w.desks = node, map[agencies.ID]*exchange.Link{}, map[agencies.ID]*gateway.Gateway{}
	return nil
}

func (w *world) close() {
	if w.node == nil {
		return
	}
	for _, l := range w.links {
		l.Close()
	}
	for _, g := range w.desks {
		g.Close()
	}
	ok(w.t, w.node.Close())
	w.node = nil
}

// link is a member's bare connection: what a hostile member would use.
func (w *world) link(id agencies.ID) *exchange.Link {
	w.t.Helper()
	if l, ok := w.links[id]; ok {
		return l
	}
	account, creds := w.creds(id)
	l, err := exchange.Dial(exchange.LinkConfig{URL: w.srv.URL(), Creds: creds, Account: account})
	ok(w.t, err)
	w.links[id] = l
	return l
}

func (w *world) creds(id agencies.ID) (account string, creds []byte) {
	w.t.Helper()
	ring := w.rings[id]
	account, err := ring.Account()
	ok(w.t, err)
	creds, err = embedded.AgencyUserCreds(embedded.Seed(ring.AccountSigningSeed.Reveal()), account, string(id), time.Time{})
	ok(w.t, err)
	return account, creds
}

// desk is a member's gateway, for what it does rightly.
func (w *world) desk(id agencies.ID) *gateway.Gateway {
	w.t.Helper()
	if g, ok := w.desks[id]; ok {
		return g
	}
	cfg := w.f.Gateways[id]
	cfg.Broker.URL = w.srv.URL()
	g, err := gateway.Open(context.Background(), cfg, w.clock.now, nil)
	ok(w.t, err)
	w.desks[id] = g
	return g
}

// raw sends exact bytes to the broker as a member.
func (w *world) raw(id agencies.ID, data []byte) *broker.Reply {
	w.t.Helper()
	r, err := w.tryRaw(id, data)
	ok(w.t, err)
	return r
}

func (w *world) tryRaw(id agencies.ID, data []byte) (*broker.Reply, error) {
	_, creds := w.creds(id)
	nc, err := embedded.Connect(w.srv.URL(), creds, nil)
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	return submitRaw(nc, data, 10*time.Second)
}

func submitRaw(nc *nats.Conn, data []byte, wait time.Duration) (*broker.Reply, error) {
	msg, err := nc.Request(embedded.SubjectSubmit, data, wait)
	if err != nil {
		return nil, err
	}
	var r broker.Reply
	return &r, broker.DecodeMessage(msg.Data, &r)
}

func (w *world) submit(id agencies.ID, s *broker.Submission) *broker.Reply {
	w.t.Helper()
	r, err := w.link(id).Submit(context.Background(), s)
	ok(w.t, err)
	return r
}

// done submits and wants a plain yes.
func (w *world) done(id agencies.ID, s *broker.Submission) *broker.Reply {
	w.t.Helper()
	r := w.submit(id, s)
	if r.Status != broker.StatusDone {
		why, _ := json.Marshal(r.Decision)
		w.t.Fatalf("%s: %v %s", r.Status, r.Error, why)
	}
	return r
}

func (w *world) ask(id agencies.ID, a *broker.Ask) *broker.AskReply {
	w.t.Helper()
	r, err := w.link(id).Ask(context.Background(), a)
	ok(w.t, err)
	return r
}

func (w *world) list() *agencies.TrustList { return w.trust().List() }

func (w *world) trust() *agencies.SignedTrustList {
	w.t.Helper()
	names, err := filepath.Glob(filepath.Join(w.f.Dir, "trust", "*.json"))
	ok(w.t, err)
	b, err := os.ReadFile(names[len(names)-1])
	ok(w.t, err)
	l, err := agencies.ParseTrustList(b)
	ok(w.t, err)
	return l
}

// amend puts the next version of the trust list into force.
func (w *world) amend(change func(*agencies.TrustList)) {
	w.t.Helper()
	next, err := w.trust().Next(w.clock.now())
	ok(w.t, err)
	change(next)
	registrar, err := readRing(w.t, filepath.Join(w.f.Dir, "registrar", "keyring.json")).SealSigner()
	ok(w.t, err)
	file, err := agencies.SignTrustList(next, registrar)
	ok(w.t, err)
	ok(w.t, os.WriteFile(filepath.Join(w.f.Dir, "trust", fmt.Sprintf("%08d.json", next.Version)), file, 0o600))
	signed, err := agencies.ParseTrustList(file)
	ok(w.t, err)
	ok(w.t, w.node.Exchange.AddTrust(context.Background(), signed))
}

func (w *world) signer(id agencies.ID, officer agencies.OfficerID) *agencies.Signer {
	w.t.Helper()
	s, err := w.rings[id].SealSigner()
	if officer != "" {
		s, err = w.rings[id].OfficerSigner(officer)
	}
	ok(w.t, err)
	return s
}

// view is a case as a member sees it, nil when it sees none.
func (w *world) view(id agencies.ID, caseID string) *broker.View {
	w.t.Helper()
	r := w.ask(id, &broker.Ask{What: broker.AskCase, Case: caseID})
	if r.Error != nil {
		return nil
	}
	return &r.Views[0]
}

// waitFor asks until it holds; the clock's sweep needs a moment.
func (w *world) waitFor(what string, holds func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			w.t.Fatalf("never: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// records reads the whole stream, as only the operator can.
func (w *world) records() [][]byte {
	w.t.Helper()
	r, err := readStream(w.cfg, w.srv.URL())
	ok(w.t, err)
	return r
}

// verify holds the whole ledger against its tree and folds it anew, as a stranger
// would who has nothing but the files, the stream and the pin. It returns what it
// folded.
func (w *world) verify() map[string]broker.Case {
	w.t.Helper()
	cases, _ := w.audit()
	return cases
}

// audit is verify, and gives every record opened.
func (w *world) audit() (map[string]broker.Case, []*broker.Opened) {
	w.t.Helper()
	for range 100 {
		cases, all, err := verifyLedger(w.cfg, w.records())
		// A clock may ring meanwhile: published, and not yet in the tree.
		if !errors.Is(err, errBehind) {
			ok(w.t, err)
			return cases, all
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatal("the tree does not follow the stream")
	return nil, nil
}

// errBehind: the stream has records that the tree does not have.
var errBehind = errors.New("the tree is behind the stream")

// verifyLedger audits tree and records, and folds the records.
func verifyLedger(cfg exchange.NodeConfig, records [][]byte) (map[string]broker.Case, []*broker.Opened, error) {
	keys, err := os.ReadFile(cfg.Ledger.Keys)
	if err != nil {
		return nil, nil, err
	}
	signing, err := tlog.ParseSigningKeys(keys)
	if err != nil {
		return nil, nil, err
	}
	rep, err := tlog.Audit(context.Background(), tlog.AuditConfig{
		Source: tlog.FromFS(os.DirFS(filepath.Join(cfg.DataDir, "ledger"))), Keys: signing.Verify(), Chain: true,
		Records: func(yield func(uint64, []byte) bool) {
			for i, r := range records {
				if !yield(uint64(i), r) {
					return
				}
			}
		},
	})
	if err != nil {
		return nil, nil, err
	}
	if rep.Records != uint64(len(records)) {
		return nil, nil, fmt.Errorf("%w: %d of %d records", errBehind, rep.Records, len(records))
	}
	cases, acts := map[string]broker.Case{}, map[string]bool{}
	var history agencies.History
	var all []*broker.Opened
	for i, r := range records {
		if i == 0 {
			if history, err = broker.Genesis(r, cfg.TrustPin); err != nil {
				return nil, nil, err
			}
		}
		o, err := broker.OpenRecord(r, history)
		if err != nil {
			return nil, nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		a := o.Attestation
		all = append(all, o)
		if a.Seq != uint64(i+1) {
			return nil, nil, fmt.Errorf("record %d says it is %d", i+1, a.Seq)
		}
		if acts[a.ID] {
			return nil, nil, fmt.Errorf("record %d: act %s is recorded twice", i+1, a.ID)
		}
		acts[a.ID] = true
		if newest := history.Latest(); a.Trust != newest.List().Version {
			return nil, nil, fmt.Errorf("record %d is judged by trust list %d, in force is %d", i+1, a.Trust, newest.List().Version)
		}
		if a.Act == broker.ActTrust && i > 0 {
			if history, err = a.NextTrust(history); err != nil {
				return nil, nil, err
			}
		}
		if a.Case == "" {
			continue
		}
		if cases[a.Case], err = broker.Apply(cases[a.Case], *a, o.Said...); err != nil {
			return nil, nil, fmt.Errorf("record %d: %w", i+1, err)
		}
	}
	return cases, all, nil
}

var errNoStream = errors.New("no stream")

// secretsIn looks for what must lie neither in the ledger nor in a log.
func secretsIn(text string) string {
	for _, s := range []string{"X-Amz-Signature", "X-Amz-Credential", "AGE-SECRET-KEY"} {
		if strings.Contains(text, s) {
			return s
		}
	}
	return ""
}
