# What the register of States, provenance and facts that nobody has to state change.
package rogatory.budapest_test

import data.rogatory.budapest
import data.rogatory.main

asked(action, facts, more) := f if {
	f := budapest.findings with input as object.union({"action": action, "instrument": "MLA", "regime": "BUDAPEST_185", "facts": facts}, more)
}

outcome(findings, check) := o if {
	some f in findings
	f.check == check
	o := f.outcome
}

register(regimes, declarations) := {"context": {"states": {
	"XA": {"regimes": ["BUDAPEST_185"], "declarations": {}},
	"XB": {"regimes": regimes, "declarations": declarations},
}}}

between := {"issuing_state": "XA", "executing_state": "XB", "convention_in_force_between_parties": true}

test_parties_by_register if {
	outcome(asked("transmit_request", between, register(["BUDAPEST_185"], {})), "gate") == "permit"
	outcome(asked("transmit_request", between, register(["UNTOC"], {})), "gate") == "deny"
	outcome(asked("transmit_request", between, {}), "gate") == "permit"
}

test_addressee_state_counts if {
	facts := {"issuing_state": "XA", "addressee_state": "XB", "convention_in_force_between_parties": true}
	outcome(asked("transmit_request", facts, register(["UNTOC"], {})), "gate") == "deny"
}

direct := object.union(between, {
	"legal_basis": "Budapest Art 27", "sent_by": "judicial_authority", "sent_to": "judicial_authority", "sent_via": "direct",
	"urgent": true, "copy_to_central_authority": true, "other_mla_treaty_between_states": false,
})

test_declaration_closes_the_direct_way if {
	outcome(asked("transmit_request", direct, register(["BUDAPEST_185"], {})), "route") == "permit"
	outcome(asked("transmit_request", direct, register(["BUDAPEST_185"], {"art_27_9_e_central_authority_only": true})), "route") == "deny"
}

refusal := object.union(between, {
	"legal_basis": "Budapest Art 29", "ground": "absence_of_dual_criminality", "reservation_art_29_4": false,
	"reason_to_believe_condition_fails_at_disclosure": true,
})

test_reservation_by_register if {
	outcome(asked("refuse_request", refusal, register(["BUDAPEST_185"], {})), "ground") == "deny"
	outcome(asked("refuse_request", refusal, register(["BUDAPEST_185"], {"reservation_art_29_4": true})), "ground") == "human_review"
}

# The reservation of who asks does not help who is asked.
test_reservation_of_the_other_state if {
	facts := object.union(refusal, {"issuing_state": "XB", "executing_state": "XA"})
	outcome(asked("refuse_request", facts, register(["BUDAPEST_185"], {"reservation_art_29_4": true})), "ground") == "deny"
}

consent := {
	"publicly_available": false, "consent_given": true, "consent_voluntary": true, "authorised_by_law": true,
	"convention_in_force_between_parties": true,
}

by(provenance, names) := {"provenance": {name: provenance | some name in names}}

consent_by(p) := outcome(asked("access_data_abroad", consent, by(p, ["consent_given", "consent_voluntary"])), "access")

test_declared_consent_goes_to_a_person if {
	consent_by("attested") == "permit"
	consent_by("declared") == "human_review"
	outcome(asked("access_data_abroad", consent, {}), "access") == "human_review"
}

finding_by(p) := o if {
	facts := {"legal_basis": "Budapest Art 27", "ground": "political_offence", "competent_authority_finding": "substantial_grounds_recorded"}
	o := outcome(asked("refuse_request", facts, by(p, ["competent_authority_finding"])), "ground")
}

test_declared_finding_goes_to_a_person if {
	finding_by("attested") == "permit"
	finding_by("declared") == "human_review"
}

test_flags_that_count_when_stated if {
	case := {"specific_investigation": true, "purpose": "criminal_proceedings"}
	every flag in [
		{"identifiers_count": 101}, {"individual_nexus_explained": false},
		{"necessity_and_proportionality_grounds_recorded": false}, {"alternative_less_intrusive": true},
	] {
		outcome(asked("transmit_request", object.union(case, flag), {}), "proportionality") == "human_review"
	}
	every flag in [{"measure": "interception_of_telecommunications"}, {"collect_future_days": 30}] {
		outcome(asked("transmit_request", object.union(case, flag), {}), "future_data") == "human_review"
	}
	every flag in [{"requester_verified": false}, {"sender_domain": "free_webmail"}] {
		outcome(asked("transmit_request", flag, {}), "requester") == "human_review"
	}
	not outcome(asked("transmit_request", object.union(case, {"identifiers_count": 100, "collect_future_days": 0}), {}), "proportionality")
	not outcome(asked("transmit_request", object.union(case, {"identifiers_count": 100, "collect_future_days": 0}), {}), "future_data")
}

test_condition_of_the_executing_state_counts if {
	facts := {
		"condition_accepted": "none", "executing_state_condition": "use only in hacking case A",
		"stated_purpose": "hacking case A", "intended_use": "tax case B",
	}
	outcome(asked("use_evidence", facts, {}), "conditions") == "deny"
	outcome(asked("use_evidence", object.union(facts, {"prior_consent_of_requested_state": true}), {}), "conditions") == "permit"
}

test_an_article_is_read_whole if {
	budapest.cites(29) with input as {"facts": {"legal_basis": "Budapest Art 29(7)"}}
	not budapest.cites(2) with input as {"facts": {"legal_basis": "Budapest Art 29"}}
	not budapest.cites(29) with input as {"facts": {"legal_basis": 29}}
}

test_unknown_action_denies if {
	d := main.decision with input as {"action": "fly_to_the_moon", "instrument": "MLA", "regime": "BUDAPEST_185", "facts": {}}
	d.outcome == "deny"
	d.reasons[0].rule == "ROG-UNKNOWN"
}
