package bench

import (
	"io/fs"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/lex/screen"
	"netral/internal/rule"
	"netral/rules"
)

// automaton is a plain Aho-Corasick automaton over bytes, the classic search for
// many words in one pass: what a filter by a list of words costs, and all that it
// can do.
type automaton struct {
	next [][256]int32
	out  []int32 // words that end in a state, counting those of its suffixes
}

func newAutomaton(words []string) *automaton {
	a := &automaton{next: make([][256]int32, 1), out: make([]int32, 1)}
	for _, w := range words {
		at := int32(0)
		for i := range len(w) {
			n := a.next[at][w[i]]
			if n == 0 {
				n = int32(len(a.next))
				a.next = append(a.next, [256]int32{})
				a.out = append(a.out, 0)
				a.next[at][w[i]] = n
			}
			at = n
		}
		a.out[at]++
	}
	fail := make([]int32, len(a.next))
	var queue []int32
	for c := range 256 {
		if n := a.next[0][c]; n != 0 {
			queue = append(queue, n)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for c := range 256 {
			n := a.next[s][c]
			if n == 0 {
				a.next[s][c] = a.next[fail[s]][c]
				continue
			}
			fail[n] = a.next[fail[s]][c]
			a.out[n] += a.out[fail[n]]
			queue = append(queue, n)
		}
	}
	return a
}

func (a *automaton) count(text string) int {
	at, n := int32(0), 0
	for i := range len(text) {
		at = a.next[at][text[i]]
		n += int(a.out[at])
	}
	return n
}

// posts are of some 200 letters each.
func posts() []string {
	return []string{
		"Pagi ini bagi-bagi kaos dan kalender di Pasar Minggu bareng tim relawan Anies-Muhaimin. Alhamdulillah warga antusias banget, insyaallah tanggal 14 Februari menang telak di sini. Yang mau stiker merapat ya gaes!!",
		"Kerja bakti RW 05 kemarin rame banget, selokan depan masjid udah bersih lagi. Makasih buat bapak-bapak yang dateng, ibu-ibu yang masak, sama adek-adek karang taruna. Minggu depan giliran gang sebelah ya, jam 7 pagi.",
		"KPU mengajak seluruh warga Jakarta menggunakan hak pilih pada 14 Februari 2024. Pastikan nama Anda terdaftar, bawa KTP elektronik ke TPS, dan pilih sesuai hati nurani. Laporkan politik uang kepada Bawaslu setempat.",
		"jalanan sudirman macet parah dari jam 4, gue udah sejam di bus belom nyampe juga. kayanya ada demo buruh depan gedung dewan. yang mau pulang ke selatan mending naik mrt aja dah, atau ngopi dulu sampe maghrib biar gak emosi",
	}
}

func screenReader(t testing.TB) (*screen.Reader, []string) {
	t.Helper()
	book, err := rule.Load(rules.FS, "id-asn")
	if err != nil {
		t.Fatal(err)
	}
	words, err := lex.Load(data.FS, "lexicon", book)
	if err != nil {
		t.Fatal(err)
	}
	l, err := screen.Load(data.FS, "screen/2026-1.yaml", words.Words())
	if err != nil {
		t.Fatal(err)
	}
	ed, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return l.Reader(ed.Sides()), phrasesOf(t, ed)
}

// phrasesOf writes the same lexicon out as plain texts, alternatives and all.
func phrasesOf(t testing.TB, ed *calendar.Edition) []string {
	t.Helper()
	raw, err := fs.ReadFile(data.FS, "screen/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Cues []struct{ Say []string }
	}
	if err := yaml.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range f.Cues {
		for _, line := range c.Say {
			all := []string{""}
			for _, w := range strings.Fields(strings.NewReplacer("?", "", "*", "", "<#>", "2").Replace(line)) {
				var next []string
				for _, a := range all {
					for _, alt := range strings.Split(w, "|") {
						next = append(next, strings.TrimSpace(a+" "+alt))
					}
				}
				all = next
			}
			out = append(out, all...)
		}
	}
	for _, s := range ed.Sides() {
		for _, n := range s.Names {
			out = append(out, strings.ToLower(n.Text))
		}
	}
	return out
}

func TestAutomaton(t *testing.T) {
	a := newAutomaton([]string{"coblos", "blos", "dukung"})
	if n := a.count("ayo coblos, dukung"); n != 3 {
		t.Errorf("%d words found, want 3", n)
	}
}

func BenchmarkScreen(b *testing.B) {
	r, words := screenReader(b)
	a := newAutomaton(words)
	ps := posts()
	lower := make([]string, len(ps))
	for i, p := range ps {
		lower[i] = strings.ToLower(p)
	}
	on := day.Of(2024, 1, 15)
	b.Run("netral", func(b *testing.B) {
		n := 0
		b.ReportAllocs()
		for b.Loop() {
			r.Read(ps[n%len(ps)], on)
			n++
		}
	})
	b.Run("aho-corasick", func(b *testing.B) {
		n := 0
		for b.Loop() {
			a.count(lower[n%len(lower)])
			n++
		}
	})
}
