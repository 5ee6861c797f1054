package gateway

import (
	"context"
	"fmt"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
)

// Simulate asks the broker what the admission gate would say to an order, under the
// same statement as Speak would sign, but signed as a draft. What it seals, and the
// keys to it, do not leave this node, and nothing is kept on it.
func (g *Gateway) Simulate(ctx context.Context, d Draft) (*broker.Simulated, error) {
	signer, err := g.signer(d.Officer)
	if err != nil {
		return nil, err
	}
	st, _, err := g.word(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("compose act: %w", err)
	}
	draft, err := signer.SignDraft(st)
	if err != nil {
		return nil, err
	}
	body, err := agencies.Canonical(broker.SimulateAsk{Draft: draft})
	if err != nil {
		return nil, err
	}
	r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskSimulate, Body: body})
	if err != nil {
		return nil, err
	}
	if r.Error != nil {
		return nil, r.Error
	}
	if r.Simulated == nil {
		return nil, fmt.Errorf("simulate: %w: no answer in the reply", exchange.ErrUnavailable)
	}
	return r.Simulated, nil
}
