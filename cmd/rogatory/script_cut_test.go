package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// cut NAME CONFIG before|after N writes NAME.yaml, a copy of the configuration that
// reaches the broker over a wire which breaks at the Nth act:
//
//	before  the act never arrives: it is not stored
//	after   the act arrives and is answered, but the answer is lost
//
// NAME.reached appears at that moment; from then on nothing passes the wire.
func cmdCut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 || args[2] != "before" && args[2] != "after" {
		ts.Fatalf("usage: cut NAME CONFIG before|after N")
	}
	n, err := strconv.Atoi(args[3])
	ts.Check(err)
	config := ts.ReadFile(args[1])
	_, rest, ok := strings.Cut(config, "url: nats://")
	if !ok {
		ts.Fatalf("cut: no broker address in %s", args[1])
	}
	broker, _, _ := strings.Cut(rest, "\n")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	c := &cutter{broker: broker, after: args[2] == "after", left: n, reached: ts.MkAbs(args[0] + ".reached")}
	ts.Defer(func() { _ = l.Close(); c.close() })
	go c.serve(l)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".yaml"), []byte(strings.Replace(config, broker, l.Addr().String(), 1)), 0o600))
}

// cutter is a wire that breaks once, for all of its connections.
type cutter struct {
	broker  string
	after   bool
	reached string

	mu    sync.Mutex
	left  int  // acts until it breaks
	armed bool // after: the act is through, its answer must not be
	dead  bool
	conns []net.Conn
}

func (c *cutter) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", c.broker)
		if err != nil {
			_ = client.Close()
			continue
		}
		c.mu.Lock()
		c.conns = append(c.conns, client, server)
		c.mu.Unlock()
		go c.pump(server, client, c.sees("PUB rog.submit ", c.act))
		go c.pump(client, server, c.sees("MSG _INBOX", c.answer))
	}
}

func (c *cutter) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.Close()
	}
}

// pump passes bytes on while passes says so, and swallows them after.
func (c *cutter) pump(dst io.WriteCloser, src io.ReadCloser, passes func([]byte) bool) {
	defer dst.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 && passes(buf[:n]) {
			if _, err := dst.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// sees calls found for each time the words pass, also when they come in two pieces.
// found says whether the piece may go on.
func (c *cutter) sees(words string, found func() bool) func([]byte) bool {
	var tail []byte
	return func(data []byte) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		seen := append(tail, data...)
		pass := !c.dead
		for range bytes.Count(seen, []byte(words)) {
			pass = found() && pass
		}
		tail = bytes.Clone(seen[max(0, len(seen)-len(words)+1):])
		return pass
	}
}

// act is called when an act is on its way to the broker. Owner: mu.
func (c *cutter) act() bool {
	if c.dead {
		return false
	}
	if c.left--; c.left > 0 {
		return true
	}
	if c.after {
		c.armed = true
		return true
	}
	c.die()
	return false
}

// answer is called when an answer is on its way back. Owner: mu.
func (c *cutter) answer() bool {
	if c.armed {
		c.die()
	}
	return !c.dead
}

func (c *cutter) die() {
	if !c.dead {
		c.dead = true
		_ = os.WriteFile(c.reached, nil, 0o600)
	}
}
