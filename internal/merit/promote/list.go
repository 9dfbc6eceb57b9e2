package promote

import (
	"context"
	"errors"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// ListInput asks who is eligible for a post.
type ListInput struct {
	Post    string
	On      day.Day
	Answers []Answer // those to show; eligible and held when empty
	After   string   // the last id of the page before
	Limit   int
}

// Listed is who is eligible for a post, and how many are not and why.
type Listed struct {
	Target  Target         `json:"target"`
	On      day.Day        `json:"on"`
	Total   int            `json:"total"`
	Counts  map[Answer]int `json:"counts"`
	Why     []Why          `json:"why"` // what bars or is missing, the most frequent first
	Rows    []ListRow      `json:"rows"`
	Next    string         `json:"next,omitempty"`
	Policy  Policy         `json:"policy"`
	Edition string         `json:"edition"`
	SHA256  string         `json:"sha256"`
	Hidden  []string       `json:"hidden,omitempty"`
}

// Why counts people for whom a matter bars, or whose datum is missing.
type Why struct {
	Matter  string `json:"matter"`
	Bars    int    `json:"bars"`
	Missing int    `json:"missing"`
}

// ListRow is one person of the list.
type ListRow struct {
	Person   string   `json:"person"`
	Name     string   `json:"name"`
	UnitName string   `json:"unit_name"`
	Answer   Answer   `json:"answer"`
	Bars     []string `json:"bars,omitempty"`
	Missing  []string `json:"missing,omitempty"`
	Holds    []string `json:"holds,omitempty"`
	Warns    []string `json:"warns,omitempty"`
}

type listedDetail struct {
	Post   string         `json:"post"`
	On     string         `json:"on"`
	After  string         `json:"after,omitempty"` // the page before ended there
	Total  int            `json:"total"`
	Counts map[Answer]int `json:"counts"`
	Law    string         `json:"law"`
}

const maxRows = 500

// List answers for everybody who serves. Each page is written down, with the
// counts: a list that was looked at before a decision can be told from one that
// was not, and whoever names a place to begin at sees no more than others do.
func (s *Service) List(ctx context.Context, who actor.Actor, in ListInput) (Listed, error) {
	l := s.Law()
	if in.On == day.None {
		in.On = s.today()
	}
	if in.Limit <= 0 || in.Limit > maxRows {
		in.Limit = 50
	}
	if len(in.Answers) == 0 {
		in.Answers = []Answer{Eligible, Held}
	}
	var c checker
	for _, a := range in.Answers {
		c.Add(slices.Contains(Answers(), a), "answer", "promote.check.one", clip(string(a)), Answers())
	}
	if err := c.Fields.Err(); err != nil {
		return Listed{}, err
	}
	out := Listed{On: in.On, Counts: map[Answer]int{}, Edition: l.Book.ID + " " + l.Book.Edition, SHA256: l.SHA256}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, res, err := s.aboutPost(ctx, tx, in.Post, in.On)
		if err != nil {
			return err
		}
		if err := s.allow(who, ActList, res); err != nil {
			return err
		}
		// The list names people of all units: who may see some only gets none.
		if err := s.allow(who, ActCheck, Resource{Type: "person"}); err != nil {
			return fault.New(fault.Denied, "promote.list.everybody")
		}
		// Matters about which nothing is kept for most are asked of those of whom
		// something is, for whoever may see that.
		out.Hidden = s.hide(&Record{}, s.allow(who, ActCase, res) == nil)
		var hide []string
		if s.allow(who, ActCase, res) != nil {
			hide = []string{"case"}
		}
		if t.Papers, err = papersFor(ctx, tx, in.Post); err != nil {
			return err
		}
		if out.Policy, err = policyOn(ctx, tx, in.On); err != nil {
			return err
		}
		sh, err := s.columns(ctx, tx, l, in.On)
		if err != nil {
			return err
		}
		out.Target = t
		out.fill(l, sh, sh.columns.Screen(&t, out.Policy, hide...), in)
		return nil
	})
	if err != nil {
		return out, err
	}
	_, err = s.Book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "merit.promote.listed", Subject: "post:" + in.Post, Detail: listedDetail{in.Post, in.On.String(), clip(in.After), out.Total, out.Counts, l.SHA256}}, nil
	})
	if err != nil {
		return Listed{}, err
	}
	return out, nil
}

// fill takes one page out of what came out, best answers first.
func (out *Listed) fill(l *Law, sh *shelved, res Screened, in ListInput) {
	out.Total = sh.columns.Len()
	for i, a := range Answers() {
		out.Counts[a] = res.Count[i]
	}
	why := make([]Why, len(l.matters))
	for i := range res.Answer {
		for m := range why {
			if res.Bars[i]>>m&1 != 0 {
				why[m].Bars++
			}
			if res.Open[i]>>m&1 != 0 {
				why[m].Missing++
			}
		}
	}
	for m, w := range why {
		if w.Matter = l.matters[m].name; w.Bars+w.Missing > 0 {
			out.Why = append(out.Why, w)
		}
	}
	slices.SortStableFunc(out.Why, func(a, b Why) int { return b.Bars + b.Missing - a.Bars - a.Missing })
	past := in.After == ""
	for at, a := range Answers() {
		if !slices.Contains(in.Answers, a) {
			continue
		}
		for i := range res.Answer {
			if int(res.Answer[i]) != at {
				continue
			}
			p := sh.people[i]
			if !past {
				past = p.Person == in.After
				continue
			}
			if len(out.Rows) == in.Limit {
				out.Next = out.Rows[len(out.Rows)-1].Person
				return
			}
			p.Answer, p.Bars, p.Missing, p.Holds, p.Warns = a, l.Names(res.Bars[i]), l.Names(res.Open[i]), l.Names(res.Holds[i]), l.Names(res.Warns[i])
			out.Rows = append(out.Rows, p)
		}
	}
}

// shelved are the columns of a day, kept while nothing changes.
type shelved struct {
	on      day.Day
	version int64
	own     int64
	law     *Law
	columns *Columns
	people  []ListRow // ids and names, in the order of the columns
}

// columns reads everybody, or takes what was read before.
func (s *Service) columns(ctx context.Context, tx *store.Tx, l *Law, on day.Day) (*shelved, error) {
	version, err := s.Version(ctx, tx)
	if err != nil {
		return nil, err
	}
	own, err := ownVersion(ctx, tx)
	if err != nil {
		return nil, err
	}
	s.shelf.Lock()
	defer s.shelf.Unlock()
	if sh := s.shelved; sh != nil && sh.on == on && sh.version == version && sh.own == own && sh.law == l {
		return sh, nil
	}
	papers, err := allPapers(ctx, tx)
	if err != nil {
		return nil, err
	}
	excuses := map[string]map[string]bool{}
	err = excusesWhere(ctx, tx, func(e Excused) {
		if excuses[e.Person] == nil {
			excuses[e.Person] = map[string]bool{}
		}
		excuses[e.Person][e.Tenure] = true
	}, ``)
	if err != nil {
		return nil, err
	}
	sh := &shelved{on: on, version: version, own: own, law: l, columns: l.NewColumns(on, 1024)}
	sh.columns.Without = s.Without
	err = s.Everybody(ctx, tx, "", on, func(r *Record) error {
		r.Papers, r.Excuses = papers[r.Person], excuses[r.Person]
		sh.columns.Add(r)
		sh.people = append(sh.people, ListRow{Person: r.Person, Name: r.Name, UnitName: r.UnitName})
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.shelved = sh
	return sh, nil
}

// Open lists the vacant posts whose candidates the asker may see.
func (s *Service) Open(ctx context.Context, who actor.Actor, unit string, on day.Day) ([]Target, error) {
	if on == day.None {
		on = s.today()
	}
	var out []Target
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := s.Vacancies(ctx, tx, unit, on)
		if err != nil {
			return err
		}
		if s.allow(who, ActCheck, Resource{Type: "person"}) != nil {
			return fault.New(fault.Denied, "promote.denied")
		}
		for _, t := range all {
			_, res, err := s.aboutPost(ctx, tx, t.Post, on)
			if err != nil {
				if errors.Is(err, fault.NotFound) {
					continue
				}
				return err
			}
			if s.allow(who, ActList, res) == nil {
				out = append(out, t)
			}
		}
		return nil
	})
	return out, err
}
