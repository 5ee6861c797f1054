# Which way a message or evidence travels, DIT-01 to DIT-04, DIT-08, DIT-11.
# The rules on orders (epo) share the views on the channel.
package rogatory.dit

import data.rogatory.epo
import data.rogatory.law.dit as law
import data.rogatory.lib

# METADATA
# title: Through the decentralised IT system
# custom: {rule: DIT-01, article: "Reg. (EU) 2023/1543 Art. 19(1), 19(4), 22; Impl. Reg. (EU) 2025/1550 Annex 3.1", mode: auto, src: V}
findings contains f if {
	judged("channel")
	lib.said(input.facts.channel)
	not by_alternative
	f := lib.finding(rego.metadata.rule(), system_view)
}

system_view := {
	"check": "channel", "outcome": "permit", "fact": "system_available", "do": ["use_alternative_means"],
	"text": "system_down: The system is not available; until it is back, other secure means may be used.",
} if {
	by_system
	input.facts.system_available == false
} else := {
	"check": "channel", "outcome": "permit", "fact": "channel",
	"text": "by_system: The transmission goes through the decentralised IT system.",
} if {
	by_system
} else := {
	"check": "channel", "outcome": "deny", "fact": "channel", "do": ["use_alternative_means", "use_decentralised_it_system"],
	"text": "channel_insecure: The system is not available, but this channel is not secure either.",
} if {
	input.facts.system_available == false
} else := {
	"check": "channel", "outcome": "deny", "fact": "channel", "do": ["use_decentralised_it_system"],
	"text": "channel_not_allowed: Orders and data travel through the decentralised IT system, not by this channel.",
}

# METADATA
# title: Other means, for a reason of Art. 19(5)
# custom: {rule: DIT-02, article: "Reg. (EU) 2023/1543 Art. 19(5)-(6)", mode: auto, src: V}
findings contains f if {
	judged("channel")
	by_alternative
	f := lib.finding(rego.metadata.rule(), alternative_view)
}

# too_large: above what the system carries. Annex 3.2 does not say what a kilobyte
# is, so 1 000 bytes are taken, which is the smaller limit.
too_large if lib.at_least(input.facts.file_size_kilobytes, law.limit_kilobytes + 1)

too_large if lib.at_least(input.facts.manifest.size_bytes, law.limit_bytes + 1)

alternative_view := {
	"check": "channel", "outcome": "permit", "fact": "file_size_kilobytes", "do": ["record_transmission"],
	"text": "alternative_for_size: The files are larger than the system carries, so other secure means are used and recorded.",
} if {
	too_large
} else := {
	"check": "channel", "outcome": "permit", "fact": "system_available", "do": ["record_transmission"],
	"text": "alternative_for_disruption: The system is not available, so other secure means are used and recorded.",
} if {
	input.facts.system_available == false
} else := {
	"check": "channel", "outcome": "deny", "fact": "system_available", "do": ["use_decentralised_it_system"],
	"text": "no_disruption: A disruption is claimed, but the system is available.",
} if {
	input.facts.reason_for_alternative in law.channels.disruption
	input.facts.system_available == true
} else := {
	"check": "channel", "outcome": "deny", "fact": "file_size_kilobytes", "do": ["use_decentralised_it_system"],
	"text": sprintf("small_enough: The files have %d kilobytes, and the system carries up to 25600.", [input.facts.file_size_kilobytes]),
} if {
	input.facts.reason_for_alternative in law.channels.size
	lib.at_most(input.facts.file_size_kilobytes, law.limit_kilobytes)
} else := {
	"check": "channel", "outcome": "permit", "fact": "reason_for_alternative", "do": ["record_transmission"],
	"text": "alternative_means: A reason of Art. 19(5) allows other secure means; the transmission is recorded in the system.",
} if {
	input.facts.reason_for_alternative in law.channels.reasons
} else := {
	"check": "channel", "outcome": "deny", "fact": "reason_for_alternative", "do": ["use_decentralised_it_system"],
	"text": "alternative_not_justified: No reason of Art. 19(5) allows leaving the decentralised IT system; convenience is none.",
} if {
	lib.said(input.facts.reason_for_alternative)
}

# METADATA
# title: What the system carries
# custom: {rule: DIT-03, article: "Impl. Reg. (EU) 2025/1550 Annex 3.2", mode: auto, src: V}
findings contains f if {
	judged("size")
	by_system
	lib.whole(input.facts.file_size_kilobytes)
	f := lib.finding(rego.metadata.rule(), size_view)
}

size_view := {
	"check": "size", "outcome": "deny", "fact": "file_size_kilobytes", "do": ["manifest_with_hash", "record_transmission", "use_alternative_means"],
	"text": "too_large: The system carries evidence up to 25600 kilobytes; larger files need other secure means, a manifest and a record.",
} if {
	too_large
} else := {
	"check": "size", "outcome": "permit", "fact": "file_size_kilobytes",
	"text": "size_fits: The system carries evidence of this size.",
}

settled contains "size" if {
	judged("size")
	lib.said(input.facts.channel)
	not by_system
}

# METADATA
# title: Record of a transmission by other means
# custom: {rule: DIT-04, article: "Reg. (EU) 2023/1543 Art. 19(6); Impl. Reg. (EU) 2025/1550 Annex 3.3.1-3.3.2", mode: auto, src: V}
findings contains f if {
	judged("recorded")
	by_alternative
	is_boolean(input.facts.transmission_recorded_in_system)
	f := lib.finding(rego.metadata.rule(), recorded_view)
}

recorded_view := {
	"check": "recorded", "outcome": "permit", "fact": "transmission_recorded_in_system", "do": ["record_transmission"],
	"text": "transmission_recorded: The system holds a record of the transmission.",
} if {
	input.facts.transmission_recorded_in_system == true
} else := {
	"check": "recorded", "outcome": "deny", "fact": "transmission_recorded_in_system", "do": ["record_transmission"],
	"text": "transmission_not_recorded: A transmission by other means must be recorded in the system with file, time, sender, recipient and size.",
}

# Through the system, the system keeps the record itself; a channel that is no way
# to send is refused as such.
settled contains "recorded" if {
	judged("recorded")
	lib.said(input.facts.channel)
	not by_alternative
}

# METADATA
# title: Origin proved
# custom: {rule: DIT-08, article: "Impl. Reg. (EU) 2025/1550 Annex 5.1-5.7", mode: auto, src: V}
findings contains f if {
	judged("authenticity")
	is_boolean(input.facts.authenticated)
	f := lib.finding(rego.metadata.rule(), authenticity_view)
}

authenticity_view := {
	"check": "authenticity", "outcome": "permit", "fact": "authenticated",
	"text": "origin_proved: The sender is authenticated and cannot deny having sent this.",
} if {
	input.facts.authenticated == true
} else := {
	"check": "authenticity", "outcome": "deny", "fact": "authenticated", "do": ["verify_requester_out_of_band"],
	"text": "origin_unproved: The sender is not authenticated, so nobody could show who sent this.",
}

# METADATA
# title: Authority held against the court database
# custom: {rule: DIT-11, article: "Impl. Reg. (EU) 2025/1550 Annex 8", mode: auto, src: V}
findings contains f if {
	judged("court_database")
	is_boolean(input.facts.requester_verified)
	f := lib.finding(rego.metadata.rule(), court_database_view)
}

court_database_view := {
	"check": "court_database", "outcome": "permit", "fact": "requester_verified",
	"text": "authority_listed: The authority is listed as competent.",
} if {
	input.facts.requester_verified == true
} else := {
	"check": "court_database", "outcome": "deny", "fact": "requester_verified", "do": ["verify_requester_out_of_band"],
	"text": "authority_not_listed: The authority could not be found among the competent authorities.",
}

# METADATA
# title: Qualified signature or seal
# custom: {rule: EPO-A-05, article: "Reg. (EU) 2023/1543 Art. 20, 21(2)", mode: auto, src: V}
findings contains f if {
	judged("signature")
	lib.said(input.facts.signature_level)
	f := lib.finding(rego.metadata.rule(), epo.signature_view)
}
