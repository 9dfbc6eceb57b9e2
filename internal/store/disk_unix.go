//go:build unix

package store

import "syscall"

// freeSpace is how many bytes an ordinary program may still write beside path;
// ok is false where nobody knows.
func freeSpace(path string) (bytes int64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
