package policy

import (
	"encoding/json"
	"strings"
	"testing"
)

const goodInput = `{"action":"transmit_order","instrument":"EPOC","regime":"EU_2023_1543","now":"2026-11-23T12:00:00Z",
 "facts":{"issued_by":{"value":"judge","provenance":"derived","source":"key k1"},"validated_by":{"value":null,"provenance":"derived"}},
 "context":{"states":{"FR":{"regimes":["EU_2023_1543"],"declarations":{"art_29_4":true}}}}}`

func TestParseInput(t *testing.T) {
	in, err := ParseInput([]byte(goodInput))
	if err != nil {
		t.Fatal(err)
	}
	if f := in.Facts["validated_by"]; f.Value != nil || f.Provenance != Derived {
		t.Errorf("%+v", f)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown member", `"action"`, `"acton"`, "acton"},
		{"member twice", `"facts":{`, `"facts":{"issued_by":{"value":"court","provenance":"derived"},`, "issued_by"},
		{"unknown fact", `"validated_by"`, `"validatedby"`, `nearest known name is "validated_by"`},
		{"wrong type", `"value":"judge"`, `"value":7`, "facts.issued_by: type: expected string, got integer"},
		{"fraction", `"value":"judge"`, `"value":7.5`, "facts.issued_by.value"},
		{"no value", `"value":"judge",`, ``, "facts.issued_by.value: required"},
		{"no provenance", `,"provenance":"derived","source"`, `,"source"`, "facts.issued_by.provenance"},
		{"bad provenance", `"provenance":"derived","source"`, `"provenance":"rumour","source"`, "facts.issued_by.provenance"},
		{"member of fact", `"source":"key k1"`, `"sauce":"key k1"`, "facts.issued_by.sauce"},
		{"local time", `12:00:00Z`, `12:00:00+01:00`, "now"},
		{"no time", `"now":"2026-11-23T12:00:00Z",`, ``, "now: required"},
		{"no action", `"transmit_order"`, `""`, "action: required"},
		{"odd action", `"transmit_order"`, `"a b"`, "action: format"},
		{"odd regime", `"EU_2023_1543","now"`, `"eu","now"`, "regime"},
		{"state", `"FR"`, `"fr"`, "context.states.fr"},
		{"state regime", `["EU_2023_1543"]`, `["x y"]`, "context.states.FR.regimes[0]"},
		{"more", `}}}}`, `}}}} {}`, "syntax"},
		{"null facts", `"declarations":{"art_29_4":true}`, `"declarations":{"art_29_4":null}`, "declarations.art_29_4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodInput, c.old, c.new, 1)
			if text == goodInput {
				t.Fatal("nothing replaced")
			}
			_, err := ParseInput([]byte(text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzInput looks for malleability: what is read has one canonical form, and
// reading its parts again gives the same.
func FuzzInput(f *testing.F) {
	f.Add([]byte(goodInput))
	f.Add([]byte(`{"action":"a","regime":"UNTOC","now":"2026-01-01T00:00:00Z","facts":{"offence":{"value":{"name":"x"},"provenance":"declared"}},"context":{}}`))
	f.Add([]byte(`{"facts":{"identifiers":{"value":["\ud83d\ude00"],"provenance":"attested"}},"contradictions":[{"fact":"stage","kept":{"value":"a","provenance":"derived"},"lost":{"value":"b","provenance":"declared"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := ParseInput(data)
		if err != nil {
			return
		}
		first, err := in.Canonical()
		if err != nil {
			t.Fatalf("read but cannot be written: %v", err)
		}
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseInput(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		second, err := again.Canonical()
		if err != nil || string(first) != string(second) {
			t.Fatalf("%s\n%s\n%v", first, second, err)
		}
	})
}
