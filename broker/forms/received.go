package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// Received puts a copy together again from what a party could open: the fields of the
// certificate and, at the desk of an authority, those of section M. It is the inverse of
// [File], for whoever was sent the parts. The parts are another's words: a field that
// the form does not have is refused, and nothing is said of what is missing.
func Received(o *broker.Order, opened map[broker.Compartment]map[string]any) (Page, error) {
	s, err := specOf(Name(o.Instrument))
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	raw := map[string]any{"form": string(o.Instrument), "language": o.Language}
	var ids []any
	for i := range opened[broker.Certificate] {
		if strings.HasPrefix(i, fieldIdentifier) {
			ids = append(ids, nil)
		}
	}
	for name, v := range opened[broker.Certificate] {
		switch {
		case strings.HasPrefix(name, "section_"):
			raw[name] = v
		case strings.HasPrefix(name, fieldIdentifier):
			var n int
			if _, err := fmt.Sscanf(name, fieldIdentifier+"%d", &n); err != nil || n < 1 || n > len(ids) || ids[n-1] != nil {
				return nil, fmt.Errorf("read certificate: %w", &agencies.FieldError{Field: fieldIdentifier, Rule: agencies.RuleFormat, Detail: "identifiers are not numbered"})
			}
			ids[n-1] = v
		case name != fieldReasons:
			return nil, fmt.Errorf("read certificate: %w", &agencies.FieldError{Field: string(broker.Certificate), Rule: agencies.RuleUnknown, Detail: "holds a field that the form does not have"})
		}
	}
	// What File took out of its section goes back to the section that has it.
	for name, v := range map[string]any{listIdentifiers: ids, fieldReasons: opened[broker.Certificate][fieldReasons]} {
		if isEmpty(v) {
			continue
		}
		at := s.sectionWith(name)
		section, _ := raw[at].(map[string]any)
		if section == nil {
			section = map[string]any{}
		}
		copied := map[string]any{name: v}
		for k, e := range section {
			copied[k] = e
		}
		raw[at] = copied
	}
	reader := ToAddressee
	if m := opened[broker.SectionM]; len(m) > 0 && s.name == NameEPOC {
		raw["section_m"], reader = m, ToAuthority
	}
	b, err := json.Marshal(raw)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	f := s.fresh()
	if err := agencies.DecodeStrict(b, f); err != nil {
		// A path is made of names that may be anybody's words.
		if fe, ok := errors.AsType[*agencies.FieldError](err); ok {
			return nil, fmt.Errorf("read certificate: %w", &agencies.FieldError{Field: string(broker.Certificate), Rule: fe.Rule, Detail: "is not of the form of its instrument"})
		}
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return PageFor(f, reader), nil
}

// sectionWith is the section that has the member.
func (s spec) sectionWith(name string) string {
	for _, at := range s.namesAt("") {
		if _, ok := s.find(at + "." + name); ok && strings.HasPrefix(at, "section_") {
			return at
		}
	}
	return ""
}
