package calendar

import (
	"slices"
	"strings"

	"netral/internal/day"
	"netral/internal/rule"
)

// Phases a stage can play, in the order in which they come.
const (
	PhaseStart         = "start"
	PhaseNomination    = "nomination"
	PhaseDetermination = "determination"
	PhaseCampaign      = "campaign"
	PhaseQuiet         = "quiet"
	PhaseVoting        = "voting"
	PhaseCounting      = "counting"
	PhaseOath          = "oath"
)

// Statuses of a contest.
const (
	StatusHeld      = "held"      // took place
	StatusScheduled = "scheduled" // will take place
	StatusNotHeld   = "not_held"  // prepared, did not take place
	StatusProjected = "projected" // follows from the law, without a schedule
)

var (
	phases   = []string{PhaseStart, PhaseNomination, PhaseDetermination, PhaseCampaign, PhaseQuiet, PhaseVoting, PhaseCounting, PhaseOath}
	statuses = []string{StatusHeld, StatusScheduled, StatusNotHeld, StatusProjected}
	kinds    = []string{"president", "legislature", "governor", "other_head"}
)

// Edition is one issue of the calendar. It is never changed once loaded.
type Edition struct {
	ID          string       `json:"id"`
	Previous    string       `json:"previous"` // id of the edition it replaces; "" for the first
	Published   day.Day      `json:"published"`
	Note        rule.Text    `json:"note"`
	SHA256      string       `json:"sha256"` // of the file, hexadecimal
	Contests    []Contest    `json:"contests"`
	Parties     []Party      `json:"parties"`
	Bodies      []Body       `json:"bodies"`
	Instruments []Instrument `json:"instruments"`
	Sources     []Source     `json:"sources"`

	file     []byte
	timeline rule.Timeline
}

// Contest is a post being filled.
type Contest struct {
	ID          string       `json:"id"`   // "PRES24"
	Kind        string       `json:"kind"` // president, legislature, governor, other_head
	Title       rule.Text    `json:"title"`
	Short       rule.Text    `json:"short"`
	Region      Region       `json:"region"`
	Status      string       `json:"status"`
	Contingent  bool         `json:"contingent,omitempty"` // takes place only if another contest is not settled
	Basis       []string     `json:"basis,omitempty"`      // instrument ids
	Note        rule.Text    `json:"note,omitzero"`
	Stages      []Stage      `json:"stages,omitempty"`
	Window      *Window      `json:"window,omitempty"`
	Projection  *Projection  `json:"projection,omitempty"`
	Contestants []Contestant `json:"contestants,omitempty"`
}

// Region is where a contest takes place. Code is that of the Ministry of Home
// Affairs, "00" for the country, "other" for every region but Jakarta.
type Region struct {
	Code  string    `json:"code"`
	Title rule.Text `json:"title"`
}

// Stage is one line of a schedule, on the days [From, Until).
type Stage struct {
	ID         string    `json:"id"`
	Track      string    `json:"track"` // stages of one track never overlap
	Phase      string    `json:"phase,omitempty"`
	From       day.Day   `json:"from"`
	Until      day.Day   `json:"until"` // the first day after it
	Title      rule.Text `json:"title"`
	Note       rule.Text `json:"note,omitzero"`
	Conflict   rule.Text `json:"conflict,omitzero"` // where sources disagree
	Instrument string    `json:"instrument,omitempty"`
	Confidence string    `json:"confidence"`
	Sources    []string  `json:"sources"`
	Contingent bool      `json:"contingent,omitempty"`
	Held       bool      `json:"held"`
}

// Last is the last day of the stage, as KPU prints it.
func (s Stage) Last() day.Day { return s.Until - 1 }

// Window documents the ban on replacing officials, whose days follow from the
// determination and the oath (UU 10/2016 art. 71).
type Window struct {
	Instrument string    `json:"instrument"`
	Confidence string    `json:"confidence"`
	Sources    []string  `json:"sources"`
	Note       rule.Text `json:"note,omitzero"`
	Conflict   rule.Text `json:"conflict,omitzero"`
}

// Projection is the span in which the vote of a contest without a schedule
// must fall.
type Projection struct {
	From       day.Day   `json:"from"`
	Until      day.Day   `json:"until"`
	Confidence string    `json:"confidence"`
	Sources    []string  `json:"sources"`
	Why        rule.Text `json:"why"`
}

// Contestant is a pair of people, or a party.
type Contestant struct {
	ID          string    `json:"id"` // "PRES24-1"
	Number      int       `json:"number"`
	People      []Person  `json:"people,omitempty"`
	Party       string    `json:"party,omitempty"`
	Independent bool      `json:"independent,omitempty"`
	Admitted    day.Day   `json:"admitted,omitzero"`   // a party admitted to the election; not the hinge of the rules
	Determined  day.Day   `json:"determined,omitzero"` // where it differs from the contest's day
	Withdrawn   day.Day   `json:"withdrawn,omitzero"`
	Backing     []Backing `json:"parties,omitempty"`
	Marks       []Mark    `json:"marks,omitempty"`
	Verified    bool      `json:"verified"`
	Sources     []string  `json:"sources,omitempty"`
	Doubt       rule.Text `json:"doubt,omitzero"`
	Note        rule.Text `json:"note,omitzero"`
}

// Person is one half of a pair. Single are parts of the name that mean this
// person on their own; Weak are parts that may mean somebody else.
type Person struct {
	Name   string   `json:"name"`
	Role   string   `json:"role"`
	Single []string `json:"single,omitempty"`
	Weak   []string `json:"weak,omitempty"`
}

// Backing is a group of parties behind a pair.
type Backing struct {
	IDs      []string `json:"ids"`
	Role     string   `json:"role"` // nominating or supporting
	Verified bool     `json:"verified"`
	Sources  []string `json:"sources,omitempty"`
}

// Mark is something by which a contestant is known: a nickname, hashtag,
// slogan or symbol has a Text as people write it, a gesture or colour a Title.
type Mark struct {
	Kind     string    `json:"kind"`
	Text     string    `json:"text,omitempty"`
	Title    rule.Text `json:"title,omitzero"`
	From     day.Day   `json:"from,omitzero"`
	Weak     bool      `json:"weak,omitempty"` // an ordinary word, too
	Verified bool      `json:"verified"`
	Sources  []string  `json:"sources,omitempty"`
}

// Party is a political party.
type Party struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Short []string `json:"short"`
	Weak  []string `json:"weak,omitempty"` // those of Short that are ordinary words, too
	Marks []Mark   `json:"marks,omitempty"`
}

// Body is who supervises or governs on [From, Until); day.None is open.
type Body struct {
	ID         string    `json:"id"`
	Role       string    `json:"role"` // supervisor or acting_governor
	From       day.Day   `json:"from"`
	Until      day.Day   `json:"until"`
	Title      rule.Text `json:"title"`
	Note       rule.Text `json:"note,omitzero"`
	Confidence string    `json:"confidence"`
	Sources    []string  `json:"sources"`
}

// Instrument is the law, regulation or decision that sets a date.
type Instrument struct {
	ID    string    `json:"id"`
	Title rule.Text `json:"title"`
}

// Source is where a date was read.
type Source struct {
	ID      string `json:"id"`
	Address string `json:"address"`
}

// Contest finds a contest by id.
func (e *Edition) Contest(id string) (*Contest, bool) {
	for i := range e.Contests {
		if strings.EqualFold(e.Contests[i].ID, id) {
			return &e.Contests[i], true
		}
	}
	return nil, false
}

// Contestant finds a contestant, and the contest it runs in, by id.
func (e *Edition) Contestant(id string) (*Contest, *Contestant, bool) {
	for i := range e.Contests {
		for j := range e.Contests[i].Contestants {
			if c := &e.Contests[i].Contestants[j]; strings.EqualFold(c.ID, id) {
				return &e.Contests[i], c, true
			}
		}
	}
	return nil, nil, false
}

// Party finds a party by id.
func (e *Edition) Party(id string) (Party, bool) {
	i := slices.IndexFunc(e.Parties, func(p Party) bool { return p.ID == id })
	if i < 0 {
		return Party{}, false
	}
	return e.Parties[i], true
}

// Instrument is the title of an instrument, or its id when it has none.
func (e *Edition) Instrument(id string) rule.Text {
	for _, in := range e.Instruments {
		if in.ID == id {
			return in.Title
		}
	}
	return rule.Text{ID: id, EN: id}
}

// BodyOn is the body with the role on the day.
func (e *Edition) BodyOn(role string, on day.Day) (Body, bool) {
	for _, b := range e.Bodies {
		if b.Role == role && (b.From == day.None || on >= b.From) && (b.Until == day.None || on < b.Until) {
			return b, true
		}
	}
	return Body{}, false
}

// Takes reports whether the contest takes, or took, place: only such contests
// bind anybody.
func (c *Contest) Takes() bool { return c.Status == StatusHeld || c.Status == StatusScheduled }

// Cancelled reports whether a stage was prepared and did not take place.
func (c *Contest) Cancelled(s Stage) bool { return c.Status == StatusNotHeld || !s.Held }

// Phase finds the stage that plays the phase.
func (c *Contest) Phase(phase string) (Stage, bool) {
	for _, s := range c.Stages {
		if s.Phase == phase {
			return s, true
		}
	}
	return Stage{}, false
}

// Name is what a contestant is called: the pair's names, or the party's.
func (e *Edition) Name(c Contestant) string {
	if c.Party != "" {
		if p, ok := e.Party(c.Party); ok {
			return p.Name
		}
		return c.Party
	}
	names := make([]string, len(c.People))
	for i, p := range c.People {
		names[i] = p.Name
	}
	return strings.Join(names, " – ")
}
