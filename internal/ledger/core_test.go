package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
)

// entryOf is a write that changes nothing but the log.
func entryOf(e ledger.Entry) func(context.Context, *store.Tx) (ledger.Entry, error) {
	return func(context.Context, *store.Tx) (ledger.Entry, error) { return e, nil }
}

// write appends n entries, one commit each, and returns their receipts.
func write(tb testing.TB, book *ledger.Book, n int) []ledger.Receipt {
	tb.Helper()
	var all []ledger.Receipt
	for i := range n {
		r, err := book.Write(tb.Context(), actor.OS("siti", "id"), entryOf(ledger.Entry{
			Kind: "test.thing.changed", Subject: fmt.Sprintf("thing:%d", i), Detail: map[string]any{"n": i, "why": "karena"},
		}))
		if err != nil {
			tb.Fatalf("write %d: %v", i, err)
		}
		all = append(all, r)
	}
	return all
}

func TestWriteProveCheck(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		ctx := t.Context()
		all := write(t, book, 9)
		for i, r := range all {
			if r.Index != int64(i) {
				t.Errorf("entry %d got index %d", i, r.Index)
			}
			if got := ledger.Leaf(r.Kind, r.At, r.Salt, r.Body); string(got) != string(r.Leaf) {
				t.Errorf("entry %d: leaf is %q, made again it is %q", i, r.Leaf, got)
			}
			p, err := book.Proof(ctx, r.Index)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ledger.ParseProof(p.Marshal())
			if err != nil {
				t.Fatalf("parse own proof: %v", err)
			}
			if string(again.Marshal()) != string(p.Marshal()) {
				t.Error("the proof is not the same after parsing")
			}
			if err := again.Check(r.Leaf, book.Verifier()); err != nil {
				t.Errorf("entry %d: %v", i, err)
			}
			if err := again.Check(all[(i+1)%len(all)].Leaf, book.Verifier()); err == nil {
				t.Errorf("entry %d: its proof shows another entry", i)
			}
		}
		text, err := book.Checkpoint(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(text, note.VerifierList(book.Verifier())); err != nil {
			t.Errorf("the checkpoint does not open: %v\n%s", err, text)
		}
		if r := ledgertest.Clean(t, book); r.Size != 9 || r.Checkpoints != 9 {
			t.Errorf("report = %+v", r)
		}
	})
}

func TestFailedWriteLeavesNothing(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		write(t, book, 2)
		boom := errors.New("boom")
		_, err := book.Write(t.Context(), actor.System(), func(context.Context, *store.Tx) (ledger.Entry, error) {
			return ledger.Entry{Kind: "test.thing.changed"}, boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("err = %v", err)
		}
		for name, e := range map[string]ledger.Entry{
			"no kind":          {},
			"a kind too short": {Kind: "test.changed"},
			"a detail":         {Kind: "test.thing.changed", Detail: make(chan int)},
			"control":          {Kind: "test.thing.changed", Subject: "a\nb"},
		} {
			if _, err := book.Write(t.Context(), actor.System(), entryOf(e)); err == nil {
				t.Errorf("%s: written", name)
			}
		}
		if n, err := book.Size(t.Context()); n != 2 || err != nil {
			t.Errorf("size = %d, %v", n, err)
		}
		if r := write(t, book, 1); r[0].Index != 2 {
			t.Errorf("the next entry is %d", r[0].Index)
		}
	})
}

// bulk writes n entries, many to a commit.
func bulk(tb testing.TB, book *ledger.Book, n int) {
	tb.Helper()
	const callers = 64
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := c; i < n; i += callers {
				_, err := book.Write(context.Background(), actor.OS("siti", "id"), entryOf(ledger.Entry{
					Kind: "test.thing.changed", Subject: fmt.Sprintf("thing:%d", i),
					Detail: map[string]any{"n": i, "why": "karena", "more": "sebuah kalimat biasa untuk isi"},
				}))
				if err != nil {
					tb.Errorf("write: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}
