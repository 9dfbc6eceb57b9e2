package appoint

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// maxList is how many batches a page lists.
const maxList = 100

// List is the batches of the office, the latest first.
func (s *Service) List(ctx context.Context, who actor.Actor) ([]Batch, error) {
	if err := s.allow(who, ActRead, Resource{Type: "batch"}); err != nil {
		return nil, err
	}
	return s.read(ctx, `ORDER BY at DESC, id DESC LIMIT $1`, maxList)
}

// Published is the signed batches, the latest first, for everybody.
func (s *Service) Published(ctx context.Context, who actor.Actor) ([]Batch, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "batch"}); err != nil {
		return nil, err
	}
	return s.read(ctx, `WHERE number > 0 ORDER BY year DESC, number DESC LIMIT $1`, maxList)
}

func (s *Service) read(ctx context.Context, tail string, args ...any) (out []Batch, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = batches(ctx, tx, tail, args...)
		return err
	})
	return out, err
}

// Work is a batch as the office sees it.
type Work struct {
	Batch
	Arrived   int
	Lines     []Line
	Obstacles []Obstacle // of a draft
	Names     map[string]string
	Prepare   bool // what the asker may do
	Except    bool
	Sign      bool
	MayOath   bool
	Effect    bool
	Now       time.Time
}

// Line is a proposal with the words of the roster.
type Line struct {
	Proposal
	Name   string
	Title  string
	Agency string
	From   string // title of the post they leave; "" for none
	Kind   string
	Ties   []Tie // of a draft
}

// Work shows a batch.
func (s *Service) Work(ctx context.Context, who actor.Actor, id string) (Work, error) {
	res := Resource{Type: "batch", ID: id}
	if err := s.allow(who, ActRead, res); err != nil {
		return Work{}, err
	}
	var out Work
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		b, err := batchByID(ctx, tx, id)
		if err != nil {
			return err
		}
		list, err := proposalsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		w, err := s.look(ctx, tx, b, list)
		if err != nil {
			return err
		}
		out = Work{Batch: *b, Names: map[string]string{}, Now: s.Now()}
		for p := range w.people {
			out.Names[p] = w.name(p)
		}
		if b.State == Draft {
			if out.Obstacles, err = s.obstacles(ctx, tx, w); err != nil {
				return err
			}
		}
		for i := range list {
			p := list[i]
			if !p.Arrived.IsZero() {
				out.Arrived++
			}
			l := Line{Proposal: p, Name: w.name(p.Person), Title: w.title(p.Post), Agency: w.posts[p.Post].Agency}
			if p.Row.No > 0 {
				l.Name, l.Title, l.From, l.Kind = p.said("name"), p.said("title"), p.said("from_title"), p.Row.Kind
			} else {
				var from *Post
				if x, ok := w.posts[w.people[p.Person].Post]; ok {
					from, l.From = &x, x.Title
				}
				l.Kind = kind(from, w.posts[p.Post])
				if l.Ties, err = w.ties(ctx, tx, &p); err != nil {
					return err
				}
			}
			out.Lines = append(out.Lines, l)
		}
		return nil
	})
	if err != nil {
		return Work{}, err
	}
	slices.SortStableFunc(out.Lines, func(a, b Line) int {
		if a.Row.No != b.Row.No {
			return a.Row.No - b.Row.No
		}
		return strings.Compare(a.Title, b.Title)
	})
	may := func(action string) bool { return s.allow(who, action, res) == nil }
	out.Prepare, out.Except, out.Sign, out.MayOath, out.Effect = may(ActPrepare), may(ActExcept), may(ActSign), may(ActOath), may(ActEffect)
	return out, nil
}

// PublishedBatch is a signed batch by its number, for everybody.
func (s *Service) PublishedBatch(ctx context.Context, who actor.Actor, year, number int) (Batch, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "batch"}); err != nil {
		return Batch{}, err
	}
	list, err := s.read(ctx, `WHERE year = $1 AND number = $2 AND number > 0`, year, number)
	if err != nil {
		return Batch{}, err
	}
	if len(list) == 0 {
		return Batch{}, fault.New(fault.NotFound, "appoint.decree.none", itoa(number)+"/"+itoa(year))
	}
	return list[0], nil
}

// Proof is the published file of a decree: its lines as they were signed, and the
// receipt of the signature.
func (s *Service) Proof(ctx context.Context, who actor.Actor, year, number int) ([]byte, error) {
	b, err := s.PublishedBatch(ctx, who, year, number)
	if err != nil {
		return nil, err
	}
	lines, receipt, err := s.published(ctx, &b)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(lines)
	line(out, receiptLine{*receipt})
	return out.Bytes(), nil
}

// published is the lines of a decree as they are stored, and its receipt.
func (s *Service) published(ctx context.Context, b *Batch) (lines []byte, receipt *Receipt, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		lines, err = readFile(ctx, tx, b.ID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	receipt, err = s.receipt(ctx, b)
	return lines, receipt, err
}

// Recomputed is a decree and what recomputing its stored lines finds.
func (s *Service) Recomputed(ctx context.Context, who actor.Actor, year, number int) (Batch, Report, error) {
	b, err := s.PublishedBatch(ctx, who, year, number)
	if err != nil {
		return Batch{}, Report{}, err
	}
	lines, receipt, err := s.published(ctx, &b)
	if err != nil {
		return Batch{}, Report{}, err
	}
	f, r, err := s.recounts.of(lines)
	if err != nil {
		return Batch{}, Report{}, err
	}
	f.Receipt = receipt
	f.receipt(&r, nil)
	return b, r, nil
}

// maxRecounts is how many decrees stay recounted.
const maxRecounts = 256

// recounts remembers what lines came to by their sum: whoever opens a page again
// and again makes us read the lines, not count them. One is counted at a time.
type recounts struct {
	mu   sync.Mutex
	done map[string]recount
}

type recount struct {
	head   Head
	report Report
}

func (c *recounts) of(lines []byte) (*File, Report, error) {
	sum := Sum(lines)
	c.mu.Lock()
	defer c.mu.Unlock()
	x, ok := c.done[sum]
	if !ok {
		f, err := Parse(lines)
		if err != nil {
			return nil, Report{}, err
		}
		if c.done == nil || len(c.done) >= maxRecounts {
			c.done = map[string]recount{}
		}
		x = recount{f.Head, f.recount(sum)}
		c.done[sum] = x
	}
	r := x.report
	r.Problems = slices.Clip(r.Problems)
	return &File{Head: x.head}, r, nil
}

// receipt finds the signature in the record.
func (s *Service) receipt(ctx context.Context, b *Batch) (*Receipt, error) {
	e, err := s.signature(ctx, b)
	if err != nil {
		return nil, err
	}
	proof, err := s.Book.Proof(ctx, e.Index)
	if err != nil {
		return nil, err
	}
	return &Receipt{Kind: e.Kind, At: e.At.UTC().Format(time.RFC3339Nano), Salt: e.Salt, Body: e.Body, Proof: string(proof.Marshal())}, nil
}

// Extract is what a person gets of a decree.
type Extract struct {
	Batch Batch
	Line  Proposal
	Own   bool // the asker is the person
	Pact  Pact
	Tasks []Task
	Today day.Day
}

// Extract reads the part of a decree that concerns one person: for them, and for
// the office.
func (s *Service) Extract(ctx context.Context, who actor.Actor, batch, post string) (Extract, error) {
	var out Extract
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := proposalFor(ctx, tx, batch, post)
		if err != nil {
			return err
		}
		if err := s.allow(who, ActExtract, Resource{Type: "batch", ID: batch, Attrs: map[string]any{"person": p.Person}}); err != nil {
			return err
		}
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return err
		}
		if b.Number == 0 {
			return fault.New(fault.NotFound, "appoint.extract.unsigned")
		}
		out = Extract{Batch: *b, Line: *p, Own: who.Person != "" && who.Person == p.Person, Today: day.At(s.Now())}
		if s.After != nil {
			out.Pact = s.After.Pact
		}
		out.Tasks, err = tasks(ctx, tx, `WHERE batch = $1 AND post = $2 ORDER BY due, kind`, batch, post)
		return err
	})
	return out, err
}

// signature is the ledger entry of the signature.
func (s *Service) signature(ctx context.Context, b *Batch) (ledger.Record, error) {
	all, err := s.Book.Latest(ctx, -1, 1, ledger.Filter{Kind: KindSigned, Subject: "batch:" + b.ID})
	if err != nil {
		return ledger.Record{}, err
	}
	if len(all) == 0 || all[0].Erased {
		return ledger.Record{}, fault.New(fault.NotFound, "appoint.decree.none", b.Decree())
	}
	return all[0], nil
}
