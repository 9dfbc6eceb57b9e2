package invite

import (
	"context"
	"embed"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/random"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "permit_invite", FS: files}

// Said is a text in both languages.
type Said struct {
	ID string `json:"id"`
	EN string `json:"en"`
}

// In is the text in a language.
func (s Said) In(lang string) string {
	if lang == "en" && s.EN != "" {
		return s.EN
	}
	return s.ID
}

// Unit is a part of the government.
type Unit struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Short string `json:"short"`
	Kind  string `json:"kind"`
	Area  string `json:"area"`
}

// Person is somebody as they are on a day.
type Person struct {
	ID      string
	Name    string
	NIP     string
	Grade   string
	Status  string // pns, cpns, pppk
	Serving bool
	Title   string // of the post they hold; "" without one
	Level   string
	Path    []Unit // from the top to the unit they serve in; empty without one
}

// The kinds of power over a post.
const (
	Definitive = "definitive"
	Plt        = "plt"  // the post is vacant
	Plh        = "plh"  // its holder is away
	Lent       = "lent" // by a mandate of the holder
)

// Holder is who has a post on a day, and how.
type Holder struct {
	Person string  `json:"person"`
	Name   string  `json:"name"`
	NIP    string  `json:"nip"`
	Grade  string  `json:"grade"`
	Kind   string  `json:"kind"` // Definitive, Plt, Plh
	Paper  string  `json:"paper"`
	Until  day.Day `json:"until"`
}

// Seat is the post at the head of a unit.
type Seat struct {
	Post    string   `json:"post"`
	Title   string   `json:"title"`
	Unit    Unit     `json:"unit"`
	Holders []Holder `json:"holders"`
}

// People reads people on a day; who is not in the roster is missing.
type People func(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]Person, error)

// Find gives the ids of people that were typed as a NIP or an id; who is not
// found is missing.
type Find func(ctx context.Context, tx *store.Tx, given []string) (map[string]string, error)

// Path gives the units from the top to one; empty when there is none on the day.
type Path func(ctx context.Context, tx *store.Tx, unit string, on day.Day) ([]Unit, error)

// Seats gives the posts at the head of units of some kinds, as seen from a unit:
// those above it, the nearest first, then those right below the top, then the top.
type Seats func(ctx context.Context, tx *store.Tx, unit string, kinds []string, on day.Day) ([]Seat, error)

// Held gives the seats that somebody has on a day, in whatever way.
type Held func(ctx context.Context, tx *store.Tx, person string, on day.Day) ([]Seat, error)

// Conflict says what binds somebody to one of those whom a matter is about: the
// word for the relation and to whom; a zero Tie for nothing. It tells no more
// than a refusal needs.
type Conflict func(ctx context.Context, tx *store.Tx, who string, about []string, on day.Day) (Tie, error)

// Tie is a relation that keeps somebody from deciding.
type Tie struct {
	Kind  Said   // "brother-in-law"
	Whose string // name of the other
}

// Notify tells somebody by mail, in the transaction. It may do nothing.
type Notify func(ctx context.Context, tx *store.Tx, n Notice) error

// Notice is a message about a letter.
type Notice struct {
	Person string
	Key    string
	Args   []any
	Href   string
}

// Screen reads a text as of a day.
type Screen func(text string, on day.Day) Screening

// The verdicts of a screening.
const (
	Partisan = "partisan"
	Neutral  = "neutral"
	Unclear  = "unclear"
)

// Screening is what the words of a text say about taking a side.
type Screening struct {
	Verdict  string   `json:"verdict"`
	Object   string   `json:"object,omitempty"`   // of the conduct book: candidate, team, party
	Contests []string `json:"contests,omitempty"` // that the words are about, where they tell
	Signs    bool     `json:"signs,omitempty"`    // flags, banners or other signs of a party or contestant
	Campaign bool     `json:"campaign,omitempty"` // the words themselves call it a campaign or declaration
	Spans    []Span   `json:"spans,omitempty"`
}

// Span is a stretch of the text, in bytes, and what it was taken for.
type Span struct {
	From int  `json:"from"`
	To   int  `json:"to"`
	Word Said `json:"word"`
}

// Judge asks the conduct book about a situation on a day.
type Judge func(facts map[string]string, on day.Day) (Judged, error)

// Judged is what the conduct book answers.
type Judged struct {
	Outcome string // allowed, conditional, caution, prohibited, outside, undecided
	Rules   []Rule // that decide
	Edition string // of book and calendar
}

// Rule is a rule of the conduct book that decides.
type Rule struct {
	ID         string
	Outcome    string
	Title      Said
	Text       Said
	Law        Said
	Confidence string
	Conditions []Said
	Instead    Said
}

// Stages tells the stage of every contest that runs on a day.
type Stages func(on day.Day) []Stage

// Stage is a contest on a day.
type Stage struct {
	Contest string `json:"contest"`
	Name    Said   `json:"name"`
	Stage   string `json:"stage"`
	Word    Said   `json:"word"`
}

// Press gives the paper of a letter, and makes it the first time: the same bytes
// from then on. entry is that of the signature in the record.
type Press func(ctx context.Context, who actor.Actor, l *Letter, entry int64) ([]byte, error)

// Given finds the letter whose paper has a SHA-256; "" when none was given out
// with it.
type Given func(ctx context.Context, sum string) (code string, err error)

// Checked is what the signatures of a file say.
type Checked struct {
	Signed bool
	Whole  bool // nothing was changed after the last signature
	Signer string
}

// Inspect checks the signatures of a file.
type Inspect func(pdf []byte) (Checked, error)

// Seal signs a text with the key of the house; Unseal gives the text back when the
// signature is good.
type (
	Seal   func(text string) ([]byte, error)
	Unseal func(signed []byte) (string, error)
)

// Resource is what Allow is asked about; its types are "invitation", "organiser",
// "letters".
type Resource = scope.Resource

// Allow decides whether somebody may do something: nil, or a fault.
type Allow = scope.Allow

// The actions that Allow is asked about.
const (
	ActPublic   = "invite.public"   // check a letter: everybody
	ActEnter    = "invite.enter"    // enter an invitation; read the register of organisers
	ActRead     = "invite.read"     // read an invitation and its letter
	ActDispose  = "invite.dispose"  // dispose, sign; who holds the post, the slice finds out
	ActOffice   = "invite.office"   // registers of letters, reserves, lent power
	ActReturn   = "invite.return"   // read a disposition, fill in one's return slip
	ActRegister = "invite.register" // keep the register of organisers
	ActPatterns = "invite.patterns" // patterns over invitations
)

// Service holds what the use cases need. It may be used from many goroutines.
// Press, Given, Inspect and Notify may be nil; all else is required.
type Service struct {
	Book     *ledger.Book
	Now      func() time.Time
	Rand     io.Reader // ids and codes
	Allow    Allow
	People   People
	Find     Find
	Path     Path
	Seats    Seats
	Held     Held
	Conflict Conflict
	Screen   Screen
	Judge    Judge
	Stages   Stages
	Route    *Route
	Notify   Notify
	Press    Press
	Given    Given
	Inspect  Inspect
	Seal     Seal
	Unseal   Unseal
	Base     string // public address, without a slash at the end

	ids random.Source
}

func (s *Service) allow(who actor.Actor, action string, r Resource) error {
	if s.Allow == nil {
		return fault.New(fault.Denied, "invite.denied")
	}
	return s.Allow(who, action, r)
}

func (s *Service) today() day.Day { return day.At(s.Now()) }

// Limits: characters of texts, people of an invitation, how far ahead an event
// may lie.
const (
	maxShort  = 200
	maxText   = 10_000
	maxPeople = 50
	maxAhead  = 2 * 366
	maxBehind = 366 // of the day on which a paper was received
)

type checker struct{ fault.Fields }

func (c *checker) text(name, s string, most int) {
	c.Add(strings.TrimSpace(s) != "", name, "invite.check.empty")
	c.optional(name, s, most)
}

func (c *checker) optional(name, s string, most int) {
	n := utf8.RuneCountInString(s)
	c.Add(n <= most, name, "invite.check.long", n, most)
	c.Add(utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == utf8.RuneError }), name, "invite.check.letters")
}

func (c *checker) one(name, s string, of []string) {
	for _, x := range of {
		if s == x {
			return
		}
	}
	c.Add(false, name, "invite.check.one", clip(s), of)
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}
