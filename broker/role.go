package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Role is the part an agency plays in one request.
type Role string

// The roles.
const (
	RoleIssuer    Role = "issuer"
	RoleValidator Role = "validator"
	RoleAddressee Role = "addressee"
	RoleEnforcing Role = "enforcing authority"
	RoleRecipient Role = "recipient of data"
	RoleOversight Role = "oversight"
	RoleBroker    Role = "broker"
)

// Parties are the agencies of one request by role.
type Parties struct {
	Issuer     agencies.ID   `json:"issuer,omitempty"`
	Validator  agencies.ID   `json:"validator,omitempty"`
	Addressee  agencies.ID   `json:"addressee,omitempty"`
	Enforcing  agencies.ID   `json:"enforcing_authority,omitempty"`
	Recipients []agencies.ID `json:"recipients_of_data,omitempty"`
}

// Roles lists what id is in the request; none when it is a stranger.
func (p Parties) Roles(id agencies.ID) []Role {
	var out []Role
	if id == "" {
		return nil
	}
	for _, r := range []struct {
		id   agencies.ID
		role Role
	}{{p.Issuer, RoleIssuer}, {p.Validator, RoleValidator}, {p.Addressee, RoleAddressee}, {p.Enforcing, RoleEnforcing}} {
		if r.id == id {
			out = append(out, r.role)
		}
	}
	if slices.Contains(p.Recipients, id) {
		out = append(out, RoleRecipient)
	}
	return out
}

// All lists the agencies once, in the order of the roles.
func (p Parties) All() []agencies.ID {
	var out []agencies.ID
	for _, id := range append([]agencies.ID{p.Issuer, p.Validator, p.Addressee, p.Enforcing}, p.Recipients...) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Compartment is a sealed part of a statement, with its own key and readers.
type Compartment string

// The compartments.
const (
	// Certificate holds the particulars that addressee and authorities read.
	Certificate Compartment = "certificate"
	// SectionM holds grounds and case summary. It never reaches the addressee:
	// Reg. (EU) 2023/1543 Art. 9(2) [EPO-C-02].
	SectionM Compartment = "section_m"
	// Victim holds the identity of victims, for the issuing authority alone until
	// a second role opens it with a recorded reason [TIP-03, XC-13].
	Victim Compartment = "victim"
	// Message holds the text of questions, answers and reasons between the
	// parties of one act.
	Message Compartment = "message"
)

// readers says which roles a compartment may be sealed to.
var readers = map[Compartment][]Role{
	Certificate: {RoleIssuer, RoleValidator, RoleAddressee, RoleEnforcing},
	SectionM:    {RoleIssuer, RoleValidator, RoleEnforcing},
	Victim:      {RoleIssuer},
	Message:     {RoleIssuer, RoleValidator, RoleAddressee, RoleEnforcing, RoleRecipient},
}

// Readers returns the agencies of the request that may read the compartment.
func (p Parties) Readers(c Compartment) []agencies.ID {
	var out []agencies.ID
	for _, id := range p.All() {
		if p.mayRead(c, id) {
			out = append(out, id)
		}
	}
	return out
}

// mayRead: an agency that is also the addressee does not read section M, even if
// it holds another role beside.
func (p Parties) mayRead(c Compartment, id agencies.ID) bool {
	roles := p.Roles(id)
	if c == SectionM && slices.Contains(roles, RoleAddressee) {
		return false
	}
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(readers[c], r) })
}

// CheckSealed refuses sealed parts addressed to who may not read them.
func (p Parties) CheckSealed(refs []agencies.SealedRef) error {
	for i, ref := range refs {
		c := Compartment(ref.Compartment)
		rule := "sealed"
		if c == SectionM {
			rule = "EPO-C-02"
		}
		if readers[c] == nil {
			return field("sealed.compartment", rule, "is unknown")
		}
		if slices.ContainsFunc(refs[:i], func(o agencies.SealedRef) bool { return o.Compartment == ref.Compartment }) {
			return field("sealed.compartment", rule, "is named twice")
		}
		if len(ref.To) == 0 {
			return field("sealed."+ref.Compartment+".to", rule, "is missing")
		}
		for _, id := range ref.To {
			if !p.mayRead(c, id) {
				return field("sealed."+ref.Compartment+".to", rule, "names an agency that may not read this compartment")
			}
		}
	}
	return nil
}
