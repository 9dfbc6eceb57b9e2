package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func outcomes(all []jobs.Event) []string {
	var out []string
	for _, e := range all {
		s := e.Outcome
		if e.ErrorKey != "" {
			s += " " + e.ErrorKey
		}
		out = append(out, s)
	}
	return out
}

func TestAJobIsAsTrueAsItsTransaction(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		var got []string
		jobs.Register(r, "note", jobs.Options{}, func(_ context.Context, s string) error {
			got = append(got, s)
			return nil
		})
		enqueue(t, db, jobs.Job{Kind: "note", Payload: "kept"})
		undo := errors.New("undo")
		err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: "note", Payload: "undone"}); err != nil {
				t.Error(err)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if n := jobstest.Drain(t, r); n != 1 {
			t.Errorf("%d jobs were done, want 1", n)
		}
		if diff := cmp.Diff([]string{"kept"}, got); diff != "" {
			t.Error(diff)
		}
		if left := items(t, r); len(left) != 0 {
			t.Errorf("what is done is still in the queue: %+v", left)
		}
		tallies, err := r.Tallies(context.Background())
		if err != nil || len(tallies) != 1 || tallies[0].Done != 1 || tallies[0].Last.IsZero() {
			t.Errorf("tallies are %+v, %v", tallies, err)
		}
	})
}

func TestWhatCannotBeEnqueued(t *testing.T) {
	storetest.Each(t, lines(), func(t *testing.T, db *store.DB) {
		for name, j := range map[string]jobs.Job{
			"no kind":         {Payload: 1},
			"control":         {Kind: "a\nb"},
			"long key":        {Kind: "a", Key: strings.Repeat("k", 201)},
			"NUL in key":      {Kind: "a", Key: "k\x00"},
			"not JSON":        {Kind: "a", Payload: func() {}},
			"too large":       {Kind: "a", Payload: strings.Repeat("x", 65<<10)},
			"negative number": {Kind: "a", MaxAttempts: -1},
		} {
			err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error { return jobs.Enqueue(ctx, tx, j) })
			if err == nil {
				t.Errorf("%s: enqueued", name)
			}
		}
	})
}

func TestSameKeyWaitsOnce(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		var got []int
		again := true
		jobs.Register(r, "index", jobs.Options{}, func(_ context.Context, n int) error {
			got = append(got, n)
			if again { // somebody changes what this run has already read
				again = false
				enqueue(t, db, jobs.Job{Kind: "index", Key: "people", Payload: n + 100})
			}
			return nil
		})
		late := clock.Now().Add(time.Hour)
		enqueue(t, db, jobs.Job{Kind: "index", Key: "people", Payload: 1, At: late})
		enqueue(t, db, jobs.Job{Kind: "index", Key: "people", Payload: 2}) // left out, but moves the first forward
		enqueue(t, db, jobs.Job{Kind: "index", Key: "posts", Payload: 3, At: late})
		enqueue(t, db, jobs.Job{Kind: "index", Payload: 4, At: late}, jobs.Job{Kind: "index", Payload: 5, At: late}) // no key: both
		if n := len(items(t, r)); n != 4 {
			t.Fatalf("%d jobs wait, want 4", n)
		}
		if n := jobstest.Drain(t, r); n != 2 {
			t.Errorf("%d jobs were done, want 2", n)
		}
		if diff := cmp.Diff([]int{1, 101}, got); diff != "" {
			t.Errorf("a change while the job ran is not seen by a second run: %s", diff)
		}
	}, storetest.WithClock(clock))
}

// TestSameKeyMergesOnFailure: while a job fails, the same work is asked for
// again. One remains, with the newer payload and the older count.
func TestSameKeyMergesOnFailure(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		jobs.Register(r, "index", jobs.Options{}, func(_ context.Context, n int) error {
			enqueue(t, db, jobs.Job{Kind: "index", Key: "people", Payload: n + 1})
			return errors.New("no")
		})
		enqueue(t, db, jobs.Job{Kind: "index", Key: "people", Payload: 1})
		if diff := cmp.Diff([]string{"failed jobs.error.other"}, outcomes(jobstest.Events(t, r))); diff != "" {
			t.Error(diff)
		}
		left := items(t, r)
		if len(left) != 1 || left[0].Attempt != 1 || left[0].Group != jobs.Failing {
			t.Fatalf("left are %+v", left)
		}
		var payload string
		err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT payload FROM jobs_job`).Scan(&payload)
		})
		if err != nil || payload != "2" {
			t.Errorf("payload %q, %v", payload, err)
		}
	})
}

func TestBackOffTimeline(t *testing.T) {
	start := time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC)
	clock := storetest.NewClock(start)
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		clock.Set(start)
		r := jobstest.Runner(t, db, book)
		calls := 0
		jobs.Register(r, "mail", jobs.Options{Base: time.Minute, Cap: 5 * time.Minute}, func(context.Context, int) error {
			calls++
			return fault.New(fault.Busy, "store.locked")
		})
		enqueue(t, db, jobs.Job{Kind: "mail", Payload: 1, MaxAttempts: 5})
		for i, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute} {
			if diff := cmp.Diff([]string{"failed store.locked"}, outcomes(jobstest.Events(t, r))); diff != "" {
				t.Fatalf("attempt %d: %s", i+1, diff)
			}
			it := items(t, r)[0]
			if d := it.Due.Sub(clock.Now()); d < want/2 || d > want {
				t.Errorf("after attempt %d the delay is %s, want between %s and %s", i+1, d, want/2, want)
			}
			if it.Attempt != i+1 || it.ErrorKey != "store.locked" {
				t.Errorf("after attempt %d the queue says %+v", i+1, it)
			}
			clock.Set(it.Due.Add(-time.Millisecond))
			if early := jobstest.Events(t, r); len(early) != 0 {
				t.Errorf("it ran a millisecond early: %v", outcomes(early))
			}
			clock.Set(it.Due)
		}
		if diff := cmp.Diff([]string{"dead store.locked"}, outcomes(jobstest.Events(t, r))); diff != "" {
			t.Error(diff)
		}
		clock.Step(1000 * time.Hour)
		if more := jobstest.Events(t, r); len(more) != 0 || calls != 5 {
			t.Errorf("a dead job ran; %d calls", calls)
		}
	}, storetest.WithClock(clock))
}

func TestWhatGoesWrong(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		type mail struct{ To int }
		jobs.Register(r, "mail", jobs.Options{}, func(context.Context, mail) error { t.Error("poison was swallowed"); return nil })
		jobs.Register(r, "panic", jobs.Options{}, func(context.Context, int) error { panic("poison") })
		jobs.Register(r, "stop", jobs.Options{}, func(context.Context, int) error {
			return jobs.Stop(fault.New(fault.Invalid, "jobs.none", "Budi's private matter"))
		})
		jobs.Register(r, "slow", jobs.Options{Timeout: time.Millisecond}, func(ctx context.Context, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		})
		for _, c := range []struct {
			job  jobs.Job
			want string
		}{
			{jobs.Job{Kind: "mail", Payload: "a text"}, "dead jobs.error.payload"},
			{jobs.Job{Kind: "mail", Payload: map[string]int{"To": 1, "Cc": 2}}, "dead jobs.error.payload"},
			{jobs.Job{Kind: "panic", Payload: 1}, "failed jobs.error.panic"},
			{jobs.Job{Kind: "panic", Payload: 1, MaxAttempts: 1}, "dead jobs.error.panic"},
			{jobs.Job{Kind: "stop", Payload: 1}, "dead jobs.none"},
			{jobs.Job{Kind: "slow", Payload: 1}, "failed jobs.error.timeout"},
			{jobs.Job{Kind: "nobody", Payload: 1}, ""},
		} {
			enqueue(t, db, c.job)
			if got := strings.Join(outcomes(jobstest.Events(t, r)), ","); got != c.want {
				t.Errorf("%s: %q, want %q", c.job.Kind, got, c.want)
			}
		}
		var kept string
		err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT string_agg(error, ' ') FROM jobs_job`).Scan(&kept)
		})
		if err != nil || strings.Contains(kept, "Budi") {
			t.Errorf("the queue keeps what an error said: %q, %v", kept, err)
		}
	})
}

func TestAgainDoesNotCount(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		ready := false
		jobs.Register(r, "draw", jobs.Options{}, func(context.Context, int) error {
			if !ready {
				return jobs.Again(clock.Now().Add(time.Minute))
			}
			return nil
		})
		enqueue(t, db, jobs.Job{Kind: "draw", Payload: 1, MaxAttempts: 1})
		for range 3 {
			if got := jobstest.Drain(t, r); got != 0 {
				t.Fatal("done too early")
			}
			clock.Step(time.Minute)
		}
		ready = true
		if got := jobstest.Drain(t, r); got != 1 {
			t.Errorf("%d done, want 1", got)
		}
	}, storetest.WithClock(clock))
}

// TestSharing lets three runners, each with a database handle of its own as
// processes have, work on one queue: every job runs once.
func TestSharing(t *testing.T) {
	storetest.EachDSN(t, ledgertest.Lines(lines()...), func(t *testing.T, dsn string) {
		const n = 300
		db := storetest.Open(t, dsn)
		for i := range n {
			enqueue(t, db, jobs.Job{Kind: "count", Payload: i})
		}
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		var mu sync.Mutex
		runs, by, left := map[int]int{}, map[int]int{}, n
		var wg sync.WaitGroup
		for p := range 3 {
			own := storetest.Open(t, dsn)
			r := jobstest.Runner(t, own, ledgertest.Open(t, own), func(c *jobs.Config) {
				c.Workers, c.Poll, c.Rand = 4, time.Millisecond, ledgertest.Rand(byte(10+p))
			})
			jobs.Register(r, "count", jobs.Options{}, func(_ context.Context, i int) error {
				mu.Lock()
				defer mu.Unlock()
				runs[i]++
				by[p]++
				if left--; left == 0 {
					stop()
				}
				return nil
			})
			wg.Go(func() {
				if err := r.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i := range n {
			if runs[i] != 1 {
				t.Errorf("job %d ran %d times", i, runs[i])
			}
		}
		if l := items(t, jobstest.Runner(t, db, ledgertest.Open(t, db))); len(l) != 0 {
			t.Errorf("%d jobs are left", len(l))
		}
		t.Logf("shared as %v", by)
	})
}

func TestLimitPerKind(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		var mu sync.Mutex
		now, most := 0, 0
		jobs.Register(r, "heavy", jobs.Options{Limit: 2}, func(context.Context, int) error {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			now--
			mu.Unlock()
			return nil
		})
		for i := range 9 {
			enqueue(t, db, jobs.Job{Kind: "heavy", Payload: i})
		}
		if n := jobstest.Drain(t, r); n != 9 || most > 2 {
			t.Errorf("%d done, %d at once", n, most)
		}
	})
}
