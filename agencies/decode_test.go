package agencies_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

type inner struct {
	Name string          `json:"name"`
	At   time.Time       `json:"at,omitzero"`
	Raw  json.RawMessage `json:"raw,omitempty"`
}

type embedded struct {
	Up int `json:"up"`
}

type target struct {
	embedded
	ID     string            `json:"id"`
	Num    uint8             `json:"num"`
	Yes    bool              `json:"yes"`
	List   []inner           `json:"list"`
	Map    map[string]inner  `json:"map"`
	Ptr    *inner            `json:"ptr"`
	Any    any               `json:"any"`
	Bytes  []byte            `json:"bytes"`
	When   *time.Time        `json:"when"`
	Words  map[string]string `json:"words"`
	hidden int               //nolint:unused // decoding must not reach it
	Skip   int               `json:"-"`
}

func TestDecodeStrict(t *testing.T) {
	deep := strings.Repeat("[", agencies.MaxJSONDepth+2) + strings.Repeat("]", agencies.MaxJSONDepth+2)
	for _, tc := range []struct{ name, in, field, rule string }{
		{"everything", `{"up":1,"id":"a","num":7,"yes":true,"list":[{"name":"x","at":"2026-01-02T03:04:05Z"}],"map":{"k":{"name":"y"}},"ptr":{"name":"z","raw":{"q":[1,null]}},"any":{"n":1.5},"bytes":"AAE=","when":"2026-01-02T03:04:05.5Z","words":{"a":"b"}}`, "", ""},
		{"nulls that mean nothing", `{"list":null,"map":null,"ptr":null,"any":null,"bytes":null,"when":null}`, "", ""},
		{"white space", " {\n\t\"id\" : \"a\" , \"list\" : [ { \"name\" : \"x\" } ] } ", "", ""},
		{"surrogate pair", `{"id":"\ud83d\ude00"}`, "", ""},
		{"empty", ``, "", agencies.RuleSyntax},
		{"trailing value", `{} {}`, "", agencies.RuleSyntax},
		{"trailing bytes", `{}x`, "", agencies.RuleSyntax},
		{"byte order mark", "\ufeff{}", "", agencies.RuleSyntax},
		{"not utf-8", "{\"id\":\"\xff\"}", "", agencies.RuleSyntax},
		{"comment", `{/*x*/}`, "", agencies.RuleSyntax},
		{"too deep", `{"any":` + deep + `}`, "any" + strings.Repeat("[0]", agencies.MaxJSONDepth), agencies.RuleSize},
		{"too big", `"` + strings.Repeat("a", agencies.MaxJSON) + `"`, "", agencies.RuleSize},
		{"unknown", `{"ID2":1}`, "ID2", agencies.RuleUnknown},
		{"unknown inside", `{"list":[{"name":"a"},{"nam":"b"}]}`, "list[1].nam", agencies.RuleUnknown},
		{"unknown in map", `{"map":{"k":{"x":1}}}`, "map.k.x", agencies.RuleUnknown},
		{"other case", `{"Id":"a"}`, "Id", agencies.RuleUnknown},
		{"unexported", `{"hidden":1}`, "hidden", agencies.RuleUnknown},
		{"skipped", `{"Skip":1}`, "Skip", agencies.RuleUnknown},
		{"empty name", `{"":1}`, `""`, agencies.RuleUnknown},
		{"name with a dot", `{"a.b":1}`, `"a.b"`, agencies.RuleUnknown},
		{"duplicate", `{"id":"a","id":"b"}`, "id", agencies.RuleDuplicate},
		{"duplicate, escaped", `{"id":"a","\u0069d":"b"}`, "id", agencies.RuleDuplicate},
		{"duplicate in any", `{"any":{"a":[{"b":1,"b":2}]}}`, "any.a[0].b", agencies.RuleDuplicate},
		{"duplicate in raw", `{"ptr":{"raw":{"b":1,"b":2}}}`, "ptr.raw.b", agencies.RuleDuplicate},
		{"duplicate in map", `{"words":{"a":"b","a":"b"}}`, "words.a", agencies.RuleDuplicate},
		{"null string", `{"id":null}`, "id", agencies.RuleType},
		{"null time", `{"list":[{"at":null}]}`, "list[0].at", agencies.RuleType},
		{"null number", `{"num":null}`, "num", agencies.RuleType},
		{"string for number", `{"num":"7"}`, "num", agencies.RuleType},
		{"number for string", `{"list":[{"name":7}]}`, "list[0].name", agencies.RuleType},
		{"array for object", `{"ptr":[]}`, "ptr", agencies.RuleType},
		{"object for array", `{"list":{}}`, "list", agencies.RuleType},
		{"fraction for integer", `{"num":1.5}`, "num", agencies.RuleType},
		{"overflow", `{"num":256}`, "num", agencies.RuleType},
		{"time with offset", `{"when":"2026-01-02T03:04:05+00:00"}`, "when", agencies.RuleTime},
		{"time with zeros", `{"when":"2026-01-02T03:04:05.500Z"}`, "when", agencies.RuleTime},
		{"time in lower case", `{"when":"2026-01-02t03:04:05z"}`, "when", agencies.RuleTime},
		{"no time", `{"list":[{"at":"yesterday"}]}`, "list[0].at", agencies.RuleTime},
		{"time of a number", `{"when":1}`, "when", agencies.RuleType},
		{"base64 with newline", `{"bytes":"AA\nE="}`, "bytes", agencies.RuleFormat},
		{"base64 with stray bits", `{"bytes":"AAF="}`, "bytes", agencies.RuleFormat},
		{"base64url", `{"bytes":"__8="}`, "bytes", agencies.RuleFormat},
		{"unpaired high surrogate", `{"id":"\ud83dx"}`, "id", agencies.RuleSyntax},
		{"unpaired low surrogate", `{"id":"\ude00"}`, "id", agencies.RuleSyntax},
		{"high surrogate at the end", `{"any":"a\ud83d"}`, "any", agencies.RuleSyntax},
		{"two high surrogates", `{"id":"\ud83d\ud83d\ude00"}`, "id", agencies.RuleSyntax},
		{"high surrogate and newline", `{"id":"\ud83d\n"}`, "id", agencies.RuleSyntax},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var v target
			err := agencies.DecodeStrict([]byte(tc.in), &v)
			if tc.rule == "" {
				ok(t, err)
				// What the walk lets through must be what encoding/json reads.
				var plain target
				ok(t, json.Unmarshal([]byte(tc.in), &plain))
				a, _ := json.Marshal(v)
				b, _ := json.Marshal(plain)
				if string(a) != string(b) || v.hidden != 0 {
					t.Errorf("%s, encoding/json reads %s", a, b)
				}
				return
			}
			wantField(t, err, tc.field, tc.rule)
		})
	}
	if agencies.DecodeStrict([]byte("{}"), target{}) == nil || agencies.DecodeStrict([]byte("{}"), (*target)(nil)) == nil {
		t.Error("took what is no pointer")
	}
}

func TestCanonical(t *testing.T) {
	got, err := agencies.Canonical(map[string]any{"b": "<é\u2028>", "a": []any{1e15, math.Copysign(0, -1), 0.1, true, nil}, "A": json.RawMessage(` { "z":1 ,"y":2 } `)})
	ok(t, err)
	if want := "{\"A\":{\"y\":2,\"z\":1},\"a\":[1000000000000000,0,0.1,true,null],\"b\":\"<é\u2028>\"}"; string(got) != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// TestCanonicalNumbers: the library rounds without a word what a double does
// not hold.
func TestCanonicalNumbers(t *testing.T) {
	for _, n := range []string{"9007199254740993", "-9007199254740993", "9007199254740992", "1e16", "12345678901234567890", "1e400"} {
		if out, err := agencies.Canonical(json.RawMessage(n)); err == nil {
			t.Errorf("%s became %s", n, out)
		}
	}
	for _, n := range []string{"9007199254740991", "-9007199254740991", "0.5", "0"} {
		if out, err := agencies.Canonical(json.RawMessage(n)); err != nil || string(out) != n {
			t.Errorf("%s became %s: %v", n, out, err)
		}
	}
	for _, raw := range []string{`{"a":1,"a":2}`, `"\ud800"`} {
		if out, err := agencies.Canonical(json.RawMessage(raw)); err == nil {
			t.Errorf("%s became %s", raw, out)
		}
	}
}
