package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/agencies"
)

// editlist IN OUT PATH:=JSON... makes an unsigned list of IN with members changed,
// as an intruder with an editor would: nothing is checked. PATH:= removes.
func cmdEditList(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: editlist IN OUT PATH:=JSON...")
	}
	var file struct {
		List       string   `json:"list"`
		Signatures []string `json:"signatures"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &file))
	exact, err := base64.RawURLEncoding.DecodeString(file.List)
	ts.Check(err)
	var list any
	ts.Check(json.Unmarshal(exact, &list))
	for _, edit := range args[2:] {
		path, text, _ := strings.Cut(edit, ":=")
		var v any
		if text != "" {
			ts.Check(json.Unmarshal([]byte(text), &v))
		}
		if !put(list, strings.Split(path, "/"), v, text == "") {
			ts.Fatalf("editlist: no %s", path)
		}
	}
	exact, err = agencies.Canonical(list)
	ts.Check(err)
	file.List, file.Signatures = base64.RawURLEncoding.EncodeToString(exact), []string{}
	out, err := agencies.Canonical(file)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o644))
}

// put sets or removes what a path of member names, indexes and NAME=VALUE leads to.
func put(v any, path []string, to any, remove bool) bool {
	last := len(path) == 1
	switch x := v.(type) {
	case map[string]any:
		if last && remove {
			_, ok := x[path[0]]
			delete(x, path[0])
			return ok
		}
		if last {
			x[path[0]] = to
			return true
		}
		return put(x[path[0]], path[1:], to, remove)
	case []any:
		i, ok := element(x, path[0])
		if !ok {
			return false
		}
		if last {
			x[i] = to
			return !remove
		}
		return put(x[i], path[1:], to, remove)
	}
	return false
}

// cosign FILE KEY... signs in place, without the questions that trust sign asks:
// a registrar with other software, or one who was coerced.
func cmdCosign(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: cosign FILE KEY...")
	}
	file := trimNewline([]byte(ts.ReadFile(args[0])))
	for _, path := range args[1:] {
		s, err := agencies.NewSigner([]byte(ts.ReadFile(path)))
		ts.Check(err)
		file, err = agencies.CosignTrustList(file, s)
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file, 0o644))
}
