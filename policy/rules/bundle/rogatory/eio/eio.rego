# METADATA
# title: European Investigation Order, Dir. 2014/41/EU
# description: |
#   One package, one file per concern: order (what is asked), refusal, execution
#   (time, other measures, remedies) and use (what happens to the evidence).
package rogatory.eio

import data.rogatory.law.eio as law
import data.rogatory.law.states
import data.rogatory.lib

action := law.action_alias[input.action]

judged(check) if required[check]

required contains check if {
	input.instrument in law.instruments
	some check in law.checks[action]
}

# recorded_or_asked: what belongs to a person is asked, unless that person recorded
# the finding.
recorded_or_asked(f, question) := object.union(f, {"outcome": "permit"}) if {
	found_by_person
} else := object.union(f, {"outcome": "human_review", "ask": question})

found_by_person if {
	lib.said(input.facts.competent_authority_finding)
	input.facts.competent_authority_finding != "none"
}

# bound: the table of real States holds the day since when; user-assigned codes are
# bound when the signed register in the context says so.
bound(code) if {
	since := law.bound[code]
	is_string(since)
	not before(since)
}

bound(code) if {
	regex.match(states.user_assigned_pattern, code)
	"EIO_2014_41" in input.context.states[code].regimes
}

before(day) if {
	lib.said(input.now)
	input.now < day
}

# METADATA
# title: States that take part
# custom: {rule: EIO-01, article: "Dir. 2014/41/EU Art. 1(1); rec. 44-45", mode: auto, src: V}
findings contains f if {
	judged("states")
	lib.said(input.facts.issuing_state)
	lib.said(input.facts.executing_state)
	f := lib.finding(rego.metadata.rule(), states_view)
}

states_view := {
	"check": "states", "outcome": "deny", "fact": "executing_state", "do": ["use_domestic_order"],
	"text": sprintf("domestic_order: The measure is wanted in %s, the issuing State itself, so a domestic order must be used.", [input.facts.executing_state]),
} if {
	input.facts.issuing_state == input.facts.executing_state
} else := {
	"check": "states", "outcome": "deny", "fact": outsider, "do": instead,
	"text": sprintf("state_not_bound: %s does not take part in the Directive, so another instrument must be used.", [input.facts[outsider]]),
} if {
	outsider
} else := {
	"check": "states", "outcome": "permit", "fact": "executing_state",
	"text": sprintf("states_bound: %s and %s both take part in the Directive.", [input.facts.issuing_state, input.facts.executing_state]),
}

outsider := "executing_state" if {
	not bound(input.facts.executing_state)
} else := "issuing_state" if {
	not bound(input.facts.issuing_state)
}

# A production order is open between the States of Reg. (EU) 2023/1543 only: Ireland
# is one of them, Denmark is not.
instead := ["use_mutual_legal_assistance", "use_mutual_legal_assistance_or_EPOC"] if {
	states.bound[input.facts.issuing_state] == true
	states.bound[input.facts.executing_state] == true
} else := ["use_mutual_legal_assistance"]

# METADATA
# title: For a specific criminal case
# custom: {rule: EIO-01, article: "Dir. 2014/41/EU Art. 1(1)", mode: auto, src: V}
findings contains f if {
	judged("purpose")
	lib.said(input.facts.purpose)
	is_boolean(input.facts.specific_investigation)
	f := lib.finding(rego.metadata.rule(), purpose_view)
}

purpose_view := {
	"check": "purpose", "outcome": "deny", "fact": "specific_investigation", "do": ["specific_investigation_required"],
	"text": "no_case: An investigation order serves a specific criminal case, not monitoring or prevention.",
} if {
	no_case
} else := {
	"check": "purpose", "outcome": "permit", "fact": "purpose",
	"text": "specific_case: The order serves a specific criminal case.",
}

no_case if input.facts.specific_investigation == false

no_case if input.facts.purpose in law.no_investigation

# METADATA
# title: Issued or validated by a judicial authority
# custom: {rule: EIO-02, article: "Dir. 2014/41/EU Art. 2(c)", mode: auto, src: M}
findings contains f if {
	judged("issuer")
	lib.said(input.facts.issued_by)
	f := lib.finding(rego.metadata.rule(), issuer_view)
}

issuer_view := {
	"check": "issuer", "outcome": "permit", "fact": "issued_by",
	"text": "issuer_competent: A judicial authority issued the order.",
} if {
	input.facts.issued_by in law.issuers
} else := {
	"check": "issuer", "outcome": "permit", "fact": "validated_by",
	"text": "validated: A judicial authority validated the order.",
} if {
	input.facts.validated_by in law.issuers
} else := {
	"check": "issuer", "outcome": "needs_validation", "fact": "validated_by", "do": [sprintf("validator_must_be=%s", [concat("|", law.issuers)])],
	"text": "validation_missing: A judge, a court, an investigating judge or a public prosecutor must issue or validate the order.",
} if {
	validator_stated
}

validator_stated if input.facts.validated_by == null

validator_stated if is_string(input.facts.validated_by)

# METADATA
# title: What only a judge may order at home
# custom: {rule: EIO-03, article: "Dir. 2014/41/EU Art. 2(c)(i), 6; CJEU C-724/19", mode: auto, src: V2}
findings contains f if {
	judged("judge")
	is_boolean(input.facts.similar_domestic_case_requires_judge)
	lib.said(input.facts.issued_by)
	f := lib.finding(rego.metadata.rule(), judge_view)
}

judge_view := {
	"check": "judge", "outcome": "permit", "fact": "similar_domestic_case_requires_judge",
	"text": "no_judge_needed: In a similar domestic case the measure is not reserved to a judge.",
} if {
	input.facts.similar_domestic_case_requires_judge == false
} else := {
	"check": "judge", "outcome": "permit", "fact": "issued_by",
	"text": "judge_acted: The measure is reserved to a judge, and one issued or validated the order.",
} if {
	judge_acted
} else := {
	"check": "judge", "outcome": "needs_validation", "fact": "issued_by",
	"do": ["judge_must_issue", sprintf("validator_must_be=%s", [concat("|", law.judges)])],
	"text": "judge_must_issue: In a similar domestic case only a judge may order this measure, so a judge must issue or validate the order.",
}

judge_acted if input.facts.issued_by in law.judges

judge_acted if input.facts.validated_by in law.judges
