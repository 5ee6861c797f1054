package exchange

import (
	"time"

	"github.com/rogatory/rogatory/evidence/tlog"
)

// SetFaults puts a store around the ledger's files, bounds one try to publish, and
// the records of one group commit.
func (c *NodeConfig) SetFaults(store func(tlog.Store) tlog.Store, try time.Duration, group int) {
	c.faults = faults{store: store, try: try, group: group}
}

// Rooms is how many cases somebody is in, or waits for.
func (x *Exchange) Rooms() int {
	x.world.turns.mu.Lock()
	defer x.world.turns.mu.Unlock()
	return len(x.world.turns.rooms)
}

// FloodBurst is how many rejections an agency gets recorded at once.
const FloodBurst = floodBurst
