package token

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/web"
)

type listQuery struct {
	Owner string `query:"owner" maxLength:"100" doc:"Whose tokens; one's own without it"`
}

// Tokens is a list of tokens.
type Tokens struct {
	Tokens []Token `json:"tokens"`
}

type pathID struct {
	ID string `path:"id" maxLength:"32" doc:"Id of the token, not the token itself"`
}

// API puts the tokens of whoever is signed in on the API. A token cannot
// manage tokens: it takes a session.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path string) huma.Operation {
		return huma.Operation{
			OperationID: "token-" + id, Method: method, Path: path, Tags: []string{"token"},
			Summary: "token.api." + id, Description: "token.api." + id + "_about",
		}
	}
	web.JSON(api, sh, op("list", http.MethodGet, "/tokens"), func(ctx context.Context, who actor.Actor, in *listQuery) (*Tokens, error) {
		all, err := s.List(ctx, who, ListInput{Owner: in.Owner})
		if err != nil {
			return nil, err
		}
		return &Tokens{all}, nil
	})
	web.JSON(api, sh, op("create", http.MethodPost, "/tokens"), func(ctx context.Context, who actor.Actor, in *CreateInput) (*Created, error) {
		return s.Create(ctx, who, *in)
	})
	web.JSON(api, sh, op("revoke", http.MethodDelete, "/tokens/{id}"), func(ctx context.Context, who actor.Actor, in *pathID) (*Token, error) {
		return s.Revoke(ctx, who, RevokeInput{ID: in.ID})
	})
}
