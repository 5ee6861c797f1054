package agencies

import "slices"

// Kind is what an agency is.
type Kind string

// The kinds of agency.
const (
	CentralAuthority Kind = "central_authority"
	Court            Kind = "court"
	Prosecution      Kind = "prosecution"
	Police           Kind = "police"
	ServiceProvider  Kind = "service_provider"
	Oversight        Kind = "oversight"
	Broker           Kind = "broker"
)

// Kinds lists them all.
func Kinds() []Kind {
	return []Kind{CentralAuthority, Court, Prosecution, Police, ServiceProvider, Oversight, Broker}
}

// Valid reports whether k is a known kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Office is the function in which a person signs. The law asks for the office
// (who may issue or validate, Reg. (EU) 2023/1543 Art. 4), not for the name.
type Office string

// The offices. OfficeSeal is no natural person: it is the agency's own e-seal,
// and is never an officer's office. OfficeCustodian is the evidence desk of a
// provider or an executing authority.
const (
	OfficeJudge              Office = "judge"
	OfficeCourt              Office = "court"
	OfficeInvestigatingJudge Office = "investigating_judge"
	OfficePublicProsecutor   Office = "public_prosecutor"
	OfficePolice             Office = "police"
	OfficeCentralAuthority   Office = "central_authority"
	OfficeInvestigator       Office = "investigator"
	OfficeAuditor            Office = "auditor"
	OfficeCustodian          Office = "custodian"
	OfficeOperator           Office = "operator"
	OfficeSeal               Office = "seal"
)

// Offices lists every office a person can hold; OfficeSeal is not among them.
func Offices() []Office {
	return []Office{
		OfficeJudge, OfficeCourt, OfficeInvestigatingJudge, OfficePublicProsecutor, OfficePolice,
		OfficeCentralAuthority, OfficeInvestigator, OfficeAuditor, OfficeCustodian, OfficeOperator,
	}
}

// Valid reports whether o is an office a person can hold.
func (o Office) Valid() bool { return slices.Contains(Offices(), o) }

// Competence is what an agency may do in the exchange.
type Competence string

// The competences.
const (
	CompIssue       Competence = "issue"
	CompValidate    Competence = "validate"
	CompTransmit    Competence = "transmit"
	CompEnforce     Competence = "enforce"
	CompAddress     Competence = "address"
	CompInvestigate Competence = "investigate"
	CompOversee     Competence = "oversee"
	CompOperate     Competence = "operate"
)

// CompetenceWords lists every competence.
func CompetenceWords() []Competence {
	return []Competence{
		CompIssue, CompValidate, CompTransmit, CompEnforce, CompAddress, CompInvestigate, CompOversee, CompOperate,
	}
}

// Valid reports whether c is a known competence.
func (c Competence) Valid() bool { return slices.Contains(CompetenceWords(), c) }

// Regime is the law a request rests on. The set is open, because a bilateral
// treaty may be added by a policy bundle; the form is fixed.
type Regime string

// Regimes of the rule table.
const (
	RegimeEPO        Regime = "EU_2023_1543"      // European Production and Preservation Orders
	RegimeEPOImpl    Regime = "EU_IMPL_2025_1550" // decentralised IT system
	RegimeEIO        Regime = "EIO_2014_41"
	RegimeUNTOC      Regime = "UNTOC"
	RegimeTIP        Regime = "TIP_PROTOCOL"
	RegimeBudapest   Regime = "BUDAPEST_185"
	RegimeBudapest2  Regime = "CETS_224"
	RegimeUNCC       Regime = "UNCC_2024"
	RegimeUNODCForms Regime = "UNODC_FORMS"
)

// Check reports whether r has the form of a regime: 2 to 32 of A-Z, 0-9 and
// '_', beginning with a letter.
func (r Regime) Check() error {
	ok := len(r) >= 2 && len(r) <= 32 && isUpper(r[0])
	for i := 1; ok && i < len(r); i++ {
		ok = isUpper(r[i]) || isDigit(r[i]) || r[i] == '_'
	}
	if !ok {
		return fieldErr("regime", RuleFormat, "want 2 to 32 of A-Z, 0-9 and '_'")
	}
	return nil
}

// KeyUse is what a key is for. One key never has two uses.
type KeyUse string

// The uses.
const (
	UseSign KeyUse = "sign"
	UseSeal KeyUse = "seal"
)

// Standing is whether an officer may act now.
type Standing string

// The standings.
const (
	Active    Standing = "active"
	Suspended Standing = "suspended"
	Ended     Standing = "ended"
)

// Valid reports whether s is a known standing.
func (s Standing) Valid() bool { return s == Active || s == Suspended || s == Ended }

// Revocation is why a key was revoked, which decides what its older signatures
// are still worth; see TrustList.Verify.
type Revocation string

// The reasons.
const (
	Superseded  Revocation = "superseded"
	Compromised Revocation = "compromised"
)

// Typ is the JWS header parameter typ. It keeps a signature made for one
// purpose from being shown for another (RFC 8725 §3.11).
type Typ string

// The types.
const (
	TypAct        Typ = "rogatory-act+jws"        // a party's statement
	TypValidation Typ = "rogatory-validation+jws" // a judge's, over an order
	TypRecord     Typ = "rogatory-record+jws"     // the broker's attestation
	TypTrust      Typ = "rogatory-trust+jws"      // a registrar's, over a trust list
	TypCustody    Typ = "rogatory-custody+jws"    // giver's or taker's
	TypBundle     Typ = "rogatory-bundle+jws"     // a policy signer's, over a bundle
	TypDraft      Typ = "rogatory-draft+jws"      // an act that is only asked about: it can never be recorded as one
)

// Valid reports whether t is a known type.
func (t Typ) Valid() bool {
	switch t {
	case TypAct, TypValidation, TypRecord, TypTrust, TypCustody, TypBundle, TypDraft:
		return true
	}
	return false
}
