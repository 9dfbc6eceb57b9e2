package promote

import (
	"context"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/store"
)

// NextLevel is the level above one's own, with its lower echelon: what an
// employee asks about who asks about nothing in particular.
func (s *Service) NextLevel(ctx context.Context, who actor.Actor, on day.Day) (level, echelon string, err error) {
	l := s.Law()
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		res, err := s.about(ctx, tx, who.Person)
		if err != nil {
			return err
		}
		if err := s.allow(who, ActCheck, res); err != nil {
			return err
		}
		r, err := s.Records(ctx, tx, who.Person, on)
		if err != nil {
			return err
		}
		level = l.above(present(r.Tenures.Value, on))
		echelon = l.lower[level]
		return nil
	})
	return level, echelon, err
}

// above is the lowest covered level above the posts held, or the highest.
func (l *Law) above(now []Tenure) string {
	own := 0
	for _, x := range now {
		own = max(own, l.step(x.Level, x.Rung))
	}
	best := ""
	for _, level := range l.Levels() {
		s := l.steps[level]
		if best == "" || s > own && (l.steps[best] <= own || s < l.steps[best]) || s > l.steps[best] && l.steps[best] <= own {
			best = level
		}
	}
	return best
}
