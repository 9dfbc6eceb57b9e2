package promote

import (
	"context"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// Datum is one thing that is known about a person, or not: the zero Datum is
// unknown, which is not the same as zero, none or no.
type Datum[T any] struct {
	Value  T         `json:"value"`
	Known  bool      `json:"known"`
	Source string    `json:"source,omitempty"` // "Dimuat dari pegawai.csv"
	At     time.Time `json:"at,omitzero"`      // when it came in
}

// Some is a datum that is known.
func Some[T any](v T, source string, at time.Time) Datum[T] { return Datum[T]{v, true, source, at} }

// Record is what eligibility reads about a person. Whoever keeps the roster
// fills it in; this slice imports no other.
type Record struct {
	Person   string
	Name     string
	Unit     string // of the present definitive post; "" without one
	UnitName string

	Status    Datum[string] // pns, cpns, pppk, gone
	Born      Datum[day.Day]
	Education Datum[string] // SD … S-3
	Grade     Datum[string] // I/a … IV/e, class

	// Lists are in the order of their days. A list that is not Known was never
	// loaded; a known list without rows says that there is nothing.
	Tenures   Datum[[]Tenure]
	Ratings   []Rating // a year that is not in it is unknown
	Trainings Datum[[]Training]
	Marks     Datum[[]Span]   // Kind: light, medium, heavy
	Leaves    Datum[[]Span]   // Kind: cltn and others
	Case      Datum[string]   // none, examined, appeal
	CaseOpen  bool            // something says that a case may run, and not how it stands
	Kin       Datum[[]Kin]    // declared relations
	Papers    []Paper         // of this slice
	Excuses   map[string]bool // tenures that were cut short for an excuse
}

// silent says that nothing is kept about a matter for this person, where nothing
// is kept for most. A case that may run is not nothing.
func (r *Record) silent(matter string) bool {
	return matter == "case" && !r.Case.Known && !r.CaseOpen
}

// Tenure is a time in a post.
type Tenure struct {
	ID         string
	Post       string
	Title      string
	Unit       string
	UnitName   string
	Level      string
	Echelon    string
	Rung       string
	Definitive bool // no Plt or Plh
	From       day.Day
	Until      day.Day // day.None: until further notice
	Decree     string
	Source     string
	At         time.Time
}

// Rating is the predicate of a year.
type Rating struct {
	Year      int
	Predicate string
	Source    string
	At        time.Time
}

// Training is a course that was finished.
type Training struct {
	Kind   string
	Until  day.Day // the last day and one; day.None when not known
	Source string
	At     time.Time
}

// Span is a mark or a leave.
type Span struct {
	Kind   string
	From   day.Day
	Until  day.Day
	Source string
	At     time.Time
}

// Kin is a declared relation.
type Kin struct {
	Person string
	Name   string
	Kind   string // what they are to the person
	Level  string // of the post that they hold now; "" for none
	Rung   string
	From   day.Day
	Until  day.Day
}

// Target is the post that somebody is looked at for. A post that does not
// exist yet, or any of a level, has no Post.
type Target struct {
	Post     string `json:"post,omitempty"`
	Title    string `json:"title,omitempty"`
	Unit     string `json:"unit,omitempty"`
	UnitName string `json:"unit_name,omitempty"`
	Level    string `json:"level"`
	Echelon  string `json:"echelon,omitempty"`
	// Deciders are the people who propose, assess and decide.
	Deciders []string `json:"-"`
	Papers   []Paper  `json:"-"` // approvals for the post
}

// The function types that app fills in.
type (
	// Records reads one person. Fault NotFound when there is none.
	Records func(ctx context.Context, tx *store.Tx, person string, on day.Day) (Record, error)
	// Many reads people and posts at once; who or what is unknown is missing.
	Many func(ctx context.Context, tx *store.Tx, people, posts []string, on day.Day) (map[string]Record, map[string]Target, error)
	// Everybody reads all who serve, or those in a unit and below it.
	Everybody func(ctx context.Context, tx *store.Tx, unit string, on day.Day, each func(*Record) error) error
	// PostOf reads a post, and the way from the top to its unit.
	PostOf func(ctx context.Context, tx *store.Tx, post string, on day.Day) (Target, []string, error)
	// Vacancies lists posts of covered levels with a free seat on a day, in a
	// unit and below it.
	Vacancies func(ctx context.Context, tx *store.Tx, unit string, on day.Day) ([]Target, error)
	// Appointments reads who was appointed to which post by whom: those in
	// which the promoter took part, or with "" all.
	Appointments func(ctx context.Context, tx *store.Tx, promoter string) ([]Appointment, error)
	// Whose says where a person belongs, for the question who may see them.
	Whose func(ctx context.Context, tx *store.Tx, person string, on day.Day) (Resource, error)
	// Version is a number that grows with every change of the records.
	Version func(ctx context.Context, tx *store.Tx) (int64, error)
	// Baseline counts the predicates of a year on a level: good, and all.
	Baseline func(ctx context.Context, tx *store.Tx, level string, year int) (good, all int, err error)
)

// holds says whether [from, until) has the day in it.
func holds(from, until, on day.Day) bool {
	return (from == day.None || on >= from) && (until == day.None || on < until)
}

// NoPerson and NoPost are what the function types answer when there is none.
func NoPerson(id string) error { return fault.New(fault.NotFound, "promote.person.unknown", clip(id)) }

// NoPost is NoPerson for a post.
func NoPost(id string) error { return fault.New(fault.NotFound, "promote.post.unknown", clip(id)) }
