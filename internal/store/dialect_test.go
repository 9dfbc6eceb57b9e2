package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// The common dialect: what statements may use, run on both engines. Left out
// on purpose, because an engine lacks it or reads it differently:
//
//   - ? and @name for parameters; SERIAL, TIMESTAMPTZ, UUID, JSONB, enum types
//     and arrays; autoincrement: numbers, ids and instants are made in Go;
//   - now() and date('now'): tx.Now is the only clock;
//   - ok = 1 and SUM(ok) of a BOOLEAN; INSERT OR IGNORE and MERGE; ILIKE;
//     x::text; MAX(a, b) and GREATEST; ->> and json_extract;
//   - "x" in double quotes for a text: it is a name;
//   - deep OFFSET: page by key; FOR UPDATE and SKIP LOCKED: there is one
//     writer.
const dialectTables = `
CREATE TABLE kind (
	id TEXT PRIMARY KEY,
	body BYTEA NOT NULL,
	big BIGINT NOT NULL,
	real DOUBLE PRECISION NOT NULL,
	ok BOOLEAN NOT NULL,
	day TEXT,
	status TEXT NOT NULL CHECK (status IN ('asked', 'granted')),
	CHECK (length(id) > 0)
);
CREATE INDEX kind_day ON kind (day, big);
CREATE UNIQUE INDEX kind_granted ON kind (big) WHERE status = 'granted';
CREATE TABLE part (
	kind TEXT NOT NULL REFERENCES kind (id) ON DELETE CASCADE,
	n BIGINT NOT NULL,
	PRIMARY KEY (kind, n)
);
`

func TestDialect(t *testing.T) {
	storetest.Each(t, []store.Line{line("kind", dialectTables)}, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		exec := func(t *testing.T, q string, args ...any) error {
			t.Helper()
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, q, args...)
				return err
			})
		}
		must := func(t *testing.T, q string, args ...any) {
			t.Helper()
			if err := exec(t, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		// rows reads all rows as text.
		rows := func(t *testing.T, q string, args ...any) string {
			t.Helper()
			var b strings.Builder
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				b.Reset()
				rs, err := tx.QueryContext(ctx, q, args...)
				if err != nil {
					return err
				}
				defer rs.Close()
				cols, err := rs.Columns()
				if err != nil {
					return err
				}
				for rs.Next() {
					vals := make([]sql.NullString, len(cols))
					to := make([]any, len(cols))
					for i := range vals {
						to[i] = &vals[i]
					}
					if err := rs.Scan(to...); err != nil {
						return err
					}
					for i, v := range vals {
						if i > 0 {
							b.WriteByte(',')
						}
						if v.Valid {
							b.WriteString(v.String)
						} else {
							b.WriteString("-")
						}
					}
					b.WriteByte(' ')
				}
				return rs.Err()
			})
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			return strings.TrimSpace(b.String())
		}
		want := func(t *testing.T, want, q string, args ...any) {
			t.Helper()
			if got := rows(t, q, args...); got != want {
				t.Errorf("%s\n got %q\nwant %q", q, got, want)
			}
		}
		const insert = `INSERT INTO kind (id, body, big, real, ok, day, status) VALUES ($1, $2, $3, $4, $5, $6, $7)`
		must(t, insert, "a", []byte{0, 255, 'x'}, int64(1)<<62, 0.1, true, "2023-10-19", "asked")
		must(t, insert, "b", []byte{}, int64(-5), -1e300, false, nil, "granted")
		must(t, insert, "C_%\\", []byte("é"), int64(7), 0.0, true, "2023-11-04", "asked")

		t.Run("types come back as they went in", func(t *testing.T) {
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, w := range []struct {
					id   string
					body []byte
					big  int64
					real float64
					ok   bool
					day  sql.NullString
				}{
					{"a", []byte{0, 255, 'x'}, int64(1) << 62, 0.1, true, sql.NullString{String: "2023-10-19", Valid: true}},
					{"b", []byte{}, -5, -1e300, false, sql.NullString{}},
				} {
					g := w
					if err := tx.QueryRowContext(ctx, `SELECT body, big, real, ok, day FROM kind WHERE id = $1`, w.id).
						Scan(&g.body, &g.big, &g.real, &g.ok, &g.day); err != nil {
						return err
					}
					if !bytes.Equal(g.body, w.body) || g.big != w.big || g.real != w.real || g.ok != w.ok || g.day != w.day {
						t.Errorf("got %+v, want %+v", g, w)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		t.Run("an empty blob is not null", func(t *testing.T) {
			// SQLite reads it into a []byte as nil: ask a sql.Null where both occur.
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				var empty, none sql.Null[[]byte]
				if err := tx.QueryRowContext(ctx, `SELECT body, CAST(NULL AS BYTEA) FROM kind WHERE id = 'b'`).Scan(&empty, &none); err != nil {
					return err
				}
				if !empty.Valid || none.Valid {
					t.Errorf("empty: %v, null: %v", empty, none)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		t.Run("parameters repeated and out of order", func(t *testing.T) {
			want(t, "y,x,y", `SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)`, "x", "y")
		})
		t.Run("checks", func(t *testing.T) {
			if exec(t, insert, "d", []byte{}, 0, 0.0, true, nil, "refused") == nil {
				t.Error("CHECK (status IN …) lets anything in")
			}
			if exec(t, insert, "", []byte{}, 0, 0.0, true, nil, "asked") == nil {
				t.Error("CHECK (length(id) > 0) lets the empty text in")
			}
		})
		t.Run("partial unique index", func(t *testing.T) {
			err := exec(t, insert, "e", []byte{}, -5, 0.0, true, nil, "granted")
			if !store.IsUnique(err) {
				t.Errorf("second granted: %v", err)
			}
		})
		t.Run("foreign keys hold and cascade", func(t *testing.T) {
			if err := exec(t, `INSERT INTO part (kind, n) VALUES ('nobody', 1)`); err == nil || store.IsUnique(err) {
				t.Errorf("a part of nothing: %v", err)
			}
			must(t, insert, "f", []byte{}, 100, 0.0, true, nil, "asked")
			must(t, `INSERT INTO part (kind, n) VALUES ('f', 1), ('f', 2)`)
			must(t, `DELETE FROM kind WHERE id = 'f'`)
			want(t, "0", `SELECT COUNT(*) FROM part`)
		})
		t.Run("booleans", func(t *testing.T) {
			want(t, "C_%\\ a", `SELECT id FROM kind WHERE ok ORDER BY CASE WHEN id = 'a' THEN 2 ELSE 1 END`)
			want(t, "b", `SELECT id FROM kind WHERE ok = FALSE`)
			want(t, "b", `SELECT id FROM kind WHERE NOT ok`)
		})
		t.Run("upsert", func(t *testing.T) {
			for range 3 {
				must(t, `INSERT INTO part AS t (kind, n) VALUES ('a', 1) ON CONFLICT (kind, n) DO UPDATE SET n = t.n + excluded.n - 1`)
			}
			must(t, `INSERT INTO part (kind, n) VALUES ('a', 1) ON CONFLICT DO NOTHING`)
			want(t, "a,1", `SELECT kind, n FROM part`)
			must(t, `DELETE FROM part`)
		})
		t.Run("returning", func(t *testing.T) {
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				var n int64
				if err := tx.QueryRowContext(ctx, `INSERT INTO part (kind, n) VALUES ('a', 41) RETURNING n + 1`).Scan(&n); err != nil || n != 42 {
					t.Errorf("INSERT … RETURNING: %d, %v", n, err)
				}
				if err := tx.QueryRowContext(ctx, `UPDATE part SET n = n + 1 WHERE kind = $1 RETURNING n`, "a").Scan(&n); err != nil || n != 42 {
					t.Errorf("UPDATE … RETURNING: %d, %v", n, err)
				}
				if err := tx.QueryRowContext(ctx, `DELETE FROM part WHERE kind = $1 RETURNING n`, "a").Scan(&n); err != nil || n != 42 {
					t.Errorf("DELETE … RETURNING: %d, %v", n, err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		t.Run("window functions and filter", func(t *testing.T) {
			want(t, "b,1 C_%\\,2 a,3", `SELECT id, ROW_NUMBER() OVER (ORDER BY big) FROM kind ORDER BY big`)
			want(t, "2,3", `SELECT COUNT(*) FILTER (WHERE ok), COUNT(*) FROM kind`)
		})
		t.Run("recursive with", func(t *testing.T) {
			want(t, "10", `WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 4) SELECT SUM(x) FROM c`)
		})
		t.Run("null tests", func(t *testing.T) {
			want(t, "b", `SELECT id FROM kind WHERE day IS NOT DISTINCT FROM $1`, nil)
			want(t, "2", `SELECT COUNT(*) FROM kind WHERE day IS DISTINCT FROM $1`, nil)
			want(t, "a C_%\\ b", `SELECT id FROM kind ORDER BY day ASC NULLS LAST`)
		})
		t.Run("row comparison for paging by key", func(t *testing.T) {
			want(t, "C_%\\ a", `SELECT id FROM kind WHERE (big, id) > ($1, $2) ORDER BY big, id LIMIT $3`, int64(-5), "b", 10)
		})
		t.Run("string_agg", func(t *testing.T) {
			got := strings.Split(rows(t, `SELECT string_agg(id, ';') FROM kind WHERE big > $1`, int64(-100)), ";")
			if len(got) != 3 {
				t.Errorf("string_agg: %q", got)
			}
		})
		t.Run("like without regard to case, with escapes", func(t *testing.T) {
			want(t, "C_%\\", `SELECT id FROM kind WHERE LOWER(id) LIKE LOWER($1) ESCAPE '\'`, `c\_\%\\`)
			want(t, "", `SELECT id FROM kind WHERE LOWER(id) LIKE LOWER($1) ESCAPE '\'`, `\_%`)
		})
		t.Run("casts", func(t *testing.T) {
			want(t, "7,7", `SELECT CAST(big AS TEXT), CAST(CAST(big AS TEXT) AS BIGINT) FROM kind WHERE id LIKE 'C%'`)
		})
		t.Run("the larger of two", func(t *testing.T) {
			want(t, "0", `SELECT CASE WHEN big > 0 THEN big ELSE 0 END FROM kind WHERE id = 'b'`)
		})
		t.Run("coalesce, concatenation, in, exists, between", func(t *testing.T) {
			want(t, "a:2023-10-19 b:none", `SELECT id || ':' || COALESCE(day, 'none') FROM kind WHERE id IN ($1, $2) ORDER BY id`, "a", "b")
			want(t, "3", `SELECT COUNT(*) FROM kind k WHERE NOT EXISTS (SELECT 1 FROM part p WHERE p.kind = k.id)`)
			want(t, "2", `SELECT COUNT(*) FROM kind WHERE day BETWEEN '2023-01-01' AND '2023-12-31'`)
		})
		t.Run("insert from select", func(t *testing.T) {
			must(t, `INSERT INTO part (kind, n) SELECT id, 1 FROM kind WHERE ok`)
			want(t, "2", `SELECT COUNT(*) FROM part`)
		})
		t.Run("affected rows", func(t *testing.T) {
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				res, err := tx.ExecContext(ctx, `UPDATE part SET n = 2`)
				if err != nil {
					return err
				}
				if n, err := res.RowsAffected(); n != 2 || err != nil {
					return fmt.Errorf("RowsAffected = %d, %v", n, err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		t.Run("a name in double quotes is not a text", func(t *testing.T) {
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				var s string
				return tx.QueryRowContext(ctx, `SELECT "nobody" FROM kind`).Scan(&s)
			})
			if err == nil {
				t.Error(`"nobody" was taken for a text`)
			}
		})
	})
}
