# Refusing and postponing, UNT-07, UNT-10 to UNT-15.
package rogatory.untoc

import data.rogatory.law.untoc as law
import data.rogatory.lib

# METADATA
# title: Forbidden grounds
# custom: {rule: UNT-11, article: "UNTOC Art. 18(8), 18(22)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.grounds.forbidden
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_forbidden"],
		"text": "ground_forbidden: Bank secrecy, and fiscal matters alone, are no grounds for refusal.",
	})
}

# METADATA
# title: Dual criminality
# custom: {rule: UNT-07, article: "UNTOC Art. 18(9)", mode: human, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.grounds.dual_criminality
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["discretionary", "ground_available_optional", "give_reasons"],
			"text": "ground_dual_criminality: Without dual criminality the requested State may decline, and may also assist.",
		},
		"central authority: Will you decline for want of dual criminality, or assist all the same?",
	))
}

# METADATA
# title: Grounds of paragraph 21
# custom: {rule: UNT-10, article: "UNTOC Art. 18(21)", mode: human, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.grounds.listed
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["discretionary", "ground_available", "ground_available_optional", "give_reasons"],
			"text": "ground_listed: The ground is one of those of paragraph 21.",
		},
		"central authority: Is the ground of paragraph 21 made out, and is the request refused for it?",
	))
}

# METADATA
# title: Political offence and discrimination are not named
# custom: {rule: UNT-15, article: "UNTOC Art. 16(14), 18(21)(b), (d)", mode: human, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.grounds.not_named
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["assess_essential_interests_and_legal_system", "give_reasons", "ground_not_in_list"],
			"text": "ground_not_named: Art. 18 does not name this ground; only essential interests or the legal system can carry it.",
		},
		"central authority: Do essential interests or your legal system speak against executing this request?",
	))
}

# METADATA
# title: Other grounds
# custom: {rule: UNT-11, article: "UNTOC Art. 18(21)-(22)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	lib.said(input.facts.ground)
	not input.facts.ground in known_grounds
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list"],
		"text": "ground_not_in_list: This is none of the grounds on which assistance may be refused.",
	})
}

known_grounds := {g |
	some kind in ["forbidden", "dual_criminality", "listed", "not_named"]
	some g in law.grounds[kind]
}

recorded_or_asked(f, question) := object.union(f, {"outcome": "permit"}) if {
	lib.said(input.facts.competent_authority_finding)
	input.facts.competent_authority_finding != "none"
} else := object.union(f, {"outcome": "human_review", "ask": question})

# METADATA
# title: Consult before refusing or postponing
# custom: {rule: UNT-12, article: "UNTOC Art. 18(26)", mode: auto, src: V}
findings contains f if {
	judged("consultation")
	is_boolean(input.facts.consulted_requesting_state)
	f := lib.finding(rego.metadata.rule(), consultation_view)
}

consultation_view := {
	"check": "consultation", "outcome": "permit", "fact": "consulted_requesting_state", "do": ["consider_conditions"],
	"text": "consulted: The requesting State was consulted on whether assistance can be given under conditions.",
} if {
	input.facts.consulted_requesting_state == true
} else := {
	"check": "consultation", "outcome": "deny", "fact": "consulted_requesting_state", "do": ["consult_requesting_state", "consider_conditions"],
	"text": "not_consulted: Before refusing or postponing, the requested State consults on terms and conditions.",
}

# METADATA
# title: Reasons for a refusal
# custom: {rule: UNT-12, article: "UNTOC Art. 18(23)", mode: auto, src: V}
findings contains f if {
	judged("reasons")
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), reasons_view)
}

reasons_view := {
	"check": "reasons", "outcome": "permit", "fact": "reasons_given", "do": ["give_reasons"],
	"text": "reasons_given: The refusal gives its reasons.",
} if {
	input.facts.reasons_given == true
} else := {
	"check": "reasons", "outcome": "deny", "fact": "reasons_given", "do": ["give_reasons"],
	"text": "reasons_missing: Reasons must be given for every refusal.",
}

# METADATA
# title: Postponement
# custom: {rule: UNT-14, article: "UNTOC Art. 18(25)", mode: human, src: V}
findings contains f if {
	judged("postponement")
	input.facts.ground in law.grounds.postponement
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "postponement", "fact": "ground", "do": ["ground_available_optional", "consult_requesting_state", "consider_conditions"],
			"text": "postponement: Assistance may be postponed where it interferes with an ongoing investigation, prosecution or proceeding.",
		},
		"central authority: Does the assistance interfere with your ongoing case, and until when is it postponed?",
	))
}

# METADATA
# title: No other reason to postpone
# custom: {rule: UNT-12, article: "UNTOC Art. 18(24)-(25)", mode: auto, src: V}
findings contains f if {
	judged("postponement")
	lib.said(input.facts.ground)
	not input.facts.ground in law.grounds.postponement
	f := lib.finding(rego.metadata.rule(), {
		"check": "postponement", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list", "execute_as_soon_as_possible"],
		"text": "postponement_not_listed: Only interference with an ongoing investigation, prosecution or proceeding allows a postponement.",
	})
}
