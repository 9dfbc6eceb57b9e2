package lot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"netral/internal/beacon"
	"netral/internal/fault"
	"netral/internal/sample"
)

// Format names the form of the file.
const Format = "netral-draw/1"

// MaxBytes is the largest file that is read: a list of some 4.7 million.
const MaxBytes = 256 << 20

// The sources of randomness.
const (
	Drand = "drand" // a round of quicknet
	Dice  = "dice"  // rolled before witnesses
	Both  = "both"
)

// Sources lists them.
func Sources() []string { return []string{Drand, Dice, Both} }

// Rules are what a programme promised before the draw.
type Rules struct {
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	Levels      []string    `json:"levels"`       // who can be called: levels of posts
	Every       string      `json:"every"`        // "month", "quarter"
	Count       int         `json:"count"`        // how many are drawn each time
	By          string      `json:"by"`           // what makes a group: "level", "unit", "all"
	Quotas      []Quota     `json:"quotas"`       // fixed quotas; by largest remainder when empty
	Substitutes int         `json:"substitutes"`  // how many are named after each group's quota
	Rest        int         `json:"rest"`         // who was called in so many rounds before is not listed
	NoticeHours int         `json:"notice_hours"` // from the summons to the presentation
	Exempt      []string    `json:"exempt"`       // absences that keep somebody off the list
	Excuse      []string    `json:"excuse"`       // absences that excuse somebody who was drawn
	Source      string      `json:"source"`       // one of Sources
	Dice        int         `json:"dice"`         // how many dice are rolled; 0 without
	LateHours   int         `json:"late_hours"`   // after the announced moment; then the draw is void
	Panel       int         `json:"panel"`        // members of a panel
	Questions   int         `json:"questions"`    // drawn from the duties of the post
	Rubric      []Criterion `json:"rubric"`
	ReplyDays   int         `json:"reply_days"` // to answer the result before it is filed
}

// Quota is a fixed quota of a group.
type Quota struct {
	Group string `json:"group"`
	N     int    `json:"n"`
}

// Criterion is a line of the rubric, scored from 0 to Max.
type Criterion struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Max   int    `json:"max"`
}

// Sealed is what entered the record before the randomness existed.
type Sealed struct {
	At     time.Time `json:"at"`            // to the second
	Round  int       `json:"round"`         // of the programme, from 1
	Entry  int64     `json:"entry"`         // of the record
	List   string    `json:"list"`          // SHA-256 of the sealed list file
	Groups string    `json:"groups"`        // SHA-256 of the ids with their groups
	Rules  string    `json:"rules"`         // SHA-256 of the rules
	Beacon uint64    `json:"beacon"`        // the announced round of drand; 0 without
	Roll   time.Time `json:"roll,omitzero"` // the announced moment of the dice
}

// Source is the public randomness.
type Source struct {
	Chain      string `json:"chain,omitempty"`
	Round      uint64 `json:"round,omitempty"`
	Signature  string `json:"signature,omitempty"`
	Randomness string `json:"randomness,omitempty"`
	Dice       string `json:"dice,omitempty"` // as rolled, 1 to 6
}

// Text is what goes into the seed.
func (s Source) Text() string {
	if s.Randomness != "" && s.Dice != "" {
		return s.Randomness + "\n" + s.Dice
	}
	return s.Randomness + s.Dice
}

// Ticket is somebody drawn.
type Ticket struct {
	Number string `json:"number"`
	ID     string `json:"id"`
}

// Group is a part of the list and what was drawn from it.
type Group struct {
	Name        string   `json:"name"`
	Quota       int      `json:"quota"`
	Drawn       []Ticket `json:"drawn"`
	Substitutes []Ticket `json:"substitutes"`
	IDs         []string `json:"ids"` // in byte order
}

// Sums are over parts that nothing else is computed from.
type Sums struct {
	Sealed string `json:"sealed"`
	Source string `json:"source"`
	Groups string `json:"groups"`
}

// File is a published draw.
type File struct {
	Format string  `json:"format"`
	Rules  Rules   `json:"rules"`
	Sealed Sealed  `json:"sealed"`
	Source Source  `json:"source"`
	Seed   string  `json:"seed"`
	Groups []Group `json:"groups"`
	Sums   Sums    `json:"sums"`
}

// Digits is how many digits of a ticket number are shown.
const Digits = 12

// Marshal writes a file in its one form.
func (f *File) Marshal() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Parse reads a file. Faults: TooLarge; Invalid when it is none, or has another
// form than Marshal gives it, with the line.
func Parse(raw []byte) (*File, error) {
	if len(raw) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "lot.large", MaxBytes>>20)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	f := &File{}
	if err := dec.Decode(f); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "lot.broken", line(raw, where(raw, err)))
	}
	if f.Format != Format {
		return nil, fault.New(fault.Invalid, "lot.format", clip(f.Format), Format)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "lot.broken", line(raw, int(dec.InputOffset())))
	}
	again, err := f.Marshal()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "lot.broken", 1)
	}
	if at := differ(raw, again); at >= 0 {
		return nil, fault.New(fault.Invalid, "lot.form", line(raw, at))
	}
	return f, nil
}

// where is the place that a decoding error is about, as well as it tells.
func where(raw []byte, err error) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &syntax):
		return int(syntax.Offset)
	case errors.As(err, &kind):
		return int(kind.Offset)
	case errors.As(err, &moment):
		return bytes.Index(raw, []byte(strings.Trim(moment.Value, `"`)))
	}
	// The library has no type for a field that it does not know.
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return bytes.Index(raw, []byte(name))
	}
	return len(raw)
}

func line(raw []byte, at int) int {
	return 1 + bytes.Count(raw[:min(max(at, 0), len(raw))], []byte("\n"))
}

// differ is the first place where two texts differ; -1 when they do not.
func differ(a, b []byte) int {
	if bytes.Equal(a, b) {
		return -1
	}
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func clip(s string) string {
	r := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}

// sumOf is the SHA-256 of a part, as compact JSON.
func sumOf(part any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(part); err != nil {
		return "", err
	}
	return sample.Sum(b.Bytes()), nil
}

// RulesSum is the sum that seals the rules.
func RulesSum(r Rules) (string, error) { return sumOf(r) }

// ListSum is the sum that seals the list.
func ListSum(groups []Group) (string, error) {
	var all []string
	for _, g := range groups {
		all = append(all, g.IDs...)
	}
	list, err := sample.List(all)
	if err != nil {
		return "", err
	}
	return sample.Sum(list), nil
}

// GroupsSum is the sum that seals who is in which group: the SHA-256 of lines
// "id TAB group", in byte order of the ids.
func GroupsSum(groups []Group) string {
	type row struct{ id, group string }
	var all []row
	for _, g := range groups {
		for _, id := range g.IDs {
			all = append(all, row{id, g.Name})
		}
	}
	slices.SortFunc(all, func(a, b row) int { return cmp.Or(strings.Compare(a.id, b.id), strings.Compare(a.group, b.group)) })
	var b bytes.Buffer
	for _, r := range all {
		b.WriteString(r.id + "\t" + r.group + "\n")
	}
	return sample.Sum(b.Bytes())
}

// Quotas are the quotas of groups by the rules: the fixed ones, or those of
// Count by largest remainder. Faults: Invalid, with the smallest change that
// makes them fit.
func Quotas(r Rules, groups []Group) ([]int, error) {
	sizes := make([]sample.Size, len(groups))
	for i, g := range groups {
		sizes[i] = sample.Size{Name: g.Name, N: len(g.IDs)}
	}
	if len(r.Quotas) == 0 {
		return sample.Quotas(sizes, r.Count)
	}
	quotas := make([]int, len(groups))
	for _, q := range r.Quotas {
		at := slices.IndexFunc(groups, func(g Group) bool { return g.Name == q.Group })
		if at < 0 { // a group with nobody in it
			at = len(sizes)
			sizes, quotas = append(sizes, sample.Size{Name: q.Group}), append(quotas, 0)
		}
		quotas[at] = q.N
	}
	if err := sample.Fits(sizes, quotas); err != nil {
		return nil, err
	}
	return quotas[:len(groups)], nil
}

// Draw fills in the seed, the tickets and the sums of a file that has all else.
// The groups are put into order of their names.
func (f *File) Draw() error {
	f.Format = Format
	slices.SortFunc(f.Groups, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	quotas, err := Quotas(f.Rules, f.Groups)
	if err != nil {
		return err
	}
	f.Seed = sample.Seed(f.Rules.ID, strconv.Itoa(f.Sealed.Round), f.Sealed.List, f.Source.Text())
	strata := make([]sample.Stratum, len(f.Groups))
	for i, g := range f.Groups {
		strata[i] = sample.Stratum{Name: g.Name, IDs: g.IDs, Quota: quotas[i]}
	}
	drawn, err := sample.Strata(f.Seed, strata, f.Rules.Substitutes)
	if err != nil {
		return err
	}
	for i, d := range drawn {
		g := &f.Groups[i]
		g.Quota, g.Drawn, g.Substitutes = quotas[i], shown(d.Sample), shown(d.Substitutes)
		slices.Sort(g.IDs)
	}
	f.Sums, err = f.sums()
	return err
}

func (f *File) sums() (s Sums, err error) {
	if s.Sealed, err = sumOf(f.Sealed); err != nil {
		return s, err
	}
	if s.Source, err = sumOf(f.Source); err != nil {
		return s, err
	}
	s.Groups, err = sumOf(f.Groups)
	return s, err
}

func shown(list []sample.Ticket) []Ticket {
	out := make([]Ticket, len(list))
	for i, t := range list {
		out[i] = Ticket{sample.Cut(t.Number, Digits), t.ID}
	}
	return out
}

// Order is everybody of a group in the order of the draw, the first first: what
// the sample and its substitutes are the beginning of.
func (f *File) Order(group string) ([]string, error) {
	at := slices.IndexFunc(f.Groups, func(g Group) bool { return g.Name == group })
	if at < 0 {
		return nil, fault.New(fault.NotFound, "lot.group", clip(group))
	}
	list, err := sample.Draw(f.Seed, f.Groups[at].IDs, sample.Options{Take: sample.All})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.ID
	}
	return out, nil
}

// Announced is the moment before which nobody could know the randomness.
func (s Sealed) Announced(chain beacon.Chain) time.Time {
	var at time.Time
	if s.Beacon > 0 {
		at = chain.At(s.Beacon)
	}
	if s.Roll.After(at) {
		at = s.Roll
	}
	return at
}
