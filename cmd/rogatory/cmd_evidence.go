package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
)

func (a *app) evidenceCommand() *cobra.Command {
	c := a.group("evidence", "Hand evidence over, fetch it, and prove that it is the same",
		a.evidenceDeposit(), a.evidenceList(), a.evidenceFetch(), a.evidenceVerify())
	c.Example = `  rogatory evidence deposit ` + exampleCase + ` export.zip --config gateway.yaml --officer desk-1 --origin "message store" --tool "export 1.0" --last
  rogatory evidence fetch ` + exampleCase + ` 019353a0-0000-7000-8000-000000000009 --dir . --use FILE-NUMBER --justification case_work --config gateway.yaml --officer investigator-1
  rogatory evidence verify ` + exampleCase + ` --config gateway.yaml`
	return c
}

// depositFlags describe exhibits; they hold for every file of one call.
type depositFlags struct {
	node          nodeFlags
	category      string
	parts         []string
	last          bool
	subjects      []string
	origin        string
	tool          string
	note          string
	limits        []string
	ai            bool
	reason        string
	conditionsMet bool
}

// categories of data, for completion and help.
var categories = []evidence.Category{evidence.Subscriber, evidence.UserIdentification, evidence.Traffic, evidence.ContentData, evidence.Document}

func (a *app) evidenceDeposit() *cobra.Command {
	var f depositFlags
	c := &cobra.Command{
		Use: "deposit CASE FILE...", Short: "Seal files to the recipients of a request and hand them in",
		Long: `Seals each file to the recipients' keys and brings the sealed bytes to the object
store, without a sealed copy on disk. Each file is one numbered part; with --last the
final one says that no part follows. Names, digests and origin are sealed too, and
stay with the producer until the release is permitted.`,
		Example: `  rogatory evidence deposit ` + exampleCase + ` a.zip b.zip --config gateway.yaml --officer desk-1 --category content --origin "message store" --tool "export 1.0" --last`,
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runDeposit(cmd.Context(), f, args[0], args[1:])
		},
	}
	f.node.AddFlags(c, true)
	c.Flags().StringVar(&f.category, "category", "", "what the data are: "+join(categories)+" (default: what the request asks for, where that is one)")
	c.Flags().StringArrayVar(&f.parts, "part", nil, "`TARGET[:CATEGORY,...]` of the order that the files answer (default: every target with the category)")
	c.Flags().BoolVar(&f.last, "last", false, "no part follows the last file")
	c.Flags().StringSliceVar(&f.subjects, "subject", []string{"suspect"}, "`ROLE` of a data subject: suspect, victim, witness, third_party; repeat")
	c.Flags().StringVar(&f.origin, "origin", "", "system, account or device the bytes come from; sealed")
	c.Flags().StringVar(&f.tool, "tool", "", "what collected them, with its version; sealed")
	c.Flags().StringVar(&f.note, "note", "", "what must be added, in words; sealed")
	c.Flags().StringSliceVar(&f.limits, "use-limit", nil, "`CODE` that limits the use: privileged, victim_data, identity_masked or another; repeat")
	c.Flags().BoolVar(&f.ai, "ai-derived", false, "made or altered by a model")
	c.Flags().StringVar(&f.reason, "reason-for-alternative", "", "`CODE` why the data do not travel through the decentralised IT system (Impl. Reg.), as in size_limit or forensic_requirements")
	c.Flags().BoolVar(&f.conditionsMet, "conditions-met", false, "say that the conditions this authority set when it recognised the request are met")
	_ = c.MarkFlagRequired("origin")
	_ = c.MarkFlagRequired("tool")
	complete(c, "category", categories)
	return c
}

func (a *app) runDeposit(ctx context.Context, f depositFlags, caseID string, files []string) error {
	parts, err := partFlags(f.parts)
	if err != nil {
		return err
	}
	facts := map[string]any{}
	if f.reason != "" {
		facts["reason_for_alternative"] = f.reason
	}
	if f.conditionsMet {
		facts["conditions_satisfied"] = true
	}
	g, officer, err := a.node(ctx, f.node)
	if err != nil {
		return err
	}
	defer g.Close()
	if _, err := a.held(ctx, g, caseID); err != nil {
		return err
	}
	for i, file := range files {
		v, err := g.Case(ctx, caseID)
		if err != nil {
			return err
		}
		d := gateway.Deposit{
			Case: caseID, Officer: officer, Path: file, Part: nextPart(v), Last: f.last && i == len(files)-1, Answers: parts,
			Category: evidence.Category(f.category), Subjects: f.subjects, Origin: f.origin, Tool: f.tool, Note: f.note,
			UseLimits: f.limits, AIDerived: f.ai, Facts: facts,
		}
		if err := complement(v, &d); err != nil {
			return err
		}
		progress, done := a.bar(filepath.Base(file))
		d.Progress = progress
		answer, m, err := g.Deposit(ctx, d)
		done()
		if err != nil {
			return a.answered(ctx, nil, err)
		}
		act := viewAct(ctx, answer)
		act.Exhibit = string(m.Exhibit)
		if err := a.printAct(act); err != nil {
			return err
		}
	}
	return nil
}

// nextPart numbers the parts of a production in order.
func nextPart(v broker.View) int {
	n := 0
	for _, x := range v.Exhibits {
		n = max(n, x.Manifest.Part)
	}
	return n + 1
}

// complement finds what the flags left open in what the request asks for.
func complement(v broker.View, d *gateway.Deposit) error {
	if d.Category == "" {
		var asked []evidence.Category
		for _, l := range v.State.Lines {
			if !slices.Contains(asked, l.Category) {
				asked = append(asked, l.Category)
			}
		}
		if len(asked) != 1 {
			return &agencies.FieldError{Field: "category", Rule: agencies.RuleRequired, Detail: "the request asks for several: say which"}
		}
		d.Category = asked[0]
	}
	if !d.Category.Valid() {
		return &agencies.FieldError{Field: "category", Rule: agencies.RuleUnknown, Detail: "want one of " + join(categories)}
	}
	if len(d.Answers) > 0 {
		return nil
	}
	for _, l := range v.State.Lines {
		if l.Category == d.Category && !slices.ContainsFunc(d.Answers, func(p broker.Part) bool { return p.Target == l.Target }) {
			d.Answers = append(d.Answers, broker.Part{Target: l.Target, Categories: []evidence.Category{d.Category}})
		}
	}
	if len(d.Answers) == 0 {
		// The broker refuses what was not asked for and records that it was tried.
		d.Answers = []broker.Part{{Target: 1, Categories: []evidence.Category{d.Category}}}
	}
	return nil
}

// exhibitView is an exhibit as this node holds it. What the producer sealed stands
// in Particulars once it was released to this agency.
type exhibitView struct {
	Exhibit     evidence.ExhibitID   `json:"exhibit"`
	Part        int                  `json:"part"`
	Last        bool                 `json:"last"`
	Category    evidence.Category    `json:"category"`
	MediaType   string               `json:"media_type"`
	Sender      agencies.ID          `json:"sender"`
	Status      broker.ExhibitStatus `json:"status,omitempty"` // as the broker says; "" where it tells this agency nothing
	SealedSize  int64                `json:"sealed_size"`
	Sealed      agencies.Digest      `json:"sealed_sha256"`
	Particulars *particularsView     `json:"particulars,omitempty"`
}

type particularsView struct {
	FileName string          `json:"file_name"` // data, never a path
	Escaped  bool            `json:"file_name_escaped"`
	Size     int64           `json:"size"`
	SHA256   agencies.Digest `json:"sha256"`
	SHA512   agencies.Digest `json:"sha512"`
	Subjects []string        `json:"subjects"`
	Origin   string          `json:"origin"`
	Tool     string          `json:"tool"`
	Note     string          `json:"note,omitempty"`
}

func viewExhibit(e gateway.Exhibit, v broker.View) exhibitView {
	m := &e.Manifest
	out := exhibitView{
		Exhibit: m.Exhibit, Part: m.Part, Last: m.Last, Category: m.Category, MediaType: m.MediaType, Sender: m.Sender,
		SealedSize: m.SealedSize, Sealed: m.SealedDigest,
	}
	for _, x := range v.Exhibits {
		if x.Manifest.Exhibit == m.Exhibit {
			out.Status = x.Status
		}
	}
	if p := e.Particulars; p != nil {
		out.Particulars = &particularsView{
			FileName: p.FileName, Escaped: p.Escaped, Size: p.Plain.Size, SHA256: p.Plain.SHA256, SHA512: p.Plain.SHA512,
			Subjects: p.Subjects, Origin: p.Origin, Tool: p.Tool, Note: p.Note,
		}
	}
	return out
}

func (a *app) evidenceList() *cobra.Command {
	var node nodeFlags
	c := &cobra.Command{
		Use: "list CASE", Short: "List the exhibits of a request, with the names that this agency may read",
		Example: "  rogatory evidence list " + exampleCase + " --config gateway.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			v, exhibits, err := a.exhibits(cmd.Context(), g, args[0])
			if err != nil {
				return err
			}
			views := []exhibitView{}
			for _, e := range exhibits {
				views = append(views, viewExhibit(e, v))
			}
			return a.print(map[string]any{"request": args[0], "exhibits": views}, func(w io.Writer) {
				table(w, "EXHIBIT\tPART\tCATEGORY\tSTATUS\tBYTES\tNAME", func(row func(...any)) {
					for _, x := range views {
						name, size := "(sealed)", "-"
						if x.Particulars != nil {
							name, size = printable(x.Particulars.FileName), fmt.Sprint(x.Particulars.Size)
						}
						row(x.Exhibit, x.Part, x.Category, x.Status, size, name)
					}
				})
			})
		},
	}
	node.AddFlags(c, false)
	return c
}

// exhibits reads the exhibits of a request from the records that are for this
// agency, and how they stand from the broker.
func (a *app) exhibits(ctx context.Context, g *gateway.Gateway, caseID string) (broker.View, []gateway.Exhibit, error) {
	v, err := a.held(ctx, g, caseID)
	if err != nil {
		return v, nil, err
	}
	list, err := g.Exhibits(ctx, caseID)
	return v, list, err
}

type fetchFlags struct {
	node          nodeFlags
	out, dir      string
	use           string
	justification string
	facts         []string
}

func (a *app) evidenceFetch() *cobra.Command {
	var f fetchFlags
	c := &cobra.Command{
		Use: "fetch CASE EXHIBIT (--out FILE | --dir DIR)", Short: "Fetch an exhibit, verify and open it, and sign for it",
		Long: `Asks whether this officer may open the exhibit for this use, fetches the sealed
bytes, and lets the plaintext appear only when every digest has held. Then the node
signs the taker's half of the custody handover over the bytes that it measured.

With --dir the file is named by the exhibit's id: the name in the manifest is the
producer's, and is data. Nothing is ever overwritten.`,
		Example: `  rogatory evidence fetch ` + exampleCase + ` 019353a0-0000-7000-8000-000000000009 --dir evidence --use XA-2026-0001 --justification case_work --config gateway.yaml --officer investigator-1`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runFetch(cmd.Context(), f, args[0], evidence.ExhibitID(args[1]))
		},
	}
	f.node.AddFlags(c, true)
	c.Flags().StringVar(&f.out, "out", "", "`FILE` to write; must not exist")
	c.Flags().StringVar(&f.dir, "dir", "", "`DIR` to write into, under the exhibit's id")
	c.Flags().StringVar(&f.use, "use", "", "`CODE` of the use, compared with the one the request states")
	c.Flags().StringVar(&f.justification, "justification", "", "`CODE` for the log of access")
	factFlag(c, &f.facts)
	for _, name := range []string{"use", "justification"} {
		_ = c.MarkFlagRequired(name)
	}
	c.MarkFlagsOneRequired("out", "dir")
	c.MarkFlagsMutuallyExclusive("out", "dir")
	return c
}

// fetchView is the act, and what was opened.
type fetchView struct {
	actView
	File        string           `json:"file,omitempty"`
	Particulars *particularsView `json:"particulars,omitempty"`
}

func (a *app) runFetch(ctx context.Context, f fetchFlags, caseID string, id evidence.ExhibitID) error {
	if err := id.Check(); err != nil {
		return &agencies.FieldError{Field: "exhibit", Rule: agencies.RuleFormat, Detail: "is no exhibit id"}
	}
	facts, err := factFlags(f.facts)
	if err != nil {
		return err
	}
	if f.dir != "" {
		if info, err := os.Stat(f.dir); err != nil {
			return fmt.Errorf("open directory: %w", err)
		} else if !info.IsDir() {
			return usage("%s is no directory", f.dir)
		}
	}
	g, officer, err := a.node(ctx, f.node)
	if err != nil {
		return err
	}
	defer g.Close()
	view := broker.View{}
	var list []gateway.Exhibit
	if view, list, err = a.exhibits(ctx, g, caseID); err != nil {
		// A stranger to the request asks all the same: the broker refuses, and records it.
		if e, ok := errors.AsType[*broker.ReplyError](err); !ok || e.Code != broker.ReasonNotFound {
			return err
		}
	}
	if f.out == "" {
		f.out = filepath.Join(f.dir, fileName(id, mediaOf(list, id)))
	}
	if err := mustBeFree(f.out); err != nil {
		return err
	}
	progress, done := a.bar(string(id))
	answer, p, err := g.Fetch(ctx, gateway.Fetch{
		Case: caseID, Exhibit: id, Officer: officer, Use: f.use, Justification: f.justification, Path: f.out, Facts: facts, Progress: progress,
	})
	done()
	if err != nil {
		return a.answered(ctx, nil, err)
	}
	out := &fetchView{actView: *viewAct(ctx, answer)}
	out.Exhibit = string(id)
	if p == nil {
		return a.printAct(&out.actView)
	}
	out.File = f.out
	for _, e := range list {
		if e.Manifest.Exhibit == id {
			out.Particulars = viewExhibit(e, view).Particulars
		}
	}
	return a.print(out, func(w io.Writer) {
		out.text(w)
		if q := out.Particulars; q != nil {
			fmt.Fprintf(w, "\nopened into %s\n  name    %s\n  bytes   %d\n  %s\n  origin  %s\n", out.File, printable(q.FileName), q.Size, q.SHA256, printable(q.Origin))
		}
	})
}

func mediaOf(list []gateway.Exhibit, id evidence.ExhibitID) string {
	for _, e := range list {
		if e.Manifest.Exhibit == id {
			return e.Manifest.MediaType
		}
	}
	return ""
}

// extensions that say what a program will do with a file, for media that only
// show or play. Everything else is .bin: what would run stays inert.
var extensions = map[string]string{
	"text/plain": ".txt", "text/csv": ".csv", "application/json": ".json", "application/pdf": ".pdf", "application/zip": ".zip", "application/x-gzip": ".gz",
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
	"audio/mpeg": ".mp3", "audio/wave": ".wav", "video/mp4": ".mp4", "video/webm": ".webm", "video/avi": ".avi",
}

// fileName is made of the exhibit's id, never of a name in a manifest.
func fileName(id evidence.ExhibitID, media string) string {
	if ext, ok := extensions[media]; ok {
		return string(id) + ext
	}
	return string(id) + ".bin"
}
