package engine

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Verify checks a statement as policy.VerifyStatement does, and that it is about
// this revision. The error wraps policy.ErrUnsigned.
func Verify(list *agencies.TrustList, signed agencies.Compact, rev *Revision, at time.Time) (policy.Statement, error) {
	s, err := policy.VerifyStatement(list, signed, at)
	if err != nil {
		return policy.Statement{}, err
	}
	return s, rev.Is(s)
}

// Is says whether a statement is about this revision.
func (r *Revision) Is(s policy.Statement) error {
	if s.Digest != r.digest {
		return fmt.Errorf("verify bundle: %w: %w", policy.ErrUnsigned,
			&agencies.FieldError{Field: "digest", Rule: agencies.RuleMismatch, Detail: "is that of another bundle"})
	}
	return nil
}
