package appoint

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/web"
)

func (s *Service) reconcileRoutes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/cocokkan", s.reconcilePage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/cocokkan", s.reconcilePost)
}

func reconcileAddress(id string) string { return batchAddress(id) + "/cocokkan" }

type reconcileView struct {
	r       *web.Request
	x       Reconciled
	prepare bool
	form    url.Values
	fault   *fault.Error
}

func reconcileOf(v reconcileView) web.Page {
	return web.Page{Title: v.r.T("appoint.reconcile"), Nav: navOffice, Body: reconcileBody(v), Wide: true}.Refused(v.fault, reconcileAddress(v.x.Batch.ID), v.form)
}

func (s *Service) reconciled(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	x, err := s.Reconcile(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return reconcileOf(reconcileView{r, x, s.allow(r.Who, ActPrepare, Resource{Type: "batch", ID: x.Batch.ID}) == nil, form, f}), nil
}

func (s *Service) reconcilePage(r *web.Request) (web.Response, error) {
	return s.reconciled(r, url.Values{}, nil)
}

func (s *Service) reconcilePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	in := Press{Source: form.Get("source")}
	if in.Counts, err = figures(form.Get("counts")); err == nil {
		_, err = s.Publish(r.Context(), r.Who, r.PathValue("id"), in)
	}
	if f := web.Mendable(err); f != nil {
		return s.reconciled(r, form, f)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: reconcileAddress(r.PathValue("id"))}, nil
}

type pressIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body Press
}

// ReconciledDoc is decree, roster and published figures side by side.
type ReconciledDoc struct {
	Lines  []Compared `json:"lines"`
	Astray []Astray   `json:"astray" doc:"Rows of the decree that the roster does not have"`
	Press  Press      `json:"press"`
}

func (s *Service) reconcileAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	doc := func(ctx context.Context, who actor.Actor, id string) (*ReconciledDoc, error) {
		x, err := s.Reconcile(ctx, who, id)
		if err != nil {
			return nil, err
		}
		return &ReconciledDoc{append([]Compared{}, x.Lines...), append([]Astray{}, x.Astray...), x.Press}, nil
	}
	web.JSON(api, sh, op("reconcile", http.MethodGet, "/batches/{id}/figures", "reconcile"), func(ctx context.Context, who actor.Actor, in *batchID) (*ReconciledDoc, error) {
		return doc(ctx, who, in.ID)
	})
	web.JSON(api, sh, op("press", http.MethodPost, "/batches/{id}/figures", "press"), func(ctx context.Context, who actor.Actor, in *pressIn) (*ReconciledDoc, error) {
		if _, err := s.Publish(ctx, who, in.ID, in.Body); err != nil {
			return nil, err
		}
		return doc(ctx, who, in.ID)
	})
}
