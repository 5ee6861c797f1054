# Orders for stored data: domain names (Art. 6), subscribers (Art. 7), through the other Party (Art. 8).
package rogatory.cets224

import data.rogatory.law.cets224 as law
import data.rogatory.lib

categories := {c | some c in input.facts.data_categories}

categories_known if {
	is_array(input.facts.data_categories)
	count(input.facts.data_categories) > 0
}

# METADATA
# title: Domain name registration data only
# custom: {rule: CET-02, article: "CETS 224 Art. 6(1)", mode: auto, src: M}
findings contains f if {
	judged("domain_data")
	categories_known
	f := lib.finding(rego.metadata.rule(), domain_view)
}

domain_view := {
	"check": "domain_data", "outcome": "permit", "fact": "data_categories", "do": ["purpose_limitation"],
	"text": "registration_data: Who runs the registry or registrar is asked for registration data, to be used in this case only.",
} if {
	every c in categories { c in law.categories.domain }
} else := {
	"check": "domain_data", "outcome": "deny", "fact": "data_categories", "do": ["use_article_8_or_mla", "use_mutual_legal_assistance"],
	"text": "not_registration_data: This article reaches only what identifies or contacts the registrant of a domain name.",
}

# METADATA
# title: Content of a request for domain name data
# custom: {rule: CET-02, article: "CETS 224 Art. 6(3)", mode: auto, src: M}
findings contains f if {
	judged("complete")
	form == "domain"
	is_boolean(input.facts.order_and_supporting_information_complete)
	f := lib.finding(rego.metadata.rule(), complete_view)
}

# METADATA
# title: Content of an order to a provider
# custom: {rule: CET-03, article: "CETS 224 Art. 7(3)-(4)", mode: auto, src: M}
findings contains f if {
	judged("complete")
	form == "subscriber"
	is_boolean(input.facts.order_and_supporting_information_complete)
	f := lib.finding(rego.metadata.rule(), complete_view)
}

# METADATA
# title: Order and supporting information for the other Party
# custom: {rule: CET-07, article: "CETS 224 Art. 8(3)", mode: auto, src: M}
findings contains f if {
	judged("complete")
	form == "party"
	is_boolean(input.facts.order_and_supporting_information_complete)
	f := lib.finding(rego.metadata.rule(), complete_view)
}

complete_view := {
	"check": "complete", "outcome": "permit", "fact": "order_and_supporting_information_complete",
	"text": "complete: The order and its supporting information are complete.",
} if {
	input.facts.order_and_supporting_information_complete == true
} else := {
	"check": "complete", "outcome": "deny", "fact": "order_and_supporting_information_complete", "do": ["request_additional_information"],
	"text": "incomplete: The order or its supporting information lacks something that the Protocol asks for.",
}

# METADATA
# title: Subscriber information only
# custom: {rule: CET-03, article: "CETS 224 Art. 7(1), 7(9)(a)", mode: auto, src: M}
findings contains f if {
	judged("subscriber_only")
	categories_known
	not addresses_only
	f := lib.finding(rego.metadata.rule(), subscriber_view)
}

subscriber_view := {
	"check": "subscriber_only", "outcome": "deny", "fact": "reservation", "do": ["use_article_8_or_mla", "use_mutual_legal_assistance"],
	"text": "article_reserved: The Party reserved the right not to apply this article.",
} if {
	article_reserved
} else := {
	"check": "subscriber_only", "outcome": "permit", "fact": "data_categories", "do": [sprintf("deadline=P%dD", [law.days.provider_answer])],
	"text": "subscriber_only: The provider of another Party is ordered to disclose subscriber information only.",
} if {
	every c in categories { c in law.categories.subscriber }
} else := {
	"check": "subscriber_only", "outcome": "deny", "fact": "data_categories", "do": ["use_article_8_or_mla", "use_mutual_legal_assistance"],
	"text": "not_subscriber: An order straight to a provider reaches subscriber information only.",
}

article_reserved if input.facts.reservation == true

article_reserved if declared(law.declarations.article_7)

addresses_only if {
	not article_reserved
	"user_identification_only" in categories
	every c in categories { c in {"subscriber", "user_identification_only"} }
}

# METADATA
# title: Addresses as subscriber information
# custom: {rule: CET-03, article: "CETS 224 Art. 7(9)(b)", mode: human, src: M}
findings contains f if {
	judged("subscriber_only")
	categories_known
	addresses_only
	f := lib.finding(rego.metadata.rule(), {
		"check": "subscriber_only", "outcome": "human_review", "fact": "data_categories", "do": ["use_article_8_or_mla"],
		"text": "addresses: Whether such addresses are subscriber information depends on the law and the reservations of the other Party.",
		"ask": "central authority: Are these addresses subscriber information under the law of the Party where the provider is?",
	})
}

supervision_declared if input.facts.receiving_party_declared_judicial_supervision == true

supervision_declared if declared(law.declarations.supervision)

supervised if input.facts.issued_by in law.supervisors

supervised if input.facts.supervised_by in law.supervisors

supervised if input.facts.validated_by in law.supervisors

supervisor_known if input.facts.supervised_by == null

supervisor_known if lib.said(input.facts.supervised_by)

# METADATA
# title: Supervision by a prosecutor, a court or an independent authority
# custom: {rule: CET-04, article: "CETS 224 Art. 7(2)(b)", mode: auto, src: M}
findings contains f if {
	judged("supervision")
	is_boolean(input.facts.receiving_party_declared_judicial_supervision)
	lib.said(input.facts.issued_by)
	supervisor_known
	f := lib.finding(rego.metadata.rule(), supervision_view)
}

supervision_view := {
	"check": "supervision", "outcome": "permit", "fact": "receiving_party_declared_judicial_supervision",
	"text": "no_declaration: The other Party did not declare that a prosecutor, a court or an independent authority must supervise.",
} if {
	not supervision_declared
} else := {
	"check": "supervision", "outcome": "permit", "fact": "issued_by", "do": ["prosecutor_judicial_or_independent_supervision"],
	"text": "supervised: The order was issued by or under a prosecutor, a judicial or an independent authority, as the other Party declared.",
} if {
	supervised
} else := {
	"check": "supervision", "outcome": "needs_validation", "fact": "supervised_by", "do": ["prosecutor_judicial_or_independent_supervision"],
	"text": "not_supervised: The other Party declared that the order must be issued by or under a prosecutor, a judicial or an independent authority.",
}

notification_required if input.facts.receiving_party_requires_simultaneous_notification == true

notification_required if declared(law.declarations.notification)

not_notified if input.facts.notification_sent == false

not_notified if input.facts.notified_authority == false

# METADATA
# title: Simultaneous notification
# custom: {rule: CET-05, article: "CETS 224 Art. 7(5)(a)", mode: auto, src: M}
findings contains f if {
	judged("notification")
	is_boolean(input.facts.receiving_party_requires_simultaneous_notification)
	is_boolean(input.facts.notification_sent)
	f := lib.finding(rego.metadata.rule(), notification_view)
}

notification_view := {
	"check": "notification", "outcome": "permit", "fact": "receiving_party_requires_simultaneous_notification", "do": ["no_notification_required"],
	"text": "no_notification: The other Party asks for no notification.",
} if {
	not notification_required
} else := {
	"check": "notification", "outcome": "needs_notification", "fact": "notification_sent", "do": ["notify_authority_of_receiving_party"],
	"text": "not_notified: The other Party asks to be notified at the same time, and no notification was sent.",
} if {
	not_notified
} else := {
	"check": "notification", "outcome": "permit", "fact": "notification_sent", "do": ["notify_authority_of_receiving_party"],
	"text": "notified: The authority of the other Party is notified at the same time.",
}

# METADATA
# title: No answer from the provider
# custom: {rule: CET-06, article: "CETS 224 Art. 7(7)", mode: auto, src: M}
findings contains f if {
	form == "subscriber"
	lib.whole(input.facts.days_since_receipt)
	action != "enforce_order"
	f := lib.finding(rego.metadata.rule(), object.union({"check": "answer", "outcome": "permit", "fact": "days_since_receipt"}, answer_view))
}

answer_view := {
	"do": [sprintf("deadline=P%dD", [law.days.provider_answer])],
	"text": sprintf("answer_open: The provider has %d days, or the longer time that the order gives, to answer.", [law.days.provider_answer]),
} if {
	lib.at_most(input.facts.days_since_receipt, law.days.provider_answer)
} else := {
	"do": ["use_article_8_or_mla"],
	"text": sprintf("no_answer: Without an answer within %d days the order is enforced only through the other Party or by mutual assistance.", [law.days.provider_answer]),
}

# METADATA
# title: No enforcement against the provider itself
# custom: {rule: CET-06, article: "CETS 224 Art. 7(7), first sentence", mode: auto, src: M}
findings contains f if {
	judged("enforcement")
	f := lib.finding(rego.metadata.rule(), object.union({"check": "enforcement", "outcome": "deny", "fact": "days_since_receipt"}, answer_view))
}

traffic_reserved if input.facts.receiving_party_reserved_traffic_data == true

traffic_reserved if input.facts.reservation == true

traffic_reserved if declared(law.declarations.traffic)

# METADATA
# title: Subscriber and traffic data through the other Party
# custom: {rule: CET-07, article: "CETS 224 Art. 8(1), 8(6), 8(13)", mode: auto, src: M}
findings contains f if {
	judged("party_data")
	categories_known
	is_boolean(input.facts.receiving_party_reserved_traffic_data)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "party_data"}, party_view))
}

party_view := {
	"outcome": "deny", "fact": "data_categories", "do": ["use_mutual_legal_assistance", "use_other_legal_basis"],
	"text": "not_covered: The other Party gives effect to orders for subscriber information and traffic data, never for content.",
} if {
	some c in categories
	not c in law.categories.party
} else := {
	"outcome": "deny", "fact": "receiving_party_reserved_traffic_data", "do": ["use_mutual_legal_assistance", "use_other_legal_basis"],
	"text": "traffic_reserved: The other Party reserved the right not to apply this article to traffic data.",
} if {
	"traffic" in categories
	traffic_reserved
} else := {
	"outcome": "permit", "fact": "data_categories",
	"do": array.concat([sprintf("serve_provider_within=P%dD", [law.days.serve])], [d | some d in returns]),
	"text": "covered: The other Party serves the order on the provider and sends back subscriber information and traffic data in their time.",
}

returns contains sprintf("provider_return=P%dD", [law.days.return_subscriber]) if {
	some c in ["subscriber", "user_identification_only"]
	c in categories
}

returns contains sprintf("provider_return=P%dD", [law.days.return_traffic]) if "traffic" in categories
