package broker

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// Part is a target, or some categories of it.
type Part struct {
	Target     int                 `json:"target"`
	Categories []evidence.Category `json:"categories,omitempty"` // none: all of the target
}

// Outcomes of a judgement.
const (
	Granted = "granted"
	Refused = "refused"
)

// Judgement answers what policy left to a person. The person's reasons are
// sealed; here stand the decision it answers, the result, and what the person
// found, by the names of the fact dictionary.
type Judgement struct {
	Decision string                     `json:"decision"` // id of the policy decision
	Outcome  string                     `json:"outcome"`  // granted or refused
	Reasons  string                     `json:"reasons"`  // one of the statement's _sd
	Facts    map[string]json.RawMessage `json:"facts,omitempty"`
}

// Notice names the enforcing authority of an order submitted without one.
type Notice struct {
	Enforcing agencies.ID `json:"enforcing_authority"`
}

// Acknowledgement is the proof of receipt from which clocks run.
type Acknowledgement struct {
	Of string `json:"of"` // id of the record received
}

// Question kinds.
const (
	AskClarification = "clarification" // Annex III sec. D, F: suspends an EPOC [EPO-K-06]
	AskConsultation  = "consultation"  // before refusing [EPO-R-E, UNT-12]
	AskInformation   = "information"   // more information [UNT-06]
	AskWaiver        = "waiver"        // issuer asks to waive an immunity [EPO-R-F]
)

// Question asks; its text is sealed.
type Question struct {
	Kind  string   `json:"kind"`
	Codes []string `json:"codes,omitempty"` // what is missing, Annex III sec. D
	Parts []Part   `json:"parts,omitempty"`
}

// Answer answers one question, or one conflict objection.
type Answer struct {
	To      string `json:"to"`      // act id
	Outcome string `json:"outcome"` // given, declined, upheld (by the competent court [EPO-P-07])
}

// Outcomes of an answer.
const (
	AnswerGiven    = "given"
	AnswerDeclined = "declined"
	AnswerUpheld   = "upheld"
)

// Recognition says that the executing authority will execute.
type Recognition struct {
	Conditions []string                   `json:"conditions,omitempty"` // codes; accepted conditions bind [UNT-12]
	Facts      map[string]json.RawMessage `json:"facts,omitempty"`      // what the signing officer found
}

// Refusal is the addressee's or executing authority's no, whole or in part.
type Refusal struct {
	Ground  string `json:"ground"`
	Parts   []Part `json:"parts,omitempty"` // none: the whole request
	Reasons string `json:"reasons"`         // one of the statement's _sd [UNT-12]
	// Preserved says whether the data are kept (Annex III sec. G).
	Preserved bool                       `json:"preserved,omitempty"`
	Facts     map[string]json.RawMessage `json:"facts,omitempty"` // what the signing officer found
}

// Objection is the enforcing authority's ground (Art. 12) or the addressee's
// conflict with the law of a third country (Art. 17).
type Objection struct {
	Ground  string `json:"ground"`
	Parts   []Part `json:"parts,omitempty"`
	Reasons string `json:"reasons"`
	// Conditions under which data already sent may be used [EPO-X-02].
	Conditions []string `json:"conditions,omitempty"`
	// Facts are what the signing officer found, and the ticks of section M where the
	// ground depends on them [EPO-R-D].
	Facts map[string]json.RawMessage `json:"facts,omitempty"`
}

// Clearance says that no ground will be raised [EPO-N-04].
type Clearance struct {
	Conditions []string `json:"conditions,omitempty"`
}

// Preservation says that the data are kept [EPO-K-05, EPO-K-07].
type Preservation struct {
	Parts []Part `json:"parts,omitempty"`
}

// Extension is Annex VI: an additional 30 days, once [EPO-K-07].
type Extension struct {
	Form     string `json:"form"`
	Prepared bool   `json:"production_request_being_prepared"`
}

// Confirmation is Annex V: a production request was issued [EPO-K-08]. Under a
// preservation request it says that the request for the data was sent [BUD-14].
type Confirmation struct {
	Form       string    `json:"form"`
	Subsequent Reference `json:"subsequent_request"`
}

// The forms.
const (
	AnnexV  = "Annex V"
	AnnexVI = "Annex VI"
	// FormWritten is that of a message for which the law has no form of its own.
	FormWritten = "written"
)

// Production is one numbered part of the answer with its exhibits.
type Production struct {
	Part     int                 `json:"part"` // 1, 2, 3 … in order
	Last     bool                `json:"last"`
	Parts    []Part              `json:"parts"` // what of the order it answers
	Exhibits []evidence.Manifest `json:"exhibits"`
	// Facts the producer declares, such as why the data do not travel through the
	// decentralised IT system [DIT-02].
	Facts map[string]json.RawMessage `json:"facts,omitempty"`
}

// Retrieval asks to fetch one released exhibit, for one use.
type Retrieval struct {
	Exhibit       evidence.ExhibitID `json:"exhibit"`
	Use           string             `json:"intended_use"`  // compared with the order's stated_purpose
	Justification string             `json:"justification"` // a code [XC-06]
	// Facts the signing officer attests for another use than the stated one, such
	// as prior consent [UNT-08].
	Facts map[string]json.RawMessage `json:"facts,omitempty"`
}

// Delivery completes custody of one exhibit: giver's and taker's statements stand
// beside it in the record.
type Delivery struct {
	Exhibit evidence.ExhibitID `json:"exhibit"`
}

// CustodyNote carries one custody statement of its sender.
type CustodyNote struct {
	Exhibit evidence.ExhibitID `json:"exhibit"`
}

// Withdrawal takes the request back, whole or in part.
type Withdrawal struct {
	Reason string `json:"reason"`
	Parts  []Part `json:"parts,omitempty"`
}

// Closing ends the case.
type Closing struct {
	Reason string `json:"reason"`
}

// Act implements Body.
func (*Judgement) Act() Act { return ActDecide }

// Check implements Body.
func (b *Judgement) Check() error {
	var c checker
	c.id("decision", "human", b.Decision)
	c.oneOf("outcome", "human", b.Outcome, Granted, Refused)
	c.reasons(b.Reasons)
	c.facts(b.Facts)
	return c.err
}

// Act implements Body.
func (*Notice) Act() Act { return ActNotify }

// Check implements Body.
func (b *Notice) Check() error {
	var c checker
	c.agency("enforcing_authority", "EPO-N-01", b.Enforcing, true)
	return c.err
}

// Act implements Body.
func (*Acknowledgement) Act() Act { return ActAcknowledge }

// Check implements Body.
func (b *Acknowledgement) Check() error {
	var c checker
	c.id("of", "receipt", b.Of)
	return c.err
}

// Act implements Body.
func (*Question) Act() Act { return ActAsk }

// Check implements Body.
func (b *Question) Check() error {
	var c checker
	c.oneOf("kind", "EPO-C-06", b.Kind, AskClarification, AskConsultation, AskInformation, AskWaiver)
	c.codes("codes", "EPO-C-06", b.Codes, b.Kind == AskClarification)
	c.parts(b.Parts, false)
	return c.err
}

// Act implements Body.
func (*Answer) Act() Act { return ActAnswer }

// Check implements Body.
func (b *Answer) Check() error {
	var c checker
	c.id("to", "EPO-K-06", b.To)
	c.oneOf("outcome", "EPO-K-06", b.Outcome, AnswerGiven, AnswerDeclined, AnswerUpheld)
	return c.err
}

// Act implements Body.
func (*Recognition) Act() Act { return ActRecognise }

// Check implements Body.
func (b *Recognition) Check() error {
	var c checker
	c.codes("conditions", "UNT-12", b.Conditions, false)
	c.facts(b.Facts)
	return c.err
}

// Act implements Body.
func (*Refusal) Act() Act { return ActRefuse }

// Check implements Body.
func (b *Refusal) Check() error {
	var c checker
	c.code("ground", "EPO-C-06", b.Ground, true)
	c.parts(b.Parts, false)
	c.reasons(b.Reasons)
	c.facts(b.Facts)
	return c.err
}

// Act implements Body.
func (*Objection) Act() Act { return ActObject }

// Check implements Body.
func (b *Objection) Check() error {
	var c checker
	c.code("ground", "EPO-R-E", b.Ground, true)
	c.parts(b.Parts, false)
	c.reasons(b.Reasons)
	c.codes("conditions", "EPO-X-02", b.Conditions, false)
	c.facts(b.Facts, factTicked)
	return c.err
}

// Act implements Body.
func (*Clearance) Act() Act { return ActClear }

// Check implements Body.
func (b *Clearance) Check() error {
	var c checker
	c.codes("conditions", "EPO-R-E", b.Conditions, false)
	return c.err
}

// Act implements Body.
func (*Preservation) Act() Act { return ActPreserve }

// Check implements Body.
func (b *Preservation) Check() error {
	var c checker
	c.parts(b.Parts, false)
	return c.err
}

// Act implements Body.
func (*Extension) Act() Act { return ActExtend }

// Check implements Body.
func (b *Extension) Check() error {
	var c checker
	c.oneOf("form", "EPO-C-07", b.Form, AnnexVI)
	return c.err
}

// Act implements Body.
func (*Confirmation) Act() Act { return ActConfirm }

// Check implements Body.
func (b *Confirmation) Check() error {
	var c checker
	c.oneOf("form", "EPO-C-07", b.Form, AnnexV, FormWritten)
	b.Subsequent.check(&c, "subsequent_request", "EPO-C-07")
	return c.err
}

// maxExhibits bounds one production act, so that its record stays under MaxRecord.
const maxExhibits = 128

// Act implements Body.
func (*Production) Act() Act { return ActProduce }

// Check implements Body.
func (b *Production) Check() error {
	var c checker
	c.require("part", "DIT-05", b.Part >= 1, "must count from 1")
	c.parts(b.Parts, true)
	c.require("exhibits", "DIT-05", len(b.Exhibits) > 0, "is missing")
	c.require("exhibits", agencies.RuleSize, len(b.Exhibits) <= maxExhibits, fmt.Sprintf("more than %d", maxExhibits))
	for i := range b.Exhibits {
		m := &b.Exhibits[i]
		name := fmt.Sprintf("exhibits[%d].", i)
		if err := m.Check(); err != nil {
			c.fail(fmt.Errorf("%s %w", name[:len(name)-1], err))
		}
		c.require(name+"part", "DIT-05", m.Part == b.Part && m.Last == b.Last, "disagrees with the production about part or last")
		for _, other := range b.Exhibits[:i] {
			c.require(name+"exhibit", "DIT-05", other.Exhibit != m.Exhibit, "is named twice")
		}
	}
	c.facts(b.Facts)
	for name := range b.Facts {
		// A producer says how it sends, not what the request is.
		c.require("facts."+name, "producer", slices.Contains(producerFacts, name), "is not for the producer to say")
	}
	return c.err
}

// producerFacts are the facts that a production may declare: how it travels, and
// that the conditions which the producing authority set are met [UNT-12].
var producerFacts = []string{"reason_for_alternative", "conditions_satisfied"}

// Act implements Body.
func (*Retrieval) Act() Act { return ActRetrieve }

// Check implements Body.
func (b *Retrieval) Check() error {
	var c checker
	c.id("exhibit", "XC-06", string(b.Exhibit))
	c.code("intended_use", "XC-01", b.Use, true)
	c.code("justification", "XC-06", b.Justification, true)
	c.facts(b.Facts)
	return c.err
}

// Act implements Body.
func (*Delivery) Act() Act { return ActHandover }

// Check implements Body.
func (b *Delivery) Check() error {
	var c checker
	c.id("exhibit", "DIT-08", string(b.Exhibit))
	return c.err
}

// Act implements Body.
func (*CustodyNote) Act() Act { return ActCustodial }

// Check implements Body.
func (b *CustodyNote) Check() error {
	var c checker
	c.id("exhibit", "XC-06", string(b.Exhibit))
	return c.err
}

// Act implements Body.
func (*Withdrawal) Act() Act { return ActWithdraw }

// Check implements Body.
func (b *Withdrawal) Check() error {
	var c checker
	c.code("reason", "EPO-R-E", b.Reason, true)
	c.parts(b.Parts, false)
	return c.err
}

// Act implements Body.
func (*Closing) Act() Act { return ActClose }

// Check implements Body.
func (b *Closing) Check() error {
	var c checker
	c.code("reason", "EPO-X-03", b.Reason, true)
	return c.err
}

func (c *checker) oneOf(name, rule, value string, known ...string) {
	c.require(name, rule, slices.Contains(known, value), fmt.Sprintf("must be one of %v", known))
}

// reasons demands the digest of a sealed text: a no without reasons is not heard.
func (c *checker) reasons(sd string) {
	c.require("reasons", "UNT-12", isSD(sd), "is missing: the reasons are a sealed field, its digest stands here")
}

func (c *checker) parts(parts []Part, required bool) {
	c.require("parts", "EPO-D-05", !required || len(parts) > 0, "is missing")
	c.require("parts", agencies.RuleSize, len(parts) <= maxTargets, fmt.Sprintf("more than %d", maxTargets))
	for i, p := range parts {
		name := fmt.Sprintf("parts[%d].", i)
		c.require(name+"target", "EPO-D-05", p.Target >= 1, "must be the number of a target")
		for j, cat := range p.Categories {
			c.require(name+"categories", "EPO-D-05", cat.Valid() && !slices.Contains(p.Categories[:j], cat), "holds an unknown or repeated category")
		}
		for _, other := range parts[:i] {
			c.require(name+"target", "EPO-D-05", other.Target != p.Target, "is named twice")
		}
	}
}

// sealedDigests returns the disclosure digests a body names. Each must be one of
// the statement's own, or the body points at a text that nobody sealed.
func sealedDigests(b Body) []string {
	var out []string
	switch b := b.(type) {
	case *Order:
		for _, t := range b.Targets {
			if t.IdentifierDigest != "" {
				out = append(out, t.IdentifierDigest)
			}
		}
		if b.Emergency != nil {
			out = append(out, b.Emergency.ReasonsDigest)
		}
	case *Delay:
		out = append(out, b.Reasons)
	case *Postponement:
		out = append(out, b.Reasons)
	case *Enforcement:
		out = append(out, b.Reasons)
	case *NoticeDelay:
		out = append(out, b.Reasons)
	case *Judgement:
		out = append(out, b.Reasons)
	case *Refusal:
		out = append(out, b.Reasons)
	case *Objection:
		out = append(out, b.Reasons)
	}
	return out
}
