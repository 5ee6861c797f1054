package broker

import (
	"slices"

	"github.com/rogatory/rogatory/policy"
)

// Executor is who does what an obligation asks.
type Executor string

// The executors.
const (
	ByBroker  Executor = "broker"  // by the table, a clock, a gate or the form of a record: nobody need remember it
	ByGateway Executor = "gateway" // by the software of the party that acts
	ByPerson  Executor = "person"  // shown as a duty; a machine cannot do it
	AsNote    Executor = "note"    // says how the law stands; nothing is to be done
)

// Duty says how one obligation code is executed.
type Duty struct {
	Code  string
	By    Executor
	Act   Act       // that fulfils it, where one does
	Clock ClockKind // that runs for it
	How   string
}

// DutyOf finds how an obligation is executed; false for a code that nobody
// executes, with which a permit is worth nothing.
func DutyOf(o policy.Obligation) (Duty, bool) {
	i := slices.IndexFunc(duties, func(d Duty) bool { return d.Code == o.Code })
	if i < 0 {
		return Duty{}, false
	}
	return duties[i], true
}

// Duties lists every obligation code once, in the order of the alphabet.
func Duties() []Duty { return slices.Clone(duties) }

// duties is the one table from obligation to executor.
var duties = []Duty{
	{"address_controller", ByPerson, ActSubmit, "", "name the controller as addressee"},
	{"address_designated_establishment_or_legal_representative", ByPerson, ActSubmit, "", "name the designated establishment or legal representative"},
	{"addressee_stops_execution", ByBroker, ActObject, "", "what was objected to cannot be produced or released"},
	{"assess_art_6_and_40_22", ByPerson, ActDecide, "", "a named person answers the question"},
	{"assess_essential_interests_and_legal_system", ByPerson, ActDecide, "", "a named person answers the question"},
	{"assess_strict_necessity", ByPerson, ActDecide, "", "a named person answers the question"},
	{"availability_window", ByGateway, ActProduce, "", "the sealed object stays in the vault for the window; each fetch gets a new link"},
	{"check_purpose_limitation_LED_4_2", ByPerson, ActShare, "", "state law and purpose of the other use; the use gate is asked again"},
	{"child_victim_safeguards", ByPerson, "", "", "apply the safeguards for children"},
	{"clarification_deadline", ByBroker, ActAnswer, ClockClarification, "the clock runs from the question"},
	{"comply_with_conditions", ByBroker, ActRetrieve, "", "conditions are bound to each exhibit and asked about at each use and sharing"},
	{"confirm_in_writing_forthwith", ByPerson, ActSubmit, "", "send the request in writing"},
	{"confirm_production_request_or_release", ByPerson, ActConfirm, ClockPreservation, "confirm the production request, or let the preservation end"},
	{"consider_conditions", ByPerson, ActRecognise, "", "recognise under conditions"},
	{"consider_consulting_executing_state", ByPerson, ActAsk, "", "consult the other side"},
	{"consider_fundamental_rights_ground", ByPerson, ActObject, "", "examine the ground"},
	{"consider_non_prosecution", ByPerson, ActDecide, "", "a prosecutor answers the question"},
	{"consider_subscriber_data_first", ByPerson, ActSubmit, "", "ask for less"},
	{"consult_enforcing_state_or_eurojust_or_ejn", ByPerson, "", "", "consult outside this exchange, and state the finding"},
	{"consult_if_requested", ByPerson, ActAnswer, "", "answer the consultation"},
	{"consult_issuing_authority", ByBroker, ActAsk, "", "a ground raised without a consultation on record is denied"},
	{"consult_other_member_state", ByPerson, "", "", "consult outside this exchange, and state the finding"},
	{"consult_requesting_state", ByBroker, ActAsk, "", "a refusal without a consultation on record is denied"},
	{"count_statistic", ByBroker, "", "", "every event counted by Art. 28(2) is a record"},
	{"deadline", ByBroker, ActProduce, ClockProduction, "the clock runs from the proof of receipt"},
	{"delete_or_restrict_data", ByBroker, ActCustodial, ClockErase, "the exhibit is restricted at once; the holder signs the deletion"},
	{"derogation_conditions_not_met", AsNote, "", "", "the emergency derogation does not apply"},
	{"derogation_not_available_for_content", AsNote, "", "", "the emergency derogation does not apply"},
	{"describe_imminent_threat", ByPerson, ActSubmit, "", "describe the threat in the sealed part"},
	{"disclose_sufficient_traffic_data", ByPerson, ActProduce, "", "disclose enough to find the other provider"},
	{"discretionary", AsNote, "", "", "the authority may, but need not"},
	{"do_not_act_on_match_alone", ByPerson, "", "", "corroborate first"},
	{"document_transfer", ByBroker, ActShare, "", "the sharing is a record with who, what, to whom and why"},
	{"duties_suspended_until_clarified", ByBroker, ActAnswer, ClockProduction, "the clock rests until the answer"},
	{"encrypt_or_explain", ByGateway, ActProduce, "", "exhibits are sealed to the recipients' keys"},
	{"enforcing_authority_deadline", ByBroker, ActObject, ClockObjection, "the clock runs from the authority's receipt"},
	{"enforcing_authority_objection_window", ByBroker, ActObject, ClockObjection, "the clock runs from the authority's receipt"},
	{"erase_data", ByPerson, ActCustodial, "", "delete, and sign the deletion"},
	{"ex_post_validation_sought_within", ByBroker, ActValidate, ClockExPost, "the order lies in the validator's inbox by the same batch; the clock runs"},
	{"exceptional_ground", AsNote, "", "", "the ground is exceptional"},
	{"execute_as_soon_as_possible", ByPerson, ActProduce, ClockRequested, "execute; a date that was asked for has a clock"},
	{"extend_by", ByBroker, ActExtend, ClockExtension, "the clock is lengthened"},
	{"flag_for_counsel", ByPerson, "", "", "ask counsel"},
	{"formal_confirmation_to_follow", ByPerson, ActSubmit, "", "the signed request is the confirmation where the requested State takes it as one"},
	{"give_reasons", ByBroker, ActRefuse, "", "a refusal without the digest of sealed reasons is not read"},
	{"ground_available", AsNote, "", "", "the ground may be used"},
	{"ground_available_optional", AsNote, "", "", "the ground may be used"},
	{"ground_forbidden", AsNote, "", "", "the ground may not be used"},
	{"ground_not_in_exhaustive_list", AsNote, "", "", "the ground may not be used"},
	{"ground_not_in_list", AsNote, "", "", "the ground may not be used"},
	{"ground_unavailable", AsNote, "", "", "the ground may not be used"},
	{"hold_release", ByBroker, ActRelease, "", "a permit that carries it lets nothing leave or be opened"},
	{"hold_until", ByBroker, ActRelease, ClockHold, "a permit that carries it lets nothing leave or be opened"},
	{"human_intervention_required", ByPerson, ActDecide, "", "a named person decides"},
	{"identifier_required", ByPerson, ActSubmit, "", "name an identifier"},
	{"include_remedies", ByBroker, ActInform, ClockUserNotice, "a notice without the remedies is not read"},
	{"inform_addressee_without_undue_delay", ByBroker, ActWithdraw, "", "a withdrawal goes to the addressee in the batch that records it"},
	{"inform_issuing_authority", ByBroker, "", "", "the act goes to the issuing authority in the batch that records it"},
	{"inform_issuing_authority_before_substituting", ByPerson, ActAsk, "", "consult first"},
	{"inform_originating_authority_without_delay", ByBroker, ActShare, "", "the sharing goes to the producer in the batch that records it"},
	{"inform_requested_state_without_delay", ByBroker, ActShare, "", "use and sharing go to the producer in the batch that records them"},
	{"inform_user_when_ground_ends", ByPerson, ActInform, ClockNoticeReview, "inform the person"},
	{"inform_user_without_undue_delay", ByPerson, ActInform, ClockUserNotice, "inform the person"},
	{"interception_not_covered", AsNote, "", "", "the measure needs another law"},
	{"issue_new_order_if_conditions_met", ByPerson, ActSubmit, "", "issue a new order"},
	{"issuing_authority_informs_user", ByPerson, ActInform, ClockUserNotice, "inform the person; the provider does not"},
	{"judge_must_issue", ByPerson, ActValidate, "", "a judge issues or validates"},
	{"justification_required", ByPerson, ActWithhold, "", "put the justification into case file and certificate"},
	{"keep_ai_output_marked_as_assessment", ByGateway, ActProduce, "", "the manifest bears the mark"},
	{"keep_confidential", ByBroker, "", "", "particulars are sealed; a stranger to the request learns nothing of it"},
	{"log_access", ByBroker, ActRetrieve, "", "no access without a record"},
	{"log_erasure", ByBroker, ActCustodial, "", "the deletion is a record"},
	{"log_purpose_limitation", ByPerson, "", "", "use logs for the purposes of LED Art. 25 only"},
	{"manifest_with_hash", ByBroker, ActProduce, "", "a production without manifest and digests is not read"},
	{"mask_identity", ByPerson, ActProduce, "", "produce the masked version; the use gate denies the other"},
	{"maximum", AsNote, "", "", "the longest period the law allows"},
	{"maximum_extension", ByBroker, ActDelay, ClockRecognitionLonger, "a longer one is not read"},
	{"need_to_know", ByBroker, ActRetrieve, "", "only officers assigned to the request may open"},
	{"no_dual_criminality_test", AsNote, "", "", "dual criminality is not asked for"},
	{"no_ex_post_validation_needed", AsNote, "", "", "no validation is to follow"},
	{"no_notification_required", AsNote, "", "", "nobody is notified"},
	{"no_prior_mla_request_needed", AsNote, "", "", "no other request need go before"},
	{"not_an_emergency", AsNote, "", "", "the emergency rules do not apply"},
	{"not_an_emergency_case", AsNote, "", "", "the emergency rules do not apply"},
	{"notification_at_same_time_as_addressee", ByBroker, ActNotify, "", "one batch holds both copies"},
	{"notify_authority_of_receiving_party", ByBroker, ActNotify, "", "one batch holds both copies; without a named authority the request waits"},
	{"notify_decision_to_issuing_authority_and_addressee", ByBroker, "", "", "the decision goes to both in the batch that records it"},
	{"notify_enforcing_authority", ByBroker, ActNotify, "", "one batch holds both copies; without a named authority the order waits"},
	{"objection_deadline", ByBroker, ActObject, ClockConflict, "an objection after its end is refused"},
	{"objection_invalid", AsNote, "", "", "the objection has no effect"},
	{"objection_out_of_time_effect_not_regulated", ByPerson, ActDecide, "", "a person decides; counsel is asked"},
	{"obtain_prior_authorisation", ByPerson, ActAsk, "", "ask the other State, and state its answer"},
	{"obtain_prior_consent", ByPerson, ActAsk, "", "ask the other State, and state its answer"},
	{"per_category_check", ByBroker, ActSubmit, "", "each category of each target is a line of its own"},
	{"preservation_ceases", ByBroker, ActExpire, ClockPreservation, "the end is a record, told to all"},
	{"preserve_as_long_as_necessary_to_produce", ByBroker, ActConfirm, ClockPreservation, "the clocks stop with the confirmation"},
	{"preserve_data", ByPerson, ActPreserve, "", "the addressee keeps the data and says so"},
	{"preserve_for", ByBroker, ActPreserve, ClockPreservation, "the clock runs from the proof of receipt"},
	{"preserve_for_at_least", ByBroker, ActStop, ClockFollowUp, "an earlier end is denied"},
	{"preserve_until_decision", ByBroker, ActStop, ClockFollowUp, "an earlier end is denied"},
	{"produce_as_soon_as_possible", ByPerson, ActProduce, ClockProduction, "produce; the clock is the latest moment"},
	{"prohibited_practice", AsNote, "", "", "the act is forbidden"},
	{"proportionality_flag", ByPerson, ActDecide, "", "a named person answers the question"},
	{"prosecutor_judicial_or_independent_supervision", ByBroker, ActValidate, "", "the order waits for validation by such an office"},
	{"provide_logs_on_request", ByBroker, "", "", "oversight bodies receive every record"},
	{"provider_return", ByPerson, "", "", "of CETS 224 Art. 8, which is no instrument here yet"},
	{"purpose_limitation", ByBroker, ActRetrieve, "", "another use than the stated one is asked again"},
	{"qualified_electronic_signature_or_seal_required", ByPerson, ActSubmit, "", "sign with a qualified certificate; keys of the trust list say nothing of it yet"},
	{"reclassify_as", ByPerson, ActSubmit, "", "ask for the category that the data are"},
	{"record_residence_and_offence_grounds", ByPerson, ActSubmit, "", "state the facts, attested"},
	{"record_transmission", ByBroker, ActProduce, "", "the transmission is a record"},
	{"rectify_before_transmission", ByPerson, "", "", "correct first"},
	{"refer_to_competent_court", ByPerson, ActAnswer, "", "execution rests until the court upheld"},
	{"remove_item", ByPerson, ActSubmit, "", "send the request again without the item"},
	{"renewal_possible_if_law_allows", AsNote, "", "", "the law allows another period"},
	{"report_by", ByPerson, "", "", "report the figures that Count gives"},
	{"request_additional_information", ByPerson, ActAsk, "", "ask the other side"},
	{"request_assurance", ByPerson, ActAsk, "", "ask the other side"},
	{"request_waiver_if_competent", ByPerson, ActAsk, "", "ask for the waiver"},
	{"restrict_access_to_authorised_staff", ByBroker, ActRetrieve, "", "only officers assigned to the request may open"},
	{"restrict_processing", ByBroker, ActCustodial, "", "a restricted exhibit is not granted"},
	{"review_when_ground_ends", ByPerson, ActWithhold, ClockNoticeReview, "say again that the ground is met, or inform"},
	{"route_to_central_authority", ByPerson, ActSubmit, "", "send between central authorities"},
	{"seek_validation_duty_breached", AsNote, "", "", "validation was not sought in time"},
	{"send_copy_via_central_authorities", ByPerson, ActSubmit, "", "send the copy"},
	{"serve_provider_within", ByPerson, "", "", "of CETS 224 Art. 8, which is no instrument here yet"},
	{"short_justification_in_certificate_if_controller_not_informed", ByPerson, ActSubmit, "", "put the justification into the certificate"},
	{"speciality_applies", ByBroker, ActRetrieve, "", "another use than the stated one is asked again"},
	{"specific_investigation_required", ByPerson, ActSubmit, "", "name the investigation"},
	{"strip_section_M_from_addressee_copy", ByBroker, ActDeliver, "", "section M is never in the addressee's record"},
	{"submit_in_writing", ByPerson, ActSubmit, "", "send in writing"},
	{"suspend_execution", ByBroker, ActObject, ClockProduction, "duties rest; a permit that carries it lets nothing leave or be opened"},
	{"suspensive_effect_until_clearance_or_day_10", ByBroker, ActRelease, ClockHold, "nothing is released before clearance or the end of the tenth day"},
	{"tag_data_subject", ByGateway, ActProduce, "", "the manifest bears the role of the data subject"},
	{"translate_to", ByPerson, ActSubmit, "", "send the request again in an accepted language"},
	{"use_alternative_means", AsNote, "", "", "another way is open"},
	{"use_article_8_or_mla", AsNote, "", "", "another way is open"},
	{"use_decentralised_it_system", ByPerson, ActProduce, "", "transmit through the decentralised IT system"},
	{"use_domestic_order", AsNote, "", "", "another way is open"},
	{"use_expedited_mla", AsNote, "", "", "another way is open"},
	{"use_mutual_legal_assistance", AsNote, "", "", "another way is open"},
	{"use_mutual_legal_assistance_or_EPOC", AsNote, "", "", "another way is open"},
	{"use_mutual_legal_assistance_or_agreement", AsNote, "", "", "another way is open"},
	{"use_other_instrument", AsNote, "", "", "another way is open"},
	{"use_other_legal_basis", AsNote, "", "", "another way is open"},
	{"use_strong_hash", ByGateway, ActProduce, "", "SHA-512 and SHA-256 over the bytes"},
	{"validator_must_be", ByBroker, ActValidate, "", "the order waits; the office comes from the key that signs"},
	{"verify_requester_out_of_band", ByPerson, "", "", "call back"},
	{"withdraw_order", ByBroker, ActWithdraw, "", "validation refused afterwards withdraws by itself; after an objection the issuer does"},
}
