package broker_test

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// statedEPOC is what a complete EPOC states: see broker.StatedFacts.
const statedEPOC = `{
 "service_offered_in_union": true, "service_type": "messaging_service", "criminal_proceedings_open": true,
 "specific_investigation": true, "similar_domestic_order_available": true,
 "necessity_and_proportionality_grounds_recorded": true, "individual_nexus_explained": true,
 "alternative_less_intrusive": false, "person_identity_known": true,
 "final_judgment_same_acts_in_member_state": null, "parallel_proceedings_suspected_in": "none",
 "address_to": "designated_establishment", "signature_level": "qualified",
 "channel": "decentralised_it_system", "data_owner": "private_person",
 "addressed_party_role": "controller", "infrastructure_of": "none", "target_role": "none",
 "reasons_to_believe_press_protection_in_enforcing_state": false, "enforcing_state_privilege_finding": "none"}`

const statedEPOCPR = `{
 "service_offered_in_union": true, "service_type": "messaging_service", "criminal_proceedings_open": true,
 "specific_investigation": true, "similar_domestic_order_available": true,
 "necessity_and_proportionality_grounds_recorded": true, "individual_nexus_explained": true,
 "alternative_less_intrusive": false, "person_identity_known": true,
 "final_judgment_same_acts_in_member_state": null, "parallel_proceedings_suspected_in": "none",
 "address_to": "designated_establishment", "signature_level": "qualified",
 "channel": "decentralised_it_system", "data_owner": "private_person"}`

const statedMLA = `{"other_mla_treaty_between_states": false, "transnational": true, "organized_criminal_group": true,
 "urgent": false, "assistance_type": "production_of_records", "person_identity_known": true, "specific_investigation": true}`

func ago(days int) *time.Time { t := epoch.AddDate(0, 0, -days); return &t }

// tick is what section M ticks of Annex IV. Nothing else in these tests says it.
const tick = "sabotage"

func trafficking() *broker.Offence {
	return &broker.Offence{Name: "trafficking in human beings", Provision: "Penal Code 225-4-1", MaxMonths: 120}
}

// contentOrder is a complete EPOC for content and subscriber data with
// notification.
func contentOrder(t testing.TB) *broker.Order {
	return &broker.Order{
		Instrument: broker.EPOC, Regime: agencies.RegimeEPO, Reference: "2026/117", Issued: epoch.Add(-time.Hour),
		Addressee: provider, Enforcing: enforcer, Recipients: []agencies.ID{police}, Assigned: []agencies.OfficerID{investigator},
		Targets: []broker.Target{
			{Number: 1, Categories: []evidence.Category{evidence.ContentData}, IdentifierKind: broker.Account, From: ago(40), Until: ago(10)},
			{Number: 2, Categories: []evidence.Category{evidence.Subscriber}, IdentifierKind: broker.Telephone, From: ago(40), Until: ago(10)},
		},
		Offence: trafficking(), Purpose: broker.PurposeProceedings, Use: "case 2026/117", Language: "en",
		Contents: []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L"},
		Facts:    facts(t, statedEPOC), Attestations: []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"},
	}
}

// subscriberOrder is a complete EPOC on the light track.
func subscriberOrder(t testing.TB) *broker.Order {
	o := contentOrder(t)
	o.Enforcing, o.Targets = "", o.Targets[1:]
	o.Targets[0].Number = 1
	return o
}

func preservationOrder(t testing.TB) *broker.Order {
	o := contentOrder(t)
	o.Instrument, o.Enforcing, o.Recipients, o.Assigned = broker.EPOCPR, "", nil, nil
	o.Contents = []string{"A", "B", "C", "D", "E", "F"}
	o.Facts = facts(t, statedEPOCPR)
	return o
}

func assistance(t testing.TB) *broker.Order {
	o := contentOrder(t)
	o.Instrument, o.Regime, o.LegalBasis, o.Enforcing, o.Addressee = broker.MLA, agencies.RegimeUNTOC, "UNTOC Art 18", "", other
	o.Language = "es"
	o.Offence.AnnexIV = "trafficking in human beings"
	o.Targets[1].Categories = []evidence.Category{evidence.Document}
	o.Contents = []string{"requesting_authority", "subject_matter_and_conducting_authority", "summary_of_facts", "assistance_sought", "purpose", "person_identity_if_known"}
	o.Facts, o.Attestations = facts(t, statedMLA), []string{"transnational", "organized_criminal_group"}
	return o
}

// seals is who reads what of an order.
func seals(o *broker.Order) map[broker.Compartment][]agencies.ID {
	out := map[broker.Compartment][]agencies.ID{broker.Certificate: {o.Addressee}}
	if o.Enforcing != "" {
		out[broker.Certificate] = append(out[broker.Certificate], o.Enforcing)
		out[broker.SectionM] = []agencies.ID{o.Enforcing}
	}
	return out
}

func readersOf(o *broker.Order) []agencies.ID {
	out := []agencies.ID{o.Addressee}
	for _, id := range []agencies.ID{o.Enforcing, o.Validator} {
		if id != "" {
			out = append(out, id)
		}
	}
	return out
}

// submit submits an order signed by an officer of the issuing agency.
func (l *ledger) submit(o *broker.Order, by agencies.ID, officer agencies.OfficerID) agencies.Compact {
	l.t.Helper()
	return l.say(by, officer, readersOf(o), o, seals(o))
}

// received delivers an order of the court and lets the addressee acknowledge it.
func (l *ledger) received(o *broker.Order) {
	l.t.Helper()
	by, officer := court, judge
	if o.Instrument == broker.MLA {
		by, officer = central, official
	}
	if got := l.do(l.submit(o, by, officer)); got != "permit" {
		d, _ := l.c.LastDecision("admission")
		l.t.Fatalf("admission is %s: %+v", got, d.Reasons)
	}
	l.phase(broker.PhaseDelivered)
	l.now = l.now.Add(time.Hour)
	l.do(l.say(o.Addressee, "", []agencies.ID{by}, &broker.Acknowledgement{Of: l.entry(broker.ActDeliver, o.Addressee)}, nil))
}

// produce deposits one exhibit of a category as one part.
func (l *ledger) produce(part int, last bool, target int, c evidence.Category, officer agencies.OfficerID) evidence.ExhibitID {
	l.t.Helper()
	list, x := l.production(part, last, target, c, officer, nil)
	l.do(list...)
	return x
}

func (l *ledger) production(part int, last bool, target int, c evidence.Category, officer agencies.OfficerID, change func(*broker.Production)) ([]agencies.Compact, evidence.ExhibitID) {
	l.t.Helper()
	by := l.c.Parties.Addressee
	x := evidence.NewExhibitID()
	object := &evidence.Object{Bucket: "xb", Key: string(x), VersionID: "v1", Size: 30_000_000, Digest: agencies.DigestOf([]byte(x))}
	m := evidence.Manifest{
		Type: evidence.ManifestType, Exhibit: x, Case: l.id, Part: part, Last: last, Sender: by,
		Recipients: []agencies.ID{police}, Orders: []string{l.c.Issued.Act}, MediaType: "application/zip", Category: c,
		Retention: "case", SealedSize: object.Size, SealedDigest: object.Digest,
		Means: evidence.Means{Channel: evidence.ByVault, Object: object}, Available: l.now,
		SD: []string{"0000000000000000000000000000000000000000000"}, SDAlg: "sha-256",
	}
	p := &broker.Production{Part: part, Last: last, Parts: []broker.Part{{Target: target, Categories: []evidence.Category{c}}}, Exhibits: []evidence.Manifest{m}}
	if change != nil {
		change(p)
	}
	list := []agencies.Compact{
		l.say(by, officer, []agencies.ID{l.c.Parties.Issuer}, p, nil),
		l.custody(by, officer, evidence.Custody{Event: evidence.EventSealed, Exhibit: x, Sealed: object.Digest, Size: object.Size}),
		l.custody(by, officer, evidence.Custody{Event: evidence.EventDeposited, Exhibit: x, Sealed: object.Digest, Size: object.Size, To: theBroker}),
	}
	return list, x
}

func (l *ledger) retrieve(x evidence.ExhibitID, by agencies.ID, officer agencies.OfficerID, use string) agencies.Compact {
	l.t.Helper()
	return l.say(by, officer, []agencies.ID{l.c.Parties.Addressee}, &broker.Retrieval{Exhibit: x, Use: use, Justification: "investigation"}, nil)
}

// handover is the taker's act with the giver's statement and its own beside it.
func (l *ledger) handover(x evidence.ExhibitID, by agencies.ID, officer agencies.OfficerID, change func(given *evidence.Custody, taken *evidence.Custody)) []agencies.Compact {
	l.t.Helper()
	e, _ := l.c.Exhibit(x)
	giver := l.c.Parties.Addressee
	g := evidence.Custody{
		Type: evidence.CustodyType, Event: evidence.EventHandedOver, Exhibit: x, Case: l.id, Sealed: e.Manifest.SealedDigest, Size: e.Manifest.SealedSize,
		From: giver, To: by, Time: l.now,
	}
	taken := g
	if change != nil {
		change(&g, &taken)
	}
	given, err := evidence.Give(l.w.signer(l.t, giver, ""), g)
	ok(l.t, err)
	if taken.Given == "" {
		taken.Given = given.Digest()
	}
	payload, err := taken.Encode()
	ok(l.t, err)
	took, err := l.w.signer(l.t, by, officer).Sign(agencies.TypCustody, payload)
	ok(l.t, err)
	return []agencies.Compact{l.say(by, officer, []agencies.ID{giver}, &broker.Delivery{Exhibit: x}, nil), given, took}
}
