package embedded

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Inode flags of linux/fs.h; new files inherit them from their directory.
const (
	flagSync    = 0x00000008
	flagDirSync = 0x00010000
)

// syncInherited makes all writes below dir synchronous. nats-server stores
// account claims without syncing them, and a revocation must not come undone
// by a power cut.
func syncInherited(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	defer f.Close()
	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err != nil {
		return fmt.Errorf("read directory flags: %w", err)
	}
	if err := unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags|flagSync|flagDirSync); err != nil {
		return fmt.Errorf("set directory flags: %w", err)
	}
	return nil
}
