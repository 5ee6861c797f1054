# Sending data out of the Union: XC-07.
package rogatory.cross

import data.rogatory.law.cross as law
import data.rogatory.lib

abroad if act == "onward_transfer"

abroad if {
	act == "onward_share"
	input.facts.recipient in law.recipients.third_country
}

stays_inside if {
	act == "onward_share"
	lib.said(input.facts.recipient)
	not abroad
}

settled contains check if {
	some check in ["third_country", "transfer", "onward"]
	judged(check)
	stays_inside
}

# METADATA
# title: Authorisation of the State the data came from
# custom: {rule: XC-07, article: "Dir. (EU) 2016/680 Art. 35(1)(c), 35(2)", mode: auto, src: V}
findings contains f if {
	judged("third_country")
	abroad
	is_boolean(input.facts.prior_authorisation_of_originating_state)
	f := lib.finding(rego.metadata.rule(), third_country_view)
}

third_country_view := {
	"check": "third_country", "outcome": "permit", "fact": "originating_member_state", "do": ["document_transfer"],
	"text": "own_data: The data came from no other Member State, so none has to authorise the transfer.",
} if {
	input.facts.originating_member_state == "none"
} else := {
	"check": "third_country", "outcome": "permit", "fact": "prior_authorisation_of_originating_state", "do": ["document_transfer"],
	"text": "transfer_authorised: The State the data came from authorised the transfer.",
} if {
	input.facts.prior_authorisation_of_originating_state == true
} else := {
	"check": "third_country", "outcome": "permit", "fact": "immediate_serious_threat",
	"do": ["document_transfer", "inform_originating_authority_without_delay"],
	"text": "transfer_threat: An immediate and serious threat leaves no time for authorisation; the originating State is told at once.",
} if {
	input.facts.immediate_serious_threat == true
	input.facts.authorisation_obtainable_in_time == false
} else := {
	"check": "third_country", "outcome": "deny", "fact": "prior_authorisation_of_originating_state", "do": ["obtain_prior_authorisation"],
	"text": "transfer_not_authorised: The State the data came from has not authorised the transfer.",
}

# METADATA
# title: Necessity and ground of a transfer
# custom: {rule: XC-07, article: "Dir. (EU) 2016/680 Art. 35(1)(a), (d), 36-38", mode: auto, src: V}
findings contains f if {
	judged("transfer")
	abroad
	is_boolean(input.facts.necessary_for_criminal_purpose)
	lib.said(input.facts.transfer_ground)
	f := lib.finding(rego.metadata.rule(), transfer_view)
}

transfer_view := {
	"check": "transfer", "outcome": "deny", "fact": "necessary_for_criminal_purpose", "do": ["purpose_limitation", "document_transfer"],
	"text": "transfer_not_necessary: The transfer is not necessary for a criminal-law purpose.",
} if {
	input.facts.necessary_for_criminal_purpose == false
} else := {
	"check": "transfer", "outcome": "permit", "fact": "transfer_ground", "do": ["document_transfer"],
	"text": "transfer_ground: The transfer is necessary and rests on an adequacy decision, safeguards or a derogation.",
} if {
	input.facts.transfer_ground in law.transfer_grounds.known
} else := {
	"check": "transfer", "outcome": "deny", "fact": "transfer_ground", "do": ["document_transfer"],
	"text": "transfer_without_ground: There is no adequacy decision, no safeguard and no derogation for this transfer.",
} if {
	input.facts.transfer_ground in law.transfer_grounds.none
} else := {
	"check": "transfer", "outcome": "human_review", "fact": "transfer_ground", "do": ["document_transfer"],
	"text": "transfer_ground_open: The table does not know this ground for a transfer.",
	"ask": "controller: Do appropriate safeguards or a derogation carry this transfer?",
}

# METADATA
# title: Onward transfer
# custom: {rule: XC-07, article: "Dir. (EU) 2016/680 Art. 35(1)(e)", mode: auto, src: V}
findings contains f if {
	home
	judged("onward")
	abroad
	some name in by_transferring
	input.facts[name] == false
	f := lib.finding(rego.metadata.rule(), {
		"check": "onward", "outcome": "deny", "fact": name, "do": ["obtain_prior_authorisation"],
		"text": "onward_not_authorised: The authority that transferred the data has not authorised the onward transfer.",
	})
}

by_transferring := ["prior_authorisation_of_transferring_state", "prior_authorisation_of_transferring_authority"]

settled contains "onward" if {
	home
	judged("onward")
	every name in by_transferring { input.facts[name] == true }
}
