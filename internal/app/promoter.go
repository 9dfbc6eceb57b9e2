package app

import (
	"context"

	"netral/internal/day"
	"netral/internal/merit/appoint"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/store"
)

// appointments are those of decrees of this house, with what the roster says of
// the people later: whether they left the post, and how they were rated.
func (x *reader) appointments(ctx context.Context, tx *store.Tx, promoter string) ([]promote.Appointment, error) {
	list, err := appoint.AppointedBy(ctx, tx, promoter)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	people := make([]string, len(list))
	for i := range list {
		people[i] = list[i].Person
	}
	at := map[string]*roster.Dossier{}
	err = x.roster.DossiersOf(ctx, tx, distinct(people), day.At(tx.Now), func(d *roster.Dossier) error {
		at[d.ID] = d
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]promote.Appointment, 0, len(list))
	for _, a := range list {
		p := promote.Appointment{ID: a.ID, Person: a.Person, Name: a.Name, Post: a.Post, Title: a.Title, Level: a.Level, On: a.On, Until: day.None, Decree: a.Decree, By: map[string][]string{}}
		for part, who := range map[string][]string{promote.Proposed: a.Proposed, promote.Assessed: a.Assessed, promote.Decided: a.Decided} {
			if len(who) > 0 {
				p.By[part] = who
			}
		}
		if d := at[a.Person]; d != nil {
			for _, t := range d.Tenures {
				if t.Row.Post == a.Post && t.Row.Kind == roster.Definitive && t.Row.From <= a.On && (t.Row.Until == day.None || t.Row.Until > a.On) {
					p.Until = t.Row.Until
				}
			}
			for _, r := range d.Ratings {
				p.Ratings = append(p.Ratings, promote.Rating{Year: r.Row.Year, Predicate: r.Row.Predicate, Source: "roster", At: tx.Now})
			}
		}
		out = append(out, p)
	}
	return out, nil
}
