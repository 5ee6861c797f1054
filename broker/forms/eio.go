package forms

import (
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// EIO is the European Investigation Order, Annex A of Directive 2014/41/EU, sections A
// to L. Its members are modelled from memory of the annex [EIO-05].
type EIO struct {
	EIOOrder
	Desk
}

// EIOOrder is what the executing authority reads.
type EIOOrder struct {
	Head
	A *EIOStates     `json:"section_a,omitempty" need:"yes" law:"EIO-05 Art. 5(1)(a); Annex A sec. A"`
	B *Urgency       `json:"section_b,omitempty" law:"EIO-06 Art. 12(2); Annex A sec. B"`
	C *Measures      `json:"section_c,omitempty" need:"yes" law:"EIO-05 Art. 5(1)(e); Annex A sec. C"`
	D *EIORelation   `json:"section_d,omitempty" law:"EIO-05 Annex A sec. D"`
	E *Persons       `json:"section_e,omitempty" law:"EIO-05 Art. 5(1)(c); Annex A sec. E"`
	F *ProceedingsOf `json:"section_f,omitempty" need:"yes" law:"EIO-05 Annex A sec. F"`
	G *EIOGrounds    `json:"section_g,omitempty" need:"yes" law:"EIO-05 Art. 5(1)(b), (d); Annex A sec. G"`
	H *Additional    `json:"section_h,omitempty" law:"EIO-11 Art. 30; Annex A sec. H"`
	I *Formalities   `json:"section_i,omitempty" law:"EIO-05 Annex A sec. I"`
	J *Remedies      `json:"section_j,omitempty" law:"EIO-10 Art. 14; Annex A sec. J"`
	K *EIOIssuer     `json:"section_k,omitempty" need:"yes" law:"EIO-05 Art. 5(1)(a); Annex A sec. K"`
	L *EIOValidation `json:"section_l,omitempty" law:"EIO-02 Art. 2(c); Annex A sec. L"`
}

// ForAddressee is the copy that the executing authority gets.
func (f *EIO) ForAddressee() *EIOOrder {
	c := f.EIOOrder
	return &c
}

// EIOStates is section A.
type EIOStates struct {
	Issuing    agencies.State `json:"issuing_state,omitempty" ask:"name the issuing State" need:"yes" eg:"XA"`
	Executing  agencies.State `json:"executing_state,omitempty" ask:"name the executing State" need:"yes" eg:"XB"`
	Agency     agencies.ID    `json:"agency,omitempty" ask:"give the executing authority's id on the trust list" need:"yes" eg:"XB-PROS"`
	Recipients []agencies.ID  `json:"agencies,omitempty" ask:"give the ids of the agencies that receive the data" need:"yes" eg:"[XA-POLICE]"`
}

// UrgencyReason is a box of section B.
type UrgencyReason string

// Words lists the boxes.
func (UrgencyReason) Words() []string {
	return []string{"evidence_may_be_concealed_or_destroyed", "imminent_trial_date", "other"}
}

// Urgency is section B.
type Urgency struct {
	Because UrgencyReason `json:"urgent_because,omitempty" ask:"tick why it is urgent, or leave section B away" need:"yes"`
	Reasons Text          `json:"reasons,omitempty" ask:"give the reasons of the urgency" need:"yes" eg:"deletion after 30 days"`
	Other   *time.Time    `json:"other_deadline,omitempty" ask:"give another deadline to be taken into account, after the date of issue" eg:"2026-12-31T00:00:00Z"`
}

// Measures is section C.
type Measures struct {
	Description Text         `json:"description,omitempty" ask:"describe the assistance or measure" need:"yes" eg:"production of stored messages"`
	Types       []Measure    `json:"measures,omitempty" ask:"tick the type of measure" need:"yes"`
	Identifiers []Identifier `json:"identifiers,omitempty" ask:"say what identifies the data or documents" need:"yes"`
	Wanted      []Wanted     `json:"data,omitempty" ask:"tick at least one category of data" need:"yes"`
}

// Measure is a box of section C that concerns electronic evidence.
type Measure string

// Words lists the measures, by the codes policy knows where it knows one.
func (Measure) Words() []string {
	return []string{
		"obtain_evidence_already_held", "identify_subscriber_of_ip_address", "obtain_traffic_and_location_data", "obtain_stored_content",
		"search_and_seizure_of_server", "search_of_cloud_account", "production_of_documents", "interception_of_telecommunications", "other",
	}
}

// EIORelation is section D.
type EIORelation struct {
	Earlier *Earlier `json:"earlier_production,omitempty" ask:"name the earlier EIO that this one adds to" need:"yes"`
	More    Text     `json:"additional,omitempty" ask:"add what else is relevant" eg:"none"`
}

// Persons is section E.
type Persons struct {
	Persons []Person `json:"persons,omitempty" ask:"identify the persons concerned" need:"yes"`
}

// Position is the person's position in the proceedings.
type Position string

// Words lists the positions.
func (Position) Words() []string {
	return []string{"suspected_or_accused", "victim", "witness", "expert", "third_party", "other"}
}

// Person is one person concerned.
type Person struct {
	Name        string   `json:"name,omitempty" ask:"name the person, natural or legal" need:"yes" eg:"N.N."`
	Born        string   `json:"born,omitempty" ask:"give date and place of birth, or registration" eg:"1980, Capital"`
	Nationality string   `json:"nationality,omitempty" ask:"give the nationality" eg:"XA"`
	Residence   Text     `json:"residence,omitempty" ask:"give residence or last known address" eg:"5 Road, Aland"`
	Position    Position `json:"position,omitempty" ask:"say in which position the person is" need:"yes"`
}

// ProceedingsKind is a box of section F.
type ProceedingsKind string

// Words lists the kinds of Art. 4.
func (ProceedingsKind) Words() []string {
	return []string{"criminal", "administrative_authority_appeal_to_criminal_court", "judicial_authority_appeal_to_criminal_court", "legal_person"}
}

// ProceedingsOf is section F.
type ProceedingsOf struct {
	Kind ProceedingsKind `json:"proceedings,omitempty" ask:"tick the type of proceedings" need:"yes"`
}

// EIOGrounds is section G.
type EIOGrounds struct {
	Summary   Text      `json:"summary_of_facts,omitempty" ask:"summarise the facts and say why the EIO is issued" need:"yes" eg:"what happened"`
	Necessity Text      `json:"grounds,omitempty" ask:"say why the measure is necessary, proportionate and possible in a similar domestic case" need:"yes" law:"EIO-04 Art. 6(1)" eg:"why this and no less is needed"`
	Offence   *Offence  `json:"offence,omitempty" ask:"name the offence" need:"yes"`
	AnnexD    []AnnexIV `json:"annex_d,omitempty" ask:"tick the categories of Annex D, when the maximum is at least three years" law:"EIO-08 Art. 11(1)(g)" eg:"[trafficking in human beings]"`
}

// Additional is section H, for what needs more: interception above all.
type Additional struct {
	Target     Text       `json:"target_identification,omitempty" ask:"identify the target of the interception" law:"EIO-11 Art. 30(3)" eg:"+999 1 555"`
	From       *time.Time `json:"from,omitempty" ask:"say from when to intercept" law:"EIO-11 Art. 30(3)" eg:"2026-12-01T00:00:00Z"`
	Until      *time.Time `json:"until,omitempty" ask:"say until when to intercept" law:"EIO-11 Art. 30(3)" eg:"2026-12-31T00:00:00Z"`
	Technical  Text       `json:"technical_data,omitempty" ask:"give the technical data needed" law:"EIO-11 Art. 30(3)" eg:"IMSI"`
	Relevance  Text       `json:"relevance,omitempty" ask:"say why the measure is relevant for the proceedings" law:"EIO-11 Art. 30(4)" eg:"why"`
	Particular Text       `json:"additional,omitempty" ask:"describe other requirements of the measure" eg:"hearing by videoconference"`
}

// Formalities is section I.
type Formalities struct {
	Requested Text  `json:"procedure,omitempty" ask:"describe the formalities and procedures requested" eg:"certified copies"`
	Attend    *bool `json:"officials_attend,omitempty" ask:"say whether officials of the issuing State shall assist" eg:"false"`
}

// Remedies is section J.
type Remedies struct {
	Sought  *bool `json:"remedy_sought,omitempty" ask:"say whether a legal remedy was already sought" need:"yes" eg:"false"`
	Details Text  `json:"description,omitempty" ask:"describe the remedy" eg:"appeal pending"`
	Contact Text  `json:"name_and_contact,omitempty" ask:"say who informs about remedies in the issuing State" eg:"Court registry"`
}

// EIOIssuer is section K.
type EIOIssuer struct {
	Type EIOAuthority `json:"type,omitempty" ask:"tick the type of issuing authority" need:"yes" law:"EIO-02 Art. 2(c)"`
	Details
	Reference Code          `json:"reference,omitempty" ask:"give the file number of the issuing authority, a code" need:"yes" eg:"XA-2026-0005"`
	Contact   *ContactPoint `json:"contact_point,omitempty" ask:"name another contact point for questions"`
	Certification
}

// EIOAuthority is the type of an issuing authority of an EIO.
type EIOAuthority string

// Words lists the boxes of section K.
func (EIOAuthority) Words() []string {
	return []string{"judge_court_or_investigating_judge", "public_prosecutor", "other_competent_authority"}
}

// EIOValidation is section L.
type EIOValidation struct {
	Agency agencies.ID   `json:"agency,omitempty" ask:"give the validating authority's id on the trust list" need:"yes" eg:"XA-COURT"`
	Type   ValidatorType `json:"type,omitempty" ask:"tick the type of validating authority" need:"yes"`
	Details
	Reference Code `json:"reference,omitempty" ask:"give the file number of the validating authority" eg:"NT-7-2026"`
}
