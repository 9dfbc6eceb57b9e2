package roster

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	etag "netral/internal/token/version"
	"netral/internal/web"
)

type personQuery struct {
	ID string `path:"id" doc:"Id of the person"`
	On string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD; today when left out"`
}

type profileQuery struct {
	ID          string `path:"id" doc:"Id of the person"`
	On          string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD; today when left out"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000" doc:"ETag that you hold; the answer is 304 when nothing about the person has changed"`
}

// profileAnswer carries the version of the person as a strong entity tag, for
// If-Match at a correction.
type profileAnswer struct {
	Status int
	ETag   string `header:"ETag" doc:"Version of the person"`
	Body   *Profile
}

type listQuery struct {
	On     string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD"`
	Unit   string `query:"unit" doc:"Unit, with all below it"`
	Level  string `query:"level" doc:"Level of the post"`
	Status string `query:"status" doc:"Status; all who serve when left out"`
	Sort   string `query:"sort" doc:"name, nip, grade or level"`
	After  string `query:"after" doc:"Value of next of the page before"`
	Limit  int    `query:"limit" doc:"Rows a page, at most 500"`
}

type searchBodyIn struct {
	Body struct {
		Text  string `json:"text" doc:"What to look for"`
		Limit int    `json:"limit,omitempty" doc:"Of each list, at most 50"`
	}
}

type treeQuery struct {
	Root  string `query:"root" doc:"Unit to begin with; the top when left out"`
	Depth int    `query:"depth" doc:"Levels below, at most 16"`
	On    string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD"`
}

// TreeAnswer is what the API says of the tree.
type TreeAnswer struct {
	Units []Branch `json:"units"`
}

type correctIn struct {
	IfMatch string `header:"If-Match" maxLength:"1000" doc:"ETag of the person; the change is refused with 412 when anything about them has changed since"`
	Body    struct {
		Kind   string            `json:"kind"`
		Person string            `json:"person,omitempty"`
		ID     string            `json:"id,omitempty"`
		From   string            `json:"from,omitempty" doc:"First day of the row, for a unit, post or person"`
		Seen   int64             `json:"seen,omitempty" doc:"seq of the row that you saw; not needed with If-Match"`
		Fields map[string]string `json:"fields,omitempty"`
		Keep   bool              `json:"keep,omitempty"`
		Remove bool              `json:"remove,omitempty"`
		Reason string            `json:"reason"`
		Source string            `json:"source,omitempty"`
	}
}

// CorrectAnswer is what the API says of a correction.
type CorrectAnswer struct {
	Seq   int64  `json:"seq"`
	ID    string `json:"id"`
	Entry int64  `json:"entry" doc:"Index in the record"`
}

type askIn struct {
	Body struct {
		Kind   string `json:"kind"`
		Fact   string `json:"fact,omitempty"`
		From   string `json:"from,omitempty"`
		Field  string `json:"field,omitempty"`
		Wanted string `json:"wanted"`
		Note   string `json:"note,omitempty"`
	}
}

type decideIn struct {
	ID   string `path:"id"`
	Body struct {
		Accept bool   `json:"accept"`
		Noted  bool   `json:"noted,omitempty"`
		Answer string `json:"answer,omitempty"`
	}
}

type qualityQuery struct {
	Check string `query:"check" doc:"One check; the overview when left out"`
	Unit  string `query:"unit"`
	Limit int    `query:"limit"`
	Skip  int    `query:"skip"`
}

// given reads a day of the API; "" is day.None.
func given(name, s string) (day.Day, error) {
	if s == "" {
		return day.None, nil
	}
	d, err := day.Parse(s)
	if err != nil {
		return day.None, fault.Fields{{Name: name, Key: "roster.check.date", Args: []any{clip(s), day.First.String(), day.Last.String()}}}.Err()
	}
	return d, nil
}

// API puts the roster on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path, key string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"roster"}, Summary: "roster.api." + key, Description: "roster.api." + key + "_about"}
	}
	web.JSON(api, sh, op("roster-person", http.MethodGet, "/roster/people/{id}", "person"), func(ctx context.Context, who actor.Actor, in *profileQuery) (*profileAnswer, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		p, err := s.View(ctx, who, ViewInput{ID: in.ID, On: on})
		if err != nil {
			return nil, err
		}
		out := &profileAnswer{Status: http.StatusOK, ETag: etag.Tag(p.Version), Body: &p}
		// Whoever sees who has looked sees more change than the person does.
		if len(p.Looks) == 0 && in.IfNoneMatch != "" && etag.Fresh(in.IfNoneMatch, p.Version) {
			out.Status, out.Body = http.StatusNotModified, nil
		}
		return out, nil
	})
	web.JSON(api, sh, op("roster-people", http.MethodGet, "/roster/people", "people"), func(ctx context.Context, who actor.Actor, in *listQuery) (*List, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		l, err := s.People(ctx, who, ListInput{On: on, Unit: in.Unit, Level: Level(in.Level), Status: Status(in.Status), Sort: in.Sort, After: in.After, Limit: in.Limit})
		return &l, err
	})
	web.JSON(api, sh, op("roster-search", http.MethodPost, "/roster/search", "search"), func(ctx context.Context, who actor.Actor, in *searchBodyIn) (*Found, error) {
		f, err := s.Search(ctx, who, SearchInput{Text: in.Body.Text, Limit: in.Body.Limit})
		return &f, err
	})
	web.JSON(api, sh, op("roster-unit", http.MethodGet, "/roster/units/{id}", "unit"), func(ctx context.Context, who actor.Actor, in *personQuery) (*UnitPage, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		u, err := s.Unit(ctx, who, UnitInput{ID: in.ID, On: on})
		return &u, err
	})
	web.JSON(api, sh, op("roster-tree", http.MethodGet, "/roster/units", "tree"), func(ctx context.Context, who actor.Actor, in *treeQuery) (*TreeAnswer, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		t, err := s.Tree(ctx, who, in.Root, in.Depth, on)
		return &TreeAnswer{Units: t}, err
	})
	s.writeAPI(api, sh, op)
}

func (s *Service) writeAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	web.JSON(api, sh, op("roster-correct", http.MethodPost, "/roster/corrections", "correct"), func(ctx context.Context, who actor.Actor, in *correctIn) (*CorrectAnswer, error) {
		b := in.Body
		from, err := given("from", b.From)
		if err != nil {
			return nil, err
		}
		c, err := s.Correct(ctx, who, CorrectInput{Kind: Kind(b.Kind), Person: b.Person, ID: b.ID, From: from, Seen: b.Seen, Match: in.IfMatch, Fields: b.Fields, Keep: b.Keep, Remove: b.Remove, Reason: b.Reason, Source: b.Source})
		return &CorrectAnswer{Seq: c.Seq, ID: c.ID, Entry: c.Receipt.Index}, err
	})
	web.JSON(api, sh, op("roster-ask", http.MethodPost, "/roster/requests", "ask"), func(ctx context.Context, who actor.Actor, in *askIn) (*Asked, error) {
		b := in.Body
		from, err := given("from", b.From)
		if err != nil {
			return nil, err
		}
		a, _, err := s.Ask(ctx, who, AskInput{Kind: Kind(b.Kind), Fact: b.Fact, From: from, Field: b.Field, Wanted: b.Wanted, Note: b.Note})
		return &a, err
	})
	web.JSON(api, sh, op("roster-decide", http.MethodPost, "/roster/requests/{id}", "decide"), func(ctx context.Context, who actor.Actor, in *decideIn) (*Asked, error) {
		a, _, err := s.Decide(ctx, who, DecideInput{ID: in.ID, Accept: in.Body.Accept, Noted: in.Body.Noted, Answer: in.Body.Answer})
		return &a, err
	})
	web.JSON(api, sh, op("roster-quality", http.MethodGet, "/roster/quality", "quality"), func(ctx context.Context, who actor.Actor, in *qualityQuery) (*QualityReport, error) {
		q, err := s.Quality(ctx, who, QualityInput{Check: in.Check, Unit: in.Unit, Limit: in.Limit, Skip: in.Skip})
		return &q, err
	})
}
