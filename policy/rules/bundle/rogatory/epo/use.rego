# Using, sharing and opening evidence, EPO-X.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

# METADATA
# title: Enforcing authority objects to use after an emergency
# custom: {rule: EPO-X-02, article: "Reg. (EU) 2023/1543 Art. 10(4)", mode: auto, src: V}
findings contains f if {
	judged("enforcing_use")
	opposed
	not conditions_attached
	lib.whole(facts.enforcing_authority_objection_hours_after_notification)
	is_boolean(facts.emergency_claimed)
	f := lib.finding(rego.metadata.rule(), opposed_view)
}

opposed if said_by_enforcing in law.enforcing_decisions.against_use

opposed if said_by_enforcing in law.enforcing_decisions.against

opposed_view := {
	"check": "enforcing_use", "outcome": "human_review", "fact": "enforcing_authority_objection_hours_after_notification",
	"do": ["flag_for_counsel", "objection_out_of_time_effect_not_regulated"],
	"text": "objection_out_of_time: The objection came after 96 hours, and the Regulation does not say what a late objection does.",
	"ask": "issuing authority: May the data still be used although the enforcing authority objected late?",
} if {
	objection_window_of_emergency
	facts.enforcing_authority_objection_hours_after_notification > 96
} else := {
	"check": "enforcing_use", "outcome": "deny", "fact": "enforcing_authority_decision",
	"do": ["delete_or_restrict_data", "withdraw_order"],
	"text": "use_objected: The enforcing authority objects, so the data already received are deleted or restricted.",
}

objection_window_of_emergency if facts.emergency_claimed == true

# Only Art. 10(4), on emergencies, knows an objection to use.
objection_window_of_emergency if said_by_enforcing in law.enforcing_decisions.against_use

settled contains "enforcing_use" if {
	judged("enforcing_use")
	lib.said(said_by_enforcing)
	not opposed
}

settled contains "enforcing_use" if {
	judged("enforcing_use")
	conditions_attached
}

conditions_attached if count(facts.enforcing_authority_conditions) > 0

settled contains "conditions" if {
	judged("conditions")
	facts.enforcing_authority_conditions == []
}

# METADATA
# title: Conditions of the enforcing authority
# custom: {rule: EPO-X-02, article: "Reg. (EU) 2023/1543 Art. 10(4), 12(4)", mode: auto, src: V}
findings contains f if {
	judged("conditions")
	conditions_attached
	is_boolean(facts.conditions_satisfied)
	f := lib.finding(rego.metadata.rule(), conditions_view)
}

conditions_view := {
	"check": "conditions", "outcome": "deny", "fact": "conditions_satisfied", "do": ["comply_with_conditions"],
	"text": "conditions_not_met: The intended use does not keep to the conditions of the enforcing authority.",
} if {
	facts.conditions_satisfied == false
} else := {
	"check": "conditions", "outcome": "deny", "fact": "intended_use", "do": ["comply_with_conditions"],
	"text": "conditions_other_use: Data released under conditions are wanted for another use than the one they were released for.",
} if {
	other_use
} else := {
	"check": "conditions", "outcome": "permit", "fact": "enforcing_authority_conditions", "do": ["comply_with_conditions"],
	"text": "conditions_bind: The data may be used under the conditions that the enforcing authority set.",
}

# other_use: the purpose asked for is not the one the data were obtained for.
other_use if {
	lib.said(facts.intended_use)
	facts.intended_use != purpose_obtained_for
}

purpose_obtained_for := facts.original_offence if {
	lib.said(facts.original_offence)
} else := facts.stated_purpose

# METADATA
# title: Further use
# custom: {rule: EPO-X-05, article: "Reg. (EU) 2023/1543 (no speciality article); Dir. (EU) 2016/680 Art. 4(2), 9(1)", mode: attest, src: V}
findings contains f if {
	judged("further_use")
	is_boolean(facts.criminal_purpose)
	is_boolean(facts.authorised_by_law)
	lib.said(facts.intended_use)
	lib.said(purpose_obtained_for)
	f := lib.finding(rego.metadata.rule(), further_use_view)
}

further_use_view := {
	"check": "further_use", "outcome": "deny", "fact": "authorised_by_law", "do": ["purpose_limitation"],
	"text": "use_outside_criminal_law: A use outside criminal law enforcement needs a law that authorises it, and none does.",
} if {
	facts.criminal_purpose == false
	facts.authorised_by_law == false
} else := {
	"check": "further_use", "outcome": "human_review", "fact": "intended_use", "do": ["check_purpose_limitation_LED_4_2"],
	"text": "other_purpose: The Regulation has no speciality rule; another purpose needs a law, necessity and proportionality.",
	"ask": "judge: Is the use for this other purpose authorised by law, necessary and proportionate?",
} if {
	not same_purpose
} else := {
	"check": "further_use", "outcome": "permit", "fact": "intended_use", "do": ["log_access"],
	"text": "same_purpose: The evidence is used for the purpose it was obtained for.",
}

same_purpose if {
	facts.intended_use == purpose_obtained_for
	facts.criminal_purpose == true
	not leaves_purpose
}

leaves_purpose if facts.recipient in law.recipients.other_purpose

# METADATA
# title: Only those assigned to the case
# custom: {rule: XC-06, article: "Dir. (EU) 2016/680 Art. 25, 29", mode: auto, src: V}
findings contains f if {
	judged("need_to_know")
	lib.said(facts.requester_role)
	f := lib.finding(rego.metadata.rule(), need_to_know_view)
}

need_to_know_view := {
	"check": "need_to_know", "outcome": "permit", "fact": "requester_role", "do": ["log_access"],
	"text": "assigned: The requester is assigned to the case; the access is logged.",
} if {
	facts.requester_role == "assigned_investigator"
} else := {
	"check": "need_to_know", "outcome": "deny", "fact": "requester_role", "do": ["need_to_know"],
	"text": "not_assigned: Evidence is opened only by those assigned to the case.",
}

# METADATA
# title: Identity of victims
# custom: {rule: XC-13, article: "Dir. 2011/36/EU Art. 8; Dir. 2012/29/EU Art. 21", mode: attest, src: V}
findings contains f if {
	judged("victim_identity")
	lib.said(facts.data_subject_role)
	is_boolean(facts.identity_masked)
	f := lib.finding(rego.metadata.rule(), victim_view)
}

victim_view := {
	"check": "victim_identity", "outcome": "permit", "fact": "data_subject_role",
	"text": "no_victim_data: The material is not about a victim.",
} if {
	not victim
} else := {
	"check": "victim_identity", "outcome": "permit", "fact": "identity_masked", "do": ["tag_data_subject=victim", "restrict_access_to_authorised_staff"],
	"text": "victim_masked: The victim's identity is masked, or the requester is assigned to the case.",
} if {
	victim_covered
} else := {
	"check": "victim_identity", "outcome": "deny", "fact": "identity_masked", "do": ["mask_identity", "restrict_access_to_authorised_staff"],
	"text": "victim_unmasked: Victims' identities are masked for staff who are not authorised to see them.",
}

victim if facts.data_subject_role in {"victim", "trafficking_victim"}

victim_covered if facts.identity_masked == true

victim_covered if facts.requester_role == "assigned_investigator"

settled contains "third_country" if {
	judged("third_country")
	action == "onward_share"
	lib.said(facts.recipient)
	not facts.recipient in law.recipients.third_country
}

# METADATA
# title: Sharing that is a transfer to a third country
# custom: {rule: XC-07, article: "Dir. (EU) 2016/680 Art. 35(1)-(2)", mode: auto, src: V}
findings contains f if {
	judged("third_country")
	action == "onward_share"
	facts.recipient in law.recipients.third_country
	is_boolean(facts.prior_authorisation_of_originating_state)
	f := lib.finding(rego.metadata.rule(), third_country_view)
}

# METADATA
# title: Transfer to a third country
# custom: {rule: XC-07, article: "Dir. (EU) 2016/680 Art. 35-38", mode: auto, src: V}
findings contains f if {
	judged("third_country")
	action == "onward_transfer"
	is_boolean(facts.prior_authorisation_of_originating_state)
	f := lib.finding(rego.metadata.rule(), third_country_view)
}

third_country_view := {
	"check": "third_country", "outcome": "permit", "fact": "prior_authorisation_of_originating_state", "do": ["document_transfer"],
	"text": "transfer_authorised: The State the data came from authorised the transfer.",
} if {
	facts.prior_authorisation_of_originating_state == true
} else := {
	"check": "third_country", "outcome": "permit", "fact": "immediate_serious_threat",
	"do": ["document_transfer", "inform_originating_authority_without_delay"],
	"text": "transfer_threat: An immediate and serious threat leaves no time for authorisation; the originating State is told at once.",
} if {
	facts.immediate_serious_threat == true
	facts.authorisation_obtainable_in_time == false
} else := {
	"check": "third_country", "outcome": "deny", "fact": "prior_authorisation_of_originating_state", "do": ["obtain_prior_authorisation"],
	"text": "transfer_not_authorised: The State the data came from has not authorised the transfer.",
}
