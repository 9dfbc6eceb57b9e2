package inbox

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/web"
)

// Answer is what the API says of an inbox.
type Answer struct {
	Total   int      `json:"total"`
	Overdue int      `json:"overdue"`
	Items   []Entry  `json:"items" doc:"Overdue first, then by deadline"`
	Lost    []string `json:"lost,omitempty" doc:"Parts that could not be read"`
}

// Entry is one thing that waits, in the language of the request.
type Entry struct {
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Who     string    `json:"who,omitempty"`
	Href    string    `json:"href"`
	Due     time.Time `json:"due,omitzero"`
	Overdue bool      `json:"overdue"`
	Count   int       `json:"count"`
}

// API puts the inbox on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := huma.Operation{OperationID: "inbox", Method: http.MethodGet, Path: "/inbox", Tags: []string{"inbox"}, Summary: "inbox.api.open", Description: "inbox.api.open_about"}
	web.JSON(api, sh, op, func(ctx context.Context, who actor.Actor, _ *struct{}) (*Answer, error) {
		box, err := s.Open(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &Answer{Total: box.Total, Overdue: box.Late, Items: []Entry{}}
		for _, i := range box.Items {
			out.Items = append(out.Items, Entry{i.Kind, sh.Text.T(who.Lang, i.Title, i.Args...), i.Who, i.Href, i.Due, i.Overdue, i.number()})
		}
		for _, key := range box.Lost {
			out.Lost = append(out.Lost, sh.Text.T(who.Lang, key))
		}
		return out, nil
	})
}
