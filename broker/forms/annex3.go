package forms

import "time"

// AnnexIII tells the issuing authority why an EPOC or EPOC-PR cannot be executed.
type AnnexIII struct {
	Head
	A *Concerned            `json:"section_a,omitempty" need:"yes" law:"EPO-C-06 Annex III sec. A"`
	B *RelevantAuthorities  `json:"section_b,omitempty" need:"yes" law:"EPO-C-06 Annex III sec. B"`
	C *ConcernedAddressee   `json:"section_c,omitempty" need:"yes" law:"EPO-C-06 Annex III sec. C"`
	D *NonExecution         `json:"section_d,omitempty" need:"yes" law:"EPO-C-06 Annex III sec. D"`
	E *ThirdCountryConflict `json:"section_e,omitempty" law:"EPO-P-07 Art. 17(1)-(3)"`
	F *Clarification        `json:"section_f,omitempty" law:"EPO-C-06 Annex III sec. F"`
	G *Preserved            `json:"section_g,omitempty" need:"yes" law:"EPO-C-06 Annex III sec. G"`
	H *AddresseeContact     `json:"section_h,omitempty" need:"yes" law:"EPO-C-06 Annex III sec. H"`
}

// Certificate says which certificate is meant.
type Certificate string

// Words lists both.
func (Certificate) Words() []string { return []string{"EPOC", "EPOC-PR"} }

// Concerned is section A.
type Concerned struct {
	Certificate Certificate `json:"certificate,omitempty" ask:"tick which certificate is concerned" need:"yes"`
}

// RelevantAuthorities is section B.
type RelevantAuthorities struct {
	Issuing             string     `json:"issuing_authority,omitempty" ask:"name the issuing authority" need:"yes" eg:"Police of Aland"`
	Reference           Code       `json:"reference,omitempty" ask:"give the file number of the issuing authority" need:"yes" eg:"XA-2026-0001"`
	Validating          string     `json:"validating_authority,omitempty" ask:"name the validating authority, if there is one" eg:"District Court of Aland"`
	ValidatingReference Code       `json:"validating_reference,omitempty" ask:"give the file number of the validating authority" eg:"NT-7-2026"`
	Issued              *time.Time `json:"issued,omitempty" ask:"give the date of issue of the certificate" need:"yes" eg:"2026-09-01T00:00:00Z"`
	Received            *time.Time `json:"received,omitempty" ask:"give the date of receipt of the certificate" need:"yes" eg:"2026-09-02T00:00:00Z"`
	Enforcing           string     `json:"enforcing_authority,omitempty" ask:"name the enforcing authority, if there is one" eg:"Prosecution of Bland"`
	EnforcingReference  Code       `json:"enforcing_reference,omitempty" ask:"give the file number of the enforcing authority" eg:"XB-77"`
}

// ConcernedAddressee is section C.
type ConcernedAddressee struct {
	Name      string `json:"name,omitempty" ask:"name the addressee" need:"yes" eg:"Hostwise Ireland"`
	Reference string `json:"addressee_reference,omitempty" ask:"give the file number of the addressee" eg:"HW-9"`
}

// Reason is a box of section D(a).
type Reason string

// Reasons that other sections depend on.
const (
	reasonUnclear       = "insufficient_information"
	reasonOffence       = "offence_outside_article_5_4"
	reasonThirdCountry  = "third_country_law_prohibits_disclosure"
	reasonNotStored     = "data_not_stored_at_receipt"
	preservationStopped = "not_preserved"
)

// Words lists the boxes in the order of the annex.
func (Reason) Words() []string {
	return []string{
		"incomplete", "manifest_errors", reasonUnclear, reasonNotStored, "de_facto_impossibility",
		"not_issued_or_validated_under_article_4", reasonOffence, "service_not_covered", "immunity_privilege_or_press", reasonThirdCountry,
	}
}

// NonExecution is section D.
type NonExecution struct {
	Reasons     []Reason `json:"reasons,omitempty" ask:"tick at least one reason" need:"yes"`
	Explanation Text     `json:"explanation,omitempty" ask:"explain the reasons" need:"yes" eg:"the account does not exist here"`
}

// Interest is what the law of the third country protects.
type Interest string

// Words lists the boxes of section E.
func (Interest) Words() []string {
	return []string{"fundamental_rights_of_individuals", "national_security_or_defence", "other_interests"}
}

// ThirdCountryConflict is section E.
type ThirdCountryConflict struct {
	Law          Text       `json:"title_of_law,omitempty" ask:"give the title of the law of the third country" need:"yes" eg:"Data Act of Farland"`
	Provisions   Text       `json:"provisions,omitempty" ask:"quote the provisions" need:"yes" eg:"s 4: no disclosure abroad"`
	Interests    []Interest `json:"interests,omitempty" ask:"tick the interest that the law protects" need:"yes"`
	Specified    Text       `json:"interests_specified,omitempty" ask:"specify the interests" need:"yes" eg:"privacy of correspondence"`
	Applies      Text       `json:"why_applicable,omitempty" ask:"explain why the law applies in this case" need:"yes" eg:"the controller is established there"`
	Conflict     Text       `json:"why_conflict,omitempty" ask:"explain why there is a conflict" need:"yes" eg:"disclosure is an offence there"`
	Link         Text       `json:"link_with_third_country,omitempty" ask:"explain the link between the provider and the third country" need:"yes" eg:"parent company"`
	Consequences Text       `json:"consequences,omitempty" ask:"describe the consequences and penalties for the addressee" need:"yes" eg:"fine"`
	More         Text       `json:"additional,omitempty" ask:"add what else is relevant" eg:"none"`
}

// Clarification is section F.
type Clarification struct {
	Wanted Text `json:"information_required,omitempty" ask:"say what is needed from the issuing authority" need:"yes" eg:"the time zone of the time stamps"`
}

// Preservation says whether the data are kept.
type Preservation string

// Words lists the boxes of section G.
func (Preservation) Words() []string { return []string{"preserved", preservationStopped} }

// Preserved is section G.
type Preserved struct {
	Data Preservation `json:"data,omitempty" ask:"tick whether the data are being preserved" need:"yes"`
	More Text         `json:"additional,omitempty" ask:"say why the data are not preserved" eg:"there are none"`
}

// AddresseeContact is section H.
type AddresseeContact struct {
	Name       string     `json:"name,omitempty" ask:"name the designated establishment or legal representative" need:"yes" eg:"Hostwise Ireland"`
	Person     string     `json:"contact_person,omitempty" ask:"name the contact person" need:"yes" eg:"B. Desk"`
	Post       string     `json:"post,omitempty" ask:"give the post held" eg:"counsel"`
	Address    Text       `json:"address,omitempty" ask:"give the address" need:"yes" eg:"1 Quay, Port"`
	Telephone  string     `json:"telephone,omitempty" ask:"give the telephone number with country code" eg:"+999 2 200"`
	Fax        string     `json:"fax,omitempty" ask:"give the fax number with country code" eg:"+999 2 201"`
	Email      string     `json:"email,omitempty" ask:"give the email address" need:"yes" eg:"legal@hostwise.example"`
	Authorised string     `json:"authorised_person,omitempty" ask:"name the authorised person who signs" need:"yes" eg:"B. Desk"`
	Date       *time.Time `json:"date,omitempty" ask:"give the date of signature; without one it is the time of sending" eg:"2026-11-23T12:00:00Z"`
}
