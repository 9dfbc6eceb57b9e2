package appoint

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// rollRoutes puts the page on which many people are ticked on the mux.
func (s *Service) rollRoutes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/centang", s.rollPage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/centang", s.rollPost)
}

func rollAddress(id string) string { return batchAddress(id) + "/centang" }

// perRoll is how many people a page has to tick: 203 are four pages, each a
// screenful to go through with the finger on the list.
const perRoll = 60

type rollView struct {
	r     *web.Request
	w     Work
	form  url.Values
	fault *fault.Error
	page  int
	pd    string // only of this agency
	left  bool   // only those of whom nothing is written down yet
	done  *Roll
}

func agencyOf(l *Line) string {
	if l.Row.Agency != "" {
		return l.Row.Agency
	}
	return l.Agency
}

// all are the lines that the filter leaves.
func (v rollView) all() []Line {
	var out []Line
	for _, l := range v.w.Lines {
		if v.pd != "" && agencyOf(&l) != v.pd {
			continue
		}
		if v.left && v.w.State == Signed && (!l.Arrived.IsZero() || l.Absent != "") {
			continue
		}
		if v.left && v.w.State == Draft && l.Verdict.Answer == Yes && l.Against == "" {
			continue
		}
		out = append(out, l)
	}
	return out
}

func (v rollView) shown() []Line {
	all := v.all()
	from := min((v.page-1)*perRoll, len(all))
	return all[from:min(from+perRoll, len(all))]
}

func (v rollView) pages() int { return (len(v.all()) + perRoll - 1) / perRoll }

// query is the filter as it stands in an address.
func (v rollView) query(page int) string {
	q := url.Values{}
	if v.pd != "" {
		q.Set("pd", v.pd)
	}
	if v.left {
		q.Set("sisa", "ya")
	}
	if page > 1 {
		q.Set("hal", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return rollAddress(v.w.ID)
	}
	return rollAddress(v.w.ID) + "?" + q.Encode()
}

func (v rollView) agencies() []string {
	var out []string
	for i := range v.w.Lines {
		out = append(out, agencyOf(&v.w.Lines[i]))
	}
	return unique(out)
}

// acts says whether something can be done with those who are ticked.
func (v rollView) acts() bool {
	switch v.w.State {
	case Draft:
		return v.w.Prepare || v.w.Except
	case Signed:
		return v.w.MayOath && day.At(v.w.Now) >= v.w.OathDay
	}
	return false
}

func (v rollView) ticked(post string) bool { return slices.Contains(v.form["posts"], post) }

func rollOf(v rollView) web.Page {
	return web.Page{Title: v.r.T("appoint.roll.title"), Nav: navOffice, Body: rollBody(v), Wide: true}.Refused(v.fault, rollAddress(v.w.ID), v.form)
}

func (s *Service) rolled(r *web.Request, form url.Values, f *fault.Error, done *Roll) (web.Response, error) {
	w, err := s.Work(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	if form.Has("pd") || form.Has("hal") || form.Has("sisa") { // a form keeps where it was
		q = form
	}
	page, err := strconv.Atoi(q.Get("hal"))
	if err != nil || page < 1 {
		page = 1
	}
	return rollOf(rollView{r: r, w: w, form: form, fault: f, page: page, pd: q.Get("pd"), left: q.Get("sisa") != "", done: done}), nil
}

func (s *Service) rollPage(r *web.Request) (web.Response, error) {
	return s.rolled(r, url.Values{}, nil, nil)
}

// chosen are the posts that a form names: those that are ticked, or all that it
// showed but those.
func chosen(form url.Values) []string {
	if form.Get("which") != "rest" {
		return form["posts"]
	}
	var out []string
	for _, p := range form["shown"] {
		if !slices.Contains(form["posts"], p) {
			out = append(out, p)
		}
	}
	return out
}

func (s *Service) rollPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	ctx, id, v, posts, why := r.Context(), r.PathValue("id"), version(form), chosen(form), form.Get("why")
	var done *Roll
	var roll Roll
	switch form.Get("do") {
	case "arrive":
		roll, err = s.CheckInMany(ctx, r.Who, id, posts)
		done = &roll
	case "absent":
		roll, err = s.AbsentMany(ctx, r.Who, id, posts, why)
		done = &roll
	case "pact":
		roll, err = s.PactMany(ctx, r.Who, id, posts)
		done = &roll
	case "advise":
		_, _, err = s.Advise(ctx, r.Who, id, v, posts, why)
	case "except":
		_, _, err = s.ExceptMany(ctx, r.Who, id, v, posts, why)
	case "drop":
		_, _, err = s.DropMany(ctx, r.Who, id, v, posts, why)
	default:
		err = fault.New(fault.Invalid, "appoint.do", clip(form.Get("do")))
	}
	if f := web.Mendable(err); f != nil {
		return s.rolled(r, form, f, nil)
	}
	if err != nil {
		return nil, err
	}
	where := url.Values{"hal": {form.Get("hal")}, "pd": {form.Get("pd")}, "sisa": {form.Get("sisa")}}
	if done == nil {
		done = &Roll{Done: len(posts)}
	}
	return s.rolled(r, where, nil, done)
}

type rollIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Do      string   `json:"do" enum:"arrive,absent,advise,except,drop"`
		Version int      `json:"version,omitempty" doc:"Of the batch; for advise, except and drop"`
		Posts   []string `json:"posts"`
		Why     string   `json:"why,omitempty"`
	}
}

func (s *Service) rollAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation, answered func(context.Context, actor.Actor, string, error) (*BatchDoc, error)) {
	web.JSON(api, sh, op("roll", http.MethodPost, "/batches/{id}/roll", "roll"), func(ctx context.Context, who actor.Actor, in *rollIn) (*BatchDoc, error) {
		var err error
		b := in.Body
		switch b.Do {
		case "arrive":
			_, err = s.CheckInMany(ctx, who, in.ID, b.Posts)
		case "absent":
			_, err = s.AbsentMany(ctx, who, in.ID, b.Posts, b.Why)
		case "advise":
			_, _, err = s.Advise(ctx, who, in.ID, b.Version, b.Posts, b.Why)
		case "except":
			_, _, err = s.ExceptMany(ctx, who, in.ID, b.Version, b.Posts, b.Why)
		default:
			_, _, err = s.DropMany(ctx, who, in.ID, b.Version, b.Posts, b.Why)
		}
		return answered(ctx, who, in.ID, err)
	})
}
