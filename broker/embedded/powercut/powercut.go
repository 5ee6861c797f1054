//go:build linux

// Package powercut gives tests a disk whose power can be cut: an ext4 file
// system on a loop device that on Cut forgets every byte that was not synced,
// as a machine does that loses power. Killing a process proves nothing about
// durability, for the kernel keeps its writes.
//
// It needs root, losetup and mkfs.ext4. Where these are missing a test is
// skipped with the reason, in CI (environment CI=true) it fails: a skipped
// durability test must not look like a passed one.
package powercut

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Shutdown request of ext4 and xfs: _IOR('X', 125, __u32), and its mode that
// throws away the journal's unwritten part.
const (
	iocShutdown = 0x8004587d
	noLogFlush  = 2
)

// Disk is one file system.
type Disk struct {
	// Dir is where it is mounted; the same before and after a cut.
	Dir string

	t       testing.TB
	image   string
	device  string
	mounted bool
}

// New makes a disk of the given size in MiB, which goes away with the test.
func New(t testing.TB, mib int64) *Disk {
	t.Helper()
	require(t)
	base := t.TempDir()
	d := &Disk{Dir: filepath.Join(base, "mnt"), t: t, image: filepath.Join(base, "disk.0")}
	if err := os.WriteFile(d.image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.image, mib<<20); err != nil {
		t.Fatal(err)
	}
	run(t, "mkfs.ext4", "-q", "-F", d.image)
	if err := os.Mkdir(d.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	// Registered after TempDir, hence run before the directory is removed.
	t.Cleanup(d.remove)
	d.mount()
	return d
}

// Cut takes the power away: what was not synced is lost, and from now on each
// write fails. The programs that use the disk are to be stopped next.
//
// Tally what was acknowledged before the call: unlike a machine without power
// the program runs on, and a sync under way at this moment may be told that it
// succeeded although its bytes are gone.
func (d *Disk) Cut() {
	d.t.Helper()
	f, err := os.Open(d.Dir)
	if err != nil {
		d.t.Fatalf("cut power: %v", err)
	}
	defer f.Close()
	if err := unix.IoctlSetPointerInt(int(f.Fd()), iocShutdown, noLogFlush); err != nil {
		d.t.Fatalf("cut power: %v", err)
	}
}

// Restore brings the power back: what had reached the disk is mounted again
// under the same name, and the journal is replayed. The disk of before is
// copied and let go rather than unmounted, since a server whose writes failed
// may have left files open.
func (d *Disk) Restore() {
	d.t.Helper()
	d.remove()
	next := d.image + "+"
	run(d.t, "cp", "--sparse=always", d.image, next)
	d.image = next
	d.mount()
}

func (d *Disk) mount() {
	d.t.Helper()
	d.device = run(d.t, "losetup", "--find", "--show", d.image)
	if err := unix.Mount(d.device, d.Dir, "ext4", 0, ""); err != nil {
		d.t.Fatalf("mount: %v", err)
	}
	d.mounted = true
}

// remove lets the current disk go. The kernel frees it when the last file on
// it is closed.
func (d *Disk) remove() {
	d.t.Helper()
	if d.mounted {
		if err := unix.Unmount(d.Dir, unix.MNT_DETACH); err != nil {
			d.t.Errorf("unmount: %v", err)
		}
		d.mounted = false
	}
	if d.device != "" {
		run(d.t, "losetup", "--detach", d.device)
		d.device = ""
	}
}

// require skips or fails when the machine cannot do it.
func require(t testing.TB) {
	t.Helper()
	reason := ""
	switch {
	case os.Geteuid() != 0:
		reason = "not root"
	case !found("losetup") || !found("mkfs.ext4"):
		reason = "losetup or mkfs.ext4 is not installed"
	case !exists("/dev/loop-control"):
		reason = "the kernel has no loop devices"
	}
	switch {
	case reason == "":
	case os.Getenv("CI") == "true":
		t.Fatalf("POWER CUT NOT TESTED: %s. In CI this is a failure: run as root on a kernel with loop devices and ext4.", reason)
	default:
		fmt.Fprintf(os.Stderr, "SKIP %s: POWER CUT NOT TESTED: %s\n", t.Name(), reason)
		t.Skipf("POWER CUT NOT TESTED: %s", reason)
	}
}

func found(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	return strings.TrimSpace(string(out))
}
