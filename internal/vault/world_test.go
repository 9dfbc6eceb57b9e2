package vault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	why      = "Pemeriksaan perkara 12/2026"
	password = "kuda baterai staples benar"
)

// cheap is a cost for tests: what a password is worth is not their subject.
func cheap() vault.Cost { return vault.Cost{Time: 1, Memory: 64, Threads: 1} }

// world is a house with recovery, and some people who have keys.
type world struct {
	t      testing.TB
	db     *store.DB
	book   *ledger.Book
	v      *vault.Vault
	clock  *storetest.Clock
	shares []string
}

func who(id string) actor.Actor { return actor.Actor{ID: id, Lang: "id", Via: "page"} }

func key(t testing.TB, seed byte) *vault.Key {
	t.Helper()
	k, err := vault.NewKey(ledgertest.Rand(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) open(k *vault.Key, seed byte, retired ...*vault.Key) *vault.Vault {
	w.t.Helper()
	v, err := vault.Open(context.Background(), vault.Config{Book: w.book, Key: k, Retired: retired, Rand: ledgertest.Rand(seed), Cost: cheap()})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// notes is a slice's table with a sealed column.
func notes() store.Line {
	return store.Line{Name: "vault_note", FS: mapFS{"migrations/0001_note.sql": `-- +goose Up
CREATE TABLE vault_note (id TEXT PRIMARY KEY, body BYTEA NOT NULL, head BOOLEAN NOT NULL, owners TEXT NOT NULL);
`}}
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, []store.Line{vault.Migrations, notes()}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		w := &world{t: t, db: db, book: book, clock: clock}
		w.v = w.open(key(t, 50), 51)
		shares, err := w.v.Found(context.Background(), who("admin"), []string{"Ketua DPRD", "Inspektur", "Kepala ANRI", "Rektor", "Sekda"}, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shares {
			w.shares = append(w.shares, s.String())
		}
		fn(t, w)
	}, storetest.WithClock(clock))
}

// person enrols and activates somebody.
func (w *world) person(id string) *vault.Holder {
	w.t.Helper()
	ctx := context.Background()
	code, err := w.v.Enrol(ctx, who("admin"), id)
	if err != nil {
		w.t.Fatal(err)
	}
	h, err := w.v.Activate(ctx, who(id), code, password+" "+id)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *world) readers(owners ...string) vault.Readers {
	w.t.Helper()
	var r vault.Readers
	err := w.db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = w.v.Readers(ctx, tx, owners...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) write(fn func(ctx context.Context, tx *store.Tx) error) error {
	return w.db.Write(context.Background(), fn)
}

// kinds are the vault's ledger entries behind the first n of all.
func (w *world) kinds(n int64) []string {
	w.t.Helper()
	all, err := w.book.Entries(context.Background(), n, 1000, ledger.Filter{Kind: "foundation.vault."})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, r := range all {
		out = append(out, r.Kind)
	}
	return out
}

func (w *world) size() int64 {
	w.t.Helper()
	n, err := w.book.Size(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func place(row string) vault.Place {
	return vault.Place{Table: "watch_report", Column: "body", Row: row}
}

// is wants a fault with a key.
func is(t *testing.T, what string, err error, key string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Key != key && (len(f.Fields) == 0 || f.Fields[0].Key != key) {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// shelf is the column of notes. stop makes it fail once so many items have been
// stored.
type shelf struct {
	mu   sync.Mutex
	stop int
	page int // items at a time; as asked for when 0
}

var errStop = errors.New("the power is out")

func (s *shelf) Name() string { return "vault_note.body" }

func (s *shelf) Next(ctx context.Context, tx *store.Tx, after string, n int) (all []vault.Item, err error) {
	if s.page > 0 {
		n = s.page
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, body, head, owners FROM vault_note WHERE id > $1 ORDER BY id LIMIT $2`, after, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var it vault.Item
		var owner string
		if err := rows.Scan(&it.Key, &it.Sealed, &it.Head, &owner); err != nil {
			return nil, err
		}
		it.Owners = []string{owner}
		all = append(all, it)
	}
	return all, rows.Err()
}

func (s *shelf) Replace(ctx context.Context, tx *store.Tx, it vault.Item, sealed []byte) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop == 1 {
		return false, errStop
	}
	if s.stop > 1 {
		s.stop--
	}
	res, err := tx.ExecContext(ctx, `UPDATE vault_note SET body = $3 WHERE id = $1 AND body = $2`, it.Key, it.Sealed, sealed)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func notePlace(id string) vault.Place {
	return vault.Place{Table: "vault_note", Column: "body", Row: id}
}

// keep seals n notes for an owner.
func (w *world) keep(owner string, from, n int) {
	w.t.Helper()
	r := w.readers(owner)
	err := w.write(func(ctx context.Context, tx *store.Tx) error {
		for i := from; i < from+n; i++ {
			id := fmt.Sprintf("%04d", i)
			b, err := w.v.Seal(notePlace(id), r, []byte("note "+id))
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO vault_note (id, body, head, owners) VALUES ($1, $2, FALSE, $3)`, id, b, owner); err != nil {
				return err
			}
		}
		return r.Current(ctx, tx)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) note(id string) []byte {
	w.t.Helper()
	var b []byte
	err := w.db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT body FROM vault_note WHERE id = $1`, id).Scan(&b)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// zeros yields n bytes, which are not all zero.
func zeros(n int64) io.Reader { return io.LimitReader(&endless{}, n) }

type endless struct{ at int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte((e.at + i) >> 3)
	}
	e.at += len(p)
	return len(p), nil
}
