package demo_test

import (
	"context"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/merit/roster"
)

// Also on a day gone by nothing is wrong but what was put in: whoever moves the
// clock of the demonstration sees a province, not a heap of errors.
func TestPastDaysAreSound(t *testing.T) {
	cfg := demo.Config{Seed: 1, People: 12_000, Today: day.Of(2026, 11, 25)}
	s := open(t, "sqlite", cfg.Today)
	fill(t, s, cfg)
	want, err := demo.Planted(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, on := range []day.Day{day.Of(2023, 10, 19), day.Of(2023, 12, 27), day.Of(2024, 11, 14), day.Of(2026, 1, 1)} {
		s.Now = func() time.Time { return on.Start() }
		q, err := s.Quality(context.Background(), officer(), roster.QualityInput{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range q.Tallies {
			if x.Count > want[x.Check] {
				some, err := s.Quality(context.Background(), officer(), roster.QualityInput{Check: x.Check, Limit: 5})
				t.Errorf("on %s %s: %d found, %d put in: %+v %v", on, x.Check, x.Count, want[x.Check], some.Findings, err)
			}
		}
	}
}

// The page of quality finds what was put in, all of it and nothing else.
func TestPlantedFaultsAreTheOnlyOnes(t *testing.T) {
	for _, c := range []struct {
		name, engine string
		cfg          demo.Config
	}{
		{"whole", "sqlite", demo.Config{Seed: 1, People: 64_135, Today: day.Of(2024, 11, 14)}},
		{"before December", "sqlite", demo.Config{Seed: 7, People: 20_000, Today: day.Of(2023, 10, 19)}},
		{"small", "sqlite", demo.Config{Seed: 3, People: 2_000, Today: day.Of(2026, 11, 25)}},
		{"small", "postgres", demo.Config{Seed: 3, People: 2_000, Today: day.Of(2026, 11, 25)}},
		{"smallest", "sqlite", demo.Config{Seed: 5, People: demo.MinPeople, Today: day.Of(2019, 6, 1)}},
		{"several governments", "sqlite", demo.Config{Seed: 2, People: 75_000, Today: day.Of(2031, 1, 1)}},
	} {
		t.Run(c.name+"/"+c.engine, func(t *testing.T) {
			s := open(t, c.engine, c.cfg.Today)
			fill(t, s, c.cfg)
			want, err := demo.Planted(c.cfg)
			if err != nil {
				t.Fatal(err)
			}
			q, err := s.Quality(context.Background(), officer(), roster.QualityInput{})
			if err != nil {
				t.Fatal(err)
			}
			if q.Serving != c.cfg.People {
				t.Errorf("%d serve, want %d", q.Serving, c.cfg.People)
			}
			for _, x := range q.Tallies {
				if x.Count != want[x.Check] {
					some, err := s.Quality(context.Background(), officer(), roster.QualityInput{Check: x.Check, Limit: 12})
					t.Errorf("%s: %d found, %d put in: %+v %v", x.Check, x.Count, want[x.Check], some.Findings, err)
				}
			}
			if r, err := s.Book.Verify(context.Background()); err != nil || !r.Clean() {
				t.Errorf("the record is not whole: %+v, %v", r.Problems, err)
			}
		})
	}
}
