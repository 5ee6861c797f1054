# METADATA
# title: Decentralised IT system, Reg. (EU) 2023/1543 Art. 19 and Impl. Reg. (EU) 2025/1550
# description: |
#   An act sends a message (an order, a ground, a confirmation) or evidence. Both
#   travel through the system; evidence has rules of its own outside it.
package rogatory.dit

import data.rogatory.law.dit as law

kind := law.kinds[input.action]

judged(check) if required[check]

required contains check if {
	input.instrument in law.instruments
	some check in law.checks[kind]
}

by_system if input.facts.channel in law.channels.system

by_alternative if input.facts.channel in law.channels.alternative
