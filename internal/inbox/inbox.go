// Package inbox is the office's first page: what waits for the person who has
// signed in, what is overdue first, and the ways to everything else.
//
// The inbox keeps nothing. Each slice has a Source that says what of its own
// waits for somebody; app registers the sources. A source answers only what the
// person may see and do; the inbox asks it each time the page is opened. A
// source that fails is named on the page, above everything else: what could
// not be read must not look like nothing.
//
//	item     hal yang menunggu
//	due      batas waktu
package inbox

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
)

// Item is one thing that waits for somebody, or several alike.
type Item struct {
	Kind    string    // key of what it is, "roster.inbox.ask"
	Title   string    // key of what is to be done, with Args
	Args    []any     //
	Who     string    // whom it is about, a name; "" for nobody
	Href    string    // where it is done
	Due     time.Time // zero when there is no hurry
	Overdue bool      // Due is past; the inbox sets it
	Count   int       // how many alike it stands for; 0 is 1
}

func (i *Item) number() int { return max(1, i.Count) }

// Source says what waits for somebody. It answers nothing, and no fault, for
// those for whom it never has anything.
type Source func(ctx context.Context, who actor.Actor) ([]Item, error)

// Feed is a source with the key of its name.
type Feed struct {
	Key  string
	Read Source
}

// Link is a way to a page of the office: the key of its name, and the key of
// what it is for.
type Link struct {
	Href, Key, AboutKey string
}

// Service holds what the inbox needs. It may be used from many goroutines.
type Service struct {
	Feeds []Feed
	// Links are the ways from the office that are open to somebody.
	Links func(actor.Actor) []Link
	// Allow says whether somebody may come into the office at all.
	Allow func(actor.Actor) error
	// Away is the page for those who have signed in and may not come in: their
	// own account. "" refuses them.
	Away string
	Now  func() time.Time
	Log  *slog.Logger
}

// Box is what waits for one person.
type Box struct {
	Items []Item   // overdue first, then by deadline, then those without
	Late  int      // how many are overdue
	Total int      // how many there are
	Lost  []string // keys of the sources that could not be read
}

// Open asks all sources. Faults: those of Allow.
func (s *Service) Open(ctx context.Context, who actor.Actor) (Box, error) {
	var out Box
	if s.Allow != nil {
		if err := s.Allow(who); err != nil {
			return out, err
		}
	}
	now := s.Now()
	for _, f := range s.Feeds {
		items, err := f.Read(ctx, who)
		if err != nil {
			if k := fault.Of(err); k != nil && (k.Kind == fault.Denied || k.Kind == fault.NotFound) {
				continue // nothing there for this person
			}
			s.Log.ErrorContext(ctx, "a source of the inbox cannot be read", "source", f.Key, "err", err)
			out.Lost = append(out.Lost, f.Key)
			continue
		}
		for _, i := range items {
			i.Overdue = !i.Due.IsZero() && now.After(i.Due)
			out.Total += i.number()
			if i.Overdue {
				out.Late += i.number()
			}
			out.Items = append(out.Items, i)
		}
	}
	slices.SortStableFunc(out.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Due.Compare(b.Due))
	})
	return out, nil
}

func rank(i Item) int {
	switch {
	case i.Overdue:
		return 0
	case !i.Due.IsZero():
		return 1
	}
	return 2
}

// kinds counts the items of each kind, in the order in which they come.
func (b *Box) kinds() (out []tally) {
	for i := range b.Items {
		k := slices.IndexFunc(out, func(t tally) bool { return t.kind == b.Items[i].Kind })
		if k < 0 {
			k, out = len(out), append(out, tally{kind: b.Items[i].Kind})
		}
		out[k].n += b.Items[i].number()
		if b.Items[i].Overdue {
			out[k].late += b.Items[i].number()
		}
	}
	return out
}

type tally struct {
	kind    string
	n, late int
}
