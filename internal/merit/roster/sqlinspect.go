package roster

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"sort"

	"netral/internal/day"
	"netral/internal/store"
)

// subjectsAfter reads people behind an id, in order, each as on a day or as they
// were last before it; those who are not there yet are absent. Most bounds the
// rows that are read.
func subjectsAfter(ctx context.Context, tx *store.Tx, after string, on day.Day, most int) ([]subject, error) {
	at := on.String()
	var out []subject
	read := 0
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var s subject
		var from, before, behind, born, status string
		if err := rows.Scan(&s.id, &from, &s.nip, &s.name, &before, &behind, &s.grade, &s.education, &s.field, &born, &s.sex, &status); err != nil {
			return err
		}
		read++
		p := Person{Name: s.name, Before: before, After: behind}
		s.name, s.born, s.serving = p.FullName(), dayOf(born), Status(status).Serving()
		if from > at {
			s = subject{id: s.id, absent: true}
		}
		if n := len(out); n > 0 && out[n-1].id == s.id {
			if from <= at {
				out[n-1] = s
			}
			return nil
		}
		out = append(out, s)
		return nil
	}, `SELECT id, from_day, nip, name, front, back, grade, education, field, born, sex, status FROM merit_roster_person WHERE id > $1 AND gone = 0 ORDER BY id, from_day LIMIT $2`, after, most)
	if read == most && len(out) > 1 {
		out = out[:len(out)-1] // perhaps not all rows of the last one
	}
	return out, err
}

// tenuresOf reads the tenures of the people from one id to another, by person, in
// order of days.
func tenuresOf(ctx context.Context, tx *store.Tx, first, last string) (map[string][]Tenure, error) {
	out := map[string][]Tenure{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var t Tenure
		var from, until string
		if err := rows.Scan(&t.Person, &t.ID, &t.Post, &t.Kind, &from, &until); err != nil {
			return err
		}
		t.From, t.Until = dayOf(from), dayOf(until)
		out[t.Person] = append(out[t.Person], t)
		return nil
	}, `SELECT person, id, post, kind, from_day, until_day FROM merit_roster_tenure WHERE person >= $1 AND person <= $2 AND gone = 0`, first, last)
	for _, list := range out {
		slices.SortFunc(list, func(a, b Tenure) int {
			return cmp.Or(cmp.Compare(begins(a.From), begins(b.From)), cmp.Compare(a.ID, b.ID))
		})
	}
	return out, err
}

// nikDoubts lists who has a NIK, of the people from one id to another, and what
// in it contradicted them.
func nikDoubts(ctx context.Context, tx *store.Tx, first, last string) (map[string]string, error) {
	out := map[string]string{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var id, doubt string
		err := rows.Scan(&id, &doubt)
		out[id] = doubt
		return err
	}, `SELECT person, doubt FROM merit_roster_nik WHERE person >= $1 AND person <= $2 AND gone = 0`, first, last)
	return out, err
}

// countFacts is how many facts were ever written.
func countFacts(ctx context.Context, tx *store.Tx) (int64, error) {
	var n int64
	err := tx.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(facts), 0) AS BIGINT) FROM merit_roster_change`).Scan(&n)
	return n, err
}

// postBook is what the checks need of all posts, in little memory: a government
// of millions has millions of posts, most of them with the same few titles.
type postBook struct {
	ids   []byte // sorted
	rows  []postRow
	texts []string
}

// postRow is a row of a post; the rows of one follow each other, in order of days.
type postRow struct {
	end         uint32 // of the id in ids
	unit, title uint32 // in texts
	from, until day.Day
	seats       int32
	head        bool
	holding     int32 // today, of any kind; of the first row of a post
	definitive  int32
}

func inspectedPosts(ctx context.Context, tx *store.Tx) (*postBook, error) {
	b := &postBook{}
	known := map[string]uint32{}
	once := func(s string) uint32 {
		n, ok := known[s]
		if !ok {
			n = uint32(len(b.texts))
			known[s], b.texts = n, append(b.texts, s)
		}
		return n
	}
	type raw struct {
		id string
		postRow
	}
	var page []raw
	for after := ""; ; {
		page = page[:0]
		err := tx.Each(ctx, func(rows *sql.Rows) error {
			var r raw
			var from, until, unit, title string
			if err := rows.Scan(&r.id, &from, &until, &unit, &title, &r.seats, &r.head); err != nil {
				return err
			}
			r.from, r.until, r.unit, r.title = dayOf(from), dayOf(until), once(unit), once(title)
			page = append(page, r)
			return nil
		}, `SELECT id, from_day, until_day, unit, title, seats, head FROM merit_roster_post WHERE id > $1 AND gone = 0 ORDER BY id, from_day LIMIT $2`, after, inspectPage)
		if err != nil {
			return nil, err
		}
		full := len(page) == inspectPage
		for full && page[len(page)-1].id == page[len(page)-2].id { // perhaps not all rows of the last one
			page = page[:len(page)-1]
		}
		if full {
			page = page[:len(page)-1]
		}
		for _, r := range page {
			b.ids = append(b.ids, r.id...)
			r.end = uint32(len(b.ids))
			b.rows = append(b.rows, r.postRow)
		}
		if !full {
			break
		}
		after = page[len(page)-1].id
	}
	return b, nil
}

func (b *postBook) id(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = b.rows[i-1].end
	}
	return b.ids[from:b.rows[i].end]
}

// of are the rows of a post.
func (b *postBook) of(id string) []postRow {
	first := sort.Search(len(b.rows), func(i int) bool { return string(b.id(i)) >= id })
	last := first
	for last < len(b.rows) && string(b.id(last)) == id {
		last++
	}
	return b.rows[first:last]
}

// on is a post on a day, or as it was nearest to it; as version does.
func (b *postBook) on(id string, on day.Day) Post {
	var best Post
	for i, r := range b.of(id) {
		if i == 0 || begins(r.from) <= int64(on) {
			best = b.post(id, &r)
		}
	}
	return best
}

func (b *postBook) post(id string, r *postRow) Post {
	return Post{ID: id, Unit: b.texts[r.unit], Title: b.texts[r.title], Seats: int(r.seats), Head: r.head, From: r.from, Until: r.until}
}
