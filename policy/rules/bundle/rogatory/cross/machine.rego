# What machines may decide and prove: XC-05, XC-09.
package rogatory.cross

import data.rogatory.law.cross as law
import data.rogatory.lib

# METADATA
# title: No adverse decision by a machine alone
# custom: {rule: XC-05, article: "Dir. (EU) 2016/680 Art. 11(1)", mode: auto, src: V}
findings contains f if {
	judged("automated")
	is_boolean(input.facts.based_solely_on_automated_processing)
	f := lib.finding(rego.metadata.rule(), automated_view)
}

automated if input.facts.based_solely_on_automated_processing == true

automated if input.facts.based_solely_on_profiling == true

authorised_with_safeguards if input.facts.law_authorises_with_safeguards == true

authorised_with_safeguards if input.facts.authorised_by_domestic_law_with_safeguards == true

automated_view := {
	"check": "automated", "outcome": "permit", "fact": "based_solely_on_automated_processing",
	"text": "decided_by_a_person: The measure does not rest on automated processing alone.",
} if {
	not automated
} else := {
	"check": "automated", "outcome": "permit", "fact": "law_authorises_with_safeguards", "do": ["human_intervention_required"],
	"text": "automated_by_law: A law authorises the automated decision with safeguards, and a person can step in.",
} if {
	authorised_with_safeguards
	input.facts.human_intervention_possible == true
} else := {
	"check": "automated", "outcome": "deny", "fact": "law_authorises_with_safeguards", "do": ["human_intervention_required"],
	"text": "automated_alone: A decision with adverse legal effect may not rest on automated processing alone without a law, safeguards and human intervention.",
}

discriminates if {
	automated
	input.facts.category in law.special_categories
}

settled contains "profiling" if {
	home
	judged("profiling")
	lib.said(input.facts.category)
	not discriminates
}

# METADATA
# title: Discriminatory profiling
# custom: {rule: XC-05, article: "Dir. (EU) 2016/680 Art. 11(3)", mode: auto, src: V}
findings contains f if {
	judged("profiling")
	discriminates
	f := lib.finding(rego.metadata.rule(), {
		"check": "profiling", "outcome": "deny", "fact": "category", "do": ["prohibited_practice", "human_intervention_required"],
		"text": "discriminatory_profiling: Profiling on special categories of data that results in discrimination is prohibited.",
	})
}

from_machine if startswith(input.facts.evidence_source, law.machine.prefix)

from_machine if input.facts.output in law.machine.risk_scores

from_machine if act == "machine"

source_known if lib.said(input.facts.evidence_source)

source_known if {
	not holds("evidence_source")
	lib.said(input.facts.output)
}

# METADATA
# title: Machine output is a lead, not a proof
# custom: {rule: XC-09, article: "Reg. (EU) 2024/1689 Art. 14, 26", mode: auto, src: V}
findings contains f if {
	judged("machine")
	source_known
	from_machine
	f := lib.finding(rego.metadata.rule(), machine_view)
}

reviewed if {
	lib.said(input.facts.human_reviewer)
	not input.facts.human_reviewer in law.staff.nobody
}

machine_view := {
	"check": "machine", "outcome": "human_review", "fact": "human_reviewer",
	"do": ["human_intervention_required", "keep_ai_output_marked_as_assessment", "do_not_act_on_match_alone"],
	"text": "no_reviewer: No person has examined what the machine put out.",
	"ask": "senior analyst: Is the output of the machine right, free of bias and about the right person?",
} if {
	not reviewed
} else := {
	"check": "machine", "outcome": "permit", "fact": "independent_corroboration", "do": ["keep_ai_output_marked_as_assessment"],
	"text": "corroborated: A person examined the output and other evidence supports it; it stays marked as an assessment.",
} if {
	input.facts.independent_corroboration == true
} else := {
	"check": "machine", "outcome": "human_review", "fact": "independent_corroboration",
	"do": ["do_not_act_on_match_alone", "keep_ai_output_marked_as_assessment", "human_intervention_required"],
	"text": "not_corroborated: Nothing but the output of a machine points to this person.",
	"ask": "investigator: Which independent evidence supports the output of the machine?",
}

settled contains "machine" if {
	home
	judged("machine")
	source_known
	not from_machine
}

# METADATA
# title: Prohibited practice
# custom: {rule: XC-09, article: "Reg. (EU) 2024/1689 Art. 5(1)(d)", mode: auto, src: V}
findings contains f if {
	scored
	is_boolean(input.facts.based_solely_on_profiling)
	f := lib.finding(rego.metadata.rule(), practice_view)
}

# scored: wherever a score of a person's risk of crime is used.
scored if {
	judged("machine")
	input.facts.output in law.machine.risk_scores
}

practice_view := {
	"check": "practice", "outcome": "deny", "fact": "based_solely_on_profiling", "do": ["prohibited_practice"],
	"text": "prohibited_practice: A score of the risk that a person commits a crime, based solely on profiling, may not be used.",
} if {
	input.facts.based_solely_on_profiling == true
} else := {
	"check": "practice", "outcome": "permit", "fact": "objective_verifiable_facts", "do": ["keep_ai_output_marked_as_assessment"],
	"text": "score_supports: The score supports a person's assessment that rests on objective and verifiable facts.",
} if {
	input.facts.objective_verifiable_facts == true
} else := {
	"check": "practice", "outcome": "human_review", "fact": "objective_verifiable_facts", "do": ["keep_ai_output_marked_as_assessment", "human_intervention_required"],
	"text": "score_without_facts: Nobody showed that the score rests on objective and verifiable facts about a crime.",
	"ask": "counsel: Does the use of this score fall under the ban on predicting crime by profiling?",
}

settled contains "practice" if {
	home
	judged("practice")
	lib.said(input.facts.output)
	not scored
}
