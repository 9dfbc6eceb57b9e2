package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"testing"
	"testing/fstest"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// nothingIn fails the test when the database has any table.
func nothingIn(t *testing.T, db *store.DB) {
	t.Helper()
	q := `SELECT COUNT(*) FROM sqlite_master`
	if db.Dialect() == store.Postgres {
		q = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'`
	}
	if n := count(t, db, q); n != 0 {
		t.Errorf("%d tables were left", n)
	}
}

func unzip(t *testing.T, archive []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLoadRefuses(t *testing.T) {
	source := storetest.Open(t, storetest.SQLite(t, archived()...))
	fillArchived(t, source)
	good := dump(t, source)
	pack := func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		z.Write(b)
		z.Close()
		return out.Bytes()
	}
	replace := func(old, new string) []byte {
		b := unzip(t, good)
		if len(old) != len(new) || bytes.Count(b, []byte(old)) == 0 {
			t.Fatalf("cannot replace %q", old)
		}
		return pack(bytes.Replace(b, []byte(old), []byte(new), 1))
	}
	changed := archived()
	changed[1] = line("other", `CREATE TABLE other_thing (a TEXT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY (a, b));`)
	older := archived()
	older[0] = store.Line{Name: "base", FS: fstest.MapFS{
		"migrations/0001_a.sql": archived()[0].FS.(fstest.MapFS)["migrations/0001_a.sql"],
	}}
	cases := map[string]struct {
		archive []byte
		lines   []store.Line
		want    string
	}{
		"nothing":            {nil, archived(), "store.archive_not"},
		"another file":       {[]byte("Kepada Yth. Bapak/Ibu Gubernur"), archived(), "store.archive_not"},
		"another gzip":       {pack([]byte("x")), archived(), "store.archive"},
		"half":               {good[:len(good)/2], archived(), "store.archive"},
		"all but a byte":     {good[:len(good)-1], archived(), "store.archive"},
		"a byte more":        {append(bytes.Clone(good), 0), archived(), "store.archive"},
		"two of them":        {append(bytes.Clone(good), good...), archived(), "store.archive"},
		"another row":        {replace(`"as it came"`, `"as it Came"`), archived(), "store.archive"},
		"another checksum":   {replace(`"rows": 2500,`, `"rows": 2501,`), archived(), "store.archive"},
		"another head":       {replace(`"engine": "sqlite"`, `"engine": "SQLite"`), archived(), "store.archive"},
		"spaces in a row":    {replace(`["kept",null`, `[ "kep",null`), archived(), "store.archive"},
		"newer format":       {replace(`"version": 1,`, `"version": 9,`), archived(), "store.archive_newer"},
		"another format":     {replace(`"netral backup"`, `"neutral backu"`), archived(), "store.archive_not"},
		"line unknown":       {good, archived()[:1], "store.archive_line"},
		"line changed":       {good, changed, "store.changed"},
		"newer than program": {good, older, "store.newer"},
	}
	storetest.Each(t, nil, func(t *testing.T, db *store.DB) {
		for name, c := range cases {
			if err := db.Load(context.Background(), bytes.NewReader(c.archive), nil, c.lines...); key(err) != c.want {
				t.Errorf("%s: got %v, want %s", name, err, c.want)
			}
			nothingIn(t, db)
		}
	})
	t.Run("a NUL that PostgreSQL cannot keep", func(t *testing.T) {
		lite := storetest.Open(t, storetest.SQLite(t, notes()...))
		if err := add(lite, "a\x00b", 1); err != nil {
			t.Fatal(err)
		}
		archive := dump(t, lite)
		pg := storetest.Open(t, storetest.Postgres(t))
		if err := pg.Load(context.Background(), bytes.NewReader(archive), nil, notes()...); key(err) != "store.load_row" {
			t.Errorf("%v", err)
		}
		nothingIn(t, pg)
		if err := storetest.Open(t, storetest.SQLite(t)).Load(context.Background(), bytes.NewReader(archive), nil, notes()...); err != nil {
			t.Errorf("SQLite: %v", err)
		}
	})
}

// Every single bit counts, but for those that gzip itself does not read: with
// them changed the content is the same.
func TestLoadNoticesEveryBit(t *testing.T) {
	source := storetest.Open(t, storetest.SQLite(t, notes()...))
	if err := add(source, "x", 1); err != nil {
		t.Fatal(err)
	}
	good := dump(t, source)
	db := storetest.Open(t, storetest.SQLite(t))
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		if err := db.Load(context.Background(), bytes.NewReader(bad), nil, notes()...); err == nil {
			if !bytes.Equal(unzip(t, bad), unzip(t, good)) {
				t.Fatalf("byte %d of %d may be changed", i, len(good))
			}
			db = storetest.Open(t, storetest.SQLite(t))
		}
	}
	nothingIn(t, db)
	if err := db.Load(context.Background(), bytes.NewReader(good), nil, notes()...); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}
