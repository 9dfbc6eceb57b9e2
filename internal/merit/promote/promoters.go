package promote

import (
	"cmp"
	"context"
	"slices"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// PromoterInput asks how those were rated later whom somebody promoted.
type PromoterInput struct {
	Promoter string
	Part     string // one of Parts; "" for any
}

// Promoter is the record of one promoter. Everybody may see their own.
func (s *Service) Promoter(ctx context.Context, who actor.Actor, in PromoterInput) (PromoterRecord, error) {
	var c checker
	c.Add(in.Part == "" || slices.Contains(Parts(), in.Part), "part", "promote.check.one", clip(in.Part), Parts())
	if err := c.Fields.Err(); err != nil {
		return PromoterRecord{}, err
	}
	var out PromoterRecord
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		res, err := s.about(ctx, tx, in.Promoter)
		if err != nil {
			return err
		}
		if err := s.allowPerson(who, ActPromoter, res); err != nil {
			return err
		}
		list, err := s.Appointments(ctx, tx, in.Promoter)
		if err != nil {
			return err
		}
		out, err = s.Law().weigh(in.Promoter, in.Part, list, func(level string, year int) (int, int, error) { return s.Baseline(ctx, tx, level, year) }, s.today())
		if err != nil {
			return err
		}
		r, err := s.Records(ctx, tx, in.Promoter, s.today())
		if err != nil {
			return err
		}
		out.Name = r.Name
		out.Replies, err = repliesOf(ctx, tx, in.Promoter, AboutPromoter)
		return err
	})
	if err != nil || who.Person != "" && who.Person == in.Promoter {
		return out, err
	}
	_, err = s.Book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "merit.promote.promoterseen", Subject: "person:" + in.Promoter, Detail: map[string]any{"promoter": in.Promoter, "counted": out.Counted, "good": out.Good}}, nil
	})
	if err != nil {
		return PromoterRecord{}, err
	}
	return out, nil
}

// Promoters lists the records of all who had a part in an appointment and whom
// the asker may see, those to look at first. Details are left out.
func (s *Service) Promoters(ctx context.Context, who actor.Actor) ([]PromoterRecord, error) {
	var out []PromoterRecord
	denied := error(nil)
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := s.Appointments(ctx, tx, "")
		if err != nil {
			return err
		}
		by := map[string][]Appointment{}
		for _, a := range list {
			seen := map[string]bool{}
			for _, part := range Parts() {
				for _, p := range a.By[part] {
					if !seen[p] {
						seen[p] = true
						by[p] = append(by[p], a)
					}
				}
			}
		}
		type key struct {
			level string
			year  int
		}
		cells := map[key][2]int{}
		base := func(level string, year int) (int, int, error) {
			k := key{level, year}
			if c, ok := cells[k]; ok {
				return c[0], c[1], nil
			}
			good, all, err := s.Baseline(ctx, tx, level, year)
			cells[k] = [2]int{good, all}
			return good, all, err
		}
		for p, mine := range by {
			res, err := s.about(ctx, tx, p)
			if err != nil {
				return err
			}
			if err := s.allow(who, ActPromoter, res); err != nil {
				denied = err
				continue
			}
			r, err := s.Law().weigh(p, "", mine, base, s.today())
			if err != nil {
				return err
			}
			person, err := s.Records(ctx, tx, p, s.today())
			if err != nil {
				return err
			}
			r.Name, r.Results, r.Cells = person.Name, nil, nil
			if r.Replies, err = repliesOf(ctx, tx, p, AboutPromoter); err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		if denied != nil {
			return nil, denied
		}
		// Nobody promoted anybody: whether the asker may know that is asked all the same.
		if err := s.allow(who, ActPromoter, Resource{Type: "person"}); err != nil {
			return nil, fault.New(fault.Denied, "promote.denied")
		}
	}
	_, err = s.Book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "merit.promote.promoterslisted", Subject: "promoters", Detail: map[string]int{"promoters": len(out)}}, nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b PromoterRecord) int {
		look := func(r PromoterRecord) int {
			if r.Look {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(look(a), look(b)), cmp.Compare(b.Counted, a.Counted), cmp.Compare(a.Promoter, b.Promoter))
	})
	return out, nil
}
