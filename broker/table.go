package broker

import (
	"slices"

	"github.com/rogatory/rogatory/policy"
)

// Row is one line of the transition table: in one of the phases From, a party in
// one of the roles Who may do Act; if all of If hold, the row applies; then all of
// Need must hold or the act is refused. Rows are tried in order.
type Row struct {
	Instruments []Instrument // none: all
	From        []Phase
	Act         Act
	Who         []Role
	Person      bool // a natural person must have signed, not the agency's seal
	If          []When
	Need        []Need
	To          Phase // same: the phase stays
	Hold        string
	Suspend     string // why duties rest from here on
	Lift        string // the suspension that ends here; "*": any
	Start       []ClockKind
	Stop        []ClockKind // "*": all
	Pause       []ClockKind
	Resume      []ClockKind
	Receipt     ReceiptCode
	Rules       string // of the rule table
	Since       int    // first table version that has the row
	Before      int    // first that no longer has it; 0: all have it

	effect func(*Case, *event)
}

// in says whether a version of the table has the row.
func (r Row) in(version int) bool {
	return version >= r.Since && (r.Before == 0 || version < r.Before)
}

// Marks of the columns.
const (
	same      Phase     = "=" // the phase stays
	lift                = "-" // the hold ends
	anyReason           = "*" // any suspension ends
	all       ClockKind = "*" // every clock stops
)

// When chooses between rows of one act.
type When struct {
	Name string
	ok   func(*Case, *event) bool
}

// Need is a condition; an act that fails it is refused with its error.
type Need struct {
	Name  string
	check func(*Case, *event) error
}

// Groups of phases.
var (
	waiting   = []Phase{PhaseAwaitingValidation, PhaseAwaitingNotification, PhaseAwaitingReview}
	opening   = []Phase{PhaseNone, PhaseRejected}
	withOther = []Phase{PhaseDelivered, PhaseReceived, PhaseRecognised, PhasePreserving, PhaseProducing, PhaseProduced}
	begun     = []Phase{PhaseReceived, PhaseRecognised, PhasePreserving, PhaseProducing, PhaseProduced}
	working   = []Phase{PhaseReceived, PhaseRecognised, PhasePreserving, PhaseProducing}
	sending   = []Phase{PhaseProducing, PhaseProduced}
	ending    = []Phase{PhaseRefused, PhaseObjected, PhaseExpired, PhaseWithdrawn, PhaseClosed}
	finished  = []ClockKind{ClockProduction, ClockRequested, ClockConflict, ClockExecution, ClockReply} // what ends with the last part
	known     = slices.Concat(waiting, []Phase{PhaseAdmitted}, withOther, ending)
)

// Groups of instruments that live alike.
var (
	notifying = instrumentsThat(func(f Form) bool { return f.Notified })
	producing = instrumentsThat(func(f Form) bool { return f.Produces })
	accepting = instrumentsThat(func(f Form) bool { return f.Undertaken })
	answering = instrumentsThat(func(f Form) bool { return f.Produces && !f.Undertaken })
	receiving = instrumentsThat(func(f Form) bool { return f.Produces || f.Instrument == Spontaneous })
	keeping   = []Instrument{EPOC, EPOCPR, Preserve}
)

// admission is the five ways in which policy's answer to a request leads on; deny
// leads to a rejection, which is an act of its own.
func admission(row Row) []Row {
	next := func(o policy.Outcome, to Phase, start ...ClockKind) Row {
		r := row
		r.If = append(slices.Clone(row.If), decided(o))
		r.To, r.Start, r.Receipt = to, start, ReceiptAccepted
		return r
	}
	return []Row{
		next(policy.Permitted, PhaseAdmitted, ClockExPost),
		next(policy.NeedsValidation, PhaseAwaitingValidation),
		next(policy.NeedsNotification, PhaseAwaitingNotification),
		next(policy.HumanReview, PhaseAwaitingReview),
	}
}

// Table returns the transition table, the only place that says what may happen.
func Table() []Row { return table }

var table = slices.Concat(
	admission(Row{From: opening, Act: ActSubmit, Who: []Role{RoleIssuer}, Need: []Need{sameOpener, readable, validBeside}, effect: doSubmit, Rules: "EPO-C-01, UNT-05, EIO-05, BUD-11, CET-03, UFM-01, UFM-02, UFM-03"}),
	admission(Row{From: []Phase{PhaseAwaitingValidation}, Act: ActValidate, Who: []Role{RoleValidator}, Person: true, If: []When{validationIs(true)}, Need: []Need{ofThisOrder, notOwn}, effect: doValidate, Rules: "EPO-I-01, EPO-I-02, EPO-I-03, EIO-02, CET-04"}),
	admission(Row{From: []Phase{PhaseAwaitingNotification}, Act: ActNotify, Who: []Role{RoleIssuer}, Person: true, Instruments: notifying, Need: []Need{readable}, effect: doName, Rules: "EPO-N-01, CET-05"}),
	[]Row{
		{From: []Phase{PhaseAwaitingValidation}, Act: ActValidate, Who: []Role{RoleValidator}, Person: true, If: []When{validationIs(false)}, Need: []Need{ofThisOrder, notOwn}, To: PhaseRejected, Receipt: ReceiptRejected, effect: doValidate, Rules: "EPO-I-01"},
		{From: []Phase{PhaseAwaitingReview}, Act: ActDecide, Who: []Role{RoleIssuer, RoleValidator, RoleAddressee}, Person: true, If: []When{judgementIs(Granted)}, Need: []Need{answersDecision, reviewed, byAuthority}, To: PhaseAdmitted, Start: []ClockKind{ClockExPost}, Receipt: ReceiptAccepted, effect: doDecide, Rules: "rules.md 0, mode human"},
		{From: []Phase{PhaseAwaitingReview}, Act: ActDecide, Who: []Role{RoleIssuer, RoleValidator, RoleAddressee}, Person: true, If: []When{judgementIs(Refused)}, Need: []Need{answersDecision, byAuthority}, To: PhaseRejected, Receipt: ReceiptRejected, effect: doDecide, Rules: "rules.md 0, mode human"},
		{From: begun, Act: ActDecide, Who: []Role{RoleIssuer, RoleValidator, RoleAddressee, RoleEnforcing}, Person: true, Need: []Need{answersDecision, byAuthority}, To: same, Receipt: ReceiptAccepted, effect: doDecide, Rules: "rules.md 0, mode human"},

		{From: []Phase{PhaseAdmitted}, Act: ActDeliver, Who: []Role{RoleBroker}, If: []When{toAddressee}, To: PhaseDelivered, Start: []ClockKind{ClockAcknowledge}, Receipt: ReceiptAvailable, effect: doDeliver, Rules: "EPO-C-02, DIT-08"},
		{From: slices.Concat(opening, known), Act: ActDeliver, Who: []Role{RoleBroker}, Need: []Need{toParty, ofKnownAct}, To: same, Receipt: ReceiptAvailable, Rules: "DIT-08"},
		{From: withOther, Act: ActNotify, Who: []Role{RoleBroker}, Instruments: notifying, Need: []Need{toEnforcing}, To: same, Receipt: ReceiptAvailable, effect: doNotify, Rules: "EPO-N-01, CET-05"},

		{From: []Phase{PhaseDelivered}, Act: ActAcknowledge, Who: []Role{RoleAddressee}, Instruments: receiving, Need: []Need{ofDelivery}, To: PhaseReceived, Start: []ClockKind{ClockProduction, ClockHold, ClockConflict, ClockRequested, ClockRecognition, ClockReply}, Stop: []ClockKind{ClockAcknowledge}, Receipt: ReceiptReceived, Rules: "EPO-K-01, EPO-K-02, EPO-K-03, UNT-13, EIO-06, CET-06"},
		{From: []Phase{PhaseDelivered}, Act: ActAcknowledge, Who: []Role{RoleAddressee}, Instruments: []Instrument{EPOCPR}, Need: []Need{ofDelivery}, To: PhasePreserving, Start: []ClockKind{ClockPreservation}, Stop: []ClockKind{ClockAcknowledge}, Receipt: ReceiptReceived, Rules: "EPO-K-05, EPO-K-07"},
		{From: []Phase{PhaseDelivered}, Act: ActAcknowledge, Who: []Role{RoleAddressee}, Instruments: []Instrument{Preserve}, Need: []Need{ofDelivery}, To: PhasePreserving, Start: []ClockKind{ClockFollowUp, ClockRequested}, Stop: []ClockKind{ClockAcknowledge}, Receipt: ReceiptReceived, Rules: "BUD-14, UNC-11, UFM-01"},
		{From: enforceable, Act: ActAcknowledge, Who: []Role{RoleEnforcing}, Instruments: ordering, If: []When{ofEnforcement}, Need: []Need{receivedOnce}, To: same, Start: []ClockKind{ClockEnforcement}, Receipt: ReceiptReceived, effect: doReceiveEnforcement, Rules: "EPO-K-11"},
		{From: withOther, Act: ActAcknowledge, Who: []Role{RoleEnforcing}, Instruments: notifying, Need: []Need{ofNotice, firstTime}, To: same, Start: []ClockKind{ClockObjection}, Receipt: ReceiptReceived, Rules: "EPO-K-04"},

		{From: []Phase{PhaseReceived, PhaseProducing}, Act: ActAsk, Who: []Role{RoleAddressee}, Instruments: []Instrument{EPOC}, If: []When{asks(AskClarification)}, Need: []Need{goodParts, notSuspended}, To: same, Suspend: SuspendedClarification, Start: []ClockKind{ClockClarification}, Pause: []ClockKind{ClockProduction}, Receipt: ReceiptAccepted, effect: doAsk, Rules: "EPO-C-06, EPO-K-06"},
		{From: []Phase{PhasePreserving}, Act: ActAsk, Who: []Role{RoleAddressee}, Instruments: []Instrument{EPOCPR}, If: []When{asks(AskClarification)}, Need: []Need{goodParts, notSuspended}, To: same, Suspend: SuspendedClarification, Start: []ClockKind{ClockClarification}, Receipt: ReceiptAccepted, effect: doAsk, Rules: "EPO-C-06, EPO-K-06"},
		{From: enforceable, Act: ActAsk, Who: []Role{RoleEnforcing}, Instruments: ordering, If: []When{asks(AskInformation), pending}, Need: []Need{goodParts}, To: same, Start: []ClockKind{ClockInformation}, Receipt: ReceiptAccepted, effect: doAsk, Rules: "EPO-K-11, EPO-E-01"},
		{From: enforceable, Act: ActAsk, Who: []Role{RoleEnforcing}, Instruments: ordering, If: []When{asks(AskConsultation), pending}, Need: []Need{goodParts}, To: same, Receipt: ReceiptAccepted, effect: doAsk, Rules: "EPO-E-01"},
		{From: withOther, Act: ActAsk, Who: []Role{RoleIssuer, RoleAddressee, RoleEnforcing}, If: []When{asks(AskConsultation, AskInformation, AskWaiver)}, Need: []Need{goodParts}, To: same, Receipt: ReceiptAccepted, effect: doAsk, Rules: "EPO-R-E, EPO-R-F, UNT-06, UNT-12"},
		{From: begun, Act: ActAnswer, Who: []Role{RoleIssuer}, If: []When{answers(AskClarification)}, To: same, Lift: SuspendedClarification, Stop: []ClockKind{ClockClarification}, Resume: []ClockKind{ClockProduction}, Receipt: ReceiptAccepted, effect: doAnswer, Rules: "EPO-K-06"},
		{From: begun, Act: ActAnswer, Who: []Role{RoleIssuer}, Person: true, If: []When{answers(askConflict)}, Need: []Need{courtUpheld}, To: same, Lift: SuspendedConflict, Resume: []ClockKind{ClockProduction}, Receipt: ReceiptAccepted, effect: doAnswer, Rules: "EPO-P-07"},
		{From: enforceable, Act: ActAnswer, Who: []Role{RoleIssuer}, Instruments: ordering, If: []When{answers(AskConsultation, AskInformation), pending}, Need: []Need{notAsker}, To: same, Stop: []ClockKind{ClockInformation}, Receipt: ReceiptAccepted, effect: doAnswer, Rules: "EPO-K-11, EPO-E-01"},
		{From: withOther, Act: ActAnswer, Who: []Role{RoleIssuer, RoleAddressee, RoleEnforcing}, If: []When{answers(AskConsultation, AskInformation, AskWaiver)}, Need: []Need{notAsker}, To: same, Receipt: ReceiptAccepted, effect: doAnswer, Rules: "EPO-R-E, UNT-06"},

		{From: []Phase{PhaseReceived}, Act: ActRecognise, Who: []Role{RoleAddressee}, Person: true, Instruments: accepting, Need: []Need{notSuspended}, To: PhaseRecognised, Start: []ClockKind{ClockExecution}, Stop: []ClockKind{ClockRecognition, ClockRecognitionLonger}, Receipt: ReceiptAccepted, effect: doRecognise, Rules: "UNT-06, UNT-12, EIO-06"},
		{From: []Phase{PhaseReceived, PhaseProducing, PhaseRefused}, Act: ActEnforce, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{EPOC}, Need: []Need{goodParts, ofEnforcedPart, notSuspended, notPending, oneEnforcing}, To: same, Receipt: ReceiptAccepted, effect: doEnforce, Rules: "EPO-E-01, EPO-K-11"},
		{From: []Phase{PhasePreserving, PhaseRefused}, Act: ActEnforce, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{EPOCPR}, Need: []Need{goodParts, ofEnforcedPart, notSuspended, notPending, oneEnforcing}, To: same, Receipt: ReceiptAccepted, effect: doEnforce, Rules: "EPO-E-02, EPO-K-11"},
		{From: enforceable, Act: ActRecognise, Who: []Role{RoleEnforcing}, Person: true, Instruments: []Instrument{EPOC}, If: []When{pending, nothingYet}, To: PhaseReceived, Stop: []ClockKind{ClockEnforcement, ClockInformation}, Receipt: ReceiptAccepted, effect: doOrder, Rules: "EPO-E-01, EPO-K-11"},
		{From: enforceable, Act: ActRecognise, Who: []Role{RoleEnforcing}, Person: true, Instruments: []Instrument{EPOC}, If: []When{pending}, To: PhaseProducing, Stop: []ClockKind{ClockEnforcement, ClockInformation}, Receipt: ReceiptAccepted, effect: doOrder, Rules: "EPO-E-01, EPO-K-11"},
		{From: enforceable, Act: ActRecognise, Who: []Role{RoleEnforcing}, Person: true, Instruments: []Instrument{EPOCPR}, If: []When{pending}, To: PhasePreserving, Stop: []ClockKind{ClockEnforcement, ClockInformation}, Receipt: ReceiptAccepted, effect: doOrder, Rules: "EPO-E-02, EPO-K-11"},
		{From: enforceable, Act: ActRefuse, Who: []Role{RoleEnforcing}, Person: true, Instruments: ordering, If: []When{pending}, To: same, Stop: []ClockKind{ClockEnforcement, ClockInformation}, Receipt: ReceiptAccepted, effect: doDeny, Rules: "EPO-E-01, EPO-E-02, EPO-K-11"},
		{From: []Phase{PhaseReceived}, Act: ActDelay, Who: []Role{RoleAddressee}, Person: true, Instruments: []Instrument{EIO}, Need: []Need{permitted, neverDelayed, inTime}, To: same, Start: []ClockKind{ClockRecognitionLonger}, Stop: []ClockKind{ClockRecognition}, Receipt: ReceiptAccepted, effect: doDelay, Rules: "EIO-06"},
		{From: []Phase{PhaseReceived, PhaseRecognised, PhaseProducing}, Act: ActPostpone, Who: []Role{RoleAddressee}, Person: true, Instruments: accepting, Need: []Need{notSuspended}, To: same, Suspend: SuspendedPostponed, Pause: executing, Receipt: ReceiptAccepted, effect: doPostpone, Rules: "UNT-14, BUD-09"},
		{From: []Phase{PhaseReceived, PhaseRecognised, PhaseProducing}, Act: ActResume, Who: []Role{RoleAddressee}, Person: true, Instruments: accepting, Need: []Need{isPostponed}, To: same, Lift: SuspendedPostponed, Resume: executing, Receipt: ReceiptAccepted, Rules: "UNT-14, BUD-09"},
		{From: working, Act: ActRefuse, Who: []Role{RoleAddressee}, Person: true, If: []When{leaves(nothing)}, Need: []Need{goodParts, touches}, To: PhaseRefused, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, effect: doRefuse, Rules: "EPO-C-06, UNT-10, UNT-12"},
		{From: []Phase{PhaseProducing}, Act: ActRefuse, Who: []Role{RoleAddressee}, Person: true, If: []When{leaves(onlyProduced)}, Need: []Need{goodParts, touches}, To: PhaseProduced, Stop: finished, Receipt: ReceiptAccepted, effect: doRefuse, Rules: "EPO-C-06, UNT-10, UNT-12"},
		{From: working, Act: ActRefuse, Who: []Role{RoleAddressee}, Person: true, If: []When{leaves(something)}, Need: []Need{goodParts, touches}, To: same, Receipt: ReceiptAccepted, effect: doRefuse, Rules: "EPO-C-06, UNT-10, UNT-12"},

		{From: withOther, Act: ActObject, Who: []Role{RoleEnforcing}, Person: true, Instruments: notifying, If: []When{leaves(nothing)}, Need: []Need{goodParts, touches, wasNotified, namesNoTick}, To: PhaseObjected, Start: []ClockKind{ClockErase}, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, effect: doObject, Rules: "EPO-R-A, EPO-R-B, EPO-R-C, EPO-R-D, EPO-R-E, EPO-X-02"},
		{From: withOther, Act: ActObject, Who: []Role{RoleEnforcing}, Person: true, Instruments: notifying, If: []When{leaves(onlyProduced, something)}, Need: []Need{goodParts, touches, wasNotified, namesNoTick}, To: same, Start: []ClockKind{ClockErase}, Stop: []ClockKind{ClockObjection}, Receipt: ReceiptAccepted, effect: doObject, Rules: "EPO-R-E, EPO-X-02"},
		{From: []Phase{PhaseReceived, PhaseProducing}, Act: ActObject, Who: []Role{RoleAddressee}, Person: true, Instruments: []Instrument{EPOC}, Need: []Need{goodParts, inConflictWindow, notSuspended}, To: same, Suspend: SuspendedConflict, Stop: []ClockKind{ClockConflict}, Pause: []ClockKind{ClockProduction}, Receipt: ReceiptAccepted, effect: doConflict, Rules: "EPO-K-10, EPO-P-07"},
		{From: withOther, Act: ActClear, Who: []Role{RoleEnforcing}, Person: true, Instruments: []Instrument{EPOC}, Need: []Need{wasNotified, notObjected}, To: same, Hold: lift, Stop: []ClockKind{ClockObjection, ClockHold}, Receipt: ReceiptAccepted, effect: doClear, Rules: "EPO-N-04, EPO-K-02"},

		{From: withOther, Act: ActValidate, Who: []Role{RoleValidator}, Person: true, Instruments: []Instrument{EPOC, EPOCPR}, If: []When{validationIs(true)}, Need: []Need{ofThisOrder, notOwn, stillUnvalidated}, To: same, Stop: []ClockKind{ClockExPost}, Receipt: ReceiptAccepted, effect: doValidate, Rules: "EPO-I-04, EPO-K-09"},
		{From: withOther, Act: ActValidate, Who: []Role{RoleValidator}, Person: true, Instruments: []Instrument{EPOC, EPOCPR}, If: []When{validationIs(false)}, Need: []Need{ofThisOrder, notOwn, stillUnvalidated}, To: PhaseWithdrawn, Hold: lift, Suspend: SuspendedValidation, Start: []ClockKind{ClockErase}, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, effect: doRefuseAfterwards, Rules: "EPO-I-04, EPO-X-01", Since: 1},
		{From: withOther, Act: ActValidate, Who: []Role{RoleValidator}, Person: true, Instruments: []Instrument{EPOC, EPOCPR}, If: []When{validationIs(false)}, Need: []Need{ofThisOrder, notOwn, stillUnvalidated}, To: same, Suspend: SuspendedValidation, Stop: []ClockKind{ClockExPost}, Pause: []ClockKind{ClockProduction}, Receipt: ReceiptAccepted, effect: doValidate, Rules: "EPO-I-04, EPO-X-01", Before: 1},

		{From: []Phase{PhaseReceived, PhaseProducing, PhasePreserving}, Act: ActPreserve, Who: []Role{RoleAddressee}, Instruments: keeping, Need: []Need{goodParts}, To: same, Receipt: ReceiptAccepted, effect: doPreserve, Rules: "EPO-K-05, EPO-K-07, BUD-14"},
		{From: []Phase{PhasePreserving}, Act: ActExtend, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{EPOCPR}, Need: []Need{permitted, neverExtended, stillRunning}, To: same, Start: []ClockKind{ClockExtension}, Stop: []ClockKind{ClockPreservation}, Receipt: ReceiptAccepted, effect: doExtend, Rules: "EPO-K-07, EPO-C-07"},
		{From: []Phase{PhasePreserving}, Act: ActConfirm, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{EPOCPR}, Need: []Need{permitted, stillRunning, formIs(AnnexV, "EPO-C-07")}, To: same, Stop: []ClockKind{ClockPreservation, ClockExtension}, Receipt: ReceiptAccepted, effect: doConfirm, Rules: "EPO-K-08, EPO-C-07"},
		{From: []Phase{PhasePreserving}, Act: ActConfirm, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{Preserve}, Need: []Need{formIs(FormWritten, "BUD-14")}, To: same, Stop: []ClockKind{ClockFollowUp}, Receipt: ReceiptAccepted, effect: doConfirm, Rules: "BUD-14"},
		{From: []Phase{PhasePreserving}, Act: ActStop, Who: []Role{RoleAddressee}, Person: true, Instruments: []Instrument{Preserve}, Need: []Need{mayStop}, To: PhaseExpired, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, Rules: "BUD-14"},

		{From: []Phase{PhaseReceived, PhaseProducing}, Act: ActProduce, Who: []Role{RoleAddressee}, Instruments: answering, If: []When{lastPart(true)}, Need: production, To: PhaseProduced, Start: []ClockKind{ClockUserNotice}, Stop: finished, Receipt: ReceiptAccepted, effect: doProduce, Rules: "EPO-K-01, EPO-K-02, EPO-K-03, DIT-05, EPO-P-05"},
		{From: []Phase{PhaseReceived, PhaseProducing}, Act: ActProduce, Who: []Role{RoleAddressee}, Instruments: answering, If: []When{lastPart(false)}, Need: production, To: PhaseProducing, Start: []ClockKind{ClockUserNotice}, Receipt: ReceiptAccepted, effect: doProduce, Rules: "EPO-K-01, DIT-05, EPO-P-05"},
		{From: []Phase{PhaseRecognised, PhaseProducing}, Act: ActProduce, Who: []Role{RoleAddressee}, Instruments: accepting, If: []When{lastPart(true)}, Need: production, To: PhaseProduced, Stop: finished, Receipt: ReceiptAccepted, effect: doProduce, Rules: "UNT-13, EIO-06"},
		{From: []Phase{PhaseRecognised, PhaseProducing}, Act: ActProduce, Who: []Role{RoleAddressee}, Instruments: accepting, If: []When{lastPart(false)}, Need: production, To: PhaseProducing, Receipt: ReceiptAccepted, effect: doProduce, Rules: "UNT-13"},

		{From: sending, Act: ActRelease, Who: []Role{RoleBroker}, Instruments: producing, Need: []Need{permitted, noHold, notSuspended, exhibitIs(ExhibitDeposited, ExhibitReleased, ExhibitRetrieved, ExhibitHandedOver), toRecipient}, To: same, Receipt: ReceiptAvailable, effect: doRelease, Rules: "EPO-K-02, EPO-N-04"},
		{From: slices.Concat(sending, []Phase{PhaseClosed}), Act: ActRetrieve, Who: []Role{RoleRecipient, RoleIssuer}, Person: true, Instruments: producing, Need: []Need{permitted, notRefusedValidation, releasedToSender, exhibitIs(ExhibitReleased, ExhibitRetrieved, ExhibitHandedOver)}, To: same, Receipt: ReceiptRetrieved, effect: doRetrieve, Rules: "XC-01, XC-06, UNT-08"},
		{From: slices.Concat(sending, []Phase{PhaseClosed}), Act: ActHandover, Who: []Role{RoleRecipient, RoleIssuer}, Instruments: producing, Need: []Need{releasedToSender, exhibitIs(ExhibitRetrieved, ExhibitHandedOver), fetchedBySender, notTaken, bothSigned}, To: same, Receipt: ReceiptHandedOver, effect: doHandover, Rules: "DIT-05, DIT-08"},
		{From: slices.Concat(sending, ending), Act: ActCustodial, Who: []Role{RoleRecipient, RoleIssuer}, Instruments: producing, If: []When{lastDeletion}, Need: []Need{ownCustody}, To: same, Stop: []ClockKind{ClockErase}, Receipt: ReceiptAccepted, effect: doCustody, Rules: "EPO-X-01, EPO-X-02, XC-06"},
		{From: slices.Concat(sending, ending), Act: ActCustodial, Who: []Role{RoleRecipient, RoleIssuer, RoleAddressee}, Instruments: producing, Need: []Need{ownCustody}, To: same, Receipt: ReceiptAccepted, effect: doCustody, Rules: "XC-06"},
		{From: slices.Concat(sending, []Phase{PhaseClosed}), Act: ActShare, Who: []Role{RoleRecipient, RoleIssuer}, Person: true, Instruments: producing, If: []When{ofExhibit}, Need: []Need{permitted, abroadIsSaid, notRefusedValidation, releasedToSender, exhibitIs(ExhibitReleased, ExhibitRetrieved, ExhibitHandedOver)}, To: same, Receipt: ReceiptAccepted, effect: doShare, Rules: "XC-01, XC-07, UNT-08, BUD-10, CET-11, UNC-07, TIP-04"},
		{From: []Phase{PhaseReceived, PhaseClosed}, Act: ActShare, Who: []Role{RoleAddressee}, Person: true, Instruments: []Instrument{Spontaneous}, If: []When{ofInformation}, Need: []Need{permitted, abroadIsSaid}, To: same, Receipt: ReceiptAccepted, effect: doShare, Rules: "UNT-16, TIP-04"},

		{From: slices.Concat(sending, ending), Act: ActInform, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{EPOC}, Need: []Need{notInformed}, To: same, Stop: []ClockKind{ClockUserNotice, ClockNoticeReview}, Receipt: ReceiptAccepted, effect: doInform, Rules: "EPO-P-05"},
		{From: slices.Concat(sending, ending), Act: ActWithhold, Who: []Role{RoleIssuer}, Person: true, Instruments: []Instrument{EPOC}, Need: []Need{permitted, notInformed}, To: same, Start: []ClockKind{ClockNoticeReview}, Stop: []ClockKind{ClockUserNotice, ClockNoticeReview}, Receipt: ReceiptAccepted, effect: doWithhold, Rules: "EPO-P-06"},
		{From: slices.Concat(withOther, ending), Act: ActNote, Who: []Role{RoleIssuer, RoleAddressee, RoleEnforcing}, Need: []Need{mayNote}, To: same, Receipt: ReceiptAccepted, effect: doNote, Rules: "EPO-P-09, EPO-P-10"},

		{From: slices.Concat(waiting, withOther, []Phase{PhaseObjected}), Act: ActWithdraw, Who: []Role{RoleIssuer}, Person: true, If: []When{wholly}, To: PhaseWithdrawn, Hold: lift, Lift: anyReason, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, effect: doWithdraw, Rules: "EPO-R-E, EPO-X-01, EPO-X-03"},
		{From: slices.Concat(waiting, withOther), Act: ActWithdraw, Who: []Role{RoleIssuer}, Person: true, If: []When{leaves(nothing)}, Need: []Need{goodParts, touches}, To: PhaseWithdrawn, Hold: lift, Lift: anyReason, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, effect: doWithdraw, Rules: "EPO-R-E, EPO-X-03"},
		{From: []Phase{PhaseProducing}, Act: ActWithdraw, Who: []Role{RoleIssuer}, Person: true, If: []When{leaves(onlyProduced)}, Need: []Need{goodParts, touches}, To: PhaseProduced, Stop: finished, Receipt: ReceiptAccepted, effect: doWithdraw, Rules: "EPO-R-E, EPO-X-03"},
		{From: slices.Concat(waiting, withOther), Act: ActWithdraw, Who: []Role{RoleIssuer}, Person: true, If: []When{leaves(something)}, Need: []Need{goodParts, touches}, To: same, Receipt: ReceiptAccepted, effect: doWithdraw, Rules: "EPO-R-E, EPO-X-03"},
		{From: []Phase{PhasePreserving, PhaseProduced, PhaseRefused, PhaseObjected, PhaseExpired, PhaseWithdrawn}, Act: ActClose, Who: []Role{RoleIssuer}, To: PhaseClosed, Hold: lift, Lift: anyReason, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, Rules: "EPO-X-03"},

		{From: []Phase{PhaseDelivered, PhaseReceived}, Act: ActClose, Who: []Role{RoleIssuer}, Instruments: []Instrument{Spontaneous}, To: PhaseClosed, Stop: []ClockKind{all}, Receipt: ReceiptAccepted, Rules: "UNT-16"},

		{From: known, Act: ActWarn, Who: []Role{RoleBroker}, Need: []Need{clockRuns, warnDue}, To: same, Receipt: ReceiptReminded, effect: doWarn, Rules: "network setting"},
		{From: []Phase{PhasePreserving}, Act: ActExpire, Who: []Role{RoleBroker}, Instruments: []Instrument{EPOCPR}, If: []When{clockIs(ClockPreservation, ClockExtension)}, Need: []Need{clockRuns, expiryDue}, To: PhaseExpired, Stop: []ClockKind{all}, effect: doExpire, Rules: "EPO-K-07"},
		{From: []Phase{PhasePreserving}, Act: ActExpire, Who: []Role{RoleBroker}, Instruments: []Instrument{EPOCPR}, If: []When{clockIs(ClockClarification)}, Need: []Need{clockRuns, expiryDue}, To: PhaseExpired, Lift: anyReason, Stop: []ClockKind{all}, Receipt: ReceiptNotDone, effect: doExpire, Rules: "EPO-K-06"},
		{From: withOther, Act: ActExpire, Who: []Role{RoleBroker}, Instruments: []Instrument{EPOC}, If: []When{clockIs(ClockHold)}, Need: []Need{clockRuns, expiryDue}, To: same, Hold: lift, effect: doExpire, Rules: "EPO-K-02, EPO-N-04"},
		{From: withOther, Act: ActExpire, Who: []Role{RoleBroker}, Instruments: []Instrument{EPOC}, If: []When{clockIs(ClockObjection, ClockConflict)}, Need: []Need{clockRuns, expiryDue}, To: same, effect: doExpire, Rules: "EPO-K-04, EPO-K-10"},
		{From: known, Act: ActExpire, Who: []Role{RoleBroker}, If: []When{clockIs(ClockUserNotice, ClockNoticeReview, ClockErase)}, Need: []Need{clockRuns, expiryDue}, To: same, Receipt: ReceiptNotDone, effect: doExpire, Rules: "EPO-P-05, EPO-P-06, EPO-X-01, EPO-X-02"},
		{From: enforceable, Act: ActExpire, Who: []Role{RoleBroker}, Instruments: ordering, If: []When{clockIs(ClockEnforcement, ClockInformation)}, Need: []Need{clockRuns, expiryDue}, To: same, Receipt: ReceiptNotDone, effect: doExpire, Rules: "EPO-K-11"},
		{From: withOther, Act: ActExpire, Who: []Role{RoleBroker}, If: []When{clockIs(ClockAcknowledge)}, Need: []Need{clockRuns, expiryDue}, To: same, Receipt: ReceiptNotReceived, effect: doExpire, Rules: "DIT-08"},
		{From: slices.Concat([]Phase{PhaseAdmitted}, withOther), Act: ActExpire, Who: []Role{RoleBroker}, Need: []Need{clockRuns, expiryDue}, To: same, Receipt: ReceiptNotDone, effect: doExpire, Rules: "EPO-K-01, EPO-K-06, EPO-K-09, UNT-13, EIO-06, BUD-14, CET-06"},

		{From: opening, Act: ActReject, Who: []Role{RoleBroker}, Need: []Need{hasReason}, To: PhaseRejected, Receipt: ReceiptRejected, effect: doReject, Rules: "DIT-08"},
		{From: known, Act: ActReject, Who: []Role{RoleBroker}, Need: []Need{hasReason, toParty}, To: same, Receipt: ReceiptRejected, Rules: "DIT-08"},
	},
)
