package engine

import (
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// Explanation is a decision as a person reads it, in one language. It is a reading
// of what was recorded: no sentence, value or article in it comes from elsewhere.
type Explanation struct {
	Lang       string          `json:"lang"`
	Outcome    policy.Outcome  `json:"outcome"`
	Means      string          `json:"means"` // the outcome in words
	Gate       policy.Gate     `json:"gate,omitempty"`
	Action     string          `json:"action"`
	Instrument string          `json:"instrument,omitempty"`
	Regime     agencies.Regime `json:"regime"`
	Revision   string          `json:"revision"`
	At         time.Time       `json:"at"`
	Failure    string          `json:"failure,omitempty"`

	Rules       []Fired  `json:"rules"`
	Questions   []string `json:"human_questions"`
	Obligations []string `json:"obligations"`
	// Changes is what the policy would say if facts were otherwise; see WouldSay. It
	// is no advice. Nil: not asked, or the revision is not held.
	Changes []Change `json:"changes,omitempty"`
}

// Fired is one rule that had a say.
type Fired struct {
	Rule     string         `json:"rule"`
	Article  string         `json:"article"`
	Outcome  policy.Outcome `json:"outcome"`
	Text     string         `json:"text"`     // as recorded
	Sentence string         `json:"sentence"` // in the reader's language
	// Translated is false when the sentence is the recorded English.
	Translated bool   `json:"translated"`
	Fact       *Basis `json:"fact,omitempty"`
}

// Basis is the fact that a rule rests on.
type Basis struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
	// Hidden: the fact may identify a person, so its value is not shown.
	Hidden bool `json:"hidden,omitempty"`
	// Missing: the question did not hold it.
	Missing    bool              `json:"missing,omitempty"`
	Provenance policy.Provenance `json:"provenance,omitempty"`
	Source     string            `json:"source,omitempty"`
}

// Explain reads a decision in a language. in is the question it answers; without
// one, as for a party who has the decision alone, facts have no values.
func Explain(lang string, d policy.Decision, in *policy.Input) Explanation {
	e := Explanation{
		Lang: lang, Outcome: d.Outcome, Means: rules.Word(lang, string(d.Outcome)), Gate: d.Gate, Action: d.Action, Instrument: d.Instrument,
		Regime: d.Regime, Revision: d.Revision, At: d.At, Failure: d.Failure,
		Rules: []Fired{}, Questions: []string{}, Obligations: append([]string{}, d.Obligations...),
	}
	for _, r := range d.Reasons {
		f := Fired{Rule: r.Rule, Article: r.Article, Outcome: r.Outcome, Text: r.Text}
		f.Sentence, f.Translated = rules.Sentence(lang, r.Text)
		if r.Fact != "" && in != nil {
			f.Fact = basis(r.Fact, in)
		} else if r.Fact != "" {
			f.Fact = &Basis{Name: r.Fact, Hidden: true}
		}
		e.Rules = append(e.Rules, f)
	}
	for _, q := range d.HumanQuestions {
		q, _ = rules.Question(lang, q)
		e.Questions = append(e.Questions, q)
	}
	return e
}

// basis finds a fact that a reason names: "name" or "name.member".
func basis(path string, in *policy.Input) *Basis {
	b := &Basis{Name: path}
	// Three names are no facts but the question itself.
	for name, value := range map[string]string{"action": in.Action, "instrument": in.Instrument, "regime": string(in.Regime)} {
		if path == name {
			b.Value, b.Provenance = value, policy.Derived
			return b
		}
	}
	name, member, inside := strings.Cut(path, ".")
	fact, ok := in.Facts[name]
	if !ok {
		b.Missing = true
		return b
	}
	b.Provenance, b.Source = fact.Provenance, fact.Source
	value, ok := policy.Visible(name, fact.Value)
	if !ok {
		b.Hidden = true
		return b
	}
	if inside {
		members, _ := value.(map[string]any)
		if value, ok = members[member]; !ok {
			b.Missing = true
			return b
		}
		b.Hidden = policy.Dictionary()[name].Members[member].Personal
	}
	b.Value = value
	return b
}
