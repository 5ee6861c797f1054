# Emergencies: disclosure through the contact points (Art. 9), assistance (Art. 10);
# video conference and joint teams (Arts. 11-12).
package rogatory.cets224

import data.rogatory.law.cets224 as law
import data.rogatory.lib

emergency_known if {
	every name in ["risk_to_life_or_safety", "significant_and_imminent", "facts_demonstrate_emergency_and_link"] { is_boolean(input.facts[name]) }
	lib.said(input.facts.threat)
}

emergency if {
	input.facts.risk_to_life_or_safety == true
	input.facts.significant_and_imminent == true
	not input.facts.threat in law.property_threats
}

# METADATA
# title: Emergency disclosure through the contact points
# custom: {rule: CET-08, article: "CETS 224 Art. 3(2)(c), 9(1)-(3)", mode: auto, src: M}
findings contains f if {
	judged("emergency")
	emergency_known
	f := lib.finding(rego.metadata.rule(), object.union({"check": "emergency"}, emergency_view))
}

emergency_view := {
	"outcome": "deny", "fact": "threat",
	"do": ["not_an_emergency", "not_an_emergency_case", "use_expedited_mla", "use_article_8_or_mla", "use_mutual_legal_assistance"],
	"text": "no_emergency: An emergency is a significant and imminent risk to the life or safety of a person; loss of property is none.",
} if {
	not emergency
} else := {
	"outcome": "deny", "fact": "facts_demonstrate_emergency_and_link", "do": ["describe_imminent_threat", "request_additional_information"],
	"text": "facts_missing: The request does not show by facts that there is an emergency and how the data relate to it.",
} if {
	input.facts.facts_demonstrate_emergency_and_link == false
} else := {
	"outcome": "permit", "fact": "facts_demonstrate_emergency_and_link", "do": ["no_prior_mla_request_needed", "produce_as_soon_as_possible"],
	"text": "emergency: The facts show an emergency and how the stored data, of whatever category, relate to it.",
} if {
	lib.recorded("facts_demonstrate_emergency_and_link")
} else := {
	"outcome": "human_review", "fact": "facts_demonstrate_emergency_and_link",
	"text": "emergency_declared: The emergency is only declared; no named person signed for the facts.",
	"ask": "contact point: Do the facts show a significant and imminent risk to life or safety, and how the data relate to it?",
}

# METADATA
# title: From contact point to contact point
# custom: {rule: CET-08, article: "CETS 224 Art. 9(1)(a)", mode: auto, src: M}
findings contains f if {
	judged("route")
	lib.said(input.facts.sent_via)
	f := lib.finding(rego.metadata.rule(), route_view)
}

route_view := {
	"check": "route", "outcome": "permit", "fact": "sent_via",
	"text": "contact_point: The request goes from contact point to contact point.",
} if {
	input.facts.sent_via in law.contact_points
} else := {
	"check": "route", "outcome": "deny", "fact": "sent_via", "do": ["use_expedited_mla", "use_mutual_legal_assistance"],
	"text": "not_by_contact_point: Emergency disclosure without a mutual assistance request goes through the contact points only.",
}

# METADATA
# title: Who asks must be known
# custom: {rule: CET-08, article: "CETS 224 Art. 9(5)", mode: human, src: M}
findings contains f if {
	judged("emergency")
	input.facts.requester_verified == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "requester", "outcome": "human_review", "fact": "requester_verified", "do": ["verify_requester_out_of_band"],
		"text": "requester_open: It is not established that the request comes from the authority it names.",
		"ask": "contact point: Does this request come from the authority it names?",
	})
}

# METADATA
# title: Emergency mutual assistance
# custom: {rule: CET-09, article: "CETS 224 Art. 10", mode: attest, src: M}
findings contains f if {
	judged("assistance")
	lib.said(input.facts.legal_basis)
	not by_agreement
	emergency_known
	f := lib.finding(rego.metadata.rule(), object.union({"check": "assistance"}, assistance_view))
}

# by_agreement: a video conference or a joint team.
by_agreement if cites(11)

by_agreement if cites(12)

assistance_view := object.union(emergency_view, {"do": ["use_expedited_mla", "execute_as_soon_as_possible", "formal_confirmation_to_follow"]}) if {
	emergency_view.outcome == "permit"
} else := emergency_view

# METADATA
# title: Video conference and joint teams by agreement
# custom: {rule: CET-09, article: "CETS 224 Art. 11-12", mode: human, src: M}
findings contains f if {
	judged("assistance")
	by_agreement
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "assistance", "fact": "competent_authority_finding", "do": ["consult_requesting_state"],
			"text": "by_agreement: A video conference or a joint team is set up as the authorities of both States agree.",
		},
		"central authority: Have both States agreed on the terms of the hearing or of the joint team?",
	))
}
