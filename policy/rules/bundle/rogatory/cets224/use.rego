# Personal data received under the Protocol, Art. 14 [CET-11].
package rogatory.cets224

import data.rogatory.law.cets224 as law
import data.rogatory.lib

# METADATA
# title: No adverse decision by a machine alone
# custom: {rule: CET-11, article: "CETS 224 Art. 14(6)", mode: auto, src: M}
findings contains f if {
	judged("automated")
	every name in law.automated_facts { is_boolean(input.facts[name]) }
	f := lib.finding(rego.metadata.rule(), automated_view)
}

automated_view := {
	"check": "automated", "outcome": "permit", "fact": "based_solely_on_automated_processing",
	"text": "person_decides: The decision does not rest on automated processing alone.",
} if {
	input.facts.based_solely_on_automated_processing == false
} else := {
	"check": "automated", "outcome": "deny", "fact": "human_intervention_possible", "do": ["human_intervention_required"],
	"text": "machine_alone: A decision with an adverse effect may not rest on automated processing alone, unless domestic law allows it with safeguards and a person can step in.",
} if {
	input.facts.data_received_under_protocol == true
	not safeguarded
} else := {
	"check": "automated", "outcome": "permit", "fact": "authorised_by_domestic_law_with_safeguards", "do": ["human_intervention_required"],
	"text": "safeguarded: Domestic law allows the decision with safeguards, and the person concerned can have somebody step in.",
} if {
	safeguarded
} else := {
	"check": "automated", "outcome": "human_review", "fact": "data_received_under_protocol", "do": ["human_intervention_required"],
	"text": "other_data: The data did not come under the Protocol, so a person says which law decides.",
	"ask": "data protection officer: Which law allows this decision to rest on automated processing alone?",
}

safeguarded if {
	input.facts.authorised_by_domestic_law_with_safeguards == true
	input.facts.human_intervention_possible == true
}

unauthorised if input.facts.prior_authorisation_of_transferring_authority == false

unauthorised if input.facts.prior_authorisation_of_transferring_state == false

unauthorised if input.facts.prior_authorisation_of_originating_state == false

# METADATA
# title: Onward transfer
# custom: {rule: CET-11, article: "CETS 224 Art. 14(10)", mode: auto, src: M}
findings contains f if {
	judged("onward")
	lib.said(input.facts.recipient)
	is_boolean(input.facts.prior_authorisation_of_transferring_authority)
	f := lib.finding(rego.metadata.rule(), onward_view)
}

onward_view := {
	"check": "onward", "outcome": "permit", "fact": "recipient", "do": ["purpose_limitation"],
	"text": "same_case: The recipient works on the case for which the data came.",
} if {
	input.facts.recipient in law.internal_recipients
} else := {
	"check": "onward", "outcome": "deny", "fact": "prior_authorisation_of_transferring_authority", "do": ["obtain_prior_authorisation"],
	"text": "no_authorisation: The data may be passed on only with prior authorisation of the authority that transferred them.",
} if {
	unauthorised
} else := {
	"check": "onward", "outcome": "permit", "fact": "prior_authorisation_of_transferring_authority", "do": ["document_transfer", "purpose_limitation"],
	"text": "authorised: The authority that transferred the data authorised passing them on.",
}

# METADATA
# title: Purpose
# custom: {rule: CET-11, article: "CETS 224 Art. 14(2)", mode: auto, src: M}
findings contains f if {
	judged("purpose")
	use_known
	not compatible_open
	f := lib.finding(rego.metadata.rule(), purpose_view)
}

use_known if {
	lib.said(input.facts.stated_purpose)
	lib.said(input.facts.intended_use)
	is_boolean(input.facts.criminal_purpose)
	is_boolean(input.facts.prior_consent_of_requested_state)
}

same_purpose if {
	input.facts.intended_use == input.facts.stated_purpose
	not new_purpose
}

new_purpose if {
	lib.said(input.facts.new_purpose)
	input.facts.new_purpose != input.facts.stated_purpose
}

purpose_view := {
	"check": "purpose", "outcome": "permit", "fact": "intended_use", "do": ["purpose_limitation"],
	"text": "same_purpose: The data are used for the purpose for which they came.",
} if {
	same_purpose
} else := {
	"check": "purpose", "outcome": "permit", "fact": "prior_consent_of_requested_state", "do": ["purpose_limitation"],
	"text": "consent: The State that supplied the data consented to the other use.",
} if {
	input.facts.prior_consent_of_requested_state == true
} else := {
	"check": "purpose", "outcome": "deny", "fact": "criminal_purpose", "do": ["purpose_limitation", "obtain_prior_consent"],
	"text": "other_purpose: The data may not be used for a purpose outside criminal investigations and proceedings.",
}

compatible_open if {
	not same_purpose
	input.facts.prior_consent_of_requested_state == false
	input.facts.criminal_purpose == true
}

# METADATA
# title: Another criminal purpose
# custom: {rule: CET-11, article: "CETS 224 Art. 14(2)(a)", mode: human, src: M}
findings contains f if {
	judged("purpose")
	use_known
	compatible_open
	f := lib.finding(rego.metadata.rule(), {
		"check": "purpose", "outcome": "human_review", "fact": "intended_use", "do": ["purpose_limitation", "check_purpose_limitation_LED_4_2", "consider_consulting_executing_state"],
		"text": "compatible_open: Whether the other criminal case is compatible with the purpose for which the data came is for a person to say.",
		"ask": "competent authority: Is the new use compatible with the purpose for which the data were transferred?",
	})
}

# METADATA
# title: Conditions
# custom: {rule: CET-11, article: "CETS 224 Art. 14(2)(b)", mode: auto, src: M}
findings contains f if {
	input.facts.conditions_satisfied == false
	judged("purpose")
	f := lib.finding(rego.metadata.rule(), {
		"check": "conditions", "outcome": "deny", "fact": "conditions_satisfied", "do": ["comply_with_conditions"],
		"text": "condition_not_met: A condition that was accepted binds, and the use does not keep to it.",
	})
}

# METADATA
# title: Accuracy
# custom: {rule: CET-11, article: "CETS 224 Art. 14(3)", mode: auto, src: M}
findings contains f if {
	judged("accuracy")
	is_boolean(input.facts.data_known_inaccurate)
	f := lib.finding(rego.metadata.rule(), accuracy_view)
}

accuracy_view := {
	"check": "accuracy", "outcome": "deny", "fact": "data_known_inaccurate", "do": ["rectify_before_transmission"],
	"text": "inaccurate: The data are known to be wrong and must be put right first.",
} if {
	input.facts.data_known_inaccurate == true
} else := {
	"check": "accuracy", "outcome": "permit", "fact": "data_known_inaccurate",
	"text": "accurate: Nobody knows the data to be wrong.",
}

# METADATA
# title: Sensitive data
# custom: {rule: CET-11, article: "CETS 224 Art. 14(4)", mode: attest, src: M}
findings contains f if {
	judged("sensitive")
	is_boolean(input.facts.law_authorises_with_safeguards)
	is_boolean(input.facts.strict_necessity_assessed)
	f := lib.finding(rego.metadata.rule(), sensitive_view)
}

sensitive_view := {
	"check": "sensitive", "outcome": "deny", "fact": "law_authorises_with_safeguards", "do": ["assess_strict_necessity"],
	"text": "no_safeguards: Sensitive data are processed only under appropriate safeguards.",
} if {
	input.facts.law_authorises_with_safeguards == false
} else := {
	"check": "sensitive", "outcome": "human_review", "fact": "strict_necessity_assessed", "do": ["assess_strict_necessity"],
	"text": "necessity_open: Nobody assessed whether the sensitive data are needed.",
	"ask": "data protection officer: Is it strictly necessary to process these sensitive data?",
} if {
	input.facts.strict_necessity_assessed == false
} else := {
	"check": "sensitive", "outcome": "permit", "fact": "strict_necessity_assessed", "do": ["log_access"],
	"text": "safeguards: The sensitive data are needed and the safeguards are in place.",
}

# METADATA
# title: No longer than necessary
# custom: {rule: CET-11, article: "CETS 224 Art. 14(5)", mode: auto, src: M}
findings contains f if {
	judged("retention")
	every name in law.retention_facts { is_boolean(input.facts[name]) }
	f := lib.finding(rego.metadata.rule(), retention_view)
}

retention_view := {
	"check": "retention", "outcome": "permit", "fact": "needed_as_evidence", "do": ["restrict_processing"],
	"text": "kept_as_evidence: The time is over; the data are kept as evidence only and otherwise locked.",
} if {
	input.facts.storage_time_limit_expired == true
	input.facts.needed_as_evidence == true
} else := {
	"check": "retention", "outcome": "deny", "fact": "storage_time_limit_expired", "do": ["erase_data", "log_erasure"],
	"text": "too_long: The data are kept no longer than necessary, and their time is over.",
} if {
	input.facts.storage_time_limit_expired == true
} else := {
	"check": "retention", "outcome": "human_review", "fact": "periodic_review_done",
	"text": "review_open: The need to keep the data is reviewed at intervals, and no review is recorded.",
	"ask": "data protection officer: Are these data still needed?",
} if {
	input.facts.periodic_review_done == false
} else := {
	"check": "retention", "outcome": "permit", "fact": "periodic_review_done",
	"text": "retained: The need for the data was reviewed and their time is not over.",
}

# METADATA
# title: Records of access
# custom: {rule: CET-11, article: "CETS 224 Art. 14(7)-(8)", mode: auto, src: M}
findings contains f if {
	judged("need_to_know")
	lib.said(input.facts.requester_role)
	f := lib.finding(rego.metadata.rule(), need_to_know_view)
}

need_to_know_view := {
	"check": "need_to_know", "outcome": "permit", "fact": "requester_role", "do": ["log_access"],
	"text": "assigned: The requester is assigned to the case; the access is logged.",
} if {
	input.facts.requester_role == "assigned_investigator"
} else := {
	"check": "need_to_know", "outcome": "deny", "fact": "requester_role", "do": ["need_to_know"],
	"text": "not_assigned: Evidence is opened only by those assigned to the case.",
}
