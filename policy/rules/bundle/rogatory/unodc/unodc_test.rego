# What the law cases cannot show: unverified senders, forms without a name.
package rogatory.unodc_test

import data.rogatory.unodc

asked(instrument, facts) := {"action": "submit_form", "instrument": instrument, "regime": "UNODC_FORMS", "facts": facts, "context": {"confirmed": ["UFM-01", "UFM-02", "UFM-03"]}}

found(check, input_) := f if {
	some f in unodc.findings with input as input_
	f.check == check
}

test_official_address_does_not_verify_anybody if {
	f := found("requester", asked("preservation_request", {"sender_domain": "official", "requester_verified": false}))
	f.outcome == "human_review"
}

test_open_address_without_a_word_on_identity_asks if {
	f := found("requester", asked("emergency_disclosure_request", {"sender_domain": "free_webmail"}))
	f.outcome == "human_review"
	f.rule == "UFM-02"
}

test_form_by_what_it_claims if {
	unodc.form == "emergency" with input as asked("", {"emergency_claimed": true})
	unodc.form == "preservation" with input as asked("", {})
}

test_empty_account_list_stands_although_a_selector_is_there if {
	f := found("identifiers", asked("preservation_request", {"account_identifiers": [], "selector": "x"}))
	f.outcome == "deny"
}

test_unconfirmed_gap_asks_counsel if {
	f := found("duration", object.union(asked("preservation_request", {"desired_duration": null}), {"context": {"confirmed": []}}))
	f.outcome == "human_review"
}
