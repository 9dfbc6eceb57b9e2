package roster

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/web"
)

type postsQuery struct {
	On     string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD; today when left out"`
	Unit   string `query:"unit" doc:"Unit, with all below it"`
	Area   string `query:"area" doc:"Code of an area (Kemendagri), with all in it"`
	Level  string `query:"level" doc:"Level of the post"`
	Vacant bool   `query:"vacant" doc:"Only posts with an empty seat"`
	Sort   string `query:"sort" doc:"title, level, unit or vacant"`
	After  string `query:"after" doc:"Value of next of the page before"`
	Limit  int    `query:"limit" doc:"Rows a page, at most 500"`
}

type unitsQuery struct {
	On    string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD; today when left out"`
	Unit  string `query:"unit" doc:"Unit, with all below it"`
	Area  string `query:"area" doc:"Code of an area (Kemendagri), with all in it"`
	Kind  string `query:"kind" doc:"Kind of unit, for example dinas"`
	Lacks string `query:"lacks" doc:"head or holders: only units that lack it"`
	Sort  string `query:"sort" doc:"name, kind or vacant"`
	After string `query:"after" doc:"Value of next of the page before"`
	Limit int    `query:"limit" doc:"Rows a page, at most 500"`
}

type figureQuery struct {
	Figure string `query:"figure" doc:"people, vacancies or faults"`
	On     string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD; today when left out"`
}

// listAPI puts the lists of posts and units and the figures of the map on the
// API.
func (s *Service) listAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	web.JSON(api, sh, op("roster-posts", http.MethodGet, "/roster/posts", "posts"), func(ctx context.Context, who actor.Actor, in *postsQuery) (*PostList, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		l, err := s.Posts(ctx, who, PostsInput{On: on, Unit: in.Unit, Area: in.Area, Level: Level(in.Level), Vacant: in.Vacant, Sort: in.Sort, After: in.After, Limit: in.Limit})
		return &l, err
	})
	web.JSON(api, sh, op("roster-staffing", http.MethodGet, "/roster/staffing", "staffing"), func(ctx context.Context, who actor.Actor, in *unitsQuery) (*UnitList, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		l, err := s.Units(ctx, who, UnitsInput{On: on, Unit: in.Unit, Area: in.Area, Kind: in.Kind, Lacks: in.Lacks, Sort: in.Sort, After: in.After, Limit: in.Limit})
		return &l, err
	})
	web.JSON(api, sh, op("roster-figures", http.MethodGet, "/roster/figures", "figures"), func(ctx context.Context, who actor.Actor, in *figureQuery) (*Figures, error) {
		on, err := given("on", in.On)
		if err != nil {
			return nil, err
		}
		f, err := s.Figures(ctx, who, FigureInput{Figure: in.Figure, On: on})
		return &f, err
	})
}
