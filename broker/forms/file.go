package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

// ErrNoOrder is the error of a form that makes no order: one that answers an order, or
// whose instrument has no life in this version.
var ErrNoOrder = errors.New("no order")

// Filing is a request form on its way: the open order, and what is sealed beside it.
type Filing struct {
	// Sealed are the compartments, by name and field. A section of the annex is one
	// field of the certificate, so that a court can be shown one without the others;
	// each identifier is a field of its own, because the order holds its digest.
	Sealed map[broker.Compartment]map[string]any

	order       broker.Order
	identifiers []string // by target: the field of the certificate, "" for none
	reasons     string   // of an emergency: the field of the certificate
}

// File holds a request form to [Complete] and to the order's own rules, and splits it.
// at is the date of issue where the form gives none.
func File(f Form, at time.Time) (*Filing, error) {
	r, ok := f.(request)
	if !ok || !slices.Contains(broker.Instruments, broker.Instrument(f.head().Form)) {
		return nil, fmt.Errorf("file %s: %w", f.head().Form, ErrNoOrder)
	}
	if err := Complete(f); err != nil {
		return nil, err
	}
	out := &Filing{Sealed: map[broker.Compartment]map[string]any{}}
	if err := out.seal(r); err != nil {
		return nil, fmt.Errorf("file form: %w", err)
	}
	o := &out.order
	o.Instrument = broker.Instrument(f.head().Form)
	b := basisOf(r)
	b.stated = deskOf(f).Exchange.Regime
	o.Regime, o.LegalBasis = b.regime(o.Instrument), string(b.article)
	o.Language = string(f.head().Language)
	o.Issued = at.UTC().Truncate(time.Second)
	o.Contents = r.contents()
	r.fill(out)
	if err := out.desk(deskOf(f), r.said()); err != nil {
		return nil, fmt.Errorf("file form: %w", err)
	}
	// Any digest will do here; the true ones exist when the fields are sealed.
	some := strings.Repeat("A", 43)
	if err := out.Order(func(broker.Compartment, string) string { return some }).Check(); err != nil {
		return nil, fmt.Errorf("file form: %w", err)
	}
	return out, nil
}

// request is a form that makes an order.
type request interface {
	Form
	certificate() Page
	contents() []string
	said() map[string]any
	fill(*Filing)
}

// Instrument is that of the order.
func (f *Filing) Instrument() broker.Instrument { return f.order.Instrument }

// Parties are those of the order, with the agency that files it as its issuer.
func (f *Filing) Parties(issuer agencies.ID) broker.Parties {
	o := &f.order
	return broker.Parties{Issuer: issuer, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
}

// Order is the order with the digests of its sealed fields; digest finds that of one.
func (f *Filing) Order(digest func(c broker.Compartment, field string) string) *broker.Order {
	o := f.order
	o.Targets = slices.Clone(o.Targets)
	for i, name := range f.identifiers {
		if name != "" {
			o.Targets[i].IdentifierDigest = digest(broker.Certificate, name)
		}
	}
	if o.Emergency != nil {
		e := *o.Emergency
		e.ReasonsDigest = digest(broker.Certificate, f.reasons)
		o.Emergency = &e
	}
	return &o
}

// Names of sealed fields that are no section.
const (
	fieldReasons    = "emergency_reasons"
	fieldIdentifier = "identifier_"
	listIdentifiers = "identifiers"
)

// seal fills the compartments.
func (f *Filing) seal(r request) error {
	page, err := membersOf(r.certificate())
	if err != nil {
		return err
	}
	cert := map[string]any{}
	for name, v := range page {
		if !strings.HasPrefix(name, "section_") {
			continue
		}
		section := v.(map[string]any)
		if list, ok := section[listIdentifiers].([]any); ok {
			for i, id := range list {
				cert[fmt.Sprintf("%s%d", fieldIdentifier, i+1)] = id
			}
			delete(section, listIdentifiers)
		}
		if reasons, ok := section[fieldReasons]; ok {
			cert[fieldReasons] = reasons
			delete(section, fieldReasons)
		}
		cert[name] = section
	}
	f.Sealed[broker.Certificate] = cert
	for c, v := range map[broker.Compartment]any{broker.SectionM: notForAddressee(r), broker.Victim: deskOf(r).Victim} {
		if reflect.ValueOf(v).IsNil() {
			continue
		}
		fields, err := membersOf(v)
		if err != nil {
			return err
		}
		if len(fields) > 0 {
			f.Sealed[c] = fields
		}
	}
	return nil
}

// notForAddressee is section M, or the grounds of a preservation order.
func notForAddressee(f Form) any {
	switch f := f.(type) {
	case *EPOC:
		return f.M
	case *EPOCPR:
		return f.Grounds
	}
	return (*SectionM)(nil)
}

func membersOf(v any) (map[string]any, error) {
	b, err := agencies.Canonical(v)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	err = json.Unmarshal(b, &out)
	return out, err
}

// deskOf is the part of a request that no copy shows; nil for the other forms.
func deskOf(f Form) *Desk {
	switch f := f.(type) {
	case *EPOC:
		return &f.Desk
	case *EPOCPR:
		return &f.Desk
	case *EIO:
		return &f.Desk
	case *MLA:
		return &f.Desk
	case *PreservationRequest:
		return &f.Desk
	case *EmergencyDisclosure:
		return &f.Desk
	case *VoluntaryDisclosure:
		return &f.Desk
	case *SubscriberOrder:
		return &f.Desk
	case *ProtocolEmergency:
		return &f.Desk
	case *Information:
		return &f.Desk
	}
	return nil
}

// basisOf is the article that a request names, and where.
func basisOf(f Form) basis {
	var a *Requester
	switch f := f.(type) {
	case *MLA:
		if f.A != nil {
			return basis{at: "section_a.legal_basis", article: f.A.LegalBasis}
		}
	case *PreservationRequest:
		a = f.A
	case *Information:
		a = f.A
	case *EmergencyDisclosure:
		if f.A != nil {
			a = &f.A.Requester
		}
	case *VoluntaryDisclosure:
		a = f.A.requester()
	case *SubscriberOrder:
		a = f.A.requester()
	case *ProtocolEmergency:
		a = f.A.requester()
	}
	if a == nil {
		return basis{}
	}
	return basis{at: "section_a.legal_basis", article: a.LegalBasis}
}

func (a *Receiving) requester() *Requester {
	if a == nil {
		return nil
	}
	return &a.Requester
}

// desk takes over purpose, officers and facts.
func (f *Filing) desk(d *Desk, said map[string]any) error {
	o := &f.order
	o.Use, o.Assigned = string(d.Exchange.Use), d.Exchange.Officers
	o.Facts = maps.Clone(d.Exchange.Facts)
	for name, v := range said {
		raw, err := agencies.Canonical(v)
		if err != nil {
			return err
		}
		if o.Facts == nil {
			o.Facts = map[string]json.RawMessage{}
		}
		o.Facts[name] = raw
	}
	for _, a := range d.Exchange.Attestations {
		o.Attestations = append(o.Attestations, string(a))
	}
	return nil
}

// targets makes one target of each identifier, and one without when there is none.
func (f *Filing) targets(s selectors) {
	n := max(len(s.identifiers), 1)
	for i := range n {
		t := broker.Target{Number: i + 1}
		field := ""
		if i < len(s.identifiers) {
			id := s.identifiers[i]
			t.From, t.Until = id.From, id.Until
			if id.Value != "" {
				t.IdentifierKind, field = broker.IdentifierKind(id.Kind), fmt.Sprintf("%s%d", fieldIdentifier, i+1)
			}
		}
		for _, w := range s.wanted {
			if len(w.Identifiers) > 0 && !slices.Contains(w.Identifiers, i+1) {
				continue
			}
			t.Categories = append(t.Categories, evidence.Category(w.Category))
			for _, item := range w.Items {
				if !slices.Contains(t.Items, string(item)) {
					t.Items = append(t.Items, string(item))
				}
			}
		}
		f.order.Targets = append(f.order.Targets, t)
		f.identifiers = append(f.identifiers, field)
	}
}

func (f *Filing) issued(at *time.Time) {
	if at != nil {
		f.order.Issued = *at
	}
}

func (f *Filing) proceedings(about About, o *Offence, s *Sentence) {
	f.order.Purpose = string(about)
	if o != nil {
		f.order.Offence = &broker.Offence{
			Name: string(o.Name), Provision: string(o.Provision), MaxMonths: o.MaxMonths, ByInformation: o.BySystem,
			ListedInDir: string(o.Directive), DirectiveArticle: o.Article,
		}
	}
	if s != nil && about == broker.PurposeSentence {
		f.order.Sentence = &broker.Sentence{Months: s.Months, InAbsentia: yes(s.InAbsentia), Absconded: yes(s.Absconded)}
	}
}

func (f *Filing) emergency(threat Code, critical *bool, unvalidated bool) {
	f.reasons = fieldReasons
	f.order.Emergency = &broker.Emergency{Threat: string(threat), CriticalInfrastructure: yes(critical), ValidationUnobtainable: unvalidated}
}

// reference names an earlier request by its id here, or by its file number outside.
func (e *Earlier) reference() *broker.Reference {
	if e == nil {
		return nil
	}
	r := &broker.Reference{Instrument: string(e.Instrument), Case: e.Case}
	if r.Case == "" {
		r.Outside = string(e.Reference)
	}
	return r
}

// lettersOf lists the sections that a page holds.
func lettersOf(p Page) []string {
	var out []string
	v := reflect.ValueOf(p).Elem()
	for _, m := range members(v.Type()) {
		if m.section() && !v.FieldByIndex(m.index).IsZero() {
			out = append(out, strings.ToUpper(strings.TrimPrefix(m.name, "section_")))
		}
	}
	return out
}
