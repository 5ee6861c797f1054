# METADATA
# title: European Production and Preservation Orders, Reg. (EU) 2023/1543
# description: |
#   One package, one file per concern. findings holds what each rule found,
#   settled the checks that passed without being worth a reason, required the
#   checks that this instrument and action cannot do without (data table).
package rogatory.epo

import data.rogatory.law.epo as law

# refuse_request means the refusal of a notified authority (Art. 12), unless the
# request is already before the enforcing authority for enforcement (Art. 16).
action := "deny_enforcement" if {
	law.action_alias[input.action] == "raise_refusal_ground"
	input.facts.stage == "article_16_enforcement"
} else := "deny_enforcement" if {
	input.action == "refuse_request"
	input.instrument == "EPOC-PR"
} else := law.action_alias[input.action]

epoc if input.instrument == "EPOC"

epoc_pr if input.instrument == "EPOC-PR"

order if {
	action == "transmit_order"
	epoc
}

order if {
	action == "transmit_order"
	epoc_pr
}

# judged says whether this act needs the check at all.
judged(check) if wanted[check]

wanted contains check if some check in law.checks[input.instrument][action].plain

wanted contains check if some check in law.checks[input.instrument][action].per_category

required contains check if some check in law.checks[input.instrument][action].plain

required contains sprintf("%s|%s", [check, c]) if {
	some check in law.checks[input.instrument][action].per_category
	some c in categories
}

# offence_text names the statutory maximum in a reason.
offence_text := sprintf("maximum of %d months", [input.facts.offence.max_custodial_sentence_months])
