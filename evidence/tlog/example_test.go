package tlog_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/evidence/tlog"
)

// A ledger is created beside an empty stream, takes two records, proves one of
// them, and is audited by someone who holds only its public keys.
func Example() {
	ctx := context.Background()
	tmp, err := os.MkdirTemp("", "ledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(tmp)
	dir, err := tlog.OpenDir(filepath.Join(tmp, "tlog"))
	if err != nil {
		panic(err)
	}
	defer dir.Close()
	keys, err := tlog.GenerateKeys("ledger.example.org/xa")
	if err != nil {
		panic(err)
	}
	stream := tlog.Stream{Name: "LEDGER", Created: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	log, err := tlog.Open(ctx, tlog.Config{
		Store: dir, Keys: keys, Origin: keys.Origin(),
		Head: func(context.Context) (tlog.Stream, error) { return stream, nil },
	})
	if err != nil {
		panic(err)
	}

	records := [][]byte{[]byte("first record, with its salt"), []byte("second record, with its salt")}
	var entries [][]byte
	for _, r := range records {
		e := tlog.Commit(r)
		entries = append(entries, e[:])
		stream.LastSeq++ // the stream has it first
	}
	cp, err := log.AppendAt(ctx, 0, entries)
	if err != nil {
		panic(err)
	}
	fmt.Println("size", cp.Size)

	proof, err := log.InclusionProof(ctx, 1)
	if err != nil {
		panic(err)
	}
	file, err := proof.Marshal()
	if err != nil {
		panic(err)
	}
	if _, err = tlog.VerifyProof(file, entries[1], keys.Verify()); err == nil {
		fmt.Println("second record is in the ledger")
	}

	report, err := tlog.Audit(ctx, tlog.AuditConfig{
		Source: tlog.FromFS(os.DirFS(filepath.Join(tmp, "tlog"))), Keys: keys.Verify(), Chain: true,
		Records: func(yield func(uint64, []byte) bool) {
			for i, r := range records {
				if !yield(uint64(i), r) {
					return
				}
			}
		},
	})
	fmt.Println("audited", report.Entries, report.Records, report.Chain, err)
	// Output:
	// size 2
	// second record is in the ledger
	// audited 2 2 2 <nil>
}
