package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// TestSchedule lets two runners look at the clock over two midnights; each line
// rings once, and once only after a night without any runner.
func TestSchedule(t *testing.T) {
	start := time.Date(2023, 10, 18, 16, 0, 0, 0, time.UTC) // 23:00 in Jakarta
	clock := storetest.NewClock(start)
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		clock.Set(start)
		var mu sync.Mutex
		var rang []string
		var both []*jobs.Runner
		for p := range 2 {
			r := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Rand = ledgertest.Rand(byte(20 + p)) })
			jobs.Register(r, "night", jobs.Options{}, func(context.Context, *int) error {
				mu.Lock()
				defer mu.Unlock()
				rang = append(rang, clock.Now().Format("02T15:04"))
				return nil
			})
			r.Daily("night", 0, 0, jobs.Job{Kind: "night"})
			both = append(both, r)
		}
		look := func(at time.Time) {
			t.Helper()
			clock.Set(at)
			var wg sync.WaitGroup
			for _, r := range both {
				wg.Go(func() {
					if _, err := r.Drain(context.Background()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		look(start)                                     // a new line begins with its next time
		look(start.Add(time.Hour - 1*time.Millisecond)) // 23:59:59.999
		look(start.Add(time.Hour))
		look(start.Add(time.Hour + time.Second))
		look(start.Add(24 * time.Hour))     // 23:00 the next day
		look(start.Add(25*time.Hour + 300)) // midnight
		look(start.Add(100 * time.Hour))    // nobody looked for three days
		if diff := cmp.Diff([]string{"18T17:00", "19T17:00", "22T20:00"}, rang); diff != "" {
			t.Error(diff)
		}

		// Another time of day in a newer program: begins anew, rings no double.
		r := jobstest.Runner(t, db, book)
		jobs.Register(r, "night", jobs.Options{}, func(context.Context, *int) error {
			rang = append(rang, "moved "+clock.Now().Format("02T15:04"))
			return nil
		})
		r.Daily("night", 3, 30, jobs.Job{Kind: "night"})
		jobstest.Drain(t, r)
		clock.Set(time.Date(2023, 10, 23, 20, 30, 0, 0, time.UTC))
		jobstest.Drain(t, r)
		if diff := cmp.Diff([]string{"18T17:00", "19T17:00", "22T20:00", "moved 23T20:30"}, rang); diff != "" {
			t.Error(diff)
		}
	}, storetest.WithClock(clock))
}

func TestOfficerRetriesAndCancels(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		mended := false
		jobs.Register(r, "mail", jobs.Options{}, func(context.Context, int) error {
			if !mended {
				return errors.New("no server")
			}
			return nil
		})
		enqueue(t, db, jobs.Job{Kind: "mail", Key: "a", Payload: 1, MaxAttempts: 1}, jobs.Job{Kind: "mail", Key: "b", Payload: 2, MaxAttempts: 1},
			jobs.Job{Kind: "mail", Payload: 3, At: db.Now().Add(time.Hour)})
		jobstest.Events(t, r)
		who := actor.OS("petugas", "id")
		ctx := context.Background()
		all := items(t, r)
		if len(all) != 3 || all[0].Group != jobs.Dead || all[2].Group != jobs.Upcoming {
			t.Fatalf("the queue is %+v", all)
		}
		mended = true
		if err := r.Retry(ctx, who, all[0].ID); err != nil {
			t.Fatal(err)
		}
		if n := jobstest.Drain(t, r); n != 1 {
			t.Errorf("%d done after the retry", n)
		}
		enqueue(t, db, jobs.Job{Kind: "mail", Key: "b", Payload: 2, At: db.Now().Add(time.Hour)})
		if err := r.Retry(ctx, who, all[1].ID); fault.Of(err).Key != "jobs.same_waits" {
			t.Errorf("a job that already waits: %v", err)
		}
		if err := r.Cancel(ctx, who, all[1].ID); err != nil {
			t.Fatal(err)
		}
		if err := r.Cancel(ctx, who, all[1].ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a job that is gone: %v", err)
		}
		if diff := cmp.Diff([]string{"foundation.jobs.retried", "foundation.jobs.cancelled"}, kinds(t, book)); diff != "" {
			t.Error(diff)
		}

		jobs.Register(r, "self", jobs.Options{}, func(ctx context.Context, _ int) error {
			id := items(t, r)[0].ID
			if err := r.Cancel(ctx, who, id); fault.Of(err).Key != "jobs.runs" {
				t.Errorf("a running job was cancelled: %v", err)
			}
			return nil
		})
		enqueue(t, db, jobs.Job{Kind: "self", Payload: 1})
		jobstest.Drain(t, r)
	})
}

// TestList fills every group with several jobs and reads the queue in pages of
// every size: nothing is left out, nothing comes twice, failures are first.
func TestList(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		now := clock.Now()
		for i := range 4 {
			enqueue(t, db, jobs.Job{Kind: "late", Payload: i, At: now.Add(-2 * time.Minute)}, jobs.Job{Kind: "soon", Payload: i, At: now},
				jobs.Job{Kind: "dead", Payload: i}, jobs.Job{Kind: "failing", Payload: i}, jobs.Job{Kind: "running", Payload: i})
		}
		err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for _, q := range []string{
				`UPDATE jobs_job SET state = 'dead', error = 'jobs.error.other' WHERE kind = 'dead'`,
				`UPDATE jobs_job SET error = 'jobs.error.other', attempt = 2 WHERE kind = 'failing'`,
				`UPDATE jobs_job SET state = 'running', lease = 1697700000000, owner = 'x' WHERE kind = 'running'`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Fields(strings.Repeat("dead ", 4) + strings.Repeat("failing ", 4) + strings.Repeat("late ", 4) + strings.Repeat("running ", 4) + strings.Repeat("soon ", 4))
		for size := 1; size <= 21; size++ {
			var got []string
			seen := map[int64]bool{}
			in := jobs.ListInput{Limit: size}
			for page := 0; page < 25; page++ {
				l, err := r.List(context.Background(), in)
				if err != nil {
					t.Fatal(err)
				}
				for _, it := range l.Items {
					if seen[it.ID] {
						t.Errorf("pages of %d: job %d comes twice", size, it.ID)
					}
					seen[it.ID] = true
					got = append(got, it.Kind)
				}
				for _, g := range jobs.Groups() {
					if l.Counts[g] != 4 {
						t.Errorf("%d in group %s, want 4", l.Counts[g], g)
					}
				}
				if in.After = l.Next; in.After == "" {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pages of %d: %s", size, diff)
			}
		}
		l, err := r.List(context.Background(), jobs.ListInput{Kind: "late"})
		if err != nil || len(l.Items) != 4 || l.Counts[jobs.Overdue] != 4 || l.Counts[jobs.Dead] != 0 {
			t.Errorf("only the late ones: %+v, %v", l, err)
		}
		for _, bad := range []string{"x", "e30", "eyJnIjo5fQ", fmt.Sprint(strings.Repeat("A", 5000))} {
			if _, err := r.List(context.Background(), jobs.ListInput{After: bad}); !errors.Is(err, fault.Invalid) {
				t.Errorf("cursor %.20q: %v", bad, err)
			}
		}
	}, storetest.WithClock(clock))
}
