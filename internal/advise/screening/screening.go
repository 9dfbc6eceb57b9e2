package screening

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lex/screen"
)

// Basis is what readings rest on: an edition of the words and one of the
// calendar. It never changes; a new edition is a new Basis.
type Basis struct {
	Reader   *screen.Reader
	Words    string                       // edition of the words
	Calendar string                       // edition of the calendar
	Name     func(id, lang string) string // what a side is called
	Contest  func(id string) string       // kind of the contest that a side stands in, as in the conduct book; "" for a party
}

// Service holds what the use case needs. It has no database: nothing is kept.
type Service struct {
	Basis func() *Basis
	Now   func() time.Time
}

// MaxText bounds a text, in bytes: some fifty pages. More is refused, not cut:
// half a letter may say something else.
const MaxText = 200 << 10

// MaxBatch is how many texts one request may carry.
const MaxBatch = 500

// Input is a text to read.
type Input struct {
	Text string `json:"text" doc:"The text, at most 200 KiB: a post, a caption, an invitation, a letter. It is not kept."`
	On   string `json:"on,omitempty" doc:"The day as of which the text is read, YYYY-MM-DD in Jakarta. Default: today." example:"2024-01-15"`
}

// Result is a reading with what it was made of.
type Result struct {
	screen.Report
	Text  string
	On    day.Day
	basis *Basis
}

// Screen reads a text. It writes nothing.
func (s *Service) Screen(_ context.Context, _ actor.Actor, in Input) (*Result, error) {
	return Screen(s.Basis(), in, day.At(s.Now()))
}

// Screen reads a text from a basis; the command line calls it as it is.
func Screen(b *Basis, in Input, today day.Day) (*Result, error) {
	var wrong fault.Fields
	on := today
	if in.On != "" {
		d, err := day.Parse(strings.TrimSpace(in.On))
		wrong.Add(err == nil, "on", "screening.on_wrong", clip(in.On), day.First, day.Last)
		on = d
	}
	switch {
	case len(in.Text) > MaxText:
		wrong.Add(false, "text", "screening.text_long", len(in.Text)>>10, MaxText>>10)
	case strings.TrimSpace(in.Text) == "":
		wrong.Add(false, "text", "screening.text_empty")
	case !utf8.ValidString(in.Text):
		wrong.Add(false, "text", "screening.text_utf8")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return &Result{Report: b.Reader.Read(in.Text, on), Text: in.Text, On: on, basis: b}, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
