package roster

import (
	"context"

	"netral/internal/day"
	"netral/internal/store"
)

// ChiefOf finds whom the holder of a post answers to on a day, as the person and
// their definitive or acting office; nil when nobody is above it, or the post does
// not exist on that day.
func (s *Service) ChiefOf(ctx context.Context, tx *store.Tx, post string, on day.Day) (*Superior, *Person, error) {
	rows, err := postRows(ctx, tx, "id", []string{post})
	if err != nil {
		return nil, nil, err
	}
	p := version(rows[post], on)
	if len(rows[post]) == 0 || !holds(p.From, p.Until, on) {
		return nil, nil, nil
	}
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return nil, nil, err
	}
	chief, err := superior(ctx, tx, t, p, on)
	if err != nil || chief == nil || chief.Person == "" {
		return chief, nil, err
	}
	who, err := s.Sitters(ctx, tx, []string{chief.Person}, on)
	if err != nil {
		return nil, nil, err
	}
	sitter, ok := who[chief.Person]
	if !ok {
		return chief, nil, nil
	}
	return chief, &sitter.Person, nil
}
