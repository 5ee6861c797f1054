# METADATA
# title: Second Additional Protocol to the Budapest Convention (CETS 224)
# description: |
#   Only the status of the Protocol was checked in a second source; what else these
#   rules say is unverified, so a refusal waits for counsel (lib.finding).
#   A case may name its article (legal_basis), its instrument, or both; the article decides.
package rogatory.cets224

import data.rogatory.law.cets224 as law
import data.rogatory.lib

action := law.action_alias[input.action]

# cites: legal_basis names this article of the Protocol, with or without a paragraph.
cites(article) if {
	lib.said(input.facts.legal_basis)
	regex.match(sprintf(`Art\.? %d([^0-9]|$)`, [article]), input.facts.legal_basis)
}

cited contains name if {
	some name, articles in law.forms
	some article in articles
	cites(article)
}

form := name if {
	some name in cited
} else := law.instruments[input.instrument]

required contains check if some check in law.checks[form][action]

required contains check if some check in law.checks.any[action]

judged(check) if required[check]

settled := set()

# declared: the State that receives the request made this declaration or reservation.
declared(name) if {
	some end in ["executing_state", "addressee_state"]
	input.context.states[input.facts[end]].declarations[name] == true
}

# outside: a State that the register knows and that is not bound by the Protocol.
outside contains code if {
	some name in ["issuing_state", "executing_state", "addressee_state"]
	code := input.facts[name]
	state := input.context.states[code]
	not "CETS_224" in state.regimes
}

# METADATA
# title: Protocol in force between the States
# custom: {rule: CET-01, article: "CETS 224 Art. 16, 19", mode: auto, src: V2}
findings contains f if {
	judged("gate")
	is_boolean(input.facts.protocol_in_force_between_parties)
	f := lib.finding(rego.metadata.rule(), gate_view)
}

gate_view := {
	"check": "gate", "outcome": "deny", "fact": "protocol_in_force_between_parties", "do": ["use_other_legal_basis", "use_mutual_legal_assistance"],
	"text": "protocol_not_in_force: The Protocol is not in force between the two States.",
} if {
	input.facts.protocol_in_force_between_parties == false
} else := {
	"check": "gate", "outcome": "deny", "fact": "executing_state", "do": ["use_other_legal_basis", "use_mutual_legal_assistance"],
	"text": sprintf("state_not_bound: The register of States does not show %s as bound by the Protocol.", [lib.words(outside)]),
} if {
	count(outside) > 0
} else := {
	"check": "gate", "outcome": "permit", "fact": "protocol_in_force_between_parties",
	"text": "protocol_in_force: The Protocol is in force between the two States.",
}

# METADATA
# title: Safeguards of the Convention
# custom: {rule: CET-10, article: "CETS 224 Art. 2, 13", mode: auto, src: M}
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
	input.facts.specific_investigation == true
	not input.facts.purpose in law.no_case
} else := {
	"check": "specific", "outcome": "deny", "fact": "specific_investigation", "do": ["specific_investigation_required"],
	"text": "not_specific: The powers may be used only for a specific criminal investigation or proceeding, not for monitoring or prevention.",
}

# METADATA
# title: Proportionality, triage and not law
# custom: {rule: CET-10, article: "CETS 224 Art. 13; Budapest Convention (CETS 185) Art. 15", mode: human, src: M}
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
	"fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_missing: Nobody recorded why the measure is necessary and proportionate.",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == false
}

# METADATA
# title: Future data
# custom: {rule: CET-07, article: "CETS 224 Art. 7-9, stored data only", mode: auto, src: M}
findings contains f if {
	judged("specific")
	future_data
	f := lib.finding(rego.metadata.rule(), {
		"check": "future_data", "outcome": "deny", "fact": "measure", "do": ["interception_not_covered", "use_mutual_legal_assistance"],
		"text": "future_data: The Protocol reaches stored data, not data still to come.",
	})
}

future_data if input.facts.measure in law.future_measures

future_data if {
	is_number(input.facts.collect_future_days)
	input.facts.collect_future_days > 0
}

# METADATA
# title: Confidentiality on request
# custom: {rule: CET-03, article: "CETS 224 Art. 7(4); Budapest Convention (CETS 185) Art. 27(8)", mode: auto, src: M}
findings contains f if {
	judged("disclosure")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	is_boolean(input.facts.necessary_for_execution)
	f := lib.finding(rego.metadata.rule(), disclosure_view)
}

disclosure_view := {
	"check": "disclosure", "outcome": "permit", "fact": "confidentiality_required_by_requesting_state",
	"text": "no_confidentiality_request: The requesting State did not ask for confidentiality.",
} if {
	input.facts.confidentiality_required_by_requesting_state == false
} else := {
	"check": "disclosure", "outcome": "permit", "fact": "necessary_for_execution", "do": ["keep_confidential"],
	"text": "disclosure_necessary: The request may be disclosed only as far as its execution needs it.",
} if {
	input.facts.necessary_for_execution == true
} else := {
	"check": "disclosure", "outcome": "deny", "fact": "confidentiality_required_by_requesting_state", "do": ["keep_confidential"],
	"text": "disclosure_forbidden: The requesting State asked for confidentiality and execution does not need the disclosure.",
}
