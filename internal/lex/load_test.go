package lex

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"netral/internal/day"
	"netral/internal/rule"
)

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"readings: [{fact: {act: fly}, say: foto}]", `a.yaml:1: fact "act" has no value "fly"; possible: like, photo, attend`},
		{"readings:\n  - fact: {deed: like}\n    say: foto", `a.yaml:2: unknown fact "deed"; possible: act, object, contest, stage`},
		{"readings: [{fact: {stage: quiet}, say: foto}]", "follows from the day: put it under hint"},
		{"readings: [{hint: {act: like}, say: foto}]", "does not follow from the day: put it under fact"},
		{"readings: [{fact: {act: like}}]", `key "say" is missing`},
		{"readings: [{say: foto}]", "a reading needs a fact, a hint, a mark or a drop"},
		{"readings: [{fact: {act: like}, say: foto, rang: 3}]", `unknown key "rang"; possible: say, fact`},
		{"readings: [{fact: {act: like}, say: foto, rank: 12}]", "want a whole number from 0 to 9"},
		{"readings: [{fact: {act: like}, say: '<nope>'}]", "class <nope> has no members"},
		{"readings: [{fact: {act: like}, say: '<=nope>'}]", `no fact has the value "nope"`},
		{"readings: [{fact: {act: like}, say: '?foto'}]", "the first element cannot be missing"},
		{"readings: [{fact: {act: like}, say: 'foto ..'}]", "a phrase ends with an element"},
		{"readings: [{fact: {act: like}, say: '.. foto'}]", "a gap stands between two elements"},
		{"readings: [{fact: {act: like}, say: 'a ..99 b'}]", "a gap is .. or ..1 to ..8"},
		{"readings: [{fact: {act: like}, say: 'a b c d e f g h i j k'}]", "more than 10 elements"},
		{"readings: [{fact: {act: like}, say: Foto}]", "plain small letters"},
		{"readings: [{fact: {act: like}, say: foto, with: nowhere}]", `no reading sets the mark "nowhere"`},
		{"readings: [{fact: {act: like}, say: foto, with: act=fly}]", `has no value "fly"`},
		{"aliases: {tidak: [ga]}\nreadings: [{fact: {act: like}, say: ga}]", `"ga" is never met: it is read as "tidak"`},
		{"aliases: {tidak: [ga], jangan: [ga]}", `a.yaml:1: "ga" already stands for "tidak"`},
		{"aliases: {tidak: [tidak]}", "stands for itself"},
		{"aliases: {tidak: ['g a-b']}", "plain small letters"},
		{"classes: {a: [x], a: [y]}", `key "a" stands twice`},
		{"classes: {'a b': [x]}", "cannot name a class"},
		{"first: [nothing]", `unknown fact "nothing"`},
		{"dates: {months: [a, b]}", "want a list of 12"},
		{"dates: {days: {besok: x}}", "want a whole number from -400 to 400"},
		{"language: {fr: [le]}", `unknown key "fr"; possible: id, en`},
		{"blocks: [1, {}]", "want a text"},
		{"a: &a [x]\nb: *a", "anchors and aliases are not allowed"},
		{"[1, 2]", "want a mapping"},
		{"", "the file is empty"},
		{"a: [", "not YAML"},
		{"\xff\xfe", "not UTF-8"},
		{strings.Repeat("[", 40) + strings.Repeat("]", 40), "nested more than"},
		{"# " + strings.Repeat("x", maxFileBytes), "bytes; at most"},
	} {
		_, err := Load(fstest.MapFS{"lex/a.yaml": {Data: []byte(c.text)}}, "lex", tinyBook(t))
		var ps rule.Problems
		if !errors.As(err, &ps) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: error %v, want %q", c.text, err, c.want)
		}
	}
}

func TestLoadTellsEverything(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"lex/a.yaml": {Data: []byte("readings:\n  - {fact: {act: fly}, say: foto}\n  - {fact: {act: swim}, say: foto}\n")},
		"lex/b.yaml": {Data: []byte("first: [x]\n")},
	}, "lex", tinyBook(t))
	var ps rule.Problems
	if !errors.As(err, &ps) || len(ps) != 3 || ps[0].Line != 2 || ps[1].Line != 3 || ps[2].File != "b.yaml" {
		t.Errorf("problems %v", err)
	}
}

func TestLoadNeedsAFile(t *testing.T) {
	if _, err := Load(fstest.MapFS{}, "lex", tinyBook(t)); err == nil || !strings.Contains(err.Error(), "no lexicon file") {
		t.Errorf("error %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(tinyLexicon))
	f.Add([]byte("readings: [{fact: {act: like}, say: ['a|b* .. ?c <#> <=party>'], with: [act=*]}]"))
	if data, err := fs.ReadFile(os.DirFS("../../data/lexicon"), "words.yaml"); err == nil {
		f.Add(data)
	}
	book := tinyBook(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Load(fstest.MapFS{"lex/a.yaml": {Data: data}}, "lex", book)
		if err != nil {
			return
		}
		l.Reader([]Name{{Text: "a b"}, {Text: "", From: day.None}}).Read("a b c d 2 mei 2023 foto like", day.Of(2023, 10, 19))
	})
}
