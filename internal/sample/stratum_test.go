package sample

import (
	"slices"
	"strings"
	"testing"

	"netral/internal/fault"

	"pgregory.net/rapid"
)

func TestQuotas(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		n     int
		want  []int
	}{
		{[]int{122, 16, 65}, 20, []int{12, 2, 6}}, // 12.02, 1.58, 6.40
		{[]int{10, 10, 10}, 2, []int{1, 1, 0}},    // equal fractions: by name
		{[]int{3, 6, 3}, 2, []int{0, 1, 1}},       // 0.5, 1, 0.5
		{[]int{5, 0, 5}, 10, []int{5, 0, 5}},
		{[]int{0, 0}, 0, []int{0, 0}},
		{[]int{1_200_000, 3_500_000}, 1000, []int{255, 745}},
	} {
		sizes := make([]Size, len(c.sizes))
		for i, n := range c.sizes {
			sizes[i] = Size{string(rune('a' + (i+2)%3)), n}
		}
		if len(c.sizes) == 3 && c.sizes[0] == 10 {
			sizes = []Size{{"a", 10}, {"b", 10}, {"c", 10}}
		}
		got, err := Quotas(sizes, c.n)
		if len(c.sizes) == 3 && c.sizes[1] == 6 { // names c, a, b: the last is before the first
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%v: %v, %v", c.sizes, got, err)
			}
			continue
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v of %d: %v, %v; want %v", c.sizes, c.n, got, err, c.want)
		}
	}
	_, err := Quotas([]Size{{"a", 3}}, 4)
	if f := fault.Of(err); f == nil || f.Key != "sample.total" {
		t.Errorf("more than there are: %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 5000), 1, 12).Draw(t, "sizes")
		list, total := make([]Size, len(sizes)), 0
		for i, n := range sizes {
			list[i], total = Size{string(rune('a' + i)), n}, total+n
		}
		n := rapid.IntRange(0, total).Draw(t, "n")
		q, err := Quotas(list, n)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for i := range q {
			sum += q[i]
			if low := sizes[i] * n / max(total, 1); q[i] < low || q[i] > low+1 || q[i] > sizes[i] {
				t.Fatalf("%d of %d from %d of %d", q[i], n, sizes[i], total)
			}
		}
		if sum != n || Fits(list, q) != nil {
			t.Fatalf("%v of %v are %d, want %d", q, sizes, sum, n)
		}
	})
}

func TestSmallestRelaxation(t *testing.T) {
	err := Fits([]Size{{"III", 4}, {"IV", 9}, {"V", 0}}, []int{7, 9, 1})
	f := fault.Of(err)
	if f == nil || f.Key != "sample.quota" || f.Args[0] != 17 || f.Args[1] != 13 || len(f.Fields) != 2 {
		t.Fatalf("%+v", f)
	}
	if f.Fields[0].Name != "III" || f.Fields[0].Args[0] != 7 || f.Fields[0].Args[1] != 4 {
		t.Errorf("%+v", f.Fields)
	}
	if Fits([]Size{{"III", 4}, {"IV", 9}, {"V", 0}}, []int{4, 9, 0}) != nil {
		t.Error("the relaxation that was named does not fit")
	}
}

func TestStrata(t *testing.T) {
	a, b := numbers(40), []string{"x", "y", "z"}
	got, err := Strata("seed", []Stratum{{"a", a, 3}, {"b", b, 1}}, 2)
	if err != nil {
		t.Fatal(err)
	}
	order, err := Draw("seed", a, Options{Take: All})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0].Sample, order[:3]) || !slices.Equal(got[0].Substitutes, order[3:5]) || len(got[1].Substitutes) != 2 {
		t.Errorf("%+v", got)
	}
	longer, err := Strata("seed", []Stratum{{"a", a, 5}, {"b", b, 1}}, All)
	if err != nil || !slices.Equal(longer[0].Sample[:3], got[0].Sample) || len(longer[0].Substitutes) != 35 {
		t.Errorf("made longer: %+v, %v", longer, err)
	}
	for _, c := range []struct {
		strata []Stratum
		key    string
	}{
		{[]Stratum{{"a", a, 3}, {"b", []string{"7"}, 1}}, "sample.double"},
		{[]Stratum{{"a", a, 3}, {"a", b, 1}}, "sample.stratum.double"},
		{[]Stratum{{"b", b, 4}}, "sample.quota"},
		{[]Stratum{{"b", b, -1}}, "sample.quota"},
		{[]Stratum{{"b", []string{"a\nb"}, 1}}, "sample.id"},
		{[]Stratum{{"b", []string{""}, 1}}, "sample.id"},
		{[]Stratum{{"b", []string{"\xff"}, 1}}, "sample.id"},
	} {
		_, err := Strata("seed", c.strata, 1)
		if f := fault.Of(err); f == nil || f.Key != c.key {
			t.Errorf("%+v: %v, want %s", c.strata[len(c.strata)-1].Name, err, c.key)
		}
	}
}

func TestListAndSeed(t *testing.T) {
	got, err := List([]string{"b", "a", "B", "é", "10", "9"})
	if err != nil || string(got) != "10\n9\nB\na\nb\né\n" {
		t.Errorf("%q, %v", got, err)
	}
	sum := Sum(got)
	seed := Seed("undian-eselon", "4", sum, "fe29")
	if want := Hex(strings.Join([]string{"netral-draw/1", "undian-eselon", "4", sum, "fe29"}, "\n")); seed != want || len(seed) != 64 {
		t.Errorf("%s, want %s", seed, want)
	}
}
