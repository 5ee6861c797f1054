# Asking and executing: UNC-02 to UNC-12.
package rogatory.uncc

import data.rogatory.law.epo.threats
import data.rogatory.law.uncc as law
import data.rogatory.lib
import data.rogatory.untoc

# METADATA
# title: Purpose of the request
# custom: {rule: UNC-06, article: "UN Cybercrime Convention Art. 35(1)", mode: auto, src: M}
findings contains f if {
	judged("purpose")
	lib.said(input.facts.purpose)
	input.facts.purpose != "prosecute_victim_for_compelled_offence"
	f := lib.finding(rego.metadata.rule(), untoc.purpose_view)
}

# METADATA
# title: Content of a request for assistance
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(15)-(16)", mode: auto, src: M}
findings contains f if {
	judged("fields")
	kind == "assistance"
	is_object(input.facts.fields)
	lib.said(input.facts.assistance_type)
	is_boolean(input.facts.person_identity_known)
	f := lib.finding(rego.metadata.rule(), object.union(untoc.fields_view, more_wanted(untoc.lacking)))
}

# more_wanted: the requested State may ask for more; it need not turn the request down.
more_wanted(gaps) := {
	"outcome": "human_review",
	"ask": "central authority: Is the information in the request enough to execute it, or is more asked for?",
} if {
	count(gaps) > 0
	action != "transmit_request"
} else := {}

# METADATA
# title: Content of a preservation request
# custom: {rule: UNC-11, article: "UN Cybercrime Convention Art. 42(3)", mode: auto, src: M}
findings contains f if {
	judged("fields")
	kind == "preservation"
	is_object(input.facts.fields)
	f := lib.finding(rego.metadata.rule(), object.union(preservation_view, more_wanted(preservation_gaps)))
}

preservation_gaps contains name if {
	some name in law.fields
	input.facts.fields[name] == false
}

# Custodian and place only where they are known.
preservation_gaps contains "custodian_or_location_if_known" if input.facts.fields.custodian_or_location_if_known == false

preservation_view := {
	"check": "fields", "outcome": "deny", "fact": sprintf("fields.%s", [min(preservation_gaps)]), "do": ["request_additional_information"],
	"text": sprintf("preservation_content_missing: The preservation request lacks %s.", [replace(lib.words(preservation_gaps), "_", " ")]),
} if {
	count(preservation_gaps) > 0
} else := {
	"check": "fields", "outcome": "permit", "fact": "fields",
	"text": "preservation_content_complete: The preservation request holds what Art. 42 asks for.",
} if {
	every name in law.fields { input.facts.fields[name] == true }
	input.facts.fields.custodian_or_location_if_known == true
}

# METADATA
# title: Confidentiality
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(20), 42(3)", mode: auto, src: M}
findings contains f if {
	judged("confidentiality")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	f := lib.finding(rego.metadata.rule(), untoc.confidentiality_view)
}

# METADATA
# title: Disclosing that a request exists
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(20)", mode: auto, src: M}
findings contains f if {
	judged("disclosure")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	is_boolean(input.facts.necessary_for_execution)
	f := lib.finding(rego.metadata.rule(), untoc.disclosure_view)
}

# METADATA
# title: Speciality of what is handed over
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(19)", mode: auto, src: M}
findings contains f if {
	kind == "assistance"
	action in {"transmit_request", "execute_request", "release_evidence"}
	f := lib.finding(rego.metadata.rule(), {
		"check": "speciality_rule", "outcome": "permit", "fact": "legal_basis", "do": ["speciality_applies", "execute_as_soon_as_possible"],
		"text": "speciality: What is handed over is used only for the investigations and proceedings stated in the request.",
	})
}

# METADATA
# title: Dual criminality is no test for preservation
# custom: {rule: UNC-11, article: "UN Cybercrime Convention Art. 42(4)", mode: auto, src: M}
findings contains f if {
	kind == "preservation"
	action in {"transmit_request", "execute_request", "refuse_request"}
	f := lib.finding(rego.metadata.rule(), {
		"check": "dual_criminality", "outcome": "permit", "fact": "legal_basis", "do": ["no_dual_criminality_test", sprintf("preserve_for_at_least=P%dD", [law.preservation_days])],
		"text": "no_dual_criminality: Data are preserved without a test of dual criminality, for sixty days at least.",
	})
}

# METADATA
# title: How long data are preserved
# custom: {rule: UNC-11, article: "UN Cybercrime Convention Art. 42(7)", mode: auto, src: M}
findings contains f if {
	judged("period")
	lib.whole(input.facts.days_preserved)
	is_boolean(input.facts.follow_up_request_received)
	is_boolean(input.facts.follow_up_decided)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "period"}, period_view))
}

period_view := {
	"outcome": "permit", "fact": "days_preserved", "do": ["preserve_for_at_least=P60D", "preserve_until_decision"],
	"text": "preserve: The data are preserved for sixty days at least, and then until the request that follows is decided.",
} if {
	action == "execute_request"
} else := {
	"outcome": "deny", "fact": "days_preserved", "do": ["preserve_for_at_least=P60D"],
	"text": sprintf("preserved_too_short: The data were preserved for %d days; sixty are the least.", [input.facts.days_preserved]),
} if {
	input.facts.days_preserved < law.preservation_days
} else := {
	"outcome": "deny", "fact": "follow_up_decided", "do": ["preserve_until_decision"],
	"text": "follow_up_open: A request for the data arrived, so they are preserved until it is decided.",
} if {
	input.facts.follow_up_request_received == true
	input.facts.follow_up_decided == false
} else := {
	"outcome": "permit", "fact": "days_preserved", "do": ["preservation_ceases"],
	"text": "preservation_over: The sixty days are over and no request for the data is open.",
}

# METADATA
# title: What an emergency is
# custom: {rule: UNC-02, article: "UN Cybercrime Convention Art. 2", mode: auto, src: V}
findings contains f if {
	judged("emergency")
	lib.said(input.facts.threat)
	is_boolean(input.facts.risk_to_life_or_safety)
	is_boolean(input.facts.significant_and_imminent)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "emergency"}, emergency_view))
}

emergency_view := {
	"outcome": "deny", "fact": "threat", "do": ["not_an_emergency", "not_an_emergency_case"],
	"text": "no_emergency_property: A threat to property or data alone is no emergency; life or safety of a person must be at risk.",
} if {
	input.facts.threat in threats.to_property
} else := {
	"outcome": "deny", "fact": "risk_to_life_or_safety", "do": ["not_an_emergency", "not_an_emergency_case"],
	"text": "no_emergency_risk: An emergency is a significant and imminent risk to the life or safety of a natural person.",
} if {
	input.facts.risk_to_life_or_safety == false
} else := {
	"outcome": "deny", "fact": "significant_and_imminent", "do": ["not_an_emergency", "not_an_emergency_case"],
	"text": "no_emergency_imminence: An emergency is a significant and imminent risk to the life or safety of a natural person.",
} if {
	input.facts.significant_and_imminent == false
} else := {
	"outcome": "permit", "fact": "threat", "do": ["no_prior_mla_request_needed"],
	"text": "emergency: There is a significant and imminent risk to the life or safety of a natural person.",
}

# METADATA
# title: Facts that show the emergency
# custom: {rule: UNC-10, article: "UN Cybercrime Convention Art. 41(3)", mode: auto, src: M}
findings contains f if {
	judged("link")
	is_boolean(input.facts.facts_demonstrate_emergency_and_link)
	f := lib.finding(rego.metadata.rule(), link_view)
}

link_view := {
	"check": "link", "outcome": "permit", "fact": "facts_demonstrate_emergency_and_link",
	"text": "emergency_shown: The facts show the emergency and how the data relate to it.",
} if {
	input.facts.facts_demonstrate_emergency_and_link == true
} else := {
	"check": "link", "outcome": "deny", "fact": "facts_demonstrate_emergency_and_link", "do": ["describe_imminent_threat", "request_additional_information"],
	"text": "emergency_not_shown: The facts do not show the emergency or how the data relate to it.",
}

# METADATA
# title: 24/7 network
# custom: {rule: UNC-10, article: "UN Cybercrime Convention Art. 41(1)-(3)", mode: auto, src: M}
findings contains f if {
	judged("network")
	lib.said(input.facts.sent_via)
	f := lib.finding(rego.metadata.rule(), network_view)
}

network_view := {
	"check": "network", "outcome": "permit", "fact": "sent_via", "do": ["no_prior_mla_request_needed"],
	"text": "network: The request goes over the network of contact points that is open day and night.",
} if {
	input.facts.sent_via in law.network
} else := {
	"check": "network", "outcome": "human_review", "fact": "sent_via",
	"text": "network_not_used: Emergency data are asked for over the network of contact points, and this request is not.",
	"ask": "contact point: Do you take over this emergency request?",
}

# METADATA
# title: Real-time collection and interception
# custom: {rule: UNC-12, article: "UN Cybercrime Convention Art. 45-46", mode: human, src: M}
findings contains f if {
	judged("measure")
	real_time
	f := lib.finding(rego.metadata.rule(), {
		"check": "measure", "outcome": "human_review", "fact": "measure",
		"text": "real_time: Traffic data in real time and interception are given only as far as treaties and domestic law allow.",
		"ask": "central authority: Do your treaties and your law allow this measure for the offence?",
	})
}

real_time if input.facts.measure in law.real_time

real_time if lib.at_least(input.facts.collect_future_days, 1)

# METADATA
# title: Stored data
# custom: {rule: UNC-12, article: "UN Cybercrime Convention Art. 44", mode: auto, src: M}
findings contains f if {
	judged("measure")
	lib.said(input.facts.measure)
	lib.whole(input.facts.collect_future_days)
	is_boolean(input.facts.urgent)
	not real_time
	f := lib.finding(rego.metadata.rule(), object.union(
		{"check": "measure", "outcome": "permit", "fact": "measure", "text": "stored_data: The request is for data that are already stored."},
		expedited,
	))
}

expedited := {"do": ["use_expedited_mla", "execute_as_soon_as_possible"]} if {
	input.facts.urgent == true
} else := {"do": ["execute_as_soon_as_possible"]}

# METADATA
# title: Domestic preservation order
# custom: {rule: UNC-05, article: "UN Cybercrime Convention Art. 25(2)", mode: auto, src: M}
findings contains f if {
	judged("domestic_period")
	lib.whole(input.facts.duration_days)
	f := lib.finding(rego.metadata.rule(), object.union(
		{"check": "domestic_period", "fact": "duration_days", "do": [sprintf("maximum=P%dD", [law.domestic_days]), "renewal_possible_if_law_allows"]},
		domestic_view,
	))
}

domestic_view := {
	"outcome": "permit",
	"text": "domestic_period: The order keeps to the maximum of ninety days.",
} if {
	input.facts.duration_days <= law.domestic_days
} else := {
	"outcome": "deny",
	"text": "domestic_period_too_long: One order may last ninety days at most; it can be renewed where the law allows.",
}

# METADATA
# title: Conditions and safeguards of powers
# custom: {rule: UNC-04, article: "UN Cybercrime Convention Art. 24", mode: human, src: M}
findings contains f if {
	judged("safeguards")
	is_boolean(input.facts.necessity_and_proportionality_grounds_recorded)
	f := lib.finding(rego.metadata.rule(), safeguards_view)
}

safeguards_view := {
	"check": "safeguards", "outcome": "permit", "fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_recorded: The grounds of necessity and proportionality are recorded.",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == true
	lib.recorded("necessity_and_proportionality_grounds_recorded")
} else := {
	"check": "safeguards", "outcome": "human_review", "fact": "necessity_and_proportionality_grounds_recorded",
	"do": ["proportionality_flag", "assess_strict_necessity"],
	"text": "grounds_open: Nobody recorded that the power is used in proportion, for a ground and within limits.",
	"ask": "judge: Is the use of this power justified, in proportion and limited in scope and duration?",
}

flagged if {
	judged("risk")
	lib.said(input.facts.risk_indicator)
	input.facts.risk_indicator != "none"
}

# METADATA
# title: Human rights
# custom: {rule: UNC-03, article: "UN Cybercrime Convention Art. 6(2)", mode: human, src: V}
findings contains f if {
	flagged
	f := lib.finding(rego.metadata.rule(), risk_view)
}

# METADATA
# title: Persecution behind a request
# custom: {rule: UNC-09, article: "UN Cybercrime Convention Art. 40(22)", mode: human, src: M}
findings contains f if {
	flagged
	f := lib.finding(rego.metadata.rule(), risk_view)
}

risk_view := {
	"check": "risk", "outcome": "permit", "fact": "competent_authority_finding",
	"text": "risk_examined: The competent authority examined the indicator and found no ground.",
} if {
	untoc.risk_view.outcome == "permit"
} else := {
	"check": "risk", "outcome": "human_review", "fact": "risk_indicator", "do": ["assess_art_6_and_40_22", "consider_fundamental_rights_ground", "hold_release"],
	"text": "risk_suppression: There is an indicator that the request serves to suppress a right or to persecute, which only a competent authority can assess.",
	"ask": "central authority: Does the request aim at a person for her opinions, origin or belief, or suppress human rights?",
}

settled contains "risk" if {
	judged("risk")
	input.facts.risk_indicator == "none"
}
