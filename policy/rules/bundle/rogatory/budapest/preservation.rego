# Preserving data and showing where they went: BUD-02, BUD-03, BUD-12, BUD-14, BUD-15.
package rogatory.budapest

import data.rogatory.law.budapest as law
import data.rogatory.lib

# METADATA
# title: Domestic preservation order
# custom: {rule: BUD-02, article: "Budapest Convention (CETS 185) Art. 16(2)", mode: auto, src: V}
findings contains f if {
	judged("domestic_order")
	lib.whole(input.facts.duration_days)
	is_boolean(input.facts.renewal)
	is_boolean(input.facts.authorised_by_law)
	f := lib.finding(rego.metadata.rule(), object.union(
		{"check": "domestic_order", "do": [sprintf("maximum=P%dD", [law.days.domestic_order]), "renewal_possible_if_law_allows"]},
		domestic_order_view,
	))
}

domestic_order_view := {
	"outcome": "deny", "fact": "duration_days",
	"text": sprintf("too_long: One order may run for at most %d days; this one runs for %d.", [law.days.domestic_order, input.facts.duration_days]),
} if {
	input.facts.duration_days > law.days.domestic_order
} else := {
	"outcome": "deny", "fact": "authorised_by_law",
	"text": "renewal_not_allowed: An order is renewed only where domestic law allows it.",
} if {
	input.facts.renewal == true
	input.facts.authorised_by_law == false
} else := {
	"outcome": "permit", "fact": "duration_days",
	"text": sprintf("within_maximum: The order runs for %d days; at most %d are allowed, as long as necessary.", [input.facts.duration_days, law.days.domestic_order]),
}

# METADATA
# title: Partial disclosure at home
# custom: {rule: BUD-03, article: "Budapest Convention (CETS 185) Art. 17(1)", mode: auto, src: V}
findings contains f if {
	action == "issue_domestic_preservation_order"
	f := lib.finding(rego.metadata.rule(), {
		"check": "partial_disclosure", "outcome": "permit", "fact": "legal_basis", "do": ["disclose_sufficient_traffic_data"],
		"text": "partial_disclosure: Enough traffic data are disclosed at once to identify the service providers and the path of the communication.",
	})
}

# METADATA
# title: Sixty days, then until the decision
# custom: {rule: BUD-14, article: "Budapest Convention (CETS 185) Art. 29(7)", mode: auto, src: V}
findings contains f if {
	judged("duration")
	lib.whole(input.facts.days_preserved)
	is_boolean(input.facts.follow_up_request_received)
	is_boolean(input.facts.follow_up_decided)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "duration"}, duration_view))
}

at_least_days := sprintf("preserve_for_at_least=P%dD", [law.days.preservation])

duration_view := {
	"outcome": "deny", "fact": "days_preserved", "do": early_duties,
	"text": sprintf("too_early: The data are preserved for at least %d days; %d have passed.", [law.days.preservation, input.facts.days_preserved]),
} if {
	input.facts.days_preserved < law.days.preservation
} else := {
	"outcome": "deny", "fact": "follow_up_decided", "do": ["preserve_until_decision"],
	"text": "decision_pending: A request for the data has arrived, so they are preserved until it is decided.",
} if {
	input.facts.follow_up_request_received == true
	input.facts.follow_up_decided == false
} else := {
	"outcome": "permit", "fact": "days_preserved", "do": ["preservation_ceases"],
	"text": sprintf("may_stop: The %d days have passed and no request for the data is undecided.", [law.days.preservation]),
}

early_duties := [at_least_days, "preserve_until_decision"] if {
	input.facts.follow_up_request_received == true
	input.facts.follow_up_decided == false
} else := [at_least_days]

# METADATA
# title: Preserving longer
# custom: {rule: BUD-14, article: "Budapest Convention (CETS 185) Art. 29(7), second sentence", mode: auto, src: V}
findings contains f if {
	judged("follow_up")
	is_boolean(input.facts.follow_up_request_received)
	f := lib.finding(rego.metadata.rule(), {
		"check": "follow_up", "outcome": "permit", "fact": "follow_up_request_received",
		"do": [at_least_days, "preserve_until_decision", "renewal_possible_if_law_allows"],
		"text": "preserve_longer: Sixty days are a minimum, and after a request for the data they are preserved until it is decided.",
	})
}

# METADATA
# title: What a preservation request brings with it
# custom: {rule: BUD-14, article: "Budapest Convention (CETS 185) Art. 29(7), first sentence", mode: auto, src: V}
findings contains f if {
	preservation
	action in {"transmit_request", "execute_request"}
	f := lib.finding(rego.metadata.rule(), {
		"check": "preserve", "outcome": "permit", "fact": "legal_basis", "do": [at_least_days, "preserve_until_decision", "preserve_data", "execute_as_soon_as_possible"],
		"text": "preserve_at_once: The data are preserved at once, for at least sixty days, and then until a request for them is decided.",
	})
}

# METADATA
# title: No test of dual criminality before preserving
# custom: {rule: BUD-12, article: "Budapest Convention (CETS 185) Art. 29(3)", mode: auto, src: V}
findings contains f if {
	preservation
	action in {"transmit_request", "execute_request"}
	not reserved
	f := lib.finding(rego.metadata.rule(), {
		"check": "dual_criminality", "outcome": "permit", "fact": "legal_basis", "do": ["no_dual_criminality_test"],
		"text": "no_test: Dual criminality is no condition for preserving data.",
	})
}

# abroad: a provider in another State than the executing one took part.
abroad if {
	lib.said(input.facts.provider_state)
	input.facts.provider_state != "none"
	not input.facts.provider_state == input.facts.executing_state
}

# METADATA
# title: A provider in another State took part
# custom: {rule: BUD-15, article: "Budapest Convention (CETS 185) Art. 30(1)", mode: auto, src: V}
findings contains f if {
	action in {"transmit_request", "execute_request"}
	path_matters
	f := lib.finding(rego.metadata.rule(), {
		"check": "path", "outcome": "permit", "fact": "provider_state", "do": ["disclose_sufficient_traffic_data", "execute_as_soon_as_possible"],
		"text": "disclose_path: Enough traffic data are disclosed at once to identify a service provider in another State and the path of the communication.",
	})
}

path_matters if cites(30)

path_matters if cites(17)

path_matters if abroad

# on_path: the disclosure of Art. 30(1) is withheld, or a request for it refused.
on_path(check) if {
	check == "withholding"
	judged(check)
}

on_path(check) if {
	check == "ground"
	judged(check)
	path_request
}

# METADATA
# title: Withholding the path
# custom: {rule: BUD-15, article: "Budapest Convention (CETS 185) Art. 30(2)", mode: human, src: V}
findings contains f if {
	some check in ["withholding", "ground"]
	on_path(check)
	input.facts.ground in law.grounds.political_or_essential
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": check, "fact": "ground", "do": available,
			"text": "withholding_ground: The path is withheld only for a political or connected offence or for essential interests.",
		},
		"central authority: Is this ground made out, and is the path of the communication withheld for it?",
	))
}

# METADATA
# title: No other reason to withhold the path
# custom: {rule: BUD-15, article: "Budapest Convention (CETS 185) Art. 30(1)-(2)", mode: auto, src: V}
findings contains f if {
	some check in ["withholding", "ground"]
	on_path(check)
	lib.said(input.facts.ground)
	not input.facts.ground in law.grounds.political_or_essential
	f := lib.finding(rego.metadata.rule(), {
		"check": check, "outcome": "deny", "fact": "ground", "do": ["disclose_sufficient_traffic_data", "ground_unavailable", "ground_not_in_list"],
		"text": "path_owed: Enough traffic data to identify the provider in another State must be disclosed; this is no ground to withhold them.",
	})
}
