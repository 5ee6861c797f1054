# Telling the person, EPO-P-05..06, and statistics.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

# METADATA
# title: Delay of user information
# custom: {rule: EPO-P-06, article: "Reg. (EU) 2023/1543 Art. 13(2); Dir. (EU) 2016/680 Art. 13(3)", mode: attest, src: V}
findings contains f if {
	judged("delay")
	f := lib.finding(rego.metadata.rule(), delay_view)
}

delay_view := {
	"check": "delay", "outcome": "deny", "fact": "delay_ground", "do": ["inform_user_without_undue_delay", "include_remedies"],
	"text": "no_delay_ground: No ground of LED Art. 13(3) is recorded, so the person is informed without undue delay, with remedies.",
} if {
	lib.none(input.facts.delay_ground)
} else := {
	"check": "delay", "outcome": "deny", "fact": "delay_ground", "do": ["inform_user_without_undue_delay", "include_remedies"],
	"text": "delay_ground_unknown: The ground given is none of those in LED Art. 13(3).",
} if {
	lib.said(input.facts.delay_ground)
	not input.facts.delay_ground in law.delay_grounds
} else := {
	"check": "delay", "outcome": "deny", "fact": "ground_still_met", "do": ["inform_user_without_undue_delay", "include_remedies"],
	"text": "delay_ground_ended: The ground for delay is no longer met, so the person is informed now.",
} if {
	input.facts.ground_still_met == false
} else := {
	"check": "delay", "outcome": "deny", "fact": "national_law_allows_delay", "do": ["inform_user_without_undue_delay", "include_remedies"],
	"text": "delay_not_in_national_law: National law does not allow the delay.",
} if {
	input.facts.national_law_allows_delay == false
} else := {
	"check": "delay", "outcome": "deny", "fact": "reasons_in_case_file", "do": ["justification_required"],
	"text": "delay_reasons_missing: The reasons for the delay are not in the case file.",
} if {
	input.facts.reasons_in_case_file == false
} else := {
	"check": "delay", "outcome": "deny", "fact": "justification_in_certificate", "do": ["justification_required"],
	"text": "delay_justification_missing: The certificate lacks the short justification of the delay.",
} if {
	input.facts.justification_in_certificate == false
} else := {
	"check": "delay", "outcome": "permit", "fact": "delay_ground", "do": ["review_when_ground_ends", "inform_user_when_ground_ends"],
	"text": "delay: A ground of LED Art. 13(3) is met and its reasons are recorded; the person is informed when it ends.",
} if {
	input.facts.delay_ground in law.delay_grounds
	input.facts.ground_still_met == true
	input.facts.national_law_allows_delay == true
	input.facts.reasons_in_case_file == true
	input.facts.justification_in_certificate == true
}

# METADATA
# title: The issuing authority informs
# custom: {rule: EPO-P-05, article: "Reg. (EU) 2023/1543 Art. 13(1), 13(3)", mode: auto, src: V}
findings contains f if {
	judged("delay")
	delay_view.outcome == "deny"
	f := lib.finding(rego.metadata.rule(), {
		"check": "delay", "outcome": "deny", "fact": "delay_ground", "do": ["inform_user_without_undue_delay", "include_remedies"],
		"text": "inform_user: Without a lawful delay the issuing authority informs the person without undue delay, with remedies.",
	})
}

# METADATA
# title: The provider must not inform
# custom: {rule: EPO-P-05, article: "Reg. (EU) 2023/1543 Art. 13(1), 13(3); Annex I sec. H", mode: auto, src: V}
findings contains f if {
	judged("notice")
	action == "provider_informs_user"
	f := lib.finding(rego.metadata.rule(), {
		"check": "notice", "outcome": "deny", "fact": "action", "do": ["issuing_authority_informs_user", "keep_confidential"],
		"text": "provider_must_not_inform: The issuing authority informs the person; the addressee does not.",
	})
}

# METADATA
# title: Statistics are kept until reported
# custom: {rule: EPO-STAT, article: "Reg. (EU) 2023/1543 Art. 28(2)", mode: auto, src: V}
findings contains f if {
	judged("statistics")
	is_boolean(input.facts.year_reported)
	f := lib.finding(rego.metadata.rule(), statistics_view)
}

statistics_view := {
	"check": "statistics", "outcome": "permit", "fact": "year_reported",
	"text": "statistics_reported: The year was reported to the Commission.",
} if {
	input.facts.year_reported == true
} else := {
	"check": "statistics", "outcome": "deny", "fact": "year_reported", "do": ["report_by=31 March"],
	"text": "statistics_not_reported: The record counts towards the yearly report, which has not been sent.",
}
