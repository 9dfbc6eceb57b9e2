package roster

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/store"
)

// inspection is an audit while it is made.
type inspection struct {
	*audit
	tree   *tree
	posts  map[string][]Post // by id
	people map[string]*subject
	heads  map[string][]string // unit to those who lead it
}

// subject is what the checks need of a person.
type subject struct {
	id, name, nip, grade, education, field string
	born                                   day.Day
	sex                                    Sex
	serving, nik                           bool
	unit                                   string // of the first post held today
	now                                    []Tenure
}

// inspect runs all checks as of the day of the tree.
func inspect(ctx context.Context, tx *store.Tx, t *tree) (*audit, error) {
	in := &inspection{
		audit: &audit{on: t.on, serving: map[string]int{}, filled: map[string][8]int{}},
		tree:  t, posts: map[string][]Post{}, people: map[string]*subject{}, heads: map[string][]string{},
	}
	rows, err := facts(ctx, tx, KindPost, `gone = 0 ORDER BY id, from_day`)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		p := rows[i].post()
		in.posts[p.ID] = append(in.posts[p.ID], p)
	}
	if err := in.readPeople(ctx, tx); err != nil {
		return nil, err
	}
	doubts, err := nikDoubts(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := in.readTenures(ctx, tx); err != nil {
		return nil, err
	}
	in.checkPeople(doubts)
	in.checkPosts()
	in.checkHeads()
	slices.SortFunc(in.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(Checks(), a.Check), slices.Index(Checks(), b.Check)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Post, b.Post))
	})
	return in.audit, nil
}

func (in *inspection) readPeople(ctx context.Context, tx *store.Tx) error {
	return eachSubject(ctx, tx, func(id, from string, s subject) {
		if from > in.on.String() { // not yet, or not yet so
			return
		}
		if had := in.people[id]; had != nil {
			s.now = had.now
		}
		in.people[id] = &s
	})
}

// readTenures notes who holds what today, and what overlaps at any time.
func (in *inspection) readTenures(ctx context.Context, tx *store.Tx) error {
	var all []Tenure // of one person
	flush := func() {
		if len(all) > 0 {
			in.checkTenures(all)
			all = all[:0]
		}
	}
	err := eachTenure(ctx, tx, func(t Tenure) {
		if len(all) > 0 && all[0].Person != t.Person {
			flush()
		}
		all = append(all, t)
	})
	flush()
	return err
}

func (in *inspection) checkTenures(all []Tenure) {
	s := in.people[all[0].Person]
	if s == nil {
		return
	}
	slices.SortFunc(all, func(a, b Tenure) int {
		return cmp.Or(cmp.Compare(begins(a.From), begins(b.From)), cmp.Compare(a.ID, b.ID))
	})
	for _, t := range all {
		if !holds(t.From, t.Until, in.on) {
			continue
		}
		s.now = append(s.now, t)
		p := version(in.posts[t.Post], in.on)
		if s.unit == "" || t.Kind == Definitive {
			s.unit = p.Unit
		}
		if p.Head {
			in.heads[p.Unit] = append(in.heads[p.Unit], t.Person)
		}
	}
	var last *Tenure
	for i := range all {
		t := &all[i]
		if t.Kind == Definitive {
			if last != nil && begins(t.From) < ends(last.Until) {
				in.found("double_post", s, version(in.posts[t.Post], in.on), last.From.String(), last.Until.String(), t.From.String(), t.Until.String())
			}
			if last == nil || ends(t.Until) > ends(last.Until) {
				last = t
			}
		}
		if !covers(in.posts[t.Post], t.From, t.Until) {
			in.found("post_gone", s, version(in.posts[t.Post], in.on), t.From.String(), t.Until.String())
		}
	}
}

// covers says whether a post exists at the beginning and at the end.
func covers(rows []Post, from, until day.Day) bool {
	first, last := false, false
	for _, p := range rows {
		first = first || begins(p.From) <= begins(from) && begins(from) < ends(p.Until)
		last = last || begins(p.From) < ends(until) && ends(until) <= ends(p.Until)
	}
	return first && last
}

// found notes a finding about a person and, where there is one, a post.
func (in *inspection) found(check string, s *subject, p Post, detail ...string) {
	f := Finding{Check: check, Detail: detail, Unit: p.Unit, Post: p.Title}
	if s != nil {
		f.Person, f.Name = s.id, s.name
		if s.unit != "" {
			f.Unit = s.unit
		}
	}
	in.findings = append(in.findings, f)
}

func (in *inspection) checkPeople(doubts map[string]string) {
	byNIP := map[string]*subject{}
	for _, id := range slices.Sorted(maps.Keys(in.people)) {
		s := in.people[id]
		if s.nip != "" {
			if other := byNIP[s.nip]; other != nil {
				in.found("double_nip", s, Post{}, s.nip, other.id, other.name)
			}
			byNIP[s.nip] = s
			if n, f := ParseNIP(s.nip); f == nil {
				if s.born != day.None && n.Born != s.born {
					in.found("nip_born", s, Post{}, n.Born.String(), s.born.String())
				}
				if s.sex != "" && n.Sex != s.sex {
					in.found("nip_sex", s, Post{}, string(n.Sex), string(s.sex))
				}
			}
		}
		doubt, sealed := doubts[id]
		if doubt != "" {
			in.found("nik_doubt", s, Post{}, doubt)
		}
		if !s.serving {
			for _, t := range s.now {
				in.found("not_serving", s, version(in.posts[t.Post], in.on), t.From.String())
			}
			continue
		}
		s.nik = sealed
		in.count(s)
	}
}

// count adds somebody who serves to the completeness of their unit.
func (in *inspection) count(s *subject) {
	in.serving[s.unit]++
	sum := in.filled[s.unit]
	var missing []string
	for i, ok := range []bool{s.nip != "", s.born != day.None, s.sex != "", s.grade != "", s.education != "", s.field != "", s.nik, len(s.now) > 0} {
		if ok {
			sum[i]++
		} else if i >= 1 && i <= 4 {
			missing = append(missing, filledFields()[i])
		}
	}
	in.filled[s.unit] = sum
	if s.nip == "" {
		in.found("no_nip", s, Post{})
	}
	if len(missing) > 0 {
		in.found("incomplete", s, Post{}, missing...)
	}
	if len(s.now) == 0 {
		in.found("no_tenure", s, Post{})
	}
}

// checkPosts looks at the posts of the day: more holders than seats, units
// without a post for a head, heads' posts that nobody holds.
func (in *inspection) checkPosts() {
	holding := map[string]int{}
	definitive := map[string]int{}
	for _, s := range in.people {
		for _, t := range s.now {
			holding[t.Post]++
			if t.Kind == Definitive {
				definitive[t.Post]++
			}
		}
	}
	headed := map[string]bool{}
	for _, rows := range in.posts {
		for _, p := range rows {
			if !holds(p.From, p.Until, in.on) {
				continue
			}
			if n := definitive[p.ID]; n > p.Seats {
				in.found("overfull", nil, p, strconv.Itoa(n), strconv.Itoa(p.Seats))
			}
			if p.Head {
				headed[p.Unit] = true
				if holding[p.ID] == 0 {
					in.found("head_vacant", nil, p)
				}
			}
		}
	}
	for id := range in.tree.units {
		if !headed[id] {
			in.findings = append(in.findings, Finding{Check: "no_head_post", Unit: id})
		}
	}
}

// checkHeads follows who answers to whom. Somebody who comes back to themselves
// that way is head of somebody who is head of them, or their own superior.
func (in *inspection) checkHeads() {
	above := map[string][]string{}
	for id, s := range in.people {
		for _, t := range s.now {
			for _, h := range in.headsAbove(version(in.posts[t.Post], in.on)) {
				if !slices.Contains(above[id], h) {
					above[id] = append(above[id], h)
				}
			}
		}
	}
	for id, list := range above {
		s := in.people[id]
		for _, h := range list {
			switch {
			case h == id:
				in.found("mutual_heads", s, Post{}, id, s.name)
			case id < h && slices.Contains(above[h], id):
				in.found("mutual_heads", s, Post{}, h, in.people[h].name)
			}
		}
	}
}

// headsAbove are the people who lead the unit of a post, or the one above it
// for the head of the unit; units without anybody are passed over.
func (in *inspection) headsAbove(p Post) []string {
	u := in.tree.units[p.Unit]
	if u != nil && p.Head {
		u = in.tree.units[u.Parent]
	}
	for range 64 {
		if u == nil {
			return nil
		}
		if list := in.heads[u.ID]; len(list) > 0 {
			return list
		}
		u = in.tree.units[u.Parent]
	}
	return nil
}
