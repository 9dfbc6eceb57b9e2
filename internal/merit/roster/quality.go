package roster

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// Checks lists what is looked at, the gravest first: what cannot be true, what
// should not be, what is missing.
func Checks() []string {
	return []string{
		"mutual_heads", "double_nip", "nip_born", "nip_sex", "nik_doubt", "double_post", "overfull",
		"not_serving", "post_gone", "no_head_post", "head_vacant", "no_tenure", "no_nip", "incomplete",
	}
}

// Grave reports that what the check found cannot be true.
func Grave(check string) bool {
	i := slices.Index(Checks(), check)
	return i >= 0 && i < slices.Index(Checks(), "no_head_post")
}

// Mender is the role that can mend what a check found.
func Mender(check string) string {
	switch check {
	case "no_head_post", "overfull", "post_gone":
		return "admin"
	}
	return "personnel"
}

// Finding is one thing that is wrong.
type Finding struct {
	Check  string `json:"check"`
	Person string `json:"person,omitempty"`
	Name   string `json:"name,omitempty"`
	Unit   string `json:"unit,omitempty"`
	// UnitName is the name of Unit, filled in where findings are shown.
	UnitName string `json:"unit_name,omitempty"`
	Post     string `json:"post,omitempty"`
	// Detail is what was compared: the other person, the two dates, …
	Detail []string `json:"detail,omitempty"`
}

// Key names a finding among those of its check, for paging: what was found, not
// where it stands in the list.
func (f *Finding) Key() string {
	h := fnv.New64a()
	for _, s := range append([]string{f.Person, f.Unit, f.Post}, f.Detail...) {
		write(h, []byte(s))
		write(h, []byte{0})
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// Tally counts the findings of a check.
type Tally struct {
	Check  string `json:"check"`
	Grave  bool   `json:"grave"`
	Mender string `json:"mender"`
	Count  int    `json:"count"`
}

// Filled says how many of those who serve have a field.
type Filled struct {
	Field string `json:"field"`
	Have  int    `json:"have"`
	Of    int    `json:"of"`
}

// QualityInput picks one check, or none for the overview.
type QualityInput struct {
	Check string
	Unit  string // with everything below; "" for all within reach
	Area  string // kode wilayah, with everything in it; "" for all
	Limit int    // findings; 100 when 0, at most 1,000
	Skip  int
	After string // Key of the last finding of the page before; instead of Skip

	whole bool // all findings, of the check or of every check, up to mostFindings
	old   bool // one of the last minutes will do
}

// QualityReport is how good the roster is on a day.
type QualityReport struct {
	On       day.Day   `json:"on"`
	Seq      int64     `json:"seq"` // the change up to which it was looked at
	Made     time.Time `json:"made"`
	Serving  int       `json:"serving"`
	Tallies  []Tally   `json:"tallies"` // failures first
	Filled   []Filled  `json:"filled"`
	Findings []Finding `json:"findings,omitempty"`
	Total    int       `json:"total"`          // findings of the check that may be seen
	Next     string    `json:"next,omitempty"` // After of the next page
}

// filledFields are the fields whose completeness is told.
func filledFields() []string {
	return []string{"nip", "born", "sex", "grade", "education", "field", "nik", "post"}
}

// audit is everything that was found on a day. It does not change once made.
type audit struct {
	seq      int64
	made     time.Time
	on       day.Day
	findings []Finding
	serving  map[string]int    // by unit
	filled   map[string][8]int // by unit, in the order of filledFields
}

// auditor keeps the last audit.
type auditor struct {
	mu   sync.Mutex
	cur  *audit
	busy bool  // another is made in the background
	many int64 // facts; manyFacts when 0
}

// manyFacts is from how many facts on nobody waits for an audit: it is made in the
// background, and until it is ready the last one is told, with its time.
const manyFacts = 5_000_000

// Quality tells what in the roster cannot be true or is missing, the worst
// first, of the people and units within the asker's reach. It is worked out
// anew when the roster has changed; of a large one in the background, and what is
// told meanwhile is the last. Busy until there is one.
func (s *Service) Quality(ctx context.Context, who actor.Actor, in QualityInput) (QualityReport, error) {
	var out QualityReport
	var c checker
	c.one("check", in.Check, Checks(), true)
	c.area("area", in.Area)
	if err := c.Fields.Err(); err != nil {
		return out, err
	}
	switch {
	case in.whole:
		in.Limit = mostFindings
	case in.Limit <= 0 || in.Limit > 1000:
		in.Limit = 100
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, s.today())
		if err != nil {
			return err
		}
		r := s.reach(who, "roster.quality.read", "unit", t)
		r.self = ""
		if r.nobody() {
			return s.denied(who, "roster.quality.read", Resource{Type: "roster"})
		}
		a, err := s.audit(ctx, tx, t, in.old)
		if err != nil {
			return err
		}
		within := func(unit string) bool { return r.all || r.units[unit] }
		if in.Unit != "" || in.Area != "" {
			wide, chosen := within, t.chosen(in.Unit, in.Area)
			within = func(unit string) bool { return chosen(unit) && wide(unit) }
		}
		out = a.report(in, within)
		for i := range out.Findings {
			if u := t.units[out.Findings[i].Unit]; u != nil {
				out.Findings[i].UnitName = u.Name
			}
		}
		return nil
	})
	return out, err
}

func (a *audit) report(in QualityInput, within func(string) bool) QualityReport {
	out := QualityReport{On: a.on, Seq: a.seq, Made: a.made}
	counts := map[string]int{}
	for i := range a.findings {
		f := &a.findings[i]
		if !within(f.Unit) {
			continue
		}
		counts[f.Check]++
		if f.Check != in.Check && !(in.whole && in.Check == "") {
			continue
		}
		out.Total++
		switch {
		case in.After != "": // what came up to and with that row was seen
			if f.Key() == in.After {
				in.After, in.Skip = "", out.Total
			}
		case out.Total <= in.Skip:
		case len(out.Findings) < in.Limit:
			out.Findings = append(out.Findings, *f)
		default:
			out.Next = out.Findings[len(out.Findings)-1].Key()
		}
	}
	for _, c := range Checks() {
		out.Tallies = append(out.Tallies, Tally{Check: c, Grave: Grave(c), Mender: Mender(c), Count: counts[c]})
	}
	slices.SortStableFunc(out.Tallies, func(x, y Tally) int { return cmp.Compare(btoi(x.Count == 0), btoi(y.Count == 0)) })
	var sum [8]int
	for unit, n := range a.serving {
		if within(unit) {
			out.Serving += n
			for i, v := range a.filled[unit] {
				sum[i] += v
			}
		}
	}
	for i, f := range filledFields() {
		out.Filled = append(out.Filled, Filled{Field: f, Have: sum[i], Of: out.Serving})
	}
	return out
}

// oldAudit is how old an audit may be for those who only want to know whether
// there is something to do.
const oldAudit = 5 * time.Minute

// audit is the last one, or one that is made now. Busy when the first of a large
// roster is being made.
func (s *Service) audit(ctx context.Context, tx *store.Tx, t *tree, old bool) (*audit, error) {
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return nil, err
	}
	q := &s.quality
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.cur != nil && q.cur.on == t.on && (q.cur.seq == seq || old && s.Now().Sub(q.cur.made) < oldAudit) {
		return q.cur, nil
	}
	n, err := countFacts(ctx, tx)
	if err != nil {
		return nil, err
	}
	if n >= cmp.Or(q.many, manyFacts) {
		if !q.busy {
			q.busy = true
			go s.auditApart(context.Background()) // not of this transaction
		}
		if q.cur == nil {
			return nil, fault.New(fault.Busy, "roster.quality.working")
		}
		return q.cur, nil
	}
	a, err := inspect(ctx, tx, t)
	if err != nil {
		return nil, err
	}
	a.seq, a.made = seq, s.Now()
	q.cur = a
	return a, nil
}

// auditApart makes an audit that nobody waits for. When it fails, whoever asks
// next begins another.
func (s *Service) auditApart(ctx context.Context) {
	var a *audit
	err := s.inTurn(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, s.today())
		if err != nil {
			return err
		}
		seq, err := lastSeq(ctx, tx)
		if err != nil {
			return err
		}
		if a, err = inspect(ctx, tx, t); err == nil {
			a.seq = seq
		}
		return err
	})
	q := &s.quality
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
	if err == nil {
		a.made = s.Now()
		q.cur = a
	}
}
