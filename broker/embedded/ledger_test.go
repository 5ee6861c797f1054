package embedded_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/broker/embedded"
)

func TestLedgerLifeAndRestart(t *testing.T) {
	w := newWorld(t, t.TempDir())
	check := func() {
		t.Helper()
		if err := embedded.CheckLedger(ctx(t), w.connect(embedded.RoleRuntime), w.connect(embedded.RoleMonitor), 1); err != nil {
			t.Fatal(err)
		}
	}
	check()
	a, b := w.join(), w.join()
	js := w.jetStream()
	seq := w.append(js, 0, "ldg."+a.keys.Public+"._.case1.r1", "for a")
	seq = w.append(js, seq, "ldg."+b.keys.Public+"._.case1.r2", "for b")
	if got := a.fetch(t, 10, 300*time.Millisecond); !slices.Equal(got, []string{"for a"}) {
		t.Fatalf("a got %q", got)
	}
	w.restart()
	check()
	js = w.jetStream()
	w.append(js, seq, "ldg."+a.keys.Public+"._.case1.r3", "for a again")
	a.nc = dial(t, w.nats.URL(), a.creds)
	a.js, _ = jetstream.NewWithAPIPrefix(a.nc, embedded.JSPrefix)
	if got := a.fetch(t, 10, 300*time.Millisecond); !slices.Equal(got, []string{"for a again"}) {
		t.Fatalf("a got %q after restart", got)
	}
}

// An oversight body sees all; an agency may see both what it is sent and what
// it sent itself, by two filters on one consumer.
func TestInboxFilters(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a, b := w.join(), w.join()
	oversight := w.join("ldg.>")
	js := w.jetStream()
	both := []string{"ldg." + a.keys.Public + ".>", "ldg.*." + a.keys.Public + ".>"}
	if err := embedded.EnsureInbox(ctx(t), js, a.keys.Public, both); err != nil {
		t.Fatal(err)
	}
	A, B := a.keys.Public, b.keys.Public
	seq := w.append(js, 0, "ldg."+A+"."+B+".c.1", "to a from b")
	seq = w.append(js, seq, "ldg."+B+"."+A+".c.2", "to b from a")
	// Both filters match: delivered once all the same.
	seq = w.append(js, seq, "ldg."+A+"."+A+".c.3", "to a from a")
	w.append(js, seq, "ldg."+B+"._.c.4", "to b from broker")
	if got := a.fetch(t, 10, 300*time.Millisecond); !slices.Equal(got, []string{"to a from b", "to b from a", "to a from a"}) {
		t.Errorf("a sees %q", got)
	}
	if got := oversight.fetch(t, 10, 300*time.Millisecond); len(got) != 4 {
		t.Errorf("oversight sees %q", got)
	}
}

func TestInboxRefuses(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a := w.join()
	js := w.jetStream()
	for name, filters := range map[string][]string{a.keys.Public: nil, "x": {"ldg.>"}, a.keys.Public + "\x00": {"ldg.>"}} {
		if err := embedded.EnsureInbox(ctx(t), js, name, filters); err == nil {
			t.Errorf("made an inbox %q for %v", name, filters)
		}
	}
	if err := embedded.EnsureInbox(ctx(t), js, a.keys.Public, []string{"$JS.>"}); !errors.Is(err, embedded.ErrLedger) {
		t.Errorf("filter outside the ledger: %v", err)
	}
}

// Whatever differs from the one configuration is refused, what nobody thought
// of included.
func TestCheckLedgerRefuses(t *testing.T) {
	w := newWorld(t, t.TempDir())
	glass := w.glassJS()
	s, err := glass.Stream(ctx(t), embedded.StreamName)
	if err != nil {
		t.Fatal(err)
	}
	good := s.CachedInfo().Config
	changes := map[string]func(c *jetstream.StreamConfig){
		"description":   func(c *jetstream.StreamConfig) { c.Description = "x" },
		"more subjects": func(c *jetstream.StreamConfig) { c.Subjects = append(slices.Clone(c.Subjects), "more.>") },
		"metadata":      func(c *jetstream.StreamConfig) { c.Metadata = map[string]string{"x": "y"} },
		"message size":  func(c *jetstream.StreamConfig) { c.MaxMsgSize = 1 << 20 },
		"messages":      func(c *jetstream.StreamConfig) { c.MaxMsgs = 1 << 40 },
		"age":           func(c *jetstream.StreamConfig) { c.MaxAge = 24 * 365 * time.Hour },
		"ttl":           func(c *jetstream.StreamConfig) { c.AllowMsgTTL = true },
		"memory":        func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage },
		"no ack":        func(c *jetstream.StreamConfig) { c.NoAck = true },
		"delete":        func(c *jetstream.StreamConfig) { c.DenyDelete = false },
		"purge":         func(c *jetstream.StreamConfig) { c.DenyPurge = false },
		"rollup":        func(c *jetstream.StreamConfig) { c.AllowRollup, c.DenyPurge = true, false },
		"no batches":    func(c *jetstream.StreamConfig) { c.AllowAtomicPublish = false },
		"republish": func(c *jetstream.StreamConfig) {
			c.RePublish = &jetstream.RePublish{Source: ">", Destination: "copy.>"}
		},
		"window":      func(c *jetstream.StreamConfig) { c.Duplicates = time.Minute },
		"work queue":  func(c *jetstream.StreamConfig) { c.Retention = jetstream.WorkQueuePolicy },
		"compression": func(c *jetstream.StreamConfig) { c.Compression = jetstream.S2Compression },
		"first":       func(c *jetstream.StreamConfig) { c.FirstSeq = 100 },
	}
	for name, change := range changes {
		bad := good
		change(&bad)
		w.recreate(glass, bad)
		// Provisioning again must not repair it silently either.
		if err := embedded.ProvisionLedger(ctx(t), w.connect(embedded.RoleProvision), 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := w.checkLedger(); !errors.Is(err, embedded.ErrLedger) {
			t.Errorf("%s: passes: %v", name, err)
		}
	}
	if err := glass.DeleteStream(ctx(t), embedded.StreamName); err != nil {
		t.Fatal(err)
	}
	if err := w.checkLedger(); !errors.Is(err, embedded.ErrLedger) {
		t.Errorf("no stream: %v", err)
	}
	if err := embedded.CheckLedger(ctx(t), w.connect(embedded.RoleRuntime), w.connect(embedded.RoleMonitor), 3); !errors.Is(err, embedded.ErrLedger) {
		t.Errorf("replicas: %v", err)
	}
}
