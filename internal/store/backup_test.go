package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// Tables of every shape: all kinds of value, a seed that was later deleted,
// foreign keys against the order of names, to the table itself, and in a ring.
func archived() []store.Line {
	return []store.Line{
		line("base", `
CREATE TABLE zone (id TEXT PRIMARY KEY, body BYTEA, big BIGINT, real DOUBLE PRECISION, ok BOOLEAN, note TEXT);
INSERT INTO zone (id, note) VALUES ('seed', 'deleted later');
INSERT INTO zone (id, note) VALUES ('kept', 'as it came');`,
			`
CREATE TABLE area (id TEXT PRIMARY KEY, zone TEXT NOT NULL REFERENCES zone (id), above TEXT REFERENCES area (id));
CREATE TABLE bag (n BIGINT NOT NULL);
CREATE TABLE empty (id TEXT PRIMARY KEY);`),
		line("other", `CREATE TABLE other_thing (a TEXT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY (b, a));`),
	}
}

func fillArchived(t *testing.T, db *store.DB) {
	t.Helper()
	err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		exec := func(q string, args ...any) {
			t.Helper()
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		exec(`DELETE FROM zone WHERE id = 'seed'`)
		const zone = `INSERT INTO zone (id, body, big, real, ok, note) VALUES ($1, $2, $3, $4, $5, $6)`
		exec(zone, "nothing", nil, nil, nil, nil, nil)
		exec(zone, "least", []byte{}, int64(math.MinInt64), -math.MaxFloat64, false, "")
		exec(zone, "most", []byte{0, 1, 0xff}, int64(math.MaxInt64), math.SmallestNonzeroFloat64, true, "<&>\"\\\n\t\u2028é😀")
		exec(zone, "odd", []byte("x"), int64(1)<<53+1, math.Inf(1), true, strings.Repeat("long ", 1000))
		exec(zone, "tenth", []byte("y"), 0, 0.1, true, "0.1")
		// Children come before their parents in the order of keys.
		exec(`INSERT INTO area (id, zone, above) VALUES ('z', 'most', NULL)`)
		exec(`INSERT INTO area (id, zone, above) VALUES ('a', 'least', 'z')`)
		for i := range 2500 { // more than one statement and one file
			exec(`INSERT INTO other_thing (a, b) VALUES ($1, $2)`, fmt.Sprintf("%01000d", i), 5000-i)
			exec(`INSERT INTO bag (n) VALUES ($1)`, i%3)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, db *store.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := db.Dump(context.Background(), &b, nil); err != nil {
		t.Fatalf("dump: %v", err)
	}
	return b.Bytes()
}

// contents is every row of the archived tables, in order.
func contents(t *testing.T, db *store.DB) (all []string) {
	t.Helper()
	err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		for _, q := range []string{
			`SELECT id, body, big, real, CASE WHEN ok THEN 'yes' WHEN NOT ok THEN 'no' END, note FROM zone ORDER BY id`,
			`SELECT id, zone, above FROM area ORDER BY id`,
			`SELECT n, COUNT(*) FROM bag GROUP BY n ORDER BY n`,
			`SELECT a, b FROM other_thing ORDER BY b`,
			`SELECT id FROM empty`,
			`SELECT version, name, sum, at FROM schema_base ORDER BY version`,
			`SELECT version, name, sum, at FROM schema_other ORDER BY version`,
		} {
			rows, err := tx.QueryContext(ctx, q)
			if err != nil {
				return err
			}
			defer rows.Close()
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			vals, to := make([]any, len(cols)), make([]any, len(cols))
			for i := range vals {
				to[i] = &vals[i]
			}
			for rows.Next() {
				if err := rows.Scan(to...); err != nil {
					return err
				}
				for i, v := range vals {
					if b, ok := v.([]byte); ok {
						vals[i] = fmt.Sprintf("bytes %x", b)
					}
				}
				all = append(all, fmt.Sprintf("%#v", vals))
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// From either engine into either engine, and on from there.
func TestDumpAndLoad(t *testing.T) {
	storetest.EachDSN(t, archived(), func(t *testing.T, dsn string) {
		from := storetest.Open(t, dsn)
		fillArchived(t, from)
		var told [][2]int64
		var archive bytes.Buffer
		if err := from.Dump(context.Background(), &archive, func(done, total int64) { told = append(told, [2]int64{done, total}) }); err != nil {
			t.Fatal(err)
		}
		if n := len(told); n < 5 || told[n-1][0] != told[n-1][1] || told[0][0] != 1000 {
			t.Errorf("progress: %v", told)
		}
		want := contents(t, from)
		storetest.Each(t, nil, func(t *testing.T, to *store.DB) {
			ctx := context.Background()
			told = nil
			err := to.Load(ctx, bytes.NewReader(archive.Bytes()), func(done, total int64) { told = append(told, [2]int64{done, total}) }, archived()...)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(told); n < 5 || told[n-1][0] != told[n-1][1] {
				t.Errorf("progress: %v", told)
			}
			if diff := cmp.Diff(want, contents(t, to)); diff != "" {
				t.Errorf("the copy differs:\n%s", diff)
			}
			// Constraints hold again, at once.
			err = to.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO area (id, zone) VALUES ('x', 'nowhere')`)
				if err == nil && to.Dialect() == store.Postgres { // SQLite says so at the end of the statement as well
					t.Error("a foreign key is still put off")
				}
				return err
			})
			if err == nil {
				t.Error("a foreign key is gone")
			}
			// The migration state came along: nothing to do, and then one more.
			more := archived()
			if err := to.Migrate(ctx, more...); err != nil {
				t.Errorf("migrate the copy: %v", err)
			}
			if err := to.Migrate(ctx, line("third", createNote)); err != nil {
				t.Errorf("migrate the copy further: %v", err)
			}
			// A copy of the copy is the same rows again.
			again := storetest.Open(t, storetest.SQLite(t))
			if err := again.Load(ctx, bytes.NewReader(dump(t, to)), nil, append(more, line("third", createNote))...); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, contents(t, again)); diff != "" {
				t.Errorf("the copy of the copy differs:\n%s", diff)
			}
			if err := to.Load(ctx, bytes.NewReader(archive.Bytes()), nil, archived()...); key(err) != "store.not_empty" {
				t.Errorf("into a database with tables: %v", err)
			}
		})
	})
}

// The tables that Load makes are those that Migrate makes.
func TestLoadMakesTheSameTables(t *testing.T) {
	storetest.EachDSN(t, archived(), func(t *testing.T, dsn string) {
		a := storetest.Open(t, dsn)
		empty := storetest.SQLite(t)
		if a.Dialect() == store.Postgres {
			empty = storetest.Postgres(t)
		}
		b := storetest.Open(t, empty)
		if err := b.Load(context.Background(), bytes.NewReader(dump(t, a)), nil, archived()...); err != nil {
			t.Fatal(err)
		}
		q := `SELECT name || COALESCE(sql, '') FROM sqlite_master ORDER BY 1`
		if a.Dialect() == store.Postgres {
			q = `SELECT table_name || column_name || data_type || is_nullable FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT conname || pg_get_constraintdef(oid) || CAST(condeferrable AS TEXT) FROM pg_constraint WHERE connamespace = CAST('public' AS regnamespace)
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`
		}
		if diff := cmp.Diff(list(t, a, q), list(t, b, q)); diff != "" {
			t.Error(diff)
		}
	})
}

func list(t *testing.T, db *store.DB, q string) (all []string) {
	t.Helper()
	err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.QueryContext(ctx, q)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			all = append(all, s)
		}
		return rows.Err()
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %d rows, %v", q, len(all), err)
	}
	return all
}

// A dump is one state, also while others write.
func TestDumpIsOneState(t *testing.T) {
	pair := []store.Line{line("pair", `CREATE TABLE a (n BIGINT NOT NULL); CREATE TABLE b (n BIGINT NOT NULL);`)}
	storetest.Each(t, pair, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		both := func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO a (n) VALUES (1)`)
			if err == nil {
				_, err = tx.ExecContext(ctx, `INSERT INTO b (n) VALUES (1)`)
			}
			return err
		}
		if err := db.Write(ctx, both); err != nil {
			t.Fatal(err)
		}
		var archive bytes.Buffer
		w := writerFunc(func(b []byte) (int, error) {
			if err := db.Write(ctx, both); err != nil { // whenever something is written
				t.Error(err)
			}
			return archive.Write(b)
		})
		if err := db.Dump(ctx, w, nil); err != nil {
			t.Fatal(err)
		}
		to := storetest.Open(t, storetest.SQLite(t))
		if err := to.Load(ctx, &archive, nil, pair...); err != nil {
			t.Fatal(err)
		}
		if a, b := count(t, to, `SELECT COUNT(*) FROM a`), count(t, to, `SELECT COUNT(*) FROM b`); a != b || a != 1 {
			t.Errorf("%d and %d rows, want those of the beginning", a, b)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestDumpThatCannotBeWritten(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t, archived()...))
	fillArchived(t, db)
	err := db.Dump(context.Background(), writerFunc(func([]byte) (int, error) { return 0, errors.New("no space") }), nil)
	if key(err) != "store.dump_write" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = db.Dump(ctx, writerFunc(func(b []byte) (int, error) { cancel(); return len(b), nil }), nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// SQLite keeps what it is given; a backup must not bend it into shape.
func TestDumpRefusesWhatDoesNotFit(t *testing.T) {
	for what, v := range map[string]any{"text that is no UTF-8": "\xff", "bytes in a text": []byte("x")} {
		db := storetest.Open(t, storetest.SQLite(t, notes()...))
		err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO note (id, n) VALUES ($1, 1)`, v)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Dump(context.Background(), io.Discard, nil); key(err) != "store.dump_value" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
