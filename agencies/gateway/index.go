package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rogatory/rogatory/broker"
)

// index finds the records of a case, so that an act opens and verifies those of its
// own case alone. It is read from what the records claim, in memory, and follows the
// folder, into which other processes of the agency write too.
type index struct {
	store *store

	mu     sync.Mutex
	cases  map[string][]string // names of files in order, by case. Owner: mu
	seen   map[string]bool     // every name of the folder that was looked at. Owner: mu
	listed time.Time           // state of the folder in which seen has them all. Owner: mu
}

func newIndex(s *store) *index {
	return &index{store: s, cases: map[string][]string{}, seen: map[string]bool{}}
}

// settling is how long after its last change a folder may change again without
// showing it: the steps of a file system's clock are coarse.
const settling = time.Second

// of lists the records of a case in the order of the ledger.
func (x *index) of(caseID string) ([]string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	info, err := os.Stat(filepath.Join(x.store.dir, folderRecords))
	if err != nil {
		return nil, err
	}
	if !info.ModTime().Equal(x.listed) {
		now := time.Now()
		if err := x.follow(); err != nil {
			return nil, err
		}
		if x.listed = info.ModTime(); now.Sub(x.listed) < settling {
			x.listed = time.Time{}
		}
	}
	return slices.Clone(x.cases[caseID]), nil
}

// follow looks at the records that it has not seen.
func (x *index) follow() error {
	names, err := x.store.names(folderRecords)
	if err != nil {
		return err
	}
	for _, name := range names {
		if x.seen[name] {
			continue
		}
		data, err := x.store.get(folderRecords, name)
		if err != nil {
			return err
		}
		r, err := broker.DecodeRecord(data)
		if err != nil {
			return fmt.Errorf("record %s: %w: %w", name, ErrLedger, err)
		}
		// What it claims decides only where it is looked for; who opens it verifies it.
		a, err := broker.PeekAttestation(r.Attestation)
		if err != nil {
			return fmt.Errorf("record %s: %w: %w", name, ErrLedger, err)
		}
		// Answers and inbox do not come in one order.
		list := x.cases[a.Case]
		i, _ := slices.BinarySearch(list, name)
		x.cases[a.Case] = slices.Insert(list, i, name)
		x.seen[name] = true
	}
	return nil
}
