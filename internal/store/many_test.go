package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"strconv"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

const manyTables = `
CREATE TABLE many (
	id TEXT PRIMARY KEY,
	n BIGINT NOT NULL,
	ok BOOLEAN NOT NULL,
	body BYTEA,
	note TEXT
);
`

// What InsertMany inserts, one row or thousands, comes back as it was.
func TestInsertMany(t *testing.T) {
	storetest.Each(t, []store.Line{line("many", manyTables)}, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		texts := []string{"", "a", `\`, `\N`, `\.`, "a\tb", "a\nb\r\nc\\n", "é 日本", "'; --", "x\\", "\t", "NULL", "\x01"}
		note := func(i int) any {
			if i%5 == 0 {
				return nil
			}
			return texts[i%len(texts)]
		}
		body := func(i int) []byte {
			if i%7 == 0 {
				return nil
			}
			return []byte{byte(i), 0, '\\', '\n', 255}
		}
		columns := []string{"id", "n", "ok", "body", "note"}
		put := func(prefix string, n int) error {
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertMany(ctx, "many", columns, n, func(i int, to []any) []any {
					to = append(to, prefix+strconv.Itoa(i), int64(i)-3, i%2 == 0)
					if b := body(i); b != nil {
						to = append(to, b)
					} else {
						to = append(to, nil)
					}
					return append(to, note(i))
				})
			})
		}
		for _, n := range []int{0, 1, 9, 16, 17, 300, 5000} {
			prefix := "p" + strconv.Itoa(n) + "-"
			if err := put(prefix, n); err != nil {
				t.Fatalf("%d rows: %v", n, err)
			}
			for i := 0; i < n; i += 1 + n/100 {
				err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
					var at int64
					var ok bool
					var b []byte
					var s sql.NullString
					if err := tx.QueryRowContext(ctx, `SELECT n, ok, body, note FROM many WHERE id = $1`, prefix+strconv.Itoa(i)).Scan(&at, &ok, &b, &s); err != nil {
						return err
					}
					want, _ := note(i).(string)
					if at != int64(i)-3 || ok != (i%2 == 0) || !bytes.Equal(b, body(i)) || s.Valid != (note(i) != nil) || s.String != want {
						t.Errorf("row %d of %d: %d %v %x %+v", i, n, at, ok, b, s)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}

		// A row that is there already refuses all of them, and the next write is as
		// if they had never been.
		for _, n := range []int{9, 300} {
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertMany(ctx, "many", columns, n, func(i int, to []any) []any {
					id := "q" + strconv.Itoa(i)
					if i == n-1 {
						id = "p1-0"
					}
					return append(to, id, int64(i), true, nil, nil)
				})
			})
			if !store.IsUnique(err) {
				t.Errorf("%d rows of which one is there: %v", n, err)
			}
		}
		// So does a value that cannot be inserted.
		for _, n := range []int{1, 300} {
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertMany(ctx, "many", columns, n, func(i int, to []any) []any {
					return append(to, "r"+strconv.Itoa(i), make(chan int), true, nil, nil)
				})
			})
			if err == nil {
				t.Errorf("%d rows with a channel are taken", n)
			}
		}
		if err := put("after-", 300); err != nil {
			t.Fatal(err)
		}
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM many`).Scan(&n); err != nil {
				return err
			}
			if want := 1 + 9 + 16 + 17 + 300 + 5000 + 300; n != want {
				t.Errorf("%d rows, want %d", n, want)
			}
			if err := tx.InsertMany(ctx, "many", columns, 0, nil); err == nil {
				t.Error("a Read inserts")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
