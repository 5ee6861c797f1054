# METADATA
# title: UNODC/CTED/IAP model forms
# description: |
#   Soft law: the forms bind nobody, and their fields are of unverified source (src
#   M), so a gap asks counsel and denies nothing until counsel confirms the row. Four
#   forms: preservation, emergency disclosure, voluntary disclosure, assistance.
package rogatory.unodc

import data.rogatory.law.unodc as law

action := law.action_alias[input.action]

# form: a request that names no instrument is read by what it claims.
form := law.forms[input.instrument] if {
	law.forms[input.instrument]
} else := "emergency" if {
	input.facts.emergency_claimed == true
} else := "preservation"

required contains check if {
	action == "submit"
	some check in law.checks[form]
}

required contains check if {
	action == "decline"
	some check in law.checks.decline
}

judged(check) if required[check]
