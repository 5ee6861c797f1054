package agencies_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/rogatory/rogatory/agencies"
)

// A registrar founds an exchange, a ministry joins, and its prosecutor speaks.
func Example() {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	recorded := begin.AddDate(0, 1, 0) // the ledger's time

	registrar, err := agencies.GenerateKeyring(rand.Reader, "XA-REG", agencies.Ed25519)
	check(err)
	reg, err := registrar.SealSigner()
	check(err)
	ministry, err := agencies.GenerateKeyring(rand.Reader, "XA-MOJ", agencies.Ed25519, "XA-MOJ/prosecutor-1")
	check(err)
	entry, err := ministry.Entry(agencies.Description{
		Name: "Ministry of Justice", Kind: agencies.CentralAuthority,
		Offices:   map[agencies.OfficerID]agencies.Office{"XA-MOJ/prosecutor-1": agencies.OfficePublicProsecutor},
		NotBefore: begin, NotAfter: begin.AddDate(2, 0, 0),
	})
	check(err)
	draft := agencies.NewTrustList("example", []agencies.Registrar{{Name: "Registrar", JWK: reg.PublicJWK()}}, 1, begin)
	check(draft.SetState(agencies.StateEntry{Code: "XA", Name: "Aland", TimeZone: "UTC"}))
	check(draft.AddAgency(*entry))
	file, err := agencies.SignTrustList(draft, reg)
	check(err)

	// A verifier has the file, and the pin by another way.
	genesis, err := agencies.ParseTrustList(file)
	check(err)
	pin := genesis.Digest()
	history, err := agencies.NewHistory(genesis, pin)
	check(err)

	statement, err := agencies.NewStatement("submit", agencies.NewID(), "XA-MOJ", []agencies.ID{"XB-HOST"}, recorded, map[string]any{"kind": "epoc"})
	check(err)
	officer, err := ministry.OfficerSigner("XA-MOJ/prosecutor-1")
	check(err)
	envelope, err := officer.SignStatement(statement)
	check(err)

	got, by, err := history.VerifyStatement(envelope, 1, recorded)
	check(err)
	fmt.Println(got.Type, "by", by.Officer.ID, "in office", by.Office)
	_, _, err = history.VerifyStatement(envelope, 1, begin.AddDate(3, 0, 0))
	fmt.Println(errors.Is(err, agencies.ErrUntrusted))
	// Output:
	// submit by XA-MOJ/prosecutor-1 in office public_prosecutor
	// true
}

// What only the parties may read travels beside the statement.
func ExampleStatement_Seal() {
	host, err := agencies.GenerateKeyring(rand.Reader, "XB-HOST", agencies.Ed25519)
	check(err)
	ids, err := host.AgeIdentities()
	check(err)
	entry, err := host.Entry(agencies.Description{
		Name: "Host", Kind: agencies.ServiceProvider, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	})
	check(err)

	name, err := agencies.NewDisclosure("target", "Jan Novák")
	check(err)
	s, err := agencies.NewStatement("submit", agencies.NewID(), "XA-MOJ", []agencies.ID{"XB-HOST"}, time.Unix(1<<30, 0), nil)
	check(err)
	key, err := agencies.NewCaseKey()
	check(err)
	ciphertext, err := s.Seal("particulars", key.Recipient(), []agencies.ID{"XB-HOST"}, []agencies.Disclosure{name})
	check(err)
	wrapped, err := key.WrapFor([]string{entry.Keys[1].Recipient}) // TrustList.Recipients gives these
	check(err)

	theirs, err := agencies.UnwrapCaseKey(wrapped, ids...)
	check(err)
	opened, err := theirs.OpenSealed(s, "particulars", ciphertext)
	check(err)
	fmt.Println(opened[0].Name, "is", opened[0].Value)
	// Output: target is Jan Novák
}

func ExampleDecodeStrict() {
	var v struct {
		ID string `json:"id"`
	}
	for _, text := range []string{`{"id":"a"}`, `{"ID":"a"}`, `{"id":"a","id":"b"}`} {
		fmt.Println(agencies.DecodeStrict([]byte(text), &v))
	}
	// Output:
	// <nil>
	// check ID: unknown: no such member
	// check id: duplicate: member given twice
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
