package invite_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/permit/invite"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// childEnv names the database of a child, which signs letters until it is killed.
const childEnv = "NETRAL_TEST_INVITE_DSN"

// again opens the world of a database whose numbers somebody else may have taken.
func again(t *testing.T, dsn string) *world {
	clock := storetest.NewClock(start)
	db := storetest.Open(t, dsn, storetest.WithClock(clock))
	w := newWorld(t, db, clock)
	w.Rand = rand.Reader
	w.Book = ledgertest.Open(t, db, func(c *ledger.Config) { c.Rand = rand.Reader })
	return w
}

// signs signs letters and draws reserves, several at a time, and says which numbers
// were given out.
func (w *world) signs(t *testing.T) {
	w.Notify = nil
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			for i := 0; ; i++ {
				var err error
				if g == 0 {
					var r invite.Reserve
					r, _, err = w.Draw(t.Context(), mayor(), invite.ReserveInput{Office: "kota", Count: 2, Why: "uji"})
					fmt.Printf("number %d\nnumber %d\n", r.First, r.Last)
				} else {
					var l invite.Letter
					l, err = w.another(t.Context(), fmt.Sprintf("Pengajian %s", rand.Text()))
					fmt.Printf("number %d\n", l.Number)
				}
				if err != nil {
					fmt.Println("error:", err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// another takes one more prayer meeting through to its letter.
func (w *world) another(ctx context.Context, title string) (invite.Letter, error) {
	in := prayer()
	in.Title = title
	x, _, err := w.Enter(ctx, staff(), in)
	if err != nil {
		return invite.Letter{}, err
	}
	if _, _, err := w.Dispose(ctx, mayor(), decision(x)); err != nil {
		return invite.Letter{}, err
	}
	l, _, err := w.Sign(ctx, mayor(), invite.SignInput{Invitation: x.ID, Version: x.Version + 1, Task: "memberi salam"})
	return l, err
}

// TestKilledWhileSigning kills the process that signs, again and again: afterwards
// every number is a letter or stands in a reserve, none twice, none is missing, and
// none that was given out is lost.
func TestKilledWhileSigning(t *testing.T) {
	if dsn := os.Getenv(childEnv); dsn != "" {
		again(t, dsn).signs(t)
		return
	}
	storetest.EachDSN(t, ledgertest.Lines(invite.Migrations), func(t *testing.T, dsn string) {
		for _, enough := range []int{1, 14, 25} {
			given := killed(t, dsn, enough)
			w := again(t, dsn)
			have := w.taken(t)
			for _, n := range given {
				if !have[n] {
					t.Errorf("number %d was given out and is lost", n)
				}
			}
			if l, err := w.another(t.Context(), "Sesudah mati "+rand.Text()); err != nil || l.Number != len(have)+1 {
				t.Errorf("the next letter has the number %d after %d: %v", l.Number, len(have), err)
			}
			ledgertest.Clean(t, w.Book)
		}
	})
}

// killed runs a child and kills it once it gave out so many numbers; these it
// returns.
func killed(t *testing.T, dsn string, enough int) []int {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, "-test.run=^TestKilledWhileSigning$")
	c.Env = append(os.Environ(), childEnv+"="+dsn)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var given []int
	dead := false
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		a, ok := strings.CutPrefix(lines.Text(), "number ")
		n, err := strconv.Atoi(a)
		if !ok || err != nil || n == 0 {
			t.Errorf("the child says %q", lines.Text())
			continue
		}
		given = append(given, n)
		if len(given) >= enough && !dead {
			dead = true
			if err := c.Process.Signal(syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
	}
	if err := c.Wait(); !dead {
		t.Fatalf("the child ended by itself after %d numbers: %v", len(given), err)
	}
	return given
}

// taken is every number of the register, which must go from 1 to the last without a
// gap, each once.
func (w *world) taken(t *testing.T) map[int]bool {
	t.Helper()
	have := map[int]bool{}
	last := 0
	err := w.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT last FROM permit_invite_register WHERE office = 'kota'`).Scan(&last); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT number FROM permit_invite_letter WHERE office = 'kota' UNION ALL SELECT number FROM permit_invite_number WHERE office = 'kota'`)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // read to its end
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return err
			}
			if have[n] {
				t.Errorf("number %d is there twice", n)
			}
			have[n] = true
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= last; n++ {
		if !have[n] {
			t.Errorf("number %d of %d is missing", n, last)
		}
	}
	if len(have) != last {
		t.Errorf("%d numbers, and the last is %d", len(have), last)
	}
	return have
}
