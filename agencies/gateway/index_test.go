package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
)

// request submits an order for content that waits for the court, and gives its case.
func (n *network) request() string {
	n.t.Helper()
	return done2(n.t, n, police, gateway.Draft{
		Officer: inspector,
		Sealed: []gateway.Compartment{
			{Name: broker.Certificate, To: []agencies.ID{court, provider, enforcer}, Fields: map[string]any{"account": "recruiter@hostwise.example"}},
			{Name: broker.SectionM, To: []agencies.ID{court, enforcer}, Fields: map[string]any{"grounds": "the account recruited four victims"}},
		},
		Body: func(sd gateway.Digests) broker.Body { return contentOrder(n.t, sd) },
	}, broker.ReasonValidation).Case
}

// breakRecords spoils the signatures of every record that a node holds by now: none
// of them can be opened any more.
func (n *network) breakRecords(id agencies.ID) {
	n.t.Helper()
	names, err := filepath.Glob(filepath.Join(n.Gateways[id].DataDir, "records", "*.json"))
	ok(n.t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		ok(n.t, err)
		mark := []byte(`","salt":"`) // the seal's signature ends here
		i := bytes.Index(b, mark) - 20
		if b[i]++; b[i] > 'z' || b[i] == '[' || b[i] == ':' {
			b[i] = 'A'
		}
		ok(n.t, os.WriteFile(name, b, 0o600))
	}
}

// An act opens the records of its own case, and none of another, however many the
// node holds.
func TestActOpensItsOwnCaseOnly(t *testing.T) {
	n := start(t)
	ctx := context.Background()
	// Another process of the court's node, which looks into the same folder.
	beside, err := gateway.Open(ctx, n.config(court), nil, nil)
	ok(t, err)
	defer beside.Close()
	other := n.request()
	n.sync(court, police)
	for _, g := range []*gateway.Gateway{n.nodes[court], beside} {
		if held, err := g.Records(other); err != nil || len(held) != 1 {
			t.Fatalf("the court holds %d records, %v", len(held), err)
		}
	}
	n.breakRecords(court)
	n.breakRecords(police)
	if _, err := n.nodes[court].Records(other); !errors.Is(err, gateway.ErrLedger) {
		t.Fatalf("a spoilt record is opened: %v", err)
	}
	if _, err := n.nodes[court].Records(""); !errors.Is(err, gateway.ErrLedger) {
		t.Fatalf("a spoilt record among all is opened: %v", err)
	}

	own := n.request()
	n.sync(court)
	again, err := gateway.Open(ctx, n.config(court), nil, nil) // the index anew
	ok(t, err)
	defer again.Close()
	for _, g := range []*gateway.Gateway{n.nodes[court], beside, again} {
		if held, err := g.Records(own); err != nil || len(held) != 1 {
			t.Fatalf("of the new case are held %d records, %v", len(held), err)
		}
	}
	a, err := n.nodes[court].Validate(ctx, own, judge, agencies.Validated, nil)
	done(t, a, err)
	if p, err := again.Parties(own); err != nil || p.Enforcing != enforcer {
		t.Errorf("parties are %+v, %v", p, err)
	}
	n.sync(police)
	if held, err := n.nodes[police].Records(own); err != nil || len(held) < 2 {
		t.Errorf("the issuer holds %d records, %v", len(held), err)
	}
}
