// Package store opens the database and lends out transactions.
//
// One SQL text runs on two engines: SQLite in a file, for one machine, and
// PostgreSQL, for several. What differs between them stays in here.
//
// What always holds:
//   - There is one writer at a time, over all processes. A check followed by
//     an insert in one Write cannot be overtaken.
//   - A Write that returned nil is on the disk: it survives a killed process
//     and a cut power line. A Write that returned an error left nothing,
//     except when the error has the key "store.unsure".
//   - Writes that wait at the same time share one durable commit (group
//     commit), each in its own savepoint, so that one that fails does not
//     touch the others.
//   - A Read sees one snapshot from its first statement to its last.
//
// A statement is written once, with $1 placeholders. Tx.Each reads its rows in
// one call, and Tx.InsertMany writes many at once.
//
// The common dialect that statements may use is written down and run on both
// engines in dialect_test.go.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Dialect says which engine a transaction runs on.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota + 1
	Postgres
)

func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "sqlite"
	case Postgres:
		return "postgres"
	}
	return fmt.Sprintf("dialect(%d)", uint8(d))
}

// Options adjust Open. The zero value is good.
type Options struct {
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Log gets what an operator should know; discarded when nil.
	Log *slog.Logger
	// Readers is how many reads may run at once; 4 when zero.
	Readers int
	// LockWait is how long a write waits for another process that holds the
	// database before it gives up with the key "store.locked"; 10 s when zero.
	LockWait time.Duration
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect  Dialect
	path     string // SQLite: the file; PostgreSQL: empty
	log      *slog.Logger
	now      func() time.Time
	reader   *sql.DB
	writer   *sql.DB
	closers  []func() error
	lockWait time.Duration
	maxWAL   int64 // SQLite: the size from which the -wal file is cut back
	maxBatch int   // how many writes may share a commit

	queue chan *job
	idle  chan struct{} // closed when the committer has ended
	hooks []func(context.Context, *Tx) error

	mu       sync.RWMutex // guards closed and hooks
	closed   bool
	inflight sync.WaitGroup
}

// Open opens the database named by dsn: a file path (SQLite; the file is made
// when it does not exist, readable by its owner only) or a postgres:// URL.
// The caller closes it.
func Open(ctx context.Context, dsn string, opt Options) (*DB, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Readers <= 0 {
		opt.Readers = 4
	}
	if opt.LockWait <= 0 {
		opt.LockWait = 10 * time.Second
	}
	db := &DB{
		log:      opt.Log,
		now:      opt.Now,
		queue:    make(chan *job),
		idle:     make(chan struct{}),
		lockWait: opt.LockWait,
		maxWAL:   64 << 20,
		maxBatch: defaultBatch,
	}
	open := db.openSQLite
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		open = db.openPostgres
	}
	if err := open(ctx, dsn, opt); err != nil {
		return nil, classify(db.closePools(err))
	}
	go db.commitLoop()
	return db, nil
}

// Dialect is the engine.
func (db *DB) Dialect() Dialect { return db.dialect }

// Now is the store's clock: UTC, whole milliseconds.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Millisecond) }

// BeforeCommit registers f to run once in each batch of writes in which at
// least one write succeeded, after the last of them and inside their
// transaction. An error of f undoes the batch. Register before the first
// Write.
func (db *DB) BeforeCommit(f func(context.Context, *Tx) error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.hooks = append(db.hooks, f)
}

// enter counts a use of the database, so that Close can wait for it.
func (db *DB) enter() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return errClosed()
	}
	db.inflight.Add(1)
	return nil
}

// Close waits until every Read and Write that has begun is done, then closes.
// What comes later is refused. Closing twice is harmless.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		<-db.idle
		return nil
	}
	db.closed = true
	db.mu.Unlock()
	db.inflight.Wait()
	close(db.queue)
	<-db.idle
	return db.closePools(nil)
}

// closePools closes what is open and returns the first error, err before all.
func (db *DB) closePools(err error) error {
	for _, pool := range []*sql.DB{db.reader, db.writer} {
		if pool == nil {
			continue
		}
		if e := pool.Close(); err == nil {
			err = e
		}
	}
	for _, f := range db.closers {
		if e := f(); err == nil {
			err = e
		}
	}
	return err
}
