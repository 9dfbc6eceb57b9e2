package callup_test

import (
	"math"
	"slices"
	"testing"

	"netral/internal/merit/callup"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// Krippendorff's own example for intervals, cut to the units that all rated, was
// worked out by hand; the others follow from the definition.
func TestAlpha(t *testing.T) {
	for name, c := range map[string]struct {
		units [][]float64
		want  float64
		known bool
	}{
		"agree":              {[][]float64{{1, 1, 1}, {3, 3, 3}}, 1, true},
		"as by chance":       {[][]float64{{0, 1}, {0, 1}}, -0.5, true}, // 1 - 1/(2/3)
		"all the same":       {[][]float64{{2, 2}, {2, 2}}, 0, false},
		"one rater":          {[][]float64{{2}, {3}}, 0, false},
		"nobody":             {nil, 0, false},
		"a little apart":     {[][]float64{{1, 2}, {4, 5}}, 1 - 1/(40.0/6), true}, // pairs: 1 9 16 4 9 1, their mean 40/6
		"turned on its head": {[][]float64{{5, 1}, {1, 5}}, 1 - 16/(64.0/6), true},
	} {
		got, known := callup.Alpha(c.units)
		if known != c.known || !near(got, c.want) {
			t.Errorf("%s: %v %v, want %v %v", name, got, known, c.want, c.known)
		}
	}
}

// Fisher's tea: of 8 cups 4 with milk first, 4 named, all right: 2 in 70.
func TestExact(t *testing.T) {
	tea := callup.Exact([]callup.Share{{N: 8, K: 4, Drawn: 4, X: 4}})
	if !near(tea.P, 2.0/70) || !near(tea.Expected, 2) || tea.Low != 0 || tea.High != 4 {
		t.Errorf("%+v", tea)
	}
	// Two draws of 1 of 2, both times the one: 1/4; both or none: 1/2.
	if two := callup.Exact([]callup.Share{{N: 2, K: 1, Drawn: 1, X: 1}, {N: 2, K: 1, Drawn: 1, X: 1}}); !near(two.P, 0.5) {
		t.Errorf("%+v", two)
	}
	// Everybody of the part, as there is nobody else: certain.
	if all := callup.Exact([]callup.Share{{N: 5, K: 5, Drawn: 2, X: 2}}); !near(all.P, 1) {
		t.Errorf("%+v", all)
	}
	// A large one sums to 1, and favouring shows.
	big := callup.Exact([]callup.Share{{N: 5000, K: 500, Drawn: 300, X: 60}})
	if big.P > 1e-6 || big.P <= 0 || big.Low < 15 || big.High > 50 {
		t.Errorf("%+v", big)
	}
	// By enumeration: every way to draw 3 of 7 where the first 3 are the part.
	counts, total := make([]float64, 4), 0.0
	for m := range 128 {
		n, x := 0, 0
		for i := range 7 {
			if m>>i&1 == 1 {
				n++
				if i < 3 {
					x++
				}
			}
		}
		if n == 3 {
			counts[x]++
			total++
		}
	}
	for x := range counts {
		want := 0.0
		for _, c := range counts {
			if c <= counts[x] {
				want += c / total
			}
		}
		if got := callup.Exact([]callup.Share{{N: 7, K: 3, Drawn: 3, X: x}}); !near(got.P, want) {
			t.Errorf("%d of 3: %v, enumerated %v", x, got.P, want)
		}
	}
}

func TestItems(t *testing.T) {
	for in, want := range map[string][]string{
		"1. menyusun rencana;\n2) membina;\n\n- melayani warga\n• membina.": {"menyusun rencana", "membina", "melayani warga"},
		"Memimpin dinas. Membina pegawai. Melapor.":                         {"Memimpin dinas", "Membina pegawai", "Melapor"},
		"memimpin; membina; melapor":                                        {"memimpin", "membina", "melapor"},
		"":                                                                  nil,
		"Memimpin dinas.":                                                   {"Memimpin dinas"},
	} {
		if got := callup.Items(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
