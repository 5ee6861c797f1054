package broker

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Order is the body of a submit statement: what is asked, of whom, in which form.
// It is the open part and holds no personal data; names, selectors and narrative
// travel in sealed compartments, and only salted digests of them stand here.
type Order struct {
	Instrument Instrument      `json:"instrument"`
	Regime     agencies.Regime `json:"regime"`
	LegalBasis string          `json:"legal_basis,omitempty"` // the article, where the regime does not say it all
	Reference  string          `json:"reference"`             // file number at the issuing authority, a code
	Issued     time.Time       `json:"issued"`                // when the order was made; not after it is signed

	Addressee  agencies.ID          `json:"addressee"`
	Enforcing  agencies.ID          `json:"enforcing_authority,omitempty"`  // Annex I sec. K [EPO-N-01]
	Validator  agencies.ID          `json:"validating_authority,omitempty"` // Annex I sec. J
	Recipients []agencies.ID        `json:"recipients_of_data,omitempty"`   // Annex I sec. L
	Assigned   []agencies.OfficerID `json:"assigned_officers,omitempty"`    // who may open the data [XC-06]

	Targets   []Target   `json:"targets"`
	Offence   *Offence   `json:"offence,omitempty"`
	Sentence  *Sentence  `json:"sentence,omitempty"`
	Purpose   string     `json:"purpose"`        // a Purpose* code: what the proceedings are
	Use       string     `json:"stated_purpose"` // the one use asked for, a code that a later use is compared with [UNT-08]
	Emergency *Emergency `json:"emergency,omitempty"`

	Language     string     `json:"language"`
	Contents     []string   `json:"contents"` // which parts of the form the sealed compartments hold
	Deadline     *time.Time `json:"requested_deadline,omitempty"`
	Preservation *Reference `json:"earlier_preservation,omitempty"`
	FollowUp     *Reference `json:"follow_up_to,omitempty"`
	// UseLimits are codes of what the sender of information forbids or demands; they
	// bind whoever uses it [UNT-16, BUD-10].
	UseLimits []string `json:"use_limits,omitempty"`

	Facts        map[string]json.RawMessage `json:"facts,omitempty"`        // declared facts, by dictionary name
	Attestations []string                   `json:"attestations,omitempty"` // the names of facts the signing officer found
}

// The purposes an order may name. The policy refuses those the law refuses; a
// purpose that is not on this list is not understood.
const (
	PurposeProceedings  = "criminal_proceedings"
	PurposeSentence     = "execute_sentence"
	PurposePrevention   = "prevention_intelligence"
	PurposeMonitoring   = "general_monitoring"
	PurposeThirdCountry = "provide_mla_to_third_country"
)

// Target is one thing asked for; each is decided for itself.
type Target struct {
	Number     int                 `json:"number"` // 1, 2, 3 … in order
	Categories []evidence.Category `json:"categories"`
	// Items are the ticks of Annex I sec. F below the categories, as codes.
	Items []string `json:"items,omitempty"`
	// IdentifierKind and IdentifierDigest say that a sealed field identifies the
	// user: the digest is one of the statement's _sd. Neither is needed when the
	// sole purpose is to identify the user [EPO-C-01 (c)].
	IdentifierKind   IdentifierKind `json:"identifier_kind,omitempty"`
	IdentifierDigest string         `json:"identifier_digest,omitempty"`
	From             *time.Time     `json:"from,omitempty"`
	Until            *time.Time     `json:"until,omitempty"` // not after Issued: stored data only [EPO-S-05]
}

// IdentifierKind is the kind of a selector (Annex I sec. E [EPO-C-04]).
type IdentifierKind string

// The kinds of Annex I section E, and document for what is no service account.
const (
	IPAddress IdentifierKind = "ip_address"
	Telephone IdentifierKind = "telephone"
	Email     IdentifierKind = "email"
	IMEI      IdentifierKind = "imei"
	MAC       IdentifierKind = "mac"
	Account   IdentifierKind = "account"
	Service   IdentifierKind = "service"
	Doc       IdentifierKind = "document"
)

// Offence is what the proceedings are about, as far as policy needs it.
type Offence struct {
	Name             string `json:"name"`      // a code of the issuing State's list, no narrative
	Provision        string `json:"provision"` // criminal-law provision [EPO-C-01 (f)]
	MaxMonths        int    `json:"max_custodial_sentence_months"`
	ByInformation    *bool  `json:"committed_by_information_system,omitempty"`
	ListedInDir      string `json:"listed_in_directive,omitempty"`
	DirectiveArticle int    `json:"directive_article,omitempty"`
	// AnnexIV is the category ticked in Annex D of an EIO, whose categories are those
	// of Annex IV. What an EPOC ticks is sealed in section M [EPO-C-02].
	AnnexIV string `json:"annex_iv_category,omitempty"`
}

// Sentence stands in place of an offence under investigation when a sentence is
// executed [EPO-S-01].
type Sentence struct {
	Months     int  `json:"months"`
	InAbsentia bool `json:"in_absentia"`
	Absconded  bool `json:"convict_absconded"`
}

// Emergency claims Art. 3(18) [EPO-I-05]; the reasons are sealed.
type Emergency struct {
	Threat                 string `json:"threat"`
	ReasonsDigest          string `json:"reasons_digest"` // one of the statement's _sd
	CriticalInfrastructure bool   `json:"critical_infrastructure,omitempty"`
	// ValidationUnobtainable says that validation could not be had in time
	// [EPO-I-04].
	ValidationUnobtainable bool `json:"validation_unobtainable,omitempty"`
}

// Reference names another request: one of this exchange, or an outside one.
type Reference struct {
	Instrument string `json:"instrument"`
	Case       string `json:"case,omitempty"`
	Outside    string `json:"outside,omitempty"` // file number outside this exchange
}

// Act implements Body.
func (*Order) Act() Act { return ActSubmit }

// Categories returns every category asked for, once, in a fixed order.
func (o *Order) Categories() []evidence.Category {
	var out []evidence.Category
	for _, c := range []evidence.Category{evidence.Subscriber, evidence.UserIdentification, evidence.Traffic, evidence.ContentData, evidence.Document} {
		for _, t := range o.Targets {
			if slices.Contains(t.Categories, c) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// Heavy says whether traffic or content data are asked for [EPO-D-03, EPO-D-04].
func (o *Order) Heavy() bool {
	c := o.Categories()
	return slices.Contains(c, evidence.Traffic) || slices.Contains(c, evidence.ContentData)
}

// Target returns the target with the number.
func (o *Order) Target(number int) (Target, bool) {
	if number < 1 || number > len(o.Targets) {
		return Target{}, false
	}
	return o.Targets[number-1], true
}

// DeclaredFacts reads the Facts member: attested where the order's signer attests
// to them, declared otherwise.
func (o *Order) DeclaredFacts(source string) (policy.Facts, error) {
	facts, err := readFacts(o.Facts, policy.Declared, source)
	if err != nil {
		return nil, err
	}
	for _, name := range o.Attestations {
		if f, ok := facts[name]; ok {
			f.Provenance = policy.Attested
			facts[name] = f
		}
	}
	return facts, nil
}

// maxTargets bounds one order. It is ours, not law.
const maxTargets = 256

// Check says what is missing or wrong for the instrument, naming field and rule.
func (o *Order) Check() error {
	var c checker
	f, known := FormOf(o.Instrument)
	c.require("instrument", "EPO-C-01", known, fmt.Sprintf("must be one of %v", Instruments))
	if c.err != nil {
		return c.err
	}
	rule := f.Rule
	c.require("regime", rule, slices.Contains(o.Instrument.Regimes(), o.Regime), "is not the law this instrument rests on")
	c.code("reference", rule, o.Reference, true)
	c.instant("issued", rule, o.Issued)
	c.agency("addressee", rule, o.Addressee, true)
	c.agency("enforcing_authority", "EPO-N-01", o.Enforcing, false)
	c.agency("validating_authority", "EPO-I-01", o.Validator, false)
	c.require("enforcing_authority", "EPO-N-01", o.Enforcing == "" || o.Enforcing != o.Addressee, "cannot be the addressee")
	c.agencies("recipients_of_data", rule, o.Recipients)
	c.officers("assigned_officers", "XC-06", o.Assigned)
	c.code("stated_purpose", rule, o.Use, true)
	if b := o.Instrument.basis(o.Regime); len(b.Articles) > 0 {
		c.require("legal_basis", b.Gate, slices.Contains(b.Articles, o.LegalBasis), fmt.Sprintf("must be one of %v", b.Articles))
	} else {
		c.code("legal_basis", rule, o.LegalBasis, false)
	}
	c.codes("use_limits", "UNT-16", o.UseLimits, false)
	c.code("language", "EPO-A-04", o.Language, true)
	c.codes("contents", rule, o.Contents, true)
	c.require("purpose", rule, slices.Contains([]string{PurposeProceedings, PurposeSentence, PurposePrevention, PurposeMonitoring, PurposeThirdCountry}, o.Purpose), "is missing or unknown")
	o.checkTargets(&c, rule, f.Documents)
	o.checkOffence(&c, rule)
	o.checkEmergency(&c, f)
	o.checkInstrument(&c, f)
	if o.Deadline != nil {
		c.instant("requested_deadline", rule, *o.Deadline)
		c.require("requested_deadline", rule, o.Deadline.After(o.Issued), "is not after the date of issue")
	}
	o.Preservation.check(&c, "earlier_preservation", "EPO-C-04")
	o.FollowUp.check(&c, "follow_up_to", rule)
	o.checkFacts(&c)
	return c.err
}

// checkInstrument holds the parties and dates to the form of the instrument.
func (o *Order) checkInstrument(c *checker, f Form) {
	c.require("recipients_of_data", f.Rule, (len(o.Recipients) > 0) == f.Produces, map[bool]string{true: "is missing", false: "must be absent: nothing is produced under this instrument"}[f.Produces])
	// An authority that executes itself needs no notice beside the request; one that
	// only watches over a provider is notified where the law says so.
	rule := map[bool]string{true: "EPO-N-01", false: "UNT-03"}[f.Provider]
	c.require("enforcing_authority", rule, o.Enforcing == "" || f.Notified, "must be absent: this instrument is not notified")
	c.require("use_limits", "UNT-16", len(o.UseLimits) == 0 || o.Instrument == Spontaneous, "stands only with information given unasked; who executes sets conditions by an act")
}

func (o *Order) checkTargets(c *checker, rule string, documents bool) {
	c.require("targets", rule, len(o.Targets) > 0, "is missing")
	c.require("targets", agencies.RuleSize, len(o.Targets) <= maxTargets, fmt.Sprintf("more than %d", maxTargets))
	for i, t := range o.Targets {
		name := fmt.Sprintf("targets[%d].", i)
		c.require(name+"number", rule, t.Number == i+1, "must count 1, 2, 3 in order")
		c.require(name+"categories", "EPO-C-01", len(t.Categories) > 0, "is missing")
		for j, cat := range t.Categories {
			c.require(name+"categories", "EPO-C-01", cat.Valid() && !slices.Contains(t.Categories[:j], cat), "holds an unknown or repeated category")
			c.require(name+"categories", "EPO-D-05", documents || cat != evidence.Document, "holds a category this instrument does not know")
		}
		c.codes(name+"items", "EPO-D-01", t.Items, false)
		identify := len(t.Categories) == 1 && t.Categories[0] == evidence.UserIdentification
		c.require(name+"identifier_kind", "EPO-C-01", t.IdentifierKind.valid() || identify && t.IdentifierKind == "", "is missing or unknown")
		c.require(name+"identifier_digest", "EPO-C-01", (t.IdentifierDigest == "") == (t.IdentifierKind == ""), "must stand with identifier_kind")
		c.require(name+"identifier_digest", "RFC 9901", t.IdentifierDigest == "" || isSD(t.IdentifierDigest), "is no disclosure digest")
		if t.From != nil {
			c.instant(name+"from", rule, *t.From)
		}
		if t.Until != nil {
			c.instant(name+"until", rule, *t.Until)
			c.require(name+"until", "EPO-S-05", !t.Until.After(o.Issued), "is after the date of issue: only stored data can be asked for")
			c.require(name+"until", "EPO-C-01", t.From != nil && !t.Until.Before(*t.From), "is before from, or from is missing")
		} else {
			c.require(name+"until", "EPO-C-01", t.From == nil, "is missing beside from")
		}
	}
}

func (k IdentifierKind) valid() bool {
	return slices.Contains([]IdentifierKind{IPAddress, Telephone, Email, IMEI, MAC, Account, Service, Doc}, k)
}

func (o *Order) checkOffence(c *checker, rule string) {
	if o.Purpose == PurposeSentence {
		c.require("sentence", "EPO-S-01", o.Sentence != nil && o.Sentence.Months > 0, "is missing")
	} else {
		c.require("sentence", "EPO-S-01", o.Sentence == nil, "stands only with purpose execute_sentence")
		c.require("offence", "EPO-C-01", o.Offence != nil, "is missing")
	}
	if o.Offence != nil {
		c.code("offence.name", rule, o.Offence.Name, true)
		c.code("offence.provision", "EPO-C-01", o.Offence.Provision, true)
		c.require("offence.max_custodial_sentence_months", "EPO-T-02", o.Offence.MaxMonths > 0 && o.Offence.MaxMonths <= maxMonths, "must be between 1 and 1200")
		c.code("offence.listed_in_directive", "EPO-T-03", o.Offence.ListedInDir, false)
		c.code("offence.annex_iv_category", "EIO-08", o.Offence.AnnexIV, false)
		c.require("offence.annex_iv_category", ruleSectionM, o.Offence.AnnexIV == "" || o.Regime != agencies.RegimeEPO, "must be absent: the addressee reads this, and ticks of Annex IV belong into section M")
		c.require("offence.directive_article", "EPO-T-03", o.Offence.DirectiveArticle >= 0 && (o.Offence.DirectiveArticle == 0) == (o.Offence.ListedInDir == ""), "stands with listed_in_directive")
	}
}

const maxMonths = 1200

func (o *Order) checkEmergency(c *checker, f Form) {
	if o.Emergency == nil {
		c.require("emergency", f.Rule, !f.MustUrge, "is missing: this instrument is for emergencies only")
		return
	}
	c.require("emergency", "UNT-13", f.MayUrge, "is not known to this instrument; use requested_deadline")
	c.code("emergency.threat", "EPO-I-05", o.Emergency.Threat, true)
	c.require("emergency.reasons_digest", "EPO-C-01", isSD(o.Emergency.ReasonsDigest), "is missing: the reasons are a sealed field")
	c.require("emergency.validation_unobtainable", "EPO-I-04", !o.Emergency.ValidationUnobtainable || o.Regime == agencies.RegimeEPO, "is no exception of this instrument")
}

func (o *Order) checkFacts(c *checker) {
	c.facts(o.Facts)
	for i, name := range o.Attestations {
		_, ok := o.Facts[name]
		c.require("attestations", "attest", ok && !slices.Contains(o.Attestations[:i], name), "names a fact twice, or one that is not in facts")
	}
}

func (r *Reference) check(c *checker, name, rule string) {
	if r == nil {
		return
	}
	c.code(name+".instrument", rule, r.Instrument, true)
	c.require(name, rule, (r.Case == "") != (r.Outside == ""), "needs exactly one of case and outside")
	if r.Case != "" {
		c.id(name+".case", rule, r.Case)
	}
	c.code(name+".outside", rule, r.Outside, false)
}
