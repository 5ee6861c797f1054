package policy

import (
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/agencies"
)

var update = flag.Bool("update", false, "rewrite golden files")

func goodDecision(t testing.TB) Decision {
	t.Helper()
	d := Decision{
		Action: "transmit_order", Instrument: "EPOC", Regime: agencies.RegimeEPO, Outcome: Permitted,
		Obligations: []string{"deadline=P10D"}, HumanQuestions: []string{},
		Reasons:  []Reason{{Rule: "EPO-I-01", Article: "Reg. (EU) 2023/1543 Art. 4(1)", Text: "issuer_competent: A judge may issue.", Outcome: Permitted, Fact: "issued_by"}},
		Revision: string(agencies.DigestOf([]byte("bundle"))), Engine: "opa/1.22.2",
		InputDigest: agencies.DigestOf([]byte("input")), At: noon,
	}
	return sealed(t, d)
}

func sealed(t testing.TB, d Decision) Decision {
	t.Helper()
	var err error
	if d.ResultDigest, err = d.ComputeResultDigest(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDecisionCodec(t *testing.T) {
	d := goodDecision(t).Bind("0199f0a0-0000-7000-8000-000000000001", Admission, "c", "s", "XA-MOJ")
	text, err := d.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	// A frozen encoding: records made today must be read tomorrow.
	const golden = "testdata/decision.json"
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(want) {
		t.Errorf("canonical form is now\n%s", text)
	}
	back, err := ParseDecision(text)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := d.Digest()
	b, _ := back.Digest()
	if a != b {
		t.Error("digest changed on the way")
	}
}

func TestDecisionRefuses(t *testing.T) {
	for name, change := range map[string]func(*Decision){
		"outcome":                    func(d *Decision) { d.Outcome = "allow" },
		"no outcome":                 func(d *Decision) { d.Outcome = "" },
		"permit with failure":        func(d *Decision) { d.Failure = "time limit" },
		"permit with reason against": func(d *Decision) { d.Reasons[0].Outcome = Denied },
		"refusal without reason":     func(d *Decision) { d.Outcome, d.Reasons = Denied, nil },
		"reason without article":     func(d *Decision) { d.Reasons[0].Article = " " },
		"obligation":                 func(d *Decision) { d.Obligations[0] = "a b" },
		"obligations out of order":   func(d *Decision) { d.Obligations = []string{"b", "a"} },
		"obligation twice":           func(d *Decision) { d.Obligations = []string{"a", "a"} },
		"gate":                       func(d *Decision) { d.Gate = "door" },
		"no revision":                func(d *Decision) { d.Revision = "" },
		"input digest":               func(d *Decision) { d.InputDigest = "sha-256:00" },
		"time":                       func(d *Decision) { d.At = time.Time{} },
		"local time":                 func(d *Decision) { d.At = noon.In(time.FixedZone("x", 3600)) },
	} {
		t.Run(name, func(t *testing.T) {
			d := goodDecision(t)
			d.Reasons = slices.Clone(d.Reasons)
			d.Obligations = slices.Clone(d.Obligations)
			change(&d)
			if err := sealed(t, d).Validate(); err == nil {
				t.Error("accepted")
			}
		})
	}
	d := goodDecision(t)
	d.Obligations = []string{}
	if err := d.Validate(); err == nil {
		t.Error("a result with another's digest was accepted")
	}
}

// The network's answer and a State's own: the stricter wins, whoever gives it, and
// obligations and questions add up. A State that permits everything changes nothing.
func TestJoin(t *testing.T) {
	answer := func(rule string, o Outcome, obligations, questions []string) Decision {
		d := goodDecision(t)
		d.Outcome, d.Obligations, d.HumanQuestions = o, obligations, questions
		d.Reasons = []Reason{{Rule: rule, Article: "Art. 1", Text: "x: X.", Outcome: o}}
		d.Revision = string(agencies.DigestOf([]byte(rule)))
		return sealed(t, d)
	}
	network := answer("NET-1", HumanReview, []string{"deadline=P10D"}, []string{"judge: Is it necessary?"})
	for _, c := range []struct {
		name     string
		national Decision
		want     Outcome
		by       string
		rules    []string
	}{
		{"permits everything", answer("NAT-1", Permitted, nil, nil), HumanReview, "NET-1", []string{"NET-1"}},
		{"asks a person too", answer("NAT-2", HumanReview, nil, []string{"prosecutor: Are there too many?"}), HumanReview, "NET-1", []string{"NET-1", "NAT-2"}},
		{"denies", answer("NAT-3", Denied, nil, nil), Denied, "NAT-3", []string{"NAT-3", "NET-1"}},
		{"wants more", answer("NAT-4", NeedsNotification, []string{"deadline=P10D", "keep_confidential"}, nil), NeedsNotification, "NAT-4", []string{"NAT-4", "NET-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := Join(network, c.national)
			if err != nil {
				t.Fatal(err)
			}
			if err := all.Validate(); err != nil {
				t.Fatal(err)
			}
			var rules []string
			for _, r := range all.Reasons {
				rules = append(rules, r.Rule)
			}
			if all.Outcome != c.want || all.Revision != string(agencies.DigestOf([]byte(c.by))) || !slices.Equal(rules, c.rules) {
				t.Errorf("%s by %v", all.Outcome, rules)
			}
			for _, d := range []Decision{network, c.national} {
				for _, o := range d.Obligations {
					if !slices.Contains(all.Obligations, o) {
						t.Errorf("obligation %s is lost: %v", o, all.Obligations)
					}
				}
				for _, q := range d.HumanQuestions {
					if !slices.Contains(all.HumanQuestions, q) {
						t.Errorf("question %q is lost", q)
					}
				}
			}
		})
	}
	all, err := Join(network, answer("NAT-1", Permitted, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := network.Digest()
	if after, _ := all.Digest(); after != before {
		t.Errorf("a bundle that permits everything changed the decision: %+v", all)
	}
	if none, err := Join(); err != nil || none.Validate() == nil {
		t.Errorf("no answer makes a decision: %+v, %v", none, err)
	}
	if _, err := Join(Decision{Outcome: "perhaps"}); err == nil {
		t.Error("an unknown outcome joined")
	}
}

// However many answers there are and in whatever order, none is stricter than what
// they come to, and none loses an obligation.
func TestJoinIsNeverMilder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var answers []Decision
		for range rapid.IntRange(1, 4).Draw(r, "answers") {
			d := goodDecision(t)
			d.Outcome = rapid.SampledFrom(Outcomes()).Draw(r, "outcome")
			d.Obligations = []string{rapid.SampledFrom([]string{"deadline=P10D", "hold_release", "keep_confidential"}).Draw(r, "obligation")}
			d.Reasons = []Reason{{Rule: "R-1", Article: "Art. 1", Outcome: d.Outcome}}
			answers = append(answers, sealed(t, d))
		}
		all, err := Join(answers...)
		if err != nil {
			r.Fatal(err)
		}
		if err := all.Validate(); err != nil {
			r.Fatal(err)
		}
		for _, d := range answers {
			if d.Outcome.Worse(all.Outcome) || !slices.Contains(all.Obligations, d.Obligations[0]) {
				r.Fatalf("%+v comes to %+v", d, all)
			}
		}
	})
}

func FuzzDecision(f *testing.F) {
	text, err := goodDecision(f).Canonical()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDecision(data)
		if err != nil {
			return
		}
		first, err := d.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseDecision(first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second, err := again.Canonical(); err != nil || string(first) != string(second) {
			t.Fatalf("%s\n%s\n%v", first, second, err)
		}
	})
}
