# Evidence outside the system, and its encryption: DIT-05, DIT-06, DIT-09.
package rogatory.dit

import data.rogatory.law.dit as law
import data.rogatory.lib

# METADATA
# title: Manifest
# custom: {rule: DIT-05, article: "Impl. Reg. (EU) 2025/1550 Annex 3.3.3(a)", mode: auto, src: V}
findings contains f if {
	judged("manifest")
	by_alternative
	input.facts.manifest
	f := lib.finding(rego.metadata.rule(), manifest_view)
}

# held: members of the manifest that say something.
held contains name if {
	some name in law.manifest_texts
	lib.said(input.facts.manifest[name])
}

held contains "file_names" if {
	is_array(input.facts.manifest.file_names)
	count(input.facts.manifest.file_names) > 0
	every name in input.facts.manifest.file_names { lib.said(name) }
}

held contains "size_bytes" if lib.at_least(input.facts.manifest.size_bytes, 1)

held contains "hash_present" if input.facts.manifest.hash_present == true

wanting := ({name | some name in law.manifest_texts} | {"file_names", "size_bytes", "hash_present"}) - held

manifest_view := {
	"check": "manifest", "outcome": "permit", "fact": "manifest", "do": ["manifest_with_hash"],
	"text": "manifest_complete: The manifest says who sent what to whom, when, how, for which order and with which digest.",
} if {
	count(wanting) == 0
} else := {
	"check": "manifest", "outcome": "deny", "fact": sprintf("manifest.%s", [min(wanting)]), "do": ["manifest_with_hash"],
	"text": sprintf("manifest_incomplete: The manifest lacks %s.", [replace(lib.words(wanting), "_", " ")]),
}

# plain: «SHA-512», «sha512» and «SHA_512» are one algorithm.
plain(name) := replace(replace(upper(trim_space(name)), "-", ""), "_", "")

algorithm_named if lib.said(input.facts.manifest.hash_algorithm)

algorithm(quality) if {
	some name in law.hashes[quality]
	plain(name) == plain(input.facts.manifest.hash_algorithm)
}

# METADATA
# title: Strong digest
# custom: {rule: DIT-05, article: "Impl. Reg. (EU) 2025/1550 Annex 3.3.3(a)", mode: auto, src: V}
findings contains f if {
	judged("hash")
	by_alternative
	input.facts.manifest
	f := lib.finding(rego.metadata.rule(), hash_view)
}

hash_view := {
	"check": "hash", "outcome": "deny", "fact": "manifest.hash_algorithm", "do": ["manifest_with_hash", "use_strong_hash"],
	"text": "no_digest_algorithm: The manifest names no digest algorithm.",
} if {
	not algorithm_named
} else := {
	"check": "hash", "outcome": "permit", "fact": "manifest.hash_algorithm",
	"text": "digest_strong: The digest algorithm is strong and in common use.",
} if {
	algorithm("strong")
} else := {
	"check": "hash", "outcome": "permit", "fact": "manifest.hash_algorithm", "do": ["flag_for_counsel"],
	"text": "digest_not_named: The Annex does not name this algorithm, but it is strong, in common use and without disclosed collisions.",
} if {
	algorithm("unnamed")
} else := {
	"check": "hash", "outcome": "deny", "fact": "manifest.hash_algorithm", "do": ["manifest_with_hash", "use_strong_hash"],
	"text": "digest_weak: Collisions of this digest algorithm are public, so it proves nothing.",
} if {
	algorithm("weak")
} else := {
	"check": "hash", "outcome": "human_review", "fact": "manifest.hash_algorithm", "do": ["use_strong_hash"],
	"text": "digest_unknown: The table does not know this digest algorithm.",
	"ask": "security officer: Is this digest algorithm strong, in common use and without disclosed collisions?",
}

# METADATA
# title: How long a link stays open
# custom: {rule: DIT-06, article: "Impl. Reg. (EU) 2025/1550 Annex 3.3.3(b)", mode: auto, src: V}
findings contains f if {
	judged("window")
	by_alternative
	lib.whole(input.facts.link_available_days)
	f := lib.finding(rego.metadata.rule(), window_view)
}

window := sprintf("availability_window=P%dD..P%dD", [law.window_days.least, law.window_days.most])

window_view := {
	"check": "window", "outcome": "deny", "fact": "link_available_days", "do": [window],
	"text": sprintf("window_short: The evidence is available for %d days; at least 10 are needed.", [input.facts.link_available_days]),
} if {
	input.facts.link_available_days < law.window_days.least
} else := {
	"check": "window", "outcome": "permit", "fact": "link_available_days", "do": [window],
	"text": sprintf("window_right: The evidence is available for %d days.", [input.facts.link_available_days]),
} if {
	input.facts.link_available_days <= law.window_days.most
} else := {
	"check": "window", "outcome": "permit", "fact": "extension_requested_by_issuing_authority", "do": [window],
	"text": "window_extended: The issuing authority asked for more than 45 days in this case.",
} if {
	input.facts.extension_requested_by_issuing_authority == true
} else := {
	"check": "window", "outcome": "deny", "fact": "link_available_days", "do": [window],
	"text": sprintf("window_long: The evidence is available for %d days; more than 45 only when the issuing authority asks for it.", [input.facts.link_available_days]),
}

# Through the system there is no separate manifest and no link; a channel that is no
# way to send is refused as such.
settled contains check if {
	some check in ["manifest", "hash", "window"]
	judged(check)
	lib.said(input.facts.channel)
	not by_alternative
}

# METADATA
# title: Encryption with the certificate of the issuing authority
# custom: {rule: DIT-09, article: "Impl. Reg. (EU) 2025/1550 Annex 6.1-6.6", mode: auto, src: V}
findings contains f if {
	judged("encryption")
	lib.said(input.facts.direction)
	is_boolean(input.facts.encryption_certificate_supplied)
	f := lib.finding(rego.metadata.rule(), encryption_view)
}

encryption_view := {
	"check": "encryption", "outcome": "permit", "fact": "direction",
	"text": "not_from_provider: The duty to encrypt with the issuing authority's certificate is the provider's.",
} if {
	input.facts.direction in law.directions.from_authority
} else := {
	"check": "encryption", "outcome": "permit", "fact": "encryption_certificate_supplied",
	"text": "no_certificate: The issuing authority supplied no certificate to encrypt with.",
} if {
	input.facts.encryption_certificate_supplied == false
} else := {
	"check": "encryption", "outcome": "permit", "fact": "encrypted_with_it",
	"text": "encrypted: The evidence is encrypted with the certificate of the issuing authority.",
} if {
	input.facts.encrypted_with_it == true
} else := {
	"check": "encryption", "outcome": "permit", "fact": "reasoned_explanation_given", "do": ["encrypt_or_explain"],
	"text": "not_encrypted_explained: The provider could not encrypt the evidence and explained why.",
} if {
	input.facts.encrypted_with_it == false
	input.facts.reasoned_explanation_given == true
} else := {
	"check": "encryption", "outcome": "deny", "fact": "encrypted_with_it", "do": ["encrypt_or_explain"],
	"text": "not_encrypted: The evidence must be encrypted with the certificate supplied, or the provider must explain why it cannot be.",
}
