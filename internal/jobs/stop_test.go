package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func effects() store.Line {
	return store.Line{Name: "jobs_effect", FS: mapFS{"migrations/0001_effect.sql": "-- +goose Up\nCREATE TABLE jobs_effect (n BIGINT PRIMARY KEY, runs BIGINT NOT NULL);\n"}}
}

// apply counts in the database how often the work of a job was done.
func apply(ctx context.Context, tx *store.Tx, n int) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO jobs_effect (n, runs) VALUES ($1, 1) ON CONFLICT (n) DO UPDATE SET runs = jobs_effect.runs + 1`, n)
	return err
}

// child works on the queue with leases that end soon. Every third job dies
// between its effect and its end, every other one before its effect; which, the
// parent decides with SIGKILL.
func child(dsn string) int {
	db, err := store.Open(context.Background(), dsn, store.Options{})
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	key, _ := ledger.NewKey(ledgertest.Origin, ledgertest.Rand(1))
	book, err := ledger.Open(context.Background(), db, ledger.Config{Origin: ledgertest.Origin, Key: key, Rand: ledgertest.Rand(7)})
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	r, err := jobs.New(jobs.Config{DB: db, Book: book, Rand: ledgertest.Rand(byte(os.Getpid())), Poll: time.Millisecond, Lease: time.Second})
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	jobs.Register(r, "once", jobs.Options{}, func(ctx context.Context, n int) error {
		return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := apply(ctx, tx, n); err != nil {
				return err
			}
			return jobs.Finish(ctx, tx)
		})
	})
	jobs.Register(r, "least", jobs.Options{}, func(ctx context.Context, n int) error {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return apply(ctx, tx, n) })
		fmt.Println(n)
		return err
	})
	if err := r.Run(context.Background()); err != nil {
		fmt.Println("error:", err)
	}
	return 0
}

func TestKilledProcessLosesNoJob(t *testing.T) {
	storetest.EachDSN(t, ledgertest.Lines(jobs.Migrations, effects()), func(t *testing.T, dsn string) {
		const n = 400
		db := storetest.Open(t, dsn, storetest.WithOptions(func(o *store.Options) { o.Now = nil }))
		err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for i := range n {
				kind := "once"
				if i%2 == 1 {
					kind = "least"
				}
				if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: kind, Payload: i}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for round := range 3 {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			c := exec.Command(exe)
			c.Env = append(os.Environ(), childEnv+"="+dsn)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 1)
			seen := 0
			for seen < 20 {
				if _, err := out.Read(buf); err != nil {
					t.Fatalf("round %d: the child says no more: %v", round, err)
				}
				if buf[0] == '\n' {
					seen++
				}
			}
			if err := c.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, out) //nolint:errcheck // it is dead
			c.Wait()                 //nolint:errcheck // killed
		}
		book := ledgertest.Open(t, db)
		r := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Poll, c.Rand = time.Millisecond, ledgertest.Rand(99) })
		work := func(finish bool) func(context.Context, int) error {
			return func(ctx context.Context, i int) error {
				return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
					if err := apply(ctx, tx, i); err != nil || !finish {
						return err
					}
					return jobs.Finish(ctx, tx)
				})
			}
		}
		jobs.Register(r, "once", jobs.Options{}, work(true))
		jobs.Register(r, "least", jobs.Options{}, work(false))
		until := time.Now().Add(time.Minute)
		for len(items(t, r)) > 0 && time.Now().Before(until) {
			jobstest.Events(t, r)
			time.Sleep(20 * time.Millisecond)
		}
		err = db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			rows, err := tx.QueryContext(ctx, `SELECT n, runs FROM jobs_effect`)
			if err != nil {
				return err
			}
			defer rows.Close()
			got := map[int]int{}
			for rows.Next() {
				var i, runs int
				if err := rows.Scan(&i, &runs); err != nil {
					return err
				}
				got[i] = runs
			}
			twice := 0
			for i := range n {
				switch {
				case got[i] == 0:
					t.Errorf("job %d is lost", i)
				case i%2 == 0 && got[i] != 1:
					t.Errorf("job %d finishes in its own transaction and yet took effect %d times", i, got[i])
				case got[i] > 1:
					twice++
				}
			}
			t.Logf("%d jobs of the kind that is done at least once ran again", twice)
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		ledgertest.Clean(t, book)
	})
}

// TestSilentRunnerIsReplaced holds a job past its lease: another runner takes
// it, and the first one's end does not count.
func TestSilentRunnerIsReplaced(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, append(lines(), effects()), func(t *testing.T, db *store.DB, book *ledger.Book) {
		first := jobstest.Runner(t, db, book)
		second := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Rand = ledgertest.Rand(4) })
		var inner []jobs.Event
		jobs.Register(second, "slow", jobs.Options{}, func(ctx context.Context, n int) error {
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := apply(ctx, tx, n); err != nil {
					return err
				}
				return jobs.Finish(ctx, tx)
			})
		})
		jobs.Register(first, "slow", jobs.Options{}, func(ctx context.Context, n int) error {
			clock.Step(2 * time.Minute) // the heartbeat waits for a third of a real minute
			inner = jobstest.Events(t, second)
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := apply(ctx, tx, n); err != nil {
					return err
				}
				return jobs.Finish(ctx, tx)
			})
		})
		enqueue(t, db, jobs.Job{Kind: "slow", Payload: 7})
		outer := jobstest.Events(t, first)
		if got := strings.Join(outcomes(inner), ","); got != "failed jobs.error.gone,done" {
			t.Errorf("the second runner: %s", got)
		}
		if got := strings.Join(outcomes(outer), ","); got != "lost jobs.error.lost" {
			t.Errorf("the first runner: %s", got)
		}
		var runs int
		err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT runs FROM jobs_effect WHERE n = 7`).Scan(&runs)
		})
		if err != nil || runs != 1 {
			t.Errorf("took effect %d times, %v", runs, err)
		}
	}, storetest.WithClock(clock))
}

// TestAJobThatKillsItsRunnerDies: a job that takes the process down each time
// does not do so for ever.
func TestAJobThatKillsItsRunnerDies(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		enqueue(t, db, jobs.Job{Kind: "bomb", Payload: 1, MaxAttempts: 1})
		if err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE jobs_job SET state = 'running', attempt = 1, owner = 'gone', lease = $1`, tx.Now.UnixMilli())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		clock.Step(time.Second)
		r := jobstest.Runner(t, db, book)
		jobs.Register(r, "bomb", jobs.Options{}, func(context.Context, int) error { t.Error("it ran again"); return nil })
		if got := strings.Join(outcomes(jobstest.Events(t, r)), ","); got != "dead jobs.error.gone" {
			t.Errorf("got %s", got)
		}
	}, storetest.WithClock(clock))
}

func TestGracefulStop(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		r := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Poll, c.Grace = time.Millisecond, 200*time.Millisecond })
		both := make(chan string, 2)
		jobs.Register(r, "quick", jobs.Options{}, func(ctx context.Context, _ int) error {
			both <- "quick"
			time.Sleep(20 * time.Millisecond) // goes on after the stop, within the grace
			return ctx.Err()
		})
		jobs.Register(r, "endless", jobs.Options{}, func(ctx context.Context, _ int) error {
			both <- "endless"
			<-ctx.Done()
			return ctx.Err()
		})
		enqueue(t, db, jobs.Job{Kind: "quick", Payload: 1}, jobs.Job{Kind: "endless", Payload: 1, MaxAttempts: 1})
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		<-both
		<-both
		enqueue(t, db, jobs.Job{Kind: "quick", Payload: 2, At: time.Now().Add(time.Hour)})
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, it := range items(t, r) {
			left = append(left, it.Kind+" "+string(it.Group)+" "+strconv.Itoa(it.Attempt))
		}
		if got := strings.Join(left, ", "); got != "endless upcoming 0, quick upcoming 0" {
			t.Errorf("left are: %s", got)
		}
	})
}

func TestFinishOnlyInAWorker(t *testing.T) {
	storetest.Each(t, lines(), func(t *testing.T, db *store.DB) {
		err := db.Write(context.Background(), jobs.Finish)
		if err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// TestHeartbeatKeepsALongJob moves the clock on bit by bit, past the first
// lease, waits each time for the heartbeat, and lets another runner look.
func TestHeartbeatKeepsALongJob(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		const lease = 30 * time.Millisecond
		first := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Lease = lease })
		second := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Rand = ledgertest.Rand(4) })
		work := func(ctx context.Context, _ int) error {
			for range 5 {
				now := clock.Step(lease * 2 / 3)
				for held := int64(0); held <= now.UnixMilli(); {
					if err := ctx.Err(); err != nil {
						return err
					}
					err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
						return tx.QueryRowContext(ctx, `SELECT lease FROM jobs_job`).Scan(&held)
					})
					if err != nil {
						return err
					}
				}
				if got := jobstest.Events(t, second); len(got) != 0 {
					t.Errorf("the other runner: %v", outcomes(got))
				}
			}
			return nil
		}
		jobs.Register(first, "long", jobs.Options{}, work)
		jobs.Register(second, "long", jobs.Options{}, func(context.Context, int) error { t.Error("ran twice"); return nil })
		enqueue(t, db, jobs.Job{Kind: "long", Payload: 1})
		if n := jobstest.Drain(t, first); n != 1 {
			t.Errorf("%d done, want 1", n)
		}
	}, storetest.WithClock(clock))
}

// TestObserve counts what the metrics are told.
func TestObserve(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		told := make(chan jobs.Event, 10)
		r := jobstest.Runner(t, db, book, func(c *jobs.Config) { c.Observe = func(e jobs.Event) { told <- e } })
		jobs.Register(r, "a", jobs.Options{}, func(_ context.Context, fail bool) error {
			if fail {
				return errors.New("no")
			}
			return nil
		})
		enqueue(t, db, jobs.Job{Kind: "a", Payload: false}, jobs.Job{Kind: "a", Payload: true, MaxAttempts: 1})
		jobstest.Events(t, r)
		close(told)
		got := map[string]int{}
		for e := range told {
			got[e.Kind+" "+e.Outcome]++
			if e.Attempt != 1 || e.Job == 0 || (e.Err == nil) != (e.Outcome == "done") {
				t.Errorf("told %+v", e)
			}
		}
		if got["a done"] != 1 || got["a dead"] != 1 || len(got) != 2 {
			t.Errorf("told %v", got)
		}
	})
}
