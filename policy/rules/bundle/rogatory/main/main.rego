# METADATA
# title: The one question the engine asks
# description: |
#   Input: action, instrument, regime, facts, provenance, context. A regime that
#   is not listed here is refused: silence of the law table is not a permission.
#   The cross-cutting safeguards stand beside the rules of every regime.
package rogatory.main

import data.rogatory.budapest
import data.rogatory.cets224
import data.rogatory.cross
import data.rogatory.dit
import data.rogatory.eio
import data.rogatory.epo
import data.rogatory.lib
import data.rogatory.uncc
import data.rogatory.unodc
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

decision := lib.decide(epo.findings | cross.beside, epo.settled | cross.lent, epo.required) if {
	input.regime == "EU_2023_1543"
	is_object(input.facts)
}

decision := lib.decide(dit.findings | cross.beside, dit.settled | cross.lent, dit.required) if {
	input.regime == "EU_IMPL_2025_1550"
	is_object(input.facts)
}

decision := lib.decide(eio.findings | cross.beside, eio.settled | cross.lent, eio.required) if {
	input.regime == "EIO_2014_41"
	is_object(input.facts)
}

decision := lib.decide(untoc.findings | cross.beside, untoc.settled | cross.lent, untoc.required) if {
	input.regime in {"UNTOC", "TIP_PROTOCOL"}
	is_object(input.facts)
}

decision := lib.decide(budapest.findings | cross.beside, budapest.settled | cross.lent, budapest.required) if {
	input.regime == "BUDAPEST_185"
	is_object(input.facts)
}

decision := lib.decide(cets224.findings | cross.beside, cets224.settled | cross.lent, cets224.required) if {
	input.regime == "CETS_224"
	is_object(input.facts)
}

decision := lib.decide(uncc.findings | cross.beside, uncc.settled | cross.lent, uncc.required) if {
	input.regime == "UNCC_2024"
	is_object(input.facts)
}

decision := lib.decide(unodc.findings | cross.beside, unodc.settled | cross.lent, unodc.required) if {
	input.regime == "UNODC_FORMS"
	is_object(input.facts)
}

decision := lib.decide(cross.findings, cross.settled, cross.required) if {
	input.regime == "CROSS_CUTTING"
	is_object(input.facts)
}
