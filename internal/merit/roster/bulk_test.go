package roster_test

import (
	"context"
	"testing"

	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

func TestBulkTwiceIsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		b := small()
		c := load(t, s, b)
		if c.New != b.Len() || c.Changed != 0 || c.Unchanged != 0 || c.Seq != 1 || c.Index < 0 {
			t.Fatalf("first: %+v of %d", c, b.Len())
		}
		again := load(t, s, small())
		if again.New != 0 || again.Changed != 0 || again.Unchanged != b.Len() || again.Index != -1 || again.Seq != 0 {
			t.Fatalf("again: %+v", again)
		}
		if again.Sum != c.Sum {
			t.Errorf("the same rows have the sums %s and %s", c.Sum, again.Sum)
		}
		// The same people, known by their NIP alone.
		c2 := small()
		c2.Tenures, c2.Ratings, c2.Trainings, c2.Marks, c2.Leaves, c2.Relations = nil, nil, nil, nil, nil, nil
		for i := range c2.People {
			c2.People[i].ID = ""
		}
		c2.People[0].Grade = "IV/d"
		c2.People[0].From = on("2023-04-01")
		got := load(t, s, c2)
		if got.Changed != 1 || got.New != 0 || c2.People[0].ID != "siti" {
			t.Fatalf("by NIP: %+v, id %q", got, c2.People[0].ID)
		}
	})
}

func TestBulkRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		src := roster.Source{Kind: "import", Name: "x"}
		for name, c := range map[string]struct {
			change     func(b *roster.Batch)
			field, key string
		}{
			"17 digits":     {func(b *roster.Batch) { b.People[1].NIP = b.People[1].NIP[1:] }, "people[1].nip", "roster.nip.length"},
			"end first":     {func(b *roster.Batch) { b.Tenures[0].Until = on("2019-03-01") }, "tenures[0].until", "roster.check.order"},
			"unknown post":  {func(b *roster.Batch) { b.Tenures[0].Post = "nowhere" }, "tenures[0].post", "roster.bulk.unknown"},
			"unknown level": {func(b *roster.Batch) { b.Posts[0].Level = "raja" }, "posts[0].level", "roster.check.one"},
			"cycle":         {func(b *roster.Batch) { b.Units[0].Parent = "gambir" }, "units[0].parent", "roster.bulk.cycle"},
			"double":        {func(b *roster.Batch) { b.People = append(b.People, b.People[2]) }, "people[4].id", "roster.bulk.double"},
			"unknown other": {func(b *roster.Batch) { b.Relations[0].Other = "x" }, "relations[0].other", "roster.bulk.unknown"},
			"area":          {func(b *roster.Batch) { b.Units[1].Area = "31.7" }, "units[1].area", "roster.check.area"},
		} {
			b := small()
			c.change(&b)
			if _, err := s.Bulk(ctx, officer(), b, src); !hasField(err, c.field, c.key) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := s.Bulk(ctx, officer(), small(), roster.Source{Kind: "rumour"})
		if !hasField(err, "source", "roster.check.one") {
			t.Errorf("source: %v", err)
		}
		load(t, s, small())
		_, err = s.Bulk(ctx, officer(), small(), roster.Source{Kind: "demo", Fresh: true})
		wantFault(t, err, fault.Conflict, "roster.bulk.known")
		deaf := &roster.Service{Book: s.Book, Now: s.Now, Rand: s.Rand}
		_, err = deaf.Bulk(ctx, officer(), small(), src)
		wantFault(t, err, fault.Denied, "roster.denied")
	})
}
