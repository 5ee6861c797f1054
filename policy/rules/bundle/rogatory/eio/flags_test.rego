# Facts that nobody has to state, but that count when somebody does; and the bounds.
package rogatory.eio_flags_test

import data.rogatory.eio

found(check, action, facts) := f if {
	some f in eio.findings with input as {"action": action, "instrument": "EIO", "regime": "EIO_2014_41", "facts": facts}
	f.check == check
}

test_final_judgment_goes_to_a_person if {
	every action in ["transmit_order", "execute_request"] {
		f := found("ne_bis", action, {"final_judgment_same_acts_in_member_state": "DE"})
		f.outcome == "human_review"
	}
	not found("ne_bis", "execute_request", {"final_judgment_same_acts_in_member_state": "DE", "same_person": false})
	not found("ne_bis", "execute_request", {"final_judgment_same_acts_in_member_state": null})
}

test_signs_of_privilege_go_to_a_person if {
	every facts in [{"privileged_data": true}, {"target_role": "journalist"}, {"infrastructure_of": "law_firm"}] {
		f := found("privileged", "execute_request", facts)
		f.outcome == "human_review"
		"request_waiver_if_competent" in f.do
	}
	not found("privileged", "execute_request", {"privileged_data": false, "target_role": "none"})
}

test_contact_that_did_not_happen_is_no_consultation if {
	f := found("consultation", "refuse_request", {"ground": "ne_bis_in_idem", "issuing_authority_consulted": true, "issuing_authority_contacted": false})
	f.outcome == "deny"
}

# An order from before the Directive, or between States that only the register knows.
states_outcome(from, to, now, context) := o if {
	some f in eio.findings with input as {
		"action": "transmit_order", "instrument": "EIO", "regime": "EIO_2014_41", "now": now, "context": context,
		"facts": {"issuing_state": from, "executing_state": to},
	}
	f.check == "states"
	o := f.outcome
}

test_states if {
	states_outcome("FR", "DE", "2017-05-22T00:00:00Z", {}) == "permit"
	states_outcome("FR", "DE", "2017-05-21T23:59:59Z", {}) == "deny"
	states_outcome("FR", "DK", "2026-11-23T12:00:00Z", {}) == "deny"
	states_outcome("FR", "IE", "2026-11-23T12:00:00Z", {}) == "deny"
	register := {"states": {"XA": {"regimes": ["EIO_2014_41"]}, "XB": {"regimes": ["UNTOC"]}}}
	states_outcome("XA", "DE", "2026-11-23T12:00:00Z", register) == "permit"
	states_outcome("XB", "DE", "2026-11-23T12:00:00Z", register) == "deny"
}

declared(name) := d if {
	some f in eio.findings with input as {
		"action": "transmit_order", "instrument": "EIO", "regime": "EIO_2014_41", "facts": {name: true}, "provenance": {name: "declared"},
	}
	f.check in {"domestic", "grounds"}
	d := f.outcome
}

test_declared_is_not_recorded if {
	declared("similar_domestic_case_available") == "human_review"
	declared("necessity_and_proportionality_grounds_recorded") == "human_review"
}

# Dual criminality is neither barred nor open while its facts are not known.
refusing := {"ground": "absence_of_dual_criminality", "measure": "search_of_cloud_account", "annex_d_category_ticked": "terrorism", "max_custodial_sentence_months_in_issuing_state": 36}

judged(facts) if found("ground", "refuse_request", facts)

test_dual_criminality_needs_its_facts if {
	found("ground", "refuse_request", refusing).outcome == "deny"
	found("ground", "refuse_request", object.union(refusing, {"max_custodial_sentence_months_in_issuing_state": 35})).outcome == "human_review"
	every name in ["annex_d_category_ticked", "max_custodial_sentence_months_in_issuing_state"] {
		not judged(object.remove(refusing, [name]))
	}
	not judged(object.remove(object.union(refusing, {"annex_d_category_ticked": null}), ["measure"]))
}

content(facts) := found("fields", "transmit_order", object.union(
	{"fields": {"requesting_authority": true, "purpose": true, "assistance_sought": true, "offence_and_facts": true, "person_identity_if_known": false}},
	facts,
)).outcome

# A rule of unverified source asks counsel instead of denying.
test_nobody_need_name_an_unknown_person if {
	content({}) == "human_review"
	content({"person_identity_known": false}) == "permit"
}

test_unknown_instrument_needs_what_nobody_knows if {
	required := eio.required with input as {"action": "transmit_order", "instrument": "FAX", "facts": {}}
	count(required) == 0
}
