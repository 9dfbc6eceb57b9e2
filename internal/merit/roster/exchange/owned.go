package exchange

import (
	"context"
	"strings"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// owned are rows about a person.
func (im *importing) owned(ctx context.Context, list []*line) error {
	who, err := im.whom(ctx, list)
	if err != nil {
		return err
	}
	posts, err := im.knownPosts(ctx, list)
	if err != nil {
		return err
	}
	var ids []string
	for _, l := range list {
		id := who[l.who]
		if id == "" && l.who != "" {
			kind, value, _ := strings.Cut(l.who, ":")
			field := map[string]string{"nip": "nip", "nrk": "nrk", "id": "person"}[kind]
			l.note(im.h, field, "exchange.row.person", clip(value))
		}
		if id != "" && !im.isFresh(l) && (len(ids) == 0 || ids[len(ids)-1] != id) {
			ids = append(ids, id)
		}
		switch d := l.data.(type) {
		case *roster.Tenure:
			d.Person = id
			if d.Post != "" && !posts[d.Post] {
				l.note(im.h, "post", "exchange.row.post", clip(d.Post))
			}
		case *roster.Rating:
			d.Person = id
		case *roster.Training:
			d.Person = id
		case *roster.Mark:
			d.Person = id
		case *roster.Leave:
			d.Person = id
		case *roster.Relation:
			if d.Person, d.Other = id, who[l.other]; d.Other == "" && len(l.bad) == 0 {
				_, value, _ := strings.Cut(l.other, ":")
				l.note(im.h, "other", "exchange.row.person", clip(value))
			}
		}
	}
	st, err := im.s.Roster.Stands(ctx, im.h.spec.kind, ids)
	if err != nil {
		return err
	}
	b := batchOf(list)
	if err := b.IDs(im.s.Roster); err != nil {
		return err
	}
	here := map[string]bool{}
	for i, l := range list {
		id := l.identify(&b, i)
		l.fresh = !st.IDs[id]
		here[id] = true
	}
	for i, l := range list {
		if d, ok := l.data.(*roster.Tenure); ok && d.Kind == roster.Definitive && d.Person != "" {
			im.overlap(l, d, b.Tenures[i].ID, st.Tenures[d.Person], here)
		}
	}
	return nil
}

// overlap notes a definitive tenure that is held on days of this one. One that
// is in the same piece of the file takes that row's days, and is looked at there.
func (im *importing) overlap(l *line, d *roster.Tenure, id string, held []roster.Tenure, here map[string]bool) {
	for _, o := range held {
		if o.Kind != roster.Definitive || o.ID == id || here[o.ID] {
			continue
		}
		if d.From < end(o.Until) && o.From < end(d.Until) {
			l.note(im.h, "from", "exchange.row.held", o.Post, o.From, o.Until)
			return
		}
	}
}

func end(d day.Day) day.Day {
	if d == day.None {
		return 1<<31 - 1
	}
	return d
}

// whom finds the people of rows by what names them.
func (im *importing) whom(ctx context.Context, list []*line) (map[string]string, error) {
	out := map[string]string{}
	var nips, ids []string
	nrk := false
	for _, l := range list {
		for _, ref := range []string{l.who, l.other} {
			kind, value, _ := strings.Cut(ref, ":")
			switch kind {
			case "nip":
				if len(nips) == 0 || nips[len(nips)-1] != value { // rows of one person often follow each other
					nips = append(nips, value)
				}
			case "id":
				if len(ids) == 0 || ids[len(ids)-1] != value {
					ids = append(ids, value)
				}
			case "nrk":
				nrk = true
			}
		}
	}
	found, err := im.s.Roster.Numbers(ctx, nips)
	if err != nil {
		return nil, err
	}
	for nip, id := range found {
		out["nip:"+nip] = id
	}
	known, err := im.s.Roster.Known(ctx, roster.KindPerson, ids)
	if err != nil {
		return nil, err
	}
	for id := range known {
		out["id:"+id] = id
	}
	if nrk {
		m, err := im.byNRK(ctx)
		if err != nil {
			return nil, err
		}
		for k, id := range m {
			out["nrk:"+k] = id
		}
	}
	return out, nil
}

// mostPosts is how many posts are remembered as known.
const mostPosts = 500_000

func (im *importing) knownPosts(ctx context.Context, list []*line) (map[string]bool, error) {
	if im.posts == nil || len(im.posts) > mostPosts {
		im.posts = map[string]bool{}
	}
	var ask []string
	asked := map[string]bool{}
	for _, l := range list {
		if d, ok := l.data.(*roster.Tenure); ok && d.Post != "" && !im.posts[d.Post] && !asked[d.Post] {
			asked[d.Post] = true
			ask = append(ask, d.Post)
		}
	}
	found, err := im.s.Roster.Known(ctx, roster.KindPost, ask)
	for id := range found {
		im.posts[id] = true
	}
	return im.posts, err
}
