# Addressee, language, signature, channel, EPO-A, DIT.
package rogatory.epo

import data.rogatory.dit
import data.rogatory.law.epo as law
import data.rogatory.lib

# METADATA
# title: Designated establishment or legal representative
# custom: {rule: EPO-A-01, article: "Reg. (EU) 2023/1543 Art. 7", mode: auto, src: V}
findings contains f if {
	judged("addressee")
	lib.said(input.facts.address_to)
	f := lib.finding(rego.metadata.rule(), addressee_view)
}

addressee_view := {
	"check": "addressee", "outcome": "permit", "fact": "address_to",
	"text": "addressee_regular: The order goes to the designated establishment or the legal representative.",
} if {
	input.facts.address_to in law.addressees.regular
} else := {
	"check": "addressee", "outcome": "permit", "fact": "designated_addressee_reacted",
	"text": "addressee_emergency: In this emergency the designated addressee did not react in time, so another establishment in the Union may be addressed.",
} if {
	input.facts.address_to in law.addressees.emergency_only
	emergency
	input.facts.designated_addressee_reacted == false
	input.facts.deadline_passed_for_designated_addressee == true
} else := {
	"check": "addressee", "outcome": "deny", "fact": "address_to", "do": ["address_designated_establishment_or_legal_representative"],
	"text": "addressee_other_establishment: Another establishment may be addressed only in an emergency after the designated addressee let the deadline pass.",
} if {
	input.facts.address_to in law.addressees.emergency_only
} else := {
	"check": "addressee", "outcome": "deny", "fact": "address_to", "do": ["address_designated_establishment_or_legal_representative"],
	"text": "addressee_wrong: The order must go to the designated establishment or the legal representative.",
}

settled contains "controller" if {
	judged("controller")
	input.facts.addressed_party_role == "controller"
}

# METADATA
# title: Controller first, processor by exception
# custom: {rule: EPO-A-02, article: "Reg. (EU) 2023/1543 Art. 5(6), 5(5)(h)", mode: attest, src: V}
findings contains f if {
	judged("controller")
	lib.said(input.facts.addressed_party_role)
	input.facts.addressed_party_role != "controller"
	f := lib.finding(rego.metadata.rule(), processor_view)
}

processor_view := {
	"check": "controller", "outcome": "deny", "fact": "detriment_reason_recorded", "do": ["justification_required"],
	"text": "detriment_not_recorded: The processor is addressed to protect the investigation, but the reason is not recorded.",
} if {
	input.facts.addressed_party_role == "processor"
	input.facts.controller_identified == true
	input.facts.addressing_controller_detrimental == true
	input.facts.detriment_reason_recorded == false
} else := {
	"check": "controller", "outcome": "permit", "fact": "addressing_controller_detrimental",
	"text": "processor_detriment: Addressing the controller might harm the investigation, and the reason is recorded.",
} if {
	input.facts.addressed_party_role == "processor"
	input.facts.addressing_controller_detrimental == true
	input.facts.detriment_reason_recorded == true
} else := {
	"check": "controller", "outcome": "permit", "fact": "controller_identified",
	"text": "processor_controller_unknown: The controller could not be identified despite reasonable efforts.",
} if {
	input.facts.addressed_party_role == "processor"
	input.facts.controller_identified == false
} else := {
	"check": "controller", "outcome": "deny", "fact": "addressed_party_role", "do": ["address_controller"],
	"text": "address_controller: The controller is known and can be addressed without harm, so the order must go to the controller.",
}

# METADATA
# title: Processor told not to inform the controller
# custom: {rule: EPO-A-03, article: "Reg. (EU) 2023/1543 Art. 5(7)", mode: attest, src: V}
findings contains f if {
	judged("controller")
	input.facts.addressed_party_role == "processor"
	f := lib.finding(rego.metadata.rule(), {
		"check": "controller_informed", "outcome": "permit", "fact": "addressed_party_role",
		"do": ["short_justification_in_certificate_if_controller_not_informed"],
		"text": "processor_informs_controller: The processor informs the controller unless told not to, which the certificate must briefly justify.",
	})
}

# METADATA
# title: Language the addressee accepts
# custom: {rule: EPO-A-04, article: "Reg. (EU) 2023/1543 Art. 9(4), 27", mode: auto, src: V}
findings contains f if {
	judged("language")
	lib.said(input.facts.certificate_language)
	count(input.facts.languages_accepted_by_addressee) > 0
	f := lib.finding(rego.metadata.rule(), language_view)
}

language_view := {
	"check": "language", "outcome": "permit", "fact": "certificate_language",
	"text": "language_accepted: The certificate is in a language that its reader accepts.",
} if {
	input.facts.certificate_language in input.facts.languages_accepted_by_addressee
} else := {
	"check": "language", "outcome": "deny", "fact": "certificate_language",
	"do": [sprintf("translate_to=%s", [concat("|", sort(input.facts.languages_accepted_by_addressee))])],
	"text": "language_not_accepted: The certificate is not in a language that its reader accepts and must be translated.",
}

# METADATA
# title: Qualified signature or seal
# custom: {rule: EPO-A-05, article: "Reg. (EU) 2023/1543 Art. 20, 21(2)", mode: auto, src: V}
findings contains f if {
	judged("signature")
	lib.said(input.facts.signature_level)
	f := lib.finding(rego.metadata.rule(), signature_view)
}

signature_view := {
	"check": "signature", "outcome": "permit", "fact": "signature_level",
	"text": "signature_qualified: The certificate carries a qualified signature or seal.",
} if {
	input.facts.signature_level in law.signatures
} else := {
	"check": "signature", "outcome": "deny", "fact": "signature_level", "do": ["qualified_electronic_signature_or_seal_required"],
	"text": "signature_not_qualified: The certificate needs a qualified electronic signature or seal.",
}

settled contains "channel" if {
	judged("channel")
	dit.by_system
}

# METADATA
# title: Decentralised IT system
# custom: {rule: DIT-01, article: "Reg. (EU) 2023/1543 Art. 19(1), 19(4), 22", mode: auto, src: V}
findings contains f if {
	judged("channel")
	lib.said(input.facts.channel)
	not dit.by_system
	not dit.by_alternative
	f := lib.finding(rego.metadata.rule(), dit.system_view)
}

# METADATA
# title: Alternative means
# custom: {rule: DIT-02, article: "Reg. (EU) 2023/1543 Art. 19(5)-(6)", mode: auto, src: V}
findings contains f if {
	judged("channel")
	dit.by_alternative
	f := lib.finding(rego.metadata.rule(), dit.alternative_view)
}
