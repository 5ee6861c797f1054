# Death penalty, fundamental rights and political offences: XC-10, XC-11, XC-12.
package rogatory.cross

import data.rogatory.law.cross as law
import data.rogatory.lib

death_penalty_barred if {
	input.facts.requested_state_law in law.death_penalty_law.barring
	not input.facts.assurance_given == true
}

# METADATA
# title: Death penalty, barred by the law of the requested State
# custom: {rule: XC-10, article: "UNTOC Art. 18(21)(d), 18(26)", mode: auto, src: V}
findings contains f if {
	judged("death_penalty")
	input.facts.death_penalty_possible == true
	death_penalty_barred
	f := lib.finding(rego.metadata.rule(), {
		"check": "death_penalty", "outcome": "deny", "fact": "requested_state_law", "do": ["hold_release", "request_assurance", "consider_conditions"],
		"text": "death_penalty_barred: The law of the requested State bars assistance without an assurance, and none was given.",
	})
}

# METADATA
# title: Death penalty
# custom: {rule: XC-10, article: "UNTOC Art. 18(21)(b), (d), 18(26)", mode: human, src: V}
findings contains f if {
	judged("death_penalty")
	input.facts.death_penalty_possible == true
	not death_penalty_barred
	f := lib.finding(rego.metadata.rule(), death_penalty_view)
}

death_penalty_view := {
	"check": "death_penalty", "outcome": "permit", "fact": "assurance_accepted_by", "do": ["comply_with_conditions"],
	"text": "assurance_accepted: A competent person accepted the assurance against the death penalty, and it is recorded as a condition.",
} if {
	input.facts.assurance_given == true
	input.facts.assurance_accepted_by == "competent_human_authority"
	input.facts.assurance_recorded_as_condition == true
} else := {
	"check": "death_penalty", "outcome": "human_review", "fact": "assurance_accepted_by", "do": ["hold_release", "consider_conditions"],
	"text": "assurance_open: An assurance was given, but no competent person has accepted and recorded it as a condition.",
	"ask": "central authority: Is the assurance against the death penalty sufficient?",
} if {
	input.facts.assurance_given == true
} else := {
	"check": "death_penalty", "outcome": "human_review", "fact": "death_penalty_possible",
	"do": ["hold_release", "request_assurance", "consider_conditions", "assess_essential_interests_and_legal_system"],
	"text": "death_penalty_open: The death penalty is possible and no assurance was given.",
	"ask": "central authority: Is assistance refused, made conditional, or given although the death penalty is possible?",
}

settled contains "death_penalty" if {
	judged("death_penalty")
	input.facts.death_penalty_possible == false
}

# METADATA
# title: Torture, unfair trial, persecution
# custom: {rule: XC-11, article: "ICCPR Art. 7, 14, 17", mode: human, src: V}
findings contains f if {
	judged("motives")
	lib.said(input.facts.risk_indicator)
	input.facts.risk_indicator != "none"
	f := lib.finding(rego.metadata.rule(), motives_view)
}

motives_view := {
	"check": "motives", "outcome": "permit", "fact": "competent_authority_finding",
	"text": "risk_examined: The competent authority examined the indicator and found no ground.",
} if {
	input.facts.competent_authority_finding in law.findings_clear
} else := {
	"check": "motives", "outcome": "human_review", "fact": "risk_indicator",
	"do": ["consider_fundamental_rights_ground", "hold_release", "consider_conditions", "assess_essential_interests_and_legal_system"],
	"text": "risk_open: There is an indicator of ill-treatment, an unfair trial or persecution that only a competent authority can assess.",
	"ask": "competent authority: Would this act expose the person to ill-treatment, an unfair trial or persecution?",
}

settled contains "motives" if {
	home
	judged("motives")
	input.facts.risk_indicator == "none"
}

recorded_or_asked(f, question) := object.union(f, {"outcome": "permit"}) if {
	lib.said(input.facts.competent_authority_finding)
	not lib.none(input.facts.competent_authority_finding)
} else := object.union(f, {"outcome": "human_review", "ask": question})

# METADATA
# title: Political offence
# custom: {rule: XC-12, article: "Budapest Convention Art. 27(4), 29(5), 30(2); EMLA 1959 Art. 2(a)", mode: human, src: V}
findings contains f if {
	home
	judged("wider_ground")
	input.facts.ground in law.grounds.political
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "wider_ground", "fact": "ground", "do": political_duties,
			"text": "political_offence: The Budapest Convention and the Convention of 1959 name political offences; the Regulation, the investigation order and UNTOC Art. 18 do not.",
		},
		"competent authority: Does the instrument allow a refusal for a political offence, and is this one?",
	))
}

# The instruments that do not name political offences have closed lists.
political_duties := ["ground_not_in_exhaustive_list", "ground_not_in_list", "consider_fundamental_rights_ground", "give_reasons"] if {
	input.instrument in {"EPOC", "EPOC-PR", "EIO"}
} else := ["ground_not_in_list", "assess_essential_interests_and_legal_system", "give_reasons"] if {
	startswith(input.facts.legal_basis, "UNTOC")
} else := ["ground_available_optional", "ground_available", "give_reasons"]

# METADATA
# title: Fundamental rights as a ground
# custom: {rule: XC-11, article: "ICCPR Art. 7, 14, 17", mode: human, src: V}
findings contains f if {
	home
	judged("wider_ground")
	input.facts.ground in law.grounds.rights
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "wider_ground", "fact": "ground", "do": ["consider_fundamental_rights_ground", "exceptional_ground", "give_reasons"],
			"text": "rights_ground: A breach of fundamental rights is asserted; ne bis in idem under ICCPR Art. 14(7) holds within one State only.",
		},
		"competent authority: Would executing the request breach a fundamental right of the person?",
	))
}

# METADATA
# title: Death penalty as a ground
# custom: {rule: XC-10, article: "UNTOC Art. 18(21)(b), (d); NL-Hong Kong exchange of notes, point 2", mode: human, src: V}
findings contains f if {
	home
	judged("wider_ground")
	input.facts.ground in law.grounds.death_penalty
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "wider_ground", "fact": "ground", "do": ["assess_essential_interests_and_legal_system", "consider_conditions", "request_assurance", "give_reasons"],
			"text": "death_penalty_ground: No treaty here names the death penalty; essential interests or the legal system can carry it.",
		},
		"central authority: Do essential interests or your legal system speak against executing this request?",
	))
}
