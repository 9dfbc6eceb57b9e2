package roster

import (
	"context"
	"database/sql"
	"slices"
	"sync"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// staffed is a post, without its duties, and how it is filled on a day.
type staffed struct {
	post   Post
	taken  int // definitive holders
	acting int // Plt and Plh
}

func (p *staffed) vacant() int { return max(0, p.post.Seats-p.taken) }

// staffing is how the whole government is filled on a day. It does not change
// once made.
type staffing struct {
	seq   int64
	on    day.Day
	posts []staffed // by id
}

// staffings keeps the last ones: today's, and one of another day that somebody
// leafs through.
type staffings struct {
	mu   sync.Mutex
	kept []*staffing
}

const (
	keptStaffings = 2
	// mostPosts is how many posts are held in memory at once, about 200 bytes each.
	mostPosts = 500_000
)

func (s *Service) staffing(ctx context.Context, tx *store.Tx, on day.Day) (*staffing, error) {
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return nil, err
	}
	k := &s.staff
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, st := range k.kept {
		if st.seq == seq && st.on == on {
			return st, nil
		}
	}
	st, err := readStaffing(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	st.seq = seq
	// Those of an older state go first.
	k.kept = slices.DeleteFunc(k.kept, func(old *staffing) bool { return old.seq != seq })
	if k.kept = append(k.kept, st); len(k.kept) > keptStaffings {
		k.kept = k.kept[1:]
	}
	return st, nil
}

func readStaffing(ctx context.Context, tx *store.Tx, on day.Day) (*staffing, error) {
	st := &staffing{on: on}
	at := on.String()
	index := map[string]int{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var p Post
		var from, until string
		if err := rows.Scan(&p.ID, &p.Unit, &p.Title, &p.Level, &p.Echelon, &p.Rung, &p.Class, &p.Seats, &p.Head, &from, &until); err != nil {
			return err
		}
		if len(st.posts) == mostPosts {
			return fault.New(fault.TooLarge, "roster.posts.many", mostPosts)
		}
		p.From, p.Until = dayOf(from), dayOf(until)
		index[p.ID] = len(st.posts)
		st.posts = append(st.posts, staffed{post: p})
		return nil
	}, `SELECT id, unit, title, level, echelon, rung, class, seats, head, from_day, until_day FROM merit_roster_post
WHERE gone = 0 AND from_day <= $1 AND (until_day = '' OR until_day > $2) ORDER BY id`, at, at)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var post, kind string
		var n int
		if err := rows.Scan(&post, &kind, &n); err != nil {
			return err
		}
		i, ok := index[post]
		switch {
		case !ok:
		case kind == Definitive:
			st.posts[i].taken += n
		default:
			st.posts[i].acting += n
		}
		return nil
	}, `SELECT post, kind, COUNT(*) FROM merit_roster_tenure
WHERE gone = 0 AND from_day <= $1 AND (until_day = '' OR until_day > $2) GROUP BY post, kind`, at, at)
	return st, err
}

// areaOf is where a unit is: its own area, else that of the nearest unit above
// that has one.
func (t *tree) areaOf(id string) string {
	for n, u := 0, t.units[id]; u != nil && n < 64; n, u = n+1, t.units[u.Parent] {
		if u.Area != "" {
			return u.Area
		}
	}
	return ""
}

// chosen answers which units a list is about: one with everything below it, an
// area, both, or (nil) all.
func (t *tree) chosen(unit, area string) func(id string) bool {
	var under map[string]bool
	if unit != "" {
		under = map[string]bool{}
		for _, u := range t.under(unit) {
			under[u] = true
		}
	}
	if unit == "" && area == "" {
		return func(string) bool { return true }
	}
	return func(id string) bool {
		return (under == nil || under[id]) && (area == "" || inArea(t.areaOf(id), area))
	}
}
