package exchange

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

// world is what the ledger says, held in memory. It changes by adopt alone, so
// that it is never ahead of the ledger and a restart gives the same.
type world struct {
	mu       sync.RWMutex
	history  agencies.History
	register policy.Register // what bundle records have put in force
	placed   []placed        // where, in the same order
	cases    map[string]broker.Case
	acts     map[string]recorded // by act id
	refused  map[refusedKey]uint64

	// held are compiled bundles; no record stands behind that alone.
	held map[agencies.Digest]*engine.Revision

	turns turns
}

// refusedKey names a message that was rejected, so that the same bytes get the
// same receipt and a flood of them one record.
type refusedKey struct {
	account string
	digest  agencies.Digest
}

// recorded is where an act stands, so that a second sending gets the first answer.
type recorded struct {
	act     agencies.Digest // of the statement's exact bytes; "" for the broker's own acts
	account string
	seq     uint64
}

func newWorld() *world {
	return &world{cases: map[string]broker.Case{}, acts: map[string]recorded{}, refused: map[refusedKey]uint64{}, held: map[agencies.Digest]*engine.Revision{}, turns: turns{rooms: map[string]*room{}}}
}

// rejection finds the receipt of a message that was rejected.
func (w *world) rejection(account string, digest agencies.Digest) (uint64, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	seq, ok := w.refused[refusedKey{account, digest}]
	return seq, ok
}

// trust is the list in force.
func (w *world) trust() *agencies.SignedTrustList {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.history.Latest()
}

// trusted is every version of the trust list so far.
func (w *world) trusted() agencies.History {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clip(w.history)
}

// lists finds a version of the trust list.
func (w *world) lists(version int) (*agencies.SignedTrustList, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.history.Version(version)
}

// versions are the files of the list after the given version.
func (w *world) versions(after uint64) ([][]byte, error) {
	var out [][]byte
	for _, l := range w.trusted() {
		if uint64(l.List().Version) <= after {
			continue
		}
		file, err := l.File()
		if err != nil {
			return nil, err
		}
		out = append(out, file)
	}
	return out, nil
}

// look returns the case as it is; false while nothing is recorded for it.
func (w *world) look(id string) (broker.Case, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	c, ok := w.cases[id]
	return c, ok
}

// list returns the cases that pass, in the order in which they began.
func (w *world) list(pass func(*broker.Case) bool) []broker.Case {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []broker.Case
	for _, c := range w.cases {
		if pass(&c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b broker.Case) int { return cmp.Compare(began(&a), began(&b)) })
	return out
}

// began is the place of the first record of a case.
func began(c *broker.Case) uint64 { return c.Acts[0].Seq }

// due lists the cases whose clocks ask for something at now.
func (w *world) due(now time.Time) []string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []string
	for id, c := range w.cases {
		if next, ok := broker.NextDue(c); ok && !now.Before(next) {
			out = append(out, id)
		}
	}
	return out
}

// act finds what is recorded under an act id.
func (w *world) act(id string) (recorded, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	r, ok := w.acts[id]
	return r, ok
}

// turns lets one at a time judge in a case. Whoever is about to record something
// takes the turn first and keeps it until the record stands. A case that nobody
// is in has no room: an agency can name as many as it likes.
type turns struct {
	mu    sync.Mutex
	rooms map[string]*room // Owner: mu
}

type room struct {
	turn  sync.Mutex
	users int // holding or awaiting the turn. Owner: turns.mu
}

// take waits for the turn in a case; the caller calls what it returns to leave.
func (t *turns) take(id string) (leave func()) {
	t.mu.Lock()
	r, ok := t.rooms[id]
	if !ok {
		r = &room{}
		t.rooms[id] = r
	}
	r.users++
	t.mu.Unlock()
	r.turn.Lock()
	return func() {
		r.turn.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if r.users--; r.users == 0 {
			delete(t.rooms, id)
		}
	}
}
