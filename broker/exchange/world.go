package exchange

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// world is what the ledger says, held in memory. It changes by apply alone, so
// that it is never ahead of the ledger and a restart gives the same.
type world struct {
	mu      sync.RWMutex
	history agencies.History
	rooms   map[string]*room     // by case
	acts    map[string]*recorded // by act id
	refused map[refusedKey]uint64
}

// refusedKey names a message that was rejected, so that the same bytes get the
// same receipt and a flood of them one record.
type refusedKey struct {
	account string
	digest  agencies.Digest
}

// room holds one case. Whoever is about to record something for the case takes
// its turn first and keeps it until the record stands.
type room struct {
	turn sync.Mutex
	c    broker.Case // Owner: world.mu
}

// recorded is where an act stands, so that a second sending gets the first answer.
type recorded struct {
	act     agencies.Digest // of the statement's exact bytes; "" for the broker's own acts
	account string
	seq     uint64
}

func newWorld() *world {
	return &world{rooms: map[string]*room{}, acts: map[string]*recorded{}, refused: map[refusedKey]uint64{}}
}

// apply folds one record.
func (w *world) apply(e entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := e.att
	if a.Act == broker.ActTrust {
		if err := w.applyTrust(a); err != nil {
			return err
		}
	}
	if a.Case != "" {
		r := w.roomLocked(a.Case)
		next, err := broker.Apply(r.c, a, e.said...)
		if err != nil {
			return err
		}
		r.c = next
	}
	return w.index(e)
}

// index remembers where an act stands, so that a second sending gets the first
// answer: under its own id, or, when it was refused, under the refusal.
func (w *world) index(e entry) error {
	id := e.att.ID
	if e.att.Act == broker.ActReject {
		var d broker.Detail
		if err := agencies.DecodeStrict(e.att.Detail, &d); err != nil {
			return fmt.Errorf("apply rejection: %w", err)
		}
		if d.Submission != "" {
			w.refused[refusedKey{e.att.Account, d.Submission}] = e.seq
		}
		if e.att.Ref == "" || len(e.att.Statements) == 0 {
			return nil
		}
		id = e.att.Ref
	}
	if _, ok := w.acts[id]; ok {
		return nil
	}
	rec := &recorded{account: e.att.Account, seq: e.seq}
	if len(e.att.Statements) > 0 {
		rec.act = e.att.Statements[0]
	}
	w.acts[id] = rec
	return nil
}

// rejection finds the receipt of a message that was rejected.
func (w *world) rejection(account string, digest agencies.Digest) (uint64, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	seq, ok := w.refused[refusedKey{account, digest}]
	return seq, ok
}

func (w *world) applyTrust(a broker.Attestation) error {
	var d broker.Detail
	if err := agencies.DecodeStrict(a.Detail, &d); err != nil {
		return fmt.Errorf("apply trust list: %w", err)
	}
	list, err := agencies.ParseTrustList(d.TrustList)
	if err != nil {
		return fmt.Errorf("apply trust list: %w", err)
	}
	// The pinned version is known before the ledger is read.
	if list.List().Version == 1 && len(w.history) == 1 && w.history[0].Digest() == list.Digest() {
		return nil
	}
	history, err := slices.Clip(w.history).Append(list)
	if err != nil {
		return fmt.Errorf("apply trust list: %w", err)
	}
	w.history = history
	return nil
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
func (w *world) versions(after int) ([][]byte, error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out [][]byte
	for _, l := range w.history {
		if l.List().Version <= after {
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

// room gives the room of a case, empty while nothing is recorded for it.
func (w *world) room(id string) *room {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.roomLocked(id)
}

func (w *world) roomLocked(id string) *room {
	r, ok := w.rooms[id]
	if !ok {
		r = &room{}
		w.rooms[id] = r
	}
	return r
}

// look returns the case as it is; false while nothing is recorded for it.
func (w *world) look(id string) (broker.Case, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	r, ok := w.rooms[id]
	if !ok || r.c.ID == "" {
		return broker.Case{}, false
	}
	return r.c, true
}

// cases returns every case, the oldest first.
func (w *world) cases() []broker.Case {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := make([]broker.Case, 0, len(w.rooms))
	for _, r := range w.rooms {
		if r.c.ID != "" {
			out = append(out, r.c)
		}
	}
	slices.SortFunc(out, func(a, b broker.Case) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// act finds what is recorded under an act id.
func (w *world) act(id string) (recorded, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	r, ok := w.acts[id]
	if !ok {
		return recorded{}, false
	}
	return *r, true
}
