package agencies

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The methods here edit a list that is being drafted: a new one or a Next.
// Each edits or returns an error and changes nothing. Encode, SignTrustList
// and Validate check the whole.

// NewTrustList drafts version 1.
func NewTrustList(network string, registrars []Registrar, quorum int, issued time.Time) *TrustList {
	return &TrustList{Version: 1, Network: network, Registrars: slices.Clone(registrars), Quorum: quorum, IssuedAt: issued.UTC()}
}

// Next drafts the version after s as a deep copy.
func (s *SignedTrustList) Next(issued time.Time) (*TrustList, error) {
	l := new(TrustList)
	if err := json.Unmarshal(s.exact, l); err != nil {
		return nil, fmt.Errorf("draft trust list: %w", err)
	}
	l.Version, l.Prev, l.IssuedAt = s.list.Version+1, s.Digest(), issued.UTC()
	return l, nil
}

// AddAgency adds a new member.
func (l *TrustList) AddAgency(a Agency) error {
	if err := a.checkSelf(); err != nil {
		return fmt.Errorf("add agency: %w", err)
	}
	if l.find(a.ID) != nil {
		return fmt.Errorf("add agency: %w", fieldErr("id", RuleDuplicate, "%s is on the list", a.ID))
	}
	l.idx = nil
	l.Agencies = append(l.Agencies, a)
	return nil
}

// RemoveAgency takes a member off. What it signed before stays good under the
// older versions.
func (l *TrustList) RemoveAgency(id ID) error {
	for i := range l.Agencies {
		if l.Agencies[i].ID == id {
			l.idx = nil
			l.Agencies = slices.Delete(l.Agencies, i, i+1)
			return nil
		}
	}
	return fmt.Errorf("remove agency: %w", fieldErr("id", RuleUnknown, "%s is not on the list", id))
}

// SetState adds a State or replaces its entry.
func (l *TrustList) SetState(s StateEntry) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("set state: %w", err)
	}
	l.idx = nil
	for i := range l.States {
		if l.States[i].Code == s.Code {
			l.States[i] = s
			return nil
		}
	}
	l.States = append(l.States, s)
	return nil
}

// AddOfficer adds an officer to the agency that the id names.
func (l *TrustList) AddOfficer(o Officer) error {
	a := l.find(o.ID.Agency())
	if a == nil {
		return fmt.Errorf("add officer: %w", fieldErr("id", RuleUnknown, "agency is not on the list"))
	}
	if _, ok := a.Officer(o.ID); ok {
		return fmt.Errorf("add officer: %w", fieldErr("id", RuleDuplicate, "%s is on the list", o.ID))
	}
	l.idx = nil
	a.Officers = append(a.Officers, o)
	return nil
}

// SetStanding suspends, ends or restores an officer.
func (l *TrustList) SetStanding(id OfficerID, s Standing) error {
	if !s.Valid() {
		return fmt.Errorf("set standing: %w", fieldErr("standing", RuleUnknown, "want active, suspended or ended"))
	}
	if a := l.find(id.Agency()); a != nil {
		if o, ok := a.Officer(id); ok {
			l.idx = nil
			o.Standing = s
			return nil
		}
	}
	return fmt.Errorf("set standing: %w", fieldErr("id", RuleUnknown, "%s is not on the list", id))
}

// AddAgencyKey adds a key of the agency itself.
func (l *TrustList) AddAgencyKey(id ID, k Key) error {
	a := l.find(id)
	if a == nil {
		return fmt.Errorf("add key: %w", fieldErr("id", RuleUnknown, "%s is not on the list", id))
	}
	return l.addKey(&a.Keys, k)
}

// AddOfficerKey adds a key of an officer.
func (l *TrustList) AddOfficerKey(id OfficerID, k Key) error {
	if a := l.find(id.Agency()); a != nil {
		if o, ok := a.Officer(id); ok {
			return l.addKey(&o.Keys, k)
		}
	}
	return fmt.Errorf("add key: %w", fieldErr("id", RuleUnknown, "%s is not on the list", id))
}

// AddPolicySigner adds a key that signs policy bundles.
func (l *TrustList) AddPolicySigner(k Key) error {
	if k.Use != UseSign {
		return fmt.Errorf("add key: %w", fieldErr("use", RuleMismatch, "want sign"))
	}
	return l.addKey(&l.PolicySigners, k)
}

func (l *TrustList) addKey(to *[]Key, k Key) error {
	if _, err := k.check(); err != nil {
		return fmt.Errorf("add key: %w", err)
	}
	if l.key(k.ID) != nil {
		return fmt.Errorf("add key: %w", fieldErr("id", RuleDuplicate, "key is on the list"))
	}
	l.idx = nil
	*to = append(*to, k)
	return nil
}

// RevokeKey revokes a key as of a time, which for a compromised key may lie in
// the past. A revocation may be made worse (earlier, or compromised) but never
// taken back.
func (l *TrustList) RevokeKey(kid KeyID, as time.Time, why Revocation) error {
	k := l.key(kid)
	if k == nil {
		return fmt.Errorf("revoke key: %w", fieldErr("kid", RuleUnknown, "key is not on the list"))
	}
	revoked, stamp := *k, as.UTC()
	revoked.RevokedAt, revoked.RevokedWhy = &stamp, why
	if _, err := revoked.check(); err != nil {
		return fmt.Errorf("revoke key: %w", err)
	}
	if err := sameRevocation(k, &revoked); err != nil {
		return fmt.Errorf("revoke key: %w", err)
	}
	l.idx = nil
	*k = revoked
	return nil
}

func (l *TrustList) find(id ID) *Agency {
	for i := range l.Agencies {
		if l.Agencies[i].ID == id {
			return &l.Agencies[i]
		}
	}
	return nil
}

func (l *TrustList) key(kid KeyID) *Key {
	if k := keyIn(l.PolicySigners, kid); k != nil {
		return k
	}
	for i := range l.Agencies {
		a := &l.Agencies[i]
		if k := keyIn(a.Keys, kid); k != nil {
			return k
		}
		for j := range a.Officers {
			if k := keyIn(a.Officers[j].Keys, kid); k != nil {
				return k
			}
		}
	}
	return nil
}
