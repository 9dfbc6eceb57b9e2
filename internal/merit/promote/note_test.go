package promote_test

import (
	"context"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/merit/promote"
)

// A head of the unit sees which papers there are, and not what is noted on them.
func TestNotesStayWithTheFile(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		_, _, err := s.FilePaper(ctx, officer(), promote.PaperInput{Kind: promote.Health, Person: "rini", Value: "fit", Number: "7", Dated: on("2023-12-01"), From: day.None, Until: day.None, Note: "sesudah operasi"})
		if err != nil {
			t.Fatal(err)
		}
		head := actor.Actor{ID: "account:head", Lang: "id", Via: "page", Person: "head", Grants: []actor.Grant{{Role: "unit_head"}}}
		s.Allow = func(who actor.Actor, action string, r promote.Resource) error {
			if who.Has("unit_head") && action == promote.ActCheck {
				return nil
			}
			return own(who, action, r)
		}
		for _, x := range []struct {
			who  actor.Actor
			note string
		}{{head, ""}, {officer(), "sesudah operasi"}, {rini(), "sesudah operasi"}} {
			c, err := s.Check(ctx, x.who, promote.CheckInput{Person: "rini", Level: "administrator", On: day.None})
			if err != nil || len(c.Papers) != 1 || c.Papers[0].Note != x.note || c.Papers[0].Value != "fit" {
				t.Errorf("%s: %+v, %v", x.who.ID, c.Papers, err)
			}
		}
	})
}
