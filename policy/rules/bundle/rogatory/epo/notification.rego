# Notification of the enforcing authority and the clocks of the order, EPO-N, EPO-K.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

# residence is that of the day of issue: a later move is irrelevant, and where a
# present residence is stated apart, that of the day of issue must be stated too.
residence := input.facts.person_residence_state_at_issue if {
	lib.said(input.facts.person_residence_state_at_issue)
	input.facts.person_residence_state_at_issue != "none"
} else := input.facts.person_residence_state if {
	object.get(input.facts, "person_residence_state_at_issue", "none") == "none"
	object.get(input.facts, "person_residence_state_now", "none") == "none"
}

resides_in_issuing_state if {
	residence == input.facts.issuing_state
	input.facts.residence_basis in law.residence_basis
}

# exception: Art. 8(2), both limbs.
exception if {
	input.facts.offence_committed_in_issuing_state == true
	resides_in_issuing_state
}

notified if {
	input.facts.enforcing_authority_notified == true
	input.facts.notification_planned_after_hours == 0
}

# METADATA
# title: Notification with the order
# custom: {rule: EPO-N-01, article: "Reg. (EU) 2023/1543 Art. 8(1), 10(2)", mode: auto, src: V}
findings contains f if {
	judged("notification")
	categories_complete
	is_boolean(input.facts.enforcing_authority_notified)
	f := lib.finding(rego.metadata.rule(), notification_view)
}

notification_view := {
	"check": "notification", "outcome": "permit", "fact": "data_categories", "do": ["no_notification_required"],
	"text": "no_notification_preservation: A preservation order needs no notification.",
} if {
	epoc_pr
} else := {
	"check": "notification", "outcome": "permit", "fact": "data_categories", "do": ["no_notification_required"],
	"text": "no_notification_light: An order for subscriber or identification data needs no notification.",
} if {
	light_only
} else := {
	"check": "notification", "outcome": "needs_notification", "fact": "notification_planned_after_hours",
	"do": ["notification_at_same_time_as_addressee", "notify_enforcing_authority"],
	"text": "notification_late: The enforcing authority must be notified at the same time as the addressee, not later.",
} if {
	lib.at_least(input.facts.notification_planned_after_hours, 1)
} else := {
	"check": "notification", "outcome": "permit", "fact": "enforcing_authority_notified",
	"text": "notified: The enforcing authority is notified together with the addressee.",
} if {
	notified
} else := {
	"check": "notification", "outcome": "permit", "fact": "person_residence_state",
	"do": ["no_notification_required", "record_residence_and_offence_grounds"],
	"text": "notification_exception: The offence and the residence of the person are both in the issuing State, on recorded grounds.",
} if {
	input.facts.enforcing_authority_notified == false
	exception
} else := {
	"check": "notification", "outcome": "needs_notification", "fact": "enforcing_authority_notified",
	"do": ["notification_at_same_time_as_addressee", "notify_enforcing_authority"],
	"text": "notification_missing: An order for traffic or content must be notified to the enforcing authority at the same time.",
} if {
	input.facts.enforcing_authority_notified == false
}

# METADATA
# title: One limb of the exception is not enough
# custom: {rule: EPO-N-02, article: "Reg. (EU) 2023/1543 Art. 8(2); rec. 51", mode: attest, src: V}
findings contains f if {
	judged("notification")
	notification_view.outcome == "needs_notification"
	input.facts.enforcing_authority_notified == false
	one_limb
	f := lib.finding(rego.metadata.rule(), {
		"check": "notification", "outcome": "needs_notification", "fact": limb_missing, "do": ["notify_enforcing_authority"],
		"text": "one_limb_only: The exception needs both the offence and the residence in the issuing State; one of them alone is not enough.",
	})
}

one_limb if input.facts.offence_committed_in_issuing_state == true

one_limb if resides_in_issuing_state

limb_missing := "person_residence_state" if {
	input.facts.offence_committed_in_issuing_state == true
} else := "offence_committed_in_issuing_state"

# METADATA
# title: What residence is
# custom: {rule: EPO-N-03, article: "Reg. (EU) 2023/1543 rec. 52-54", mode: attest, src: V}
findings contains f if {
	judged("notification")
	notification_view.outcome == "needs_notification"
	input.facts.enforcing_authority_notified == false
	f := lib.finding(rego.metadata.rule(), residence_view)
}

residence_view := {
	"check": "notification", "outcome": "needs_notification", "fact": "person_residence_state",
	"text": "residence_unknown: The residence of the person is unknown, so the exception cannot apply.",
} if {
	not residence
} else := {
	"check": "notification", "outcome": "needs_notification", "fact": "person_residence_state",
	"text": "residence_unknown: The residence of the person is unknown, so the exception cannot apply.",
} if {
	residence == "unknown"
} else := {
	"check": "notification", "outcome": "needs_notification", "fact": "residence_basis",
	"text": "residence_not_shown: A short stay, a holiday or a mere claim is not residence.",
} if {
	not input.facts.residence_basis in law.residence_basis
} else := {
	"check": "notification", "outcome": "needs_notification", "fact": "person_residence_state",
	"text": "residence_not_shown: A short stay, a holiday or a mere claim is not residence.",
} if {
	is_string(residence)
	startswith(residence, "claimed")
}

# METADATA
# title: Effect of notification
# custom: {rule: EPO-N-04, article: "Reg. (EU) 2023/1543 Art. 8(4), 10(2), 10(4), 12(1)", mode: auto, src: V}
findings contains f if {
	order
	epoc
	count(heavy) > 0
	notified
	f := lib.finding(rego.metadata.rule(), suspension_effect)
}

suspension_effect := {
	"check": "suspensive_effect", "outcome": "permit", "fact": "emergency_claimed",
	"text": "no_suspensive_effect: In an emergency the notification does not suspend production.",
} if {
	emergency
} else := {
	"check": "suspensive_effect", "outcome": "permit", "fact": "enforcing_authority_notified",
	"do": ["suspensive_effect_until_clearance_or_day_10"],
	"text": "suspensive_effect: The notification suspends production until clearance or the end of day 10.",
}

# METADATA
# title: Emergency does not lift the duty to notify
# custom: {rule: EPO-N-04, article: "Reg. (EU) 2023/1543 Art. 8(1), 8(4)", mode: auto, src: V}
findings contains f if {
	judged("notification")
	emergency
	notification_view.outcome == "needs_notification"
	f := lib.finding(rego.metadata.rule(), {
		"check": "notification", "outcome": "needs_notification", "fact": "emergency_claimed", "do": ["notify_enforcing_authority"],
		"text": "emergency_still_notified: An emergency lifts the waiting time, not the duty to notify.",
	})
}

# METADATA
# title: Time of the enforcing authority
# custom: {rule: EPO-K-04, article: "Reg. (EU) 2023/1543 Art. 12(1), 10(4)", mode: auto, src: V}
findings contains f if {
	order
	order_notified
	f := lib.finding(rego.metadata.rule(), enforcing_time)
}

enforcing_time := {
	"check": "enforcing_clock", "outcome": "permit", "fact": "emergency_claimed",
	"do": ["enforcing_authority_deadline=PT96H", "enforcing_authority_objection_window=PT96H"],
	"text": "enforcing_96_hours: The enforcing authority has 96 hours from the notification to object or set conditions.",
} if {
	emergency
} else := {
	"check": "enforcing_clock", "outcome": "permit", "fact": "enforcing_authority_notified", "do": ["enforcing_authority_deadline=P10D"],
	"text": "enforcing_10_days: The enforcing authority has 10 days from the notification to raise a ground.",
}

# METADATA
# title: Ten days to produce
# custom: {rule: EPO-K-01, article: "Reg. (EU) 2023/1543 Art. 10(3)", mode: auto, src: V}
findings contains f if {
	order
	epoc
	categories_complete
	not order_notified
	not emergency
	is_boolean(input.facts.emergency_claimed)
	f := lib.finding(rego.metadata.rule(), {
		"check": "clock", "outcome": "permit", "fact": "emergency_claimed", "do": ["deadline=P10D"],
		"text": "produce_in_10_days: The addressee produces within 10 days of receipt.",
	})
}

# METADATA
# title: Produce at the end of ten days
# custom: {rule: EPO-K-02, article: "Reg. (EU) 2023/1543 Art. 10(2)", mode: auto, src: V}
findings contains f if {
	order
	epoc
	categories_complete
	order_notified
	not emergency
	is_boolean(input.facts.emergency_claimed)
	f := lib.finding(rego.metadata.rule(), {
		"check": "clock", "outcome": "permit", "fact": "enforcing_authority_notified", "do": ["deadline=P10D"],
		"text": "produce_at_end_of_10_days: The addressee produces at the end of day 10, or once the enforcing authority clears.",
	})
}

# METADATA
# title: Eight hours in an emergency
# custom: {rule: EPO-K-03, article: "Reg. (EU) 2023/1543 Art. 10(4)", mode: auto, src: V}
findings contains f if {
	order
	epoc
	categories_complete
	emergency
	f := lib.finding(rego.metadata.rule(), {
		"check": "clock", "outcome": "permit", "fact": "emergency_claimed", "do": ["deadline=PT8H"],
		"text": "produce_in_8_hours: In an emergency the addressee produces without undue delay, within 8 hours of receipt.",
	})
}

order_notified if {
	count(heavy) > 0
	notified
}

# METADATA
# title: Preserve on receipt
# custom: {rule: EPO-K-05, article: "Reg. (EU) 2023/1543 Art. 10(1), 10(9)", mode: auto, src: V}
findings contains f if {
	order
	epoc
	categories_complete
	f := lib.finding(rego.metadata.rule(), {
		"check": "preserve_on_receipt", "outcome": "permit", "fact": "data_categories", "do": ["preserve_data"],
		"text": "preserve_on_receipt: On receipt the addressee preserves the data until it has produced them or is released.",
	})
}

# METADATA
# title: Sixty days of preservation
# custom: {rule: EPO-K-07, article: "Reg. (EU) 2023/1543 Art. 11(1)", mode: auto, src: V}
findings contains f if {
	order
	epoc_pr
	categories_complete
	f := lib.finding(rego.metadata.rule(), {
		"check": "clock", "outcome": "permit", "fact": "data_categories", "do": ["preserve_data", "preserve_for=P60D"],
		"text": "preserve_60_days: The addressee preserves the data for 60 days.",
	})
}
