package roster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// places are n placeholders from $from on: "$3, $4".
func places(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// insertFacts inserts facts of one kind. One that is there already is a
// Conflict: somebody promised that it was new.
func insertFacts(ctx context.Context, tx *store.Tx, k Kind, facts []fact) error {
	err := tx.InsertMany(ctx, k.table(), k.columns(), len(facts), func(i int, to []any) []any { return facts[i].values(to) })
	if store.IsUnique(err) {
		return fault.Wrap(fault.Conflict, err, "roster.bulk.known", k.name())
	}
	return err
}

// block is how many keys one statement looks up at most.
const block = 200

// blockSizes are how many keys a statement looks up: few sizes, so that few
// statements need to be kept prepared, but not one for all, because reading two
// hundred places for a single key takes ten times as long as finding it.
func blockSizes() []int { return []int{1, 4, 25, block} }

// listed is the places of a block of keys, where they come first. To SQLite $1 is
// a name, which it seeks in a list for each value; a bare ? is not, and the first
// is 1.
func listed(tx *store.Tx, args []any) string {
	if tx.Dialect == store.SQLite {
		return strings.Repeat("?, ", len(args)-1) + "?"
	}
	return places(1, len(args))
}

// scanner reads rows of a kind.
type scanner struct {
	k    Kind
	f    fact
	from string
	till string
	to   []any
}

func newScanner(k Kind) *scanner {
	s := &scanner{k: k}
	if !k.versioned() {
		s.to = append(s.to, &s.f.person)
	}
	s.to = append(s.to, &s.f.id)
	if k.dated() {
		s.to = append(s.to, &s.from, &s.till)
	}
	s.to = append(s.to, &s.f.seq, &s.f.gone, &s.f.src)
	for _, c := range k.content() {
		switch c {
		case "place", "class", "seats", "year":
			s.to = append(s.to, new(int64))
		case "head":
			s.to = append(s.to, new(bool))
		default:
			s.to = append(s.to, new(string))
		}
	}
	return s
}

func (s *scanner) scan(rows *sql.Rows, extra ...any) (fact, error) {
	if err := rows.Scan(append(s.to, extra...)...); err != nil {
		return fact{}, err
	}
	f := s.f
	f.kind, f.from, f.until = s.k, day.None, day.None
	if s.k.dated() {
		f.from, f.until = dayOf(s.from), dayOf(s.till)
	}
	n := len(s.k.content())
	f.vals = make([]any, n)
	for i, p := range s.to[len(s.to)-n:] {
		switch p := p.(type) {
		case *string:
			f.vals[i] = *p
		case *int64:
			f.vals[i] = *p
		case *bool:
			f.vals[i] = *p
		}
	}
	return f, nil
}

// facts reads the rows of a kind for a condition.
func facts(ctx context.Context, tx *store.Tx, k Kind, tail string, args ...any) (all []fact, err error) {
	s := newScanner(k)
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		f, err := s.scan(rows)
		all = append(all, f)
		return err
	}, `SELECT `+k.list()+` FROM `+k.table()+` WHERE `+tail, args...)
	return all, err
}

// blocks calls f with the keys in blocks of a few sizes; the last is filled up
// with its last key.
func blocks(keys []string, f func(args []any) error) error {
	for len(keys) > 0 {
		size := block
		for _, n := range blockSizes() {
			if n >= len(keys) {
				size = n
				break
			}
		}
		n := min(size, len(keys))
		args := make([]any, 0, size+1) // one more for the caller
		for _, k := range keys[:n] {
			args = append(args, k)
		}
		for len(args) < size {
			args = append(args, args[n-1])
		}
		if err := f(args); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// many is blocks for keys of a whole load. PostgreSQL gets thousands in one array:
// it answers them together, and keeps one text prepared.
func many(tx *store.Tx, keys []string, f func(among string, args []any) error) error {
	if tx.Dialect == store.SQLite {
		return blocks(keys, func(args []any) error { return f(`IN (`+listed(tx, args)+`)`, args) })
	}
	for part := range slices.Chunk(keys, 5000) {
		if err := f(`= ANY ($1)`, []any{part}); err != nil {
			return err
		}
	}
	return nil
}

// standing reads the facts that stand and whose column is one of the keys.
func standing(ctx context.Context, tx *store.Tx, k Kind, column string, keys []string) (all []fact, err error) {
	err = many(tx, keys, func(among string, args []any) error {
		part, err := facts(ctx, tx, k, `gone = 0 AND `+column+` `+among, args...)
		all = append(all, part...)
		return err
	})
	return all, err
}

// known finds which of the ids exist. It reads each version: to leave out the few
// that are more than one costs more than reading them.
func known(ctx context.Context, tx *store.Tx, k Kind, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	err := many(tx, ids, func(among string, args []any) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			out[id] = true
			return err
		}, `SELECT id FROM `+k.table()+` WHERE id `+among, args...)
	})
	return out, err
}

// numbers finds the people of NIPs.
func numbers(ctx context.Context, tx *store.Tx, nips []string) (map[string]string, error) {
	out := make(map[string]string, len(nips))
	err := many(tx, nips, func(among string, args []any) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var id, nip string
			err := rows.Scan(&id, &nip)
			out[nip] = id
			return err
		}, `SELECT id, nip FROM merit_roster_person WHERE gone = 0 AND nip `+among, args...)
	})
	return out, err
}

// retire takes a fact back.
func retire(ctx context.Context, tx *store.Tx, f *fact, seq int64) error {
	q, args := `UPDATE `+f.kind.table()+` SET gone = $1 WHERE gone = 0 AND seq = $2 AND id = $3 AND `, []any{seq, f.seq, f.id}
	if f.kind.versioned() {
		q, args = q+`from_day = $4`, append(args, f.from.String())
	} else {
		q, args = q+`person = $4`, append(args, f.person)
	}
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("roster: %s %s of change %d: %d rows taken back: %w", f.kind, f.id, f.seq, n, err)
	}
	return nil
}

func lastSeq(ctx context.Context, tx *store.Tx) (int64, error) {
	var n sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT MAX(seq) FROM merit_roster_change`).Scan(&n)
	return n.Int64, err
}

// Change is one writing into the roster.
type Change struct {
	Seq    int64
	At     time.Time
	Actor  string
	Source Source
	Facts  int
	Sum    string // SHA-256 of the rows of a Bulk; "" of others
}

func insertChange(ctx context.Context, tx *store.Tx, c Change) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_roster_change (seq, at, actor, kind, name, reason, facts, sum) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Seq, c.At.UnixMilli(), c.Actor, c.Source.Kind, c.Source.Name, c.Source.Reason, c.Facts, c.Sum)
	return err
}

// loadedBy groups the changes of a kind of source by their name.
func loadedBy(ctx context.Context, tx *store.Tx, kind string) (out []Loaded, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var l Loaded
		err := rows.Scan(&l.Name, &l.Changes, &l.Last)
		out = append(out, l)
		return err
	}, `SELECT g.name, g.n, c.reason FROM (SELECT name, COUNT(*) AS n, MIN(seq) AS first, MAX(seq) AS last FROM merit_roster_change WHERE kind = $1 GROUP BY name) g
		JOIN merit_roster_change c ON c.seq = g.last ORDER BY g.first`, kind)
	return out, err
}

// changes reads the changes of the numbers.
func changes(ctx context.Context, tx *store.Tx, seqs map[int64]bool) (map[int64]Change, error) {
	out := make(map[int64]Change, len(seqs))
	for seq := range seqs {
		c, err := change(ctx, tx, seq)
		if err != nil {
			return nil, err
		}
		out[seq] = c
	}
	return out, nil
}

func change(ctx context.Context, tx *store.Tx, seq int64) (Change, error) {
	c := Change{Seq: seq}
	var at int64
	err := tx.QueryRowContext(ctx, `SELECT at, actor, kind, name, reason, facts, sum FROM merit_roster_change WHERE seq = $1`, seq).
		Scan(&at, &c.Actor, &c.Source.Kind, &c.Source.Name, &c.Source.Reason, &c.Facts, &c.Sum)
	c.At = time.UnixMilli(at).UTC()
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("roster: change %d is named and not there", seq)
	}
	return c, err
}

func insertTouched(ctx context.Context, tx *store.Tx, seq int64, people []string) error {
	return tx.InsertMany(ctx, "merit_roster_touch", []string{"seq", "person"}, len(people), func(i int, to []any) []any {
		return append(to, seq, people[i])
	})
}

// nikOwner finds another person with the mark, and whether this one has it.
func nikOwner(ctx context.Context, tx *store.Tx, person string, mark []byte) (other string, same bool, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		if id == person {
			same = true
		} else {
			other = id
		}
		return err
	}, `SELECT person FROM merit_roster_nik WHERE mark = $1 AND gone = 0`, mark)
	return other, same, err
}

func putNIK(ctx context.Context, tx *store.Tx, person string, seq int64, mark, sealed []byte, doubt string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE merit_roster_nik SET gone = $1 WHERE person = $2 AND gone = 0`, seq, person); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_roster_nik (person, seq, gone, mark, sealed, doubt) VALUES ($1, $2, $3, $4, $5, $6)`,
		person, seq, 0, mark, sealed, doubt)
	return err
}
