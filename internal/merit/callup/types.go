package callup

import (
	"context"
	"embed"
	"io"
	"time"

	"netral/internal/access/scope"
	"netral/internal/beacon"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/letter/archive"
	"netral/internal/lot"
	"netral/internal/random"
	"netral/internal/sample"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "merit_callup", FS: files}

// Candidate is somebody who holds a post that can be called.
type Candidate struct {
	Person   string
	Name     string
	Post     string // id
	Title    string // of the post
	Unit     string // id
	UnitName string
	Level    string
	Sex      string
	Grade    string
	// Offices are the head posts that the person holds or acts for. Of people
	// who share one, one is called at a time.
	Offices []string
}

// Query asks for candidates.
type Query struct {
	Levels []string
	On     day.Day
}

// Candidates lists who holds a post of the levels on a day, each person once.
type Candidates func(ctx context.Context, tx *store.Tx, q Query) ([]Candidate, error)

// The kinds of absence that rules may name.
const (
	Leave    = "leave"    // cuti
	Duty     = "duty"     // tugas belajar or tugas luar negeri
	Illness  = "illness"  // sakit
	Acting   = "acting"   // Plt or Plh elsewhere
	Headless = "headless" // the service would be left without a head
)

// AbsenceKinds lists them.
func AbsenceKinds() []string { return []string{Leave, Duty, Illness, Acting, Headless} }

// Absence is a ground on which somebody cannot come on a day.
type Absence struct {
	Kind string
	Note string // the paper behind it, for those who may read the call
}

// Absences tells for each of the people why they cannot come on a day; who is
// missing from the answer can.
type Absences func(ctx context.Context, tx *store.Tx, people []string, on day.Day) (map[string][]Absence, error)

// Duties is the text of the duties of a post on a day, one duty a line.
type Duties func(ctx context.Context, tx *store.Tx, post string, on day.Day) (string, error)

// Related says what b is to a, up to the third degree: the key of the word for it;
// "" when nothing is known.
type Related func(ctx context.Context, tx *store.Tx, a, b string) (string, error)

// Notice is a message to a person.
type Notice struct {
	Person string
	Key    string // of the message: callup.notice.…
	Args   []any
	Call   string
	Due    time.Time
}

// Notify sends a notice when the transaction commits.
type Notify func(ctx context.Context, tx *store.Tx, n Notice) error

// Names gives the names of people.
type Names func(ctx context.Context, tx *store.Tx, people []string) (map[string]string, error)

// Find gives the person that somebody typed: a NIP or an id of the roster; "" when
// there is none.
type Find func(ctx context.Context, tx *store.Tx, given string) (string, error)

// Outcome is a result that was filed.
type Outcome struct {
	Call, Person, Post string
	Title              string // of the post
	Programme          string // its title
	Number             int    // of the round
	On                 day.Day
	Filed              day.Day
	Points, Max        float64
	Panel              int    // how many scored
	Reply              string // of the person; "" for none
}

// Record takes an outcome into the merit record.
type Record func(ctx context.Context, tx *store.Tx, o Outcome) error

// Resource is what Allow is asked about; its types are "programme", "round", "call".
type Resource = scope.Resource

// Allow decides whether somebody may do something: nil, or a fault.
type Allow = scope.Allow

// The actions that Allow is asked about.
const (
	ActRead     = "callup.read"     // the office's pages: rounds, calls, what is late
	ActChange   = "callup.change"   // write a programme
	ActSeal     = "callup.seal"     // seal a list
	ActVoid     = "callup.void"     // declare a round void on a ground of the rules
	ActDice     = "callup.dice"     // type dice
	ActBeacon   = "callup.beacon"   // hand in the beacon: everybody
	ActPublic   = "callup.public"   // read what is published: everybody
	ActCall     = "callup.call"     // read a call: the person, the panel, the office
	ActAnswer   = "callup.answer"   // acknowledge, be excused, read the result, reply: the person
	ActPanel    = "callup.panel"    // name a panel, open, file
	ActScore    = "callup.score"    // score: a member of the panel
	ActFairness = "callup.fairness" // the tests of fairness: everybody
)

// Service holds what the use cases need. It may be used from many goroutines.
// Allow, Candidates, Absences, Duties, Related and Names are required.
type Service struct {
	Book *ledger.Book
	// Now is what all moments of a round and its calls go by: that of the house, in
	// UTC. The record keeps a clock of its own, and tells beside them when each was
	// written: only a demonstration, which tells of months gone by, has two.
	Now        func() time.Time
	Rand       io.Reader // ids, and the secrets of calls: who is drawn does not depend on it
	Allow      Allow
	Candidates Candidates
	Absences   Absences
	Duties     Duties
	Related    Related
	Names      Names
	Find       Find             // nil takes ids only
	Notify     Notify           // nil sends nothing
	Record     Record           // nil records in the ledger only
	Chain      beacon.Chain     // beacon.Quicknet() outside tests
	Archive    *archive.Archive // nil gives out no papers

	ids random.Source
}

// now is the present moment as tables keep it.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// The states of a round.
const (
	Sealed = "sealed"
	Drawn  = "drawn"
	Void   = "void"
)

// Round is a draw of a programme.
type Round struct {
	ID        string
	Programme string
	Number    int
	State     string
	Rules     lot.Rules
	Sealed    lot.Sealed // Entry is filled in by the draw
	Announced time.Time
	Source    lot.Source
	Groups    []Tally
	Left      map[string]int // who was kept off the list, by reason
	DrawnAt   time.Time
	FileSum   string
	VoidAt    time.Time
	VoidWhy   string // VoidList, VoidLate, VoidChanged
	VoidNote  string
	Typed     int // people who have typed the dice
}

// Tally is a group of a round and how many it has.
type Tally struct {
	Name  string `json:"name"`
	Label string `json:"label,omitempty"` // of a unit: its name
	N     int    `json:"n"`
	Quota int    `json:"quota"`
}

// Late reports that the announced moment has passed and nothing was drawn.
func (r *Round) Late(now time.Time) bool { return r.State == Sealed && now.After(r.Announced) }

// Voidable reports that the rules allow the round to be declared void for
// lateness.
func (r *Round) Voidable(now time.Time) bool {
	return r.State == Sealed && now.After(r.Announced.Add(time.Duration(r.Rules.LateHours)*time.Hour))
}

// The grounds on which a round is void.
const (
	VoidList    = "list"    // the list is wrong; only before the announced moment
	VoidLate    = "late"    // no randomness within the time of the rules
	VoidChanged = "changed" // the list or the rules are not the sealed ones any more
)

// Grounds lists them.
func Grounds() []string { return []string{VoidList, VoidLate, VoidChanged} }

// The states of a call.
const (
	Called       = "called"
	Acknowledged = "acknowledged"
	Excused      = "excused"
	Absent       = "absent"
	Passed       = "passed"
	Open         = "open"
	Scored       = "scored"
	Told         = "told"
	Filed        = "filed"
)

// States lists them in the order of a call's life.
func States() []string {
	return []string{Called, Acknowledged, Open, Scored, Told, Filed, Excused, Absent, Passed}
}

// Call is somebody who was drawn.
type Call struct {
	ID        string
	Round     string
	Programme string
	Number    int
	Title     string // of the programme
	Person    string
	Name      string
	Post      string
	PostTitle string
	Unit      string
	UnitName  string
	Group     string
	Place     int // in the order of the group, from 1
	State     string
	At        time.Time // of the summons
	Due       time.Time // of the presentation
	Acked     time.Time
	Why       string // kind of absence, or why passed
	Note      string
	Instead   string // id of the call in whose place this one stands
	Panel     []Member
	Questions []Question
	OpenedAt  time.Time
	ScoredAt  time.Time
	ToldAt    time.Time
	Reply     string
	FiledAt   time.Time
	Result    *Result // nil for who may not see it yet
	Rules     lot.Rules
	secret    string // see Service.secret
}

// commit is what the record says of the secret of a call when it is made: enough to
// know later that it is the same, and nothing to draw from.
func (c *Call) commit() string { return sample.Hex(c.secret) }

// Live reports that the person is still to present, or has.
func (c *Call) Live() bool { return c.State != Excused && c.State != Passed && c.State != Absent }

// scoreTime is how long a panel has for its scores.
const scoreTime = 48 * time.Hour

// Late reports that something is overdue.
func (c *Call) Late(now time.Time) bool {
	switch c.State {
	case Called, Acknowledged:
		return now.After(c.Due)
	case Open:
		return now.After(c.OpenedAt.Add(scoreTime))
	}
	return false
}

// Member is a member of a panel.
type Member struct {
	Person string `json:"person"`
	Name   string `json:"name"`
	Given  bool   `json:"-"` // has scored
}

// Question was drawn from the duties of the post.
type Question struct {
	Duty   string `json:"duty"`
	Ticket string `json:"ticket"`
}

// Sheet is what a member gave, in the order of the rubric.
type Sheet struct {
	Member string    `json:"member"`
	Points []int     `json:"points"`
	Note   string    `json:"note"`
	At     time.Time `json:"at"`
}

// Result is what the sheets say together.
type Result struct {
	Sheets []Sheet
	Lines  []Line
	Points float64 // sum of the means
	Max    int
	Alpha  float64 // Krippendorff's alpha, interval; meaningless unless Known
	Known  bool    // false when all gave the same to everything, or one member scored
}

// Line is a criterion of the result.
type Line struct {
	Criterion lot.Criterion
	Mean      float64
	Low, High int
}
