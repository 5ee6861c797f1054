# METADATA
# title: Budapest Convention (CETS 185)
# description: |
#   A case may name its article only (legal_basis), its instrument only, or both:
#   what it asks for decides which checks it needs.
package rogatory.budapest

import data.rogatory.law.budapest as law
import data.rogatory.lib

action := law.action_alias[input.action]

# cites: legal_basis names this article of the convention, with or without a paragraph.
cites(article) if {
	lib.said(input.facts.legal_basis)
	regex.match(sprintf(`Art\.? %d([^0-9]|$)`, [article]), input.facts.legal_basis)
}

preservation if input.instrument == "preservation_request"

preservation if cites(29)

kind := "preservation" if {
	preservation
} else := "assistance"

required contains check if some check in law.checks[kind][action]

required contains check if some check in law.checks.any[action]

judged(check) if required[check]

# receiving are the States that the request goes to.
receiving contains input.facts[name] if some name in ["executing_state", "addressee_state"]

# declared: a State that the request goes to made this declaration or reservation.
declared(name) if {
	some code in receiving
	input.context.states[code].declarations[law.declarations[name]] == true
}

# outside: a State that the register knows and that is not bound by the convention.
outside contains code if {
	some name in ["issuing_state", "executing_state", "addressee_state"]
	code := input.facts[name]
	state := input.context.states[code]
	not "BUDAPEST_185" in state.regimes
}

# METADATA
# title: Convention in force between the States
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 25(1), 36-37", mode: auto, src: V}
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

# subsidiary: Arts. 27 and 28 stand back where another treaty binds the two States.
subsidiary if cites(27)

subsidiary if cites(28)

# METADATA
# title: Another treaty takes precedence over Arts. 27 and 28
# custom: {rule: BUD-06, article: "Budapest Convention (CETS 185) Art. 27(1), 28(1)", mode: auto, src: V}
findings contains f if {
	judged("treaty")
	is_boolean(input.facts.other_mla_treaty_between_states)
	lib.said(input.facts.legal_basis)
	f := lib.finding(rego.metadata.rule(), treaty_view)
}

treaty_view := {
	"check": "treaty", "outcome": "permit", "fact": "other_mla_treaty_between_states",
	"text": "no_other_treaty: No other mutual assistance treaty binds the two States, so Arts. 27 and 28 apply.",
} if {
	input.facts.other_mla_treaty_between_states == false
} else := {
	"check": "treaty", "outcome": "deny", "fact": "other_mla_treaty_between_states", "do": ["use_other_legal_basis"],
	"text": "other_treaty: A mutual assistance treaty binds the two States, so its rules apply instead of Arts. 27 and 28.",
} if {
	subsidiary
} else := {
	"check": "treaty", "outcome": "permit", "fact": "legal_basis",
	"text": "treaty_beside: A mutual assistance treaty binds the two States; this article of the convention applies beside it.",
}

# METADATA
# title: Only for a specific investigation or proceeding
# custom: {rule: BUD-01, article: "Budapest Convention (CETS 185) Art. 14(1)", mode: auto, src: V}
findings contains f if {
	judged("specific")
	is_boolean(input.facts.specific_investigation)
	lib.said(input.facts.purpose)
	f := lib.finding(rego.metadata.rule(), specific_view)
}

specific_view := {
	"check": "specific", "outcome": "permit", "fact": "specific_investigation",
	"text": "specific: The powers are used for a specific criminal investigation or proceeding.",
} if {
	specific
} else := {
	"check": "specific", "outcome": "deny", "fact": "specific_investigation", "do": ["specific_investigation_required"],
	"text": "not_specific: The powers may be used only for a specific criminal investigation or proceeding, not for monitoring or prevention.",
}

specific if {
	input.facts.specific_investigation == true
	not input.facts.purpose in law.no_case
}

# METADATA
# title: Proportionality, triage and not law
# custom: {rule: BUD-01, article: "Budapest Convention (CETS 185) Art. 15", mode: human, src: V}
findings contains f if {
	judged("specific")
	some flag in proportionality_flags
	f := lib.finding(rego.metadata.rule(), object.union(
		{
			"check": "proportionality", "outcome": "human_review", "do": ["proportionality_flag", "assess_strict_necessity"],
			"ask": "requesting authority: Is this interference proportionate, and is it limited in scope and duration to what the case needs?",
		},
		flag,
	))
}

proportionality_flags contains {
	"fact": "identifiers_count",
	"text": sprintf("many_accounts: The request covers %d accounts, more than the triage setting of %d.", [input.facts.identifiers_count, law.review_accounts]),
} if {
	lib.whole(input.facts.identifiers_count)
	input.facts.identifiers_count > law.review_accounts
}

proportionality_flags contains {
	"fact": "individual_nexus_explained",
	"text": "nexus_not_explained: The request does not explain how each account is connected with the offence.",
} if {
	input.facts.individual_nexus_explained == false
}

proportionality_flags contains {
	"fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_missing: Nobody recorded why the measure is necessary and proportionate.",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == false
}

proportionality_flags contains {
	"fact": "alternative_less_intrusive",
	"text": "less_intrusive: Less intrusive data might lead to the same result.",
	"do": ["proportionality_flag", "assess_strict_necessity", "consider_subscriber_data_first"],
} if {
	input.facts.alternative_less_intrusive == true
}

# METADATA
# title: Future data
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 33-34", mode: human, src: V}
findings contains f if {
	judged("specific")
	future_data
	f := lib.finding(rego.metadata.rule(), {
		"check": "future_data", "outcome": "human_review", "fact": "measure", "do": ["interception_not_covered"],
		"text": "future_data: The articles on stored data do not cover data still to come; those are collected only as treaties and domestic law allow.",
		"ask": "central authority: Does your law allow this real-time collection or interception in a similar domestic case?",
	})
}

future_data if input.facts.measure in law.future_measures

future_data if {
	is_number(input.facts.collect_future_days)
	input.facts.collect_future_days > 0
}

# METADATA
# title: Another reason to doubt who asks
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 25(3)", mode: human, src: V}
findings contains f if {
	judged("means")
	some name, doubt in {"requester_verified": false, "sender_domain": "free_webmail"}
	input.facts[name] == doubt
	f := lib.finding(rego.metadata.rule(), {
		"check": "requester", "outcome": "human_review", "fact": name, "do": ["verify_requester_out_of_band"],
		"text": "requester_open: It is not established that the request comes from the authority it names.",
		"ask": "central authority: Does this request come from the authority it names?",
	})
}
