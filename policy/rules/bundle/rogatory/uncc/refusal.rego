# Refusing, postponing, withholding: UNC-03, UNC-07, UNC-08, UNC-09, UNC-11, UNC-12.
package rogatory.uncc

import data.rogatory.law.uncc as law
import data.rogatory.law.untoc as palermo
import data.rogatory.lib
import data.rogatory.untoc

ground_in(list) if {
	judged("ground")
	input.facts.ground in list
}

# substantial: the competent authority recorded what it found.
substantial if input.facts.substantial_grounds_recorded == true

substantial if {
	lib.said(input.facts.competent_authority_finding)
	not lib.none(input.facts.competent_authority_finding)
	not input.facts.substantial_grounds_recorded == false
}

recorded_or_asked(f, question) := object.union(f, {"outcome": "permit"}) if {
	substantial
} else := object.union(f, {"outcome": "human_review", "ask": question})

# METADATA
# title: Persecution
# custom: {rule: UNC-09, article: "UN Cybercrime Convention Art. 40(22)", mode: human, src: M}
findings contains f if {
	ground_in(law.grounds.persecution)
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "competent_authority_finding", "do": ["give_reasons", "ground_available", "assess_art_6_and_40_22"],
			"text": "ground_persecution: Nobody must assist where substantial grounds show that a person is to be punished for sex, race, language, religion, nationality, origin or opinions.",
		},
		"central authority: Are there substantial grounds to believe that the request aims at the person for these reasons?",
	))
}

# METADATA
# title: Suppression of rights
# custom: {rule: UNC-03, article: "UN Cybercrime Convention Art. 6(2)", mode: human, src: V}
findings contains f if {
	ground_in(law.grounds.rights)
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["give_reasons", "assess_art_6_and_40_22", "consider_fundamental_rights_ground"],
			"text": "ground_rights: Nothing in the convention permits the suppression of human rights or fundamental freedoms.",
		},
		"central authority: Would executing the request suppress a human right?",
	))
}

# METADATA
# title: Own data protection law
# custom: {rule: UNC-07, article: "UN Cybercrime Convention Art. 36(1)-(2)", mode: human, src: M}
findings contains f if {
	ground_in(law.grounds.own_data_law)
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["give_reasons", "ground_available_optional", "consider_conditions"],
			"text": "ground_data_law: A State need not transfer personal data against its own data protection law, and may set conditions so that it can.",
		},
		"central authority: Does your data protection law bar the transfer, or can conditions make it possible?",
	))
}

# METADATA
# title: Dual criminality
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(8)", mode: human, src: M}
findings contains f if {
	kind != "preservation"
	ground_in(palermo.grounds.dual_criminality)
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["give_reasons", "discretionary", "ground_available_optional"],
			"text": "ground_dual_criminality: Without dual criminality the requested State may decline, and may also assist.",
		},
		"central authority: Will you decline for want of dual criminality, or assist all the same?",
	))
}

# METADATA
# title: Dual criminality is no ground against preservation
# custom: {rule: UNC-11, article: "UN Cybercrime Convention Art. 42(4)", mode: auto, src: M}
findings contains f if {
	kind == "preservation"
	ground_in(palermo.grounds.dual_criminality)
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_unavailable", "no_dual_criminality_test"],
		"text": "ground_unavailable: Dual criminality is no condition for preserving data.",
	})
}

# METADATA
# title: Grounds of paragraph 21
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(21)", mode: human, src: M}
findings contains f if {
	kind != "preservation"
	ground_in(palermo.grounds.listed)
	f := lib.finding(rego.metadata.rule(), listed_ground)
}

# METADATA
# title: Grounds against preservation
# custom: {rule: UNC-11, article: "UN Cybercrime Convention Art. 42(5)", mode: human, src: M}
findings contains f if {
	kind == "preservation"
	ground_in(against_preservation)
	f := lib.finding(rego.metadata.rule(), listed_ground)
}

against_preservation := array.concat(law.grounds.interests, law.grounds.domestic_law)

listed_ground := recorded_or_asked(
	{
		"check": "ground", "fact": "ground", "do": ["give_reasons", "discretionary", "ground_available", "ground_available_optional"],
		"text": "ground_listed: The ground is one of those of paragraph 21.",
	},
	"central authority: Is the ground of paragraph 21 made out, and is the request refused for it?",
)

# METADATA
# title: Grounds that are not named
# custom: {rule: UNC-03, article: "UN Cybercrime Convention Art. 6, 40(21)-(22)", mode: human, src: V}
findings contains f if {
	kind != "preservation"
	ground_in(not_named)
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["give_reasons", "ground_not_in_list", "assess_art_6_and_40_22"],
			"text": "ground_not_named: The convention does not name this ground; only paragraphs 21 and 22 or Art. 6 can carry it.",
		},
		"central authority: Do Art. 6, essential interests or paragraph 22 speak against executing this request?",
	))
}

not_named := {g |
	some g in palermo.grounds.not_named
	not g in law.grounds.persecution
	not g in law.grounds.rights
}

# METADATA
# title: Forbidden and other grounds
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(21)-(23)", mode: auto, src: M}
findings contains f if {
	judged("ground")
	lib.said(input.facts.ground)
	not input.facts.ground in open_grounds
	f := lib.finding(rego.metadata.rule(), other_ground_view)
}

open_grounds contains g if {
	some list in [law.grounds.persecution, law.grounds.rights, law.grounds.own_data_law, palermo.grounds.dual_criminality]
	some g in list
}

open_grounds contains g if {
	kind != "preservation"
	some list in [palermo.grounds.listed, not_named]
	some g in list
}

open_grounds contains g if {
	kind == "preservation"
	some g in against_preservation
}

other_ground_view := {
	"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_forbidden"],
	"text": "ground_forbidden: Bank secrecy, and fiscal matters alone, are no grounds for refusal.",
} if {
	input.facts.ground in palermo.grounds.forbidden
} else := {
	"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list", "ground_unavailable"],
	"text": "ground_not_in_list: This is none of the grounds on which assistance may be refused.",
}

# METADATA
# title: Consult before refusing or postponing
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(26)", mode: auto, src: M}
findings contains f if {
	judged("consultation")
	is_boolean(input.facts.consulted_requesting_state)
	f := lib.finding(rego.metadata.rule(), untoc.consultation_view)
}

# METADATA
# title: Reasons for a refusal
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(23)", mode: auto, src: M}
findings contains f if {
	judged("reasons")
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), untoc.reasons_view)
}

# METADATA
# title: Postponement
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(25)", mode: human, src: M}
findings contains f if {
	judged("postponement")
	input.facts.ground in palermo.grounds.postponement
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
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(24)-(25)", mode: auto, src: M}
findings contains f if {
	judged("postponement")
	lib.said(input.facts.ground)
	not input.facts.ground in palermo.grounds.postponement
	f := lib.finding(rego.metadata.rule(), {
		"check": "postponement", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list", "execute_as_soon_as_possible"],
		"text": "postponement_not_listed: Only interference with an ongoing investigation, prosecution or proceeding allows a postponement.",
	})
}

# METADATA
# title: The path of preserved traffic data
# custom: {rule: UNC-12, article: "UN Cybercrime Convention Art. 43", mode: auto, src: M}
findings contains f if {
	judged("path")
	lib.said(input.facts.ground)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "path", "fact": "ground", "do": ["disclose_sufficient_traffic_data"]}, path_view))
}

path_view := {
	"outcome": "human_review",
	"text": "path_withheld: Traffic data that show another State's provider may be withheld only for essential interests, domestic law or persecution.",
	"ask": "central authority: Is the disclosure withheld for essential interests, domestic law or persecution?",
} if {
	input.facts.ground in array.concat(against_preservation, law.grounds.persecution)
} else := {
	"outcome": "deny",
	"text": "path_disclosed: Enough traffic data are disclosed to find the other State's provider; this ground allows nothing else.",
}
