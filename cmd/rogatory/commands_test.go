package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func newTestApp() (*app, *bytes.Buffer, *bytes.Buffer) {
	var out, talk bytes.Buffer
	return &app{stdin: strings.NewReader(""), stdout: &out, stderr: &talk}, &out, &talk
}

// TestEveryVerb holds what every help text owes its reader.
func TestEveryVerb(t *testing.T) {
	a, _, _ := newTestApp()
	root := a.newRootCommand()
	root.InitDefaultHelpFlag()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		if !c.HasParent() || c.Name() == "help" {
			return
		}
		path := c.CommandPath()
		if !c.Runnable() {
			t.Errorf("%s does nothing", path)
		}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short text %q", path, c.Short)
		}
		if strings.Count(c.Long, "Exit status: 0 done") != 1 {
			t.Errorf("%s: the exit status is not told once", path)
		}
		if !strings.Contains(c.Example, path) && !c.HasSubCommands() {
			t.Errorf("%s: no example of it", path)
		}
		for _, line := range strings.Split(c.Example, "\n") {
			if line != "" && !strings.HasPrefix(line, "  ") {
				t.Errorf("%s: example line %q is not indented by two", path, line)
			}
		}
		if c.InheritedFlags().Lookup("json") == nil {
			t.Errorf("%s: no --json", path)
		}
	}
	walk(root)
}

// The examples' flags exist.
func TestExamplesParse(t *testing.T) {
	a, _, _ := newTestApp()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		for _, line := range strings.Split(strings.ReplaceAll(c.Example, "\\\n", " "), "\n") {
			line, _, _ = strings.Cut(line, "|")
			line, _, _ = strings.Cut(line, ">")
			words := exampleWords(line)
			if len(words) == 0 || words[0] != "rogatory" {
				continue
			}
			b, _, _ := newTestApp()
			root := b.newRootCommand()
			found, rest, err := root.Find(words[1:])
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			if err != nil {
				t.Errorf("%s: example %q: %v", c.CommandPath(), line, err)
			}
		}
	}
	walk(a.newRootCommand())
}

// exampleWords splits like a shell, as far as examples need it.
func exampleWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

func TestHelpIsWholeForEveryVerb(t *testing.T) {
	a, _, _ := newTestApp()
	var paths [][]string
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		paths = append(paths, strings.Fields(c.CommandPath())[1:])
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(a.newRootCommand())
	for _, path := range paths {
		b, out, talk := newTestApp()
		root := b.newRootCommand()
		root.SetArgs(append(path, "--help"))
		if code := b.finish(context.Background(), root.ExecuteContext(context.Background())); code != exitDone || talk.Len() > 0 || !strings.Contains(out.String(), "Usage:") {
			t.Errorf("%v --help: exit %d\n%s%s", path, code, out, talk)
		}
	}
}
