package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/rules"
)

// TestLawCases runs every case of the lawyers: the outcome must be theirs, and
// every obligation that they name must be among those of the decision.
func TestLawCases(t *testing.T) {
	rev := network(t)
	names, err := filepath.Glob("../testdata/cases/*.jsonl")
	if err != nil || len(names) < 2 {
		t.Fatalf("case files %v, %v", names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := Check(context.Background(), rev, CheckConfig{Now: noon}, bytes.NewReader(text), &out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		answers := map[string]answer{}
		for line := range strings.Lines(out.String()) {
			var a answer
			if err := agencies.DecodeStrict([]byte(line), &a); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			answers[a.ID] = a
		}
		for line := range strings.Lines(string(text)) {
			var c Case
			if err := agencies.DecodeStrict([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			t.Run(c.ID, func(t *testing.T) {
				a := answers[c.ID]
				if string(a.Outcome) != c.Expect {
					t.Errorf("%s\n%s, want %s: %s\n%+v", c.Narrative, a.Outcome, c.Expect, c.Why, a)
				}
				for _, o := range c.Also {
					if !slices.Contains(a.Obligations, o) {
						t.Errorf("obligation %s is not among %v", o, a.Obligations)
					}
				}
				for _, s := range a.Obligations {
					if o, err := policy.ParseObligation(s); err != nil || !o.Known() {
						t.Errorf("obligation %s: nobody knows how to execute it (%v)", s, err)
					}
				}
			})
		}
	}
}

// A decision on a case may not hang on facts being there: with any one fact taken
// away, or all of them, no denied case becomes a permit through a failure.
func TestMissingFactsDoNotPermit(t *testing.T) {
	rev := network(t)
	for _, regime := range []agencies.Regime{agencies.RegimeEPO, agencies.RegimeUNTOC} {
		for _, action := range []string{"transmit_order", "transmit_request", "produce_data", "execute_request", "use_evidence", "fly_to_the_moon"} {
			for _, instrument := range []string{"EPOC", "EPOC-PR", "MLA", "none", ""} {
				in := policy.Input{Action: action, Instrument: instrument, Regime: regime, Now: noon}
				d, err := rev.Decide(context.Background(), in, Limits{Timeout: time.Minute})
				if err != nil {
					t.Fatal(err)
				}
				if d.Outcome == policy.Permitted {
					t.Errorf("%s %s %s without facts: %+v", regime, action, instrument, d)
				}
			}
		}
	}
	in := policy.Input{Action: "transmit_order", Instrument: "EPOC", Regime: "NO_SUCH_LAW", Now: noon}
	if d, err := rev.Decide(context.Background(), in, Limits{Timeout: time.Minute}); err != nil || d.Outcome != policy.Denied {
		t.Errorf("%+v, %v", d, err)
	}
}

// With any one fact taken away from a case that is not permitted, it is still not
// permitted, and the rules still decide it: no rule falls silent. Every eighth case
// stands for all; package rules runs the rest.
func TestRemovedFactDoesNotPermit(t *testing.T) {
	rev := network(t)
	removed := 0
	for n, in := range corpus(t) {
		whole, err := rev.Decide(context.Background(), in, Limits{Timeout: time.Minute})
		if err != nil || whole.Failure != "" {
			t.Fatalf("case %d: %s, %v", n, whole.Failure, err)
		}
		if n%8 != 0 || whole.Outcome == policy.Permitted {
			continue
		}
		for name := range in.Facts {
			less := in
			less.Facts = maps.Clone(in.Facts)
			delete(less.Facts, name)
			d, err := rev.Decide(context.Background(), less, Limits{Timeout: time.Minute})
			if err != nil || d.Failure != "" || d.Outcome == policy.Permitted {
				t.Errorf("case %d without %s: %s %s, %v", n, name, d.Outcome, d.Failure, err)
			}
			removed++
		}
	}
	if removed < 100 {
		t.Errorf("only %d facts removed", removed)
	}
}

// A fresh compile of the stored archive gives every case the same answer, digest
// by digest: this is what replay years later rests on.
func TestArchiveDecidesTheSame(t *testing.T) {
	rev := network(t)
	again, err := LoadArchive(context.Background(), rev.Archive())
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range corpus(t) {
		a, errA := rev.Decide(context.Background(), in, Limits{Timeout: 10 * time.Second})
		b, errB := again.Decide(context.Background(), in, Limits{Timeout: 10 * time.Second})
		if errA != nil || errB != nil || a.InputDigest != b.InputDigest || a.ResultDigest != b.ResultDigest {
			t.Errorf("case %d: %+v %v\n%+v %v", i, a, errA, b, errB)
		}
	}
}

// Every baseline speaks the words of the dictionary.
func TestBaselinesAreFacts(t *testing.T) {
	names, err := fs.Glob(rules.FS, "baseline/*.json")
	if err != nil || len(names) < 2 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(rules.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]map[string]map[string]json.RawMessage
		if err := agencies.DecodeStrict(text, &all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for instrument, actions := range all {
			for action, facts := range actions {
				for fact, raw := range facts {
					if fact == "action" || fact == "instrument" {
						continue // members of the input beside the facts
					}
					v, err := policy.ParseValue(raw)
					if err == nil {
						err = policy.CheckFact(fact, v)
					}
					if err != nil {
						t.Errorf("%s %s %s: %v", name, instrument, action, err)
					}
				}
			}
		}
	}
}

func TestCheckLines(t *testing.T) {
	rev := load(t, small)
	const good = `{"id":"a","regime":"UNTOC","facts":{"action":"x","instrument":"MLA","issued_by":"judge"}}`
	for _, c := range []struct{ name, line, want string }{
		{"good", good, ""},
		{"as the lawyers write it", strings.Replace(good, `"facts"`, `"narrative":"n","expect":"permit","also":["x"],"why":"w","verified":true,"facts"`, 1), ""},
		{"own time", strings.Replace(good, `"facts"`, `"now":"2026-01-01T00:00:00Z","facts"`, 1), ""},
		{"blank line", "\n  \n" + good, ""},
		{"not JSON", `{"id":`, "line 1: check input: syntax"},
		{"second line", good + "\n" + strings.Replace(good, "issued_by", "isued_by", 1), `line 2: check facts.isued_by: unknown: not in the fact dictionary; the nearest known name is "issued_by"`},
		{"wrong type", strings.Replace(good, `"judge"`, `4`, 1), "line 1: check facts.issued_by: type: expected string, got integer"},
		{"fact twice", strings.Replace(good, `"issued_by"`, `"issued_by":"court","issued_by"`, 1), "line 1: check facts.issued_by: duplicate"},
		{"unknown member", strings.Replace(good, `"facts"`, `"fact":1,"facts"`, 1), "line 1: check fact: unknown"},
		{"no id", strings.Replace(good, `"a"`, `""`, 1), "line 1: check id: required"},
		{"no regime", strings.Replace(good, `"regime":"UNTOC",`, ``, 1), "line 1: check regime"},
		{"no facts", `{"id":"a","regime":"UNTOC"}`, "line 1: check facts: required"},
		{"facts no object", `{"id":"a","regime":"UNTOC","facts":[]}`, "line 1: check facts: type"},
		{"no action", strings.Replace(good, `"action":"x",`, ``, 1), "line 1: check facts.action: required"},
		{"action no text", strings.Replace(good, `"x"`, `true`, 1), "line 1: check facts.action: type"},
		{"odd time", strings.Replace(good, `"facts"`, `"now":"yesterday","facts"`, 1), "line 1: check now: time"},
		{"too long", `{"id":"` + strings.Repeat("a", maxLine) + `"}`, "line 1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := Check(context.Background(), rev, CheckConfig{Now: noon}, strings.NewReader(c.line+"\n"), &out)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	var out bytes.Buffer
	if err := Check(context.Background(), rev, CheckConfig{Now: noon}, strings.NewReader("{\n"+good), &out); err == nil {
		t.Error("no error for the bad line")
	}
	const want = `{"id":"a","outcome":"permit","obligations":["deadline=P10D"],"reasons":[{"rule":"TST-01","article":"Test Art. 1"}],"human_questions":[]}` + "\n"
	if out.String() != want {
		t.Errorf("got  %swant %s", out.String(), want)
	}
}

func TestCheckUndecided(t *testing.T) {
	rev := load(t, "package rogatory.main\n\ndecision := 1 if input.action == \"other\"\n")
	var out bytes.Buffer
	err := Check(context.Background(), rev, CheckConfig{Now: noon}, strings.NewReader(`{"id":"a","regime":"UNTOC","facts":{"action":"x"}}`), &out)
	if !errors.Is(err, ErrUndecided) || !strings.Contains(out.String(), `"outcome":"deny"`) {
		t.Errorf("%v\n%s", err, out.String())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestCheckWriteFails(t *testing.T) {
	line := `{"id":"a","regime":"UNTOC","facts":{"action":"x","issued_by":"judge"}}` + "\n"
	err := Check(context.Background(), load(t, small), CheckConfig{Now: noon}, strings.NewReader(line+line), full{})
	if err == nil || strings.Contains(err.Error(), "line") {
		t.Errorf("error %v", err)
	}
}

func TestDiff(t *testing.T) {
	before, after := load(t, small), load(t, small, "rogatory/data.json", `{"offices": ["court"]}`)
	cases := `{"id":"a","regime":"UNTOC","facts":{"action":"x","instrument":"MLA","issued_by":"judge"}}
{"id":"b","regime":"UNTOC","facts":{"action":"x","instrument":"MLA","issued_by":"court"}}
`
	var out bytes.Buffer
	n, err := Diff(context.Background(), before, after, CheckConfig{Now: noon}, strings.NewReader(cases), &out)
	if err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	var line struct {
		ID  string          `json:"id"`
		Was policy.Decision `json:"was"`
		Now policy.Decision `json:"now"`
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.ID != "a" || line.Was.Outcome != policy.Permitted || line.Now.Outcome != policy.NeedsValidation {
		t.Errorf("%s, %v", out.String(), err)
	}
}
