package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestPolicyCheckDecidesTheLawCases runs the lawyers' case files through the verb
// as a person would: exit status 0, one line for each case in its order, with
// exactly the members of the contract, the outcome and the obligations expected.
func TestPolicyCheckDecidesTheLawCases(t *testing.T) {
	files, err := filepath.Glob("../../policy/testdata/cases/*.jsonl")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var out, talk bytes.Buffer
			if code := Main([]string{"policy", "check", file}, nil, &out, &talk); code != exitDone || talk.Len() > 0 {
				t.Fatalf("exit code %d\n%s", code, &talk)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cases, answers := bytes.Split(bytes.TrimSpace(text), []byte("\n")), bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
			if len(cases) != len(answers) {
				t.Fatalf("%d answers to %d cases", len(answers), len(cases))
			}
			for i := range cases {
				compareCase(t, cases[i], answers[i])
			}
		})
	}
}

func compareCase(t *testing.T, line, answer []byte) {
	t.Helper()
	var c struct {
		ID, Expect string
		Also       []string
	}
	var a struct {
		ID             string   `json:"id"`
		Outcome        string   `json:"outcome"`
		Obligations    []string `json:"obligations"`
		HumanQuestions []string `json:"human_questions"`
		Reasons        []struct {
			Rule    string `json:"rule"`
			Article string `json:"article"`
		} `json:"reasons"`
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		t.Errorf("%s: %v", answer, err)
		return
	}
	if err := json.Unmarshal(line, &c); err != nil {
		t.Fatal(err)
	}
	if a.ID != c.ID || a.Outcome != c.Expect {
		t.Errorf("case %s: %s %s, want %s", c.ID, a.ID, a.Outcome, c.Expect)
	}
	if a.Obligations == nil || a.HumanQuestions == nil || a.Reasons == nil {
		t.Errorf("case %s: a list is null: %s", c.ID, answer)
	}
	for _, o := range c.Also {
		if !slices.Contains(a.Obligations, o) {
			t.Errorf("case %s: no obligation %s in %v", c.ID, o, a.Obligations)
		}
	}
	if c.Expect != "permit" && len(a.Reasons) == 0 {
		t.Errorf("case %s: no reason", c.ID)
	}
	for _, r := range a.Reasons {
		if r.Rule == "" || r.Article == "" {
			t.Errorf("case %s: a reason without rule or article: %s", c.ID, answer)
		}
	}
}
