# Facts that nobody has to state, but that count when somebody does.
package rogatory.dit_flags_test

import data.rogatory.dit

found(check, facts) := f if {
	some f in dit.findings with input as {"action": "send_evidence_file", "instrument": "EPOC", "regime": "EU_IMPL_2025_1550", "facts": facts}
	f.check == check
}

alternative(facts) := found("channel", object.union({"channel": "alternative_secure"}, facts))

test_disruption_that_is_none if {
	f := alternative({"reason_for_alternative": "system_disruption", "system_available": true})
	f.outcome == "deny"
	f.do == ["use_decentralised_it_system"]
}

test_disruption_without_a_word_on_the_system if {
	alternative({"reason_for_alternative": "system_disruption"}).outcome == "permit"
}

test_disruption_seen_without_a_reason if {
	alternative({"reason_for_alternative": "none", "system_available": false}).outcome == "permit"
}

test_insecure_even_when_the_system_is_down if {
	f := found("channel", {"channel": "email", "system_available": false})
	f.outcome == "deny"
	"use_alternative_means" in f.do
}

# The byte decides: 25 600 000 is in, one more is out.
test_size_limit_claimed_for_small_files if {
	alternative({"reason_for_alternative": "size_limit", "file_size_kilobytes": 25600}).outcome == "deny"
	alternative({"reason_for_alternative": "size_limit", "file_size_kilobytes": 25601}).outcome == "permit"
}

by_system(kilobytes, bytes) := found("size", {"channel": "decentralised_it_system", "file_size_kilobytes": kilobytes, "manifest": {"size_bytes": bytes}})

test_kilobytes_of_1024_are_too_large if {
	by_system(25600, 25600000).outcome == "permit"
	by_system(25600, 25600001).outcome == "deny"
	by_system(25600, 26214400).outcome == "deny"
}

digest(name) := found("hash", {"channel": "alternative_secure", "manifest": {"hash_algorithm": name}}).outcome

test_digests if {
	every name in ["SHA-512", "sha512", "SHA_512", "SHA3-512", "BLAKE2", "blake2b", "RIPEMD-160", "SHA-256"] { digest(name) == "permit" }
	every name in ["MD5", "md5", "SHA-1", "sha1", "", " ", null] { digest(name) == "deny" }
	digest("WHIRLPOOL") == "human_review"
}

test_unknown_instrument_needs_what_nobody_knows if {
	required := dit.required with input as {"action": "send_evidence_file", "instrument": "FAX", "facts": {}}
	count(required) == 0
}
