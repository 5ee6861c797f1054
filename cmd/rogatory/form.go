package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/forms"
	"github.com/rogatory/rogatory/policy"
)

// readFiling reads a form and holds it to everything that can be known without the
// broker. Every error names the field and the rule.
func readFiling(data []byte, at time.Time) (*forms.Filing, error) {
	f, err := forms.Decode(data)
	if err != nil {
		return nil, err
	}
	return forms.File(f, at)
}

// draftOf is the act that submits a form. Each compartment is sealed to those parties
// that may read it, the issuer among them.
func draftOf(f *forms.Filing, self agencies.ID, officer agencies.OfficerID, caseID string) gateway.Draft {
	parties := f.Parties(self)
	d := gateway.Draft{Case: caseID, Officer: officer, To: []agencies.ID{parties.Addressee}}
	for _, c := range slices.Sorted(maps.Keys(f.Sealed)) {
		d.Sealed = append(d.Sealed, gateway.Compartment{Name: c, To: parties.Readers(c), Fields: f.Sealed[c]})
	}
	d.Body = func(sd gateway.Digests) broker.Body {
		return f.Order(func(c broker.Compartment, field string) string { return sd[string(c)+"/"+field] })
	}
	return d
}

// printable shows text of somebody else on a terminal: what could move the cursor,
// turn the line around or hide is written as an escape.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
	}
	return b.String()
}

// factFlags reads NAME=VALUE into facts of the dictionary.
func factFlags(words []string) (map[string]any, error) {
	out := map[string]any{}
	for _, w := range words {
		name, text, ok := strings.Cut(w, "=")
		if !ok {
			return nil, &agencies.FieldError{Field: "fact", Rule: agencies.RuleFormat, Detail: "want NAME=VALUE"}
		}
		if _, twice := out[name]; twice {
			return nil, &agencies.FieldError{Field: "facts." + name, Rule: agencies.RuleDuplicate, Detail: "given twice"}
		}
		var v any = text
		if spec := policy.Dictionary()[name]; spec.Type != policy.String || spec.Null && text == "null" {
			var err error
			if v, err = policy.ParseValue([]byte(text)); err != nil {
				return nil, &agencies.FieldError{Field: "facts." + name, Rule: agencies.RuleType, Detail: "want a JSON value"}
			}
		}
		if err := policy.CheckFact(name, v); err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

// rawFacts writes facts as a body carries them.
func rawFacts(words []string) (map[string]json.RawMessage, error) {
	facts, err := factFlags(words)
	if err != nil || len(facts) == 0 {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for name, v := range facts {
		if out[name], err = agencies.Canonical(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}
