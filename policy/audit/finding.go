package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// ErrFinding is matched by every [Finding].
var ErrFinding = errors.New("ledger does not hold")

// Check names what was checked.
type Check string

// The checks.
const (
	CheckCheckpoint Check = "checkpoint" // signed by both keys, and covers all records held
	CheckTiles      Check = "tiles"      // lead to the signed root
	CheckHistory    Check = "history"    // contains what was signed before
	CheckComplete   Check = "complete"   // no record is missing
	CheckCommitment Check = "commitment" // the record is the one in the tree
	CheckPin        Check = "pin"        // the first trust list is the pinned one
	CheckTrust      Check = "trust"      // judged by the trust list in force; lists follow each other
	CheckRecord     Check = "record"     // well-formed
	CheckSeal       Check = "seal"       // the broker's signature
	CheckStatement  Check = "statement"  // a party's signature
	CheckStanding   Check = "standing"   // a repeated statement was recorded first where the record says
	CheckAttested   Check = "attested"   // digests and sealed parts are those of the record
	CheckSequence   Check = "sequence"   // the record stands where it says
	CheckTransition Check = "transition" // the act was possible
	CheckState      Check = "state"      // attested state follows from the acts
	CheckReceipt    Check = "receipt"    // attested receipt does
	CheckClocks     Check = "clocks"     // attested clocks do
	CheckBundle     Check = "bundle"     // put in force by who may; decisions are by what is in force
	CheckDecision   Check = "decision"   // policy was asked, and obeyed
	CheckFacts      Check = "facts"      // with the facts that the ledger gives
	CheckReplay     Check = "replay"     // the same revision decides the same
	CheckCustody    Check = "custody"    // an unbroken chain
)

// Finding is the first thing that does not hold.
type Finding struct {
	Record uint64     `json:"record,omitempty"` // sequence; 0 when it is the ledger as a whole
	Case   string     `json:"case,omitempty"`   // as the record claims, when the record itself does not hold
	Act    broker.Act `json:"act,omitempty"`
	Check  Check      `json:"check"`
	Detail string     `json:"detail"`
	Err    error      `json:"-"`
}

func (f *Finding) Error() string {
	s := "verify ledger: "
	if f.Record > 0 {
		s += "record " + strconv.FormatUint(f.Record, 10)
		if f.Act != "" {
			s += " (" + string(f.Act) + ")"
		}
		if f.Case != "" {
			s += " of case " + f.Case
		}
		s += ": "
	}
	return s + string(f.Check) + ": " + f.Detail
}

// Is makes every Finding match ErrFinding.
func (f *Finding) Is(target error) bool { return target == ErrFinding }

// Unwrap gives the cause.
func (f *Finding) Unwrap() error { return f.Err }

// about builds the finding on a record. Cause may be nil.
func about(seq uint64, a *broker.Attestation, check Check, cause error, format string, args ...any) *Finding {
	f := &Finding{Record: seq, Check: check, Detail: fmt.Sprintf(format, args...), Err: cause}
	if cause != nil {
		f.Detail += ": " + cause.Error()
	}
	if a != nil {
		f.Case, f.Act = a.Case, a.Act
	}
	return f
}

// claims says what a record that does not hold claims to be, so that a person
// knows where to look. Nothing of it is verified; nil when it cannot be read.
func claims(raw []byte) *broker.Attestation {
	r, err := broker.DecodeRecord(raw)
	if err != nil {
		return nil
	}
	a, err := broker.PeekAttestation(r.Attestation)
	if err != nil {
		return nil
	}
	return a
}

// diagnose finds out which part of a record broker.OpenRecord refused.
func diagnose(seq uint64, raw []byte, history agencies.History, refused error) *Finding {
	r, err := broker.DecodeRecord(raw)
	if err != nil {
		return about(seq, nil, CheckRecord, err, "is not a record")
	}
	a, err := broker.PeekAttestation(r.Attestation)
	if err != nil {
		return about(seq, nil, CheckRecord, err, "has no readable attestation")
	}
	if list, ok := history.Version(a.Trust); !ok || list.Digest() != a.TrustDigest {
		return about(seq, a, CheckTrust, refused, "names trust list %d", a.Trust)
	}
	if _, err := history.Verify(r.Attestation, agencies.TypRecord, a.Trust, a.At); err != nil {
		return about(seq, a, CheckSeal, err, "the broker's seal does not verify")
	}
	if errors.Is(refused, broker.ErrAttested) {
		return about(seq, a, attestedCheck(refused), refused, "is not what was attested")
	}
	for i, c := range r.Statements {
		if _, err := a.ReadSpoken(c, history); err != nil && a.Act != broker.ActReject {
			return about(seq, a, CheckStatement, err, "statement %d does not hold", i+1)
		}
	}
	return about(seq, a, CheckSeal, refused, "is not sealed by a broker")
}

// folded turns what broker.Apply or CheckClocks refused into a finding.
func folded(seq uint64, a *broker.Attestation, err error) *Finding {
	check := CheckTransition
	if errors.Is(err, broker.ErrAttested) {
		check = attestedCheck(err)
	}
	return about(seq, a, check, err, "does not follow from the records before")
}

// attestedCheck names what of an attestation does not hold.
func attestedCheck(err error) Check {
	if fe, ok := errors.AsType[*agencies.FieldError](err); ok {
		switch fe.Field {
		case "standing":
			return CheckStanding
		case "state":
			return CheckState
		case "receipt":
			return CheckReceipt
		case "clocks":
			return CheckClocks
		}
	}
	return CheckAttested
}

// audited turns a finding of the tree into one of the ledger. Records held are
// known to have no gap.
func audited(err error, held uint64, claim func(seq uint64) *broker.Attestation) error {
	ae, ok := errors.AsType[*tlog.AuditError](err)
	if !ok {
		return err
	}
	f := &Finding{Detail: ae.Detail, Err: ae}
	if ae.File != "" {
		f.Detail = ae.File + ": " + f.Detail
	}
	if ae.Err != nil && !errors.Is(ae.Err, fs.ErrNotExist) {
		f.Detail += ": " + ae.Err.Error()
	}
	switch ae.Check {
	case "record":
		seq := uint64(ae.Index) + 1
		if seq > held {
			return about(seq, nil, CheckComplete, ae, "is missing")
		}
		return about(seq, claim(seq), CheckCommitment, nil, "is not the record that the tree commits to")
	case "signature":
		f.Check = CheckCheckpoint
	case "chain":
		f.Check = CheckHistory
	default:
		f.Check = CheckTiles
		if ae.Index >= 0 {
			f.Record = uint64(ae.Index) + 1
		}
		if ae.File == "checkpoint" {
			f.Check = CheckCheckpoint
		}
	}
	return f
}
