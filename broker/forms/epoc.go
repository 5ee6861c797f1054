package forms

import (
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// EPOC is the European Production Order Certificate, Annex I, as its issuer fills it
// in. It is no [Page]: see [EPOC.ForAddressee] and [EPOC.ForAuthority].
type EPOC struct {
	EPOCCertificate
	M *SectionM `json:"section_m,omitempty" need:"yes" law:"EPO-C-02 Annex I sec. M"`
	Desk
}

// EPOCCertificate is Annex I without section M: the addressee's copy. Nothing that
// only section M holds has a place in it [EPO-C-02].
type EPOCCertificate struct {
	Head
	A *IssuedBy        `json:"section_a,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. A"`
	B *Addressee       `json:"section_b,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. B"`
	C *Deadlines       `json:"section_c,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. C"`
	D *Relation        `json:"section_d,omitempty" law:"EPO-C-04 Annex I sec. D"`
	E *Identification  `json:"section_e,omitempty" need:"often" law:"EPO-C-04 Annex I sec. E"`
	F *Data            `json:"section_f,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. F"`
	G *Conditions      `json:"section_g,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. G"`
	H *UserInformation `json:"section_h,omitempty" law:"EPO-P-06 Art. 13(2)"`
	I *Issuer          `json:"section_i,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. I"`
	J *Validation      `json:"section_j,omitempty" law:"EPO-C-04 Annex I sec. J"`
	K *Notified        `json:"section_k,omitempty" law:"EPO-N-01 Art. 8(1)"`
	L *Transfer        `json:"section_l,omitempty" need:"yes" law:"EPO-C-04 Annex I sec. L"`
}

// EPOCAuthorityCopy is the copy of the notified enforcing authority, with section M.
type EPOCAuthorityCopy struct {
	EPOCCertificate
	M *SectionM `json:"section_m,omitempty"`
}

// ForAddressee is the copy that the addressee gets. Its type has no section M.
func (f *EPOC) ForAddressee() *EPOCCertificate {
	c := f.EPOCCertificate
	return &c
}

// ForAuthority is the copy of the enforcing authority.
func (f *EPOC) ForAuthority() *EPOCAuthorityCopy {
	return &EPOCAuthorityCopy{EPOCCertificate: f.EPOCCertificate, M: f.M}
}

// Deadline is the box of section C.
type Deadline string

// The boxes.
const (
	TenDays         Deadline = "ten_days"
	TenDaysNotified Deadline = "ten_days_notified"
	EightHours      Deadline = "eight_hours"
)

// Words lists the boxes.
func (Deadline) Words() []string {
	return []string{string(TenDays), string(TenDaysNotified), string(EightHours)}
}

// Deadlines is section C.
type Deadlines struct {
	Deadline Deadline   `json:"deadline,omitempty" ask:"tick the deadline: 10 days without or with notification, or 8 hours in an emergency" need:"yes" law:"EPO-K-01 Art. 10"`
	Threat   Code       `json:"threat,omitempty" ask:"say as a code what is imminently threatened" law:"EPO-I-05 Art. 3(18)" eg:"imminent_threat_to_life"`
	Critical *bool      `json:"critical_infrastructure,omitempty" ask:"say whether the threat is one to critical infrastructure that endangers persons" law:"EPO-I-05 Art. 3(18)" eg:"false"`
	Reasons  Text       `json:"emergency_reasons,omitempty" ask:"give the reasons of the emergency" law:"EPO-C-01 Art. 5(5)(g)" eg:"why life is in danger"`
	Other    *time.Time `json:"other_deadline,omitempty" ask:"give another deadline to be taken into account, after the date of issue" eg:"2026-12-31T00:00:00Z"`
	More     Text       `json:"additional,omitempty" ask:"add what is relevant for the deadlines" eg:"hearing on 31 December"`
}

// Relation is section D.
type Relation struct {
	Preservation *Earlier `json:"earlier_preservation,omitempty" ask:"name the request under which the data were preserved"`
	Production   *Earlier `json:"earlier_production,omitempty" ask:"name the request for production that this one adds to"`
	More         Text     `json:"additional,omitempty" ask:"add what else is relevant" eg:"preserved in part"`
}

// Role is the addressee's role in the processing (section G(d)).
type Role string

// Words lists the roles.
func (Role) Words() []string { return []string{"controller", "processor"} }

// ProcessorReason is why a processor is addressed.
type ProcessorReason string

// Words lists the reasons: Art. 5(6) [EPO-A-02].
func (ProcessorReason) Words() []string {
	return []string{"controller_not_identified", "addressing_controller_detrimental"}
}

// Conditions is section G.
type Conditions struct {
	About    About     `json:"about,omitempty" ask:"say what the proceedings are" need:"yes" law:"EPO-S-01 Art. 2(2)"`
	Offence  *Offence  `json:"offence,omitempty" ask:"name the offence" need:"often"`
	Sentence *Sentence `json:"sentence,omitempty" ask:"describe the sentence" law:"EPO-S-01 Art. 2(2)"`

	AddressedAs      Role            `json:"addressed_as,omitempty" ask:"say whether the addressee acts as controller or as processor" need:"yes" law:"EPO-C-01 Art. 5(5)(h)"`
	ProcessorBecause ProcessorReason `json:"processor_because,omitempty" ask:"say why the processor is addressed" law:"EPO-A-02 Art. 5(6)"`
	InformController *bool           `json:"processor_informs_controller,omitempty" ask:"say whether the processor shall inform the controller" law:"EPO-A-03 Art. 5(7)" eg:"true"`
	Justification    Text            `json:"justification,omitempty" ask:"say shortly why the controller is not informed" law:"EPO-A-03 Art. 5(7)" eg:"the controller is a suspect"`
	More             Text            `json:"additional,omitempty" ask:"add what else is relevant" eg:"none"`
}

// DelayGround is a ground to delay informing the person.
type DelayGround string

// Words lists the grounds of Directive (EU) 2016/680 Art. 13(3).
func (DelayGround) Words() []string {
	return []string{"avoid_obstructing_inquiries", "avoid_prejudicing_investigation", "protect_public_security", "protect_national_security", "protect_rights_and_freedoms_of_others"}
}

// UserInformation is section H.
type UserInformation struct {
	Delay         []DelayGround `json:"delay_because,omitempty" ask:"tick why informing the person is delayed, or leave section H away" need:"yes"`
	Justification Text          `json:"justification,omitempty" ask:"say shortly why informing the person is delayed" eg:"the investigation is covert"`
}

// Issuer is section I.
type Issuer struct {
	Type AuthorityType `json:"type,omitempty" ask:"tick the type of issuing authority" need:"yes" law:"EPO-C-01 Art. 5(5)(a)"`
	Details
	Contact     *ContactPoint `json:"contact_point,omitempty" ask:"name another contact point for questions"`
	Unvalidated *bool         `json:"emergency_without_validation,omitempty" ask:"tick when validation could not be had in time, a similar domestic order needs none, and it is sought within 48 hours" law:"EPO-I-04 Art. 4(5)" eg:"true"`
	Certification
}

// Notified is section K.
type Notified struct {
	Agency    agencies.ID `json:"agency,omitempty" ask:"give the enforcing authority's id on the trust list" need:"yes" eg:"XB-PROS"`
	Name      string      `json:"name,omitempty" ask:"name the enforcing authority" need:"yes" eg:"Prosecution of Bland"`
	Address   Text        `json:"address,omitempty" ask:"give the address" eg:"4 Street, Bland"`
	Telephone string      `json:"telephone,omitempty" ask:"give the telephone number with country code" eg:"+999 2 100"`
	Fax       string      `json:"fax,omitempty" ask:"give the fax number with country code" eg:"+999 2 101"`
	Email     string      `json:"email,omitempty" ask:"give the email address" eg:"desk@prosecution.example"`
}

// Receiver is who gets the data.
type Receiver string

// Words lists the ticks of section L(a).
func (Receiver) Words() []string {
	return []string{"issuing_authority", "validating_authority", "other_authority"}
}

// Transfer is section L.
type Transfer struct {
	To       Receiver      `json:"to,omitempty" ask:"tick to which authority the data go" need:"yes"`
	Agencies []agencies.ID `json:"agencies,omitempty" ask:"give the ids of the agencies that receive the data" need:"yes" eg:"[XA-POLICE]"`
	Contact  Text          `json:"name_and_contact,omitempty" ask:"give name and contact details of the other authority" eg:"Police of Aland, desk@police.example"`
	Format   Text          `json:"preferred_format,omitempty" ask:"say in which format or by which means the data should come" eg:"sealed to the recipient, over the exchange"`
}

// SectionM is what the enforcing authority gets and the addressee never: Art. 9(2)
// [EPO-C-02].
type SectionM struct {
	Grounds Text      `json:"grounds,omitempty" ask:"give the grounds of necessity and proportionality" need:"yes" law:"EPO-C-01 Art. 5(5)(i)" eg:"why this and no less is needed"`
	Summary Text      `json:"summary,omitempty" ask:"summarise the case" need:"yes" law:"EPO-C-01 Art. 5(5)(j)" eg:"what happened"`
	AnnexIV []AnnexIV `json:"annex_iv,omitempty" ask:"tick the categories of Annex IV, when the maximum is at least three years" law:"EPO-R-D Art. 12(1)(d)" eg:"[trafficking in human beings]"`
	More    Text      `json:"additional,omitempty" ask:"add what the enforcing authority needs for its grounds for refusal" eg:"none"`
}

// AnnexIV is a category of offence, as policy spells it.
type AnnexIV string

// Words lists the 32 categories in the order of Annex IV.
func (AnnexIV) Words() []string {
	return []string{
		"participation in a criminal organisation", "terrorism", "trafficking in human beings",
		"sexual exploitation of children and child pornography", "illicit trafficking in narcotic drugs and psychotropic substances",
		"illicit trafficking in weapons, munitions and explosives", "corruption", "fraud", "laundering of the proceeds of crime",
		"counterfeiting currency", "computer-related crime", "environmental crime", "facilitation of unauthorised entry and residence",
		"murder or grievous bodily injury", "illicit trade in human organs and tissue", "kidnapping, illegal restraint, hostage-taking",
		"racism and xenophobia", "organised or armed robbery", "cultural goods", "swindling", "racketeering and extortion",
		"counterfeiting and piracy of products", "forgery of administrative documents", "forgery of means of payment",
		"hormonal substances", "nuclear or radioactive materials", "stolen vehicles", "rape", "arson",
		"crimes within the jurisdiction of the International Criminal Court", "unlawful seizure of aircraft or ships", "sabotage",
	}
}
