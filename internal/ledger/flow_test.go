package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// Of 64 writers at once some fail, some panic, and some swallow a failed
// statement, which PostgreSQL answers by refusing all that comes after it. The
// entries of the others have no gaps and each proves.
func TestManyWritersSomeFailing(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, db *store.DB, book *ledger.Book) {
		const writers, each = 64, 6
		ctx := t.Context()
		boom := errors.New("boom")
		receipts := make(chan ledger.Receipt, writers*each)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					what := (w + i) % 8
					func() {
						if what == 3 {
							defer func() {
								if recover() == nil {
									t.Error("the panic got lost")
								}
							}()
						}
						r, err := book.Write(ctx, actor.System(), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
							e := ledger.Entry{Kind: "test.thing.changed", Subject: fmt.Sprintf("thing:%d/%d", w, i)}
							switch what {
							case 1:
								return e, boom
							case 2:
								return ledger.Entry{Kind: "test.thing.changed", Detail: func() {}}, nil
							case 3:
								panic("boom")
							case 4:
								_, _ = tx.ExecContext(ctx, `INSERT INTO no_such_table VALUES (1)`)
							}
							return e, nil
						})
						switch {
						case err == nil && (what == 1 || what == 2):
							t.Errorf("writer %d/%d should have failed", w, i)
						case err == nil:
							receipts <- r
						case what == 0 || what > 4:
							t.Errorf("writer %d/%d: %v", w, i, err)
						}
					}()
				}
			})
		}
		wg.Wait()
		close(receipts)
		seen := map[int64]bool{}
		for r := range receipts {
			if seen[r.Index] {
				t.Errorf("index %d was given twice", r.Index)
			}
			seen[r.Index] = true
			p, err := book.Proof(ctx, r.Index)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Check(r.Leaf, book.Verifier()); err != nil {
				t.Errorf("entry %d: %v", r.Index, err)
			}
		}
		n, err := book.Size(ctx)
		if err != nil || n != int64(len(seen)) {
			t.Errorf("size %d, %v; %d receipts", n, err, len(seen))
		}
		for i := range n {
			if !seen[i] {
				t.Errorf("entry %d has no receipt", i)
			}
		}
		if want := writers * each * 4 / 8; int(n) < want {
			t.Errorf("only %d entries, want at least %d", n, want)
		}
	})
}

// Two processes on one database take turns; each must notice the other's tree.
func TestTwoBooksOnOneDatabase(t *testing.T) {
	storetest.EachDSN(t, ledgertest.Lines(), func(t *testing.T, dsn string) {
		a := ledgertest.Open(t, storetest.Open(t, dsn))
		b := ledgertest.Open(t, storetest.Open(t, dsn), func(c *ledger.Config) { c.Rand = ledgertest.Rand(9) })
		for range 5 {
			write(t, a, 2)
			write(t, b, 1)
		}
		if r := ledgertest.Clean(t, a); r.Size != 15 {
			t.Errorf("size %d", r.Size)
		}
		pa, err := a.Proof(t.Context(), 14)
		if err != nil {
			t.Fatal(err)
		}
		pb, err := b.Proof(t.Context(), 14)
		if err != nil || string(pa.Marshal()) != string(pb.Marshal()) {
			t.Errorf("the two prove differently: %v", err)
		}
	})
}

func TestErase(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, db *store.DB, book *ledger.Book) {
		ctx, who := t.Context(), actor.OS("siti", "id")
		all := write(t, book, 5)
		before, err := book.Proof(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		r, err := book.Erase(ctx, who, 2, " permintaan pemilik data ")
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != ledger.KindErased || !strings.Contains(string(r.Body), `"detail":{"index":2,"reason":"permintaan pemilik data"}`) {
			t.Errorf("the erasure's entry: %s %s", r.Kind, r.Body)
		}
		got, err := book.Get(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Erased || got.Body != nil || got.Salt != nil || got.Actor != "" || got.Subject != "" || got.At.Minute()+got.At.Second() != 0 {
			t.Errorf("left of the entry: %+v", got)
		}
		if err := before.Check(got.Leaf, book.Verifier()); err != nil || string(got.Leaf) != string(all[2].Leaf) {
			t.Errorf("an old proof no longer holds: %v", err)
		}
		if rep := ledgertest.Clean(t, book); rep.Erased != 1 || rep.Size != 6 {
			t.Errorf("report: %+v", rep)
		}
		for name, c := range map[string]struct {
			index  int64
			reason string
			kind   fault.Kind
		}{
			"again":            {2, "x", fault.Conflict},
			"the erasure":      {r.Index, "x", fault.Denied},
			"none":             {77, "x", fault.NotFound},
			"negative":         {-1, "x", fault.NotFound},
			"no reason":        {3, "  ", fault.Invalid},
			"a reason of 1 kB": {3, strings.Repeat("x", 1000), fault.Invalid},
		} {
			if _, err := book.Erase(ctx, who, c.index, c.reason); !errors.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestErasedContentThatComesBackIsFound(t *testing.T) {
	storetest.Each(t, ledgertest.Lines(), func(t *testing.T, db *store.DB) {
		book := ledgertest.Open(t, db)
		all := write(t, book, 3)
		if _, err := book.Erase(t.Context(), actor.System(), 1, "uji"); err != nil {
			t.Fatal(err)
		}
		want := func(want string) {
			t.Helper()
			r, err := book.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(ledgertest.Words(t, r, text.EN), "\n"); got != want {
				t.Errorf("reported: %s\nwant: %s", got, want)
			}
		}
		do(t, db, `UPDATE ledger_entry SET subject = 'thing:1' WHERE id = 1`)
		want("Entry 1: its content was erased, but its actor, subject or exact time is still there.")
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE ledger_entry SET actor = 'os:siti', at = $1, body = $2, salt = $3 WHERE id = 1`,
				all[1].At.UnixMilli(), all[1].Body, all[1].Salt)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want("Entry 1: its content is there, though entry 3 records that it was erased. It may have come back from a backup; erase it again.")
	})
}

func TestSealedEntry(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		e := ledger.Entry{Kind: "watch.report.filed", Sealed: true, Detail: map[string]string{"seal": "…"}}
		if _, err := book.Write(t.Context(), actor.OS("siti", "id"), entryOf(e)); err == nil {
			t.Error("a sealed entry by a known actor was written")
		}
		subjects := map[string]bool{}
		for range 3 {
			r, err := book.Write(t.Context(), actor.Anonymous("page", "id"), entryOf(e))
			if err != nil {
				t.Fatal(err)
			}
			got, err := book.Get(t.Context(), r.Index)
			if err != nil {
				t.Fatal(err)
			}
			if got.Actor != "" || !got.Sealed || !got.At.Equal(got.At.Truncate(time.Hour)) || !r.At.Equal(got.At) || len(got.Subject) < 20 {
				t.Errorf("record: %+v", got)
			}
			subjects[got.Subject] = true
		}
		if len(subjects) != 3 {
			t.Errorf("subjects: %v", subjects)
		}
		if r := ledgertest.Clean(t, book); r.Sealed != 3 {
			t.Errorf("report: %+v", r)
		}
	}, storetest.WithClock(storetest.NewClock(time.Date(2023, 10, 19, 5, 7, 9, 0, time.UTC))))
}

func TestReadingEntries(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, db *store.DB, book *ledger.Book) {
		ctx := t.Context()
		write(t, book, 4)
		for _, kind := range []string{"test.thing.made", "other.thing.changed", "test.things.changed"} {
			if _, err := book.Write(ctx, actor.System(), entryOf(ledger.Entry{Kind: kind, Subject: "thing:1"})); err != nil {
				t.Fatal(err)
			}
		}
		indices := func(list []ledger.Record, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var s []string
			for _, r := range list {
				s = append(s, fmt.Sprint(r.Index))
			}
			return strings.Join(s, " ")
		}
		for name, c := range map[string]struct{ got, want string }{
			"all":          {indices(book.Entries(ctx, 0, 100, ledger.Filter{})), "0 1 2 3 4 5 6"},
			"a page":       {indices(book.Entries(ctx, 2, 2, ledger.Filter{})), "2 3"},
			"a kind":       {indices(book.Entries(ctx, 1, 9, ledger.Filter{Kind: "test.thing.changed"})), "1 2 3"},
			"a slice":      {indices(book.Entries(ctx, 0, 9, ledger.Filter{Kind: "test.thing."})), "0 1 2 3 4"},
			"a subject":    {indices(book.Entries(ctx, 0, 9, ledger.Filter{Subject: "thing:1"})), "1 4 5 6"},
			"both":         {indices(book.Entries(ctx, 0, 9, ledger.Filter{Kind: "test.thing.", Subject: "thing:1"})), "1 4"},
			"beyond":       {indices(book.Entries(ctx, 7, 9, ledger.Filter{})), ""},
			"latest":       {indices(book.Latest(ctx, -1, 3, ledger.Filter{})), "6 5 4"},
			"earlier":      {indices(book.Latest(ctx, 4, 2, ledger.Filter{Kind: "test."})), "3 2"},
			"wild filter":  {indices(book.Entries(ctx, 0, 9, ledger.Filter{Kind: "test.%"})), ""},
			"quote filter": {indices(book.Entries(ctx, 0, 9, ledger.Filter{Subject: "' OR 1=1"})), ""},
		} {
			if c.got != c.want {
				t.Errorf("%s: %q, want %q", name, c.got, c.want)
			}
		}
		if _, err := book.Entries(ctx, 0, 0, ledger.Filter{}); err == nil {
			t.Error("no entries at all were asked for, and given")
		}
		// A follower reads and moves its cursor in one transaction.
		err := book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			if got := indices(ledger.Follow(ctx, tx, 5, 10, ledger.Filter{})); got != "5 6" {
				t.Errorf("follow: %q", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestProofOfWhatIsNotThere(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		for _, index := range []int64{-1, 0, 5} {
			if _, err := book.Proof(t.Context(), index); !errors.Is(err, fault.NotFound) {
				t.Errorf("proof of %d of an empty log: %v", index, err)
			}
		}
		text, err := book.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, err := ledger.ParseCheckpoint(text)
		if err != nil || c.Size != 0 || c.Check(book.Verifier()) != nil {
			t.Errorf("checkpoint of the empty log: %+v, %v", c, err)
		}
	})
}

func TestChangeOfKeys(t *testing.T) {
	storetest.EachDSN(t, ledgertest.Lines(), func(t *testing.T, dsn string) {
		old := ledgertest.Open(t, storetest.Open(t, dsn))
		write(t, old, 3)
		key, err := ledger.NewKey(ledgertest.Origin, ledgertest.Rand(7))
		if err != nil {
			t.Fatal(err)
		}
		withNew := func(c *ledger.Config) { c.Key = key }
		stranger := ledgertest.Open(t, storetest.Open(t, dsn), withNew)
		if _, err := stranger.Write(t.Context(), actor.System(), entryOf(ledger.Entry{Kind: "test.thing.changed"})); err == nil || !strings.Contains(err.Error(), "ledger.key_unknown") {
			t.Errorf("a key that nobody knows goes on: %v", err)
		}
		book := ledgertest.Open(t, storetest.Open(t, dsn), withNew, func(c *ledger.Config) {
			c.Retired = []note.Verifier{old.Verifier()}
		})
		p, err := book.Proof(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		got, err := book.Get(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Check(got.Leaf, key.Verifier()); err != nil {
			t.Errorf("proof under the new key: %v", err)
		}
		write(t, book, 2)
		if r := ledgertest.Clean(t, book); r.Checkpoints != 6 {
			t.Errorf("report: %+v", r)
		}
		r, err := old.Verify(t.Context())
		if err != nil || r.Clean() {
			t.Errorf("a key that is not ours signed, and nothing is said: %+v, %v", r, err)
		}
	})
}

func TestAnotherLogIsRefused(t *testing.T) {
	storetest.EachDSN(t, ledgertest.Lines(), func(t *testing.T, dsn string) {
		write(t, ledgertest.Open(t, storetest.Open(t, dsn)), 1)
		key, err := ledger.NewKey("netral.test/lain", ledgertest.Rand(7))
		if err != nil {
			t.Fatal(err)
		}
		_, err = ledger.Open(t.Context(), storetest.Open(t, dsn), ledger.Config{Key: key, Rand: ledgertest.Rand(2)})
		if f := fault.Of(err); f == nil || f.Key != "ledger.other_log" {
			t.Errorf("err = %v", err)
		}
	})
}
