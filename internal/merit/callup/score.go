package callup

import (
	"context"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/store"
)

// ScoreInput is what a member of the panel gives.
type ScoreInput struct {
	Call   string
	Points []int // in the order of the rubric
	Note   string
}

type scoredDetail struct {
	Call   string  `json:"call"`
	Member string  `json:"member"`
	Points []int   `json:"points"`
	Note   string  `json:"note"`
	All    bool    `json:"all"` // the last one; now the scores are open
	Total  float64 `json:"total,omitempty"`
}

// Score takes a member's scores, once. Nobody sees them before all members have
// given theirs.
func (s *Service) Score(ctx context.Context, who actor.Actor, in ScoreInput) (Call, ledger.Receipt, error) {
	in.Note = strings.TrimSpace(in.Note)
	return s.change(ctx, who, ActScore, in.Call, "merit.callup.scored", func(ctx context.Context, tx *store.Tx, c *Call) (any, error) {
		at := slices.IndexFunc(c.Panel, func(m Member) bool { return m.Person == who.Person && who.Person != "" })
		if at < 0 {
			return nil, fault.New(fault.Denied, "callup.score.stranger")
		}
		if c.Panel[at].Given {
			return nil, fault.New(fault.Conflict, "callup.score.given")
		}
		if c.State != Open {
			return nil, wrongState(c)
		}
		var f fault.Fields
		f.Add(len(in.Points) == len(c.Rules.Rubric), "points", "callup.score.number", len(in.Points), len(c.Rules.Rubric))
		for i, p := range in.Points[:min(len(in.Points), len(c.Rules.Rubric))] {
			x := c.Rules.Rubric[i]
			f.Add(p >= 0 && p <= x.Max, "points-"+x.ID, "callup.check.range", p, 0, x.Max)
		}
		f.Add(len(in.Note) <= maxText, "note", "callup.check.long", len(in.Note), maxText)
		if err := f.Err(); err != nil {
			return nil, err
		}
		if err := insertSheet(ctx, tx, c.ID, Sheet{Member: who.Person, Points: in.Points, Note: in.Note, At: s.now()}); err != nil {
			return nil, err
		}
		c.Panel[at].Given = true
		d := scoredDetail{Call: c.ID, Member: who.Person, Points: in.Points, Note: in.Note}
		if slices.ContainsFunc(c.Panel, func(m Member) bool { return !m.Given }) {
			return d, nil
		}
		sheets, err := sheetsOf(ctx, tx, c.ID)
		if err != nil {
			return nil, err
		}
		r := resultOf(c.Rules.Rubric, sheets)
		c.State, c.ScoredAt = Scored, s.now()
		d.All, d.Total = true, r.Points
		return d, s.notify(ctx, tx, Notice{Person: c.Person, Key: "callup.notice.result", Args: []any{c.Title}, Call: c.ID, Due: c.ScoredAt.AddDate(0, 0, c.Rules.ReplyDays)})
	})
}

// resultOf puts sheets together.
func resultOf(rubric []lot.Criterion, sheets []Sheet) *Result {
	r := &Result{Sheets: sheets}
	units := make([][]float64, len(rubric))
	for i, c := range rubric {
		l := Line{Criterion: c, Low: c.Max}
		for _, s := range sheets {
			p := s.Points[i]
			l.Mean += float64(p) / float64(len(sheets))
			l.Low, l.High = min(l.Low, p), max(l.High, p)
			units[i] = append(units[i], float64(p)/float64(c.Max))
		}
		r.Lines = append(r.Lines, l)
		r.Points += l.Mean
		r.Max += c.Max
	}
	r.Alpha, r.Known = alpha(units)
	return r
}

// alpha is Krippendorff's alpha for intervals: 1 when all raters agree on every
// unit, 0 when they agree no better than if their scores had been dealt out at
// random, less when worse. It is not known when there are fewer than two raters, or
// all scores are the same, so that there is nothing to agree about.
func alpha(units [][]float64) (float64, bool) {
	var all []float64
	within, n := 0.0, 0
	for _, u := range units {
		if len(u) < 2 {
			continue
		}
		sum := 0.0
		for i := range u {
			for j := range u {
				sum += (u[i] - u[j]) * (u[i] - u[j])
			}
		}
		within += sum / float64(len(u)-1)
		n += len(u)
		all = append(all, u...)
	}
	if n < 2 {
		return 0, false
	}
	between := 0.0
	for i := range all {
		for j := range all {
			between += (all[i] - all[j]) * (all[i] - all[j])
		}
	}
	if between == 0 {
		return 0, false
	}
	return 1 - within/float64(n)/(between/float64(n*(n-1))), true
}

// Read opens the result to the person it is about. Nobody else sees it before.
func (s *Service) Read(ctx context.Context, who actor.Actor, id string) (Call, ledger.Receipt, error) {
	c, receipt, err := s.change(ctx, who, ActAnswer, id, "merit.callup.told", func(_ context.Context, tx *store.Tx, c *Call) (any, error) {
		if who.Person == "" || who.Person != c.Person {
			return nil, fault.New(fault.Denied, "callup.result.own")
		}
		if c.State != Scored {
			return nil, wrongState(c)
		}
		c.State, c.ToldAt = Told, s.now()
		return callDetail{Call: c.ID, Person: c.Person}, nil
	})
	return c, receipt, err
}

// Reply takes the person's answer to the result, once, until it is filed.
func (s *Service) Reply(ctx context.Context, who actor.Actor, id, text string) (Call, ledger.Receipt, error) {
	text = strings.TrimSpace(text)
	var f fault.Fields
	f.Add(text != "", "reply", "callup.check.empty")
	f.Add(len(text) <= maxText, "reply", "callup.check.long", len(text), maxText)
	if err := f.Err(); err != nil {
		return Call{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActAnswer, id, "merit.callup.replied", func(_ context.Context, _ *store.Tx, c *Call) (any, error) {
		if who.Person == "" || who.Person != c.Person {
			return nil, fault.New(fault.Denied, "callup.result.own")
		}
		if c.State != Told || c.Reply != "" {
			return nil, wrongState(c)
		}
		c.Reply = text
		return callDetail{Call: c.ID, Person: c.Person, Note: text}, nil
	})
}

type filedDetail struct {
	Call   string  `json:"call"`
	Person string  `json:"person"`
	Post   string  `json:"post"`
	Points float64 `json:"points"`
	Max    int     `json:"max"`
	Panel  int     `json:"panel"`
	Reply  bool    `json:"reply"`
}

// fileFrom is from when a result may be filed: after the reply, or when the time
// for it is over; twice that time when the person never looked.
func fileFrom(c *Call) time.Time {
	switch {
	case c.State == Told && c.Reply != "":
		return c.ToldAt
	case c.State == Told:
		return c.ToldAt.AddDate(0, 0, c.Rules.ReplyDays)
	}
	return c.ScoredAt.AddDate(0, 0, 2*c.Rules.ReplyDays)
}

// File takes a result into the merit record, with the reply. Faults: Conflict
// before the person had the time to reply.
func (s *Service) File(ctx context.Context, who actor.Actor, id string) (Call, ledger.Receipt, error) {
	return s.change(ctx, who, ActPanel, id, "merit.callup.filed", func(ctx context.Context, tx *store.Tx, c *Call) (any, error) {
		if c.State != Scored && c.State != Told {
			return nil, wrongState(c)
		}
		if from := fileFrom(c); s.now().Before(from) {
			return nil, fault.New(fault.Conflict, "callup.file.early", when(from))
		}
		sheets, err := sheetsOf(ctx, tx, c.ID)
		if err != nil {
			return nil, err
		}
		r := resultOf(c.Rules.Rubric, sheets)
		c.State, c.FiledAt = Filed, s.now()
		if s.Record != nil {
			if err := s.Record(ctx, tx, Outcome{Call: c.ID, Person: c.Person, Post: c.Post, Title: c.PostTitle, Programme: c.Title, Number: c.Number,
				On: day.At(c.OpenedAt), Filed: day.At(tx.Now), Points: r.Points, Max: float64(r.Max), Panel: len(sheets), Reply: c.Reply}); err != nil {
				return nil, err
			}
		}
		return filedDetail{c.ID, c.Person, c.Post, r.Points, r.Max, len(sheets), c.Reply != ""}, nil
	})
}
