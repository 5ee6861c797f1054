# Facts that nobody has to state, but that count when somebody does.
package rogatory.epo_flags_test

import data.rogatory.epo

found(check, action, facts) := f if {
	some f in epo.findings with input as {"action": action, "instrument": "EPOC", "regime": "EU_2023_1543", "facts": facts}
	f.check == check
}

test_interception_is_refused_by_its_name if {
	f := found("stored_data", "transmit_order", {"measure": "interception_of_telecommunications"})
	f.outcome == "deny"
	"interception_not_covered" in f.do
}

test_stored_content_is_no_interception if {
	not found("stored_data", "transmit_order", {"measure": "obtain_stored_content"})
}

test_privileged_data_wait_for_the_issuing_authority if {
	f := found("privileged_production", "produce_data", {"privileged_data": true})
	f.outcome == "human_review"
	f.rule == "EPO-P-04"
	"preserve_data" in f.do
}

test_other_data_do_not if {
	not found("privileged_production", "produce_data", {"privileged_data": false})
}
