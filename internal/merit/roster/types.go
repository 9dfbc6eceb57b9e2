package roster

import (
	"context"
	"io"
	"sync"
	"time"

	"netral/internal/access/scope"
	"netral/internal/area"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Days are [From, Until). day.None as From means "since before we know", as
// Until "until further notice". The zero Day is 1 January 1970: say day.None.
//
// An ID is 1 to 32 of a–z, A–Z, 0–9 and the hyphen. Bulk gives one to a row
// whose ID is empty, and writes it into the row.

// Unit is a part of the government (unit kerja) as it is on the days of the
// row. Several rows with one ID tell its history: a new name, another parent.
type Unit struct {
	ID           string  `json:"id"`
	Parent       string  `json:"parent"`       // id of a unit; "" at the top
	Name         string  `json:"name"`         // official name, Indonesian
	Abbreviation string  `json:"abbreviation"` // "Dinkes"
	Kind         string  `json:"kind"`         // dinas, badan, kecamatan, kelurahan, …; any word
	Area         string  `json:"area"`         // kode wilayah of Kemendagri, "31.74.04"; "" when it has none
	Rank         int     `json:"rank"`         // order among the units of one parent
	From         day.Day `json:"from"`
	Until        day.Day `json:"until"`
}

// Post is a seat or, with Seats > 1, several alike (jabatan). A post with
// fewer holders than seats on a day is vacant on that day.
type Post struct {
	ID      string  `json:"id"`
	Unit    string  `json:"unit"`
	Title   string  `json:"title"`   // "Kepala Dinas Kesehatan"
	Level   Level   `json:"level"`   // JPT madya … fungsional
	Echelon string  `json:"echelon"` // "I.a" … "V.a"; "" for those without
	Rung    string  `json:"rung"`    // jenjang of a functional post: "ahli_muda"; one of Rungs
	Class   int     `json:"class"`   // kelas jabatan 1–17; 0 when not known
	Seats   int     `json:"seats"`   // 0 means 1
	Head    bool    `json:"head"`    // leads its unit
	Duties  string  `json:"duties"`  // tupoksi, plain text
	From    day.Day `json:"from"`
	Until   day.Day `json:"until"`
}

// Level is the level of a post (jenjang jabatan; UU 20/2023, PP 11/2017).
type Level string

// The levels, the highest first.
const (
	JPTMadya      Level = "jpt_madya"     // eselon I
	JPTPratama    Level = "jpt_pratama"   // eselon II
	Administrator Level = "administrator" // eselon III
	Pengawas      Level = "pengawas"      // eselon IV
	Fungsional    Level = "fungsional"
	Pelaksana     Level = "pelaksana"
)

// Levels lists the levels, the highest first.
func Levels() []Level {
	return []Level{JPTMadya, JPTPratama, Administrator, Pengawas, Fungsional, Pelaksana}
}

// Rungs are the rungs of functional posts, skilled ones first, each from the
// lowest (PP 11/2017).
func Rungs() []string {
	return []string{"pemula", "terampil", "mahir", "penyelia", "ahli_pertama", "ahli_muda", "ahli_madya", "ahli_utama"}
}

// Status is the standing of a person as an employee.
type Status string

// The statuses.
const (
	PNS     Status = "pns"
	CPNS    Status = "cpns"
	PPPK    Status = "pppk"
	Retired Status = "retired"
	Dead    Status = "dead"
	Left    Status = "left" // resigned, dismissed or moved to another government
)

// Statuses lists them; the first three serve.
func Statuses() []Status { return []Status{PNS, CPNS, PPPK, Retired, Dead, Left} }

// Serving reports that somebody with the status works here.
func (s Status) Serving() bool { return s == PNS || s == CPNS || s == PPPK }

// Sex as the numbers have it.
type Sex string

// The sexes: 1 and 2 in a NIP.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Person is an employee (pegawai) as they are on the days of the row. A rise
// in grade, a new title or another status is a new row with the same ID from
// that day on.
type Person struct {
	ID string `json:"id"`
	// NIP is 18 digits without spaces: the NIP of a PNS or CPNS, the NI PPPK
	// of a PPPK.
	NIP string `json:"nip"`
	NRK string `json:"nrk"` // DKI's own six digits; "" when there is none
	// NIK is only ever given, never read back: it is sealed on its way in.
	NIK       string  `json:"-"`
	Name      string  `json:"name"`      // without titles
	Before    string  `json:"before"`    // titles before the name: "Dr. Ir."
	After     string  `json:"after"`     // titles after it: "S.H., M.Si."
	Grade     string  `json:"grade"`     // golongan/ruang "III/c", or the class of a PPPK "IX"
	Education string  `json:"education"` // one of Educations
	Field     string  `json:"field"`     // field of study
	Born      day.Day `json:"born"`
	Sex       Sex     `json:"sex"`
	Status    Status  `json:"status"`
	From      day.Day `json:"from"`
	Until     day.Day `json:"until"`
}

// Educations lists the levels of education, the lowest first.
func Educations() []string {
	return []string{"SD", "SMP", "SMA", "D-I", "D-II", "D-III", "D-IV", "S-1", "S-2", "S-3"}
}

// Grades lists the grades of PNS, the lowest first: "I/a" … "IV/e".
func Grades() []string {
	return []string{
		"I/a", "I/b", "I/c", "I/d", "II/a", "II/b", "II/c", "II/d",
		"III/a", "III/b", "III/c", "III/d", "IV/a", "IV/b", "IV/c", "IV/d", "IV/e",
	}
}

// Classes lists the classes of PPPK, the lowest first: "I" … "XVII".
func Classes() []string {
	return []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"}
}

// The kinds of a tenure.
const (
	Definitive = "definitive"
	Plt        = "plt" // the post is vacant
	Plh        = "plh" // its holder is away
)

// Tenure says who held which post. An empty ID is made from person, post,
// kind and first day, so that the same row given twice is one tenure. The IDs
// of the kinds below are made the same way from what is named as their key.
type Tenure struct {
	ID         string  `json:"id"`
	Person     string  `json:"person"`
	Post       string  `json:"post"`
	Kind       string  `json:"kind"`   // Definitive, Plt, Plh
	Decree     string  `json:"decree"` // number of the SK
	DecreeDate day.Day `json:"decree_date"`
	From       day.Day `json:"from"`
	Until      day.Day `json:"until"`
}

// Predicates are the yearly predicates of performance, the best first (PP
// 30/2019, PermenPANRB 6/2022).
func Predicates() []string {
	return []string{"sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"}
}

// Rating is the predicate of a year. Key: person, year.
type Rating struct {
	ID        string `json:"id"`
	Person    string `json:"person"`
	Year      int    `json:"year"`
	Predicate string `json:"predicate"` // one of Predicates
}

// TrainingKinds lists the kinds of training that rules ask for, and "other".
func TrainingKinds() []string {
	return []string{"latsar", "pkp", "pka", "pkn2", "pkn1", "technical", "functional", "other"}
}

// Training is a course that was finished (diklat). Key: person, kind, name,
// first day.
type Training struct {
	ID          string  `json:"id"`
	Person      string  `json:"person"`
	Kind        string  `json:"kind"` // one of TrainingKinds
	Name        string  `json:"name"`
	Certificate string  `json:"certificate"`
	From        day.Day `json:"from"`
	Until       day.Day `json:"until"`
}

// MarkLevels are the levels of discipline (PP 94/2021), the lightest first.
func MarkLevels() []string { return []string{"light", "medium", "heavy"} }

// Mark is a disciplinary sanction and the days on which it counts (hukuman
// disiplin). Key: person, level, decree, first day.
type Mark struct {
	ID     string  `json:"id"`
	Person string  `json:"person"`
	Level  string  `json:"level"` // one of MarkLevels
	What   string  `json:"what"`  // "Teguran tertulis"
	Decree string  `json:"decree"`
	From   day.Day `json:"from"`
	Until  day.Day `json:"until"`
}

// LeaveKinds lists the kinds of leave (PP 11/2017); cltn is leave outside
// state responsibility.
func LeaveKinds() []string {
	return []string{"annual", "long", "sick", "maternity", "important", "joint", "cltn"}
}

// Leave is a leave that was granted (cuti). Key: person, kind, first day.
type Leave struct {
	ID     string  `json:"id"`
	Person string  `json:"person"`
	Kind   string  `json:"kind"` // one of LeaveKinds
	Decree string  `json:"decree"`
	From   day.Day `json:"from"`
	Until  day.Day `json:"until"`
}

// RelationKinds lists what Other is to Person.
func RelationKinds() []string {
	return []string{"spouse", "parent", "child", "sibling", "grandparent", "grandchild", "uncle_aunt", "nephew_niece", "cousin", "in_law", "other"}
}

// Relation says that two people of the roster are related. It is given once,
// from either side. Key: person, other, kind.
type Relation struct {
	ID     string  `json:"id"`
	Person string  `json:"person"`
	Other  string  `json:"other"`
	Kind   string  `json:"kind"` // what Other is to Person; one of RelationKinds
	From   day.Day `json:"from"`
	Until  day.Day `json:"until"`
}

// Batch is what Bulk writes together, in this order.
type Batch struct {
	Units     []Unit
	Posts     []Post
	People    []Person
	Tenures   []Tenure
	Ratings   []Rating
	Trainings []Training
	Marks     []Mark
	Leaves    []Leave
	Relations []Relation
}

// Len is the number of rows.
func (b *Batch) Len() int {
	return len(b.Units) + len(b.Posts) + len(b.People) + len(b.Tenures) + len(b.Ratings) +
		len(b.Trainings) + len(b.Marks) + len(b.Leaves) + len(b.Relations)
}

// Source says where facts come from; it is shown beside each of them.
type Source struct {
	Kind   string `json:"kind"`   // one of SourceKinds
	Name   string `json:"name"`   // the file, the decree, the letter
	Reason string `json:"reason"` // why, where something is changed
	// Fresh promises that nothing in the batch is known yet, so that nothing is
	// looked up: for a first load. A fact that is known with the same id and
	// first day is a Conflict, and nothing is written.
	Fresh bool `json:"fresh"`
	// Seen promises that whatever rows refer to exists or is in the batch, so
	// that it is not looked for: nothing ever leaves the roster, so whoever saw
	// it once may promise.
	Seen bool `json:"-"`
	// Checked promises that Check of each row found nothing, so that it is not
	// asked again.
	Checked bool `json:"-"`
	// Postpone says that this is a piece of a load of a whole government, whose
	// end calls Complete, or is a piece with Last, which does so itself.
	Postpone bool `json:"-"`
	Last     bool `json:"-"`
}

// SourceKinds lists the kinds of source.
func SourceKinds() []string { return []string{"import", "decree", "correction", "demo", "system"} }

// Counts is what a Bulk did.
type Counts struct {
	Units, Posts, People, Tenures, Ratings, Trainings, Marks, Leaves, Relations int // rows given

	New       int    // facts that were not known
	Changed   int    // facts that took the place of others
	Unchanged int    // rows that say what was known
	Seq       int64  // number of the change in the roster; 0 when nothing changed
	Index     int64  // index of the ledger entry; -1 when nothing changed
	Sum       string // SHA-256 of the rows as the ledger has it
}

// Resource is what Allow is asked about; its types are "person", "unit", "tree", "people", "roster", "correction".
type Resource = scope.Resource

// Allow decides whether somebody may do something: nil, or a fault.
type Allow = scope.Allow

// Sealer seals the NIK of a person. Index is a keyed hash, the same for the
// same NIK, by which doubles are found without opening anything.
type Sealer interface {
	Seal(ctx context.Context, tx *store.Tx, person, nik string) ([]byte, error)
	Index(nik string) []byte
}

// Clock is the working-hours clock of a correction: when something asked at a
// moment is due. nil means 72 hours by the calendar.
type Clock func(asked time.Time) time.Time

// Service holds what the use cases need. It may be used from many goroutines.
type Service struct {
	Book *ledger.Book
	Now  func() time.Time
	// Rand gives ids: crypto/rand.Reader, or in tests something that can be
	// repeated.
	Rand io.Reader
	// Allow decides; nil refuses everything.
	Allow Allow
	// Sealer seals NIKs; nil refuses rows that have one.
	Sealer Sealer
	// Due is the clock of corrections that employees ask for.
	Due Clock
	// Areas are the places of the map; without them there is none.
	Areas *area.Set

	ids     sync.Mutex
	find    finder
	grown   grown
	woods   woods
	quality auditor
	staff   staffings
	then    then
	counts  counts
}
