package broker

import (
	"slices"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// Binding is one condition on the use of what is handed over, and what it covers.
type Binding struct {
	Condition string      `json:"condition"`
	By        agencies.ID `json:"by"`
	Act       string      `json:"act"`
	Parts     []Part      `json:"parts,omitempty"` // none: all
}

// setConditions takes up conditions and lays them on every exhibit they cover,
// those to come included [EPO-X-02, UNT-12, BUD-10, TIP-04].
func (c *Case) setConditions(conditions []string, parts []Part, e *event) {
	for _, code := range conditions {
		c.Bindings = append(c.Bindings, Binding{Condition: code, By: e.att.From, Act: e.att.ID, Parts: parts})
	}
	c.Conditions = append(c.Conditions, conditions...)
	c.bind()
}

func (c *Case) bind() {
	for i := range c.Exhibits {
		x := &c.Exhibits[i]
		x.Conditions = nil
		for _, b := range c.Bindings {
			covered := slices.ContainsFunc(x.Parts, func(p Part) bool { return covers(b.Parts, Line{Target: p.Target, Category: x.Manifest.Category}) })
			if covered && !slices.Contains(x.Conditions, b.Condition) {
				x.Conditions = append(x.Conditions, b.Condition)
			}
		}
	}
}

// doRefuseAfterwards: validation that was to follow is refused. The order is
// withdrawn, and what was obtained is restricted until it is deleted
// [EPO-I-04, EPO-X-01].
func doRefuseAfterwards(c *Case, e *event) {
	doValidate(c, e)
	c.State.mark(nil, LineWithdrawn, LineOpen, LinePreserved, LineProduced)
	for i := range c.Exhibits {
		c.Exhibits[i].Status = ExhibitRestricted
	}
}

// owesDeletion: what is restricted was taken over, by somebody who has not deleted
// it yet. One clock runs for all of it.
func owesDeletion(c *Case) bool {
	return c.running(ClockErase) == nil && len(c.undeleted()) > 0
}

// undeleted are the restricted exhibits that an agency holds, with who holds them.
func (c *Case) undeleted() map[evidence.ExhibitID][]agencies.ID {
	out := map[evidence.ExhibitID][]agencies.ID{}
	for _, x := range c.Exhibits {
		if x.Status != ExhibitRestricted {
			continue
		}
		for _, id := range x.Taken {
			if !slices.Contains(x.Disposed, id) {
				out[x.Manifest.Exhibit] = append(out[x.Manifest.Exhibit], id)
			}
		}
	}
	return out
}

// lastDeletion: with this statement nobody holds what is restricted any more.
var lastDeletion = When{"deletes the last of what is restricted", func(c *Case, e *event) bool {
	left := c.undeleted()
	mine := left[e.exhibit()]
	return c.running(ClockErase) != nil && disposes(e) && len(left) == 1 && len(mine) == 1 && mine[0] == e.att.From
}}

func disposes(e *event) bool {
	return slices.ContainsFunc(e.said, func(s Spoken) bool { return s.Custody != nil && s.Custody.Event == evidence.EventDisposed })
}
