package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/merit/appoint"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/rule"
	"netral/internal/store"
)

// The ceremonies of a demonstration.
const (
	ceremonyTitle  = "Pelantikan 203 pejabat eselon III dan IV (peraga)"
	vacancyTitle   = "Pengisian jabatan kosong (peraga)"
	confirmedTitle = "Pengukuhan kembali pejabat eselon III dan IV (peraga)"
)

// staged is a service of appointments on the clock of the stage.
func (s *stage) staged() (*appoint.Service, error) {
	a, err := s.h.appointer()
	if err == nil {
		a.Now, a.Rand = s.clock.now, s.rand
	}
	return a, err
}

// begun says whether there is a batch with a title.
func (s *stage) begun(ctx context.Context, a *appoint.Service, title string) (bool, error) {
	list, err := a.List(ctx, s.bkd)
	return slices.ContainsFunc(list, func(b appoint.Batch) bool { return b.Title == title }), err
}

func (s *stage) name(ctx context.Context, person string) (string, error) {
	var names map[string]string
	err := s.h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		names, err = roster.NamesOf(ctx, tx, []string{person})
		return err
	})
	return names[person], err
}

// officials are who holds posts of the levels on a day.
func (s *stage) officials(ctx context.Context, on day.Day, levels ...roster.Level) (out []roster.Official, err error) {
	err = s.h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = roster.Officials(ctx, tx, levels, on)
		return err
	})
	return out, err
}

// employee finds an official of the fourth echelon for whom a post of the third
// comes on a day that is known, and gives them an account.
func (s *stage) employee(ctx context.Context) error {
	if missing, err := none(second(s.h.identity.DemoActor(ctx, "demo.calon"))); !missing {
		return err
	}
	today := s.cfg.Today
	posts, err := s.officials(ctx, today, roster.Administrator)
	if err != nil || len(posts) == 0 {
		return err
	}
	list, err := s.officials(ctx, today, roster.Pengawas)
	if err != nil {
		return err
	}
	found := ""
	pairs := make([]promote.Candidate, len(list))
	for i := range list {
		pairs[i] = promote.Candidate{Person: list[i].Person, Post: posts[0].Post}
	}
	err = s.h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := s.h.promote.Decide(ctx, tx, pairs, today, approvals()...)
		for _, c := range pairs {
			a := all[c]
			if a.Answer != promote.NotYet || a.From == day.None || a.From <= today+90 {
				continue
			}
			// Somebody who has not been there long enough tells more, and exposes
			// nobody, made up as they are.
			others := slices.ContainsFunc(a.Req, func(r promote.Requirement) bool { return r.Outcome == rule.Prohibited && r.Matter != "experience" })
			if found == "" || !others {
				found = c.Person
			}
			if !others {
				break
			}
		}
		return err
	})
	if err != nil || found == "" {
		return err
	}
	return s.account(ctx, "demo.calon", found, "belum memenuhi syarat")
}

// ceremony prepares one that is still to be held: that of 27 December 2023 for a
// demonstration of a day of that year before it, else one on the vacancies of the
// day. A ceremony of 203 in the past is not made up: who was installed then has
// moved on since.
func (s *stage) ceremony(ctx context.Context) error {
	plan, err := demo.Ceremony(s.cfg)
	if err != nil {
		return err
	}
	s.h.stage.mu.Lock()
	s.h.stage.cfg, s.h.stage.plan = s.cfg, plan
	s.h.stage.mu.Unlock()
	a, err := s.staged()
	if err != nil {
		return err
	}
	s.clock.on(s.cfg.Today)
	if len(plan) == 0 {
		return s.vacancies(ctx, a)
	}
	if there, err := s.begun(ctx, a, ceremonyTitle); there || err != nil {
		return err
	}
	if err := s.papers(ctx, plan); err != nil {
		return err
	}
	_, _, err = a.Open(ctx, s.bkd, appoint.OpenInput{
		Title: ceremonyTitle, Effective: demo.Inauguration(), OathDay: demo.Inauguration(), Officiant: "Pj. Gubernur DKI Jakarta",
		Authority: appoint.Acting, Signer: "Pj. Gubernur DKI Jakarta", Decider: s.head.Person,
	})
	return err
}

// papers put on file what the requirements ask for and only people can say:
// competence, field of work, record, health, and the reason for an early move. Who
// is barred by something else stays barred.
func (s *stage) papers(ctx context.Context, plan []demo.Planned) error {
	p := s.h.merit()
	p.Now, p.Rand = s.clock.now, s.rand
	dated := s.cfg.Today - 9
	for i, x := range plan {
		for _, k := range []struct {
			kind  promote.PaperKind
			value string
		}{{promote.Competence, "met"}, {promote.Field, "related"}, {promote.Integrity, "clear"}, {promote.Health, "fit"}, {promote.MoveNeed, "stated"}} {
			in := promote.PaperInput{Kind: k.kind, Person: x.Person, Value: k.value, Number: fmt.Sprintf("DEMO-%s-%d (peraga)", k.kind, i+1), Dated: dated, From: dated, Until: day.None}
			if k.kind == promote.Field || k.kind == promote.MoveNeed {
				in.Post = x.Post
			}
			_, _, err := p.FilePaper(ctx, s.bkd, in)
			if f := fault.Of(err); err != nil && (f == nil || f.Kind != fault.Denied) {
				return err // nobody keeps the papers of a relative: those stay unfiled
			}
		}
		s.told(i, len(plan)+1)
	}
	return nil
}

// vacancies proposes people for some posts that stand empty.
func (s *stage) vacancies(ctx context.Context, a *appoint.Service) error {
	if there, err := s.begun(ctx, a, vacancyTitle); there || err != nil {
		return err
	}
	today := s.cfg.Today
	on := today + 14
	p := s.h.merit()
	p.Now, p.Rand = s.clock.now, s.rand
	open, err := p.Open(ctx, s.bkd, "", on)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(t promote.Target) bool { return t.Level != "administrator" && t.Level != "pengawas" })
	const most = 12
	taken := map[string]bool{}
	var rows []appoint.ProposalRow
	var plan []demo.Planned
	for i := 0; i < len(open) && len(rows) < most; i++ {
		list, err := p.List(ctx, s.bkd, promote.ListInput{Post: open[i].Post, On: on, Limit: 60})
		if err != nil {
			return err
		}
		var pick []promote.ListRow
		for _, x := range list.Rows {
			if !taken[x.Person] && !s.own[x.Person] && len(pick) < 2 {
				pick = append(pick, x)
			}
		}
		if len(pick) < 2 {
			continue
		}
		taken[pick[0].Person], taken[pick[1].Person] = true, true
		plan = append(plan, demo.Planned{Person: pick[0].Person, Post: open[i].Post})
		rows = append(rows, appoint.ProposalRow{Post: open[i].Post, Person: pick[0].Person, Proposer: s.bkd.Person, Others: []string{pick[1].Person}, Reason: "Memenuhi syarat dan berpengalaman di bidangnya (peraga)."})
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.papers(ctx, plan[:len(plan)-1]); err != nil { // the last one's papers are not there yet
		return err
	}
	b, _, err := a.Open(ctx, s.bkd, appoint.OpenInput{
		Title: vacancyTitle, Effective: on, OathDay: on, Officiant: "Gubernur", Authority: appoint.Definitive, Signer: "Gubernur", Decider: s.head.Person,
	})
	if err != nil {
		return err
	}
	return s.propose(ctx, a, b, rows)
}

// propose puts in the rows that are not refused: a proposer who is a relative, or
// a post that was filled meanwhile, costs a row and not the batch.
func (s *stage) propose(ctx context.Context, a *appoint.Service, b appoint.Batch, rows []appoint.ProposalRow) error {
	for len(rows) > 0 {
		_, _, err := a.Propose(ctx, s.bkd, appoint.ProposeInput{Batch: b.ID, Version: b.Version, Rows: rows})
		f := fault.Of(err)
		if err == nil || f == nil || len(f.Fields) == 0 {
			return err
		}
		kept := rows[:0:0]
		for i := range rows {
			if !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return rowOf(x.Name) == i }) {
				kept = append(kept, rows[i])
			}
		}
		if len(kept) == len(rows) {
			return err
		}
		rows = kept
	}
	return nil
}

// rowOf is the number in "rows[3].person"; -1 for another field.
func rowOf(name string) int {
	n := -1
	if _, err := fmt.Sscanf(name, "rows[%d]", &n); err != nil {
		return -1
	}
	return n
}

// confirmed tells of a ceremony that is over: officials who were confirmed in the
// posts that they held and still hold, three years ago, so that how they did since
// can be counted for those who proposed them. It is a ceremony that takes nothing
// from anybody's career but its label: it ends and begins a tenure on one day.
func (s *stage) confirmed(ctx context.Context) error {
	a, err := s.staged()
	if err != nil {
		return err
	}
	if there, err := s.begun(ctx, a, confirmedTitle); there || err != nil {
		return err
	}
	on := day.Of(s.cfg.Today.Time().Year()-3, time.January, 2)
	for on.Weekday() == time.Saturday || on.Weekday() == time.Sunday {
		on++
	}
	rows, err := s.stayed(ctx, on)
	if err != nil || len(rows) == 0 {
		return err
	}
	s.clock.on(on - 7)
	b, _, err := a.Open(ctx, s.bkd, appoint.OpenInput{
		Title: confirmedTitle, Effective: on, OathDay: on, Officiant: "Gubernur", Authority: appoint.Definitive, Signer: "Gubernur", Decider: s.head.Person,
	})
	if err != nil {
		return err
	}
	if err = s.propose(ctx, a, b, rows); err != nil {
		return err
	}
	return s.install(ctx, a, b.ID, on)
}

// stayed are up to sixty officials who held on a day the post that they hold today.
func (s *stage) stayed(ctx context.Context, on day.Day) ([]appoint.ProposalRow, error) {
	then, err := s.officials(ctx, on-1, roster.Administrator, roster.Pengawas)
	if err != nil {
		return nil, err
	}
	var proposers []actor.Actor
	for _, login := range []string{"demo.kepala", "demo.sekda", "demo.inspektorat"} {
		who, err := s.h.identity.DemoActor(ctx, login)
		if err != nil {
			return nil, err
		}
		proposers = append(proposers, who)
	}
	var rows []appoint.ProposalRow
	err = s.h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i := range then {
			o := &then[i]
			if s.own[o.Person] {
				continue
			}
			d, err := s.h.roster.Dossier(ctx, tx, o.Person, s.cfg.Today)
			if err != nil {
				return err
			}
			n, whole := 0, false
			for _, t := range d.Tenures {
				if t.Row.Kind == roster.Definitive && (t.Row.Until == day.None || t.Row.Until > on) {
					n++
					whole = t.Row.Post == o.Post && t.Row.From <= on-730 && t.Row.Until == day.None
				}
			}
			if n != 1 || !whole {
				continue
			}
			rows = append(rows, appoint.ProposalRow{Post: o.Post, Person: o.Person, Proposer: proposers[len(rows)%2].Person,
				Reason: "Tetap di jabatannya setelah penataan perangkat daerah (peraga).", Single: "Pengukuhan kembali pemegang jabatan."})
			if len(rows) == 60 {
				break
			}
		}
		return nil
	})
	return rows, err
}

// install takes a batch from its proposals to the posts.
func (s *stage) install(ctx context.Context, a *appoint.Service, id string, on day.Day) error {
	w, err := a.Work(ctx, s.bkd, id)
	if err != nil || w.Rows == 0 {
		return err
	}
	v := w.Version
	step := func(b appoint.Batch, err error) error { v = b.Version; return err }
	assessors := []string{s.bkd.Person}
	if b, _, e := a.Assess(ctx, s.bkd, appoint.AssessInput{Batch: id, Version: v, Number: "BA-DEMO-1 (peraga)", Date: on - 7, Assessors: assessors, Summary: "Dinilai tetap cakap di jabatannya (peraga)."}); step(b, e) != nil {
		return e
	}
	for _, kind := range appoint.ApprovalKinds() {
		if b, _, e := a.Approve(ctx, s.bkd, id, v, appoint.Approval{Kind: kind, Number: "DEMO-" + kind + " (peraga)", Date: on - 7}); step(b, e) != nil {
			return e
		}
	}
	for i, l := range w.Lines {
		if l.Verdict.Answer == appoint.Yes {
			continue
		}
		if b, _, e := a.Except(ctx, s.head, id, v, l.Post, "Dikukuhkan di jabatan yang sama; syarat dinilai saat pengangkatan pertama (peraga)."); step(b, e) != nil {
			return e
		}
		s.told(i, 2*len(w.Lines))
	}
	s.clock.on(on) // the number is of the year that everybody looks for
	if b, _, e := a.Sign(ctx, s.head, appoint.SignInput{Batch: id, Version: v, Date: day.None}); step(b, e) != nil {
		return e
	}
	for i, l := range w.Lines {
		if _, err := a.CheckIn(ctx, s.bkd, id, l.Code); err != nil {
			return err
		}
		s.told(len(w.Lines)+i, 2*len(w.Lines))
	}
	if b, _, e := a.Oath(ctx, s.bkd, appoint.OathInput{Batch: id, Version: v, Witnesses: []string{"Saksi peraga satu", "Saksi peraga dua"}}); step(b, e) != nil {
		return e
	}
	if _, _, err = a.Effect(ctx, s.bkd, id, v); err != nil {
		return err
	}
	return s.followed(ctx, a, id, on+5)
}

// followed sees to what followed the appointments of a batch, in time: what is
// over for years waits for nobody.
func (s *stage) followed(ctx context.Context, a *appoint.Service, id string, on day.Day) error {
	s.clock.on(on)
	for _, kind := range appoint.TaskKinds() {
		f, err := a.FollowUps(ctx, s.bkd, id, kind)
		if err != nil {
			return err
		}
		var posts []string
		for i := range f.Tasks {
			posts = append(posts, f.Tasks[i].Post)
		}
		if len(posts) == 0 {
			continue
		}
		if _, err := a.Follow(ctx, s.bkd, appoint.FollowInput{Batch: id, Kind: kind, Posts: posts, Date: on, Number: "DEMO-" + kind + " (peraga)"}); err != nil {
			return err
		}
	}
	return nil
}
