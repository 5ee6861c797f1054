package agencies

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// nth spells the i-th element of a list in a field path.
func nth(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// Registrar is one of those whose quorum signs the trust list.
type Registrar struct {
	Name string          `json:"name"`
	JWK  json.RawMessage `json:"jwk"`
}

// TrustList says who may speak in this exchange. A list is a value that nobody
// changes once it is validated; Next gives a copy to edit.
type TrustList struct {
	Version       int          `json:"version"`        // 1, 2, 3 …
	Prev          Digest       `json:"prev,omitempty"` // of the exact bytes of the version before; "" for 1
	Network       string       `json:"network"`        // the exchange; never reused for another
	IssuedAt      time.Time    `json:"issued_at"`
	Quorum        int          `json:"quorum"` // registrars that must sign the next version
	Registrars    []Registrar  `json:"registrars"`
	States        []StateEntry `json:"states,omitempty"`
	Agencies      []Agency     `json:"agencies,omitempty"`
	PolicySigners []Key        `json:"policy_signers,omitempty"`
	Witnesses     []string     `json:"witnesses,omitempty"` // C2SP vkeys

	idx *index // set by Validate; nil: the list vouches for nobody
}

// holder is who a key belongs to.
type holder struct {
	agency  *Agency
	officer *Officer
	key     *Key
	pub     *publicKey // nil for a seal key
}

// index serves the lookups of a validated list.
type index struct {
	agencies   map[ID]*Agency
	accounts   map[string]*Agency
	keys       map[KeyID]*holder
	policy     map[KeyID]*holder
	registrars map[KeyID]*registrarKey
	states     map[State]*StateEntry
}

type registrarKey struct {
	name string
	pub  *publicKey
}

// Validate checks every field of the list and everything that must be unique
// in it, and makes it ready to Verify. Calling it means that the caller vouches
// for the list: one that came from outside becomes ready through VerifyGenesis
// or VerifyNext instead.
func (l *TrustList) Validate() error {
	idx, err := l.check()
	if err != nil {
		return fmt.Errorf("check trust list: %w", err)
	}
	l.idx = idx
	return nil
}

// index is the index of a validated list, or a fresh one that makes no promise
// about the list's signatures.
func (l *TrustList) index() (*index, error) {
	if l.idx != nil {
		return l.idx, nil
	}
	return l.check()
}

func (l *TrustList) check() (*index, error) {
	if l.Version < 1 {
		return nil, fieldErr("version", RuleRequired, "versions begin at 1")
	}
	if (l.Version == 1) != (l.Prev == "") {
		return nil, fieldErr("prev", RuleMismatch, "version 1 has none, every other has one")
	}
	if l.Prev != "" && l.Prev.Check() != nil {
		return nil, fieldErr("prev", RuleFormat, "want a digest")
	}
	if err := checkName("network", l.Network); err != nil {
		return nil, err
	}
	if err := checkTime("issued_at", l.IssuedAt); err != nil {
		return nil, err
	}
	idx := &index{
		agencies: map[ID]*Agency{}, accounts: map[string]*Agency{}, keys: map[KeyID]*holder{},
		policy: map[KeyID]*holder{}, registrars: map[KeyID]*registrarKey{}, states: map[State]*StateEntry{},
	}
	for _, step := range []func(*TrustList) error{
		idx.addRegistrars, idx.addStates, idx.addAgencies, idx.addPolicySigners,
	} {
		if err := step(l); err != nil {
			return nil, err
		}
	}
	return idx, checkWitnesses(l.Witnesses)
}

func (x *index) addRegistrars(l *TrustList) error {
	if n := len(l.Registrars); n < 1 || n > 64 {
		return fieldErr("registrars", RuleSize, "want 1 to 64")
	}
	names := map[string]bool{}
	for i, r := range l.Registrars {
		path := nth("registrars", i)
		if err := checkName("name", r.Name); err != nil {
			return under(path, err)
		}
		if names[fold(r.Name)] {
			return fieldErr(path+".name", RuleDuplicate, "name used twice")
		}
		names[fold(r.Name)] = true
		pub, err := parsePublicJWK(r.JWK)
		if err != nil {
			return under(path+".jwk", err)
		}
		if x.registrars[pub.id] != nil {
			return fieldErr(path+".jwk", RuleDuplicate, "key used twice")
		}
		x.registrars[pub.id] = &registrarKey{name: r.Name, pub: pub}
	}
	if l.Quorum < 1 || l.Quorum > len(l.Registrars) {
		return fieldErr("quorum", RuleSize, "want 1 to %d", len(l.Registrars))
	}
	return nil
}

func (x *index) addStates(l *TrustList) error {
	if len(l.States) > maxStates {
		return fieldErr("states", RuleSize, "more than %d", maxStates)
	}
	names := map[string]bool{}
	for i := range l.States {
		s, path := &l.States[i], nth("states", i)
		if err := s.check(); err != nil {
			return under(path, err)
		}
		if x.states[s.Code] != nil {
			return fieldErr(path+".code", RuleDuplicate, "code used twice")
		}
		if names[fold(s.Name)] {
			return fieldErr(path+".name", RuleDuplicate, "name used twice")
		}
		x.states[s.Code], names[fold(s.Name)] = s, true
	}
	return nil
}

func (x *index) addAgencies(l *TrustList) error {
	if len(l.Agencies) > maxAgencies {
		return fieldErr("agencies", RuleSize, "more than %d", maxAgencies)
	}
	names, issuers := map[string]bool{}, map[string]bool{}
	for i := range l.Agencies {
		a, path := &l.Agencies[i], nth("agencies", i)
		if err := a.checkSelf(); err != nil {
			return under(path, err)
		}
		if x.agencies[a.ID] != nil {
			return fieldErr(path+".id", RuleDuplicate, "id used twice")
		}
		if x.states[a.State] == nil {
			return fieldErr(path+".state", RuleUnknown, "not among the list's States")
		}
		if names[fold(a.Name)] {
			return fieldErr(path+".name", RuleDuplicate, "name used twice")
		}
		if a.Account != "" {
			if x.accounts[a.Account] != nil {
				return fieldErr(path+".account", RuleDuplicate, "account used twice")
			}
			x.accounts[a.Account] = a
		}
		if a.AccountSigning != "" {
			// Whoever holds a signing key can issue users of the account, so
			// no two agencies may share one.
			if issuers[a.AccountSigning] {
				return fieldErr(path+".account_signing", RuleDuplicate, "key used twice")
			}
			issuers[a.AccountSigning] = true
		}
		x.agencies[a.ID], names[fold(a.Name)] = a, true
		if err := x.addKeys(x.keys, "keys", a.Keys, holder{agency: a}); err != nil {
			return under(path, err)
		}
		officers := map[OfficerID]bool{}
		for j := range a.Officers {
			o := &a.Officers[j]
			if officers[o.ID] {
				return fieldErr(path+"."+nth("officers", j)+".id", RuleDuplicate, "id used twice")
			}
			officers[o.ID] = true
			if err := x.addKeys(x.keys, "keys", o.Keys, holder{agency: a, officer: o}); err != nil {
				return under(path+"."+nth("officers", j), err)
			}
		}
	}
	for i := range l.Agencies {
		if key := l.Agencies[i].Account; issuers[key] {
			return fieldErr(nth("agencies", i)+".account", RuleDuplicate, "is another's signing key")
		}
	}
	return nil
}

func (x *index) addPolicySigners(l *TrustList) error {
	if err := x.addKeys(x.policy, "policy_signers", l.PolicySigners, holder{}); err != nil {
		return err
	}
	for i := range l.PolicySigners {
		k, path := &l.PolicySigners[i], nth("policy_signers", i)
		if k.Use != UseSign {
			return fieldErr(path+".use", RuleMismatch, "want sign")
		}
		if k.State != "" && x.states[k.State] == nil {
			return fieldErr(path+".state", RuleUnknown, "not among the list's States")
		}
	}
	return nil
}

// addKeys puts keys into one map while keeping them unique in all: a key that
// is both a judge's and a registrar's would make two voices of one.
func (x *index) addKeys(into map[KeyID]*holder, list string, keys []Key, h holder) error {
	if len(keys) > maxKeys {
		return fieldErr(list, RuleSize, "more than %d", maxKeys)
	}
	for i := range keys {
		k := &keys[i]
		pub, err := k.check()
		if err != nil {
			return under(nth(list, i), err)
		}
		if h.agency != nil && k.State != "" {
			return fieldErr(nth(list, i)+".state", RuleMismatch, "only a policy signer's key has one")
		}
		if x.keys[k.ID] != nil || x.policy[k.ID] != nil || x.registrars[k.ID] != nil {
			return fieldErr(nth(list, i)+".id", RuleDuplicate, "key used twice in the list")
		}
		into[k.ID] = &holder{agency: h.agency, officer: h.officer, key: k, pub: pub}
	}
	return nil
}

// checkWitnesses looks at the form of a C2SP vkey: name, '+', 8 hex digits,
// '+', base64. The log package reads them.
func checkWitnesses(vkeys []string) error {
	if len(vkeys) > 64 {
		return fieldErr("witnesses", RuleSize, "more than 64")
	}
	for i, v := range vkeys {
		parts := strings.SplitN(v, "+", 3)
		if len(v) > 4096 || len(parts) != 3 || parts[0] == "" || len(parts[1]) != 8 || parts[2] == "" ||
			strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return fieldErr(nth("witnesses", i), RuleFormat, "want a C2SP verifier key name+hash+key")
		}
		if slices.Contains(vkeys[:i], v) {
			return fieldErr(nth("witnesses", i), RuleDuplicate, "listed twice")
		}
	}
	return nil
}

func fold(name string) string { return strings.ToLower(name) }

// Agency finds an agency by id.
func (l *TrustList) Agency(id ID) (*Agency, bool) {
	if l.idx != nil {
		a := l.idx.agencies[id]
		return a, a != nil
	}
	for i := range l.Agencies {
		if l.Agencies[i].ID == id {
			return &l.Agencies[i], true
		}
	}
	return nil, false
}

// ByAccount finds an agency by its NATS account key.
func (l *TrustList) ByAccount(account string) (*Agency, bool) {
	if l.idx != nil {
		a := l.idx.accounts[account]
		return a, a != nil
	}
	for i := range l.Agencies {
		if account != "" && l.Agencies[i].Account == account {
			return &l.Agencies[i], true
		}
	}
	return nil, false
}

// State finds a State by code.
func (l *TrustList) State(code State) (*StateEntry, bool) {
	if l.idx != nil {
		s := l.idx.states[code]
		return s, s != nil
	}
	for i := range l.States {
		if l.States[i].Code == code {
			return &l.States[i], true
		}
	}
	return nil, false
}

// Officer finds an officer and the agency they belong to.
func (l *TrustList) Officer(id OfficerID) (*Agency, *Officer, bool) {
	if a, ok := l.Agency(id.Agency()); ok {
		o, ok := a.Officer(id)
		return a, o, ok
	}
	return nil, nil, false
}

// ByKey finds a key of an agency (officer is nil) or of an officer.
func (l *TrustList) ByKey(kid KeyID) (*Agency, *Officer, *Key, bool) {
	if l.idx != nil {
		if h := l.idx.keys[kid]; h != nil {
			return h.agency, h.officer, h.key, true
		}
		return nil, nil, nil, false
	}
	for i := range l.Agencies {
		a := &l.Agencies[i]
		if k := keyIn(a.Keys, kid); k != nil {
			return a, nil, k, true
		}
		for j := range a.Officers {
			if k := keyIn(a.Officers[j].Keys, kid); k != nil {
				return a, &a.Officers[j], k, true
			}
		}
	}
	return nil, nil, nil, false
}

func keyIn(keys []Key, kid KeyID) *Key {
	for i := range keys {
		if keys[i].ID == kid {
			return &keys[i]
		}
	}
	return nil
}

// Recipients are the age recipients to seal to for the agency at the given
// time. When it has a hybrid post-quantum key, only such keys are given: age
// refuses to mix the two kinds, because the weaker would decide.
func (l *TrustList) Recipients(id ID, at time.Time) ([]string, error) {
	a, ok := l.Agency(id)
	if !ok {
		return nil, fmt.Errorf("find recipients of %s: %w", id, &TrustError{Reason: ReasonUnknownKey, Detail: "no such agency"})
	}
	return recipientsOf(string(id), a.Keys, at)
}

// OfficerRecipients are the age recipients of one officer, for handing sealed
// evidence to a named investigator.
func (l *TrustList) OfficerRecipients(id OfficerID, at time.Time) ([]string, error) {
	_, o, ok := l.Officer(id)
	if !ok {
		return nil, fmt.Errorf("find recipients of %s: %w", id, &TrustError{Reason: ReasonUnknownKey, Detail: "no such officer"})
	}
	if o.Standing != Active {
		return nil, fmt.Errorf("find recipients of %s: %w", id, &TrustError{Reason: ReasonStanding, Detail: string(o.Standing)})
	}
	return recipientsOf(string(id), o.Keys, at)
}

func recipientsOf(who string, keys []Key, at time.Time) ([]string, error) {
	var hybrid, classic []string
	for i := range keys {
		k := &keys[i]
		if k.Use != UseSeal || k.InForce(at) != nil {
			continue
		}
		if k.Hybrid() {
			hybrid = append(hybrid, k.Recipient)
		} else {
			classic = append(classic, k.Recipient)
		}
	}
	switch {
	case hybrid != nil:
		return hybrid, nil
	case classic != nil:
		return classic, nil
	}
	return nil, fmt.Errorf("find recipients of %s: %w", who, &TrustError{Reason: ReasonUnknownKey, Detail: "no seal key in force"})
}

// signer finds a signing key that counts at the given time.
func (l *TrustList) signer(kid KeyID, at time.Time) (*holder, error) {
	if l.idx == nil {
		return nil, &TrustError{Reason: ReasonUnverified, Detail: "the trust list was not validated"}
	}
	h := l.idx.keys[kid]
	if h == nil || h.key.Use != UseSign {
		return nil, &TrustError{Reason: ReasonUnknownKey, Key: kid}
	}
	if err := h.key.InForce(at); err != nil {
		return nil, err
	}
	if h.officer != nil && h.officer.Standing != Active {
		return nil, &TrustError{Reason: ReasonStanding, Key: kid, Detail: string(h.officer.Standing)}
	}
	return h, nil
}

func (l *TrustList) policySigner(kid KeyID, at time.Time) (*holder, error) {
	if l.idx == nil {
		return nil, &TrustError{Reason: ReasonUnverified, Detail: "the trust list was not validated"}
	}
	h := l.idx.policy[kid]
	if h == nil {
		return nil, &TrustError{Reason: ReasonUnknownKey, Key: kid}
	}
	return h, h.key.InForce(at)
}
