package roster

import (
	"context"
	"slices"
	"sync"

	"netral/internal/store"
)

// grown counts the rows that this process has written, for each kind.
// PostgreSQL keeps the plan that it made for an empty table, a walk through all
// of it, until the table is analysed; its own service for that comes about once
// a minute, and a load of a whole government is over by then.
type grown struct {
	mu     sync.Mutex
	tables map[string]growth
}

type growth struct{ total, seen int } // seen is the total at the last ANALYZE

// due says whether a table has grown so much that its plans may be wrong.
func (g growth) due() bool { return g.total > 2000 && g.total > 16*g.seen }

// refresh analyses the tables that have grown sixteenfold: how
// many pages a table has it sees by itself; rows says what is
// written now.
func (g *grown) refresh(ctx context.Context, tx *store.Tx, rows map[Kind][]fact) error {
	if tx.Dialect != store.Postgres {
		return nil
	}
	var due []string
	g.mu.Lock()
	for t, n := range g.tables {
		if n.due() {
			due = append(due, t)
		}
	}
	g.mu.Unlock()
	slices.Sort(due)
	if len(due) > 0 {
		// A tenth of the usual sample tells a walk from a search, in a tenth of the
		// time; the service takes the usual one later.
		if _, err := tx.ExecContext(ctx, `SET LOCAL default_statistics_target = 10`); err != nil {
			return err
		}
	}
	for _, t := range due {
		if _, err := tx.ExecContext(ctx, `ANALYZE `+t); err != nil {
			return err
		}
	}
	tx.After(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.tables == nil {
			g.tables = map[string]growth{}
		}
		for _, t := range due {
			n := g.tables[t]
			n.seen = n.total
			g.tables[t] = n
		}
		add := func(t string, rows int) {
			n := g.tables[t]
			n.total += rows
			g.tables[t] = n
		}
		for k, list := range rows {
			add(k.table(), len(list))
			if k == KindTenure {
				add("merit_roster_touch", len(list))
			}
		}
		add("merit_roster_change", 1)
	})
	return nil
}
