# Who may issue and who must validate, EPO-I.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

# competent is the closed list of Art. 4(1)-(3) for one category.
competent(c) := law.issuers[input.instrument][law.track[c]]

validators(c) := sprintf("validator_must_be=%s", [concat("|", [v |
	some v in ["judge", "court", "investigating_judge", "public_prosecutor"]
	v in competent(c)
])])

issued_by_competent(c) if input.facts.issued_by in competent(c)

# Art. 4(6): a central authority carries the order, it does not issue it.
carrier if input.facts.issued_by == "central_authority"

# validated_is_needed: an investigating authority acted, or a prosecutor on the heavy track.
validated_by_competent(c) if {
	not issued_by_competent(c)
	not carrier
	input.facts.validated_by in competent(c)
}

needs_derogation contains c if {
	some c in categories
	lib.said(input.facts.issued_by)
	not issued_by_competent(c)
	not validated_by_competent(c)
}

# derogable: Art. 4(5) never reaches a production order for traffic or content.
derogable(_) if epoc_pr

derogable(c) if {
	epoc
	law.track[c] == "light"
}

derogation(c) if {
	needs_derogation[c]
	derogable(c)
	emergency
	input.facts.validation_obtainable_in_time == false
	input.facts.similar_domestic_order_possible_without_validation == true
}

# METADATA
# title: Production order, light track
# custom: {rule: EPO-I-01, article: "Reg. (EU) 2023/1543 Art. 4(1)", mode: auto, src: V}
findings contains f if {
	judged("authority")
	epoc
	some c in light
	f := lib.finding(rego.metadata.rule(), authority_view(c))
}

# METADATA
# title: Production order, heavy track, no prosecutor
# custom: {rule: EPO-I-02, article: "Reg. (EU) 2023/1543 Art. 4(2)", mode: auto, src: V}
findings contains f if {
	judged("authority")
	epoc
	some c in heavy
	f := lib.finding(rego.metadata.rule(), authority_view(c))
}

# METADATA
# title: Preservation order
# custom: {rule: EPO-I-03, article: "Reg. (EU) 2023/1543 Art. 4(3)", mode: auto, src: V}
findings contains f if {
	judged("authority")
	epoc_pr
	some c in categories
	f := lib.finding(rego.metadata.rule(), authority_view(c))
}

authority_view(c) := {
	"check": sprintf("authority|%s", [c]), "outcome": "permit", "fact": "issued_by",
	"text": sprintf("issuer_competent: A %s may issue this order for %s data.", [spoken(input.facts.issued_by), spoken(c)]),
} if {
	issued_by_competent(c)
} else := {
	"check": sprintf("authority|%s", [c]), "outcome": "permit", "fact": "validated_by",
	"text": sprintf("validated: The order of the %s for %s data was validated by a %s.", [spoken(input.facts.issued_by), spoken(c), spoken(input.facts.validated_by)]),
} if {
	lib.said(input.facts.issued_by)
	validated_by_competent(c)
} else := {
	"check": sprintf("authority|%s", [c]), "outcome": "permit", "fact": "emergency_claimed",
	"text": sprintf("unvalidated_in_emergency: In this emergency the order for %s data may go out before validation.", [spoken(c)]),
} if {
	derogation(c)
} else := {
	"check": sprintf("authority|%s", [c]), "outcome": "needs_validation", "fact": "validated_by", "do": [validators(c)],
	"text": sprintf("validation_missing: For %s data a %s cannot act alone; one of these must issue or validate: %s.", [spoken(c), spoken(input.facts.issued_by), spoken(lib.words(competent(c)))]),
} if {
	needs_derogation[c]
	validator_recorded
}

validator_recorded if input.facts.validated_by == null

validator_recorded if is_string(input.facts.validated_by)

spoken(s) := replace(s, "_", " ")

# METADATA
# title: Central authority is not the issuer
# custom: {rule: EPO-I-06, article: "Reg. (EU) 2023/1543 Art. 4(6)", mode: auto, src: V}
findings contains f if {
	judged("authority")
	carrier
	f := lib.finding(rego.metadata.rule(), {
		"check": "carrier", "outcome": "needs_validation", "fact": "issued_by", "do": [validators(c) | some c in categories],
		"text": "central_authority_is_not_issuer: A central authority may transmit an order but not issue it; a competent authority must.",
	})
}

# METADATA
# title: Sent through the central authority
# custom: {rule: EPO-I-06, article: "Reg. (EU) 2023/1543 Art. 4(6)", mode: auto, src: V}
findings contains f if {
	order
	input.facts.sent_by == "central_authority"
	not carrier
	f := lib.finding(rego.metadata.rule(), {
		"check": "carrier", "outcome": "permit", "fact": "sent_by",
		"text": "central_authority_transmits: The central authority transmits the order; the issuer stays the issuer.",
	})
}

# METADATA
# title: Emergency derogation used, validation afterwards
# custom: {rule: EPO-I-04, article: "Reg. (EU) 2023/1543 Art. 4(5); rec. 37", mode: auto, src: V}
findings contains f if {
	judged("authority")
	some c in categories
	derogation(c)
	f := lib.finding(rego.metadata.rule(), {
		"check": "derogation", "outcome": "permit", "fact": "validation_obtainable_in_time",
		"do": ["ex_post_validation_sought_within=PT48H", "count_statistic=emergency_derogation", validators(c)],
		"text": "derogation: Validation could not be had in time and a similar domestic order needs none, so it must be sought within 48 hours.",
	})
}

# METADATA
# title: Unvalidated preservation of traffic or content
# custom: {rule: EPO-I-04, article: "Reg. (EU) 2023/1543 Art. 4(5); Annex II sec. F", mode: auto, src: V}
findings contains f if {
	judged("authority")
	epoc_pr
	some c in heavy
	derogation(c)
	f := lib.finding(rego.metadata.rule(), {
		"check": "derogation", "outcome": "permit", "fact": "data_categories", "do": ["flag_for_counsel"],
		"text": "derogation_form: Art. 4(5) allows this for every category, but Annex II speaks of subscriber and identification data only.",
	})
}

# METADATA
# title: Emergency, but the derogation is not open
# custom: {rule: EPO-I-04, article: "Reg. (EU) 2023/1543 Art. 4(5); rec. 37", mode: auto, src: V}
findings contains f if {
	judged("authority")
	input.facts.emergency_claimed == true
	some c in needs_derogation
	not derogation(c)
	f := lib.finding(rego.metadata.rule(), derogation_view(c))
}

derogation_view(c) := {
	"check": "derogation", "outcome": "needs_validation", "fact": "data_categories",
	"do": ["derogation_not_available_for_content", validators(c)],
	"text": "derogation_not_for_content: Even in an emergency an order for content must be validated first.",
} if {
	not derogable(c)
	c == "content"
} else := {
	"check": "derogation", "outcome": "needs_validation", "fact": "data_categories",
	"do": ["derogation_conditions_not_met", validators(c)],
	"text": "derogation_not_for_traffic: Even in an emergency an order for traffic data must be validated first.",
} if {
	not derogable(c)
} else := {
	"check": "derogation", "outcome": "needs_validation", "fact": "validation_obtainable_in_time",
	"do": ["derogation_conditions_not_met", validators(c)],
	"text": "derogation_validation_obtainable: Validation can be had in time, so the order must wait for it.",
} if {
	input.facts.validation_obtainable_in_time == true
} else := {
	"check": "derogation", "outcome": "needs_validation", "fact": "similar_domestic_order_possible_without_validation",
	"do": ["derogation_conditions_not_met", validators(c)],
	"text": "derogation_not_domestic: In a similar domestic case the order could not be issued without validation.",
} if {
	input.facts.similar_domestic_order_possible_without_validation == false
} else := {
	"check": "derogation", "outcome": "needs_validation", "fact": "threat",
	"do": ["derogation_conditions_not_met", validators(c)],
	"text": "derogation_no_emergency: The derogation needs a real emergency with recorded reasons.",
}

# METADATA
# title: No validation needed afterwards
# custom: {rule: EPO-I-04, article: "Reg. (EU) 2023/1543 Art. 4(1)-(3), 4(5)", mode: auto, src: V}
findings contains f if {
	judged("authority")
	emergency
	count(categories) > 0
	count(needs_derogation) == 0
	lib.said(input.facts.issued_by)
	f := lib.finding(rego.metadata.rule(), {
		"check": "derogation", "outcome": "permit", "fact": "issued_by", "do": ["no_ex_post_validation_needed"],
		"text": "no_ex_post_validation: The order was issued or validated by a competent authority, so nothing is left to validate.",
	})
}

# ex_post concerns only orders that went out under the derogation.
settled contains "ex_post" if {
	judged("ex_post")
	lib.said(input.facts.issued_by)
	count(needs_derogation) == 0
	input.facts.ex_post_validation != "refused"
}

# METADATA
# title: Validation afterwards
# custom: {rule: EPO-K-09, article: "Reg. (EU) 2023/1543 Art. 4(5)", mode: auto, src: V}
findings contains f if {
	judged("ex_post")
	count(needs_derogation) > 0
	not prior_validation_due
	input.facts.ex_post_validation != "refused"
	f := lib.finding(rego.metadata.rule(), ex_post_view)
}

# prior_validation_due: outside an emergency there is no validation afterwards.
prior_validation_due if {
	order
	input.facts.emergency_claimed == false
}

settled contains "ex_post" if {
	judged("ex_post")
	prior_validation_due
	input.facts.ex_post_validation != "refused"
}

ex_post_view := {
	"check": "ex_post", "outcome": "permit", "fact": "ex_post_validation",
	"text": "ex_post_granted: The order has been validated afterwards.",
} if {
	input.facts.ex_post_validation == "granted"
} else := {
	"check": "ex_post", "outcome": "needs_validation", "fact": "hours_since_issue",
	"do": ["seek_validation_duty_breached", ex_post_validators],
	"text": sprintf("ex_post_not_sought: Validation was not sought within 48 hours; %d have passed since the order was issued.", [input.facts.hours_since_issue]),
} if {
	input.facts.ex_post_validation == "not_sought"
	lib.at_least(input.facts.hours_since_issue, 49)
} else := {
	"check": "ex_post", "outcome": "human_review", "fact": "ex_post_validation", "do": ["flag_for_counsel"],
	"text": "ex_post_pending_late: Validation was sought but is still open after 48 hours, which the Regulation does not address.",
	"ask": "validating authority: Is the emergency order validated, and may the data be used meanwhile?",
} if {
	input.facts.ex_post_validation == "pending"
	lib.at_least(input.facts.hours_since_issue, 49)
} else := {
	"check": "ex_post", "outcome": "permit", "fact": "hours_since_issue", "do": ["ex_post_validation_sought_within=PT48H"],
	"text": "ex_post_open: The 48 hours for seeking validation have not run out.",
} if {
	input.facts.ex_post_validation in {"not_sought", "pending", "sought"}
	lib.at_most(input.facts.hours_since_issue, 48)
}

ex_post_validators := min({validators(c) | some c in needs_derogation})

# METADATA
# title: Validation afterwards refused
# custom: {rule: EPO-X-01, article: "Reg. (EU) 2023/1543 Art. 4(5), 28(2)(i)", mode: auto, src: V}
findings contains f if {
	judged("ex_post")
	input.facts.ex_post_validation == "refused"
	f := lib.finding(rego.metadata.rule(), {
		"check": "ex_post", "outcome": "deny", "fact": "ex_post_validation",
		"do": ["withdraw_order", "delete_or_restrict_data", "count_statistic=ex_post_validation_not_granted"],
		"text": "ex_post_refused: Validation was refused, so the order is withdrawn and data obtained are deleted or restricted.",
	})
}
