package screen_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/lex/screen"
)

// sound checks what holds of every report.
func sound(t testing.TB, text string, r screen.Report) {
	t.Helper()
	grounds := 0
	last := 0
	for _, f := range r.Facts {
		if f.From < 0 || f.From > f.To || f.To > len(text) {
			t.Errorf("%.80q: fact %+v of %d bytes", text, f, len(text))
			continue
		}
		if f.From < last {
			t.Errorf("%.80q: fact %+v stands before the one told before it", text, f)
		}
		last = f.From
		if utf8.ValidString(text) && (f.From < len(text) && !utf8.RuneStart(text[f.From]) || f.To < len(text) && !utf8.RuneStart(text[f.To])) {
			t.Errorf("%.80q: fact %+v cuts a character", text, f)
		}
		if f.Ground {
			grounds++
			whole := f.Kind == screen.FactNothing || f.Kind == screen.FactCut
			if whole != (f.To == 0) && len(text) > 0 {
				t.Errorf("%.80q: ground %+v and its words", text, f)
			}
			if f.Kind == screen.FactNothing && r.Verdict != screen.Neutral {
				t.Errorf("%.80q: %s rests on nothing", text, r.Verdict)
			}
		}
	}
	if grounds == 0 {
		t.Errorf("%.80q: %s without a ground", text, r.Verdict)
	}
	if r.Cut && r.Verdict == screen.Neutral {
		t.Errorf("%.80q: neutral, though not all was read", text)
	}
	if r.Verdict == screen.Partisan && len(r.Targets) == 0 {
		t.Errorf("%.80q: partisan towards nobody", text)
	}
	if (r.Stance == screen.Support || r.Stance == screen.Oppose) != (r.Verdict == screen.Partisan) {
		t.Errorf("%.80q: %s with stance %s", text, r.Verdict, r.Stance)
	}
}

// hard are texts that nobody writes in earnest.
func hard() map[string]string {
	noise := make([]byte, 200<<10)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	q := "coblos Prabowo ya "
	return map[string]string{
		"nothing":                         "",
		"three megabytes":                 strings.Repeat(q, 3<<20/len(q)),
		"megabytes of spaces":             strings.Repeat(" ", 3<<20),
		"noise":                           string(noise),
		"zeros":                           strings.Repeat("\x00", 100_000),
		"no text":                         strings.Repeat("\xff", 100_000),
		"marks on marks":                  "coblos Prabowo" + strings.Repeat("\u0301", 100_000),
		"marks on every letter":           strings.Repeat("c\u0301\u0302\u0303\u0304", 50_000),
		"letters that become many":        strings.Repeat("\ufdfa", 50_000),
		"only zero width":                 strings.Repeat("\u200b", 100_000),
		"direction marks":                 "\u202e" + strings.ReplaceAll(q, " ", " \u200f") + "\u2066",
		"emoji":                           strings.Repeat("✌🏽👍", 50_000),
		"one endless word":                strings.Repeat("a", 300_000),
		"one endless tag":                 "#" + strings.Repeat("prabowo", 50_000),
		"one endless number":              strings.Repeat("1", 300_000),
		"letters apart":                   strings.Repeat("p i l i h ", 30_000),
		"quotes":                          strings.Repeat(`"'`, 100_000),
		"numbers":                         strings.Repeat("nomor 2 ", 50_000),
		"fillers":                         "nomor " + strings.Repeat("itu saya yang ", 50_000) + "2",
		"words never seen":                strings.Repeat("qx7z1 3l0k5 w0r0n zzzkkk ", 10_000),
		"sentences":                       strings.Repeat("dukung. ", 50_000),
		"tags":                            strings.Repeat("#AniesMuhaimin #GanjarMahfud ", 20_000),
		"dates":                           "undangan " + strings.Repeat("19 Oktober 2023 besok 1/2/2024 ", 10_000),
		"places":                          "undangan " + strings.Repeat("aula Kantor Kita Semua ", 10_000),
		"a party flag in the last line":   strings.Repeat("Kami mengundang Bapak/Ibu pada pengajian rutin. ", 4000) + "\nMohon membawa bendera PKB dan kaus partai.",
		"half a character at the end":     "coblos Prabowo \xf0\x9f",
		"a text with a return at the end": "coblos Prabowo\r\n\r\n",
	}
}

func TestAnythingIsRead(t *testing.T) {
	w := shipped(t)
	on := day.Of(2024, 1, 15)
	for name, text := range hard() {
		r := w.reader.Read(text, on)
		sound(t, text, r)
		switch name {
		case "three megabytes":
			if !r.Cut || r.Verdict != screen.Partisan {
				t.Errorf("%s: %s, cut %v", name, r.Verdict, r.Cut)
			}
		case "marks on marks", "direction marks", "a party flag in the last line", "half a character at the end", "a text with a return at the end":
			if r.Verdict != screen.Partisan {
				t.Errorf("%s: %s", name, r.Verdict)
			}
		case "nothing", "only zero width", "megabytes of spaces":
			if r.Verdict == screen.Partisan || len(r.Targets) > 0 {
				t.Errorf("%s: %s %v", name, r.Verdict, r.Targets)
			}
		}
	}
}

// TestMany reads from many goroutines at once; what one reads does not depend on
// the others.
func TestMany(t *testing.T) {
	w := shipped(t)
	reader := w.lex.Reader(w.sides)
	xs := corpus(t, "dev.txt")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, x := range xs {
				s, _ := x.with(i)
				if a, b := reader.Read(s, x.on), w.reader.Read(s, x.on); a.Verdict != b.Verdict || len(a.Facts) != len(b.Facts) {
					t.Errorf("%s: %s, then %s", s, a.Verdict, b.Verdict)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzRead(f *testing.F) {
	w := shipped(f)
	for i, x := range corpus(f, "dev.txt") {
		s, _ := x.with(i)
		f.Add(s, int32(x.on))
	}
	f.Add("\xff\u202e c a l e g 31/02/2024 l1ke", int32(0))
	f.Fuzz(func(t *testing.T, text string, on int32) {
		d := max(min(day.Day(on), day.Last), day.First)
		sound(t, text, w.reader.Read(text, d))
	})
}
