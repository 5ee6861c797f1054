# METADATA
# title: Safeguards that apply to every instrument
# description: |
#   Under the regime CROSS_CUTTING these rules decide alone and every check of the
#   table is required. Under another regime they stand beside its own rules and
#   speak where their facts are there, except for a check for which that regime has
#   a row of its own (table own).
package rogatory.cross

import data.rogatory.law.cross as law

act := law.action_alias[input.action]

home if input.regime == "CROSS_CUTTING"

judged(check) if {
	check in law.checks[act]
	not check in object.get(law.own, input.regime, [])
}

required contains check if {
	home
	some check in law.checks[act]
}

victim if input.facts.data_subject_role in law.victims

# holds is true of a fact that is there, whatever its value.
holds(name) if name in object.keys(input.facts)

# beside is what the cross-cutting rules say under another regime. A check of that
# regime which happens to bear the same name stays its own to decide, unless the
# regime leaves the check to these rules (table lends).
beside contains f if {
	some f in findings
	f.check in lends
}

beside contains object.union(f, {"check": sprintf("cross|%s", [f.check])}) if {
	some f in findings
	not f.check in lends
}

lent := settled & lends

lends contains check if some check in law.lends[input.regime]
