# Public authorities, privileged professionals, privilege and press, EPO-P-01..04.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

settled contains "public_authority" if {
	judged("public_authority")
	lib.said(input.facts.data_owner)
	input.facts.data_owner != "public_authority"
}

# METADATA
# title: Data processed for a public authority
# custom: {rule: EPO-P-01, article: "Reg. (EU) 2023/1543 Art. 5(8), 6(1)", mode: auto, src: V}
findings contains f if {
	judged("public_authority")
	input.facts.data_owner == "public_authority"
	lib.said(input.facts.public_authority_state)
	f := lib.finding(rego.metadata.rule(), public_authority_view)
}

public_authority_view := {
	"check": "public_authority", "outcome": "permit", "fact": "public_authority_state",
	"text": "public_authority_own: The public authority whose data are sought is in the issuing State.",
} if {
	input.facts.public_authority_state == input.facts.issuing_state
} else := {
	"check": "public_authority", "outcome": "deny", "fact": "public_authority_state", "do": ["use_other_instrument"],
	"text": "public_authority_foreign: Data processed for a public authority of another State cannot be ordered.",
}

settled contains "professional" if {
	judged("professional")
	infrastructure_unprivileged
}

settled contains "professional" if {
	judged("professional")
	light_only
}

infrastructure_unprivileged if input.facts.infrastructure_of == "none"

# METADATA
# title: Infrastructure of a privileged professional
# custom: {rule: EPO-P-02, article: "Reg. (EU) 2023/1543 Art. 5(9)", mode: auto, src: V}
findings contains f if {
	judged("professional")
	count(heavy) > 0
	lib.said(input.facts.infrastructure_of)
	not infrastructure_unprivileged
	input.facts.infrastructure_of in law.privileged_infrastructure
	f := lib.finding(rego.metadata.rule(), professional_view)
}

# METADATA
# title: Infrastructure of somebody whom the table does not know
# custom: {rule: EPO-P-02, article: "Reg. (EU) 2023/1543 Art. 5(9), first subparagraph", mode: attest, src: V}
findings contains f if {
	judged("professional")
	count(heavy) > 0
	lib.said(input.facts.infrastructure_of)
	not infrastructure_unprivileged
	not input.facts.infrastructure_of in law.privileged_infrastructure
	f := lib.finding(rego.metadata.rule(), {
		"check": "professional", "outcome": "human_review", "fact": "infrastructure_of",
		"text": "professional_open: The table does not know whether this infrastructure serves a privileged professional.",
		"ask": "issuing authority: Is the infrastructure provided to a person bound by professional privilege?",
	})
}

professional_view := {
	"check": "professional", "outcome": "permit", "fact": "privileged_professional_state",
	"text": "professional_resides: The privileged professional resides in the issuing State.",
} if {
	input.facts.privileged_professional_state == input.facts.issuing_state
} else := {
	"check": "professional", "outcome": "permit", "fact": "addressing_professional_detrimental",
	"text": "professional_detriment: Addressing the privileged professional might harm the investigation.",
} if {
	input.facts.addressing_professional_detrimental == true
} else := {
	"check": "professional", "outcome": "permit", "fact": "privilege_waived",
	"text": "privilege_waived: The privilege was waived in accordance with the law.",
} if {
	input.facts.privilege_waived == true
	input.facts.waiver_in_accordance_with_law == true
} else := {
	"check": "professional", "outcome": "deny", "fact": "infrastructure_of",
	"text": "professional_infrastructure: Traffic or content on a privileged professional's infrastructure may be ordered only under one of the three conditions, and none is met.",
} if {
	lib.said(input.facts.privileged_professional_state)
	input.facts.addressing_professional_detrimental == false
	not_waived
}

not_waived if input.facts.privilege_waived == false

not_waived if input.facts.waiver_in_accordance_with_law == false

finding_recorded := input.facts.enforcing_state_privilege_finding

privilege_suspected if input.facts.target_role in law.privileged_roles

privilege_suspected if input.facts.reasons_to_believe_press_protection_in_enforcing_state == true

# METADATA
# title: Privilege or press protection in the enforcing State
# custom: {rule: EPO-P-03, article: "Reg. (EU) 2023/1543 Art. 5(10); rec. 47-48", mode: attest, src: V}
findings contains f if {
	judged("privilege")
	count(heavy) > 0
	f := lib.finding(rego.metadata.rule(), privilege_found)
}

privilege_found := {
	"check": "privilege", "outcome": "deny", "fact": "enforcing_state_privilege_finding",
	"text": "privilege_found: The data were found to be privileged or press-protected in the enforcing State, so the order may not be issued.",
} if {
	finding_recorded in law.privilege_findings.protected
} else := {
	"check": "privilege", "outcome": "permit", "fact": "enforcing_state_privilege_finding",
	"text": "privilege_excluded: It was found that no privilege or press protection of the enforcing State applies.",
} if {
	finding_recorded in law.privilege_findings.clear
}

# METADATA
# title: Privilege suspected and not clarified
# custom: {rule: EPO-P-03, article: "Reg. (EU) 2023/1543 Art. 5(10), first subparagraph; rec. 47-48", mode: human, src: V}
findings contains f if {
	judged("privilege")
	count(heavy) > 0
	privilege_open
	not privilege_found
	f := lib.finding(rego.metadata.rule(), {
		"check": "privilege", "outcome": "human_review", "fact": "enforcing_state_privilege_finding",
		"do": ["consult_enforcing_state_or_eurojust_or_ejn"],
		"text": "privilege_suspected: The data may be privileged or press-protected in the enforcing State and this is not clarified.",
		"ask": "issuing authority: Are the data protected by immunity, privilege or press rules of the enforcing State?",
	})
}

privilege_open if {
	privilege_suspected
	lib.said(finding_recorded)
}

privilege_open if finding_recorded in law.privilege_findings.open

settled contains "privilege" if {
	judged("privilege")
	light_only
}

settled contains "privilege" if {
	judged("privilege")
	finding_recorded == "none"
	lib.said(input.facts.target_role)
	is_boolean(input.facts.reasons_to_believe_press_protection_in_enforcing_state)
	not privilege_suspected
}

# METADATA
# title: Privileged material among the evidence
# custom: {rule: EPO-R-A, article: "Reg. (EU) 2023/1543 Art. 12(1)(a), 5(10)", mode: human, src: V}
findings contains f if {
	judged("privileged_material")
	input.facts.privileged_data == true
	f := lib.finding(rego.metadata.rule(), {
		"check": "privileged_material", "outcome": "human_review", "fact": "privileged_data",
		"text": "privileged_material: The evidence is marked as privileged.",
		"ask": "judge: May the material marked as privileged be opened and used, and by whom?",
	})
}

settled contains "privileged_material" if input.facts.privileged_data == false
