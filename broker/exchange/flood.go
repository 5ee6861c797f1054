package exchange

import (
	"sync"
	"time"
)

// A known agency gets a rejection receipt in the ledger for what it sends wrongly.
// One that sends nothing else must not fill the ledger: beyond a burst it gets one
// receipt a second, and is told to try again for the rest.
const (
	floodBurst = 256
	floodEvery = time.Second
)

// floods counts rejections by account.
type floods struct {
	mu    sync.Mutex
	spent map[string]time.Time // when the account's last receipt is paid for. Owner: mu
}

func newFloods() *floods { return &floods{spent: map[string]time.Time{}} }

// allow says whether another receipt may be recorded for the account now.
func (f *floods) allow(account string, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	paid := f.spent[account]
	// A clock that went far back must not silence anybody for long.
	if paid.Before(now) || paid.Sub(now) > 2*floodBurst*floodEvery {
		paid = now
	}
	if paid = paid.Add(floodEvery); paid.Sub(now) > floodBurst*floodEvery {
		return false
	}
	f.spent[account] = paid
	return true
}
