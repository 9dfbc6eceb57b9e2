package roster

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// BenchmarkNational searches among 4.7 million people, without a database, and
// tells what the index takes in memory.
func BenchmarkNational(b *testing.B) {
	const people = 4_700_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	bu := newBuilder()
	seed := uint64(1)
	n := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	syllables := strings.Fields("wi ra su har to no sa ri ka ma la di nu yo pra ta ku san ti mul")
	word := func() string {
		w := ""
		for range 2 + n(2) {
			w += syllables[n(len(syllables))]
		}
		return w
	}
	var names []string
	for i := range people {
		name := word() + " " + word()
		if n(3) > 0 {
			name += " " + word()
		}
		if i%25_000 == 0 {
			names = append(names, name)
		}
		bu.add(doc{id: fmt.Sprintf("%016d", i), name: name, nip: fmt.Sprintf("19%06d%010d", n(1000000), i), nrk: fmt.Sprintf("%06d", i%1000000), unit: fmt.Sprintf("u%05d", n(50_000)), level: 5})
	}
	s := bu.done()
	bu = nil
	runtime.GC()
	runtime.ReadMemStats(&after)
	mb := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	yes := func(int) bool { return true }
	ask := func(name string, q func(i int)) {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				q(i)
			}
			b.ReportMetric(mb, "MB")
		})
	}
	ask("exact", func(i int) { s.find(words(names[i%len(names)]), 30, yes) })
	ask("misspelt", func(i int) {
		w := words(names[i%len(names)])
		w[0] = w[0][:2] + w[0][3:]
		s.find(w, 30, yes)
	})
	ask("one word", func(i int) { s.find(words(names[i%len(names)])[:1], 30, yes) })
	ask("digits", func(i int) { s.number("4321", 30, yes) })
	ask("nobody", func(i int) { s.number("999999999999999999", 30, yes) })
	ask("one unit", func(i int) {
		s.find(words(names[i%len(names)]), 30, func(d int) bool { return s.unit[d] == 7 })
	})
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		most int
		want int
	}{
		{"siti", "siti", 2, 0}, {"siti", "sitti", 2, 1}, {"siti", "stii", 2, 1}, {"siti", "sari", 2, 2},
		{"siti", "budi", 2, 3}, {"a", "b", 1, 1}, {"a", strings.Repeat("a", 41), 40, 41}, {"abcdef", "abc", 2, 3}, {"ca", "abc", 2, 3},
	} {
		if got := newPattern(c.a).distance(c.b, c.most); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := newPattern(c.b).distance(c.a, c.most); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

// TestDistanceIsTheTables compares with the table of all beginnings.
func TestDistanceIsTheTables(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcd")), 1, 14, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, most := word.Draw(t, "a"), word.Draw(t, "b"), rapid.IntRange(0, 4).Draw(t, "most")
		if got, want := newPattern(a).distance(b, most), plainDistance(a, b, most); got != want {
			t.Errorf("distance(%q, %q) up to %d is %d, want %d", a, b, most, got, want)
		}
	})
}

// plainDistance is the same with a table, as it is taught.
func plainDistance(a, b string, most int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most || len(b) > maxWord {
		return most + 1
	}
	var rows [3][maxWord + 1]uint8
	prev2, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(a) + 1 {
		prev[j] = uint8(j)
	}
	for i := 1; i <= len(b); i++ {
		cur[0] = uint8(i)
		least := cur[0]
		for j := 1; j <= len(a); j++ {
			v := prev[j-1]
			if a[j-1] != b[i-1] {
				v = min(v, prev[j], cur[j-1]) + 1
				if i > 1 && j > 1 && a[j-1] == b[i-2] && a[j-2] == b[i-1] {
					v = min(v, prev2[j-2]+1)
				}
			}
			cur[j] = v
			least = min(least, v)
		}
		if int(least) > most {
			return most + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return min(int(prev[len(a)]), most+1)
}

func TestSound(t *testing.T) {
	for _, same := range [][]string{
		{"sukarno", "soekarno"}, {"joko", "djoko"}, {"cokro", "tjokro"}, {"sarif", "syarif"}, {"muhammad", "muhamad"},
		{"fatimah", "fatima"}, {"taufik", "taufiq"}, {"zainal", "zaenal"}, {"kalid", "khalid"}, {"rudi", "rudy"}, {"arif", "arief"},
	} {
		for _, w := range same {
			if sound(w) != sound(same[0]) {
				t.Errorf("%s sounds %q, %s %q", same[0], sound(same[0]), w, sound(w))
			}
		}
	}
	if sound("siti") == sound("budi") {
		t.Error("everything sounds alike")
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Siti Nurhaliza, S.H.", "H. Ma'ruf", "İ", "é\xff", "١٢٣", strings.Repeat("a", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := newBuilder()
		b.add(doc{id: "x", name: s})
		b.add(doc{id: "y", name: "Siti"})
		seg := b.done()
		q := question(s)
		found := seg.find(q, 5, func(int) bool { return true })
		if len(q) > 0 && len(s) < maxQuestion && len(words(s)) <= maxTokens && len(found) == 0 {
			t.Errorf("%q does not find itself", s)
		}
		_, _ = ParseNIP(s)
		_ = areaOK(s)
	})
}
