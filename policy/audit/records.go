package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/rogatory/rogatory/broker"
)

// recordName is the file of a record, as a gateway names it.
func recordName(seq uint64) string { return fmt.Sprintf("%020d.json", seq) }

// count lists the records held and says how many there are, or which is missing.
// Other files, such as one half written, are left out; two names for one place
// are not.
func count(records fs.FS) (uint64, error) {
	entries, err := fs.ReadDir(records, ".")
	if err != nil {
		return 0, fmt.Errorf("read records: %w", err)
	}
	var held []uint64
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".json") || strings.HasPrefix(name, ".") {
			continue
		}
		seq, err := strconv.ParseUint(strings.TrimSuffix(name, ".json"), 10, 64)
		if err != nil || recordName(seq) != name {
			return 0, &Finding{Check: CheckComplete, Detail: "a file among the records is not named after a place in the ledger"}
		}
		held = append(held, seq)
	}
	slices.Sort(held)
	for i, seq := range held {
		if want := uint64(i) + 1; seq != want {
			return 0, &Finding{Record: want, Check: CheckComplete, Detail: "is missing, the next one held is " + strconv.FormatUint(seq, 10)}
		}
	}
	if len(held) == 0 {
		return 0, &Finding{Record: 1, Check: CheckComplete, Detail: "is missing, no record is held"}
	}
	return uint64(len(held)), nil
}

// readRecord reads the bytes at a place.
func (l *Ledger) readRecord(seq uint64) ([]byte, error) {
	name := recordName(seq)
	info, err := fs.Stat(l.cfg.Records, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read record %d: not held: %w", seq, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	if info.Size() > broker.MaxRecord {
		return nil, &Finding{Record: seq, Check: CheckRecord, Detail: fmt.Sprintf("has more than %d bytes", broker.MaxRecord)}
	}
	data, err := fs.ReadFile(l.cfg.Records, name)
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	return data, nil
}

// all yields the records held by leaf index. The first error ends it and stands in
// failed.
func (l *Ledger) all(ctx context.Context, held uint64, failed *error) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		for seq := uint64(1); seq <= held; seq++ {
			raw, err := l.readRecord(seq)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				*failed = err
				return
			}
			if !yield(seq-1, raw) {
				return
			}
		}
	}
}
