package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
)

// Leg is one copy of an act: a record in one agency's inbox.
type Leg struct {
	Act Act // the act itself in the first leg; deliver or notify in the others
	To  agencies.ID
	// Statements go into the record. Those of an admission may be older than the
	// act that led to it; they lie in earlier records of the case.
	Statements []agencies.Compact
	// Sealed are the sealed parts that go with it; their ciphertexts lie beside
	// the statement, or in the record of the submission.
	Sealed []agencies.SealedRef
}

// Legs says who gets which copy of an act that a party did, in the order in which
// the batch commits them. before and after are the case around the act, said its
// statements with the act first. The first leg is the act's own record; the others
// are the broker's deliver and notify with its id as Ref.
//
// An order's own record goes back to its issuer, because the addressee's copy must
// not hold what only authorities may read [EPO-C-02], and a production's to its
// producer. Every other act's own record goes to the first of those it is for, or
// back to who acted when it holds reasons of policy that are not for that one.
func Legs(before, after Case, said ...Spoken) []Leg {
	lead := said[0]
	own := make([]agencies.Compact, len(said))
	for i, s := range said {
		own[i] = s.Compact
	}
	var refs []agencies.SealedRef
	if lead.Statement != nil {
		refs = lead.Statement.Sealed
	}
	if after.State.Phase == PhaseAdmitted && before.State.Phase != PhaseAdmitted {
		p := after.Parties
		out := []Leg{
			{Act: lead.Act(), To: p.Issuer, Statements: own, Sealed: sealedTo(refs, lead.Agency, p.Issuer)},
			{Act: ActDeliver, To: p.Addressee, Statements: after.Dossier, Sealed: sealedTo(after.Sealed, "", p.Addressee)},
		}
		if p.Enforcing != "" {
			out = append(out, Leg{Act: ActNotify, To: p.Enforcing, Statements: after.Dossier, Sealed: sealedTo(after.Sealed, "", p.Enforcing)})
		}
		// In an emergency the validation is sought by the same batch [EPO-K-09].
		if p.Validator != "" && after.Validated == nil {
			out = append(out, Leg{Act: ActDeliver, To: p.Validator, Statements: after.Dossier, Sealed: sealedTo(after.Sealed, "", p.Validator)})
		}
		return out
	}
	if lead.Act() == ActEnforce {
		return enforcementLegs(before, after, own, refs, lead.Agency)
	}
	to := audience(before, after, lead)
	if n := len(after.Decisions); n > len(before.Decisions) && !after.Parties.seesReasons(to[0], &after.Decisions[n-1]) {
		to = append([]agencies.ID{lead.Agency}, to...)
	}
	out := make([]Leg, 0, len(to))
	for i, id := range to {
		leg := Leg{Act: ActDeliver, To: id, Statements: own, Sealed: sealedTo(refs, lead.Agency, id)}
		if i == 0 {
			leg.Act = lead.Act()
		} else if lead.Act() == ActProduce {
			leg.Sealed = nil // particulars of the data, names among them, are data [EPO-N-04]
		}
		out = append(out, leg)
	}
	return out
}

// enforcementLegs: the enforcing authority gets the act, and with it the order when
// it was never notified; the addressee learns that it will be made to comply.
func enforcementLegs(before, after Case, own []agencies.Compact, refs []agencies.SealedRef, by agencies.ID) []Leg {
	p := after.Parties
	out := []Leg{{Act: ActEnforce, To: p.Enforcing, Statements: own, Sealed: sealedTo(refs, by, p.Enforcing)}}
	if before.NotifiedAt.IsZero() {
		out = append(out, Leg{Act: ActDeliver, To: p.Enforcing, Statements: after.Dossier, Sealed: sealedTo(after.Sealed, "", p.Enforcing)})
	}
	return append(out, Leg{Act: ActDeliver, To: p.Addressee, Statements: own, Sealed: sealedTo(refs, by, p.Addressee)})
}

// audience lists who must learn of an act, and beside them the parties that its
// statement names.
func audience(before, after Case, lead Spoken) []agencies.ID {
	p := after.Parties
	var to []agencies.ID
	switch lead.Act() {
	case ActSubmit:
		// Held: the issuer has its receipt, the validator something to validate.
		if after.State.Phase == PhaseAwaitingValidation {
			return compact(p.Issuer, p.Validator)
		}
		return compact(p.Issuer)
	case ActValidate:
		to = []agencies.ID{p.Issuer}
		if after.State.Phase == PhaseWithdrawn {
			// Refused afterwards: who executes stops, and who holds data deletes them.
			to = append([]agencies.ID{p.Issuer, p.Addressee, p.Enforcing}, p.Recipients...)
		}
	case ActShare:
		to = []agencies.ID{p.Issuer, p.Addressee} // who asked, and where it came from
	case ActInform, ActWithhold, ActNote:
		to = []agencies.ID{p.Issuer}
	case ActDecide, ActNotify, ActAcknowledge, ActRecognise, ActDelay, ActPostpone, ActResume, ActPreserve, ActStop:
		to = []agencies.ID{p.Issuer}
	case ActRefuse:
		to = []agencies.ID{p.Issuer, p.Enforcing}
		if before.denying(lead) {
			to = []agencies.ID{p.Issuer, p.Addressee}
		}
	case ActObject, ActClear:
		to = []agencies.ID{p.Issuer, p.Addressee, p.Enforcing}
	case ActExtend, ActConfirm, ActHandover, ActRetrieve:
		to = []agencies.ID{p.Addressee}
	case ActProduce:
		// What is produced stays with the producer until the release gate lets it go;
		// the release carries the statement and its sealed part to each recipient.
		return compact(lead.Agency, p.Issuer)
	case ActWithdraw, ActClose:
		if slices.Contains(waiting, before.State.Phase) || before.State.Phase == PhaseRejected {
			return compact(p.Issuer)
		}
		to = append([]agencies.ID{p.Addressee, p.Enforcing}, p.Recipients...)
	}
	if lead.Statement != nil {
		for _, id := range lead.Statement.To {
			if len(p.Roles(id)) > 0 {
				to = append(to, id)
			}
		}
	}
	to = slices.DeleteFunc(compact(to...), func(id agencies.ID) bool { return id == lead.Agency })
	if len(to) == 0 {
		return []agencies.ID{lead.Agency}
	}
	return to
}

// compact drops empty and repeated ids.
func compact(ids ...agencies.ID) []agencies.ID {
	var out []agencies.ID
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// sealedTo lists the sealed parts that an agency may open; who sealed them holds
// them all.
func sealedTo(refs []agencies.SealedRef, sender, id agencies.ID) []agencies.SealedRef {
	var out []agencies.SealedRef
	for _, ref := range refs {
		if id == sender || slices.Contains(ref.To, id) {
			out = append(out, ref)
		}
	}
	return out
}
