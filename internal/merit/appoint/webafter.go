package appoint

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// afterRoutes puts the pages of the day of the oath and of what follows on the mux.
func (s *Service) afterRoutes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/denah", s.seatPage)
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/tindak-lanjut", s.followPage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/tindak-lanjut", s.followPost)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/petikan/{post}", s.extractPost)
}

func followAddress(batch, kind string) string {
	a := batchAddress(batch) + "/tindak-lanjut"
	if kind != "" {
		a += "?hal=" + url.QueryEscape(kind)
	}
	return a
}

type seatView struct {
	r   *web.Request
	w   Work
	per int
}

func seatPageOf(v seatView) web.Page {
	return web.Page{Title: v.r.T("appoint.seat.title"), Nav: navOffice, Body: seatBody(v), Wide: true}
}

func (s *Service) seatPage(r *web.Request) (web.Response, error) {
	w, err := s.Work(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if w.Number == 0 {
		return nil, fault.New(fault.NotFound, "appoint.seats.unsigned")
	}
	per, err := strconv.Atoi(r.URL.Query().Get("per"))
	if err != nil || per < 4 || per > 40 {
		per = perRow
	}
	return seatPageOf(seatView{r, w, per}), nil
}

type followView struct {
	r     *web.Request
	f     FollowUp
	kind  string
	form  url.Values
	fault *fault.Error
	done  *Roll
}

func followPageOf(v followView) web.Page {
	return web.Page{Title: v.r.T("appoint.follow.title"), Nav: navOffice, Body: followBody(v), Wide: true}.Refused(v.fault, followAddress(v.f.Batch.ID, ""), v.form)
}

func (s *Service) followed(r *web.Request, kind string, form url.Values, f *fault.Error, done *Roll) (web.Response, error) {
	if kind == "" {
		kind = TaskDuty
	}
	list, err := s.FollowUps(r.Context(), r.Who, r.PathValue("id"), kind)
	if err != nil {
		return nil, err
	}
	return followPageOf(followView{r, list, kind, form, f, done}), nil
}

func (s *Service) followPage(r *web.Request) (web.Response, error) {
	return s.followed(r, r.URL.Query().Get("hal"), url.Values{}, nil, nil)
}

func (s *Service) followPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	in := FollowInput{Batch: r.PathValue("id"), Kind: form.Get("kind"), Posts: form["posts"], Date: parsed(&f, form, "date", "date"), Number: form.Get("number"), Note: form.Get("note")}
	var done Roll
	if err = f.Err(); err == nil {
		done, err = s.Follow(r.Context(), r.Who, in)
	}
	if x := web.Mendable(err); x != nil {
		return s.followed(r, in.Kind, form, x, nil)
	}
	if err != nil {
		return nil, err
	}
	return s.followed(r, in.Kind, url.Values{}, nil, &done)
}

// extractPost is the person accepting the pact, or closing a task of their own.
func (s *Service) extractPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id, post := r.PathValue("id"), r.PathValue("post")
	switch form.Get("do") {
	case "pact":
		err = s.AcceptPact(r.Context(), r.Who, id, post, form.Get("version"))
	case "task":
		_, err = s.Follow(r.Context(), r.Who, FollowInput{Batch: id, Kind: form.Get("kind"), Posts: []string{post}, Date: day.At(s.Now()), Note: form.Get("note")})
	default:
		err = fault.New(fault.Invalid, "appoint.do", clip(form.Get("do")))
	}
	if f := web.Mendable(err); f != nil {
		x, err := s.Extract(r.Context(), r.Who, id, post)
		if err != nil {
			return nil, err
		}
		return extractOf(r, x, f), nil
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: batchAddress(id) + "/petikan/" + url.PathEscape(post)}, nil
}

type pactIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Posts   []string `json:"posts"`
		Version string   `json:"version" doc:"Of the text of the pact"`
		Paper   bool     `json:"paper,omitempty" doc:"The office has it signed on paper; else the owner of the token accepts it"`
	}
}

type followIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Kind   string   `json:"kind" enum:"duty,handover,data,access,training"`
		Posts  []string `json:"posts"`
		Date   string   `json:"date" format:"date"`
		Number string   `json:"number,omitempty"`
		Note   string   `json:"note,omitempty" doc:"Needed when it is late"`
	}
}

type tasksIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Kind string `query:"kind" doc:"Only of this kind"`
}

// TasksDoc is what follows the appointments of a batch.
type TasksDoc struct {
	Tasks []Task         `json:"tasks"`
	Open  map[string]int `json:"open" doc:"By kind"`
	Late  map[string]int `json:"late" doc:"By kind"`
}

// RollDoc is how many it was written down for.
type RollDoc struct {
	Done  int `json:"done"`
	Again int `json:"again" doc:"Of whom it was written down before"`
}

type amendIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version int    `json:"version"`
		Kind    string `json:"kind" enum:"correction,withdrawal"`
		Post    string `json:"post"`
		Field   string `json:"field,omitempty" doc:"name, title, from_title or agency"`
		Becomes string `json:"becomes,omitempty"`
		Why     string `json:"why"`
	}
}

// AmendmentDoc is a decree about a decree.
type AmendmentDoc struct {
	Decree string `json:"decree"`
	AmendmentBody
}

func (s *Service) afterAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	web.JSON(api, sh, op("pact", http.MethodPost, "/batches/{id}/pact", "pact"), func(ctx context.Context, who actor.Actor, in *pactIn) (*RollDoc, error) {
		if in.Body.Version != s.After.Pact.Version {
			return nil, fault.Fields{{Name: "version", Key: "appoint.pact.version", Args: []any{clip(in.Body.Version), s.After.Pact.Version}}}.Err()
		}
		if in.Body.Paper {
			r, err := s.PactMany(ctx, who, in.ID, in.Body.Posts)
			return &RollDoc{r.Done, r.Again}, err
		}
		r, err := s.pact(ctx, who, in.ID, in.Body.Posts, in.Body.Version, true)
		return &RollDoc{r.Done, r.Again}, err
	})
	web.JSON(api, sh, op("follow", http.MethodPost, "/batches/{id}/follow", "follow"), func(ctx context.Context, who actor.Actor, in *followIn) (*RollDoc, error) {
		d, err := apiDay("date", in.Body.Date)
		if err != nil {
			return nil, err
		}
		r, err := s.Follow(ctx, who, FollowInput{in.ID, in.Body.Kind, in.Body.Posts, d, in.Body.Number, in.Body.Note})
		return &RollDoc{r.Done, r.Again}, err
	})
	web.JSON(api, sh, op("tasks", http.MethodGet, "/batches/{id}/tasks", "tasks"), func(ctx context.Context, who actor.Actor, in *tasksIn) (*TasksDoc, error) {
		f, err := s.FollowUps(ctx, who, in.ID, in.Kind)
		if err != nil {
			return nil, err
		}
		out := &TasksDoc{Tasks: []Task{}, Open: f.Open, Late: f.Late}
		out.Tasks = append(out.Tasks, f.Tasks...)
		return out, nil
	})
	web.JSON(api, sh, op("amend", http.MethodPost, "/batches/{id}/amendments", "amend"), func(ctx context.Context, who actor.Actor, in *amendIn) (*AmendmentDoc, error) {
		b := in.Body
		a, _, err := s.Amend(ctx, who, AmendInput{in.ID, b.Version, b.Kind, b.Post, b.Field, b.Becomes, b.Why})
		return &AmendmentDoc{a.Decree(), a.AmendmentBody}, err
	})
}
