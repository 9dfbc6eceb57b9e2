package demo_test

import (
	"context"
	"errors"
	"testing"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// A fill that was cut off goes on where it stopped, and the roster is the same
// as if it had not been.
func TestFillGoesOn(t *testing.T) {
	cfg := demo.Config{Seed: 8, People: 2_000, Today: day.Of(2024, 3, 1), Batch: 250}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			s := open(t, engine, cfg.Today)
			ctx, cancel := context.WithCancel(context.Background())
			err := demo.Fill(ctx, s, officer(), cfg, func(done, _ int) {
				if done > 700 {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("it was not cut off: %v", err)
			}
			half, ok, err := demo.Look(context.Background(), s)
			if err != nil || !ok || half.Whole || half.Batches < 3 || half.Config != cfg {
				t.Fatalf("%+v, %v, %v", half, ok, err)
			}
			other := cfg
			other.Seed++
			if f := fault.Of(demo.Fill(context.Background(), s, officer(), other, nil)); f == nil || f.Kind != fault.Conflict || f.Key != "demo.another" {
				t.Errorf("another province beside it: %v", f)
			}
			last := 0
			if err := demo.Fill(context.Background(), s, officer(), cfg, func(done, total int) {
				if done < last || done > total || total != cfg.People {
					t.Errorf("%d of %d after %d", done, total, last)
				}
				last = done
			}); err != nil {
				t.Fatal(err)
			}
			if last != cfg.People {
				t.Errorf("%d of %d at the end", last, cfg.People)
			}
			before, err := s.Book.Size(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if err := demo.Fill(context.Background(), s, officer(), cfg, nil); err != nil {
				t.Errorf("what is whole is filled again: %v", err)
			}
			if after, err := s.Book.Size(context.Background()); err != nil || after != before {
				t.Errorf("%d entries, before %d, %v", after, before, err)
			}
			whole, _, err := demo.Look(context.Background(), s)
			if err != nil || !whole.Whole {
				t.Errorf("%+v, %v", whole, err)
			}
			q, err := s.Quality(context.Background(), officer(), roster.QualityInput{})
			if err != nil || q.Serving != cfg.People {
				t.Errorf("%d serve, %v", q.Serving, err)
			}
			want, err := demo.Planted(cfg)
			for _, x := range q.Tallies {
				if x.Count != want[x.Check] {
					t.Errorf("%s: %d, want %d, %v", x.Check, x.Count, want[x.Check], err)
				}
			}
			if r, err := s.Book.Verify(context.Background()); err != nil || !r.Clean() {
				t.Errorf("the record is not whole: %+v, %v", r.Problems, err)
			}
		})
	}
}
