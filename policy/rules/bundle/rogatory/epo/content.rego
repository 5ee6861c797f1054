# What the order and its certificate must hold, EPO-C, and proportionality.
package rogatory.epo

import data.rogatory.law.cross
import data.rogatory.law.epo as law
import data.rogatory.lib

# METADATA
# title: Grounds of necessity and proportionality
# custom: {rule: EPO-C-01, article: "Reg. (EU) 2023/1543 Art. 5(5)(i)", mode: attest, src: V}
findings contains f if {
	judged("grounds")
	epoc
	f := lib.finding(rego.metadata.rule(), grounds_view)
}

# METADATA
# title: Grounds of the preservation order
# custom: {rule: EPO-C-03, article: "Reg. (EU) 2023/1543 Art. 6(4), 9(3)", mode: attest, src: V}
findings contains f if {
	judged("grounds")
	epoc_pr
	f := lib.finding(rego.metadata.rule(), grounds_view)
}

grounds_view := {
	"check": "grounds", "outcome": "permit", "fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_recorded: The issuing authority recorded why the order is necessary and proportionate.",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == true
	lib.recorded("necessity_and_proportionality_grounds_recorded")
} else := {
	"check": "grounds", "outcome": "human_review", "fact": "necessity_and_proportionality_grounds_recorded",
	"text": "grounds_unsigned: Nobody signed for the finding that the order is necessary and proportionate.",
	"ask": "issuing authority: Is the order necessary and proportionate, and who found so?",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == true
} else := {
	"check": "grounds", "outcome": "deny", "fact": "necessity_and_proportionality_grounds_recorded", "do": ["request_additional_information"],
	"text": "grounds_missing: The grounds of necessity and proportionality are not recorded.",
} if {
	input.facts.necessity_and_proportionality_grounds_recorded == false
}

# METADATA
# title: User or unique identifier
# custom: {rule: EPO-C-01, article: "Reg. (EU) 2023/1543 Art. 5(5)(c)", mode: auto, src: V}
findings contains f if {
	judged("identifiers")
	is_array(input.facts.identifiers)
	count(input.facts.identifiers) == 0
	f := lib.finding(rego.metadata.rule(), identifier_view)
}

identifier_view := {
	"check": "identifiers", "outcome": "permit", "fact": "sole_purpose_identify_user",
	"text": "identifier_not_needed: No identifier is needed because the sole purpose is to identify the user.",
} if {
	epoc
	input.facts.sole_purpose_identify_user == true
	light_only
} else := {
	"check": "identifiers", "outcome": "deny", "fact": "identifiers", "do": ["identifier_required", "request_additional_information"],
	"text": "identifier_missing: The order names neither the user nor a unique identifier.",
}

settled contains "identifiers" if {
	judged("identifiers")
	is_array(input.facts.identifiers)
	count(input.facts.identifiers) > 0
}

# METADATA
# title: Time range of traffic and content
# custom: {rule: EPO-C-01, article: "Reg. (EU) 2023/1543 Art. 5(5)(e)", mode: auto, src: V}
findings contains f if {
	judged("time_range")
	count(heavy) > 0
	input.facts.date_range_present == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "time_range", "outcome": "deny", "fact": "date_range_present", "do": ["request_additional_information"],
		"text": "time_range_missing: An order for traffic or content data must say for which time.",
	})
}

settled contains "time_range" if {
	judged("time_range")
	input.facts.date_range_present == true
}

settled contains "time_range" if {
	judged("time_range")
	light_only
}

# METADATA
# title: Section M and the sections each reader gets
# custom: {rule: EPO-C-02, article: "Reg. (EU) 2023/1543 Art. 9(2); Annex I sec. M", mode: auto, src: V}
findings contains f if {
	judged("sections")
	epoc
	f := lib.finding(rego.metadata.rule(), sections_view)
}

# METADATA
# title: Sections of the preservation certificate
# custom: {rule: EPO-C-03, article: "Reg. (EU) 2023/1543 Art. 9(3); Annex II", mode: auto, src: V}
findings contains f if {
	judged("sections")
	epoc_pr
	f := lib.finding(rego.metadata.rule(), sections_view)
}

sections_sent := {s | some s in input.facts.certificate_sections_sent}

sections_needed := {s | some s in law.sections[input.instrument][input.facts.recipient]}

sections_view := {
	"check": "sections", "outcome": "deny", "fact": "certificate_sections_sent", "do": ["strip_section_M_from_addressee_copy"],
	"text": "section_M_to_addressee: Section M (grounds and case summary) must never reach the addressee.",
} if {
	input.facts.recipient != "enforcing_authority"
	"M" in sections_sent
} else := {
	"check": "sections", "outcome": "deny", "fact": "certificate_sections_sent", "do": ["request_additional_information"],
	"text": sprintf("sections_missing: The certificate for this reader lacks section %s.", [concat(", ", sort(sections_needed - sections_sent))]),
} if {
	is_array(input.facts.certificate_sections_sent)
	count(sections_needed - sections_sent) > 0
} else := {
	"check": "sections", "outcome": "permit", "fact": "certificate_sections_sent", "do": ["strip_section_M_from_addressee_copy"],
	"text": "sections_addressee: The addressee's copy has the sections it needs, without section M.",
} if {
	epoc
	input.facts.recipient == "addressee"
	is_array(input.facts.certificate_sections_sent)
} else := {
	"check": "sections", "outcome": "permit", "fact": "certificate_sections_sent",
	"text": "sections_complete: This reader's copy has the sections it needs.",
} if {
	law.sections[input.instrument][input.facts.recipient]
	is_array(input.facts.certificate_sections_sent)
}

# METADATA
# title: Size of the order, a triage setting and not law
# custom: {rule: EPO-T-07, article: "Reg. (EU) 2023/1543 Art. 5(2); rec. 38", mode: human, src: V}
findings contains f if {
	judged("proportionality")
	some flag in proportionality_flags
	f := lib.finding(rego.metadata.rule(), object.union(
		{
			"check": "proportionality", "outcome": "human_review",
			"ask": "issuing authority: Is this interference limited to what is strictly necessary for the proceedings?",
		},
		flag,
	))
}

proportionality_flags contains {
	"fact": "identifiers_count", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": sprintf("many_accounts: The order covers %d accounts, more than the triage setting of %d.", [input.facts.identifiers_count, cross.triage.accounts]),
} if {
	lib.whole(input.facts.identifiers_count)
	input.facts.identifiers_count > cross.triage.accounts
}

proportionality_flags contains {
	"fact": "individual_nexus_explained", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": "nexus_not_explained: The order does not explain how each account is connected with the offence.",
} if {
	input.facts.individual_nexus_explained == false
}

proportionality_flags contains {
	"fact": "time_range_days", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": sprintf("long_time_range: The order covers %d days of traffic or content, more than the triage setting of %d.", [input.facts.time_range_days, cross.triage.days]),
} if {
	count(heavy) > 0
	lib.whole(input.facts.time_range_days)
	input.facts.time_range_days > cross.triage.days
}

proportionality_flags contains {
	"fact": "alternative_less_intrusive", "do": ["proportionality_flag", "assess_strict_necessity", "consider_subscriber_data_first"],
	"text": "less_intrusive: Less intrusive data might lead to the same result.",
} if {
	count(heavy) > 0
	input.facts.alternative_less_intrusive == true
}

proportionality_flags contains {
	"fact": "person_identity_known", "do": ["proportionality_flag", "consider_subscriber_data_first"],
	"text": "user_unknown: Content or traffic is asked for although the user is not yet identified.",
} if {
	epoc
	count(heavy) > 0
	input.facts.person_identity_known == false
}

settled contains "proportionality" if {
	judged("proportionality")
	lib.whole(input.facts.identifiers_count)
	lib.whole(input.facts.time_range_days)
	is_boolean(input.facts.individual_nexus_explained)
	is_boolean(input.facts.alternative_less_intrusive)
	is_boolean(input.facts.person_identity_known)
}
