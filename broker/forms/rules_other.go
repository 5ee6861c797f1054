package forms

import (
	"time"

	"github.com/rogatory/rogatory/evidence"
)

func (f *MLA) check(c *checker) {
	if d := f.D; d != nil {
		c.selectors(selectors{"section_d.identifiers", "section_d.data", d.Identifiers, d.Wanted, f.issued(), true})
	}
	if b := f.B; b != nil {
		c.proceedings("section_b.", b.About, b.Offence, b.Sentence)
	}
	c.missing(f.C == nil && !f.factIs("assistance_type", `"service_of_judicial_documents"`), "section_c.summary_of_facts", "UNT-05 Art. 18(15)(c)", "summarise the relevant facts, because the request is not for service of judicial documents alone")
	c.missing(f.E == nil && f.factIs("person_identity_known", "true"), "section_e.identity", "UNT-05 Art. 18(15)(e)", "identify the person concerned, because the form states that the identity is known")
	c.clash(f.E == nil || f.E.Identity == "" || !f.factIs("person_identity_known", "false"), "section_e.identity", "UNT-05 Art. 18(15)(e)", "state person_identity_known true, because section E identifies the person")
	if f.A != nil {
		c.certified("section_a.certified", f.A.Certified)
	}
	if g := f.G; g != nil {
		c.lacks(g.Deadline == nil || g.Reasons != "", "section_g.deadline_reasons", "", "a deadline is asked for")
		c.lacks(g.Deadline != nil || g.Reasons == "", "section_g.other_deadline", "", "reasons for one are given")
		if at := f.issued(); g.Deadline != nil && at != nil {
			c.clash(g.Deadline.After(*at), "section_g.other_deadline", "", "put the deadline after the date of issue")
		}
	}
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (f *MLA) issued() *time.Time {
	if f.A == nil {
		return nil
	}
	return f.A.Date
}

func (f *MLA) said() map[string]any {
	if f.G == nil || f.G.Confidential == nil {
		return nil
	}
	return map[string]any{"confidentiality_required_by_requesting_state": *f.G.Confidential}
}

func (f *EIO) check(c *checker) {
	if m := f.C; m != nil {
		c.selectors(selectors{"section_c.identifiers", "section_c.data", m.Identifiers, m.Wanted, f.issued(), true})
		for _, t := range m.Types {
			if t == "interception_of_telecommunications" {
				h := f.H
				if h == nil {
					h = &Additional{}
				}
				const because, l = "an interception is asked for", law("EIO-11 Art. 30(3)")
				c.lacks(h.Target != "", "section_h.target_identification", l, because)
				c.lacks(h.From != nil, "section_h.from", l, because)
				c.lacks(h.Until != nil, "section_h.until", l, because)
				c.lacks(h.Technical != "", "section_h.technical_data", l, because)
				c.lacks(h.Relevance != "", "section_h.relevance", "EIO-11 Art. 30(4)", because)
			}
		}
	}
	if k := f.K; k != nil {
		c.lacks(k.Type != "other_competent_authority" || f.L != nil, "section_l.agency", "EIO-02 Art. 2(c)", "an authority that is no judge, court or prosecutor issues the order")
		c.certified("section_k.certified", k.Certified)
	}
	if j := f.J; j != nil {
		c.lacks(!yes(j.Sought) || j.Details != "", "section_j.description", "", "a remedy was sought")
	}
	if g := f.G; g != nil && g.Offence != nil {
		c.clash(len(g.AnnexD) == 0 || g.Offence.MaxMonths == 0 || g.Offence.MaxMonths >= 36, "section_g.annex_d", "EIO-08 Art. 11(1)(g)", "take the ticks of Annex D away, because the maximum is below three years")
	}
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (f *EIO) issued() *time.Time {
	if f.K == nil {
		return nil
	}
	return f.K.Date
}

func (f *PreservationRequest) check(c *checker) {
	f.C.check(c, f.A)
	if f.F != nil {
		c.clash(f.F.Intends == nil || *f.F.Intends, "section_f.intends_to_submit_mla", "BUD-11 Art. 29(2)(f)", "state that a request for assistance will follow, or do not ask for preservation")
	}
	f.A.check(c)
	f.G.check(c)
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (d *DataSought) check(c *checker, a *Requester) {
	if d != nil {
		c.selectors(selectors{"section_c.identifiers", "section_c.data", d.Identifiers, d.Wanted, a.issued(), true})
	}
}

func (a *Requester) check(c *checker) {
	if a != nil {
		c.certified("section_a.certified", a.Certified)
	}
}

func (a *Requester) issued() *time.Time {
	if a == nil {
		return nil
	}
	return a.Date
}

func (h *Handling) check(c *checker) {
	if h == nil {
		return
	}
	at := "section_g"
	if c.spec.name != NamePreservation {
		at = "section_f"
	}
	c.lacks(!yes(h.NonDisclosure) || h.Reasons != "", at+".non_disclosure_reasons", "", "the user shall not be told")
}

func (f *EmergencyDisclosure) check(c *checker) {
	var a *Requester
	if f.A != nil {
		a = &f.A.Requester
	}
	f.C.check(c, a)
	if f.A != nil {
		f.A.Requester.check(c)
		c.clash(f.A.Supervisor == "" || f.A.Supervisor != f.A.Representative, "section_a.supervisor", "", "name a supervisor who is another person than the officer")
	}
	f.F.check(c)
	c.desk(&f.Desk, f.said(), basisOf(f))
}

func (f *VoluntaryDisclosure) check(c *checker) {
	f.A.check(c, f.C, f.D)
	if f.C != nil {
		for i, w := range f.C.Wanted {
			c.clash(w.Category != Category(evidence.ContentData), nth("section_c.data", i)+".category", "UFM-03 UNODC voluntary form", "leave content away or use an emergency request or a request for assistance, because providers may not give content of their own will")
		}
	}
	f.F.check(c)
	c.desk(&f.Desk, f.said(), basisOf(f))
}
