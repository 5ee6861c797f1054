package audit_test

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

const stated = `{
 "service_offered_in_union": true, "service_type": "messaging_service", "criminal_proceedings_open": true,
 "specific_investigation": true, "similar_domestic_order_available": true,
 "necessity_and_proportionality_grounds_recorded": true, "individual_nexus_explained": true,
 "alternative_less_intrusive": false, "person_identity_known": true,
 "final_judgment_same_acts_in_member_state": null, "parallel_proceedings_suspected_in": "none",
 "address_to": "designated_establishment", "signature_level": "qualified",
 "channel": "decentralised_it_system", "data_owner": "private_person",
 "addressed_party_role": "controller", "infrastructure_of": "none", "target_role": "none",
 "reasons_to_believe_press_protection_in_enforcing_state": false, "enforcing_state_privilege_finding": "none"}`

// order is a complete EPOC for content, with notification.
func order(t testing.TB) *broker.Order {
	var facts map[string]json.RawMessage
	ok(t, json.Unmarshal([]byte(stated), &facts))
	from, until := epoch.AddDate(0, 0, -40), epoch.AddDate(0, 0, -10)
	return &broker.Order{
		Instrument: broker.EPOC, Regime: agencies.RegimeEPO, Reference: "2026/117", Issued: epoch.Add(-time.Hour),
		Addressee: provider, Enforcing: enforcer, Recipients: []agencies.ID{police, customs}, Assigned: []agencies.OfficerID{investigator, officer},
		Targets: []broker.Target{{Number: 1, Categories: []evidence.Category{evidence.ContentData}, IdentifierKind: broker.Account, From: &from, Until: &until}},
		Offence: &broker.Offence{Name: "trafficking in human beings", Provision: "Penal Code 225-4-1", MaxMonths: 120},
		Purpose: broker.PurposeProceedings, Use: "case 2026/117", Language: "en",
		Contents: []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L"},
		Facts:    facts, Attestations: []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"},
	}
}

// submit opens a new case with an order of the court.
func (w *world) submit(o *broker.Order) policy.Outcome {
	w.t.Helper()
	w.id = agencies.NewID()
	to := []agencies.ID{o.Addressee, o.Enforcing}
	return w.do(w.say(court, judge, to, o, map[broker.Compartment][]agencies.ID{broker.Certificate: to, broker.SectionM: {o.Enforcing}}))
}

func (w *world) custody(by agencies.ID, c evidence.Custody) agencies.Compact {
	w.t.Helper()
	c.Case, c.From, c.Time = w.id, by, w.now
	out, err := evidence.Give(w.k.signer(w.t, by, ""), c)
	ok(w.t, err)
	return out
}

// produce deposits one exhibit for both recipients.
func (w *world) produce() evidence.ExhibitID {
	w.t.Helper()
	x := evidence.NewExhibitID()
	object := &evidence.Object{Bucket: "xb", Key: string(x), VersionID: "v1", Size: 30_000_000, Digest: agencies.DigestOf([]byte(x))}
	m := evidence.Manifest{
		Type: evidence.ManifestType, Exhibit: x, Case: w.id, Part: 1, Last: true, Sender: provider,
		Recipients: []agencies.ID{police, customs}, Orders: []string{w.c().Issued.Act}, MediaType: "application/zip", Category: evidence.ContentData,
		Retention: "case", SealedSize: object.Size, SealedDigest: object.Digest,
		Means: evidence.Means{Channel: evidence.ByVault, Object: object}, Available: w.now,
		SD: []string{"0000000000000000000000000000000000000000000"}, SDAlg: "sha-256",
	}
	p := &broker.Production{Part: 1, Last: true, Parts: []broker.Part{{Target: 1}}, Exhibits: []evidence.Manifest{m}}
	about := evidence.Custody{Exhibit: x, Sealed: object.Digest, Size: object.Size}
	seal, deposit := about, about
	seal.Event = evidence.EventSealed
	deposit.Event, deposit.To = evidence.EventDeposited, theBroker
	w.do(w.say(provider, desk, []agencies.ID{court}, p, nil), w.custody(provider, seal), w.custody(provider, deposit))
	return x
}

func (w *world) retrieve(x evidence.ExhibitID, by agencies.ID, person agencies.OfficerID) {
	w.t.Helper()
	if got := w.do(w.say(by, person, []agencies.ID{provider}, &broker.Retrieval{Exhibit: x, Use: "case 2026/117", Justification: "investigation"}, nil)); got != policy.Permitted {
		w.t.Fatalf("use is %s", got)
	}
}

// take signs for what the producer gives.
func (w *world) take(x evidence.ExhibitID, by agencies.ID, person agencies.OfficerID) {
	w.t.Helper()
	c := w.c()
	e, _ := c.Exhibit(x)
	g := evidence.Custody{Event: evidence.EventHandedOver, Exhibit: x, Sealed: e.Manifest.SealedDigest, Size: e.Manifest.SealedSize, To: by}
	given := w.custody(provider, g)
	read := w.read(given)
	payload, err := read[0].Custody.Encode()
	ok(w.t, err)
	taken, err := evidence.Take(w.k.signer(w.t, by, ""), given, &agencies.Verified{Payload: payload}, e.Manifest.SealedSize, e.Manifest.SealedDigest, w.now)
	ok(w.t, err)
	w.do(w.say(by, person, []agencies.ID{provider}, &broker.Delivery{Exhibit: x}, nil), given, taken)
}

func (w *world) acknowledge(by agencies.ID, act broker.Act) {
	w.t.Helper()
	w.do(w.say(by, "", []agencies.ID{court}, &broker.Acknowledgement{Of: w.entry(act, by)}, nil))
}

// wholeLife is an EPOC from submission until it is opened.
func (w *world) wholeLife() evidence.ExhibitID {
	w.t.Helper()
	if got := w.submit(order(w.t)); got != policy.Permitted {
		d := w.c().Decisions
		w.t.Fatalf("admission is %s: %+v", got, d[len(d)-1].Reasons)
	}
	w.now = w.now.Add(time.Hour)
	w.acknowledge(provider, broker.ActDeliver)
	x := w.produce()
	w.acknowledge(enforcer, broker.ActNotify)
	if got := w.release(x, police); got == policy.Permitted {
		w.t.Fatal("released before clearance")
	}
	w.do(w.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Clearance{}, nil))
	for _, to := range []agencies.ID{police, customs} {
		if got := w.release(x, to); got != policy.Permitted {
			w.t.Fatalf("release is %s", got)
		}
	}
	w.now = w.now.Add(time.Hour)
	w.retrieve(x, police, investigator)
	w.retrieve(x, customs, officer)
	w.take(x, police, investigator)
	opened := w.custody(police, evidence.Custody{Event: evidence.EventOpened, Exhibit: x, Sealed: agencies.DigestOf([]byte(x)), Size: 30_000_000})
	w.do(w.say(police, investigator, []agencies.ID{provider}, &broker.CustodyNote{Exhibit: x}, nil), opened)
	return x
}

// history is the ledger that most tests look at: a case handed over, a request that policy denies, one in which a clock runs out under a
// second trust list, and a message of a stranger.
func history(t testing.TB) *world {
	t.Helper()
	once.Do(func() { cached = makeHistory(t) })
	if cached == nil {
		t.Fatal("the ledger of these tests could not be made")
	}
	w := *cached
	w.t, w.records, w.cases = t, slices.Clone(w.records), maps.Clone(w.cases)
	return &w
}

var (
	once   sync.Once
	cached *world
)

func makeHistory(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.wholeLife()

	denied := order(t)
	denied.Offence = &broker.Offence{Name: "insult", Provision: "Penal Code 1", MaxMonths: 6}
	if got := w.submit(denied); got != policy.Denied {
		t.Fatalf("content for an insult is %s", got)
	}

	w.trust(w.nextTrust(w.k.registrar, func(l *agencies.TrustList) {}))
	w.submit(order(t))
	w.now = w.now.AddDate(0, 0, 3)
	w.tick()

	w.id = agencies.NewID()
	id := agencies.NewID()
	w.commit(broker.Attestation{
		Act: broker.ActReject, ID: id, From: theBroker, To: police,
		Receipt: &broker.Receipt{Code: broker.ReceiptRejected, Event: broker.ReceiptRejected.Event(), Of: id, For: police, Reason: broker.ReasonSignature},
		Detail:  detail(t, broker.Detail{Submission: agencies.DigestOf([]byte("a message"))}),
	}, broker.Leg{}, nil)
	return w
}
