package appoint

import (
	"context"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// maxFollow is how many tasks a page or an answer lists.
const maxFollow = 500

// FollowUp lists the tasks of a batch that somebody may see: the office all, the
// head of a unit those of people who came there.
type FollowUp struct {
	Batch Batch
	Tasks []Task
	Open  map[string]int // by kind, all of the batch
	Late  map[string]int
	Today day.Day
}

// FollowUps reads the tasks of a kind, the open ones first; "" for all kinds.
func (s *Service) FollowUps(ctx context.Context, who actor.Actor, batch, kind string) (FollowUp, error) {
	out := FollowUp{Open: map[string]int{}, Late: map[string]int{}, Today: day.At(s.Now())}
	office := s.allow(who, ActRead, Resource{Type: "batch", ID: batch}) == nil
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return err
		}
		out.Batch = *b
		list, err := tasks(ctx, tx, `WHERE batch = $1 ORDER BY done, due, kind, post`, batch)
		if err != nil {
			return err
		}
		seen := 0
		for _, t := range list {
			if !office && (t.Owner != OwnUnit || s.mayFollow(who, &t) != nil) {
				continue
			}
			seen++
			if t.Done == day.None {
				out.Open[t.Kind]++
				if t.Late(out.Today) {
					out.Late[t.Kind]++
				}
			}
			if (kind == "" || kind == t.Kind) && len(out.Tasks) < maxFollow {
				out.Tasks = append(out.Tasks, t)
			}
		}
		if !office && seen == 0 {
			return fault.New(fault.Denied, "appoint.denied")
		}
		return nil
	})
	if err != nil {
		return FollowUp{}, err
	}
	return out, nil
}
