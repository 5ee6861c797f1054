package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// draft is the network's bundle with one text replaced by another.
func draft(t *testing.T, file, old, new string) *engine.Revision {
	t.Helper()
	root, err := rules.Bundle()
	ok(t, err)
	dir := t.TempDir()
	ok(t, os.CopyFS(dir, root))
	name := filepath.Join(dir, file)
	text, err := os.ReadFile(name)
	ok(t, err)
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%s holds %q %d times", file, old, strings.Count(string(text), old))
	}
	ok(t, os.WriteFile(name, []byte(strings.Replace(string(text), old, new, 1)), 0o600))
	rev, err := engine.Load(ctx, os.DirFS(dir))
	ok(t, err)
	return rev
}

func TestWhatIfListsWhatADraftWouldChange(t *testing.T) {
	w := history(t)
	l := open(t, copies(t, w.records))
	var list []audit.Changed
	take := func(c audit.Changed) error { list = append(list, c); return nil }
	counts, err := l.WhatIf(ctx, "", law(), take)
	if err != nil || len(list) != 0 || counts.Same != counts.Answers || counts.Answers != 10 || len(counts.Changes) != 0 {
		t.Errorf("under the rules that decided: %+v, %+v, %v", counts, list, err)
	}
	// A threshold that no offence reaches: what was admitted would be denied.
	counts, err = l.WhatIf(ctx, "", draft(t, "rogatory/law/epo/data.json", `"offence_months": 36`, `"offence_months": 3600`), take)
	ok(t, err)
	if counts.Changes["needs_validation to deny"]+counts.Changes["permit to deny"] == 0 || counts.Same+len(list) != counts.Answers {
		t.Fatalf("%+v", counts)
	}
	for _, c := range list {
		if c.Was != c.Would && (c.Would != policy.Denied || len(c.New) == 0 || c.New[0].Article == "" || c.Record == 0) {
			t.Errorf("%+v", c)
		}
	}
	sum := 0
	for o, n := range counts.Would {
		sum += n
		if counts.Was[o] == 0 && o == policy.Denied {
			t.Errorf("no denial before: %+v", counts)
		}
	}
	if sum != counts.Answers {
		t.Errorf("outcomes of %d answers, not %d", sum, counts.Answers)
	}
}
