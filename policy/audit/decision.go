package audit

import (
	"reflect"
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// checkDecided holds a decision against the questions recorded with it: it is what
// their answers come to and none is stricter, every digest is over what is there,
// and all are about the same act.
func checkDecided(seq uint64, a *broker.Attestation, d broker.Detail) error {
	bad := func(format string, args ...any) error {
		return about(seq, a, CheckDecision, nil, format, args...)
	}
	if (a.Decision == nil) != (len(d.Decided) == 0) {
		return bad("a decision stands without the questions asked, or they without it")
	}
	if a.Decision == nil {
		return nil
	}
	var answers []policy.Decision
	for i, q := range d.Decided {
		input, err := inputDigest(q.Input)
		if err != nil {
			return about(seq, a, CheckDecision, err, "question %d cannot be hashed", i+1)
		}
		result, err := q.Decision.ComputeResultDigest()
		if err != nil {
			return about(seq, a, CheckDecision, err, "result %d cannot be hashed", i+1)
		}
		answers = append(answers, q.Decision)
		one, all := q.Decision, *a.Decision
		switch {
		case one.InputDigest != input:
			return bad("answer %d is not to the question recorded", i+1)
		case one.ResultDigest != result:
			return bad("answer %d has the digest of another result", i+1)
		case one.Action != q.Input.Action || one.Instrument != q.Input.Instrument || one.Regime != q.Input.Regime || !one.At.Equal(q.Input.Now):
			return bad("answer %d names another action or time than its question", i+1)
		case one.Failure != "" && one.Outcome != policy.Denied:
			return bad("answer %d is %s, but the engine had failed", i+1, one.Outcome)
		case one.Gate != all.Gate || one.Case != all.Case || one.Subject != all.Subject || one.For != all.For:
			return bad("answer %d is about another act than the decision", i+1)
		case one.Outcome.Worse(all.Outcome):
			return bad("answer %d, %s, is stricter than the decision, %s", i+1, one.Outcome, all.Outcome)
		case !one.At.Equal(a.At):
			return bad("answer %d was given at another time than the record's", i+1)
		}
	}
	all, err := policy.Join(answers...)
	if err != nil {
		return about(seq, a, CheckDecision, err, "the answers cannot be joined")
	}
	same, err := sameDecision(all, *a.Decision)
	if err != nil {
		return about(seq, a, CheckDecision, err, "cannot be hashed")
	}
	if !same {
		return bad("the decision is not what the answers recorded come to")
	}
	return nil
}

// sameDecision compares as digests do, and hashes only what differs in memory: an
// empty list may be nil there.
func sameDecision(x, y policy.Decision) (bool, error) {
	if reflect.DeepEqual(x, y) {
		return true, nil
	}
	a, err := x.Digest()
	if err != nil {
		return false, err
	}
	b, err := y.Digest()
	return a == b, err
}

func inputDigest(in policy.Input) (agencies.Digest, error) {
	in, err := in.Normal()
	if err != nil {
		return "", err
	}
	text, err := in.Canonical()
	if err != nil {
		return "", err
	}
	return agencies.DigestOf(text), nil
}

// question is what policy must be asked about an act.
type question struct {
	gate    policy.Gate
	subject string
	agency  agencies.ID
	state   agencies.State // whose own bundle answers beside the network's
	inputs  []policy.Input
	advises bool // only a denial stops the act: who signs it is who the law asks
}

// ask builds the questions that an act raises, from nothing but the records before
// it; nil when policy has no say.
func ask(before broker.Case, known broker.Known, said []broker.Spoken) (*question, error) {
	lead := said[0]
	q := &question{gate: policy.Admission, subject: lead.ID(), agency: lead.Agency, state: broker.Receiving(before, lead)}
	if broker.AsksAdmission(before, lead) {
		in, err := broker.AdmissionInput(before, known, said...)
		q.inputs = []policy.Input{in}
		return q, err
	}
	if r, ok := lead.Body.(*broker.Retrieval); ok {
		q.gate, q.subject = policy.Use, string(r.Exhibit)
		var err error
		q.inputs, err = broker.UseInputs(before, known, lead)
		return q, err
	}
	if b, ok := lead.Body.(*broker.Sharing); ok {
		q.gate = policy.Use
		if b.Exhibit != "" {
			q.subject = string(b.Exhibit)
		}
		var err error
		q.inputs, err = broker.ShareInputs(before, known, lead)
		return q, err
	}
	in, ok, err := broker.ActInput(before, known, lead)
	if err != nil || !ok {
		return nil, err
	}
	q.inputs = []policy.Input{in}
	q.advises = broker.Advises(lead.Act())
	return q, nil
}

// askRelease builds the question of the release gate.
func askRelease(before broker.Case, known broker.Known, exhibit string, to agencies.ID) (*question, error) {
	in, err := broker.ReleaseInput(before, known, evidence.ExhibitID(exhibit))
	return &question{gate: policy.Release, subject: exhibit, agency: to, state: before.Parties.Addressee.State(), inputs: []policy.Input{in}}, err
}

// mayWait are the acts that are recorded while policy waits for somebody.
var mayWait = []broker.Act{broker.ActSubmit, broker.ActValidate, broker.ActNotify, broker.ActDecide}

// checkDecision asks the question of the act again from the case as the ledger
// gives it, and holds the recorded one, and what was done, against it.
func (w *walk) checkDecision(r *Record) error {
	a := r.Attestation
	q, err := w.question(r)
	if err != nil {
		return about(r.Seq, a, CheckFacts, err, "the question to policy cannot be asked again")
	}
	d := a.Decision
	bad := func(format string, args ...any) error {
		return about(r.Seq, a, CheckDecision, nil, format, args...)
	}
	switch {
	case d == nil && q != nil:
		return bad("policy was not asked")
	case d == nil:
		return nil
	case a.Act == broker.ActReject && d.Outcome == policy.Permitted:
		return bad("a permit stands in a rejection")
	case q == nil && a.Act == broker.ActReject && len(a.Statements) == 0:
		return nil // what a stranger sent is not recorded, only that policy refused it
	case q == nil:
		return bad("policy has no say in this act")
	case d.Gate != q.gate || d.Subject != q.subject || d.For != q.agency:
		return bad("it is about another gate, subject or agency than the act")
	}
	if err := w.checkAnswers(r, q); err != nil {
		return err
	}
	if a.Act == broker.ActReject {
		return nil
	}
	if d.Outcome == policy.Denied || d.Outcome != policy.Permitted && !q.advises && !slices.Contains(mayWait, a.Act) {
		return bad("the act was done although the decision is %s", d.Outcome)
	}
	return nil
}

// checkAnswers wants each question answered by the network's bundle and then by that
// of the receiving State when it has one in force, and nothing else.
func (w *walk) checkAnswers(r *Record, q *question) error {
	a, asked := r.Attestation, 0
	var alone agencies.State
	scopes := []agencies.State{""}
	if _, ok := w.register.InForce(q.state, a.At); ok && q.state != "" {
		scopes = append(scopes, q.state)
	} else {
		alone = q.state
	}
	for _, d := range r.Detail.Decided {
		if d.State == "" {
			asked++
		}
	}
	if asked != len(q.inputs) {
		return about(r.Seq, a, CheckDecision, nil, "%d questions were asked, the act raises %d", asked, len(q.inputs))
	}
	answers := r.Detail.Decided
	for i, in := range q.inputs {
		digest, err := inputDigest(in)
		if err != nil {
			return about(r.Seq, a, CheckFacts, err, "question %d cannot be hashed", i+1)
		}
		for _, scope := range scopes {
			if len(answers) == 0 || answers[0].State != scope {
				return about(r.Seq, a, CheckBundle, nil, "question %d lacks the answer of the bundle of %s, which was in force", i+1, policy.Statement{State: scope}.Scope())
			}
			if digest != answers[0].Decision.InputDigest {
				return about(r.Seq, a, CheckFacts, nil, "question %d has other facts than the ledger gives: %s", i+1, differing(in, answers[0].Input))
			}
			answers = answers[1:]
		}
	}
	switch {
	case len(answers) > 0:
		return about(r.Seq, a, CheckBundle, nil, "the bundle of %s answered, which has no say in the act", policy.Statement{State: answers[0].State}.Scope())
	case r.Detail.Alone != alone:
		return about(r.Seq, a, CheckBundle, nil, "says that State %q had no bundle in force, it was %q", r.Detail.Alone, alone)
	}
	return nil
}

// question finds what policy had to be asked about a record; nil for nothing.
func (w *walk) question(r *Record) (*question, error) {
	a := r.Attestation
	known := broker.Known{List: w.history.Latest().List(), Now: a.At}
	switch {
	case a.Act == broker.ActRelease && a.Decision != nil:
		return askRelease(r.Before, known, a.Decision.Subject, a.To)
	case a.Act == broker.ActReject && a.Decision != nil && a.Decision.Gate == policy.Release:
		return askRelease(r.Before, known, a.Decision.Subject, a.Decision.For)
	case a.Act == broker.ActReject && a.Decision != nil && len(r.Record.Statements) > 0:
		// What policy refused had verified before policy was asked.
		var err error
		if r.Asked, err = a.ReadAll(r.Record.Statements, w.history); err != nil {
			return nil, err
		}
		return ask(r.Before, known, r.Asked)
	case a.Act.OfBroker() || len(r.Said) == 0 || r.Said[0].ID() != a.ID:
		return nil, nil // the broker's own: a copy, a clock, a rejection
	}
	return ask(r.Before, known, r.Said)
}

// differing names the facts in which two questions differ, not what they say.
func differing(want, got policy.Input) string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for name, f := range want.Facts {
		if g, ok := got.Facts[name]; !ok || !sameFact(f, g) {
			add(name)
		}
	}
	for name := range got.Facts {
		if _, ok := want.Facts[name]; !ok {
			add(name)
		}
	}
	if len(names) == 0 {
		return "action, time, States or contradictions"
	}
	slices.Sort(names)
	const most = 5
	if len(names) > most {
		names = append(names[:most], "and more")
	}
	out := names[0]
	for _, n := range names[1:] {
		out += ", " + n
	}
	return out
}

func sameFact(a, b policy.Fact) bool {
	x, err1 := policy.AppendCanonical(nil, map[string]any{"v": plain(a.Value), "p": string(a.Provenance), "s": a.Source})
	y, err2 := policy.AppendCanonical(nil, map[string]any{"v": plain(b.Value), "p": string(b.Provenance), "s": b.Source})
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// plain brings a list built in code into the form of one that was read.
func plain(v any) any {
	switch v := v.(type) {
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out
	case int:
		return int64(v)
	}
	return v
}
