package screening

import (
	"io"
	"slices"
	"strings"

	"netral/internal/cli"
	"netral/internal/day"
	"netral/internal/lex/screen"
	"netral/internal/text"
)

// View is a reading for programs.
type View struct {
	ID       string         `json:"id,omitempty" doc:"What the request called the text."`
	Verdict  screen.Verdict `json:"verdict" enum:"partisan,neutral,unclear" doc:"partisan: may take sides, as far as words can tell; a person decides."`
	Word     string         `json:"word" doc:"The verdict in words."`
	Stance   screen.Stance  `json:"stance" enum:"support,oppose,quoted,none"`
	Targets  []TargetView   `json:"targets" doc:"Whom it is about; an empty id is somebody who is not named."`
	Grounds  []FactView     `json:"grounds" doc:"What the verdict rests on; never empty."`
	Facts    []FactView     `json:"facts" doc:"What else was found: who calls, where, when, what is asked for."`
	Words    int            `json:"words" doc:"How many words were read."`
	Cut      bool           `json:"cut,omitempty" doc:"The text was longer than what is read; it is then never neutral."`
	On       day.Day        `json:"on"`
	Lexicon  string         `json:"lexicon" doc:"Edition of the words."`
	Calendar string         `json:"calendar" doc:"Edition of the calendar."`
	Note     string         `json:"note" doc:"What the verdict is worth."`
}

// TargetView is a side for programs.
type TargetView struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	Stance screen.Stance `json:"stance"`
}

// FactView is a finding for programs.
type FactView struct {
	Kind  screen.FactKind `json:"kind"`
	Title string          `json:"title"`
	Words string          `json:"words,omitempty" doc:"The words of the text."`
	From  int             `json:"from" doc:"Byte offset into the text."`
	To    int             `json:"to"`
	Value string          `json:"value,omitempty" doc:"A day, a number."`
	Who   string          `json:"who,omitempty" doc:"Id of the side meant."`
}

// Phrase writes readings in words.
type Phrase struct {
	Text *text.Catalogue
	Lang string
}

// T is the message of a key.
func (p Phrase) T(key string, args ...any) string { return p.Text.T(p.Lang, key, args...) }

// Verdict is the verdict in words: "Mungkin memihak".
func (p Phrase) Verdict(v screen.Verdict) string { return p.T("screening.verdict." + string(v)) }

// Kind is what a fact is called.
func (p Phrase) Kind(k screen.FactKind) string { return p.T("screening.kind." + string(k)) }

// Why says the verdict in a sentence.
func (p Phrase) Why(r *Result) string {
	switch {
	case r.Verdict == screen.Partisan:
		return p.T("screening.why."+string(r.Stance), p.Sides(r))
	case r.Verdict == screen.Unclear && r.Cut:
		return p.T("screening.why.cut")
	case r.Verdict == screen.Unclear && r.closed():
		return p.T("screening.why.closed", r.On)
	case r.Verdict == screen.Unclear:
		return p.T("screening.why.unclear")
	case r.Stance == screen.Quoted:
		return p.T("screening.why.quoted")
	case r.nothing():
		return p.T("screening.why.nothing", r.Words, r.On)
	case !slices.ContainsFunc(r.Facts, func(f screen.Fact) bool { return f.Ground && f.Kind != screen.FactOther }):
		return p.T("screening.why.other")
	}
	return p.T("screening.why.neutral")
}

// Sides are the sides of a reading by name.
func (p Phrase) Sides(r *Result) string {
	var out []string
	for _, t := range r.Targets {
		out = append(out, p.side(r, t.ID))
	}
	return strings.Join(out, ", ")
}

func (p Phrase) side(r *Result, id string) string {
	if id == "" {
		return p.T("screening.unnamed")
	}
	return r.basis.Name(id, p.Lang)
}

func (r *Result) closed() bool {
	return slices.ContainsFunc(r.Facts, func(f screen.Fact) bool { return f.Kind == screen.FactClosed })
}

func (r *Result) nothing() bool {
	return slices.ContainsFunc(r.Facts, func(f screen.Fact) bool { return f.Kind == screen.FactNothing })
}

// View is the reading for programs.
func (r *Result) View(p Phrase) View {
	v := View{
		Verdict: r.Verdict, Word: p.Verdict(r.Verdict), Stance: r.Stance, Targets: []TargetView{}, Grounds: []FactView{}, Facts: []FactView{},
		Words: r.Words, Cut: r.Cut, On: r.On, Lexicon: r.basis.Words, Calendar: r.basis.Calendar, Note: p.T("screening.decide"),
	}
	for _, t := range r.Targets {
		v.Targets = append(v.Targets, TargetView{t.ID, p.side(r, t.ID), t.Stance})
	}
	for _, f := range r.Facts {
		fv := FactView{Kind: f.Kind, Title: p.Kind(f.Kind), Words: r.Text[f.From:f.To], From: f.From, To: f.To, Value: f.Value, Who: f.Who}
		if f.Ground {
			v.Grounds = append(v.Grounds, fv)
		} else {
			v.Facts = append(v.Facts, fv)
		}
	}
	return v
}

// WriteText writes a reading for a terminal.
func (r *Result) WriteText(w io.Writer, p Phrase) {
	line := func(s string) { io.WriteString(w, s+"\n") }
	line(strings.ToUpper(p.Verdict(r.Verdict)))
	line(cli.Wrap(p.Why(r), "", 76))
	line(p.T("screening.on_day", r.On))
	tell := func(head string, ground bool) {
		first := true
		for _, row := range r.rows(p, ground) {
			if first {
				line("\n" + head)
				first = false
			}
			line("  " + cli.Wrap(row.Kind+": "+row.Words, "    ", 74))
		}
	}
	tell(p.T("screening.grounds"), true)
	tell(p.T("screening.facts"), false)
	line("\n" + cli.Wrap(p.T("screening.decide"), "", 76))
	line(p.T("screening.editions", r.basis.Words, r.basis.Calendar))
}

// row is a kind of finding with all its words.
type row struct{ Kind, Words string }

// maxQuotes is how many places of one kind are quoted; the rest are counted.
const maxQuotes = 12

// rows tells the findings by kind, each kind once.
func (r *Result) rows(p Phrase, ground bool) []row {
	var out []row
	var at, more = map[screen.FactKind]int{}, map[screen.FactKind]int{}
	for _, f := range r.Facts {
		if f.Ground != ground || !ground && !telling(f.Kind) {
			continue
		}
		words := "“" + strings.Join(strings.Fields(r.Text[f.From:f.To]), " ") + "”"
		switch {
		case f.Kind == screen.FactNothing || f.Kind == screen.FactCut:
			words = p.T("screening.whole." + string(f.Kind))
		case f.Kind == screen.FactDate:
			if d, err := day.Parse(f.Value); err == nil {
				words += " (" + text.Date(p.Lang, d) + ")"
			}
		case f.Who != "":
			words += " (" + p.side(r, f.Who) + ")"
		}
		i, ok := at[f.Kind]
		switch {
		case !ok:
			at[f.Kind] = len(out)
			out = append(out, row{p.Kind(f.Kind), words})
		case strings.Contains(out[i].Words, words):
		case strings.Count(out[i].Words, "“") >= maxQuotes:
			more[f.Kind]++
		default:
			out[i].Words += ", " + words
		}
	}
	for k, n := range more {
		out[at[k]].Words += " " + p.Text.N(p.Lang, "screening.more", n)
	}
	return out
}

// telling are the facts that are told though the verdict does not rest on them.
func telling(k screen.FactKind) bool {
	switch k {
	case screen.FactSoft, screen.FactElection, screen.FactNeutral, screen.FactOther, screen.FactReport, screen.FactBody:
		return false
	}
	return true
}

// bit is a stretch of the text, marked when the verdict rests on it.
type bit struct {
	Text   string
	Ground bool
}

// marked cuts the text at its grounds.
func (r *Result) marked() []bit {
	var out []bit
	at := 0
	for _, f := range r.Facts {
		if !f.Ground || f.To <= at || f.From < at {
			continue
		}
		if f.From > at {
			out = append(out, bit{r.Text[at:f.From], false})
		}
		out = append(out, bit{r.Text[f.From:f.To], true})
		at = f.To
	}
	if at < len(r.Text) {
		out = append(out, bit{r.Text[at:], false})
	}
	return out
}
