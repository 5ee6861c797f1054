# The life of a preservation order, EPO-K-06..08, EPO-X-03.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

# last_day: 60 days, and 30 more after one extension, never more.
last_day := law.preservation.days if input.facts.extensions_so_far == 0

last_day := law.preservation.days + law.preservation.extension_days if lib.at_least(input.facts.extensions_so_far, 1)

# METADATA
# title: One extension, during the sixty days
# custom: {rule: EPO-K-07, article: "Reg. (EU) 2023/1543 Art. 11(1); Annex VI", mode: auto, src: V}
findings contains f if {
	judged("extension")
	lib.whole(input.facts.extensions_so_far)
	lib.whole(input.facts.day_of_preservation)
	lib.whole(input.facts.extension_days)
	is_boolean(input.facts.production_request_being_prepared)
	f := lib.finding(rego.metadata.rule(), extension_view)
}

extension_view := {
	"check": "extension", "outcome": "deny", "fact": "extensions_so_far", "do": ["confirm_production_request_or_release", "maximum_extension=P30D"],
	"text": "second_extension: Preservation can be extended once only; now a production request is confirmed or the data are released.",
} if {
	input.facts.extensions_so_far >= 1
} else := {
	"check": "extension", "outcome": "deny", "fact": "day_of_preservation", "do": ["issue_new_order_if_conditions_met", "preservation_ceases"],
	"text": sprintf("extension_late: Day %d is after the 60 days within which an extension must be asked for.", [input.facts.day_of_preservation]),
} if {
	input.facts.day_of_preservation > law.preservation.days
} else := {
	"check": "extension", "outcome": "deny", "fact": "extension_days", "do": ["maximum_extension=P30D"],
	"text": sprintf("extension_too_long: An extension is 30 days, not %d.", [input.facts.extension_days]),
} if {
	input.facts.extension_days > law.preservation.extension_days
} else := {
	"check": "extension", "outcome": "deny", "fact": "production_request_being_prepared", "do": ["confirm_production_request_or_release"],
	"text": "extension_without_need: An extension is only for the time needed to issue a production request, and none is being prepared.",
} if {
	input.facts.production_request_being_prepared == false
} else := {
	"check": "extension", "outcome": "permit", "fact": "day_of_preservation", "do": ["extend_by=P30D"],
	"text": sprintf("extension: On day %d, within the 60 days and for the first time, preservation is extended by 30 days.", [input.facts.day_of_preservation]),
}

# METADATA
# title: The right form
# custom: {rule: EPO-C-07, article: "Reg. (EU) 2023/1543 Art. 11(1)-(2); Annex V, VI", mode: auto, src: V}
findings contains f if {
	judged("form")
	lib.said(input.facts.form)
	f := lib.finding(rego.metadata.rule(), form_view)
}

form_expected := {"extend_preservation": "Annex VI", "confirm_subsequent_request": "Annex V"}[action]

form_view := {
	"check": "form", "outcome": "permit", "fact": "form",
	"text": sprintf("form_right: The form of %s is used.", [form_expected]),
} if {
	input.facts.form == form_expected
} else := {
	"check": "form", "outcome": "deny", "fact": "form", "do": ["request_additional_information"],
	"text": sprintf("form_wrong: The form of %s must be used.", [form_expected]),
}

# METADATA
# title: Confirmation that a production request was issued
# custom: {rule: EPO-K-08, article: "Reg. (EU) 2023/1543 Art. 11(1)-(2); rec. 60", mode: auto, src: V}
findings contains f if {
	judged("confirmation")
	lib.whole(input.facts.extensions_so_far)
	lib.whole(input.facts.day_of_preservation)
	is_boolean(input.facts.subsequent_request_issued)
	lib.said(input.facts.subsequent_request)
	f := lib.finding(rego.metadata.rule(), confirmation_view)
}

confirmation_view := {
	"check": "confirmation", "outcome": "deny", "fact": "day_of_preservation", "do": ["preservation_ceases", "issue_new_order_if_conditions_met"],
	"text": sprintf("confirmation_late: Preservation ended on day %d; the confirmation comes on day %d.", [last_day, input.facts.day_of_preservation]),
} if {
	input.facts.day_of_preservation > last_day
} else := {
	"check": "confirmation", "outcome": "deny", "fact": "subsequent_request_issued", "do": ["confirm_production_request_or_release"],
	"text": "request_not_issued: Only a production request that was issued can be confirmed; one in preparation is not enough.",
} if {
	input.facts.subsequent_request_issued == false
} else := {
	"check": "confirmation", "outcome": "deny", "fact": "subsequent_request", "do": ["confirm_production_request_or_release"],
	"text": "request_kind: Only a production order, an investigation order or a mutual assistance request can follow.",
} if {
	not input.facts.subsequent_request in law.subsequent_requests
} else := {
	"check": "confirmation", "outcome": "permit", "fact": "subsequent_request_issued", "do": ["preserve_as_long_as_necessary_to_produce"],
	"text": "confirmed: A production request was issued during preservation, so the data are kept as long as needed to produce them.",
}

confirmed if input.facts.subsequent_request_issued == true

exempt if {
	input.facts.addressee_reported in law.clarification.reported
	input.facts.annex_iii_form_sent == true
	input.facts.issuing_authority_clarification == "none"
	lib.at_least(input.facts.days_since_form, law.clarification.days + 1)
}

preservation_facts if {
	lib.whole(input.facts.extensions_so_far)
	lib.whole(input.facts.day_of_preservation)
	is_boolean(input.facts.subsequent_request_issued)
	is_boolean(input.facts.preservation_still_necessary)
	lib.said(input.facts.addressee_reported)
}

# METADATA
# title: No longer necessary
# custom: {rule: EPO-X-03, article: "Reg. (EU) 2023/1543 Art. 11(3), 10(9)", mode: auto, src: V}
findings contains f if {
	action == "keep_preserving_under_order"
	judged("preservation")
	input.facts.preservation_still_necessary == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "preservation", "outcome": "deny", "fact": "preservation_still_necessary",
		"do": ["inform_addressee_without_undue_delay", "preservation_ceases"],
		"text": "no_longer_necessary: Preservation is no longer necessary, so the addressee is told without undue delay.",
	})
}

# METADATA
# title: How long preservation lasts
# custom: {rule: EPO-K-07, article: "Reg. (EU) 2023/1543 Art. 11(1); Annex II", mode: auto, src: V}
findings contains f if {
	action == "keep_preserving_under_order"
	preservation_facts
	not exempt
	not confirmed
	f := lib.finding(rego.metadata.rule(), keep_view)
}

# METADATA
# title: Kept until produced
# custom: {rule: EPO-K-08, article: "Reg. (EU) 2023/1543 Art. 11(2)", mode: auto, src: V}
findings contains f if {
	action == "keep_preserving_under_order"
	preservation_facts
	not exempt
	confirmed
	f := lib.finding(rego.metadata.rule(), {
		"check": "preservation", "outcome": "permit", "fact": "subsequent_request_issued", "do": ["preserve_as_long_as_necessary_to_produce"],
		"text": "kept_for_production: A production request was issued, so the data are kept as long as needed to produce them.",
	})
}

keep_view := {
	"check": "preservation", "outcome": "deny", "fact": "day_of_preservation", "do": ["preservation_ceases", "issue_new_order_if_conditions_met"],
	"text": sprintf("preservation_over: Preservation ended after day %d without a confirmed production request.", [last_day]),
} if {
	input.facts.day_of_preservation > last_day
} else := {
	"check": "preservation", "outcome": "permit", "fact": "day_of_preservation",
	"do": ["preserve_data", sprintf("preserve_for=P%dD", [last_day])],
	"text": sprintf("preservation_runs: Day %d is within the %d days of preservation.", [input.facts.day_of_preservation, last_day]),
}

# METADATA
# title: When the addressee may stop
# custom: {rule: EPO-K-07, article: "Reg. (EU) 2023/1543 Art. 11(1)-(3)", mode: auto, src: V}
findings contains f if {
	action == "stop_preserving"
	preservation_facts
	not exempt
	not confirmed
	input.facts.preservation_still_necessary == true
	f := lib.finding(rego.metadata.rule(), stop_view)
}

# METADATA
# title: Released
# custom: {rule: EPO-X-03, article: "Reg. (EU) 2023/1543 Art. 11(3), 10(9)", mode: auto, src: V}
findings contains f if {
	action == "stop_preserving"
	preservation_facts
	input.facts.preservation_still_necessary == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "preservation", "outcome": "permit", "fact": "preservation_still_necessary", "do": ["preservation_ceases"],
		"text": "released: The issuing authority no longer needs the data preserved.",
	})
}

# METADATA
# title: Not before the data are produced
# custom: {rule: EPO-K-08, article: "Reg. (EU) 2023/1543 Art. 11(2)", mode: auto, src: V}
findings contains f if {
	action == "stop_preserving"
	preservation_facts
	not exempt
	confirmed
	input.facts.preservation_still_necessary == true
	f := lib.finding(rego.metadata.rule(), {
		"check": "preservation", "outcome": "deny", "fact": "subsequent_request_issued", "do": ["preserve_as_long_as_necessary_to_produce"],
		"text": "production_confirmed: A production request was issued, so the data are kept as long as needed to produce them.",
	})
}

stop_view := {
	"check": "preservation", "outcome": "permit", "fact": "day_of_preservation", "do": ["preservation_ceases"],
	"text": sprintf("preservation_over: The %d days are over and no production request was confirmed.", [last_day]),
} if {
	input.facts.day_of_preservation > last_day
} else := {
	"check": "preservation", "outcome": "deny", "fact": "day_of_preservation",
	"do": [sprintf("preserve_for=P%dD", [last_day])],
	"text": sprintf("preservation_runs: Day %d is within the %d days of preservation.", [input.facts.day_of_preservation, last_day]),
}

# METADATA
# title: Silence on a clarification exempts the addressee
# custom: {rule: EPO-K-06, article: "Reg. (EU) 2023/1543 Art. 11(5)", mode: auto, src: V}
findings contains f if {
	judged("preservation")
	preservation_facts
	exempt
	f := lib.finding(rego.metadata.rule(), exempt_view)
}

exempt_view := {
	"check": "preservation", "outcome": "permit", "fact": "days_since_form", "do": ["preservation_ceases", "clarification_deadline=P5D"],
	"text": "exempt: The issuing authority did not answer within 5 days, so the addressee is exempt from preserving.",
} if {
	action == "stop_preserving"
} else := {
	"check": "preservation", "outcome": "deny", "fact": "days_since_form", "do": ["preservation_ceases", "clarification_deadline=P5D"],
	"text": "exempt: The issuing authority did not answer within 5 days, so the order no longer binds the addressee.",
}

# METADATA
# title: Clarification of a preservation order still open
# custom: {rule: EPO-K-06, article: "Reg. (EU) 2023/1543 Art. 11(5)", mode: auto, src: V}
findings contains f if {
	judged("preservation")
	input.facts.addressee_reported in law.clarification.reported
	input.facts.issuing_authority_clarification == "none"
	not exempt
	f := lib.finding(rego.metadata.rule(), {
		"check": "clarification", "outcome": "permit", "fact": "days_since_form", "do": ["clarification_deadline=P5D"],
		"text": "clarification_open: The issuing authority has 5 days to answer the addressee.",
	})
}
