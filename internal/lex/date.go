package lex

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/lex/date"
)

// readDates takes in the "dates" of a lexicon file. Months and weekdays are lists,
// from January and from Sunday on, each entry with all its names.
func readDates(d *date.Vocabulary, s source, n *yaml.Node) {
	k := s.fields(n, "months", "weekdays", "days", "units", "next", "last", "ahead", "ago", "weekday_after", "ordinal")
	list := func(key string, want int, f func(i int, w string)) {
		v := k[key]
		if v == nil {
			return
		}
		if v.Kind != yaml.SequenceNode || len(v.Content) != want {
			s.bad(v, "want a list of %d", want)
			return
		}
		for i, c := range v.Content {
			for _, w := range strings.Fields(s.text(c)) {
				f(i, w)
			}
		}
	}
	list("months", 12, func(i int, w string) { d.Months[w] = time.Month(i + 1) })
	list("weekdays", 7, func(i int, w string) { d.Weekdays[w] = time.Weekday(i) })
	s.pairs(k["days"], func(k, v *yaml.Node) { d.Rel[k.Value] = s.number(v, -400, 400, 0) })
	s.pairs(k["units"], func(k, v *yaml.Node) { d.Units[k.Value] = s.number(v, 1, 7, 1) })
	for key, into := range map[string]map[string]bool{"next": d.Next, "last": d.Last, "ahead": d.Ahead, "ago": d.Ago, "weekday_after": d.Prep, "ordinal": d.Suffix} {
		s.texts(k[key], func(_ *yaml.Node, v string) {
			for _, w := range strings.Fields(v) {
				into[w] = true
			}
		})
	}
}

// findDate finds the one day a text speaks of. Two different days are a span or
// a comparison: then no day is said.
func (r *Reader) findDate(words []date.Word, today day.Day) (day.Day, Span) {
	found, at := day.None, Span{}
	for i := 0; i < len(words); i++ {
		d, n := r.lex.dates.At(words, i, today)
		if n == 0 {
			continue
		}
		if d != day.None {
			if found != day.None && d != found {
				return day.None, Span{}
			}
			if found == day.None {
				found = d
				at = Span{From: int(words[i].From), To: int(words[i+n-1].To), Fact: "on", Value: d.String()}
			}
		}
		i += n - 1
	}
	return found, at
}

// dated are items as the reader of dates takes them.
func dated(out []date.Word, items []item) []date.Word {
	for _, it := range items {
		out = append(out, date.Word{Text: it.text, From: it.from, To: it.to, Kind: it.kind, Brk: it.brk})
	}
	return out
}
