package roster

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"netral/internal/day"
	"netral/internal/store"
)

// What other parts of the house ask the roster within their own transactions. No
// leave is asked for here: whoever asks answers for what they show of it.

// Official is somebody who holds a structural post in their own right.
type Official struct {
	Person   string
	Name     string // with titles
	Post     string
	Title    string
	Unit     string
	UnitName string
	Level    Level
	Head     bool // of the unit
	Sex      Sex
	Grade    string
	// Offices are the head posts that the person holds or acts for.
	Offices []string
}

// onDayOf is a condition that a row is true on a day; the day is parameter n.
func onDayOf(alias, n string) string {
	return alias + `.gone = 0 AND (` + alias + `.from_day = '' OR ` + alias + `.from_day <= ` + n + `) AND (` + alias + `.until_day = '' OR ` + alias + `.until_day > ` + n + `)`
}

// Officials lists who holds a post of the levels on a day and serves, each person
// once, by id.
func Officials(ctx context.Context, tx *store.Tx, levels []Level, on day.Day) ([]Official, error) {
	var out []Official
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var o Official
		var p Person
		if err := rows.Scan(&o.Person, &o.Post, &o.Title, &o.Unit, &o.Level, &o.Head, &o.UnitName, &p.Name, &p.Before, &p.After, &o.Grade, &o.Sex, &p.Status); err != nil {
			return err
		}
		if !p.Status.Serving() || !slices.Contains(levels, o.Level) || len(out) > 0 && out[len(out)-1].Person == o.Person {
			return nil
		}
		o.Name = p.FullName()
		if o.Head {
			o.Offices = []string{o.Post}
		}
		out = append(out, o)
		return nil
	}, `SELECT t.person, p.id, p.title, p.unit, p.level, p.head, u.name, w.name, w.front, w.back, w.grade, w.sex, w.status
		FROM merit_roster_tenure t
		JOIN merit_roster_post p ON p.id = t.post AND `+onDayOf("p", "$1")+`
		JOIN merit_roster_unit u ON u.id = p.unit AND `+onDayOf("u", "$1")+`
		JOIN merit_roster_person w ON w.id = t.person AND `+onDayOf("w", "$1")+`
		WHERE t.kind = 'definitive' AND `+onDayOf("t", "$1")+` AND p.level IN ('jpt_madya', 'jpt_pratama', 'administrator', 'pengawas')
		ORDER BY t.person, p.id`, on.String())
	if err != nil {
		return nil, err
	}
	acts, err := acting(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Offices = append(out[i].Offices, acts[out[i].Person]...)
	}
	return out, nil
}

// Incumbents hands out who holds which post in their own right on a day, by
// person, one row after the other.
func Incumbents(ctx context.Context, tx *store.Tx, on day.Day, each func(person, post string) error) error {
	return tx.Each(ctx, func(rows *sql.Rows) error {
		var person, post string
		if err := rows.Scan(&person, &post); err != nil {
			return err
		}
		return each(person, post)
	}, `SELECT t.person, t.post FROM merit_roster_tenure t WHERE t.kind = 'definitive' AND `+onDayOf("t", "$1")+` ORDER BY t.person, t.id`, on.String())
}

// acting are the head posts for which people act on a day (Plt, Plh).
func acting(ctx context.Context, tx *store.Tx, on day.Day) (map[string][]string, error) {
	out := map[string][]string{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var person, post string
		if err := rows.Scan(&person, &post); err != nil {
			return err
		}
		out[person] = append(out[person], post)
		return nil
	}, `SELECT t.person, t.post FROM merit_roster_tenure t JOIN merit_roster_post p ON p.id = t.post AND `+onDayOf("p", "$1")+`
		WHERE t.kind IN ('plt', 'plh') AND p.head AND `+onDayOf("t", "$1")+` ORDER BY t.person, t.post`, on.String())
	return out, err
}

// The grounds of Away.
const (
	AwayLeave    = "leave"
	AwayIll      = "illness"
	AwayActing   = "acting"   // Plt or Plh of another office
	AwayHeadless = "headless" // leads a unit where no other official is there
)

// Gone is why somebody is not to be had on a day, and the paper behind it.
type Gone struct{ Why, Paper string }

// Away tells why people are not to be had on a day; who is missing from the answer
// is there.
func Away(ctx context.Context, tx *store.Tx, people []string, on day.Day) (map[string][]Gone, error) {
	asked := map[string]bool{}
	for _, p := range people {
		asked[p] = true
	}
	all := map[string][]Gone{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var person, kind, decree string
		if err := rows.Scan(&person, &kind, &decree); err != nil {
			return err
		}
		why := AwayLeave
		if kind == "sick" {
			why = AwayIll
		}
		all[person] = append(all[person], Gone{why, decree})
		return nil
	}, `SELECT l.person, l.kind, l.decree FROM merit_roster_leave l WHERE `+onDayOf("l", "$1")+` ORDER BY l.person, l.id`, on.String())
	if err != nil {
		return nil, err
	}
	acts, err := acting(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	officials, err := Officials(ctx, tx, []Level{JPTMadya, JPTPratama, Administrator, Pengawas}, on)
	if err != nil {
		return nil, err
	}
	there := map[string]int{} // officials of a unit who are there
	for _, o := range officials {
		if len(all[o.Person]) == 0 {
			there[o.Unit]++
		}
	}
	out := map[string][]Gone{}
	for p, g := range all {
		if asked[p] {
			out[p] = g
		}
	}
	for _, o := range officials {
		if !asked[o.Person] {
			continue
		}
		if len(acts[o.Person]) > 0 {
			out[o.Person] = append(out[o.Person], Gone{AwayActing, ""})
		}
		others := there[o.Unit]
		if len(all[o.Person]) == 0 {
			others--
		}
		if o.Head && others == 0 {
			out[o.Person] = append(out[o.Person], Gone{AwayHeadless, o.UnitName})
		}
	}
	return out, nil
}

// DutiesOf is the text of the duties of a post on a day; "" when none is known.
func DutiesOf(ctx context.Context, tx *store.Tx, post string, on day.Day) (duties string, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error { return rows.Scan(&duties) },
		`SELECT p.duties FROM merit_roster_post p WHERE p.id = $2 AND `+onDayOf("p", "$1"), on.String(), post)
	return duties, err
}

// KinOf is what is known of the relation between two people, whoever of the two
// declared it: one of RelationKinds, or "".
func KinOf(ctx context.Context, tx *store.Tx, a, b string) (kind string, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error { return rows.Scan(&kind) },
		`SELECT kind FROM merit_roster_relation WHERE gone = 0 AND (person = $1 AND other = $2 OR person = $2 AND other = $1) ORDER BY id`, a, b)
	return kind, err
}

// NamesOf are the names of people as the last row of each has it, with titles.
func NamesOf(ctx context.Context, tx *store.Tx, people []string) (map[string]string, error) {
	out := map[string]string{}
	err := blocks(people, func(args []any) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var id string
			var p Person
			if err := rows.Scan(&id, &p.Name, &p.Before, &p.After); err != nil {
				return err
			}
			out[id] = p.FullName()
			return nil
		}, `SELECT id, name, front, back FROM merit_roster_person WHERE gone = 0 AND id IN (`+places(1, len(args))+`) ORDER BY from_day`, args...)
	})
	return out, err
}

// Known is the person of a NIP or of an id; "" for neither.
func Known(ctx context.Context, tx *store.Tx, given string) (id string, err error) {
	given = strings.Join(strings.Fields(given), "")
	err = tx.Each(ctx, func(rows *sql.Rows) error { return rows.Scan(&id) },
		`SELECT id FROM merit_roster_person WHERE gone = 0 AND (nip = $1 OR id = $1) ORDER BY from_day`, given)
	return id, err
}
