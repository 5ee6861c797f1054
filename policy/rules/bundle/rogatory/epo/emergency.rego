# What an emergency is, EPO-I-05.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

threatens_person if {
	facts.threat in law.threats.to_persons
	facts.risk_to_life_or_safety == true
	facts.significant_and_imminent == true
}

# Art. 3(18): disruption of infrastructure counts when it would endanger persons.
threatens_infrastructure if {
	facts.critical_infrastructure == true
	facts.risk_to_life_or_safety == true
	facts.significant_and_imminent == true
}

real_emergency if threatens_person

real_emergency if threatens_infrastructure

threat_listed if facts.threat in law.threats.to_persons

threat_listed if facts.threat in law.threats.to_property

threat_listed if facts.threat in law.threats.to_infrastructure

# emergency: claimed, real and reasoned.
emergency if {
	facts.emergency_claimed == true
	real_emergency
	facts.emergency_reasons_recorded == true
}

emergency_asked if facts.emergency_claimed == true

emergency_asked if action == "classify_emergency"

settled contains "emergency" if {
	judged("emergency")
	facts.emergency_claimed == false
	not emergency_asked
}

# METADATA
# title: Emergency
# custom: {rule: EPO-I-05, article: "Reg. (EU) 2023/1543 Art. 3(18)", mode: auto, src: V}
findings contains f if {
	judged("emergency")
	emergency_asked
	lib.said(facts.threat)
	is_boolean(facts.critical_infrastructure)
	is_boolean(facts.risk_to_life_or_safety)
	is_boolean(facts.significant_and_imminent)
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
	facts.risk_to_life_or_safety != false
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
	facts.emergency_claimed == false
}

settled contains "emergency_reasons" if {
	judged("emergency_reasons")
	facts.emergency_claimed == true
	facts.emergency_reasons_recorded == true
}

# METADATA
# title: Reasons for the emergency
# custom: {rule: EPO-C-01, article: "Reg. (EU) 2023/1543 Art. 5(5)(g)", mode: attest, src: V}
findings contains f if {
	judged("emergency_reasons")
	facts.emergency_claimed == true
	facts.emergency_reasons_recorded == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "emergency_reasons", "outcome": "deny", "fact": "emergency_reasons_recorded", "do": ["request_additional_information"],
		"text": "emergency_reasons_missing: An emergency is claimed but its reasons are not recorded.",
	})
}
