# METADATA
# title: What every regime shares
# description: |
#   A finding is one rule's view of one check. The outcome of a decision is the
#   worst outcome among its findings. A check that was required and that nobody
#   decided is itself a refusal, so a missing or misshapen fact never permits.
package rogatory.lib

import data.rogatory.law.counsel

# rank: deny > needs_validation > needs_notification > human_review > permit.
rank := {
	"permit": 0,
	"human_review": 1,
	"needs_notification": 2,
	"needs_validation": 3,
	"deny": 4,
}

# finding binds a rule's annotation (rule id, article) to what it found.
# Members of f: check, outcome, text ("key: Sentence."), fact; and, where they
# apply, do (obligation codes) and ask ("office: question").
# A rule whose source nobody has verified (src M) never denies until counsel has
# confirmed it: it asks a person instead and says why.
finding(meta, f) := object.union(found(meta, f), unverified(meta)) if {
	f.outcome == "deny"
	meta.custom.src == "M"
	not meta.custom.rule in confirmed
} else := found(meta, f)

found(meta, f) := object.union(
	{"rule": meta.custom.rule, "article": meta.custom.article, "do": [], "ask": ""},
	f,
)

unverified(meta) := {
	"outcome": "human_review",
	"ask": sprintf("counsel: Rule %s (%s) is from memory and its source is unverified; must the act be refused?", [meta.custom.rule, meta.custom.article]),
}

# confirmed are the unverified rules that counsel has confirmed: in this bundle, for
# the network that signed it, or for the one question that is asked.
confirmed contains id if some id in counsel.confirmed

confirmed contains id if some id in input.context.confirmed

# whole is true of a count: a number, not negative, no fraction. A string is
# greater than every number in Rego, so each bound is tested behind whole.
whole(n) if {
	is_number(n)
	n >= 0
	n == floor(n)
}

at_least(n, bound) if {
	whole(n)
	n >= bound
}

at_most(n, bound) if {
	whole(n)
	n <= bound
}

below(n, bound) if {
	whole(n)
	n < bound
}

# said is true of a text that is not empty.
said(s) if {
	is_string(s)
	trim_space(s) != ""
}

# none is true of a value that says "there is none of it".
none(null)

none("")

none("none")

none([])

none(false)

# recorded: a fact that a named person signed for, or that the broker found. What a
# request merely declares is not a recorded finding, and no provenance is none.
recorded(name) if input.provenance[name] in {"attested", "derived"}

# words makes a list readable.
words(xs) := concat(", ", sort([x | some x in xs]))

# decide turns findings into the decision. settled are checks that passed
# without a reason worth printing; required are the checks that this
# instrument and action cannot do without.
decide(findings, settled, required) := {
	"outcome": outcome,
	"obligations": sort(duties),
	"reasons": [r | some pair in sort(ranked); r := pair[1]],
	"human_questions": sort(questions),
} if {
	decided := {f.check | some f in findings} | settled
	open := {gap(c) | some c in (required - decided)} | {no_checks | count(required) == 0}
	all := findings | open
	ranks := {rank[f.outcome] | some f in all}
	count(all) > 0
	some outcome, n in rank
	n == max(ranks)
	duties := {d | some f in all; some d in f.do}
	questions := {f.ask | some f in all; f.outcome == "human_review"; f.ask != ""}
	ranked := {[0 - rank[f.outcome], reason(f)] | some f in all}
}

reason(f) := {k: f[k] | some k in ["rule", "article", "text", "outcome", "fact"]}

gap(check) := {
	"rule": "ROG-TOTAL",
	"article": "Rogatory design, section 5",
	"check": check,
	"outcome": "deny",
	"text": sprintf("undecided: The check %q could not be decided because a fact it needs is missing or malformed.", [check]),
	"fact": check,
	"do": [],
	"ask": "",
}

no_checks := {
	"rule": "ROG-UNKNOWN",
	"article": "Rogatory design, section 5",
	"check": "",
	"outcome": "deny",
	"text": "unknown_act: No rule is known for this instrument and action, so the act is refused.",
	"fact": "action",
	"do": [],
	"ask": "",
}
