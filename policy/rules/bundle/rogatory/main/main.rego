# METADATA
# title: The one question the engine asks
# description: |
#   Input: action, instrument, regime, facts, provenance, context. A regime that
#   is not listed here is refused: silence of the law table is not a permission.
package rogatory.main

import data.rogatory.epo
import data.rogatory.lib
import data.rogatory.untoc

# METADATA
# title: Decision
# entrypoint: true
default decision := {
	"outcome": "deny",
	"obligations": [],
	"reasons": [{
		"rule": "ROG-UNKNOWN",
		"article": "Rogatory design, section 5",
		"text": "unknown_regime: No rules are loaded for this regime, or the input is malformed, so the act is refused.",
		"outcome": "deny",
		"fact": "regime",
	}],
	"human_questions": [],
}

decision := lib.decide(epo.findings, epo.settled, epo.required) if {
	input.regime == "EU_2023_1543"
	is_object(input.facts)
}

decision := lib.decide(untoc.findings, untoc.settled, untoc.required) if {
	input.regime in {"UNTOC", "TIP_PROTOCOL"}
	is_object(input.facts)
}
