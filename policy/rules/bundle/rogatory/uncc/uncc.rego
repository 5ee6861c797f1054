# METADATA
# title: UN Convention against Cybercrime (A/RES/79/243)
# description: |
#   Art. 40 repeats Art. 18 of UNTOC, so what is judged alike is judged by the
#   views of that package. Three kinds of request: assistance (Art. 40, 43-46),
#   preservation (Art. 42) and emergency data over the 24/7 network (Art. 41). All
#   but Art. 2 to 6 is of unverified source (src M): it asks counsel and denies
#   nothing until counsel confirms it.
package rogatory.uncc

import data.rogatory.law.uncc as law
import data.rogatory.lib

action := law.action_alias[input.action]

kind := "preservation" if {
	input.instrument in law.kinds.preservation.instruments
} else := "emergency" if {
	input.instrument in law.kinds.emergency.instruments
} else := "preservation" if {
	input.facts.legal_basis in law.kinds.preservation.legal_basis
} else := "emergency" if {
	input.facts.legal_basis in law.kinds.emergency.legal_basis
} else := "assistance"

judged(check) if required[check]

required contains check if some check in law.checks[kind][action]

required contains check if some check in law.checks.any[action]

# outside: a State that the register knows and that is not bound by the convention.
outside contains code if {
	some name in ["issuing_state", "executing_state"]
	code := input.facts[name]
	state := input.context.states[code]
	not "UNCC_2024" in state.regimes
}

# METADATA
# title: Convention in force between the States
# custom: {rule: UNC-01, article: "UN Cybercrime Convention Art. 65", mode: auto, src: M}
findings contains f if {
	judged("gate")
	is_boolean(input.facts.convention_in_force_between_parties)
	f := lib.finding(rego.metadata.rule(), gate_view)
}

gate_view := {
	"check": "gate", "outcome": "deny", "fact": "convention_in_force_between_parties", "do": ["use_other_legal_basis"],
	"text": "convention_not_in_force: The convention is not in force between the two States.",
} if {
	input.facts.convention_in_force_between_parties == false
} else := {
	"check": "gate", "outcome": "deny", "fact": "executing_state", "do": ["use_other_legal_basis"],
	"text": sprintf("state_not_bound: The register of States does not show %s as bound by the convention.", [lib.words(outside)]),
} if {
	count(outside) > 0
} else := {
	"check": "gate", "outcome": "permit", "fact": "convention_in_force_between_parties",
	"text": "convention_in_force: The convention is in force between the two States.",
}

convention_offence if input.facts.offence.convention_offence == true

convention_offence if {
	input.facts.offence.convention_article in law.convention_articles
	not input.facts.offence.convention_offence == false
}

serious if lib.at_least(input.facts.offence.max_custodial_sentence_months, law.serious_crime_months)

not_serious if lib.below(input.facts.offence.max_custodial_sentence_months, law.serious_crime_months)

# METADATA
# title: What a serious crime is
# custom: {rule: UNC-02, article: "UN Cybercrime Convention Art. 2(h)", mode: auto, src: V}
findings contains f if {
	judged("offence")
	lib.whole(input.facts.offence.max_custodial_sentence_months)
	f := lib.finding(rego.metadata.rule(), serious_view)
}

serious_view := {
	"check": "serious", "outcome": "permit", "fact": "offence.max_custodial_sentence_months",
	"text": sprintf("serious_crime: A maximum of %d months makes this a serious crime; 48 are needed.", [input.facts.offence.max_custodial_sentence_months]),
} if {
	serious
} else := {
	"check": "serious", "outcome": "permit", "fact": "offence.max_custodial_sentence_months",
	"text": sprintf("below_serious_crime: A maximum of %d months is below the 48 of a serious crime.", [input.facts.offence.max_custodial_sentence_months]),
}

# METADATA
# title: Convention offence or serious crime
# custom: {rule: UNC-06, article: "UN Cybercrime Convention Art. 35(1)", mode: auto, src: M}
findings contains f if {
	judged("offence")
	is_object(input.facts.offence)
	f := lib.finding(rego.metadata.rule(), offence_view)
}

offence_view := {
	"check": "offence", "outcome": "permit", "fact": "offence.convention_offence",
	"text": "convention_offence: The offence is one that the convention itself establishes.",
} if {
	convention_offence
} else := {
	"check": "offence", "outcome": "permit", "fact": "offence.max_custodial_sentence_months",
	"text": "cooperation_serious_crime: Electronic evidence of a serious crime may be asked for, whatever the offence.",
} if {
	serious
} else := {
	"check": "offence", "outcome": "deny", "fact": "offence.max_custodial_sentence_months", "do": ["use_other_legal_basis"],
	"text": "cooperation_not_open: The convention does not establish the offence, and it is no serious crime.",
} if {
	not_serious
}

# METADATA
# title: No offence named
# custom: {rule: UNC-06, article: "UN Cybercrime Convention Art. 35(1), 40(15)", mode: auto, src: M}
findings contains f if {
	judged("offence")
	input.facts.offence == null
	f := lib.finding(rego.metadata.rule(), {
		"check": "offence", "outcome": "deny", "fact": "offence", "do": ["request_additional_information"],
		"text": "no_offence: The request names no offence.",
	})
}
