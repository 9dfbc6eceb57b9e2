package appoint

import (
	"context"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// AssessInput files the minutes of the assessment. Filing again replaces them
// while nothing is signed.
type AssessInput struct {
	Batch     string
	Version   int
	Number    string
	Date      day.Day
	Assessors []string // NIPs or ids
	Summary   string
}

// Assess files the minutes.
func (s *Service) Assess(ctx context.Context, who actor.Actor, in AssessInput) (Batch, ledger.Receipt, error) {
	var c checker
	c.text("number", in.Number, maxShort)
	c.text("summary", in.Summary, maxLong)
	c.past("date", in.Date, day.At(s.Now()))
	c.Add(len(in.Assessors) > 0 && len(in.Assessors) <= 20, "assessors", "appoint.assess.nobody", 20)
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActPrepare, in.Batch, in.Version, []string{Draft}, "appoint.last.assessed", "merit.appoint.assessed", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		m := &Minutes{Number: strings.TrimSpace(in.Number), Date: in.Date, Summary: strings.TrimSpace(in.Summary)}
		for _, given := range in.Assessors {
			id, err := s.one(ctx, tx, "assessors", given)
			if err != nil {
				return nil, err
			}
			if slices.Contains(m.Assessors, id) {
				return nil, fault.Fields{{Name: "assessors", Key: "appoint.assess.twice", Args: []any{clip(given)}}}.Err()
			}
			m.Assessors = append(m.Assessors, id)
		}
		b.Minutes = m
		return m, nil
	})
}

// past wants a day that has come.
func (c *checker) past(name string, d, today day.Day) {
	c.day(name, d)
	c.Add(d <= today, name, "appoint.check.future", d, today)
}

// Approve files an approval; one of the same kind takes the place of the one
// before, which stays in the record.
func (s *Service) Approve(ctx context.Context, who actor.Actor, batch string, version int, a Approval) (Batch, ledger.Receipt, error) {
	var c checker
	a.Number = strings.TrimSpace(a.Number)
	c.text("number", a.Number, maxShort)
	c.past("date", a.Date, day.At(s.Now()))
	c.Add(slices.Contains(ApprovalKinds(), a.Kind), "kind", "appoint.check.one", clip(a.Kind), ApprovalKinds())
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActPrepare, batch, version, []string{Draft}, "appoint.last.approved", "merit.appoint.approved", func(_ context.Context, _ *store.Tx, b *Batch) (any, error) {
		b.Approvals = append(slices.DeleteFunc(b.Approvals, func(x Approval) bool { return x.Kind == a.Kind }), a)
		return a, nil
	})
}

// RecuseInput says who stands back for a post, and who stands in.
type RecuseInput struct {
	Batch      string
	Version    int
	Post       string
	Person     string // NIP or id of an assessor or of the signer
	Substitute string // NIP or id
	Note       string
}

// Recuse writes down that an assessor or the signer stands back for a post.
func (s *Service) Recuse(ctx context.Context, who actor.Actor, in RecuseInput) (Batch, ledger.Receipt, error) {
	var c checker
	c.text("note", in.Note, maxLong)
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActPrepare, in.Batch, in.Version, []string{Draft}, "appoint.last.recused", "merit.appoint.recused", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		p, err := proposalFor(ctx, tx, b.ID, strings.TrimSpace(in.Post))
		if err != nil {
			return nil, err
		}
		r := Recusal{Note: strings.TrimSpace(in.Note)}
		if r.Person, err = s.one(ctx, tx, "person", in.Person); err != nil {
			return nil, err
		}
		if r.Substitute, err = s.one(ctx, tx, "substitute", in.Substitute); err != nil {
			return nil, err
		}
		takes := r.Person == b.Decider || b.Minutes != nil && slices.Contains(b.Minutes.Assessors, r.Person)
		var f fault.Fields
		f.Add(takes, "person", "appoint.recuse.stranger", clip(in.Person))
		f.Add(r.Substitute != r.Person && !slices.Contains(p.candidates(), r.Substitute), "substitute", "appoint.recuse.same")
		k := s.kinship(b.Effective)
		for _, x := range p.candidates() {
			kin, near, err := k.between(ctx, tx, r.Substitute, x)
			if err != nil {
				return nil, err
			}
			f.Add(!near, "substitute", "appoint.recuse.relative", clip(in.Substitute), kin)
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		p.Recusals = append(slices.DeleteFunc(p.Recusals, func(x Recusal) bool { return x.Person == r.Person }), r)
		return map[string]any{"post": p.Post, "recusal": r}, updateProposal(ctx, tx, b.ID, p)
	})
}

// Except lets a person be appointed although they are not eligible, or although
// it cannot be decided, with a reason that is published. An empty reason takes
// the exception back.
func (s *Service) Except(ctx context.Context, who actor.Actor, batch string, version int, post, why string) (Batch, ledger.Receipt, error) {
	return s.ExceptMany(ctx, who, batch, version, []string{post}, why)
}

// ExceptMany does so for several with the same reason: for all of them or none.
func (s *Service) ExceptMany(ctx context.Context, who actor.Actor, batch string, version int, posts []string, why string) (Batch, ledger.Receipt, error) {
	var c checker
	c.optional("why", why, maxLong)
	c.some(posts)
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActExcept, batch, version, []string{Draft}, "appoint.last.excepted", "merit.appoint.excepted", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		var out []excepted
		var lines []string
		for _, post := range posts {
			p, err := proposalFor(ctx, tx, b.ID, strings.TrimSpace(post))
			if err != nil {
				return nil, err
			}
			// Who proposes somebody does not also lift what bars them.
			if p.By == who.ID || p.Proposer == who.Person && who.Person != "" {
				return nil, fault.New(fault.Denied, "appoint.except.own")
			}
			p.Exception = strings.TrimSpace(why)
			if err := updateProposal(ctx, tx, b.ID, p); err != nil {
				return nil, err
			}
			out = append(out, excepted{p.Post, p.Person, p.Verdict.Answer, p.Exception})
			lines = append(lines, Pair{p.Person, p.Post}.line()+"="+p.Verdict.Answer)
		}
		what, err := listed(out, lines)
		if d, long := what.(digested); long {
			return exceptedMany{d, strings.TrimSpace(why)}, nil
		}
		return what, err
	})
}

// excepted is what the record says of an exception.
type excepted struct {
	Post    string `json:"post"`
	Person  string `json:"person"`
	Verdict string `json:"verdict"`
	Why     string `json:"why"`
}

// exceptedMany is what it says of too many to be named.
type exceptedMany struct {
	digested
	Why string `json:"why"`
}

// Recheck asks the rules about everybody once more.
func (s *Service) Recheck(ctx context.Context, who actor.Actor, batch string, version int) (Batch, ledger.Receipt, error) {
	return s.change(ctx, who, ActPrepare, batch, version, []string{Draft}, "appoint.last.rechecked", "merit.appoint.rechecked", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		list, err := proposalsOf(ctx, tx, b.ID)
		if err != nil {
			return nil, err
		}
		return s.recheck(ctx, tx, b, list)
	})
}

// recheck brings the verdicts up to date and counts them. An exception is from
// the verdict that its author read: another verdict needs another one.
func (s *Service) recheck(ctx context.Context, tx *store.Tx, b *Batch, list []Proposal) (map[string]int, error) {
	n := map[string]int{}
	verdicts, err := s.verdicts(ctx, tx, pointers(list), b.Effective)
	if err != nil {
		return nil, err
	}
	for i := range list {
		v := verdicts[i]
		if n[v.Answer]++; v.Answer == list[i].Verdict.Answer && slices.Equal(v.Reasons, list[i].Verdict.Reasons) && v.From == list[i].Verdict.From {
			continue
		}
		if list[i].Exception != "" {
			list[i].Exception = ""
			n["lapsed"]++
		}
		list[i].Verdict = v
		if err := updateProposal(ctx, tx, b.ID, &list[i]); err != nil {
			return nil, err
		}
	}
	return n, nil
}
