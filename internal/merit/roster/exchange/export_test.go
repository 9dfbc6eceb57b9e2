package exchange

import (
	"context"
	"testing"
	"time"

	"netral/internal/store"
)

// SetPiece sets how many rows are one change.
func SetPiece(s *Service, n int) { s.piece = n }

// SetRoom sets how many bytes of rows are kept from one pass to the next.
func SetRoom(s *Service, n int64) { s.room = n }

// Parts is how many pieces of files the database holds.
func Parts(t *testing.T, s *Service) (n int) {
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM merit_exchange_part`).Scan(&n)
	})
	return n
}

// Leave makes an import with a piece of a file in each of the states.
func Leave(t *testing.T, s *Service, states map[State]State) map[State]string {
	ids := map[State]string{}
	for st := range states {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			ids[st] = "left-" + string(st)
			if err := insertImport(ctx, tx, &Import{ID: ids[st], Kind: "people", State: st}); err != nil {
				return err
			}
			return insertPart(ctx, tx, ids[st], "file", 0, []byte("x"))
		})
	}
	return ids
}

// Forget tidies what did not change since.
func Forget(t *testing.T, s *Service, since time.Time) {
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return forget(ctx, tx, since, since) })
}

func write(t *testing.T, s *Service, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := s.DB.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}
