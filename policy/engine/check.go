package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// CheckConfig says how Check and Diff decide.
type CheckConfig struct {
	Now    time.Time // of every case that does not name its own; required
	Limits Limits    // Timeout defaults to 10 s here: nobody waits, and a busy machine must not change an answer
	// Unconfirmed decides as an exchange does whose counsel has not confirmed the
	// rules of unverified source: they ask counsel and deny nothing. Otherwise a case
	// shows what those rules say.
	Unconfirmed bool
}

const checkTimeout = 10 * time.Second

// Case is one line of `policy check`: facts to lay over the complete baseline
// request of the regime, the instrument and the action that the facts name.
type Case struct {
	ID     string          `json:"id"`
	Regime agencies.Regime `json:"regime"`
	Facts  json.RawMessage `json:"facts"`
	Now    *time.Time      `json:"now"`

	// A case file of lawyers also says what it is about and what it expects.
	Narrative string   `json:"narrative"`
	Expect    string   `json:"expect"`
	Also      []string `json:"also"`
	Why       string   `json:"why"`
	Verified  bool     `json:"verified"`
}

// answer is the line that Check prints.
type answer struct {
	ID             string         `json:"id"`
	Outcome        policy.Outcome `json:"outcome"`
	Obligations    []string       `json:"obligations"`
	Reasons        []citation     `json:"reasons"`
	HumanQuestions []string       `json:"human_questions"`
	Failure        string         `json:"failure,omitempty"`
}

type citation struct {
	Rule    string `json:"rule"`
	Article string `json:"article"`
}

// maxLine bounds one case.
const maxLine = 1 << 20

// maxProblems bounds how many bad lines are named.
const maxProblems = 20

// ErrUndecided means: the rules could not be applied to a case.
var ErrUndecided = errors.New("case not decided")

// Check decides every case of a JSON Lines stream and writes one JSON line for
// each. Bad lines do not stop it; the error joins what is wrong with them, each
// naming the line and the field, and is nil when every line could be decided.
func Check(ctx context.Context, rev *Revision, cfg CheckConfig, r io.Reader, w io.Writer) error {
	return EachCase(r, func(c Case) error {
		d, err := decideCase(ctx, rev, cfg, c)
		if err != nil {
			return err
		}
		a := answer{ID: c.ID, Outcome: d.Outcome, Obligations: d.Obligations, HumanQuestions: d.HumanQuestions, Reasons: []citation{}, Failure: d.Failure}
		for _, x := range d.Reasons {
			a.Reasons = append(a.Reasons, citation{x.Rule, x.Article})
		}
		if err := writeLine(w, a); err != nil {
			return err
		}
		if d.Failure != "" {
			return fmt.Errorf("%w: %s", ErrUndecided, d.Failure)
		}
		return nil
	})
}

// Diff decides every case under two revisions, writes one JSON line for each that
// differs and returns how many did.
func Diff(ctx context.Context, before, after *Revision, cfg CheckConfig, r io.Reader, w io.Writer) (int, error) {
	changed := 0
	err := EachCase(r, func(c Case) error {
		was, err := decideCase(ctx, before, cfg, c)
		if err != nil {
			return err
		}
		now, err := decideCase(ctx, after, cfg, c)
		if err != nil {
			return err
		}
		d := compare(was, now)
		if d.Same {
			return nil
		}
		changed++
		return writeLine(w, struct {
			ID string `json:"id"`
			Difference
		}{c.ID, d})
	})
	return changed, err
}

// Question lays the facts of a case over its baseline. The facts count as derived:
// a case says what is, not what somebody claims.
func (c Case) Question(now time.Time) (policy.Input, error) {
	if c.ID == "" || len(c.ID) > 128 {
		return policy.Input{}, &agencies.FieldError{Field: "id", Rule: agencies.RuleRequired, Detail: "1 to 128 bytes"}
	}
	if err := c.Regime.Check(); err != nil {
		return policy.Input{}, err
	}
	// Law changes with time: a case may say of which day it is.
	if c.Now != nil {
		now = *c.Now
	}
	var head struct{ action, instrument string }
	var facts map[string]json.RawMessage
	if len(c.Facts) == 0 {
		return policy.Input{}, &agencies.FieldError{Field: "facts", Rule: agencies.RuleRequired, Detail: "an object of facts"}
	}
	if err := agencies.DecodeStrict(c.Facts, &facts); err != nil {
		return policy.Input{}, inFacts(err)
	}
	for name, into := range map[string]*string{"action": &head.action, "instrument": &head.instrument} {
		if text, ok := facts[name]; ok {
			if err := agencies.DecodeStrict(text, into); err != nil {
				return policy.Input{}, &agencies.FieldError{Field: "facts." + name, Rule: agencies.RuleType, Detail: "expected string"}
			}
			delete(facts, name)
		}
	}
	if head.action == "" {
		return policy.Input{}, &agencies.FieldError{Field: "facts.action", Rule: agencies.RuleRequired, Detail: "what is to be decided"}
	}
	rest, err := json.Marshal(facts)
	if err != nil {
		return policy.Input{}, err
	}
	values, err := policy.ParseFactValues(rest)
	if err != nil {
		return policy.Input{}, err
	}
	// Without a baseline (an unknown regime or instrument) the bare facts are asked;
	// the rules refuse what they do not know.
	base, err := rules.Baseline(string(c.Regime), head.instrument, head.action)
	if err != nil && !errors.Is(err, rules.ErrNoBaseline) {
		return policy.Input{}, err
	}
	in := policy.Input{Action: head.action, Instrument: head.instrument, Regime: c.Regime, Now: now.UTC(), Facts: policy.Facts{}}
	for name, v := range rules.Overlay(base, values) {
		if name == "action" || name == "instrument" {
			continue
		}
		if err := in.Facts.Set(name, v, policy.Derived, "case"); err != nil {
			return policy.Input{}, err
		}
	}
	return in, nil
}

// inFacts puts the path of the enclosing member before a field.
func inFacts(err error) error {
	if fe, ok := errors.AsType[*agencies.FieldError](err); ok {
		field := "facts"
		if fe.Field != "" {
			field += "." + fe.Field
		}
		return &agencies.FieldError{Field: field, Rule: fe.Rule, Detail: fe.Detail}
	}
	return err
}

// decideCase is DecideCase without the question.
func decideCase(ctx context.Context, rev *Revision, cfg CheckConfig, c Case) (policy.Decision, error) {
	_, d, err := rev.DecideCase(ctx, cfg, c)
	return d, err
}

// DecideCase decides a case, and gives the question beside the answer. It is the
// same path as a live decision, unsigned: a draft can be checked before anybody signs
// it.
func (r *Revision) DecideCase(ctx context.Context, cfg CheckConfig, c Case) (policy.Input, policy.Decision, error) {
	in, err := c.Question(cfg.Now)
	if err != nil {
		return policy.Input{}, policy.Decision{}, err
	}
	if !cfg.Unconfirmed {
		in.Context.Confirmed = r.unverified
	}
	if cfg.Limits.Timeout == 0 {
		cfg.Limits.Timeout = checkTimeout
	}
	d, err := r.Decide(ctx, in, cfg.Limits)
	return in, d, err
}

// EachCase reads JSON Lines and calls f for each case. What f returns, and what is
// wrong with a line, is collected; an error in reading ends it.
func EachCase(r io.Reader, f func(Case) error) error {
	// A Scanner, not a json.Decoder: one bad line must not hide the lines after it.
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	var problems []error
	more := 0
	note := func(n int, err error) {
		if len(problems) < maxProblems {
			problems = append(problems, fmt.Errorf("line %d: %w", n, err))
			return
		}
		more++
	}
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var c Case
		if err := agencies.DecodeStrict(line, &c); err != nil {
			note(n, err)
			continue
		}
		if err := f(c); err != nil {
			if errors.Is(err, errWrite) || errors.Is(err, context.Canceled) {
				return err
			}
			note(n, err)
		}
	}
	if err := lines.Err(); err != nil {
		note(n+1, err)
	}
	if more > 0 {
		problems = append(problems, fmt.Errorf("and %d more lines", more))
	}
	return errors.Join(problems...)
}

var errWrite = errors.New("write answer")

// writeLine writes one whole line or an error that wraps errWrite.
func writeLine(w io.Writer, v any) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("%w: %v", errWrite, err)
	}
	if _, err := w.Write(line.Bytes()); err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	return nil
}
