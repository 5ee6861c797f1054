package policy

import "github.com/rogatory/rogatory/agencies"

// Outcome is what policy says about one act.
type Outcome string

// The outcomes, mildest first.
const (
	Permitted         Outcome = "permit"
	HumanReview       Outcome = "human_review"
	NeedsNotification Outcome = "needs_notification"
	NeedsValidation   Outcome = "needs_validation"
	Denied            Outcome = "deny"
)

// Outcomes lists every outcome, mildest first: when several rules apply, the one
// furthest to the right decides.
func Outcomes() []Outcome {
	return []Outcome{Permitted, HumanReview, NeedsNotification, NeedsValidation, Denied}
}

// rank is the place in the order of precedence. An outcome that is not one of the
// five ranks above deny, so that a mistake never reads as a permit.
func (o Outcome) rank() int {
	for i, k := range Outcomes() {
		if o == k {
			return i
		}
	}
	return len(Outcomes())
}

// Valid says whether o is one of the five outcomes.
func (o Outcome) Valid() bool { return o.rank() < len(Outcomes()) }

// Worse says whether o takes precedence over other.
func (o Outcome) Worse(other Outcome) bool { return o.rank() > other.rank() }

// Worst returns the outcome that decides when all of them apply. With none it is
// Denied: nobody permitted anything.
func Worst(outcomes ...Outcome) Outcome {
	if len(outcomes) == 0 {
		return Denied
	}
	worst := outcomes[0]
	for _, o := range outcomes[1:] {
		if o.Worse(worst) {
			worst = o
		}
	}
	if !worst.Valid() {
		return Denied
	}
	return worst
}

// Gate is one of the three places where policy is asked.
type Gate string

// The gates: may this request travel, may this evidence leave, may this person
// open it for this purpose.
const (
	Admission Gate = "admission"
	Release   Gate = "release"
	Use       Gate = "use"
)

// Valid says whether g is one of the three gates.
func (g Gate) Valid() bool { return g == Admission || g == Release || g == Use }

func fieldError(field, rule, detail string) error {
	return &agencies.FieldError{Field: field, Rule: rule, Detail: detail}
}
