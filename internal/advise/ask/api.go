package ask

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/web"
)

// SlipView is a slip for programs.
type SlipView struct {
	Number string    `json:"number" doc:"Number of the slip; whoever has it can open the slip."`
	At     time.Time `json:"at" doc:"When it was recorded."`
	Index  int64     `json:"index" doc:"Position in the log, from 0."`
	Slip   SlipDoc   `json:"slip" doc:"What was asked and answered."`
	File   string    `json:"file" doc:"The signed slip with its proof, as netral verify and /periksa read it. Keep it unchanged."`
}

func (s *Slip) view() *SlipView {
	return &SlipView{Number: s.Doc.Number, At: s.At, Index: s.Index, Slip: s.Doc, File: string(s.Marshal())}
}

// CheckView is what checking a slip found.
type CheckView struct {
	Genuine bool      `json:"genuine" doc:"Always true; a slip that is not genuine is a problem document."`
	Redone  string    `json:"redone" enum:"same,other,unable" doc:"Whether the same facts, decided again with the same edition, have the same answer."`
	Slip    *SlipView `json:"slip"`
}

// FactView is a fact of the vocabulary.
type FactView struct {
	Name    string      `json:"name"`
	Title   string      `json:"title"`
	Ask     string      `json:"ask,omitempty"`
	Derived bool        `json:"derived,omitempty" doc:"Follows from the day and the contest; need not be given."`
	Assume  string      `json:"assume,omitempty" doc:"Taken when nobody said otherwise."`
	Values  []ValueView `json:"values"`
}

// ValueView is a value of a fact.
type ValueView struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// VocabularyView is what a question can be made of.
type VocabularyView struct {
	Book  BookRef    `json:"book"`
	Facts []FactView `json:"facts"`
}

// API puts the use cases of the slice on the JSON API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path, name string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: "ask.api." + name, Description: "ask.api." + name + "_about", Tags: []string{"ask"}}
	}
	web.JSON(api, sh, op("ask", http.MethodPost, "/ask", "ask"), func(ctx context.Context, who actor.Actor, in *Input) (*View, error) {
		a, err := s.Ask(ctx, who, *in)
		if err != nil {
			return nil, err
		}
		v := a.View(who.Lang)
		return &v, nil
	})
	web.JSON(api, sh, op("issue-slip", http.MethodPost, "/ask/slips", "issue"), func(ctx context.Context, who actor.Actor, in *SlipInput) (*SlipView, error) {
		slip, err := s.Issue(ctx, who, *in)
		if err != nil {
			return nil, err
		}
		return slip.view(), nil
	})
	web.JSON(api, sh, op("find-slip", http.MethodGet, "/ask/slips/{number}", "find"), func(ctx context.Context, who actor.Actor, in *struct {
		Number string `path:"number" doc:"Number of the slip." example:"7K2M-9QXR-4TB0-HZ5W"`
	}) (*SlipView, error) {
		slip, err := s.Find(ctx, who, in.Number)
		if err != nil {
			return nil, err
		}
		return slip.view(), nil
	})
	web.JSON(api, sh, op("verify-slip", http.MethodPost, "/ask/verify", "verify"), func(ctx context.Context, who actor.Actor, in *VerifyInput) (*CheckView, error) {
		v, err := s.Verify(ctx, who, *in)
		if err != nil {
			return nil, err
		}
		c := &CheckView{Genuine: true, Redone: "unable", Slip: v.Slip.view()}
		if v.Able {
			c.Redone = "other"
			if v.Same {
				c.Redone = "same"
			}
		}
		return c, nil
	})
	web.JSON(api, sh, op("vocabulary", http.MethodGet, "/ask/vocabulary", "vocabulary"), func(_ context.Context, who actor.Actor, _ *struct{}) (*VocabularyView, error) {
		return s.vocabulary(who.Lang), nil
	})
}

func (s *Service) vocabulary(lang string) *VocabularyView {
	b := s.Basis().Rules
	v := &VocabularyView{Book: bookRef(b)}
	for _, f := range b.Facts() {
		fv := FactView{Name: f.Name, Title: f.Title.In(lang), Ask: f.Ask.In(lang), Derived: f.Derived, Assume: f.Assume}
		for _, x := range f.Values {
			fv.Values = append(fv.Values, ValueView{x.Name, x.Title.In(lang)})
		}
		v.Facts = append(v.Facts, fv)
	}
	return v
}
