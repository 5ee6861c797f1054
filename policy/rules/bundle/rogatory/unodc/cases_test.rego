# Written from the law cases by go test -run CasesInBundle -update. Do not edit.
package rogatory.unodc_cases_test

baseline := {
	"*": {
		"*": {},
		"execute_request": {"legal_basis":"code of criminal procedure","sender_domain":"official","account_identifiers":["account-1"],"date_range_present":true,"data_categories":["subscriber"],"offence":{"name":"fraud"},"fields":{"requesting_authority":true,"subject_matter_and_conducting_authority":true,"summary_of_facts":true,"assistance_sought":true,"purpose":true,"person_identity_if_known":true,"authority":true,"offence_and_facts":true,"data_and_relationship":true,"custodian_or_location_if_known":true,"necessity":true,"intent_to_submit_mla":true},"desired_duration":"P90D","imminent_threat_described":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"supervised_by":"head of unit","data_limited_to_need":true,"necessity_and_proportionality_grounds_recorded":true,"authorised_by_law":true,"provider_state":"US","emergency_claimed":false,"assistance_type":"production_of_records","person_identity_known":true},
		"produce_data": {"legal_basis":"code of criminal procedure","sender_domain":"official","account_identifiers":["account-1"],"date_range_present":true,"data_categories":["subscriber"],"offence":{"name":"fraud"},"fields":{"requesting_authority":true,"subject_matter_and_conducting_authority":true,"summary_of_facts":true,"assistance_sought":true,"purpose":true,"person_identity_if_known":true,"authority":true,"offence_and_facts":true,"data_and_relationship":true,"custodian_or_location_if_known":true,"necessity":true,"intent_to_submit_mla":true},"desired_duration":"P90D","imminent_threat_described":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"supervised_by":"head of unit","data_limited_to_need":true,"necessity_and_proportionality_grounds_recorded":true,"authorised_by_law":true,"provider_state":"US","emergency_claimed":false,"assistance_type":"production_of_records","person_identity_known":true},
		"raise_refusal_ground": {"reasons_given":true},
		"refuse_request": {"reasons_given":true},
		"submit_form": {"legal_basis":"code of criminal procedure","sender_domain":"official","account_identifiers":["account-1"],"date_range_present":true,"data_categories":["subscriber"],"offence":{"name":"fraud"},"fields":{"requesting_authority":true,"subject_matter_and_conducting_authority":true,"summary_of_facts":true,"assistance_sought":true,"purpose":true,"person_identity_if_known":true,"authority":true,"offence_and_facts":true,"data_and_relationship":true,"custodian_or_location_if_known":true,"necessity":true,"intent_to_submit_mla":true},"desired_duration":"P90D","imminent_threat_described":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"supervised_by":"head of unit","data_limited_to_need":true,"necessity_and_proportionality_grounds_recorded":true,"authorised_by_law":true,"provider_state":"US","emergency_claimed":false,"assistance_type":"production_of_records","person_identity_known":true},
		"transmit_order": {"legal_basis":"code of criminal procedure","sender_domain":"official","account_identifiers":["account-1"],"date_range_present":true,"data_categories":["subscriber"],"offence":{"name":"fraud"},"fields":{"requesting_authority":true,"subject_matter_and_conducting_authority":true,"summary_of_facts":true,"assistance_sought":true,"purpose":true,"person_identity_if_known":true,"authority":true,"offence_and_facts":true,"data_and_relationship":true,"custodian_or_location_if_known":true,"necessity":true,"intent_to_submit_mla":true},"desired_duration":"P90D","imminent_threat_described":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"supervised_by":"head of unit","data_limited_to_need":true,"necessity_and_proportionality_grounds_recorded":true,"authorised_by_law":true,"provider_state":"US","emergency_claimed":false,"assistance_type":"production_of_records","person_identity_known":true},
		"transmit_request": {"legal_basis":"code of criminal procedure","sender_domain":"official","account_identifiers":["account-1"],"date_range_present":true,"data_categories":["subscriber"],"offence":{"name":"fraud"},"fields":{"requesting_authority":true,"subject_matter_and_conducting_authority":true,"summary_of_facts":true,"assistance_sought":true,"purpose":true,"person_identity_if_known":true,"authority":true,"offence_and_facts":true,"data_and_relationship":true,"custodian_or_location_if_known":true,"necessity":true,"intent_to_submit_mla":true},"desired_duration":"P90D","imminent_threat_described":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"supervised_by":"head of unit","data_limited_to_need":true,"necessity_and_proportionality_grounds_recorded":true,"authorised_by_law":true,"provider_state":"US","emergency_claimed":false,"assistance_type":"production_of_records","person_identity_known":true},
	},
}

# confirmed: the cases show what the rules of unverified source say.
confirmed := ["CET-01","CET-02","CET-03","CET-04","CET-05","CET-06","CET-07","CET-08","CET-09","CET-10","CET-11","EIO-02","EIO-04","EIO-05","EIO-07","EIO-10","EIO-12","UFM-01","UFM-02","UFM-03","UNC-01","UNC-04","UNC-05","UNC-06","UNC-07","UNC-08","UNC-09","UNC-10","UNC-11","UNC-12","XC-09"]


# passes: the decision is the expected one and holds every obligation named.
passes(regime, facts, expect, also) if {
	instrument := object.get(facts, "instrument", "")
	by_action := object.get(baseline, instrument, object.get(baseline, "*", {}))
	all := object.union(object.get(by_action, facts.action, {}), facts)
	d := data.rogatory.main.decision with input as {
		"action": facts.action, "instrument": instrument,
		"regime": regime, "facts": all, "provenance": {name: "derived" | some name, _ in all}, "context": {"confirmed": confirmed},
	}
	d.outcome == expect
	every o in also { o in d.obligations }
}

test_ufm_003 if passes("UNODC_FORMS", {"account_identifiers":[],"action":"submit_form","date_range_present":true,"instrument":"preservation_request"}, "deny", ["identifier_required"])
test_ufm_01_a if passes("UNODC_FORMS", {"account_identifiers":["user@example.org"],"action":"submit_form","date_range_present":true,"desired_duration":"P90D","instrument":"preservation_request"}, "permit", ["preserve_data"])
test_ufm_01_b if passes("UNODC_FORMS", {"action":"submit_form","date_range_present":false,"instrument":"preservation_request"}, "deny", ["request_additional_information"])
test_ufm_01_c if passes("UNODC_FORMS", {"action":"submit_form","desired_duration":null,"instrument":"preservation_request"}, "deny", ["request_additional_information"])
test_ufm_01_d if passes("UNODC_FORMS", {"action":"submit_form","instrument":"preservation_request","offence":null}, "deny", ["request_additional_information"])
test_ufm_01_e if passes("UNODC_FORMS", {"action":"submit_form","data_categories":[],"instrument":"preservation_request"}, "deny", ["request_additional_information"])
test_ufm_01_f if passes("UNODC_FORMS", {"action":"submit_form","instrument":"preservation_request","legal_basis":"none"}, "deny", ["request_additional_information"])
test_ufm_01_g if passes("UNODC_FORMS", {"action":"submit_form","fields":{"intent_to_submit_mla":false},"instrument":"preservation_request"}, "deny", ["request_additional_information"])
test_ufm_01_h if passes("UNODC_FORMS", {"action":"submit_form","fields":{"offence_and_facts":false},"instrument":"preservation_request"}, "deny", ["request_additional_information"])
test_ufm_01_i if passes("UNODC_FORMS", {"action":"submit_form","instrument":"preservation_request","requester_verified":false,"sender_domain":"free_webmail"}, "human_review", ["verify_requester_out_of_band"])
test_ufm_01_j if passes("UNODC_FORMS", {"action":"submit_form","instrument":"preservation_request","requester_verified":true,"sender_domain":"free_webmail"}, "permit", [])
test_ufm_02_a if passes("UNODC_FORMS", {"action":"submit_form","data_categories":["content"],"data_limited_to_need":true,"imminent_threat_described":true,"instrument":"emergency_disclosure_request","requester_verified":true,"supervised_by":"head of unit","threat":"abducted_child"}, "permit", ["no_prior_mla_request_needed"])
test_ufm_02_b if passes("UNODC_FORMS", {"action":"submit_form","imminent_threat_described":true,"instrument":"emergency_disclosure_request","requester_verified":false,"sender_domain":"free_webmail"}, "human_review", ["verify_requester_out_of_band"])
test_ufm_02_c if passes("UNODC_FORMS", {"action":"submit_form","imminent_threat_described":false,"instrument":"emergency_disclosure_request"}, "deny", ["describe_imminent_threat"])
test_ufm_02_d if passes("UNODC_FORMS", {"action":"submit_form","instrument":"emergency_disclosure_request","threat":"loss_of_company_data"}, "deny", ["not_an_emergency"])
test_ufm_02_e if passes("UNODC_FORMS", {"action":"submit_form","instrument":"emergency_disclosure_request","significant_and_imminent":false}, "deny", ["not_an_emergency"])
test_ufm_02_f if passes("UNODC_FORMS", {"action":"submit_form","data_limited_to_need":false,"instrument":"emergency_disclosure_request"}, "human_review", ["proportionality_flag"])
test_ufm_02_g if passes("UNODC_FORMS", {"action":"submit_form","instrument":"emergency_disclosure_request","supervised_by":null}, "deny", ["request_additional_information"])
test_ufm_02_h if passes("UNODC_FORMS", {"account_identifiers":[],"action":"submit_form","instrument":"emergency_disclosure_request"}, "deny", ["identifier_required"])
test_ufm_02_i if passes("UNODC_FORMS", {"action":"submit_form","fields":{"necessity":false},"instrument":"emergency_disclosure_request"}, "deny", ["request_additional_information"])
test_ufm_03_a if passes("UNODC_FORMS", {"action":"submit_form","data_categories":["subscriber"],"instrument":"voluntary_disclosure_request","provider_state":"US"}, "permit", [])
test_ufm_03_b if passes("UNODC_FORMS", {"action":"submit_form","data_categories":["content"],"emergency_claimed":false,"instrument":"voluntary_disclosure_request","provider_state":"US"}, "deny", ["use_mutual_legal_assistance"])
test_ufm_03_c if passes("UNODC_FORMS", {"action":"submit_form","data_categories":["content"],"instrument":"voluntary_disclosure_request","provider_state":"BR"}, "human_review", ["flag_for_counsel"])
test_ufm_03_d if passes("UNODC_FORMS", {"action":"submit_form","data_categories":["content"],"emergency_claimed":true,"instrument":"voluntary_disclosure_request","provider_state":"US"}, "human_review", ["describe_imminent_threat"])
test_ufm_03_e if passes("UNODC_FORMS", {"action":"submit_form","instrument":"voluntary_disclosure_request","necessity_and_proportionality_grounds_recorded":false}, "deny", ["request_additional_information"])
test_ufm_03_f if passes("UNODC_FORMS", {"action":"submit_form","authorised_by_law":false,"instrument":"voluntary_disclosure_request"}, "deny", ["request_additional_information"])
test_ufm_03_g if passes("UNODC_FORMS", {"account_identifiers":[],"action":"submit_form","instrument":"voluntary_disclosure_request"}, "deny", ["identifier_required"])
test_ufm_04_a if passes("UNODC_FORMS", {"action":"transmit_request","instrument":"MLA"}, "permit", [])
test_ufm_04_b if passes("UNODC_FORMS", {"action":"transmit_request","fields":{"assistance_sought":false},"instrument":"MLA"}, "deny", ["request_additional_information"])
test_ufm_04_c if passes("UNODC_FORMS", {"action":"refuse_request","instrument":"voluntary_disclosure_request","reasons_given":true}, "permit", ["give_reasons"])
