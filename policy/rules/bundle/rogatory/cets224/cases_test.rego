# Written from the law cases by go test -run CasesInBundle -update. Do not edit.
package rogatory.cets224_cases_test

baseline := {
	"*": {
		"*": {},
		"classify_emergency": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true,"receiving_party_reserved_traffic_data":false,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"impose_penalty": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true,"receiving_party_reserved_traffic_data":false,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true,"receiving_party_reserved_traffic_data":false,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"suspend_execution": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true,"receiving_party_reserved_traffic_data":false,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"transmit_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true,"receiving_party_reserved_traffic_data":false,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
	},
	"MLA": {
		"*": {"instrument":"MLA"},
		"classify_emergency": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"suspend_execution": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"transmit_request": {"legal_basis":"CETS 224 Art 10","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
	},
	"emergency_disclosure": {
		"*": {"instrument":"emergency_disclosure"},
		"classify_emergency": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"suspend_execution": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"transmit_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
	},
	"emergency_disclosure_request": {
		"*": {"instrument":"emergency_disclosure_request"},
		"classify_emergency": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"suspend_execution": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"transmit_request": {"legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"threat":"imminent_threat_to_life","risk_to_life_or_safety":true,"significant_and_imminent":true,"facts_demonstrate_emergency_and_link":true,"sent_via":"24_7_point_of_contact"},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
	},
	"information_exchange": {
		"*": {"instrument":"information_exchange"},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"order_and_supporting_information_complete":true},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"order_and_supporting_information_complete":true},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"order_and_supporting_information_complete":true},
		"suspend_execution": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"order_and_supporting_information_complete":true},
		"transmit_request": {"legal_basis":"CETS 224 Art 6","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"order_and_supporting_information_complete":true},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
	},
	"production_order_via_party": {
		"*": {"instrument":"production_order_via_party"},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"receiving_party_reserved_traffic_data":false,"order_and_supporting_information_complete":true},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"receiving_party_reserved_traffic_data":false,"order_and_supporting_information_complete":true},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_reserved_traffic_data":false,"order_and_supporting_information_complete":true},
		"suspend_execution": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_reserved_traffic_data":false,"order_and_supporting_information_complete":true},
		"transmit_request": {"legal_basis":"CETS 224 Art 8","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_reserved_traffic_data":false,"order_and_supporting_information_complete":true},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
	},
	"subscriber_order": {
		"*": {"instrument":"subscriber_order"},
		"decide_adverse_measure": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"based_solely_on_automated_processing":false,"human_intervention_possible":true,"authorised_by_domestic_law_with_safeguards":true,"data_received_under_protocol":true},
		"deny_enforcement": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"disclose_existence_of_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"confidentiality_required_by_requesting_state":false,"necessary_for_execution":false},
		"execute_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true},
		"impose_penalty": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true},
		"onward_share": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"onward_transfer": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"recipient":"third_state","prior_authorisation_of_transferring_authority":true},
		"postpone_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"process_special_category_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"law_authorises_with_safeguards":true,"strict_necessity_assessed":true},
		"produce_data": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true},
		"raise_refusal_ground": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"refuse_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"ordre_public_or_essential_interests","competent_authority_finding":null,"reasons_given":true},
		"release_evidence_to_requesting_state": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true},
		"release_to_investigator": {"requester_role":"assigned_investigator"},
		"retain_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"storage_time_limit_expired":false,"needed_as_evidence":false,"periodic_review_done":true},
		"submit_form": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true},
		"suspend_execution": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"ground":"interferes_with_ongoing_investigation","competent_authority_finding":null,"reasons_given":true},
		"transmit_data": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"data_known_inaccurate":false},
		"transmit_order": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true},
		"transmit_request": {"legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true,"purpose":"criminal_proceedings","specific_investigation":true,"data_categories":["subscriber"],"receiving_party_declared_judicial_supervision":false,"issued_by":"public_prosecutor","supervised_by":null,"receiving_party_requires_simultaneous_notification":false,"notification_sent":true,"order_and_supporting_information_complete":true},
		"use_evidence": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
		"use_spontaneous_information": {"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true,"stated_purpose":"the_proceedings_of_the_request","intended_use":"the_proceedings_of_the_request","criminal_purpose":true,"prior_consent_of_requested_state":false},
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

test_cet_002 if passes("CETS_224", {"action":"transmit_order","data_categories":["traffic"],"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true}, "deny", ["use_article_8_or_mla"])
test_cet_003 if passes("CETS_224", {"action":"transmit_order","data_categories":["subscriber"],"instrument":"subscriber_order","issued_by":"public_prosecutor","legal_basis":"CETS 224 Art 7","notification_sent":false,"protocol_in_force_between_parties":true,"receiving_party_requires_simultaneous_notification":true}, "needs_notification", ["notify_authority_of_receiving_party"])
test_cet_009 if passes("CETS_224", {"action":"transmit_request","data_categories":["content"],"facts_demonstrate_emergency_and_link":true,"instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","protocol_in_force_between_parties":true,"risk_to_life_or_safety":true,"sent_via":"24_7_point_of_contact","significant_and_imminent":true,"threat":"abducted_child"}, "permit", ["no_prior_mla_request_needed"])
test_cet_011 if passes("CETS_224", {"action":"decide_adverse_measure","authorised_by_domestic_law_with_safeguards":false,"based_solely_on_automated_processing":true,"data_received_under_protocol":true,"human_intervention_possible":false,"legal_basis":"CETS 224 Art 14","protocol_in_force_between_parties":true}, "deny", ["human_intervention_required"])
test_cet_01_a if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":false}, "deny", ["use_other_legal_basis"])
test_cet_01_b if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","protocol_in_force_between_parties":true}, "permit", ["deadline=P30D"])
test_cet_02_a if passes("CETS_224", {"action":"transmit_request","data_categories":["domain_registration"],"legal_basis":"CETS 224 Art 6"}, "permit", ["purpose_limitation"])
test_cet_02_b if passes("CETS_224", {"action":"transmit_request","data_categories":["traffic"],"legal_basis":"CETS 224 Art 6"}, "deny", ["use_article_8_or_mla"])
test_cet_02_c if passes("CETS_224", {"action":"transmit_request","data_categories":["domain_registration"],"legal_basis":"CETS 224 Art 6","order_and_supporting_information_complete":false}, "deny", ["request_additional_information"])
test_cet_03_a if passes("CETS_224", {"action":"transmit_order","data_categories":["subscriber","content"],"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7"}, "deny", ["use_article_8_or_mla"])
test_cet_03_b if passes("CETS_224", {"action":"transmit_order","data_categories":["user_identification_only"],"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7"}, "human_review", ["use_article_8_or_mla"])
test_cet_03_c if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","order_and_supporting_information_complete":false}, "deny", ["request_additional_information"])
test_cet_04_a if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","issued_by":"police","legal_basis":"CETS 224 Art 7","receiving_party_declared_judicial_supervision":true,"supervised_by":null}, "needs_validation", ["prosecutor_judicial_or_independent_supervision"])
test_cet_04_b if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","issued_by":"police","legal_basis":"CETS 224 Art 7","receiving_party_declared_judicial_supervision":true,"supervised_by":"public_prosecutor"}, "permit", ["prosecutor_judicial_or_independent_supervision"])
test_cet_04_c if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","issued_by":"police","legal_basis":"CETS 224 Art 7","receiving_party_declared_judicial_supervision":false,"supervised_by":null}, "permit", [])
test_cet_05_a if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","notification_sent":true,"receiving_party_requires_simultaneous_notification":true}, "permit", ["notify_authority_of_receiving_party"])
test_cet_05_b if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","notification_sent":false,"receiving_party_requires_simultaneous_notification":false}, "permit", ["no_notification_required"])
test_cet_06_a if passes("CETS_224", {"action":"transmit_order","days_since_receipt":31,"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7"}, "permit", ["use_article_8_or_mla"])
test_cet_06_b if passes("CETS_224", {"action":"transmit_order","days_since_receipt":30,"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7"}, "permit", ["deadline=P30D"])
test_cet_06_c if passes("CETS_224", {"action":"impose_penalty","days_since_receipt":31,"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7"}, "deny", ["use_article_8_or_mla"])
test_cet_07_a if passes("CETS_224", {"action":"transmit_request","data_categories":["subscriber"],"instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "permit", ["serve_provider_within=P45D","provider_return=P20D"])
test_cet_07_b if passes("CETS_224", {"action":"transmit_request","data_categories":["subscriber","traffic"],"instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "permit", ["provider_return=P20D","provider_return=P45D"])
test_cet_07_c if passes("CETS_224", {"action":"transmit_request","data_categories":["content"],"instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "deny", ["use_mutual_legal_assistance"])
test_cet_07_d if passes("CETS_224", {"action":"transmit_request","data_categories":["traffic"],"instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8","receiving_party_reserved_traffic_data":true}, "deny", ["use_mutual_legal_assistance"])
test_cet_07_e if passes("CETS_224", {"action":"transmit_request","data_categories":["subscriber"],"instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8","receiving_party_reserved_traffic_data":true}, "permit", ["provider_return=P20D"])
test_cet_07_f if passes("CETS_224", {"action":"transmit_request","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8","order_and_supporting_information_complete":false}, "deny", ["request_additional_information"])
test_cet_07_g if passes("CETS_224", {"action":"refuse_request","ground":"political_offence","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "human_review", ["ground_available_optional"])
test_cet_07_h if passes("CETS_224", {"action":"refuse_request","competent_authority_finding":"substantial_grounds_recorded","ground":"ordre_public_or_essential_interests","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "permit", ["give_reasons"])
test_cet_07_i if passes("CETS_224", {"action":"refuse_request","ground":"own_investigation_convenience","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "deny", ["ground_not_in_list"])
test_cet_07_j if passes("CETS_224", {"action":"refuse_request","ground":"fiscal_offence_only","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8","offence_under_arts_2_to_11":true}, "deny", ["ground_forbidden"])
test_cet_07_k if passes("CETS_224", {"action":"refuse_request","ground":"political_offence","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8","reasons_given":false}, "deny", ["give_reasons"])
test_cet_07_l if passes("CETS_224", {"action":"postpone_request","ground":"interferes_with_ongoing_investigation","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "human_review", ["consider_conditions"])
test_cet_07_m if passes("CETS_224", {"action":"postpone_request","ground":"own_investigation_convenience","instrument":"production_order_via_party","legal_basis":"CETS 224 Art 8"}, "deny", ["ground_not_in_list"])
test_cet_07_n if passes("CETS_224", {"action":"raise_refusal_ground","ground":"interferes_with_ongoing_investigation","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7"}, "human_review", ["ground_available_optional"])
test_cet_08_a if passes("CETS_224", {"action":"transmit_request","instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","risk_to_life_or_safety":false,"threat":"theft_of_cryptocurrency"}, "deny", ["not_an_emergency"])
test_cet_08_b if passes("CETS_224", {"action":"transmit_request","instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","threat":"loss_of_trade_secrets"}, "deny", ["not_an_emergency"])
test_cet_08_c if passes("CETS_224", {"action":"transmit_request","instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","risk_to_life_or_safety":true,"significant_and_imminent":false,"threat":"imminent_threat_to_life"}, "deny", ["not_an_emergency"])
test_cet_08_d if passes("CETS_224", {"action":"transmit_request","facts_demonstrate_emergency_and_link":false,"instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","threat":"imminent_threat_to_life"}, "deny", ["describe_imminent_threat"])
test_cet_08_e if passes("CETS_224", {"action":"transmit_request","facts_demonstrate_emergency_and_link":true,"instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","risk_to_life_or_safety":true,"sent_via":"police_channel","significant_and_imminent":true,"threat":"imminent_threat_to_life"}, "deny", ["use_expedited_mla"])
test_cet_08_f if passes("CETS_224", {"action":"transmit_request","data_categories":["subscriber","traffic","content"],"facts_demonstrate_emergency_and_link":true,"instrument":"emergency_disclosure","legal_basis":"CETS 224 Art 9","risk_to_life_or_safety":true,"significant_and_imminent":true,"threat":"imminent_threat_to_life"}, "permit", ["no_prior_mla_request_needed"])
test_cet_08_g if passes("CETS_224", {"action":"classify_emergency","legal_basis":"CETS 224 Art 9","threat":"loss_of_company_data"}, "deny", ["not_an_emergency"])
test_cet_09_a if passes("CETS_224", {"action":"transmit_request","facts_demonstrate_emergency_and_link":true,"instrument":"MLA","legal_basis":"CETS 224 Art 10","risk_to_life_or_safety":true,"significant_and_imminent":true,"threat":"imminent_threat_to_life"}, "permit", ["use_expedited_mla"])
test_cet_09_b if passes("CETS_224", {"action":"transmit_request","instrument":"MLA","legal_basis":"CETS 224 Art 10","risk_to_life_or_safety":false,"threat":"theft_of_cryptocurrency"}, "deny", ["not_an_emergency"])
test_cet_09_c if passes("CETS_224", {"action":"transmit_request","instrument":"MLA","legal_basis":"CETS 224 Art 11"}, "human_review", [])
test_cet_09_d if passes("CETS_224", {"action":"transmit_request","competent_authority_finding":"agreement_signed","instrument":"MLA","legal_basis":"CETS 224 Art 12"}, "permit", [])
test_cet_10_a if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","purpose":"general_monitoring","specific_investigation":false}, "deny", ["specific_investigation_required"])
test_cet_10_b if passes("CETS_224", {"action":"transmit_order","instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","specific_investigation":true}, "permit", [])
test_cet_11_a if passes("CETS_224", {"action":"decide_adverse_measure","authorised_by_domestic_law_with_safeguards":true,"based_solely_on_automated_processing":true,"data_received_under_protocol":true,"human_intervention_possible":true,"legal_basis":"CETS 224 Art 14"}, "permit", ["human_intervention_required"])
test_cet_11_b if passes("CETS_224", {"action":"decide_adverse_measure","authorised_by_domestic_law_with_safeguards":true,"based_solely_on_automated_processing":true,"data_received_under_protocol":true,"human_intervention_possible":false,"legal_basis":"CETS 224 Art 14"}, "deny", ["human_intervention_required"])
test_cet_11_c if passes("CETS_224", {"action":"decide_adverse_measure","authorised_by_domestic_law_with_safeguards":false,"based_solely_on_automated_processing":true,"data_received_under_protocol":true,"human_intervention_possible":true,"legal_basis":"CETS 224 Art 14"}, "deny", ["human_intervention_required"])
test_cet_11_d if passes("CETS_224", {"action":"decide_adverse_measure","based_solely_on_automated_processing":false,"data_received_under_protocol":true,"legal_basis":"CETS 224 Art 14"}, "permit", [])
test_cet_11_e if passes("CETS_224", {"action":"decide_adverse_measure","authorised_by_domestic_law_with_safeguards":false,"based_solely_on_automated_processing":true,"data_received_under_protocol":false,"human_intervention_possible":false,"legal_basis":"CETS 224 Art 14"}, "human_review", ["human_intervention_required"])
test_cet_11_f if passes("CETS_224", {"action":"onward_transfer","legal_basis":"CETS 224 Art 14","prior_authorisation_of_transferring_authority":false,"recipient":"third_state"}, "deny", ["obtain_prior_authorisation"])
test_cet_11_g if passes("CETS_224", {"action":"onward_transfer","legal_basis":"CETS 224 Art 14","prior_authorisation_of_transferring_authority":true,"recipient":"third_state"}, "permit", ["document_transfer"])
test_cet_11_h if passes("CETS_224", {"action":"onward_share","legal_basis":"CETS 224 Art 14","recipient":"assigned_investigator"}, "permit", ["purpose_limitation"])
test_cet_11_i if passes("CETS_224", {"action":"use_evidence","criminal_purpose":false,"intended_use":"school admission checks","legal_basis":"CETS 224 Art 14","stated_purpose":"hacking case A"}, "deny", ["purpose_limitation"])
test_cet_11_j if passes("CETS_224", {"action":"use_evidence","criminal_purpose":true,"intended_use":"fraud case B","legal_basis":"CETS 224 Art 14","stated_purpose":"hacking case A"}, "human_review", ["purpose_limitation"])
test_cet_11_k if passes("CETS_224", {"action":"use_evidence","intended_use":"hacking case A","legal_basis":"CETS 224 Art 14","stated_purpose":"hacking case A"}, "permit", ["purpose_limitation"])
test_cet_11_l if passes("CETS_224", {"action":"use_evidence","intended_use":"fraud case B","legal_basis":"CETS 224 Art 14","prior_consent_of_requested_state":true,"stated_purpose":"hacking case A"}, "permit", ["purpose_limitation"])
test_cet_11_m if passes("CETS_224", {"action":"transmit_data","data_known_inaccurate":true,"legal_basis":"CETS 224 Art 14"}, "deny", ["rectify_before_transmission"])
test_cet_11_n if passes("CETS_224", {"action":"process_special_category_data","category":"sexual_orientation","law_authorises_with_safeguards":false,"legal_basis":"CETS 224 Art 14","strict_necessity_assessed":false}, "deny", ["assess_strict_necessity"])
test_cet_11_o if passes("CETS_224", {"action":"process_special_category_data","category":"sexual_orientation","law_authorises_with_safeguards":true,"legal_basis":"CETS 224 Art 14","strict_necessity_assessed":false}, "human_review", ["assess_strict_necessity"])
test_cet_11_p if passes("CETS_224", {"action":"retain_data","legal_basis":"CETS 224 Art 14","needed_as_evidence":false,"storage_time_limit_expired":true}, "deny", ["erase_data"])
test_cet_11_q if passes("CETS_224", {"action":"retain_data","legal_basis":"CETS 224 Art 14","needed_as_evidence":true,"storage_time_limit_expired":true}, "permit", ["restrict_processing"])
test_cet_11_r if passes("CETS_224", {"action":"retain_data","legal_basis":"CETS 224 Art 14","periodic_review_done":false}, "human_review", [])
test_cet_11_s if passes("CETS_224", {"action":"release_to_investigator","instrument":"subscriber_order","requester_role":"analyst_without_case_assignment"}, "deny", ["need_to_know"])
test_cet_03_d if passes("CETS_224", {"action":"disclose_existence_of_request","confidentiality_required_by_requesting_state":true,"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","necessary_for_execution":false}, "deny", ["keep_confidential"])
test_cet_03_e if passes("CETS_224", {"action":"disclose_existence_of_request","confidentiality_required_by_requesting_state":true,"instrument":"subscriber_order","legal_basis":"CETS 224 Art 7","necessary_for_execution":true}, "permit", ["keep_confidential"])
