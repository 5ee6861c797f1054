package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogatory/rogatory/policy"
)

func TestDigestIsContent(t *testing.T) {
	base := load(t, small).Digest()
	for _, c := range []struct {
		name string
		got  *Revision
		same bool
	}{
		{"again", load(t, small), true},
		{"white space in data", load(t, small, "rogatory/data.json", "{\n \"offices\" : [ \"judge\",\"court\" ] }\n"), true},
		{"a test beside", load(t, small, "rogatory/main/main_test.rego", "package rogatory.main_test\n"), true},
		{"a file that is no policy", load(t, small, "README.md", "hello"), true},
		{"a comment in rego", load(t, small+"# really\n"), false},
		{"other data", load(t, small, "rogatory/data.json", `{"offices": ["judge"]}`), false},
		{"order in data", load(t, small, "rogatory/data.json", `{"offices": ["court", "judge"]}`), false},
		{"other manifest", load(t, small, ".manifest", strings.Replace(manifest, `"test"`, `"test2"`, 1)), false},
		{"another module", load(t, small, "rogatory/x.rego", "package rogatory.x\n"), false},
		{"a module elsewhere", load(t, small, "rogatory/main/main.rego", "package rogatory.x\n", "rogatory/main/other.rego", small), false},
	} {
		if same := c.got.Digest() == base; same != c.same {
			t.Errorf("%s: same digest %v, want %v", c.name, same, c.same)
		}
	}
	// The name of a revision outlives this program: the frozen value must not change.
	const frozen = "sha-256:fc926cffec8d0b4f51a1f0ba1bd74aeb2931febda5108886c271ce46b2e2a7d0"
	if string(base) != frozen {
		t.Errorf("digest of the small bundle is now %s", base)
	}
}

func TestArchive(t *testing.T) {
	rev := load(t, small)
	back, err := LoadArchive(context.Background(), rev.Archive())
	if err != nil {
		t.Fatal(err)
	}
	if back.Digest() != rev.Digest() {
		t.Error("digest changed on the way")
	}
	in := question(t, map[string]any{"issued_by": "judge"})
	a, errA := rev.Decide(context.Background(), in, Limits{})
	b, errB := back.Decide(context.Background(), in, Limits{})
	if errA != nil || errB != nil || a.ResultDigest != b.ResultDigest || a.Outcome != policy.Permitted {
		t.Errorf("%+v %v\n%+v %v", a, errA, b, errB)
	}
	cut := rev.Archive()
	for name, archive := range map[string][]byte{
		"empty":    {},
		"cut":      cut[:len(cut)/2],
		"too long": make([]byte, maxArchive+1),
		"bomb":     bomb(t),
	} {
		if _, err := LoadArchive(context.Background(), archive); !errors.Is(err, ErrBundle) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// bomb is a small archive of many zeros.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLoadRefuses(t *testing.T) {
	rule := func(body string) string { return small + "\nextra if {\n\t" + body + "\n}\n" }
	for _, c := range []struct {
		name string
		fs   fstest.MapFS
		want string
	}{
		{"clock", files(rule("time.now_ns() > 0")), "time.now_ns"},
		{"chance", files(rule(`rand.intn("x", 3) > 1`)), "rand.intn"},
		{"network", files(rule(`http.send({"method": "get", "url": "http://x"}).status_code == 200`)), "http.send"},
		{"name service", files(rule(`net.lookup_ip_addr("x") != set()`)), "net.lookup_ip_addr"},
		{"environment", files(rule(`opa.runtime().env.HOME != ""`)), "opa.runtime"},
		{"endless shift", files(rule("bits.lsh(1, 100000000) > 0")), "bits.lsh"},
		{"time zones", files(rule(`time.clock([1, "Europe/Dublin"])[0] > 0`)), "time.clock"},
		{"misspelt fact", files(rule(`input.facts.isued_by == "judge"`)), "isued_by"},
		{"fact of another type", files(rule(`input.facts.days_preserved == "45"`)), "match error"},
		{"unknown input", files(rule(`input.user == "root"`)), "user"},
		{"remote schema", files("# METADATA\n# schemas:\n# - input: {$ref: \"http://localhost:1/x.json\"}\n" + small), ""},
		{"unused variable", files(rule("x := 1")), "unused"},
		{"no syntax", files("package rogatory.main\n\ndecision := {"), "rego_parse_error"},
		{"other rego", files("package rogatory.main\n\nimport future.keywords\n\np { true }\n"), "rego_parse_error"},
		{"no entry", files("package rogatory.other\n\nx := 1\n"), "no rule data.rogatory.main.decision"},
		{"recursion", files(small + "\na if b\n\nb if a\n"), "recursive"},
		{"outside its root", files(small, "x.rego", "package system.authz\n"), "root"},
		{"data outside its root", files(small, "data.json", `{"other": 1}`), "root"},
		{"root too wide", files(small, ".manifest", `{"revision": "x", "roots": [""]}`), "roots"},
		{"no roots", files(small, ".manifest", `{"revision": "x"}`), "roots"},
		{"old language", files(small, ".manifest", `{"revision": "x", "roots": ["rogatory"], "rego_version": 0}`), "rego"},
		{"member twice in data", files(small, "rogatory/data.json", `{"offices": ["judge"], "offices": ["police"]}`), "offices: duplicate"},
		{"fraction in data", files(small, "rogatory/data.json", `{"offices": ["judge"], "limit": 0.5}`), "plain integer"},
		{"yaml data", files(small, "rogatory/data.yaml", "a: 1"), "data.yaml: not allowed"},
		{"wasm", files(small, "policy.wasm", "x"), "policy.wasm: not allowed"},
		{"signatures of another kind", files(small, ".signatures.json", "{}"), "not allowed"},
		{"second manifest", files(small, "rogatory/.manifest", manifest), "manifest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(context.Background(), c.fs)
			if !errors.Is(err, ErrBundle) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
