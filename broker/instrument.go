package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Instrument is the legal form of a request.
type Instrument string

// The instruments.
const (
	EPOC         Instrument = "EPOC"                         // production order certificate, Reg. (EU) 2023/1543
	EPOCPR       Instrument = "EPOC-PR"                      // preservation order certificate, Reg. (EU) 2023/1543
	MLA          Instrument = "MLA"                          // mutual legal assistance
	EIO          Instrument = "EIO"                          // European Investigation Order, Dir. 2014/41/EU
	Preserve     Instrument = "preservation_request"         // stored data, before a request for them
	Subscriber   Instrument = "subscriber_order"             // to a provider of another Party, CETS 224 Art. 7
	Emergency9   Instrument = "emergency_disclosure"         // through the 24/7 points, CETS 224 Art. 9
	AskEmergency Instrument = "emergency_disclosure_request" // UNODC form, to a provider
	AskVoluntary Instrument = "voluntary_disclosure_request" // UNODC form, to a provider
	Spontaneous  Instrument = "spontaneous_information"      // given unasked, UNTOC Art. 18(4)-(5)
)

// Basis is one law an instrument may rest on, and the articles it may name.
type Basis struct {
	Regime   agencies.Regime
	Gate     string   // rule that says when it applies
	Articles []string // values of legal_basis; none: the regime says it all
	Stated   []string // facts stated under this law, where they are not those of the form
}

// Form is what the law asks of one instrument.
type Form struct {
	Instrument Instrument
	Rests      []Basis // the first is the default
	Rule       string  // of its required content
	Action     string  // what policy is asked at admission; a UNODC form has one of its own
	// Contents are the codes of a complete form, in its order; what a code stands
	// for is sealed. Policy decides which may be missing.
	Contents   []string
	Stated     []string // facts that only the request itself can show
	Provider   bool     // the addressee is a service provider, not an authority
	Notified   bool     // an authority of the addressee's State may be notified
	Produces   bool     // data are handed over under it
	MayUrge    bool     // an emergency may be claimed
	MustUrge   bool     // and must be
	Documents  bool     // documents may be asked for, not only data
	Undertaken bool     // executed only when recognised
}

// forms is the one table of instruments, in the order of the documents.
var forms = []Form{
	{
		Instrument: EPOC, Rests: []Basis{{Regime: agencies.RegimeEPO, Gate: "EPO-S-02"}}, Rule: "EPO-C-04", Action: actionOrder,
		Contents: []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L"}, Stated: statedEPOC,
		Provider: true, Notified: true, Produces: true, MayUrge: true,
	},
	{
		Instrument: EPOCPR, Rests: []Basis{{Regime: agencies.RegimeEPO, Gate: "EPO-S-02"}}, Rule: "EPO-C-05", Action: actionOrder,
		Contents: []string{"A", "B", "C", "D", "E", "F"}, Stated: statedEPOCPR, Provider: true, MayUrge: true,
	},
	{
		Instrument: MLA, Rule: "UNT-05", Action: actionRequest,
		Rests: []Basis{
			{Regime: agencies.RegimeUNTOC, Gate: "UNT-01", Articles: []string{"UNTOC Art 18"}},
			{Regime: agencies.RegimeTIP, Gate: "TIP-01", Articles: []string{"UNTOC Art 18"}},
			{Regime: agencies.RegimeBudapest, Gate: "BUD-04", Articles: []string{"Budapest Art 25", "Budapest Art 27", "Budapest Art 30", "Budapest Art 31"}, Stated: statedTreaty},
			{Regime: agencies.RegimeUNCC, Gate: "UNC-01", Articles: []string{"UNCC Art 40"}, Stated: statedUNCC},
		},
		Contents: []string{"requesting_authority", "subject_matter_and_conducting_authority", "summary_of_facts", "assistance_sought", "purpose", "person_identity_if_known"},
		Stated:   statedMLA, Produces: true, Documents: true, Undertaken: true,
	},
	{
		Instrument: EIO, Rests: []Basis{{Regime: agencies.RegimeEIO, Gate: "EIO-01"}}, Rule: "EIO-05", Action: actionOrder,
		Contents: []string{"requesting_authority", "purpose", "person_identity_if_known", "offence_and_facts", "assistance_sought"},
		Stated:   statedEIO, Produces: true, Documents: true, Undertaken: true,
	},
	{
		Instrument: Preserve, Rule: "BUD-11", Action: actionRequest,
		Rests: []Basis{
			{Regime: agencies.RegimeBudapest, Gate: "BUD-11", Articles: []string{"Budapest Art 29"}},
			{Regime: agencies.RegimeUNCC, Gate: "UNC-01", Articles: []string{"UNCC Art 42"}},
			{Regime: agencies.RegimeUNODCForms, Gate: "UFM-01", Stated: statedKeepForm},
		},
		Contents: []string{"authority", "offence_and_facts", "data_and_relationship", "custodian_or_location_if_known", "necessity", "intent_to_submit_mla"},
		Stated:   statedPreserve,
	},
	{
		Instrument: Subscriber, Rests: []Basis{{Regime: agencies.RegimeBudapest2, Gate: "CET-01", Articles: []string{"CETS 224 Art 7"}}}, Rule: "CET-03", Action: actionOrder,
		Contents: []string{
			"authority", "protocol_statement", "provider", "offence_and_facts", "seeking_authority", "data_description",
			"provisions_and_penalties", "return_contact", "time_and_manner", "notification_statement",
		},
		Stated: statedSubscriber, Provider: true, Notified: true, Produces: true,
	},
	{
		Instrument: Emergency9, Rests: []Basis{{Regime: agencies.RegimeBudapest2, Gate: "CET-01", Articles: []string{"CETS 224 Art 9"}}}, Rule: "CET-08", Action: actionRequest,
		Contents: []string{"authority", "emergency", "provider", "offence_and_facts", "provisions_and_penalties", "data_description"},
		Stated:   statedEmergency9, Produces: true, MayUrge: true, MustUrge: true,
	},
	{
		Instrument: AskEmergency, Rests: []Basis{{Regime: agencies.RegimeUNODCForms, Gate: "UFM-01"}}, Rule: "UFM-02",
		Contents: []string{"authority", "return_contact", "provider", "offence_and_facts", "data_description", "emergency", "necessity"},
		Stated:   statedAskEmergency, Provider: true, Produces: true, MayUrge: true, MustUrge: true,
	},
	{
		Instrument: AskVoluntary, Rests: []Basis{{Regime: agencies.RegimeUNODCForms, Gate: "UFM-01"}}, Rule: "UFM-03",
		Contents: []string{"authority", "return_contact", "provider", "offence_and_facts", "data_description", "necessity", "purpose", "provisions_and_penalties"},
		Stated:   statedAskVoluntary, Provider: true, Produces: true,
	},
	{
		Instrument: Spontaneous, Rests: []Basis{{Regime: agencies.RegimeUNTOC, Gate: "UNT-16", Articles: []string{"UNTOC Art 18(4)-(5)"}}}, Rule: "UNT-16", Action: actionRequest,
		Contents: []string{"requesting_authority", "summary_of_facts", "purpose"}, Documents: true,
	},
}

// Instruments in the order of the documents.
var Instruments = instrumentsThat(func(Form) bool { return true })

func instrumentsThat(ok func(Form) bool) []Instrument {
	var out []Instrument
	for _, f := range forms {
		if ok(f) {
			out = append(out, f.Instrument)
		}
	}
	return out
}

// FormOf finds the form of an instrument. What it points to is shared: do not
// change it.
func FormOf(i Instrument) (Form, bool) {
	for _, f := range forms {
		if f.Instrument == i {
			return f, true
		}
	}
	return Form{}, false
}

// Regime returns the law that the instrument rests on when the request names none;
// "" for an unknown instrument.
func (i Instrument) Regime() agencies.Regime {
	if f, ok := FormOf(i); ok {
		return f.Rests[0].Regime
	}
	return ""
}

// Regimes lists the laws that the instrument may rest on.
func (i Instrument) Regimes() []agencies.Regime {
	f, _ := FormOf(i)
	var out []agencies.Regime
	for _, b := range f.Rests {
		out = append(out, b.Regime)
	}
	return out
}

// LegalBases lists the articles that a request under the regime may name; none
// when the regime says it all.
func (i Instrument) LegalBases(r agencies.Regime) []string { return slices.Clone(i.basis(r).Articles) }

func (i Instrument) basis(r agencies.Regime) Basis {
	f, _ := FormOf(i)
	for _, b := range f.Rests {
		if b.Regime == r {
			return b
		}
	}
	return Basis{}
}

// StatedFacts are those that a request must state itself, because neither signature, trust
// list, ledger nor bytes can show them. Policy decides on every one of them, and
// one that is missing denies; a draft is held against this list. An order that
// claims an exception states more: the residence facts of Art. 8(2) [EPO-N-02],
// those of Art. 5(6) for a processor [EPO-A-02], those of an emergency [EPO-I-04].
// Without a regime they are those under the instrument's first.
func StatedFacts(i Instrument, r agencies.Regime) []string {
	f, _ := FormOf(i)
	if b := i.basis(r); b.Stated != nil {
		return slices.Clone(b.Stated)
	}
	return slices.Clone(f.Stated)
}

// The facts stated, by instrument.
var (
	statedEPOCPR = []string{
		"service_offered_in_union", "service_type", "criminal_proceedings_open", "specific_investigation",
		"similar_domestic_order_available", "necessity_and_proportionality_grounds_recorded",
		"individual_nexus_explained", "alternative_less_intrusive", "person_identity_known",
		"final_judgment_same_acts_in_member_state", "parallel_proceedings_suspected_in",
		"address_to", "signature_level", "channel", "data_owner",
	}
	statedEPOC = append(slices.Clone(statedEPOCPR),
		"addressed_party_role", "infrastructure_of", "target_role", "reasons_to_believe_press_protection_in_enforcing_state",
		"enforcing_state_privilege_finding",
	)
	statedMLA = []string{
		"other_mla_treaty_between_states", "transnational", "organized_criminal_group", "urgent",
		"assistance_type", "person_identity_known", "specific_investigation",
	}
	statedEIO = []string{
		"measure", "similar_domestic_case_available", "similar_domestic_case_requires_judge",
		"necessity_and_proportionality_grounds_recorded", "criminal_proceedings_open", "specific_investigation", "urgent", "person_identity_known",
	}
	statedUNCC         = []string{"urgent", "specific_investigation", "measure", "assistance_type", "person_identity_known"}
	statedKeepForm     = []string{"specific_investigation", "urgent", "desired_duration"}
	statedTreaty       = []string{"other_mla_treaty_between_states", "urgent", "specific_investigation"}
	statedPreserve     = []string{"specific_investigation", "urgent"}
	statedSubscriber   = []string{"specific_investigation"}
	statedEmergency9   = []string{"specific_investigation", "sent_via", "risk_to_life_or_safety", "significant_and_imminent", "facts_demonstrate_emergency_and_link"}
	statedAskVoluntary = []string{"specific_investigation", "necessity_and_proportionality_grounds_recorded", "authorised_by_law"}
	statedAskEmergency = []string{
		"risk_to_life_or_safety", "significant_and_imminent", "imminent_threat_described", "data_limited_to_need", "supervised_by",
	}
)

// toProvider says whether the request goes to a service provider: by its form, or
// because a preservation is asked for on a form that has no force between States.
func (o *Order) toProvider() bool {
	f, _ := FormOf(o.Instrument)
	return f.Provider || o.Regime == agencies.RegimeUNODCForms
}

// action is what policy is asked before the request may travel.
func (o *Order) action() string {
	if o.Regime == agencies.RegimeUNODCForms {
		return actionForm
	}
	f, _ := FormOf(o.Instrument)
	return f.Action
}

// decidesItself says whether the addressee is an authority that decides on the
// request under its law, so that policy has a say in what it refuses.
func (c *Case) decidesItself() bool {
	return c.Order != nil && !c.Order.toProvider() && c.Instrument != Spontaneous
}

// ofUnion says whether the law of the European Union counts the time limits.
func (o *Order) ofUnion() bool {
	return o.Regime == agencies.RegimeEPO || o.Regime == agencies.RegimeEIO
}
