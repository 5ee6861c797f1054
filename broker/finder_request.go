package broker

import (
	"maps"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// request: form and content of a request between States, or to a provider under
// another law than Reg. (EU) 2023/1543.
func (f *finder) request(sealed []agencies.SealedRef) {
	f.assistance(sealed)
	if f.c.Order.Emergency != nil {
		f.emergency()
	}
	f.particular(sealed)
}

// particular: what the instruments beside those of Reg. (EU) 2023/1543 and UNTOC
// ask for, at admission and at every later question.
func (f *finder) particular(sealed []agencies.SealedRef) {
	o := f.c.Order
	switch o.Regime {
	case agencies.RegimeEPO, agencies.RegimeUNTOC, agencies.RegimeTIP:
		return
	}
	act := f.c.Issued.Act
	switch o.Instrument {
	case EIO:
		f.put("annex_d_category_ticked", nil, act)
		if o.Offence != nil && o.Offence.AnnexIV != "" {
			f.put("annex_d_category_ticked", o.Offence.AnnexIV, act)
		}
		f.put("court_review", f.c.remedy(), "ledger")
		f.weak("original_offence", "none")
		f.weak("consent_of_executing_state", false)
	case Preserve:
		f.put("reservation_art_29_4", f.declares("reservation_art_29_4"), fromTrust)
		f.weak("desired_duration", nil)
	case Subscriber:
		f.put("receiving_party_requires_simultaneous_notification", f.declares("requires_simultaneous_notification"), fromTrust)
		f.put("receiving_party_declared_judicial_supervision", f.declares("judicial_supervision"), fromTrust)
		f.put("notification_sent", f.willNotify(), "ledger")
		f.put("notified_authority", f.willNotify(), "ledger")
	}
	// Every request travels signed and sealed over this exchange, and is in writing.
	f.put("channel", "alternative_secure", "ledger")
	f.put("encrypted_with_it", true, "ledger")
	// The key that signed is of a member of the trust list: who asks is known.
	f.put("requester_verified", true, string(f.c.Issued.Key))
	f.put("sender_domain", "trust_list", string(f.c.Issued.Key))
	kinds := []string{}
	for _, t := range o.Targets {
		if t.IdentifierKind != "" {
			kinds = append(kinds, string(t.IdentifierKind))
		}
	}
	// The kinds stand for the identifiers, which are sealed.
	f.put("account_identifiers", kinds, act)
	switch v := f.c.Validated; {
	case v != nil:
		f.put("supervised_by", string(v.Office), string(v.Key))
	case o.Regime == agencies.RegimeUNODCForms:
		// Who answers for it inside the asking agency signs nothing here [UFM-02].
		f.weak("supervised_by", nil)
	default:
		f.put("supervised_by", nil, "ledger")
	}
	f.put("emergency_claimed", o.Emergency != nil, act)
	f.put("collect_future_days", 0, "order") // the form takes no date after its own
	f.content("order_and_supporting_information_complete", f.complete(sealed))
	for _, name := range []string{"copy_to_central_authority", "other_mla_treaty_between_states", "urgent"} {
		f.weak(name, false)
	}
	f.weak("sent_via", "direct")
}

// assistance: form and content of an MLA request [UNT-03, UNT-04, UNT-05].
func (f *finder) assistance(sealed []agencies.SealedRef) {
	o := f.c.Order
	f.put("sent_by", f.sender(f.c.Parties.Issuer), fromTrust)
	f.put("sent_to", f.sender(f.c.Parties.Addressee), fromTrust)
	if o.Regime == agencies.RegimeUNTOC || o.Regime == agencies.RegimeTIP {
		f.put("sent_via", "direct", "ledger")
	}
	f.put("form", "written", "ledger")
	f.put("states_agree_to_oral_requests", false, "ledger")
	f.put("authenticated", true, string(f.c.Issued.Key))
	f.put("language_acceptable", slices.Contains(f.languages(), o.Language), fromTrust)
	form, _ := FormOf(o.Instrument)
	names := form.Contents
	if o.Regime != agencies.RegimeUNTOC && o.Regime != agencies.RegimeTIP {
		names = slices.Sorted(maps.Keys(policy.Dictionary()["fields"].Members))
	}
	fields, reaches := map[string]any{}, f.reaches(sealed)
	for _, name := range names {
		fields[name] = reaches && slices.Contains(o.Contents, name)
	}
	f.content("fields", fields)
	f.weak("risk_indicator", "none")
	f.weak("competent_authority_finding", nil)
	f.weak("confidentiality_required_by_requesting_state", false)
	f.weak("death_penalty_possible", false)
}

// reaches says whether the sealed certificate goes to the addressee.
func (f *finder) reaches(sealed []agencies.SealedRef) bool {
	return slices.ContainsFunc(sealed, func(ref agencies.SealedRef) bool {
		return Compartment(ref.Compartment) == Certificate && slices.Contains(ref.To, f.c.Parties.Addressee)
	})
}

// complete says whether the form names everything that its instrument asks for.
func (f *finder) complete(sealed []agencies.SealedRef) bool {
	if !f.reaches(sealed) {
		return false
	}
	form, _ := FormOf(f.c.Instrument)
	for _, code := range form.Contents {
		if !slices.Contains(f.c.Order.Contents, code) {
			return false
		}
	}
	return true
}

// content notes what the sealed form holds: that it is there is the signer's word,
// that it reaches the addressee is ours.
func (f *finder) content(name string, value any) {
	p := policy.Declared
	if f.c.Issued.Officer != "" {
		p = policy.Attested
	}
	f.set(name, value, p, f.c.Issued.Act)
}

// execution: what was decided about an exhibit since it was asked for.
func (f *finder) execution(x *Exhibit) {
	f.channel(x)
	if f.c.Order.Emergency != nil {
		f.emergency()
	}
	f.weak("sender_restriction", "none")
}

func (f *finder) sender(id agencies.ID) string {
	a, ok := f.known.List.Agency(id)
	if !ok {
		return "unknown"
	}
	switch a.Kind {
	case agencies.CentralAuthority:
		return "central_authority"
	case agencies.Police:
		return "police_unit"
	case agencies.Court, agencies.Prosecution:
		return "judicial_authority"
	}
	return string(a.Kind)
}

// conditions that were accepted bind [UNT-12, EPO-X-02].
func (f *finder) conditions() {
	if len(f.c.Conditions) == 0 {
		f.put("condition_accepted", "none", "ledger")
		f.put("conditions_satisfied", true, "ledger")
	} else {
		f.put("condition_accepted", join(f.c.Conditions), "ledger")
	}
	if f.c.decidesItself() {
		f.weak("risk_indicator", "none")
		f.weak("competent_authority_finding", nil)
		f.weak("death_penalty_possible", false)
	}
}
