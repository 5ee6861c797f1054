# Written from the law cases by go test -run CasesInBundle -update. Do not edit.
package rogatory.cross_cases_test

baseline := {
	"*": {
		"*": {},
		"decide_adverse_measure": {"based_solely_on_automated_processing":false,"human_intervention_possible":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","category":"none","based_solely_on_profiling":false},
		"delete_data": {"needed_as_evidence":false},
		"deny_enforcement": {"ground":"political_offence","competent_authority_finding":null},
		"disclose_logs": {"recipient":"data_protection_supervisory_authority","purpose":"verify_lawfulness","requested":true},
		"erase_data": {"needed_as_evidence":false},
		"execute_request": {"purpose":"criminal_proceedings","identifiers_count":1,"time_range_days":30,"individual_nexus_explained":true,"alternative_less_intrusive":false,"data_limited_to_need":true,"risk_indicator":"none","competent_authority_finding":null,"death_penalty_possible":false,"data_known_inaccurate":false,"data_subject_role":"suspect","assurance_given":false,"assurance_accepted_by":"none","assurance_recorded_as_condition":true},
		"impose_penalty": {"based_solely_on_automated_processing":false,"human_intervention_possible":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","category":"none","based_solely_on_profiling":false},
		"notify_breach": {"notification_planned_after_hours":24,"reasons_given":false},
		"onward_share": {"new_purpose":"none","stated_purpose":"the_proceedings","intended_use":"the_proceedings","criminal_purpose":true,"necessary_for_criminal_purpose":true,"data_known_inaccurate":false,"data_subject_role":"suspect","recipient":"competent_authority","risk_indicator":"none","competent_authority_finding":null,"prior_authorisation_of_originating_state":true,"immediate_serious_threat":false,"authorisation_obtainable_in_time":true,"transfer_ground":"adequacy_decision","prior_authorisation_of_transferring_state":true,"prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"new_purpose":"none","stated_purpose":"the_proceedings","intended_use":"the_proceedings","criminal_purpose":true,"necessary_for_criminal_purpose":true,"data_known_inaccurate":false,"data_subject_role":"suspect","recipient":"third_country_authority","risk_indicator":"none","competent_authority_finding":null,"prior_authorisation_of_originating_state":true,"immediate_serious_threat":false,"authorisation_obtainable_in_time":true,"transfer_ground":"adequacy_decision","prior_authorisation_of_transferring_state":true,"prior_authorisation_of_transferring_authority":true},
		"process_special_category_data": {"category":"sexual_orientation","strict_necessity_assessed":true,"authorised_by_law":true},
		"produce_data": {"risk_indicator":"none","competent_authority_finding":null,"death_penalty_possible":false,"assurance_given":false,"assurance_accepted_by":"none","assurance_recorded_as_condition":true,"data_known_inaccurate":false,"data_subject_role":"suspect"},
		"raise_refusal_ground": {"ground":"political_offence","competent_authority_finding":null},
		"refuse_request": {"ground":"political_offence","competent_authority_finding":null},
		"release_evidence_to_requesting_state": {"risk_indicator":"none","competent_authority_finding":null,"death_penalty_possible":false,"assurance_given":false,"assurance_accepted_by":"none","assurance_recorded_as_condition":true,"data_known_inaccurate":false,"data_subject_role":"suspect"},
		"release_to_investigator": {"requester_role":"assigned_investigator","justification_recorded":true,"evidence_status":"approved","identity_masked":false,"data_known_inaccurate":false,"data_subject_role":"suspect"},
		"retain_data": {"storage_time_limit_expired":false,"periodic_review_done":true,"needed_as_evidence":false,"erasure_duty_triggered":false,"archiving_rule":null},
		"send_evidence_file": {"new_purpose":"none","stated_purpose":"the_proceedings","intended_use":"the_proceedings","criminal_purpose":true,"necessary_for_criminal_purpose":true,"data_known_inaccurate":false,"data_subject_role":"suspect","recipient":"competent_authority"},
		"submit_form": {"purpose":"criminal_proceedings","identifiers_count":1,"time_range_days":30,"individual_nexus_explained":true,"alternative_less_intrusive":false,"data_limited_to_need":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","risk_indicator":"none","competent_authority_finding":null,"death_penalty_possible":false,"data_known_inaccurate":false,"data_subject_role":"suspect","assurance_given":false,"assurance_accepted_by":"none","assurance_recorded_as_condition":true},
		"transmit_data": {"new_purpose":"none","stated_purpose":"the_proceedings","intended_use":"the_proceedings","criminal_purpose":true,"necessary_for_criminal_purpose":true,"data_known_inaccurate":false,"data_subject_role":"suspect","recipient":"competent_authority"},
		"transmit_order": {"purpose":"criminal_proceedings","identifiers_count":1,"time_range_days":30,"individual_nexus_explained":true,"alternative_less_intrusive":false,"data_limited_to_need":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","risk_indicator":"none","competent_authority_finding":null,"death_penalty_possible":false,"data_known_inaccurate":false,"data_subject_role":"suspect","assurance_given":false,"assurance_accepted_by":"none","assurance_recorded_as_condition":true},
		"transmit_request": {"purpose":"criminal_proceedings","identifiers_count":1,"time_range_days":30,"individual_nexus_explained":true,"alternative_less_intrusive":false,"data_limited_to_need":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","risk_indicator":"none","competent_authority_finding":null,"death_penalty_possible":false,"data_known_inaccurate":false,"data_subject_role":"suspect","assurance_given":false,"assurance_accepted_by":"none","assurance_recorded_as_condition":true},
		"use_ai_output": {"evidence_source":"ai_transaction_flag","output":"match","based_solely_on_profiling":false,"objective_verifiable_facts":true,"independent_corroboration":true,"human_reviewer":"senior_analyst"},
		"use_evidence": {"new_purpose":"none","stated_purpose":"the_proceedings","intended_use":"the_proceedings","criminal_purpose":true,"necessary_for_criminal_purpose":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","data_known_inaccurate":false,"data_subject_role":"suspect"},
		"use_logs": {"purpose":"verify_lawfulness"},
		"use_spontaneous_information": {"new_purpose":"none","stated_purpose":"the_proceedings","intended_use":"the_proceedings","criminal_purpose":true,"necessary_for_criminal_purpose":true,"evidence_source":"investigation","independent_corroboration":true,"human_reviewer":"senior_analyst","data_known_inaccurate":false,"data_subject_role":"suspect"},
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

test_xcu_004 if passes("CROSS_CUTTING", {"action":"onward_transfer","immediate_serious_threat":false,"legal_framework":"LED","originating_member_state":"DE","prior_authorisation_of_originating_state":false,"recipient":"third_country_authority"}, "deny", ["obtain_prior_authorisation"])
test_xcu_005 if passes("CROSS_CUTTING", {"action":"onward_transfer","authorisation_obtainable_in_time":false,"immediate_serious_threat":true,"legal_framework":"LED","necessary_for_criminal_purpose":true,"originating_member_state":"DE","prior_authorisation_of_originating_state":false,"recipient":"third_country_authority","transfer_ground":"adequacy_decision"}, "permit", ["inform_originating_authority_without_delay","document_transfer"])
test_xcu_009 if passes("CROSS_CUTTING", {"action":"retain_data","erasure_duty_triggered":true,"legal_framework":"LED","needed_as_evidence":true}, "permit", ["restrict_processing"])
test_xcu_010 if passes("CROSS_CUTTING", {"action":"transmit_data","data_known_inaccurate":true,"legal_framework":"LED"}, "deny", ["rectify_before_transmission"])
test_xcu_012 if passes("CROSS_CUTTING", {"action":"use_evidence","authorised_by_law":false,"criminal_purpose":false,"legal_framework":"LED","new_purpose":"school_admission_checks"}, "deny", ["purpose_limitation"])
test_xcu_015 if passes("CROSS_CUTTING", {"action":"transmit_request","data_subject_role":"trafficking_victim","instrument":"EPOC","issued_by":"judge","legal_framework":"EU","purpose":"prosecute_victim_for_compelled_offence"}, "human_review", ["consider_non_prosecution","tag_data_subject=victim"])
test_xc_01_a if passes("CROSS_CUTTING", {"action":"use_evidence","authorised_by_law":true,"criminal_purpose":false,"legal_framework":"LED","new_purpose":"family_court_proceedings"}, "permit", ["purpose_limitation"])
test_xc_01_b if passes("CROSS_CUTTING", {"action":"use_evidence","authorised_by_law":true,"criminal_purpose":true,"legal_framework":"LED","necessary_for_criminal_purpose":true,"new_purpose":"second fraud case"}, "permit", ["check_purpose_limitation_LED_4_2"])
test_xc_01_c if passes("CROSS_CUTTING", {"action":"use_evidence","authorised_by_law":true,"criminal_purpose":true,"legal_framework":"LED","necessary_for_criminal_purpose":false,"new_purpose":"second fraud case"}, "deny", ["purpose_limitation"])
test_xc_01_d if passes("CROSS_CUTTING", {"action":"use_evidence","authorised_by_law":false,"criminal_purpose":true,"legal_framework":"LED","new_purpose":"second fraud case"}, "deny", ["check_purpose_limitation_LED_4_2"])
test_xc_01_e if passes("CROSS_CUTTING", {"action":"use_evidence","intended_use":"tax fraud trial","legal_framework":"LED","original_offence":"drug trafficking"}, "human_review", ["check_purpose_limitation_LED_4_2"])
test_xc_01_f if passes("CROSS_CUTTING", {"action":"use_evidence","intended_use":"drug trafficking","legal_framework":"LED","original_offence":"drug trafficking"}, "permit", [])
test_xc_01_g if passes("CROSS_CUTTING", {"action":"onward_share","authorised_by_law":false,"legal_framework":"LED","recipient":"immigration_enforcement_database"}, "deny", ["purpose_limitation"])
test_xc_01_h if passes("CROSS_CUTTING", {"action":"transmit_request","legal_framework":"LED","purpose":"general_monitoring"}, "deny", ["specific_investigation_required"])
test_xc_01_i if passes("CROSS_CUTTING", {"action":"transmit_order","identifiers_count":10000,"individual_nexus_explained":false,"instrument":"EPOC","legal_framework":"EU_2023_1543"}, "human_review", ["proportionality_flag"])
test_xc_01_j if passes("CROSS_CUTTING", {"action":"transmit_order","identifiers_count":100,"individual_nexus_explained":true,"instrument":"EPOC","legal_framework":"EU_2023_1543"}, "permit", [])
test_xc_01_k if passes("CROSS_CUTTING", {"action":"transmit_order","identifiers_count":101,"individual_nexus_explained":true,"instrument":"EPOC","legal_framework":"EU_2023_1543"}, "human_review", ["proportionality_flag","assess_strict_necessity"])
test_xc_01_l if passes("CROSS_CUTTING", {"action":"transmit_request","instrument":"MLA","time_range_days":3650}, "human_review", ["proportionality_flag"])
test_xc_01_m if passes("CROSS_CUTTING", {"action":"transmit_request","instrument":"MLA","time_range_days":730}, "permit", [])
test_xc_01_n if passes("CROSS_CUTTING", {"action":"transmit_order","alternative_less_intrusive":true,"data_categories":["content"],"instrument":"EPOC","legal_framework":"EU_2023_1543"}, "human_review", ["proportionality_flag","consider_subscriber_data_first"])
test_xc_01_o if passes("CROSS_CUTTING", {"action":"submit_form","data_limited_to_need":false}, "human_review", ["proportionality_flag"])
test_xc_02_a if passes("CROSS_CUTTING", {"action":"retain_data","archiving_rule":null,"legal_framework":"LED","needed_as_evidence":false,"periodic_review_done":false,"storage_time_limit_expired":true}, "deny", ["erase_data","log_erasure"])
test_xc_02_b if passes("CROSS_CUTTING", {"action":"retain_data","legal_framework":"LED","needed_as_evidence":true,"storage_time_limit_expired":true}, "permit", ["restrict_processing"])
test_xc_02_c if passes("CROSS_CUTTING", {"action":"retain_data","archiving_rule":"national archives act","legal_framework":"LED","storage_time_limit_expired":true}, "permit", [])
test_xc_02_d if passes("CROSS_CUTTING", {"action":"retain_data","erasure_duty_triggered":true,"legal_framework":"LED","needed_as_evidence":false}, "deny", ["erase_data"])
test_xc_02_e if passes("CROSS_CUTTING", {"action":"retain_data","archiving_rule":"national archives act","erasure_duty_triggered":true,"legal_framework":"LED"}, "deny", ["erase_data"])
test_xc_02_f if passes("CROSS_CUTTING", {"action":"retain_data","legal_framework":"LED","periodic_review_done":false,"storage_time_limit_expired":false}, "human_review", [])
test_xc_02_g if passes("CROSS_CUTTING", {"action":"retain_data","legal_framework":"LED","periodic_review_done":true,"storage_time_limit_expired":false}, "permit", [])
test_xc_02_h if passes("CROSS_CUTTING", {"action":"erase_data","legal_framework":"LED","needed_as_evidence":false}, "permit", ["log_erasure"])
test_xc_02_i if passes("CROSS_CUTTING", {"action":"delete_data","legal_framework":"LED","needed_as_evidence":true}, "deny", ["restrict_processing"])
test_xc_03_a if passes("CROSS_CUTTING", {"action":"transmit_data","data_subject_role":"victim","legal_framework":"LED"}, "permit", ["tag_data_subject=victim"])
test_xc_03_b if passes("CROSS_CUTTING", {"action":"transmit_data","data_known_inaccurate":false,"data_subject_role":"witness","legal_framework":"LED"}, "permit", ["tag_data_subject=other"])
test_xc_03_c if passes("CROSS_CUTTING", {"action":"transmit_data","data_subject_role":"unknown","legal_framework":"LED"}, "human_review", [])
test_xc_03_d if passes("CROSS_CUTTING", {"action":"release_to_investigator","data_known_inaccurate":true,"legal_framework":"LED"}, "deny", ["rectify_before_transmission"])
test_xc_04_a if passes("CROSS_CUTTING", {"action":"process_special_category_data","authorised_by_law":true,"category":"sexual_orientation","legal_framework":"LED","strict_necessity_assessed":false}, "human_review", ["assess_strict_necessity"])
test_xc_04_b if passes("CROSS_CUTTING", {"action":"process_special_category_data","authorised_by_law":true,"category":"sexual_orientation","legal_framework":"LED","strict_necessity_assessed":true}, "permit", ["restrict_access_to_authorised_staff"])
test_xc_04_c if passes("CROSS_CUTTING", {"action":"process_special_category_data","authorised_by_law":false,"category":"sexual_orientation","legal_framework":"LED","strict_necessity_assessed":true}, "deny", ["assess_strict_necessity"])
test_xc_04_d if passes("CROSS_CUTTING", {"action":"process_special_category_data","authorised_by_law":false,"category":"health","legal_framework":"LED","risk_to_life_or_safety":true,"strict_necessity_assessed":true}, "permit", [])
test_xc_04_e if passes("CROSS_CUTTING", {"action":"process_special_category_data","authorised_by_law":false,"category":"political_opinions","legal_framework":"LED","publicly_available":true,"strict_necessity_assessed":true}, "permit", [])
test_xc_05_a if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","based_solely_on_automated_processing":true,"human_intervention_possible":false,"law_authorises_with_safeguards":false,"legal_framework":"LED"}, "deny", ["human_intervention_required"])
test_xc_05_b if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","based_solely_on_automated_processing":true,"human_intervention_possible":true,"law_authorises_with_safeguards":true,"legal_framework":"LED"}, "permit", ["human_intervention_required"])
test_xc_05_c if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","based_solely_on_automated_processing":true,"human_intervention_possible":false,"law_authorises_with_safeguards":true,"legal_framework":"LED"}, "deny", ["human_intervention_required"])
test_xc_05_d if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","based_solely_on_automated_processing":true,"human_intervention_possible":true,"law_authorises_with_safeguards":false,"legal_framework":"LED"}, "deny", ["human_intervention_required"])
test_xc_05_e if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","based_solely_on_automated_processing":false,"legal_framework":"LED"}, "permit", [])
test_xc_05_f if passes("CROSS_CUTTING", {"action":"impose_penalty","based_solely_on_automated_processing":true,"legal_framework":"LED"}, "deny", ["human_intervention_required"])
test_xc_05_g if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","based_solely_on_automated_processing":true,"based_solely_on_profiling":true,"category":"racial_or_ethnic_origin","human_intervention_possible":true,"law_authorises_with_safeguards":true,"legal_framework":"LED"}, "deny", ["prohibited_practice"])
test_xc_06_a if passes("CROSS_CUTTING", {"action":"use_logs","legal_framework":"LED","purpose":"verify_lawfulness"}, "permit", ["log_purpose_limitation"])
test_xc_06_b if passes("CROSS_CUTTING", {"action":"use_logs","legal_framework":"LED","purpose":"staff_performance_ranking"}, "deny", ["log_purpose_limitation"])
test_xc_06_c if passes("CROSS_CUTTING", {"action":"disclose_logs","legal_framework":"LED","recipient":"data_protection_supervisory_authority","requested":true}, "permit", ["provide_logs_on_request"])
test_xc_06_d if passes("CROSS_CUTTING", {"action":"disclose_logs","legal_framework":"LED","recipient":"data_protection_supervisory_authority","requested":false}, "human_review", [])
test_xc_06_e if passes("CROSS_CUTTING", {"action":"disclose_logs","legal_framework":"LED","recipient":"personnel_office"}, "deny", ["log_purpose_limitation"])
test_xc_06_f if passes("CROSS_CUTTING", {"action":"disclose_logs","legal_framework":"LED","purpose":"criminal_proceedings","recipient":"court"}, "permit", [])
test_xc_06_g if passes("CROSS_CUTTING", {"action":"disclose_logs","legal_framework":"LED","purpose":"staff_performance_ranking","recipient":"court"}, "deny", ["log_purpose_limitation"])
test_xc_06_h if passes("CROSS_CUTTING", {"action":"release_to_investigator","evidence_status":"approved","justification_recorded":true,"legal_framework":"LED","requester_role":"assigned_investigator"}, "permit", ["log_access"])
test_xc_06_i if passes("CROSS_CUTTING", {"action":"release_to_investigator","evidence_status":"approved","justification_recorded":false,"legal_framework":"LED","requester_role":"assigned_investigator"}, "deny", ["justification_required"])
test_xc_06_j if passes("CROSS_CUTTING", {"action":"release_to_investigator","justification_recorded":true,"legal_framework":"LED","requester_role":"analyst_without_case_assignment"}, "deny", ["need_to_know"])
test_xc_06_k if passes("CROSS_CUTTING", {"action":"release_to_investigator","evidence_status":"pending","legal_framework":"LED"}, "human_review", ["hold_release"])
test_xc_06_l if passes("CROSS_CUTTING", {"action":"release_to_investigator","evidence_status":"refused","legal_framework":"LED"}, "deny", ["hold_release"])
test_xc_07_a if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","originating_member_state":"DE","prior_authorisation_of_originating_state":true,"recipient":"third_country_authority","transfer_ground":"adequacy_decision"}, "permit", ["document_transfer"])
test_xc_07_b if passes("CROSS_CUTTING", {"action":"onward_transfer","authorisation_obtainable_in_time":true,"immediate_serious_threat":true,"legal_framework":"LED","originating_member_state":"DE","prior_authorisation_of_originating_state":false,"recipient":"third_country_authority"}, "deny", ["obtain_prior_authorisation"])
test_xc_07_c if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","prior_authorisation_of_originating_state":true,"recipient":"third_country_authority","transfer_ground":"none"}, "deny", [])
test_xc_07_d if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","prior_authorisation_of_originating_state":true,"recipient":"third_country_authority","transfer_ground":"exchange_of_letters"}, "human_review", [])
test_xc_07_e if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","necessary_for_criminal_purpose":false,"prior_authorisation_of_originating_state":true,"recipient":"third_country_authority"}, "deny", ["purpose_limitation"])
test_xc_07_f if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","originating_member_state":"none","prior_authorisation_of_originating_state":false,"recipient":"third_country_authority"}, "permit", ["document_transfer"])
test_xc_07_g if passes("CROSS_CUTTING", {"action":"onward_share","legal_framework":"LED","originating_member_state":"DE","prior_authorisation_of_originating_state":false,"recipient":"third_state_authority"}, "deny", ["obtain_prior_authorisation"])
test_xc_07_h if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","prior_authorisation_of_originating_state":true,"prior_authorisation_of_transferring_authority":false,"recipient":"third_country_authority"}, "deny", ["obtain_prior_authorisation"])
test_xcu_07_share if passes("CROSS_CUTTING", {"action":"onward_share","legal_framework":"LED","prior_authorisation_of_originating_state":false,"recipient":"prosecutor_of_other_member_state"}, "permit", [])
test_xc_08_a if passes("CROSS_CUTTING", {"action":"notify_breach","legal_framework":"LED","notification_planned_after_hours":72}, "permit", ["deadline=PT72H"])
test_xc_08_b if passes("CROSS_CUTTING", {"action":"notify_breach","legal_framework":"LED","notification_planned_after_hours":73}, "deny", ["deadline=PT72H"])
test_xc_08_c if passes("CROSS_CUTTING", {"action":"notify_breach","legal_framework":"LED","notification_planned_after_hours":120,"reasons_given":true}, "human_review", ["deadline=PT72H"])
test_xc_09_a if passes("CROSS_CUTTING", {"action":"use_ai_output","based_solely_on_profiling":true,"legal_framework":"AI Act","output":"crime_risk_score"}, "deny", ["prohibited_practice"])
test_xc_09_b if passes("CROSS_CUTTING", {"action":"use_ai_output","based_solely_on_profiling":false,"human_reviewer":"senior_analyst","legal_framework":"AI Act","objective_verifiable_facts":true,"output":"crime_risk_score"}, "permit", ["keep_ai_output_marked_as_assessment"])
test_xc_09_c if passes("CROSS_CUTTING", {"action":"use_ai_output","based_solely_on_profiling":false,"legal_framework":"AI Act","objective_verifiable_facts":false,"output":"crime_risk_score"}, "human_review", ["human_intervention_required"])
test_xc_09_d if passes("CROSS_CUTTING", {"action":"use_ai_output","evidence_source":"ai_face_match","human_reviewer":null,"independent_corroboration":false,"legal_framework":"AI Act"}, "human_review", ["do_not_act_on_match_alone"])
test_xc_09_e if passes("CROSS_CUTTING", {"action":"use_ai_output","evidence_source":"ai_face_match","human_reviewer":"senior_analyst","independent_corroboration":false,"legal_framework":"AI Act"}, "human_review", ["do_not_act_on_match_alone"])
test_xc_09_f if passes("CROSS_CUTTING", {"action":"use_ai_output","evidence_source":"ai_transaction_flag","human_reviewer":"senior_analyst","independent_corroboration":true,"legal_framework":"AI Act"}, "permit", ["keep_ai_output_marked_as_assessment"])
test_xc_09_g if passes("CROSS_CUTTING", {"action":"use_ai_output","evidence_source":"ai_transaction_flag","human_reviewer":null,"independent_corroboration":true,"legal_framework":"AI Act"}, "human_review", ["human_intervention_required"])
test_xc_09_h if passes("CROSS_CUTTING", {"action":"transmit_order","evidence_source":"ai_face_match","human_reviewer":null,"independent_corroboration":false,"instrument":"EPOC","legal_framework":"EU_2023_1543"}, "human_review", ["do_not_act_on_match_alone"])
test_xc_09_i if passes("CROSS_CUTTING", {"action":"decide_adverse_measure","evidence_source":"ai_face_match","independent_corroboration":false,"legal_framework":"LED"}, "human_review", ["do_not_act_on_match_alone"])
test_xcu_10_a if passes("CROSS_CUTTING", {"action":"execute_request","assurance_given":false,"death_penalty_possible":true,"instrument":"MLA","requested_state_law":"prohibits_assistance_without_assurance"}, "deny", ["hold_release","request_assurance"])
test_xcu_10_b if passes("CROSS_CUTTING", {"action":"execute_request","assurance_given":false,"death_penalty_possible":true,"instrument":"MLA","requested_state_law":"allows_refusal_case_by_case"}, "human_review", ["hold_release","request_assurance"])
test_xcu_10_c if passes("CROSS_CUTTING", {"action":"execute_request","assurance_accepted_by":"competent_human_authority","assurance_given":true,"assurance_recorded_as_condition":true,"death_penalty_possible":true,"instrument":"MLA","requested_state_law":"prohibits_assistance_without_assurance"}, "permit", ["comply_with_conditions"])
test_xcu_10_d if passes("CROSS_CUTTING", {"action":"execute_request","assurance_given":true,"death_penalty_possible":true,"instrument":"MLA","requested_state_law":"prohibits_assistance_without_assurance"}, "human_review", ["hold_release"])
test_xcu_10_e if passes("CROSS_CUTTING", {"action":"release_evidence_to_requesting_state","assurance_accepted_by":"competent_human_authority","assurance_given":true,"assurance_recorded_as_condition":false,"death_penalty_possible":true,"instrument":"MLA"}, "human_review", ["hold_release"])
test_xcu_10_f if passes("CROSS_CUTTING", {"action":"refuse_request","ground":"death_penalty","instrument":"MLA"}, "human_review", ["request_assurance"])
test_xc_11_a if passes("CROSS_CUTTING", {"action":"execute_request","instrument":"MLA","risk_indicator":"torture_reported"}, "human_review", ["consider_fundamental_rights_ground","hold_release"])
test_xc_11_b if passes("CROSS_CUTTING", {"action":"execute_request","competent_authority_finding":"no_ground_found","instrument":"MLA","risk_indicator":"torture_reported"}, "permit", [])
test_xc_11_c if passes("CROSS_CUTTING", {"action":"onward_transfer","legal_framework":"LED","recipient":"third_country_authority","risk_indicator":"target_is_critic_of_government"}, "human_review", ["consider_fundamental_rights_ground"])
test_xc_11_d if passes("CROSS_CUTTING", {"action":"refuse_request","ground":"unfair_trial","instrument":"MLA"}, "human_review", ["give_reasons"])
test_xc_11_e if passes("CROSS_CUTTING", {"action":"refuse_request","competent_authority_finding":"substantial_grounds_recorded","ground":"substantial_grounds_persecution_political_opinion","instrument":"MLA"}, "permit", ["give_reasons"])
test_xc_12_a if passes("CROSS_CUTTING", {"action":"refuse_request","ground":"political_offence","instrument":"MLA","legal_basis":"Budapest Art 27"}, "human_review", ["ground_available_optional"])
test_xc_12_b if passes("CROSS_CUTTING", {"action":"raise_refusal_ground","ground":"political_offence","instrument":"EPOC"}, "human_review", ["ground_not_in_exhaustive_list"])
test_xc_12_c if passes("CROSS_CUTTING", {"action":"refuse_request","ground":"political_offence","instrument":"MLA","legal_basis":"UNTOC Art 18"}, "human_review", ["assess_essential_interests_and_legal_system"])
test_xc_13_a if passes("CROSS_CUTTING", {"action":"release_to_investigator","data_subject_role":"trafficking_victim","identity_masked":false,"legal_framework":"LED","requester_role":"analyst_without_case_assignment"}, "deny", ["mask_identity","need_to_know","restrict_access_to_authorised_staff"])
test_xc_13_b if passes("CROSS_CUTTING", {"action":"release_to_investigator","data_subject_role":"trafficking_victim","identity_masked":false,"legal_framework":"LED","requester_role":"assigned_investigator"}, "permit", ["restrict_access_to_authorised_staff","tag_data_subject=victim","log_access"])
test_xc_13_c if passes("CROSS_CUTTING", {"action":"onward_share","authorised_by_law":true,"criminal_purpose":false,"data_subject_role":"trafficking_victim","legal_framework":"LED","recipient":"immigration_enforcement_database"}, "human_review", ["restrict_access_to_authorised_staff"])
test_xc_13_d if passes("CROSS_CUTTING", {"action":"onward_share","authorised_by_law":false,"data_subject_role":"trafficking_victim","legal_framework":"LED","recipient":"immigration_enforcement_database"}, "deny", ["purpose_limitation","restrict_access_to_authorised_staff"])
