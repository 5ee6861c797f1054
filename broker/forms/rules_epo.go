package forms

import (
	"slices"
	"strings"
	"time"
)

func (f *EPOC) check(c *checker) {
	var wanted []Wanted
	if f.F != nil {
		wanted = f.F.Wanted
	}
	cats := categoriesOf(wanted)
	var ids []Identifier
	if f.E != nil {
		ids = f.E.Identifiers
	}
	c.selectors(selectors{"section_e.identifiers", "section_f.data", ids, wanted, f.issued(), true})
	f.checkDeadline(c, cats)
	f.checkAddressee(c)
	f.checkNotification(c, cats)
	if g := f.G; g != nil {
		c.proceedings("section_g.", g.About, g.Offence, g.Sentence)
		f.checkProcessor(c)
	}
	if i := f.I; i != nil {
		c.validation("section_j", i.Type, f.J, yes(i.Unvalidated), cats, false)
		c.clash(!yes(i.Unvalidated) || !cats.heavy(), "section_i.emergency_without_validation", "EPO-I-04 Art. 4(5)", "have the order validated first, because traffic and content data need it even in an emergency")
		c.clash(!yes(i.Unvalidated) || f.emergency(), "section_i.emergency_without_validation", "EPO-I-04 Art. 4(5)", "tick the eight hours of section C too, because this is for an emergency")
		c.certified("section_i.certified", i.Certified)
	}
	if l := f.L; l != nil {
		c.lacks(l.To != "other_authority" || l.Contact != "", "section_l.name_and_contact", "", "the data go to another authority")
		c.clash(l.To != "validating_authority" || f.J != nil, "section_l.to", "", "tick another authority, because section J names no validating authority")
	}
	f.checkSectionM(c)
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (f *EPOC) emergency() bool { return f.C != nil && f.C.Deadline == EightHours }

func (f *EPOC) issued() *time.Time {
	if f.I == nil {
		return nil
	}
	return f.I.Date
}

func (f *EPOC) checkDeadline(c *checker, cats categories) {
	d := f.C
	if d == nil || d.Deadline == "" {
		return
	}
	if f.emergency() {
		c.lacks(d.Threat != "", "section_c.threat", "EPO-I-05 Art. 3(18)", "an emergency is claimed")
		c.lacks(d.Reasons != "", "section_c.emergency_reasons", "EPO-C-01 Art. 5(5)(g)", "an emergency is claimed")
	} else {
		c.clash(d.Threat == "" && d.Reasons == "" && d.Critical == nil, "section_c.deadline", "EPO-I-05 Art. 3(18)", "tick eight_hours or leave the threat away, because a threat is described")
		c.clash(d.Deadline != TenDaysNotified || f.K != nil || f.mustNotify(cats), "section_c.deadline", "EPO-K-01 Art. 10(3)", "tick ten_days, because no authority is notified")
		c.clash(d.Deadline != TenDays || f.K == nil, "section_c.deadline", "EPO-K-02 Art. 10(2)", "tick ten_days_notified, because section K notifies an authority")
	}
	if at := f.issued(); d.Other != nil && at != nil {
		c.clash(d.Other.After(*at), "section_c.other_deadline", "", "put the deadline after the date of issue")
	}
}

func (f *EPOC) checkAddressee(c *checker) {
	if b := f.B; b != nil && b.Capacity == "other_establishment_in_union" {
		c.clash(f.emergency(), "section_b.capacity", "EPO-A-01 Art. 7", "address the designated establishment or legal representative, because another establishment may be addressed in an emergency only")
	}
	if f.B != nil && f.K != nil && f.B.Agency != "" {
		c.clash(f.B.Agency != f.K.Agency, "section_k.agency", "EPO-N-01 Art. 8(1)", "name the enforcing authority, which cannot be the addressee")
	}
}

// mustNotify: traffic or content data, and not both facts of Art. 8(2). Whether these
// are rightly claimed is policy's.
func (f *EPOC) mustNotify(cats categories) bool {
	resides := f.Exchange != nil && (len(f.Exchange.Facts["person_residence_state"]) > 0 || len(f.Exchange.Facts["person_residence_state_at_issue"]) > 0)
	return cats.heavy() && !(f.factIs("offence_committed_in_issuing_state", "true") && resides)
}

func (f *EPOC) checkNotification(c *checker, cats categories) {
	if f.K == nil && f.mustNotify(cats) {
		c.add(Missing, "section_k.agency", "EPO-N-01 Art. 8(1)", "name the enforcing authority, because traffic or content data are asked for")
		c.held("section_k.agency")
	}
	if !cats.heavy() && len(cats) > 0 {
		c.clash(f.K == nil, "section_k", "EPO-N-01 Art. 8(1)", "leave section K away, because neither traffic nor content data are asked for")
	}
}

// missing notes an item that is missing under words of its own.
func (c *checker) missing(is bool, at string, l law, ask string) {
	if is {
		c.add(Missing, at, l, ask)
	}
}

func (f *EPOC) checkProcessor(c *checker) {
	g := f.G
	if g.AddressedAs == "processor" {
		c.lacks(g.ProcessorBecause != "", "section_g.processor_because", "", "a processor is addressed")
		c.lacks(g.InformController != nil, "section_g.processor_informs_controller", "", "a processor is addressed")
		c.lacks(g.InformController == nil || *g.InformController || g.Justification != "", "section_g.justification", "", "the controller is not to be informed")
		return
	}
	c.clash(g.ProcessorBecause == "" && g.InformController == nil || g.AddressedAs == "", "section_g.addressed_as", "EPO-A-02 Art. 5(6)", "say processor, or leave the reasons for addressing one away")
}

func (f *EPOC) checkSectionM(c *checker) {
	m := f.M
	if m == nil {
		m = &SectionM{}
	}
	c.clash(m.Grounds != "" || !f.factIs("necessity_and_proportionality_grounds_recorded", "true"), "exchange.facts.necessity_and_proportionality_grounds_recorded", "EPO-C-01 Art. 5(5)(i)", "write the grounds into section M, because the form states that they are recorded")
	max := 0
	if f.G != nil && f.G.Offence != nil {
		max = f.G.Offence.MaxMonths
	}
	c.clash(len(m.AnnexIV) == 0 || max == 0 || max >= 36, "section_m.annex_iv", "EPO-R-D Art. 12(1)(d)", "take the ticks of Annex IV away, because the maximum of section G is below three years")
	// The addressee's copy is made of the other sections: what stands in both is no secret.
	for _, t := range []struct {
		name string
		text Text
	}{{"grounds", m.Grounds}, {"summary", m.Summary}, {"additional", m.More}} {
		c.clash(len(t.text) < repeats || !f.says(string(t.text)), "section_m."+t.name, "EPO-C-02 Art. 9(2)", "take the text out of the other sections, because section M must never reach the addressee")
	}
}

// repeats is the length in bytes from which a text of section M that stands in another
// section too was copied and is no chance.
const repeats = 24

// says whether a section of the addressee's copy holds the text.
func (f *EPOC) says(text string) bool {
	return slices.ContainsFunc(textsOf(f.ForAddressee()), func(s string) bool { return strings.Contains(s, text) })
}

// said are the facts that the sections say.
func (f *EPOC) said() map[string]any {
	out := map[string]any{}
	if f.B != nil && f.B.Capacity != "" {
		out["address_to"] = string(f.B.Capacity)
	}
	if g := f.G; g != nil && g.AddressedAs != "" {
		out["addressed_party_role"] = string(g.AddressedAs)
		if g.AddressedAs == "processor" {
			out["controller_identified"] = g.ProcessorBecause != "controller_not_identified"
			out["addressing_controller_detrimental"] = g.ProcessorBecause == "addressing_controller_detrimental"
			out["detriment_reason_recorded"] = g.ProcessorBecause == "addressing_controller_detrimental"
		}
	}
	if f.I != nil && yes(f.I.Unvalidated) {
		out["similar_domestic_order_possible_without_validation"] = true
	}
	return out
}

func (f *EPOCPR) check(c *checker) {
	var ids []Identifier
	var wanted []Wanted
	if f.C != nil {
		ids = f.C.Identifiers
	}
	if f.D != nil {
		wanted = f.D.Wanted
	}
	c.selectors(selectors{"section_c.identifiers", "section_d.data", ids, wanted, f.issued(), true})
	if e := f.E; e != nil {
		c.proceedings("section_e.", e.About, e.Offence, e.Sentence)
	}
	claimed := false
	if i := f.F; i != nil {
		claimed = i.Threat != "" || i.Reasons != "" || i.Critical != nil || yes(i.Unvalidated)
		c.validation("section_g", i.Type, f.G, yes(i.Unvalidated), categoriesOf(wanted), true)
		if claimed {
			c.lacks(i.Threat != "", "section_f.threat", "", "an emergency is claimed")
			c.lacks(i.Reasons != "", "section_f.emergency_reasons", "", "an emergency is claimed")
		}
		c.certified("section_f.certified", i.Certified)
	}
	if f.B != nil && f.B.Capacity == "other_establishment_in_union" {
		c.clash(claimed, "section_b.capacity", "EPO-A-01 Art. 7", "address the designated establishment or legal representative, because another establishment may be addressed in an emergency only")
	}
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (f *EPOCPR) issued() *time.Time {
	if f.F == nil {
		return nil
	}
	return f.F.Date
}

func (f *EPOCPR) said() map[string]any {
	out := map[string]any{}
	if f.B != nil && f.B.Capacity != "" {
		out["address_to"] = string(f.B.Capacity)
	}
	if f.F != nil && yes(f.F.Unvalidated) {
		out["similar_domestic_order_possible_without_validation"] = true
	}
	return out
}

func (f *AnnexIII) check(c *checker) {
	var reasons []Reason
	if f.D != nil {
		reasons = f.D.Reasons
	}
	has := func(r Reason) bool { return slices.Contains(reasons, r) }
	c.missing(has(reasonThirdCountry) && f.E == nil, "section_e", "EPO-P-07 Art. 17(2)", "fill in section E, because section D says that the law of a third country forbids it")
	c.clash(f.E == nil || has(reasonThirdCountry), "section_d.reasons", "EPO-P-07 Art. 17(2)", "tick the law of a third country, because section E describes it")
	c.missing(has(reasonUnclear) && f.F == nil, "section_f.information_required", "EPO-K-06 Art. 10(6)", "say what is needed from the issuing authority, because the information is not sufficient")
	if f.A != nil && f.A.Certificate == "EPOC-PR" {
		c.clash(!has(reasonOffence), "section_d.reasons", "EPO-E-02 Art. 16(5)", "take the offence away, because it is no reason for an EPOC-PR")
		c.clash(!has(reasonThirdCountry), "section_d.reasons", "EPO-P-07 Art. 17(1)", "take the law of a third country away, because it is no reason for an EPOC-PR")
	}
	if f.G != nil {
		c.lacks(f.G.Data != preservationStopped || f.G.More != "", "section_g.additional", "", "the data are not preserved")
		c.clash(!has(reasonNotStored) || f.G.Data != "preserved" || len(reasons) > 1, "section_g.data", "", "say not_preserved, because section D says that there are no data")
	}
	if f.B != nil && f.B.Issued != nil && f.B.Received != nil {
		c.clash(!f.B.Received.Before(*f.B.Issued), "section_b.received", "", "put the receipt after the issue")
	}
}

func (f *AnnexV) check(c *checker) {
	if f.C != nil && f.D != nil && f.C.Issued != nil && f.D.Issued != nil {
		c.clash(!f.D.Issued.Before(*f.C.Issued), "section_d.issued", "EPO-K-08 Art. 11(1)-(2)", "name a request that was issued after the EPOC-PR")
	}
	if f.C != nil && f.C.Extended != nil && f.C.Extended.Date != nil && f.C.Issued != nil {
		c.clash(f.C.Extended.Date.After(*f.C.Issued), "section_c.extended.date", "", "put the extension after the issue of the EPOC-PR")
	}
}

func (f *AnnexVI) check(c *checker) {
	if f.A != nil {
		c.lacks(f.A.Reference != "", "section_a.reference", "", "")
	}
	if f.C != nil && f.D != nil && f.C.Transmitted != nil && f.D.Date != nil {
		c.clash(f.D.Date.After(*f.C.Transmitted), "section_d.date", "EPO-K-07 Art. 11(1)", "date the extension after the EPOC-PR was transmitted")
		// The 60 days run from receipt, so a longer time since transmission is for the
		// clock of the case to judge.
	}
}
