# Refusing and postponing, on the grounds of the Convention (CET-05, CET-07).
package rogatory.cets224

import data.rogatory.law.cets224 as law
import data.rogatory.lib

recorded if {
	lib.said(input.facts.competent_authority_finding)
	not input.facts.competent_authority_finding in law.findings_clear
	lib.recorded("competent_authority_finding")
}

recorded_or_asked(f, _) := object.union(f, {"outcome": "permit"}) if recorded

recorded_or_asked(f, question) := object.union(f, {"outcome": "human_review", "ask": question}) if not recorded

# prejudice: the Party may stop a provider for the sake of its own case (Art. 7(5)(c));
# elsewhere that only postpones.
prejudice if {
	form == "subscriber"
	input.facts.ground in law.grounds.postponement
}

open_ground if input.facts.ground in law.grounds.human

open_ground if prejudice

fiscal_forbidden if {
	input.facts.ground in law.grounds.fiscal
	not input.facts.offence_under_arts_2_to_11 == false
}

fiscal_open if {
	input.facts.ground in law.grounds.fiscal
	not fiscal_forbidden
}

may_refuse if open_ground

may_refuse if fiscal_open

# METADATA
# title: Grounds of the Convention
# custom: {rule: CET-07, article: "CETS 224 Art. 7(5)(c), 8(8)", mode: human, src: M}
findings contains f if {
	judged("ground")
	may_refuse
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "ground", "fact": "ground", "do": ["ground_available", "ground_available_optional", "discretionary", "give_reasons", "consider_conditions"],
			"text": "ground_of_convention: The Party may refuse on the grounds of Arts. 25(4) and 27(4) of the Convention.",
		},
		"central authority: Is this ground made out, and is the request refused for it?",
	))
}

# METADATA
# title: No other ground
# custom: {rule: CET-07, article: "CETS 224 Art. 8(8); Budapest Convention (CETS 185) Art. 25(4), second sentence", mode: auto, src: M}
findings contains f if {
	judged("ground")
	lib.said(input.facts.ground)
	not may_refuse
	f := lib.finding(rego.metadata.rule(), {
		"check": "ground", "outcome": "deny", "fact": "ground", "do": ground_duties,
		"text": "ground_not_in_list: This is none of the grounds on which the Party may refuse.",
	})
}

ground_duties := ["ground_forbidden", "ground_unavailable"] if {
	fiscal_forbidden
} else := ["ground_not_in_list", "ground_unavailable"]

# METADATA
# title: Reasons
# custom: {rule: CET-07, article: "CETS 224 Art. 8(8)-(9)", mode: auto, src: M}
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
# custom: {rule: CET-07, article: "CETS 224 Art. 8(8); Budapest Convention (CETS 185) Art. 27(5)", mode: human, src: M}
findings contains f if {
	judged("postponement")
	input.facts.ground in law.grounds.postponement
	f := lib.finding(rego.metadata.rule(), recorded_or_asked(
		{
			"check": "postponement", "fact": "ground", "do": ["ground_available_optional", "give_reasons", "consider_conditions", "consult_requesting_state"],
			"text": "postponement: Action may be postponed where it would prejudice the requested State's own investigation or proceeding.",
		},
		"central authority: Would acting now prejudice your own case, and until when is the request postponed?",
	))
}

# METADATA
# title: No other reason to postpone
# custom: {rule: CET-07, article: "CETS 224 Art. 8(8); Budapest Convention (CETS 185) Art. 27(5), only ground", mode: auto, src: M}
findings contains f if {
	judged("postponement")
	lib.said(input.facts.ground)
	not input.facts.ground in law.grounds.postponement
	f := lib.finding(rego.metadata.rule(), {
		"check": "postponement", "outcome": "deny", "fact": "ground", "do": ["ground_not_in_list", "execute_as_soon_as_possible"],
		"text": "postponement_not_listed: Only prejudice to its own investigation or proceeding lets the requested State postpone.",
	})
}
