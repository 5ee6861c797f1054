# Using what was received: speciality, conditions, spontaneous information, victims.
package rogatory.untoc

import data.rogatory.law.untoc as law
import data.rogatory.lib

same_purpose if input.facts.intended_use == input.facts.stated_purpose

exculpates if input.facts.exculpatory == true

purposes_stated if {
	lib.said(input.facts.stated_purpose)
	lib.said(input.facts.intended_use)
	is_boolean(input.facts.prior_consent_of_requested_state)
	is_boolean(input.facts.exculpatory)
}

# METADATA
# title: Speciality
# custom: {rule: UNT-08, article: "UNTOC Art. 18(19)", mode: auto, src: V}
findings contains f if {
	judged("speciality")
	purposes_stated
	f := lib.finding(rego.metadata.rule(), speciality_view("speciality"))
}

speciality_view(check) := {
	"check": check, "outcome": "permit", "fact": "intended_use", "do": ["speciality_applies"],
	"text": "same_purpose: The evidence is used for the purpose stated in the request.",
} if {
	same_purpose
	check == "speciality"
} else := {
	"check": check, "outcome": "permit", "fact": "prior_consent_of_requested_state",
	"text": "consent: The State that supplied the material consented in advance.",
} if {
	input.facts.prior_consent_of_requested_state == true
} else := object.union({"check": check}, exculpatory_view) if {
	exculpates
} else := {
	"check": check, "outcome": "deny", "fact": "prior_consent_of_requested_state", "do": ["obtain_prior_consent"],
	"text": "no_consent: The material may not be used or passed on for anything else without prior consent of the State that supplied it.",
}

# exculpatory_view: notice before disclosing; without delay when that is impossible.
exculpatory_view := {
	"outcome": "permit", "fact": "prior_notice_given", "do": ["consult_if_requested"],
	"text": "exculpatory_notice: Exculpatory material may be disclosed; the other State was notified before.",
} if {
	input.facts.prior_notice_given == true
} else := {
	"outcome": "permit", "fact": "prior_notice_possible", "do": ["inform_requested_state_without_delay"],
	"text": "exculpatory_urgent: Exculpatory material may be disclosed; notice was impossible, so the other State is informed without delay.",
} if {
	input.facts.prior_notice_possible == false
} else := {
	"outcome": "needs_notification", "fact": "prior_notice_given", "do": ["consult_if_requested", "inform_requested_state_without_delay"],
	"text": "exculpatory_no_notice: Before exculpatory material is disclosed, the other State must be notified.",
} if {
	input.facts.prior_notice_given == false
	input.facts.prior_notice_possible == true
}

# METADATA
# title: Passing on
# custom: {rule: UNT-08, article: "UNTOC Art. 18(19)", mode: auto, src: V}
findings contains f if {
	judged("onward")
	purposes_stated
	lib.said(input.facts.recipient)
	f := lib.finding(rego.metadata.rule(), onward_view)
}

onward_view := {
	"check": "onward", "outcome": "permit", "fact": "recipient", "do": ["speciality_applies"],
	"text": "same_proceedings: The recipient works on the proceedings stated in the request.",
} if {
	same_purpose
	input.facts.recipient in law.internal_recipients
} else := speciality_view("onward")

# METADATA
# title: Accepted conditions bind
# custom: {rule: UNT-12, article: "UNTOC Art. 18(26)", mode: auto, src: V}
findings contains f if {
	judged("conditions")
	lib.said(input.facts.condition_accepted)
	input.facts.condition_accepted != "none"
	is_boolean(input.facts.conditions_satisfied)
	f := lib.finding(rego.metadata.rule(), conditions_view)
}

conditions_view := {
	"check": "conditions", "outcome": "deny", "fact": "conditions_satisfied", "do": ["comply_with_conditions"],
	"text": "condition_not_met: A condition that was accepted binds, and the intended use does not keep to it.",
} if {
	input.facts.conditions_satisfied == false
} else := {
	"check": "conditions", "outcome": "permit", "fact": "condition_accepted", "do": ["comply_with_conditions"],
	"text": "condition_binds: A condition that was accepted binds.",
}

settled contains "conditions" if {
	judged("conditions")
	input.facts.condition_accepted == "none"
}

# METADATA
# title: Restrictions set by the sending State
# custom: {rule: TIP-04, article: "Trafficking in Persons Protocol Art. 10(3)", mode: auto, src: V}
findings contains f if {
	judged("sender_restriction")
	lib.said(input.facts.sender_restriction)
	input.facts.sender_restriction != "none"
	lib.said(input.facts.intended_use)
	is_boolean(input.facts.conditions_satisfied)
	f := lib.finding(rego.metadata.rule(), sender_view)
}

sender_view := {
	"check": "sender_restriction", "outcome": "permit", "fact": "sender_restriction", "do": ["comply_with_conditions"],
	"text": "restriction_kept: The use keeps to the restriction that the sending State set.",
} if {
	within_sender_restriction
} else := {
	"check": "sender_restriction", "outcome": "deny", "fact": "sender_restriction", "do": ["comply_with_conditions"],
	"text": "restriction_broken: The receiving State shall comply with the restrictions that the sending State set.",
}

within_sender_restriction if {
	input.facts.conditions_satisfied == true
	input.facts.intended_use in law.restrictions[input.facts.sender_restriction]
}

within_sender_restriction if {
	input.facts.conditions_satisfied == true
	same_purpose
	not input.facts.recipient
}

within_sender_restriction if {
	input.facts.conditions_satisfied == true
	same_purpose
	input.facts.recipient in law.internal_recipients
}

settled contains "sender_restriction" if {
	judged("sender_restriction")
	input.facts.sender_restriction == "none"
}

# METADATA
# title: Giving information unasked
# custom: {rule: UNT-16, article: "UNTOC Art. 18(4)", mode: auto, src: V}
findings contains f if {
	judged("giving")
	is_boolean(input.facts.convention_in_force_between_parties)
	f := lib.finding(rego.metadata.rule(), object.union(gate_view, {"check": "giving"}))
}

# METADATA
# title: Spontaneous information
# custom: {rule: UNT-16, article: "UNTOC Art. 18(4)-(5)", mode: auto, src: V}
findings contains f if {
	judged("spontaneous")
	lib.said(input.facts.restriction)
	lib.said(input.facts.intended_use)
	is_boolean(input.facts.exculpatory)
	f := lib.finding(rego.metadata.rule(), spontaneous_view)
}

spontaneous_view := {
	"check": "spontaneous", "outcome": "permit", "fact": "restriction",
	"text": "no_restriction: The sending State set no restriction.",
} if {
	input.facts.restriction == "none"
} else := object.union({"check": "spontaneous"}, exculpatory_view) if {
	exculpates
} else := {
	"check": "spontaneous", "outcome": "permit", "fact": "restriction", "do": ["comply_with_conditions"],
	"text": "restriction_kept: The use keeps to the restriction that the sending State set.",
} if {
	input.facts.intended_use in law.restrictions[input.facts.restriction]
} else := {
	"check": "spontaneous", "outcome": "deny", "fact": "restriction", "do": ["comply_with_conditions"],
	"text": "restriction_broken: The receiving State shall keep information confidential or limited as the sending State asked.",
} if {
	law.restrictions[input.facts.restriction]
} else := {
	"check": "spontaneous", "outcome": "human_review", "fact": "restriction", "do": ["comply_with_conditions"],
	"text": "restriction_open: The table does not know this restriction, so a person must say whether the use keeps to it.",
	"ask": "central authority: Does the intended use keep to the restriction that the sending State set?",
}

# METADATA
# title: Only those assigned to the case
# custom: {rule: TIP-03, article: "Trafficking in Persons Protocol Art. 6(1)", mode: attest, src: V}
findings contains f if {
	judged("need_to_know")
	lib.said(input.facts.requester_role)
	f := lib.finding(rego.metadata.rule(), need_to_know_view)
}

need_to_know_view := {
	"check": "need_to_know", "outcome": "permit", "fact": "requester_role", "do": ["log_access"],
	"text": "assigned: The requester is assigned to the case; the access is logged.",
} if {
	input.facts.requester_role == "assigned_investigator"
} else := {
	"check": "need_to_know", "outcome": "deny", "fact": "requester_role", "do": ["need_to_know"],
	"text": "not_assigned: Evidence is opened only by those assigned to the case.",
}

# METADATA
# title: Privacy and identity of victims
# custom: {rule: TIP-03, article: "Trafficking in Persons Protocol Art. 6(1)", mode: attest, src: V}
findings contains f if {
	judged("victim_identity")
	lib.said(input.facts.data_subject_role)
	is_boolean(input.facts.identity_masked)
	is_boolean(input.facts.domestic_law_protects_victim_identity)
	f := lib.finding(rego.metadata.rule(), victim_view)
}

victim if input.facts.data_subject_role in {"victim", "trafficking_victim"}

victim_view := {
	"check": "victim_identity", "outcome": "permit", "fact": "data_subject_role",
	"text": "no_victim_data: The material is not about a victim.",
} if {
	not victim
} else := {
	"check": "victim_identity", "outcome": "permit", "fact": "identity_masked", "do": ["restrict_access_to_authorised_staff", "tag_data_subject=victim"],
	"text": "victim_protected: The victim's identity is masked, or the requester is assigned to the case.",
} if {
	victim_covered
} else := {
	"check": "victim_identity", "outcome": "deny", "fact": "identity_masked", "do": ["mask_identity", "restrict_access_to_authorised_staff"],
	"text": "victim_unmasked: Domestic law protects the identity of victims, and it is not masked.",
} if {
	input.facts.domestic_law_protects_victim_identity == true
} else := {
	"check": "victim_identity", "outcome": "human_review", "fact": "domestic_law_protects_victim_identity", "do": ["mask_identity"],
	"text": "victim_open: Domestic law does not protect the victim's identity by itself; a person decides whether this case asks for it.",
	"ask": "investigator: Is this a case in which the privacy and identity of the victim must be protected?",
}

victim_covered if input.facts.identity_masked == true

victim_covered if input.facts.requester_role == "assigned_investigator"

# METADATA
# title: What trafficking in persons is
# custom: {rule: TIP-02, article: "Trafficking in Persons Protocol Art. 3(a)-(d)", mode: auto, src: V}
findings contains f if {
	judged("definition")
	lib.said(input.facts.act)
	lib.whole(input.facts.victim_age)
	is_boolean(input.facts.means_used)
	is_boolean(input.facts.purpose_exploitation)
	f := lib.finding(rego.metadata.rule(), definition_view)
}

definition_view := {
	"check": "definition", "outcome": "deny", "fact": "act",
	"text": "no_act: Trafficking needs recruitment, transportation, transfer, harbouring or receipt of a person.",
} if {
	not input.facts.act in {"recruitment", "transportation", "transfer", "harbouring", "receipt"}
} else := {
	"check": "definition", "outcome": "deny", "fact": "purpose_exploitation",
	"text": "no_exploitation: Trafficking needs the purpose of exploitation.",
} if {
	input.facts.purpose_exploitation == false
} else := {
	"check": "definition", "outcome": "permit", "fact": "victim_age", "do": ["child_victim_safeguards"],
	"text": "child: The victim is under eighteen, so no means need be shown and consent does not matter.",
} if {
	input.facts.victim_age < 18
} else := {
	"check": "definition", "outcome": "permit", "fact": "means_used",
	"text": "means_used: One of the means was used, so the victim's consent does not matter.",
} if {
	input.facts.means_used == true
} else := {
	"check": "definition", "outcome": "deny", "fact": "means_used",
	"text": "no_means: For an adult one of the means of Art. 3(a) must have been used.",
}
