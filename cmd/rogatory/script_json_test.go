package main

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// json FILE PATH WANT compares one value of a JSON file (or stdout, stderr).
// json -env NAME FILE PATH keeps it in a variable.
//
// PATH is names and indexes joined by '/', "-1" the last element, "@" a length,
// and NAME=VALUE the first element of a list whose member NAME has that value; "."
// is the whole; "~1" is a '/' in a name. Several values in a file count as a list. Strings compare without
// quotes, everything else as compact JSON.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	env := ""
	if len(args) == 4 && args[0] == "-env" && !neg {
		env, args = args[1], append(args[2:], "")
	}
	if len(args) != 3 {
		ts.Fatalf("usage: [!] json FILE PATH WANT | json -env NAME FILE PATH")
	}
	v, err := readValues(ts.ReadFile(args[0]))
	ts.Check(err)
	got, ok := lookUp(v, args[1])
	if env != "" {
		if !ok {
			ts.Fatalf("%s: nothing at %s", args[0], args[1])
		}
		ts.Setenv(env, got)
		return
	}
	switch {
	case neg && ok && got == args[2]:
		ts.Fatalf("%s: %s is %s", args[0], args[1], got)
	case neg:
	case !ok:
		ts.Fatalf("%s: nothing at %s, want %s", args[0], args[1], args[2])
	case got != args[2]:
		ts.Fatalf("%s: %s is %s, want %s", args[0], args[1], got, args[2])
	}
}

func readValues(text string) (any, error) {
	var all []any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	for {
		var v any
		if err := d.Decode(&v); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func lookUp(v any, path string) (string, bool) {
	for _, step := range strings.Split(path, "/") {
		if step == "." {
			continue
		}
		step = strings.ReplaceAll(step, "~1", "/")
		switch x := v.(type) {
		case map[string]any:
			if step == "@" {
				return strconv.Itoa(len(x)), true
			}
			var ok bool
			if v, ok = x[step]; !ok {
				return "", false
			}
		case []any:
			if step == "@" {
				return strconv.Itoa(len(x)), true
			}
			i, ok := element(x, step)
			if !ok {
				return "", false
			}
			v = x[i]
		default:
			return "", false
		}
	}
	if s, ok := v.(string); ok {
		return s, true
	}
	b, err := json.Marshal(v)
	return string(b), err == nil
}

func element(list []any, step string) (int, bool) {
	if name, want, ok := strings.Cut(step, "="); ok {
		for i, v := range list {
			if got, ok := lookUp(v, name); ok && got == want {
				return i, true
			}
		}
		return 0, false
	}
	i, err := strconv.Atoi(step)
	if i < 0 {
		i += len(list)
	}
	return i, err == nil && i >= 0 && i < len(list)
}

func TestLookUp(t *testing.T) {
	v, err := readValues(`{"a":[{"n":"x","v":1},{"n":"y","v":[true,null]}]}` + "\n" + `"second"`)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"@": "2", "1": "second", "-1": "second", "0/a/@": "2", "0/a/n=y/v/0": "true", "0/a/-1/v": "[true,null]", "0/a/0/v": "1", "0/a/0/@": "2",
	} {
		if got, ok := lookUp(v, path); !ok || got != want {
			t.Errorf("%s: %q, %v; want %q", path, got, ok, want)
		}
	}
	for _, path := range []string{"2", "-3", "0/b", "0/a/n=z", "0/a/0/v/x", "x"} {
		if got, ok := lookUp(v, path); ok {
			t.Errorf("%s: %q, want nothing", path, got)
		}
	}
}
