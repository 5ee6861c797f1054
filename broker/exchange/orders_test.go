package exchange_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// stated is what a complete EPOC states: see broker.StatedFacts.
const stated = `{
 "service_offered_in_union": true, "service_type": "messaging_service", "criminal_proceedings_open": true,
 "specific_investigation": true, "similar_domestic_order_available": true,
 "necessity_and_proportionality_grounds_recorded": true, "individual_nexus_explained": true,
 "alternative_less_intrusive": false, "person_identity_known": true,
 "final_judgment_same_acts_in_member_state": null, "parallel_proceedings_suspected_in": "none",
 "address_to": "designated_establishment", "signature_level": "qualified",
 "channel": "decentralised_it_system", "data_owner": "private_person"}`

// statedEPOC is what a production order states beside.
const statedEPOC = `{
 "addressed_party_role": "controller", "infrastructure_of": "none", "target_role": "none",
 "reasons_to_believe_press_protection_in_enforcing_state": false, "enforcing_state_privilege_finding": "none"}`

func factsOf(t testing.TB, texts ...string) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	for _, text := range texts {
		ok(t, json.Unmarshal([]byte(text), &out))
	}
	return out
}

// contentOrder is a complete EPOC of the court for content, with notification.
func (w *world) contentOrder() *broker.Order {
	now := w.clock.now()
	from, until := now.AddDate(0, 0, -40), now.AddDate(0, 0, -1)
	return &broker.Order{
		Instrument: broker.EPOC, Regime: agencies.RegimeEPO, Reference: "2026/117", Issued: now,
		Addressee: provider, Enforcing: enforcer, Recipients: []agencies.ID{police}, Assigned: []agencies.OfficerID{investigator},
		Targets: []broker.Target{{Number: 1, Categories: []evidence.Category{evidence.ContentData}, IdentifierKind: broker.Account, From: &from, Until: &until}},
		Offence: &broker.Offence{Name: "trafficking in human beings", Provision: "Penal Code s 225", MaxMonths: 120},
		Purpose: broker.PurposeProceedings, Use: "case 2026/117", Language: "en",
		Contents: []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L"},
		Facts:    factsOf(w.t, stated, statedEPOC), Attestations: []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"},
	}
}

// subscriberOrder is a complete EPOC that nobody is notified of.
func (w *world) subscriberOrder() *broker.Order {
	o := w.contentOrder()
	o.Enforcing = ""
	o.Targets[0].Categories = []evidence.Category{evidence.Subscriber}
	return o
}

// preservationOrder is a complete EPOC-PR.
func (w *world) preservationOrder() *broker.Order {
	o := w.subscriberOrder()
	o.Instrument, o.Recipients, o.Assigned = broker.EPOCPR, nil, nil
	o.Contents = []string{"A", "B", "C", "D", "E", "F"}
	o.Facts = factsOf(w.t, stated)
	return o
}

// order is an order on its way, sealed as it must be.
func (w *world) order(o *broker.Order) speech {
	s := speech{by: court, officer: judge, to: []agencies.ID{o.Addressee}, body: o, seal: map[broker.Compartment][]agencies.ID{broker.Certificate: {o.Addressee}}}
	if o.Enforcing != "" {
		s.to = append(s.to, o.Enforcing)
		s.seal[broker.Certificate] = append(s.seal[broker.Certificate], o.Enforcing)
		s.seal[broker.SectionM] = []agencies.ID{o.Enforcing}
	}
	return s
}

// delivered submits an order that the law permits at once and gives the case.
func (w *world) delivered(o *broker.Order) string {
	w.t.Helper()
	sub, st := w.say(w.order(o))
	w.done(court, sub)
	return st.Case
}

// received has it acknowledged by its addressee, and by the enforcing authority.
func (w *world) received(o *broker.Order) string {
	w.t.Helper()
	id := w.delivered(o)
	for _, who := range []agencies.ID{o.Addressee, o.Enforcing} {
		if who != "" {
			w.done(who, w.acknowledgement(who, id))
		}
	}
	return id
}

// acknowledgement is the receipt of what a case has for an agency.
func (w *world) acknowledgement(by agencies.ID, caseID string) *broker.Submission {
	w.t.Helper()
	for _, e := range w.view(oversees, caseID).Acts {
		if e.To == by && (e.Act == broker.ActDeliver || e.Act == broker.ActNotify) {
			sub, _ := w.say(speech{by: by, caseID: caseID, to: []agencies.ID{court}, body: &broker.Acknowledgement{Of: e.ID}})
			return sub
		}
	}
	w.t.Fatalf("nothing was delivered to %s", by)
	return nil
}

// question is an act that makes one record: the addressee is asked something.
func (w *world) question(caseID string) (*broker.Submission, *agencies.Statement) {
	w.t.Helper()
	return w.say(speech{by: court, caseID: caseID, to: []agencies.ID{provider}, body: &broker.Question{Kind: broker.AskInformation}})
}

// deposit seals bytes, deposits them and produces them, by the provider's gateway.
func (w *world) deposit(caseID string, content []byte) (*gateway.Answer, *evidence.Manifest) {
	w.t.Helper()
	a, m, err := w.tryDeposit(caseID, content)
	ok(w.t, err)
	ok(w.t, a.Refused())
	return a, m
}

func (w *world) tryDeposit(caseID string, content []byte) (*gateway.Answer, *evidence.Manifest, error) {
	w.t.Helper()
	return w.tryDepositBy(provider, desk, caseID, content)
}

func (w *world) tryDepositBy(by agencies.ID, officer agencies.OfficerID, caseID string, content []byte) (*gateway.Answer, *evidence.Manifest, error) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "export.bin")
	ok(w.t, os.WriteFile(file, content, 0o600))
	g := w.desk(by)
	ok(w.t, g.Sync(context.Background()))
	v := w.view(oversees, caseID)
	return g.Deposit(context.Background(), gateway.Deposit{
		Case: caseID, Officer: officer, Path: file, Part: 1, Last: true, Answers: []broker.Part{{Target: 1}}, Category: v.Order.Targets[0].Categories[0],
		Subjects: []string{"suspect"}, Origin: "message store", Tool: "export 1.0", Facts: map[string]any{"reason_for_alternative": "forensic_requirements"},
	})
}

// fetch opens an exhibit by the police's gateway and gives what it found.
func (w *world) fetch(caseID string, x evidence.ExhibitID, use string) ([]byte, *gateway.Answer, error) {
	w.t.Helper()
	ok(w.t, w.desk(police).Sync(context.Background()))
	out := filepath.Join(w.t.TempDir(), "opened.bin")
	a, _, err := w.desk(police).Fetch(context.Background(), gateway.Fetch{Case: caseID, Exhibit: x, Officer: investigator, Use: use, Justification: "case_work", Path: out})
	if err != nil {
		return nil, a, err
	}
	if a.Refused() != nil {
		return nil, a, nil
	}
	b, err := os.ReadFile(out)
	return b, a, err
}

// statusOf is where the exhibit stands, as oversight sees it.
func (w *world) statusOf(caseID string, x evidence.ExhibitID) broker.ExhibitStatus {
	w.t.Helper()
	for _, e := range w.view(oversees, caseID).Exhibits {
		if e.Manifest.Exhibit == x {
			return e.Status
		}
	}
	return ""
}

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// The whole life of one order, on this package's own world: what the other tests
// break is whole here.
func TestOrderLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.received(w.contentOrder())
	content := noise(1 << 20)
	_, m := w.deposit(id, content)
	if _, a, err := w.fetch(id, m.Exhibit, "case 2026/117"); err != nil || a.Refused() == nil {
		t.Fatalf("evidence on hold was fetched: %v", err)
	}
	sub, _ := w.say(speech{by: enforcer, officer: prosecutor, caseID: id, to: []agencies.ID{court}, body: &broker.Clearance{}})
	w.done(enforcer, sub)
	got, a, err := w.fetch(id, m.Exhibit, "case 2026/117")
	ok(t, err)
	ok(t, a.Refused())
	if string(got) != string(content) {
		t.Fatal("what was opened is not what was deposited")
	}
	if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitHandedOver {
		t.Fatalf("exhibit is %s", s)
	}
	cases := w.verify()
	if c := cases[id]; c.Exhibits[0].Status != broker.ExhibitHandedOver {
		t.Fatal("the ledger folds to another case")
	}
	// What opens the store lies in no record and in no log.
	for i, r := range w.records() {
		if s := secretsIn(string(r)); s != "" {
			t.Errorf("record %d holds %s", i+1, s)
		}
	}
	if s := secretsIn(w.logs.String()); s != "" {
		t.Errorf("the log holds %s", s)
	}
	if n := w.node.Exchange.Rooms(); n != 0 {
		t.Errorf("%d cases are still entered", n)
	}
	w.close()
	w.open()
	w.verify()
	if s := w.statusOf(id, m.Exhibit); s != broker.ExhibitHandedOver {
		t.Fatalf("after a restart the exhibit is %s", s)
	}
}
