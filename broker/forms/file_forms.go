package forms

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

func (f *EPOC) certificate() Page  { return f.ForAddressee() }
func (f *EPOC) contents() []string { return lettersOf(f.ForAddressee()) }

func (f *EPOC) fill(out *Filing) {
	o := &out.order
	out.issued(f.I.Date)
	o.Reference, o.Addressee, o.Recipients = string(f.A.Reference), f.B.Agency, f.L.Agencies
	if f.K != nil {
		o.Enforcing = f.K.Agency
	}
	if f.J != nil {
		o.Validator = f.J.Agency
	}
	var ids []Identifier
	if f.E != nil {
		ids = f.E.Identifiers
	}
	out.targets(selectors{identifiers: ids, wanted: f.F.Wanted})
	out.proceedings(f.G.About, f.G.Offence, f.G.Sentence)
	if f.emergency() {
		out.emergency(f.C.Threat, f.C.Critical, yes(f.I.Unvalidated))
	}
	o.Deadline = f.C.Other
	if f.D != nil {
		o.Preservation, o.FollowUp = f.D.Preservation.reference(), f.D.Production.reference()
	}
}

func (f *EPOCPR) certificate() Page  { return f.ForAddressee() }
func (f *EPOCPR) contents() []string { return lettersOf(f.ForAddressee()) }

func (f *EPOCPR) fill(out *Filing) {
	o := &out.order
	out.issued(f.F.Date)
	o.Reference, o.Addressee = string(f.A.Reference), f.B.Agency
	if f.G != nil {
		o.Validator = f.G.Agency
	}
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.D.Wanted})
	out.proceedings(f.E.About, f.E.Offence, f.E.Sentence)
	if f.F.Threat != "" {
		out.emergency(f.F.Threat, f.F.Critical, yes(f.F.Unvalidated))
	}
}

func (f *MLA) certificate() Page { return f.ForAddressee() }

// contents are the names that policy has for the points of Art. 18(15) [UNT-05].
func (f *MLA) contents() []string {
	out := []string{"requesting_authority", "subject_matter_and_conducting_authority"}
	if f.C != nil {
		out = append(out, "summary_of_facts")
	}
	out = append(out, "assistance_sought", "purpose")
	if f.E != nil {
		out = append(out, "person_identity_if_known")
	}
	return out
}

func (f *MLA) fill(out *Filing) {
	o := &out.order
	out.issued(f.A.Date)
	o.Reference = string(f.A.Reference)
	o.Addressee, o.Recipients, o.Deadline = f.G.Agency, append([]agencies.ID{}, f.G.Recipients...), f.G.Deadline
	out.targets(selectors{identifiers: f.D.Identifiers, wanted: f.D.Wanted})
	out.proceedings(f.B.About, f.B.Offence, f.B.Sentence)
	o.Preservation, o.FollowUp = f.G.Earlier.reference(), f.G.FollowUp.reference()
}

func (f *EIO) certificate() Page { return f.ForAddressee() }

// contents are the names that policy has for the points of Art. 5(1) [EIO-05].
func (f *EIO) contents() []string {
	out := []string{"requesting_authority", "subject_matter_and_conducting_authority", "offence_and_facts", "assistance_sought", "purpose", "necessity"}
	if f.E != nil {
		out = append(out, "person_identity_if_known")
	}
	return out
}

func (f *EIO) said() map[string]any {
	out := map[string]any{"urgent": f.B != nil, "person_identity_known": f.E != nil}
	if f.C != nil && len(f.C.Types) > 0 {
		out["measure"] = string(f.C.Types[0])
	}
	return out
}

func (f *EIO) fill(out *Filing) {
	o := &out.order
	out.issued(f.K.Date)
	o.Reference, o.Addressee, o.Recipients = string(f.K.Reference), f.A.Agency, f.A.Recipients
	if f.L != nil {
		o.Validator = f.L.Agency
	}
	if f.B != nil {
		o.Deadline = f.B.Other
	}
	if f.D != nil {
		o.FollowUp = f.D.Earlier.reference()
	}
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.C.Wanted})
	out.proceedings(broker.PurposeProceedings, f.G.Offence, nil)
	if len(f.G.AnnexD) > 0 {
		o.Offence.AnnexIV = string(f.G.AnnexD[0])
	}
}

// request fills what the requests of a requester share.
func (f *Filing) request(a *Requester, to *Custodian, o *Offence) {
	f.issued(a.Date)
	f.order.Reference, f.order.Addressee = string(a.Reference), to.Agency
	f.proceedings(broker.PurposeProceedings, o, nil)
}

func (f *PreservationRequest) certificate() Page    { return f.ForAddressee() }
func (f *PreservationRequest) said() map[string]any { return nil }

// contents are the names that policy has for the points of Art. 29(2) [BUD-11].
func (f *PreservationRequest) contents() []string {
	return []string{"authority", "offence_and_facts", "data_and_relationship", "custodian_or_location_if_known", "necessity", "intent_to_submit_mla"}
}

func (f *PreservationRequest) fill(out *Filing) {
	out.request(f.A, f.D, f.B.Offence)
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.C.Wanted})
}

func (f *EmergencyDisclosure) certificate() Page { return f.ForAddressee() }

func (f *EmergencyDisclosure) contents() []string {
	return []string{"authority", "return_contact", "provider", "offence_and_facts", "data_description", "emergency", "necessity"}
}

func (f *EmergencyDisclosure) said() map[string]any { return f.E.said(f.C) }

// said are the facts that the sections of an emergency say.
func (e *LifeEmergency) said(d *DataNeeded) map[string]any {
	return map[string]any{"imminent_threat_described": e != nil && e.Reasons != "", "data_limited_to_need": d != nil && yes(d.Limited)}
}

func (f *EmergencyDisclosure) fill(out *Filing) {
	out.request(&f.A.Requester, f.B, f.D.Offence)
	out.order.Recipients, out.order.Deadline = f.A.Recipients, f.E.NeededBy
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.C.Wanted})
	out.emergency(f.E.Threat, nil, false)
}

func (f *VoluntaryDisclosure) certificate() Page    { return f.ForAddressee() }
func (f *VoluntaryDisclosure) said() map[string]any { return nil }

func (f *VoluntaryDisclosure) contents() []string {
	return []string{"authority", "return_contact", "provider", "offence_and_facts", "data_description", "necessity", "purpose", "provisions_and_penalties"}
}

func (f *VoluntaryDisclosure) fill(out *Filing) {
	out.request(&f.A.Requester, f.B, f.D.Offence)
	out.order.Recipients = f.A.Recipients
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.C.Wanted})
}

func (f *SubscriberOrder) certificate() Page    { return f.ForAddressee() }
func (f *SubscriberOrder) said() map[string]any { return nil }

// contents: the notification is stated by section F or by its absence.
func (f *SubscriberOrder) contents() []string {
	form, _ := broker.FormOf(broker.Subscriber)
	return slices.Clone(form.Contents)
}

func (f *SubscriberOrder) fill(out *Filing) {
	out.request(&f.A.Requester, f.B, f.D.Offence)
	out.order.Recipients = f.A.Recipients
	if f.F != nil {
		out.order.Enforcing = f.F.Agency
	}
	if f.G != nil {
		out.order.Validator = f.G.Agency
	}
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.C.Wanted})
}

func (f *ProtocolEmergency) certificate() Page    { return f.ForAddressee() }
func (f *ProtocolEmergency) said() map[string]any { return f.E.said(f.C) }

func (f *ProtocolEmergency) contents() []string {
	return []string{"authority", "emergency", "provider", "offence_and_facts", "provisions_and_penalties", "data_description"}
}

func (f *ProtocolEmergency) fill(out *Filing) {
	out.request(&f.A.Requester, f.B, f.D.Offence)
	out.order.Recipients, out.order.Deadline = f.A.Recipients, f.E.NeededBy
	out.targets(selectors{identifiers: f.C.Identifiers, wanted: f.C.Wanted})
	out.emergency(f.E.Threat, nil, false)
}

func (f *Information) certificate() Page { return f.ForAddressee() }

func (f *Information) said() map[string]any {
	if f.E == nil || f.E.Confidential == nil {
		return nil
	}
	return map[string]any{"confidentiality_required_by_requesting_state": *f.E.Confidential}
}

func (f *Information) contents() []string {
	return []string{"requesting_authority", "summary_of_facts", "purpose"}
}

func (f *Information) fill(out *Filing) {
	out.request(f.A, f.B, f.C.Offence)
	for _, l := range f.E.UseLimits {
		out.order.UseLimits = append(out.order.UseLimits, string(l))
	}
	out.targets(selectors{identifiers: f.D.Identifiers, wanted: f.D.Wanted})
}
