package embedded_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/rogatory/rogatory/broker/embedded"
)

// apiCalls is every request subject of the JetStream API, for stream s and
// consumer c.
func apiCalls(s, c string) []string {
	return []string{
		"INFO", "STREAM.NAMES", "STREAM.LIST", "STREAM.CREATE." + s, "STREAM.UPDATE." + s, "STREAM.INFO." + s, "STREAM.DELETE." + s, "STREAM.PURGE." + s,
		"STREAM.MSG.DELETE." + s, "STREAM.MSG.GET." + s, "STREAM.SNAPSHOT." + s, "STREAM.RESTORE." + s, "STREAM.PEER.REMOVE." + s, "STREAM.LEADER.STEPDOWN." + s,
		"DIRECT.GET." + s, "DIRECT.GET." + s + ".ldg.>", "CONSUMER.CREATE." + s, "CONSUMER.CREATE." + s + "." + c, "CONSUMER.CREATE." + s + "." + c + ".ldg.>",
		"CONSUMER.DURABLE.CREATE." + s + "." + c, "CONSUMER.NAMES." + s, "CONSUMER.LIST." + s, "CONSUMER.INFO." + s + "." + c, "CONSUMER.DELETE." + s + "." + c,
		"CONSUMER.MSG.NEXT." + s + "." + c, "CONSUMER.PAUSE." + s + "." + c, "CONSUMER.UNPIN." + s + "." + c, "CONSUMER.RESET." + s + "." + c, "CONSUMER.LEADER.STEPDOWN." + s + "." + c,
		"META.LEADER.STEPDOWN", "SERVER.REMOVE", "ACCOUNT.PURGE." + c, "ACCOUNT.STREAM.MOVE." + c + "." + s, "ACCOUNT.STREAM.CANCEL_MOVE." + c + "." + s,
	}
}

// What agency A can do with its own credentials: nothing of B's and nothing of
// the ledger's is read, written or deleted.
func TestIsolation(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a, b := w.join(), w.join()
	A, B := a.keys.Public, b.keys.Public
	js := w.jetStream()
	w.append(js, 0, "ldg."+B+"._.case.r1", "secret of b")

	// The broker notes whom it is called by.
	var mu sync.Mutex
	callers := map[string]int{}
	service := w.connect(embedded.RoleService)
	for _, subject := range []string{"rog.submit.*", "rog.ask.*"} {
		if _, err := service.Subscribe(subject, func(m *nats.Msg) {
			mu.Lock()
			defer mu.Unlock()
			if _, account, ok := embedded.Caller(m.Subject); ok {
				callers[account]++
			}
			if embedded.ReplyAllowed(m.Reply) {
				_ = m.Respond([]byte("receipt for " + m.Subject))
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := service.Flush(); err != nil {
		t.Fatal(err)
	}
	// A listens to everything it may name.
	overheard := make(chan *nats.Msg, 1000)
	for _, subject := range []string{">", "ldg.>", "rog.>", "_R_.>", "_INBOX.>", "$JS.>", "$SYS.>"} {
		if _, err := a.nc.ChanSubscribe(subject, overheard); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	quiet := dial(t, w.nats.URL(), a.creds) // asks, without hearing itself

	subjects := []string{
		"rog.submit." + B, "rog.ask." + B, "rog.submit." + A, "ldg." + B + "." + A + ".case.forged", "ldg.x",
		"$JS.ACK.LEDGER." + B + ".1.1.1.1.1", "$JS.ACK.hub.hash.LEDGER." + B + ".1.1.1.1.1", "$JS.FC.LEDGER.x", "$JS.EVENT.ADVISORY.x",
		"$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.LIST", "$SYS.REQ.CLAIMS.DELETE", "$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.JSZ", "$SYS.REQ.ACCOUNT." + B + ".CLAIMS.LOOKUP", "$SYS.REQ.ACCOUNT." + B + ".CONNZ",
	}
	for _, who := range []string{A, B} {
		for _, call := range apiCalls(embedded.StreamName, who) {
			if who == A && (call == "CONSUMER.INFO.LEDGER."+A || call == "CONSUMER.MSG.NEXT.LEDGER."+A) {
				continue // its own, under broker.js
			}
			for _, prefix := range []string{"$JS.API.", "$JS.hub.API.", embedded.JSPrefix + "."} {
				subjects = append(subjects, prefix+call)
			}
		}
	}
	for _, subject := range subjects {
		for _, body := range []string{"", `{"name":"LEDGER","stream_name":"LEDGER","seq":1,"batch":1,"config":{"name":"x"}}`} {
			msg, err := quiet.Request(subject, []byte(body), 20*time.Millisecond)
			if err == nil && !refusal(msg.Data) {
				t.Errorf("%s was answered: %.200s", subject, msg.Data)
			}
		}
	}
	// B and the broker go on meanwhile.
	if msg, err := b.nc.Request(embedded.SubjectSubmit, []byte("from b"), 2*time.Second); err != nil || string(msg.Data) != "receipt for rog.submit."+B {
		t.Fatalf("b: %v", err)
	}
	if got := b.fetch(t, 5, 300*time.Millisecond); len(got) != 1 || got[0] != "secret of b" {
		t.Errorf("b's inbox has %q", got)
	}
	if n := w.count(js, embedded.StreamName); n != 1 {
		t.Errorf("ledger has %d records", n)
	}
	if err := w.checkLedger(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	if callers[B] != 1 || callers[A] != 0 {
		t.Errorf("the broker was called by %v", callers)
	}
	mu.Unlock()
	if err := a.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	for len(overheard) > 0 {
		m := <-overheard
		if strings.Contains(string(m.Data), "secret of b") || strings.Contains(string(m.Data), "from b") || strings.Contains(string(m.Data), "receipt for") {
			t.Errorf("a overheard %s: %q", m.Subject, m.Data)
		}
	}
}

// refusal tells an API error from an answer.
func refusal(data []byte) bool {
	var answer struct {
		Error *struct{ Code int } `json:"error"`
	}
	return json.Unmarshal(data, &answer) == nil && answer.Error != nil && answer.Error.Code != 0
}

// The server's own word on who called stays true when the caller forges it.
func TestCallerIsTheServersWord(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a, b := w.join(), w.join()
	got := make(chan *nats.Msg, 1)
	service := w.connect(embedded.RoleService)
	if _, err := service.ChanSubscribe("rog.ask.*", got); err != nil {
		t.Fatal(err)
	}
	if err := service.Flush(); err != nil {
		t.Fatal(err)
	}
	m := withHeader(embedded.SubjectAsk, "q", "Nats-Request-Info", `{"acc":"`+b.keys.Public+`"}`)
	m.Reply = a.nc.NewRespInbox()
	if err := a.nc.PublishMsg(m); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-got:
		_, account, ok := embedded.Caller(m.Subject)
		if !ok || account != a.keys.Public || !embedded.ReplyAllowed(m.Reply) {
			t.Errorf("subject %s reply %s", m.Subject, m.Reply)
		}
		var info struct {
			Account string `json:"acc"`
			User    string `json:"user"`
		}
		if err := json.Unmarshal([]byte(m.Header.Get("Nats-Request-Info")), &info); err != nil || info.Account != a.keys.Public {
			t.Errorf("request info %v %v", m.Header, err)
		}
		if user, err := embedded.UserPublic(a.creds); err != nil || info.User != user {
			t.Errorf("user %q, want %q (%v)", info.User, user, err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the request did not arrive")
	}
}

func TestAccountsAtRunTime(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a, b := w.join(), w.join()
	sys := w.connect(embedded.RoleAdmin)
	user, err := embedded.UserPublic(a.creds)
	if err != nil {
		t.Fatal(err)
	}
	second, err := embedded.AgencyUserCreds(a.keys.Signing, a.keys.Public, "second", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	revoked := dial(t, w.nats.URL(), a.creds, nats.ClosedHandler(func(*nats.Conn) { close(closed) }), nats.NoReconnect())
	start := time.Now()
	if err := embedded.RevokeUser(ctx(t), sys, w.op, a.keys.Public, user, time.Now()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-closed:
		t.Logf("live connection ended after %v", time.Since(start))
	case <-time.After(5 * time.Second):
		t.Errorf("a revoked user stays connected (%v)", revoked.Status())
	}
	refused := func(creds []byte, why string) {
		t.Helper()
		if nc, err := embedded.Connect(w.nats.URL(), creds, nil, nats.MaxReconnects(0)); err == nil {
			nc.Close()
			t.Errorf("%s was let in", why)
		}
	}
	refused(a.creds, "a revoked user")
	dial(t, w.nats.URL(), second).Close()

	monitor, err := w.op.UserCreds(embedded.RoleMonitor, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	monitorPub, err := embedded.UserPublic(monitor)
	if err != nil {
		t.Fatal(err)
	}
	if err := embedded.RevokeUser(ctx(t), sys, w.op, w.op.System.Public, monitorPub, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := embedded.DeleteAccount(ctx(t), sys, w.op, b.keys.Public); err != nil {
		t.Fatal(err)
	}
	refused(b.creds, "a user of a deleted account")
	w.restart()
	refused(a.creds, "a revoked user, after restart")
	refused(monitor, "a revoked user of the system account, after restart")
	refused(b.creds, "a user of a deleted account, after restart")
	dial(t, w.nats.URL(), second)

	expired, err := embedded.AgencyUserCreds(a.keys.Signing, a.keys.Public, "old", time.Now().Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	refused(expired, "an expired user")
	byIdentity, err := embedded.AgencyUserCreds(a.keys.Seed, a.keys.Public, "identity", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	refused(byIdentity, "a user signed by an identity key")
	for _, account := range []string{w.op.Broker.Public, w.op.System.Public} {
		if err := embedded.DeleteAccount(ctx(t), w.connect(embedded.RoleAdmin), w.op, account); !errors.Is(err, embedded.ErrAccount) {
			t.Errorf("deleting the broker's own account: %v", err)
		}
	}
}

// A claim that the operator signs by mistake, importing what is B's, is
// refused before it is pushed, and does not help A when it is pushed raw.
func TestClaimSignedByMistake(t *testing.T) {
	w := newWorld(t, t.TempDir())
	a, b := w.join(), w.join()
	operator, err := nkeys.FromSeed([]byte(w.op.Signing))
	if err != nil {
		t.Fatal(err)
	}
	signing, err := a.keys.SigningPublic()
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.NewAccountClaims(a.keys.Public)
	claims.SigningKeys.Add(signing)
	claims.Imports.Add(&jwt.Import{Name: "x", Account: w.op.Broker.Public, Subject: jwt.Subject("rog.submit." + b.keys.Public), LocalSubject: "as.b", Type: jwt.Service})
	token, err := claims.Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	sys := w.connect(embedded.RoleAdmin)
	if err := embedded.PushAccount(ctx(t), sys, w.op, token); !errors.Is(err, embedded.ErrAccount) {
		t.Errorf("pushed: %v", err)
	}
	if _, err := sys.Request("$SYS.REQ.CLAIMS.UPDATE", []byte(token), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	service := w.connect(embedded.RoleService)
	if _, err := service.Subscribe("rog.submit.*", func(m *nats.Msg) { _ = m.Respond([]byte("done")) }); err != nil {
		t.Fatal(err)
	}
	if err := service.Flush(); err != nil {
		t.Fatal(err)
	}
	nc := dial(t, w.nats.URL(), a.creds)
	if msg, err := nc.Request("as.b", []byte("forged"), 200*time.Millisecond); err == nil {
		t.Errorf("a called as b: %s", msg.Data)
	}
}
