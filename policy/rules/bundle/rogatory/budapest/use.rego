# Reaching data abroad and using what was received: BUD-10, BUD-16, BUD-17.
package rogatory.budapest

import data.rogatory.law.budapest as law
import data.rogatory.lib

# limits: use limits exist only as conditions that somebody made.
limits contains input.facts[name] if {
	some name in ["condition_accepted", "executing_state_condition", "restriction", "sender_restriction"]
	lib.said(input.facts[name])
	input.facts[name] != "none"
}

use_known if {
	input.action != "use_spontaneous_information"
	lib.said(input.facts.stated_purpose)
	lib.said(input.facts.intended_use)
}

use_known if {
	lib.said(input.facts.restriction)
	lib.said(input.facts.stated_purpose)
	lib.said(input.facts.intended_use)
}

use_known if action == "release_evidence"

# METADATA
# title: Conditions that were accepted bind, and only those
# custom: {rule: BUD-10, article: "Budapest Convention (CETS 185) Art. 26(2), 28(2)-(4)", mode: auto, src: V}
findings contains f if {
	judged("conditions")
	lib.said(input.facts.condition_accepted)
	use_known
	f := lib.finding(rego.metadata.rule(), object.union({"check": "conditions", "fact": "condition_accepted"}, conditions_view))
}

conditions_view := {
	"outcome": "permit", "do": unlimited_duties,
	"text": "no_condition: Nobody made the supply depend on a condition, so the convention limits no use.",
} if {
	count(limits) == 0
} else := {
	"outcome": "deny", "fact": "conditions_satisfied", "do": ["comply_with_conditions"],
	"text": "condition_not_met: A condition that was accepted binds, and the use does not keep to it.",
} if {
	input.facts.conditions_satisfied == false
} else := {
	"outcome": "permit", "do": ["comply_with_conditions"],
	"text": "condition_kept: A condition that was accepted binds, and the use keeps to it.",
} if {
	condition_kept
} else := {
	"outcome": "deny", "do": ["comply_with_conditions", "obtain_prior_consent"],
	"text": "other_use: A condition was accepted, the use is not the one stated in the request, and nobody recorded that it keeps to the condition.",
}

unlimited_duties := [] if {
	input.facts.intended_use == input.facts.stated_purpose
} else := [] if {
	action == "release_evidence"
} else := ["check_purpose_limitation_LED_4_2"]

condition_kept if action == "release_evidence"

condition_kept if {
	input.facts.conditions_satisfied == true
	lib.recorded("conditions_satisfied")
}

condition_kept if input.facts.prior_consent_of_requested_state == true

condition_kept if {
	input.facts.intended_use == input.facts.stated_purpose
	not passed_on
}

# The table knows which uses keep to a restriction; the condition may also name the
# one use that it leaves.
condition_kept if {
	every limit in limits { use_within(limit) }
}

use_within(limit) if input.facts.intended_use in law.uses[limit]

use_within(limit) if {
	startswith(plain(limit), "only ")
	contains(plain(limit), plain(input.facts.intended_use))
}

use_within(limit) if {
	startswith(plain(limit), "use only ")
	contains(plain(limit), plain(input.facts.intended_use))
}

plain(text) := replace(lower(text), "_", " ")

# passed_on: the material leaves the authorities that asked for it.
passed_on if {
	action == "onward"
	lib.said(input.facts.recipient)
	not input.facts.recipient in law.internal_recipients
}

# METADATA
# title: Open data, or the consent of who may disclose
# custom: {rule: BUD-17, article: "Budapest Convention (CETS 185) Art. 32", mode: human, src: V}
findings contains f if {
	judged("access")
	access_known
	not no_way_abroad
	f := lib.finding(rego.metadata.rule(), access_view)
}

access_known if {
	every name in ["publicly_available", "consent_given", "consent_voluntary", "authorised_by_law"] { is_boolean(input.facts[name]) }
}

no_way_abroad if {
	input.facts.publicly_available == false
	some name in ["consent_given", "consent_voluntary", "authorised_by_law"]
	input.facts[name] == false
}

access_view := {
	"check": "access", "outcome": "permit", "fact": "publicly_available",
	"text": "open_data: The data are open to the public, wherever they are.",
} if {
	input.facts.publicly_available == true
} else := {
	"check": "access", "outcome": "permit", "fact": "consent_voluntary", "do": ["log_access"],
	"text": "consent_found: It is recorded that the person entitled to disclose the data consented lawfully and voluntarily.",
} if {
	lib.recorded("consent_given")
	lib.recorded("consent_voluntary")
} else := {
	"check": "access", "outcome": "human_review", "fact": "consent_voluntary", "do": ["use_mutual_legal_assistance"],
	"text": "consent_open: Consent is declared, but nobody has found that it is lawful and voluntary.",
	"ask": "competent authority: Did the person entitled to disclose the data consent lawfully and voluntarily?",
}

# METADATA
# title: Otherwise by mutual assistance
# custom: {rule: BUD-16, article: "Budapest Convention (CETS 185) Art. 31(1), 32", mode: auto, src: V}
findings contains f if {
	judged("access")
	access_known
	no_way_abroad
	f := lib.finding(rego.metadata.rule(), {
		"check": "access", "outcome": "deny", "fact": "consent_voluntary", "do": ["use_mutual_legal_assistance", "use_expedited_mla"],
		"text": "no_consent: Data that are not public and to which nobody entitled consented freely are asked for by mutual assistance.",
	})
}

# METADATA
# title: Only those assigned to the case
# custom: {rule: BUD-01, article: "Budapest Convention (CETS 185) Art. 15(1)", mode: auto, src: V}
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
