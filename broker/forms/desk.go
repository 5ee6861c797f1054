package forms

import (
	"encoding/json"

	"github.com/rogatory/rogatory/agencies"
)

// Desk is what a request needs beside the annex. No copy shows it.
type Desk struct {
	Exchange *Exchange `json:"exchange,omitempty" need:"yes"`
	Victim   *Victim   `json:"victim,omitempty" ask:"write the identity of victims here; it is sealed to the issuing authority alone" law:"TIP-03 Prot. Art. 6(1)"`
}

// Exchange is what policy and the exchange must know beyond the annex. It travels in
// the open part: codes only.
type Exchange struct {
	Regime   agencies.Regime      `json:"regime,omitempty" ask:"name the law where the instrument may rest on several and the article does not tell"`
	Use      Code                 `json:"stated_purpose,omitempty" ask:"state the one use asked for, a code such as the file number; every other use is asked again" need:"yes" law:"UNT-08 Art. 18(19)" eg:"XA-2026-0001"`
	Officers []agencies.OfficerID `json:"assigned_officers,omitempty" ask:"name the officers who may open the data" law:"XC-06 LED Art. 25" eg:"[XA-POLICE/investigator-1]"`
	// Facts by the names of the fact dictionary. What a section says is no fact here.
	Facts map[string]json.RawMessage `json:"facts,omitempty" ask:"state the facts that nothing else can show; a false one is a false statement under your signature"`
	// Attestations are the names of facts that the signing officer found in person.
	Attestations []Code `json:"attestations,omitempty" ask:"name the facts that the signing officer found in person" eg:"[specific_investigation]"`
}

// page makes the name ambiguous in every form that has a desk, so that no such form
// is a [Page] by the certificate it embeds.
func (*Desk) page() {}

var _ = (*Desk).page // the ambiguity is its use
