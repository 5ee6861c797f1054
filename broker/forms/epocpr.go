package forms

import "time"

// EPOCPR is the European Preservation Order Certificate, Annex II, as its issuer
// fills it in. The grounds belong to the order and not to the certificate: Art. 6(4)
// and 9(3) [EPO-C-03].
type EPOCPR struct {
	EPOCPRCertificate
	Grounds *Grounds `json:"grounds,omitempty" need:"yes" law:"EPO-C-03 Art. 6(4)"`
	Desk
}

// EPOCPRCertificate is Annex II: the one copy there is.
type EPOCPRCertificate struct {
	Head
	A *IssuedBy             `json:"section_a,omitempty" need:"yes" law:"EPO-C-05 Annex II sec. A"`
	B *Addressee            `json:"section_b,omitempty" need:"yes" law:"EPO-C-05 Annex II sec. B"`
	C *Identification       `json:"section_c,omitempty" need:"yes" law:"EPO-C-05 Annex II sec. C"`
	D *Data                 `json:"section_d,omitempty" need:"yes" law:"EPO-C-05 Annex II sec. D"`
	E *PreservingConditions `json:"section_e,omitempty" need:"yes" law:"EPO-C-05 Annex II sec. E"`
	F *PreservingIssuer     `json:"section_f,omitempty" need:"yes" law:"EPO-C-05 Annex II sec. F"`
	G *Validation           `json:"section_g,omitempty" law:"EPO-C-05 Annex II sec. G"`
}

// ForAddressee is the copy that the addressee gets.
func (f *EPOCPR) ForAddressee() *EPOCPRCertificate {
	c := f.EPOCPRCertificate
	return &c
}

// PreservingConditions is section E of Annex II.
type PreservingConditions struct {
	About    About     `json:"about,omitempty" ask:"say what the proceedings are" need:"yes" law:"EPO-S-01 Art. 2(2)"`
	Offence  *Offence  `json:"offence,omitempty" ask:"name the offence" need:"often"`
	Sentence *Sentence `json:"sentence,omitempty" ask:"describe the sentence" law:"EPO-S-01 Art. 2(2)"`
}

// PreservingIssuer is section F of Annex II, which also holds the emergency.
type PreservingIssuer struct {
	Type AuthorityType `json:"type,omitempty" ask:"tick the type of issuing authority" need:"yes" law:"EPO-C-01 Art. 5(5)(a)"`
	Details
	Contact     *ContactPoint `json:"contact_point,omitempty" ask:"name another contact point for questions"`
	Unvalidated *bool         `json:"emergency_without_validation,omitempty" ask:"tick when validation could not be had in time, a similar domestic order needs none, and it is sought within 48 hours" law:"EPO-I-04 Art. 4(5)" eg:"true"`
	Threat      Code          `json:"threat,omitempty" ask:"say as a code what is imminently threatened" law:"EPO-I-05 Art. 3(18)" eg:"imminent_threat_to_life"`
	Critical    *bool         `json:"critical_infrastructure,omitempty" ask:"say whether the threat is one to critical infrastructure that endangers persons" law:"EPO-I-05 Art. 3(18)" eg:"false"`
	Reasons     Text          `json:"emergency_reasons,omitempty" ask:"give the reasons of the emergency" law:"EPO-I-05 Art. 3(18)" eg:"why life is in danger"`
	Certification
}

// AnnexV confirms that a request for production follows an EPOC-PR.
type AnnexV struct {
	Head
	A *ConfirmingAuthority `json:"section_a,omitempty" need:"yes" law:"EPO-C-07 Annex V sec. A"`
	B *PreservingAddressee `json:"section_b,omitempty" need:"yes" law:"EPO-C-07 Annex V sec. B"`
	C *PreservedUnder      `json:"section_c,omitempty" need:"yes" law:"EPO-C-07 Annex V sec. C"`
	D *Confirmation        `json:"section_d,omitempty" need:"yes" law:"EPO-C-07 Annex V sec. D"`
}

// ConfirmingAuthority is section A of Annexes V and VI.
type ConfirmingAuthority struct {
	State     string        `json:"issuing_state,omitempty" ask:"name the issuing State" need:"yes" eg:"XA"`
	Authority string        `json:"issuing_authority,omitempty" ask:"name the issuing authority" need:"yes" eg:"District Court of Aland"`
	Reference Code          `json:"reference,omitempty" ask:"give the file number of the issuing authority" eg:"XA-2026-0002"`
	Contact   *ContactPoint `json:"contact_point,omitempty" ask:"name the contact point, if another than in the EPOC-PR"`
}

// PreservingAddressee is section B of Annexes V and VI.
type PreservingAddressee struct {
	Name      string `json:"name,omitempty" ask:"name the addressee" need:"yes" eg:"Hostwise Ireland"`
	Address   Text   `json:"address,omitempty" ask:"give the address" need:"yes" eg:"1 Quay, Port"`
	Contact   string `json:"contact,omitempty" ask:"give telephone, fax or email, if known" eg:"legal@hostwise.example"`
	Person    string `json:"contact_person,omitempty" ask:"name the contact person, if known" eg:"Duty desk"`
	Reference string `json:"addressee_reference,omitempty" ask:"give the file number of the addressee, if known" eg:"HW-9"`
	Provider  string `json:"service_provider,omitempty" ask:"name the service provider, if another than the addressee" eg:"Hostwise"`
	Remarks   Text   `json:"remarks,omitempty" ask:"add what else is relevant" eg:"none"`
}

// PreservedUnder is section C of Annex V: the EPOC-PR, and its extension.
type PreservedUnder struct {
	Issued      *time.Time  `json:"issued,omitempty" ask:"give the date of issue of the EPOC-PR" need:"yes" eg:"2026-09-01T00:00:00Z"`
	Transmitted *time.Time  `json:"transmitted,omitempty" ask:"give the date it was transmitted" need:"yes" eg:"2026-09-01T00:00:00Z"`
	Reference   Code        `json:"reference,omitempty" ask:"give its file number" need:"yes" eg:"XA-2026-0002"`
	Extended    *ExtendedBy `json:"extended,omitempty" ask:"say who extended it by 30 days, if it was extended" law:"EPO-K-07 Art. 11(1)"`
}

// ExtendedBy is the extension that section C of Annex V names.
type ExtendedBy struct {
	Authority string     `json:"authority,omitempty" ask:"name the authority that extended it" need:"yes" eg:"District Court of Aland"`
	Reference Code       `json:"reference,omitempty" ask:"give the file number of the extension" need:"yes" eg:"XA-2026-0003"`
	Date      *time.Time `json:"date,omitempty" ask:"give the date of the extension" need:"yes" eg:"2026-10-15T00:00:00Z"`
}

// Subsequent is the kind of the request that follows.
type Subsequent string

// Words lists the boxes of section D.
func (Subsequent) Words() []string { return []string{"EPOC", "EIO", "MLA"} }

// Confirmation is section D of Annex V.
type Confirmation struct {
	Instrument  Subsequent `json:"instrument,omitempty" ask:"tick which request for production was issued" need:"yes" law:"EPO-K-08 Art. 11(1)-(2)"`
	Authority   string     `json:"authority,omitempty" ask:"name the authority that issued it" need:"yes" eg:"District Court of Aland"`
	Issued      *time.Time `json:"issued,omitempty" ask:"give its date of issue" need:"yes" eg:"2026-10-20T00:00:00Z"`
	Transmitted *time.Time `json:"transmitted,omitempty" ask:"give the date it was transmitted" need:"yes" eg:"2026-10-20T00:00:00Z"`
	Reference   Code       `json:"reference,omitempty" ask:"give its file number" need:"yes" eg:"XA-2026-0004"`
	To          string     `json:"transmitted_to,omitempty" ask:"say to whom it was transmitted" need:"yes" eg:"Hostwise Ireland"`
	Signed
}

// Signed names who signs. The signature itself is that of the statement.
type Signed struct {
	Signatory string     `json:"signatory,omitempty" ask:"name who signs" need:"yes" eg:"A. Judge"`
	Date      *time.Time `json:"date,omitempty" ask:"give the date of signature; without one it is the time of sending" eg:"2026-11-23T12:00:00Z"`
}

// AnnexVI extends the preservation under an EPOC-PR by 30 days. The form has no
// member for another period, as the annex has none [EPO-C-07].
type AnnexVI struct {
	Head
	A *ConfirmingAuthority `json:"section_a,omitempty" need:"yes" law:"EPO-C-07 Annex VI sec. A"`
	B *PreservingAddressee `json:"section_b,omitempty" need:"yes" law:"EPO-C-07 Annex VI sec. B"`
	C *PriorEPOCPR         `json:"section_c,omitempty" need:"yes" law:"EPO-C-07 Annex VI sec. C"`
	D *Extension           `json:"section_d,omitempty" need:"yes" law:"EPO-C-07 Annex VI sec. D"`
}

// PriorEPOCPR is section C of Annex VI.
type PriorEPOCPR struct {
	Issued      *time.Time `json:"issued,omitempty" ask:"give the date of issue of the EPOC-PR" need:"yes" eg:"2026-09-01T00:00:00Z"`
	Transmitted *time.Time `json:"transmitted,omitempty" ask:"give the date it was transmitted" need:"yes" eg:"2026-09-01T00:00:00Z"`
	Reference   Code       `json:"reference,omitempty" ask:"give its file number" need:"yes" eg:"XA-2026-0002"`
	To          string     `json:"transmitted_to,omitempty" ask:"say to whom it was transmitted" need:"yes" eg:"Hostwise Ireland"`
}

// Extension is section D of Annex VI.
type Extension struct {
	Signed
}
