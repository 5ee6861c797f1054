package forms

import (
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// The tags of a member say what everything else is made of:
//
//	json  its name
//	ask   what a person must do, as an imperative; also its description
//	need  "yes" when it must always be there, whatever the other members say;
//	      "often" when most forms have it, so that an empty form shows it
//	law   rule ID and article, where they differ from those of the member above; with
//	      '|' between those of different acts
//	eg    an example for the empty form

// Code is open text of the order: a short code, a file number or the name of an
// article, never a sentence.
type Code string

// Language is a language tag such as "en".
type Language string

// Text is narrative of more than one line.
type Text string

// Head begins every form.
type Head struct {
	unfilled []string // where FILL stood

	Form     Name     `json:"form,omitempty" ask:"say which form this is" need:"yes"`
	Language Language `json:"language,omitempty" ask:"name the language of the text, one that the addressee accepts" need:"yes" law:"EPO-A-04 Art. 27|UNT-04 Art. 18(14)" eg:"en"`
}

// IssuedBy is section A of Annexes I and II.
type IssuedBy struct {
	State               agencies.State `json:"issuing_state,omitempty" ask:"name the issuing State" need:"yes" eg:"XA"`
	Authority           string         `json:"issuing_authority,omitempty" ask:"name the issuing authority" need:"yes" law:"EPO-C-01 Art. 5(5)(a)" eg:"Police of Aland"`
	Validating          string         `json:"validating_authority,omitempty" ask:"name the validating authority" law:"EPO-C-01 Art. 5(5)(a)" eg:"District Court of Aland"`
	Reference           Code           `json:"reference,omitempty" ask:"give the file number of the issuing authority, a code" need:"yes" eg:"XA-2026-0001"`
	ValidatingReference Code           `json:"validating_reference,omitempty" ask:"give the file number of the validating authority, a code" eg:"NT-7-2026"`
}

// Capacity is how the addressee comes to be one.
type Capacity string

// Words lists the capacities of section B.
func (Capacity) Words() []string {
	return []string{"designated_establishment", "legal_representative", "other_establishment_in_union"}
}

// Addressee is section B of Annexes I and II.
type Addressee struct {
	Agency    agencies.ID `json:"agency,omitempty" ask:"give the addressee's id on the trust list" need:"yes" law:"EPO-C-01 Art. 5(5)(b)" eg:"XB-HOST"`
	Name      string      `json:"name,omitempty" ask:"name the addressee" need:"yes" law:"EPO-C-01 Art. 5(5)(b)" eg:"Hostwise Ireland"`
	Capacity  Capacity    `json:"capacity,omitempty" ask:"say in which capacity it is addressed" need:"yes" law:"EPO-A-01 Art. 7"`
	Address   Text        `json:"address,omitempty" ask:"give the address" eg:"1 Quay, Port"`
	Contact   string      `json:"contact,omitempty" ask:"give telephone, fax or email, if known" eg:"legal@hostwise.example"`
	Person    string      `json:"contact_person,omitempty" ask:"name the contact person, if known" eg:"Duty desk"`
	Reference string      `json:"addressee_reference,omitempty" ask:"give the file number of the addressee, if known" eg:"HW-9"`
	Provider  string      `json:"service_provider,omitempty" ask:"name the service provider, if another than the addressee" eg:"Hostwise"`
	Remarks   Text        `json:"remarks,omitempty" ask:"add what else is relevant" eg:"none"`
}

// Earlier is another request that this one follows.
type Earlier struct {
	Instrument  Code       `json:"instrument,omitempty" ask:"say which instrument the earlier request was" need:"yes" eg:"EPOC-PR"`
	Authority   string     `json:"authority,omitempty" ask:"name the authority that made it" need:"yes" eg:"District Court of Aland"`
	Reference   Code       `json:"reference,omitempty" ask:"give its file number" need:"yes" eg:"XA-2026-0002"`
	Case        string     `json:"case,omitempty" ask:"give its request id, when it was made over this exchange" eg:"019353a0-0000-7000-8000-000000000000"`
	Issued      *time.Time `json:"issued,omitempty" ask:"give its date of issue" eg:"2026-09-01T00:00:00Z"`
	Transmitted *time.Time `json:"transmitted,omitempty" ask:"give the date it was transmitted" eg:"2026-09-01T00:00:00Z"`
	To          string     `json:"transmitted_to,omitempty" ask:"say to whom it was transmitted" eg:"Hostwise Ireland"`
}

// IdentifierKind is the kind of a selector; Annex I sec. E names them.
type IdentifierKind broker.IdentifierKind

// Words lists the kinds.
func (IdentifierKind) Words() []string {
	return []string{"ip_address", "telephone", "email", "imei", "mac", "account", "service", "document"}
}

// Identifier finds the data of one user or service.
type Identifier struct {
	Kind      IdentifierKind `json:"kind,omitempty" ask:"say what kind of identifier it is" need:"often" law:"EPO-C-01 Art. 5(5)(c)"`
	Value     string         `json:"value,omitempty" ask:"give the identifier" need:"often" law:"EPO-C-01 Art. 5(5)(c)" eg:"recruiter@hostwise.example"`
	Timestamp string         `json:"timestamp,omitempty" ask:"give the time stamps of an IP address with date and time zone, and the port if known" eg:"2026-02-01 10:15:00 UTC, port 51820"`
	Service   string         `json:"service_name,omitempty" ask:"name the service concerned" eg:"mail"`
	From      *time.Time     `json:"from,omitempty" ask:"say from when the data are wanted" need:"often" law:"EPO-C-01 Art. 5(5)(e)" eg:"2026-01-01T00:00:00Z"`
	Until     *time.Time     `json:"until,omitempty" ask:"say until when the data are wanted, not after the date of issue" need:"often" law:"EPO-C-01 Art. 5(5)(e)" eg:"2026-03-01T00:00:00Z"`
}

// Identification is section E of Annex I and C of Annex II.
type Identification struct {
	Identifiers []Identifier `json:"identifiers,omitempty" ask:"name the user or another unique identifier" need:"often"`
	More        Text         `json:"additional,omitempty" ask:"add what else helps to find the data" eg:"the account was renamed in January"`
}

// Category is a category of data (Art. 3(9)-(12)).
type Category evidence.Category

// Words lists the categories; document is for requests for assistance only.
func (Category) Words() []string {
	return []string{"subscriber", "user_identification_only", "traffic", "content", "document"}
}

// Wanted is one category of data with its ticks.
type Wanted struct {
	Category    Category `json:"category,omitempty" ask:"tick a category of data" need:"yes" law:"EPO-C-01 Art. 5(5)(d)"`
	Items       []Item   `json:"items,omitempty" ask:"tick the items below the category, or name others as codes" eg:"[message_log]"`
	Other       Text     `json:"other,omitempty" ask:"describe other data of the category" eg:"drafts"`
	Identifiers []int    `json:"identifiers,omitempty" ask:"say for which identifiers, counted from 1; none: for all" eg:"[1]"`
}

// Data is section F of Annex I and D of Annex II.
type Data struct {
	Wanted []Wanted `json:"data,omitempty" ask:"tick at least one category of data" need:"yes" law:"EPO-C-01 Art. 5(5)(d)"`
	More   Text     `json:"additional,omitempty" ask:"add what specifies or limits the data" eg:"only messages with the recruited persons"`
}

// About is what the proceedings are.
type About string

// Words lists them: Annex I sec. G(a).
func (About) Words() []string { return []string{broker.PurposeProceedings, broker.PurposeSentence} }

// Offence is the offence that the request is about.
type Offence struct {
	Name      Code  `json:"name,omitempty" ask:"name the offence by a code of the national list, no narrative" need:"yes" law:"EPO-C-01 Art. 5(5)(f)" eg:"trafficking in human beings"`
	Provision Code  `json:"provision,omitempty" ask:"name the statutory provision" need:"yes" law:"EPO-C-01 Art. 5(5)(f)" eg:"Penal Code s 225"`
	Nature    Text  `json:"nature,omitempty" ask:"describe nature and legal classification" eg:"recruitment by deception"`
	MaxMonths int   `json:"max_custodial_sentence_months,omitempty" ask:"give the maximum custodial sentence in months" need:"yes" law:"EPO-T-02 Art. 5(4)(a)" eg:"120"`
	BySystem  *bool `json:"committed_by_information_system,omitempty" ask:"say whether it was committed by means of an information system" law:"EPO-T-03 Art. 5(4)(b)" eg:"true"`
	Directive Code  `json:"listed_in_directive,omitempty" ask:"name the directive that lists the offence" law:"EPO-T-03 Art. 5(4)(b)" eg:"2011/93"`
	Article   int   `json:"directive_article,omitempty" ask:"name the article of the directive" law:"EPO-T-03 Art. 5(4)(b)" eg:"5"`
}

// Sentence is a sentence to be executed.
type Sentence struct {
	Months     int   `json:"months,omitempty" ask:"give the months of the sentence" need:"yes" eg:"24"`
	InAbsentia *bool `json:"in_absentia,omitempty" ask:"say whether it was rendered in absentia" need:"yes" eg:"false"`
	Absconded  *bool `json:"convict_absconded,omitempty" ask:"say whether the person convicted absconded" need:"yes" eg:"true"`
}

// AuthorityType is the type of an issuing authority.
type AuthorityType string

// Words lists the ticks of Annex I sec. I.
func (AuthorityType) Words() []string {
	return []string{"judge_court_or_investigating_judge", "public_prosecutor", "other_competent_authority"}
}

// ValidatorType is the type of a validating authority.
type ValidatorType string

// Words lists the ticks of Annex I sec. J.
func (ValidatorType) Words() []string {
	return []string{"judge_court_or_investigating_judge", "public_prosecutor"}
}

// Details are those of an authority, as they stand at the end of a certificate.
type Details struct {
	Name           string     `json:"name,omitempty" ask:"name the authority" need:"yes" eg:"Police of Aland"`
	Representative string     `json:"representative,omitempty" ask:"name its representative" need:"yes" eg:"A. Official"`
	Post           string     `json:"post,omitempty" ask:"give the post held" need:"yes" eg:"Inspector"`
	Address        Text       `json:"address,omitempty" ask:"give the address" need:"yes" eg:"2 Square, Aland"`
	Telephone      string     `json:"telephone,omitempty" ask:"give the telephone number with country code" eg:"+999 1 234"`
	Fax            string     `json:"fax,omitempty" ask:"give the fax number with country code" eg:"+999 1 235"`
	Email          string     `json:"email,omitempty" ask:"give the email address" need:"yes" eg:"desk@police.example"`
	Languages      []Language `json:"languages,omitempty" ask:"name the languages spoken" eg:"[en]"`
}

// ContactPoint answers questions about a request.
type ContactPoint struct {
	Name      string `json:"name,omitempty" ask:"name the contact point" need:"yes" eg:"Ministry of Justice"`
	Address   Text   `json:"address,omitempty" ask:"give the address" eg:"3 Square, Aland"`
	Telephone string `json:"telephone,omitempty" ask:"give the telephone number with country code" eg:"+999 1 236"`
	Fax       string `json:"fax,omitempty" ask:"give the fax number with country code" eg:"+999 1 237"`
	Email     string `json:"email,omitempty" ask:"give the email address" eg:"central@justice.example"`
}

// Certification is the declaration that the content is right. The signature itself is
// that of the statement which carries the form.
type Certification struct {
	Date      *time.Time `json:"date,omitempty" ask:"give the date of signature; without one it is the time of sending" eg:"2026-11-23T12:00:00Z"`
	Certified *bool      `json:"certified,omitempty" ask:"certify that the content is accurate and correct" need:"yes" law:"EPO-C-08 Art. 9(1)" eg:"true"`
}

// Validation is section J of Annex I and G of Annex II.
type Validation struct {
	Agency agencies.ID   `json:"agency,omitempty" ask:"give the validating authority's id on the trust list" need:"yes" eg:"XA-COURT"`
	Type   ValidatorType `json:"type,omitempty" ask:"tick the type of validating authority" need:"yes"`
	Details
	Reference Code `json:"reference,omitempty" ask:"give the file number of the validating authority" eg:"NT-7-2026"`
}

// Victim is the identity of victims, for the issuing authority alone.
type Victim struct {
	Name Text `json:"name,omitempty" ask:"name the victim" eg:"who"`
	More Text `json:"additional,omitempty" ask:"add what the issuing authority must keep" eg:"shelter"`
}

// Grounds are those of the order, and the summary of the case; not for the addressee.
type Grounds struct {
	Grounds Text `json:"grounds,omitempty" ask:"give the grounds of necessity and proportionality" need:"yes" eg:"why this and no less is needed"`
	Summary Text `json:"summary,omitempty" ask:"summarise the case" eg:"what happened"`
}

// Item is a tick below a category: one of the annex, or a code of one's own.
type Item Code

// Known lists the ticks of Annex I sec. F, in its order.
func (Item) Known() []string {
	return []string{
		"identity", "registration", "service_type", "profile", "validation_data", "payment", "puk_codes",
		"ip_connection_records",
		"call_identifiers", "call_times", "call_attempts", "base_station", "bearer", "routing", "volume", "connection_times", "session_duration",
		"logfiles", "tickets", "purchase_history", "prepaid_charging_history",
		"mailbox", "online_storage", "pagedump", "message_log", "voicemail", "server_contents", "device_backup", "contact_list",
	}
}
