package exchange_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// speech is one act before it is signed.
type speech struct {
	by      agencies.ID
	officer agencies.OfficerID
	caseID  string
	to      []agencies.ID
	body    broker.Body
	seal    map[broker.Compartment][]agencies.ID
	edit    func(*agencies.Statement) // before it is signed
	beside  []agencies.Compact
}

// say signs an act and seals its parts; it sends nothing.
func (w *world) say(s speech) (*broker.Submission, *agencies.Statement) {
	w.t.Helper()
	if s.caseID == "" {
		s.caseID = agencies.NewID()
	}
	st, err := agencies.NewStatement(string(s.body.Act()), s.caseID, s.by, s.to, w.clock.now(), map[string]any{})
	ok(w.t, err)
	sub := &broker.Submission{}
	for _, name := range slices.Sorted(maps.Keys(s.seal)) {
		key, err := agencies.NewCaseKey()
		ok(w.t, err)
		d, err := agencies.NewDisclosure("text", "sealed "+string(name))
		ok(w.t, err)
		cipher, err := st.Seal(string(name), key.Recipient(), s.seal[name], []agencies.Disclosure{d})
		ok(w.t, err)
		sub.Sealed = append(sub.Sealed, broker.SealedPart{Compartment: name, Ciphertext: cipher})
		for _, id := range s.seal[name] {
			recipients, err := w.list().Recipients(id, w.clock.now())
			ok(w.t, err)
			wrapped, err := key.WrapFor(recipients)
			ok(w.t, err)
			sub.Wraps = append(sub.Wraps, agencies.KeyWrap{Case: s.caseID, Act: st.ID, Compartment: string(name), For: id, Wrapped: wrapped})
		}
	}
	if o, ok := s.body.(*broker.Order); ok && len(st.SD) > 0 {
		o.Targets[0].IdentifierKind, o.Targets[0].IdentifierDigest = broker.Account, st.SD[0]
		if o.Emergency != nil {
			o.Emergency.ReasonsDigest = st.SD[0]
		}
	}
	if len(st.SD) > 0 {
		switch b := s.body.(type) {
		case *broker.Postponement:
			b.Reasons = st.SD[0]
		case *broker.Refusal:
			b.Reasons = st.SD[0]
		}
	}
	st.Body, err = agencies.Canonical(s.body)
	ok(w.t, err)
	if s.edit != nil {
		s.edit(st)
	}
	c, err := w.signer(s.by, s.officer).SignStatement(st)
	ok(w.t, err)
	sub.Statements = append([]agencies.Compact{c}, s.beside...)
	return sub, st
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := broker.EncodeMessage(v)
	ok(t, err)
	return b
}
