package evidence

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/rogatory/rogatory/agencies"
)

// Particulars is the sealed part of a manifest: what only the parties read. Each
// field is one salted disclosure (RFC 9901 §4.2.1), so that a court can be shown
// one of them. The disclosures travel encrypted beside the manifest.
type Particulars struct {
	FileName string // full file name [DIT-05]; escaped when Escaped
	Escaped  bool   // FileName is EscapeName of the name as seized
	Plain    Plain
	Subjects []string // roles of the data subjects: suspect, victim, witness, third_party …
	Origin   string   // where the bytes come from: system, account, device
	Tool     string   // what collected them, with its version
	FileRefs []string // national file numbers of the order and the case [DIT-04]
	Note     string   // what the producer must add, in words
}

// Names of the disclosures, in the order in which they are made.
const (
	discFileName = "file_name"
	discEscaped  = "file_name_escaped"
	discSize     = "plain_size"
	discSHA256   = "plain_sha256"
	discSHA512   = "plain_sha512"
	discSubjects = "subjects"
	discOrigin   = "origin"
	discTool     = "tool"
	discFileRefs = "file_references"
	discNote     = "note"
)

const maxText = 4096

// Check refuses particulars with a field missing or out of form.
func (p *Particulars) Check() error {
	if p.Escaped {
		raw, err := UnescapeName(p.FileName)
		if err != nil {
			return err
		}
		if len(raw) > MaxName {
			return field(discFileName, agencies.RuleSize, fmt.Sprintf("is longer than %d bytes [DIT-05]", MaxName))
		}
		if err := checkName(p.FileName); err != nil {
			return err
		}
	} else if err := CheckName(p.FileName); err != nil {
		return err
	}
	if p.Plain.Size < 0 {
		return field(discSize, agencies.RuleFormat, "is negative [DIT-05]")
	}
	if err := checkDigest(discSHA256, "sha-256", p.Plain.SHA256); err != nil {
		return err
	}
	if err := checkDigest(discSHA512, "sha-512", p.Plain.SHA512); err != nil {
		return err
	}
	if len(p.Subjects) == 0 || len(p.Subjects) > maxList {
		return field(discSubjects, agencies.RuleSize, fmt.Sprintf("must be 1 to %d roles", maxList))
	}
	for i, s := range p.Subjects {
		if !tokenForm.MatchString(s) || slices.Contains(p.Subjects[:i], s) {
			return field(fmt.Sprintf("%s[%d]", discSubjects, i), agencies.RuleFormat, "must be a code named once")
		}
	}
	if len(p.FileRefs) > maxList {
		return field(discFileRefs, agencies.RuleSize, fmt.Sprintf("must be at most %d [DIT-04]", maxList))
	}
	for i, r := range p.FileRefs {
		if err := checkText(fmt.Sprintf("%s[%d]", discFileRefs, i), r, true); err != nil {
			return err
		}
	}
	if err := checkText(discOrigin, p.Origin, true); err != nil {
		return err
	}
	if err := checkText(discTool, p.Tool, true); err != nil {
		return err
	}
	return checkText(discNote, p.Note, false)
}

// LogValue keeps the particulars out of logs.
func (p *Particulars) LogValue() slog.Value { return slog.StringValue("[sealed]") }

// String keeps the particulars out of error texts.
func (p *Particulars) String() string { return "[sealed]" }

// Disclosures returns the sealed part as salted disclosures, and their digests
// sorted for Manifest.SD. The salts are new at each call.
func (p *Particulars) Disclosures() ([]agencies.Disclosure, []string, error) {
	if err := p.Check(); err != nil {
		return nil, nil, fmt.Errorf("encode particulars: %w", err)
	}
	fileRefs := p.FileRefs
	if fileRefs == nil {
		fileRefs = []string{}
	}
	// A size is a string: 2^53 is in reach of no file, but of no reader's
	// guess about numbers either (RFC 8785 §3.2.2.3).
	fields := []struct {
		name  string
		value any
	}{
		{discFileName, p.FileName}, {discEscaped, p.Escaped},
		{discSize, strconv.FormatInt(p.Plain.Size, 10)},
		{discSHA256, string(p.Plain.SHA256)}, {discSHA512, string(p.Plain.SHA512)},
		{discSubjects, p.Subjects}, {discOrigin, p.Origin}, {discTool, p.Tool},
		{discFileRefs, fileRefs}, {discNote, p.Note},
	}
	out := make([]agencies.Disclosure, 0, len(fields))
	sd := make([]string, 0, len(fields))
	for _, f := range fields {
		d, err := agencies.NewDisclosure(f.name, f.value)
		if err != nil {
			return nil, nil, fmt.Errorf("encode particulars: %w", err)
		}
		out = append(out, d)
		sd = append(sd, d.Digest())
	}
	slices.Sort(sd)
	return out, sd, nil
}

// ParticularsFrom reads the sealed part back. All ten disclosures must be there,
// each once, and each must be one that the manifest names.
func ParticularsFrom(m *Manifest, ds []agencies.Disclosure) (*Particulars, error) {
	got := make(map[string]any, len(ds))
	for _, d := range ds {
		if _, twice := got[d.Name]; twice {
			return nil, fmt.Errorf("read particulars: %w", field("_sd", agencies.RuleDuplicate, "one name is disclosed twice"))
		}
		if _, found := slices.BinarySearch(m.SD, d.Digest()); !found {
			return nil, fmt.Errorf("read particulars: %w: a disclosure is not one of the manifest's", ErrManifest)
		}
		got[d.Name] = d.Value
	}
	if len(ds) != len(m.SD) {
		return nil, fmt.Errorf("read particulars: %w: %d of %d disclosures are here", ErrManifest, len(ds), len(m.SD))
	}
	var p Particulars
	var size, s256, s512 string
	for _, f := range []struct {
		name string
		into any
	}{
		{discFileName, &p.FileName}, {discEscaped, &p.Escaped}, {discSize, &size},
		{discSHA256, &s256}, {discSHA512, &s512}, {discSubjects, &p.Subjects},
		{discOrigin, &p.Origin}, {discTool, &p.Tool}, {discFileRefs, &p.FileRefs}, {discNote, &p.Note},
	} {
		v, ok := got[f.name]
		if !ok {
			return nil, fmt.Errorf("read particulars: %w", field(f.name, agencies.RuleRequired, "is missing [DIT-05]"))
		}
		delete(got, f.name)
		if err := assign(f.into, v); err != nil {
			return nil, fmt.Errorf("read particulars: %w", field(f.name, agencies.RuleType, err.Error()+" [DIT-05]"))
		}
	}
	if len(got) > 0 {
		return nil, fmt.Errorf("read particulars: %w", field("_sd", agencies.RuleUnknown, "holds a disclosure that nobody defined"))
	}
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != size {
		return nil, fmt.Errorf("read particulars: %w", field(discSize, agencies.RuleFormat, "must be a decimal number [DIT-05]"))
	}
	p.Plain = Plain{Size: n, SHA256: agencies.Digest(s256), SHA512: agencies.Digest(s512)}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("read particulars: %w", err)
	}
	return &p, nil
}

// Sealed joins both parts into what [Open] compares with.
func (p *Particulars) Sealed(m *Manifest) Sealed {
	return Sealed{Plain: p.Plain, Size: m.SealedSize, Digest: m.SealedDigest}
}

// assign takes a disclosed value of exactly the wanted type.
func assign(into any, v any) error {
	switch into := into.(type) {
	case *string:
		s, ok := v.(string)
		if !ok {
			return fmt.Errorf("must be a string")
		}
		*into = s
	case *bool:
		b, ok := v.(bool)
		if !ok {
			return fmt.Errorf("must be true or false")
		}
		*into = b
	default:
		// A list comes as []any from JSON and as []string from memory.
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("must be a list of strings")
		}
		if v == nil || json.Unmarshal(b, into) != nil {
			return fmt.Errorf("must be a list of strings")
		}
	}
	return nil
}

// checkText takes one run of words for people: no control or invisible characters.
func checkText(name, s string, required bool) error {
	switch {
	case s == "" && required:
		return field(name, agencies.RuleRequired, "is missing")
	case len(s) > maxText:
		return field(name, agencies.RuleSize, fmt.Sprintf("is longer than %d bytes", maxText))
	case !utf8.ValidString(s):
		return field(name, agencies.RuleFormat, "is not UTF-8")
	}
	for _, r := range s {
		if r != '/' && r != '\\' && hostile(r) != "" {
			return field(name, agencies.RuleFormat, "holds "+hostile(r))
		}
	}
	return nil
}
