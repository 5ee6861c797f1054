package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// requestForm is a request as a person fills it in: the open members of an order,
// and beside them the sealed compartments as plain fields. Where the order wants
// the digest of a sealed field, the form names the field.
type requestForm struct {
	order       broker.Order
	sealed      map[broker.Compartment]map[string]any
	identifiers []string // by target: the field of certificate, "" for none
	reasons     string   // of an emergency: the field of certificate
}

// unfilled is what a drafted form holds where a person must write.
const unfilled = "FILL"

// maxForm bounds a form. An order with 256 targets has some 100 KiB.
const maxForm = 4 << 20

// parseForm reads a form strictly and holds it to everything that can be known
// without the broker. Every error names the field and the rule.
func parseForm(data []byte, at time.Time) (*requestForm, error) {
	f, err := readForm(data, at)
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("read form: %w", err)
	}
	return f, nil
}

func readForm(data []byte, at time.Time) (*requestForm, error) {
	if len(data) > maxForm {
		return nil, &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("more than %d bytes", maxForm)}
	}
	// Through JSON, so that the one strict decoder reads the order.
	var raw map[string]any
	if err := decodeConfig(data, &raw); err != nil {
		return nil, err
	}
	if field := findUnfilled(raw, ""); field != "" {
		return nil, &agencies.FieldError{Field: field, Rule: agencies.RuleRequired, Detail: "is still to be filled in"}
	}
	f := &requestForm{sealed: map[broker.Compartment]map[string]any{}}
	for _, c := range []broker.Compartment{broker.Certificate, broker.SectionM, broker.Victim} {
		v, ok := raw[string(c)]
		delete(raw, string(c))
		if !ok || v == nil {
			continue
		}
		fields, ok := v.(map[string]any)
		if !ok {
			return nil, &agencies.FieldError{Field: string(c), Rule: agencies.RuleType, Detail: "want fields by name"}
		}
		if len(fields) > 0 {
			f.sealed[c] = fields
		}
	}
	if err := f.takeNames(raw); err != nil {
		return nil, err
	}
	if i, ok := raw["instrument"].(string); ok && raw["regime"] == nil {
		raw["regime"] = string(broker.Instrument(i).Regime())
	}
	if raw["issued"] == nil {
		raw["issued"] = at.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	body, err := json.Marshal(raw)
	if err != nil {
		return nil, &agencies.FieldError{Rule: agencies.RuleType, Detail: "holds what JSON cannot say"}
	}
	return f, agencies.DecodeStrict(body, &f.order)
}

// takeNames takes the names of sealed fields out of the order, and numbers the
// targets where the form does not.
func (f *requestForm) takeNames(raw map[string]any) error {
	targets, _ := raw["targets"].([]any)
	for i, v := range targets {
		t, ok := v.(map[string]any)
		if !ok {
			continue // the strict decoder says so
		}
		name, err := takeName(t, "identifier", fmt.Sprintf("targets[%d].", i))
		if err != nil {
			return err
		}
		f.identifiers = append(f.identifiers, name)
		if t["number"] == nil {
			t["number"] = i + 1
		}
	}
	if e, ok := raw["emergency"].(map[string]any); ok {
		var err error
		f.reasons, err = takeName(e, "reasons", "emergency.")
		return err
	}
	return nil
}

func takeName(m map[string]any, key, at string) (string, error) {
	for _, digest := range []string{"identifier_digest", "reasons_digest"} {
		if _, ok := m[digest]; ok {
			return "", &agencies.FieldError{Field: at + digest, Rule: agencies.RuleUnknown, Detail: "is made by the program; name the sealed field as " + key}
		}
	}
	v, ok := m[key]
	delete(m, key)
	if !ok || v == nil {
		return "", nil
	}
	name, ok := v.(string)
	if !ok {
		return "", &agencies.FieldError{Field: at + key, Rule: agencies.RuleType, Detail: "want the name of a field of certificate"}
	}
	return name, nil
}

// check holds the order to its own rules, the names to the sealed fields, and the
// facts to those that policy decides on.
func (f *requestForm) check() error {
	for i, name := range f.identifiers {
		if err := f.mustSeal(name, fmt.Sprintf("targets[%d].identifier", i), "EPO-C-01"); err != nil {
			return err
		}
	}
	if err := f.mustSeal(f.reasons, "emergency.reasons", "EPO-C-01"); err != nil {
		return err
	}
	// Any digest will do here; the true ones exist when the fields are sealed.
	some := strings.Repeat("A", 43)
	if err := f.filled(func(string) string { return some }).Check(); err != nil {
		return f.inWordsOfForm(err)
	}
	if len(f.sealed[broker.Certificate]) == 0 {
		return &agencies.FieldError{Field: "certificate", Rule: agencies.RuleRequired, Detail: "is missing: what the addressee must read"}
	}
	for _, name := range broker.StatedFacts(f.order.Instrument, f.order.Regime) {
		if _, ok := f.order.Facts[name]; !ok {
			return &agencies.FieldError{Field: "facts." + name, Rule: agencies.RuleRequired, Detail: "is missing: an " + string(f.order.Instrument) + " must state it"}
		}
	}
	return nil
}

func (f *requestForm) mustSeal(name, field, rule string) error {
	if name == "" {
		return nil
	}
	if _, ok := f.sealed[broker.Certificate][name]; !ok {
		return &agencies.FieldError{Field: field, Rule: rule, Detail: "names no field of certificate"}
	}
	return nil
}

// inWordsOfForm names the member of the form where an error names the digest.
func (f *requestForm) inWordsOfForm(err error) error {
	fe, ok := err.(*agencies.FieldError)
	if !ok {
		return err
	}
	out := *fe
	out.Field = strings.NewReplacer("identifier_digest", "identifier", "reasons_digest", "reasons").Replace(fe.Field)
	return &out
}

// filled is the order with the digests of its sealed fields.
func (f *requestForm) filled(digest func(field string) string) *broker.Order {
	o := f.order
	o.Targets = slices.Clone(o.Targets)
	for i := range o.Targets {
		if i < len(f.identifiers) && f.identifiers[i] != "" {
			o.Targets[i].IdentifierDigest = digest(f.identifiers[i])
		}
	}
	if o.Emergency != nil {
		e := *o.Emergency
		if f.reasons != "" {
			e.ReasonsDigest = digest(f.reasons)
		}
		o.Emergency = &e
	}
	return &o
}

// draft is the act that submits the form. Each compartment is sealed to those
// parties that may read it, the issuer among them.
func (f *requestForm) draft(self agencies.ID, officer agencies.OfficerID, caseID string) gateway.Draft {
	o := &f.order
	parties := broker.Parties{Issuer: self, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
	d := gateway.Draft{Case: caseID, Officer: officer, To: []agencies.ID{o.Addressee}}
	for _, c := range slices.Sorted(maps.Keys(f.sealed)) {
		d.Sealed = append(d.Sealed, gateway.Compartment{Name: c, To: parties.Readers(c), Fields: f.sealed[c]})
	}
	d.Body = func(sd gateway.Digests) broker.Body {
		return f.filled(func(field string) string { return sd[string(broker.Certificate)+"/"+field] })
	}
	return d
}

// findUnfilled finds the first place where a drafted form was left as it was.
func findUnfilled(v any, at string) string {
	switch v := v.(type) {
	case string:
		if v == unfilled {
			return at
		}
	case []any:
		for i, e := range v {
			if found := findUnfilled(e, at+"["+strconv.Itoa(i)+"]"); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if found := findUnfilled(v[k], strings.TrimPrefix(at+"."+k, ".")); found != "" {
				return found
			}
		}
	}
	return ""
}

// noAliases refuses YAML that refers to itself: a few lines of it unfold to
// gigabytes, and no form or configuration needs it.
func noAliases(data []byte) error {
	for _, t := range lexer.Tokenize(string(data)) {
		if t.Type == token.AnchorType || t.Type == token.AliasType {
			return &agencies.FieldError{Rule: agencies.RuleSyntax, Detail: fmt.Sprintf("line %d: anchors and aliases are not taken", t.Position.Line)}
		}
	}
	return nil
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
