package store_test

import (
	"context"
	"database/sql"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// findings runs Check and returns the keys of what is well and what is not.
func findings(t *testing.T, db *store.DB, lines ...store.Line) (good, bad []string) {
	t.Helper()
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	all, err := db.Check(context.Background(), lines...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.OK {
			good = append(good, f.Key)
		} else {
			bad = append(bad, f.Key)
		}
		for _, lang := range text.Langs() {
			if s := cat.T(lang, f.Key, f.Args...); strings.Contains(s, "⟦") {
				t.Errorf("%s %s: %q has something missing", lang, f.Key, s)
			}
		}
	}
	return good, bad
}

func now(o *store.Options) { o.Now = time.Now }

func TestCheck(t *testing.T) {
	storetest.EachDSN(t, nil, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := storetest.Open(t, dsn, now)
		two := line("note", createNote, seedNote)
		if err := db.Migrate(ctx, notes()...); err != nil {
			t.Fatal(err)
		}
		pg := db.Dialect() == store.Postgres
		good, bad := findings(t, db, notes()...)
		want := []string{"store.check.engine", "store.check.space", "store.check.durable", "store.check.sound", "store.check.line", "store.check.clock"}
		if pg { // the servers for tests do not wait for the disk
			want = []string{"store.check.engine", "store.check.size", "store.check.no_sums", "store.check.line", "store.check.clock"}
			if !slices.Equal(bad, []string{"store.check.not_durable"}) {
				t.Errorf("bad: %v", bad)
			}
		} else if len(bad) > 0 {
			t.Errorf("bad: %v", bad)
		}
		if !slices.Equal(good, want) {
			t.Errorf("good: %v\nwant: %v", good, want)
		}
		if _, bad := findings(t, db, two); !slices.Contains(bad, "store.check.behind") {
			t.Errorf("behind: %v", bad)
		}
		if _, bad := findings(t, db, line("note", createNote+" ")); !slices.Contains(bad, "store.changed") {
			t.Errorf("changed: %v", bad)
		}
		if _, bad := findings(t, db, line("unknown", createNote)); !slices.Contains(bad, "store.check.behind") {
			t.Errorf("never run: %v", bad)
		}
		if err := db.Migrate(ctx, two); err != nil {
			t.Fatal(err)
		}
		if _, bad := findings(t, db, notes()...); !slices.Contains(bad, "store.newer") {
			t.Errorf("newer: %v", bad)
		}
		// A clock that was set back.
		late := storetest.Open(t, dsn, storetest.WithClock(storetest.NewClock(time.Now().Add(-time.Hour))))
		wrong := "store.check.clock_behind"
		if pg {
			wrong = "store.check.clocks_differ"
		}
		if _, bad := findings(t, late, two); !slices.Contains(bad, wrong) {
			t.Errorf("clock: %v", bad)
		}
	})
}

func TestCheckFindsDamage(t *testing.T) {
	dsn := storetest.SQLite(t, line("note", createNote+`CREATE TABLE part (n BIGINT, note TEXT REFERENCES note (id));`))
	db := storetest.Open(t, dsn, now)
	for i := range 2000 {
		if i%100 != 0 {
			continue
		}
		if err := add(db, strings.Repeat("x", 3000)+time.Duration(i).String(), i); err != nil {
			t.Fatal(err)
		}
	}
	// Rows that point nowhere, as a program makes them that does not know of
	// foreign keys.
	raw, err := sql.Open("sqlite", "file:"+dsn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(`INSERT INTO part (n, note) VALUES (1, 'nobody')`); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	if _, bad := findings(t, db); !slices.Equal(bad, []string{"store.check.orphans"}) {
		t.Errorf("orphans: %v", bad)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// A page of rubbish in the middle of the file.
	f, err := os.OpenFile(dsn, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for at := fi.Size() / 2 / 4096 * 4096; at < fi.Size(); at += 4096 {
		if _, err := f.WriteAt([]byte("rubbish rubbish rubbish"), at); err != nil {
			t.Fatal(err)
		}
	}
	db = storetest.Open(t, dsn, now)
	if _, bad := findings(t, db); !slices.Contains(bad, "store.check.damaged") {
		t.Errorf("damage: %v", bad)
	}
	if err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE note SET n = n + 1`)
		return err
	}); key(err) != "store.damaged" {
		t.Errorf("a write into a damaged file: %v", err)
	}
}
