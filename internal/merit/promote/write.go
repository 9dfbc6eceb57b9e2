package promote

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

// PaperInput puts a paper on file.
type PaperInput struct {
	Kind   PaperKind
	Person string
	Post   string
	Value  string
	Number string
	Dated  day.Day
	From   day.Day // day.None means from its date
	Until  day.Day
	Note   string
}

// paperDetail is what the record says; notes stay in the table.
type paperDetail struct {
	Paper  string    `json:"paper"`
	Kind   PaperKind `json:"kind"`
	Person string    `json:"person,omitempty"`
	Post   string    `json:"post,omitempty"`
	Value  string    `json:"value"`
	Number string    `json:"number"`
	Dated  string    `json:"dated"`
	From   string    `json:"from"`
	Until  string    `json:"until,omitempty"`
}

// FilePaper puts a paper on file. Nobody files one about themselves. A paper
// needs number and date: an approval without them is none.
func (s *Service) FilePaper(ctx context.Context, who actor.Actor, in PaperInput) (Paper, ledger.Receipt, error) {
	l := s.Law()
	if in.From == day.None {
		in.From = in.Dated
	}
	var c checker
	kinds := make([]string, 0, 8)
	for _, k := range PaperKinds() {
		kinds = append(kinds, string(k))
	}
	c.one("kind", string(in.Kind), kinds)
	if slices.Contains(PaperKinds(), in.Kind) {
		c.Add(in.Value != "none" && l.Book.Known(string(in.Kind), in.Value), "value", "promote.check.one", clip(in.Value), possible(l, in.Kind))
		if in.Kind.post() {
			c.Add(in.Person == "" && in.Post != "", "post", "promote.paper.post")
		} else {
			c.Add(in.Person != "", "person", "promote.check.person")
		}
	}
	c.text("number", in.Number, maxNumber, true)
	c.Add(in.Dated != day.None, "dated", "promote.check.empty")
	c.Add(in.Dated == day.None || in.Dated <= s.today(), "dated", "promote.paper.ahead", in.Dated)
	c.days(in.From, in.Until)
	c.text("note", in.Note, maxNote, false)
	if err := c.Fields.Err(); err != nil {
		return Paper{}, ledger.Receipt{}, err
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if in.Kind.post() {
			_, res, err := s.aboutPost(ctx, tx, in.Post, s.today())
			if err != nil {
				return err
			}
			return s.allow(who, ActApproval, res)
		}
		res, err := s.about(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		if who.Person == in.Person {
			return fault.New(fault.Denied, "promote.paper.own")
		}
		if err := s.allowPerson(who, ActPaper, res); err != nil || in.Post == "" {
			return err
		}
		_, _, err = s.PostOf(ctx, tx, in.Post, s.today())
		return err
	})
	if err != nil {
		return Paper{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Paper{}, ledger.Receipt{}, err
	}
	p := Paper{ID: id, Kind: in.Kind, Person: in.Person, Post: in.Post, Value: in.Value, Number: strings.TrimSpace(in.Number), Dated: in.Dated, From: in.From, Until: in.Until, Note: strings.TrimSpace(in.Note), By: who.ID}
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		p.At = tx.Now
		if err := insertPaper(ctx, tx, p); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.promote.paperfiled", Subject: subject(p.Person, p.Post),
			Detail: paperDetail{p.ID, p.Kind, p.Person, p.Post, p.Value, p.Number, p.Dated.String(), p.From.String(), p.Until.String()}}, nil
	})
	return p, receipt, err
}

func subject(person, post string) string {
	if person != "" {
		return "person:" + person
	}
	return "post:" + post
}

// possible are the values that a paper can have.
func possible(l *Law, k PaperKind) string {
	f, _ := l.Book.Fact(string(k))
	var out []string
	for _, v := range f.Values {
		if v.Name != "none" {
			out = append(out, v.Name)
		}
	}
	return strings.Join(out, ", ")
}

// WithdrawPaper takes a paper back. The row stays, with the reason.
func (s *Service) WithdrawPaper(ctx context.Context, who actor.Actor, id, reason string) (ledger.Receipt, error) {
	reason = strings.TrimSpace(reason)
	var c checker
	c.text("reason", reason, maxNote, true)
	if err := c.Fields.Err(); err != nil {
		return ledger.Receipt{}, err
	}
	gone := func() error { return fault.New(fault.NotFound, "promote.paper.unknown", clip(id)) }
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, ok, err := paperByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok {
			return gone()
		}
		if p.Person == "" {
			_, res, err := s.aboutPost(ctx, tx, p.Post, s.today())
			if err != nil {
				return err
			}
			return s.allow(who, ActApproval, res)
		}
		if who.Person == p.Person {
			return fault.New(fault.Denied, "promote.paper.own")
		}
		res, err := s.about(ctx, tx, p.Person)
		if err != nil {
			return err
		}
		return s.allowPerson(who, ActPaper, res)
	})
	if err != nil {
		return ledger.Receipt{}, err
	}
	return s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		p, ok, err := paperByID(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !ok {
			return ledger.Entry{}, gone()
		}
		if err := withdrawPaper(ctx, tx, id, who.ID, reason); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.promote.paperwithdrawn", Subject: subject(p.Person, p.Post), Detail: map[string]string{"paper": id, "reason": reason}}, nil
	})
}

// PolicyInput sets what the law leaves open.
type PolicyInput struct {
	Fact   string
	Value  string
	Months int // for "within": how long after an appointment there is
	From   day.Day
	Decree string
	Reason string
}

// maxMonths is the longest that something may follow an appointment.
const maxMonths = 60

// Policies names the facts that are policies.
func (l *Law) Policies() []string {
	var out []string
	for _, f := range l.Book.Facts() {
		if strings.HasPrefix(f.Name, "policy_") {
			out = append(out, f.Name)
		}
	}
	return out
}

// SetPolicy sets a policy from a day on. It never reaches back: who was looked
// at under the old one was looked at rightly.
func (s *Service) SetPolicy(ctx context.Context, who actor.Actor, in PolicyInput) (Decision, ledger.Receipt, error) {
	l := s.Law()
	today := s.today()
	var c checker
	c.one("fact", in.Fact, l.Policies())
	c.Add(l.Book.Known(in.Fact, in.Value), "value", "promote.check.one", clip(in.Value), l.Book.PossibleValues(in.Fact))
	if in.Value == "within" {
		c.Add(in.Months >= 1 && in.Months <= maxMonths, "months", "promote.policy.months", in.Months, maxMonths)
	} else {
		c.Add(in.Months == 0, "months", "promote.policy.no_months")
	}
	c.Add(in.From != day.None && in.From >= today, "from", "promote.policy.back", in.From, today)
	c.text("decree", in.Decree, maxNumber, true)
	c.text("reason", in.Reason, maxNote, true)
	if err := c.Fields.Err(); err != nil {
		return Decision{}, ledger.Receipt{}, err
	}
	if err := s.allow(who, ActPolicy, Resource{Type: "policy", ID: in.Fact}); err != nil {
		return Decision{}, ledger.Receipt{}, err
	}
	d := Decision{Fact: in.Fact, Value: in.Value, Months: in.Months, From: in.From, Decree: strings.TrimSpace(in.Decree), Reason: strings.TrimSpace(in.Reason), By: who.ID}
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		d.At = tx.Now
		if err := insertDecision(ctx, tx, &d); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.promote.policyset", Subject: "policy:" + d.Fact, Detail: d}, nil
	})
	return d, receipt, err
}

// Policy tells what is in force on a day and everything that was ever set.
func (s *Service) Policy(ctx context.Context, who actor.Actor, on day.Day) (p Policy, all []Decision, err error) {
	if err := s.allow(who, ActPolicies, Resource{Type: "policy"}); err != nil {
		return nil, nil, err
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if p, err = policyOn(ctx, tx, on); err != nil {
			return err
		}
		all, err = decisions(ctx, tx)
		return err
	})
	return p, all, err
}

// Causes lists why a short post may be set apart.
func Causes() []string { return []string{"abolished", "reorganised", "illness", "need", "other"} }

// ExcuseInput sets a tenure apart that was cut short for a reason that was not
// the person's.
type ExcuseInput struct {
	Person string
	Tenure string
	Cause  string
	Note   string // the decree, the letter: what shows it
}

// Excuse sets a short post apart. Faults: NotFound for a tenure that the person
// does not have; Denied for oneself.
func (s *Service) Excuse(ctx context.Context, who actor.Actor, in ExcuseInput) (ledger.Receipt, error) {
	var c checker
	c.Add(in.Person != "", "person", "promote.check.person")
	c.one("cause", in.Cause, Causes())
	c.text("proof", in.Note, maxNote, true)
	if err := c.Fields.Err(); err != nil {
		return ledger.Receipt{}, err
	}
	if who.Person == in.Person {
		return ledger.Receipt{}, fault.New(fault.Denied, "promote.paper.own")
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		res, err := s.about(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		if err := s.allowPerson(who, ActExcuse, res); err != nil {
			return err
		}
		r, err := s.Records(ctx, tx, in.Person, s.today())
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(r.Tenures.Value, func(t Tenure) bool { return t.ID == in.Tenure }) {
			return fault.New(fault.NotFound, "promote.excuse.unknown", clip(in.Tenure))
		}
		return nil
	})
	if err != nil {
		return ledger.Receipt{}, err
	}
	return s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		e := Excused{Person: in.Person, Tenure: in.Tenure, Cause: in.Cause, Note: strings.TrimSpace(in.Note), By: who.ID, At: tx.Now}
		if err := putExcuse(ctx, tx, e); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.promote.excused", Subject: "person:" + in.Person, Detail: map[string]string{"tenure": in.Tenure, "cause": in.Cause}}, nil
	})
}

// What can be answered.
const (
	AboutSpin     = "spin"
	AboutPromoter = "promoter"
)

// ReplyInput answers a figure about oneself.
type ReplyInput struct {
	About string
	Text  string
}

// Answer keeps what somebody answers to a figure about themselves. It is shown
// beside the figure wherever that is shown.
func (s *Service) Answer(ctx context.Context, who actor.Actor, in ReplyInput) (Reply, ledger.Receipt, error) {
	if who.Person == "" {
		return Reply{}, ledger.Receipt{}, fault.New(fault.Denied, "promote.reply.nobody")
	}
	in.Text = strings.TrimSpace(in.Text)
	var c checker
	c.one("about", in.About, []string{AboutSpin, AboutPromoter})
	c.text("text", in.Text, maxNote, true)
	if err := c.Fields.Err(); err != nil {
		return Reply{}, ledger.Receipt{}, err
	}
	if err := s.allow(who, ActReply, Resource{Type: "person", ID: who.Person, Attrs: map[string]any{"person": who.Person}}); err != nil {
		return Reply{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Reply{}, ledger.Receipt{}, err
	}
	r := Reply{ID: id, Person: who.Person, About: in.About, Text: in.Text}
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		r.At = tx.Now
		if err := insertReply(ctx, tx, r); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.promote.replied", Subject: "person:" + r.Person, Detail: map[string]string{"reply": r.ID, "about": r.About}}, nil
	})
	return r, receipt, err
}
