package ask

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"netral/internal/cli"
	"netral/internal/rule"
	"netral/internal/text"
)

// Phrase writes outcomes, facts and flips in words, for the page and for the
// terminal alike.
type Phrase struct {
	Text *text.Catalogue
	Lang string
	Book *rule.Book
}

// T is the message of a key.
func (p Phrase) T(key string, args ...any) string { return p.Text.T(p.Lang, key, args...) }

// Outcome is the verdict as a word: "Dilarang", "Boleh dengan syarat".
func (p Phrase) Outcome(o rule.Outcome) string { return p.T("ui.outcome." + o.String()) }

// Outcomes joins verdicts: "Boleh atau Dilarang".
func (p Phrase) Outcomes(all []rule.Outcome) string {
	words := make([]string, len(all))
	for i, o := range all {
		words[i] = p.Outcome(o)
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " " + p.T("ask.or") + " " + words[n-1]
	}
	return strings.Join(words, "")
}

// Fact is the title of a fact.
func (p Phrase) Fact(name string) string {
	f, _ := p.Book.Fact(name)
	return f.Title.In(p.Lang)
}

// Value is a value of a fact in words.
func (p Phrase) Value(fact, value string) string {
	f, _ := p.Book.Fact(fact)
	v, ok := f.Value(value)
	if !ok {
		return value
	}
	return v.Title.In(p.Lang)
}

// Flip says a change of facts in words.
func (p Phrase) Flip(f rule.Flip) string {
	parts := make([]string, len(f.Changes))
	for i, c := range f.Changes {
		parts[i] = p.T("ask.flip_part", p.Fact(c.Fact), p.Value(c.Fact, c.To))
	}
	return strings.Join(parts, "; ")
}

// Needs says under which values of missing facts a rule would apply.
func (p Phrase) Needs(needs rule.Facts) string {
	var parts []string
	for _, f := range p.Book.Facts() {
		values, ok := needs[f.Name]
		if !ok {
			continue
		}
		var words []string
		for v := range strings.SplitSeq(values, "|") {
			words = append(words, p.Value(f.Name, v))
		}
		if len(words) > 4 {
			words = append(words[:3], p.T("ask.and_others", len(words)-3))
		}
		parts = append(parts, f.Title.In(p.Lang)+": "+strings.Join(words, " / "))
	}
	return strings.Join(parts, "; ")
}

// If says on what it depends whether a rule applies: what must be so, or, where
// the rule has alternatives, what each of them takes.
func (p Phrase) If(x rule.Applied) string {
	var ways []string
	for _, w := range x.Ways {
		if n := p.Needs(w); n != "" && !slices.Contains(ways, n) {
			ways = append(ways, n)
		}
	}
	if len(ways) < 2 || len(ways) > maxWays {
		return p.Needs(x.Needs)
	}
	return strings.Join(ways, " "+p.T("ask.ways")+" ")
}

// maxWays is how many alternatives a reader can weigh; of more than these only
// what they have in common is told.
const maxWays = 3

// Breach is what kind of breach is possible, or "".
func (p Phrase) Breach(r *rule.Rule) string {
	if r.Breach == "" {
		return ""
	}
	return p.T("ask.breach." + r.Breach)
}

// Sanctions are the penalties that may follow.
func (p Phrase) Sanctions(r *rule.Rule) []string {
	var out []string
	for _, code := range r.Sanction {
		if s, ok := p.Book.Sanction(code); ok {
			out = append(out, s.Title.In(p.Lang))
		}
	}
	return out
}

// Next says what the next change is: another outcome, or the same for another
// reason.
func (p Phrase) Next(a *Answer, n Change) string {
	if n.Outcome == a.Outcome && slices.Equal(n.Possible, a.Possible) {
		return p.T("ask.next_basis", n.On, p.Outcomes(n.Possible))
	}
	return p.T("ask.next_change", n.On, p.Outcomes(n.Possible))
}

// Confidence is a confidence mark in words.
func (p Phrase) Confidence(mark string) string {
	return p.T("ask.confidence." + strings.ToLower(mark))
}

// Cite is a provision in one line: "SKB 2/2022, Lampiran II A angka 1".
func (c CiteView) String() string { return c.Instrument + ", " + c.Provision }

// WriteText writes an answer for a terminal.
func (a *Answer) WriteText(w io.Writer, cat *text.Catalogue, lang string) {
	p := Phrase{cat, lang, a.basis.Rules}
	line := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	head := strings.ToUpper(p.Outcome(a.Outcome))
	if a.Outcome == rule.Undecided {
		head += ": " + p.Outcomes(a.Possible)
	}
	line("%s", head)
	line("%s", p.T("ask.on_day", a.On))
	if a.Unread() {
		line("\n%s", cli.Wrap(p.T("ask.out_of_field"), "", 76))
	}
	for _, r := range a.Deciding() {
		line("\n• %s", cli.Wrap(r.Rule.Title.In(lang), "  ", 76))
		line("  %s", cli.Wrap(r.Rule.Text.In(lang), "  ", 76))
		for _, c := range Cites(p.Book, r.Rule, lang) {
			line("  %s: %s (%s)", p.T("ask.basis"), c, c.Confidence)
		}
		if b := p.Breach(r.Rule); b != "" {
			line("  %s", cli.Wrap(p.T("ask.possible_breach", b), "  ", 76))
		}
		for _, c := range r.Rule.Conditions {
			line("  – %s", cli.Wrap(c.In(lang), "    ", 76))
		}
		for _, o := range r.Rule.Opinions {
			line("  %s: %s", o.Who.In(lang), cli.Wrap(o.Says.In(lang), "    ", 76))
		}
		for _, t := range []rule.Text{r.Rule.Conflict, r.Rule.Instead, r.Rule.Ask} {
			if !t.Zero() {
				line("  %s", cli.Wrap(t.In(lang), "  ", 76))
			}
		}
		if n := p.If(r); n != "" {
			line("  %s", cli.Wrap(p.T("ask.applies_if", n), "  ", 76))
		}
	}
	a.writeFacts(line, p)
	if len(a.Missing) > 0 {
		line("\n%s", p.T("ask.missing"))
		for _, f := range a.Missing {
			fact, _ := p.Book.Fact(f)
			line("  ? %s", fact.Ask.In(lang))
		}
	}
	if len(a.Flips) > 0 {
		line("\n%s", p.T("ask.flips"))
		for _, f := range a.Flips {
			line("  → %s: %s", p.Outcome(f.Outcome), cli.Wrap(p.Flip(f), "    ", 72))
		}
	}
	if n, ok := a.Next(); ok {
		line("\n%s", cli.Wrap(p.Next(a, n), "", 76))
	}
	if s, ok := a.Supervisor(); ok {
		line("%s", p.T("ask.supervisor", s.Body))
	}
	line("%s", p.T("ask.edition", a.Book().ID, a.Book().Edition, a.Book().SHA256[:12]))
}

func (a *Answer) writeFacts(line func(string, ...any), p Phrase) {
	if len(a.Facts) == 0 {
		return
	}
	line("\n%s", p.T("ask.facts"))
	relevant := a.relevant()
	for _, f := range p.Book.Facts() {
		v, ok := a.Facts[f.Name]
		if !ok || a.From[f.Name] == rule.Assumed && !slices.Contains(relevant, f.Name) {
			continue
		}
		line("  %s: %s (%s)", f.Title.In(p.Lang), p.Value(f.Name, v), p.T("ask.from."+a.From[f.Name]))
	}
}

// relevant are the facts on which some rule of the answer rests.
func (a *Answer) relevant() []string {
	var out []string
	for _, r := range a.Rules {
		out = append(out, r.Because...)
	}
	for _, f := range a.Flips {
		for _, c := range f.Changes {
			out = append(out, c.Fact)
		}
	}
	return out
}

// Condition says the values a condition asks for.
func (p Phrase) Condition(c rule.Condition) string {
	f, _ := p.Book.Fact(c.Fact)
	var out []string
	for _, v := range f.Values {
		if slices.ContainsFunc(c.Words, func(w string) bool { return v.Name == w || slices.Contains(v.Groups, w) }) {
			out = append(out, v.Title.In(p.Lang))
		}
	}
	return strings.Join(out, " / ")
}

func join(all []string) string { return strings.Join(all, "; ") }
