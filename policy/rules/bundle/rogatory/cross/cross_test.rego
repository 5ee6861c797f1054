# The safeguards under another instrument's regime: they speak where their facts are
# there, ask for nothing where they are not, and leave a regime its own rows.
package rogatory.cross_test

import data.rogatory.cross

asked(regime, action, facts) := {"action": action, "instrument": "MLA", "regime": regime, "facts": facts}

found(check, regime, action, facts) := f if {
	some f in cross.findings with input as asked(regime, action, facts)
	f.check == check
}

test_silent_without_facts if {
	every regime in ["UNTOC", "EIO_2014_41", "BUDAPEST_185", "EU_2023_1543", "UNODC_FORMS"] {
		every action in ["transmit_request", "execute_request", "use_evidence", "onward_transfer", "release_to_investigator", "refuse_request"] {
			count(cross.findings) == 0 with input as asked(regime, action, {})
			count(cross.required) == 0 with input as asked(regime, action, {})
			count(cross.settled) == 0 with input as asked(regime, action, {})
		}
	}
}

test_required_at_home if {
	"retention" in cross.required with input as asked("CROSS_CUTTING", "retain_data", {})
}

test_inaccurate_data_stay_under_every_regime if {
	every regime in ["UNTOC", "EIO_2014_41", "EU_2023_1543"] {
		f := found("accuracy", regime, "onward_share", {"data_known_inaccurate": true})
		f.outcome == "deny"
	}
}

test_match_alone_under_an_order if {
	f := found("machine", "EU_2023_1543", "transmit_order", {"evidence_source": "ai_face_match", "human_reviewer": null})
	f.outcome == "human_review"
	"do_not_act_on_match_alone" in f.do
}

test_human_source_is_no_machine if {
	not found("machine", "EU_2023_1543", "transmit_order", {"evidence_source": "witness"})
}

test_death_penalty_without_word_of_an_assurance if {
	f := found("death_penalty", "BUDAPEST_185", "execute_request", {"death_penalty_possible": true})
	f.outcome == "human_review"
	"request_assurance" in f.do
}

test_own_rows_stay if {
	not found("need_to_know", "UNTOC", "release_to_investigator", {"requester_role": "stranger"})
	not found("size", "EU_2023_1543", "transmit_order", {"identifiers_count": 10000})
	not found("motives", "UNCC_2024", "execute_request", {"risk_indicator": "target_is_critic_of_government"})
	found("need_to_know", "BUDAPEST_185", "release_to_investigator", {"requester_role": "stranger"}).outcome == "deny"
	found("size", "BUDAPEST_185", "transmit_request", {"identifiers_count": 10000}).outcome == "human_review"
	found("motives", "BUDAPEST_185", "execute_request", {"risk_indicator": "target_is_critic_of_government"}).outcome == "human_review"
}

test_strict_necessity_must_be_signed_for if {
	facts := {"category": "health", "strict_necessity_assessed": true, "authorised_by_law": true}
	base := asked("CROSS_CUTTING", "process_special_category_data", facts)
	declared := object.union(base, {"provenance": {"strict_necessity_assessed": "declared"}})
	attested := object.union(base, {"provenance": {"strict_necessity_assessed": "attested"}})
	{f.outcome | some f in cross.findings} == {"human_review"} with input as declared
	{f.outcome | some f in cross.findings} == {"permit"} with input as attested
}

test_share_inside_the_union_is_no_transfer if {
	"third_country" in cross.settled with input as asked("EU_2023_1543", "onward_share", {"recipient": "conducting_authority"})
	not "third_country" in cross.settled with input as asked("EU_2023_1543", "onward_share", {"recipient": "third_state"})
}
