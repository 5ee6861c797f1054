package main

import (
	"testing"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain Ünïcode 漢": "plain Ünïcode 漢",
		"\x1b[2Jx":        `\x1b[2Jx`,
		"a\nb\t":          `a\nb\t`,
		"exe.\u202efdp":   `exe.\u202efdp`,
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is shown as %s, want %s", in, got, want)
		}
	}
}
