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
	lib.whole(input.facts.enforcing_authority_objection_hours_after_notification)
	is_boolean(input.facts.emergency_claimed)
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
	input.facts.enforcing_authority_objection_hours_after_notification > 96
} else := {
	"check": "enforcing_use", "outcome": "deny", "fact": "enforcing_authority_decision",
	"do": ["delete_or_restrict_data", "withdraw_order"],
	"text": "use_objected: The enforcing authority objects, so the data already received are deleted or restricted.",
}

objection_window_of_emergency if input.facts.emergency_claimed == true

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

conditions_attached if count(input.facts.enforcing_authority_conditions) > 0

settled contains "conditions" if {
	judged("conditions")
	input.facts.enforcing_authority_conditions == []
}

# METADATA
# title: Conditions of the enforcing authority
# custom: {rule: EPO-X-02, article: "Reg. (EU) 2023/1543 Art. 10(4), 12(4)", mode: auto, src: V}
findings contains f if {
	judged("conditions")
	conditions_attached
	is_boolean(input.facts.conditions_satisfied)
	f := lib.finding(rego.metadata.rule(), conditions_view)
}

conditions_view := {
	"check": "conditions", "outcome": "deny", "fact": "conditions_satisfied", "do": ["comply_with_conditions"],
	"text": "conditions_not_met: The intended use does not keep to the conditions of the enforcing authority.",
} if {
	input.facts.conditions_satisfied == false
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
	lib.said(input.facts.intended_use)
	input.facts.intended_use != purpose_obtained_for
}

purpose_obtained_for := input.facts.original_offence if {
	lib.said(input.facts.original_offence)
} else := input.facts.stated_purpose

# METADATA
# title: Further use
# custom: {rule: EPO-X-05, article: "Reg. (EU) 2023/1543 (no speciality article); Dir. (EU) 2016/680 Art. 4(2), 9(1)", mode: attest, src: V}
findings contains f if {
	judged("further_use")
	is_boolean(input.facts.criminal_purpose)
	is_boolean(input.facts.authorised_by_law)
	lib.said(input.facts.intended_use)
	lib.said(purpose_obtained_for)
	f := lib.finding(rego.metadata.rule(), further_use_view)
}

further_use_view := {
	"check": "further_use", "outcome": "deny", "fact": "authorised_by_law", "do": ["purpose_limitation"],
	"text": "use_outside_criminal_law: A use outside criminal law enforcement needs a law that authorises it, and none does.",
} if {
	input.facts.criminal_purpose == false
	input.facts.authorised_by_law == false
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
	input.facts.intended_use == purpose_obtained_for
	input.facts.criminal_purpose == true
	not leaves_purpose
}

leaves_purpose if input.facts.recipient in law.recipients.other_purpose
