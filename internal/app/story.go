package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/merit/appoint"
	"netral/internal/store"
	"netral/internal/web"
)

// Addresses of the stories of a demonstration.
const (
	storyAddress     = "/peragaan"
	proposalsAddress = "/peragaan/usulan.csv"
)

// storyView is what the page of the stories shows. Parts that are not there yet
// are empty: the page is read while they come.
type storyView struct {
	Filling, Staging int32
	Done, Total      int64
	Ways             map[string]identity.DemoWay
	Today            day.Day
	Base             string         // public address
	Batch            *appoint.Batch // that can be walked through
	Coming           bool           // it is that of the 203
	Over             *appoint.Batch // that is over
	Assessors        []string       // NIPs to take for the minutes
	Drawn, Waits     string         // addresses of rounds
	Trial            string
}

// stories is what there is to try now.
func (h *house) stories(ctx context.Context) (v storyView, err error) {
	v = storyView{Filling: h.fill.state.Load(), Staging: h.stage.state.Load(), Done: h.stage.done.Load(), Total: h.stage.total.Load(), Today: day.At(h.day.now()), Base: h.ask.Base}
	if v.Ways, err = h.identity.DemoWays(ctx); err != nil {
		return v, err
	}
	bkd, err := h.identity.DemoActor(ctx, "demo.bkd")
	if err != nil {
		return v, err
	}
	list, err := h.appoint.List(ctx, bkd)
	if err != nil {
		return v, err
	}
	for i := range list {
		switch b := &list[i]; b.Title {
		case ceremonyTitle:
			v.Batch, v.Coming = b, true
		case vacancyTitle:
			v.Batch = b
		case confirmedTitle:
			v.Over = b
		}
	}
	if v.Assessors, err = h.assessors(ctx); err != nil {
		return v, err
	}
	board, err := h.callup.Board(ctx, actor.Anonymous("page", "id"))
	if err != nil {
		return v, err
	}
	for _, p := range board.Programmes {
		if len(p.Rounds) == 0 {
			continue
		}
		at := "/undian/" + url.PathEscape(p.Rules.ID) + "/"
		switch p.Rules.ID {
		case monthly:
			v.Drawn = at + "4"
		case quarterly:
			v.Waits = at + "1"
		case trial:
			v.Trial = at + "1"
		}
	}
	return v, nil
}

// assessors are NIPs of officials with an account who are no candidates.
func (h *house) assessors(ctx context.Context) ([]string, error) {
	var ids []string
	for _, login := range []string{"demo.sekda", "demo.inspektorat"} {
		who, err := h.identity.DemoActor(ctx, login)
		if err != nil {
			return nil, err
		}
		ids = append(ids, who.Person)
	}
	people, err := h.named(ctx, ids)
	var out []string
	for _, id := range ids {
		if p, ok := people[id]; ok && p.NIP != "" {
			out = append(out, p.NIP)
		}
	}
	return out, err
}

// named are people as they are on the day of the demonstration.
func (h *house) named(ctx context.Context, ids []string) (out map[string]appoint.Person, err error) {
	err = h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = h.sitters(ctx, tx, ids, day.At(h.day.now()))
		return err
	})
	return out, err
}

func (h *house) storyPage(r *web.Request) (web.Response, error) {
	v, err := h.stories(r.Context())
	if err != nil {
		return nil, err
	}
	return storyPageOf(r, v), nil
}

func storyPageOf(r *web.Request, v storyView) web.Page {
	return web.Page{Title: r.T("app.story.title"), Body: storyBody(r, v)}
}

// storyRoutes are there in demonstrations only.
func (h *house) storyRoutes(mux *http.ServeMux, sh *web.Shell, api huma.API) {
	sh.Handle(mux, "GET "+storyAddress, h.storyPage)
	sh.Handle(mux, "GET "+proposalsAddress, h.proposalsFile)
	web.JSON(api, sh, huma.Operation{
		OperationID: "demo-stories", Method: http.MethodGet, Path: "/api/v1/demo/stories", Tags: []string{"demo"},
		Summary: "app.api.stories", Description: "app.api.stories_about",
	}, func(ctx context.Context, _ actor.Actor, _ *struct{}) (*storyOutput, error) {
		v, err := h.stories(ctx)
		if err != nil {
			return nil, err
		}
		return &storyOutput{Body: v.doc()}, nil
	})
}

// storyDoc is the answer of the operation.
type storyDoc struct {
	Ready     bool     `json:"ready" doc:"Everything is there"`
	Done      int64    `json:"done"`
	Total     int64    `json:"total"`
	Today     string   `json:"today" doc:"The day of the demonstration"`
	Batch     string   `json:"batch,omitempty" doc:"The ceremony that can be walked through"`
	Proposals string   `json:"proposals,omitempty" doc:"Address of its table of proposals, where they are not in it yet"`
	Assessors []string `json:"assessors,omitempty" doc:"NIPs of officials who can assess it"`
	Over      string   `json:"over,omitempty" doc:"Decree of a ceremony that is over"`
	Drawn     string   `json:"drawn,omitempty" doc:"Address of the round of this month"`
	Waits     string   `json:"waits,omitempty" doc:"Address of a round that waits for its dice"`
	Trial     string   `json:"trial,omitempty" doc:"Address of a round drawn with drand's value"`
}

type storyOutput struct{ Body storyDoc }

func (v storyView) doc() storyDoc {
	out := storyDoc{Ready: v.Staging == fillWhole, Done: v.Done, Total: v.Total, Today: v.Today.String(), Assessors: v.Assessors, Drawn: v.Drawn, Waits: v.Waits, Trial: v.Trial}
	if v.Batch != nil {
		out.Batch = v.Batch.ID
		if v.Coming {
			out.Proposals = proposalsAddress
		}
	}
	if v.Over != nil {
		out.Over = v.Over.Decree()
	}
	return out
}

// proposalsFile is the table of proposals of the ceremony that is still to be
// held, as the import of proposals takes it.
func (h *house) proposalsFile(r *web.Request) (web.Response, error) {
	cfg, plan := h.stage.planned()
	if len(plan) == 0 {
		return nil, fault.New(fault.NotFound, "app.story.no_plan")
	}
	raw, err := h.proposals(r.Context(), plan)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "usulan-pelantikan-" + demo.Inauguration().String() + ".csv", Type: "text/csv; charset=utf-8", Body: raw, ETag: appoint.Sum(raw) + cfg.Today.String()}, nil
}

// proposals writes a plan as a table. Heads propose for their own agency, and
// where they are related to a candidate the personnel office's chief superior
// does: nobody proposes a relative.
func (h *house) proposals(ctx context.Context, plan []demo.Planned) ([]byte, error) {
	sekda, err := h.identity.DemoActor(ctx, "demo.sekda")
	if err != nil {
		return nil, err
	}
	ids := []string{sekda.Person}
	for _, p := range plan {
		ids = append(ids, p.Person, p.Head)
	}
	var people map[string]appoint.Person
	var posts map[string]appoint.Post
	kin := map[string]map[string]appoint.Kin{}
	err = h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		on := demo.Inauguration()
		if people, err = h.sitters(ctx, tx, ids, on); err != nil {
			return err
		}
		var at []string
		for _, p := range plan {
			at = append(at, p.Post)
			if _, asked := kin[p.Head]; !asked {
				if kin[p.Head], err = h.appoint.Relatives(ctx, tx, p.Head, on); err != nil {
					return err
				}
			}
		}
		posts, err = h.chairs(ctx, tx, at, on)
		return err
	})
	if err != nil {
		return nil, err
	}
	nip := func(id string) string {
		if p := people[id]; p.NIP != "" {
			return p.NIP
		}
		return id
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = ';'
	_ = w.Write([]string{"Kode Jabatan", "Nama Jabatan", "NIP", "Nama Pegawai", "NIP Pengusul", "Alasan", "Calon Lain", "Alasan Calon Tunggal"})
	for i, p := range plan {
		proposer := p.Head
		if _, kin := kin[p.Head][p.Person]; kin || proposer == "" || proposer == p.Person {
			proposer = sekda.Person
		}
		other, single := "", "Satu-satunya yang memenuhi syarat jabatan ini di perangkat daerahnya (peraga)."
		next := plan[(i+1)%len(plan)]
		_, near := kin[proposer][next.Person]
		if i%3 != 0 && next.Office == p.Office && next.Person != p.Person && !near {
			other, single = nip(next.Person), ""
		}
		_ = w.Write([]string{p.Post, posts[p.Post].Title, nip(p.Person), people[p.Person].Name, nip(proposer), "Dinilai paling siap untuk tugas jabatan ini (peraga).", other, single})
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// storySamples are the states of the page.
func storySamples() []web.Sample {
	ways := map[string]identity.DemoWay{}
	for l, role := range map[string]string{"bkd": identity.RolePersonnel, "gubernur": identity.RoleGovernor, "kepala": identity.RoleUnitHead, "terpanggil": identity.RoleEmployee, "dinilai": identity.RoleEmployee, "calon": identity.RoleEmployee, "inspektorat": identity.RoleInspector} {
		ways["demo."+l] = identity.DemoWay{ID: "contoh", Login: "demo." + l, Name: "Peragaan", Role: role}
	}
	whole := storyView{Filling: fillWhole, Staging: fillWhole, Done: 1, Total: 1, Ways: ways, Base: "http://127.0.0.1:8080", Today: day.Of(2023, 12, 20), Coming: true, Assessors: []string{"197501012000032001"},
		Batch: &appoint.Batch{ID: "contoh", State: appoint.Draft, Papers: appoint.Papers{Title: ceremonyTitle, Effective: demo.Inauguration(), OathDay: demo.Inauguration()}},
		Over:  &appoint.Batch{ID: "lalu", State: appoint.Done, Year: 2020, Number: 1, Papers: appoint.Papers{Title: confirmedTitle, Rows: 60}},
		Drawn: "/undian/" + monthly + "/4", Waits: "/undian/" + quarterly + "/1", Trial: "/undian/" + trial + "/1"}
	other := whole
	other.Coming, other.Batch = false, &appoint.Batch{ID: "contoh", State: appoint.Draft, Papers: appoint.Papers{Title: vacancyTitle, Rows: 12}}
	return []web.Sample{
		{Key: "demo-stories", Draw: func(q *web.Request) web.Page { return storyPageOf(q, whole) }},
		{Key: "demo-stories-today", Draw: func(q *web.Request) web.Page { return storyPageOf(q, other) }},
		{Key: "demo-stories-coming", Draw: func(q *web.Request) web.Page {
			return storyPageOf(q, storyView{Filling: fillWhole, Staging: fillRuns, Done: 30, Total: 97, Today: day.Of(2023, 12, 20), Ways: ways, Base: "http://127.0.0.1:8080"})
		}},
	}
}
