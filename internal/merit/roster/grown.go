package roster

import (
	"context"
	"sync"

	"netral/internal/store"
)

// grown counts the rows that this process has written. PostgreSQL keeps the
// plan that it made for an empty table, a walk through all of it, until the
// table is analysed; its own service for that comes about once a minute, and a
// load of a whole government is over by then.
type grown struct {
	mu    sync.Mutex
	total int
	since int // written since the last ANALYZE
}

// refresh analyses the tables when they have grown by half.
func (g *grown) refresh(ctx context.Context, tx *store.Tx, rows int) error {
	if tx.Dialect != store.Postgres {
		return nil
	}
	g.mu.Lock()
	due := g.since > 2000 && g.since*2 > g.total
	g.mu.Unlock()
	if due {
		for _, t := range append(Kinds(), "change", "touch") {
			if _, err := tx.ExecContext(ctx, `ANALYZE `+t.table()); err != nil {
				return err
			}
		}
	}
	tx.After(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if due {
			g.since = 0
		}
		g.total += rows
		g.since += rows
	})
	return nil
}
