package app

import (
	"context"

	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/identity"
	"netral/internal/inbox"
	"netral/internal/jobs"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
	"netral/internal/merit/roster"
	"netral/internal/permit/invite"
)

// What waits for people in the parts of the house that know nothing of an
// inbox, and the ways from the office.

// jobsWaiting are jobs that were given up or that fail, for who may repeat them.
func jobsWaiting(run *jobs.Runner, may func(who actor.Actor, action string) error) inbox.Source {
	return func(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
		if may(who, "jobs.retry") != nil {
			return nil, nil
		}
		list, err := run.List(ctx, jobs.ListInput{Limit: 1})
		if err != nil {
			return nil, err
		}
		var out []inbox.Item
		for _, g := range []struct {
			group jobs.Group
			title string
		}{{jobs.Dead, "inbox.jobs.dead"}, {jobs.Overdue, "inbox.jobs.overdue"}, {jobs.Failing, "inbox.jobs.failing"}} {
			if n := int(list.Counts[g.group]); n > 0 {
				out = append(out, inbox.Item{Kind: "inbox.jobs.kind", Title: g.title, Args: []any{n}, Href: "/antrean", Count: n})
			}
		}
		return out, nil
	}
}

// grantsWaiting are roles that somebody else proposed and that need a second
// administrator, and lost ways in that wait for two.
func grantsWaiting(ids *identity.Service, may func(who actor.Actor, action string) error) inbox.Source {
	return func(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
		var out []inbox.Item
		if may(who, "grant.change") == nil {
			list, err := ids.Waiting(ctx, who)
			if err != nil {
				return nil, err
			}
			for _, g := range list {
				if g.GivenBy != who.ID {
					out = append(out, inbox.Item{Kind: "inbox.grant.kind", Title: "inbox.grant.title", Who: g.Name, Href: "/akun/kelola/" + g.Account + "/peran/" + g.ID, Due: g.Made.Add(access.Lapse)})
				}
			}
		}
		if may(who, "recovery.approve") == nil {
			list, err := ids.Recoveries(ctx, who)
			if err != nil {
				return nil, err
			}
			for _, r := range list {
				if r.FirstBy != who.ID && r.AskedBy != who.ID {
					out = append(out, inbox.Item{Kind: "inbox.recovery.kind", Title: "inbox.recovery.title", Who: r.Name, Href: "/akun/pemulihan/" + r.ID, Due: r.Ends})
				}
			}
		}
		return out, nil
	}
}

// callsWaiting are summons, panels and rounds of call-ups.
func callsWaiting(calls *callup.Service) inbox.Source {
	return func(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
		list, err := calls.Waiting(ctx, who)
		if err != nil {
			return nil, err
		}
		out := make([]inbox.Item, len(list))
		for i, w := range list {
			out[i] = inbox.Item{Kind: w.Kind, Title: w.Title, Args: w.Args, Who: w.Who, Href: w.Href, Due: w.Due}
		}
		return out, nil
	}
}

// appointmentsWaiting are oaths and posts whose day has come.
func appointmentsWaiting(s *appoint.Service) inbox.Source {
	return func(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
		list, err := s.Waiting(ctx, who)
		out := make([]inbox.Item, len(list))
		for i, w := range list {
			out[i] = inbox.Item{Kind: "appoint.list.title", Title: w.Title, Args: w.Args, Who: w.Who, Href: w.Href, Due: w.Due}
		}
		return out, err
	}
}

// invitationsWaiting are dispositions, signatures and return slips.
func invitationsWaiting(s *invite.Service) inbox.Source {
	return func(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
		list, err := s.Waiting(ctx, who)
		out := make([]inbox.Item, len(list))
		for i, w := range list {
			out[i] = inbox.Item{Kind: "invite.board.title", Title: w.Title, Args: w.Args, Who: w.Who, Href: w.Href, Due: w.Due}
		}
		return out, err
	}
}

// feeds are the sources of the inbox, the most pressing first.
func feeds(people *roster.Service, ids *identity.Service, run *jobs.Runner, may func(who actor.Actor, action string) error) []inbox.Feed {
	return []inbox.Feed{
		{Key: "roster.open.title", Read: people.Waiting},
		{Key: "inbox.grant.kind", Read: grantsWaiting(ids, may)},
		{Key: "inbox.jobs.kind", Read: jobsWaiting(run, may)},
		{Key: "roster.quality.title", Read: people.Faulty},
		{Key: "roster.asked.title", Read: people.Answered},
	}
}

// officeLinks are the pages of the office that are open to somebody.
func officeLinks(may func(who actor.Actor, action string) error) func(actor.Actor) []inbox.Link {
	return func(who actor.Actor) []inbox.Link {
		var out []inbox.Link
		put := func(action string, l inbox.Link) {
			if action == "" || may(who, action) == nil {
				out = append(out, l)
			}
		}
		if who.Person != "" {
			put("", inbox.Link{Href: "/kantor/saya", Key: "roster.mine.title", AboutKey: "inbox.about.mine"})
		}
		if who.Person != "" {
			put("", inbox.Link{Href: "/kantor/saya/karier", Key: "app.nav.career", AboutKey: "inbox.about.career"})
		}
		put("search.people", inbox.Link{Href: "/kantor/cari", Key: "roster.search.title", AboutKey: "inbox.about.search"})
		put("search.people", inbox.Link{Href: "/kantor/orang", Key: "roster.list.title", AboutKey: "inbox.about.people"})
		put("roster.unit.read", inbox.Link{Href: "/kantor/unit", Key: "roster.tree.title", AboutKey: "inbox.about.tree"})
		put("roster.unit.read", inbox.Link{Href: "/kantor/daftar-unit", Key: "roster.units.title", AboutKey: "inbox.about.units"})
		put("roster.post.read", inbox.Link{Href: "/kantor/jabatan", Key: "roster.posts.title", AboutKey: "inbox.about.posts"})
		put("roster.post.read", inbox.Link{Href: "/kantor/jabatan?kosong=ya", Key: "roster.posts.vacant_title", AboutKey: "inbox.about.vacancies"})
		put("roster.unit.read", inbox.Link{Href: "/kantor/peta", Key: "roster.map.title", AboutKey: "inbox.about.map"})
		put("invite.enter", inbox.Link{Href: "/kantor/undangan", Key: "invite.board.title", AboutKey: "inbox.about.invite"})
		put("invite.patterns", inbox.Link{Href: "/kantor/pola-undangan", Key: "invite.patterns.title", AboutKey: "inbox.about.patterns"})
		put("appoint.read", inbox.Link{Href: "/kantor/pelantikan", Key: "appoint.list.title", AboutKey: "inbox.about.appoint"})
		put("roster.correction.decide", inbox.Link{Href: "/kantor/koreksi", Key: "roster.open.title", AboutKey: "inbox.about.open"})
		put("roster.quality.read", inbox.Link{Href: "/kantor/mutu", Key: "roster.quality.title", AboutKey: "inbox.about.quality"})
		put("promote.list", inbox.Link{Href: "/kantor/promosi", Key: "app.nav.promote", AboutKey: "inbox.about.promote"})
		put("callup.read", inbox.Link{Href: "/kantor/paparan", Key: "callup.desk.title", AboutKey: "inbox.about.callup"})
		put("letter.read", inbox.Link{Href: "/kantor/naskah", Key: "letter.list.title", AboutKey: "inbox.about.letter"})
		put("roster.import", inbox.Link{Href: "/kantor/impor", Key: "inbox.link.import", AboutKey: "inbox.about.import"})
		put("roster.export", inbox.Link{Href: "/kantor/ekspor", Key: "inbox.link.export", AboutKey: "inbox.about.export"})
		return out
	}
}
