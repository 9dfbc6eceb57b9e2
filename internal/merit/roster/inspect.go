package roster

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/store"
)

// inspection is an audit while it is made. People are looked at one after the
// other and forgotten again, so that it takes little memory: only those are kept
// whom a check compares with others.
type inspection struct {
	*audit
	tree    *tree
	posts   *postBook
	nips    []uint64       // of everybody, as numbers
	odd     map[string]int // those that are none
	leading map[string]*subject
	heads   map[string][]string // unit to those who lead it
}

// subject is what the checks need of a person.
type subject struct {
	id, name, nip, grade, education, field string
	born                                   day.Day
	sex                                    Sex
	serving, nik, absent                   bool
	unit                                   string // of the first post held today
	now                                    []Tenure
}

// inspect runs all checks as of the day of the tree.
func inspect(ctx context.Context, tx *store.Tx, t *tree) (*audit, error) {
	in := &inspection{
		audit: &audit{on: t.on, serving: map[string]int{}, filled: map[string][8]int{}},
		tree:  t, odd: map[string]int{}, leading: map[string]*subject{}, heads: map[string][]string{},
	}
	var err error
	if in.posts, err = inspectedPosts(ctx, tx); err != nil {
		return nil, err
	}
	for after := ""; ; {
		page, err := subjectsAfter(ctx, tx, after, t.on, inspectPage)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		first, last := page[0].id, page[len(page)-1].id
		after = last
		held, err := tenuresOf(ctx, tx, first, last)
		if err != nil {
			return nil, err
		}
		doubts, err := nikDoubts(ctx, tx, first, last)
		if err != nil {
			return nil, err
		}
		for i := range page {
			in.one(&page[i], held[page[i].id], doubts)
		}
	}
	if err := in.checkNIPs(ctx, tx); err != nil {
		return nil, err
	}
	in.checkPosts()
	in.checkHeads()
	slices.SortFunc(in.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(Checks(), a.Check), slices.Index(Checks(), b.Check)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Post, b.Post))
	})
	return in.audit, nil
}

// inspectPage is how many rows of people are read at a time.
const inspectPage = 5000

// one looks at one person with all their tenures. Of somebody who is not there
// yet nothing is looked at.
func (in *inspection) one(s *subject, held []Tenure, doubts map[string]string) {
	if s.absent {
		return
	}
	in.checkTenures(s, held)
	in.checkPerson(s, doubts)
	for _, t := range s.now {
		rows := in.posts.of(t.Post)
		if len(rows) == 0 {
			continue
		}
		rows[0].holding++
		if t.Kind == Definitive {
			rows[0].definitive++
		}
	}
}

// unitOf is the unit of the definitive post that somebody with these tenures, in
// order of days, holds today; else of the first of others.
func (in *inspection) unitOf(all []Tenure) (unit string) {
	for _, t := range all {
		if holds(t.From, t.Until, in.on) && (unit == "" || t.Kind == Definitive) {
			unit = in.posts.on(t.Post, in.on).Unit
		}
	}
	return unit
}

func (in *inspection) checkTenures(s *subject, all []Tenure) {
	s.unit = in.unitOf(all)
	for _, t := range all {
		if !holds(t.From, t.Until, in.on) {
			continue
		}
		s.now = append(s.now, t)
		if p := in.posts.on(t.Post, in.on); p.Head {
			in.heads[p.Unit] = append(in.heads[p.Unit], t.Person)
			in.leading[s.id] = s
		}
	}
	var last *Tenure
	for i := range all {
		t := &all[i]
		if t.Kind == Definitive {
			if last != nil && begins(t.From) < ends(last.Until) {
				in.found("double_post", s, in.posts.on(t.Post, in.on), last.From.String(), last.Until.String(), t.From.String(), t.Until.String())
			}
			if last == nil || ends(t.Until) > ends(last.Until) {
				last = t
			}
		}
		if !covers(in.posts.of(t.Post), t.From, t.Until) {
			in.found("post_gone", s, in.posts.on(t.Post, in.on), t.From.String(), t.Until.String())
		}
	}
}

// covers says whether a post exists at the beginning and at the end.
func covers(rows []postRow, from, until day.Day) bool {
	first, last := false, false
	for _, p := range rows {
		first = first || begins(p.from) <= begins(from) && begins(from) < ends(p.until)
		last = last || begins(p.from) < ends(until) && ends(until) <= ends(p.until)
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

func (in *inspection) checkPerson(s *subject, doubts map[string]string) {
	if s.nip != "" {
		if n, err := strconv.ParseUint(s.nip, 10, 64); err == nil && len(s.nip) == nipLen {
			in.nips = append(in.nips, n)
		} else {
			in.odd[s.nip]++
		}
		if n, f := ParseNIP(s.nip); f == nil {
			if s.born != day.None && n.Born != s.born {
				in.found("nip_born", s, Post{}, n.Born.String(), s.born.String())
			}
			if s.sex != "" && n.Sex != s.sex {
				in.found("nip_sex", s, Post{}, string(n.Sex), string(s.sex))
			}
		}
	}
	doubt, sealed := doubts[s.id]
	if doubt != "" {
		in.found("nik_doubt", s, Post{}, doubt)
	}
	if !s.serving {
		for _, t := range s.now {
			in.found("not_serving", s, in.posts.on(t.Post, in.on), t.From.String())
		}
		return
	}
	s.nik = sealed
	in.count(s)
}

// checkNIPs finds people with one NIP. Only the numbers of all were kept, so those
// whom it concerns are read again.
func (in *inspection) checkNIPs(ctx context.Context, tx *store.Tx) error {
	slices.Sort(in.nips)
	var doubled []string
	for i := 1; i < len(in.nips); i++ {
		if in.nips[i] == in.nips[i-1] {
			doubled = append(doubled, fmt.Sprintf("%0*d", nipLen, in.nips[i]))
		}
	}
	for nip, n := range in.odd {
		if n > 1 {
			doubled = append(doubled, nip)
		}
	}
	rows, err := standing(ctx, tx, KindPerson, "nip", slices.Compact(doubled))
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id
	}
	slices.Sort(ids)
	names, err := peopleOn(ctx, tx, slices.Compact(ids), in.on)
	if err != nil {
		return err
	}
	byNIP := map[string]*Person{}
	for _, id := range slices.Compact(ids) {
		p := names[id]
		if p == nil || begins(p.From) > int64(in.on) {
			continue
		}
		if other := byNIP[p.NIP]; other != nil {
			held, err := tenuresOf(ctx, tx, id, id)
			if err != nil {
				return err
			}
			s := &subject{id: id, name: p.FullName()}
			s.unit = in.unitOf(held[id])
			in.found("double_nip", s, Post{}, p.NIP, other.ID, other.FullName())
		}
		byNIP[p.NIP] = p
	}
	return nil
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
	headed := map[string]bool{}
	held := &postRow{} // the first row of the post, which counts
	for i := range in.posts.rows {
		r := &in.posts.rows[i]
		if i == 0 || !bytes.Equal(in.posts.id(i), in.posts.id(i-1)) {
			held = r
		}
		if !holds(r.from, r.until, in.on) {
			continue
		}
		if held.definitive > r.seats {
			in.found("overfull", nil, in.posts.post(string(in.posts.id(i)), r), strconv.Itoa(int(held.definitive)), strconv.Itoa(int(r.seats)))
		}
		if r.head {
			headed[in.posts.texts[r.unit]] = true
			if held.holding == 0 {
				in.found("head_vacant", nil, in.posts.post(string(in.posts.id(i)), r))
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
// that way is head of somebody who is head of them, or their own superior: both
// lead something.
func (in *inspection) checkHeads() {
	above := map[string][]string{}
	for id, s := range in.leading {
		for _, t := range s.now {
			for _, h := range in.headsAbove(in.posts.on(t.Post, in.on)) {
				if !slices.Contains(above[id], h) {
					above[id] = append(above[id], h)
				}
			}
		}
	}
	for id, list := range above {
		s := in.leading[id]
		for _, h := range list {
			switch {
			case h == id:
				in.found("mutual_heads", s, Post{}, id, s.name)
			case id < h && slices.Contains(above[h], id):
				in.found("mutual_heads", s, Post{}, h, in.leading[h].name)
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
