# What happens to the evidence, EIO-12 and XC-01. The Directive has no speciality
# rule, and practice diverges. Passing on and opening are in package cross.
package rogatory.eio

import data.rogatory.lib

# same_purpose: the use is the one the evidence was obtained for.
same_purpose if input.facts.intended_use == input.facts.stated_purpose

same_purpose if input.facts.intended_use == input.facts.original_offence

uses_stated if {
	lib.said(input.facts.intended_use)
	lib.said(input.facts.stated_purpose)
	lib.said(input.facts.original_offence)
	is_boolean(input.facts.consent_of_executing_state)
}

# METADATA
# title: No express speciality
# custom: {rule: EIO-12, article: "Dir. 2014/41/EU Art. 19; practice", mode: human, src: M}
findings contains f if {
	judged("speciality")
	uses_stated
	f := lib.finding(rego.metadata.rule(), speciality_view)
}

speciality_view := {
	"check": "speciality", "outcome": "permit", "fact": "intended_use", "do": ["keep_confidential"],
	"text": "same_use: The evidence is used for what it was obtained for.",
} if {
	same_purpose
} else := {
	"check": "speciality", "outcome": "permit", "fact": "consent_of_executing_state",
	"text": "use_agreed: The executing State agreed to the other use.",
} if {
	input.facts.consent_of_executing_state == true
} else := {
	"check": "speciality", "outcome": "human_review", "fact": "intended_use", "do": ["consider_consulting_executing_state"],
	"text": "other_use: The Directive neither allows nor forbids the use in another case, and practice differs.",
	"ask": "issuing authority: Should the executing State be consulted before the evidence is used in another case?",
}

# METADATA
# title: Purpose limitation
# custom: {rule: XC-01, article: "Dir. (EU) 2016/680 Art. 4(1)-(2), 9(1)", mode: attest, src: V}
findings contains f if {
	judged("purpose_limit")
	uses_stated
	is_boolean(input.facts.criminal_purpose)
	is_boolean(input.facts.authorised_by_law)
	f := lib.finding(rego.metadata.rule(), purpose_limit_view)
}

purpose_limit_view := {
	"check": "purpose_limit", "outcome": "deny", "fact": "authorised_by_law", "do": ["purpose_limitation"],
	"text": "use_without_law: A use outside criminal justice needs a law, and none allows this one.",
} if {
	input.facts.criminal_purpose == false
	input.facts.authorised_by_law == false
} else := {
	"check": "purpose_limit", "outcome": "permit", "fact": "intended_use", "do": ["log_access"],
	"text": "purpose_kept: The purpose of the evidence has not changed.",
} if {
	same_purpose
	input.facts.criminal_purpose == true
} else := {
	"check": "purpose_limit", "outcome": "permit", "fact": "authorised_by_law", "do": ["check_purpose_limitation_LED_4_2"],
	"text": "purpose_changed_by_law: A law allows the other purpose, and the executing State agreed.",
} if {
	input.facts.authorised_by_law == true
	input.facts.consent_of_executing_state == true
} else := {
	"check": "purpose_limit", "outcome": "human_review", "fact": "intended_use", "do": ["check_purpose_limitation_LED_4_2"],
	"text": "purpose_changed: Another purpose needs a law, necessity and proportionality.",
	"ask": "judge: Is the use for this other purpose authorised by law, necessary and proportionate?",
}

settled contains "conditions" if {
	judged("conditions")
	no_condition
}

no_condition if input.facts.executing_state_condition == null

no_condition if input.facts.executing_state_condition == "none"

# METADATA
# title: Conditions of the executing State
# custom: {rule: XC-01, article: "Dir. (EU) 2016/680 Art. 9(3)-(4)", mode: auto, src: V}
findings contains f if {
	judged("conditions")
	uses_stated
	lib.said(input.facts.executing_state_condition)
	not no_condition
	is_boolean(input.facts.conditions_satisfied)
	f := lib.finding(rego.metadata.rule(), conditions_view)
}

conditions_view := {
	"check": "conditions", "outcome": "permit", "fact": "executing_state_condition", "do": ["comply_with_conditions"],
	"text": "condition_kept: The use keeps to the condition of the executing State.",
} if {
	input.facts.conditions_satisfied == true
	same_or_agreed
} else := {
	"check": "conditions", "outcome": "deny", "fact": "executing_state_condition", "do": ["comply_with_conditions", "obtain_prior_consent"],
	"text": "condition_broken: The use does not keep to the condition that the executing State set.",
}

same_or_agreed if same_purpose

same_or_agreed if input.facts.consent_of_executing_state == true
