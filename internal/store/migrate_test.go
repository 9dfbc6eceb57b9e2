package store_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// line makes a migration line of texts, numbered from 1.
func line(name string, texts ...string) store.Line {
	m := fstest.MapFS{}
	for i, s := range texts {
		m["migrations/"+[]string{"0001_a.sql", "0002_b.sql", "0003_c.sql", "0004_d.sql"}[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + s)}
	}
	return store.Line{Name: name, FS: m}
}

const (
	createNote = "CREATE TABLE note (id TEXT PRIMARY KEY, n BIGINT NOT NULL);"
	seedNote   = "INSERT INTO note (id, n) VALUES ('seed', 1);"
)

// notes is the line that most tests here use.
func notes() []store.Line { return []store.Line{line("note", createNote)} }

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func count(t testing.TB, db *store.DB, q string, args ...any) (n int) {
	t.Helper()
	err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRowContext(ctx, q, args...).Scan(&n)
	})
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return n
}

func add(db *store.DB, id string, n int) error {
	return db.Write(context.Background(), insert(id, n))
}

func insert(id string, n int) func(context.Context, *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO note (id, n) VALUES ($1, $2)`, id, n)
		return err
	}
}

func TestMigrate(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		one := line("note", createNote)
		if err := db.Migrate(ctx, one, line("other", "CREATE TABLE other (id TEXT PRIMARY KEY);")); err != nil {
			t.Fatal(err)
		}
		if err := add(db, "x", 1); err != nil {
			t.Fatal(err)
		}
		two := line("note", createNote, seedNote)
		if err := db.Migrated(ctx, two); key(err) != "store.behind" {
			t.Errorf("not yet migrated: %v", err)
		}
		for range 2 { // the second time there is nothing to do
			if err := db.Migrate(ctx, two); err != nil {
				t.Fatal(err)
			}
			if err := db.Migrated(ctx, two); err != nil {
				t.Errorf("migrated: %v", err)
			}
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 2 {
			t.Errorf("%d rows, want the old one and the seed", got)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM schema_note WHERE version > 0 AND length(sum) = 64`); got != 2 {
			t.Errorf("%d steps noted, want 2", got)
		}

		// An older program.
		if err := db.Migrate(ctx, one); key(err) != "store.newer" || !errors.Is(err, fault.Conflict) {
			t.Errorf("older program: %v", err)
		}
		if err := db.Migrated(ctx, one); key(err) != "store.newer" {
			t.Errorf("older program asks: %v", err)
		}
		// A changed file, found before anything of another line runs.
		changed := line("note", createNote+" ", seedNote)
		if err := db.Migrate(ctx, line("third", "CREATE TABLE third (id TEXT PRIMARY KEY);"), changed); key(err) != "store.changed" {
			t.Errorf("changed file: %v", err)
		}
		if err := db.Migrate(ctx, line("third", "CREATE TABLE third (id TEXT PRIMARY KEY);")); err != nil {
			t.Errorf("a refused Migrate left something: %v", err)
		}
		// Another line end is not a change.
		crlf := fstest.MapFS{}
		for name, f := range two.FS.(fstest.MapFS) {
			crlf[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "\n", "\r\n"))}
		}
		if err := db.Migrate(ctx, store.Line{Name: "note", FS: crlf}); err != nil {
			t.Errorf("line ends: %v", err)
		}
	})
}

func TestMigrateUndoesAFailedFile(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		broken := line("note", createNote, seedNote+"\nINSERT INTO nowhere VALUES (1);")
		err := db.Migrate(ctx, broken)
		if f := fault.Of(err); f.Key != "store.migration" || len(f.Args) != 2 || f.Args[1] != "0002_b.sql" {
			t.Fatalf("broken file: %v", err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 0 {
			t.Errorf("half of the broken file is there: %d rows", got)
		}
		if err := db.Migrate(ctx, line("note", createNote, seedNote)); err != nil {
			t.Errorf("mended: %v", err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 1 {
			t.Errorf("mended: %d rows", got)
		}
	})
}

// Several processes that start together: here several openings of one
// database, which know nothing of each other.
func TestMigrateTogether(t *testing.T) {
	storetest.EachDSN(t, nil, func(t *testing.T, dsn string) {
		lines := []store.Line{
			line("note", createNote, seedNote, "UPDATE note SET n = n + 1;", "UPDATE note SET n = n * 10;"),
			line("other", "CREATE TABLE other (id TEXT PRIMARY KEY);"),
		}
		var wg sync.WaitGroup
		errs := make([]error, 6)
		dbs := make([]*store.DB, len(errs))
		for i := range dbs {
			dbs[i] = storetest.Open(t, dsn)
		}
		for i, db := range dbs {
			wg.Go(func() { errs[i] = db.Migrate(context.Background(), lines...) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if got := count(t, dbs[0], `SELECT n FROM note`); got != 20 {
			t.Errorf("n = %d, want each step once: 20", got)
		}
	})
}

func TestMigrateCanBeCancelled(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := db.Migrate(ctx, notes()...); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		endless := "CREATE TABLE big AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) AS n FROM c;"
		if err := db.Migrate(ctx, line("big", endless)); err == nil {
			t.Error("an endless migration ended well")
		}
		if err := db.Migrate(context.Background(), notes()...); err != nil {
			t.Errorf("after one that was cancelled: %v", err)
		}
		if err := add(db, "x", 1); err != nil {
			t.Error(err)
		}
	})
}

func TestLinesAreChecked(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	up := &fstest.MapFile{Data: []byte("-- +goose Up\n" + createNote)}
	for what, l := range map[string]store.Line{
		"name":           {Name: "Note", FS: fstest.MapFS{"migrations/0001_a.sql": up}},
		"file name":      {Name: "note", FS: fstest.MapFS{"migrations/1.sql": up}},
		"gap":            {Name: "note", FS: fstest.MapFS{"migrations/0001_a.sql": up, "migrations/0003_a.sql": up}},
		"double":         {Name: "note", FS: fstest.MapFS{"migrations/0001_a.sql": up, "migrations/0001_b.sql": up}},
		"empty":          {Name: "note", FS: fstest.MapFS{"migrations": {Mode: fs.ModeDir}}},
		"no folder":      {Name: "note", FS: fstest.MapFS{}},
		"down":           line("note", createNote+"\n-- +goose Down\nDROP TABLE note;"),
		"no transaction": line("note", "-- +goose NO TRANSACTION\n"+createNote),
	} {
		if err := db.Migrate(context.Background(), l); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
	if err := db.Migrate(context.Background(), notes()[0], notes()[0]); err == nil {
		t.Error("a line given twice is taken")
	}
}
