# Making a request, BUD-04, BUD-07, BUD-11, BUD-16, BUD-18, and executing one.
package rogatory.budapest

import data.rogatory.law.budapest as law
import data.rogatory.lib

# METADATA
# title: Secure and authenticated means
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 25(3), 27(2)", mode: auto, src: V}
findings contains f if {
	judged("means")
	lib.said(input.facts.channel)
	is_boolean(input.facts.authenticated)
	is_boolean(input.facts.urgent)
	not encryption_open
	f := lib.finding(rego.metadata.rule(), means_view)
}

means_view := {
	"check": "means", "outcome": "deny", "fact": "authenticated",
	"do": ["verify_requester_out_of_band", "use_alternative_means", "request_additional_information"],
	"text": "not_authenticated: Expedited means need an appropriate level of security and authentication.",
} if {
	input.facts.authenticated == false
} else := {
	"check": "means", "outcome": "permit", "fact": "channel", "do": ["formal_confirmation_to_follow", "execute_as_soon_as_possible"],
	"text": "expedited: In an urgent case the request travels by secure and authenticated means; formal confirmation follows where it is required.",
} if {
	input.facts.urgent == true
} else := {
	"check": "means", "outcome": "permit", "fact": "channel",
	"text": "secure: The request travels by secure and authenticated means.",
}

encryption_open if {
	input.facts.authenticated == true
	input.facts.channel in law.channels.open
	not input.facts.encrypted_with_it == true
}

# METADATA
# title: Encryption where necessary
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 25(3), second sentence", mode: human, src: V}
findings contains f if {
	judged("means")
	is_boolean(input.facts.urgent)
	encryption_open
	f := lib.finding(rego.metadata.rule(), {
		"check": "means", "outcome": "human_review", "fact": "channel",
		"do": ["formal_confirmation_to_follow", "use_alternative_means"],
		"text": "open_channel: The channel is not encrypted, and encryption must be used where it is necessary.",
		"ask": "requesting authority: Can this request go unencrypted, or must another channel be used?",
	})
}

# METADATA
# title: Central authorities
# custom: {rule: BUD-07, article: "Budapest Convention (CETS 185) Art. 27(2), 27(9)(a)", mode: auto, src: V}
findings contains f if {
	judged("route")
	route_known
	not by_contact_point
	f := lib.finding(rego.metadata.rule(), route_view)
}

route_known if {
	lib.said(input.facts.sent_by)
	lib.said(input.facts.sent_to)
	lib.said(input.facts.sent_via)
	is_boolean(input.facts.urgent)
	is_boolean(input.facts.copy_to_central_authority)
	is_boolean(input.facts.other_mla_treaty_between_states)
}

by_contact_point if input.facts.sent_via in law.routes.contact_points

route_view := {
	"check": "route", "outcome": "permit", "fact": "sent_to",
	"text": "central_authorities: The request goes from central authority to central authority.",
} if {
	input.facts.sent_by in law.routes.central
	input.facts.sent_to in law.routes.central
} else := {
	"check": "route", "outcome": "permit", "fact": "other_mla_treaty_between_states",
	"text": "treaty_route: The other mutual assistance treaty says which way the request goes.",
} if {
	input.facts.other_mla_treaty_between_states == true
	not subsidiary
} else := {
	"check": "route", "outcome": "deny", "fact": "sent_to", "do": ["route_to_central_authority"],
	"text": "central_authority_only: The State declared that also urgent requests are addressed to its central authority.",
} if {
	direct
	declared("central_only")
} else := {
	"check": "route", "outcome": "deny", "fact": "urgent", "do": ["route_to_central_authority", "send_copy_via_central_authorities"],
	"text": "not_urgent: Judicial authorities send a request directly only in an urgent case; others go between central authorities.",
} if {
	direct
	input.facts.urgent == false
} else := {
	"check": "route", "outcome": "deny", "fact": "copy_to_central_authority", "do": ["send_copy_via_central_authorities"],
	"text": "no_copy: A direct urgent request needs a copy sent at the same time through the central authorities.",
} if {
	direct
	input.facts.copy_to_central_authority == false
} else := {
	"check": "route", "outcome": "permit", "fact": "copy_to_central_authority", "do": ["send_copy_via_central_authorities"],
	"text": "direct_urgent: In an urgent case the request goes directly between judicial authorities, with a copy through the central authorities.",
} if {
	direct
} else := {
	"check": "route", "outcome": "deny", "fact": wrong_end, "do": ["route_to_central_authority"],
	"text": "not_central_authority: Requests go between the central authorities that the States designated.",
}

wrong_end := "sent_to" if {
	input.facts.sent_by in law.routes.central
} else := "sent_by"

# direct: at least one end is a judicial authority and no end is anybody else than
# that or a central authority.
direct if {
	ends := {input.facts.sent_by, input.facts.sent_to}
	some end in ends
	end in law.routes.judicial
	every e in ends { known_end(e) }
}

known_end(e) if e in law.routes.judicial

known_end(e) if e in law.routes.central

# METADATA
# title: Contact points that answer at all hours
# custom: {rule: BUD-18, article: "Budapest Convention (CETS 185) Art. 35", mode: auto, src: V}
findings contains f if {
	judged("route")
	route_known
	by_contact_point
	f := lib.finding(rego.metadata.rule(), {
		"check": "route", "outcome": "permit", "fact": "sent_via", "do": ["route_to_central_authority", "execute_as_soon_as_possible"],
		"text": "contact_point: The contact points assist at once at any hour and settle the matter with their central authority.",
	})
}

# METADATA
# title: Stored data, at once where they may be lost
# custom: {rule: BUD-16, article: "Budapest Convention (CETS 185) Art. 31", mode: auto, src: V}
findings contains f if {
	cites(31)
	action in {"transmit_request", "execute_request"}
	f := lib.finding(rego.metadata.rule(), {
		"check": "stored_data", "outcome": "permit", "fact": "legal_basis", "do": stored_duties,
		"text": "stored_data: Stored data are asked for by mutual assistance, and at once where they may be lost or changed.",
	})
}

stored_duties := ["execute_as_soon_as_possible", "use_expedited_mla"] if {
	input.facts.urgent == true
} else := ["execute_as_soon_as_possible"]

# lacking: Art. 29(2)(a)-(c), (e)-(f). The custodian or the place of the data (d) is
# named as far as it is known.
lacking contains name if {
	some name in law.fields
	input.facts.fields[name] == false
}

fields_held if {
	every name in law.fields { input.facts.fields[name] == true }
}

# METADATA
# title: Content of a preservation request
# custom: {rule: BUD-11, article: "Budapest Convention (CETS 185) Art. 29(2)", mode: auto, src: V}
findings contains f if {
	judged("fields")
	is_object(input.facts.fields)
	f := lib.finding(rego.metadata.rule(), object.union(fields_view, more_wanted))
}

fields_view := {
	"check": "fields", "outcome": "deny", "fact": sprintf("fields.%s", [min(lacking)]), "do": ["request_additional_information"],
	"text": sprintf("content_missing: The preservation request lacks %s.", [replace(lib.words(lacking), "_", " ")]),
} if {
	count(lacking) > 0
} else := {
	"check": "fields", "outcome": "permit", "fact": "fields.custodian_or_location_if_known", "do": ["request_additional_information"],
	"text": "custodian_unknown: The request names neither custodian nor place of the data, which it must do only as far as they are known.",
} if {
	fields_held
	not input.facts.fields.custodian_or_location_if_known == true
} else := {
	"check": "fields", "outcome": "permit", "fact": "fields",
	"text": "content_complete: The preservation request specifies what Art. 29(2) asks for.",
} if {
	fields_held
}

# more_wanted: who is asked may ask back; it need not turn the request down.
more_wanted := {
	"outcome": "human_review",
	"ask": "central authority: Is the information in the request enough to preserve the data, or is more asked for?",
} if {
	action == "execute_request"
	count(lacking) > 0
} else := {}

# METADATA
# title: Motives behind the request
# custom: {rule: BUD-08, article: "Budapest Convention (CETS 185) Art. 25(4), 27(4)", mode: human, src: V}
findings contains f if {
	judged("risk")
	lib.said(input.facts.risk_indicator)
	input.facts.risk_indicator != "none"
	f := lib.finding(rego.metadata.rule(), risk_view)
}

risk_view := {
	"check": "risk", "outcome": "permit", "fact": "competent_authority_finding",
	"text": "risk_examined: The competent authority examined the indicator and found no ground.",
} if {
	input.facts.competent_authority_finding in law.findings_clear
	lib.recorded("competent_authority_finding")
} else := {
	"check": "risk", "outcome": "human_review", "fact": "risk_indicator",
	"do": ["assess_essential_interests_and_legal_system", "consider_conditions"],
	"text": "risk_open: There is an indicator of persecution or of another wrong motive that only a competent authority can assess.",
	"ask": "central authority: Is this a political offence, or do essential interests speak against executing the request?",
}

settled contains "risk" if {
	judged("risk")
	input.facts.risk_indicator == "none"
}

# METADATA
# title: Confidentiality on request
# custom: {rule: BUD-07, article: "Budapest Convention (CETS 185) Art. 27(8)", mode: auto, src: V}
findings contains f if {
	action in {"transmit_request", "execute_request"}
	input.facts.confidentiality_required_by_requesting_state == true
	f := lib.finding(rego.metadata.rule(), {
		"check": "confidentiality", "outcome": "permit", "fact": "confidentiality_required_by_requesting_state",
		"do": ["keep_confidential"],
		"text": "confidential: The requesting State asked that the fact and the subject of the request stay confidential.",
	})
}

# METADATA
# title: Disclosing that a request exists
# custom: {rule: BUD-07, article: "Budapest Convention (CETS 185) Art. 27(8)", mode: auto, src: V}
findings contains f if {
	judged("disclosure")
	is_boolean(input.facts.confidentiality_required_by_requesting_state)
	is_boolean(input.facts.necessary_for_execution)
	f := lib.finding(rego.metadata.rule(), disclosure_view)
}

disclosure_view := {
	"check": "disclosure", "outcome": "permit", "fact": "confidentiality_required_by_requesting_state",
	"text": "no_confidentiality_request: The requesting State did not ask for confidentiality.",
} if {
	input.facts.confidentiality_required_by_requesting_state == false
} else := {
	"check": "disclosure", "outcome": "permit", "fact": "necessary_for_execution", "do": ["keep_confidential"],
	"text": "disclosure_necessary: The request may be disclosed only as far as its execution needs it.",
} if {
	input.facts.necessary_for_execution == true
} else := {
	"check": "disclosure", "outcome": "deny", "fact": "confidentiality_required_by_requesting_state",
	"do": ["keep_confidential"],
	"text": "disclosure_forbidden: The requesting State asked for confidentiality and execution does not need the disclosure.",
}
