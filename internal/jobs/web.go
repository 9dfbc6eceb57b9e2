package jobs

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

const nav = "/antrean"

// Actions that Routes asks about.
const (
	ActSee    = "see"
	ActRetry  = "retry"
	ActCancel = "cancel"
)

// Routes puts the page of the queue on the mux. authorise says whether who asks
// may do one of the actions; its fault is what they get.
func (r *Runner) Routes(mux *http.ServeMux, sh *web.Shell, authorise func(q *web.Request, act string) error) {
	guarded := func(act string, h web.Handler) web.Handler {
		return func(q *web.Request) (web.Response, error) {
			if err := authorise(q, act); err != nil {
				return nil, err
			}
			return h(q)
		}
	}
	sh.Handle(mux, "GET /antrean", guarded(ActSee, func(q *web.Request) (web.Response, error) { return r.page(q, authorise) }))
	sh.Handle(mux, "POST /antrean/{id}/ulangi", guarded(ActRetry, func(q *web.Request) (web.Response, error) {
		id, err := jobID(q)
		if err == nil {
			err = r.Retry(q.Context(), q.Who, id)
		}
		return web.Redirect{To: nav}, err
	}))
	sh.Handle(mux, "POST /antrean/{id}/batalkan", guarded(ActCancel, func(q *web.Request) (web.Response, error) {
		id, err := jobID(q)
		if err == nil {
			err = r.Cancel(q.Context(), q.Who, id)
		}
		return web.Redirect{To: nav}, err
	}))
}

func jobID(q *web.Request) (int64, error) {
	given := q.PathValue("id")
	id, err := strconv.ParseInt(given, 10, 64)
	if err != nil || id <= 0 || number(id) != given {
		return 0, fault.New(fault.NotFound, "jobs.none", clip(given))
	}
	return id, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func (r *Runner) page(q *web.Request, authorise func(*web.Request, string) error) (web.Response, error) {
	in := ListInput{Kind: q.URL.Query().Get("jenis"), After: q.URL.Query().Get("sesudah")}
	if in.Kind != "" && !sound(in.Kind) {
		return nil, fault.New(fault.Invalid, "jobs.kind_wrong", clip(in.Kind))
	}
	l, err := r.List(q.Context(), in)
	if err != nil {
		return nil, err
	}
	tallies, err := r.Tallies(q.Context())
	if err != nil {
		return nil, err
	}
	v := view{
		q: q, list: l, tallies: tallies, kind: in.Kind, later: in.After != "", name: r.kindName,
		retry: authorise(q, ActRetry) == nil, cancel: authorise(q, ActCancel) == nil,
	}
	return v.page(), nil
}

// kindName is the key of what people call a kind, or "".
func (r *Runner) kindName(kind string) string {
	if w := r.workers[kind]; w != nil {
		return w.NameKey
	}
	return ""
}

// view is the page of the queue.
type view struct {
	q             *web.Request
	list          *List
	tallies       []Tally
	kind          string // filter
	later         bool   // not the first page
	name          func(kind string) string
	retry, cancel bool
}

func (v view) page() web.Page {
	return web.Page{Title: v.q.T("jobs.title"), Nav: nav, Body: queueBody(v), Wide: true}
}

func (v view) kindText(kind string) string {
	if key := v.name(kind); key != "" {
		return v.q.T(key)
	}
	return kind
}

// lead is the first sentence: is there something to do?
func (v view) lead() string {
	switch n := v.list.Counts[Dead]; {
	case n > 0:
		return v.q.N("jobs.lead.dead", int(n))
	case v.list.Counts[Overdue] > 0:
		return v.q.N("jobs.lead.overdue", int(v.list.Counts[Overdue]))
	case v.list.Counts[Failing] > 0:
		return v.q.N("jobs.lead.failing", int(v.list.Counts[Failing]))
	}
	return v.q.T("jobs.lead.good")
}

func (v view) counts() []ui.Fact {
	var out []ui.Fact
	for _, g := range Groups() {
		out = append(out, ui.Fact{Term: v.q.T("jobs.group." + string(g)), Text: text.Number(v.q.Lang, v.list.Counts[g])})
	}
	return out
}

// state is a badge's outcome for a group: its shape and its colour.
func (g Group) outcome() string {
	switch g {
	case Dead:
		return "prohibited"
	case Failing, Overdue:
		return "caution"
	case Running:
		return "conditional"
	}
	return "allowed"
}

func (v view) table() ui.Table {
	q := v.q
	t := ui.Table{
		Caption: q.T("jobs.table"), Hidden: true,
		Head: []string{q.T("jobs.head.job"), q.T("jobs.head.state"), q.T("jobs.head.when"), q.T("jobs.head.tries"), q.T("jobs.head.act")},
	}
	for i, it := range v.list.Items {
		if it.Group == Dead {
			t.Strong = append(t.Strong, i)
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Body: nameCell(v, it)}, {Body: stateCell(v, it)}, {Text: v.when(it)},
			{Text: q.T("jobs.tries", it.Attempt, it.Attempts)}, {Body: actCell(v, it)},
		})
	}
	return t
}

func (v view) when(it Item) string {
	t := it.Due
	if it.Group == Dead || it.Group == Running {
		t = it.Changed
	}
	return text.Time(v.q.Lang, t)
}

func (v view) errorText(it Item) string {
	if it.ErrorKey == "" {
		return ""
	}
	if !v.q.Shell.Text.Has(v.q.Lang, it.ErrorKey) { // of a newer or an older program
		return v.q.T("jobs.error.other")
	}
	// Arguments of an error may lead to a person and are not kept.
	return v.q.Shell.Text.T(v.q.Lang, it.ErrorKey, "…", "…", "…", "…", "…", "…", "…", "…", "…")
}

func (v view) tallyTable() ui.Table {
	q := v.q
	t := ui.Table{Caption: q.T("jobs.tally"), Head: []string{q.T("jobs.head.kind"), q.T("jobs.head.done"), q.T("jobs.head.failed"), q.T("jobs.head.dead"), q.T("jobs.head.last")}}
	for _, l := range v.tallies {
		last := q.T("jobs.never")
		if !l.Last.IsZero() {
			last = text.Time(q.Lang, l.Last)
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Body: kindLink(v, l.Kind)}, {Text: text.Number(q.Lang, l.Done)}, {Text: text.Number(q.Lang, l.Failed)}, {Text: text.Number(q.Lang, l.Dead)}, {Text: last},
		})
	}
	return t
}

func (v view) href(after string) string {
	q := url.Values{}
	if v.kind != "" {
		q.Set("jenis", v.kind)
	}
	if after != "" {
		q.Set("sesudah", after)
	}
	if len(q) == 0 {
		return nav
	}
	return nav + "?" + q.Encode()
}

// Samples are the page of the queue in each of its states, with made-up jobs.
func Samples() []web.Sample {
	draw := func(change func(*view)) func(*web.Request) web.Page {
		return func(q *web.Request) web.Page {
			now := time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC)
			v := view{q: q, list: &List{Counts: map[Group]int64{}}, name: func(string) string { return "" }, retry: true, cancel: true}
			v.tallies = []Tally{{Kind: "mail.send", Done: 48211, Failed: 12, Dead: 1, Last: now}, {Kind: "ledger.verify"}}
			for i, g := range Groups() {
				it := Item{ID: int64(1001 + i), Kind: "mail.send", Group: g, Due: now.Add(time.Duration(i-2) * time.Hour), Attempt: 1, Attempts: 12, Made: now, Changed: now}
				switch g {
				case Dead:
					it.Attempt, it.ErrorKey = 12, "jobs.error.timeout"
				case Failing:
					it.Attempt, it.ErrorKey = 3, "jobs.error.other"
				case Upcoming:
					it.Kind, it.Key, it.Attempt = "ledger.verify", "schedule:nightly", 0
				}
				v.list.Items = append(v.list.Items, it)
				v.list.Counts[g] = 1
			}
			change(&v)
			return v.page()
		}
	}
	return []web.Sample{
		{Key: "jobs-queue", Draw: draw(func(v *view) { v.list.Next = "x" })},
		{Key: "jobs-filtered", Draw: draw(func(v *view) { v.kind, v.later = "mail.send", true })},
		{Key: "jobs-read-only", Draw: draw(func(v *view) { v.retry, v.cancel = false, false })},
		{Key: "jobs-overdue", Draw: draw(func(v *view) { v.list.Items = v.list.Items[2:]; v.list.Counts[Dead] = 0 })},
		{Key: "jobs-empty", Draw: draw(func(v *view) { v.list = &List{Counts: map[Group]int64{}}; v.tallies = nil })},
	}
}
