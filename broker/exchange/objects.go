package exchange

import (
	"context"
	"errors"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
)

// checkObjects makes sure that every object a production names lies in the vault
// with the bytes it says, and only then lets the record name it.
func (x *Exchange) checkObjects(ctx context.Context, s *submission, att *broker.Attestation) error {
	p, ok := s.lead.Body.(*broker.Production)
	if !ok {
		return nil
	}
	for i, m := range p.Exhibits {
		if m.Means.Channel != evidence.ByVault {
			continue
		}
		obj := *m.Means.Object
		if _, ok := x.verified.Load(place{obj, s.agency.State, s.lead.Case(), m.Exhibit}); !ok {
			if err := x.cfg.Vault.VerifyFor(ctx, obj, s.agency.State, s.lead.Case(), m.Exhibit); err != nil {
				if errors.Is(err, vault.ErrMismatch) || errors.Is(err, vault.ErrNotFound) {
					return refuse(broker.ReasonDigest, &agencies.FieldError{Field: fmt.Sprintf("exhibits[%d].means.object", i), Rule: "DIT-05", Detail: "is not what lies in the vault"})
				}
				return err
			}
		}
		att.Objects = append(att.Objects, obj)
	}
	return nil
}

// place is an object as the place of one exhibit: what was verified for one must
// not stand for another.
type place struct {
	object  evidence.Object
	state   agencies.State
	caseID  string
	exhibit evidence.ExhibitID
}

func placeOf(s *submission, obj evidence.Object) place {
	p := place{object: obj, state: s.agency.State, caseID: s.lead.Case()}
	if b, ok := s.lead.Body.(*broker.Production); ok {
		for _, m := range b.Exhibits {
			if m.Means.Object != nil && *m.Means.Object == obj {
				p.exhibit = m.Exhibit
			}
		}
	}
	return p
}
