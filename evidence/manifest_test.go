package evidence_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

var update = flag.Bool("update", false, "rewrite golden files")

const (
	caseID  = "019362f0-0000-7000-8000-000000000001"
	orderID = "019362f0-0000-7000-8000-000000000002"
	exhibit = evidence.ExhibitID("019362f0-0000-7000-8000-000000000003")
	copied  = evidence.ExhibitID("019362f0-0000-7000-8000-000000000004")
)

func particulars() *evidence.Particulars {
	return &evidence.Particulars{
		FileName: "export ž.zip", Plain: plainOf([]byte("plain")), Subjects: []string{"suspect", "third_party"},
		Origin: "account export, mail server 4", Tool: "exporter 3.1", FileRefs: []string{"3 KLs 12/26"}, Note: "one of two",
	}
}

// manifest is one that holds, with disclosures whose digests are fixed.
func manifest() *evidence.Manifest {
	until := t0.AddDate(0, 0, 30)
	sealed := agencies.DigestOf([]byte("sealed"))
	return &evidence.Manifest{
		Type: evidence.ManifestType, Exhibit: exhibit, Case: caseID, Part: 1, Last: true,
		Sender: provider, Recipients: []agencies.ID{authority}, Orders: []string{orderID},
		MediaType: "application/zip", Category: evidence.ContentData, UseLimits: []string{"this_case_only"}, Retention: "case",
		SealedSize: 6, SealedDigest: sealed,
		Means:     evidence.Means{Channel: evidence.ByVault, Object: &evidence.Object{Bucket: "rogatory-xb", Key: caseID + "/" + string(exhibit), VersionID: "v1", Size: 6, Digest: sealed}},
		Available: t0, Until: &until,
		SD: []string{strings.Repeat("A", 43), strings.Repeat("B", 43)}, SDAlg: "sha-256",
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Fatalf("format of %s changed:\n%s\nwant\n%s", name, got, want)
	}
}

func TestManifestGolden(t *testing.T) {
	m := manifest()
	b, err := m.Encode()
	must(t, err)
	golden(t, "manifest.json", b)
	back, err := evidence.ParseManifest(b)
	must(t, err)
	again, err := back.Encode()
	must(t, err)
	if !bytes.Equal(again, b) {
		t.Fatal("re-encoded differently")
	}
	tr, err := m.Transmission(particulars(), "")
	must(t, err)
	if b, err = tr.Encode(); err != nil {
		t.Fatal(err)
	}
	golden(t, "transmission.json", b)
}

// TestManifestSaysNothing: the open part stands in the ledger for ever.
func TestManifestSaysNothing(t *testing.T) {
	p := particulars()
	_, sd, err := p.Disclosures()
	must(t, err)
	m := manifest()
	m.SD = sd
	b, err := m.Encode()
	must(t, err)
	for _, secret := range []string{p.FileName, "export", p.Origin, p.Tool, p.Note, p.FileRefs[0], "suspect",
		string(p.Plain.SHA256)[8:], string(p.Plain.SHA512)[8:]} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("the open part shows %q", secret)
		}
	}
	// Salted: the same particulars never give the same digests.
	_, sd2, err := p.Disclosures()
	must(t, err)
	for _, d := range sd {
		if slices.Contains(sd2, d) {
			t.Fatal("a digest came twice: it is not salted")
		}
	}
}

func TestManifestRefuses(t *testing.T) {
	long := make([]string, 65)
	for i := range long {
		long[i] = agencies.NewID()
	}
	later := t0.Add(-time.Hour)
	rows := map[string]struct {
		field  string
		change func(m *evidence.Manifest)
	}{
		"type":                {"type", func(m *evidence.Manifest) { m.Type = "manifest/2" }},
		"exhibit":             {"exhibit", func(m *evidence.Manifest) { m.Exhibit = "1" }},
		"case v4":             {"case", func(m *evidence.Manifest) { m.Case = "9b2e7c3a-1111-4111-8111-111111111111" }},
		"part zero":           {"part", func(m *evidence.Manifest) { m.Part = 0 }},
		"no sender":           {"sender", func(m *evidence.Manifest) { m.Sender = "" }},
		"sender form":         {"sender", func(m *evidence.Manifest) { m.Sender = "somebody" }},
		"no recipient":        {"recipients", func(m *evidence.Manifest) { m.Recipients = nil }},
		"recipient twice":     {"recipients[1]", func(m *evidence.Manifest) { m.Recipients = []agencies.ID{authority, authority} }},
		"no order":            {"orders", func(m *evidence.Manifest) { m.Orders = nil }},
		"too many orders":     {"orders", func(m *evidence.Manifest) { m.Orders = long }},
		"order form":          {"orders[0]", func(m *evidence.Manifest) { m.Orders = []string{"3 KLs 12/26"} }},
		"media type":          {"media_type", func(m *evidence.Manifest) { m.MediaType = "zip" }},
		"media parameters":    {"media_type", func(m *evidence.Manifest) { m.MediaType = "text/plain; name=x" }},
		"category":            {"category", func(m *evidence.Manifest) { m.Category = "everything" }},
		"use limit":           {"use_limits[0]", func(m *evidence.Manifest) { m.UseLimits = []string{"Only for X"} }},
		"retention":           {"retention", func(m *evidence.Manifest) { m.Retention = "" }},
		"derived from itself": {"derived_from", func(m *evidence.Manifest) { m.DerivedFrom = m.Exhibit }},
		"size":                {"sealed_size", func(m *evidence.Manifest) { m.SealedSize = 0 }},
		"no digest":           {"sealed_digest", func(m *evidence.Manifest) { m.SealedDigest = "" }},
		"md5":                 {"sealed_digest", func(m *evidence.Manifest) { m.SealedDigest = "md5:d41d8cd98f00b204e9800998ecf8427e" }},
		"sha-1":               {"sealed_digest", func(m *evidence.Manifest) { m.SealedDigest = "sha-1:da39a3ee5e6b4b0d3255bfef95601890afd80709" }},
		"no object":           {"means.object", func(m *evidence.Manifest) { m.Means.Object = nil }},
		"object elsewhere":    {"object.bucket", func(m *evidence.Manifest) { m.Means.Object.Bucket = "" }},
		"object of other":     {"means.object", func(m *evidence.Manifest) { m.Means.Object.Size = 7 }},
		"channel":             {"means.channel", func(m *evidence.Manifest) { m.Means.Channel = "e-mail" }},
		"carrier, no docket":  {"means.reference", func(m *evidence.Manifest) { m.Means = evidence.Means{Channel: evidence.ByCarrier} }},
		"not available":       {"available", func(m *evidence.Manifest) { m.Available = time.Time{} }},
		"local time":          {"available", func(m *evidence.Manifest) { m.Available = t0.In(time.FixedZone("x", 3600)) }},
		"fraction":            {"available", func(m *evidence.Manifest) { m.Available = t0.Add(1) }},
		"until before":        {"until", func(m *evidence.Manifest) { m.Until = &later }},
		"sd algorithm":        {"_sd_alg", func(m *evidence.Manifest) { m.SDAlg = "md5" }},
		"no disclosure":       {"_sd", func(m *evidence.Manifest) { m.SD = nil }},
		"disclosure order":    {"_sd[1]", func(m *evidence.Manifest) { slices.Reverse(m.SD) }},
		"disclosure twice":    {"_sd[1]", func(m *evidence.Manifest) { m.SD[1] = m.SD[0] }},
	}
	for name, r := range rows {
		t.Run(name, func(t *testing.T) {
			m := manifest()
			r.change(m)
			_, err := m.Encode()
			wantField(t, err, r.field)
			if !errors.Is(err, agencies.ErrMalformed) {
				t.Fatal("not ErrMalformed")
			}
		})
	}
}

// TestParseManifestStrict: one manifest has one spelling.
func TestParseManifestStrict(t *testing.T) {
	good, err := manifest().Encode()
	must(t, err)
	g := string(good)
	for name, bad := range map[string]string{
		"empty":             "",
		"null":              "null",
		"trailing":          g + " ",
		"leading":           " " + g,
		"unknown member":    strings.Replace(g, "{", `{"a":1,`, 1),
		"duplicate member":  strings.Replace(g, "{", `{"part":1,`, 1),
		"case of a member":  strings.Replace(g, `"part"`, `"Part"`, 1),
		"number form":       strings.Replace(g, `"part":1`, `"part":1.0`, 1),
		"type":              strings.Replace(g, `"part":1`, `"part":"1"`, 1),
		"time zone":         strings.Replace(g, `"2026-11-23T09:00:00Z"`, `"2026-11-23T10:00:00+01:00"`, 1),
		"time fraction":     strings.Replace(g, `"2026-11-23T09:00:00Z"`, `"2026-11-23T09:00:00.0Z"`, 1),
		"explicit zero":     strings.Replace(g, `"exhibit"`, `"derived_from":"","exhibit"`, 1),
		"escaped character": strings.Replace(g, "this_case_only", `this\u005fcase_only`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if bad == g {
				t.Fatal("the test changed nothing")
			}
			if _, err := evidence.ParseManifest([]byte(bad)); !errors.Is(err, agencies.ErrMalformed) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func FuzzManifest(f *testing.F) {
	good, err := manifest().Encode()
	must(f, err)
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"last":true`), []byte(`"last":false`), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := evidence.ParseManifest(data)
		if err != nil {
			return
		}
		again, err := m.Encode()
		must(t, err)
		if !bytes.Equal(again, data) {
			t.Fatalf("%q encodes to %q", data, again)
		}
	})
}

func TestParticulars(t *testing.T) {
	k, err := agencies.NewCaseKey()
	must(t, err)
	p := particulars()
	ds, sd, err := p.Disclosures()
	must(t, err)
	m := manifest()
	m.SD = sd
	sealed, err := agencies.SealDisclosures(k.Recipient(), ds)
	must(t, err)
	opened, err := k.Open(sealed, m.SD)
	must(t, err)
	back, err := evidence.ParticularsFrom(m, opened)
	must(t, err)
	want, err := json.Marshal(p)
	must(t, err)
	got, err := json.Marshal(back)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Fatalf("got %s, want %s", got, want)
	}
	if s := back.Sealed(m); s.Digest != m.SealedDigest || s.Plain != p.Plain || s.Check() != nil {
		t.Fatalf("%+v", s)
	}
	// replace swaps one disclosure and its digest, as a dishonest sender could.
	replace := func(name string, value any) ([]agencies.Disclosure, *evidence.Manifest) {
		d, err := agencies.NewDisclosure(name, value)
		must(t, err)
		list, mm := slices.Clone(ds), *m
		mm.SD = nil
		for i := range list {
			if list[i].Name == name {
				list[i] = d
			}
			mm.SD = append(mm.SD, list[i].Digest())
		}
		slices.Sort(mm.SD)
		return list, &mm
	}
	for name, bad := range map[string][]any{
		"file_name":         {"", "a/b", 5, nil, []string{"a"}},
		"file_name_escaped": {"true", 1, nil},
		"plain_size":        {5, "-1", "05", "5.0", "", "+5", "9223372036854775808"},
		"plain_sha256":      {"", "sha-1:da39a3ee5e6b4b0d3255bfef95601890afd80709", string(p.Plain.SHA512)},
		"plain_sha512":      {"", "md5:d41d8cd98f00b204e9800998ecf8427e", string(p.Plain.SHA256)},
		"subjects":          {[]string{}, "suspect", []string{"Jan Novák"}, []string{"suspect", "suspect"}, []any{1}, nil},
		"origin":            {"", "a\u202eb", 5},
		"tool":              {"", "a\x1b[2J"},
		"file_references":   {nil, []string{""}},
		"note":              {5, strings.Repeat("a", 5000), nil},
	} {
		for _, v := range bad {
			list, mm := replace(name, v)
			_, err := evidence.ParticularsFrom(mm, list)
			var fe *agencies.FieldError
			if !errors.As(err, &fe) || !strings.HasPrefix(fe.Field, name) {
				t.Errorf("%s %v: got %v", name, v, err)
			}
		}
	}
	if _, err := evidence.ParticularsFrom(m, ds[1:]); !errors.Is(err, evidence.ErrManifest) {
		t.Errorf("one missing: %v", err)
	}
	if _, err := evidence.ParticularsFrom(m, append(slices.Clone(ds[1:]), ds[1])); !errors.Is(err, agencies.ErrMalformed) {
		t.Errorf("one twice: %v", err)
	}
	foreign, err := agencies.NewDisclosure("file_name", "other.zip")
	must(t, err)
	if _, err := evidence.ParticularsFrom(m, append(slices.Clone(ds[1:]), foreign)); !errors.Is(err, evidence.ErrManifest) {
		t.Errorf("one foreign: %v", err)
	}
	if s := p.String() + p.LogValue().String(); strings.Contains(s, "export") {
		t.Error("particulars show themselves in logs")
	}
}

func TestEscapedFileName(t *testing.T) {
	p := particulars()
	p.FileName, p.Escaped = evidence.EscapeName("\u202e../\x00"+strings.Repeat("/", 248)), true
	must(t, p.Check()) // 255 bytes as seized, thrice as many escaped
	p.FileName = evidence.EscapeName(strings.Repeat("/", 256))
	wantField(t, p.Check(), "file_name")
	p.FileName = "100%"
	wantField(t, p.Check(), "file_name")
	p.Escaped = false
	must(t, p.Check())
}

// TestTransmission holds DIT-05 and DIT-04: every field is there, or its absence is named.
func TestTransmission(t *testing.T) {
	tr, err := manifest().Transmission(particulars(), "")
	must(t, err)
	wantField(t, tr.Complete(), "proof_of_receipt")
	tr, err = manifest().Transmission(particulars(), "a.b.c")
	must(t, err)
	must(t, tr.Complete())
	b, err := tr.Encode()
	must(t, err)
	var fields map[string]any
	must(t, json.Unmarshal(b, &fields))
	for _, f := range []string{"case", "file_references", "sender", "recipients", "orders", "available", "means",
		"proof_of_receipt", "file_name", "size", "digests", "sealed_size", "sealed_digest"} {
		if fields[f] == nil {
			t.Errorf("DIT-05: %s is missing", f)
		}
	}
	p := particulars()
	p.FileRefs = nil
	_, err = manifest().Transmission(p, "")
	wantField(t, err, "file_references")
	p = particulars()
	p.Plain.SHA512 = "md5:d41d8cd98f00b204e9800998ecf8427e"
	_, err = manifest().Transmission(p, "")
	wantField(t, err, "plain_sha512")
}

func TestCheckWindow(t *testing.T) {
	for days, ok := range map[int]bool{9: false, 10: true, 45: true, 46: false} {
		if err := evidence.CheckWindow(t0, t0.AddDate(0, 0, days)); (err == nil) != ok {
			t.Errorf("%d days: %v [DIT-06]", days, err)
		}
	}
	if evidence.CheckWindow(t0, t0.AddDate(0, 0, 10).Add(-time.Second)) == nil {
		t.Error("a second under ten days passed")
	}
}
