package broker

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// finder derives facts for one question.
type finder struct {
	c     *Case
	known Known
	facts policy.Facts
	under policy.Facts // what holds when nobody says anything
}

// put notes a derived fact. A value the dictionary does not know would be a
// mistake here; input validates every fact before policy sees it.
func (f *finder) put(name string, value any, source string) {
	f.set(name, value, policy.Derived, source)
}

// say notes what the signer of an act says by its form.
func (f *finder) say(name string, value any, s Spoken) {
	p := policy.Declared
	if s.Person() {
		p = policy.Attested
	}
	f.set(name, value, p, s.ID())
}

func (f *finder) set(name string, value any, p policy.Provenance, source string) {
	switch v := value.(type) {
	case int:
		value = int64(v)
	case []string:
		list := make([]any, len(v))
		for i, s := range v {
			list[i] = s
		}
		value = list
	}
	f.facts[name] = policy.Fact{Value: value, Provenance: p, Source: source}
}

// input lays what is stated with this act beside what was derived, and under both
// what the parties said before. A contradiction between the first two denies; what
// was said before and is known better now does not.
func (f *finder) input(action string, stated policy.Facts) (policy.Input, error) {
	all, found := policy.Merge(f.facts, stated)
	for _, below := range []policy.Facts{f.c.Facts, f.under} {
		for name, fact := range below {
			if _, ok := all[name]; !ok {
				all[name] = fact
			}
		}
	}
	in := policy.Input{
		Action: action, Instrument: string(f.c.Instrument), Regime: f.c.Order.Regime, Now: f.known.Now.UTC(),
		Facts: all, Contradictions: found, Context: f.context(),
	}
	if err := in.Validate(); err != nil {
		return policy.Input{}, fmt.Errorf("ask %s: %w", action, err)
	}
	return in, nil
}

// context is what binds the States of issuer and addressee now.
func (f *finder) context() policy.Context {
	out := policy.Context{States: map[agencies.State]policy.StateContext{}}
	for _, id := range []agencies.ID{f.c.Parties.Issuer, f.c.Parties.Addressee} {
		s, ok := f.known.List.State(id.State())
		if !ok {
			continue
		}
		sc := policy.StateContext{Regimes: s.RegimesAt(f.known.Now)}
		for i := range s.Regimes {
			if b := &s.Regimes[i]; b.InForce(f.known.Now) && len(b.Declarations) > 0 {
				if sc.Declarations == nil {
					sc.Declarations = map[string]bool{}
				}
				maps.Copy(sc.Declarations, b.Declarations)
			}
		}
		out.States[s.Code] = sc
	}
	return out
}

const fromTrust = "trust list"

func (f *finder) parties() {
	p := f.c.Parties
	f.put("issuing_state", string(p.Issuer.State()), fromTrust)
	f.put("addressee_state", string(p.Addressee.State()), fromTrust)
	o := f.c.Order
	if o.Regime == agencies.RegimeEPO {
		return
	}
	if o.toProvider() {
		f.put("provider_state", string(p.Addressee.State()), fromTrust)
	} else {
		f.put("executing_state", string(p.Addressee.State()), fromTrust)
	}
	if o.LegalBasis != "" {
		f.put("legal_basis", o.LegalBasis, f.c.Issued.Act)
	}
	switch o.Regime {
	case agencies.RegimeTIP:
		// The Protocol supplements the Convention: both must bind [TIP-01].
		f.put("convention_in_force_between_parties", f.bothBound(agencies.RegimeUNTOC) && f.bothBound(agencies.RegimeTIP), fromTrust)
	case agencies.RegimeBudapest2:
		f.put("protocol_in_force_between_parties", f.bothBound(agencies.RegimeBudapest2), fromTrust)
		f.put("convention_in_force_between_parties", f.bothBound(agencies.RegimeBudapest), fromTrust)
	case agencies.RegimeUNTOC, agencies.RegimeBudapest, agencies.RegimeUNCC:
		f.put("convention_in_force_between_parties", f.bothBound(o.Regime), fromTrust)
	}
}

// bothBound says whether a treaty is in force for the States of issuer and
// addressee.
func (f *finder) bothBound(r agencies.Regime) bool {
	for _, id := range []agencies.ID{f.c.Parties.Issuer, f.c.Parties.Addressee} {
		s, ok := f.known.List.State(id.State())
		if !ok || !slices.Contains(s.RegimesAt(f.known.Now), r) {
			return false
		}
	}
	return true
}

// declares says whether the addressee's State made a declaration or reservation to
// the law of the request, and it stands now.
func (f *finder) declares(name string) bool {
	s, ok := f.known.List.State(f.c.Parties.Addressee.State())
	if !ok {
		return false
	}
	for i := range s.Regimes {
		if b := &s.Regimes[i]; b.Regime == f.c.Order.Regime && b.InForce(f.known.Now) && b.Declarations[name] {
			return true
		}
	}
	return false
}

// order: what is asked, read from the signed form itself.
func (f *finder) order() {
	o, act := f.c.Order, f.c.Issued.Act
	var cats, items, kinds []string
	for _, c := range o.Categories() {
		cats = append(cats, string(c))
	}
	longest, ranged := 0, true
	for _, t := range o.Targets {
		items = append(items, t.Items...)
		if t.IdentifierKind != "" {
			kinds = append(kinds, string(t.IdentifierKind))
		}
		if t.From == nil || t.Until == nil {
			ranged = false
			continue
		}
		days := int((t.Until.Sub(*t.From) + 24*time.Hour - 1) / (24 * time.Hour))
		longest = max(longest, days)
	}
	f.put("data_categories", cats, act)
	f.put("requested_items", append([]string{}, items...), act)
	// The kinds stand for the identifiers, which are sealed.
	f.put("identifiers", append([]string{}, kinds...), act)
	f.put("identifiers_count", len(kinds), act)
	f.put("date_range_present", ranged, act)
	f.put("time_range_days", longest, act)
	f.put("data_existing_at_receipt", !f.reported("not_stored_at_receipt", "data_not_stored_at_receipt"), "ledger")
	f.put("purpose", o.Purpose, act)
	if o.Offence != nil {
		f.put("offence", offenceFact(o.Offence), act)
	} else {
		f.put("offence", nil, act)
	}
	if s := o.Sentence; s != nil {
		f.put("sentence_months", s.Months, act)
		f.put("in_absentia", s.InAbsentia, act)
		f.put("convict_absconded", s.Absconded, act)
	}
	if slices.Contains(cats, string(evidence.UserIdentification)) && len(kinds) == 0 {
		f.put("sole_purpose_identify_user", len(cats) == 1, act)
	} else {
		f.put("sole_purpose_identify_user", false, act)
	}
}

func offenceFact(o *Offence) map[string]any {
	out := map[string]any{"name": o.Name, "max_custodial_sentence_months": int64(o.MaxMonths), "listed_in_directive": nil}
	if o.ListedInDir != "" {
		out["listed_in_directive"] = o.ListedInDir
		out["directive_article"] = int64(o.DirectiveArticle)
	}
	if o.ByInformation != nil {
		out["committed_by_information_system"] = *o.ByInformation
	}
	if o.AnnexIV != "" {
		out["annex_iv_category"] = o.AnnexIV
	}
	return out
}

// authority: who issued and who validated, from the offices of the keys that
// signed, never from the message [EPO-I-01..I-04].
func (f *finder) authority() {
	c := f.c
	f.put("issued_by", string(c.Issued.Office), string(c.Issued.Key))
	f.put("validated_by", nil, "ledger")
	expost := "not_sought"
	switch {
	case c.Validated != nil:
		f.put("validated_by", string(c.Validated.Office), string(c.Validated.Key))
		expost = "granted"
	case c.Validity == string(agencies.Refused):
		expost = "refused"
	case slices.ContainsFunc(c.Acts, func(e Entry) bool { return e.Act == ActDeliver && e.To == c.Parties.Validator }):
		// The order lies in the validator's inbox: validation is sought.
		expost = "pending"
	}
	f.put("ex_post_validation", expost, "ledger")
	if c.Order != nil {
		f.put("hours_since_issue", hours(c.Order.Issued, f.known.Now), c.Issued.Act)
	}
}

func (f *finder) emergency() {
	e, act := f.c.Order.Emergency, f.c.Issued.Act
	f.put("emergency_claimed", e != nil, act)
	if e == nil {
		return
	}
	f.put("threat", e.Threat, act)
	f.put("critical_infrastructure", e.CriticalInfrastructure, act)
	f.put("emergency_reasons_recorded", e.ReasonsDigest != "", act)
	f.put("validation_obtainable_in_time", !e.ValidationUnobtainable, act)
}

// certificate: which sections go to whom, from what is sealed to whom [EPO-C-02],
// and in which language [EPO-A-04].
func (f *finder) certificate(sealed []agencies.SealedRef) {
	o, act := f.c.Order, f.c.Issued.Act
	f.put("recipient", "addressee", act)
	sections := []string{}
	for _, ref := range sealed {
		if !slices.Contains(ref.To, f.c.Parties.Addressee) {
			continue
		}
		switch Compartment(ref.Compartment) {
		case Certificate:
			sections = append(sections, o.Contents...)
		case SectionM:
			sections = append(sections, "M")
		}
	}
	f.put("certificate_sections_sent", sections, act)
	f.put("certificate_language", o.Language, act)
	f.put("languages_accepted_by_addressee", f.languages(), fromTrust)
}

// languages are those the addressee accepts; by default those of its State.
func (f *finder) languages() []string {
	if a, ok := f.known.List.Agency(f.c.Parties.Addressee); ok && len(a.Languages) > 0 {
		return slices.Clone(a.Languages)
	}
	if s, ok := f.known.List.State(f.c.Parties.Addressee.State()); ok {
		return append([]string{}, s.Languages...)
	}
	return []string{}
}

// willNotify: the batch that delivers the order also notifies, when the order
// names an authority of the addressee's State that is competent to enforce.
func (f *finder) willNotify() bool {
	p := f.c.Parties
	a, ok := f.known.List.Agency(p.Enforcing)
	return ok && a.Can(agencies.CompEnforce) && a.State == p.Addressee.State()
}

func (f *finder) notification(notified bool) {
	f.put("enforcing_authority_notified", notified, "ledger")
	if notified {
		f.put("notification_planned_after_hours", 0, "ledger")
	}
}

// enforcement: what the enforcing authority said, about this exhibit where one is
// in question.
func (f *finder) enforcement(x *Exhibit) {
	c := f.c
	raised := time.Time{}
	said := "pending"
	tenth := false
	if k, ok := c.Clock(ClockHold); ok {
		tenth = !f.known.Now.Before(k.Due)
	}
	var conditions []string
	for _, g := range c.Objections {
		if g.Kind == ActObject && g.Agency == c.Parties.Enforcing && covers(g.Parts, Line{Target: target(x), Category: x.Manifest.Category}) {
			raised, conditions = g.At, g.Conditions
		}
	}
	switch {
	case !raised.IsZero() && !x.Produced.At.IsZero() && raised.After(x.Produced.At):
		said = "objects_to_use"
	case !raised.IsZero():
		said = "ground_raised"
	case c.Cleared != nil:
		said = "confirmed_no_ground"
		conditions = c.Conditions
	case c.NotifiedAt.IsZero() || tenth || f.objectionOver():
		said = "none_raised"
	}
	f.put("enforcing_authority_decision", said, "ledger")
	f.put("enforcing_authority_conditions", append([]string{}, conditions...), "ledger")
	f.put("end_of_tenth_day_reached", tenth, "ledger")
	after := 0
	if !raised.IsZero() && !c.NotifiedAt.IsZero() {
		after = f.objectionHours(raised)
	}
	f.put("enforcing_authority_objection_hours_after_notification", after, "ledger")
}

// objectionOver says that the time for grounds ran out in silence.
func (f *finder) objectionOver() bool {
	k, ok := f.c.Clock(ClockObjection)
	return ok && k.Status == Expired
}

// target is the first target that an exhibit answers.
func target(x *Exhibit) int {
	if len(x.Parts) == 0 {
		return 0
	}
	return x.Parts[0].Target
}

func (f *finder) conflict() {
	basis, after, review := "none", 0, "none"
	for _, g := range f.c.Objections {
		if g.Kind == ActObject && g.Agency == f.c.Parties.Addressee {
			basis = g.Ground
			// The table takes an objection only in time, and a tenth day that is a holiday
			// may end on the twelfth.
			if after = f.days(f.c.received(f.c.Parties.Addressee), g.At, f.c.Parties.Addressee); f.later() {
				after = min(after, tenDays.Days)
			}
			review = "pending"
			for _, q := range f.c.Questions {
				if q.Act == g.Act && q.Outcome == AnswerUpheld {
					review = "upheld"
				}
			}
		}
	}
	f.put("objection_basis", basis, "ledger")
	f.put("objection_days_after_receipt", after, "ledger")
	f.put("court_review", review, "ledger")
	// An issuing authority that does not uphold withdraws.
	f.put("issuing_authority_intends_to_uphold", true, "ledger")
}

func (f *finder) clarification() {
	reported, answer, since, sent := "none", "none", 0, false
	for _, q := range f.c.Questions {
		if q.Kind != AskClarification {
			continue
		}
		sent, since = true, f.days(q.At, f.known.Now, f.c.Parties.Issuer)
		reported, answer = "insufficient_information", "none"
		if q.Outcome != "" {
			reported, answer = "none", "given"
		}
	}
	f.put("addressee_reported", reported, "ledger")
	f.put("annex_iii_form_sent", sent, "ledger")
	f.put("days_since_form", since, "ledger")
	f.put("issuing_authority_clarification", answer, "ledger")
}

// channel: how this exhibit travels [DIT-02, DIT-03].
func (f *finder) channel(x *Exhibit) {
	act := x.Produced.Act
	if x.Manifest.Means.Channel == evidence.BySystem {
		f.put("channel", "decentralised_it_system", act)
		return
	}
	f.put("channel", "secure_object_store_link", act)
	if x.Manifest.SealedSize > evidence.SystemLimit {
		f.put("reason_for_alternative", "size_limit", act)
	}
}

// ground: a refusal or objection and what must have gone before it.
func (f *finder) ground(code string, s Spoken) {
	o := f.c.Order
	f.put("ground", code, s.ID())
	consulted := slices.Contains(f.c.Consulted, s.Agency)
	f.put("issuing_authority_contacted", consulted, "ledger")
	f.put("consulted_requesting_state", consulted, "ledger")
	if f.later() {
		f.put("issuing_authority_consulted", consulted, "ledger")
	}
	// The body cannot be read without the digest of sealed reasons.
	f.put("reasons_given", true, s.ID())
	if o.Offence != nil {
		f.put("max_custodial_sentence_months_in_issuing_state", o.Offence.MaxMonths, f.c.Issued.Act)
	}
	f.weak("competent_authority_finding", nil)
}

// weak notes what holds when nobody says anything; whoever says it wins.
func (f *finder) weak(name string, value any) {
	if f.under == nil {
		f.under = policy.Facts{}
	}
	f.under[name] = policy.Fact{Value: value, Provenance: policy.Declared, Source: "not stated"}
}

// reported says whether the addressee refused with one of the grounds.
func (f *finder) reported(grounds ...string) bool {
	return slices.ContainsFunc(f.c.Objections, func(g Ground) bool {
		return g.Kind == ActRefuse && slices.Contains(grounds, g.Ground)
	})
}
