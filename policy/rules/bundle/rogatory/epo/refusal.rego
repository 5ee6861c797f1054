# Grounds for refusal and for denying enforcement, EPO-R, EPO-E.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

raising if action == "raise_refusal_ground"

denying if action == "deny_enforcement"

# stage must be said: at the enforcement stage another list of grounds applies.
settled contains "stage" if {
	judged("stage")
	lib.said(input.facts.stage)
}

ground_recorded if {
	lib.said(input.facts.competent_authority_finding)
	input.facts.competent_authority_finding != "none"
}

# recorded_or_asked: use of a ground is a person's decision; policy only sees that
# the decision was recorded.
recorded_or_asked(f, question) := object.union(f, {"outcome": "permit"}) if {
	ground_recorded
} else := object.union(f, {"outcome": "human_review", "ask": question})

# METADATA
# title: Immunity, privilege, press
# custom: {rule: EPO-R-A, article: "Reg. (EU) 2023/1543 Art. 12(1)(a)", mode: human, src: V}
findings contains f if {
	raising
	input.facts.ground in law.refusal_grounds.immunity
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["ground_available", "give_reasons", "consult_issuing_authority", "notify_decision_to_issuing_authority_and_addressee"],
			"text": "ground_immunity: Immunities, privileges and press rules of the enforcing State are a ground for refusal.",
		},
		"enforcing authority: Are the data protected by an immunity, a privilege or a press rule of your law?",
	))
}

# METADATA
# title: Waiver of an immunity or privilege
# custom: {rule: EPO-R-F, article: "Reg. (EU) 2023/1543 Art. 12(5)", mode: human, src: V}
findings contains f if {
	raising
	input.facts.ground in law.refusal_grounds.immunity
	f := lib.finding(rego.metadata.rule(), {
		"check": "waiver", "outcome": "permit", "fact": "ground", "do": ["request_waiver_if_competent"],
		"text": "waiver_possible: If the power to waive lies in the enforcing State, the issuing authority may ask for the waiver.",
	})
}

# METADATA
# title: Manifest breach of a fundamental right
# custom: {rule: EPO-R-B, article: "Reg. (EU) 2023/1543 Art. 12(1)(b); rec. 64", mode: human, src: V}
findings contains f if {
	raising
	input.facts.ground in law.refusal_grounds.rights
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["exceptional_ground", "ground_available", "give_reasons", "consult_issuing_authority", "notify_decision_to_issuing_authority_and_addressee"],
			"text": "ground_rights: A manifest breach of a fundamental right is an exceptional ground that needs specific and objective evidence.",
		},
		"enforcing authority: Are there substantial grounds, on specific and objective evidence, to expect a manifest breach of a fundamental right?",
	))
}

# METADATA
# title: Ne bis in idem as a ground
# custom: {rule: EPO-R-C, article: "Reg. (EU) 2023/1543 Art. 12(1)(c)", mode: human, src: V}
findings contains f if {
	raising
	input.facts.ground in law.refusal_grounds.ne_bis
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["ground_available", "give_reasons", "consult_issuing_authority", "notify_decision_to_issuing_authority_and_addressee"],
			"text": "ground_ne_bis: Ne bis in idem is a ground for refusal.",
		},
		"enforcing authority: Would execution be contrary to ne bis in idem?",
	))
}

# METADATA
# title: Not an offence in the enforcing State
# custom: {rule: EPO-R-D, article: "Reg. (EU) 2023/1543 Art. 12(1)(d); Annex IV", mode: auto, src: V}
findings contains f if {
	raising
	input.facts.ground in law.refusal_grounds.dual_criminality
	lib.whole(input.facts.max_custodial_sentence_months_in_issuing_state)
	is_string(input.facts.annex_iv_category_ticked)
	f := lib.finding(rego.metadata.rule(), dual_criminality_view)
}

ticked if {
	some category in law.annex_iv
	lower(category) == lower(input.facts.annex_iv_category_ticked)
}

dual_criminality_view := {
	"check": "ground", "outcome": "deny", "fact": "annex_iv_category_ticked", "do": ["ground_unavailable"],
	"text": sprintf("ground_unavailable: An Annex IV category is ticked and the maximum is %d months, so dual criminality may not be examined.", [input.facts.max_custodial_sentence_months_in_issuing_state]),
} if {
	ticked
	input.facts.max_custodial_sentence_months_in_issuing_state >= law.thresholds.offence_months
} else := recorded_or_asked(
	{
		"check": "ground", "fact": "max_custodial_sentence_months_in_issuing_state", "do": ["ground_available", "give_reasons", "consult_issuing_authority", "notify_decision_to_issuing_authority_and_addressee"],
		"text": "ground_dual_criminality: The ground is open because no Annex IV category with a maximum of three years or more applies.",
	},
	"enforcing authority: Is the conduct no offence under your law, and will you refuse for that reason?",
)

# METADATA
# title: The list of grounds is closed
# custom: {rule: EPO-R-E, article: "Reg. (EU) 2023/1543 Art. 12(1)", mode: auto, src: V}
findings contains f if {
	raising
	lib.said(input.facts.ground)
	not input.facts.ground in listed_grounds
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list"],
		"text": "ground_not_in_list: This is not one of the four grounds of Art. 12(1).",
	})
}

listed_grounds := {g | some gs in law.refusal_grounds; some g in gs}

# METADATA
# title: Contact the issuing authority first
# custom: {rule: EPO-R-E, article: "Reg. (EU) 2023/1543 Art. 12(3)", mode: auto, src: V}
findings contains f if {
	raising
	is_boolean(input.facts.issuing_authority_contacted)
	f := lib.finding(rego.metadata.rule(), contact_view("contact", contacted, "issuing_authority_contacted"))
}

# contacted: either word may be used for it, and a no under either is a no.
default contacted := true

contacted := false if input.facts.issuing_authority_contacted == false

contacted := false if input.facts.issuing_authority_consulted == false

contact_view(check, true, fact) := {
	"check": check, "outcome": "permit", "fact": fact,
	"text": "issuing_authority_contacted: The issuing authority was contacted before the decision.",
}

contact_view(check, false, fact) := {
	"check": check, "outcome": "deny", "fact": fact, "do": ["consult_issuing_authority"],
	"text": "issuing_authority_not_contacted: The issuing authority must be contacted before a refusal.",
}

# METADATA
# title: Reasons for the refusal
# custom: {rule: EPO-R-E, article: "Reg. (EU) 2023/1543 Art. 12(1)-(3)", mode: auto, src: V}
findings contains f if {
	raising
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), reasons_view)
}

reasons_view := {
	"check": "reasons", "outcome": "permit", "fact": "reasons_given",
	"text": "reasons_given: The refusal gives its reasons.",
} if {
	input.facts.reasons_given == true
} else := {
	"check": "reasons", "outcome": "deny", "fact": "reasons_given", "do": ["give_reasons"],
	"text": "reasons_missing: A refusal must give its reasons.",
}

# METADATA
# title: In time
# custom: {rule: EPO-K-04, article: "Reg. (EU) 2023/1543 Art. 12(1), 10(4)", mode: auto, src: V}
findings contains f if {
	raising
	is_boolean(input.facts.emergency_claimed)
	lib.whole(input.facts.days_since_receipt)
	lib.whole(input.facts.enforcing_authority_objection_hours_after_notification)
	f := lib.finding(rego.metadata.rule(), in_time_view)
}

in_time_view := {
	"check": "in_time", "outcome": "human_review", "fact": "enforcing_authority_objection_hours_after_notification",
	"do": ["objection_out_of_time_effect_not_regulated", "flag_for_counsel", "enforcing_authority_deadline=PT96H"],
	"text": "ground_late: The ground comes after the 96 hours, and the Regulation does not say what a late ground does.",
	"ask": "issuing authority: What effect has a ground that was raised late?",
} if {
	input.facts.emergency_claimed == true
	input.facts.enforcing_authority_objection_hours_after_notification > 96
} else := {
	"check": "in_time", "outcome": "human_review", "fact": "days_since_receipt",
	"do": ["objection_out_of_time_effect_not_regulated", "flag_for_counsel", "enforcing_authority_deadline=P10D"],
	"text": "ground_late: The ground comes after the 10 days, and the Regulation does not say what a late ground does.",
	"ask": "issuing authority: What effect has a ground that was raised late?",
} if {
	input.facts.emergency_claimed == false
	input.facts.days_since_receipt > 10
} else := {
	"check": "in_time", "outcome": "permit", "fact": "days_since_receipt",
	"text": "ground_in_time: The ground is raised within the time for it.",
}

# METADATA
# title: Denying enforcement of a production order
# custom: {rule: EPO-E-01, article: "Reg. (EU) 2023/1543 Art. 16(4)", mode: auto, src: V}
findings contains f if {
	denying
	epoc
	lib.said(input.facts.ground)
	f := lib.finding(rego.metadata.rule(), enforcement_view)
}

# METADATA
# title: Denying enforcement of a preservation order
# custom: {rule: EPO-E-02, article: "Reg. (EU) 2023/1543 Art. 16(5)", mode: auto, src: V}
findings contains f if {
	denying
	epoc_pr
	lib.said(input.facts.ground)
	f := lib.finding(rego.metadata.rule(), enforcement_view)
}

enforcement_view := {
	"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_exhaustive_list"],
	"text": "ground_not_in_exhaustive_list: Enforcement may be denied only on the grounds listed, and this is none of them.",
} if {
	not input.facts.ground in law.enforcement_grounds[input.instrument]
} else := {
	"check": "ground", "outcome": "permit", "fact": "issued_by", "do": ["ground_available", "consult_issuing_authority", "give_reasons", "notify_decision_to_issuing_authority_and_addressee"],
	"text": "not_issued_under_article_4: The record shows that the order was neither issued nor validated by a competent authority.",
} if {
	input.facts.ground == "not_issued_or_validated_under_article_4"
	categories_complete
	count(needs_derogation) > 0
	not input.facts.emergency_claimed == true
} else := recorded_or_asked(
	{
		"check": "ground", "fact": "ground", "do": ["ground_available", "consult_issuing_authority", "give_reasons", "notify_decision_to_issuing_authority_and_addressee"],
		"text": "ground_listed: The ground is one of those on which enforcement may be denied.",
	},
	"enforcing authority: Is the ground made out, so that enforcement is denied?",
)

# METADATA
# title: Consult before denying enforcement
# custom: {rule: EPO-E-01, article: "Reg. (EU) 2023/1543 Art. 16(7)", mode: auto, src: V}
findings contains f if {
	denying
	is_boolean(input.facts.issuing_authority_consulted)
	f := lib.finding(rego.metadata.rule(), contact_view("contact", contacted, "issuing_authority_consulted"))
}

# METADATA
# title: Time to recognise and to answer
# custom: {rule: EPO-K-11, article: "Reg. (EU) 2023/1543 Art. 16(2), 16(7)", mode: auto, src: V}
findings contains f if {
	denying
	lib.said(input.facts.ground)
	f := lib.finding(rego.metadata.rule(), {
		"check": "recognition_clock", "outcome": "permit", "fact": "ground", "do": ["enforcing_authority_deadline=P5D"],
		"text": "recognition_in_5_working_days: The enforcing authority decides within 5 working days; information asked for is due within 5 working days.",
	})
}

# METADATA
# title: Penalty
# custom: {rule: EPO-E-03, article: "Reg. (EU) 2023/1543 Art. 15, 16(10)", mode: human, src: V}
findings contains f if {
	judged("penalty")
	lib.said(input.facts.addressee_reported)
	lib.said(input.facts.issuing_authority_clarification)
	is_boolean(input.facts.annex_iii_form_sent)
	not penalty_barred
	f := lib.finding(rego.metadata.rule(), {
		"check": "penalty", "outcome": "human_review", "fact": "addressee_reported",
		"text": "penalty: A penalty of up to 2 % of worldwide annual turnover is for the enforcing authority to decide.",
		"ask": "enforcing authority: Did the addressee fail its duties, and which penalty is effective and proportionate?",
	})
}

# METADATA
# title: No penalty while duties are suspended
# custom: {rule: EPO-K-06, article: "Reg. (EU) 2023/1543 Art. 10(6), 11(5)", mode: auto, src: V}
findings contains f if {
	judged("penalty")
	penalty_barred
	f := lib.finding(rego.metadata.rule(), penalty_view)
}

# The form says what the addressee needs, so that alone bars the penalty; but a
# form with another reason asks for no clarification.
penalty_barred if {
	clarification_asked
	input.facts.annex_iii_form_sent == true
	input.facts.issuing_authority_clarification == "none"
}

clarification_asked if input.facts.addressee_reported in law.clarification.reported

clarification_asked if input.facts.addressee_reported == "none"

penalty_view := {
	"check": "penalty", "outcome": "deny", "fact": "days_since_form", "do": ["clarification_deadline=P5D", "duties_suspended_until_clarified", "preservation_ceases"],
	"text": "exempt: The issuing authority did not answer within 5 days, so the addressee is exempt from preserving.",
} if {
	epoc_pr
	lib.at_least(input.facts.days_since_form, law.clarification.days + 1)
} else := {
	"check": "penalty", "outcome": "deny", "fact": "issuing_authority_clarification",
	"do": ["clarification_deadline=P5D", "duties_suspended_until_clarified"],
	"text": "duties_suspended: The addressee asked for clarification that it has not received, so its duties are suspended and no penalty is due.",
}
