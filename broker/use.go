package broker

import "slices"

// Use limits of a manifest that the broker reads; every other is a restriction of
// the sender.
const (
	limitPrivileged = "privileged"
	limitVictim     = "victim_data"
	limitMasked     = "identity_masked"
)

// use: who asks to open which exhibit, for what.
func (f *finder) use(use string, x *Exhibit, s Spoken) {
	stated := f.c.Order.Use
	f.put("stated_purpose", stated, f.c.Issued.Act)
	f.put("intended_use", use, s.ID())
	status := "not_approved"
	if slices.Contains(x.Released, s.Agency) && x.Status != ExhibitRestricted {
		status = "approved"
	}
	f.put("evidence_status", status, "ledger")
	role := "not_assigned"
	if s.Officer != "" && slices.Contains(f.c.Order.Assigned, s.Officer) {
		role = "assigned_investigator"
	}
	f.put("requester_role", role, string(s.Key))
	limits := x.Manifest.UseLimits
	f.put("privileged_data", slices.Contains(limits, limitPrivileged), x.Produced.Act)
	f.put("identity_masked", slices.Contains(limits, limitMasked), x.Produced.Act)
	subject := "other"
	if slices.Contains(limits, limitVictim) {
		subject = "victim"
	}
	f.put("data_subject_role", subject, x.Produced.Act)
	restriction := "none"
	for _, l := range limits {
		if l != limitPrivileged && l != limitMasked && l != limitVictim {
			restriction = l
		}
	}
	f.put("sender_restriction", restriction, x.Produced.Act)
	// Without a declaration to the contrary a victim's identity is protected.
	protected := true
	if st, ok := f.known.List.State(s.Agency.State()); ok {
		for i := range st.Regimes {
			if v, said := st.Regimes[i].Declarations["victim_identity_not_protected"]; said && v && st.Regimes[i].InForce(f.known.Now) {
				protected = false
			}
		}
	}
	f.put("domestic_law_protects_victim_identity", protected, fromTrust)
	// The stated use is the criminal proceedings for which the request was
	// admitted; for every other use the person who asks must say more.
	if use == stated {
		f.put("criminal_purpose", true, f.c.Issued.Act)
		f.put("authorised_by_law", true, f.c.Issued.Act)
	}
	for _, name := range []string{"prior_consent_of_requested_state", "exculpatory", "prior_notice_given", "criminal_purpose", "authorised_by_law"} {
		f.weak(name, false)
	}
	f.weak("prior_notice_possible", true)
}
