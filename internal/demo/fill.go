package demo

import (
	"context"
	"sync"

	"netral/internal/actor"
	"netral/internal/merit/roster"
)

// Fill makes the government and writes it into an empty roster. Progress is told
// how many people are written, of how many; it may be nil.
func Fill(ctx context.Context, s *roster.Service, who actor.Actor, cfg Config, progress func(done, total int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// One goroutine makes rows while the other writes them.
	batches := make(chan roster.Batch, 2)
	var made sync.WaitGroup
	made.Go(func() {
		defer close(batches)
		err := Generate(ctx, cfg, func(b roster.Batch) error {
			select {
			case batches <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil {
			cancel(err)
		}
	})
	defer made.Wait()
	done := 0
	for b := range batches {
		if _, err := s.Bulk(ctx, who, b, roster.Source{Kind: "demo", Name: "Provinsi peraga", Fresh: true}); err != nil {
			cancel(err)
			return err
		}
		if last := ""; progress != nil {
			for i := range b.People { // several rows of one person follow each other
				if b.People[i].ID != last {
					last = b.People[i].ID
					done++
				}
			}
			progress(min(done, cfg.People), cfg.People)
		}
	}
	return context.Cause(ctx)
}
