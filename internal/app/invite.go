package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"netral/data"
	"netral/internal/actor"
	"netral/internal/advise/ask"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/jobs"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/lex/screen"
	"netral/internal/mail"
	"netral/internal/merit/roster"
	"netral/internal/permit/invite"
	"netral/internal/rule"
	"netral/internal/store"
	"netral/internal/text"
)

// routeFile says who disposes of invitations.
const routeFile = "permit/route.json"

// kindSlips is the job that reminds of return slips.
const kindSlips = "invite.night"

// inviter makes the service of invitations: what it asks about people and posts,
// the roster answers; about what one may, the conduct book.
func (h *house) inviter(base string) (*invite.Service, error) {
	route, err := invite.LoadRoute(data.FS, routeFile)
	if err != nil {
		return nil, err
	}
	out := mail.NewOutbox(rand.Reader, h.runner.Wake)
	return &invite.Service{
		Book: h.book, Now: h.day.now, Rand: rand.Reader, Allow: h.guard.Check, Route: route, Base: base,
		People: h.guests, Find: h.roster.Identified, Path: h.pathOf, Seats: h.seatsFrom, Held: h.seatsOf, Conflict: h.tied,
		Screen: h.screened, Judge: h.judged, Stages: h.stages,
		Notify: func(ctx context.Context, tx *store.Tx, n invite.Notice) error {
			return h.inviteNotice(ctx, tx, out, base, n)
		},
		Seal:  func(text string) ([]byte, error) { return note.Sign(&note.Note{Text: text}, h.key.Signer()) },
		Press: h.assigned, Given: h.given, Inspect: h.inspectPaper,
		Unseal: func(signed []byte) (string, error) {
			return unsealed(signed, h.key.Verifier())
		},
	}, nil
}

// unsealed is the text of a note that the key signed.
func unsealed(signed []byte, v note.Verifier) (string, error) {
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "app.letter.unsigned", v.Name())
	}
	return n.Text, nil
}

// assigned gives the paper of a letter from the archive, with the evidence of its
// signature inside.
func (h *house) assigned(ctx context.Context, who actor.Actor, l *invite.Letter, entry int64) ([]byte, error) {
	p, err := h.archive.Get(ctx, who, invite.PaperKind(l), l.ID, func(ctx context.Context) (archive.Order, error) {
		f, err := archive.EvidenceOf(ctx, h.book, entry)
		return archive.Order{Values: invite.PaperValues(l), Files: []letter.File{f}, Path: invite.PublicAddress(l), Reason: l.No}, err
	})
	return p.Body, err
}

// given finds the letter of a paper by its sum.
func (h *house) given(ctx context.Context, sum string) (string, error) {
	p, err := h.archive.BySum(ctx, sum)
	if err != nil || !slices.ContainsFunc(invite.PaperKinds(), func(k letter.Kind) bool { return k.Name == p.Kind }) {
		return "", err
	}
	return p.Ref, nil
}

func (h *house) inspectPaper(pdf []byte) (invite.Checked, error) {
	r, err := archive.Inspect(pdf, nil)
	if err != nil || len(r.Seals) == 0 {
		return invite.Checked{}, err
	}
	last := r.Seals[len(r.Seals)-1]
	return invite.Checked{Signed: true, Whole: last.Whole && !last.Broken, Signer: last.Name}, nil
}

// inviteNotice mails what concerns somebody, when they have an account with an
// address that can be one.
func (h *house) inviteNotice(ctx context.Context, tx *store.Tx, out *mail.Outbox, base string, n invite.Notice) error {
	to, lang, err := identity.AddressOf(ctx, tx, n.Person)
	if err != nil || to == "" {
		return err
	}
	err = out.Put(ctx, tx, "", mail.Message{To: to, Subject: h.cat.T(lang, "app.invite.subject"), Body: h.cat.T(lang, n.Key, n.Args...) + "\n\n" + base + n.Href + "\n"})
	if errors.Is(err, fault.Invalid) {
		h.log.Warn("a notice has no address", "href", n.Href)
		return nil
	}
	return err
}

func unitOf(u roster.Unit) invite.Unit {
	return invite.Unit{ID: u.ID, Name: u.Name, Short: u.Abbreviation, Kind: u.Kind, Area: u.Area}
}

func (h *house) pathOf(ctx context.Context, tx *store.Tx, unit string, on day.Day) ([]invite.Unit, error) {
	path, err := h.roster.PathOf(ctx, tx, unit, on)
	out := make([]invite.Unit, len(path))
	for i, u := range path {
		out[i] = unitOf(u)
	}
	return out, err
}

// guests are people with the post that they hold and the units above it.
func (h *house) guests(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]invite.Person, error) {
	all, err := h.roster.Sitters(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	var posts []string
	for _, x := range all {
		if x.Post != "" {
			posts = append(posts, x.Post)
		}
	}
	chairs, err := h.roster.Chairs(ctx, tx, posts, on)
	if err != nil {
		return nil, err
	}
	out := make(map[string]invite.Person, len(all))
	for id, x := range all {
		p := invite.Person{ID: id, Name: x.Person.FullName(), NIP: x.Person.NIP, Grade: x.Person.Grade, Status: string(x.Person.Status), Serving: x.Person.Status.Serving() && within(x.Person.From, x.Person.Until, on)}
		if c, ok := chairs[x.Post]; ok {
			p.Title, p.Level = c.Post.Title, string(c.Post.Level)
			if p.Path, err = h.pathOf(ctx, tx, c.Post.Unit, on); err != nil {
				return nil, err
			}
		}
		out[id] = p
	}
	return out, nil
}

// powers are the ways in which the roster says that somebody has a post.
var powers = map[string]string{roster.Definitive: invite.Definitive, roster.Plt: invite.Plt, roster.Plh: invite.Plh}

func seated(list []roster.Lead) []invite.Seat {
	out := make([]invite.Seat, len(list))
	for i, l := range list {
		out[i] = invite.Seat{Post: l.Post.ID, Title: l.Post.Title, Unit: unitOf(l.Unit)}
		for _, x := range l.Holders {
			k, ok := powers[x.Tenure.Kind]
			if !ok || x.Row == nil || !x.Row.Status.Serving() {
				continue
			}
			out[i].Holders = append(out[i].Holders, invite.Holder{Person: x.Person, Name: x.Name, NIP: x.Row.NIP, Grade: x.Grade, Kind: k, Paper: x.Tenure.Decree, Until: x.Tenure.Until})
		}
	}
	return out
}

func (h *house) seatsFrom(ctx context.Context, tx *store.Tx, unit string, kinds []string, on day.Day) ([]invite.Seat, error) {
	list, err := h.roster.LeadsFrom(ctx, tx, unit, kinds, on)
	return seated(list), err
}

func (h *house) seatsOf(ctx context.Context, tx *store.Tx, person string, on day.Day) ([]invite.Seat, error) {
	list, err := h.roster.LeadsOf(ctx, tx, person, on)
	return seated(list), err
}

// tied says what binds somebody to one of the people of an invitation, as the
// roster knows it.
func (h *house) tied(ctx context.Context, tx *store.Tx, who string, about []string, on day.Day) (invite.Tie, error) {
	for _, a := range about {
		if a == who {
			names, err := roster.NamesOf(ctx, tx, []string{a})
			return invite.Tie{Kind: h.both("app.invite.self"), Whose: names[a]}, err
		}
		yes, err := roster.Related(ctx, tx, who, a, on)
		if err != nil || !yes {
			if err != nil {
				return invite.Tie{}, err
			}
			continue
		}
		key, err := related(ctx, tx, who, a)
		if err != nil {
			return invite.Tie{}, err
		}
		if key == "" {
			key = "roster.value.other"
		}
		names, err := roster.NamesOf(ctx, tx, []string{a})
		return invite.Tie{Kind: h.both(key), Whose: names[a]}, err
	}
	return invite.Tie{}, nil
}

// both is a message in both languages.
func (h *house) both(key string, args ...any) invite.Said {
	return invite.Said{ID: h.cat.T("id", key, args...), EN: h.cat.T("en", key, args...)}
}

func said(t rule.Text) invite.Said { return invite.Said{ID: t.ID, EN: t.EN} }

// judged asks the conduct book.
func (h *house) judged(facts map[string]string, on day.Day) (invite.Judged, error) {
	b := h.basis.Load()
	known := map[string]string{}
	for name, value := range facts {
		// Another edition of the book may not know a fact; it is left to its questions.
		if f, ok := b.Rules.Fact(name); ok {
			if _, ok := f.Value(value); ok {
				known[name] = value
			}
		}
	}
	a, err := ask.Ask(b, ask.Input{On: on.String(), Facts: known}, day.At(h.day.now()))
	if err != nil {
		return invite.Judged{}, err
	}
	out := invite.Judged{Outcome: a.Outcome.String(), Edition: b.Rules.ID + " " + b.Rules.Edition + ", " + b.Calendar.Edition}
	for _, r := range a.Deciding() {
		x := invite.Rule{ID: r.Rule.ID, Outcome: r.Rule.Outcome.String(), Title: said(r.Rule.Title), Text: said(r.Rule.Text), Confidence: strings.TrimPrefix(strings.TrimPrefix(r.Rule.Confidence, "INF-"), "BK-"), Instead: said(r.Rule.Instead)}
		for _, c := range r.Rule.Conditions {
			x.Conditions = append(x.Conditions, said(c))
		}
		x.Law = invite.Said{ID: cited(b.Rules, r.Rule, "id"), EN: cited(b.Rules, r.Rule, "en")}
		out.Rules = append(out.Rules, x)
	}
	return out, nil
}

func cited(b *rule.Book, r *rule.Rule, lang string) string {
	var out []string
	for _, c := range ask.Cites(b, r, lang) {
		out = append(out, c.Instrument+", "+c.Provision)
	}
	return strings.Join(out, "; ")
}

// stages are the contests that run on a day, with their stages.
func (h *house) stages(on day.Day) []invite.Stage {
	b := h.basis.Load()
	contests, ok := b.Rules.Fact("contest")
	stage, ok2 := b.Rules.Fact("stage")
	if !ok || !ok2 {
		return nil
	}
	var out []invite.Stage
	for _, c := range contests.Values {
		at := b.Timeline.Derive(rule.Facts{"contest": c.Name}, on)["stage"]
		v, ok := stage.Value(at)
		if !ok || at == "none" || at == "concluded" {
			continue
		}
		out = append(out, invite.Stage{Contest: c.Name, Name: said(c.Title), Stage: at, Word: said(v.Title)})
	}
	return out
}

// screened reads a text as of a day, for who is named and whether it takes their
// side; the words of an event itself, its flags and what it is called, are those
// that the reader of questions knows from the conduct book.
func (h *house) screened(words string, on day.Day) invite.Screening {
	basis := h.texts.Load()
	r := basis.Reader.Read(words, on)
	out := invite.Screening{Verdict: string(r.Verdict)}
	for _, t := range r.Targets {
		if r.Verdict == screen.Neutral { // they are told of, and nobody speaks for them
			break
		}
		c := basis.Contest(t.ID)
		switch {
		case c != "":
			out.Object = "candidate"
			if !slices.Contains(out.Contests, c) {
				out.Contests = append(out.Contests, c)
			}
		case t.ID != "" && out.Object == "":
			out.Object = "party"
		}
	}
	for _, f := range r.Facts {
		if f.To > f.From && (f.Ground || f.Kind == screen.FactName) {
			key := "screening.kind." + string(f.Kind)
			out.Spans = append(out.Spans, invite.Span{From: f.From, To: f.To, Word: invite.Said{ID: h.cat.T(text.ID, key), EN: h.cat.T(text.EN, key)}})
		}
	}
	b := h.basis.Load()
	for _, s := range b.Reader.Read(words, on).Spans {
		switch {
		case s.Fact == "party_signs" && s.Value == "yes", s.Fact == "sign" && s.Value == "partisan":
			out.Signs = true
		case s.Fact == "act" && s.Value == "attend_campaign":
			out.Campaign = true
		default:
			continue
		}
		word := invite.Said{ID: s.Value, EN: s.Value}
		if f, ok := b.Rules.Fact(s.Fact); ok {
			word = said(f.Title)
			if v, ok := f.Value(s.Value); ok && s.Fact == "act" {
				word = said(v.Title)
			}
		}
		out.Spans = append(out.Spans, invite.Span{From: s.From, To: s.To, Word: word})
	}
	slices.SortStableFunc(out.Spans, func(a, b invite.Span) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To)) })
	end := -1
	out.Spans = slices.DeleteFunc(out.Spans, func(s invite.Span) bool { // what a longer one holds
		inside := s.To <= end
		end = max(end, s.To)
		return inside
	})
	return out
}

// remindSlips employs the nightly job of invitations.
func (h *house) remindSlips() {
	jobs.Register(h.runner, kindSlips, jobs.Options{NameKey: "app.job.slips"}, func(ctx context.Context, _ nothing) error {
		_, _, err := h.invite.Nightly(ctx)
		return err
	})
	h.runner.Daily(kindSlips, 6, 30, jobs.Job{Kind: kindSlips, Payload: nothing{}})
}
