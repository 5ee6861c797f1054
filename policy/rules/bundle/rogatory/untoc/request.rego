# Making a request, UNT-03 to UNT-05, and executing one.
package rogatory.untoc

import data.rogatory.law.untoc as law
import data.rogatory.lib

# METADATA
# title: Central authorities
# custom: {rule: UNT-03, article: "UNTOC Art. 18(13)", mode: auto, src: V}
findings contains f if {
	judged("channel")
	lib.said(input.facts.sent_by)
	lib.said(input.facts.sent_to)
	lib.said(input.facts.sent_via)
	is_boolean(input.facts.urgent)
	f := lib.finding(rego.metadata.rule(), channel_view)
}

channel_view := {
	"check": "channel", "outcome": "human_review", "fact": "sent_via",
	"text": "interpol: In urgent cases a request may go through INTERPOL where the two States agreed to it.",
	"ask": "central authority: Have the two States agreed to send urgent requests through INTERPOL?",
} if {
	input.facts.sent_via in law.channels.interpol
	input.facts.urgent == true
} else := {
	"check": "channel", "outcome": "deny", "fact": "sent_via", "do": ["route_to_central_authority"],
	"text": "interpol_not_urgent: A request that is not urgent goes to the central authority, not through INTERPOL.",
} if {
	input.facts.sent_via in law.channels.interpol
} else := {
	"check": "channel", "outcome": "permit", "fact": "sent_via",
	"text": "diplomatic_channel: The request goes through the diplomatic channel, which a State may ask for.",
} if {
	input.facts.sent_via in law.channels.diplomatic
} else := {
	"check": "channel", "outcome": "permit", "fact": "sent_to",
	"text": "central_authorities: The request goes from central authority to central authority.",
} if {
	input.facts.sent_by in law.channels.central
	input.facts.sent_to in law.channels.central
} else := {
	"check": "channel", "outcome": "deny", "fact": wrong_end, "do": ["route_to_central_authority"],
	"text": "not_central_authority: Requests go between the central authorities that the States designated.",
}

wrong_end := "sent_to" if {
	input.facts.sent_by in law.channels.central
} else := "sent_by"

# METADATA
# title: Written, or oral where urgent and agreed
# custom: {rule: UNT-04, article: "UNTOC Art. 18(14)", mode: auto, src: V}
findings contains f if {
	judged("form")
	lib.said(input.facts.form)
	is_boolean(input.facts.urgent)
	is_boolean(input.facts.states_agree_to_oral_requests)
	f := lib.finding(rego.metadata.rule(), form_view)
}

form_view := {
	"check": "form", "outcome": "permit", "fact": "form",
	"text": "written: The request is in writing or produces a written record.",
} if {
	input.facts.form in law.forms.written
} else := {
	"check": "form", "outcome": "permit", "fact": "states_agree_to_oral_requests", "do": ["confirm_in_writing_forthwith"],
	"text": "oral: The case is urgent and both States agreed to oral requests; it is confirmed in writing forthwith.",
} if {
	input.facts.form in law.forms.oral
	input.facts.urgent == true
	input.facts.states_agree_to_oral_requests == true
} else := {
	"check": "form", "outcome": "deny", "fact": "states_agree_to_oral_requests", "do": ["submit_in_writing"],
	"text": "oral_not_agreed: An oral request needs an agreement of both States.",
} if {
	input.facts.form in law.forms.oral
	input.facts.states_agree_to_oral_requests == false
} else := {
	"check": "form", "outcome": "deny", "fact": "form", "do": ["submit_in_writing"],
	"text": "not_in_writing: The request must be in writing; an oral one is only for urgent cases.",
}

# METADATA
# title: Accepted language
# custom: {rule: UNT-04, article: "UNTOC Art. 18(14)", mode: auto, src: V}
findings contains f if {
	judged("language")
	is_boolean(input.facts.language_acceptable)
	f := lib.finding(rego.metadata.rule(), language_view)
}

language_view := {
	"check": "language", "outcome": "permit", "fact": "language_acceptable",
	"text": "language_accepted: The request is in a language that the requested State accepts.",
} if {
	input.facts.language_acceptable == true
} else := {
	"check": "language", "outcome": "deny", "fact": "language_acceptable", "do": ["translate_to=language_accepted_by_requested_state"],
	"text": "language_not_accepted: The request is not in a language that the requested State accepts.",
}

# METADATA
# title: Authenticity
# custom: {rule: UNT-04, article: "UNTOC Art. 18(14)", mode: auto, src: V}
findings contains f if {
	judged("authenticity")
	is_boolean(input.facts.authenticated)
	f := lib.finding(rego.metadata.rule(), authenticity_view)
}

authenticity_view := {
	"check": "authenticity", "outcome": "permit", "fact": "authenticated",
	"text": "authentic: The requested State can establish that the request is authentic.",
} if {
	input.facts.authenticated == true
} else := {
	"check": "authenticity", "outcome": "deny", "fact": "authenticated", "do": ["request_additional_information"],
	"text": "not_authentic: The requested State cannot establish that the request is authentic.",
}

# needed: para. 15; (c) not for service of documents, (e) where possible.
needed contains name if some name in law.required_fields

needed contains "summary_of_facts" if input.facts.assistance_type != "service_of_judicial_documents"

needed contains "person_identity_if_known" if input.facts.person_identity_known == true

lacking contains name if {
	some name in needed
	input.facts.fields[name] == false
}

fields_held if {
	every name in needed { input.facts.fields[name] == true }
}

# METADATA
# title: Content of the request
# custom: {rule: UNT-05, article: "UNTOC Art. 18(15)", mode: auto, src: V}
findings contains f if {
	judged("fields")
	is_object(input.facts.fields)
	lib.said(input.facts.assistance_type)
	is_boolean(input.facts.person_identity_known)
	requesting
	f := lib.finding(rego.metadata.rule(), fields_view)
}

# METADATA
# title: More information before execution
# custom: {rule: UNT-06, article: "UNTOC Art. 18(16)-(17)", mode: auto, src: V}
findings contains f if {
	judged("fields")
	is_object(input.facts.fields)
	lib.said(input.facts.assistance_type)
	is_boolean(input.facts.person_identity_known)
	not requesting
	f := lib.finding(rego.metadata.rule(), object.union(fields_view, more_wanted))
}

# more_wanted: the requested State may ask for more; it need not turn the request down.
more_wanted := {
	"outcome": "human_review",
	"ask": "central authority: Is the information in the request enough to execute it, or is more asked for?",
} if {
	count(lacking) > 0
} else := {}

fields_view := {
	"check": "fields", "outcome": "deny", "fact": sprintf("fields.%s", [min(lacking)]), "do": ["request_additional_information"],
	"text": sprintf("content_missing: The request lacks %s.", [replace(lib.words(lacking), "_", " ")]),
} if {
	count(lacking) > 0
} else := {
	"check": "fields", "outcome": "permit", "fact": "fields",
	"text": "content_complete: The request holds what paragraph 15 asks for.",
} if {
	fields_held
}

# METADATA
# title: Duties that come with a request
# custom: {rule: UNT-08, article: "UNTOC Art. 18(19)", mode: auto, src: V}
findings contains f if {
	action in {"transmit_request", "execute_request", "release_evidence"}
	judged("gate")
	f := lib.finding(rego.metadata.rule(), {
		"check": "speciality_rule", "outcome": "permit", "fact": "legal_basis", "do": ["speciality_applies"],
		"text": "speciality: What is handed over is used only for the investigations and proceedings stated in the request.",
	})
}

# METADATA
# title: As soon as possible
# custom: {rule: UNT-13, article: "UNTOC Art. 18(24)", mode: auto, src: V}
findings contains f if {
	action in {"transmit_request", "execute_request"}
	judged("gate")
	f := lib.finding(rego.metadata.rule(), {
		"check": "soon", "outcome": "permit", "fact": "legal_basis", "do": ["execute_as_soon_as_possible"],
		"text": "execute_soon: The request is executed as soon as possible, with account of deadlines and their reasons; no fixed period exists.",
	})
}

# METADATA
# title: Purpose of the request
# custom: {rule: UNT-01, article: "UNTOC Art. 18(1)", mode: auto, src: V}
findings contains f if {
	judged("purpose")
	lib.said(input.facts.purpose)
	input.facts.purpose != "prosecute_victim_for_compelled_offence"
	f := lib.finding(rego.metadata.rule(), purpose_view)
}

purpose_view := {
	"check": "purpose", "outcome": "deny", "fact": "purpose", "do": ["specific_investigation_required"],
	"text": "no_investigation: Assistance is for investigations, prosecutions and judicial proceedings, not for monitoring or prevention.",
} if {
	input.facts.purpose in {"general_monitoring", "prevention_intelligence", "staff_performance_ranking"}
} else := {
	"check": "purpose", "outcome": "deny", "fact": "specific_investigation", "do": ["specific_investigation_required"],
	"text": "no_investigation: The request belongs to no specific investigation, prosecution or judicial proceeding.",
} if {
	input.facts.specific_investigation == false
} else := {
	"check": "purpose", "outcome": "permit", "fact": "purpose",
	"text": "investigation: The request serves an investigation, prosecution or judicial proceeding.",
} if {
	input.facts.specific_investigation == true
}

# METADATA
# title: Victims and human-rights saving clause
# custom: {rule: TIP-05, article: "Trafficking in Persons Protocol Art. 14; Dir. 2011/36/EU Art. 8", mode: human, src: V}
findings contains f if {
	judged("purpose")
	input.facts.purpose == "prosecute_victim_for_compelled_offence"
	f := lib.finding(rego.metadata.rule(), {
		"check": "purpose", "outcome": "human_review", "fact": "purpose", "do": ["consider_non_prosecution", "tag_data_subject=victim"],
		"text": "compelled_offence: The person sought is a trafficking victim and the act is one she was forced to commit.",
		"ask": "public prosecutor: Will the victim be prosecuted at all for acts she was compelled to commit?",
	})
}

# METADATA
# title: Motives behind the request
# custom: {rule: UNT-15, article: "UNTOC Art. 18(21)(b), (d)", mode: human, src: V}
findings contains f if {
	judged("risk")
	lib.said(input.facts.risk_indicator)
	input.facts.risk_indicator != "none"
	f := lib.finding(rego.metadata.rule(), risk_view)
}

risk_view := {
	"check": "risk", "outcome": "permit", "fact": "competent_authority_finding",
	"text": "risk_examined: The competent authority examined the indicator and found no ground.",
} if {
	input.facts.competent_authority_finding in law.findings_clear
} else := {
	"check": "risk", "outcome": "human_review", "fact": "risk_indicator", "do": ["assess_essential_interests_and_legal_system"],
	"text": "risk_open: There is an indicator of persecution or of another wrong motive that only a competent authority can assess.",
	"ask": "central authority: Do essential interests or your legal system speak against executing this request?",
}

# METADATA
# title: Essential interests and legal system
# custom: {rule: UNT-10, article: "UNTOC Art. 18(21)(b), (d)", mode: human, src: V}
findings contains f if {
	judged("risk")
	lib.said(input.facts.risk_indicator)
	input.facts.risk_indicator != "none"
	risk_view.outcome == "human_review"
	f := lib.finding(rego.metadata.rule(), risk_view)
}

settled contains "risk" if {
	judged("risk")
	input.facts.risk_indicator == "none"
}

# METADATA
# title: Confidentiality on demand
# custom: {rule: UNT-09, article: "UNTOC Art. 18(20)", mode: auto, src: V}
findings contains f if {
	judged("confidentiality")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	f := lib.finding(rego.metadata.rule(), confidentiality_view)
}

confidentiality_view := {
	"check": "confidentiality", "outcome": "permit", "fact": "confidentiality_required_by_requesting_state", "do": ["keep_confidential"],
	"text": "confidential: The requesting State demands that the fact and the substance of the request stay confidential.",
} if {
	input.facts.confidentiality_required_by_requesting_state == true
} else := {
	"check": "confidentiality", "outcome": "permit", "fact": "confidentiality_required_by_requesting_state",
	"text": "no_confidentiality_demand: The requesting State made no demand of confidentiality.",
}

# METADATA
# title: Disclosing that a request exists
# custom: {rule: UNT-09, article: "UNTOC Art. 18(20)", mode: auto, src: V}
findings contains f if {
	judged("disclosure")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	is_boolean(input.facts.necessary_for_execution)
	f := lib.finding(rego.metadata.rule(), disclosure_view)
}

disclosure_view := {
	"check": "disclosure", "outcome": "permit", "fact": "confidentiality_required_by_requesting_state",
	"text": "no_confidentiality_demand: The requesting State made no demand of confidentiality.",
} if {
	input.facts.confidentiality_required_by_requesting_state == false
} else := {
	"check": "disclosure", "outcome": "permit", "fact": "necessary_for_execution", "do": ["keep_confidential"],
	"text": "disclosure_necessary: Disclosure is allowed only as far as execution needs it; the rest stays confidential.",
} if {
	input.facts.necessary_for_execution == true
} else := {
	"check": "disclosure", "outcome": "deny", "fact": "confidentiality_required_by_requesting_state",
	"do": ["keep_confidential"],
	"text": "disclosure_forbidden: The requesting State demanded confidentiality and execution does not need the disclosure.",
}
