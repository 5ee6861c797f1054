package main

import (
	"sync"

	"github.com/cheggaaa/pb/v3"
)

// bar shows how far a transfer is, when standard error is a person's screen. done
// ends it, also where nothing was shown.
func (a *app) bar(label string) (progress func(done, total int64), done func()) {
	if !a.terminal() || a.json {
		return func(int64, int64) {}, func() {}
	}
	// Parts finish in several goroutines.
	var mu sync.Mutex
	var b *pb.ProgressBar
	progress = func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if b == nil {
			b = pb.New64(total).SetWriter(a.stderr).SetTemplate(pb.Full).Set(pb.Bytes, true).Set("prefix", printable(label)).Start()
		}
		b.SetCurrent(done)
	}
	done = func() {
		mu.Lock()
		defer mu.Unlock()
		if b != nil {
			b.Finish()
		}
	}
	return progress, done
}
