// Package ui holds the parts that pages are built of. They are plain HTML with
// classes: no inline style, no script, no picture from elsewhere. A part that
// needs words of its own takes a Words; all other texts are given to it in the
// language of the page.
//
// Colour never stands alone: every outcome has a word and a shape, too. Every
// thing to press is at least 44 pixels high. The names of outcomes are those
// of package rule: allowed, conditional, caution, prohibited, outside,
// undecided; any other name is drawn as undecided.
package ui

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"netral/internal/day"
)

// Words is the language of a page; *web.Request is one.
type Words interface {
	T(key string, args ...any) string
}

// Outcomes lists the outcomes that have a shape, the mildest first.
func Outcomes() []string {
	return []string{"allowed", "conditional", "caution", "prohibited", "outside", "undecided"}
}

func known(outcome string) string {
	if slices.Contains(Outcomes(), outcome) {
		return outcome
	}
	return "undecided"
}

// Word is the outcome in one word of the page's language: "Dilarang".
func Word(w Words, outcome string) string { return w.T("ui.outcome." + known(outcome)) }

// Button submits a form.
type Button struct {
	Text        string
	Name, Value string
	Action      string // another address than the form's; "" for the form's
	Plain       bool   // second in rank
	Quiet       bool   // a link in looks
	Skip        bool   // submits without the browser's own checks
}

// Option is one choice of a group.
type Option struct {
	Value, Label, Hint string
	Checked            bool
}

// Choice is a question with one answer out of a few, as cards.
type Choice struct {
	Name, Legend, Hint, Error string
	Options                   []Option
	Big                       bool // the legend is the question of the page
	H1                        bool // the legend is the h1 of the page
	Optional                  bool // may be left open; else the browser insists
}

// Field is a question with one line of text, or with more (Rows).
type Field struct {
	Name, Label, Hint, Error, Value string

	Type         string // "text" when ""; date, email, tel, search, number, file
	Rows         int    // more than 1 makes a text area
	Max          int    // characters; 0 for no limit
	Required     bool
	Fixed        bool   // shown and sent, not to be changed
	Autocomplete string // "off" when ""
	InputMode    string // numeric, …
	Min, Top     string // for dates and numbers
	Accept       string // for files
	Placeholder  string
	Spell        bool // the browser's spelling check is on
}

// Select is a list to choose from when there are too many for cards.
type Select struct {
	Name, Label, Hint, Error string
	Options                  []Option
	Empty                    string // text of a first, empty choice; "" for none
}

// Problem is a line of an error summary: the name of the field and what is
// wrong with it. Name "" is about no field in particular.
type Problem struct{ Name, Message string }

// Chip shows one thing that was understood, with a button that changes it.
type Chip struct {
	Label, Value string
	Button       Button // its Text is completed with the label for screen readers; no button when Name is ""
	Doubt        bool   // guessed, not read
}

// Fact is a line of a definition list. Body is drawn instead of Text when set.
type Fact struct {
	Term, Text string
	Body       templ.Component
}

// Cell is a cell of a table. Body is drawn instead of Text when set.
type Cell struct {
	Text   string
	Body   templ.Component
	NoWrap bool // dates and numbers that must stay on one line
}

// Table becomes a list of cards on a phone. The first cell of each row is its
// heading.
type Table struct {
	Caption string
	Hidden  bool // the caption is for screen readers only
	Head    []string
	Rows    [][]Cell
	Strong  []int // rows to point out
	Tight   bool  // of three short columns; two lines on a phone, no cards
}

// Link is a way to another page.
type Link struct{ Href, Text string }

// Pagination is a list of pages. Href makes the address of page n, from 1.
type Pagination struct {
	Page, Pages int
	Href        func(n int) string
}

func id(name string) string {
	return "f-" + strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
			return c
		}
		return '-'
	}, name)
}

func optionID(name string, n int) string {
	if n == 0 { // the error summary leads here
		return id(name)
	}
	return id(name) + "-" + itoa(n)
}

// described names the texts that a screen reader reads with a field.
func described(name, hint, err string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id(name)+"-hint")
	}
	if err != "" {
		ids = append(ids, id(name)+"-error")
	}
	return strings.Join(ids, " ")
}

// pair is one hidden input.
type pair struct{ name, value string }

func pairs(v url.Values) []pair {
	var out []pair
	for _, k := range slices.Sorted(maps.Keys(v)) {
		for _, x := range v[k] {
			out = append(out, pair{k, x})
		}
	}
	return out
}

// kind is the type of the input. A date that is none is shown in a plain field:
// browsers empty a date field rather than show what was typed.
func (f Field) kind() string {
	switch {
	case f.Type == "":
		return "text"
	case f.Type == "date" && f.Value != "":
		if _, err := day.Parse(f.Value); err != nil {
			return "text"
		}
	}
	return f.Type
}

func (f Field) autocomplete() string {
	if f.Autocomplete == "" {
		return "off"
	}
	return f.Autocomplete
}

func label(head []string, i int) string {
	if i < len(head) {
		return head[i]
	}
	return ""
}

// numbers are the page numbers to show; 0 stands for a gap.
func (p Pagination) numbers() []int {
	var out []int
	for n := 1; n <= p.Pages; n++ {
		switch {
		case n == 1 || n == p.Pages || n >= p.Page-1 && n <= p.Page+1:
			out = append(out, n)
		case out[len(out)-1] != 0:
			out = append(out, 0)
		}
	}
	return out
}

func confidence(level string) string {
	switch level {
	case "H", "h":
		return "h"
	case "L", "l":
		return "l"
	}
	return "m"
}

func (t Table) strong(row int) bool { return slices.Contains(t.Strong, row) }
