# METADATA
# title: National bundle of Brenova, a worked example
# description: |
#   Brenova (XB) is fictional, and so is its Electronic Evidence (Foreign Requests)
#   Act 2026. The bundle is asked beside the network's wherever Brenova receives. It
#   says only what that Act adds: what it does not mention it permits, and the
#   network's rules decide.
package rogatory.main

import data.rogatory.brenova as law

rank := {"permit": 0, "human_review": 1, "needs_notification": 2, "needs_validation": 3, "deny": 4}

default decision := {
	"outcome": "deny", "obligations": [], "human_questions": [],
	"reasons": [{
		"rule": "BRE-00", "article": "Electronic Evidence (Foreign Requests) Act 2026 (Brenova), s 1",
		"text": "malformed: The question holds no facts, so the act is refused.", "outcome": "deny", "fact": "action",
	}],
}

decision := {
	"outcome": outcome,
	"obligations": sort({d | some f in findings; some d in f.do}),
	"reasons": [r | some pair in sort({[0 - rank[f.outcome], reason(f)] | some f in findings}); r := pair[1]],
	"human_questions": sort({f.ask | some f in findings; f.ask != ""}),
} if {
	is_object(input.facts)
	some outcome, n in rank
	n == max({rank[f.outcome] | some f in findings})
}

reason(f) := {k: f[k] | some k in ["rule", "article", "text", "outcome", "fact"]}

finding(meta, f) := object.union({"rule": meta.custom.rule, "article": meta.custom.article, "do": [], "ask": ""}, f)

# METADATA
# title: What the Act does not mention
# custom: {rule: BRE-00, article: "Electronic Evidence (Foreign Requests) Act 2026 (Brenova), s 1"}
findings contains f if {
	f := finding(rego.metadata.rule(), {
		"outcome": "permit", "fact": "action",
		"text": "nothing_added: Brenova's law adds nothing to the rules of the network here.",
	})
}

asks_for_content if {
	input.action in law.asks_for_data
	"content" in input.facts.data_categories
}

# METADATA
# title: Content is never asked for behind the back of Brenova's authorities
# custom: {rule: BRE-01, article: "Electronic Evidence (Foreign Requests) Act 2026 (Brenova), s 4(1)"}
findings contains f if {
	input.instrument == "EPOC"
	asks_for_content
	f := finding(rego.metadata.rule(), notice_view)
}

notice_view := {
	"outcome": "permit", "fact": "enforcing_authority_notified", "do": ["notification_at_same_time_as_addressee"],
	"text": "notified: The prosecution service of Brenova gets its copy together with the provider.",
} if {
	input.facts.enforcing_authority_notified == true
} else := {
	"outcome": "needs_notification", "fact": "enforcing_authority_notified", "do": ["notify_enforcing_authority"],
	"text": "own_notification: Content data in Brenova are asked for only with notice to its prosecution service, whoever lives where.",
}

# METADATA
# title: Many accounts at once are a person's to judge
# custom: {rule: BRE-02, article: "Electronic Evidence (Foreign Requests) Act 2026 (Brenova), s 6"}
findings contains f if {
	input.action in law.asks_for_data
	not few_accounts
	f := finding(rego.metadata.rule(), {
		"outcome": "human_review", "fact": "identifiers_count",
		"text": sprintf("many_accounts: More than %d accounts in one request are asked for only after a person has judged each of them.", [law.accounts_without_question]),
		"ask": "issuing authority: Does each of these accounts concern the offence itself?",
	})
}

# A count that is missing or no number is not few.
few_accounts if {
	is_number(input.facts.identifiers_count)
	input.facts.identifiers_count <= law.accounts_without_question
}

# METADATA
# title: Nothing leaves towards a death sentence
# custom: {rule: BRE-03, article: "Electronic Evidence (Foreign Requests) Act 2026 (Brenova), s 9"}
findings contains f if {
	input.action in law.lets_data_leave
	not no_death_penalty
	f := finding(rego.metadata.rule(), assurance_view)
}

no_death_penalty if input.facts.death_penalty_possible == false

assurance_view := {
	"outcome": "permit", "fact": "assurance_recorded_as_condition", "do": ["comply_with_conditions"],
	"text": "assured: The requesting State has assured that no death sentence is carried out, as a condition of the use.",
} if {
	input.facts.assurance_given == true
	input.facts.assurance_recorded_as_condition == true
} else := {
	"outcome": "human_review", "fact": "death_penalty_possible", "do": ["hold_release", "request_assurance"],
	"text": "no_assurance: The offence may carry the death penalty and no assurance stands in the request, so the evidence is held.",
	"ask": "central authority: Is there an assurance on which Brenova may rely?",
}
