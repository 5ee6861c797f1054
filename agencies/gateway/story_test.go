package gateway_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence"
)

const (
	court    agencies.ID = "XA-COURT"
	police   agencies.ID = "XA-POLICE"
	provider agencies.ID = "XB-HOST"
	enforcer agencies.ID = "XB-PROS"
	oversees agencies.ID = "XA-DPA"
	operator agencies.ID = "XX-EXCHANGE"

	judge        agencies.OfficerID = "XA-COURT/judge-1"
	inspector    agencies.OfficerID = "XA-POLICE/inspector-1"
	investigator agencies.OfficerID = "XA-POLICE/investigator-1"
	desk         agencies.OfficerID = "XB-HOST/desk-1"
	prosecutor   agencies.OfficerID = "XB-PROS/prosecutor-1"
)

func plan() gateway.Plan {
	begin := time.Now().UTC().Add(-24 * time.Hour).Truncate(time.Second)
	bound := []agencies.Binding{{Regime: agencies.RegimeEPO, From: begin}, {Regime: agencies.RegimeUNTOC, From: begin}}
	return gateway.Plan{
		Network: "test", Origin: "ledger.test/exchange", Begin: begin,
		States: []agencies.StateEntry{
			{Code: "XA", Name: "Arvenia", TimeZone: "Europe/Paris", Languages: []string{"fr"}, Regimes: bound},
			{Code: "XB", Name: "Boravia", TimeZone: "Europe/Dublin", Languages: []string{"en"}, Regimes: bound},
			{Code: "XX", Name: "The exchange", TimeZone: "UTC"},
		},
		Members: []gateway.Member{
			{ID: court, Name: "Court of Arven", Kind: agencies.Court, Can: []agencies.Competence{agencies.CompIssue, agencies.CompValidate}, Officers: map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge}},
			{ID: police, Name: "Arven Police", Kind: agencies.Police, Can: []agencies.Competence{agencies.CompIssue, agencies.CompInvestigate}, Officers: map[agencies.OfficerID]agencies.Office{inspector: agencies.OfficePolice, investigator: agencies.OfficeInvestigator}},
			{ID: provider, Name: "Hostwise", Kind: agencies.ServiceProvider, Can: []agencies.Competence{agencies.CompAddress}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{desk: agencies.OfficeCustodian}},
			{ID: enforcer, Name: "Prosecution of Boravia", Kind: agencies.Prosecution, Can: []agencies.Competence{agencies.CompEnforce}, Officers: map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor}},
			{ID: oversees, Name: "Data protection authority", Kind: agencies.Oversight, Can: []agencies.Competence{agencies.CompOversee}},
		},
		Operator:   gateway.Member{ID: operator, Name: "The exchange", Kind: agencies.Broker, Can: []agencies.Competence{agencies.CompOperate}},
		NATSListen: "127.0.0.1:0", S3Listen: "127.0.0.1:0",
	}
}

type network struct {
	*gateway.Founded
	t     *testing.T
	node  *exchange.Node
	nodes map[agencies.ID]*gateway.Gateway
	reach func(*gateway.Config, string) // how a gateway finds the broker
}

func (n *network) config(id agencies.ID) gateway.Config {
	cfg := n.Gateways[id]
	n.reach(&cfg, n.node.NATSURL())
	return cfg
}

func start(t *testing.T) *network {
	t.Helper()
	return startWith(t, func(*gateway.Founded) {}, func(cfg *gateway.Config, url string) { cfg.Broker.URL = url })
}

// startWith starts a network after its configurations were changed.
func startWith(t *testing.T, broker func(*gateway.Founded), node func(*gateway.Config, string)) *network {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	f, err := gateway.Found(ctx, dir, plan())
	ok(t, err)
	broker(f)
	n := &network{Founded: f, t: t, nodes: map[agencies.ID]*gateway.Gateway{}, reach: node}
	log := slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	n.node, err = exchange.OpenNode(ctx, f.Broker, nil, log)
	ok(t, err)
	t.Cleanup(func() { ok(t, n.node.Close()) })
	for id := range f.Gateways {
		g, err := gateway.Open(ctx, n.config(id), nil, log)
		ok(t, err)
		t.Cleanup(g.Close)
		n.nodes[id] = g
	}
	return n
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(string(bytes.TrimSpace(p)))
	return len(p), nil
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// done wants a plain yes.
func done(t testing.TB, a *gateway.Answer, err error) *gateway.Answer {
	t.Helper()
	ok(t, err)
	if err := a.Refused(); err != nil {
		if d := a.Reply.Decision; d != nil {
			b, _ := json.MarshalIndent(d, "", " ")
			t.Log(string(b))
		}
		t.Fatal(err)
	}
	return a
}

func (n *network) sync(ids ...agencies.ID) {
	n.t.Helper()
	for _, id := range ids {
		ok(n.t, n.nodes[id].Sync(context.Background()))
	}
}

func raw(t testing.TB, facts map[string]any) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	for name, v := range facts {
		b, err := json.Marshal(v)
		ok(t, err)
		out[name] = b
	}
	return out
}

// contentOrder is an order for content, by the police, to be validated by a judge.
func contentOrder(t testing.TB, sd gateway.Digests) *broker.Order {
	now := time.Now().UTC().Truncate(time.Second)
	from, until := now.Add(-40*24*time.Hour), now.Add(-24*time.Hour)
	stated := raw(t, map[string]any{
		"service_offered_in_union": true, "service_type": "messaging_service", "criminal_proceedings_open": true, "specific_investigation": true,
		"similar_domestic_order_available": true, "necessity_and_proportionality_grounds_recorded": true,
		"individual_nexus_explained": true, "alternative_less_intrusive": false, "person_identity_known": true,
		"final_judgment_same_acts_in_member_state": nil, "parallel_proceedings_suspected_in": "none",
		"address_to": "designated_establishment", "signature_level": "qualified", "channel": "decentralised_it_system", "data_owner": "private_person",
		"addressed_party_role": "controller", "infrastructure_of": "none", "target_role": "none",
		"reasons_to_believe_press_protection_in_enforcing_state": false, "enforcing_state_privilege_finding": "none",
	})
	return &broker.Order{
		Instrument: broker.EPOC, Regime: agencies.RegimeEPO, Reference: "XA-2026-0001", Issued: now,
		Addressee: provider, Enforcing: enforcer, Validator: court, Recipients: []agencies.ID{police}, Assigned: []agencies.OfficerID{investigator},
		Targets: []broker.Target{{Number: 1, Categories: []evidence.Category{evidence.ContentData}, IdentifierKind: broker.Account, IdentifierDigest: sd["certificate/account"], From: &from, Until: &until}},
		Offence: &broker.Offence{Name: "trafficking in human beings", Provision: "Penal Code s 225", MaxMonths: 120},
		Purpose: broker.PurposeProceedings, Use: "XA-2026-0001", Language: "en",
		Contents: []string{"A", "B", "C", "E", "F", "G", "H", "I", "J", "K", "L"}, Facts: stated,
		Attestations: []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"},
	}
}

func TestContentOrderAllTheWay(t *testing.T) { wholeStory(t, start(t)) }

// wholeStory tells an order for content from submission to handover.
func wholeStory(t *testing.T, n *network) {
	ctx := context.Background()
	issued := done2(t, n, police, gateway.Draft{
		Officer: inspector,
		Sealed: []gateway.Compartment{
			{Name: broker.Certificate, To: []agencies.ID{court, provider, enforcer}, Fields: map[string]any{"account": "recruiter@hostwise.example"}},
			{Name: broker.SectionM, To: []agencies.ID{court, enforcer}, Fields: map[string]any{"grounds": "the account recruited four victims"}},
		},
		Body: func(sd gateway.Digests) broker.Body { return contentOrder(t, sd) },
	}, broker.ReasonValidation)

	n.sync(court)
	a, err := n.nodes[court].Validate(ctx, issued.Case, judge, agencies.Validated, nil)
	done(t, a, err)

	n.sync(provider, enforcer)
	v, err := n.nodes[provider].Case(ctx, issued.Case)
	ok(t, err)
	if v.State.Phase != broker.PhaseReceived || v.State.Hold == "" {
		t.Fatalf("after delivery the request is %+v", v.State)
	}
	opened, err := n.nodes[provider].OpenSealed(ctx, issued.Case)
	ok(t, err)
	if len(opened) != 1 || opened[0].Compartment != broker.Certificate {
		t.Fatalf("the addressee opens %d parts", len(opened))
	}

	content := make([]byte, 3<<20)
	rand.Read(content)
	file := filepath.Join(t.TempDir(), "chat export.bin")
	ok(t, os.WriteFile(file, content, 0o600))
	a, m, err := n.nodes[provider].Deposit(ctx, gateway.Deposit{
		Case: issued.Case, Officer: desk, Path: file, Part: 1, Last: true, Answers: []broker.Part{{Target: 1}}, Category: evidence.ContentData,
		Subjects: []string{"suspect"}, Origin: "message store", Tool: "export 1.0",
		Facts: map[string]any{"reason_for_alternative": "forensic_requirements"},
	})
	done(t, a, err)

	n.sync(police)
	early, err := n.nodes[police].Exhibits(ctx, issued.Case)
	ok(t, err)
	if len(early) != 1 || early[0].Particulars != nil {
		t.Fatal("particulars of the data left before the enforcing authority cleared them")
	}
	out := filepath.Join(t.TempDir(), "opened.bin")
	fetch := gateway.Fetch{Case: issued.Case, Exhibit: m.Exhibit, Officer: investigator, Use: "XA-2026-0001", Justification: "case_work", Path: out}
	a, _, err = n.nodes[police].Fetch(ctx, fetch)
	ok(t, err)
	if a.Refused() == nil {
		t.Fatal("evidence was retrieved before the enforcing authority cleared it")
	}

	a, err = n.nodes[enforcer].Speak(ctx, gateway.Draft{Case: issued.Case, Officer: prosecutor, Body: func(gateway.Digests) broker.Body { return &broker.Clearance{} }})
	done(t, a, err)
	n.sync(police)
	a, particulars, err := n.nodes[police].Fetch(ctx, fetch)
	done(t, a, err)
	got, err := os.ReadFile(out)
	ok(t, err)
	if !bytes.Equal(got, content) || particulars.FileName != "chat export.bin" {
		t.Fatal("what was opened is not what was deposited")
	}
	v, err = n.nodes[police].Case(ctx, issued.Case)
	ok(t, err)
	if v.Exhibits[0].Status != broker.ExhibitHandedOver {
		t.Fatalf("exhibit is %s", v.Exhibits[0].Status)
	}
	seen, known := n.nodes[police].Checkpoint()
	again, err := gateway.Open(ctx, n.config(police), nil, nil)
	ok(t, err)
	defer again.Close()
	if kept, ok := again.Checkpoint(); !known || !ok || !kept.Same(seen) {
		t.Fatal("the checkpoint seen is forgotten after a restart")
	}
	n.sync(oversees)
	records, err := n.nodes[oversees].Records("")
	ok(t, err)
	if uint64(len(records)) != n.node.Tree.Size() {
		t.Fatalf("oversight holds %d records of %d", len(records), n.node.Tree.Size())
	}
}

// done2 speaks and wants the act recorded and waiting for a reason.
func done2(t testing.TB, n *network, who agencies.ID, d gateway.Draft, reason broker.ReasonCode) *gateway.Answer {
	t.Helper()
	a, err := n.nodes[who].Speak(context.Background(), d)
	ok(t, err)
	if a.Reply.Error == nil || a.Reply.Error.Code != reason {
		if d := a.Reply.Decision; d != nil {
			b, _ := json.MarshalIndent(d, "", " ")
			t.Log(string(b))
		}
		t.Fatalf("answer is %+v, want %s", a.Reply.Error, reason)
	}
	return a
}
