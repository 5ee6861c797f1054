package engine

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// caseOf finds one law case as a question.
func caseOf(t testing.TB, id string) policy.Input {
	t.Helper()
	for _, file := range []string{"EU_2023_1543.jsonl", "UNTOC.jsonl"} {
		text, err := os.ReadFile("../testdata/cases/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var c Case
			if err := agencies.DecodeStrict([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			if c.ID == id {
				in, err := c.Question(noon)
				if err != nil {
					t.Fatal(err)
				}
				return in
			}
		}
	}
	t.Fatalf("no case %s", id)
	return policy.Input{}
}

// asked lays facts over the baseline of an order.
func asked(t testing.TB, facts string) policy.Input {
	t.Helper()
	c := Case{ID: "x", Regime: agencies.RegimeEPO, Facts: json.RawMessage(facts)}
	in, err := c.Question(noon)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func wouldSay(t testing.TB, rev *Revision, in policy.Input) []Change {
	t.Helper()
	changes, err := rev.WouldSay(context.Background(), in, Limits{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func find(changes []Change, fact string) *Change {
	for i := range changes {
		if len(changes[i].Facts) == 1 && changes[i].Facts[0].Fact == fact {
			return &changes[i]
		}
	}
	return nil
}

func TestWouldSay(t *testing.T) {
	rev := network(t)
	unsigned := asked(t, `{"action":"transmit_order","instrument":"EPOC","data_categories":["traffic"],"issued_by":"police","validated_by":null}`)
	changes := wouldSay(t, rev, unsigned)
	c := find(changes, "validated_by")
	if c == nil || c.Outcome != policy.Permitted || !slices.Contains(c.Facts[0].Then, any("judge")) || slices.Contains(c.Facts[0].Then, any("public_prosecutor")) {
		t.Errorf("validation of traffic data: %+v", changes)
	}
	// A prosecutor may ask for subscriber data alone.
	mixed := asked(t, `{"action":"transmit_order","instrument":"EPOC","data_categories":["subscriber","traffic"],"issued_by":"public_prosecutor","validated_by":null}`)
	changes = wouldSay(t, rev, mixed)
	if c := find(changes, "data_categories"); c == nil || c.Outcome != policy.Permitted {
		t.Errorf("without the category: %+v", changes)
	}
	// Of a number the nearest is found, not just a big one.
	light := asked(t, `{"action":"transmit_order","instrument":"EPOC","data_categories":["content"],"offence":{"name":"theft","max_custodial_sentence_months":24,"listed_in_directive":null}}`)
	if c := find(wouldSay(t, rev, light), "offence.max_custodial_sentence_months"); c == nil || c.Facts[0].Then[0] != any(int64(36)) {
		t.Errorf("threshold: %+v", c)
	}
	// Two grounds against: no single change helps, both together do.
	both := asked(t, `{"action":"transmit_order","instrument":"EPOC","criminal_proceedings_open":false,"signature_level":"simple"}`)
	changes = wouldSay(t, rev, both)
	if len(changes) != 1 || len(changes[0].Facts) != 2 || changes[0].Outcome == policy.Denied {
		t.Errorf("two grounds: %+v", changes)
	}
	// A contradiction is undone by declaring what is derived, and by nothing else.
	in := asked(t, `{"action":"transmit_order","instrument":"EPOC"}`)
	in.Contradictions = []policy.Contradiction{{Fact: "issued_by", Kept: policy.Fact{Value: "police", Provenance: policy.Derived}, Lost: policy.Fact{Value: "judge", Provenance: policy.Declared}}}
	changes = wouldSay(t, rev, in)
	if len(changes) != 1 || !changes[0].Facts[0].Agreed || changes[0].Facts[0].Fact != "issued_by" || changes[0].Outcome != policy.Permitted {
		t.Errorf("contradiction: %+v", changes)
	}
	// What nobody signed for goes to a person; signing changes that, the value does not.
	in = asked(t, `{"action":"transmit_order","instrument":"EPOC"}`)
	f := in.Facts["similar_domestic_order_available"]
	f.Provenance = policy.Declared
	in.Facts["similar_domestic_order_available"] = f
	if c := find(wouldSay(t, rev, in), "similar_domestic_order_available"); c == nil || !c.Facts[0].Signed || c.Outcome != policy.Permitted {
		t.Errorf("unsigned: %+v", c)
	}
	if got := wouldSay(t, rev, asked(t, `{"action":"transmit_order","instrument":"EPOC"}`)); len(got) != 0 {
		t.Errorf("a permit has nothing to improve: %+v", got)
	}
}

// TestWouldSayHolds applies what was reported to the question, apart from the search,
// and asks again.
func TestWouldSayHolds(t *testing.T) {
	rev := network(t)
	for _, id := range []string{"EPO-011", "EPO-T-02-c", "EPO-N-03-c", "EPO-P-03-c", "EPO-A-01-d", "UNT-04-c"} {
		in := caseOf(t, id)
		in.Context.Confirmed = rev.unverified
		base, err := rev.Decide(context.Background(), in, Limits{Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range wouldSay(t, rev, in) {
			if !base.Outcome.Worse(c.Outcome) {
				t.Errorf("%s: %+v is no milder than %s", id, c, base.Outcome)
			}
			for _, then := range c.Facts[0].Then {
				if len(c.Facts) > 1 || strings.Contains(c.Facts[0].Fact, ".") {
					continue
				}
				again := with(c.Facts[0].Fact, policy.Fact{Value: then, Provenance: policy.Derived})(in)
				if d, err := rev.Decide(context.Background(), again, Limits{Timeout: time.Minute}); err != nil || d.Outcome != c.Outcome {
					t.Errorf("%s: %s = %v gives %s, not %s: %v", id, c.Facts[0].Fact, then, d.Outcome, c.Outcome, err)
				}
			}
		}
	}
}

// TestExplainEveryCase reads every law case in every language. What is personal
// shows nowhere, and every text of the network's rules has its sentence.
func TestExplainEveryCase(t *testing.T) {
	rev := network(t)
	const secret = "marker-of-a-person"
	list := append(corpus(t), caseOf(t, "UNT-04-c"))
	if testing.Short() {
		list = list[:20]
	}
	for _, in := range list {
		for name, f := range in.Facts {
			if spec := policy.Dictionary()[name]; spec.Personal && spec.Type == policy.List {
				f.Value = []any{secret}
				in.Facts[name] = f
			}
		}
		d, err := rev.Decide(context.Background(), in, Limits{Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range rules.Languages {
			e := Explain(lang, d, &in)
			text, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), secret) {
				t.Fatalf("a personal fact is shown: %s", text)
			}
			if len(e.Rules) != len(d.Reasons) || len(e.Questions) != len(d.HumanQuestions) || e.Means == "" {
				t.Errorf("%s: something is left out of %+v", lang, d)
			}
			for i, f := range e.Rules {
				if f.Article == "" || strings.HasPrefix(f.Sentence, strings.SplitN(f.Text, ": ", 2)[0]+":") || f.Fact == nil && d.Reasons[i].Fact != "" {
					t.Errorf("%s: %+v", lang, f)
				}
			}
		}
	}
}

// TestHostTexts: what the host says is read in every language too.
func TestHostTexts(t *testing.T) {
	c := policy.Contradiction{Fact: "issued_by", Kept: policy.Fact{Value: "police", Provenance: policy.Derived}, Lost: policy.Fact{Value: "judge", Provenance: policy.Declared}}
	for _, text := range []string{c.Reason().Text, fail(policy.Decision{}, "time limit").Reasons[0].Text} {
		for _, lang := range rules.Languages {
			if s, ok := rules.Sentence(lang, text); !ok || s == "" {
				t.Errorf("%s: %q", lang, text)
			}
		}
	}
}
