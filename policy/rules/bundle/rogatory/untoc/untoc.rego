# METADATA
# title: UNTOC Art. 18 and the Trafficking in Persons Protocol
# description: |
#   The Protocol applies Art. 18 mutatis mutandis (Prot. Art. 1(2)), so both
#   regimes share these rules; instruments are MLA, spontaneous_information and
#   information_exchange.
package rogatory.untoc

import data.rogatory.law.untoc as law
import data.rogatory.lib

action := law.action_alias[input.action]

judged(check) if required[check]

required contains check if some check in law.checks[input.instrument][action]

requesting if action == "transmit_request"

# outside: a State that the register knows and that is not bound by the convention.
outside contains code if {
	some name in ["issuing_state", "executing_state"]
	code := input.facts[name]
	state := input.context.states[code]
	some regime in {"UNTOC", input.regime}
	not regime in state.regimes
}

# METADATA
# title: Convention in force between the States
# custom: {rule: UNT-01, article: "UNTOC Art. 18(1), 37-38", mode: auto, src: V}
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

# METADATA
# title: Another treaty takes precedence
# custom: {rule: UNT-02, article: "UNTOC Art. 18(7)", mode: auto, src: V}
findings contains f if {
	judged("treaty")
	is_boolean(input.facts.other_mla_treaty_between_states)
	f := lib.finding(rego.metadata.rule(), treaty_view)
}

treaty_view := {
	"check": "treaty", "outcome": "permit", "fact": "other_mla_treaty_between_states",
	"text": "no_other_treaty: No other mutual assistance treaty binds the two States, so paragraphs 9 to 29 apply.",
} if {
	input.facts.other_mla_treaty_between_states == false
} else := {
	"check": "treaty", "outcome": "deny", "fact": "other_mla_treaty_between_states", "do": ["use_other_legal_basis"],
	"text": "other_treaty: A mutual assistance treaty binds the two States, so its rules apply instead of paragraphs 9 to 29.",
}

convention_offence if input.facts.offence.convention_offence == true

convention_offence if input.facts.offence.convention_article in law.convention_articles

protocol_offence if {
	not input.facts.offence.convention_offence == false
	lower(input.facts.offence.name) in law.protocol_offences
}

# METADATA
# title: Convention offence or serious crime
# custom: {rule: UNT-01, article: "UNTOC Art. 2(b), 3(1), 18(1)", mode: auto, src: V}
findings contains f if {
	judged("offence")
	is_object(input.facts.offence)
	not protocol_offence
	f := lib.finding(rego.metadata.rule(), offence_view)
}

offence_view := {
	"check": "offence", "outcome": "permit", "fact": "offence.convention_article",
	"text": "convention_offence: The offence is one that the convention itself establishes.",
} if {
	convention_offence
} else := {
	"check": "offence", "outcome": "permit", "fact": "offence.max_custodial_sentence_months",
	"text": sprintf("serious_crime: A maximum of %d months makes this a serious crime; 48 are needed.", [input.facts.offence.max_custodial_sentence_months]),
} if {
	lib.at_least(input.facts.offence.max_custodial_sentence_months, law.serious_crime_months)
} else := {
	"check": "offence", "outcome": "deny", "fact": "offence.max_custodial_sentence_months", "do": ["use_other_legal_basis"],
	"text": sprintf("not_serious: A maximum of %d months is below the 48 of a serious crime, and the convention does not establish the offence.", [input.facts.offence.max_custodial_sentence_months]),
} if {
	lib.below(input.facts.offence.max_custodial_sentence_months, law.serious_crime_months)
}

# METADATA
# title: Protocol offences count as convention offences
# custom: {rule: TIP-01, article: "Trafficking in Persons Protocol Art. 1(2)-(3), 4", mode: auto, src: V}
findings contains f if {
	judged("offence")
	protocol_offence
	f := lib.finding(rego.metadata.rule(), {
		"check": "offence", "outcome": "permit", "fact": "offence.name",
		"text": "protocol_offence: Trafficking in persons counts as an offence of the convention.",
	})
}

# METADATA
# title: No offence named
# custom: {rule: UNT-01, article: "UNTOC Art. 3(1), 18(1), 18(15)(b)", mode: auto, src: V}
findings contains f if {
	judged("offence")
	input.facts.offence == null
	f := lib.finding(rego.metadata.rule(), {
		"check": "offence", "outcome": "deny", "fact": "offence", "do": ["request_additional_information"],
		"text": "no_offence: The request names no offence.",
	})
}

# METADATA
# title: Transnational, on reasonable grounds
# custom: {rule: UNT-01, article: "UNTOC Art. 3, 18(1)", mode: auto, src: V}
findings contains f if {
	judged("transnational")
	is_boolean(input.facts.transnational)
	f := lib.finding(rego.metadata.rule(), lib_flag(
		input.facts.transnational, "transnational",
		"transnational: There are reasonable grounds to suspect that the offence is transnational.",
		"not_transnational: The offence is not transnational in nature.",
	))
}

# METADATA
# title: Organised criminal group, on reasonable grounds
# custom: {rule: UNT-01, article: "UNTOC Art. 3, 18(1)", mode: auto, src: V}
findings contains f if {
	judged("group")
	is_boolean(input.facts.organized_criminal_group)
	f := lib.finding(rego.metadata.rule(), object.union(
		lib_flag(
			input.facts.organized_criminal_group, "organized_criminal_group",
			"organised_group: There are reasonable grounds to suspect that an organised criminal group is involved.",
			"no_organised_group: No organised criminal group is involved.",
		),
		{"check": "group"},
	))
}

lib_flag(true, fact, yes, _) := {"check": fact, "outcome": "permit", "fact": fact, "text": yes}

lib_flag(false, fact, _, no) := {"check": fact, "outcome": "deny", "fact": fact, "text": no, "do": ["use_other_legal_basis"]}
