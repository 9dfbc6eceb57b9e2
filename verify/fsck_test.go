package verify_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/store"
)

// patience is how long an outside tool gets. One that has not said yes by then
// has said no: fsck is known to hang on some broken logs.
const patience = time.Minute

const origin = "netral.example/catatan"

// served is a running log.
type served struct {
	path string // of the database
	db   *store.DB
	book *ledger.Book
	url  string
}

// serve starts a log on a fresh database behind a web server.
func serve(t *testing.T, change ...func(*ledger.Config)) *served {
	t.Helper()
	s := &served{path: t.TempDir() + "/netral.db"}
	var err error
	if s.db, err = store.Open(t.Context(), s.path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.db.Migrate(t.Context(), ledger.Migrations); err != nil {
		t.Fatal(err)
	}
	key, err := ledger.LoadOrCreateKey(t.TempDir()+"/key", origin, rand.NewChaCha8([32]byte{1}))
	if err != nil {
		t.Fatal(err)
	}
	cfg := ledger.Config{Origin: origin, Key: key, Rand: rand.NewChaCha8([32]byte{2})}
	for _, f := range change {
		f(&cfg)
	}
	if s.book, err = ledger.Open(t.Context(), s.db, cfg); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.StripPrefix("/catatan", s.book.Handler()))
	t.Cleanup(srv.Close)
	s.url = srv.URL + "/catatan/"
	return s
}

// write adds n entries.
func (s *served) write(t *testing.T, n int) {
	t.Helper()
	const callers = 64
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := c; i < n; i += callers {
				_, err := s.book.Write(context.Background(), actor.System(), func(context.Context, *store.Tx) (ledger.Entry, error) {
					return ledger.Entry{Kind: "test.thing.changed", Subject: fmt.Sprintf("thing:%d", i), Detail: i}, nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// exec changes the database behind the ledger's back.
func (s *served) exec(t *testing.T, q string, args ...any) {
	t.Helper()
	err := s.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		res, err := tx.ExecContext(ctx, q, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("%d rows changed, %w", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// flipLeaf changes one byte of one public entry.
func (s *served) flipLeaf(t *testing.T, id int64) {
	t.Helper()
	var leaf []byte
	err := s.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT leaf FROM ledger_entry WHERE id = $1`, id).Scan(&leaf)
	})
	if err != nil {
		t.Fatal(err)
	}
	leaf[len(leaf)-10] ^= 1
	s.exec(t, `UPDATE ledger_entry SET leaf = $1 WHERE id = $2`, leaf, id)
}

// tessera runs fsck over HTTP. There must be many workers: with few, they all
// end at the first error and fsck waits for them for ever.
func (s *served) tessera(t *testing.T) error {
	t.Helper()
	v, err := note.NewVerifier(s.book.VKey())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	f, err := client.NewHTTPFetcher(u, nil)
	if err != nil {
		t.Fatal(err)
	}
	return check(t, v, f)
}

func check(t *testing.T, v note.Verifier, f fsck.Fetcher) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	said := make(chan error, 1)
	go func() { said <- fsck.New(v.Name(), v, f, leaves, fsck.Opts{N: 64}).Check(ctx) }()
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leaves hashes the entries of a bundle, with tessera's own decoder.
func leaves(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var out [][]byte
	for _, e := range b.Entries {
		out = append(out, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return out, nil
}

// torchwood reads the whole log over HTTP with torchwood's client and returns
// how many entries it accepted.
func (s *served) torchwood(t *testing.T) (int64, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	f, err := torchwood.NewTileFetcher(s.url, torchwood.WithUserAgent("netral-verify (+https://netral.example)"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := torchwood.NewClient(f, torchwood.WithTimeout(patience))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := f.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return 0, err
	}
	cp, _, err := torchwood.VerifyCheckpoint(signed, s.policy(t))
	if err != nil {
		return 0, err
	}
	var n int64
	for i, e := range c.AllEntries(ctx, cp.Tree, 0) {
		if i != n {
			return n, fmt.Errorf("entry %d after %d", i, n)
		}
		if _, err := ledger.ParseLeaf(e); err != nil {
			return n, err
		}
		n++
	}
	if err := c.Err(); err != nil {
		return n, err
	}
	if n != cp.N {
		return n, fmt.Errorf("%d entries of %d", n, cp.N)
	}
	return n, nil
}

// policy wants the log's signature and that of each witness.
func (s *served) policy(t *testing.T, witnesses ...note.Verifier) torchwood.Policy {
	t.Helper()
	v, err := note.NewVerifier(s.book.VKey())
	if err != nil {
		t.Fatal(err)
	}
	all := []torchwood.Policy{torchwood.OriginPolicy(origin), torchwood.SingleVerifierPolicy(v)}
	for _, w := range witnesses {
		all = append(all, torchwood.SingleVerifierPolicy(w))
	}
	return torchwood.ThresholdPolicy(len(all), all...)
}

func TestOutsideToolsAcceptTheLog(t *testing.T) {
	// A bundle not full, one just full, several levels of tiles.
	for _, size := range []int{1, 256, 70_000} {
		if testing.Short() && size > 1000 {
			continue
		}
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := serve(t)
			s.write(t, size)
			if err := s.tessera(t); err != nil {
				t.Errorf("tessera: %v", err)
			}
			if n, err := s.torchwood(t); err != nil || n != int64(size) {
				t.Errorf("torchwood: %d entries, %v", n, err)
			}
		})
	}
}

func TestOutsideToolsFindOneChangedByte(t *testing.T) {
	const size = 1000
	for name, change := range map[string]func(*testing.T, *served){
		"of an entry": func(t *testing.T, s *served) { s.flipLeaf(t, 300) },
		"of the last": func(t *testing.T, s *served) { s.flipLeaf(t, size-1) },
		"of a hash": func(t *testing.T, s *served) {
			s.exec(t, `UPDATE ledger_hash SET hash = (SELECT hash FROM ledger_hash WHERE id = 0) WHERE id = $1`, tlog.StoredHashIndex(0, 300))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			s.write(t, size)
			if err := s.tessera(t); err != nil {
				t.Fatalf("before the change, tessera: %v", err)
			}
			change(t, s)
			if err := s.tessera(t); err == nil || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("tessera: %v", err)
			} else {
				t.Logf("tessera says: %.120s", err)
			}
			if n, err := s.torchwood(t); err == nil || n == size {
				t.Errorf("torchwood: %d entries, %v", n, err)
			} else {
				t.Logf("torchwood accepts %d entries and says: %.120s", n, err)
			}
			r, err := s.book.Verify(t.Context())
			if err != nil || r.Clean() {
				t.Errorf("our own verification: %+v, %v", r, err)
			}
		})
	}
}

func TestOutsideToolsAcceptAnExport(t *testing.T) {
	s := serve(t)
	s.write(t, 600)
	dir := t.TempDir()
	if err := s.book.Export(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(s.book.VKey())
	if err != nil {
		t.Fatal(err)
	}
	if err := check(t, v, client.FileFetcher{Root: dir}); err != nil {
		t.Errorf("tessera: %v", err)
	}
}

// Erasing the content of an entry must not be visible from outside.
func TestOutsideToolsDoNotNoticeAnErasure(t *testing.T) {
	s := serve(t)
	s.write(t, 300)
	if _, err := s.book.Erase(t.Context(), actor.System(), 17, "permintaan pemilik data"); err != nil {
		t.Fatal(err)
	}
	if err := s.tessera(t); err != nil {
		t.Errorf("tessera: %v", err)
	}
	if n, err := s.torchwood(t); err != nil || n != 301 {
		t.Errorf("torchwood: %d, %v", n, err)
	}
}

// Our proofs are read by torchwood, and refused by it when they are false.
func TestTorchwoodChecksOurProofs(t *testing.T) {
	s := serve(t)
	s.write(t, 500)
	for _, i := range []int64{0, 255, 256, 499} {
		p, err := s.book.Proof(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.book.Get(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if err := torchwood.VerifyProof(s.policy(t), tlog.RecordHash(r.Leaf), p.Marshal()); err != nil {
			t.Errorf("proof of %d: %v", i, err)
		}
		if err := torchwood.VerifyProof(s.policy(t), tlog.RecordHash(r.Leaf[1:]), p.Marshal()); err == nil {
			t.Errorf("proof of %d shows something else too", i)
		}
	}
}
