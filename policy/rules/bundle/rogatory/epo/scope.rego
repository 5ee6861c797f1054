# Scope gates, EPO-S.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.law.states
import data.rogatory.lib

# bound: the table of real States decides for them; user-assigned codes are
# bound when the signed register in the context says so.
bound(code) if states.bound[code] == true

bound(code) if {
	regex.match(states.user_assigned_pattern, code)
	"EU_2023_1543" in input.context.states[code].regimes
}

# METADATA
# title: Both States are bound and differ
# custom: {rule: EPO-S-02, article: "Reg. (EU) 2023/1543 Art. 1(1), 3(1)-(2); rec. 100-101", mode: auto, src: V}
findings contains f if {
	judged("states")
	lib.said(input.facts.issuing_state)
	lib.said(input.facts.addressee_state)
	f := lib.finding(rego.metadata.rule(), states_view)
}

states_view := {
	"check": "states", "outcome": "deny", "fact": "addressee_state", "do": ["use_domestic_order"],
	"text": sprintf("domestic_order: The addressee is in %s, the issuing State itself, so a domestic order must be used.", [input.facts.addressee_state]),
} if {
	input.facts.issuing_state == input.facts.addressee_state
} else := {
	"check": "states", "outcome": "deny", "fact": "issuing_state", "do": ["use_other_instrument"],
	"text": sprintf("state_not_bound: The issuing State %s is not bound by the Regulation.", [input.facts.issuing_state]),
} if {
	not bound(input.facts.issuing_state)
} else := {
	"check": "states", "outcome": "deny", "fact": "addressee_state", "do": ["use_other_instrument"],
	"text": sprintf("state_not_bound: The addressee's State %s is not bound by the Regulation.", [input.facts.addressee_state]),
} if {
	not bound(input.facts.addressee_state)
} else := {
	"check": "states", "outcome": "permit", "fact": "addressee_state",
	"text": sprintf("states_bound: %s and %s are two different States, both bound by the Regulation.", [input.facts.issuing_state, input.facts.addressee_state]),
}

# METADATA
# title: Service covered
# custom: {rule: EPO-S-03, article: "Reg. (EU) 2023/1543 Art. 2(1), 2(3), 3(3)-(4); rec. 26", mode: auto, src: V}
findings contains f if {
	judged("service")
	is_boolean(input.facts.service_offered_in_union)
	lib.said(input.facts.service_type)
	f := lib.finding(rego.metadata.rule(), service_view)
}

service_view := {
	"check": "service", "outcome": "deny", "fact": "service_type", "do": ["use_other_instrument"],
	"text": "financial_service: Financial services are outside the Regulation.",
} if {
	input.facts.service_type in law.services.financial
} else := {
	"check": "service", "outcome": "deny", "fact": "service_offered_in_union",
	"do": ["use_mutual_legal_assistance_or_agreement", "use_other_instrument"],
	"text": "service_not_offered_in_union: The service is not offered in the Union.",
} if {
	input.facts.service_offered_in_union == false
} else := {
	"check": "service", "outcome": "permit", "fact": "service_type",
	"text": "service_covered: The service is offered in the Union and is of a kind that the Regulation covers.",
} if {
	input.facts.service_type in law.services.covered
} else := {
	"check": "service", "outcome": "human_review", "fact": "service_type",
	"text": "service_kind_open: The kind of service is not on the list of covered or excluded services.",
	"ask": "issuing authority: Does this service fall under Art. 3(3) of the Regulation?",
}

# METADATA
# title: Criminal proceedings or execution of a sentence only
# custom: {rule: EPO-S-01, article: "Reg. (EU) 2023/1543 Art. 2(2); rec. 24-25", mode: auto, src: V}
findings contains f if {
	judged("purpose")
	lib.said(input.facts.purpose)
	not input.facts.purpose in law.purposes.mutual_assistance
	input.facts.purpose != "prosecute_victim_for_compelled_offence"
	f := lib.finding(rego.metadata.rule(), purpose_view)
}

purpose_view := {
	"check": "purpose", "outcome": "deny", "fact": "purpose",
	"text": "purpose_outside_criminal_proceedings: Prevention, intelligence and other aims outside criminal proceedings are no purpose of an order.",
} if {
	input.facts.purpose in law.purposes.forbidden
} else := {
	"check": "purpose", "outcome": "permit", "fact": "purpose",
	"text": "purpose_criminal_proceedings: The order serves criminal proceedings.",
} if {
	input.facts.purpose in law.purposes.proceedings
} else := {
	"check": "purpose", "outcome": "permit", "fact": "purpose",
	"text": "purpose_sentence: The order serves to execute a custodial sentence or detention order.",
} if {
	input.facts.purpose in law.purposes.sentence
} else := {
	"check": "purpose", "outcome": "human_review", "fact": "purpose",
	"text": "purpose_open: The stated purpose is not one that the table knows.",
	"ask": "issuing authority: Is the order made for criminal proceedings or to execute a sentence, and not for prevention or intelligence?",
}

# METADATA
# title: No mutual legal assistance by order
# custom: {rule: EPO-S-04, article: "Reg. (EU) 2023/1543 Art. 2(4)", mode: auto, src: V}
findings contains f if {
	judged("purpose")
	input.facts.purpose in law.purposes.mutual_assistance
	f := lib.finding(rego.metadata.rule(), {
		"check": "purpose", "outcome": "deny", "fact": "purpose", "do": ["use_mutual_legal_assistance", "use_other_instrument"],
		"text": "mutual_assistance_purpose: An order may not be issued to give mutual legal assistance to another State.",
	})
}

# METADATA
# title: A specific offence, already committed
# custom: {rule: EPO-S-01, article: "Reg. (EU) 2023/1543 Art. 2(2); rec. 24", mode: auto, src: V}
findings contains f if {
	judged("proceedings")
	not executing_sentence
	f := lib.finding(rego.metadata.rule(), proceedings_view)
}

proceedings_view := {
	"check": "proceedings", "outcome": "deny", "fact": "criminal_proceedings_open",
	"text": "no_criminal_proceedings: No criminal proceedings are open.",
} if {
	input.facts.criminal_proceedings_open == false
} else := {
	"check": "proceedings", "outcome": "deny", "fact": "offence",
	"text": "no_offence: No specific offence that has been committed is named.",
} if {
	input.facts.offence == null
} else := {
	"check": "proceedings", "outcome": "deny", "fact": "specific_investigation", "do": ["specific_investigation_required"],
	"text": "no_specific_investigation: The order belongs to no specific investigation.",
} if {
	input.facts.specific_investigation == false
} else := {
	"check": "proceedings", "outcome": "permit", "fact": "criminal_proceedings_open",
	"text": "proceedings_open: Criminal proceedings about a specific offence are open.",
} if {
	input.facts.criminal_proceedings_open == true
	input.facts.specific_investigation == true
	lib.said(input.facts.offence.name)
}

settled contains "proceedings" if {
	judged("proceedings")
	executing_sentence
}

executing_sentence if input.facts.purpose in law.purposes.sentence

settled contains "sentence" if {
	judged("sentence")
	lib.said(input.facts.purpose)
	not executing_sentence
}

# METADATA
# title: Sentence of four months or more, in presence, absconded
# custom: {rule: EPO-S-01, article: "Reg. (EU) 2023/1543 Art. 2(2), 5(3), 5(4)(d), 6(3)", mode: auto, src: V}
findings contains f if {
	judged("sentence")
	executing_sentence
	f := lib.finding(rego.metadata.rule(), sentence_view)
}

sentence_view := {
	"check": "sentence", "outcome": "deny", "fact": "sentence_months",
	"text": sprintf("sentence_too_short: The sentence is %d months; at least 4 are needed.", [input.facts.sentence_months]),
} if {
	lib.below(input.facts.sentence_months, law.thresholds.sentence_months)
} else := {
	"check": "sentence", "outcome": "deny", "fact": "in_absentia",
	"text": "sentence_in_absentia: The sentence was given in the convict's absence.",
} if {
	input.facts.in_absentia == true
} else := {
	"check": "sentence", "outcome": "deny", "fact": "convict_absconded",
	"text": "convict_not_absconded: The convict has not absconded.",
} if {
	input.facts.convict_absconded == false
} else := {
	"check": "sentence", "outcome": "permit", "fact": "sentence_months",
	"text": sprintf("sentence_qualifies: A sentence of %d months, not given in absence, of a convict who absconded.", [input.facts.sentence_months]),
} if {
	lib.at_least(input.facts.sentence_months, law.thresholds.sentence_months)
	input.facts.in_absentia == false
	input.facts.convict_absconded == true
}

# METADATA
# title: Stored data only
# custom: {rule: EPO-S-05, article: "Reg. (EU) 2023/1543 Art. 3(8), 1(1), 16(4)(d)", mode: auto, src: V}
findings contains f if {
	judged("stored_data")
	lib.at_least(input.facts.collect_future_days, 1)
	f := lib.finding(rego.metadata.rule(), {
		"check": "stored_data", "outcome": "deny", "fact": "collect_future_days", "do": ["interception_not_covered", "use_other_instrument"],
		"text": "future_data: Data that will only arise later cannot be ordered; that would be interception.",
	})
}

# METADATA
# title: Interception, under whatever name
# custom: {rule: EPO-S-05, article: "Reg. (EU) 2023/1543 Art. 3(8), 1(1)", mode: auto, src: V}
findings contains f if {
	judged("stored_data")
	input.facts.measure == "interception_of_telecommunications"
	f := lib.finding(rego.metadata.rule(), {
		"check": "stored_data", "outcome": "deny", "fact": "measure", "do": ["interception_not_covered", "use_other_instrument"],
		"text": "interception: Interception of telecommunications is outside the Regulation, which covers stored data only.",
	})
}

# METADATA
# title: Data not stored when the order arrived
# custom: {rule: EPO-S-05, article: "Reg. (EU) 2023/1543 Art. 3(8), 10(7), 16(4)(d)", mode: auto, src: V}
findings contains f if {
	some check in ["stored_data", "stored_at_receipt"]
	judged(check)
	input.facts.data_existing_at_receipt == false
	f := lib.finding(rego.metadata.rule(), {
		"check": check, "outcome": "deny", "fact": "data_existing_at_receipt",
		"do": {"stored_data": ["interception_not_covered", "use_other_instrument"], "stored_at_receipt": []}[check],
		"text": "not_stored_at_receipt: The data were not stored when the order was received, and only stored data are covered.",
	})
}

settled contains "stored_data" if {
	judged("stored_data")
	input.facts.collect_future_days == 0
	input.facts.data_existing_at_receipt == true
}

settled contains "stored_at_receipt" if input.facts.data_existing_at_receipt == true

# METADATA
# title: Order asked for by the defence
# custom: {rule: EPO-S-06, article: "Reg. (EU) 2023/1543 Art. 1(2)", mode: auto, src: V}
findings contains f if {
	order
	input.facts.requested_by in {"defence_lawyer", "suspect", "accused"}
	f := lib.finding(rego.metadata.rule(), {
		"check": "requested_by", "outcome": "permit", "fact": "requested_by",
		"text": "asked_by_defence: The defence may ask for an order; the issuing authority alone issues it.",
	})
}
