package roster

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"netral/internal/area"
	"netral/internal/day"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func TestBands(t *testing.T) {
	for _, c := range []struct{ values, want []int }{
		{nil, nil},
		{[]int{0, 0}, nil},
		{[]int{0, 5, 5, 5}, []int{5}},
		{[]int{1, 2}, []int{1, 2}},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8}, []int{2, 4, 6, 8}},
	} {
		if got := bands(c.values); !slices.Equal(got, c.want) {
			t.Errorf("bands(%v) = %v, want %v", c.values, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.IntRange(0, 50)).Draw(t, "values")
		v := mapView{tops: bands(values)}
		for _, a := range values {
			if got := v.band(a); got < 0 || got >= area.Bands || (got == 0) != (a == 0) {
				t.Fatalf("%d of %v is in band %d", a, values, got)
			}
			for _, b := range values {
				if a < b && v.band(a) > v.band(b) {
					t.Fatalf("%d is in a higher band than %d: %v", a, b, v.tops)
				}
			}
		}
	})
}

// forest makes a tree of units from numbers of children, level by level.
func forest(kids ...int) []Branch {
	if len(kids) == 0 {
		return nil
	}
	out := make([]Branch, kids[0])
	for i := range out {
		out[i] = Branch{Unit: Unit{ID: strconv.Itoa(len(kids)) + "-" + strconv.Itoa(i)}, Kids: forest(kids[1:]...)}
	}
	return out
}

func count(list []Branch) int {
	n := len(list)
	for _, b := range list {
		n += count(b.Kids)
	}
	return n
}

func TestPrune(t *testing.T) {
	for _, c := range []struct {
		name string
		kids []int
		want int // units that are shown; 0 for all
	}{
		{"small", []int{1, 5, 5}, 0},
		{"wide first level", []int{1, 400}, 0},
		{"deep", []int{1, 40, 10}, 1 + 40 + 180},
	} {
		all := forest(c.kids...)
		before := count(all)
		got := count(prune(all))
		if want := c.want; want == 0 && got != before || want != 0 && got != want {
			t.Errorf("%s: %d of %d units, want %d", c.name, got, before, want)
		}
		if count(all) != before {
			t.Errorf("%s: the tree itself was cut", c.name)
		}
	}
}

func TestPage(t *testing.T) {
	all := []string{"a", "b", "c", "d"}
	id := func(s string) string { return s }
	for _, c := range []struct {
		after string
		rows  string
		next  string
	}{{"", "a b", "b"}, {"b", "c d", ""}, {"c", "d", ""}, {"d", "", ""}, {"gone", "a b", "b"}} {
		rows, next := page(all, id, c.after, 2)
		if strings.Join(rows, " ") != c.rows || next != c.next {
			t.Errorf("after %q: %v, next %q", c.after, rows, next)
		}
	}
}

// Boxes of a chart stay inside the drawing, and none covers another.
func TestChartFits(t *testing.T) {
	r := &web.Request{Lang: "id", Shell: webtest.Shell(t, nil, nil)}
	rapid.Check(t, func(t *rapid.T) {
		u := UnitPage{On: day.Of(2023, 10, 19), Unit: Unit{ID: "u", Name: "Dinas Pemberdayaan, Perlindungan Anak, dan Pengendalian Penduduk"}}
		if rapid.Bool().Draw(t, "above") {
			u.Path = []Unit{{ID: "p", Name: "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta"}, u.Unit}
		}
		for i := range rapid.IntRange(0, 70).Draw(t, "children") {
			u.Children = append(u.Children, Child{Unit: Unit{ID: strconv.Itoa(i), Name: strings.Repeat("Kata ", i%20) + "x"}, Head: strings.Repeat("N", i%60)})
		}
		width := rapid.SampledFrom([]int{328, 960}).Draw(t, "width")
		c := drawChart(r, u, width, "strip-large")
		for i, a := range c.nodes {
			if a.x < 0 || a.y < 0 || a.x+a.w > float64(width) || a.y+a.height() > float64(c.height) {
				t.Fatalf("box %d leaves the drawing: %+v in %d × %d", i, a, width, c.height)
			}
			for _, line := range a.title {
				if float64(len([]rune(line)))*boldLetter > a.w {
					t.Fatalf("%q is wider than its box", line)
				}
			}
			for j, b := range c.nodes[:i] {
				if a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.height() && b.y < a.y+a.height() {
					t.Fatalf("boxes %d and %d overlap", i, j)
				}
			}
		}
	})
}

func TestFitting(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"baik", 4, "baik"}, {"baik", 3, ""}, {"Kepala Dinas Kesehatan", 8, ""}, {"Kepala Dinas Kesehatan", 12, "Kepala Dina…"}, {"x", -1, ""}} {
		if got := fitting(c.s, c.n); got != c.want {
			t.Errorf("fitting(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}
