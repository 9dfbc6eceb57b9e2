// Package throwaway runs a PostgreSQL server for a benchmark, from the
// programs of the operating system, in a folder and on a socket of its own.
package throwaway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres starts a server with memory for the size of a benchmark, and fsync
// off: it is compared in what it reads. Stop ends it and removes its folder.
func Postgres(ctx context.Context, settings ...string) (dsn string, stop func(), err error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return "", nil, errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")
	}
	bin := found[len(found)-1]
	dir, err := os.MkdirTemp("/tmp", "bench-pg") // the path of a socket must be short
	if err != nil {
		return "", nil, err
	}
	remove := func() { _ = os.RemoveAll(dir) }
	attr := &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGINT}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		if attr.Credential, err = nobody(dir); err != nil {
			remove()
			return "", nil, err
		}
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", "data", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	args := []string{"-D", "data", "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
		"-c", "shared_buffers=1GB", "-c", "work_mem=128MB", "-c", "maintenance_work_mem=1GB", "-c", "max_wal_size=8GB", "-c", "synchronous_commit=off"}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), args...)
	server.Dir, server.SysProcAttr = dir, attr
	if err := server.Start(); err != nil {
		remove()
		return "", nil, err
	}
	stop = func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
		remove()
	}
	dsn = "postgres://bench@/postgres?host=" + dir + "&sslmode=disable"
	for range 600 {
		var c *pgx.Conn
		if c, err = pgx.Connect(ctx, dsn); err == nil {
			return dsn, stop, c.Close(ctx)
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
}

// nobody is the account that the server runs as; the folder becomes its own.
func nobody(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}
