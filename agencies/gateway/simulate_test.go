package gateway_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// orderOf is a draft of contentOrder with one change.
func orderOf(t testing.TB, change func(*broker.Order)) gateway.Draft {
	return gateway.Draft{
		Officer: inspector,
		Sealed: []gateway.Compartment{
			{Name: broker.Certificate, To: []agencies.ID{court, provider, enforcer}, Fields: map[string]any{"account": "recruiter@hostwise.example"}},
			{Name: broker.SectionM, To: []agencies.ID{court, enforcer}, Fields: map[string]any{"grounds": "the account recruited four victims"}},
		},
		Body: func(sd gateway.Digests) broker.Body {
			o := contentOrder(t, sd)
			change(o)
			return o
		},
	}
}

// TestSimulate asks before sending: the answer is the one that submit then gives,
// and nothing of the asking stays, neither at the broker nor on the node.
func TestSimulate(t *testing.T) {
	n, ctx := start(t), context.Background()
	g := n.nodes[police]
	for name, c := range map[string]struct {
		change  func(*broker.Order)
		outcome policy.Outcome
		status  string
	}{
		"waits for the judge":     {func(*broker.Order) {}, policy.NeedsValidation, broker.StatusWaiting},
		"nobody is notified":      {func(o *broker.Order) { o.Enforcing = "" }, policy.NeedsValidation, broker.StatusWaiting},
		"language nobody accepts": {func(o *broker.Order) { o.Language = "fr" }, policy.Denied, broker.StatusRefused},
		"fact that is derived otherwise": {func(o *broker.Order) {
			maps.Copy(o.Facts, raw(t, map[string]any{"issued_by": "judge"}))
		}, policy.Denied, broker.StatusRefused},
	} {
		t.Run(name, func(t *testing.T) {
			d := orderOf(t, c.change)
			if name == "nobody is notified" {
				d.Sealed[0].To, d.Sealed[1].To = []agencies.ID{court, provider}, []agencies.ID{court}
			}
			before, size, head := snapshot(t, n.Dir), n.node.Tree.Size(), n.node.Tree.Checkpoint()
			s, err := g.Simulate(ctx, d)
			ok(t, err)
			if after := snapshot(t, n.Dir); !maps.Equal(before, after) {
				t.Errorf("the simulation left something: %v", changed(before, after))
			}
			if n.node.Tree.Size() != size || string(n.node.Tree.Checkpoint().Note) != string(head.Note) {
				t.Error("the simulation moved the ledger")
			}
			if s.Outcome != c.outcome || s.Status != c.status || s.Decision.ID != "" || s.Decision.Case != "" {
				t.Fatalf("simulated: %s, %s, %+v", s.Status, s.Outcome, s.Decision)
			}
			a, err := g.Speak(ctx, d)
			ok(t, err)
			if n.node.Tree.Size() == size || maps.Equal(before, snapshot(t, n.Dir)) {
				t.Fatal("the comparison does not see a submission")
			}
			got := a.Reply.Decision
			if got == nil {
				got = recordedDecision(t, a)
			}
			if a.Reply.Status != s.Status || got.Outcome != s.Outcome || !reflect.DeepEqual(got.Reasons, s.Decision.Reasons) ||
				!reflect.DeepEqual(got.Obligations, s.Decision.Obligations) || !reflect.DeepEqual(got.HumanQuestions, s.Decision.HumanQuestions) {
				t.Errorf("submit said %s:\n%+v\nsimulate said %s:\n%+v", a.Reply.Status, got, s.Status, s.Decision)
			}
		})
	}
	// What submit would refuse before policy is asked, simulate refuses as well.
	_, err := g.Simulate(ctx, orderOf(t, func(o *broker.Order) { o.Enforcing = court }))
	if e, ok := errors.AsType[*broker.ReplyError](err); !ok || e.Field != "enforcing_authority" {
		t.Errorf("an enforcing authority without the competence: %v", err)
	}
	_, err = g.Simulate(ctx, gateway.Draft{Officer: inspector, To: []agencies.ID{provider}, Body: func(gateway.Digests) broker.Body { return &broker.Clearance{} }})
	if e, ok := errors.AsType[*broker.ReplyError](err); !ok || e.Code != broker.ReasonMalformed {
		t.Errorf("an act that is no order: %v", err)
	}
}

func recordedDecision(t *testing.T, a *gateway.Answer) *policy.Decision {
	t.Helper()
	for _, r := range a.Records {
		if d := r.Attestation.Decision; d != nil {
			return d
		}
	}
	t.Fatal("no decision is recorded")
	return nil
}

// TestDraftIsNoAct: what was signed for a simulation cannot be recorded.
func TestDraftIsNoAct(t *testing.T) {
	n := start(t)
	ring, err := os.ReadFile(n.config(police).Keyring)
	ok(t, err)
	keys, err := agencies.ParseKeyring(ring)
	ok(t, err)
	signer, err := keys.OfficerSigner(inspector)
	ok(t, err)
	body, err := agencies.Canonical(contentOrder(t, gateway.Digests{"certificate/account": strings.Repeat("A", 43)}))
	ok(t, err)
	st, err := agencies.NewStatement(string(broker.ActSubmit), agencies.NewID(), police, []agencies.ID{provider}, contentOrder(t, nil).Issued, map[string]any{})
	ok(t, err)
	st.Body = body
	draft, err := signer.SignDraft(st)
	ok(t, err)
	list := n.nodes[police].Trust()
	_, err = broker.ReadSpoken(draft, func(c agencies.Compact, typ agencies.Typ) (*agencies.Verified, error) {
		return list.Verify(c, typ, st.Time)
	}, st.Time)
	if fe, ok := errors.AsType[*agencies.FieldError](err); !ok || fe.Field != "header.typ" {
		t.Errorf("a draft is read as an act: %v", err)
	}
}

// snapshot is the digest of every file below a folder.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ok(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		sum := sha256.Sum256(data)
		out[name] = hex.EncodeToString(sum[:])
		return err
	}))
	return out
}

func changed(a, b map[string]string) []string {
	var out []string
	for name := range b {
		if a[name] != b[name] {
			out = append(out, name)
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			out = append(out, name+" (gone)")
		}
	}
	return out
}
