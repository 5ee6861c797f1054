# What an emergency is, EPO-I-05.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

threatens_person if {
	input.facts.threat in law.threats.to_persons
	input.facts.risk_to_life_or_safety == true
	input.facts.significant_and_imminent == true
}

# Art. 3(18): disruption of infrastructure counts when it would endanger persons.
threatens_infrastructure if {
	input.facts.critical_infrastructure == true
	input.facts.risk_to_life_or_safety == true
	input.facts.significant_and_imminent == true
}

real_emergency if threatens_person

real_emergency if threatens_infrastructure

threat_listed if input.facts.threat in law.threats.to_persons

threat_listed if input.facts.threat in law.threats.to_property

threat_listed if input.facts.threat in law.threats.to_infrastructure

# emergency: claimed, real and reasoned.
emergency if {
	input.facts.emergency_claimed == true
	real_emergency
	input.facts.emergency_reasons_recorded == true
}

emergency_asked if input.facts.emergency_claimed == true

emergency_asked if action == "classify_emergency"

settled contains "emergency" if {
	judged("emergency")
	input.facts.emergency_claimed == false
	not emergency_asked
}

# METADATA
# title: Emergency
# custom: {rule: EPO-I-05, article: "Reg. (EU) 2023/1543 Art. 3(18)", mode: auto, src: V}
findings contains f if {
	judged("emergency")
	emergency_asked
	lib.said(input.facts.threat)
	is_boolean(input.facts.critical_infrastructure)
	is_boolean(input.facts.risk_to_life_or_safety)
	is_boolean(input.facts.significant_and_imminent)
	f := lib.finding(rego.metadata.rule(), emergency_view)
}

emergency_view := {
	"check": "emergency", "outcome": "permit", "fact": "threat",
	"text": "emergency: An imminent threat to the life, physical integrity or safety of a person is stated.",
} if {
	threatens_person
} else := {
	"check": "emergency", "outcome": "permit", "fact": "critical_infrastructure",
	"text": "emergency_infrastructure: Critical infrastructure is threatened and its disruption would endanger persons.",
} if {
	threatens_infrastructure
} else := {
	"check": "emergency", "outcome": "human_review", "fact": "threat",
	"text": "emergency_open: The stated threat is not one that the table knows.",
	"ask": "issuing authority: Is there an imminent threat to life, physical integrity or safety of a person, or to critical infrastructure with that effect?",
} if {
	not threat_listed
	input.facts.risk_to_life_or_safety != false
} else := {
	"check": "emergency", "outcome": "needs_validation", "fact": "threat", "do": ["not_an_emergency", "not_an_emergency_case"],
	"text": "not_an_emergency: The threat is no danger to a person, so the order cannot go out before validation.",
} if {
	order
	count(needs_derogation) > 0
} else := {
	"check": "emergency", "outcome": "deny", "fact": "threat", "do": ["not_an_emergency", "not_an_emergency_case"],
	"text": "not_an_emergency: A loss of property or data alone is no emergency.",
}

settled contains "emergency_reasons" if {
	judged("emergency_reasons")
	input.facts.emergency_claimed == false
}

settled contains "emergency_reasons" if {
	judged("emergency_reasons")
	input.facts.emergency_claimed == true
	input.facts.emergency_reasons_recorded == true
}

# METADATA
# title: Reasons for the emergency
# custom: {rule: EPO-C-01, article: "Reg. (EU) 2023/1543 Art. 5(5)(g)", mode: attest, src: V}
findings contains f if {
	judged("emergency_reasons")
	input.facts.emergency_claimed == true
	input.facts.emergency_reasons_recorded == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "emergency_reasons", "outcome": "deny", "fact": "emergency_reasons_recorded", "do": ["request_additional_information"],
		"text": "emergency_reasons_missing: An emergency is claimed but its reasons are not recorded.",
	})
}
