# What data and orders may serve, and how far they may reach: XC-01, XC-13.
package rogatory.cross

import data.rogatory.law.cross as law
import data.rogatory.lib

# METADATA
# title: A specified purpose
# custom: {rule: XC-01, article: "Dir. (EU) 2016/680 Art. 4(1)(a)-(b)", mode: auto, src: V}
findings contains f if {
	home
	judged("purpose")
	lib.said(input.facts.purpose)
	input.facts.purpose != law.purposes.compelled
	f := lib.finding(rego.metadata.rule(), purpose_view)
}

purpose_view := {
	"check": "purpose", "outcome": "deny", "fact": "purpose", "do": ["specific_investigation_required", "purpose_limitation"],
	"text": "no_specified_purpose: Monitoring at large is no specified purpose for which personal data may be asked.",
} if {
	input.facts.purpose in law.purposes.monitoring
} else := {
	"check": "purpose", "outcome": "permit", "fact": "purpose",
	"text": "specified_purpose: The data are asked for a specified purpose.",
}

# METADATA
# title: Compelled acts of trafficking victims
# custom: {rule: XC-13, article: "Dir. 2011/36/EU Art. 8", mode: human, src: V}
findings contains f if {
	judged("purpose")
	input.facts.purpose == law.purposes.compelled
	f := lib.finding(rego.metadata.rule(), {
		"check": "purpose", "outcome": "human_review", "fact": "purpose", "do": ["consider_non_prosecution", "tag_data_subject=victim"],
		"text": "compelled_offence: The person sought is a trafficking victim and the act is one she was forced to commit.",
		"ask": "public prosecutor: Will the victim be prosecuted at all for acts she was compelled to commit?",
	})
}

# METADATA
# title: Another purpose
# custom: {rule: XC-01, article: "Dir. (EU) 2016/680 Art. 4(1)(b), 4(2), 9(1)", mode: attest, src: V}
findings contains f if {
	judged("further_purpose")
	is_boolean(input.facts.criminal_purpose)
	purposes_whole
	f := lib.finding(rego.metadata.rule(), further_view)
}

# Under another regime only a new purpose that is stated as such is judged here;
# what a stated use means against the original one is that regime's speciality.
purposes_whole if {
	home
	lib.said(input.facts.new_purpose)
	lib.said(input.facts.intended_use)
	lib.said(obtained_for)
	is_boolean(input.facts.necessary_for_criminal_purpose)
	recipient_known
}

purposes_whole if {
	not home
	holds("new_purpose")
}

recipient_known if lib.said(input.facts.recipient)

recipient_known if {
	act == "use"
	not holds("recipient")
}

obtained_for := input.facts.original_offence if {
	lib.said(input.facts.original_offence)
} else := input.facts.stated_purpose

outside_criminal_law if input.facts.criminal_purpose == false

outside_criminal_law if input.facts.recipient in law.recipients.other_purpose

other_purpose if input.facts.new_purpose != "none"

other_purpose if {
	home
	input.facts.intended_use != obtained_for
}

further_view := {
	"check": "further_purpose", "outcome": "permit", "fact": "authorised_by_law", "do": ["purpose_limitation"],
	"text": "other_law: A law authorises this use outside criminal law enforcement; the general data protection law governs it.",
} if {
	outside_criminal_law
	input.facts.authorised_by_law == true
} else := {
	"check": "further_purpose", "outcome": "deny", "fact": "authorised_by_law", "do": ["purpose_limitation"],
	"text": "use_outside_criminal_law: A use outside criminal law enforcement needs a law that authorises it, and none does.",
} if {
	outside_criminal_law
} else := {
	"check": "further_purpose", "outcome": "permit", "fact": "new_purpose",
	"text": "same_purpose: The data serve the purpose for which they were collected.",
} if {
	not other_purpose
} else := {
	"check": "further_purpose", "outcome": "deny", "fact": "authorised_by_law", "do": ["purpose_limitation", "check_purpose_limitation_LED_4_2"],
	"text": "other_purpose_without_law: Another criminal purpose needs a law that authorises it, and none does.",
} if {
	input.facts.authorised_by_law == false
} else := {
	"check": "further_purpose", "outcome": "deny", "fact": "necessary_for_criminal_purpose", "do": ["purpose_limitation", "check_purpose_limitation_LED_4_2"],
	"text": "other_purpose_not_necessary: The use for the other criminal purpose is not necessary.",
} if {
	input.facts.necessary_for_criminal_purpose == false
} else := {
	"check": "further_purpose", "outcome": "permit", "fact": "authorised_by_law", "do": ["purpose_limitation", "check_purpose_limitation_LED_4_2"],
	"text": "other_criminal_purpose: A law authorises the other criminal purpose and the use is necessary for it.",
} if {
	input.facts.authorised_by_law == true
	input.facts.necessary_for_criminal_purpose == true
} else := {
	"check": "further_purpose", "outcome": "human_review", "fact": "new_purpose", "do": ["check_purpose_limitation_LED_4_2"],
	"text": "other_purpose_open: Nobody recorded that the other criminal purpose is authorised by law, necessary and proportionate.",
	"ask": "judge: Is the use for this other purpose authorised by law, necessary and proportionate?",
}

# METADATA
# title: Victims' data in other hands
# custom: {rule: XC-13, article: "Dir. 2011/36/EU Art. 8; Dir. (EU) 2016/680 Art. 4(1)(b)", mode: human, src: V}
findings contains f if {
	judged("further_purpose")
	victim
	input.facts.recipient in law.recipients.other_purpose
	f := lib.finding(rego.metadata.rule(), {
		"check": "victim_recipient", "outcome": "human_review", "fact": "recipient",
		"do": ["restrict_access_to_authorised_staff", "tag_data_subject=victim", "purpose_limitation"],
		"text": "victim_data_leave: Data of a victim would go to somebody who does not work on the case.",
		"ask": "public prosecutor: May this victim's data leave the staff authorised to see them?",
	})
}

# METADATA
# title: Not excessive, a triage setting and not law
# custom: {rule: XC-01, article: "Dir. (EU) 2016/680 Art. 4(1)(c)", mode: human, src: V}
findings contains f if {
	judged("size")
	some flag in size_flags
	f := lib.finding(rego.metadata.rule(), object.union(
		{
			"check": "size", "outcome": "human_review",
			"ask": "issuing authority: Is this interference limited to what is strictly necessary for the proceedings?",
		},
		flag,
	))
}

size_flags contains {
	"fact": "identifiers_count", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": sprintf("many_accounts: The request covers %d accounts, more than the triage setting of %d.", [input.facts.identifiers_count, law.triage.accounts]),
} if {
	lib.whole(input.facts.identifiers_count)
	input.facts.identifiers_count > law.triage.accounts
}

size_flags contains {
	"fact": "time_range_days", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": sprintf("long_time_range: The request covers %d days, more than the triage setting of %d.", [input.facts.time_range_days, law.triage.days]),
} if {
	lib.whole(input.facts.time_range_days)
	input.facts.time_range_days > law.triage.days
}

size_flags contains {
	"fact": "individual_nexus_explained", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": "nexus_not_explained: The request does not explain how each person is connected with the offence.",
} if {
	input.facts.individual_nexus_explained == false
}

size_flags contains {
	"fact": "alternative_less_intrusive", "do": ["proportionality_flag", "assess_strict_necessity", "consider_subscriber_data_first"],
	"text": "less_intrusive: Less intrusive data might lead to the same result.",
} if {
	input.facts.alternative_less_intrusive == true
}

size_flags contains {
	"fact": "data_limited_to_need", "do": ["proportionality_flag", "assess_strict_necessity"],
	"text": "not_limited: The data asked for are not limited to what is needed.",
} if {
	home
	input.facts.data_limited_to_need == false
}

settled contains "size" if {
	home
	judged("size")
	lib.whole(input.facts.identifiers_count)
	lib.whole(input.facts.time_range_days)
	is_boolean(input.facts.individual_nexus_explained)
	is_boolean(input.facts.alternative_less_intrusive)
	is_boolean(input.facts.data_limited_to_need)
}
