package app

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// leanBack gives back the pages of the program's own file that only starting
// needed: reading the law, the calendar and the catalogues walks through most
// of it, and on Linux what was walked through counts as resident until somebody
// else needs the memory. What is needed again comes from the page cache, at the
// price of a minor fault. Where that is not possible nothing happens.
func leanBack() {
	self, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close() //nolint:errcheck // only read
	for _, m := range untouched(maps, self) {
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, m.from, m.to-m.from, syscall.MADV_DONTNEED)
	}
}

// mapping is a range of addresses.
type mapping struct{ from, to uintptr }

// untouched lists the mappings of a file that hold what the file holds and
// nothing else: they cannot be written to, and no page was before that became
// so. In a program that may lie anywhere (-buildmode=pie) the loader writes the
// addresses and then takes the right to write away; given back, such a page
// would come again without them.
func untouched(smaps io.Reader, file string) []mapping {
	var out []mapping
	var m mapping
	ours, own := false, false // the file's and not to be written; has pages of its own
	put := func() {
		if ours && !own {
			out = append(out, m)
		}
	}
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		line := lines.Text()
		var from, to uintptr
		var mode, offset, device, inode, kind string
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "%x-%x %s %s %s %s", &from, &to, &mode, &offset, &device, &inode); n == 6 {
			put()
			m = mapping{from, to}
			ours, own = !strings.Contains(mode, "w") && strings.HasSuffix(line, " "+file), true
			continue
		}
		// Without the line, of an old kernel, nothing is known and all is kept.
		switch n, _ := fmt.Sscanf(line, "%s %d kB", &kind, &kilobytes); {
		case n == 2 && kind == "Anonymous:":
			own = kilobytes > 0
		case n == 2 && kind == "Swap:" && kilobytes > 0:
			own = true
		}
	}
	put()
	return out
}
