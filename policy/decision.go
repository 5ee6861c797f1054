package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/rogatory/rogatory/agencies"
)

// Reason is one rule that fired and where the law says so.
type Reason struct {
	Rule    string  `json:"rule"`           // id of the rule table, EPO-I-02
	Article string  `json:"article"`        // Reg. (EU) 2023/1543 Art. 4(2)
	Text    string  `json:"text"`           // text key, and one plain English sentence
	Outcome Outcome `json:"outcome"`        // what this rule alone would decide
	Fact    string  `json:"fact,omitempty"` // the fact it rests on
}

// Decision is what policy said to one Input at one gate. It is a claim until it
// stands in a signed record; see VerifyPermit.
type Decision struct {
	// Set by Bind: what the decision is about.
	ID      string      `json:"id,omitempty"`
	Gate    Gate        `json:"gate,omitempty"`
	Case    string      `json:"case,omitempty"`
	Subject string      `json:"subject,omitempty"` // act id or exhibit id
	For     agencies.ID `json:"for,omitempty"`     // who may act on it

	Action     string          `json:"action"`
	Instrument string          `json:"instrument,omitempty"`
	Regime     agencies.Regime `json:"regime"`

	Outcome        Outcome  `json:"outcome"`
	Obligations    []string `json:"obligations"`
	Reasons        []Reason `json:"reasons"`
	HumanQuestions []string `json:"human_questions"`

	Revision     string          `json:"revision"` // digest of the bundle
	Engine       string          `json:"engine"`   // name and version of the evaluator
	InputDigest  agencies.Digest `json:"input_digest"`
	ResultDigest agencies.Digest `json:"result_digest"`
	At           time.Time       `json:"at"`
	Failure      string          `json:"failure,omitempty"` // why the engine could not decide; never with a permit
}

// Bind says what the decision is about. It changes no part of the result.
func (d Decision) Bind(id string, gate Gate, caseID, subject string, agency agencies.ID) Decision {
	d.ID, d.Gate, d.Case, d.Subject, d.For = id, gate, caseID, subject, agency
	return d
}

// Result is the part of a decision that the rules produced, as a canonical value.
func (d Decision) Result() map[string]any {
	reasons := make([]any, len(d.Reasons))
	for i, r := range d.Reasons {
		reasons[i] = map[string]any{"rule": r.Rule, "article": r.Article, "text": r.Text, "outcome": string(r.Outcome), "fact": r.Fact}
	}
	return map[string]any{
		"outcome":         string(d.Outcome),
		"obligations":     anyStrings(d.Obligations),
		"reasons":         reasons,
		"human_questions": anyStrings(d.HumanQuestions),
		"failure":         d.Failure,
	}
}

// ComputeResultDigest hashes Result; replay compares it.
func (d Decision) ComputeResultDigest() (agencies.Digest, error) {
	b, err := AppendCanonical(nil, d.Result())
	if err != nil {
		return "", fmt.Errorf("digest decision: %w", err)
	}
	return agencies.DigestOf(b), nil
}

// Validate checks that a decision says one thing: known outcome, well-formed
// obligations, a permit without failure and without a reason against it, anything
// else with a reason or a failure, and a result digest over just this result.
func (d Decision) Validate() error {
	if !d.Outcome.Valid() {
		return fieldError("outcome", agencies.RuleUnknown, "permit, human_review, needs_notification, needs_validation or deny")
	}
	if d.Gate != "" && !d.Gate.Valid() {
		return fieldError("gate", agencies.RuleUnknown, "admission, release or use")
	}
	if err := checkName("action", d.Action, false); err != nil {
		return err
	}
	if err := checkName("instrument", d.Instrument, true); err != nil {
		return err
	}
	if err := d.Regime.Check(); err != nil {
		return err
	}
	if err := checkTime("at", d.At); err != nil {
		return err
	}
	if d.Outcome == Permitted && d.Failure != "" {
		return fieldError("failure", agencies.RuleMismatch, "a failed evaluation permits nothing")
	}
	if d.Outcome != Permitted && d.Failure == "" && len(d.Reasons) == 0 {
		return fieldError("reasons", agencies.RuleRequired, "an outcome other than permit explains itself")
	}
	for i, o := range d.Obligations {
		if _, err := ParseObligation(o); err != nil {
			return fmt.Errorf("obligations[%d]: %w", i, err)
		}
		if i > 0 && d.Obligations[i-1] >= o {
			return fieldError(fmt.Sprintf("obligations[%d]", i), agencies.RuleCanonical, "sorted, each once")
		}
	}
	for i, r := range d.Reasons {
		if err := r.validate(fmt.Sprintf("reasons[%d]", i)); err != nil {
			return err
		}
		if r.Outcome.Worse(d.Outcome) {
			return fieldError(fmt.Sprintf("reasons[%d].outcome", i), agencies.RuleMismatch, "a reason is worse than the outcome")
		}
	}
	for i, q := range d.HumanQuestions {
		if err := checkText(fmt.Sprintf("human_questions[%d]", i), q, maxString); err != nil {
			return err
		}
	}
	if d.Revision != "" || d.Failure == "" {
		if _, err := agencies.ParseDigest(d.Revision); err != nil {
			return fmt.Errorf("revision: %w", err)
		}
	}
	// A question that could not be read has no digest.
	if d.InputDigest != "" || d.Failure == "" {
		if err := d.InputDigest.Check(); err != nil {
			return fmt.Errorf("input_digest: %w", err)
		}
	}
	// Last, because it is the costliest: the result is the one that was digested.
	digest, err := d.ComputeResultDigest()
	if err != nil {
		return err
	}
	if digest != d.ResultDigest {
		return fieldError("result_digest", agencies.RuleMismatch, "is not the digest of this result")
	}
	return nil
}

// validate checks one reason. Promise 3 of the design: every reason cites its
// article, so one without is malformed, not merely unhelpful.
func (r Reason) validate(field string) error {
	if err := checkName(field+".rule", r.Rule, false); err != nil {
		return err
	}
	if strings.TrimSpace(r.Article) == "" {
		return fieldError(field+".article", agencies.RuleRequired, "every reason cites its article")
	}
	if !r.Outcome.Valid() {
		return fieldError(field+".outcome", agencies.RuleUnknown, "one of the five outcomes")
	}
	for name, s := range map[string]string{".article": r.Article, ".text": r.Text, ".fact": r.Fact} {
		if err := checkText(field+name, s, maxString); err != nil {
			return err
		}
	}
	return nil
}

// ParseDecision reads a decision strictly and validates it.
func ParseDecision(data []byte) (Decision, error) {
	var d Decision
	if err := agencies.DecodeStrict(data, &d); err != nil {
		return Decision{}, fmt.Errorf("parse decision: %w", err)
	}
	if err := d.Validate(); err != nil {
		return Decision{}, fmt.Errorf("parse decision: %w", err)
	}
	return d, nil
}

// Canonical is the RFC 8785 form of the decision.
func (d Decision) Canonical() ([]byte, error) {
	// nil and empty lists are one decision and must have one encoding.
	d.Obligations = append([]string{}, d.Obligations...)
	d.Reasons = append([]Reason{}, d.Reasons...)
	d.HumanQuestions = append([]string{}, d.HumanQuestions...)
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode decision: %v", err)
	}
	if b, err = jcs.Transform(b); err != nil {
		return nil, fmt.Errorf("encode decision: %v", err)
	}
	return b, nil
}

// Digest is the SHA-256 of the canonical form.
func (d Decision) Digest() (agencies.Digest, error) {
	b, err := d.Canonical()
	if err != nil {
		return "", err
	}
	return agencies.DigestOf(b), nil
}

// Contradict adds what the host found: each contradiction is a reason to deny, in
// front of those of the rules.
func (d Decision) Contradict(found []Contradiction) Decision {
	if len(found) == 0 {
		return d
	}
	reasons := make([]Reason, 0, len(found)+len(d.Reasons))
	for _, c := range found {
		reasons = append(reasons, c.Reason())
	}
	d.Reasons = append(reasons, d.Reasons...)
	d.Outcome = Denied
	return d
}

// Join is what several answers about one act come to: the network's bundle and the
// receiving State's own, to one question or more. The strictest wins, the first of
// equals; the obligations and the questions to people of all stand beside it, and
// of the other answers every reason that does not permit. Revision, engine and
// input are those of the answer that won. Each answer is recorded by itself; this
// is their common result. Without an answer it is the zero Decision, which is
// malformed and permits nothing.
func Join(answers ...Decision) (Decision, error) {
	if len(answers) == 0 {
		return Decision{}, nil
	}
	if len(answers) == 1 && answers[0].Outcome.Valid() {
		return answers[0], nil
	}
	outcome, obligations := Combine(answers...)
	won := slices.IndexFunc(answers, func(d Decision) bool { return d.Outcome == outcome })
	if won < 0 {
		return Decision{}, fieldError("outcome", agencies.RuleUnknown, "permit, human_review, needs_notification, needs_validation or deny")
	}
	all := answers[won]
	all.Obligations, all.Reasons, all.HumanQuestions = obligations, slices.Clone(all.Reasons), slices.Clone(all.HumanQuestions)
	for i, d := range answers {
		if i == won {
			continue
		}
		for _, r := range d.Reasons {
			if r.Outcome != Permitted && !slices.Contains(all.Reasons, r) {
				all.Reasons = append(all.Reasons, r)
			}
		}
		for _, q := range d.HumanQuestions {
			if !slices.Contains(all.HumanQuestions, q) {
				all.HumanQuestions = append(all.HumanQuestions, q)
			}
		}
	}
	var err error
	all.ResultDigest, err = all.ComputeResultDigest()
	return all, err
}

// Combine gives the outcome and the sum of obligations of several answers.
func Combine(decisions ...Decision) (Outcome, []string) {
	outcomes := make([]Outcome, 0, len(decisions))
	var obligations []string
	for _, d := range decisions {
		outcomes = append(outcomes, d.Outcome)
		obligations = append(obligations, d.Obligations...)
	}
	slices.Sort(obligations)
	return Worst(outcomes...), slices.Compact(obligations)
}

// anyStrings turns nil into an empty list: they are the same result.
func anyStrings(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
