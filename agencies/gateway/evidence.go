package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
)

// Deposit is one file on its way into the vault as an exhibit.
type Deposit struct {
	Case      string
	Officer   agencies.OfficerID // "": the agency's seal
	Path      string
	Part      int // number of this delivery
	Last      bool
	Answers   []broker.Part // what of the order it answers
	Category  evidence.Category
	Subjects  []string // roles of the data subjects
	Origin    string
	Tool      string
	Note      string
	UseLimits []string
	AIDerived bool
	Facts     map[string]any // what the producer states about the channel
	Progress  func(done, total int64)
}

// Deposit seals a file to the recipients of the request, brings the sealed bytes
// to the store without a sealed copy on disk, and produces them as one numbered
// part. The file's name, its digests and its origin are sealed too. Beside the act
// goes the giver's half of the custody handover to each recipient.
func (g *Gateway) Deposit(ctx context.Context, d Deposit) (*Answer, *evidence.Manifest, error) {
	parties, err := g.Parties(d.Case)
	if err != nil {
		return nil, nil, fmt.Errorf("deposit exhibit: %w", err)
	}
	m, p, err := g.upload(ctx, parties, d)
	if err != nil {
		return nil, nil, fmt.Errorf("deposit exhibit: %w", err)
	}
	disclosures, sd, err := p.Disclosures()
	if err != nil {
		return nil, nil, fmt.Errorf("deposit exhibit: %w", err)
	}
	m.SD, m.SDAlg = sd, "sha-256"
	beside, err := g.give(m, d.Officer)
	if err != nil {
		return nil, nil, fmt.Errorf("deposit exhibit: %w", err)
	}
	facts, err := rawFacts(d.Facts)
	if err != nil {
		return nil, nil, fmt.Errorf("deposit exhibit: %w", err)
	}
	a, err := g.Speak(ctx, Draft{
		Case: d.Case, Officer: d.Officer, Beside: beside,
		Sealed: []Compartment{{Name: broker.Message, To: m.Recipients, Disclosures: disclosures}},
		Body: func(Digests) broker.Body {
			return &broker.Production{Part: d.Part, Last: d.Last, Parts: d.Answers, Exhibits: []evidence.Manifest{*m}, Facts: facts}
		},
	})
	return a, m, err
}

// upload brings the sealed bytes to the store and describes them.
func (g *Gateway) upload(ctx context.Context, parties broker.Parties, d Deposit) (*evidence.Manifest, *evidence.Particulars, error) {
	to := parties.Recipients
	if len(to) == 0 {
		to = []agencies.ID{parties.Issuer}
	}
	var recipients []string
	for _, id := range to {
		r, err := g.Trust().Recipients(id, g.now().UTC())
		if err != nil {
			return nil, nil, err
		}
		recipients = append(recipients, r...)
	}
	size, err := vault.FileSize(d.Path)
	if err != nil {
		return nil, nil, err
	}
	media, err := sniff(d.Path)
	if err != nil {
		return nil, nil, err
	}
	name, escaped := filepath.Base(d.Path), false
	if evidence.CheckName(name) != nil {
		name, escaped = evidence.EscapeName(name), true
	}
	exhibit := evidence.NewExhibitID()
	sealedSize, err := evidence.SealedSize(size, recipients)
	if err != nil {
		return nil, nil, err
	}
	begun, err := g.askUpload(ctx, d.Case, exhibit, broker.UploadAsk{Step: broker.UploadBegin, Size: sealedSize})
	if err != nil {
		return nil, nil, err
	}
	u := vault.Upload{ID: begun.Upload.Upload, State: begun.Upload.State, Case: d.Case, Exhibit: exhibit, Size: begun.Upload.Size, PartSize: begun.Upload.PartSize}
	progress := func(done int64) {
		if d.Progress != nil {
			d.Progress(done, sealedSize)
		}
	}
	sealed, parts, err := g.transfer.DepositFile(ctx, u, g.signParts, d.Path, recipients, progress)
	if err != nil {
		abort, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_, abortErr := g.askUpload(abort, d.Case, exhibit, broker.UploadAsk{Step: broker.UploadAbort, Upload: u.ID, Size: u.Size, PartSize: u.PartSize})
		return nil, nil, errors.Join(err, abortErr)
	}
	done := broker.UploadAsk{Step: broker.UploadComplete, Upload: u.ID, Size: u.Size, PartSize: u.PartSize, Digest: sealed.Digest}
	for _, p := range parts {
		done.Parts = append(done.Parts, broker.UploadPart{Number: p.Number, Digest: p.Digest, ETag: p.ETag})
	}
	// The broker reads the whole object back before it answers.
	patient, cancel := context.WithTimeout(ctx, 2*time.Minute+time.Duration(u.Size/slowestStore)*time.Second)
	defer cancel()
	completed, err := g.askUpload(patient, d.Case, exhibit, done)
	if err != nil {
		return nil, nil, err
	}
	if completed.Upload.Object == nil || completed.Upload.Object.Digest != sealed.Digest {
		return nil, nil, vault.ErrMismatch
	}
	order, err := g.order(d.Case)
	if err != nil {
		return nil, nil, err
	}
	m := &evidence.Manifest{
		Type: evidence.ManifestType, Exhibit: exhibit, Case: d.Case, Part: d.Part, Last: d.Last, Sender: g.cfg.Agency, Recipients: to,
		Orders: []string{order.ID()}, MediaType: media, Category: d.Category, AIDerived: d.AIDerived, UseLimits: d.UseLimits,
		Retention: "criminal_proceedings", SealedSize: sealed.Size, SealedDigest: sealed.Digest,
		Means: evidence.Means{Channel: evidence.ByVault, Object: completed.Upload.Object}, Available: g.now().UTC().Truncate(time.Second),
	}
	p := &evidence.Particulars{FileName: name, Escaped: escaped, Plain: sealed.Plain, Subjects: d.Subjects, Origin: d.Origin, Tool: d.Tool, Note: d.Note}
	return m, p, nil
}

// slowestStore is the rate, in bytes a second, at which a store must give back what
// it was given.
const slowestStore = 4 << 20

func (g *Gateway) askUpload(ctx context.Context, caseID string, exhibit evidence.ExhibitID, u broker.UploadAsk) (*broker.AskReply, error) {
	body, err := agencies.Canonical(u)
	if err != nil {
		return nil, err
	}
	r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskUpload, Case: caseID, Exhibit: exhibit, Body: body})
	if err != nil {
		return nil, err
	}
	if r.Error != nil {
		return nil, r.Error
	}
	return r, nil
}

// signParts asks the broker to sign the requests for some parts.
func (g *Gateway) signParts(ctx context.Context, u vault.Upload, parts []vault.Part) ([]vault.PartRequest, error) {
	ask := broker.UploadAsk{Step: broker.UploadSign, Upload: u.ID, Size: u.Size, PartSize: u.PartSize}
	for _, p := range parts {
		ask.Parts = append(ask.Parts, broker.UploadPart{Number: p.Number, Digest: p.Digest})
	}
	r, err := g.askUpload(ctx, u.Case, u.Exhibit, ask)
	if err != nil {
		return nil, err
	}
	var out []vault.PartRequest
	for _, grant := range r.Grants {
		out = append(out, vault.PartRequest{Number: grant.Part, URL: grant.URL, Header: http.Header(grant.Header), Expires: grant.Expires})
	}
	return out, nil
}

// give begins the chain of custody with the seal, and signs this agency's half of
// the handover to each recipient.
func (g *Gateway) give(m *evidence.Manifest, officer agencies.OfficerID) ([]agencies.Compact, error) {
	signer, err := g.signer(officer)
	if err != nil {
		return nil, err
	}
	said := evidence.Custody{
		Event: evidence.EventSealed, Exhibit: m.Exhibit, Case: m.Case, Sealed: m.SealedDigest, Size: m.SealedSize,
		From: g.cfg.Agency, FromOfficer: officer, Time: g.now().UTC().Truncate(time.Second),
	}
	sealed, err := evidence.Give(signer, said)
	if err != nil {
		return nil, err
	}
	out := []agencies.Compact{sealed}
	for _, to := range m.Recipients {
		said.Event, said.To = evidence.EventHandedOver, to
		c, err := evidence.Give(signer, said)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Exhibit is an exhibit of a case as this node holds it: the producer's statement,
// and what the producer sealed to this agency.
type Exhibit struct {
	Manifest    evidence.Manifest
	Particulars *evidence.Particulars // nil while it is not released to this agency
	Produced    broker.Spoken
	Custody     []broker.Spoken // the giver's statements beside it
}

// Exhibits reads the exhibits of a case from this node's records.
func (g *Gateway) Exhibits(ctx context.Context, caseID string) ([]Exhibit, error) {
	records, err := g.Records(caseID)
	if err != nil {
		return nil, err
	}
	opened, err := g.OpenSealed(ctx, caseID)
	if err != nil {
		return nil, err
	}
	var out []Exhibit
	for _, r := range records {
		for _, s := range r.Said {
			p, ok := s.Body.(*broker.Production)
			if !ok {
				continue
			}
			for _, m := range p.Exhibits {
				if slices.ContainsFunc(out, func(e Exhibit) bool { return e.Manifest.Exhibit == m.Exhibit }) {
					continue
				}
				e := Exhibit{Manifest: m, Produced: s}
				for _, other := range r.Said {
					if other.Custody != nil && other.Custody.Exhibit == m.Exhibit {
						e.Custody = append(e.Custody, other)
					}
				}
				for _, part := range opened {
					if part.Act == s.ID() && part.Compartment == broker.Message {
						if e.Particulars, err = evidence.ParticularsFrom(&m, part.Fields); err != nil {
							return nil, err
						}
					}
				}
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// Fetch is one exhibit on its way to an investigator.
type Fetch struct {
	Case          string
	Exhibit       evidence.ExhibitID
	Officer       agencies.OfficerID // the person who opens it
	Use           string             // for what; compared with what was asked for
	Justification string             // a code, for the log of access [XC-06]
	Path          string             // where the plaintext appears; must not exist
	Facts         map[string]any
	Progress      func(done, total int64)
}

// Fetch asks the use gate, fetches the sealed bytes, verifies and opens them, lets
// the plaintext appear only when every digest held, and signs the taker's half of
// the custody handover over the bytes it measured itself.
func (g *Gateway) Fetch(ctx context.Context, f Fetch) (*Answer, *evidence.Particulars, error) {
	exhibits, err := g.Exhibits(ctx, f.Case)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch exhibit: %w", err)
	}
	i := slices.IndexFunc(exhibits, func(e Exhibit) bool { return e.Manifest.Exhibit == f.Exhibit })
	if i < 0 || exhibits[i].Particulars == nil {
		// The broker answers, and records that it was asked.
		i = -1
	}
	facts, err := rawFacts(f.Facts)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch exhibit: %w", err)
	}
	retrieve := Draft{Case: f.Case, Officer: f.Officer, Body: func(Digests) broker.Body {
		return &broker.Retrieval{Exhibit: f.Exhibit, Use: f.Use, Justification: f.Justification, Facts: facts}
	}}
	a, err := g.Speak(ctx, retrieve)
	if err != nil {
		return nil, nil, err
	}
	if a.Refused() != nil {
		return a, nil, nil
	}
	if i < 0 || len(a.Reply.Grants) == 0 || a.Reply.Grants[0].Object == nil {
		return a, nil, fmt.Errorf("fetch exhibit: %w: its particulars are not here yet; take the inbox first", ErrNotHeld)
	}
	e := exhibits[i]
	grant := a.Reply.Grants[0]
	progress := func(done int64) {
		if f.Progress != nil {
			f.Progress(done, e.Manifest.SealedSize)
		}
	}
	want := e.Particulars.Sealed(&e.Manifest)
	if err := g.transfer.FetchFile(ctx, vault.Grant{Object: *grant.Object, URL: grant.URL, Expires: grant.Expires}, nil, f.Path, g.ids, want, progress); err != nil {
		return a, nil, fmt.Errorf("fetch exhibit: %w", err)
	}
	if err := g.handover(ctx, e, want); err != nil {
		return a, e.Particulars, err
	}
	return a, e.Particulars, nil
}

// handover counter-signs the giver's statement and records both. FetchFile has
// measured the sealed bytes against want: size and digest are those of the bytes
// that arrived.
func (g *Gateway) handover(ctx context.Context, e Exhibit, want evidence.Sealed) error {
	i := slices.IndexFunc(e.Custody, func(s broker.Spoken) bool { return s.Custody.To == g.cfg.Agency && s.Custody.Given == "" })
	if i < 0 {
		return fmt.Errorf("hand over: %w: the giver did not sign", evidence.ErrCustody)
	}
	given := e.Custody[i]
	signer, err := g.ring.SealSigner()
	if err != nil {
		return err
	}
	payload, err := given.Custody.Encode()
	if err != nil {
		return err
	}
	taken, err := evidence.Take(signer, given.Compact, &agencies.Verified{Payload: payload}, want.Size, want.Digest, g.now().UTC().Truncate(time.Second))
	if err != nil {
		return err
	}
	a, err := g.Speak(ctx, Draft{Case: e.Manifest.Case, Beside: []agencies.Compact{given.Compact, taken}, Body: func(Digests) broker.Body {
		return &broker.Delivery{Exhibit: e.Manifest.Exhibit}
	}})
	if err != nil {
		return err
	}
	// Fetched a second time: custody passed the first time.
	if r := a.Reply.Error; r != nil && r.Code != broker.ReasonTransition {
		return r
	}
	return nil
}

// sniff looks at the first bytes; what a name or a sender says counts for nothing.
func sniff(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	return mediaOnly(http.DetectContentType(head[:n])), nil
}

// mediaOnly drops parameters: "text/plain; charset=utf-8" becomes "text/plain".
func mediaOnly(s string) string {
	for i := range len(s) {
		if s[i] == ';' {
			return s[:i]
		}
	}
	return s
}
