package promote

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/store"
	"netral/internal/text"
)

// Presented is the result of a presentation of one's own duties, as it was
// filed. It is shown with the answer and decides nothing: no article makes it a
// condition of an appointment.
type Presented struct {
	Call      string    `json:"call"` // where it comes from
	Person    string    `json:"person"`
	Title     string    `json:"post"`      // of the post whose duties were presented
	Programme string    `json:"programme"` // title of what drew the person
	Number    int       `json:"round"`
	Held      day.Day   `json:"held"`
	From      day.Day   `json:"from"` // since when it is in the record
	Points    float64   `json:"points"`
	Most      float64   `json:"most"`
	Panel     int       `json:"panel"`           // how many scored
	Reply     string    `json:"reply,omitempty"` // of the person, before it was filed
	At        time.Time `json:"at"`
}

// KeepPresented takes a filed result into the record of the person, in the
// transaction that files it.
func KeepPresented(ctx context.Context, tx *store.Tx, p Presented) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_promote_presented (call, person, title, programme, number, held_on, from_day, points, most, panel, reply, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.Call, p.Person, p.Title, p.Programme, p.Number, p.Held.String(), p.From.String(), p.Points, p.Most, p.Panel, p.Reply, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("keep a presentation: %w", err)
	}
	return nil
}

// presentedOf are the results that were in the record on a day, the latest first.
func presentedOf(ctx context.Context, tx *store.Tx, person string, on day.Day) (out []Presented, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		p := Presented{Person: person}
		var held, from string
		var at int64
		if err := rows.Scan(&p.Call, &p.Title, &p.Programme, &p.Number, &held, &from, &p.Points, &p.Most, &p.Panel, &p.Reply, &at); err != nil {
			return err
		}
		p.Held, p.From, p.At = dayOf(held), dayOf(from), time.UnixMilli(at).UTC()
		out = append(out, p)
		return nil
	}, `SELECT call, title, programme, number, held_on, from_day, points, most, panel, reply, at FROM merit_promote_presented
WHERE person = $1 AND from_day <= $2 ORDER BY from_day DESC, call DESC LIMIT 50`, person, on.String())
	return out, err
}

// pointsText is a number of points with at most one decimal, as one writes it.
func pointsText(lang string, n float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
	if lang == text.EN {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}
