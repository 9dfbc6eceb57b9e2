package demo

import (
	"context"
	"slices"
	"strings"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// ages are the ages of those on a rung: from, to.
func ages(of *staffRow, contract bool) (from, to int) {
	if contract {
		return 26, 54
	}
	switch of.rung {
	case "pemula":
		return 20, 29
	case "terampil":
		return 23, 40
	case "mahir":
		return 33, 53
	case "penyelia":
		return 42, 58
	case "ahli_pertama":
		return 25, 47
	case "ahli_muda":
		return 35, 56
	case "ahli_madya":
		return 46, 60
	}
	return 25, 58
}

// staff writes everybody who holds no structural post: unit by unit the head, if
// it is one of them, and the holders of each post.
func (w *writer) staff(ctx context.Context) error {
	w.ladders()
	k := 0
	err := w.g.each(func(u int, of *staffRow, post string, head bool) error {
		w.member(k, u, of, post, head)
		k++
		return w.flush(ctx, false)
	})
	if err != nil {
		return err
	}
	for i := range w.g.ghosts {
		if d, ok := w.g.ghostDesk(i); ok {
			w.ghost(k, d)
			k++
		}
	}
	return nil
}

// each calls f for everybody who is made one by one, in their order.
func (g *government) each(f func(u int, of *staffRow, post string, head bool) error) error {
	for i := range g.units {
		u := &g.units[i]
		if g.leads(i) {
			if err := f(i, g.headRow(i), g.posts[u.head].row.ID, true); err != nil {
				return err
			}
		}
		for j := range u.staff {
			s := &u.staff[j]
			for range s.held {
				if err := f(i, s.of, s.id, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// headRow is what somebody is who leads the unit: the highest rung it has.
func (g *government) headRow(u int) *staffRow {
	var best *staffRow
	for i := range g.units[u].staff {
		of := g.units[u].staff[i].of
		if of.rung == "ahli_madya" || of.rung == "ahli_muda" && best == nil {
			best = of
		}
	}
	if best == nil {
		best = g.units[u].staff[0].of
	}
	return best
}

// stem is a title without its rung.
func stem(title string) string {
	for _, r := range []string{" Pemula", " Terampil", " Mahir", " Penyelia", " Ahli Pertama", " Ahli Muda", " Ahli Madya"} {
		if s, ok := strings.CutSuffix(title, r); ok {
			return s
		}
	}
	return title
}

// ladders finds for each kind of post those on the rungs below it.
func (w *writer) ladders() {
	for family, rows := range w.g.stock.staff {
		for i := range rows {
			key := family + "/" + rows[i].title
			for j := range rows {
				if stem(rows[j].title) == stem(rows[i].title) && slices.Index(roster.Rungs(), rows[j].rung) < slices.Index(roster.Rungs(), rows[i].rung) {
					w.past[key] = append(w.past[key], family+"/"+rows[j].title)
				}
			}
		}
	}
}

// hiring is by how much the likelihoods of data/demo are scaled so that the
// share of those on contract is the published one.
func (g *government) hiring() float64 {
	want := contractShare(g.cfg.Today) * float64(g.people)
	low, high := 0.0, 100.0
	for range 40 {
		mid := (low + high) / 2
		sum := 0.0
		for i := range g.units {
			for j := range g.units[i].staff {
				s := &g.units[i].staff[j]
				sum += float64(s.held) * min(0.92, mid*s.of.contract/100)
			}
		}
		if sum < want {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// contractShare is the share of PPPK among civil servants: the national one
// (data/demo/figures.csv), since none is published for the province.
func contractShare(on day.Day) float64 {
	switch y := on.Time().Year(); {
	case y < 2021:
		return 0.02
	case y == 2021:
		return 0.05
	case y == 2022:
		return 0.0855
	case y == 2023:
		return 0.1137
	}
	return 0.2318
}

// member writes one of the staff.
func (w *writer) member(k, u int, of *staffRow, post string, head bool) {
	w.seed(len(w.g.official) + k)
	var wrong flaw // one that falls to a head is given to the next
	if f := w.g.faults[k]; f != "" {
		w.due = append(w.due, f)
	}
	if !head && len(w.due) > 0 {
		wrong, w.due = w.due[0], w.due[1:]
	}
	r, today := w.r, w.g.cfg.Today
	var b bio
	b.id, b.nrk = w.next()
	b.left, b.sex = day.None, roster.Male
	if r.IntN(100) < of.women {
		b.sex = roster.Female
	}
	b.contract = !head && r.Float64() < min(0.92, w.hire*of.contract/100)
	from, to := ages(of, b.contract)
	if head {
		from, to = 45, 58
	}
	age := float64(from) + float64(to-from)*r.Float64()
	limit := 58
	if of.rung == "ahli_madya" || strings.HasPrefix(of.title, "Guru") {
		limit = 60 // PP 11/2017, Article 239; UU 14/2005, Article 30 for teachers
	}
	if wrong == "double_post" { // of somebody who has been in two posts
		b.contract, age = false, max(age, 40)
	}
	b.born = today - day.Day(age*365.25)
	if first := w.g.cfg.horizon().AddMonths(-12*limit) + 40; b.born < first {
		b.born = first + day.Day(r.IntN(300))
	}
	b.born = w.serials.room(b.born)
	b.education = pick(r, of.education)
	b.field = of.field
	b.before, b.after = titles(b.education, of.before, of.after, of.field)
	b.low, b.high = rungGrades(of.rung)
	w.appoint(&b, age, today)
	if wrong == "double_nip" && !w.first { // entered twice: all but the name and its own numbers
		b.born, b.appointed, b.sex, b.contract = w.last.born, w.last.appointed, w.last.sex, w.last.contract
	}
	b.name = w.g.names.name(r, b.sex, b.born.Time().Year())
	b.nip = b.number(w.serials.take(b.born))
	if wrong == "double_nip" && !w.first {
		b.nip = w.last.nip
	}
	w.last, w.first = b, false
	at := len(w.b.People)
	w.b.People = b.rows(w.b.People, w.grades, today)
	for i := at; i < len(w.b.People); i++ {
		w.spoil(&w.b.People[i], wrong)
	}
	w.career(&b, u, of, post, wrong, head, k)
	w.common(&b)
}

// appoint picks the day on which somebody began.
func (w *writer) appoint(b *bio, age float64, today day.Day) {
	r, born := w.r, b.born.Time().Year()
	if b.contract { // since the first selection in 2019
		last := today.Time().Year()
		year := max(2019, last-r.IntN(5), born+20)
		b.appointed = day.Of(min(year, last), month(r), 1)
		if b.appointed >= today {
			b.appointed = day.Of(last-1, month(r), 1)
		}
		return
	}
	entry := 21 + r.IntN(8)
	switch b.education {
	case "SD", "SMP", "SMA":
		entry = 19 + r.IntN(9)
	case "S-1", "S-2", "S-3":
		entry = 23 + r.IntN(9)
	}
	entry = min(entry, int(age)-1)
	b.appointed = day.Of(born+max(18, entry), month(r), 1)
	if b.appointed >= today { // this year's intake
		b.appointed = day.Of(today.Time().Year()-1, 12, 1)
	}
}

// spoil puts a fault into a row of a person.
func (w *writer) spoil(p *roster.Person, wrong flaw) {
	switch wrong {
	case "nip_born": // the day and the month changed places, or the year before
		t := p.Born.Time()
		if t.Day() <= 12 && t.Day() != int(t.Month()) {
			p.Born = day.Of(t.Year(), 1+(t.Month()+5)%12, t.Day())
		} else {
			p.Born = day.Of(t.Year()-1, t.Month(), min(t.Day(), 28))
		}
	case "nip_sex":
		if p.Sex == roster.Male {
			p.Sex = roster.Female
		} else {
			p.Sex = roster.Male
		}
	case "no_nip":
		p.NIP = ""
	case "incomplete":
		p.Education, p.After = "", ""
	}
}

// ghost writes somebody who has retired and still holds a desk.
func (w *writer) ghost(k int, d desk) {
	w.seed(len(w.g.official) + k)
	s := &w.g.units[d.unit].staff[d.seat]
	var b bio
	b.id, b.nrk = w.next()
	b.sex = roster.Male
	if w.r.IntN(100) < s.of.women {
		b.sex = roster.Female
	}
	b.born = w.serials.room(w.g.cfg.Today.AddMonths(-61*12) - day.Day(w.r.IntN(200)))
	b.education, b.field = pick(w.r, s.of.education), s.of.field
	b.before, b.after = titles(b.education, s.of.before, s.of.after, s.of.field)
	b.low, b.high = rungGrades(s.of.rung)
	t := b.born.Time()
	b.appointed, b.left = day.Of(t.Year()+25, 3, 1), day.Of(t.Year()+60, t.Month()+1, 1)
	b.name = w.g.names.name(w.r, b.sex, t.Year())
	b.nip = b.number(w.serials.take(b.born))
	w.b.People = b.rows(w.b.People, w.grades, w.g.cfg.Today)
	w.tenure(b.id, s.id, b.appointed, day.None)
	w.common(&b)
}
