# Thresholds, EPO-T.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

max_months := input.facts.offence.max_custodial_sentence_months

by_maximum if lib.at_least(max_months, law.thresholds.offence_months)

by_system_directive if {
	input.facts.offence.committed_by_information_system == true
	input.facts.offence.directive_article in law.directives_by_system[input.facts.offence.listed_in_directive]
}

by_terrorism if input.facts.offence.directive_article in law.directives_any_means[input.facts.offence.listed_in_directive]

# qualifies: Art. 5(4)(a)-(c), of the offence.
qualifies if by_maximum

qualifies if by_system_directive

qualifies if by_terrorism

# METADATA
# title: Light track, every offence
# custom: {rule: EPO-T-01, article: "Reg. (EU) 2023/1543 Art. 5(3)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in light
	f := lib.finding(rego.metadata.rule(), {
		"check": sprintf("threshold|%s", [c]), "outcome": "permit", "fact": "data_categories",
		"text": sprintf("threshold_any_offence: %s data may be ordered for every criminal offence.", [spoken(c)]),
	})
}

# METADATA
# title: Heavy track, three years
# custom: {rule: EPO-T-02, article: "Reg. (EU) 2023/1543 Art. 5(4)(a)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in heavy
	by_maximum
	f := lib.finding(rego.metadata.rule(), {
		"check": sprintf("threshold|%s", [c]), "outcome": "permit", "fact": "offence.max_custodial_sentence_months",
		"text": sprintf("threshold_met: The offence carries a %s, and 36 are enough for %s data.", [offence_text, spoken(c)]),
	})
}

# METADATA
# title: Heavy track below three years, by information system
# custom: {rule: EPO-T-03, article: "Reg. (EU) 2023/1543 Art. 5(4)(b)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in heavy
	not by_maximum
	by_system_directive
	f := lib.finding(rego.metadata.rule(), {
		"check": sprintf("threshold|%s", [c]), "outcome": "permit", "fact": "offence.listed_in_directive",
		"text": sprintf("threshold_directive: The offence falls under Dir. %s and was committed by means of an information system.", [input.facts.offence.listed_in_directive]),
	})
}

# METADATA
# title: Heavy track, terrorism
# custom: {rule: EPO-T-04, article: "Reg. (EU) 2023/1543 Art. 5(4)(c)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in heavy
	not by_maximum
	by_terrorism
	f := lib.finding(rego.metadata.rule(), {
		"check": sprintf("threshold|%s", [c]), "outcome": "permit", "fact": "offence.listed_in_directive",
		"text": "threshold_terrorism: The offence falls under the terrorism directive, which has no minimum penalty here.",
	})
}

# METADATA
# title: Heavy track, threshold not met
# custom: {rule: EPO-T-02, article: "Reg. (EU) 2023/1543 Art. 5(4)(a)-(c)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in heavy
	lib.below(max_months, law.thresholds.offence_months)
	not qualifies
	f := lib.finding(rego.metadata.rule(), threshold_failed(c))
}

threshold_failed(c) := {
	"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "offence.max_custodial_sentence_months",
	"text": sprintf("threshold_not_met: The offence carries a %s; %s data need a maximum of at least 36 months or a listed offence.", [offence_text, spoken(c)]),
}

# METADATA
# title: Listed directive, but not its article or not by information system
# custom: {rule: EPO-T-03, article: "Reg. (EU) 2023/1543 Art. 5(4)(b)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in heavy
	lib.below(max_months, law.thresholds.offence_months)
	not qualifies
	lib.said(input.facts.offence.listed_in_directive)
	not law.directives_any_means[input.facts.offence.listed_in_directive]
	f := lib.finding(rego.metadata.rule(), listing_failed(c))
}

listing_failed(c) := {
	"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "offence.listed_in_directive",
	"text": sprintf("threshold_directive_not_listed: Dir. %s is not one that lifts the three-year threshold.", [input.facts.offence.listed_in_directive]),
} if {
	not law.directives_by_system[input.facts.offence.listed_in_directive]
} else := {
	"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "offence.committed_by_information_system",
	"text": sprintf("threshold_no_system: With a %s a listed offence qualifies only if it was committed by means of an information system.", [offence_text]),
} if {
	input.facts.offence.directive_article in law.directives_by_system[input.facts.offence.listed_in_directive]
} else := {
	"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "offence.directive_article",
	"text": sprintf("threshold_article: The article named of Dir. %s is not among those that lift the three-year threshold.", [input.facts.offence.listed_in_directive]),
}

# METADATA
# title: Terrorism directive, but not its article
# custom: {rule: EPO-T-04, article: "Reg. (EU) 2023/1543 Art. 5(4)(c)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	some c in heavy
	lib.below(max_months, law.thresholds.offence_months)
	not qualifies
	law.directives_any_means[input.facts.offence.listed_in_directive]
	f := lib.finding(rego.metadata.rule(), {
		"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "offence.directive_article",
		"text": "threshold_article: The article named of the terrorism directive is not among Articles 3 to 12 and 14.",
	})
}

# METADATA
# title: Heavy track to execute a sentence, conditions not met
# custom: {rule: EPO-T-05, article: "Reg. (EU) 2023/1543 Art. 5(4)(d)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	executing_sentence
	some c in heavy
	f := lib.finding(rego.metadata.rule(), sentence_failed(c))
}

sentence_failed(c) := {
	"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "offence.max_custodial_sentence_months",
	"text": "threshold_sentence_offence: The offence behind the sentence does not meet the threshold for traffic or content.",
} if {
	lib.below(max_months, law.thresholds.offence_months)
	not qualifies
} else := {
	"check": sprintf("threshold|%s", [c]), "outcome": "deny", "fact": "sentence_months",
	"text": "threshold_sentence: Traffic or content may be ordered only for a sentence of at least 4 months, not given in absence, of a convict who absconded.",
} if {
	sentence_view.outcome == "deny"
}

# METADATA
# title: Heavy track to execute a sentence
# custom: {rule: EPO-T-05, article: "Reg. (EU) 2023/1543 Art. 5(4)(d)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	executing_sentence
	count(heavy) > 0
	qualifies
	sentence_view.outcome == "permit"
	f := lib.finding(rego.metadata.rule(), {
		"check": "sentence", "outcome": "permit", "fact": "sentence_months",
		"text": "threshold_sentence: The sentence qualifies and the offence behind it meets the threshold.",
	})
}

# METADATA
# title: Trafficking meets the three years
# custom: {rule: EPO-T-06, article: "Dir. 2011/36/EU Art. 4(1)-(2); Reg. (EU) 2023/1543 Art. 5(4)(a)", mode: auto, src: V}
findings contains f if {
	judged("threshold")
	epoc
	count(heavy) > 0
	trafficking
	lib.at_least(max_months, law.trafficking.minimum_maximum_months)
	f := lib.finding(rego.metadata.rule(), {
		"check": "trafficking", "outcome": "permit", "fact": "offence.max_custodial_sentence_months",
		"text": "trafficking_meets_threshold: Trafficking in human beings must carry at least five years, so the three-year threshold is met.",
	})
}

trafficking if lower(input.facts.offence.name) in law.trafficking.names

trafficking if input.facts.offence.annex_iv_category == "trafficking in human beings"

# METADATA
# title: Similar domestic order
# custom: {rule: EPO-T-07, article: "Reg. (EU) 2023/1543 Art. 5(2)", mode: attest, src: V}
findings contains f if {
	judged("domestic")
	epoc
	f := lib.finding(rego.metadata.rule(), domestic_view)
}

# METADATA
# title: Preservation order available in a similar domestic case
# custom: {rule: EPO-T-08, article: "Reg. (EU) 2023/1543 Art. 6(2)-(3); rec. 49", mode: attest, src: V}
findings contains f if {
	judged("domestic")
	epoc_pr
	f := lib.finding(rego.metadata.rule(), domestic_view)
}

domestic_view := {
	"check": "domestic", "outcome": "permit", "fact": "similar_domestic_order_available",
	"text": "domestic_equivalent: A similar order would be available in a similar domestic case.",
} if {
	input.facts.similar_domestic_order_available == true
	lib.recorded("similar_domestic_order_available")
} else := {
	"check": "domestic", "outcome": "human_review", "fact": "similar_domestic_order_available",
	"text": "domestic_unsigned: Nobody signed for the finding that a similar domestic order would be available.",
	"ask": "issuing authority: Would a similar order be available in a similar domestic case, and who found so?",
} if {
	input.facts.similar_domestic_order_available == true
} else := {
	"check": "domestic", "outcome": "deny", "fact": "similar_domestic_order_available",
	"text": "no_domestic_equivalent: A similar order would not be available in a similar domestic case.",
} if {
	input.facts.similar_domestic_order_available == false
}

# METADATA
# title: Preservation order, every offence
# custom: {rule: EPO-T-08, article: "Reg. (EU) 2023/1543 Art. 6(2)-(3); rec. 49", mode: attest, src: V}
findings contains f if {
	judged("threshold")
	epoc_pr
	some c in categories
	f := lib.finding(rego.metadata.rule(), {
		"check": sprintf("threshold|%s", [c]), "outcome": "permit", "fact": "data_categories",
		"text": sprintf("preservation_any_offence: Preservation of %s data may be ordered for every criminal offence.", [spoken(c)]),
	})
}

# METADATA
# title: Final judgment on the same acts
# custom: {rule: EPO-T-09, article: "Reg. (EU) 2023/1543 rec. 46; Charter Art. 50", mode: auto, src: V}
findings contains f if {
	judged("ne_bis")
	lib.said(input.facts.final_judgment_same_acts_in_member_state)
	input.facts.final_judgment_same_acts_in_member_state != "none"
	f := lib.finding(rego.metadata.rule(), ne_bis_view)
}

ne_bis_view := {
	"check": "ne_bis", "outcome": "deny", "fact": "final_judgment_same_acts_in_member_state",
	"text": "ne_bis_in_idem: The same person was finally judged for the same acts in a Member State.",
} if {
	input.facts.same_person == true
} else := {
	"check": "ne_bis", "outcome": "permit", "fact": "same_person",
	"text": "ne_bis_other_person: The final judgment on the same acts concerns another person.",
} if {
	input.facts.same_person == false
}

settled contains "ne_bis" if {
	judged("ne_bis")
	lib.none(input.facts.final_judgment_same_acts_in_member_state)
}

# METADATA
# title: Parallel proceedings suspected
# custom: {rule: EPO-T-09, article: "Reg. (EU) 2023/1543 rec. 46; FD 2009/948/JHA", mode: human, src: V}
findings contains f if {
	judged("parallel")
	lib.said(input.facts.parallel_proceedings_suspected_in)
	input.facts.parallel_proceedings_suspected_in != "none"
	f := lib.finding(rego.metadata.rule(), {
		"check": "parallel", "outcome": "human_review", "fact": "parallel_proceedings_suspected_in", "do": ["consult_other_member_state"],
		"text": sprintf("parallel_proceedings: Proceedings on the same acts may be running in %s.", [input.facts.parallel_proceedings_suspected_in]),
		"ask": "issuing authority: After consulting the other State, would this order breach ne bis in idem?",
	})
}

settled contains "parallel" if {
	judged("parallel")
	lib.none(input.facts.parallel_proceedings_suspected_in)
}
