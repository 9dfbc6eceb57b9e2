package lex_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/lex"
)

// sound checks what holds of every reading.
func sound(t testing.TB, w *world, text string, r lex.Reading) {
	t.Helper()
	for f, v := range r.Facts {
		fact, ok := w.book.Fact(f)
		if !ok || fact.Derived || !w.book.Known(f, v) {
			t.Errorf("%.80q: fact %s=%s", text, f, v)
		}
	}
	for f, v := range r.Hints {
		fact, ok := w.book.Fact(f)
		if !ok || !fact.Derived || !w.book.Known(f, v) {
			t.Errorf("%.80q: hint %s=%s", text, f, v)
		}
	}
	if r.Outside != (r.Facts["act"] == "") {
		t.Errorf("%.80q: outside %v, act %q", text, r.Outside, r.Facts["act"])
	}
	if r.Lang != "id" && r.Lang != "en" {
		t.Errorf("%.80q: language %q", text, r.Lang)
	}
	said := map[string]string{}
	for _, s := range r.Spans {
		if s.From < 0 || s.From >= s.To || s.To > len(text) {
			t.Errorf("%.80q: span %+v of %d bytes", text, s, len(text))
			continue
		}
		if !utf8.RuneStart(text[s.From]) && utf8.ValidString(text) || s.To < len(text) && !utf8.RuneStart(text[s.To]) && utf8.ValidString(text) {
			t.Errorf("%.80q: span %+v cuts a character", text, s)
		}
		said[s.Fact] = s.Value
	}
	for f, v := range r.Facts {
		if said[f] != v {
			t.Errorf("%.80q: %s=%s rests on no words", text, f, v)
		}
	}
}

func TestAnythingIsRead(t *testing.T) {
	w := shipped(t)
	today := on(t, "2023-10-19")
	noise := make([]byte, 100<<10)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	q := "boleh like foto capres?"
	for _, c := range []struct {
		what, text string
		act        string
		cut        bool
	}{
		{"nothing", "", "", false},
		{"a million spaces", strings.Repeat(" ", 1_000_000), "", false},
		{"a question after many spaces", strings.Repeat(" ", 60_000) + q, "like", false},
		{"a question before a million spaces", q + strings.Repeat(" ", 1_000_000), "like", false},
		{"noise", string(noise), "", true},
		{"a question before noise", q + "\n" + string(noise), "like", true},
		{"zeros", strings.Repeat("\x00", 100_000), "", true},
		{"no text", strings.Repeat("\xff", 100_000), "", true},
		{"marks on marks", "like foto capres" + strings.Repeat("\u0301", 5000), "like", true},
		{"direction marks", "\u202e" + strings.ReplaceAll(q, " ", " \u200f") + "\u2066", "like", false},
		{"zero width between all letters", strings.Join(strings.Split(q, ""), "\u200b"), "like", false},
		{"only zero width", strings.Repeat("\u200b", 50_000), "", true},
		{"emoji", strings.Repeat("😀👍🏽", 3000), "", true},
		{"one endless word", strings.Repeat("a", 100_000), "", true},
		{"one endless number", strings.Repeat("1", 100_000), "", true},
		{"letters apart", strings.Repeat("a ", 50_000), "", true},
		{"quotes", strings.Repeat(`"'`, 50_000), "", true},
		{"the question 4000 times", strings.Repeat(q+" ", 4000), "like", true},
	} {
		r := w.reader.Read(c.text, today)
		sound(t, w, c.text, r)
		if r.Facts["act"] != c.act && c.what != "noise" {
			t.Errorf("%s: act %q, want %q", c.what, r.Facts["act"], c.act)
		}
		if r.Cut != c.cut {
			t.Errorf("%s: cut is %v, want %v", c.what, r.Cut, c.cut)
		}
	}
}

// TestMany reads from many goroutines at once; what one reads does not depend
// on the others.
func TestMany(t *testing.T) {
	w := shipped(t)
	reader := w.lexicon.Reader(w.names)
	today := on(t, "2023-10-19")
	qs := questions(t, "testdata/dev.yaml")[:60]
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, q := range qs {
				if got, want := reader.Read(q.Q, today).Facts, w.reader.Read(q.Q, today).Facts; len(got) != len(want) || got["act"] != want["act"] {
					t.Errorf("%s: %v, then %v", q.Q, want, got)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzRead(f *testing.F) {
	w := shipped(f)
	for _, q := range questions(f, "testdata/dev.yaml")[:40] {
		f.Add(q.Q, int32(19649))
	}
	f.Add("\xff\u202e c a l e g 31/02/2024 l1ke", int32(0))
	f.Fuzz(func(t *testing.T, text string, today int32) {
		d := max(min(day.Day(today), day.Last), day.First)
		sound(t, w, text, w.reader.Read(text, d))
	})
}

// BenchmarkWorst reads the longest text there can be of words that all mean
// something.
func BenchmarkWorst(b *testing.B) {
	w := shipped(b)
	today := on(b, "2023-10-19")
	for name, text := range map[string]string{
		"questions": strings.Repeat("boleh like foto capres sama istri yang nyaleg ", 200),
		"oneword":   strings.Repeat("kampanye ", 500),
		"noise":     strings.Repeat("qx7z1 3l0k5 w0r0n ", 200),
		"letters":   strings.Repeat("a 1 ", 1000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.reader.Read(text, today)
			}
		})
	}
}
