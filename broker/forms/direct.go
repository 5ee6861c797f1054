package forms

import (
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// PreservationRequest asks another State to have data preserved, with the content of
// the Budapest Convention Art. 29(2), (a) to (f) [BUD-11], and what the UNODC form
// [UFM-01] adds in section G.
type PreservationRequest struct {
	PreservationLetter
	Desk
}

// PreservationLetter is what the requested authority reads.
type PreservationLetter struct {
	Head
	A *Requester    `json:"section_a,omitempty" need:"yes" law:"BUD-11 Art. 29(2)(a)"`
	B *OffenceFacts `json:"section_b,omitempty" need:"yes" law:"BUD-11 Art. 29(2)(b)"`
	C *DataSought   `json:"section_c,omitempty" need:"yes" law:"BUD-11 Art. 29(2)(c)"`
	D *Custodian    `json:"section_d,omitempty" need:"yes" law:"BUD-11 Art. 29(2)(d)"`
	E *Necessity    `json:"section_e,omitempty" need:"yes" law:"BUD-11 Art. 29(2)(e)"`
	F *Intent       `json:"section_f,omitempty" need:"yes" law:"BUD-11 Art. 29(2)(f)"`
	G *Handling     `json:"section_g,omitempty" law:"UFM-01 UNODC preservation form"`
}

// ForAddressee is the copy that the requested authority gets.
func (f *PreservationRequest) ForAddressee() *PreservationLetter {
	c := f.PreservationLetter
	return &c
}

// Requester is section A of the three requests to a provider or contact point.
type Requester struct {
	State agencies.State `json:"requesting_state,omitempty" ask:"name the requesting State" need:"yes" eg:"XA"`
	Details
	Reference  Code `json:"reference,omitempty" ask:"give the case reference, a code" need:"yes" eg:"XA-2026-0006"`
	LegalBasis Code `json:"legal_basis,omitempty" ask:"name the article the request rests on" need:"yes" eg:"Budapest Art 29"`
	Certification
}

// OffenceFacts is the offence and a short summary of the facts.
type OffenceFacts struct {
	Offence *Offence `json:"offence,omitempty" ask:"name the offence" need:"yes"`
	Facts   Text     `json:"summary_of_facts,omitempty" ask:"summarise the relevant facts shortly" need:"yes" eg:"what happened"`
}

// DataSought is which data, and what they have to do with the offence.
type DataSought struct {
	Identifiers  []Identifier `json:"identifiers,omitempty" ask:"say what identifies the data" need:"yes"`
	Wanted       []Wanted     `json:"data,omitempty" ask:"tick at least one category of data" need:"yes"`
	Relationship Text         `json:"relationship_to_offence,omitempty" ask:"say what the data have to do with the offence" need:"yes" eg:"the orders were given over this account"`
}

// Custodian is who holds the data, and to whom the request goes.
type Custodian struct {
	Agency   agencies.ID `json:"agency,omitempty" ask:"give the addressee's id on the trust list" need:"yes" eg:"XB-HOST"`
	Name     string      `json:"name,omitempty" ask:"name the addressee" need:"yes" eg:"Hostwise Ireland"`
	Provider string      `json:"service_provider,omitempty" ask:"identify the custodian of the data, if known" eg:"Hostwise"`
	Location Text        `json:"location,omitempty" ask:"say where the computer system is, if known" eg:"data centre of Port"`
}

// Necessity is why it is needed.
type Necessity struct {
	Necessity Text `json:"necessity,omitempty" ask:"say why the data must be preserved" need:"yes" eg:"deletion after 30 days"`
}

// Intent is what is to follow.
type Intent struct {
	Intends *bool `json:"intends_to_submit_mla,omitempty" ask:"state that a request for assistance will be submitted" need:"yes" eg:"true"`
	More    Text  `json:"additional,omitempty" ask:"say when and by whom" eg:"within 60 days, by the Ministry of Justice"`
}

// Handling is how the request is to be handled.
type Handling struct {
	Days          int   `json:"duration_days,omitempty" ask:"say for how many days" eg:"90"`
	Extension     *bool `json:"extension,omitempty" ask:"say whether this extends an earlier preservation" eg:"false"`
	NonDisclosure *bool `json:"non_disclosure,omitempty" ask:"say whether the user shall not be told" eg:"true"`
	Reasons       Text  `json:"non_disclosure_reasons,omitempty" ask:"say why the user shall not be told" eg:"risk of flight"`
}

// EmergencyDisclosure asks a provider for data at once because life is in danger
// [UFM-02]. Its members are modelled from memory of the UNODC form.
type EmergencyDisclosure struct {
	EmergencyLetter
	Desk
}

// EmergencyLetter is what the provider reads.
type EmergencyLetter struct {
	Head
	A *VerifiedRequester `json:"section_a,omitempty" need:"yes" law:"UFM-02 UNODC emergency form"`
	B *Custodian         `json:"section_b,omitempty" need:"yes" law:"UFM-02 UNODC emergency form"`
	C *DataNeeded        `json:"section_c,omitempty" need:"yes" law:"UFM-02 UNODC emergency form"`
	D *OffenceFacts      `json:"section_d,omitempty" need:"yes" law:"UFM-02 UNODC emergency form"`
	E *LifeEmergency     `json:"section_e,omitempty" need:"yes" law:"UFM-02 UNODC emergency form"`
	F *Handling          `json:"section_f,omitempty" law:"UFM-02 UNODC emergency form"`
}

// ForAddressee is the copy that the provider gets.
func (f *EmergencyDisclosure) ForAddressee() *EmergencyLetter {
	c := f.EmergencyLetter
	return &c
}

// VerifiedRequester is section A, with what lets the provider verify the officer.
type VerifiedRequester struct {
	Receiving
	Verification Text   `json:"verification,omitempty" ask:"say how the official identity can be verified" need:"yes" eg:"switchboard of the police, +999 1 200"`
	Supervisor   string `json:"supervisor,omitempty" ask:"name the supervisor who approves the request" need:"yes" eg:"C. Superintendent"`
}

// DataNeeded is section C: no more than the emergency needs.
type DataNeeded struct {
	Identifiers []Identifier `json:"identifiers,omitempty" ask:"say what identifies the data" need:"yes"`
	Wanted      []Wanted     `json:"data,omitempty" ask:"tick at least one category of data" need:"yes"`
	Limited     *bool        `json:"limited_to_need,omitempty" ask:"state that no more is asked for than the emergency needs" need:"yes" eg:"true"`
}

// LifeEmergency is section E.
type LifeEmergency struct {
	Reasons  Text       `json:"emergency_reasons,omitempty" ask:"describe the emergency: the imminent threat to life or of serious injury" need:"yes" eg:"announced killing"`
	Threat   Code       `json:"threat,omitempty" ask:"say as a code what is imminently threatened" need:"yes" eg:"imminent_threat_to_life"`
	Who      Text       `json:"who_is_threatened,omitempty" ask:"say who is threatened" need:"yes" eg:"a child of seven"`
	When     Text       `json:"when,omitempty" ask:"say when the threat will come true" need:"yes" eg:"within hours"`
	WhyNow   Text       `json:"why_now,omitempty" ask:"say why the data are needed now" need:"yes" eg:"the phone was on an hour ago"`
	Helps    Text       `json:"why_data_help,omitempty" ask:"say how the data help to avert the threat" need:"yes" eg:"they show where the phone is"`
	TooSlow  Text       `json:"why_normal_process_too_slow,omitempty" ask:"say why the normal process is too slow" need:"yes" eg:"a court order takes two days"`
	NeededBy *time.Time `json:"other_deadline,omitempty" ask:"say until when the data are needed" eg:"2026-11-23T18:00:00Z"`
}

// VoluntaryDisclosure asks a provider for data that it may give of its own will
// [UFM-03]. Its members are modelled from memory of the UNODC form.
type VoluntaryDisclosure struct {
	VoluntaryLetter
	Desk
}

// VoluntaryLetter is what the provider reads.
type VoluntaryLetter struct {
	Head
	A *Receiving         `json:"section_a,omitempty" need:"yes" law:"UFM-03 UNODC voluntary form"`
	B *Custodian         `json:"section_b,omitempty" need:"yes" law:"UFM-03 UNODC voluntary form"`
	C *DataSought        `json:"section_c,omitempty" need:"yes" law:"UFM-03 UNODC voluntary form"`
	D *OffenceFacts      `json:"section_d,omitempty" need:"yes" law:"UFM-03 UNODC voluntary form"`
	E *DomesticAuthority `json:"section_e,omitempty" need:"yes" law:"UFM-03 UNODC voluntary form"`
	F *Handling          `json:"section_f,omitempty" law:"UFM-03 UNODC voluntary form"`
}

// ForAddressee is the copy that the provider gets.
func (f *VoluntaryDisclosure) ForAddressee() *VoluntaryLetter {
	c := f.VoluntaryLetter
	return &c
}

// DomesticAuthority is section E.
type DomesticAuthority struct {
	Authority       Text `json:"domestic_authority,omitempty" ask:"name the domestic law that lets you ask" need:"yes" eg:"Criminal Procedure Code s 88"`
	Necessity       Text `json:"necessity,omitempty" ask:"say why the data are necessary" need:"yes" eg:"no other lead"`
	Proportionality Text `json:"proportionality,omitempty" ask:"say why asking is proportionate" need:"yes" eg:"one account, ten days"`
}
