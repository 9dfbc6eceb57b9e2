package calendar

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

type nothing struct{}

type dayInput struct {
	Day string `path:"day" doc:"Day in Jakarta, YYYY-MM-DD" example:"2023-11-13"`
}

// DayAnswer is what the API says of a day.
type DayAnswer struct {
	State   State   `json:"state" doc:"What holds on the day"`
	Changes Changes `json:"changes" doc:"What is another than on the day before"`
}

// API puts the calendar on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	web.JSON(api, sh, huma.Operation{
		OperationID: "calendar", Method: http.MethodGet, Path: "/calendar", Tags: []string{"calendar"},
		Summary: "calendar.api.current", Description: "calendar.api.current_about",
	}, func(ctx context.Context, _ actor.Actor, _ *nothing) (*Edition, error) { return s.Current(ctx) })
	web.JSON(api, sh, huma.Operation{
		OperationID: "calendar-day", Method: http.MethodGet, Path: "/calendar/{day}", Tags: []string{"calendar"},
		Summary: "calendar.api.day", Description: "calendar.api.day_about",
	}, func(ctx context.Context, _ actor.Actor, in *dayInput) (*DayAnswer, error) {
		return s.answerDay(ctx, in.Day)
	})
}

func (s *Service) answerDay(ctx context.Context, given string) (*DayAnswer, error) {
	on, err := day.Parse(given)
	if err != nil {
		return nil, fault.Fields{{Name: "day", Key: "calendar.date_wrong", Args: []any{clip(given), day.First.String(), day.Last.String()}}}.Err()
	}
	state, err := s.On(ctx, on)
	if err != nil {
		return nil, err
	}
	changes, err := s.Changes(ctx, on)
	if err != nil {
		return nil, err
	}
	return &DayAnswer{State: state, Changes: changes}, nil
}
