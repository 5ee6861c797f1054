package policy

import (
	"flag"
	"os"
	"slices"
	"testing"
	"time"

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

func TestCombine(t *testing.T) {
	outcome, obligations := Combine(
		Decision{Outcome: Permitted, Obligations: []string{"deadline=P10D", "keep_confidential"}},
		Decision{Outcome: HumanReview, Obligations: []string{"deadline=P10D"}},
	)
	if outcome != HumanReview || !slices.Equal(obligations, []string{"deadline=P10D", "keep_confidential"}) {
		t.Errorf("%s %v", outcome, obligations)
	}
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
