package exchange

import (
	"context"
	"strings"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// resolve finds what rows are about, lays them over what is held, and notes what
// cannot be.
func (im *importing) resolve(ctx context.Context, list []*line) error {
	im.resolving.Lock()
	defer im.resolving.Unlock()
	return im.lookUp(ctx, list)
}

// resolveAnew forgets what was found about rows, and finds it again.
func (im *importing) resolveAnew(ctx context.Context, list []*line) error {
	im.resolving.Lock()
	defer im.resolving.Unlock()
	im.anew(list)
	return im.lookUp(ctx, list)
}

func (im *importing) lookUp(ctx context.Context, list []*line) error {
	var err error
	switch im.h.spec.kind {
	case roster.KindUnit:
		err = im.units(ctx, list)
	case roster.KindPost:
		err = im.postRows(ctx, list)
	case roster.KindPerson:
		err = im.people(ctx, list)
	default:
		err = im.owned(ctx, list)
	}
	if err != nil {
		return err
	}
	for _, l := range list {
		// A row that cannot be read needs no second opinion on the same cells.
		if len(l.bad) == 0 && !(im.writing && im.isFresh(l)) { // it was looked at already
			l.check(im.h)
		}
	}
	return nil
}

func (im *importing) units(ctx context.Context, list []*line) error {
	var ids, parents []string
	here := map[string]bool{}
	for _, l := range list {
		u := l.data.(*roster.Unit)
		ids = append(ids, u.ID)
		here[u.ID] = true
		if u.Parent != "" {
			parents = append(parents, u.Parent)
		}
	}
	st, err := im.s.Roster.Stands(ctx, roster.KindUnit, ids)
	if err != nil {
		return err
	}
	known, err := im.s.Roster.Known(ctx, roster.KindUnit, parents)
	if err != nil {
		return err
	}
	above, err := im.s.Roster.Parents(ctx, im.in.AsOf)
	if err != nil {
		return err
	}
	for _, l := range list {
		u := l.data.(*roster.Unit)
		held := st.Units[u.ID]
		l.fresh = len(held) == 0
		if i := nearest(len(held), u.From, func(i int) day.Day { return held[i].From }); i >= 0 {
			o := held[i]
			fill(&u.Parent, o.Parent)
			fill(&u.Name, o.Name)
			fill(&u.Abbreviation, o.Abbreviation)
			fill(&u.Kind, o.Kind)
			fill(&u.Area, o.Area)
			fill(&u.Rank, o.Rank)
		}
		if u.Parent != "" && u.Parent != u.ID && !here[u.Parent] && !known[u.Parent] {
			l.note(im.h, "parent", "exchange.row.unit", clip(u.Parent))
		}
		above[u.ID] = u.Parent
	}
	im.cycles(list, above)
	return nil
}

// cycles notes each row whose unit is above itself, with the way that leads back.
func (im *importing) cycles(list []*line, above map[string]string) {
	const (
		open = 1 + iota
		fine
		round
	)
	state := make(map[string]int, len(above))
	for start := range above {
		var way []string
		id := start
		for ; id != "" && state[id] == 0; id = above[id] {
			state[id] = open
			way = append(way, id)
		}
		end := fine
		for i := len(way) - 1; i >= 0; i-- {
			state[way[i]] = end
		}
		if id == "" || !strings.Contains("\x00"+strings.Join(way, "\x00")+"\x00", "\x00"+id+"\x00") {
			continue
		}
		for i := len(way) - 1; i >= 0; i-- {
			state[way[i]] = round
			if way[i] == id {
				break
			}
		}
	}
	for _, l := range list {
		u := l.data.(*roster.Unit)
		if state[u.ID] != round || u.Parent == u.ID {
			continue
		}
		way := []string{u.ID}
		for id := above[u.ID]; id != u.ID && len(way) < 6; id = above[id] {
			way = append(way, id)
		}
		l.note(im.h, "parent", "exchange.row.cycle", strings.Join(append(way, u.ID), " → "))
	}
}

func (im *importing) postRows(ctx context.Context, list []*line) error {
	var ids, units []string
	for _, l := range list {
		p := l.data.(*roster.Post)
		if !im.isFresh(l) {
			ids = append(ids, p.ID)
		}
		if p.Unit != "" {
			units = append(units, p.Unit)
		}
	}
	st, err := im.s.Roster.Stands(ctx, roster.KindPost, ids)
	if err != nil {
		return err
	}
	known, err := im.s.Roster.Known(ctx, roster.KindUnit, units)
	if err != nil {
		return err
	}
	for _, l := range list {
		p := l.data.(*roster.Post)
		held := st.Posts[p.ID]
		l.fresh = len(held) == 0
		if p.Unit != "" && !known[p.Unit] {
			l.note(im.h, "unit", "exchange.row.unit", clip(p.Unit))
		}
		if i := nearest(len(held), p.From, func(i int) day.Day { return held[i].From }); i >= 0 {
			o := held[i]
			fill(&p.Unit, o.Unit)
			fill(&p.Title, o.Title)
			fill(&p.Level, o.Level)
			fill(&p.Echelon, o.Echelon)
			fill(&p.Rung, o.Rung)
			fill(&p.Class, o.Class)
			fill(&p.Seats, o.Seats)
			fill(&p.Duties, o.Duties)
			if !l.said {
				p.Head = o.Head
			}
		}
	}
	return nil
}

func (im *importing) people(ctx context.Context, list []*line) error {
	var nips []string
	for _, l := range list {
		if p := l.data.(*roster.Person); p.NIP != "" && !im.isFresh(l) {
			nips = append(nips, p.NIP)
		}
	}
	// The NRKs first: somebody whom another officer brings in between the two is
	// then known by NIP, and nobody by NRK alone.
	byNRK, err := im.byNRK(ctx)
	if err != nil {
		return err
	}
	byNIP, err := im.s.Roster.Numbers(ctx, nips)
	if err != nil {
		return err
	}
	var ids []string
	for _, l := range list {
		p := l.data.(*roster.Person)
		nip, nrk := byNIP[p.NIP], byNRK[p.NRK]
		switch {
		case p.ID != "" && nip != "" && nip != p.ID:
			l.note(im.h, "nip", "exchange.row.other_nip", p.NIP)
		case p.ID == "" && nip != "":
			p.ID = nip
		case p.ID == "" && p.NIP == "":
			p.ID = nrk
		case p.ID == "" && nrk != "":
			l.note(im.h, "nrk", "exchange.row.other_nrk", p.NRK)
		}
		if p.ID != "" && !im.isFresh(l) {
			ids = append(ids, p.ID)
		}
	}
	st, err := im.s.Roster.Stands(ctx, roster.KindPerson, ids)
	if err != nil {
		return err
	}
	for _, l := range list {
		p := l.data.(*roster.Person)
		held := st.People[p.ID]
		l.fresh = len(held) == 0
		if i := nearest(len(held), p.From, func(i int) day.Day { return held[i].From }); i >= 0 {
			o := held[i]
			fill(&p.NIP, o.NIP)
			fill(&p.NRK, o.NRK)
			fill(&p.Name, o.Name)
			fill(&p.Before, o.Before)
			fill(&p.After, o.After)
			fill(&p.Grade, o.Grade)
			fill(&p.Education, o.Education)
			fill(&p.Field, o.Field)
			fill(&p.Sex, o.Sex)
			fill(&p.Status, o.Status)
			if p.Born == day.None {
				p.Born = o.Born
			}
		}
	}
	return nil
}

// byNRK is read once for each pass, when the file has NRKs.
func (im *importing) byNRK(ctx context.Context) (map[string]string, error) {
	if im.nrks != nil || !im.h.has("nrk") {
		return im.nrks, nil
	}
	im.nrks = map[string]string{}
	err := im.s.Roster.EachNRK(ctx, func(nrk, person string) { im.nrks[nrk] = person })
	return im.nrks, err
}

// learn keeps what a batch made known, where a later row may ask for it.
func (im *importing) learn(b roster.Batch) {
	for i := range b.People {
		if p := &b.People[i]; im.twice && p.NRK != "" && im.nrks != nil {
			im.nrks[p.NRK] = p.ID
		}
	}
}

// fill keeps what is held where the row says nothing.
func fill[T comparable](to *T, held T) {
	var none T
	if *to == none {
		*to = held
	}
}

// nearest is the row that is held on a day, else the last before it, else the
// first; -1 when there is none.
func nearest(n int, on day.Day, from func(int) day.Day) int {
	best := -1
	for i := range n {
		switch {
		case best < 0,
			from(i) <= on && (from(best) > on || from(i) > from(best)),
			from(i) > on && from(best) > on && from(i) < from(best):
			best = i
		}
	}
	return best
}
