package forms

import (
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// MLA is a request for assistance with the content of UNTOC Art. 18(15), (a) to (f),
// as the UN model request orders it. Section G is the transmission.
type MLA struct {
	MLARequest
	Desk
}

// MLARequest is what the requested authority reads.
type MLARequest struct {
	Head
	A *RequestingAuthority `json:"section_a,omitempty" need:"yes" law:"UNT-05 Art. 18(15)(a)"`
	B *SubjectMatter       `json:"section_b,omitempty" need:"yes" law:"UNT-05 Art. 18(15)(b)"`
	C *Summary             `json:"section_c,omitempty" need:"often" law:"UNT-05 Art. 18(15)(c)"`
	D *Assistance          `json:"section_d,omitempty" need:"yes" law:"UNT-05 Art. 18(15)(d)"`
	E *PersonSought        `json:"section_e,omitempty" law:"UNT-05 Art. 18(15)(e)"`
	F *Purpose             `json:"section_f,omitempty" need:"yes" law:"UNT-05 Art. 18(15)(f)"`
	G *Transmission        `json:"section_g,omitempty" need:"yes" law:"UNT-03 Art. 18(13)"`
}

// ForAddressee is the copy that the requested authority gets.
func (f *MLA) ForAddressee() *MLARequest {
	c := f.MLARequest
	return &c
}

// RequestingAuthority is section A.
type RequestingAuthority struct {
	State agencies.State `json:"requesting_state,omitempty" ask:"name the requesting State" need:"yes" eg:"XA"`
	Details
	Reference  Code `json:"reference,omitempty" ask:"give the file number of the requesting authority, a code" need:"yes" eg:"XA-2026-0003"`
	LegalBasis Code `json:"legal_basis,omitempty" ask:"name the article the request rests on" need:"yes" law:"UNT-01 Art. 18(1)" eg:"UNTOC Art 18"`
	Certification
}

// SubjectMatter is section B.
type SubjectMatter struct {
	About      About     `json:"about,omitempty" ask:"say what the proceedings are" need:"yes"`
	Subject    Text      `json:"subject_matter,omitempty" ask:"describe subject matter and nature of the investigation or proceedings" need:"yes" eg:"investigation of an organised group"`
	Conducting Text      `json:"conducting_authority,omitempty" ask:"name the authority that conducts them and its functions" need:"yes" eg:"Prosecution of Aland, pre-trial investigation"`
	Offence    *Offence  `json:"offence,omitempty" ask:"name the offence" need:"often"`
	Sentence   *Sentence `json:"sentence,omitempty" ask:"describe the sentence"`
}

// Summary is section C; not needed to serve judicial documents.
type Summary struct {
	Facts Text `json:"summary_of_facts,omitempty" ask:"summarise the relevant facts" need:"yes" eg:"what happened"`
}

// Assistance is section D.
type Assistance struct {
	Description Text         `json:"description,omitempty" ask:"describe the assistance sought" need:"yes" eg:"production of the records of the account"`
	Procedure   Text         `json:"procedure,omitempty" ask:"describe a particular procedure to be followed" eg:"certified copies"`
	Identifiers []Identifier `json:"identifiers,omitempty" ask:"say what identifies the data or documents" need:"yes"`
	Wanted      []Wanted     `json:"data,omitempty" ask:"tick at least one category of data" need:"yes"`
}

// PersonSought is section E, where possible and appropriate.
type PersonSought struct {
	Identity    Text `json:"identity,omitempty" ask:"identify the person concerned" eg:"N.N., born 1980"`
	Location    Text `json:"location,omitempty" ask:"say where the person is" eg:"Capital of Farland"`
	Nationality Text `json:"nationality,omitempty" ask:"give the nationality" eg:"XC"`
}

// Purpose is section F.
type Purpose struct {
	Purpose Text `json:"purpose,omitempty" ask:"say for which purpose the evidence, information or action is sought" need:"yes" eg:"proof of the orders given"`
}

// Transmission is section G: to whom the request goes, and under which conditions.
type Transmission struct {
	Agency       agencies.ID   `json:"agency,omitempty" ask:"give the id of the requested central authority on the trust list" need:"yes" eg:"XC-ABROAD"`
	Name         string        `json:"name,omitempty" ask:"name the requested authority" need:"yes" eg:"Ministry of Justice of Farland"`
	Recipients   []agencies.ID `json:"agencies,omitempty" ask:"give the ids of the agencies that receive the data" need:"yes" law:"UNT-05 Art. 18(15)" eg:"[XA-POLICE]"`
	Deadline     *time.Time    `json:"other_deadline,omitempty" ask:"give a deadline, after the date of issue" law:"UNT-13 Art. 18(24)" eg:"2026-12-31T00:00:00Z"`
	Reasons      Text          `json:"deadline_reasons,omitempty" ask:"give the reasons of the deadline" law:"UNT-13 Art. 18(24)" eg:"hearing on 31 December"`
	Confidential *bool         `json:"confidential,omitempty" ask:"say whether fact and substance of the request must be kept confidential" law:"UNT-09 Art. 18(20)" eg:"true"`
	Earlier      *Earlier      `json:"earlier_preservation,omitempty" ask:"name the request under which the data were preserved"`
	FollowUp     *Earlier      `json:"earlier_production,omitempty" ask:"name the request for production that this one adds to"`
}
