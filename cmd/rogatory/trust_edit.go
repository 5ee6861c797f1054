package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
)

// trustEdits are the additions to a draft, as flags of trust init and trust add.
type trustEdits struct {
	registrars, states, agencies, witnesses, policySigners []string

	quorum      int
	from, until timeValue // of policy signers
}

// signerYears is how long the key of a policy signer counts unless told.
const signerYears = 2

func (e *trustEdits) AddFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&e.registrars, "registrar", nil, "public key `FILE` of a registrar, from trust keygen")
	f.IntVar(&e.quorum, "quorum", 0, "how many registrars must sign a version (default of trust init: more than half)")
	f.StringArrayVar(&e.states, "state", nil, "`FILE` with a State's register entry: code, name, time_zone, regimes ...")
	f.StringArrayVar(&e.agencies, "agency", nil, "public entry `FILE` of an agency, from agency init")
	f.StringArrayVar(&e.policySigners, "policy-signer", nil, "public key of one who signs policy bundles, from trust keygen: `[STATE=]FILE`; with a State its national bundles, without the network's")
	f.Var(&e.from, "signer-from", "when the policy signers' keys begin to count (default: the day the list is issued)")
	f.Var(&e.until, "signer-until", "when they cease to count (default: two years later)")
	f.StringArrayVar(&e.witnesses, "witness", nil, "verifier key of a witness: `NAME+HASH+KEY`")
}

// edit makes the additions in an order in which each finds what it needs.
func (a *app) edit(l *agencies.TrustList, e trustEdits) error {
	for _, path := range e.registrars {
		var r agencies.Registrar
		if err := a.readJSON(path, &r); err != nil {
			return err
		}
		l.Registrars = append(l.Registrars, r)
	}
	if e.quorum != 0 {
		l.Quorum = e.quorum
	}
	for _, path := range e.states {
		var s agencies.StateEntry
		if err := a.readJSON(path, &s); err != nil {
			return err
		}
		if err := l.SetState(s); err != nil {
			return fmt.Errorf("add %s: %w", path, err)
		}
	}
	for _, path := range e.agencies {
		var entry agencies.Agency
		if err := a.readJSON(path, &entry); err != nil {
			return err
		}
		if err := addEntry(l, entry); err != nil {
			return fmt.Errorf("add %s: %w", path, err)
		}
	}
	for _, path := range e.policySigners {
		if err := a.addPolicySigner(l, path, e); err != nil {
			return err
		}
	}
	l.Witnesses = append(l.Witnesses, e.witnesses...)
	return nil
}

func (a *app) addPolicySigner(l *agencies.TrustList, path string, e trustEdits) error {
	var state agencies.State
	if s, file, ok := strings.Cut(path, "="); ok && agencies.State(s).Check() == nil {
		state, path = agencies.State(s), file
	}
	var holder agencies.Registrar // the public file of trust keygen
	if err := a.readJSON(path, &holder); err != nil {
		return err
	}
	from := e.from.or(l.IssuedAt.Truncate(24 * time.Hour))
	k, err := agencies.NewSignKey(holder.JWK, from, e.until.or(from.AddDate(signerYears, 0, 0)))
	if err == nil {
		k.State = state
		err = l.AddPolicySigner(k)
	}
	if err != nil {
		return fmt.Errorf("add %s: %w", path, err)
	}
	return nil
}

// addEntry adds an agency, or what is new in the entry of a known one. Keys and
// officers are never taken away by an entry: an agency that lost one, or an
// intruder who made the entry, cannot undo a revocation by leaving it out.
func addEntry(l *agencies.TrustList, entry agencies.Agency) error {
	known, ok := l.Agency(entry.ID)
	if !ok {
		return l.AddAgency(entry)
	}
	for _, k := range entry.Keys {
		if !hasKey(known.Keys, k.ID) {
			if err := l.AddAgencyKey(entry.ID, k); err != nil {
				return err
			}
		}
	}
	for _, o := range entry.Officers {
		old, ok := known.Officer(o.ID)
		if !ok {
			if err := l.AddOfficer(o); err != nil {
				return err
			}
			continue
		}
		if old.Office != o.Office {
			return &agencies.FieldError{Field: "officers", Rule: agencies.RuleMismatch, Detail: string(o.ID) + " holds another office on the list; a new office needs a new officer id"}
		}
		for _, k := range o.Keys {
			if !hasKey(old.Keys, k.ID) {
				if err := l.AddOfficerKey(o.ID, k); err != nil {
					return err
				}
			}
		}
	}
	entry.Keys, entry.Officers = known.Keys, known.Officers
	*known = entry
	return nil
}

func hasKey(keys []agencies.Key, id agencies.KeyID) bool {
	return slices.ContainsFunc(keys, func(k agencies.Key) bool { return k.ID == id })
}

// revocation is what trust revoke does to each thing it is given.
type revocation struct {
	as       time.Time
	why      agencies.Revocation
	standing agencies.Standing
}

func (r revocation) apply(l *agencies.TrustList, names []string) error {
	for _, name := range names {
		if err := r.one(l, name); err != nil {
			return fmt.Errorf("revoke %s: %w", name, err)
		}
	}
	return nil
}

// one tells what is meant by the form of the name; the forms do not overlap,
// except that a registrar may be called anything and so comes last.
func (r revocation) one(l *agencies.TrustList, name string) error {
	if kid, err := agencies.ParseKeyID(name); err == nil {
		return r.key(l, kid)
	}
	if id, err := agencies.ParseOfficerID(name); err == nil {
		if _, _, ok := l.Officer(id); !ok {
			return notOnList("officer")
		}
		return l.SetStanding(id, r.standing)
	}
	if id, err := agencies.ParseID(name); err == nil {
		if _, ok := l.Agency(id); !ok {
			return notOnList("agency")
		}
		return l.RemoveAgency(id)
	}
	i := slices.IndexFunc(l.Registrars, func(x agencies.Registrar) bool { return strings.EqualFold(x.Name, name) })
	if i < 0 {
		return notOnList("key, officer, agency or registrar")
	}
	l.Registrars = slices.Delete(l.Registrars, i, i+1)
	return nil
}

func (r revocation) key(l *agencies.TrustList, kid agencies.KeyID) error {
	if _, _, _, ok := l.ByKey(kid); !ok && !hasKey(l.PolicySigners, kid) {
		return notOnList("key")
	}
	return l.RevokeKey(kid, r.as, r.why)
}

func notOnList(what string) error {
	return &exitError{code: exitNotFound, err: fmt.Errorf("no such %s on the list", what)}
}
