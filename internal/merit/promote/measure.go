package promote

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/rule"
)

// Who can change a fact.
const (
	HandSelf   = "self"
	HandOffice = "office"
	HandTime   = "time"
	HandNobody = "none"
)

// Law is the eligibility book with the measures by which data become its
// facts, and the days that follow from the calendar. It does not change once
// loaded and may be used by many goroutines.
type Law struct {
	Book   *rule.Book
	SHA256 string // over the book and the measures

	timeline rule.Timeline
	matters  []matter
	bands    map[string][]band
	steps    map[string]int    // level or rung → step of the ladder
	lower    map[string]string // level → its lower echelon
	trains   map[string][]string
	short    int // months below which a post is short
	window   int // months after which a short post is forgotten
	due      int // month in which last year's rating is due
	degree   int
	degrees  map[string]int
	high     int // step from which a post is high
	hands    map[string]string

	at      map[string]int // fact → place in a situation
	matterF int
}

// matter is one requirement.
type matter struct {
	name  string
	value uint8  // in a situation
	facts []int  // that its rules ask about, in the book's order
	reads []bool // by fact
}

// band is one value of a banded fact and where it begins.
type band struct {
	value string
	from  int
	unit  string
}

type measureFile struct {
	Bands map[string]struct {
		Unit string         `yaml:"unit"`
		From map[string]int `yaml:"from"`
	} `yaml:"bands"`
	Ladder []struct {
		Level string   `yaml:"level"`
		Rungs []string `yaml:"rungs"`
		Lower string   `yaml:"echelon"`
	} `yaml:"ladder"`
	Trainings map[string][]string `yaml:"trainings"`
	Short     struct {
		Months int `yaml:"months"`
		Window int `yaml:"window"`
	} `yaml:"short"`
	Rating struct {
		DueMonth int `yaml:"due_month"`
	} `yaml:"rating"`
	Kin struct {
		Degree  int            `yaml:"degree"`
		High    string         `yaml:"high"`
		Degrees map[string]int `yaml:"degrees"`
	} `yaml:"kin"`
	Hands map[string]string `yaml:"hands"`
	Heads []struct {
		From       string            `yaml:"from"`
		Until      string            `yaml:"until"`
		Is         string            `yaml:"is"`
		Confidence string            `yaml:"confidence"`
		Note       map[string]string `yaml:"note"`
	} `yaml:"heads"`
}

// LoadLaw reads the book in dir and its measure.yaml. The timeline says how
// the ban on replacing officials follows from the day; who heads the region
// comes from the measures. The error says everything that does not fit.
func LoadLaw(fsys fs.FS, dir string, t rule.Timeline) (*Law, error) {
	b, err := rule.Load(fsys, dir)
	if err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(fsys, path.Join(dir, "measure.yaml"))
	if err != nil {
		return nil, fmt.Errorf("measure.yaml: %w", err)
	}
	var m measureFile
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("measure.yaml: %w", err)
	}
	sum := sha256.Sum256(append([]byte(b.SHA256+"\n"), data...))
	l := &Law{Book: b, SHA256: hex.EncodeToString(sum[:]), bands: map[string][]band{}, steps: map[string]int{}, lower: map[string]string{}, at: map[string]int{},
		trains: m.Trainings, short: m.Short.Months, window: m.Short.Window, due: m.Rating.DueMonth, degree: m.Kin.Degree, degrees: m.Kin.Degrees, hands: m.Hands}
	for i, f := range b.Facts() {
		l.at[f.Name] = i
	}
	var bad []string
	say := func(ok bool, format string, args ...any) {
		if !ok {
			bad = append(bad, fmt.Sprintf("measure.yaml: "+format, args...))
		}
	}
	l.readBands(m, say)
	l.readLadder(m, say)
	for level, list := range m.Trainings {
		say(b.Known("level", level), "trainings: %q is no level", level)
		say(len(list) > 0, "trainings: none for %q", level)
	}
	say(l.short > 0 && l.window >= l.short, "short: want 0 < months ≤ window")
	say(l.due >= 1 && l.due <= 12, "rating: due_month is a month")
	say(l.degree >= 1 && l.degree <= 4, "kin: degree is 1 to 4")
	for fact, hand := range m.Hands {
		_, ok := b.Fact(fact)
		say(ok, "hands: %q is no fact", fact)
		say(slices.Contains([]string{HandSelf, HandOffice, HandTime, HandNobody}, hand), "hands: %q of %s is nobody", hand, fact)
	}
	heads := rule.Track{When: rule.Facts{}}
	for _, h := range m.Heads {
		say(b.Known("head", h.Is), "heads: %q is no value of head", h.Is)
		from, until := parseOpen(h.From, say), parseOpen(h.Until, say)
		heads.Spans = append(heads.Spans, rule.Span{From: from, Until: until, Set: rule.Facts{"head": h.Is}})
	}
	l.timeline = rule.Timeline{Tracks: append(slices.Clone(t.Tracks), heads)}
	l.readMatters(say)
	if len(bad) > 0 {
		slices.Sort(bad)
		return nil, fmt.Errorf("%s", strings.Join(bad, "\n"))
	}
	return l, nil
}

func parseOpen(s string, say func(bool, string, ...any)) day.Day {
	if s == "" {
		return day.None
	}
	d, err := day.Parse(s)
	say(err == nil, "%v", err)
	return d
}

// readBands wants a band for each value of a fact, but for "none", from the
// lowest up in the order of the vocabulary.
func (l *Law) readBands(m measureFile, say func(bool, string, ...any)) {
	for _, name := range []string{"experience", "in_post", "spins", "age"} {
		in, ok := m.Bands[name]
		say(ok, "bands: %s is missing", name)
		f, ok := l.Book.Fact(name)
		say(ok, "bands: %s is no fact of the book", name)
		last := -1
		for _, v := range f.Values {
			if v.Name == "none" {
				continue
			}
			from, ok := in.From[v.Name]
			say(ok && from > last, "bands: %s: %s is missing or out of order", name, v.Name)
			last = from
			l.bands[name] = append(l.bands[name], band{v.Name, from, in.Unit})
		}
		say(len(in.From) == len(l.bands[name]), "bands: %s has a band that is no value", name)
		say(len(l.bands[name]) > 0 && l.bands[name][0].from == 0, "bands: %s does not begin at 0", name)
	}
	say(len(m.Bands) == len(l.bands), "bands: one is of a fact that is not counted")
}

func (l *Law) readLadder(m measureFile, say func(bool, string, ...any)) {
	for i, s := range m.Ladder {
		for _, name := range append([]string{s.Level}, s.Rungs...) {
			_, dup := l.steps[name]
			say(!dup && name != "", "ladder: %q stands twice or is empty", name)
			l.steps[name] = i + 1
		}
		say(l.Book.Known("level", s.Level), "ladder: %q is no level", s.Level)
		if l.lower[s.Level] = s.Lower; s.Lower != "" {
			say(l.Book.Known("echelon", s.Lower), "ladder: %q is no echelon", s.Lower)
		}
	}
	l.high = l.steps[m.Kin.High]
	say(l.high > 0, "kin: high %q is no step of the ladder", m.Kin.High)
}

// readMatters finds which facts each requirement asks about.
func (l *Law) readMatters(say func(bool, string, ...any)) {
	l.matterF = l.at["matter"]
	f, ok := l.Book.Fact("matter")
	say(ok, "the book has no fact matter")
	facts := l.Book.Facts()
	for i, v := range f.Values {
		mt := matter{name: v.Name, value: uint8(i + 1), reads: make([]bool, len(facts))}
		for _, r := range l.Book.Rules {
			if !about(r, v.Name) {
				continue
			}
			for _, cs := range append([][]rule.Condition{r.When}, r.Any...) {
				for _, c := range cs {
					mt.reads[l.at[c.Fact]] = c.Fact != "matter"
				}
			}
		}
		for j, reads := range mt.reads {
			if reads {
				mt.facts = append(mt.facts, j)
			}
		}
		l.matters = append(l.matters, mt)
	}
}

// about says whether a rule can apply to a matter.
func about(r *rule.Rule, name string) bool {
	for _, c := range r.When {
		if c.Fact == "matter" {
			return slices.Contains(c.Words, name)
		}
	}
	return true
}

// matter finds a requirement of the book.
func (l *Law) matter(name string) *matter {
	return &l.matters[slices.IndexFunc(l.matters, func(m matter) bool { return m.name == name })]
}

// bandOf is the value that a number falls into.
func (l *Law) bandOf(fact string, n int) string {
	out := ""
	for _, b := range l.bands[fact] {
		if n >= b.from {
			out = b.value
		}
	}
	return out
}

// step is the place of a post on the ladder, from 1; 0 when it is on none.
func (l *Law) step(level, rung string) int {
	if level == "fungsional" {
		return l.steps[rung]
	}
	return l.steps[level]
}

// High says whether a post is one of those whose holder's relatives are looked
// at.
func (l *Law) High(level, rung string) bool { return level != "" && l.step(level, rung) >= l.high }

// counts says whether a relation is near enough, on a day on which it holds.
func (l *Law) counts(k *Kin, on day.Day) bool {
	return holds(k.From, k.Until, on) && l.degrees[k.Kind] <= l.degree
}

// Hand says who can change a fact.
func (l *Law) Hand(fact string) string {
	if h := l.hands[fact]; h != "" {
		return h
	}
	return HandNobody
}

// Matters names the requirements in the order of the book.
func (l *Law) Matters() []string {
	out := make([]string, len(l.matters))
	for i, m := range l.matters {
		out[i] = m.name
	}
	return out
}

// Levels names the levels that the book covers.
func (l *Law) Levels() []string {
	f, _ := l.Book.Fact("level")
	var out []string
	for _, v := range f.Values {
		if slices.Contains(v.Groups, "covered") {
			out = append(out, v.Name)
		}
	}
	return out
}
