package embedded_test

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/broker/embedded"
)

// world is one broker and the agencies around it, on a real server.
type world struct {
	t    testing.TB
	dir  string
	op   embedded.OperatorKeys
	nats *embedded.NATS
}

// agency is an account with a user of its own making.
type agency struct {
	keys  embedded.AccountKeys
	creds []byte
	nc    *nats.Conn
	js    jetstream.JetStream
}

func newWorld(t testing.TB, dir string) *world {
	t.Helper()
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir, op: op.Online()}
	w.start()
	if err := embedded.ProvisionLedger(ctx(t), w.connect(embedded.RoleProvision), 1); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) start() {
	w.t.Helper()
	n, err := embedded.StartNATS(ctx(w.t), embedded.NATSConfig{Dir: w.dir, Listen: "127.0.0.1:0", LeafListen: "127.0.0.1:0", Operator: w.op, Domain: "hub"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.nats = n
	w.t.Cleanup(func() { _ = n.Close() })
}

// restart stops the server and starts it again on the same directory; old
// connections are closed by their cleanups.
func (w *world) restart() {
	w.t.Helper()
	if err := w.nats.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.start()
}

func (w *world) connect(role embedded.Role, options ...nats.Option) *nats.Conn {
	w.t.Helper()
	creds, err := w.op.UserCreds(role, time.Now().Add(time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	return dial(w.t, w.nats.URL(), creds, options...)
}

// jetStream is the runtime user's view of the ledger.
func (w *world) jetStream() jetstream.JetStream {
	w.t.Helper()
	js, err := jetstream.New(w.connect(embedded.RoleRuntime))
	if err != nil {
		w.t.Fatal(err)
	}
	return js
}

// join adds an agency with an inbox.
func (w *world) join(filters ...string) *agency {
	w.t.Helper()
	keys, err := embedded.GenerateAccount()
	if err != nil {
		w.t.Fatal(err)
	}
	signing, err := keys.SigningPublic()
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := embedded.AgencyAccountJWT(w.op, keys.Public, signing)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := embedded.PushAccount(ctx(w.t), w.connect(embedded.RoleAdmin), w.op, token); err != nil {
		w.t.Fatal(err)
	}
	if len(filters) == 0 {
		filters = []string{"ldg." + keys.Public + ".>"}
	}
	if err := embedded.EnsureInbox(ctx(w.t), w.jetStream(), keys.Public, filters); err != nil {
		w.t.Fatal(err)
	}
	a := &agency{keys: keys}
	a.creds, err = embedded.AgencyUserCreds(keys.Signing, keys.Public, "desk", time.Now().Add(time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	a.nc = dial(w.t, w.nats.URL(), a.creds)
	a.js, err = jetstream.NewWithAPIPrefix(a.nc, embedded.JSPrefix)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// append stores one record for an account and returns its sequence.
func (w *world) append(js jetstream.JetStream, last uint64, subject, data string) uint64 {
	w.t.Helper()
	seq, err := embedded.PublishBatch(ctx(w.t), js, last, []*nats.Msg{{Subject: subject, Data: []byte(data)}})
	if err != nil {
		w.t.Fatal(err)
	}
	return seq
}

func dial(t testing.TB, url string, creds []byte, options ...nats.Option) *nats.Conn {
	t.Helper()
	// Denied operations are reported asynchronously; tests look at effects.
	quiet := nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})
	nc, err := embedded.Connect(url, creds, nil, append([]nats.Option{quiet}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func ctx(t testing.TB) context.Context {
	c, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return c
}

// fetch takes up to n messages from an agency's inbox and acknowledges them.
func (a *agency) fetch(t testing.TB, n int, wait time.Duration) []string {
	t.Helper()
	c, err := a.js.Consumer(ctx(t), embedded.StreamName, a.keys.Public)
	if err != nil {
		t.Fatal(err)
	}
	batch, err := c.Fetch(n, jetstream.FetchMaxWait(wait))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for m := range batch.Messages() {
		got = append(got, string(m.Data()))
		if err := m.DoubleAck(ctx(t)); err != nil {
			t.Fatal(err)
		}
	}
	return got
}
