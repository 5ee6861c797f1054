package rogatory.lib_test

import data.rogatory.lib

meta := {"custom": {"rule": "TST-01", "article": "Test Art. 1"}}

found(check, outcome) := lib.finding(meta, {"check": check, "outcome": outcome, "fact": "x", "text": "key: Sentence."})

asked(check) := lib.finding(meta, {
	"check": check, "outcome": "human_review", "fact": "x",
	"text": "key: Sentence.", "ask": "court: Is it so?", "do": ["give_reasons"],
})

test_permit_needs_every_check if {
	d := lib.decide({found("a", "permit")}, {"b"}, {"a", "b"})
	d.outcome == "permit"
}

test_undecided_check_denies if {
	d := lib.decide({found("a", "permit")}, set(), {"a", "b"})
	d.outcome == "deny"
	"ROG-TOTAL" in {r.rule | some r in d.reasons}
}

test_no_checks_denies if {
	d := lib.decide({found("a", "permit")}, set(), set())
	d.outcome == "deny"
	"ROG-UNKNOWN" in {r.rule | some r in d.reasons}
}

test_nothing_at_all_denies if lib.decide(set(), set(), set()).outcome == "deny"

test_precedence if {
	every pair in [
		["deny", "needs_validation"], ["needs_validation", "needs_notification"],
		["needs_notification", "human_review"], ["human_review", "permit"],
	] {
		d := lib.decide({found("a", pair[0]), found("b", pair[1])}, set(), {"a", "b"})
		d.outcome == pair[0]
	}
}

# Two findings about one check: the worse one counts, a pass beside it does not help.
test_worst_of_one_check if lib.decide({found("a", "permit"), found("a", "deny")}, set(), {"a"}).outcome == "deny"

# An outcome that nobody knows leaves no decision, which the host takes for a denial.
test_unknown_outcome_is_no_decision if not lib.decide({found("a", "maybe")}, set(), {"a"})

test_obligations_and_questions_are_sorted_and_kept if {
	d := lib.decide({asked("a"), object.union(found("b", "deny"), {"do": ["deadline=P10D", "address_controller"]})}, set(), {"a", "b"})
	d.outcome == "deny"
	d.obligations == ["address_controller", "deadline=P10D", "give_reasons"]
	d.human_questions == ["court: Is it so?"]
	d.reasons[0].outcome == "deny"
}

test_whole if {
	lib.whole(0)
	lib.whole(36)
	not lib.whole(-1)
	not lib.whole(1.5)
	not lib.whole("36")
	not lib.whole(null)
}

# A string is greater than every number in Rego; the bounds must not fall for it.
test_bounds if {
	lib.at_least(36, 36)
	not lib.at_least(35, 36)
	not lib.at_least("36", 36)
	lib.below(35, 36)
	not lib.below(36, 36)
	not lib.below(null, 36)
	lib.at_most(10, 10)
	not lib.at_most(11, 10)
	not lib.at_most("1", 10)
}

test_said_and_none if {
	lib.said("x")
	not lib.said(" ")
	not lib.said(null)
	lib.none(null)
	lib.none("")
	lib.none("none")
	lib.none([])
	lib.none(false)
	not lib.none("DE")
}

test_words if lib.words({"b", "a"}) == "a, b"

unsure := {"custom": {"rule": "TST-02", "article": "Test Art. 2", "src": "M"}}

refused := {"check": "a", "outcome": "deny", "fact": "x", "text": "key: Sentence.", "do": ["give_reasons"]}

test_unverified_rule_never_denies_alone if {
	d := lib.decide({lib.finding(unsure, refused)}, set(), {"a"}) with input as {"context": {}}
	d.outcome == "human_review"
	d.obligations == ["give_reasons"]
	contains(d.human_questions[0], "TST-02")
}

test_unverified_rule_denies_once_counsel_confirmed_it if {
	asked_here := lib.finding(unsure, refused) with input as {"context": {"confirmed": ["TST-02"]}}
	asked_here.outcome == "deny"
	in_bundle := lib.finding(unsure, refused) with data.rogatory.law.counsel as {"confirmed": ["TST-02"]}
	in_bundle.outcome == "deny"
	another := lib.finding(unsure, refused) with input as {"context": {"confirmed": ["TST-03"]}}
	another.outcome == "human_review"
}

test_unverified_rule_may_hold_and_permit if {
	every outcome in ["permit", "needs_validation", "needs_notification", "human_review"] {
		f := lib.finding(unsure, object.union(refused, {"outcome": outcome, "ask": "x"})) with input as {"context": {}}
		f.outcome == outcome
	}
}
