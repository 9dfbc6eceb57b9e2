package exchange

import (
	"encoding/json"
	"math/bits"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netral/internal/day"
	"netral/internal/text"
)

func TestDays(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "2020-02-29": "2020-02-29", "29-02-2020": "2020-02-29", "29/02/2020": "2020-02-29", "29/2/2020": "2020-02-29", "29.02.2020": "2020-02-29",
		"29 Februari 2020": "2020-02-29", "29 feb 2020": "2020-02-29", "1 Agt 2020": "2020-08-01", "10 Nopember 1990": "1990-11-10", "3 May 1999": "1999-05-03",
		"20200229": "2020-02-29", "43890": "2020-02-29", "43890.0": "2020-02-29", "2020-02-29T00:00:00": "2020-02-29", "2020-02-29 00:00:00": "2020-02-29", "2020/02/29": "2020-02-29",
		"31-02-2020": "bad", "29-02-2021": "bad", "00-01-2020": "bad", "01-13-2020": "bad", "1/1/20": "bad", "x": "bad", "1": "bad", "9999999": "bad",
		"29 Februari": "bad", "29-Fe-2020": "bad", "2020-02-30": "bad", "1800-01-01": "bad", "2020-02-29 07:00:00": "bad", "-5": "bad", "1e5": "bad",
	} {
		d, ok := parseDay(in, false)
		if got := d.String(); !ok && want != "bad" || ok && got != want {
			t.Errorf("%q is read as %q, %v; want %q", in, got, ok, want)
		}
	}
	if d, ok := parseDay("42428", true); !ok || d.String() != "2020-02-29" {
		t.Errorf("counted from 1904: %s", d)
	}
}

// A sorter that keeps ten entries gives them all, in order, twice.
func TestSorter(t *testing.T) {
	s := newSorter(t.TempDir())
	s.most = 10
	defer s.close() //nolint:errcheck // a test
	const n = 1234
	for i := range uint64(n) {
		if err := s.add(entry{hi: bits.Reverse64(i) >> 3, lo: i, row: uint32(i), from: -5, until: 1 << 30, note: 7}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		var last entry
		seen := map[uint32]bool{}
		err := s.each(func(e entry) error {
			if len(seen) > 0 && compare(last, e) >= 0 || e.from != -5 || e.until != 1<<30 || e.note != 7 || e.lo != uint64(e.row) {
				t.Fatalf("%+v after %+v", e, last)
			}
			last = e
			seen[e.row] = true
			return nil
		})
		if err != nil || len(seen) != n {
			t.Fatalf("%d of %d, %v", len(seen), n, err)
		}
	}
}

func TestProblemsAreKeptWithTheirTypes(t *testing.T) {
	p := Problem{Row: 12, Field: "nip", Heading: "NIP", Letter: "B", Given: "123", Key: "roster.nip.length", Args: []any{"123", int64(3), []string{"a", "b"}, day.Of(2020, 2, 29), day.None, text.Key("exchange.kind.people")}}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var got Problem
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(p, got); d != "" {
		t.Error(d)
	}
}

// Every heading of a kind means one column, and every column has words of both
// languages.
func TestHeadingsAreClear(t *testing.T) {
	for _, s := range specs() {
		seen := map[string]string{}
		for _, c := range s.columns {
			for _, h := range append([]string{fold(c.name)}, c.heads...) {
				if fold(h) != h {
					t.Errorf("%s.%s: heading %q is not folded", s.name, c.name, h)
				}
				if had, ok := seen[h]; ok {
					t.Errorf("%s: heading %q means %s and %s", s.name, h, had, c.name)
				}
				seen[h] = c.name
			}
		}
	}
}

func FuzzDay(f *testing.F) {
	f.Add("31-02-2020")
	f.Add("43890.0")
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDay(s, false)
		if ok && d != day.None && (d < day.First || d > day.Last) {
			t.Errorf("%q is %s", s, d)
		}
	})
}
