# Recognising and executing, EIO-06, EIO-07, EIO-08, EIO-10, EIO-12.
package rogatory.eio

import data.rogatory.law.eio as law
import data.rogatory.law.epo as roles
import data.rogatory.lib

# METADATA
# title: Time to recognise and to execute
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(2)-(4), 12(6)", mode: auto, src: V}
findings contains f if {
	judged("clock")
	is_boolean(input.facts.urgent)
	f := lib.finding(rego.metadata.rule(), clock_view)
}

limits := [sprintf("deadline=P%dD", [law.recognition_days]), sprintf("deadline=P%dD", [law.execution_days])]

clock_view := {
	"check": "clock", "outcome": "permit", "fact": "urgent", "do": limits,
	"text": "time_limits: The order is recognised within 30 days of receipt and executed within 90 days of that decision.",
} if {
	action == "transmit_order"
} else := {
	"check": "clock", "outcome": "permit", "fact": "days_since_receipt", "do": limits,
	"text": sprintf("in_time: %d days have passed since receipt; 30 are allowed for the decision to recognise and 90 more to execute.", [input.facts.days_since_receipt]),
} if {
	lib.at_most(input.facts.days_since_receipt, law.recognition_days)
} else := {
	"check": "clock", "outcome": "permit", "fact": "days_since_receipt", "do": array.concat(limits, ["execute_as_soon_as_possible", "inform_issuing_authority"]),
	"text": sprintf("late: %d days have passed since receipt, so the issuing authority is told why and when the decision will come.", [input.facts.days_since_receipt]),
} if {
	lib.at_least(input.facts.days_since_receipt, law.recognition_days + 1)
}

# METADATA
# title: Urgent orders
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(2)", mode: auto, src: V}
findings contains f if {
	judged("clock")
	input.facts.urgent == true
	f := lib.finding(rego.metadata.rule(), {
		"check": "urgency", "outcome": "permit", "fact": "urgent", "do": ["execute_as_soon_as_possible"],
		"text": "urgent: The shorter time that the issuing authority asks for is respected as far as possible.",
	})
}

# METADATA
# title: More time to recognise
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(5)", mode: auto, src: V}
findings contains f if {
	judged("extension")
	lib.whole(input.facts.extension_days)
	lib.whole(input.facts.extensions_so_far)
	f := lib.finding(rego.metadata.rule(), extension_view)
}

maximum_extension := sprintf("maximum_extension=P%dD", [law.extension_days])

extension_view := {
	"check": "extension", "outcome": "deny", "fact": "extension_days", "do": [maximum_extension],
	"text": sprintf("extension_long: The time to recognise may grow by 30 days at most, not by %d.", [input.facts.extension_days]),
} if {
	input.facts.extension_days > law.extension_days
} else := {
	"check": "extension", "outcome": "deny", "fact": "extensions_so_far", "do": [maximum_extension],
	"text": "extension_repeated: The time to recognise was extended before.",
} if {
	input.facts.extensions_so_far > 0
} else := {
	"check": "extension", "outcome": "permit", "fact": "extension_days", "do": [maximum_extension, sprintf("extend_by=P%dD", [input.facts.extension_days])],
	"text": sprintf("extension_allowed: The time to recognise grows by %d days; 30 are allowed.", [input.facts.extension_days]),
}

# METADATA
# title: Reasons for the delay
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(5)", mode: auto, src: V}
findings contains f if {
	judged("reasons")
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), reasons_view)
}

reasons_view := {
	"check": "reasons", "outcome": "permit", "fact": "reasons_given",
	"text": "reasons_given: The reasons for the delay are given.",
} if {
	input.facts.reasons_given == true
} else := {
	"check": "reasons", "outcome": "deny", "fact": "reasons_given", "do": ["give_reasons", "inform_issuing_authority"],
	"text": "reasons_missing: The issuing authority must be told the reasons for the delay.",
}

# METADATA
# title: Issuing authority told of the delay
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(5)", mode: auto, src: V}
findings contains f if {
	judged("informed")
	is_boolean(input.facts.issuing_authority_informed)
	f := lib.finding(rego.metadata.rule(), informed_view)
}

informed_view := {
	"check": "informed", "outcome": "permit", "fact": "issuing_authority_informed", "do": ["inform_issuing_authority"],
	"text": "informed: The issuing authority was told of the delay and of the time that is needed.",
} if {
	input.facts.issuing_authority_informed == true
} else := {
	"check": "informed", "outcome": "deny", "fact": "issuing_authority_informed", "do": ["inform_issuing_authority"],
	"text": "not_informed: The issuing authority must be told of the delay without delay.",
}

# METADATA
# title: Another measure
# custom: {rule: EIO-07, article: "Dir. 2014/41/EU Art. 10(1), 10(3)-(4)", mode: human, src: M}
findings contains f if {
	judged("substitution")
	lib.said(input.facts.indicated_measure)
	lib.said(input.facts.alternative_measure)
	is_boolean(input.facts.same_result_expected)
	is_boolean(input.facts.issuing_authority_informed)
	f := lib.finding(rego.metadata.rule(), substitution_view)
}

substitution_view := {
	"check": "substitution", "outcome": "human_review", "fact": "same_result_expected", "do": ["consult_issuing_authority", "inform_issuing_authority_before_substituting"],
	"text": "other_result: The other measure would not have the same result; it is only for a measure that is not available.",
	"ask": "executing authority: Is the indicated measure unavailable, so that another with a lesser result is used?",
} if {
	input.facts.same_result_expected == false
} else := {
	"check": "substitution", "outcome": "human_review", "fact": "issuing_authority_informed", "do": ["inform_issuing_authority_before_substituting"],
	"text": "substitution_not_told: Before another measure is used, the issuing authority is told; it may withdraw or supplement the order.",
	"ask": "executing authority: Has the issuing authority been told, and will you use the other measure?",
} if {
	input.facts.issuing_authority_informed == false
} else := recorded_or_asked(
	{
		"check": "substitution", "fact": "alternative_measure", "do": ["inform_issuing_authority_before_substituting"],
		"text": "substitution: Another measure with the same result may be used when it intrudes less, or when the indicated one is not available.",
	},
	"executing authority: Will you use the other measure instead of the indicated one?",
)

# METADATA
# title: Measure available in the executing State
# custom: {rule: EIO-07, article: "Dir. 2014/41/EU Art. 10(1)-(2), 10(5)", mode: human, src: M}
findings contains f if {
	judged("availability")
	is_boolean(input.facts.similar_domestic_case_available)
	lib.said(input.facts.measure)
	not live_unavailable
	f := lib.finding(rego.metadata.rule(), availability_view)
}

live_unavailable if {
	live
	input.facts.similar_domestic_case_available == false
}

availability_view := {
	"check": "availability", "outcome": "permit", "fact": "measure",
	"text": "always_available: This measure must always be available.",
} if {
	always_available
} else := {
	"check": "availability", "outcome": "permit", "fact": "similar_domestic_case_available",
	"text": "measure_available: The measure is available in a similar case of the executing State.",
} if {
	input.facts.similar_domestic_case_available == true
} else := {
	"check": "availability", "outcome": "human_review", "fact": "similar_domestic_case_available", "do": ["inform_issuing_authority", "inform_issuing_authority_before_substituting"],
	"text": "measure_unavailable: The measure is not available in a similar case of the executing State, so another one is sought.",
	"ask": "executing authority: Which other measure would have the same result?",
}

# METADATA
# title: Live measure not available in the executing State
# custom: {rule: EIO-11, article: "Dir. 2014/41/EU Art. 28(1), 30(5)", mode: human, src: V}
findings contains f if {
	judged("availability")
	live_unavailable
	f := lib.finding(rego.metadata.rule(), {
		"check": "availability", "outcome": "human_review", "fact": "similar_domestic_case_available", "do": ["consider_conditions", "ground_available_optional"],
		"text": "live_measure_not_authorised: A live measure may be refused when it would not be authorised in a similar domestic case.",
		"ask": "executing authority: Would the measure be refused in a similar domestic case, or can it be done under conditions?",
	})
}

settled contains "risk" if {
	judged("risk")
	input.facts.risk_indicator == "none"
}

# METADATA
# title: Signs of a breach of fundamental rights
# custom: {rule: EIO-08, article: "Dir. 2014/41/EU Art. 11(1)(f)", mode: human, src: V}
findings contains f if {
	judged("risk")
	lib.said(input.facts.risk_indicator)
	input.facts.risk_indicator != "none"
	f := lib.finding(rego.metadata.rule(), risk_view)
}

risk_view := {
	"check": "risk", "outcome": "permit", "fact": "competent_authority_finding",
	"text": "risk_cleared: The executing authority examined the sign of risk and found no ground to refuse.",
} if {
	input.facts.competent_authority_finding in law.findings_clear
} else := {
	"check": "risk", "outcome": "human_review", "fact": "risk_indicator", "do": ["consider_fundamental_rights_ground", "consult_issuing_authority", "ground_available_optional"],
	"text": "risk_open: There are signs that execution would be incompatible with fundamental rights.",
	"ask": "executing authority: Are there substantial grounds to believe that execution would be incompatible with Art. 6 TEU and the Charter?",
}

# METADATA
# title: Same acts finally judged
# custom: {rule: EIO-08, article: "Dir. 2014/41/EU Art. 11(1)(d)", mode: human, src: V}
findings contains f if {
	action in {"transmit_order", "execute_request"}
	lib.said(input.facts.final_judgment_same_acts_in_member_state)
	input.facts.final_judgment_same_acts_in_member_state != "none"
	not input.facts.same_person == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "ne_bis", "outcome": "human_review", "fact": "final_judgment_same_acts_in_member_state", "do": ["consult_issuing_authority", "ground_available_optional"],
		"text": "ne_bis: A final judgment on the same acts is recorded.",
		"ask": "executing authority: Would execution be contrary to ne bis in idem?",
	})
}

# METADATA
# title: Signs of an immunity or privilege
# custom: {rule: EIO-08, article: "Dir. 2014/41/EU Art. 11(1)(a)", mode: human, src: V}
findings contains f if {
	action == "execute_request"
	privileged
	f := lib.finding(rego.metadata.rule(), {
		"check": "privileged", "outcome": "human_review", "fact": "target_role", "do": ["consult_issuing_authority", "ground_available_optional", "request_waiver_if_competent"],
		"text": "privilege_possible: The data may be protected by an immunity, a privilege or a press rule.",
		"ask": "executing authority: Are the data protected by an immunity, a privilege or a press rule of your law?",
	})
}

privileged if input.facts.privileged_data == true

privileged if input.facts.target_role in roles.privileged_roles

privileged if input.facts.infrastructure_of in roles.privileged_infrastructure

# METADATA
# title: Postponement
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(4), 15", mode: human, src: V}
findings contains f if {
	judged("postponement")
	input.facts.ground in law.postponement
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "postponement", "fact": "ground", "do": ["give_reasons", "ground_available_optional", "inform_issuing_authority"],
			"text": "postponement: Execution may wait while it would prejudice an ongoing case, or while the objects are used in other proceedings.",
		},
		"executing authority: Does execution prejudice your ongoing case, and until when is it postponed?",
	))
}

# METADATA
# title: No other reason to postpone
# custom: {rule: EIO-06, article: "Dir. 2014/41/EU Art. 12(1), 12(4), 15", mode: auto, src: V}
findings contains f if {
	judged("postponement")
	lib.said(input.facts.ground)
	not input.facts.ground in law.postponement
	f := lib.finding(rego.metadata.rule(), {
		"check": "postponement", "outcome": "deny", "fact": "ground", "do": ["execute_as_soon_as_possible", "ground_not_in_list"],
		"text": "postponement_not_listed: Only prejudice to an ongoing case, or objects in use elsewhere, allow execution to wait.",
	})
}

# METADATA
# title: Remedies
# custom: {rule: EIO-10, article: "Dir. 2014/41/EU Art. 13(2), 14", mode: human, src: M}
findings contains f if {
	judged("remedy")
	lib.said(input.facts.court_review)
	f := lib.finding(rego.metadata.rule(), remedy_view)
}

remedy_view := {
	"check": "remedy", "outcome": "permit", "fact": "court_review", "do": ["include_remedies"],
	"text": "no_remedy_open: No remedy is pending, so the evidence is handed over without undue delay.",
} if {
	action == "release_evidence"
	input.facts.court_review in law.remedy_over
} else := {
	"check": "remedy", "outcome": "human_review", "fact": "court_review", "do": ["hold_release", "include_remedies", "preserve_data", "suspend_execution"],
	"text": "remedy_open: A remedy may suspend the transfer, unless the transfer is essential; serious and irreversible damage suspends it in any case.",
	"ask": "executing authority: Is the transfer suspended until the remedy is decided?",
}

# METADATA
# title: Confidentiality
# custom: {rule: EIO-12, article: "Dir. 2014/41/EU Art. 19", mode: human, src: M}
findings contains f if {
	judged("disclosure")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	is_boolean(input.facts.necessary_for_execution)
	f := lib.finding(rego.metadata.rule(), disclosure_view)
}

disclosure_view := {
	"check": "disclosure", "outcome": "permit", "fact": "necessary_for_execution", "do": ["keep_confidential"],
	"text": "disclosure_needed: The order is disclosed as far as its execution needs it.",
} if {
	input.facts.necessary_for_execution == true
} else := {
	"check": "disclosure", "outcome": "human_review", "fact": "confidentiality_required_by_requesting_state", "do": ["inform_issuing_authority", "keep_confidential"],
	"text": "disclosure_not_needed: The facts and the substance of the order are confidential beyond what execution needs.",
	"ask": "executing authority: Does your law oblige you to disclose the order, and has the issuing authority been told?",
}
