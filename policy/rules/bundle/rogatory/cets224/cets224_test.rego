# What the register of States, provenance, counsel and facts that nobody has to state change.
package rogatory.cets224_test

import data.rogatory.cets224
import data.rogatory.main

rows := ["CET-02", "CET-03", "CET-04", "CET-05", "CET-06", "CET-07", "CET-08", "CET-09", "CET-10", "CET-11"]

ask(action, instrument, facts, context, provenance) := f if {
	f := cets224.findings with input as {
		"action": action, "instrument": instrument, "regime": "CETS_224", "facts": facts,
		"context": context, "provenance": provenance,
	}
}

asked(action, instrument, facts) := ask(action, instrument, facts, {"confirmed": rows}, {})

outcome(findings, check) := o if {
	some f in findings
	f.check == check
	o := f.outcome
}

states(regimes, declarations) := {"confirmed": rows, "states": {
	"XA": {"regimes": ["CETS_224"], "declarations": {}},
	"XB": {"regimes": regimes, "declarations": {d: true | some d in declarations}},
}}

between := {"issuing_state": "XA", "addressee_state": "XB", "protocol_in_force_between_parties": true}

order := object.union(between, {
	"legal_basis": "CETS 224 Art 7", "data_categories": ["subscriber"], "issued_by": "police", "supervised_by": null,
	"receiving_party_declared_judicial_supervision": false, "receiving_party_requires_simultaneous_notification": false,
	"notification_sent": false, "receiving_party_reserved_traffic_data": false,
})

declared(declarations, check) := outcome(ask("transmit_order", "subscriber_order", order, states(["CETS_224"], declarations), {}), check)

test_parties_by_register if {
	declared([], "gate") == "permit"
	outcome(ask("transmit_order", "subscriber_order", order, states(["BUDAPEST_185"], []), {}), "gate") == "deny"
}

test_declarations_by_register if {
	declared([], "supervision") == "permit"
	declared(["judicial_supervision"], "supervision") == "needs_validation"
	declared([], "notification") == "permit"
	declared(["requires_simultaneous_notification"], "notification") == "needs_notification"
	declared([], "subscriber_only") == "permit"
	declared(["reserved_art_7"], "subscriber_only") == "deny"
}

test_traffic_reserved_by_register if {
	facts := object.union(order, {"legal_basis": "CETS 224 Art 8", "data_categories": ["traffic"]})
	outcome(ask("transmit_request", "production_order_via_party", facts, states(["CETS_224"], []), {}), "party_data") == "permit"
	outcome(ask("transmit_request", "production_order_via_party", facts, states(["CETS_224"], ["reserved_traffic_data"]), {}), "party_data") == "deny"
}

test_notified_authority_counts if {
	facts := object.union(order, {"receiving_party_requires_simultaneous_notification": true, "notification_sent": true, "notified_authority": false})
	outcome(asked("transmit_order", "subscriber_order", facts), "notification") == "needs_notification"
}

emergency := {
	"legal_basis": "CETS 224 Art 9", "threat": "imminent_threat_to_life", "risk_to_life_or_safety": true,
	"significant_and_imminent": true, "facts_demonstrate_emergency_and_link": true,
}

signed(p) := outcome(ask("transmit_request", "emergency_disclosure", emergency, {"confirmed": rows}, {"facts_demonstrate_emergency_and_link": p}), "emergency")

test_declared_emergency_goes_to_a_person if {
	signed("attested") == "permit"
	signed("declared") == "human_review"
}

# What nobody has verified does not refuse; the status of the Protocol does.
test_unverified_until_counsel_confirms if {
	facts := object.union(order, {"data_categories": ["content"]})
	outcome(ask("transmit_order", "subscriber_order", facts, {}, {}), "subscriber_only") == "human_review"
	outcome(ask("transmit_order", "subscriber_order", facts, {"confirmed": rows}, {}), "subscriber_only") == "deny"
	not_in_force := object.union(order, {"protocol_in_force_between_parties": false})
	outcome(ask("transmit_order", "subscriber_order", not_in_force, {}, {}), "gate") == "deny"
}

# The article decides where the instrument says something else.
test_article_before_instrument if {
	cets224.form == "party" with input as {"instrument": "subscriber_order", "facts": {"legal_basis": "CETS 224 Art 8(1)"}}
	cets224.form == "subscriber" with input as {"instrument": "subscriber_order", "facts": {}}
}

test_flags_that_count_when_stated if {
	case := {"specific_investigation": true, "purpose": "criminal_proceedings"}
	every flag in [{"identifiers_count": 101}, {"necessity_and_proportionality_grounds_recorded": false}] {
		outcome(asked("transmit_order", "subscriber_order", object.union(case, flag)), "proportionality") == "human_review"
	}
	every flag in [{"measure": "interception_of_telecommunications"}, {"collect_future_days": 1}] {
		outcome(asked("transmit_order", "subscriber_order", object.union(case, flag)), "future_data") == "deny"
	}
	not outcome(asked("transmit_order", "subscriber_order", object.union(case, {"identifiers_count": 100})), "proportionality")
	outcome(asked("transmit_request", "emergency_disclosure", object.union(emergency, {"requester_verified": false})), "requester") == "human_review"
}

use := {
	"stated_purpose": "case A", "intended_use": "case A", "criminal_purpose": true, "prior_consent_of_requested_state": false,
}

test_conditions_and_new_purpose if {
	outcome(asked("use_evidence", "subscriber_order", use), "purpose") == "permit"
	outcome(asked("use_evidence", "subscriber_order", object.union(use, {"conditions_satisfied": false})), "conditions") == "deny"
	outcome(asked("use_evidence", "subscriber_order", object.union(use, {"new_purpose": "case B"})), "purpose") == "human_review"
}

test_authorisation_under_any_of_its_names if {
	facts := {"recipient": "third_state", "prior_authorisation_of_transferring_authority": true}
	outcome(asked("onward_transfer", "subscriber_order", facts), "onward") == "permit"
	every name in ["prior_authorisation_of_transferring_state", "prior_authorisation_of_originating_state"] {
		outcome(asked("onward_transfer", "subscriber_order", object.union(facts, {name: false})), "onward") == "deny"
	}
}

test_unknown_action_denies if {
	d := main.decision with input as {"action": "fly_to_the_moon", "instrument": "subscriber_order", "regime": "CETS_224", "facts": {}}
	d.outcome == "deny"
	d.reasons[0].rule == "ROG-UNKNOWN"
}
