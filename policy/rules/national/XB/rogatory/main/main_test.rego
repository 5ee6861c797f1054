package rogatory.main_test

import data.rogatory.main

order(facts) := {"action": "transmit_order", "instrument": "EPOC", "regime": "EU_2023_1543", "facts": object.union(
	{"data_categories": ["content"], "identifiers_count": 1, "enforcing_authority_notified": true},
	facts,
)}

release(facts) := {"action": "release_evidence_to_requesting_state", "instrument": "MLA", "regime": "UNTOC", "facts": facts}

decides(asked, outcome, rule) if {
	d := main.decision with input as asked
	d.outcome == outcome
	d.reasons[0].outcome == outcome
	rule in {r.rule | some r in d.reasons}
}

test_no_facts_deny if {
	decides({"action": "transmit_order"}, "deny", "BRE-00")
	decides({"action": "transmit_order", "facts": []}, "deny", "BRE-00")
}

test_what_the_act_does_not_mention if {
	decides({"action": "use_evidence", "instrument": "EPOC", "regime": "EU_2023_1543", "facts": {}}, "permit", "BRE-00")
	decides(order({"data_categories": ["subscriber"], "enforcing_authority_notified": false}), "permit", "BRE-00")
}

test_content_with_notice if {
	decides(order({}), "permit", "BRE-01")
	d := main.decision with input as order({})
	d.obligations == ["notification_at_same_time_as_addressee"]
}

test_content_without_notice if {
	decides(order({"enforcing_authority_notified": false}), "needs_notification", "BRE-01")
	decides({"action": "transmit_order", "instrument": "EPOC", "facts": {"data_categories": ["content"], "identifiers_count": 1}}, "needs_notification", "BRE-01")
}

test_accounts if {
	decides(order({"identifiers_count": 5}), "permit", "BRE-00")
	decides(order({"identifiers_count": 6}), "human_review", "BRE-02")
	decides(order({"identifiers_count": "1"}), "human_review", "BRE-02")
	d := main.decision with input as order({"identifiers_count": 6})
	d.human_questions == ["issuing authority: Does each of these accounts concern the offence itself?"]
}

test_death_penalty if {
	decides(release({"death_penalty_possible": false}), "permit", "BRE-00")
	decides(release({}), "human_review", "BRE-03")
	decides(release({"death_penalty_possible": true, "assurance_given": true, "assurance_recorded_as_condition": false}), "human_review", "BRE-03")
	decides(release({"death_penalty_possible": true, "assurance_given": true, "assurance_recorded_as_condition": true}), "permit", "BRE-03")
	d := main.decision with input as release({"death_penalty_possible": true})
	d.obligations == ["hold_release", "request_assurance"]
}

test_the_strictest_leads if decides(order({"identifiers_count": 6, "enforcing_authority_notified": false}), "needs_notification", "BRE-02")
