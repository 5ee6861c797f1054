package broker

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Act is one thing that can happen to a request.
type Act string

// The acts of the parties, in the order of an ordinary life.
const (
	ActSubmit      Act = "submit"
	ActValidate    Act = "validate" // a judicial authority approves, before or ex post
	ActDecide      Act = "decide"   // a named person answers what policy left to people
	ActAcknowledge Act = "acknowledge"
	ActAsk         Act = "ask"
	ActAnswer      Act = "answer"
	ActRecognise   Act = "recognise"
	ActDelay       Act = "delay"    // longer to recognise [EIO-06]
	ActPostpone    Act = "postpone" // for a case of the executing State [UNT-14, BUD-09]
	ActResume      Act = "resume"   // a postponement ends
	ActRefuse      Act = "refuse"
	ActObject      Act = "object"
	ActClear       Act = "clear"
	ActPreserve    Act = "preserve"
	ActExtend      Act = "extend"  // Annex VI [EPO-C-07]
	ActConfirm     Act = "confirm" // Annex V [EPO-C-07], or that a request for preserved data was sent [BUD-14]
	ActStop        Act = "stop"    // preservation ends [BUD-14]
	ActProduce     Act = "produce"
	ActEnforce     Act = "enforce" // to the enforcing authority, Art. 16
	ActRetrieve    Act = "retrieve"
	ActShare       Act = "share"           // onward, or for another purpose
	ActInform      Act = "inform_user"     // Art. 13(1)
	ActWithhold    Act = "withhold_notice" // Art. 13(2)
	ActNote        Act = "note"            // what the statistics count
	ActHandover    Act = "handover"
	ActCustodial   Act = "custody" // an exhibit was opened, copied, held …
	ActWithdraw    Act = "withdraw"
	ActClose       Act = "close"
)

// The broker's own acts. Notify is both: the issuer names the enforcing authority
// late, and the broker hands it its copy.
const (
	ActDeliver Act = "deliver"
	ActNotify  Act = "notify"
	ActRelease Act = "release"
	ActExpire  Act = "expire"
	ActWarn    Act = "warn"
	ActReject  Act = "reject"
	ActTrust   Act = "trust"  // a trust list version; belongs to no case
	ActBundle  Act = "bundle" // a policy bundle; belongs to no case
)

// Acts lists every act in the order of the documents.
var Acts = []Act{
	ActSubmit, ActValidate, ActDecide, ActNotify, ActDeliver, ActAcknowledge, ActAsk, ActAnswer, ActRecognise, ActDelay, ActPostpone, ActResume, ActRefuse, ActObject, ActClear, ActEnforce,
	ActPreserve, ActExtend, ActConfirm, ActStop, ActProduce, ActRelease, ActRetrieve, ActHandover, ActCustodial, ActShare, ActInform, ActWithhold, ActNote,
	ActWithdraw, ActClose,
	ActWarn, ActExpire, ActReject, ActTrust, ActBundle,
}

// Known says whether a is on the list.
func (a Act) Known() bool { return slices.Contains(Acts, a) }

// OfBroker says whether only the broker does it.
func (a Act) OfBroker() bool {
	switch a {
	case ActDeliver, ActRelease, ActExpire, ActWarn, ActReject, ActTrust, ActBundle:
		return true
	}
	return false
}

// Typ is the envelope type under which a party signs the act. A validation has
// its own, so that no other statement can pass for a judge's.
func (a Act) Typ() agencies.Typ {
	if a == ActValidate {
		return agencies.TypValidation
	}
	return agencies.TypAct
}

// Body is what a party says by one act.
type Body interface {
	Act() Act
	// Check returns an *agencies.FieldError for the first field that is missing
	// or wrong by itself. What depends on the case is the transition table's.
	Check() error
}

// NewBody returns an empty body of the act. It is nil for the broker's own acts,
// and for validate, whose whole statement is an agencies.Validation.
func NewBody(a Act) Body {
	switch a {
	case ActSubmit:
		return &Order{}
	case ActDecide:
		return &Judgement{}
	case ActNotify:
		return &Notice{}
	case ActAcknowledge:
		return &Acknowledgement{}
	case ActAsk:
		return &Question{}
	case ActAnswer:
		return &Answer{}
	case ActRecognise:
		return &Recognition{}
	case ActDelay:
		return &Delay{}
	case ActPostpone:
		return &Postponement{}
	case ActResume:
		return &Resumption{}
	case ActRefuse:
		return &Refusal{}
	case ActObject:
		return &Objection{}
	case ActClear:
		return &Clearance{}
	case ActPreserve:
		return &Preservation{}
	case ActExtend:
		return &Extension{}
	case ActConfirm:
		return &Confirmation{}
	case ActStop:
		return &Cessation{}
	case ActProduce:
		return &Production{}
	case ActEnforce:
		return &Enforcement{}
	case ActRetrieve:
		return &Retrieval{}
	case ActShare:
		return &Sharing{}
	case ActInform:
		return &UserNotice{}
	case ActWithhold:
		return &NoticeDelay{}
	case ActNote:
		return &Note{}
	case ActHandover:
		return &Delivery{}
	case ActCustodial:
		return &CustodyNote{}
	case ActWithdraw:
		return &Withdrawal{}
	case ActClose:
		return &Closing{}
	}
	return nil
}

// DecodeBody reads a body strictly and checks it.
func DecodeBody(a Act, raw json.RawMessage) (Body, error) {
	b := NewBody(a)
	if b == nil {
		return nil, fmt.Errorf("decode body: %w", field("type", agencies.RuleUnknown, "is no act that a party states"))
	}
	if err := agencies.DecodeStrict(raw, b); err != nil {
		return nil, fmt.Errorf("decode %s: %w", a, err)
	}
	if err := b.Check(); err != nil {
		return nil, fmt.Errorf("decode %s: %w", a, err)
	}
	return b, nil
}
