package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"netral/internal/fault"
)

// Driver errors are told apart by code, never by text.

func errClosed() error { return fault.New(fault.Busy, "store.closed") }

func errNested() error {
	return fault.Wrap(fault.Internal, errors.New("a transaction inside a transaction: use the tx at hand"), "fault.internal")
}

func sqliteCode(err error) (code int, ok bool) {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code(), true
	}
	return 0, false
}

func pgCode(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// IsUnique says whether err is the refusal of a second row with the same key.
func IsUnique(err error) bool {
	if code, ok := sqliteCode(err); ok {
		return code == lib.SQLITE_CONSTRAINT_UNIQUE || code == lib.SQLITE_CONSTRAINT_PRIMARYKEY || code == lib.SQLITE_CONSTRAINT_ROWID
	}
	return pgCode(err) == "23505"
}

// isConstraint says whether err is the refusal of any constraint.
func isConstraint(err error) bool {
	if code, ok := sqliteCode(err); ok {
		return code&0xff == lib.SQLITE_CONSTRAINT
	}
	return strings.HasPrefix(pgCode(err), "23")
}

// isFull says whether there is no room, or no right, to write.
func isFull(err error) bool {
	if code, ok := sqliteCode(err); ok {
		switch code & 0xff {
		case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY:
			return true
		}
		return false
	}
	switch pgCode(err) {
	case "53100", "58030", "25006":
		return true
	}
	return false
}

// isCorrupt says whether SQLite cannot make sense of the file.
func isCorrupt(err error) bool {
	code, ok := sqliteCode(err)
	return ok && (code&0xff == lib.SQLITE_CORRUPT || code&0xff == lib.SQLITE_NOTADB)
}

// isLocked says whether another process held the database for too long.
func isLocked(err error) bool {
	if code, ok := sqliteCode(err); ok {
		return code&0xff == lib.SQLITE_BUSY || code&0xff == lib.SQLITE_LOCKED
	}
	return pgCode(err) == "55P03"
}

// isGone says whether the server or the connection to it went away.
func isGone(err error) bool {
	if _, ok := sqliteCode(err); ok {
		return false
	}
	if code := pgCode(err); code != "" {
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P") || code == "53300"
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	_, ok := errors.AsType[net.Error](err)
	return ok && !errors.Is(err, context.DeadlineExceeded)
}

// isUnsure says whether a COMMIT that ended with err may have reached the disk.
func isUnsure(err error) bool {
	if code, ok := sqliteCode(err); ok {
		// Written and perhaps not synced: a crash now could bring it back.
		return code == lib.SQLITE_IOERR_FSYNC || code == lib.SQLITE_IOERR_DIR_FSYNC
	}
	return isGone(err)
}

// isTransient says whether the same work may succeed when done again at once.
func isTransient(err error) bool {
	switch pgCode(err) {
	case "40001", "40P01":
		return true
	}
	return false
}

// endsTransaction says whether SQLite may have rolled back by itself, or the
// connection is lost.
func endsTransaction(err error) bool {
	if code, ok := sqliteCode(err); ok {
		switch code & 0xff {
		case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_NOMEM, lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB, lib.SQLITE_INTERRUPT:
			return true
		}
		return false
	}
	return isGone(err) || pgCode(err) == "40001"
}

// classify gives a driver's error the meaning that a person can act on. Other
// errors, and those that have a meaning, pass unchanged.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind != fault.Internal {
		return err
	}
	switch {
	case isFull(err):
		return fault.Wrap(fault.Busy, err, "store.full")
	case isCorrupt(err):
		return fault.Wrap(fault.Internal, err, "store.damaged")
	case isLocked(err):
		return fault.Wrap(fault.Busy, err, "store.locked")
	case isGone(err):
		return fault.Wrap(fault.Busy, err, "store.unavailable")
	}
	return err
}
