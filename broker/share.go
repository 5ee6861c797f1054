package broker

import (
	"encoding/json"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Sharing passes on one exhibit, or uses it for another purpose; of information
// given unasked it says what it is used for. The use gate is asked again, and the
// conditions that bind the exhibit go with it. The record says that it may be done
// and by whom; the bytes travel by the means of who shares them.
type Sharing struct {
	Exhibit evidence.ExhibitID `json:"exhibit,omitempty"` // none: the information itself
	// With is the receiving agency where it is on the trust list; Recipient the code
	// of what receives. Neither: an own use.
	With          agencies.ID `json:"with,omitempty"`
	Recipient     string      `json:"recipient,omitempty"`
	Abroad        bool        `json:"third_state,omitempty"` // the receiver is of another State than who shares
	Use           string      `json:"intended_use"`
	Justification string      `json:"justification"` // a code [XC-06]
	// Facts that the signing officer attests, such as prior consent [UNT-08] or
	// authorisation [XC-07].
	Facts map[string]json.RawMessage `json:"facts,omitempty"`
}

// Act implements Body.
func (*Sharing) Act() Act { return ActShare }

// Check implements Body.
func (b *Sharing) Check() error {
	var c checker
	if b.Exhibit != "" {
		c.id("exhibit", "XC-06", string(b.Exhibit))
	}
	c.agency("with", "XC-07", b.With, false)
	c.code("recipient", "UNT-08", b.Recipient, b.With != "" || b.Exhibit != "" || b.Abroad)
	c.code("intended_use", "XC-01", b.Use, true)
	c.code("justification", "XC-06", b.Justification, true)
	c.facts(b.Facts)
	return c.err
}

// Shared is one sharing of an exhibit that was permitted.
type Shared struct {
	Voice
	With      agencies.ID `json:"with,omitempty"`
	Recipient string      `json:"recipient,omitempty"`
	Use       string      `json:"intended_use"`
}

var (
	ofExhibit     = When{"an exhibit", func(_ *Case, e *event) bool { return e.body.(*Sharing).Exhibit != "" }}
	ofInformation = When{"the information itself", func(_ *Case, e *event) bool { return e.body.(*Sharing).Exhibit == "" }}
	abroadIsSaid  = need("it says when the receiver is of another State", "third_state", "XC-07", func(_ *Case, e *event) bool {
		b := e.body.(*Sharing)
		return b.With == "" || (b.With.State() != e.att.From.State()) == b.Abroad
	})
)

func doShare(c *Case, e *event) {
	b := e.body.(*Sharing)
	c.touch(e, "", func(x *Exhibit) {
		x.Shared = append(x.Shared, Shared{Voice: e.lead.voice(e.att.At), With: b.With, Recipient: b.Recipient, Use: b.Use})
	})
}

const (
	actionShare    = "onward_share"
	actionTransfer = "onward_transfer"
	actionUseInfo  = "use_spontaneous_information"
)

// ShareInputs are the questions before something is passed on or used for another
// purpose: may it be used so, and may it go there. All must be permitted. said is
// the share act.
func ShareInputs(c Case, known Known, said Spoken) ([]policy.Input, error) {
	b, ok := said.Body.(*Sharing)
	if !ok || c.Order == nil {
		return nil, fmt.Errorf("ask sharing: %w", field("type", agencies.RuleMismatch, "is no share"))
	}
	x, ok := c.Exhibit(b.Exhibit)
	if !ok && b.Exhibit != "" {
		return nil, fmt.Errorf("ask sharing: %w", field("exhibit", "custody", "is not one of this request"))
	}
	stated, err := readFacts(b.Facts, policy.Attested, said.ID())
	if err != nil {
		return nil, fmt.Errorf("ask sharing: %w", err)
	}
	f := finder{c: &c, known: known, facts: policy.Facts{}}
	f.parties()
	f.order()
	f.authority()
	f.particular(c.Sealed)
	if c.Order.Emergency != nil || c.Order.Regime == agencies.RegimeEPO {
		f.emergency()
	}
	action := actionUse
	if b.Exhibit == "" {
		action = actionUseInfo
		f.information(b.Use, said)
		f.bound(c.Conditions, stated)
	} else {
		f.enforcement(&x)
		f.use(b.Use, &x, said)
		f.bound(x.Conditions, stated)
	}
	actions := []string{action}
	if b.Recipient != "" {
		f.put("recipient", b.Recipient, said.ID())
		f.put("originating_member_state", string(f.origin(&x)), fromTrust)
		for _, name := range []string{
			"prior_authorisation_of_originating_state", "prior_authorisation_of_transferring_state", "prior_authorisation_of_transferring_authority",
			"immediate_serious_threat", "necessary_for_criminal_purpose",
		} {
			f.weak(name, false)
		}
		f.weak("authorisation_obtainable_in_time", true)
		actions = append(actions, map[bool]string{false: actionShare, true: actionTransfer}[b.Abroad])
	}
	var out []policy.Input
	for _, action := range actions {
		in, err := f.input(action, stated)
		if err != nil {
			return nil, err
		}
		out = append(out, in)
	}
	return out, nil
}

// origin is the State that what is shared came from.
func (f *finder) origin(x *Exhibit) agencies.State {
	if x.Manifest.Sender != "" {
		return x.Manifest.Sender.State()
	}
	return f.c.Parties.Issuer.State()
}

// information: what is used of information given unasked, under which limits
// [UNT-16].
func (f *finder) information(use string, s Spoken) {
	f.put("stated_purpose", f.c.Order.Use, f.c.Issued.Act)
	f.put("intended_use", use, s.ID())
	limit := "none"
	if len(f.c.Order.UseLimits) > 0 {
		limit = join(f.c.Order.UseLimits)
	}
	f.put("restriction", limit, f.c.Issued.Act)
	f.put("sender_restriction", limit, f.c.Issued.Act)
	for _, name := range []string{"prior_consent_of_requested_state", "exculpatory", "prior_notice_given"} {
		f.weak(name, false)
	}
	f.weak("prior_notice_possible", true)
}

// bound: the conditions that bind what is used. Who uses it must say that they are
// met; a producer's word at the handover is none about a later use.
func (f *finder) bound(conditions []string, stated policy.Facts) {
	if len(conditions) == 0 {
		f.put("condition_accepted", "none", "ledger")
		f.put("conditions_satisfied", true, "ledger")
		f.put("executing_state_condition", nil, "ledger")
		return
	}
	f.put("executing_state_condition", join(conditions), "ledger")
	f.put("condition_accepted", join(conditions), "ledger")
	if _, said := stated["conditions_satisfied"]; !said {
		f.put("conditions_satisfied", false, "ledger")
	}
}
