package crowd

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"netral/internal/merit/roster"
)

// TestTheSameAgain: a figure of today can be measured tomorrow.
func TestTheSameAgain(t *testing.T) {
	t.Parallel()
	make1 := func() (names []string, asked []Question) {
		err := Batches(7, 3000, func(b roster.Batch) error {
			for _, p := range b.People {
				if _, err := roster.ParseNIP(p.NIP); err != nil {
					t.Errorf("NIP %s: %v", p.NIP, err)
				}
				names = append(names, p.Name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return names, Misspell(7, names, 200)
	}
	names, asked := make1()
	again, askedAgain := make1()
	if len(names) != 3000 || !slices.Equal(names, again) || !slices.Equal(asked, askedAgain) {
		t.Fatalf("%d names, %d questions; not the same twice", len(names), len(asked))
	}
	count := map[string]int{}
	for _, q := range asked {
		count[q.Slip]++
		if !slices.Contains(names, q.Want) || strings.EqualFold(q.Text, q.Want) {
			t.Errorf("%q for %q", q.Text, q.Want)
		}
	}
	for _, s := range Slips {
		if count[s.Name] < 200/len(Slips) {
			t.Errorf("%s: %d questions", s.Name, count[s.Name])
		}
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for name, want := range map[string]func(string) bool{
		"letter dropped":   func(s string) bool { return len(s) == 5 },
		"letter doubled":   func(s string) bool { return len(s) == 7 },
		"letters swapped":  func(s string) bool { return len(s) == 6 },
		"neighbouring key": func(s string) bool { return len(s) == 6 && s != "yusuph" },
		"old spelling":     func(s string) bool { return s == "joesuph" || s == "jusuph" || s == "yoesuph" || s == "yusoeph" },
	} {
		i := slices.IndexFunc(Slips, func(s Slip) bool { return s.Name == name })
		if got := Slips[i].do(r, "yusuph"); !want(got) {
			t.Errorf("%s makes %q", name, got)
		}
	}
}
