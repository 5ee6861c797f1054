# Keeping, describing and sending data: XC-02, XC-03, XC-04, XC-08.
package rogatory.cross

import data.rogatory.law.cross as law
import data.rogatory.lib

# METADATA
# title: Time limits, review and erasure
# custom: {rule: XC-02, article: "Dir. (EU) 2016/680 Art. 4(3), 5, 16(2)-(3)", mode: auto, src: V}
findings contains f if {
	judged("retention")
	is_boolean(input.facts.storage_time_limit_expired)
	is_boolean(input.facts.periodic_review_done)
	is_boolean(input.facts.needed_as_evidence)
	is_boolean(input.facts.erasure_duty_triggered)
	archiving_known
	f := lib.finding(rego.metadata.rule(), retention_view)
}

archiving_known if lib.said(input.facts.archiving_rule)

archiving_known if lib.none(input.facts.archiving_rule)

archived if {
	lib.said(input.facts.archiving_rule)
	not lib.none(input.facts.archiving_rule)
}

must_go if input.facts.erasure_duty_triggered == true

must_go if input.facts.storage_time_limit_expired == true

retention_view := {
	"check": "retention", "outcome": "permit", "fact": "needed_as_evidence", "do": ["restrict_processing"],
	"text": "restrict_instead: The data are needed as evidence, so their processing is restricted instead of erased.",
} if {
	must_go
	input.facts.needed_as_evidence == true
} else := {
	"check": "retention", "outcome": "deny", "fact": "erasure_duty_triggered", "do": ["erase_data", "log_erasure"],
	"text": "erasure_due: The data must be erased without undue delay and are not needed as evidence.",
} if {
	input.facts.erasure_duty_triggered == true
} else := {
	"check": "retention", "outcome": "permit", "fact": "archiving_rule", "do": ["restrict_processing"],
	"text": "archived: The time limit ended, and an archiving rule with safeguards keeps the data.",
} if {
	input.facts.storage_time_limit_expired == true
	archived
} else := {
	"check": "retention", "outcome": "deny", "fact": "storage_time_limit_expired", "do": ["erase_data", "log_erasure"],
	"text": "limit_ended: The time limit for erasure ended, and nothing allows the data to be kept.",
} if {
	input.facts.storage_time_limit_expired == true
} else := {
	"check": "retention", "outcome": "human_review", "fact": "periodic_review_done", "do": ["assess_strict_necessity"],
	"text": "review_missing: The periodic review of the need to keep the data was not done.",
	"ask": "controller: Is it still necessary to keep these data?",
} if {
	input.facts.periodic_review_done == false
} else := {
	"check": "retention", "outcome": "permit", "fact": "storage_time_limit_expired",
	"text": "within_limit: The time limit runs and the need to keep the data was reviewed.",
}

# METADATA
# title: Erasure
# custom: {rule: XC-02, article: "Dir. (EU) 2016/680 Art. 16(2)-(3), 25(1)", mode: auto, src: V}
findings contains f if {
	judged("erasure")
	is_boolean(input.facts.needed_as_evidence)
	f := lib.finding(rego.metadata.rule(), erasure_view)
}

erasure_view := {
	"check": "erasure", "outcome": "deny", "fact": "needed_as_evidence", "do": ["restrict_processing", "preserve_data"],
	"text": "erasure_of_evidence: Data that are needed as evidence are restricted, not erased.",
} if {
	input.facts.needed_as_evidence == true
} else := {
	"check": "erasure", "outcome": "permit", "fact": "needed_as_evidence", "do": ["erase_data", "log_erasure"],
	"text": "erasure: The data are not needed as evidence; their erasure is logged.",
}

# METADATA
# title: Accuracy
# custom: {rule: XC-03, article: "Dir. (EU) 2016/680 Art. 7(2)-(3), 16(5)", mode: auto, src: V}
findings contains f if {
	judged("accuracy")
	is_boolean(input.facts.data_known_inaccurate)
	f := lib.finding(rego.metadata.rule(), accuracy_view)
}

accuracy_view := {
	"check": "accuracy", "outcome": "deny", "fact": "data_known_inaccurate", "do": ["rectify_before_transmission"],
	"text": "inaccurate: Data known to be inaccurate are not transmitted or made available; they are corrected first, and with those who have them.",
} if {
	input.facts.data_known_inaccurate == true
} else := {
	"check": "accuracy", "outcome": "permit", "fact": "data_known_inaccurate",
	"text": "accurate: Nothing is known that makes the data inaccurate.",
}

# METADATA
# title: Categories of persons
# custom: {rule: XC-03, article: "Dir. (EU) 2016/680 Art. 6", mode: auto, src: V}
findings contains f if {
	judged("subject")
	tag := law.subjects[input.facts.data_subject_role]
	f := lib.finding(rego.metadata.rule(), {
		"check": "subject", "outcome": "permit", "fact": "data_subject_role", "do": [sprintf("tag_data_subject=%s", [tag])],
		"text": sprintf("subject_tagged: The data are marked as those of a person of the category %s.", [tag]),
	})
}

# METADATA
# title: Category of person not known
# custom: {rule: XC-03, article: "Dir. (EU) 2016/680 Art. 6", mode: human, src: V}
findings contains f if {
	home
	judged("subject")
	lib.said(input.facts.data_subject_role)
	not law.subjects[input.facts.data_subject_role]
	f := lib.finding(rego.metadata.rule(), {
		"check": "subject", "outcome": "human_review", "fact": "data_subject_role", "do": ["tag_data_subject=other"],
		"text": "subject_untagged: The table does not know this category of person, so somebody must tag the data.",
		"ask": "sending unit: Is this the data of a suspect, a convicted person, a victim or another person?",
	})
}

# METADATA
# title: Special categories of data
# custom: {rule: XC-04, article: "Dir. (EU) 2016/680 Art. 10", mode: attest, src: V}
findings contains f if {
	judged("special")
	lib.said(input.facts.category)
	is_boolean(input.facts.strict_necessity_assessed)
	is_boolean(input.facts.authorised_by_law)
	f := lib.finding(rego.metadata.rule(), special_view)
}

special_ground if input.facts.authorised_by_law == true

special_ground if input.facts.risk_to_life_or_safety == true

special_ground if input.facts.publicly_available == true

special_view := {
	"check": "special", "outcome": "permit", "fact": "category",
	"text": "no_special_category: The data are not of a special category.",
} if {
	input.facts.category == "none"
} else := {
	"check": "special", "outcome": "deny", "fact": "authorised_by_law", "do": ["assess_strict_necessity"],
	"text": "special_without_ground: No law, no vital interest and no publication by the person herself allows this processing.",
} if {
	not special_ground
} else := {
	"check": "special", "outcome": "permit", "fact": "strict_necessity_assessed", "do": ["restrict_access_to_authorised_staff", "log_access"],
	"text": "strictly_necessary: A named person found the processing strictly necessary, and it has a ground.",
} if {
	input.facts.strict_necessity_assessed == true
	lib.recorded("strict_necessity_assessed")
} else := {
	"check": "special", "outcome": "human_review", "fact": "strict_necessity_assessed", "do": ["assess_strict_necessity", "restrict_access_to_authorised_staff"],
	"text": "necessity_not_assessed: Nobody recorded that the processing is strictly necessary.",
	"ask": "controller: Is it strictly necessary to process these data, and with which safeguards?",
}

# METADATA
# title: Breach of security
# custom: {rule: XC-08, article: "Dir. (EU) 2016/680 Art. 30(1)", mode: auto, src: V}
findings contains f if {
	judged("breach")
	lib.whole(input.facts.notification_planned_after_hours)
	is_boolean(input.facts.reasons_given)
	f := lib.finding(rego.metadata.rule(), object.union({"check": "breach", "fact": "notification_planned_after_hours", "do": [sprintf("deadline=PT%dH", [law.breach_hours])]}, breach_view))
}

breach_view := {
	"outcome": "permit",
	"text": sprintf("breach_in_time: The supervisory authority is told within %d hours.", [law.breach_hours]),
} if {
	input.facts.notification_planned_after_hours <= law.breach_hours
} else := {
	"outcome": "human_review",
	"text": sprintf("breach_late_with_reasons: The supervisory authority is told after %d hours, with the reasons for the delay.", [law.breach_hours]),
	"ask": "data protection officer: Was it not feasible to tell the supervisory authority in time?",
} if {
	input.facts.reasons_given == true
} else := {
	"outcome": "deny",
	"text": sprintf("breach_late: The supervisory authority must be told within %d hours where feasible, and no reason for a delay is given.", [law.breach_hours]),
}
