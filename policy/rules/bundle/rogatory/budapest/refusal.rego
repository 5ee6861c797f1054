# Refusing and postponing: BUD-05, BUD-08, BUD-09, BUD-12, BUD-13, BUD-15.
package rogatory.budapest

import data.rogatory.law.budapest as law
import data.rogatory.lib

# recorded: a named person found the ground made out and signed for it.
recorded if {
	lib.said(input.facts.competent_authority_finding)
	not input.facts.competent_authority_finding in law.findings_clear
	lib.recorded("competent_authority_finding")
}

recorded if {
	input.facts.substantial_grounds_recorded == true
	lib.recorded("substantial_grounds_recorded")
}

recorded_or_asked(f, _) := object.union(f, {"outcome": "permit"}) if recorded

recorded_or_asked(f, question) := object.union(f, {"outcome": "human_review", "ask": question}) if not recorded

# offence_2_to_11: the offence is one that Arts. 2 to 11 of the convention establish.
# An article named with the offence is more exact than the flag.
offence_2_to_11 if {
	lib.at_least(input.facts.offence.convention_article, law.offence_articles.first)
	lib.at_most(input.facts.offence.convention_article, law.offence_articles.last)
}

offence_2_to_11 if {
	not article_named
	input.facts.offence_under_arts_2_to_11 == true
}

article_named if lib.whole(input.facts.offence.convention_article)

other_offence if {
	article_named
	not offence_2_to_11
}

other_offence if {
	not article_named
	input.facts.offence_under_arts_2_to_11 == false
}

# path_request: expedited disclosure of preserved traffic data, Art. 30.
path_request if {
	not input.instrument == "preservation_request"
	cites(30)
}

# narrow: only the political offence and essential interests may carry a refusal.
narrow if preservation

narrow if path_request

available := ["ground_available", "ground_available_optional", "discretionary", "give_reasons"]

fiscal if input.facts.ground in law.grounds.fiscal

# METADATA
# title: Fiscal offences
# custom: {rule: BUD-05, article: "Budapest Convention (CETS 185) Art. 25(4), second sentence", mode: auto, src: V}
findings contains f if {
	judged("ground")
	fiscal
	not other_offence
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_forbidden", "ground_unavailable"],
		"text": "fiscal_forbidden: Assistance for an offence of Arts. 2 to 11 is not refused only because the offence is thought fiscal.",
	})
}

# METADATA
# title: Dual criminality is met by the conduct
# custom: {rule: BUD-05, article: "Budapest Convention (CETS 185) Art. 25(5), first sentence", mode: auto, src: V}
findings contains f if {
	judged("ground")
	input.facts.ground in law.grounds.label
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_unavailable", "ground_not_in_list"],
		"text": "label_only: Dual criminality asks whether the conduct is criminal, not whether the offence has the same name or category.",
	})
}

# METADATA
# title: Dual criminality for mutual assistance
# custom: {rule: BUD-05, article: "Budapest Convention (CETS 185) Art. 25(4)-(5)", mode: human, src: V}
findings contains f if {
	judged("ground")
	not narrow
	input.facts.ground in law.grounds.dual_criminality
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": available,
			"text": "dual_criminality: Assistance may depend on dual criminality where the law of the requested State says so; the conduct counts.",
		},
		"central authority: Is the conduct no offence under your law, and is the request refused for that?",
	))
}

# METADATA
# title: Political offence and essential interests
# custom: {rule: BUD-08, article: "Budapest Convention (CETS 185) Art. 27(4)", mode: human, src: V}
findings contains f if {
	judged("ground")
	not narrow
	input.facts.ground in law.grounds.political_or_essential
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": array.concat(available, ["consider_conditions"]),
			"text": "ground_listed: A political or connected offence, sovereignty, security, ordre public or other essential interests may carry a refusal.",
		},
		"central authority: Is this ground made out, and is the request refused for it?",
	))
}

# METADATA
# title: Grounds of domestic law and of other treaties
# custom: {rule: BUD-08, article: "Budapest Convention (CETS 185) Art. 25(4), first sentence", mode: human, src: V}
findings contains f if {
	judged("ground")
	not narrow
	domestic_ground
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": array.concat(available, ["assess_essential_interests_and_legal_system", "consider_conditions"]),
			"text": "ground_of_domestic_law: Assistance is subject to the grounds that the law of the requested State or an applicable treaty provides.",
		},
		"central authority: Does your law or a treaty provide this ground, and is the request refused for it?",
	))
}

domestic_ground if input.facts.ground in law.grounds.domestic

domestic_ground if {
	fiscal
	other_offence
}

# reserved: the Party kept the right to refuse preservation for want of dual criminality.
reserved if input.facts.reservation_art_29_4 == true

reserved if input.facts.reservation == true

reserved if declared("dual_criminality")

preservation_without_dual_criminality if {
	judged("ground")
	preservation
	input.facts.ground in law.grounds.dual_criminality
	is_boolean(input.facts.reservation_art_29_4)
}

reservation_reaches if {
	reserved
	not offence_2_to_11
	not input.facts.reason_to_believe_condition_fails_at_disclosure == false
}

# METADATA
# title: No dual criminality for preservation
# custom: {rule: BUD-12, article: "Budapest Convention (CETS 185) Art. 29(3)-(4)", mode: auto, src: V}
findings contains f if {
	preservation_without_dual_criminality
	not reservation_reaches
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "reservation_art_29_4", "do": ["ground_unavailable", "no_dual_criminality_test", "preserve_data"],
		"text": "no_dual_criminality: Preservation is refused for want of dual criminality only by a Party that reserved it, for an offence outside Arts. 2 to 11, when disclosure is expected to fail for it.",
	})
}

# METADATA
# title: Reservation on dual criminality
# custom: {rule: BUD-12, article: "Budapest Convention (CETS 185) Art. 29(4)", mode: human, src: V}
findings contains f if {
	preservation_without_dual_criminality
	reservation_reaches
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "reservation_art_29_4", "do": available,
			"text": "reservation: The Party reserved dual criminality and the offence is outside Arts. 2 to 11.",
		},
		"central authority: Are there reasons to believe that dual criminality will be missing at the time of disclosure?",
	))
}

# METADATA
# title: The only other grounds against preservation
# custom: {rule: BUD-13, article: "Budapest Convention (CETS 185) Art. 29(5)", mode: human, src: V}
findings contains f if {
	judged("ground")
	preservation
	input.facts.ground in law.grounds.political_or_essential
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": available,
			"text": "preservation_ground: Preservation may be refused for a political or connected offence or for essential interests.",
		},
		"central authority: Is this ground made out, and is preservation refused for it?",
	))
}

# METADATA
# title: No other ground against preservation
# custom: {rule: BUD-12, article: "Budapest Convention (CETS 185) Art. 29(3), 29(5)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	preservation
	lib.said(input.facts.ground)
	not input.facts.ground in law.grounds.political_or_essential
	not input.facts.ground in law.grounds.dual_criminality
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_unavailable", "ground_not_in_list", "ground_not_in_exhaustive_list", "preserve_data"],
		"text": "ground_not_in_list: Preservation may be refused only for a political or connected offence or for essential interests.",
	})
}

# METADATA
# title: Any other ground
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 25(1), 25(4)", mode: auto, src: V}
findings contains f if {
	judged("ground")
	not narrow
	lib.said(input.facts.ground)
	not input.facts.ground in known_grounds
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list", "ground_unavailable", "execute_as_soon_as_possible"],
		"text": "ground_not_in_list: This is none of the grounds on which assistance may be refused.",
	})
}

known_grounds := {g |
	some group in ["political_or_essential", "dual_criminality", "fiscal", "label", "domestic"]
	some g in law.grounds[group]
}

# METADATA
# title: Partial or conditional assistance first
# custom: {rule: BUD-07, article: "Budapest Convention (CETS 185) Art. 27(6)", mode: auto, src: V}
findings contains f if {
	judged("considered")
	is_boolean(input.facts.partial_or_conditional_considered)
	is_boolean(input.facts.consulted_requesting_state)
	f := lib.finding(rego.metadata.rule(), considered_view)
}

considered_view := {
	"check": "considered", "outcome": "deny", "fact": "partial_or_conditional_considered", "do": ["consider_conditions", "consult_requesting_state"],
	"text": "not_considered: Before refusing or postponing, the requested State considers granting the request in part or under conditions.",
} if {
	input.facts.partial_or_conditional_considered == false
} else := {
	"check": "considered", "outcome": "human_review", "fact": "consulted_requesting_state", "do": ["consider_conditions", "consult_requesting_state"],
	"text": "not_consulted: The requesting State is consulted before a refusal or postponement where that is appropriate.",
	"ask": "central authority: Is it appropriate to consult the requesting State before you refuse or postpone?",
} if {
	input.facts.consulted_requesting_state == false
} else := {
	"check": "considered", "outcome": "permit", "fact": "partial_or_conditional_considered", "do": ["consider_conditions"],
	"text": "considered: The requested State considered granting the request in part or under conditions.",
}

# METADATA
# title: Reasons for a refusal or postponement
# custom: {rule: BUD-07, article: "Budapest Convention (CETS 185) Art. 27(7)", mode: auto, src: V}
findings contains f if {
	judged("reasons")
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), reasons_view)
}

reasons_view := {
	"check": "reasons", "outcome": "permit", "fact": "reasons_given", "do": ["give_reasons"],
	"text": "reasons_given: The requested State gives its reasons.",
} if {
	input.facts.reasons_given == true
} else := {
	"check": "reasons", "outcome": "deny", "fact": "reasons_given", "do": ["give_reasons"],
	"text": "reasons_missing: Reasons must be given for every refusal or postponement.",
}

# METADATA
# title: Postponement
# custom: {rule: BUD-09, article: "Budapest Convention (CETS 185) Art. 27(5)", mode: human, src: V}
findings contains f if {
	judged("postponement")
	input.facts.ground in law.grounds.postponement
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "postponement", "fact": "ground",
			"do": array.concat(available, ["consult_requesting_state", "consider_conditions"]),
			"text": "postponement: Action may be postponed where it would prejudice the requested State's own investigation or proceeding.",
		},
		"central authority: Would acting now prejudice your own case, and until when is the request postponed?",
	))
}

# METADATA
# title: No other reason to postpone
# custom: {rule: BUD-04, article: "Budapest Convention (CETS 185) Art. 25(1), 27(5)", mode: auto, src: V}
findings contains f if {
	judged("postponement")
	lib.said(input.facts.ground)
	not input.facts.ground in law.grounds.postponement
	f := lib.finding(rego.metadata.rule(), {
		"check": "postponement", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list", "ground_unavailable", "execute_as_soon_as_possible"],
		"text": "postponement_not_listed: Only prejudice to its own investigation or proceeding lets the requested State postpone.",
	})
}
