# Using and passing on what was received: UNC-07, UNC-08.
package rogatory.uncc

import data.rogatory.law.cross.recipients
import data.rogatory.lib
import data.rogatory.untoc

# METADATA
# title: Speciality
# custom: {rule: UNC-08, article: "UN Cybercrime Convention Art. 40(19)", mode: auto, src: M}
findings contains f if {
	judged("speciality")
	untoc.purposes_stated
	f := lib.finding(rego.metadata.rule(), untoc.speciality_view("speciality"))
}

# METADATA
# title: Conditions set for personal data
# custom: {rule: UNC-07, article: "UN Cybercrime Convention Art. 36(2)", mode: auto, src: M}
findings contains f if {
	judged("conditions")
	lib.said(input.facts.condition_accepted)
	input.facts.condition_accepted != "none"
	is_boolean(input.facts.conditions_satisfied)
	f := lib.finding(rego.metadata.rule(), untoc.conditions_view)
}

settled contains "conditions" if {
	judged("conditions")
	input.facts.condition_accepted == "none"
}

# METADATA
# title: Onward transfer
# custom: {rule: UNC-07, article: "UN Cybercrime Convention Art. 36(3)", mode: auto, src: M}
findings contains f if {
	judged("onward")
	lib.said(input.facts.recipient)
	is_boolean(input.facts.prior_authorisation_of_transferring_state)
	f := lib.finding(rego.metadata.rule(), onward_view)
}

onward_view := {
	"check": "onward", "outcome": "permit", "fact": "recipient",
	"text": "stays_with_party: The data stay within the State that received them.",
} if {
	input.action == "onward_share"
	not input.facts.recipient in recipients.third_country
} else := {
	"check": "onward", "outcome": "permit", "fact": "prior_authorisation_of_transferring_state", "do": ["document_transfer"],
	"text": "onward_authorised: The State that transferred the data authorised the onward transfer.",
} if {
	input.facts.prior_authorisation_of_transferring_state == true
	not input.facts.prior_authorisation_of_transferring_authority == false
} else := {
	"check": "onward", "outcome": "deny", "fact": "prior_authorisation_of_transferring_state", "do": ["obtain_prior_authorisation"],
	"text": "onward_unauthorised: Personal data go to a third State or organisation only with prior authorisation of the State that transferred them.",
}
