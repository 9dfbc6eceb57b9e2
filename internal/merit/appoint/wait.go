package appoint

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/store"
	"netral/internal/text"
)

// Wait is something that waits for somebody.
type Wait struct {
	Title string // key of what is to be done, with Args
	Args  []any
	Who   string // whom it is about
	Href  string
	Due   time.Time // zero when there is no hurry
}

// Waiting says what of appointments waits for somebody: their own oath, with the
// code to check in with; for the office, oaths and changes of posts whose day has
// come, and drafts whose day has passed.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (out []Wait, err error) {
	if !who.Known() {
		return nil, nil
	}
	res := Resource{Type: "batch"}
	oath, effect, prepare := s.allow(who, ActOath, res) == nil, s.allow(who, ActEffect, res) == nil, s.allow(who, ActPrepare, res) == nil
	today := day.At(s.Now())
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		open, err := batches(ctx, tx, `WHERE state IN ('draft', 'signed') ORDER BY effective, id`)
		if err != nil {
			return err
		}
		for i := range open {
			b := &open[i]
			at := batchAddress(b.ID)
			if b.State == Draft {
				if prepare && b.Effective < today {
					out = append(out, Wait{"appoint.wait.draft", []any{b.Title}, "", at, (b.Effective + 1).Start()})
				}
				continue
			}
			if who.Person != "" && s.allow(who, ActExtract, Resource{Type: "batch", ID: b.ID, Attrs: map[string]any{"person": who.Person}}) == nil {
				mine, err := proposalBy(ctx, tx, "person", b.ID, who.Person)
				if err != nil {
					return err
				}
				if len(mine) == 1 && mine[0].Sworn == day.None && mine[0].Withdrawn == "" {
					out = append(out, Wait{"appoint.wait.mine", []any{mine[0].Row.Title, b.OathDay}, mine[0].Row.Name, at + "/petikan/" + url.PathEscape(mine[0].Post), (b.OathDay + 1).Start()})
				}
			}
			switch {
			case oath && b.Sworn+b.Withdrawn < b.Rows && b.OathDay <= today:
				out = append(out, Wait{"appoint.wait.oath", []any{b.Title, b.Rows - b.Sworn - b.Withdrawn}, "", at, (b.OathDay + 1).Start()})
			case effect && b.InForce < b.Sworn && b.Effective <= today:
				out = append(out, Wait{"appoint.wait.effect", []any{b.Title, b.Sworn - b.InForce}, "", at, (b.Effective + 1).Start()})
			}
		}
		more, err := s.followUps(ctx, tx, who, prepare, today)
		out = append(out, more...)
		return err
	})
	return out, err
}

// soon is how many days before its day a task of many people is told.
const soon = 7

// followUps are tasks that are open: one's own by themselves, those of an office
// or a unit counted for each batch when their day is near.
func (s *Service) followUps(ctx context.Context, tx *store.Tx, who actor.Actor, prepare bool, today day.Day) (out []Wait, err error) {
	if who.Person != "" {
		mine, err := tasks(ctx, tx, `WHERE person = $1 AND owner = $2 AND done = '' ORDER BY due, kind`, who.Person, OwnPerson)
		if err != nil {
			return nil, err
		}
		for i := range mine {
			t := &mine[i]
			if s.mayFollow(who, t) == nil {
				out = append(out, Wait{"appoint.wait.task", []any{text.Key("appoint.task." + t.Kind), t.Title}, t.Name, batchAddress(t.Batch) + "/petikan/" + url.PathEscape(t.Post), (t.Due + 1).Start()})
			}
		}
	}
	near, err := tasks(ctx, tx, `WHERE owner IN ($1, $2) AND done = '' AND due <= $3 ORDER BY due, batch, kind`, OwnUnit, OwnPersonnel, (today + soon).String())
	if err != nil {
		return nil, err
	}
	type group struct{ batch, kind string }
	at := map[group]int{}
	n := map[int]int{}
	may := map[string]bool{} // by unit: there are fewer than tasks
	for i := range near {
		t := &near[i]
		key := t.Owner
		if t.Owner == OwnUnit {
			key = strings.Join(t.Units, "/") + " " + strconv.FormatBool(who.Person != "" && who.Person == t.Person)
		}
		ok, asked := may[key]
		if !asked {
			ok = t.Owner == OwnPersonnel && prepare || t.Owner == OwnUnit && s.mayFollow(who, t) == nil
			may[key] = ok
		}
		if !ok {
			continue
		}
		g := group{t.Batch, t.Kind}
		k, had := at[g]
		if !had {
			k = len(out)
			at[g] = k
			out = append(out, Wait{Title: "appoint.wait.tasks", Href: followAddress(t.Batch, t.Kind), Due: (t.Due + 1).Start()})
		}
		n[k]++
		out[k].Args = []any{text.Key("appoint.task." + t.Kind), n[k]}
	}
	return out, nil
}
