package embedded_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/mod/semver"

	"github.com/rogatory/rogatory/broker/embedded"
)

// Each test here shows an attack that works against a plain set-up ("effect")
// and that it does not work against ours ("defence").

// breakGlass is a user of the broker's account without any limits. No process
// holds one; tests use it to show what the limits prevent.
func (w *world) breakGlass() *nats.Conn {
	w.t.Helper()
	creds, err := embedded.AgencyUserCreds(w.op.Broker.Signing, w.op.Broker.Public, "break-glass", time.Now().Add(time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	return dial(w.t, w.nats.URL(), creds)
}

func (w *world) glassJS() jetstream.JetStream {
	w.t.Helper()
	js, err := jetstream.New(w.breakGlass())
	if err != nil {
		w.t.Fatal(err)
	}
	return js
}

func (w *world) count(js jetstream.JetStream, stream string) uint64 {
	w.t.Helper()
	s, err := js.Stream(ctx(w.t), stream)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

// recreate puts another stream in the ledger's place.
func (w *world) recreate(js jetstream.JetStream, cfg jetstream.StreamConfig) jetstream.Stream {
	w.t.Helper()
	if err := js.DeleteStream(ctx(w.t), embedded.StreamName); err != nil {
		w.t.Fatal(err)
	}
	const storeFailed = 10049 // the server is still removing the old one's files
	for tries := 0; ; tries++ {
		s, err := js.CreateStream(ctx(w.t), cfg)
		if err == nil {
			return s
		}
		if api := new(jetstream.APIError); !errors.As(err, &api) || api.ErrorCode != storeFailed || tries == 50 {
			w.t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (w *world) checkLedger() error {
	w.t.Helper()
	return embedded.CheckLedger(ctx(w.t), w.connect(embedded.RoleRuntime), w.connect(embedded.RoleMonitor), 1)
}

func withHeader(subject, data, header, value string) *nats.Msg {
	m := &nats.Msg{Subject: subject, Data: []byte(data), Header: nats.Header{}}
	m.Header.Set(header, value)
	return m
}

func TestAttack1MessageID(t *testing.T) {
	w := newWorld(t, t.TempDir())
	glass := w.glassJS()
	if _, err := glass.CreateStream(ctx(t), jetstream.StreamConfig{Name: "OPEN", Subjects: []string{"open.>"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := glass.PublishMsg(ctx(t), withHeader("open.a", "by a", "Nats-Msg-Id", "x")); err != nil {
		t.Fatal(err)
	}
	ack, err := glass.PublishMsg(ctx(t), withHeader("open.b", "by b", "Nats-Msg-Id", "x"))
	if err != nil || !ack.Duplicate || w.count(glass, "OPEN") != 1 {
		t.Fatalf("effect: b's message was not dropped: %+v %v", ack, err)
	}
	js := w.jetStream()
	for i, sender := range []string{"a", "b"} {
		m := withHeader("ldg._._.c."+sender, "by "+sender, "Nats-Msg-Id", "x")
		if _, err := embedded.PublishBatch(ctx(t), js, uint64(i), []*nats.Msg{m}); err != nil {
			t.Fatalf("defence: %v", err)
		}
	}
	if n := w.count(js, embedded.StreamName); n != 2 {
		t.Errorf("defence: ledger has %d records", n)
	}
}

func TestAttack2Headers(t *testing.T) {
	w := newWorld(t, t.TempDir())
	glass := w.glassJS()
	if _, err := glass.CreateStream(ctx(t), jetstream.StreamConfig{Name: "OPEN", Subjects: []string{"open.>"}, AllowRollup: true}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := glass.Publish(ctx(t), fmt.Sprintf("open.b.%d", i), []byte("by b")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := glass.PublishMsg(ctx(t), withHeader("open.a", "by a", "Nats-Rollup", "all")); err != nil {
		t.Fatal(err)
	}
	if n := w.count(glass, "OPEN"); n != 1 {
		t.Fatalf("effect: %d messages are left", n)
	}
	seq := w.append(w.jetStream(), 0, "ldg._._.c.b", "by b")
	attacks := map[string]string{"Nats-Rollup": "all", "Nats-TTL": "1s", "Nats-Schedule": "@every 1s"}
	for header, value := range attacks {
		// The strongest publisher there is, past PublishBatch.
		if _, err := glass.PublishMsg(ctx(t), withHeader("ldg._._.c.attack", "x", header, value)); err == nil {
			t.Errorf("defence: the ledger took %s", header)
		}
	}
	m := withHeader("ldg._._.c.a", "by a", "Nats-Rollup", "all")
	if _, err := embedded.PublishBatch(ctx(t), w.jetStream(), seq, []*nats.Msg{m}); err != nil {
		t.Fatal(err)
	}
	if n := w.count(glass, embedded.StreamName); n != 2 {
		t.Errorf("defence: ledger has %d records", n)
	}
}

func TestAttack3ReplyIsAService(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a := w.join()
	w.append(w.jetStream(), 0, "ldg."+a.keys.Public+"._.c.r", "chosen by a")
	reached := make(chan *nats.Msg, 8)
	handler := w.connect(embedded.RoleRuntime)
	if _, err := handler.ChanSubscribe("rog.submit.*", reached); err != nil {
		t.Fatal(err)
	}
	if err := handler.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, reply := range []string{"rog.submit", "rog.submit." + a.keys.Public, "ldg." + a.keys.Public + "._.c.forged"} {
		err := a.nc.PublishRequest(embedded.JSPrefix+".CONSUMER.MSG.NEXT.LEDGER."+a.keys.Public, reply, []byte(`{"batch":1,"expires":100000000}`))
		if err != nil {
			t.Fatal(err)
		}
	}
	deadline, effect := time.After(700*time.Millisecond), false
	for {
		select {
		case m := <-reached:
			effect = effect || string(m.Data) == "chosen by a"
			if service, account, ok := embedded.Caller(m.Subject); ok {
				t.Errorf("defence: taken for a request to %s of %s", service, account)
			}
			if embedded.ReplyAllowed(m.Reply) {
				t.Errorf("defence: an answer may go to %s", m.Reply)
			}
		case <-deadline:
			if !effect {
				t.Error("effect: the handler was not reached, the test proves nothing")
			}
			if n := w.count(w.jetStream(), embedded.StreamName); n != 1 {
				t.Errorf("defence: ledger has %d records", n)
			}
			return
		}
	}
}

func TestAttack4ReplyIsAnAck(t *testing.T) {
	for _, role := range []embedded.Role{"break-glass", embedded.RoleRuntime, embedded.RoleService} {
		t.Run(string(role), func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			a, b := w.join(), w.join()
			w.append(w.jetStream(), 0, "ldg."+b.keys.Public+"._.c.r", "for b")
			// B fetches and has not acknowledged yet.
			c, err := b.js.Consumer(ctx(t), embedded.StreamName, b.keys.Public)
			if err != nil {
				t.Fatal(err)
			}
			msg, err := c.Next()
			if err != nil {
				t.Fatal(err)
			}
			ack := msg.Reply()
			handler := w.breakGlass
			if role != "break-glass" {
				handler = func() *nats.Conn { return w.connect(role) }
			}
			nc := handler()
			called := make(chan string, 1)
			if _, err := nc.Subscribe("rog.submit.*", func(m *nats.Msg) {
				// The careless handler: answers wherever it is told to.
				_ = m.Respond(nil)
				_ = nc.Flush()
				called <- m.Reply
			}); err != nil {
				t.Fatal(err)
			}
			if err := nc.Flush(); err != nil {
				t.Fatal(err)
			}
			rawLeaf(t, w.nats.LeafURL(), a.creds, "rog.submit", ack)
			select {
			case reply := <-called:
				if embedded.ReplyAllowed(reply) && reply == ack {
					t.Error("ReplyAllowed lets an acknowledgement pass")
				}
				t.Logf("handler saw reply %.12s...", reply)
			case <-time.After(5 * time.Second):
				t.Fatal("the request did not arrive")
			}
			info, err := c.Info(ctx(t))
			if err != nil {
				t.Fatal(err)
			}
			stolen := info.NumAckPending == 0
			if role == "break-glass" && !stolen {
				t.Log("effect: not reproduced on this server")
			}
			if role != "break-glass" && stolen {
				t.Error("defence: b's message was acknowledged by a")
			}
			t.Logf("%s: acknowledged by a: %v", role, stolen)
		})
	}
}

// rawLeaf speaks the leaf protocol itself: one message with a chosen reply.
func rawLeaf(t *testing.T, leafURL string, creds []byte, subject, reply string) {
	t.Helper()
	u, err := url.Parse(leafURL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var info struct {
		Nonce string `json:"nonce"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "INFO ")), &info); err != nil {
		t.Fatal(err)
	}
	token, err := jwt.ParseDecoratedJWT(creds)
	if err != nil {
		t.Fatal(err)
	}
	key, err := jwt.ParseDecoratedUserNKey(creds)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := key.Sign([]byte(info.Nonce))
	if err != nil {
		t.Fatal(err)
	}
	connect, err := json.Marshal(map[string]any{"jwt": token, "sig": b64(sig), "name": "raw", "headers": true, "server_id": "raw", "version": "2.15.2"})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "CONNECT %s\r\nPING\r\n", connect)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatalf("leaf: %v", err)
		}
		if strings.HasPrefix(line, "-ERR") {
			t.Fatalf("leaf: %s", line)
		}
		if strings.HasPrefix(line, "PONG") {
			break
		}
	}
	fmt.Fprintf(conn, "LMSG %s %s 2\r\nhi\r\nPING\r\n", subject, reply)
}

func TestAttack5ForeignClaims(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a := w.join()
	sys := w.connect(embedded.RoleAdmin)
	foreign, err := embedded.GenerateOperator("foreign")
	if err != nil {
		t.Fatal(err)
	}
	signing, err := a.keys.SigningPublic()
	if err != nil {
		t.Fatal(err)
	}
	// Right in all but the issuer.
	forger := w.op
	forger.Signing = foreign.Signing
	bad, err := embedded.AgencyAccountJWT(forger, a.keys.Public, signing)
	if err != nil {
		t.Fatal(err)
	}
	if err := embedded.PushAccount(ctx(t), sys, w.op, bad); !errors.Is(err, embedded.ErrAccount) {
		t.Fatalf("defence: pushed a foreign claim: %v", err)
	}
	answer, err := sys.Request("$SYS.REQ.CLAIMS.UPDATE", []byte(bad), 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("effect: a raw push of a foreign claim is answered %s", answer.Data)
	stored := filepath.Join(w.dir, "accounts", a.keys.Public+".jwt")
	if kept, err := os.ReadFile(stored); err != nil || string(kept) != bad {
		t.Errorf("effect: the server did not store the foreign claim: %v", err)
	}
	w.restart()
	if _, err := os.Stat(stored); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("defence: the foreign claim is still there: %v", err)
	}
	// The account is back as soon as it is pushed.
	good, err := embedded.AgencyAccountJWT(w.op, a.keys.Public, signing)
	if err != nil {
		t.Fatal(err)
	}
	if err := embedded.PushAccount(ctx(t), w.connect(embedded.RoleAdmin), w.op, good); err != nil {
		t.Fatal(err)
	}
	dial(t, w.nats.URL(), a.creds)
}

func TestAttack6StreamCalls(t *testing.T) {
	w := newWorld(t, t.TempDir())
	js := w.jetStream()
	seq := w.append(js, 0, "ldg._._.c.1", "one")
	w.append(js, seq, "ldg._._.c.2", "two")
	update := `{"name":"LEDGER","subjects":["ldg.>"],"num_replicas":1,"max_msgs":1,"max_bytes":-1,"max_consumers":-1,"max_msgs_per_subject":-1,"storage":"file","retention":"limits","discard":"old","deny_delete":true,"deny_purge":true,"allow_direct":true,"allow_atomic":true,"duplicate_window":100000000}`
	calls := map[string]string{
		"STREAM.UPDATE.LEDGER": update, "STREAM.DELETE.LEDGER": "", "STREAM.PURGE.LEDGER": "", "STREAM.MSG.DELETE.LEDGER": `{"seq":1}`,
		"STREAM.RESTORE.LEDGER": "{}", "STREAM.RESTORE.OTHER": "{}", "STREAM.CREATE.OTHER": `{"name":"OTHER","subjects":["other.>"]}`, "STREAM.LEADER.STEPDOWN.LEDGER": "",
		"STREAM.PEER.REMOVE.LEDGER": "{}", "STREAM.SNAPSHOT.LEDGER": `{"deliver_subject":"x"}`, "ACCOUNT.PURGE." + w.op.Broker.Public: "",
	}
	for _, role := range []embedded.Role{embedded.RoleRuntime, embedded.RoleService, embedded.RoleProvision, embedded.RoleAdmin, embedded.RoleMonitor} {
		nc := w.connect(role)
		for _, prefix := range []string{"$JS.API.", "$JS.hub.API."} {
			for call, body := range calls {
				if msg, err := nc.Request(prefix+call, []byte(body), 30*time.Millisecond); err == nil {
					t.Errorf("%s: %s was answered: %s", role, call, msg.Data)
				}
			}
		}
	}
	if n := w.count(js, embedded.StreamName); n != 2 {
		t.Fatalf("defence: ledger has %d records", n)
	}
	if err := w.checkLedger(); err != nil {
		t.Fatal(err)
	}
	msg, err := w.breakGlass().Request("$JS.API.STREAM.UPDATE.LEDGER", []byte(update), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if n := w.count(js, embedded.StreamName); n != 1 {
		t.Fatalf("effect: ledger has %d records after %s", n, msg.Data)
	}
	if err := w.checkLedger(); !errors.Is(err, embedded.ErrLedger) {
		t.Errorf("defence: a changed stream passes: %v", err)
	}
}

func TestAttack7Schedules(t *testing.T) {
	w := newWorld(t, t.TempDir())
	glass := w.glassJS()
	s, err := glass.Stream(ctx(t), embedded.StreamName)
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.CachedInfo().Config
	cfg.AllowMsgSchedules = true
	if _, err := glass.UpdateStream(ctx(t), cfg); err == nil {
		t.Error("defence: our discard policy does not stand in the way any more")
	}
	// Whoever provisions the ledger anew, with schedules in mind.
	cfg.Discard = jetstream.DiscardOld
	if got := w.recreate(glass, cfg).CachedInfo().Config; got.DenyPurge || !got.AllowRollup {
		t.Errorf("effect: deny_purge %v, allow_rollup %v: no longer flipped", got.DenyPurge, got.AllowRollup)
	}
	if err := w.checkLedger(); !errors.Is(err, embedded.ErrLedger) {
		t.Errorf("defence: a stream with schedules passes: %v", err)
	}
}

func TestAttack8Unsynced(t *testing.T) {
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	n, err := embedded.StartNATSUnsynced(embedded.NATSConfig{Dir: t.TempDir(), Listen: "127.0.0.1:0", Operator: op})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	w := &world{t: t, op: op, nats: n}
	if err := embedded.ProvisionLedger(ctx(t), w.connect(embedded.RoleProvision), 1); err != nil {
		t.Fatal(err)
	}
	if err := w.checkLedger(); !errors.Is(err, embedded.ErrLedger) || !strings.Contains(err.Error(), "sync") {
		t.Errorf("a server that does not sync passes: %v", err)
	}
	t.Run("persist mode", func(t *testing.T) {
		w := newWorld(t, t.TempDir())
		glass := w.glassJS()
		s, err := glass.Stream(ctx(t), embedded.StreamName)
		if err != nil {
			t.Fatal(err)
		}
		cfg := s.CachedInfo().Config
		cfg.PersistMode, cfg.AllowAtomicPublish = jetstream.AsyncPersistMode, false
		w.recreate(glass, cfg)
		if err := w.checkLedger(); !errors.Is(err, embedded.ErrLedger) {
			t.Errorf("a stream that does not sync passes: %v", err)
		}
	})
}

func TestAttack9NoAnonymous(t *testing.T) {
	if semver.Compare("v"+server.VERSION, "v2.15.2") < 0 {
		t.Errorf("nats-server %s has known advisories", server.VERSION)
	}
	w := newWorld(t, t.TempDir())
	if nc, err := nats.Connect(w.nats.URL()); err == nil {
		nc.Close()
		t.Error("an anonymous client was let in")
	}
	u, err := url.Parse(w.nats.LeafURL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "CONNECT {\"name\":\"raw\"}\r\nPING\r\n")
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if strings.HasPrefix(line, "PONG") {
			t.Fatal("an anonymous leaf was let in")
		}
		if strings.HasPrefix(line, "-ERR") || err != nil {
			return
		}
	}
}
