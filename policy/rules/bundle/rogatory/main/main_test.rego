package rogatory.main_test

import data.rogatory.epo
import data.rogatory.main
import data.rogatory.untoc

test_unknown_regime_denies if {
	d := main.decision with input as {"action": "transmit_order", "instrument": "EPOC", "regime": "NO_SUCH_LAW", "facts": {}}
	d.outcome == "deny"
	d.reasons[0].rule == "ROG-UNKNOWN"
}

test_empty_input_denies if {
	d := main.decision with input as {}
	d.outcome == "deny"
}

test_facts_that_are_no_object_deny if {
	d := main.decision with input as {"action": "transmit_order", "instrument": "EPOC", "regime": "EU_2023_1543", "facts": []}
	d.outcome == "deny"
}

test_unknown_action_denies if {
	some regime, instrument in {"EU_2023_1543": "EPOC", "UNTOC": "MLA"}
	d := main.decision with input as {"action": "fly_to_the_moon", "instrument": instrument, "regime": regime, "facts": {}}
	d.outcome == "deny"
	d.reasons[0].rule == "ROG-UNKNOWN"
}

test_no_facts_deny if {
	every action in ["transmit_order", "produce_data", "use_evidence", "raise_refusal_ground", "withhold_user_notice"] {
		d := main.decision with input as {"action": action, "instrument": "EPOC", "regime": "EU_2023_1543", "facts": {}}
		d.outcome == "deny"
		"ROG-TOTAL" in {r.rule | some r in d.reasons}
	}
}

register(regimes) := {"states": {"XA": {"regimes": regimes}, "XB": {"regimes": ["EU_2023_1543", "UNTOC", "TIP_PROTOCOL"]}, "DK": {"regimes": ["EU_2023_1543"]}}}

order(from, to, regimes) := {
	"action": "transmit_order", "instrument": "EPOC", "regime": "EU_2023_1543",
	"facts": {"issuing_state": from, "addressee_state": to}, "context": register(regimes),
}

states_outcome(from, to, regimes) := o if {
	some f in epo.findings with input as order(from, to, regimes)
	f.check == "states"
	o := f.outcome
}

test_user_assigned_states_by_register if {
	states_outcome("XA", "XB", ["EU_2023_1543"]) == "permit"
	states_outcome("XA", "XB", ["UNTOC"]) == "deny"
	states_outcome("XA", "XC", ["EU_2023_1543"]) == "deny"
	states_outcome("FR", "XB", []) == "permit"
}

# The table of real States decides for them, whatever the register says.
test_real_states_by_table if {
	states_outcome("FR", "IE", []) == "permit"
	states_outcome("FR", "DK", []) == "deny"
	states_outcome("DK", "FR", []) == "deny"
	states_outcome("NO", "FR", []) == "deny"
}

gate_outcome(regime, regimes) := o if {
	some f in untoc.findings with input as {
		"action": "transmit_request", "instrument": "MLA", "regime": regime, "context": register(regimes),
		"facts": {"issuing_state": "XA", "executing_state": "XB", "convention_in_force_between_parties": true},
	}
	f.check == "gate"
	o := f.outcome
}

test_convention_by_register if {
	gate_outcome("UNTOC", ["UNTOC"]) == "permit"
	gate_outcome("UNTOC", ["EU_2023_1543"]) == "deny"
	gate_outcome("TIP_PROTOCOL", ["UNTOC", "TIP_PROTOCOL"]) == "permit"
	gate_outcome("TIP_PROTOCOL", ["UNTOC"]) == "deny"
}
