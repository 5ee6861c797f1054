package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
)

// found DIR makes the keys and configurations of a network with its broker on free
// ports, as registrars and agencies would, and names each configuration in a
// variable: $BROKER, $COURT, $POLICE, $HOST, $PROS, $DPA, $CENTRAL, $ABROAD. $LEDGER
// is the address of the tiles, $PIN that of the first trust list, $KEYS the file of
// the ledger's public keys. The complete forms of broker/forms lie in $WORK/forms.
func cmdFound(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: found DIR")
	}
	p := scriptPlan()
	p.NATSListen, p.S3Listen, p.HTTPListen = freePort(ts), freePort(ts), freePort(ts)
	f, err := gateway.Found(context.Background(), ts.MkAbs(args[0]), p)
	ts.Check(err)
	ts.Setenv("BROKER", filepath.Join(f.Dir, "broker", "broker.yaml"))
	ts.Setenv("LEDGER", "http://"+p.HTTPListen)
	ts.Setenv("LEDGER_HOST", p.HTTPListen)
	ts.Setenv("PIN", string(f.Pin))
	ts.Setenv("KEYS", filepath.Join(f.Dir, "ledger.pub"))
	forms, err := filepath.Glob(formsGlob)
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs("forms"), 0o700))
	for _, form := range forms {
		data, err := os.ReadFile(form)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(filepath.Join("forms", filepath.Base(form))), data, 0o600))
	}
	for id := range f.Gateways {
		_, name, _ := strings.Cut(string(id), "-")
		ts.Setenv(name, f.ConfigFile(id))
	}
}

// formsGlob is absolute: a script has a working directory of its own, and an
// embedded store moves that of the process.
var formsGlob = func() string {
	abs, err := filepath.Abs(filepath.Join("..", "..", "broker", "forms", "testdata", "forms", "*.yaml"))
	if err != nil {
		panic(err)
	}
	return abs
}()

// replace IN OUT OLD NEW writes IN with every OLD replaced; there must be one.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: replace IN OUT OLD NEW")
	}
	text := ts.ReadFile(args[0])
	unescape := strings.NewReplacer(`\n`, "\n")
	old := unescape.Replace(args[2])
	if !strings.Contains(text, old) {
		ts.Fatalf("replace: %s does not hold %q", args[0], old)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.ReplaceAll(text, old, unescape.Replace(args[3]))), 0o600))
}

// freePort is an address that nobody listens on. A server that is killed and starts
// again needs the same one, so it cannot be left to the server.
func freePort(ts *testscript.TestScript) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	return l.Addr().String()
}

// scriptPlan is the network of the stories: XA asks, XB holds, XC is asked for
// assistance.
func scriptPlan() gateway.Plan {
	begin := time.Now().UTC().Add(-24 * time.Hour).Truncate(time.Second)
	both := []agencies.Binding{{Regime: agencies.RegimeEPO, From: begin}, {Regime: agencies.RegimeUNTOC, From: begin}}
	officers := func(words ...string) map[agencies.OfficerID]agencies.Office {
		out := map[agencies.OfficerID]agencies.Office{}
		for i := 0; i < len(words); i += 2 {
			out[agencies.OfficerID(words[i])] = agencies.Office(words[i+1])
		}
		return out
	}
	member := func(id agencies.ID, kind agencies.Kind, can []agencies.Competence, o map[agencies.OfficerID]agencies.Office) gateway.Member {
		return gateway.Member{ID: id, Name: string(id), Kind: kind, Can: can, Officers: o}
	}
	type can = []agencies.Competence
	return gateway.Plan{
		Network: "story", Origin: "ledger.test/story", Begin: begin,
		States: []agencies.StateEntry{
			{Code: "XA", Name: "Arvenia", TimeZone: "Europe/Paris", Languages: []string{"fr"}, Regimes: both},
			{Code: "XB", Name: "Boravia", TimeZone: "Europe/Dublin", Languages: []string{"en"}, Regimes: both},
			{Code: "XC", Name: "Cestria", TimeZone: "America/New_York", Languages: []string{"es"}, Regimes: both[1:]},
			{Code: "XX", Name: "The exchange", TimeZone: "UTC"},
		},
		Members: []gateway.Member{
			member("XA-COURT", agencies.Court, can{agencies.CompIssue, agencies.CompValidate}, officers("XA-COURT/judge-1", "judge")),
			member("XA-POLICE", agencies.Police, can{agencies.CompIssue, agencies.CompInvestigate},
				officers("XA-POLICE/inspector-1", "police", "XA-POLICE/investigator-1", "investigator", "XA-POLICE/clerk-1", "investigator")),
			member("XA-CENTRAL", agencies.CentralAuthority, can{agencies.CompIssue, agencies.CompTransmit}, officers("XA-CENTRAL/official-1", "central_authority")),
			member("XB-HOST", agencies.ServiceProvider, can{agencies.CompAddress}, officers("XB-HOST/desk-1", "custodian")),
			member("XB-PROS", agencies.Prosecution, can{agencies.CompEnforce}, officers("XB-PROS/prosecutor-1", "public_prosecutor")),
			member("XC-ABROAD", agencies.CentralAuthority, can{agencies.CompTransmit, agencies.CompEnforce}, officers("XC-ABROAD/official-1", "central_authority")),
			member("XA-DPA", agencies.Oversight, can{agencies.CompOversee}, nil),
		},
		Operator: member("XX-EXCHANGE", agencies.Broker, can{agencies.CompOperate}, nil),
	}
}
