package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/forms"
)

// draftFlags are those of request draft.
type draftFlags struct {
	instrument, form, html, copy, lang string
}

func (a *app) requestDraft() *cobra.Command {
	var f draftFlags
	c := &cobra.Command{
		Use: "draft --instrument NAME | --form FILE", Short: "Write an empty form, or say what a filled-in one still lacks",
		Long: `Without a file it prints an empty form of the instrument with every member explained.

With --form it reads the file and lists everything that is missing or contradicts
itself, each with its section, its article and what to do; exit 0 when the form is
complete, 1 when it is not, 2 when it cannot be read. With --html it writes a copy to
read and to print as well, in the language of --lang. An EPOC has two copies: that of
the addressee has no section M, and --copy enforcing asks for the other.

Nothing is sent. A complete form is not yet a lawful request: that is for policy and
for the people it asks.

Forms: ` + join(forms.Names) + `.`,
		Example: `  rogatory request draft --instrument EPOC > order.yaml
  rogatory request draft --form order.yaml
  rogatory request draft --form order.yaml --html order.html --lang fr
  rogatory request draft --form order.yaml --html authority.html --copy enforcing`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.draft(f) },
	}
	c.Flags().StringVar(&f.instrument, "instrument", "", "`NAME` of the form, as in EPOC or annex-III")
	c.Flags().StringVar(&f.form, "form", "", "filled-in form `FILE`; - is standard input")
	c.Flags().StringVar(&f.html, "html", "", "write a copy to read and to print to `FILE`, which must not exist")
	c.Flags().StringVar(&f.copy, "copy", forms.ToAddressee, "whose copy: addressee or enforcing")
	c.Flags().StringVar(&f.lang, "lang", "en", "language of the fixed words of the copy: en, fr or es")
	complete(c, "instrument", forms.Names)
	complete(c, "copy", []string{forms.ToAddressee, forms.ToAuthority})
	complete(c, "lang", forms.Languages)
	return c
}

func (a *app) draft(f draftFlags) error {
	if f.form == "" {
		return a.emptyForm(f)
	}
	if !slices.Contains(forms.Languages, forms.Language(f.lang)) {
		return usage("unknown language %q: want %s", f.lang, join(forms.Languages))
	}
	data, err := a.readFile(f.form)
	if err != nil {
		return err
	}
	form, err := forms.Decode(data)
	if err != nil {
		return err
	}
	if f.instrument != "" {
		if n, err := forms.ParseName(f.instrument); err != nil || n != forms.NameOf(form) {
			return usage("the file is a form %s, not %s", forms.NameOf(form), f.instrument)
		}
	}
	if f.html != "" {
		if err := writeCopy(form, f); err != nil {
			return err
		}
	}
	return a.findings(f.form, form)
}

func (a *app) emptyForm(f draftFlags) error {
	if f.instrument == "" || f.html != "" {
		return usage("want --instrument for an empty form, or --form for a filled-in one")
	}
	n, err := forms.ParseName(f.instrument)
	if err != nil {
		return err
	}
	text, err := forms.Template(n)
	if err != nil {
		return err
	}
	i := broker.Instrument(n)
	return a.print(map[string]any{"instrument": n, "regime": i.Regime(), "form": text, "facts": broker.StatedFacts(i, "")}, func(w io.Writer) { _, _ = io.WriteString(w, text) })
}

// writeCopy renders a copy into a file that only its owner reads.
func writeCopy(form forms.Form, f draftFlags) error {
	page := forms.PageFor(form, f.copy)
	if page == nil {
		return usage("a form %s has no copy %q", forms.NameOf(form), f.copy)
	}
	var b bytes.Buffer
	if err := forms.Render(&b, page, forms.Language(f.lang)); err != nil {
		return err
	}
	return createFile(f.html, b.Bytes(), modeSecret)
}

// writeReceived renders the certificate of a request from what this agency can open.
// Only what the issuer sealed counts.
func (a *app) writeReceived(ctx context.Context, g *gateway.Gateway, id, file string, f explainFlags) error {
	lang, err := f.language()
	if err != nil {
		return err
	}
	v, err := a.held(ctx, g, id)
	if err != nil {
		return err
	}
	parts, err := g.OpenSealed(ctx, id)
	if err != nil {
		return err
	}
	opened := map[broker.Compartment]map[string]any{}
	for _, p := range parts {
		if p.By != v.Parties.Issuer || p.Compartment != broker.Certificate && p.Compartment != broker.SectionM {
			continue
		}
		fields := map[string]any{}
		for _, d := range p.Fields {
			fields[d.Name] = d.Value
		}
		opened[p.Compartment] = fields
	}
	if v.Order == nil || len(opened[broker.Certificate]) == 0 {
		return fmt.Errorf("render certificate: nothing of it is sealed to this agency: %w", gateway.ErrNotHeld)
	}
	page, err := forms.Received(v.Order, opened)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := forms.Render(&b, page, forms.Language(lang)); err != nil {
		return err
	}
	return createFile(file, b.Bytes(), modeSecret)
}

// findings prints what a form still lacks.
func (a *app) findings(file string, form forms.Form) error {
	found := forms.Check(form)
	if found == nil {
		found = []forms.Finding{}
	}
	out := map[string]any{"form": file, "instrument": forms.NameOf(form), "complete": len(found) == 0, "findings": found}
	if err := a.print(out, func(w io.Writer) {
		for _, one := range found {
			fmt.Fprintf(w, "%s\n    %s, %s", printable(one.String()), one.Field, one.Rule)
			switch {
			case one.Unverified:
				fmt.Fprint(w, ", not checked against the official text")
			case one.Held:
				fmt.Fprint(w, ", the request may be sent and waits for it")
			}
			fmt.Fprintln(w)
		}
		if len(found) == 0 {
			fmt.Fprintf(w, "%s is complete\n", file)
		}
	}); err != nil {
		return err
	}
	if len(found) == 0 {
		return nil
	}
	if !a.json {
		a.say("rogatory: %d things to see to", len(found))
	}
	return said(exitFailed)
}

func (a *app) requestForm() *cobra.Command {
	var instrument string
	schema := &cobra.Command{
		Use: "schema --instrument NAME", Short: "Print the JSON Schema of a form",
		Long: `Prints the JSON Schema (draft 2020-12) of a form. It says what a form must always
hold; what depends on other members is said by request draft --form.`,
		Example: "  rogatory request form schema --instrument EPOC > epoc.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			n, err := forms.ParseName(instrument)
			if err != nil {
				return err
			}
			s, err := forms.Schema(n)
			if err != nil {
				return err
			}
			e := json.NewEncoder(a.stdout)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			return e.Encode(s)
		},
	}
	schema.Flags().StringVar(&instrument, "instrument", "", "`NAME` of the form, as in EPOC or annex-III")
	_ = schema.MarkFlagRequired("instrument")
	complete(schema, "instrument", forms.Names)
	return a.group("form", "What a form must look like", schema)
}
