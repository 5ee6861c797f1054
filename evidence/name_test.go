package evidence_test

import (
	"strings"
	"testing"

	"github.com/rogatory/rogatory/evidence"
)

var hostileNames = map[string]string{
	"empty":             "",
	"dot":               ".",
	"dot dot":           "..",
	"slash":             "a/b",
	"climbs":            "../../etc/passwd",
	"backslash":         `C:\x`,
	"nul":               "a\x00.pdf",
	"newline":           "a\n.pdf",
	"escape sequence":   "a\x1b[2J",
	"C1 control":        "a\u0085b",
	"delete":            "a\x7f",
	"override":          "\u202egpj.exe",
	"isolate":           "a\u2066b",
	"arabic mark":       "a\u061cb",
	"left-to-right":     "a\u200eb",
	"zero width space":  "a\u200bb",
	"byte order mark":   "\ufeffa",
	"soft hyphen":       "a\u00adb",
	"line separator":    "a\u2028b",
	"paragraph":         "a\u2029b",
	"tag":               "a\U000e0041b",
	"bad utf-8":         "a\xffb",
	"surrogate":         "a\xed\xa0\x80b",
	"overlong slash":    "a\xc0\xafb",
	"too long":          strings.Repeat("a", 256),
	"too long in bytes": strings.Repeat("ř", 128),
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{
		"a", "report 12.pdf", "žluťoučký kůň.docx", "Αρχείο.txt", "文件.zip", "ملف.pdf", "...", ".bashrc", "-rf", "100%.txt",
		"a\u200db", strings.Repeat("a", 255), "$(x)`y`';--", "CON", "a:b",
	} {
		if err := evidence.CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for why, name := range hostileNames {
		t.Run(why, func(t *testing.T) { wantField(t, evidence.CheckName(name), "file_name") })
	}
}

func TestEscapeName(t *testing.T) {
	for why, name := range hostileNames {
		t.Run(why, func(t *testing.T) {
			e := evidence.EscapeName(name)
			if name != "" && len(name) <= evidence.MaxName {
				must(t, evidence.CheckName(e))
			}
			back, err := evidence.UnescapeName(e)
			must(t, err)
			if back != name {
				t.Fatalf("%q became %q and %q", name, e, back)
			}
		})
	}
	for _, bad := range []string{"%", "%4", "%zz", "%41", "%2f", "a%2F%", "%25%", "\xff", "a/b"} {
		if _, err := evidence.UnescapeName(bad); err == nil {
			t.Errorf("unescaped %q", bad)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		e := evidence.EscapeName(name)
		if back, err := evidence.UnescapeName(e); err != nil || back != name {
			t.Fatalf("%q became %q and %q, %v", name, e, back, err)
		}
		if name != "" && len(e) <= evidence.MaxName {
			must(t, evidence.CheckName(e))
		}
		if raw, err := evidence.UnescapeName(name); err == nil && evidence.EscapeName(raw) != name {
			t.Fatalf("%q has two spellings", name)
		}
		if evidence.CheckName(name) == nil && strings.ContainsAny(name, "/\\\x00") {
			t.Fatalf("%q passed", name)
		}
	})
}
