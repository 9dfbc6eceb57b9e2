package appoint

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
)

// DecreeDoc is a signed decree as everybody may see it.
type DecreeDoc struct {
	ID        string         `json:"id"`
	Decree    string         `json:"decree"`
	State     string         `json:"state" enum:"signed,done,cancelled"`
	Title     string         `json:"title"`
	Signed    day.Day        `json:"signed"`
	Effective day.Day        `json:"effective"`
	Authority string         `json:"authority" enum:"definitive,acting"`
	Rows      int            `json:"rows"`
	Sworn     int            `json:"sworn"`
	InForce   int            `json:"in_force"`
	Counts    []Count        `json:"counts"`
	Kinds     map[string]int `json:"kinds"`
	Sum       string         `json:"sum" doc:"SHA-256 of the published lines"`
}

func decreeDoc(b *Batch) DecreeDoc {
	return DecreeDoc{b.ID, b.Decree(), b.State, b.Title, b.Signed, b.Effective, b.Authority, b.Rows, b.Sworn, b.InForce, b.Counts, b.Kinds, b.Sum}
}

// DecreesDoc are all signed decrees.
type DecreesDoc struct {
	Decrees []DecreeDoc `json:"decrees"`
}

// BatchDoc is a batch as the office sees it.
type BatchDoc struct {
	ID        string        `json:"id"`
	State     string        `json:"state" enum:"draft,signed,done,cancelled"`
	Version   int           `json:"version" doc:"Name it in the next change"`
	Decree    string        `json:"decree,omitempty"`
	Papers    Papers        `json:"papers"`
	Proposals []ProposalDoc `json:"proposals"`
	Stands    []StandDoc    `json:"stands" doc:"What stands in the way of the signature"`
}

// ProposalDoc is a proposal.
type ProposalDoc struct {
	Post   string `json:"post"`
	Title  string `json:"title"`
	Person string `json:"person"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Case   Case   `json:"case"`
}

// StandDoc is something that stands in the way.
type StandDoc struct {
	Post    string `json:"post,omitempty"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

func (s *Service) batchDoc(ctx context.Context, who actor.Actor, sh *web.Shell, id string) (*BatchDoc, error) {
	w, err := s.Work(ctx, who, id)
	if err != nil {
		return nil, err
	}
	d := &BatchDoc{ID: w.ID, State: w.State, Version: w.Version, Decree: w.Decree(), Papers: w.Papers, Proposals: []ProposalDoc{}, Stands: []StandDoc{}}
	for _, l := range w.Lines {
		d.Proposals = append(d.Proposals, ProposalDoc{l.Post, l.Title, l.Person, l.Name, l.Kind, l.Case})
	}
	lang := who.Lang
	if lang == "" {
		lang = text.ID
	}
	for _, o := range w.Obstacles {
		d.Stands = append(d.Stands, StandDoc{o.Post, o.Key, sh.Text.T(lang, o.Key, o.Args...)})
	}
	return d, nil
}

type openIn struct {
	Body struct {
		Title     string `json:"title"`
		Effective string `json:"effective" format:"date"`
		OathDay   string `json:"oath_day" format:"date"`
		Officiant string `json:"officiant"`
		Authority string `json:"authority" enum:"definitive,acting"`
		Signer    string `json:"signer"`
		Decider   string `json:"decider,omitempty" doc:"NIP or id of the signer, for who is in the roster"`
	}
}

type batchID struct {
	ID string `path:"id" doc:"Number of the batch"`
}

type proposeIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version int `json:"version"`
		Rows    []struct {
			Post     string   `json:"post"`
			Person   string   `json:"person" doc:"NIP or id"`
			Proposer string   `json:"proposer,omitempty" doc:"NIP or id; the owner of the token when left out"`
			Others   []string `json:"others,omitempty"`
			Reason   string   `json:"reason"`
			Single   string   `json:"single,omitempty" doc:"Why there is no other candidate"`
		} `json:"rows"`
	}
}

type assessIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version   int      `json:"version"`
		Number    string   `json:"number"`
		Date      string   `json:"date" format:"date"`
		Assessors []string `json:"assessors"`
		Summary   string   `json:"summary"`
	}
}

type approveIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version int    `json:"version"`
		Kind    string `json:"kind" enum:"bkn,mendagri"`
		Number  string `json:"number"`
		Date    string `json:"date" format:"date"`
	}
}

type caseIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Post string `path:"post" doc:"Post of the proposal"`
	Body struct {
		Version    int    `json:"version"`
		Why        string `json:"why,omitempty"`
		Person     string `json:"person,omitempty" doc:"Who stands back"`
		Substitute string `json:"substitute,omitempty" doc:"Who stands in"`
	}
}

type signIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version int    `json:"version"`
		Date    string `json:"date,omitempty" format:"date"`
		Why     string `json:"why,omitempty"`
	}
}

type checkinIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Code string `json:"code"`
	}
}

// ArrivalDoc is a check-in.
type ArrivalDoc struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	No    int    `json:"no"`
	Again bool   `json:"again" doc:"Checked in before"`
}

type oathIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version   int               `json:"version"`
		Witnesses []string          `json:"witnesses"`
		Officiant string            `json:"officiant,omitempty"`
		Absent    map[string]string `json:"absent,omitempty" doc:"Reason by post"`
	}
}

// apiDay reads a day of a body.
func apiDay(name, given string) (day.Day, error) {
	d, err := day.Parse(given)
	if err != nil {
		return day.None, fault.Fields{{Name: name, Key: "appoint.check.date", Args: []any{clip(given)}}}.Err()
	}
	return d, nil
}

// API puts appointments on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path, key string) huma.Operation {
		return huma.Operation{OperationID: "appoint-" + id, Method: method, Path: "/appoint" + path, Tags: []string{"appoint"}, Summary: "appoint.api." + key, Description: "appoint.api." + key + "_about"}
	}
	web.JSON(api, sh, op("decrees", http.MethodGet, "/decrees", "decrees"), func(ctx context.Context, who actor.Actor, _ *struct{}) (*DecreesDoc, error) {
		list, err := s.Published(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &DecreesDoc{Decrees: []DecreeDoc{}}
		for i := range list {
			out.Decrees = append(out.Decrees, decreeDoc(&list[i]))
		}
		return out, nil
	})
	web.JSON(api, sh, op("open", http.MethodPost, "/batches", "open"), func(ctx context.Context, who actor.Actor, in *openIn) (*BatchDoc, error) {
		b := in.Body
		effective, err := apiDay("effective", b.Effective)
		if err != nil {
			return nil, err
		}
		oath, err := apiDay("oath_day", b.OathDay)
		if err != nil {
			return nil, err
		}
		x, _, err := s.Open(ctx, who, OpenInput{b.Title, effective, oath, b.Officiant, b.Authority, b.Signer, b.Decider})
		if err != nil {
			return nil, err
		}
		return s.batchDoc(ctx, who, sh, x.ID)
	})
	web.JSON(api, sh, op("batch", http.MethodGet, "/batches/{id}", "batch"), func(ctx context.Context, who actor.Actor, in *batchID) (*BatchDoc, error) {
		return s.batchDoc(ctx, who, sh, in.ID)
	})
	// answered is the batch as it is after a change.
	answered := func(ctx context.Context, who actor.Actor, id string, err error) (*BatchDoc, error) {
		if err != nil {
			return nil, err
		}
		return s.batchDoc(ctx, who, sh, id)
	}
	web.JSON(api, sh, op("propose", http.MethodPost, "/batches/{id}/proposals", "propose"), func(ctx context.Context, who actor.Actor, in *proposeIn) (*BatchDoc, error) {
		x := ProposeInput{Batch: in.ID, Version: in.Body.Version}
		for _, r := range in.Body.Rows {
			x.Rows = append(x.Rows, ProposalRow{r.Post, r.Person, r.Proposer, r.Others, r.Reason, r.Single})
		}
		_, _, err := s.Propose(ctx, who, x)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("assess", http.MethodPost, "/batches/{id}/minutes", "assess"), func(ctx context.Context, who actor.Actor, in *assessIn) (*BatchDoc, error) {
		d, err := apiDay("date", in.Body.Date)
		if err == nil {
			_, _, err = s.Assess(ctx, who, AssessInput{in.ID, in.Body.Version, in.Body.Number, d, in.Body.Assessors, in.Body.Summary})
		}
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("approve", http.MethodPost, "/batches/{id}/approvals", "approve"), func(ctx context.Context, who actor.Actor, in *approveIn) (*BatchDoc, error) {
		d, err := apiDay("date", in.Body.Date)
		if err == nil {
			_, _, err = s.Approve(ctx, who, in.ID, in.Body.Version, Approval{in.Body.Kind, in.Body.Number, d})
		}
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("drop", http.MethodPost, "/batches/{id}/proposals/{post}/drop", "drop"), func(ctx context.Context, who actor.Actor, in *caseIn) (*BatchDoc, error) {
		_, _, err := s.Drop(ctx, who, in.ID, in.Body.Version, in.Post, in.Body.Why)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("except", http.MethodPost, "/batches/{id}/proposals/{post}/except", "except"), func(ctx context.Context, who actor.Actor, in *caseIn) (*BatchDoc, error) {
		_, _, err := s.Except(ctx, who, in.ID, in.Body.Version, in.Post, in.Body.Why)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("recuse", http.MethodPost, "/batches/{id}/proposals/{post}/recuse", "recuse"), func(ctx context.Context, who actor.Actor, in *caseIn) (*BatchDoc, error) {
		_, _, err := s.Recuse(ctx, who, RecuseInput{in.ID, in.Body.Version, in.Post, in.Body.Person, in.Body.Substitute, in.Body.Why})
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("sign", http.MethodPost, "/batches/{id}/sign", "sign"), func(ctx context.Context, who actor.Actor, in *signIn) (*BatchDoc, error) {
		d, err := day.None, error(nil)
		if in.Body.Date != "" {
			d, err = apiDay("date", in.Body.Date)
		}
		if err == nil {
			_, _, err = s.Sign(ctx, who, SignInput{in.ID, in.Body.Version, d})
		}
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("cancel", http.MethodPost, "/batches/{id}/cancel", "cancel"), func(ctx context.Context, who actor.Actor, in *signIn) (*BatchDoc, error) {
		_, _, err := s.Cancel(ctx, who, in.ID, in.Body.Version, in.Body.Why)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("checkin", http.MethodPost, "/batches/{id}/arrivals", "checkin"), func(ctx context.Context, who actor.Actor, in *checkinIn) (*ArrivalDoc, error) {
		a, err := s.CheckIn(ctx, who, in.ID, in.Body.Code)
		if err != nil {
			return nil, err
		}
		return &ArrivalDoc{a.Name, a.Title, a.No, a.Again}, nil
	})
	web.JSON(api, sh, op("oath", http.MethodPost, "/batches/{id}/oath", "oath"), func(ctx context.Context, who actor.Actor, in *oathIn) (*BatchDoc, error) {
		x := OathInput{Batch: in.ID, Version: in.Body.Version, Witnesses: in.Body.Witnesses, Officiant: in.Body.Officiant}
		for post, why := range in.Body.Absent {
			x.Absent = append(x.Absent, Absence{post, why})
		}
		_, _, err := s.Oath(ctx, who, x)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("effect", http.MethodPost, "/batches/{id}/effect", "effect"), func(ctx context.Context, who actor.Actor, in *signIn) (*BatchDoc, error) {
		_, _, err := s.Effect(ctx, who, in.ID, in.Body.Version)
		return answered(ctx, who, in.ID, err)
	})
	s.tableAPI(api, sh, op)
	s.rollAPI(api, sh, op, answered)
	s.afterAPI(api, sh, op)
	s.reconcileAPI(api, sh, op)
}
