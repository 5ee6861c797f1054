package evidence

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// ManifestType is the value of Manifest.Type and with it the version of the format.
const ManifestType = "manifest/1"

// Channel is the means by which an exhibit was made available [DIT-05].
type Channel string

const (
	// ByVault: sealed bytes lie in an object store; Means.Object is the link record.
	ByVault Channel = "vault"
	// BySystem: the EU decentralised IT system carried it; Means.Reference is the
	// transmission reference [DIT-01].
	BySystem Channel = "decentralised_system"
	// ByCarrier: a sealed medium travelled; Means.Reference is the docket.
	ByCarrier Channel = "carrier"
)

// Means is the link record of DIT-05. The proof of receipt is not here, since it
// comes later: it is the taker's custody statement (see [Custody]).
type Means struct {
	Channel   Channel `json:"channel"`
	Object    *Object `json:"object,omitempty"`
	Reference string  `json:"reference,omitempty"`
}

// Manifest is the open part. It stands in the ledger, so it holds no name, no
// selector and no digest of plaintext.
type Manifest struct {
	// Signed, by the statement that carries the manifest as its body.
	Type       string        `json:"type"`
	Exhibit    ExhibitID     `json:"exhibit"`
	Case       string        `json:"case"`
	Part       int           `json:"part"` // 1-based number of this delivery within the production
	Last       bool          `json:"last"` // no further part follows
	Sender     agencies.ID   `json:"sender"`
	Recipients []agencies.ID `json:"recipients"`
	Orders     []string      `json:"orders"` // acts (UUIDv7) this answers; national file numbers are sealed

	MediaType   string    `json:"media_type"`
	Category    Category  `json:"category"`
	AIDerived   bool      `json:"ai_derived"`             // made or altered by a model; never the only ground
	UseLimits   []string  `json:"use_limits,omitempty"`   // codes; the use gate reads them
	Retention   string    `json:"retention"`              // retention class, a code
	DerivedFrom ExhibitID `json:"derived_from,omitempty"` // the original of a redaction or copy

	SealedSize   int64           `json:"sealed_size"`
	SealedDigest agencies.Digest `json:"sealed_digest"` // SHA-256 of the sealed bytes
	Means        Means           `json:"means"`
	Available    time.Time       `json:"available"`       // when made available
	Until        *time.Time      `json:"until,omitempty"` // end of the availability window [DIT-06]

	SD    []string `json:"_sd"` // digests of the sealed part's disclosures, sorted
	SDAlg string   `json:"_sd_alg"`
}

var (
	tokenForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{0,63}$`)
	mediaForm = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$`)
	refForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:@/-]{0,127}$`)
	sdForm    = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
)

const (
	maxList     = 64
	maxManifest = 1 << 20
	sdAlg       = "sha-256" // RFC 9901 §4.1.1
)

// Check refuses a manifest with a field missing or out of form.
func (m *Manifest) Check() error {
	if m.Type != ManifestType {
		return field("type", agencies.RuleFormat, "must be "+ManifestType)
	}
	if err := m.Exhibit.Check(); err != nil {
		return field("exhibit", agencies.RuleFormat, "must be a UUIDv7")
	}
	if err := agencies.CheckID(m.Case); err != nil {
		return field("case", agencies.RuleFormat, "must be a UUIDv7 [DIT-04]")
	}
	if m.Part < 1 {
		return field("part", agencies.RuleFormat, "must count from 1")
	}
	if err := m.checkParties(); err != nil {
		return err
	}
	if err := m.checkNature(); err != nil {
		return err
	}
	if m.SealedSize <= 0 {
		return field("sealed_size", agencies.RuleFormat, "must be positive [DIT-05]")
	}
	if err := checkDigest("sealed_digest", "sha-256", m.SealedDigest); err != nil {
		return err
	}
	if err := m.checkMeans(); err != nil {
		return err
	}
	if err := checkTime("available", "DIT-05", m.Available); err != nil {
		return err
	}
	if m.Until != nil {
		if err := checkTime("until", "DIT-06", *m.Until); err != nil {
			return err
		}
		if !m.Until.After(m.Available) {
			return field("until", agencies.RuleTime, "must lie after available [DIT-06]")
		}
	}
	return m.checkDisclosures()
}

func (m *Manifest) checkParties() error {
	if m.Sender == "" {
		return field("sender", agencies.RuleRequired, "is missing [DIT-05]")
	}
	if m.Sender.Check() != nil {
		return field("sender", agencies.RuleFormat, "is not an agency [DIT-05]")
	}
	if len(m.Recipients) == 0 || len(m.Recipients) > maxList {
		return field("recipients", agencies.RuleSize, fmt.Sprintf("must be 1 to %d [DIT-05]", maxList))
	}
	for i, r := range m.Recipients {
		if r.Check() != nil || slices.Contains(m.Recipients[:i], r) {
			return field(fmt.Sprintf("recipients[%d]", i), agencies.RuleFormat, "must be an agency named once [DIT-05]")
		}
	}
	if len(m.Orders) == 0 || len(m.Orders) > maxList {
		return field("orders", agencies.RuleSize, fmt.Sprintf("must be 1 to %d [DIT-05]", maxList))
	}
	for i, o := range m.Orders {
		if agencies.CheckID(o) != nil || slices.Contains(m.Orders[:i], o) {
			return field(fmt.Sprintf("orders[%d]", i), agencies.RuleFormat, "must be a UUIDv7 named once [DIT-05]")
		}
	}
	return nil
}

func (m *Manifest) checkNature() error {
	if !mediaForm.MatchString(m.MediaType) {
		return field("media_type", agencies.RuleFormat, "must be type/subtype in lower case, without parameters")
	}
	if !m.Category.Valid() {
		return field("category", agencies.RuleUnknown, "is not a known category")
	}
	if len(m.UseLimits) > maxList {
		return field("use_limits", agencies.RuleSize, fmt.Sprintf("must be at most %d", maxList))
	}
	for i, u := range m.UseLimits {
		if !tokenForm.MatchString(u) || slices.Contains(m.UseLimits[:i], u) {
			return field(fmt.Sprintf("use_limits[%d]", i), agencies.RuleFormat, "must be a code named once")
		}
	}
	if !tokenForm.MatchString(m.Retention) {
		return field("retention", agencies.RuleFormat, "must be a code")
	}
	if m.DerivedFrom != "" && (m.DerivedFrom.Check() != nil || m.DerivedFrom == m.Exhibit) {
		return field("derived_from", agencies.RuleFormat, "must be the UUIDv7 of another exhibit")
	}
	return nil
}

func (m *Manifest) checkMeans() error {
	o, ref := m.Means.Object, m.Means.Reference
	switch m.Means.Channel {
	case ByVault:
		if o == nil {
			return field("means.object", agencies.RuleRequired, "is missing: it is the link record [DIT-05]")
		}
		if err := o.Check(); err != nil {
			return err
		}
		if o.Size != m.SealedSize || o.Digest != m.SealedDigest {
			return field("means.object", agencies.RuleMismatch, "must have the sealed size and digest of the manifest [DIT-05]")
		}
		if ref != "" {
			return field("means.reference", agencies.RuleMismatch, "has no place beside an object [DIT-05]")
		}
	case BySystem, ByCarrier:
		if o != nil {
			return field("means.object", agencies.RuleMismatch, "has no place in this channel [DIT-05]")
		}
		if !refForm.MatchString(ref) {
			return field("means.reference", agencies.RuleRequired, "is missing or out of form [DIT-05]")
		}
	default:
		return field("means.channel", agencies.RuleUnknown, "is not a known channel [DIT-05]")
	}
	return nil
}

func (m *Manifest) checkDisclosures() error {
	if m.SDAlg != sdAlg {
		return field("_sd_alg", agencies.RuleFormat, "must be "+sdAlg)
	}
	if len(m.SD) == 0 || len(m.SD) > maxList {
		return field("_sd", agencies.RuleRequired, "names no disclosure or too many [DIT-05]")
	}
	for i, d := range m.SD {
		if !sdForm.MatchString(d) {
			return field(fmt.Sprintf("_sd[%d]", i), agencies.RuleFormat, "must be 43 characters of base64url")
		}
		// Sorted, so that the order of the digests tells nothing (RFC 9901 §4.2.4.1).
		if i > 0 && m.SD[i-1] >= d {
			return field(fmt.Sprintf("_sd[%d]", i), agencies.RuleFormat, "must be sorted and unique")
		}
	}
	return nil
}

// Encode returns the one canonical encoding (RFC 8785) of a valid manifest.
func (m *Manifest) Encode() ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	return agencies.Canonical(m)
}

// ParseManifest reads what Encode wrote, and nothing else: any other spelling of
// the same manifest is refused, so its bytes can stand for it.
func ParseManifest(data []byte) (*Manifest, error) {
	var m Manifest
	if err := parseCanonical(data, &m); err != nil {
		return nil, fmt.Errorf("parse manifest: %w", err)
	}
	return &m, nil
}

// parseCanonical decodes strictly into v, checks it and demands that it encodes
// to data again.
func parseCanonical(data []byte, v interface{ Check() error }) error {
	if len(data) > maxManifest {
		return field("", agencies.RuleSize, "is too long")
	}
	if err := agencies.DecodeStrict(data, v); err != nil {
		return err
	}
	if err := v.Check(); err != nil {
		return err
	}
	again, err := agencies.Canonical(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return field("", agencies.RuleCanonical, "is not in canonical form (RFC 8785)")
	}
	return nil
}

// checkTime wants UTC in whole seconds: the only form that RFC 3339 spells in one way.
func checkTime(name, law string, t time.Time) error {
	if t.IsZero() {
		return field(name, agencies.RuleRequired, "is missing ["+law+"]")
	}
	if t.Location() != time.UTC || t.Nanosecond() != 0 || t.Year() > 9999 {
		return field(name, agencies.RuleTime, "must be UTC in whole seconds ["+law+"]")
	}
	return nil
}

// CheckWindow holds until against the availability window: at least 10 and at
// most 45 calendar days from when the exhibit became available, where the State
// concerned sets one; an extension is asked for case by case [DIT-06].
func CheckWindow(available, until time.Time) error {
	available, until = available.UTC(), until.UTC()
	if until.Before(available.AddDate(0, 0, 10)) {
		return field("until", agencies.RuleTime, "is less than 10 days after available [DIT-06]")
	}
	if until.After(available.AddDate(0, 0, 45)) {
		return field("until", agencies.RuleTime, "is more than 45 days after available [DIT-06]")
	}
	return nil
}
