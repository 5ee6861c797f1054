package main

import (
	"os"
	"sync"

	"github.com/cheggaaa/pb/v3"
	"golang.org/x/term"
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
			b = pb.New64(total).SetWriter(a.stderr).SetTemplate(pb.Full).Set(pb.Bytes, true).Set("prefix", printable(label))
			if w, _, err := term.GetSize(int(a.stderr.(*os.File).Fd())); err != nil || w == 0 {
				b.SetWidth(80) // a serial line does not know how wide it is
			}
			b.Start()
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
