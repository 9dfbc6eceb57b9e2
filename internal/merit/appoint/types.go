package appoint

import (
	"context"
	"embed"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter/archive"
	"netral/internal/random"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "merit_appoint", FS: files}

// Post is a post as it is on a day.
type Post struct {
	ID      string
	Title   string
	Level   string // jpt_madya … pelaksana
	Head    bool   // leads its unit
	Echelon string // "III.a"; "" for those without
	Unit    string
	Agency  string // name of the unit right below the top
	Seats   int
	Holders []string // who holds it definitively
}

// functional is the level of functional posts, which have a ladder of their own.
const functional = "fungsional"

// Person is somebody as they are on a day.
type Person struct {
	ID      string
	Name    string
	NIP     string
	Grade   string
	Serving bool
	Post    string // id of the definitive post; "" without one
}

// Posts reads posts on a day; one that does not exist on it is missing.
type Posts func(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]Post, error)

// People reads people on a day; who is not in the roster is missing.
type People func(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]Person, error)

// Find gives the ids of people that were typed as a NIP or an id; who is not
// found is missing.
type Find func(ctx context.Context, tx *store.Tx, given []string) (map[string]string, error)

// Place gives the ids of the units from the top to that of a post.
type Place func(ctx context.Context, tx *store.Tx, post string, on day.Day) ([]string, error)

// Relatives gives the relatives of somebody up to the third degree, and how they are
// related: by what was declared, and what follows from it.
type Relatives func(ctx context.Context, tx *store.Tx, person string, on day.Day) (map[string]Kin, error)

// Said is a text in both languages.
type Said struct {
	ID string `json:"id"`
	EN string `json:"en"`
}

// In is the text in a language.
func (s Said) In(lang string) string {
	if lang == "en" {
		return s.EN
	}
	return s.ID
}

// The answers of a verdict.
const (
	Yes       = "eligible"
	Held      = "held"      // nothing bars, and a paper is not there yet
	Undecided = "undecided" // a datum is missing that could bar
	NotYet    = "not_yet"   // something bars on this day
	Outside   = "outside"   // the rules do not speak of this level
)

// Verdict says whether somebody may be given a post on a day.
type Verdict struct {
	Answer  string  `json:"answer"`
	From    day.Day `json:"from"` // for NotYet, where a day is known; else day.None
	Reasons []Said  `json:"reasons,omitempty"`
	Law     string  `json:"law,omitempty"` // edition of the rules
}

// Pair is a person for a post.
type Pair struct {
	Person string `json:"person"`
	Post   string `json:"post"`
}

// Eligible decides about people and posts, all at once. Without it every person
// has to be excepted with a reason.
type Eligible func(ctx context.Context, tx *store.Tx, pairs []Pair, on day.Day) (map[Pair]Verdict, error)

// Move is one change of the tenures.
type Move struct {
	Person string
	Post   string
	From   string // the definitive post that they leave; "" for none
}

// Installed is what a change of the tenures left in the roster.
type Installed struct {
	Seq int64  `json:"seq"` // number of the change
	Sum string `json:"sum"` // SHA-256 of its rows
}

// Install changes the tenures within the transaction: old ones end on the
// effective date, new ones begin on it.
type Install func(ctx context.Context, tx *store.Tx, who actor.Actor, moves []Move, decree string, signed, effective day.Day) (Installed, error)

// Resource is what Allow is asked about; its types are "batch".
type Resource = scope.Resource

// Allow decides whether somebody may do something: nil, or a fault.
type Allow = scope.Allow

// The actions that Allow is asked about.
const (
	ActPublic  = "appoint.public"  // published decrees and proofs: everybody
	ActRead    = "appoint.read"    // batches in the office
	ActPrepare = "appoint.prepare" // open a batch, propose, minutes, approvals, recusals
	ActExcept  = "appoint.except"  // except somebody from the requirements, with a reason
	ActSign    = "appoint.sign"    // sign, and cancel what was signed
	ActOath    = "appoint.oath"    // check in, record the oath
	ActEffect  = "appoint.effect"  // change the tenures
	ActExtract = "appoint.extract" // read an extract: the person, the office
	ActDuty    = "appoint.duty"    // state that somebody took up their duty: the head of the receiving unit, the office
)

// Service holds what the use cases need. It may be used from many goroutines.
// All fields but Eligible, Archive and Chief are required.
type Service struct {
	Book       *ledger.Book
	Now        func() time.Time
	Rand       io.Reader // ids and codes
	Allow      Allow
	Posts      Posts
	People     People
	Find       Find
	Relatives  Relatives
	Eligible   Eligible
	Conditions []Condition
	Install    Install
	Archive    *archive.Archive // nil gives out no papers
	Chief      Chief            // nil leaves the place of a superior empty
	Place      Place
	After      *Aftercare

	ids      random.Source
	recounts recounts
}

func (s *Service) allow(who actor.Actor, action string, r Resource) error {
	if s.Allow == nil {
		return fault.New(fault.Denied, "appoint.denied")
	}
	return s.Allow(who, action, r)
}

// The states of a batch.
const (
	Draft     = "draft"
	Signed    = "signed"
	Done      = "done"
	Cancelled = "cancelled"
)

// The authorities.
const (
	Definitive = "definitive"
	Acting     = "acting" // penjabat
)

// Batch is a ceremony.
type Batch struct {
	ID      string
	State   string
	Version int
	At      time.Time // of the last change
	By      string    // actor of the last change
	Year    int
	Number  int
	Sum     string // SHA-256 of the published lines
	Papers
}

// Decree is the number of the decree in words: "12/2023"; "" before it is
// signed.
func (b *Batch) Decree() string {
	if b.Number == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", b.Number, b.Year)
}

// Papers is what is kept of a batch besides its proposals.
type Papers struct {
	Title     string     `json:"title"`
	Effective day.Day    `json:"effective"`
	OathDay   day.Day    `json:"oath_day"`
	Officiant string     `json:"officiant"`
	Authority string     `json:"authority"`
	Signer    string     `json:"signer"`    // name and post of who signs
	Decider   string     `json:"decider"`   // their id in the roster; "" for who is not in it
	Last      string     `json:"last"`      // key of the last change
	Minutes   *Minutes   `json:"minutes"`   // nil until assessed
	Approvals []Approval `json:"approvals"` // in the order of filing
	Signed    day.Day    `json:"signed"`    // date of the decree
	Witnesses []string   `json:"witnesses"`
	Oath      day.Day    `json:"oath"` // day on which the oath was last taken
	Why       string     `json:"why"`  // of a cancellation

	Rows    int            `json:"rows"`
	Counts  []Count        `json:"counts"` // once signed
	Kinds   map[string]int `json:"kinds"`  // once signed
	Sworn   int            `json:"sworn"`
	InForce int            `json:"in_force"`

	Withdrawn int `json:"withdrawn,omitempty"`
}

// Minutes are of the assessment.
type Minutes struct {
	Number    string   `json:"number"`
	Date      day.Day  `json:"date"`
	Assessors []string `json:"assessors"` // ids in the roster
	Summary   string   `json:"summary"`
}

// Approval is a paper that lets something be done.
type Approval struct {
	Kind   string  `json:"kind"` // one of ApprovalKinds
	Number string  `json:"number"`
	Date   day.Day `json:"date"`
}

// The approvals: technical consideration of BKN, approval of the minister of
// home affairs.
const (
	BKN      = "bkn"
	Mendagri = "mendagri"
)

// ApprovalKinds lists them.
func ApprovalKinds() []string { return []string{BKN, Mendagri} }

// Proposal is a person for a post.
type Proposal struct {
	Post   string
	Person string
	Code   string
	Case
}

// Case is what is kept of a proposal.
type Case struct {
	Proposer  string    `json:"proposer"` // id in the roster
	By        string    `json:"by"`       // actor who put it in
	Others    []string  `json:"others"`   // other candidates
	Reason    string    `json:"reason"`   // for this person
	Single    string    `json:"single"`   // why there is no other candidate
	Verdict   Verdict   `json:"verdict"`
	Against   string    `json:"against,omitempty"` // why the assessors advise against them
	Exception string    `json:"exception"`         // why they are appointed all the same
	Recusals  []Recusal `json:"recusals"`
	Row       Row       `json:"row"` // as signed
	Arrived   time.Time `json:"arrived,omitzero"`
	Absent    string    `json:"absent"`
	Seat      int       `json:"seat,omitempty"`
	Pact      *Accepted `json:"pact,omitempty"`
	Withdrawn string    `json:"withdrawn,omitempty"` // number of the decree that withdrew them
	Mended    Mended    `json:"mended,omitempty"`    // what was corrected later
	Sworn     day.Day   `json:"sworn"`
	InForce   bool      `json:"in_force"`
}

// candidates are all who were looked at for the post.
func (p *Proposal) candidates() []string { return append([]string{p.Person}, p.Others...) }

// Recusal says who stands back for a post, and who takes their place.
type Recusal struct {
	Person     string `json:"person"`
	Substitute string `json:"substitute"`
	Note       string `json:"note"`
}

// Limits of texts, in characters, and of a batch.
const (
	maxShort = 200
	maxLong  = 2000
	maxRows  = 20000
)

type checker struct{ fault.Fields }

func (c *checker) text(name, s string, most int) {
	c.Add(strings.TrimSpace(s) != "", name, "appoint.check.empty")
	c.optional(name, s, most)
}

func (c *checker) optional(name, s string, most int) {
	n := utf8.RuneCountInString(s)
	c.Add(n <= most, name, "appoint.check.long", n, most)
	c.Add(!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError }), name, "appoint.check.letters")
}

func (c *checker) day(name string, d day.Day) {
	c.Add(d >= day.First && d <= day.Last, name, "appoint.check.day", day.First, day.Last)
}

// some wants at least one row ticked, and no more than a batch can have.
func (c *checker) some(posts []string) {
	c.Add(len(posts) > 0, "posts", "appoint.roll.nobody")
	c.Add(len(posts) <= maxRows, "posts", "appoint.propose.count", len(posts), maxRows)
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}
