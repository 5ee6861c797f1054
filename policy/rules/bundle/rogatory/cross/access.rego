# Who may see what, and what logs may serve: XC-06, XC-13.
package rogatory.cross

import data.rogatory.law.cross as law
import data.rogatory.lib

# METADATA
# title: Only those assigned to the case
# custom: {rule: XC-06, article: "Dir. (EU) 2016/680 Art. 25, 29", mode: auto, src: V}
findings contains f if {
	judged("need_to_know")
	lib.said(input.facts.requester_role)
	f := lib.finding(rego.metadata.rule(), need_to_know_view)
}

need_to_know_view := {
	"check": "need_to_know", "outcome": "permit", "fact": "requester_role", "do": ["log_access"],
	"text": "assigned: The requester is assigned to the case; the access is logged.",
} if {
	input.facts.requester_role in law.staff.assigned
} else := {
	"check": "need_to_know", "outcome": "deny", "fact": "requester_role", "do": ["need_to_know"],
	"text": "not_assigned: Evidence is opened only by those assigned to the case.",
}

# METADATA
# title: Reason for the consultation
# custom: {rule: XC-06, article: "Dir. (EU) 2016/680 Art. 25(1)", mode: auto, src: V}
findings contains f if {
	judged("justification")
	is_boolean(input.facts.justification_recorded)
	f := lib.finding(rego.metadata.rule(), justification_view)
}

justification_view := {
	"check": "justification", "outcome": "permit", "fact": "justification_recorded", "do": ["log_access"],
	"text": "justified: The reason for the consultation is recorded, with date, time and person.",
} if {
	input.facts.justification_recorded == true
} else := {
	"check": "justification", "outcome": "deny", "fact": "justification_recorded", "do": ["justification_required", "log_access"],
	"text": "not_justified: The log of a consultation must make its reason known, and none is recorded.",
}

# METADATA
# title: Approved evidence only
# custom: {rule: XC-06, article: "Dir. (EU) 2016/680 Art. 25(1), 29(2)(e)", mode: auto, src: V}
findings contains f if {
	judged("approval")
	lib.said(input.facts.evidence_status)
	f := lib.finding(rego.metadata.rule(), approval_view)
}

approval_view := {
	"check": "approval", "outcome": "permit", "fact": "evidence_status", "do": ["log_access"],
	"text": "approved: The evidence is approved for release.",
} if {
	input.facts.evidence_status in law.evidence_status.approved
} else := {
	"check": "approval", "outcome": "deny", "fact": "evidence_status", "do": ["hold_release"],
	"text": "release_refused: The release of this evidence was refused.",
} if {
	input.facts.evidence_status in law.evidence_status.refused
} else := {
	"check": "approval", "outcome": "human_review", "fact": "evidence_status", "do": ["hold_release"],
	"text": "not_yet_approved: Nobody has approved the release of this evidence yet.",
	"ask": "receiving authority: Is this evidence approved for release?",
}

# METADATA
# title: Identity of victims
# custom: {rule: XC-13, article: "Dir. 2011/36/EU Art. 8; Dir. 2012/29/EU Art. 21", mode: attest, src: V}
findings contains f if {
	judged("victim_identity")
	lib.said(input.facts.data_subject_role)
	is_boolean(input.facts.identity_masked)
	f := lib.finding(rego.metadata.rule(), victim_view)
}

victim_view := {
	"check": "victim_identity", "outcome": "permit", "fact": "data_subject_role",
	"text": "no_victim_data: The material is not about a victim.",
} if {
	not victim
} else := {
	"check": "victim_identity", "outcome": "permit", "fact": "identity_masked", "do": ["tag_data_subject=victim", "restrict_access_to_authorised_staff"],
	"text": "victim_masked: The victim's identity is masked, or the requester is assigned to the case.",
} if {
	victim_covered
} else := {
	"check": "victim_identity", "outcome": "deny", "fact": "identity_masked", "do": ["mask_identity", "restrict_access_to_authorised_staff"],
	"text": "victim_unmasked: Victims' identities are masked for staff who are not authorised to see them.",
}

victim_covered if input.facts.identity_masked == true

victim_covered if input.facts.requester_role in law.staff.assigned

# METADATA
# title: What logs may serve
# custom: {rule: XC-06, article: "Dir. (EU) 2016/680 Art. 25(2)", mode: auto, src: V}
findings contains f if {
	judged("logs")
	act == "use_logs"
	lib.said(input.facts.purpose)
	f := lib.finding(rego.metadata.rule(), log_purpose_view)
}

log_purpose_view := {
	"check": "logs", "outcome": "permit", "fact": "purpose", "do": ["log_purpose_limitation"],
	"text": "log_purpose: The logs serve to verify lawfulness, self-monitoring, integrity and security, or criminal proceedings.",
} if {
	input.facts.purpose in law.log_purposes
} else := {
	"check": "logs", "outcome": "deny", "fact": "purpose", "do": ["log_purpose_limitation"],
	"text": "log_other_purpose: Logs are used only to verify lawfulness, for self-monitoring, integrity and security, and criminal proceedings.",
}

# METADATA
# title: To whom logs go
# custom: {rule: XC-06, article: "Dir. (EU) 2016/680 Art. 25(2)-(3)", mode: auto, src: V}
findings contains f if {
	judged("logs")
	act == "disclose_logs"
	lib.said(input.facts.recipient)
	lib.said(input.facts.purpose)
	is_boolean(input.facts.requested)
	f := lib.finding(rego.metadata.rule(), log_recipient_view)
}

log_recipient_view := {
	"check": "logs", "outcome": "permit", "fact": "recipient", "do": ["provide_logs_on_request", "log_access"],
	"text": "logs_for_supervisor: The supervisory authority asked for the logs, and they are made available to it.",
} if {
	input.facts.recipient in law.recipients.supervisor
	input.facts.requested == true
} else := {
	"check": "logs", "outcome": "human_review", "fact": "requested", "do": ["provide_logs_on_request"],
	"text": "logs_not_requested: The supervisory authority has not asked for the logs.",
	"ask": "controller: Are the logs given to the supervisory authority without its request?",
} if {
	input.facts.recipient in law.recipients.supervisor
} else := log_purpose_view if {
	input.facts.recipient in law.recipients.of_logs
} else := {
	"check": "logs", "outcome": "deny", "fact": "recipient", "do": ["log_purpose_limitation"],
	"text": "log_other_recipient: Logs go to the supervisory authority on request, and otherwise only to those who verify or try a case.",
}
