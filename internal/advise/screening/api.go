package screening

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/web"
)

// BatchInput is many texts at once.
type BatchInput struct {
	On    string      `json:"on,omitempty" doc:"The day as of which texts without one of their own are read." example:"2024-01-15"`
	Texts []BatchText `json:"texts" doc:"At most 500 texts."`
}

// BatchText is one of them.
type BatchText struct {
	ID string `json:"id,omitempty" doc:"Comes back with the answer."`
	Input
}

// BatchView is the answers in the order of the texts.
type BatchView struct {
	Results []View `json:"results"`
}

// API puts the use case on the JSON API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, path, name string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Summary: "screening.api." + name, Description: "screening.api." + name + "_about", Tags: []string{"screen"}}
	}
	web.JSON(api, sh, op("screen", "/screen", "screen"), func(ctx context.Context, who actor.Actor, in *Input) (*View, error) {
		r, err := s.Screen(ctx, who, *in)
		if err != nil {
			return nil, err
		}
		v := r.View(Phrase{sh.Text, who.Lang})
		return &v, nil
	})
	web.JSON(api, sh, op("screen-batch", "/screen/batch", "batch"), func(ctx context.Context, who actor.Actor, in *BatchInput) (*BatchView, error) {
		if len(in.Texts) == 0 || len(in.Texts) > MaxBatch {
			return nil, fault.New(fault.Invalid, "screening.batch_size", len(in.Texts), MaxBatch)
		}
		out := &BatchView{Results: make([]View, 0, len(in.Texts))}
		for _, t := range in.Texts {
			if t.On == "" {
				t.On = in.On
			}
			r, err := s.Screen(ctx, who, t.Input)
			if err != nil {
				return nil, err
			}
			v := r.View(Phrase{sh.Text, who.Lang})
			v.ID = t.ID
			out.Results = append(out.Results, v)
		}
		return out, nil
	})
}
