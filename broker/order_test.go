package broker_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

const sd = "0000000000000000000000000000000000000000000"

// whole returns an order with its digests in place.
func whole(t testing.TB, o *broker.Order) *broker.Order {
	t.Helper()
	point(o, []string{sd})
	ok(t, o.Check())
	return o
}

func TestOrderNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name        string
		of          func(testing.TB) *broker.Order
		change      func(*broker.Order)
		field, rule string
	}{
		{"no instrument", contentOrder, func(o *broker.Order) { o.Instrument = "letter" }, "instrument", "EPO-C-01"},
		{"another law", contentOrder, func(o *broker.Order) { o.Regime = agencies.RegimeUNTOC }, "regime", "EPO-C-04"},
		{"no file number", contentOrder, func(o *broker.Order) { o.Reference = "" }, "reference", "EPO-C-04"},
		{"text for a file number", contentOrder, func(o *broker.Order) { o.Reference = "ask jan@example.org" }, "reference", "EPO-C-04"},
		{"no date", contentOrder, func(o *broker.Order) { o.Issued = time.Time{} }, "issued", "EPO-C-04"},
		{"date with a zone", contentOrder, func(o *broker.Order) { o.Issued = o.Issued.In(time.FixedZone("", 3600)) }, "issued", "EPO-C-04"},
		{"no addressee", contentOrder, func(o *broker.Order) { o.Addressee = "" }, "addressee", "EPO-C-04"},
		{"addressee with a subject", contentOrder, func(o *broker.Order) { o.Addressee = "XB-HOST.>" }, "addressee", "EPO-C-04"},
		{"addressee enforces", contentOrder, func(o *broker.Order) { o.Enforcing = o.Addressee }, "enforcing_authority", "EPO-N-01"},
		{"nobody receives", contentOrder, func(o *broker.Order) { o.Recipients = nil }, "recipients_of_data", "EPO-C-04"},
		{"a recipient twice", contentOrder, func(o *broker.Order) { o.Recipients = []agencies.ID{police, police} }, "recipients_of_data", "EPO-C-04"},
		{"no target", contentOrder, func(o *broker.Order) { o.Targets = nil }, "targets", "EPO-C-04"},
		{"targets out of order", contentOrder, func(o *broker.Order) { o.Targets[1].Number = 3 }, "targets[1].number", "EPO-C-04"},
		{"no category", contentOrder, func(o *broker.Order) { o.Targets[0].Categories = nil }, "targets[0].categories", "EPO-C-01"},
		{"unknown category", contentOrder, func(o *broker.Order) { o.Targets[0].Categories = []evidence.Category{"metadata"} }, "targets[0].categories", "EPO-C-01"},
		{"documents from a provider", contentOrder, func(o *broker.Order) { o.Targets[0].Categories = []evidence.Category{evidence.Document} }, "targets[0].categories", "EPO-D-05"},
		{"no identifier", contentOrder, func(o *broker.Order) { o.Targets[0].IdentifierKind, o.Targets[0].IdentifierDigest = "", "" }, "targets[0].identifier_kind", "EPO-C-01"},
		{"identifier in the open", contentOrder, func(o *broker.Order) { o.Targets[0].IdentifierDigest = "jan@example.org" }, "targets[0].identifier_digest", "RFC 9901"},
		{"range backwards", contentOrder, func(o *broker.Order) { o.Targets[0].From, o.Targets[0].Until = ago(10), ago(40) }, "targets[0].until", "EPO-C-01"},
		{"range into the future", contentOrder, func(o *broker.Order) { o.Targets[0].Until = ago(-1) }, "targets[0].until", "EPO-S-05"},
		{"range without end", contentOrder, func(o *broker.Order) { o.Targets[0].Until = nil }, "targets[0].until", "EPO-C-01"},
		{"no offence", contentOrder, func(o *broker.Order) { o.Offence = nil }, "offence", "EPO-C-01"},
		{"no provision", contentOrder, func(o *broker.Order) { o.Offence.Provision = "" }, "offence.provision", "EPO-C-01"},
		{"no maximum", contentOrder, func(o *broker.Order) { o.Offence.MaxMonths = 0 }, "offence.max_custodial_sentence_months", "EPO-T-02"},
		{"a tick of section M", contentOrder, func(o *broker.Order) { o.Offence.AnnexIV = tick }, "offence.annex_iv_category", "EPO-C-02"},
		{"a tick of section M, for preservation", preservationOrder, func(o *broker.Order) { o.Offence.AnnexIV = tick }, "offence.annex_iv_category", "EPO-C-02"},
		{"a tick among the facts", contentOrder, func(o *broker.Order) {
			o.Facts["annex_iv_category_ticked"] = json.RawMessage(`"sabotage"`)
		}, "facts.annex_iv_category_ticked", "EPO-C-02"},
		{"a tick in the offence among the facts", contentOrder, func(o *broker.Order) {
			o.Facts["offence"] = json.RawMessage(`{"annex_iv_category":"sabotage"}`)
		}, "facts.offence", "EPO-C-02"},
		{"sentence without purpose", contentOrder, func(o *broker.Order) { o.Sentence = &broker.Sentence{Months: 5} }, "sentence", "EPO-S-01"},
		{"purpose without sentence", contentOrder, func(o *broker.Order) { o.Purpose = broker.PurposeSentence }, "sentence", "EPO-S-01"},
		{"no purpose", contentOrder, func(o *broker.Order) { o.Purpose = "" }, "purpose", "EPO-C-04"},
		{"no stated use", contentOrder, func(o *broker.Order) { o.Use = "" }, "stated_purpose", "EPO-C-04"},
		{"emergency without reasons", contentOrder, func(o *broker.Order) { o.Emergency = &broker.Emergency{Threat: "abducted_child"} }, "emergency.reasons_digest", "EPO-C-01"},
		{"no language", contentOrder, func(o *broker.Order) { o.Language = "" }, "language", "EPO-A-04"},
		{"no contents", contentOrder, func(o *broker.Order) { o.Contents = nil }, "contents", "EPO-C-04"},
		{"deadline before issue", contentOrder, func(o *broker.Order) { o.Deadline = ago(1) }, "requested_deadline", "EPO-C-04"},
		{"reference to nothing", contentOrder, func(o *broker.Order) { o.Preservation = &broker.Reference{Instrument: "EPOC-PR"} }, "earlier_preservation", "EPO-C-04"},
		{"unknown fact", contentOrder, func(o *broker.Order) { o.Facts["service_typ"] = json.RawMessage(`"x"`) }, "facts.service_typ", "unknown"},
		{"fact of another type", contentOrder, func(o *broker.Order) { o.Facts["service_type"] = json.RawMessage(`7`) }, "facts.service_type", "type"},
		{"personal fact", contentOrder, func(o *broker.Order) { o.Facts["selector"] = json.RawMessage(`"x"`) }, "facts.selector", "sealed"},
		{"fact with a sentence", contentOrder, func(o *broker.Order) { o.Facts["service_type"] = json.RawMessage(`"ask Jan: he knows!"`) }, "facts.service_type", "format"},
		{"attests what it does not state", contentOrder, func(o *broker.Order) { o.Attestations = []string{"means_used"} }, "attestations", "attest"},
		{"preservation with recipients", preservationOrder, func(o *broker.Order) { o.Recipients = []agencies.ID{police} }, "recipients_of_data", "EPO-C-05"},
		{"preservation with notification", preservationOrder, func(o *broker.Order) { o.Enforcing = enforcer }, "enforcing_authority", "EPO-N-01"},
		{"assistance without basis", assistance, func(o *broker.Order) { o.LegalBasis = "" }, "legal_basis", "UNT-01"},
		{"assistance in an emergency", assistance, func(o *broker.Order) { o.Emergency = &broker.Emergency{Threat: "x", ReasonsDigest: sd} }, "emergency", "UNT-13"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := whole(t, c.of(t))
			c.change(o)
			wantField(t, o.Check(), c.field, c.rule)
		})
	}
}

func TestBodiesAreReadStrictly(t *testing.T) {
	id := agencies.NewID()
	for _, c := range []struct {
		name, body  string
		act         broker.Act
		field, rule string
	}{
		{"unknown member", `{"of":"` + id + `","x":1}`, broker.ActAcknowledge, "x", agencies.RuleUnknown},
		{"member twice", `{"of":"` + id + `","of":"` + id + `"}`, broker.ActAcknowledge, "of", agencies.RuleDuplicate},
		{"wrong type", `{"of":7}`, broker.ActAcknowledge, "of", agencies.RuleType},
		{"missing", `{}`, broker.ActAcknowledge, "of", "receipt"},
		{"refusal without reasons", `{"ground":"manifest_errors","reasons":""}`, broker.ActRefuse, "reasons", "UNT-12"},
		{"a part twice", `{"ground":"manifest_errors","reasons":"` + sd + `","parts":[{"target":1},{"target":1}]}`, broker.ActRefuse, "parts[1].target", "EPO-D-05"},
		{"wrong form", `{"form":"Annex V","production_request_being_prepared":true}`, broker.ActExtend, "form", "EPO-C-07"},
		{"use in words", `{"exhibit":"` + id + `","intended_use":"for me; thanks","justification":"x"}`, broker.ActRetrieve, "intended_use", "XC-01"},
		{"clarification without codes", `{"kind":"clarification"}`, broker.ActAsk, "codes", "EPO-C-06"},
		{"producer speaks of the request", `{"part":1,"last":true,"parts":[{"target":1}],"exhibits":[],"facts":{"target_role":"none"}}`, broker.ActProduce, "exhibits", "DIT-05"},
		{"the broker's own act", `{}`, broker.ActRelease, "type", agencies.RuleUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := broker.DecodeBody(c.act, json.RawMessage(c.body))
			wantField(t, err, c.field, c.rule)
		})
	}
}

func TestPartiesAreHeldAgainstTheTrustList(t *testing.T) {
	list := theWorld().list()
	for _, c := range []struct {
		name, field string
		change      func(*broker.Order)
	}{
		{"unknown addressee", "addressee", func(o *broker.Order) { o.Addressee = "XB-NOBODY" }},
		{"addressee that is none", "addressee", func(o *broker.Order) { o.Addressee = police }},
		{"unknown recipient", "recipients_of_data", func(o *broker.Order) { o.Recipients = []agencies.ID{"XA-NOBODY"} }},
		{"recipient abroad", "recipients_of_data", func(o *broker.Order) { o.Recipients = []agencies.ID{other} }},
		{"authority without competence", "enforcing_authority", func(o *broker.Order) { o.Enforcing = central }},
		{"authority of a third State", "enforcing_authority", func(o *broker.Order) { o.Enforcing = other }},
		{"unknown officer", "assigned_officers", func(o *broker.Order) { o.Assigned = []agencies.OfficerID{"XA-POLICE/ghost"} }},
		{"officer of another agency", "assigned_officers", func(o *broker.Order) { o.Assigned = []agencies.OfficerID{desk} }},
		{"validator that may not", "validating_authority", func(o *broker.Order) { o.Validator = enforcer }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := contentOrder(t)
			p := func() broker.Parties {
				return broker.Parties{Issuer: court, Validator: o.Validator, Addressee: o.Addressee, Enforcing: o.Enforcing, Recipients: o.Recipients}
			}
			ok(t, broker.CheckParties(p(), o, list))
			c.change(o)
			err := broker.CheckParties(p(), o, list)
			if got := broker.ReasonFor(err); got != broker.ReasonRecipient {
				t.Fatalf("reason is %q (%v), want recipient", got, err)
			}
			if e := broker.NewReplyError(broker.ReasonFor(err), err); e.Field != c.field || e.Exit != broker.ExitUntrusted {
				t.Errorf("reply is %+v, want field %s", e, c.field)
			}
		})
	}
}

func TestCompartmentsHaveTheirReaders(t *testing.T) {
	p := broker.Parties{Issuer: court, Validator: police, Addressee: provider, Enforcing: enforcer, Recipients: []agencies.ID{central}}
	for _, c := range []struct {
		compartment broker.Compartment
		to          agencies.ID
		ok          bool
	}{
		{broker.Certificate, provider, true},
		{broker.SectionM, provider, false},
		{broker.SectionM, enforcer, true},
		{broker.SectionM, central, false},
		{broker.Victim, enforcer, false},
		{broker.Victim, court, true},
		{broker.Message, central, true},
		{broker.Certificate, stranger, false},
		{"other", court, false},
	} {
		err := p.CheckSealed([]agencies.SealedRef{{Compartment: string(c.compartment), Digest: agencies.DigestOf(nil), To: []agencies.ID{c.to}}})
		if (err == nil) != c.ok {
			t.Errorf("%s to %s: %v", c.compartment, c.to, err)
		}
	}
	// Whatever else the addressee is, it does not read section M.
	p.Enforcing = provider
	if err := p.CheckSealed([]agencies.SealedRef{{Compartment: "section_m", Digest: agencies.DigestOf(nil), To: []agencies.ID{provider}}}); err == nil {
		t.Error("an addressee in two roles may read section M")
	}
}
