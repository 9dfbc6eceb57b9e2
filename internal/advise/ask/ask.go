package ask

import (
	"context"
	"embed"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lex"
	"netral/internal/rule"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "advise_ask", FS: files}

// Basis is what answers rest on: one edition of the book, one of the calendar,
// and the reader made of both. It never changes; a new edition is a new Basis.
type Basis struct {
	Rules      *rule.Book
	Calendar   CalendarRef
	Timeline   rule.Timeline
	Reader     *lex.Reader
	Of         func(who []string) rule.Timeline // days of a question about these contestants; Timeline when nil
	Contestant func(id, lang string) string     // what a contestant is called
}

// CalendarRef names an edition of the calendar.
type CalendarRef struct {
	Edition string `json:"edition"`
	SHA256  string `json:"sha256"`
}

// BookRef names an edition of a book.
type BookRef struct {
	ID      string `json:"id"`
	Edition string `json:"edition"`
	SHA256  string `json:"sha256"`
}

// Service holds what the use cases need. Asking needs Basis and Now only; slips
// and editions need the rest.
type Service struct {
	Basis    func() *Basis
	Now      func() time.Time
	Book     *ledger.Book
	Verifier note.Verifier    // of the log; checks slips
	LogKey   string           // the log's public key, written into slips
	Base     string           // public address of this Netral, without a slash at the end
	Rand     io.Reader        // numbers of slips
	Adopted  func(*rule.Book) // told of a new edition in force, after it is durable
}

// MaxText bounds a question, in characters. More is refused, not cut: half a
// question has another answer.
const MaxText = 2000

// maxFacts bounds what a request may carry; a book has far fewer.
const maxFacts = 100

// Unknown is the value by which a person says that they do not know a fact. It
// is then neither read nor assumed.
const Unknown = "?"

// Input is a question.
type Input struct {
	Text  string            `json:"text,omitempty" doc:"The question in everyday Indonesian or English, at most 2,000 characters." example:"bolehkah ASN berfoto bersama pasangan capres-cawapres?"`
	On    string            `json:"on,omitempty" doc:"The day the answer is for, YYYY-MM-DD in Jakarta. Default: a date in the words, else today." example:"2023-10-19"`
	Facts map[string]string `json:"facts,omitempty" doc:"Facts already known, by the names of the book's vocabulary. They win over what is read from the words; the value ? means unknown."`
}

// question is an Input that has been checked.
type question struct {
	text  string
	on    day.Day // day.None when not said
	given rule.Facts
	open  []string // facts said to be unknown
}

// check reads an Input against a book: all that is wrong is told at once.
func (in Input) check(b *rule.Book) (question, error) {
	q := question{on: day.None, given: rule.Facts{}}
	var wrong fault.Fields
	switch n := utf8.RuneCountInString(in.Text); {
	case n > MaxText:
		wrong.Add(false, "text", "ask.text_long", n, MaxText)
	case !utf8.ValidString(in.Text):
		wrong.Add(false, "text", "ask.text_utf8")
	default:
		q.text = strings.TrimSpace(in.Text)
	}
	if in.On != "" {
		d, err := day.Parse(in.On)
		wrong.Add(err == nil, "on", "ask.on_wrong", clip(in.On), day.First, day.Last)
		q.on = d
	}
	if len(in.Facts) > maxFacts {
		wrong.Add(false, "facts", "ask.facts_many", len(in.Facts), maxFacts)
		return q, wrong.Err()
	}
	for name, value := range in.Facts {
		if _, ok := b.Fact(name); ok && value == Unknown {
			q.open = append(q.open, name)
			continue
		}
		q.given[name] = value
	}
	if _, err := b.Situation(q.given); err != nil {
		for _, f := range fault.Of(err).Fields {
			wrong = append(wrong, f)
		}
	}
	return q, wrong.Err()
}

func clip(s string) string {
	r := []rune(s)
	if len(r) <= 40 {
		return s
	}
	return string(r[:40]) + "…"
}

// Ask answers a question. It writes nothing.
func (s *Service) Ask(_ context.Context, _ actor.Actor, in Input) (*Answer, error) {
	return Ask(s.Basis(), in, day.At(s.Now()))
}

// Ask answers a question from a basis; today is the day it is asked. It needs
// no database: the command line and an auditor's laptop call it as it is.
func Ask(b *Basis, in Input, today day.Day) (*Answer, error) {
	a, err := decide(b, in, today)
	if err != nil {
		return nil, err
	}
	return a, a.lookAhead()
}

// decide answers without what would change the answer, which takes as long
// again and is on no slip.
func decide(b *Basis, in Input, today day.Day) (*Answer, error) {
	q, err := in.check(b.Rules)
	if err != nil {
		return nil, err
	}
	return b.answer(q, today)
}
