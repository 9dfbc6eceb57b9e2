package promote

import (
	"context"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/rule"
	"netral/internal/store"
)

// CheckInput asks about a person and a post on a day.
type CheckInput struct {
	Person  string
	Post    string // id; or a level, and an echelon with it
	Level   string
	Echelon string
	On      day.Day // day.None means today
	// Set are facts that the asker assumes: only such as the person or the
	// office can change.
	Set rule.Facts
}

// Checked is an answer with what stands around it.
type Checked struct {
	Assessment
	Spin    Spin       `json:"spin"`
	Excused []Excused  `json:"excused,omitempty"`
	Replies []Reply    `json:"replies"` // of the person, to the figure about short posts
	Policy  Policy     `json:"policy"`
	Set     rule.Facts `json:"set,omitempty"`
	Self    bool       `json:"self"`
	Hidden  []string   `json:"hidden,omitempty"` // matters that the asker may not see
	Papers  []Paper    `json:"papers"`
	File    bool       `json:"file"` // the asker may put papers on file
	// Presented are results of presentations of the person's own duties; they
	// decide nothing.
	Presented []Presented `json:"presented,omitempty"`
}

type checkedDetail struct {
	Person string `json:"person"`
	Post   string `json:"post,omitempty"`
	Level  string `json:"level"`
	On     string `json:"on"`
	Answer Answer `json:"answer"`
	Law    string `json:"law"`
}

// Check answers for one person. Looking at somebody else is written down.
// Faults: Invalid with fields, NotFound, and those of Allow.
func (s *Service) Check(ctx context.Context, who actor.Actor, in CheckInput) (Checked, error) {
	l := s.Law()
	if in.On == day.None {
		in.On = s.today()
	}
	if err := l.checkInput(&in); err != nil {
		return Checked{}, err
	}
	self := who.Person != "" && who.Person == in.Person
	var out Checked
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		res, err := s.about(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		if err := s.allowPerson(who, ActCheck, res); err != nil {
			return err
		}
		r, err := s.record(ctx, tx, in.Person, in.On)
		if err != nil {
			return err
		}
		hide := s.hide(&r, self || s.allow(who, ActCase, res) == nil)
		t := Target{Level: in.Level, Echelon: in.Echelon}
		if in.Post != "" {
			if t, _, err = s.PostOf(ctx, tx, in.Post, in.On); err != nil {
				return err
			}
			if t.Papers, err = papersFor(ctx, tx, in.Post); err != nil {
				return err
			}
		}
		p, err := policyOn(ctx, tx, in.On)
		if err != nil {
			return err
		}
		out = Checked{Assessment: l.Assess(&r, &t, p, in.On, in.Set, hide...), Spin: l.Spin(&r, in.On), Policy: p, Set: in.Set, Self: self, Hidden: hide, Papers: r.Papers}
		out.File = !self && s.allow(who, ActPaper, res) == nil
		if !self && !out.File { // a note is between the person and those who keep the file
			for i := range out.Papers {
				out.Papers[i].Note = ""
			}
		}
		if err := excusesWhere(ctx, tx, func(e Excused) { out.Excused = append(out.Excused, e) }, `WHERE person = $1`, in.Person); err != nil {
			return err
		}
		if out.Replies, err = repliesOf(ctx, tx, in.Person, AboutSpin); err != nil {
			return err
		}
		out.Presented, err = presentedOf(ctx, tx, in.Person, in.On)
		return err
	})
	if err != nil || self {
		return out, err
	}
	_, err = s.Book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "merit.promote.checked", Subject: "person:" + in.Person,
			Detail: checkedDetail{in.Person, in.Post, out.Target.Level, in.On.String(), out.Answer, out.SHA256}}, nil
	})
	if err != nil {
		return Checked{}, err
	}
	return out, nil
}

// Candidate is a person for a post.
type Candidate struct{ Person, Post string }

// manyPapers is from how many people on all papers are read at once: reading them
// one by one costs more then.
const manyPapers = 64

// Decide assesses people for posts inside another slice's transaction, which says
// itself who may ask, and leaves out the matters that it sees to. A pair of whom
// or which nothing is known is missing. Nothing is written.
func (s *Service) Decide(ctx context.Context, tx *store.Tx, list []Candidate, on day.Day, leave ...string) (map[Candidate]Assessment, error) {
	people, posts := make([]string, 0, len(list)), make([]string, 0, len(list))
	for _, c := range list {
		people, posts = append(people, c.Person), append(posts, c.Post)
	}
	records, targets, err := s.Many(ctx, tx, people, posts, on)
	if err != nil {
		return nil, err
	}
	papers, about, excuses, err := keptAbout(ctx, tx, people, posts)
	if err != nil {
		return nil, err
	}
	p, err := policyOn(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	l, out := s.Law(), make(map[Candidate]Assessment, len(list))
	for _, c := range list {
		r, known := records[c.Person]
		t, exists := targets[c.Post]
		if !known || !exists {
			continue
		}
		r.Papers, r.Excuses, t.Papers = papers[c.Person], excuses[c.Person], about[c.Post]
		out[c] = l.Assess(&r, &t, p, on, nil, append(s.hide(&r, true), leave...)...)
	}
	return out, nil
}

// keptAbout is what this slice keeps itself of people and posts.
func keptAbout(ctx context.Context, tx *store.Tx, people, posts []string) (papers, about map[string][]Paper, excuses map[string]map[string]bool, err error) {
	papers, about, excuses = map[string][]Paper{}, map[string][]Paper{}, map[string]map[string]bool{}
	paper := func(p Paper) {
		if p.Person != "" {
			papers[p.Person] = append(papers[p.Person], p)
		} else {
			about[p.Post] = append(about[p.Post], p)
		}
	}
	excuse := func(e Excused) {
		if excuses[e.Person] == nil {
			excuses[e.Person] = map[string]bool{}
		}
		excuses[e.Person][e.Tenure] = true
	}
	if len(people) > manyPapers {
		if err = papersWhere(ctx, tx, paper, `1 = 1 ORDER BY at, id`); err == nil {
			err = excusesWhere(ctx, tx, excuse, ``)
		}
		return papers, about, excuses, err
	}
	for i := range people {
		if err = papersWhere(ctx, tx, paper, `(person = $1 OR person = '' AND post = $2) ORDER BY at, id`, people[i], posts[i]); err != nil {
			return nil, nil, nil, err
		}
		if err = excusesWhere(ctx, tx, excuse, `WHERE person = $1`, people[i]); err != nil {
			return nil, nil, nil, err
		}
	}
	return papers, about, excuses, nil
}

// hide names the matters that are left out for somebody, about a person: those
// about which nothing is kept, and cases for whoever may not see them, whether
// there is one or not.
func (s *Service) hide(r *Record, cases bool) []string {
	var out []string
	for _, m := range s.Without {
		if r.silent(m) {
			out = append(out, m)
		}
	}
	if !cases && !slices.Contains(out, "case") {
		out = append(out, "case")
	}
	return out
}

// checkInput looks at the target and at what is assumed.
func (l *Law) checkInput(in *CheckInput) error {
	var c checker
	c.Add(in.Person != "" && len(in.Person) <= 32, "person", "promote.check.person")
	if in.Post == "" {
		f, _ := l.Book.Fact("level")
		var names []string
		for _, v := range f.Values {
			names = append(names, v.Name)
		}
		c.one("level", in.Level, names)
		c.Add(in.Echelon == "" || l.Book.Known("echelon", in.Echelon), "echelon", "promote.check.one", clip(in.Echelon), l.Book.PossibleValues("echelon"))
	}
	c.Add(in.On >= day.First && in.On <= day.Last, "on", "promote.check.day", day.First, day.Last)
	for f, v := range in.Set {
		h := l.Hand(f)
		if h != HandSelf && h != HandOffice {
			c.Add(false, f, "promote.check.assume", clip(f), strings.Join(l.assumable(), ", "))
			continue
		}
		c.Add(l.Book.Known(f, v), f, "promote.check.one", clip(v), l.Book.PossibleValues(f))
	}
	return c.Fields.Err()
}

// assumable are the facts that may be assumed in a simulation.
func (l *Law) assumable() []string {
	var out []string
	for _, f := range l.Book.Facts() {
		if h := l.Hand(f.Name); h == HandSelf || h == HandOffice {
			out = append(out, f.Name)
		}
	}
	return out
}

// record is a person's record with what this slice keeps itself.
func (s *Service) record(ctx context.Context, tx *store.Tx, person string, on day.Day) (Record, error) {
	r, err := s.Records(ctx, tx, person, on)
	if err != nil {
		return r, err
	}
	if r.Papers, err = papersOf(ctx, tx, person); err != nil {
		return r, err
	}
	r.Excuses = map[string]bool{}
	err = excusesWhere(ctx, tx, func(e Excused) { r.Excuses[e.Tenure] = true }, `WHERE person = $1`, person)
	return r, err
}
