package forms

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

func yes(b *bool) bool { return b != nil && *b }

// categories of a form, as one can ask them.
type categories []evidence.Category

func categoriesOf(wanted []Wanted) categories {
	var out categories
	for _, w := range wanted {
		out = append(out, evidence.Category(w.Category))
	}
	return out
}

// heavy says whether traffic or content data are asked for [EPO-D-03, EPO-D-04].
func (c categories) heavy() bool {
	return slices.Contains(c, evidence.Traffic) || slices.Contains(c, evidence.ContentData)
}

// identifyOnly says whether the sole purpose is to identify the user [EPO-D-02].
func (c categories) identifyOnly() bool {
	return len(c) > 0 && !slices.ContainsFunc(c, func(e evidence.Category) bool { return e != evidence.UserIdentification })
}

// selectors holds identifiers and ticks to each other: section E and F of Annex I and
// their like. at and dataAt are the paths of the lists.
type selectors struct {
	at, dataAt  string
	identifiers []Identifier
	wanted      []Wanted
	issued      *time.Time
	stored      bool // only stored data can be asked for [EPO-S-05]
}

// of lists the categories asked for about the identifier with the index.
func (s selectors) of(i int) categories {
	var out []Wanted
	for _, w := range s.wanted {
		if len(w.Identifiers) == 0 || slices.Contains(w.Identifiers, i+1) {
			out = append(out, w)
		}
	}
	return categoriesOf(out)
}

func (c *checker) selectors(s selectors) {
	all := categoriesOf(s.wanted)
	c.lacks(len(s.identifiers) > 0 || len(s.wanted) == 0 || all.identifyOnly(), s.at, c.ifEPO("EPO-C-01 Art. 5(5)(c)"), "only an order whose sole purpose is to identify the user needs none")
	for i, id := range s.identifiers {
		at, cats := nth(s.at, i)+".", s.of(i)
		c.clash(len(cats) > 0 || len(s.wanted) == 0, nth(s.at, i), "", fmt.Sprintf("say which data are wanted for identifier %d, or take it out", i+1))
		c.lacks(id.Kind != "" || cats.identifyOnly(), at+"kind", "", "")
		c.lacks(id.Value != "" || cats.identifyOnly() && id.Kind == "", at+"value", "", "")
		c.clash(id.Kind != "" || id.Value == "", at+"kind", "", "say what kind of identifier it is")
		c.lacks(id.Kind != "ip_address" || id.Timestamp != "" || id.From != nil, at+"timestamp", "", "an IP address means a user only at a time")
		c.times(id, at, s)
		if cats.heavy() {
			c.lacks(id.From != nil, at+"from", c.ifEPO("EPO-C-01 Art. 5(5)(e)"), "traffic or content data are asked for")
			c.lacks(id.Until != nil, at+"until", c.ifEPO("EPO-C-01 Art. 5(5)(e)"), "traffic or content data are asked for")
		}
	}
	for i, w := range s.wanted {
		at := nth(s.dataAt, i) + "."
		for _, n := range w.Identifiers {
			c.clash(n >= 1 && n <= len(s.identifiers), at+"identifiers", "", fmt.Sprintf("name an identifier that is there; there are %d", len(s.identifiers)))
		}
		c.clash(!slices.ContainsFunc(s.wanted[:i], func(o Wanted) bool { return o.Category == w.Category && overlap(o.Identifiers, w.Identifiers) }), at+"category", "", "name each category once for an identifier")
		if known, _ := broker.FormOf(broker.Instrument(c.spec.name)); !known.Documents {
			c.clash(w.Category != Category(evidence.Document), at+"category", c.ifEPO("EPO-D-05 rec. 39"), "tick a category of this instrument; documents are asked for by assistance")
		}
	}
}

func overlap(a, b []int) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(n int) bool { return slices.Contains(b, n) })
}

// ifEPO is a law of the Regulation, and that of the member in a form of another act.
func (c *checker) ifEPO(l law) law { return c.spec.over("", l) }

func (c *checker) times(id Identifier, at string, s selectors) {
	c.lacks(id.From != nil || id.Until == nil, at+"from", "", "an end is given")
	c.lacks(id.Until != nil || id.From == nil, at+"until", "", "a beginning is given")
	if id.From == nil || id.Until == nil {
		return
	}
	c.clash(!id.Until.Before(*id.From), at+"until", "", "put the end after the beginning")
	if s.stored && s.issued != nil {
		c.clash(!id.Until.After(*s.issued), at+"until", c.ifEPO("EPO-S-05 Art. 3(8)"), "let the time end at the date of issue, because only stored data can be asked for")
	}
}

// proceedings: offence or sentence, as the box says [EPO-S-01, EPO-C-01].
func (c *checker) proceedings(at string, about About, o *Offence, s *Sentence) {
	if about == broker.PurposeSentence {
		c.lacks(s != nil, at+"sentence", "", "a sentence is executed")
	} else {
		c.lacks(o != nil || about == "", at+"offence", c.ifEPO("EPO-C-01 Art. 5(5)(f)"), "")
		c.clash(s == nil || about == "", at+"sentence", "", "leave the sentence away, because the box says criminal proceedings")
	}
	if o != nil {
		c.clash((o.Article == 0) == (o.Directive == ""), at+"offence.directive_article", "", "name directive and article together")
	}
}

// validation: who issues decides whether section at must be filled in.
func (c *checker) validation(at string, issuer AuthorityType, v *Validation, unvalidated bool, cats categories, preserves bool) {
	switch {
	case unvalidated:
		c.clash(v == nil, at, "EPO-I-04 Art. 4(5)", "leave the section away, because the box says that validation could not be had in time")
	case issuer == "other_competent_authority":
		c.lacks(v != nil, at+".agency", "EPO-I-01 Art. 4(1)(b)", "an authority that is no judge, court or prosecutor issues the order")
	case issuer == "public_prosecutor" && cats.heavy() && !preserves:
		c.lacks(v != nil, at+".agency", "EPO-I-02 Art. 4(2)", "a prosecutor cannot alone ask for traffic or content data")
	}
	c.held(at + ".agency")
	if v != nil && cats.heavy() && !preserves {
		c.clash(v.Type != "public_prosecutor", at+".type", "EPO-I-02 Art. 4(2)", "name a judge, court or investigating judge, because traffic or content data are asked for")
	}
}

// certified: the issuer certifies that the content is right [EPO-C-08].
func (c *checker) certified(at string, v *bool) {
	c.clash(v == nil || *v, at, c.ifEPO("EPO-C-08 Art. 9(1)"), "certify that the content is accurate and correct, or correct it")
}

// basis is the article that a request names, and where; and the regime it states.
type basis struct {
	at      string
	article Code
	stated  agencies.Regime
}

// regime is the law that the request rests on: the stated one, else the first that
// knows the article, else the instrument's own.
func (b basis) regime(i broker.Instrument) agencies.Regime {
	if b.stated != "" {
		return b.stated
	}
	for _, r := range i.Regimes() {
		if b.article != "" && slices.Contains(i.LegalBases(r), string(b.article)) {
			return r
		}
	}
	return i.Regime()
}

// desk holds law and facts to the instrument.
func (c *checker) desk(d *Desk, said map[string]any, b basis) {
	i := broker.Instrument(c.spec.name)
	if d.Exchange != nil {
		b.stated = d.Exchange.Regime
	}
	regime := b.regime(i)
	if !slices.Contains(i.Regimes(), regime) {
		c.add(Wrong, "exchange.regime", "", "name a law that the instrument may rest on: one of "+join(i.Regimes()))
	} else if articles := i.LegalBases(regime); len(articles) > 0 && b.at != "" && b.article != "" && !slices.Contains(articles, string(b.article)) {
		c.add(Wrong, b.at, "", "name the article the request rests on: one of "+join(articles))
	}
	c.facts(d, said, regime)
}

// facts that the instrument must state and no section says.
func (c *checker) facts(d *Desk, said map[string]any, regime agencies.Regime) {
	have := map[string]bool{}
	if d.Exchange != nil {
		for name := range d.Exchange.Facts {
			have[name] = true
			_, twice := said[name]
			c.clash(!twice, "exchange.facts."+name, law(agencies.RuleDuplicate), "leave the fact away, because a section says it already")
		}
		for i, name := range d.Exchange.Attestations {
			_, derived := said[string(name)]
			c.clash((have[string(name)] || derived) && !slices.Contains(d.Exchange.Attestations[:i], name), nth("exchange.attestations", i), "attest", "attest once to a fact that the form states")
		}
	}
	for _, name := range broker.StatedFacts(broker.Instrument(c.spec.name), regime) {
		if _, derived := said[name]; !derived && !have[name] && !slices.Contains(c.spec.says, name) {
			c.add(Missing, "exchange.facts."+name, law(agencies.RuleRequired), "state the fact "+name+": "+factWords(name))
		}
	}
}

// factWords says what a fact may be.
func factWords(name string) string {
	f := policy.Dictionary()[name]
	want := string(f.Type)
	if f.Type == policy.Boolean {
		want = "true or false"
	}
	if len(f.Values) > 0 {
		want += ", such as " + join(f.Values)
	}
	if f.Null {
		want += "; null: known to be none"
	}
	return want
}

// factIs says whether the form states the fact with this JSON value.
func (d *Desk) factIs(name, value string) bool {
	return d.Exchange != nil && string(d.Exchange.Facts[name]) == value
}
