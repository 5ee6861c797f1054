# Data categories, EPO-D.
package rogatory.epo

import data.rogatory.law.epo as law
import data.rogatory.lib

# categories are what is asked for in law, whatever box was ticked.
categories contains c if {
	some c in input.facts.data_categories
	c in object.keys(law.track)
	c != "user_identification_only"
}

categories contains "user_identification_only" if {
	"user_identification_only" in input.facts.data_categories
	identifies_user
}

categories contains "traffic" if maps_contacts

# identifies_user: Art. 3(10), the sole purpose is to identify the user.
identifies_user if {
	input.facts.purpose_of_ip_request == "identify_user"
	not maps_contacts
}

maps_contacts if {
	"user_identification_only" in input.facts.data_categories
	lib.said(input.facts.purpose_of_ip_request)
	input.facts.purpose_of_ip_request != "identify_user"
}

heavy contains c if {
	some c in categories
	law.track[c] == "heavy"
}

light contains c if {
	some c in categories
	law.track[c] == "light"
}

light_only if {
	count(categories) > 0
	count(heavy) == 0
}

categories_complete if {
	is_array(input.facts.data_categories)
	count(input.facts.data_categories) > 0
	every c in input.facts.data_categories { c in object.keys(law.track) }
	count(categories) > 0
	user_identification_decided
}

user_identification_decided if not "user_identification_only" in input.facts.data_categories

user_identification_decided if identifies_user

user_identification_decided if maps_contacts

# METADATA
# title: Subscriber data
# custom: {rule: EPO-D-01, article: "Reg. (EU) 2023/1543 Art. 3(9)", mode: auto, src: V}
findings contains f if {
	judged("categories")
	categories_complete
	"subscriber" in categories
	f := lib.finding(rego.metadata.rule(), {
		"check": "categories", "outcome": "permit", "fact": "data_categories",
		"text": "category_subscriber: Subscriber data are on the light track.",
	})
}

# METADATA
# title: Data asked for only to identify the user
# custom: {rule: EPO-D-02, article: "Reg. (EU) 2023/1543 Art. 3(10); rec. 32", mode: auto, src: V}
findings contains f if {
	judged("categories")
	categories_complete
	"user_identification_only" in categories
	f := lib.finding(rego.metadata.rule(), {
		"check": "categories", "outcome": "permit", "fact": "purpose_of_ip_request",
		"text": "category_user_identification: The data are asked for only to identify the user and are on the light track.",
	})
}

# METADATA
# title: Traffic data, whatever the label
# custom: {rule: EPO-D-03, article: "Reg. (EU) 2023/1543 Art. 3(10)-(11); rec. 33", mode: auto, src: V}
findings contains f if {
	judged("categories")
	categories_complete
	"traffic" in categories
	f := lib.finding(rego.metadata.rule(), traffic_view)
}

traffic_view := {
	"check": "categories", "outcome": "permit", "fact": "purpose_of_ip_request", "do": ["reclassify_as=traffic"],
	"text": "reclassified: Access data asked for contacts or whereabouts are traffic data, whatever box is ticked.",
} if {
	maps_contacts
} else := {
	"check": "categories", "outcome": "permit", "fact": "data_categories",
	"text": "category_traffic: Traffic data are on the heavy track.",
}

# METADATA
# title: Content data
# custom: {rule: EPO-D-04, article: "Reg. (EU) 2023/1543 Art. 3(12)", mode: auto, src: V}
findings contains f if {
	judged("categories")
	categories_complete
	"content" in categories
	f := lib.finding(rego.metadata.rule(), {
		"check": "categories", "outcome": "permit", "fact": "data_categories",
		"text": "category_content: Content data are on the heavy track.",
	})
}

# METADATA
# title: Mixed order, each category under its own conditions
# custom: {rule: EPO-D-05, article: "Reg. (EU) 2023/1543 rec. 39", mode: auto, src: V}
findings contains f if {
	judged("categories")
	categories_complete
	count(categories) > 1
	f := lib.finding(rego.metadata.rule(), {
		"check": "categories", "outcome": "permit", "fact": "data_categories", "do": ["per_category_check"],
		"text": "mixed_order: Each category must meet its own conditions; the strictest decides.",
	})
}

# METADATA
# title: Unknown category
# custom: {rule: EPO-D-05, article: "Reg. (EU) 2023/1543 Art. 5(5)(d)", mode: auto, src: V}
findings contains f if {
	judged("categories")
	some c in input.facts.data_categories
	not c in object.keys(law.track)
	f := lib.finding(rego.metadata.rule(), {
		"check": "categories", "outcome": "deny", "fact": "data_categories", "do": ["request_additional_information"],
		"text": "category_unknown: The order names a category of data that the Regulation does not know.",
	})
}

# METADATA
# title: No category
# custom: {rule: EPO-D-05, article: "Reg. (EU) 2023/1543 Art. 5(5)(d)", mode: auto, src: V}
findings contains f if {
	judged("categories")
	input.facts.data_categories == []
	f := lib.finding(rego.metadata.rule(), {
		"check": "categories", "outcome": "deny", "fact": "data_categories", "do": ["request_additional_information"],
		"text": "category_missing: The order names no category of data.",
	})
}

# METADATA
# title: Passwords are not subscriber data
# custom: {rule: EPO-D-01, article: "Reg. (EU) 2023/1543 Art. 3(9); Annex I sec. F(a)", mode: auto, src: V}
findings contains f if {
	judged("items")
	some item in input.facts.requested_items
	is_string(item)
	marks := authentication_marks(lower(item))
	count(marks) > 0
	f := lib.finding(rego.metadata.rule(), {
		"check": "items", "outcome": "deny", "fact": "requested_items", "do": [sprintf("remove_item=%s", [m]) | some m in marks],
		"text": "authentication_means: Passwords and other means of authentication are not subscriber data and must be taken off the list.",
	})
}

# authentication_marks names the item as the order does, where that is one plain
# word and no free text, and by the words of the table that it holds.
authentication_marks(item) := {item} if {
	item in law.authentication_means.known
} else := {item} | authentication_tokens(item) if {
	regex.match(`^[a-z0-9_]{1,64}$`, item)
	count(authentication_tokens(item)) > 0
} else := authentication_tokens(item)

authentication_tokens(item) := {t | some t in law.authentication_means.tokens; contains(item, t)}

settled contains "items" if {
	judged("items")
	is_array(input.facts.requested_items)
	every item in input.facts.requested_items {
		is_string(item)
		count(authentication_marks(lower(item))) == 0
	}
}
