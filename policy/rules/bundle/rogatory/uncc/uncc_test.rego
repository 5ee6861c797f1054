# What the law cases cannot show: kinds of request, the register, unconfirmed rules.
package rogatory.uncc_test

import data.rogatory.uncc

asked(action, instrument, facts) := {"action": action, "instrument": instrument, "regime": "UNCC_2024", "facts": facts}

found(check, input_) := f if {
	some f in uncc.findings with input as input_
	f.check == check
}

test_kind_by_instrument_then_by_article if {
	uncc.kind == "preservation" with input as asked("refuse_request", "preservation_request", {"legal_basis": "UNCC Art 40"})
	uncc.kind == "preservation" with input as asked("refuse_request", "", {"legal_basis": "UNCC Art 42"})
	uncc.kind == "emergency" with input as asked("transmit_request", "", {"legal_basis": "UNCC Art 41"})
	uncc.kind == "assistance" with input as asked("refuse_request", "MLA", {"legal_basis": "UNCC Art 40"})
}

# The convention is not known to be in force, and Art. 65 is from memory.
test_unconfirmed_gate_asks_counsel if {
	gone := asked("transmit_request", "MLA", {"convention_in_force_between_parties": false})
	f := found("gate", gone)
	f.outcome == "human_review"
	startswith(f.ask, "counsel: Rule UNC-01")
	found("gate", object.union(gone, {"context": {"confirmed": ["UNC-01"]}})).outcome == "deny"
}

register := {"context": {"confirmed": ["UNC-01"], "states": {"XA": {"regimes": ["UNCC_2024"]}, "XB": {"regimes": ["UNTOC"]}}}}

to(state) := object.union(asked("transmit_request", "MLA", {"convention_in_force_between_parties": true, "issuing_state": "XA", "executing_state": state}), register)

test_register_decides_who_is_bound if {
	found("gate", to("XA")).outcome == "permit"
	found("gate", to("XB")).outcome == "deny"
}

test_string_of_months_decides_nothing if {
	not found("offence", asked("transmit_request", "MLA", {"offence": {"max_custodial_sentence_months": "600"}}))
}
