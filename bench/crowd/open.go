package crowd

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/store"
)

// Officer is a personnel officer, who may see everybody.
func Officer() actor.Actor {
	return actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Person: PersonID(0), Grants: []actor.Grant{{Role: "personnel"}}}
}

// Open makes a SQLite database with the tables of some lines below a folder,
// and a ledger in it.
func Open(ctx context.Context, dir string, lines ...store.Line) (*store.DB, *ledger.Book, error) {
	db, err := store.Open(ctx, filepath.Join(dir, "netral.db"), store.Options{})
	if err != nil {
		return nil, nil, err
	}
	if err := db.Migrate(ctx, append([]store.Line{ledger.Migrations}, lines...)...); err != nil {
		return nil, nil, err
	}
	key, err := ledger.NewKey("bench.example", rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	book, err := ledger.Open(ctx, db, ledger.Config{Origin: "bench.example", Key: key, Rand: rand.Reader, Now: db.Now})
	return db, book, err
}

// Existing opens the SQLite database of a data folder that netral migrate made,
// and its ledger.
func Existing(ctx context.Context, data string) (*store.DB, *ledger.Book, error) {
	key, err := ledger.LoadKey(filepath.Join(data, "log.key"))
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, filepath.Join(data, "netral.db"), store.Options{})
	if err != nil {
		return nil, nil, err
	}
	book, err := ledger.Open(ctx, db, ledger.Config{Key: key, Rand: rand.Reader, Now: db.Now})
	return db, book, err
}

// Fill loads people into a roster and tells of each that goes in.
func Fill(ctx context.Context, s *roster.Service, seed uint64, people int, tell func(roster.Person)) error {
	done := 0
	defer fmt.Fprintln(os.Stderr)
	return Batches(seed, people, func(b roster.Batch) error {
		if _, err := s.Bulk(ctx, Officer(), b, roster.Source{Kind: "demo", Name: "bench", Fresh: true}); err != nil {
			return err
		}
		for _, p := range b.People {
			tell(p)
		}
		done += len(b.People)
		fmt.Fprintf(os.Stderr, "\r%d of %d people are in", done, people)
		return nil
	})
}
