package screen_test

import (
	"slices"
	"strings"
	"testing"

	"netral/internal/day"
	"netral/internal/lex/screen"
)

// TestAllPairsAlike swaps the contestants in every text of the corpus: names,
// nicknames, numbers, hashtags, disguised and not. The verdict, the stance and
// what is meant must turn with them and stay the same otherwise. Three turns
// give every pair every place; the parties turn through all eighteen.
func TestAllPairsAlike(t *testing.T) {
	w := shipped(t)
	swapped := 0
	for _, set := range sets() {
		for _, x := range corpus(t, set.file) {
			first, _ := x.with(0)
			base := w.reader.Read(first, x.on)
			for turn := 1; turn < 18; turn++ {
				s, _ := x.with(turn)
				if s == first {
					break // nobody is named by a slot
				}
				got := w.reader.Read(s, x.on)
				swapped++
				if got.Verdict != base.Verdict || got.Stance != base.Stance || !slices.Equal(stances(got), stances(base)) {
					t.Errorf("%s:%d: %s (%s, %v) as\n\t%s\nbut %s (%s, %v) as\n\t%s", set.file, x.line, base.Verdict, base.Stance, stances(base), first, got.Verdict, got.Stance, stances(got), s)
					break
				}
			}
		}
	}
	if swapped < 1000 {
		t.Errorf("only %d swaps: the corpus names too few", swapped)
	}
}

func stances(r screen.Report) []screen.Stance {
	var out []screen.Stance
	for _, t := range r.Targets {
		out = append(out, t.Stance)
	}
	return out
}

// TestReaderKnowsNobody reads the corpus with contestants who never were. What
// is right of Anies, Prabowo and Ganjar must be right of strangers too.
func TestReaderKnowsNobody(t *testing.T) {
	w := shipped(t)
	var sides []screen.Side
	for _, s := range w.sides {
		if s.Contest == "" {
			sides = append(sides, s)
			continue
		}
		s.Names = stranger(s.ID)
		sides = append(sides, s)
	}
	r := w.lex.Reader(sides)
	for turn := range 3 {
		for _, x := range []struct {
			text string
			want screen.Verdict
		}{
			{"Bismillah, coblos {}!", screen.Partisan},
			{"jangan pilih {}", screen.Partisan},
			{"{} ❤", screen.Unclear},
			{"Camat ditegur karena mengajak warga memilih {}.", screen.Neutral},
		} {
			name := []string{"Wiraguna", "Kertajaya", "Mandalika"}[turn]
			if got := r.Read(strings.ReplaceAll(x.text, "{}", name), day.Of(2024, 1, 15)); got.Verdict != x.want {
				t.Errorf("%s: %s, want %s", strings.ReplaceAll(x.text, "{}", name), got.Verdict, x.want)
			}
		}
	}
}

func stranger(id string) []screen.Name {
	names := map[string]string{"PRES24-1": "Wiraguna", "PRES24-2": "Kertajaya", "PRES24-3": "Mandalika"}
	if names[id] == "" {
		return nil
	}
	return []screen.Name{{Text: names[id], From: day.None, Until: day.None}}
}
