# What the order must hold, EIO-04, EIO-05, EIO-11.
package rogatory.eio

import data.rogatory.law.eio as law
import data.rogatory.lib

# METADATA
# title: Available in a similar domestic case
# custom: {rule: EIO-04, article: "Dir. 2014/41/EU Art. 6(1)(b)", mode: attest, src: M}
findings contains f if {
	judged("domestic")
	is_boolean(input.facts.similar_domestic_case_available)
	f := lib.finding(rego.metadata.rule(), domestic_view)
}

domestic_view := {
	"check": "domestic", "outcome": "deny", "fact": "similar_domestic_case_available",
	"text": "not_available_at_home: The measure could not be ordered in a similar domestic case; what the executing State allows does not matter.",
} if {
	input.facts.similar_domestic_case_available == false
} else := {
	"check": "domestic", "outcome": "permit", "fact": "similar_domestic_case_available",
	"text": "available_at_home: The measure could be ordered in a similar domestic case.",
} if {
	lib.recorded("similar_domestic_case_available")
} else := {
	"check": "domestic", "outcome": "human_review", "fact": "similar_domestic_case_available",
	"text": "availability_unsigned: Nobody signed for the finding that the measure is available in a similar domestic case.",
	"ask": "issuing authority: Could the measure be ordered under the same conditions in a similar domestic case?",
}

# METADATA
# title: Necessary and proportionate
# custom: {rule: EIO-04, article: "Dir. 2014/41/EU Art. 6(1)(a), 6(2)", mode: attest, src: M}
findings contains f if {
	judged("grounds")
	is_boolean(input.facts.necessity_and_proportionality_grounds_recorded)
	f := lib.finding(rego.metadata.rule(), grounds_view)
}

grounds_view := {
	"check": "grounds", "outcome": "deny", "fact": "necessity_and_proportionality_grounds_recorded", "do": ["request_additional_information"],
	"text": "grounds_missing: The issuing authority did not record why the order is necessary and proportionate.",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == false
} else := {
	"check": "grounds", "outcome": "permit", "fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_recorded: The issuing authority recorded why the order is necessary and proportionate.",
} if {
	lib.recorded("necessity_and_proportionality_grounds_recorded")
} else := {
	"check": "grounds", "outcome": "human_review", "fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_unsigned: Nobody signed for the finding that the order is necessary and proportionate.",
	"ask": "issuing authority: Is the order necessary and proportionate, and who found so?",
}

# METADATA
# title: Form
# custom: {rule: EIO-05, article: "Dir. 2014/41/EU Art. 5(1); Annex A", mode: auto, src: M}
findings contains f if {
	judged("form")
	lib.said(input.facts.form)
	f := lib.finding(rego.metadata.rule(), form_view)
}

form_view := {
	"check": "form", "outcome": "permit", "fact": "form",
	"text": "form_right: The order uses the form of Annex A.",
} if {
	input.facts.form in law.forms
} else := {
	"check": "form", "outcome": "deny", "fact": "form", "do": ["submit_in_writing"],
	"text": "form_wrong: The order must be made in writing, on the form of Annex A.",
}

# METADATA
# title: Content
# custom: {rule: EIO-05, article: "Dir. 2014/41/EU Art. 5(1)(a)-(e)", mode: auto, src: M}
findings contains f if {
	judged("fields")
	is_object(input.facts.fields)
	every name in needed { is_boolean(input.facts.fields[name]) }
	f := lib.finding(rego.metadata.rule(), fields_view)
}

needed contains name if some name in law.fields

needed contains "person_identity_if_known" if not person_unknown

needed contains offence_field

person_unknown if input.facts.person_identity_known == false

# offence_field: forms differ in how they name the description of the offence.
offence_field := "offence_and_facts" if {
	is_boolean(input.facts.fields.offence_and_facts)
} else := "summary_of_facts"

lacking contains name if {
	some name in needed
	input.facts.fields[name] == false
}

fields_view := {
	"check": "fields", "outcome": "permit", "fact": "fields",
	"text": "content_complete: The order names the authority, its object and reasons, the person, the offence and the measure.",
} if {
	count(lacking) == 0
} else := {
	"check": "fields", "outcome": "deny", "fact": sprintf("fields.%s", [min(lacking)]), "do": ["request_additional_information"],
	"text": sprintf("content_missing: The order lacks %s.", [replace(lib.words(lacking), "_", " ")]),
} if {
	action == "transmit_order"
} else := {
	"check": "fields", "outcome": "human_review", "fact": sprintf("fields.%s", [min(lacking)]), "do": ["inform_issuing_authority", "request_additional_information"],
	"text": sprintf("content_missing: The order lacks %s.", [replace(lib.words(lacking), "_", " ")]),
	"ask": "executing authority: Can the order be executed as it stands, or is more information asked for?",
}

# METADATA
# title: Language
# custom: {rule: EIO-05, article: "Dir. 2014/41/EU Art. 5(2)-(3)", mode: auto, src: M}
findings contains f if {
	judged("language")
	is_boolean(input.facts.language_acceptable)
	f := lib.finding(rego.metadata.rule(), language_view)
}

language_view := {
	"check": "language", "outcome": "permit", "fact": "language_acceptable",
	"text": "language_accepted: The order is in a language that the executing State accepts.",
} if {
	input.facts.language_acceptable == true
} else := {
	"check": "language", "outcome": "deny", "fact": "language_acceptable", "do": ["translate_to=language_accepted_by_executing_state"],
	"text": "language_not_accepted: The order is not in a language that the executing State accepts.",
}

live if input.facts.measure in law.interception

settled contains "interception" if {
	judged("interception")
	lib.said(input.facts.measure)
	not live
}

# METADATA
# title: Interception and other live measures
# custom: {rule: EIO-11, article: "Dir. 2014/41/EU Art. 28, 30(3)-(4)", mode: auto, src: V}
findings contains f if {
	judged("interception")
	live
	f := lib.finding(rego.metadata.rule(), interception_view)
}

stated contains name if {
	some name in ["target_identifier", "desired_duration"]
	lib.said(input.facts[name])
}

stated contains "duration_days" if lib.at_least(input.facts.duration_days, 1)

stated contains name if {
	some name in ["technical_data_sufficient", "relevance_reasons"]
	input.facts[name] == true
}

unsaid := {name | some name in law.interception_needs} - stated

interception_view := {
	"check": "interception", "outcome": "permit", "fact": "measure",
	"text": "interception_complete: The order names the target, the duration, enough technical data and why the measure is relevant.",
} if {
	count(unsaid) == 0
} else := {
	"check": "interception", "outcome": "deny", "fact": min(unsaid), "do": ["identifier_required", "request_additional_information"],
	"text": "interception_target_missing: An order to intercept must identify the target.",
} if {
	"target_identifier" in unsaid
} else := {
	"check": "interception", "outcome": "deny", "fact": min(unsaid), "do": ["request_additional_information"],
	"text": sprintf("interception_incomplete: An order to intercept lacks %s.", [replace(lib.words(unsaid), "_", " ")]),
}
