package app

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// leanBack gives back the pages of the program's own file that only starting
// needed: reading the law, the calendar and the catalogues walks through most
// of it, and on Linux what was walked through counts as resident until somebody
// else needs the memory. Only mappings that cannot be written to are given
// back: what is needed again comes from the page cache, at the price of a minor
// fault. Where that is not possible nothing happens.
func leanBack() {
	self, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close() //nolint:errcheck // only read
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to uintptr
		var mode, offset, device, inode string
		n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s %s %s %s", &from, &to, &mode, &offset, &device, &inode)
		if n < 6 || strings.Contains(mode, "w") || !strings.HasSuffix(lines.Text(), " "+self) {
			continue
		}
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_DONTNEED)
	}
}
