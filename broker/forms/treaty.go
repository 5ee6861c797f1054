package forms

import "github.com/rogatory/rogatory/agencies"

// SubscriberOrder is an order for subscriber information direct to a provider of
// another Party, CETS 224 Art. 7. Its members are modelled from memory [CET-03].
type SubscriberOrder struct {
	SubscriberLetter
	Desk
}

// SubscriberLetter is what the provider reads.
type SubscriberLetter struct {
	Head
	A *Receiving     `json:"section_a,omitempty" need:"yes" law:"CET-03 Art. 7(3)-(4)"`
	B *Custodian     `json:"section_b,omitempty" need:"yes" law:"CET-03 Art. 7(3)-(4)"`
	C *DataSought    `json:"section_c,omitempty" need:"yes" law:"CET-03 Art. 7(3)-(4)"`
	D *OffenceFacts  `json:"section_d,omitempty" need:"yes" law:"CET-03 Art. 7(3)-(4)"`
	E *ProtocolOrder `json:"section_e,omitempty" need:"yes" law:"CET-03 Art. 7(3)-(4)"`
	F *Notified      `json:"section_f,omitempty" law:"CET-05 Art. 7(5)"`
	G *EIOValidation `json:"section_g,omitempty" law:"CET-04 Art. 7(2)(b)"`
}

// ForAddressee is the copy that the provider gets.
func (f *SubscriberOrder) ForAddressee() *SubscriberLetter {
	c := f.SubscriberLetter
	return &c
}

// Receiving is section A of a request under which data are handed over.
type Receiving struct {
	Requester
	Recipients []agencies.ID `json:"agencies,omitempty" ask:"give the ids of the agencies that receive the data" need:"yes" eg:"[XA-POLICE]"`
}

// ProtocolOrder is what Art. 7 wants beside.
type ProtocolOrder struct {
	Statement *bool `json:"protocol_statement,omitempty" ask:"state that the order is issued under the Protocol" need:"yes" eg:"true"`
	Seeking   Text  `json:"seeking_authority,omitempty" ask:"name the authority that seeks the information" need:"yes" eg:"Police of Aland"`
	Return    Text  `json:"return_contact,omitempty" ask:"say to whom the information is returned" need:"yes" eg:"desk@police.example"`
	Manner    Text  `json:"time_and_manner,omitempty" ask:"say when and how the information is to be given" need:"yes" eg:"within 30 days, over the exchange"`
	Procedure Text  `json:"procedure,omitempty" ask:"describe a particular procedure to be followed" eg:"certified copies"`
}

// ProtocolEmergency asks for stored data through the 24/7 points of contact in an
// emergency, CETS 224 Art. 9. Its members are modelled from memory [CET-08].
type ProtocolEmergency struct {
	ProtocolEmergencyLetter
	Desk
}

// ProtocolEmergencyLetter is what the requested point of contact reads.
type ProtocolEmergencyLetter struct {
	Head
	A *Receiving     `json:"section_a,omitempty" need:"yes" law:"CET-08 Art. 9"`
	B *Custodian     `json:"section_b,omitempty" need:"yes" law:"CET-08 Art. 9"`
	C *DataNeeded    `json:"section_c,omitempty" need:"yes" law:"CET-08 Art. 9"`
	D *OffenceFacts  `json:"section_d,omitempty" need:"yes" law:"CET-08 Art. 9"`
	E *LifeEmergency `json:"section_e,omitempty" need:"yes" law:"CET-08 Art. 9"`
}

// ForAddressee is the copy that the requested point of contact gets.
func (f *ProtocolEmergency) ForAddressee() *ProtocolEmergencyLetter {
	c := f.ProtocolEmergencyLetter
	return &c
}

// Information is given to another State unasked, UNTOC Art. 18(4)-(5) [UNT-16].
type Information struct {
	InformationLetter
	Desk
}

// InformationLetter is what the other State reads.
type InformationLetter struct {
	Head
	A *Requester    `json:"section_a,omitempty" need:"yes" law:"UNT-16 Art. 18(4)-(5)"`
	B *Custodian    `json:"section_b,omitempty" need:"yes" law:"UNT-16 Art. 18(4)-(5)"`
	C *OffenceFacts `json:"section_c,omitempty" need:"yes" law:"UNT-16 Art. 18(4)-(5)"`
	D *Given        `json:"section_d,omitempty" need:"yes" law:"UNT-16 Art. 18(4)-(5)"`
	E *Limits       `json:"section_e,omitempty" need:"yes" law:"UNT-16 Art. 18(4)-(5)"`
}

// ForAddressee is the copy that the other State gets.
func (f *Information) ForAddressee() *InformationLetter {
	c := f.InformationLetter
	return &c
}

// Given is section D: what the information is about.
type Given struct {
	Identifiers []Identifier `json:"identifiers,omitempty" ask:"say what identifies the data or documents" need:"yes"`
	Wanted      []Wanted     `json:"data,omitempty" ask:"tick at least one category of data" need:"yes"`
}

// Limits is section E: what the information is for, and what binds who uses it.
type Limits struct {
	Purpose      Text   `json:"purpose,omitempty" ask:"say what the information is meant for" need:"yes" eg:"an investigation in your State"`
	UseLimits    []Code `json:"use_limits,omitempty" ask:"name as codes what you forbid or demand; they bind whoever uses it" eg:"[intelligence_only_not_in_court]"`
	Confidential *bool  `json:"confidential,omitempty" ask:"say whether fact and substance must be kept confidential" eg:"true"`
}

func (f *SubscriberOrder) check(c *checker) {
	f.A.check(c, f.C, f.D)
	if f.C != nil {
		for i, w := range f.C.Wanted {
			c.clash(w.Category == "subscriber", nth("section_c.data", i)+".category", "CET-03 Art. 7(1)", "ask for subscriber data only, or by another instrument")
		}
	}
	if f.E != nil {
		c.clash(f.E.Statement == nil || *f.E.Statement, "section_e.protocol_statement", "", "state that the order is issued under the Protocol, or use another instrument")
	}
	c.desk(&f.Desk, f.said(), basisOf(f))
}

// check holds what the requests to providers share to each other.
func (a *Receiving) check(c *checker, d *DataSought, _ *OffenceFacts) {
	var r *Requester
	if a != nil {
		r = &a.Requester
	}
	d.check(c, r)
	r.check(c)
}

func (f *ProtocolEmergency) check(c *checker) {
	var r *Requester
	if f.A != nil {
		r = &f.A.Requester
	}
	f.C.check(c, r)
	r.check(c)
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (d *DataNeeded) check(c *checker, a *Requester) {
	if d != nil {
		c.selectors(selectors{"section_c.identifiers", "section_c.data", d.Identifiers, d.Wanted, a.issued(), true})
		c.clash(d.Limited == nil || *d.Limited, "section_c.limited_to_need", "", "ask for no more than the emergency needs")
	}
}

func (f *Information) check(c *checker) {
	if d := f.D; d != nil {
		c.selectors(selectors{"section_d.identifiers", "section_d.data", d.Identifiers, d.Wanted, f.A.issued(), true})
	}
	f.A.check(c)
	c.desk(&f.Desk, f.said(), basisOf(f))
}
