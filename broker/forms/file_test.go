package forms

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/broker"
)

func TestFileSplitsTheForm(t *testing.T) {
	filing, err := File(example(t, "epoc"), at)
	if err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	o := filing.Order(func(c broker.Compartment, field string) string {
		if _, ok := filing.Sealed[c][field]; !ok {
			t.Errorf("the order names %s of %s, which is not sealed", field, c)
		}
		digests[field] = strings.Repeat("A", 43)
		return digests[field]
	})
	if o.Instrument != broker.EPOC || o.Reference != "XA-2026-0001" || o.Addressee != "XB-HOST" || o.Enforcing != "XB-PROS" || o.Validator != "XA-COURT" || !o.Issued.Equal(at) || o.Language != "en" {
		t.Errorf("order is %+v", o)
	}
	if got := strings.Join(o.Contents, ""); got != "ABCEFGHIJKL" {
		t.Errorf("contents are %s", got)
	}
	if string(o.Facts["address_to"]) != `"designated_establishment"` || string(o.Facts["addressed_party_role"]) != `"controller"` {
		t.Errorf("what sections say is not among the facts: %v", o.Facts)
	}
	if len(digests) != 1 || digests["identifier_1"] == "" {
		t.Errorf("digests are of %v", digests)
	}
	// Nothing that is sealed stands in the open part.
	open, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"recruiter", "Maria", "Nspector", "Hostwise", "four victims", "hotel work", "covert"} {
		if strings.Contains(string(open), secret) {
			t.Errorf("%q stands in the open part", secret)
		}
	}
	if filing.Sealed[broker.Victim]["name"] != "Maria" || filing.Sealed[broker.SectionM]["grounds"] != "the account recruited four victims" {
		t.Errorf("sealed apart: %v", filing.Sealed)
	}
	if _, ok := filing.Sealed[broker.Certificate]["section_m"]; ok {
		t.Error("section M is sealed to the addressee")
	}
}

func TestFileTakesWhatAnEmergencySays(t *testing.T) {
	filing, err := File(example(t, "epoc-emergency"), at)
	if err != nil {
		t.Fatal(err)
	}
	o := filing.Order(func(_ broker.Compartment, field string) string { return field })
	if e := o.Emergency; e == nil || e.Threat != "imminent_threat_to_life" || !e.ValidationUnobtainable || e.ReasonsDigest != "emergency_reasons" {
		t.Errorf("emergency is %+v", e)
	}
	if len(o.Targets) != 2 || o.Targets[0].Categories[0] != "user_identification_only" || len(o.Targets[1].Categories) != 1 || o.Targets[1].Items[0] != "identity" {
		t.Errorf("targets are %+v", o.Targets)
	}
	if o.Offence.AnnexIV != "" || o.Preservation == nil || o.Preservation.Outside != "XA-2026-0006" {
		t.Errorf("order is %+v", o)
	}
	if string(o.Facts["controller_identified"]) != "false" || string(o.Facts["similar_domestic_order_possible_without_validation"]) != "true" {
		t.Errorf("facts are %v", o.Facts)
	}
	if filing.Sealed[broker.Certificate]["emergency_reasons"] == nil {
		t.Error("the reasons are not a field of their own")
	}
	if _, twice := filing.Sealed[broker.Certificate]["section_c"].(map[string]any)["emergency_reasons"]; twice {
		t.Error("the reasons are sealed twice")
	}
}

// One form of each instrument that has a life makes an order that holds; the others say
// that they make none.
func TestFileByInstrument(t *testing.T) {
	for _, i := range broker.Instruments {
		if _, err := specOf(Name(i)); err != nil {
			t.Errorf("instrument %s has no form", i)
		}
	}
	for _, name := range examples(t) {
		f := example(t, name)
		filing, err := File(f, at)
		alive := false
		for _, i := range broker.Instruments {
			alive = alive || string(i) == string(NameOf(f))
		}
		if alive != (err == nil) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !alive {
			if !errors.Is(err, ErrNoOrder) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		form, _ := broker.FormOf(filing.Instrument())
		contents := filing.order.Contents
		for _, code := range form.Contents {
			// Sections D, H and the person's identity are there where they apply.
			if !slices.Contains(contents, code) && !slices.Contains([]string{"D", "H", "E", "K", "person_identity_if_known"}, code) {
				t.Errorf("%s: the order does not say that it holds %s", name, code)
			}
		}
		for name := range filing.Sealed[broker.Certificate] {
			if !strings.HasPrefix(name, "section_") && !strings.HasPrefix(name, "identifier_") && name != "emergency_reasons" {
				t.Errorf("sealed field %s", name)
			}
		}
	}
	f := example(t, "epoc").(*EPOC)
	f.A.Reference = ""
	if _, err := File(f, at); fieldError(t, err).Field != "section_a.reference" {
		t.Errorf("an incomplete form is filed: %v", err)
	}
}

// Whoever can open the parts reads the page that the issuer saw: the addressee without
// section M, the authority with it.
func TestReceivedIsWhatWasFiled(t *testing.T) {
	for _, name := range examples(t) {
		f := example(t, name)
		filing, err := File(f, at)
		if errors.Is(err, ErrNoOrder) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		o := filing.Order(func(_ broker.Compartment, field string) string { return field })
		for _, p := range f.pages() {
			opened := map[broker.Compartment]map[string]any{broker.Certificate: filing.Sealed[broker.Certificate]}
			if p.page().toWho == ToAuthority {
				opened[broker.SectionM] = filing.Sealed[broker.SectionM]
			}
			got, err := Received(o, opened)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if render(t, got, "en") != render(t, p, "en") {
				t.Errorf("%s: the page for %s is another", name, p.page().toWho)
			}
		}
	}
	filing, err := File(example(t, "epoc"), at)
	if err != nil {
		t.Fatal(err)
	}
	o := filing.Order(func(broker.Compartment, string) string { return "" })
	for _, spoilt := range []map[string]any{
		{"account": "somebody"}, {"section_z": map[string]any{}}, {"section_a": "text"}, {"identifier_2": map[string]any{}}, {"section_a": map[string]any{"Maria": 1}},
	} {
		if _, err := Received(o, map[broker.Compartment]map[string]any{broker.Certificate: spoilt}); err == nil || strings.Contains(err.Error(), "Maria") {
			t.Errorf("%v: %v", spoilt, err)
		}
	}
}
