package promote

import (
	"cmp"
	"slices"

	"netral/internal/day"
	"netral/internal/proportion"
)

// The parts that somebody can have in an appointment.
const (
	Proposed = "proposed"
	Assessed = "assessed"
	Decided  = "decided"
)

// Parts lists them.
func Parts() []string { return []string{Proposed, Assessed, Decided} }

// Appointment is who was appointed to which post, and who had which part in it.
type Appointment struct {
	ID     string              `json:"id"`
	Person string              `json:"person"`
	Name   string              `json:"name"`
	Post   string              `json:"post"`
	Title  string              `json:"title"`
	Level  string              `json:"level"`
	On     day.Day             `json:"on"`    // when it took effect
	Until  day.Day             `json:"until"` // when they left the post; day.None while they hold it
	Decree string              `json:"decree"`
	By     map[string][]string `json:"-"` // part → people; a part that is missing is not known
	// Ratings of the person, all years that are known.
	Ratings []Rating `json:"-"`
}

// Result is one appointment seen later.
type Result struct {
	Appointment
	Parts     []string `json:"parts"` // that the promoter had
	Year      int      `json:"year"`  // the first whole year in the post; 0 while there is none
	Predicate string   `json:"predicate,omitempty"`
	Good      bool     `json:"good"`
	State     string   `json:"state"` // counted, pending, missing
}

// The states of a result.
const (
	Counted = "counted"
	Pending = "pending" // the first whole year is not over, or not due
	Missing = "missing" // it is due and nobody knows it
)

// Cell is a level in a year: how all others on it were rated.
type Cell struct {
	Level string `json:"level"`
	Year  int    `json:"year"`
	Here  int    `json:"here"` // of those appointed with the promoter's part
	Good  int    `json:"good"` // of the others
	All   int    `json:"all"`  // others
}

// Record of a promoter: how those whom somebody proposed, assessed or appointed
// were rated later, beside others of the same level and year.
type PromoterRecord struct {
	Promoter string              `json:"promoter"`
	Name     string              `json:"name"`
	Part     string              `json:"part"` // "" for any
	Results  []Result            `json:"results"`
	Counted  int                 `json:"counted"`
	Good     int                 `json:"good"`
	Pending  int                 `json:"pending"`
	Missing  int                 `json:"missing"`
	Share    proportion.Interval `json:"share"` // exact, of Good out of Counted
	// Base is the share that would be expected were they like the others of the
	// same level and year; Based says how many others that rests on. Cells
	// without others are left out, and so are their results.
	Base    float64 `json:"base"`
	Based   int     `json:"based"`
	Cells   []Cell  `json:"cells"`
	Left    int     `json:"left"`    // results left out: there was nobody to compare with
	Few     bool    `json:"few"`     // too few to say much
	Look    bool    `json:"look"`    // the whole interval lies below Base: a person should look at it
	Replies []Reply `json:"replies"` // of the promoter, beside the figures wherever these are shown
}

// fewResults is below which a share says little. A flag needs as many.
const fewResults = 10

// firstYear is the first calendar year that lies wholly in the post; 0 when
// the post was left before one did.
func firstYear(a *Appointment) int {
	y := a.On.Time().Year()
	if a.On != day.Of(y, 1, 1) {
		y++
	}
	if a.Until != day.None && a.Until < day.Of(y+1, 1, 1) {
		return 0
	}
	return y
}

// weigh makes the record of a promoter from their appointments. One person
// counts once for each appointment, with the first whole year in the post:
// later years depend on it, and counting them would make few look like many.
func (l *Law) weigh(promoter, part string, list []Appointment, base func(level string, year int) (good, all int, err error), on day.Day) (PromoterRecord, error) {
	out := PromoterRecord{Promoter: promoter, Part: part}
	type key struct {
		level string
		year  int
	}
	cells := map[key]*Cell{}
	good := map[key]int{}
	for _, a := range list {
		r := Result{Appointment: a}
		for _, p := range Parts() {
			if slices.Contains(a.By[p], promoter) {
				r.Parts = append(r.Parts, p)
			}
		}
		if len(r.Parts) == 0 || part != "" && !slices.Contains(r.Parts, part) {
			continue
		}
		r.Year = firstYear(&a)
		for _, x := range a.Ratings {
			if x.Year == r.Year {
				r.Predicate = x.Predicate
			}
		}
		switch {
		case r.Predicate != "":
			r.State, r.Good = Counted, l.Good(r.Predicate)
		case r.Year == 0, on < day.Of(r.Year+1, 1, 1).AddMonths(l.due-1):
			r.State = Pending
			out.Pending++
		default:
			r.State = Missing
			out.Missing++
		}
		out.Results = append(out.Results, r)
		if r.State != Counted {
			continue
		}
		k := key{a.Level, r.Year}
		if cells[k] == nil {
			cells[k] = &Cell{Level: a.Level, Year: r.Year}
		}
		cells[k].Here++
		if r.Good {
			good[k]++
		}
	}
	expected := 0.0
	for k, c := range cells {
		g, all, err := base(k.level, k.year)
		if err != nil {
			return out, err
		}
		// The others: without those whom the figure is about.
		c.Good, c.All = max(0, g-good[k]), max(0, all-c.Here)
		if c.All == 0 {
			out.Left += c.Here
		} else {
			out.Counted += c.Here
			out.Good += good[k]
			out.Based += c.All
			expected += float64(c.Here) * float64(c.Good) / float64(c.All)
		}
		out.Cells = append(out.Cells, *c)
	}
	slices.SortFunc(out.Cells, func(a, b Cell) int { return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(a.Level, b.Level)) })
	slices.SortStableFunc(out.Results, func(a, b Result) int { return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.ID, b.ID)) })
	out.Share = proportion.Exact(out.Good, out.Counted)
	if out.Counted > 0 {
		out.Base = expected / float64(out.Counted)
	}
	out.Few = out.Counted < fewResults
	out.Look = !out.Few && out.Share.High < out.Base
	return out, nil
}

// Good says whether the book counts a predicate as good.
func (l *Law) Good(predicate string) bool {
	f, _ := l.Book.Fact("rating1")
	v, ok := f.Value(predicate)
	return ok && slices.Contains(v.Groups, "good")
}
