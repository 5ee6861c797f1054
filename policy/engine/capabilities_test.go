package engine

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/rogatory/rogatory/policy/rules"
)

var update = flag.Bool("update", false, "rewrite golden files")

// safe are the built-ins that a State's own bundle may use beside those that the
// network's needs: pure functions of their arguments, linear in their size, that
// stop at the deadline.
var safe = strings.Fields(`
	abs all and any array.concat array.flatten array.reverse array.slice assign ceil concat contains count
	div endswith eq equal floor format_int gt gte indexof internal.member_2 internal.member_3 internal.print print
	intersection is_array is_boolean is_null is_number is_object is_set is_string json.filter json.remove
	lower lt lte max min minus mul neq numbers.range object.filter object.get object.keys object.remove
	object.subset object.union object.union_n or plus product regex.match rego.metadata.chain rego.metadata.rule
	rem replace round set_diff sort split sprintf startswith strings.any_prefix_match strings.any_suffix_match
	strings.count strings.reverse substring sum time.parse_duration_ns time.parse_rfc3339_ns to_number
	trim trim_left trim_prefix trim_right trim_space trim_suffix type_name union upper walk`)

// forbidden reach a clock, chance, the network, keys or the process, read the
// host's time zones, or do not stop at the deadline.
func forbidden(b *ast.Builtin) bool {
	if b.Nondeterministic {
		return true
	}
	for _, prefix := range []string{
		"time.now_ns", "rand.", "uuid.", "net.", "http.", "opa.", "io.jwt.", "crypto.", "providers.", "graphql.",
		"bits.lsh", "rego.parse_module", "time.clock", "time.date", "time.weekday", "time.format", "time.parse_ns", "trace",
	} {
		if strings.HasPrefix(b.Name, prefix) {
			return true
		}
	}
	return false
}

// required is what the network's bundle uses, by a compiler that allows all.
func required(t *testing.T) *ast.Capabilities {
	t.Helper()
	files, err := rules.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]*ast.Module{}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".rego") || isTest(name) {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		modules[name], err = ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{ProcessAnnotation: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c := ast.NewCompiler()
	if c.Compile(modules); c.Failed() {
		t.Fatal(c.Errors)
	}
	return c.Required
}

func TestCapabilities(t *testing.T) {
	all := ast.CapabilitiesForThisVersion()
	need := required(t)
	if *update {
		caps := &ast.Capabilities{Features: all.Features}
		for _, b := range all.Builtins {
			if slices.Contains(safe, b.Name) || need.ContainsBuiltin(b.Name) && !forbidden(b) {
				caps.Builtins = append(caps.Builtins, b.Minimal())
			}
		}
		text, err := json.MarshalIndent(caps, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("capabilities.json", append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		capabilitiesJSON = text
	}
	caps, err := capabilities()
	if err != nil {
		t.Fatal(err)
	}
	if caps.AllowNet == nil || len(caps.AllowNet) != 0 {
		t.Errorf("allow_net = %v, want the empty list", caps.AllowNet)
	}
	for _, b := range caps.Builtins {
		if forbidden(b) {
			t.Errorf("built-in %s is allowed", b.Name)
		}
		i := slices.IndexFunc(all.Builtins, func(x *ast.Builtin) bool { return x.Name == b.Name })
		if i < 0 {
			t.Errorf("built-in %s is not in this OPA", b.Name)
			continue
		}
		// An OPA upgrade that changes a signature or makes one non-deterministic shows here.
		want, _ := json.Marshal(all.Builtins[i].Minimal())
		got, _ := json.Marshal(b.Minimal())
		if !bytes.Equal(want, got) {
			t.Errorf("built-in %s differs from this OPA:\n got %s\nwant %s", b.Name, got, want)
		}
		if !slices.Contains(safe, b.Name) && !need.ContainsBuiltin(b.Name) {
			t.Errorf("built-in %s is allowed and nobody needs it: run with -update", b.Name)
		}
	}
	for _, b := range need.Builtins {
		if !caps.ContainsBuiltin(b.Name) {
			t.Errorf("the network's bundle needs %s, which is not allowed", b.Name)
		}
	}
	for _, name := range safe {
		if !caps.ContainsBuiltin(name) {
			t.Errorf("built-in %s is missing: run with -update", name)
		}
	}
}
