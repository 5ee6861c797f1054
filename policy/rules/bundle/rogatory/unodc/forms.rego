# The least that each form must hold: UFM-01 to UFM-04.
package rogatory.unodc

import data.rogatory.law.epo.threats
import data.rogatory.law.unodc as law
import data.rogatory.lib
import data.rogatory.untoc

open_domain if input.facts.sender_domain in law.open_domains

# METADATA
# title: Identity of the requester
# custom: {rule: UFM-01, article: "UNODC/CTED/IAP model forms, all forms: agency, officer, official contact", mode: auto, src: M}
findings contains f if {
	judged("requester")
	form != "emergency"
	lib.said(input.facts.sender_domain)
	f := lib.finding(rego.metadata.rule(), requester_view)
}

# METADATA
# title: Verified identity in an emergency
# custom: {rule: UFM-02, article: "UNODC/CTED/IAP model forms, emergency disclosure: verified official identity", mode: auto, src: M}
findings contains f if {
	judged("requester")
	form == "emergency"
	lib.said(input.facts.sender_domain)
	f := lib.finding(rego.metadata.rule(), requester_view)
}

requester_view := {
	"check": "requester", "outcome": "human_review", "fact": "requester_verified", "do": ["verify_requester_out_of_band"],
	"text": "requester_unverified: Nobody has verified that the requester is the official named in the form.",
	"ask": "provider contact: Did you reach the requester through a contact of the agency that you know from elsewhere?",
} if {
	input.facts.requester_verified == false
} else := {
	"check": "requester", "outcome": "permit", "fact": "requester_verified",
	"text": "requester_verified: The requester's official identity was verified.",
} if {
	input.facts.requester_verified == true
} else := {
	"check": "requester", "outcome": "human_review", "fact": "sender_domain", "do": ["verify_requester_out_of_band"],
	"text": "requester_from_open_domain: The form came from an address that anybody can open.",
	"ask": "provider contact: Did you reach the requester through a contact of the agency that you know from elsewhere?",
} if {
	open_domain
} else := {
	"check": "requester", "outcome": "permit", "fact": "sender_domain",
	"text": "requester_official: The form came from an official address of the agency.",
}

# identified: what the form may name an account by.
identified if listed(input.facts.account_identifiers)

identified if {
	not input.facts.account_identifiers == []
	listed(input.facts.identifiers)
}

identified if {
	not input.facts.account_identifiers == []
	some name in ["target_identifier", "selector"]
	lib.said(input.facts[name])
}

listed(xs) if {
	is_array(xs)
	count(xs) > 0
}

unidentified if input.facts.account_identifiers == []

unidentified if input.facts.identifiers == []

# gaps: the least that a form must hold and this one lacks, by check.
gaps contains {"check": "identifiers", "fact": "account_identifiers", "do": ["identifier_required", "request_additional_information"], "text": "identifier_missing: The form names no account."} if {
	unidentified
	not identified
}

gaps contains {"check": "date_range", "fact": "date_range_present", "do": ["request_additional_information"], "text": "date_range_missing: The form names no range of dates."} if {
	input.facts.date_range_present == false
}

gaps contains {"check": "categories", "fact": "data_categories", "do": ["request_additional_information"], "text": "categories_missing: The form names no category of data."} if {
	input.facts.data_categories == []
}

gaps contains {"check": "offence", "fact": "offence", "do": ["request_additional_information"], "text": "offence_missing: The form names no offence."} if {
	input.facts.offence == null
}

gaps contains {"check": "offence", "fact": "offence.name", "do": ["request_additional_information"], "text": "offence_missing: The form names no offence."} if {
	input.facts.offence.name == ""
}

gaps contains {"check": "legal_basis", "fact": "legal_basis", "do": ["request_additional_information"], "text": "legal_basis_missing: The form names no legal basis."} if {
	input.facts.legal_basis in {"none", ""}
}

gaps contains {"check": "fields", "fact": sprintf("fields.%s", [name]), "do": ["request_additional_information"], "text": sprintf("form_field_missing: The form lacks %s.", [replace(name, "_", " ")])} if {
	some name in law.fields[form]
	input.facts.fields[name] == false
}

gaps contains {"check": "fields", "fact": "fields.offence_and_facts", "do": ["request_additional_information"], "text": "facts_missing: The form does not tell the facts of the offence."} if {
	input.facts.fields.offence_and_facts == false
}

# full: the checks of the form that the facts answer in full.
full contains "identifiers" if identified

full contains "date_range" if input.facts.date_range_present == true

full contains "categories" if listed(input.facts.data_categories)

full contains "offence" if lib.said(input.facts.offence.name)

full contains "legal_basis" if {
	lib.said(input.facts.legal_basis)
	input.facts.legal_basis != "none"
}

full contains "fields" if {
	every name in law.fields[form] { input.facts.fields[name] == true }
	input.facts.fields.offence_and_facts == true
}

settled contains check if {
	some check in full
	judged(check)
}

# METADATA
# title: Fields of a preservation request
# custom: {rule: UFM-01, article: "UNODC/CTED/IAP model forms, preservation request", mode: auto, src: M}
findings contains f if {
	form == "preservation"
	some gap in gaps
	judged(gap.check)
	f := lib.finding(rego.metadata.rule(), object.union({"outcome": "deny"}, gap))
}

# METADATA
# title: Fields of an emergency disclosure request
# custom: {rule: UFM-02, article: "UNODC/CTED/IAP model forms, emergency disclosure request", mode: auto, src: M}
findings contains f if {
	form == "emergency"
	some gap in gaps
	judged(gap.check)
	f := lib.finding(rego.metadata.rule(), object.union({"outcome": "deny"}, gap))
}

# METADATA
# title: Fields of a voluntary disclosure request
# custom: {rule: UFM-03, article: "UNODC/CTED/IAP model forms, voluntary disclosure request", mode: auto, src: M}
findings contains f if {
	form == "voluntary"
	some gap in gaps
	judged(gap.check)
	f := lib.finding(rego.metadata.rule(), object.union({"outcome": "deny"}, gap))
}

# METADATA
# title: How long to preserve
# custom: {rule: UFM-01, article: "UNODC/CTED/IAP model forms, preservation request: duration", mode: auto, src: M}
findings contains f if {
	judged("duration")
	duration_known
	f := lib.finding(rego.metadata.rule(), duration_view)
}

duration_known if input.facts.desired_duration == null

duration_known if is_string(input.facts.desired_duration)

duration_view := {
	"check": "duration", "outcome": "permit", "fact": "desired_duration", "do": ["preserve_data"],
	"text": "preservation_form_complete: The form says how long the data are to be preserved.",
} if {
	lib.said(input.facts.desired_duration)
} else := {
	"check": "duration", "outcome": "deny", "fact": "desired_duration", "do": ["request_additional_information"],
	"text": "duration_missing: The form does not say how long the data are to be preserved.",
}

# METADATA
# title: Imminent threat
# custom: {rule: UFM-02, article: "UNODC/CTED/IAP model forms, emergency disclosure: nature of emergency, imminent threat", mode: auto, src: M}
findings contains f if {
	judged("threat")
	is_boolean(input.facts.imminent_threat_described)
	is_boolean(input.facts.risk_to_life_or_safety)
	is_boolean(input.facts.significant_and_imminent)
	lib.said(input.facts.threat)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "threat"}, threat_view))
}

threat_view := {
	"outcome": "deny", "fact": "imminent_threat_described", "do": ["describe_imminent_threat", "request_additional_information"],
	"text": "threat_not_described: The form does not say who is in danger, when and why now.",
} if {
	input.facts.imminent_threat_described == false
} else := {
	"outcome": "deny", "fact": "threat", "do": ["not_an_emergency", "not_an_emergency_case", "describe_imminent_threat"],
	"text": "threat_to_property: A threat to property or data alone is no emergency of this form.",
} if {
	input.facts.threat in threats.to_property
} else := {
	"outcome": "deny", "fact": "significant_and_imminent", "do": ["not_an_emergency", "not_an_emergency_case", "describe_imminent_threat"],
	"text": "threat_not_imminent: The form is for an imminent threat to life or of serious injury.",
} if {
	false in {input.facts.risk_to_life_or_safety, input.facts.significant_and_imminent}
} else := {
	"outcome": "permit", "fact": "imminent_threat_described", "do": ["no_prior_mla_request_needed"],
	"text": "threat_described: The form describes an imminent threat to life or of serious injury.",
}

# METADATA
# title: Supervisor
# custom: {rule: UFM-02, article: "UNODC/CTED/IAP model forms, emergency disclosure: supervisor", mode: auto, src: M}
findings contains f if {
	judged("supervisor")
	supervisor_known
	f := lib.finding(rego.metadata.rule(), supervisor_view)
}

supervisor_known if input.facts.supervised_by == null

supervisor_known if is_string(input.facts.supervised_by)

supervisor_view := {
	"check": "supervisor", "outcome": "permit", "fact": "supervised_by",
	"text": "supervised: The form names the supervisor who answers for the request.",
} if {
	lib.said(input.facts.supervised_by)
	input.facts.supervised_by != "none"
} else := {
	"check": "supervisor", "outcome": "deny", "fact": "supervised_by", "do": ["request_additional_information", "verify_requester_out_of_band"],
	"text": "supervisor_missing: The form names no supervisor who answers for the request.",
}

# METADATA
# title: Limited to what is needed
# custom: {rule: UFM-02, article: "UNODC/CTED/IAP model forms, emergency disclosure: limited to data needed", mode: auto, src: M}
findings contains f if {
	judged("need")
	is_boolean(input.facts.data_limited_to_need)
	f := lib.finding(rego.metadata.rule(), need_view)
}

need_view := {
	"check": "need", "outcome": "permit", "fact": "data_limited_to_need",
	"text": "limited: The form asks for the data that avert the threat and for no others.",
} if {
	input.facts.data_limited_to_need == true
} else := {
	"check": "need", "outcome": "human_review", "fact": "data_limited_to_need", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": "not_limited_to_need: The form asks for more than the data that avert the threat.",
	"ask": "requesting authority: Which data are needed to avert the threat?",
}

# METADATA
# title: Necessity and proportionality
# custom: {rule: UFM-03, article: "UNODC/CTED/IAP model forms, voluntary disclosure: necessity and proportionality", mode: auto, src: M}
findings contains f if {
	judged("grounds")
	is_boolean(input.facts.necessity_and_proportionality_grounds_recorded)
	f := lib.finding(rego.metadata.rule(), flag_view(
		"grounds", "necessity_and_proportionality_grounds_recorded",
		"form_grounds: The form says why the data are necessary and the request is in proportion.",
		"form_grounds_missing: The form does not say why the data are necessary and the request is in proportion.",
	))
}

# METADATA
# title: Authority under domestic law
# custom: {rule: UFM-03, article: "UNODC/CTED/IAP model forms, voluntary disclosure: domestic authority", mode: auto, src: M}
findings contains f if {
	judged("domestic_authority")
	is_boolean(input.facts.authorised_by_law)
	f := lib.finding(rego.metadata.rule(), flag_view(
		"domestic_authority", "authorised_by_law",
		"domestic_authority: The law of the requester's State authorises the request.",
		"domestic_authority_missing: The form names no domestic law that authorises the request.",
	))
}

flag_view(check, fact, yes, _) := {"check": check, "outcome": "permit", "fact": fact, "text": yes} if input.facts[fact] == true

flag_view(check, fact, _, no) := {"check": check, "outcome": "deny", "fact": fact, "do": ["request_additional_information"], "text": no} if input.facts[fact] == false

# METADATA
# title: Voluntary disclosure of content
# custom: {rule: UFM-03, article: "UNODC/CTED/IAP model forms, voluntary disclosure; 18 USC 2702", mode: auto, src: V2}
findings contains f if {
	judged("content")
	is_array(input.facts.data_categories)
	lib.said(input.facts.provider_state)
	is_boolean(input.facts.emergency_claimed)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "content"}, content_view))
}

content_view := {
	"outcome": "permit", "fact": "data_categories",
	"text": "no_content: The form asks for no content.",
} if {
	not "content" in input.facts.data_categories
} else := {
	"outcome": "human_review", "fact": "emergency_claimed", "do": ["describe_imminent_threat", "verify_requester_out_of_band"],
	"text": "content_in_emergency: Content is asked for voluntarily in an emergency, for which there is a form of its own.",
	"ask": "requesting authority: Will you ask for the content with the form for emergencies?",
} if {
	input.facts.emergency_claimed == true
} else := {
	"outcome": "deny", "fact": "data_categories", "do": ["use_mutual_legal_assistance", "use_mutual_legal_assistance_or_agreement", "derogation_not_available_for_content"],
	"text": "content_barred: The law of the provider's State bars voluntary disclosure of content outside emergencies.",
} if {
	input.facts.provider_state in law.content_barred
} else := {
	"outcome": "human_review", "fact": "provider_state", "do": ["use_mutual_legal_assistance", "flag_for_counsel"],
	"text": "content_unusual: Voluntary disclosure is normally for data that are no content.",
	"ask": "counsel: Does the law of the provider's State allow voluntary disclosure of content?",
}

# METADATA
# title: Model request for assistance
# custom: {rule: UFM-04, article: "UNODC model request for mutual legal assistance; UNTOC Art. 18(15)", mode: auto, src: V2}
findings contains f if {
	judged("assistance_fields")
	is_object(input.facts.fields)
	lib.said(input.facts.assistance_type)
	is_boolean(input.facts.person_identity_known)
	f := lib.finding(rego.metadata.rule(), object.union(untoc.fields_view, {"check": "assistance_fields"}))
}

# METADATA
# title: The forms bind nobody
# custom: {rule: UFM-04, article: "UNODC model forms; Data Disclosure Framework", mode: auto, src: V2}
findings contains f if {
	judged("declining")
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), {
		"check": "declining", "outcome": "permit", "fact": "reasons_given", "do": ["give_reasons", "use_mutual_legal_assistance"],
		"text": "not_binding: The forms bind nobody, so a request made with one may be declined.",
	})
}
