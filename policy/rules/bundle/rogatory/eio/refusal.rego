# Grounds for refusal, EIO-08, EIO-09, EIO-11.
package rogatory.eio

import data.rogatory.law.eio as law
import data.rogatory.law.epo as annex
import data.rogatory.lib

# letter of Art. 11(1) under which the ground is listed.
letter := l if {
	some l, names in law.grounds
	input.facts.ground in names
}

always_available if input.facts.measure in law.always_available

# ticked: Annex D has the categories of Annex IV of Reg. (EU) 2023/1543.
ticked if {
	is_string(input.facts.annex_d_category_ticked)
	some category in annex.annex_iv
	lower(category) == lower(input.facts.annex_d_category_ticked)
}

category_stated if input.facts.annex_d_category_ticked == null

category_stated if is_string(input.facts.annex_d_category_ticked)

# barred: the ground is listed and yet not open here.
barred := "dual_criminality_always_available: The measure is one that must always be available, so dual criminality and domestic thresholds are no ground." if {
	letter in {"g", "h"}
	always_available
} else := "dual_criminality_listed: A category of Annex D is ticked and the maximum is three years or more, so dual criminality is not examined." if {
	letter == "g"
	ticked
	lib.at_least(input.facts.max_custodial_sentence_months_in_issuing_state, law.offence_months)
} else := "measure_always_available: The measure is one that must always be available in the executing State." if {
	input.facts.ground in law.not_available_at_home
	always_available
}

# decidable: dual criminality cannot be judged without category and maximum.
decidable if letter != "g"

decidable if {
	category_stated
	lib.whole(input.facts.max_custodial_sentence_months_in_issuing_state)
}

# METADATA
# title: Grounds of Art. 11(1)
# custom: {rule: EIO-08, article: "Dir. 2014/41/EU Art. 11(1)", mode: human, src: V}
findings contains f if {
	judged("ground")
	lib.said(input.facts.measure)
	decidable
	not barred
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": array.concat(["give_reasons", "ground_available", "ground_available_optional", "inform_issuing_authority"], letter_duties),
			"text": sprintf("ground_listed: The ground is one of Art. 11(1), letter %s; the executing authority may refuse and need not.", [letter]),
		},
		"executing authority: Is the ground made out, and will you refuse for it?",
	))
}

letter_duties := ["consider_fundamental_rights_ground"] if {
	letter == "f"
} else := []

# METADATA
# title: Listed, whatever becomes of it
# custom: {rule: EIO-08, article: "Dir. 2014/41/EU Art. 11(1)", mode: human, src: V}
findings contains f if {
	judged("ground")
	letter
	barred
	f := lib.finding(rego.metadata.rule(), {
		"check": "listed", "outcome": "permit", "fact": "ground",
		"text": sprintf("ground_named: The ground is named in Art. 11(1), letter %s.", [letter]),
	})
}

# METADATA
# title: Dual criminality that is not examined
# custom: {rule: EIO-09, article: "Dir. 2014/41/EU Art. 11(1)(g), 11(2); Annex D", mode: auto, src: V}
findings contains f if {
	judged("ground")
	text := barred
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_unavailable", "no_dual_criminality_test"],
		"text": text,
	})
}

# METADATA
# title: Taxes, duties, customs and exchange
# custom: {rule: EIO-09, article: "Dir. 2014/41/EU Art. 11(3)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.tax
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_forbidden", "ground_not_in_list", "ground_unavailable"],
		"text": "ground_tax: That the executing State has no such tax, or no such rules on it, is no ground for refusal.",
	})
}

# METADATA
# title: Not available at home, live measures
# custom: {rule: EIO-11, article: "Dir. 2014/41/EU Art. 28(1), 30(5)", mode: human, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.not_available_at_home
	live
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["consider_conditions", "give_reasons", "ground_available_optional", "inform_issuing_authority"],
			"text": "live_measure_not_authorised: A live measure may be refused when it would not be authorised in a similar domestic case.",
		},
		"executing authority: Would the measure be refused in a similar domestic case, or can it be done under conditions?",
	))
}

# METADATA
# title: Not available at home, other measures
# custom: {rule: EIO-07, article: "Dir. 2014/41/EU Art. 10(1), 10(4)", mode: human, src: M}
findings contains f if {
	judged("ground")
	input.facts.ground in law.not_available_at_home
	lib.said(input.facts.measure)
	not live
	not barred
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["inform_issuing_authority", "inform_issuing_authority_before_substituting"],
			"text": "substitute_first: Where a measure is not available, another measure is sought before assistance is called impossible.",
		},
		"executing authority: Is there another measure that would have the same result?",
	))
}

# METADATA
# title: The list of grounds is closed
# custom: {rule: EIO-09, article: "Dir. 2014/41/EU Art. 11(1)-(3)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	lib.said(input.facts.ground)
	not letter
	not input.facts.ground in law.tax
	not input.facts.ground in law.not_available_at_home
	f := lib.finding(rego.metadata.rule(), unlisted_view)
}

unlisted_view := {
	"check": "ground", "outcome": "deny", "fact": "ground", "do": ["consider_fundamental_rights_ground", "ground_not_in_exhaustive_list", "ground_not_in_list"],
	"text": "ground_not_named: The Directive does not name this ground; only an incompatibility with fundamental rights could carry it.",
} if {
	input.facts.ground in law.rights_behind
} else := {
	"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_exhaustive_list", "ground_not_in_list"],
	"text": "ground_not_in_list: This is none of the grounds on which an investigation order may be refused.",
}

consult_first if letter in law.consult_first

# consulted: either word may be used for it, and a no under either is a no.
default consulted := true

consulted := false if input.facts.issuing_authority_consulted == false

consulted := false if input.facts.issuing_authority_contacted == false

# METADATA
# title: Consult before refusing
# custom: {rule: EIO-09, article: "Dir. 2014/41/EU Art. 11(4)", mode: auto, src: V}
findings contains f if {
	judged("consultation")
	consult_first
	is_boolean(input.facts.issuing_authority_consulted)
	f := lib.finding(rego.metadata.rule(), consultation_view)
}

consultation_view := {
	"check": "consultation", "outcome": "permit", "fact": "issuing_authority_consulted",
	"text": "consulted: The issuing authority was consulted before the refusal.",
} if {
	consulted
} else := {
	"check": "consultation", "outcome": "deny", "fact": "issuing_authority_consulted", "do": ["consult_issuing_authority"],
	"text": "not_consulted: On this ground the issuing authority must be consulted before the refusal.",
}

settled contains "consultation" if {
	judged("consultation")
	lib.said(input.facts.ground)
	not consult_first
}

# METADATA
# title: Waiver of an immunity or privilege
# custom: {rule: EIO-09, article: "Dir. 2014/41/EU Art. 11(5)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	letter == "a"
	f := lib.finding(rego.metadata.rule(), {
		"check": "waiver", "outcome": "permit", "fact": "ground", "do": ["request_waiver_if_competent"],
		"text": "waiver: Where the executing State can waive the immunity or privilege, the executing authority asks for the waiver at once.",
	})
}
