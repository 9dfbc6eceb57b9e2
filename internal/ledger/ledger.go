package ledger

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the ledger's tables. They come before those of all slices.
var Migrations = store.Line{Name: "ledger", FS: files}

// Config is what a Book needs. Key and Rand are required.
type Config struct {
	// Origin names the log; it must be the name in Key. Empty means that name.
	Origin string
	// Key signs every commit.
	Key *Key
	// Retired are keys that signed earlier; their checkpoints still count.
	Retired []note.Verifier
	// Witnesses are those whose cosignatures go into proofs, because whoever
	// checks a proof is given the same list.
	Witnesses []note.Verifier
	// Rand gives salts and sealed subjects: crypto/rand.Reader, or in tests
	// something that can be repeated.
	Rand io.Reader
	// Now is the clock for what happens outside a transaction; time.Now when
	// nil. Entries have the clock of their transaction.
	Now func() time.Time
	// Log gets what an operator should know; discarded when nil. No entry's
	// content goes there.
	Log *slog.Logger
}

// Book is the open log. It is safe for concurrent use.
type Book struct {
	db  *store.DB
	cfg Config
	log *slog.Logger

	last   atomic.Pointer[tip] // the tree after the last commit of this process
	recent recent              // the commits before it, to prove their entries from

	rand sync.Mutex // Config.Rand need not be safe for concurrent use
}

// tip is a tree whose last signature was checked, or was made here.
type tip struct {
	edge edge
	root tlog.Hash

	// Of a tree that was made here: what it continued, the stored hashes that
	// were added, from the id first on, and the signature.
	before edge
	first  int64
	hashes []tlog.Hash
	signed Signed
}

// Open opens the log in a database that has the tables of Migrations. One Book
// for each store.DB: it hooks into the store's commits.
func Open(ctx context.Context, db *store.DB, cfg Config) (*Book, error) {
	if cfg.Key == nil || cfg.Rand == nil {
		return nil, errors.New("ledger: Config needs Key and Rand")
	}
	if cfg.Origin == "" {
		cfg.Origin = cfg.Key.Origin()
	}
	if cfg.Origin != cfg.Key.Origin() {
		return nil, fmt.Errorf("ledger: the key is for %q, the log is %q", cfg.Key.Origin(), cfg.Origin)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	b := &Book{db: db, cfg: cfg, log: cfg.Log}
	var origin string
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		size, _, err := head(ctx, tx)
		if err != nil || size == 0 {
			return err
		}
		origin, err = lastOrigin(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	if origin != "" && origin != cfg.Origin {
		return nil, fault.New(fault.Invalid, "ledger.other_log", origin, cfg.Origin)
	}
	db.BeforeCommit(b.seal)
	return b, nil
}

// Origin is the name of the log.
func (b *Book) Origin() string { return b.cfg.Origin }

// VKey is the public key to check the log with.
func (b *Book) VKey() string { return b.cfg.Key.VKey() }

// Verifier checks the log's signatures.
func (b *Book) Verifier() note.Verifier { return b.cfg.Key.Verifier() }

// Read runs fn on one snapshot of the database.
func (b *Book) Read(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	return b.db.Read(ctx, fn)
}

// Write runs fn in the one transaction that may write, and appends the entry
// that fn returns in the same transaction: both are durable when Write returns,
// or neither is there. store.DB.Write says what fn must and must not do.
func (b *Book) Write(ctx context.Context, who actor.Actor, fn func(context.Context, *store.Tx) (Entry, error)) (Receipt, error) {
	random, err := b.random(saltSize + subjectSize)
	if err != nil {
		return Receipt{}, err
	}
	var r Receipt
	err = b.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		e, err := fn(ctx, tx)
		if err != nil {
			return err
		}
		r, err = b.append(ctx, tx, who, e, random)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	return r, nil
}

func (b *Book) random(n int) ([]byte, error) {
	buf := make([]byte, n)
	b.rand.Lock()
	defer b.rand.Unlock()
	if _, err := io.ReadFull(b.cfg.Rand, buf); err != nil {
		return nil, fmt.Errorf("ledger: no randomness: %w", err)
	}
	return buf, nil
}

// keys are those that may have signed this log.
func (b *Book) keys() []note.Verifier {
	return append([]note.Verifier{b.cfg.Key.Verifier()}, b.cfg.Retired...)
}
