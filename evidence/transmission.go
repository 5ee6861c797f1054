package evidence

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// Transmission is the record of evidence that travelled outside the EU
// decentralised IT system: the manifest of Annex 3.3.3(a) [DIT-05], which holds
// every field of the entry that Annex 3.3.1-2 wants in the system [DIT-04]. It
// joins open and sealed part and so is for the parties, never for the ledger.
type Transmission struct {
	Case       string            `json:"case"`
	FileRefs   []string          `json:"file_references"`
	Exhibit    ExhibitID         `json:"exhibit"`
	Part       int               `json:"part"`
	Last       bool              `json:"last"`
	Sender     agencies.ID       `json:"sender"`
	Recipients []agencies.ID     `json:"recipients"`
	Orders     []string          `json:"orders"`
	Available  time.Time         `json:"available"`
	Until      *time.Time        `json:"until,omitempty"`
	Means      Means             `json:"means"`
	Receipt    agencies.Digest   `json:"proof_of_receipt,omitempty"` // of the taker's custody statement
	FileName   string            `json:"file_name"`
	Escaped    bool              `json:"file_name_escaped"`
	Size       int64             `json:"size"`
	Digests    []agencies.Digest `json:"digests"` // each begins with its algorithm
	SealedSize int64             `json:"sealed_size"`
	Sealed     agencies.Digest   `json:"sealed_digest"`
}

// Transmission joins both parts. receipt is the taker's custody statement, or ""
// while there is none.
func (m *Manifest) Transmission(p *Particulars, receipt agencies.Compact) (*Transmission, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("build transmission record: %w", err)
	}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("build transmission record: %w", err)
	}
	if len(p.FileRefs) == 0 {
		return nil, fmt.Errorf("build transmission record: %w", field(discFileRefs, agencies.RuleRequired, "is missing [DIT-04]"))
	}
	t := &Transmission{
		Case: m.Case, FileRefs: p.FileRefs, Exhibit: m.Exhibit, Part: m.Part, Last: m.Last,
		Sender: m.Sender, Recipients: m.Recipients, Orders: m.Orders,
		Available: m.Available, Until: m.Until, Means: m.Means,
		FileName: p.FileName, Escaped: p.Escaped, Size: p.Plain.Size,
		Digests:    []agencies.Digest{p.Plain.SHA256, p.Plain.SHA512},
		SealedSize: m.SealedSize, Sealed: m.SealedDigest,
	}
	if receipt != "" {
		t.Receipt = receipt.Digest()
	}
	return t, nil
}

// Complete reports what DIT-05 still lacks: the proof of receipt, which comes last.
func (t *Transmission) Complete() error {
	if t.Receipt == "" {
		return field("proof_of_receipt", agencies.RuleRequired, "is missing [DIT-05]")
	}
	return nil
}

// Encode returns the canonical encoding (RFC 8785).
func (t *Transmission) Encode() ([]byte, error) { return agencies.Canonical(t) }
