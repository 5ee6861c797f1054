package exchange_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
)

// childEnv holds the path of the configuration with which this binary runs a
// broker and nothing else.
const childEnv = "ROGATORY_TEST_BROKER"

// child is a broker process: it serves until it is killed.
func child() int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	b, err := os.ReadFile(os.Getenv(childEnv))
	if err != nil {
		return fail(err)
	}
	var cfg exchange.NodeConfig
	if err := json.Unmarshal(b, &cfg); err != nil {
		return fail(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if _, err := exchange.OpenNode(context.Background(), cfg, nil, log); err != nil {
		return fail(err)
	}
	fmt.Println("ready")
	select {}
}

// process is a broker that can be killed.
type process struct {
	cmd   *exec.Cmd
	ready chan bool // false: it ended before it served
	errs  lines
}

func startBroker(t testing.TB, config string) *process {
	t.Helper()
	self, err := os.Executable()
	ok(t, err)
	p := &process{cmd: exec.Command(self), ready: make(chan bool, 1)}
	p.cmd.Env = append(os.Environ(), childEnv+"="+config)
	p.cmd.Stderr = &p.errs
	out, err := p.cmd.StdoutPipe()
	ok(t, err)
	ok(t, p.cmd.Start())
	go func() {
		s := bufio.NewScanner(out)
		for s.Scan() {
			if s.Text() == "ready" {
				p.ready <- true
				return
			}
		}
		p.ready <- false
	}()
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// A broker that is killed again and again, at any moment, under load: every act
// that was answered is in the ledger exactly once, with the very record that was
// answered, and every act that is sent until it is answered gets there.
func TestKilledAgainAndAgain(t *testing.T) {
	const kills, speakers = 26, 6
	ctx := context.Background()
	f, err := gateway.Found(ctx, t.TempDir(), plan(time.Now().UTC().AddDate(0, 0, -60).Truncate(time.Second)))
	ok(t, err)
	w := &world{t: t, f: f, cfg: f.Broker, rings: map[agencies.ID]*agencies.Keyring{}, clock: &clock{at: time.Now().UTC().Truncate(time.Second)}, logs: &lines{}, links: map[agencies.ID]*exchange.Link{}}
	for id, cfg := range f.Gateways {
		w.rings[id] = readRing(t, cfg.Keyring)
	}
	w.cfg.S3 = sharedS3(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	w.cfg.NATS.Listen = l.Addr().String()
	ok(t, l.Close())
	config := filepath.Join(f.Dir, "child.json")
	b, err := json.Marshal(w.cfg)
	ok(t, err)
	ok(t, os.WriteFile(config, b, 0o600))
	server := "nats://" + w.cfg.NATS.Listen

	p := startBroker(t, config)
	defer func() { p.kill() }()
	if !<-p.ready {
		t.Fatal(p.errs.String())
	}
	_, creds := w.creds(court)
	submit := func(nc *nats.Conn, data []byte) *broker.Reply {
		r, err := submitRaw(nc, data, time.Second)
		if err != nil || r.Status == broker.StatusFailed {
			return nil
		}
		return r
	}
	until := func(nc *nats.Conn, data []byte) *broker.Reply {
		for {
			if r := submit(nc, data); r != nil {
				return r
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	type answered struct {
		act    string
		record []byte
	}
	var mu sync.Mutex
	var all []answered
	var stop atomic.Bool
	var resent atomic.Int64
	var wg sync.WaitGroup
	fail := make(chan string, speakers)
	for range speakers {
		nc, err := connect(server, creds)
		ok(t, err)
		defer nc.Close()
		order, first := w.say(w.order(w.contentOrder()))
		wg.Add(1)
		go func() {
			defer wg.Done()
			say := func(sub *broker.Submission, act string) bool {
				data, err := broker.EncodeMessage(sub)
				if err != nil {
					fail <- err.Error()
					return false
				}
				r := until(nc, data)
				if r.Status != broker.StatusDone || len(r.Records) == 0 {
					fail <- fmt.Sprintf("%s: %v", r.Status, r.Error)
					return false
				}
				mu.Lock()
				all = append(all, answered{act, r.Records[0]})
				mu.Unlock()
				if rand.IntN(4) == 0 {
					resent.Add(1)
					if again := until(nc, data); len(again.Records) == 0 || !bytes.Equal(again.Records[0], r.Records[0]) {
						fail <- "a second sending got another answer"
						return false
					}
				}
				return true
			}
			if !say(order, first.ID) {
				return
			}
			for n := 0; !stop.Load(); n++ {
				sub, st := w.question(first.Case)
				if n%8 == 7 {
					sub, st = w.say(w.order(w.subscriberOrder()))
				}
				if !say(sub, st.ID) {
					return
				}
			}
		}()
	}
	early := 0
	for range kills {
		// Now and then it is killed while it starts.
		wait := time.Duration(rand.IntN(700)) * time.Millisecond
		select {
		case up := <-p.ready:
			if !up {
				t.Fatal(p.errs.String())
			}
			time.Sleep(wait)
		case <-time.After(wait*4 + 100*time.Millisecond):
			early++
		}
		p.kill()
		p = startBroker(t, config)
		if rand.IntN(6) > 0 {
			if !<-p.ready {
				t.Fatal(p.errs.String())
			}
			p.ready <- true
		}
	}
	if !<-p.ready {
		t.Fatal(p.errs.String())
	}
	stop.Store(true)
	wg.Wait()
	select {
	case why := <-fail:
		t.Fatal(why)
	default:
	}
	records, err := readStream(w.cfg, server)
	ok(t, err)
	_, opened, err := verifyLedger(w.cfg, records)
	ok(t, err)
	at := map[string]int{}
	for i, o := range opened {
		at[o.Attestation.ID] = i
	}
	for _, a := range all {
		i, found := at[a.act]
		if !found {
			t.Errorf("an answered act is not in the ledger: %s", a.act)
		} else if !bytes.Equal(records[i], a.record) {
			t.Errorf("the record of %s is not the one that was answered", a.act)
		}
	}
	t.Logf("%d kills, %d of them before it served; %d acts answered, %d sent again, %d records", kills, early, len(all), resent.Load(), len(records))
}
