# Producing and releasing data, Art. 10, 12, 17.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

said_by_enforcing := input.facts.enforcing_authority_decision

# before_enforcing: a decision of the enforcing authority is awaited or was given,
# because the order had to be notified or because it spoke anyway.
before_enforcing if {
	count(heavy) > 0
	not exception
}

before_enforcing if {
	count(heavy) > 0
	input.facts.enforcing_authority_notified == true
}

before_enforcing if said_by_enforcing in law.enforcing_decisions.pending

producing if action == "produce_data"

# METADATA
# title: Enforcing authority raised a ground
# custom: {rule: EPO-R-E, article: "Reg. (EU) 2023/1543 Art. 12(2)", mode: auto, src: V}
findings contains f if {
	producing
	said_by_enforcing in law.enforcing_decisions.against
	f := lib.finding(rego.metadata.rule(), {
		"check": "enforcing_decision", "outcome": "deny", "fact": "enforcing_authority_decision",
		"do": ["addressee_stops_execution", "withdraw_order"],
		"text": "ground_raised: The enforcing authority raised a ground for refusal, so the addressee stops and the order is withdrawn.",
	})
}

# METADATA
# title: Immunity or privilege as the ground that was raised
# custom: {rule: EPO-R-A, article: "Reg. (EU) 2023/1543 Art. 12(1)(a)", mode: human, src: V}
findings contains f if {
	producing
	said_by_enforcing in law.enforcing_decisions.against
	input.facts.ground in law.refusal_grounds.immunity
	f := lib.finding(rego.metadata.rule(), ground_relied_on("an immunity, a privilege or a press rule"))
}

# METADATA
# title: Fundamental right as the ground that was raised
# custom: {rule: EPO-R-B, article: "Reg. (EU) 2023/1543 Art. 12(1)(b)", mode: human, src: V}
findings contains f if {
	producing
	said_by_enforcing in law.enforcing_decisions.against
	input.facts.ground in law.refusal_grounds.rights
	f := lib.finding(rego.metadata.rule(), ground_relied_on("a manifest breach of a fundamental right"))
}

# METADATA
# title: Ne bis in idem as the ground that was raised
# custom: {rule: EPO-R-C, article: "Reg. (EU) 2023/1543 Art. 12(1)(c)", mode: human, src: V}
findings contains f if {
	producing
	said_by_enforcing in law.enforcing_decisions.against
	input.facts.ground in law.refusal_grounds.ne_bis
	f := lib.finding(rego.metadata.rule(), ground_relied_on("ne bis in idem"))
}

# METADATA
# title: Dual criminality as the ground that was raised
# custom: {rule: EPO-R-D, article: "Reg. (EU) 2023/1543 Art. 12(1)(d)", mode: human, src: V}
findings contains f if {
	producing
	said_by_enforcing in law.enforcing_decisions.against
	input.facts.ground in law.refusal_grounds.dual_criminality
	f := lib.finding(rego.metadata.rule(), ground_relied_on("the want of dual criminality"))
}

# ground_relied_on states whose finding it is; the policy takes no view of it.
ground_relied_on(what) := {
	"check": "ground_relied_on", "outcome": "permit", "fact": "ground",
	"text": sprintf("ground_relied_on: The enforcing authority relies on %s; that finding is its own.", [what]),
}

# METADATA
# title: Enforcing authority objects to use
# custom: {rule: EPO-X-02, article: "Reg. (EU) 2023/1543 Art. 10(4)", mode: auto, src: V}
findings contains f if {
	producing
	said_by_enforcing in law.enforcing_decisions.against_use
	f := lib.finding(rego.metadata.rule(), {
		"check": "enforcing_decision", "outcome": "deny", "fact": "enforcing_authority_decision",
		"do": ["addressee_stops_execution", "delete_or_restrict_data", "withdraw_order"],
		"text": "use_objected: The enforcing authority objects to the use of the data.",
	})
}

# METADATA
# title: Notified order, no emergency, wait for clearance or the end of day 10
# custom: {rule: EPO-K-02, article: "Reg. (EU) 2023/1543 Art. 10(2), 8(4)", mode: auto, src: V}
findings contains f if {
	producing
	before_enforcing
	not emergency
	is_boolean(input.facts.emergency_claimed)
	f := lib.finding(rego.metadata.rule(), clearance_view)
}

clearance_view := {
	"check": "enforcing_decision", "outcome": "permit", "fact": "enforcing_authority_decision",
	"do": ["deadline=P10D", "produce_as_soon_as_possible"],
	"text": "cleared: The enforcing authority confirmed that it raises no ground, so the data are produced as soon as possible.",
} if {
	said_by_enforcing in law.enforcing_decisions.clear
} else := {
	"check": "enforcing_decision", "outcome": "permit", "fact": "days_since_receipt", "do": ["deadline=P10D", "produce_as_soon_as_possible"],
	"text": "ten_days_over: No ground was raised by the end of day 10, so the data are produced.",
} if {
	undecided_enforcing
	tenth_day_over
} else := {
	"check": "enforcing_decision", "outcome": "deny", "fact": "enforcing_authority_decision",
	"do": ["deadline=P10D", "hold_release", "hold_until=P10D", "preserve_data", "suspensive_effect_until_clearance_or_day_10"],
	"text": "hold: The enforcing authority has not cleared the order and day 10 has not ended, so the data are held.",
} if {
	undecided_enforcing
	lib.whole(input.facts.days_since_receipt)
}

undecided_enforcing if said_by_enforcing in law.enforcing_decisions.pending

undecided_enforcing if said_by_enforcing in law.enforcing_decisions.silent

tenth_day_over if {
	undecided_enforcing
	input.facts.end_of_tenth_day_reached == true
	lib.at_least(input.facts.days_since_receipt, 10)
}

tenth_day_over if {
	undecided_enforcing
	lib.at_least(input.facts.days_since_receipt, 11)
}

# METADATA
# title: Notified emergency order, no waiting
# custom: {rule: EPO-K-03, article: "Reg. (EU) 2023/1543 Art. 10(4), 8(4)", mode: auto, src: V}
findings contains f if {
	producing
	emergency
	not said_by_enforcing in law.enforcing_decisions.against
	not said_by_enforcing in law.enforcing_decisions.against_use
	lib.said(said_by_enforcing)
	f := lib.finding(rego.metadata.rule(), emergency_production)
}

emergency_production := {
	"check": "enforcing_decision", "outcome": "permit", "fact": "emergency_claimed",
	"do": ["deadline=PT8H", "enforcing_authority_objection_window=PT96H"],
	"text": "emergency_production: In an emergency the data are produced at once; the enforcing authority may still object within 96 hours.",
} if {
	before_enforcing
} else := {
	"check": "enforcing_decision", "outcome": "permit", "fact": "emergency_claimed", "do": ["deadline=PT8H"],
	"text": "emergency_production: In an emergency the data are produced at once, within 8 hours of receipt.",
}

# METADATA
# title: Order that needed no notification
# custom: {rule: EPO-K-01, article: "Reg. (EU) 2023/1543 Art. 10(3)", mode: auto, src: V}
findings contains f if {
	producing
	categories_complete
	not before_enforcing
	not emergency
	is_boolean(input.facts.emergency_claimed)
	lib.said(said_by_enforcing)
	not said_by_enforcing in law.enforcing_decisions.against
	not said_by_enforcing in law.enforcing_decisions.against_use
	f := lib.finding(rego.metadata.rule(), {
		"check": "enforcing_decision", "outcome": "permit", "fact": "data_categories", "do": ["deadline=P10D"],
		"text": "no_clearance_needed: No enforcing authority has to clear this order; the data are produced within 10 days.",
	})
}

# METADATA
# title: User informed by the issuing authority
# custom: {rule: EPO-P-05, article: "Reg. (EU) 2023/1543 Art. 13(1), 13(3)", mode: auto, src: V}
findings contains f if {
	producing
	categories_complete
	f := lib.finding(rego.metadata.rule(), {
		"check": "notice", "outcome": "permit", "fact": "data_categories",
		"do": ["issuing_authority_informs_user", "inform_user_without_undue_delay", "include_remedies"],
		"text": "user_information: The issuing authority informs the person, with remedies; the addressee does not.",
	})
}

settled contains "objection" if {
	judged("objection")
	input.facts.objection_basis == "none"
}

# METADATA
# title: Conflict with the law of a third country
# custom: {rule: EPO-P-07, article: "Reg. (EU) 2023/1543 Art. 17(1)-(3); rec. 79", mode: auto, src: V}
findings contains f if {
	judged("objection")
	lib.said(input.facts.objection_basis)
	input.facts.objection_basis != "none"
	lib.whole(input.facts.objection_days_after_receipt)
	input.facts.objection_days_after_receipt <= law.objection.days
	lib.said(input.facts.court_review)
	is_boolean(input.facts.issuing_authority_intends_to_uphold)
	f := lib.finding(rego.metadata.rule(), objection_view)
}

# METADATA
# title: Objection after ten days
# custom: {rule: EPO-K-10, article: "Reg. (EU) 2023/1543 Art. 17(2)", mode: auto, src: V}
findings contains f if {
	some check in ["objection", "suspension"]
	judged(check)
	lib.said(input.facts.objection_basis)
	input.facts.objection_basis != "none"
	lib.at_least(input.facts.objection_days_after_receipt, law.objection.days + 1)
	f := lib.finding(rego.metadata.rule(), {
		"check": check, "outcome": {"objection": "permit", "suspension": "deny"}[check],
		"fact": "objection_days_after_receipt", "do": ["objection_deadline=P10D"],
		"text": "objection_late: The objection came after the 10 days that Art. 17(2) gives, so it suspends nothing.",
	})
}

objection_view := {
	"check": "objection", "outcome": "permit", "fact": "objection_basis", "do": ["objection_invalid"],
	"text": "objection_invalid: An objection may not rest on where the data are stored or on the absence of similar rules.",
} if {
	input.facts.objection_basis in law.objection.invalid
} else := {
	"check": "objection", "outcome": "permit", "fact": "court_review",
	"text": "court_upheld: The competent court upheld the order.",
} if {
	input.facts.court_review == "upheld"
} else := {
	"check": "objection", "outcome": "deny", "fact": "court_review", "do": ["withdraw_order", "addressee_stops_execution"],
	"text": "court_lifted: The competent court lifted the order.",
} if {
	input.facts.court_review == "lifted"
} else := {
	"check": "objection", "outcome": "deny", "fact": "issuing_authority_intends_to_uphold", "do": ["withdraw_order", "addressee_stops_execution"],
	"text": "objection_accepted: The issuing authority does not uphold the order against the objection.",
} if {
	input.facts.issuing_authority_intends_to_uphold == false
} else := {
	"check": "objection", "outcome": "deny", "fact": "court_review",
	"do": ["suspend_execution", "refer_to_competent_court", "preserve_data"],
	"text": "objection_suspends: Execution is suspended until the competent court has decided on the conflict with third-country law.",
}

# METADATA
# title: What the court weighs
# custom: {rule: EPO-P-08, article: "Reg. (EU) 2023/1543 Art. 17(6)", mode: human, src: V}
findings contains f if {
	judged("objection")
	lib.said(input.facts.objection_basis)
	input.facts.objection_basis != "none"
	lib.at_most(input.facts.objection_days_after_receipt, law.objection.days)
	objection_view.outcome == "deny"
	input.facts.court_review in {"pending", "none"}
	input.facts.issuing_authority_intends_to_uphold == true
	f := lib.finding(rego.metadata.rule(), {
		"check": "court_weighing", "outcome": "human_review", "fact": "court_review",
		"text": "court_weighs: The competent court weighs the interests, the links to each State and the seriousness of the case.",
		"ask": "court: Does the third-country law apply, does it conflict, and is the order upheld or lifted?",
	})
}

# METADATA
# title: Provider suspends execution
# custom: {rule: EPO-P-07, article: "Reg. (EU) 2023/1543 Art. 17(1)-(3)", mode: auto, src: V}
findings contains f if {
	judged("suspension")
	lib.said(input.facts.objection_basis)
	lib.at_most(input.facts.objection_days_after_receipt, law.objection.days)
	f := lib.finding(rego.metadata.rule(), suspension_view)
}

# METADATA
# title: Suspension without the form
# custom: {rule: EPO-C-06, article: "Reg. (EU) 2023/1543 Art. 17(1)-(2); Annex III", mode: auto, src: V}
findings contains f if {
	judged("suspension")
	input.facts.annex_iii_form_sent == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "suspension", "outcome": "deny", "fact": "annex_iii_form_sent", "do": ["give_reasons"],
		"text": "annex_iii_missing: The addressee must state its reasons in the Annex III form.",
	})
}

suspension_view := {
	"check": "suspension", "outcome": "deny", "fact": "objection_basis", "do": ["objection_invalid"],
	"text": "objection_invalid: An objection may not rest on where the data are stored or on the absence of similar rules.",
} if {
	input.facts.objection_basis in law.objection.invalid
} else := {
	"check": "suspension", "outcome": "permit", "fact": "court_review",
	"do": ["suspend_execution", "refer_to_competent_court", "preserve_data"],
	"text": "objection_suspends: A reasoned objection in time suspends execution until the competent court has decided; the data stay preserved.",
} if {
	input.facts.objection_basis in law.objection.valid
	input.facts.annex_iii_form_sent == true
} else := {
	"check": "suspension", "outcome": "human_review", "fact": "objection_basis", "do": ["preserve_data"],
	"text": "objection_open: The basis of the objection is not one that the table knows.",
	"ask": "issuing authority: Does the objection show a conflict with the law of a third country?",
} if {
	input.facts.annex_iii_form_sent == true
}

settled contains "clarification" if {
	judged("clarification")
	input.facts.addressee_reported == "none"
}

# METADATA
# title: Clarification under Annex III
# custom: {rule: EPO-K-06, article: "Reg. (EU) 2023/1543 Art. 10(6)", mode: auto, src: V}
findings contains f if {
	judged("clarification")
	input.facts.addressee_reported in law.clarification.reported
	f := lib.finding(rego.metadata.rule(), clarification_view)
}

# METADATA
# title: Defect reported without the form
# custom: {rule: EPO-C-06, article: "Reg. (EU) 2023/1543 Art. 10(6); Annex III", mode: human, src: V}
findings contains f if {
	judged("clarification")
	input.facts.addressee_reported in law.clarification.reported
	input.facts.annex_iii_form_sent == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "clarification", "outcome": "human_review", "fact": "annex_iii_form_sent",
		"text": "annex_iii_missing: The addressee reports a defect but has not sent the Annex III form.",
		"ask": "custodian: Will you send the Annex III form with your reasons, or can you produce?",
	})
}

clarification_view := {
	"check": "clarification", "outcome": "deny", "fact": "issuing_authority_clarification",
	"do": ["duties_suspended_until_clarified", "clarification_deadline=P5D", "preserve_data"],
	"text": "not_clarified: The addressee asked for clarification; its duties are suspended until the issuing authority answers.",
} if {
	input.facts.issuing_authority_clarification == "none"
	input.facts.annex_iii_form_sent == true
} else := {
	"check": "clarification", "outcome": "permit", "fact": "issuing_authority_clarification",
	"text": "clarified: The issuing authority gave the clarification asked for.",
} if {
	lib.said(input.facts.issuing_authority_clarification)
	input.facts.annex_iii_form_sent == true
}

# METADATA
# title: Data marked as privileged before they leave the addressee
# custom: {rule: EPO-P-04, article: "Reg. (EU) 2023/1543 Art. 10(5)", mode: human, src: V}
findings contains f if {
	producing
	input.facts.privileged_data == true
	f := lib.finding(rego.metadata.rule(), {
		"check": "privileged_production", "outcome": "human_review", "fact": "privileged_data",
		"do": ["inform_issuing_authority", "preserve_data"],
		"text": "privilege_marked: The data are marked as privileged, so the issuing and the enforcing authority are told before they are produced.",
		"ask": "issuing authority: Is the order withdrawn, adapted or maintained?",
	})
}

# METADATA
# title: Addressee suspects privilege or press protection
# custom: {rule: EPO-P-04, article: "Reg. (EU) 2023/1543 Art. 10(5), 11(4)", mode: human, src: V}
findings contains f if {
	judged("clarification")
	input.facts.addressee_reported in law.clarification.privilege
	f := lib.finding(rego.metadata.rule(), {
		"check": "clarification", "outcome": "human_review", "fact": "addressee_reported", "do": ["inform_issuing_authority", "preserve_data"],
		"text": "privilege_reported: The addressee reports a possible immunity, privilege or press protection.",
		"ask": "issuing authority: Is the order withdrawn, adapted or maintained?",
	})
}
