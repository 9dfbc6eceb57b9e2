package callup

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/web"
)

func (s *Service) programmeForm(r *web.Request) (web.Response, error) {
	id := r.URL.Query().Get("id")
	if err := s.allow(r.Who, ActChange, Resource{Type: "programme", ID: id}); err != nil {
		return nil, err
	}
	if id == "" {
		return programmeOf(programmePage{r: r, form: formOf(suggestion(r))}), nil
	}
	rules, err := s.Programme(r.Context(), id)
	if err != nil {
		return nil, err
	}
	form := formOf(rules)
	if err := saw(form, rules); err != nil {
		return nil, err
	}
	return programmeOf(programmePage{r: r, form: form}), nil
}

// saw notes in a form which rules it was filled in from.
func saw(form url.Values, rules lot.Rules) error {
	sum, err := lot.RulesSum(rules)
	form.Set("was", sum)
	return err
}

// suggestion is a programme to begin with.
func suggestion(r *web.Request) lot.Rules {
	return lot.Rules{
		ID: "paparan-eselon", Title: r.T("callup.suggest.title"), Levels: []string{"administrator", "pengawas"}, Every: "month", Count: 10, By: "level",
		Substitutes: 5, Rest: 3, NoticeHours: 24, Exempt: []string{Leave, Illness}, Excuse: AbsenceKinds(), Source: lot.Drand, LateHours: 24,
		Panel: 3, Questions: 3, ReplyDays: 5,
		Rubric: []lot.Criterion{{ID: "isi", Title: r.T("callup.suggest.content"), Max: 5}, {ID: "warga", Title: r.T("callup.suggest.people"), Max: 5}, {ID: "jelas", Title: r.T("callup.suggest.clear"), Max: 5}},
	}
}

func programmeOf(p programmePage) web.Page {
	title := p.r.T("callup.programme.new")
	if p.form.Get("was") != "" {
		title = p.r.T("callup.programme.edit")
	}
	return web.Page{Title: title, Nav: navOffice, Body: programmeBody(p)}.Refused(p.fault, "/kantor/paparan/program", p.form)
}

func formOf(x lot.Rules) url.Values {
	return url.Values{
		"id": {x.ID}, "title": {x.Title}, "levels": x.Levels, "every": {x.Every}, "count": {itoa(x.Count)}, "by": {x.By}, "quotas": {quotaLines(x.Quotas)},
		"substitutes": {itoa(x.Substitutes)}, "rest": {itoa(x.Rest)}, "notice_hours": {itoa(x.NoticeHours)}, "exempt": x.Exempt, "excuse": x.Excuse,
		"source": {x.Source}, "dice": {itoa(x.Dice)}, "late_hours": {itoa(x.LateHours)}, "panel": {itoa(x.Panel)}, "questions": {itoa(x.Questions)},
		"rubric": {rubricLines(x.Rubric)}, "reply_days": {itoa(x.ReplyDays)},
	}
}

// rulesFrom reads the form of a programme. What is no number is said about its
// field.
func rulesFrom(form url.Values) (lot.Rules, error) {
	var f fault.Fields
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		f.Add(err == nil, name, "callup.check.number", clip(form.Get(name)))
		return n
	}
	x := lot.Rules{
		ID: strings.TrimSpace(form.Get("id")), Title: form.Get("title"), Levels: form["levels"], Every: form.Get("every"), Count: number("count"), By: form.Get("by"),
		Substitutes: number("substitutes"), Rest: number("rest"), NoticeHours: number("notice_hours"), Exempt: form["exempt"], Excuse: form["excuse"],
		Source: form.Get("source"), LateHours: number("late_hours"), Panel: number("panel"), Questions: number("questions"), ReplyDays: number("reply_days"),
	}
	if strings.TrimSpace(form.Get("dice")) != "" {
		x.Dice = number("dice")
	}
	if x.Source == lot.Drand {
		x.Dice = 0 // the field has no meaning then
	}
	for line := range strings.Lines(form.Get("quotas")) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		n, err := strconv.Atoi(words[len(words)-1])
		f.Add(err == nil && len(words) == 2, "quotas", "callup.check.quota_line", clip(strings.TrimSpace(line)))
		x.Quotas = append(x.Quotas, lot.Quota{Group: words[0], N: n})
	}
	for line := range strings.Lines(form.Get("rubric")) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) < 3 {
			f.Add(false, "rubric", "callup.check.rubric_line", clip(strings.TrimSpace(line)))
			continue
		}
		n, err := strconv.Atoi(words[1])
		f.Add(err == nil, "rubric", "callup.check.rubric_line", clip(strings.TrimSpace(line)))
		x.Rubric = append(x.Rubric, lot.Criterion{ID: words[0], Max: n, Title: strings.Join(words[2:], " ")})
	}
	return x, f.Err()
}

func (s *Service) programmePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	rules, err := rulesFrom(form)
	if err == nil {
		_, err = s.Change(r.Context(), r.Who, rules, form.Get("was"))
	} else if denied := s.allow(r.Who, ActChange, Resource{Type: "programme", ID: rules.ID}); denied != nil {
		err = denied
	}
	if err == nil {
		return web.Redirect{To: "/kantor/paparan"}, nil
	}
	f := web.Mendable(err)
	if f == nil {
		return nil, err
	}
	if f.Kind == fault.Conflict { // who has read what differs may write all the same
		now, err := s.Programme(r.Context(), rules.ID)
		if err != nil {
			return nil, err
		}
		if err := saw(form, now); err != nil {
			return nil, err
		}
	}
	return programmeOf(programmePage{r: r, form: form, fault: f}), nil
}

func (s *Service) callPage(r *web.Request) (web.Response, error) {
	v, err := s.CallView(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return callOf(callPage{r: r, v: v, form: url.Values{}}), nil
}

func callOf(p callPage) web.Page {
	title := p.r.T("callup.call.yours")
	if !p.v.Mine {
		title = p.r.T("callup.call.of", p.v.Name)
	}
	return web.Page{Title: title, Nav: navOffice, Body: callBody(p)}.Refused(p.fault, callAddress(p.v.ID), p.form)
}

// callPost does what the pressed form says.
func (s *Service) callPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id, ctx := r.PathValue("id"), r.Context()
	in := step{do: form.Get("do"), kind: form.Get("kind"), note: form.Get("note"), members: strings.Split(form.Get("members"), "\n"), reply: form.Get("reply")}
	switch in.do {
	case "score":
		in.points, err = s.points(r, id, form)
	case "miss":
		in.note = form.Get("missed")
	}
	if err == nil {
		_, _, err = s.step(ctx, r.Who, id, in)
	}
	if err == nil {
		return web.Redirect{To: callAddress(id)}, nil
	}
	f := web.Mendable(err)
	if f == nil {
		return nil, err
	}
	v, err := s.CallView(ctx, r.Who, id)
	if err != nil {
		return nil, err
	}
	return callOf(callPage{r: r, v: v, form: form, fault: f}), nil
}

// points reads a field for each criterion.
func (s *Service) points(r *web.Request, id string, form url.Values) ([]int, error) {
	v, err := s.CallView(r.Context(), r.Who, id)
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	points := make([]int, len(v.Rules.Rubric))
	for i, c := range v.Rules.Rubric {
		name := "points-" + c.ID
		points[i], err = strconv.Atoi(strings.TrimSpace(form.Get(name)))
		f.Add(err == nil, name, "callup.check.number", clip(form.Get(name)))
	}
	return points, f.Err()
}

// step is one of the things that are done to a call, as a form or the API names it.
type step struct {
	do, kind, note, reply string
	members               []string
	points                []int
}

func (s *Service) step(ctx context.Context, who actor.Actor, id string, in step) (Call, ledger.Receipt, error) {
	switch in.do {
	case "ack":
		return s.Acknowledge(ctx, who, id)
	case "excuse":
		return s.Excuse(ctx, who, ExcuseInput{Call: id, Kind: in.kind, Note: in.note})
	case "panel":
		return s.NamePanel(ctx, who, PanelInput{Call: id, Members: in.members})
	case "open":
		return s.Begin(ctx, who, id)
	case "score":
		return s.Score(ctx, who, ScoreInput{Call: id, Points: in.points, Note: in.note})
	case "read":
		return s.Read(ctx, who, id)
	case "reply":
		return s.Reply(ctx, who, id, in.reply)
	case "file":
		return s.File(ctx, who, id)
	case "miss":
		return s.Miss(ctx, who, id, in.note)
	}
	return Call{}, ledger.Receipt{}, fault.New(fault.Invalid, "callup.call.do", clip(in.do))
}
