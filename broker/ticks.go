package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// What section M of an EPOC ticks must never reach the addressee (Art. 9(2), Annex I
// sec. M [EPO-C-02]), and yet the ground of dual criminality depends on it (Art.
// 12(1)(d) [EPO-R-D]). The enforcing authority has read section M: its officer states
// the tick in the objection. With a tick that bars the ground the objection is denied
// and goes nowhere; one that stands goes to the addressee and so names none.
const (
	factTicked   = "annex_iv_category_ticked"
	ruleSectionM = "EPO-C-02"
	// tickMonths is the maximum from which a tick bars the ground (Art. 12(1)(d)).
	tickMonths = 36
	noTick     = "none"
)

// dualCriminality are the names of the ground of Art. 12(1)(d).
var dualCriminality = []string{"not_an_offence_in_enforcing_state", "absence_of_dual_criminality", "not_an_offence_in_executing_state"}

// ticks says whether a fact tells what section M ticks.
func ticks(name string, value any) bool {
	offence, _ := value.(map[string]any)
	_, named := offence["annex_iv_category"]
	return name == factTicked || name == "offence" && named
}

// ticked holds an objection for want of dual criminality to a statement of what
// section M ticks. Below three years no tick counts, and none need be stated.
func (f *finder) ticked(b *Objection) error {
	o := f.c.Order
	if o.Regime != agencies.RegimeEPO || !slices.Contains(dualCriminality, b.Ground) {
		return nil
	}
	if o.Offence != nil && o.Offence.MaxMonths < tickMonths {
		f.weak(factTicked, noTick)
		return nil
	}
	if _, stated := b.Facts[factTicked]; !stated {
		return field("facts."+factTicked, "EPO-R-D", "is missing: state the category that section M ticks, or "+noTick)
	}
	return nil
}

// namesNoTick stands behind policy, which has denied what a tick bars.
var namesNoTick = Need{"it names no tick of section M", func(_ *Case, e *event) error {
	facts, err := readFacts(e.body.(*Objection).Facts, "", "")
	if fact, stated := facts[factTicked]; err == nil && stated && fact.Value != noTick {
		return field("facts."+factTicked, ruleSectionM, "must be "+noTick+" or absent: it bars nothing here, and the addressee reads this objection")
	}
	return err
}}
