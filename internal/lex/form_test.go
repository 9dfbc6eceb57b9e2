package lex

import (
	"strings"
	"testing"
	"testing/fstest"

	"netral/internal/day"
	"netral/internal/lex/letter"
	"netral/internal/rule"
)

// tiny is a book with three facts and a lexicon of a few words, so that each
// mechanism is seen by itself.
func tiny(t testing.TB, lexicon string, names ...Name) *Reader {
	t.Helper()
	l, err := Load(fstest.MapFS{"lex/a.yaml": {Data: []byte(lexicon)}}, "lex", tinyBook(t))
	if err != nil {
		t.Fatal(err)
	}
	return l.Reader(names)
}

func tinyBook(t testing.TB) *rule.Book {
	t.Helper()
	b, err := rule.Load(fstest.MapFS{
		"vocabulary.yaml": {Data: []byte(`
facts:
  - {name: act, title: {id: A, en: A}, ask: {id: A, en: A}, values: [{name: like, title: {id: L, en: L}}, {name: photo, title: {id: P, en: P}}, {name: attend, title: {id: H, en: H}}]}
  - {name: object, title: {id: O, en: O}, ask: {id: O, en: O}, values: [{name: candidate, title: {id: C, en: C}}, {name: party, title: {id: P, en: P}}]}
  - {name: contest, title: {id: O, en: O}, ask: {id: O, en: O}, values: [{name: president, title: {id: C, en: C}}, {name: governor, title: {id: P, en: P}}]}
  - {name: stage, derived: true, title: {id: S, en: S}, values: [{name: quiet, title: {id: Q, en: Q}}, {name: campaign, title: {id: C, en: C}}]}
`)},
		"book.yaml": {Data: []byte(`
id: tiny
edition: "1"
title: {id: K, en: W}
lists: {all: {id: S, en: A}}
instruments: [{id: A, title: {id: A, en: A}}]
register: [{id: A-1, instrument: A, provision: {id: S, en: O}, confidence: H}]
`)},
		"rules/all.yaml": {Data: []byte(`
rules:
  - {id: r, list: all, title: {id: R, en: R}, text: {id: R, en: R}, when: {}, outcome: allowed, cites: [A-1], confidence: H}
`)},
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const tinyLexicon = `
aliases:
  tidak: [ga, gak]
  "tim sukses": [timses]
fillers: [yang sih]
numbered: [no, paslon]
first: [act]
language: {id: [boleh, foto], en: [may, the]}
dates: {months: [januari, februari, maret, april, mei, juni, juli, agustus, september, oktober, november, desember]}
classes:
  marker: [paslon|pilih]
  cand: ["calon presiden", capres|caleg, "<=candidate>"]
readings:
  - mark: politics
    say: [kampanye, "<cand>"]
  - fact: {act: like}
    say: ["like*", "tanda suka"]
  - fact: {act: photo}
    say: ["foto* .. <cand>", "foto"]
  - fact: {act: attend}
    say: ["datang ?ke|di kampanye"]
  - fact: {object: candidate}
    say: ["<cand>"]
  - drop: [act]
    say: ["tidak ..1 like*"]
  - hint: {stage: quiet}
    say: ["masa tenang"]
blocks:
  - "capres kelas"
`

// forms are the words a text is brought to.
func words(r *Reader, text string) string {
	gs, _ := letter.Fold(nil, text, limit())
	var out []string
	for _, it := range r.itemise(nil, letter.Tokenise(nil, gs)) {
		w := it.text
		if it.stem != 0 {
			for s, id := range r.lex.stems {
				if id == it.stem && s != w {
					w += "(" + s + ")"
				}
			}
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func TestForms(t *testing.T) {
	r := tiny(t, tinyLexicon)
	for _, c := range []struct{ what, text, want string }{
		{"case", "FOTO Capres", "foto capres"},
		{"compatibility letters", "𝓵𝓲𝓴𝓮 ｃａｐｒｅｓ", "like capres"},
		{"accents", "föto", "foto"},
		{"look-alikes of other scripts", "саpres", "capres"},
		{"zero width and direction marks", "ca\u200bp\u202ere\u00ads", "capres"},
		{"repeated letters", "fotoooo caaaapres", "foto capres"},
		{"figures for letters", "l1ke c4pr3s", "like capres"},
		{"signs for letters", "c@pres", "capres"},
		{"spaced letters", "c a p r e s", "capres"},
		{"dotted letters", "c.a.p.r.e.s", "capres"},
		{"two words spaced", "f o t o c a p r e s", "foto capres"},
		{"letters that make no word", "a b c d", "a b c d"},
		{"slang", "ga", "tidak"},
		{"slang for two words", "timses", "tim sukses"},
		{"doubling by figure", "like2", "like"},
		{"doubling by hyphen", "foto-foto", "foto"},
		{"a number after a word that takes one", "paslon2", "paslon 2"},
		{"word and number in one", "19oktober", "19 oktober"},
		{"clitic", "fotonya capreskah", "foto capres"},
		{"colloquial affix", "ngelike dilikein", "ngelike(like) dilikein(like)"},
		{"affix apart", "nge-like di-like", "ngelike(like) dilike(like)"},
		{"English ending", "liked liking", "liked(like) liking(like)"},
		{"apostrophes", "ka'bah cousin's", "kabah cousin"},
		{"one slip", "kampnye kampaye kampanyye kapmanye", "kampanye kampanye kampanye kampanye"},
		{"an ordinary word is no slip", "dagang", "dagang"},
		{"emoji", "like👍🏽", "like 👍"},
	} {
		if got := words(r, c.text); got != c.want {
			t.Errorf("%s: %q is read as %q, want %q", c.what, c.text, got, c.want)
		}
	}
}

func TestFoldKeepsPlaces(t *testing.T) {
	text := "  a\u200bé  \n𝓵"
	gs, cut := letter.Fold(nil, text, limit())
	if cut {
		t.Error("cut, though short")
	}
	var got []string
	for _, g := range gs {
		if g.R != ' ' && g.R != '\n' {
			got = append(got, string(g.R)+"="+text[g.From:g.To])
		}
	}
	if s := strings.Join(got, " "); s != "a=a e=é l=𝓵" {
		t.Errorf("places are %q", s)
	}
}

func TestPhrases(t *testing.T) {
	r := tiny(t, tinyLexicon)
	for _, c := range []struct{ what, text, want string }{
		{"word", "foto", "photo"},
		{"phrase over a filler", "tanda yang suka", "like"},
		{"gap", "foto pagi hari bersama capres", "photo candidate"},
		{"optional", "datang kampanye", "attend"},
		{"optional there", "datang ke kampanye", "attend"},
		{"not over a sentence's end", "tanda. suka", ""},
		{"nor over a line's end", "tanda\nsuka", ""},
		{"class of several words", "calon presiden", "candidate"},
		{"denied", "tidak pernah like", ""},
		{"denied, another act", "foto tapi tidak like", "photo"},
		{"blocked", "capres kelas", ""},
		{"first of two acts", "like foto", "like"},
	} {
		rd := r.Read(c.text, day.Of(2023, 10, 19))
		got := strings.TrimSpace(rd.Facts["act"] + " " + rd.Facts["object"])
		if got != c.want {
			t.Errorf("%s: %q says %q, want %q", c.what, c.text, got, c.want)
		}
		if rd.Outside != (rd.Facts["act"] == "") {
			t.Errorf("%s: outside is %v with act %q", c.what, rd.Outside, rd.Facts["act"])
		}
	}
}

func TestHintsStayApart(t *testing.T) {
	rd := tiny(t, tinyLexicon).Read("like di masa tenang", day.Of(2023, 10, 19))
	if rd.Hints["stage"] != "quiet" || rd.Facts["stage"] != "" {
		t.Errorf("facts %v, hints %v", rd.Facts, rd.Hints)
	}
}

func TestNames(t *testing.T) {
	pres := rule.Facts{"object": "candidate", "contest": "president"}
	gov := rule.Facts{"object": "candidate", "contest": "governor"}
	d := func(m, dd int) day.Day { return day.Of(2023, 1, 1).AddMonths(m-1) + day.Day(dd-1) }
	r := tiny(t, tinyLexicon,
		Name{Text: "Budi Santoso", Facts: pres, From: day.None, Until: day.None, Who: "P-1"},
		Name{Text: "Budi", Facts: pres, From: day.None, Until: day.None, Who: "P-1"},
		Name{Text: "PAN", Facts: rule.Facts{"object": "party"}, From: day.None, Until: day.None, Weak: true, Who: "pan"},
		Name{Text: "Perubahan", Facts: pres, From: day.None, Until: day.None, Weak: true, Who: "P-1"},
		Name{Text: "Siti", Facts: pres, From: day.None, Until: d(6, 1), Who: "P-2"},
		Name{Text: "Siti", Facts: gov, From: d(6, 1), Until: day.None, Who: "G-2"},
		Name{Text: "nomor 2", Facts: pres, From: day.None, Until: day.None, Weak: true, Who: "P-2"},
		Name{Text: "nomor 2", Facts: gov, From: day.None, Until: day.None, Weak: true, Who: "G-2"},
		Name{Text: "#BudiMenang", Facts: pres, From: day.None, Until: day.None, Who: "P-1"},
		Name{Text: "Marzuqi", Facts: pres, From: day.None, Until: day.None, Weak: true, Who: "P-3"},
	)
	for _, c := range []struct {
		what, text   string
		today        day.Day
		object, cont string
		who          string
	}{
		{"strong name", "foto budi", d(1, 1), "candidate", "president", "P-1"},
		{"the longest name", "foto Budi Santoso", d(1, 1), "candidate", "president", "P-1"},
		{"disguised name", "foto bud1 s4ntos0", d(1, 1), "candidate", "president", "P-1"},
		{"tag", "foto #BudiMenang", d(1, 1), "candidate", "president", "P-1"},
		{"weak acronym by itself", "foto PAN", d(1, 1), "", "", ""},
		{"weak acronym next to a marker", "pilih PAN kampanye", d(1, 1), "party", "", "pan"},
		{"weak acronym in a text that speaks of politics", "kampanye dan PAN", d(1, 1), "party", "", "pan"},
		{"the same in small letters", "kampanye dan pan goreng", d(1, 1), "", "", ""},
		{"ordinary word", "kampanye perubahan jadwal", d(1, 1), "", "", ""},
		{"a weak name that is no other word", "kampanye Marzuqi", d(1, 1), "candidate", "president", "P-3"},
		{"before the later contest", "foto siti", d(5, 31), "candidate", "president", "P-2"},
		{"from the later contest on", "foto siti", d(6, 1), "candidate", "governor", "G-2"},
		{"the day that the text speaks of", "foto siti 2 januari 2023", d(7, 1), "candidate", "president", "P-2"},
		{"a number of two contests", "kampanye pilih nomor 2", d(1, 1), "candidate", "", ""},
		{"a number outside any contest", "nomor 2", d(1, 1), "", "", ""},
	} {
		rd := r.Read(c.text, c.today)
		if rd.Facts["object"] != c.object || rd.Facts["contest"] != c.cont || strings.Join(rd.Who, " ") != c.who {
			t.Errorf("%s: %q says %v of %v, want %q %q of %q", c.what, c.text, rd.Facts, rd.Who, c.object, c.cont, c.who)
		}
	}
}

func TestSpansAreTheWords(t *testing.T) {
	r := tiny(t, tinyLexicon, Name{Text: "Budi", Facts: rule.Facts{"object": "candidate"}, From: day.None, Until: day.None, Who: "P-1"})
	text := "Boleh  𝓕𝓸𝓽𝓸 sama B\u200budi, 2 mei 2023?"
	got := map[string]string{}
	for _, s := range r.Read(text, day.Of(2023, 10, 19)).Spans {
		got[s.Fact+"="+s.Value+s.Who] = text[s.From:s.To]
	}
	want := map[string]string{"act=photo": "𝓕𝓸𝓽𝓸 sama B\u200budi", "object=candidateP-1": "B\u200budi", "on=2023-05-02": "2 mei 2023"}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s rests on %q, want %q", k, got[k], v)
		}
	}
	if len(got) != len(want) {
		t.Errorf("spans are %q", got)
	}
}

func TestSame(t *testing.T) {
	r := tiny(t, tinyLexicon)
	first := words(r, "ngelike c4pr3s kampnye like2")
	for range 50 {
		if again := words(tiny(t, tinyLexicon), "ngelike c4pr3s kampnye like2"); again != first {
			t.Fatalf("read as %q, then as %q", first, again)
		}
	}
}
