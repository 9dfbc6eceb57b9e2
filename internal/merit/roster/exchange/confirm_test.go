package exchange_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/web/webtest"
)

// Nobody confirms what another had checked anew since they saw it.
func TestConfirmWhatWasSeen(t *testing.T) {
	office(t, func(t *testing.T, s *exchange.Service, r *jobs.Runner, h http.Handler) {
		send := upload(t, "people", "pegawai.csv", people(3, nil))
		send.Status = 303
		webtest.Run(t, h, nil, send)
		jobstest.Drain(t, r)
		m := last(t, s)
		at := "/kantor/impor/" + m.ID
		other := strconv.FormatInt(m.Changed.UnixMilli()-1, 10)
		this := strconv.FormatInt(m.Changed.UnixMilli(), 10)
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: at, Want: []string{`name="seen" value="` + this + `"`}},
			webtest.Scenario{URL: at + "/muat", Form: url.Values{"good": {"0"}, "seen": {other}}, Status: 409, Want: []string{"sudah berubah"}},
			webtest.Scenario{URL: at + "/muat", Form: url.Values{"good": {"0"}, "seen": {this}}, Status: 303},
		)
	})
}

// A role that ended after the confirmation writes nothing.
func TestRoleEndsBeforeTheWriting(t *testing.T) {
	office(t, func(t *testing.T, s *exchange.Service, r *jobs.Runner, _ http.Handler) {
		ctx := context.Background()
		s.Allow = func(who actor.Actor, _ string, _ roster.Resource) error {
			if who.Has("personnel") {
				return nil
			}
			return fault.New(fault.Denied, "roster.denied")
		}
		grants, in := officer().Grants, true
		s.Who = func(context.Context, string) (actor.Actor, bool, error) { return actor.Actor{Grants: grants}, in, nil }
		for name, end := range map[string]func(){"role": func() { grants = nil }, "account": func() { in = false }} {
			m, err := s.Take(ctx, officer(), name+".csv", exchange.Input{Kind: "people", AsOf: day.None}, strings.NewReader(people(3, nil)))
			if err != nil {
				t.Fatal(err)
			}
			jobstest.Drain(t, r)
			if err := s.Confirm(ctx, officer(), m.ID, false, 0); err != nil {
				t.Fatal(err)
			}
			end()
			jobstest.Drain(t, r)
			if m, err = s.Get(ctx, officer(), m.ID); err != nil || m.State != exchange.Failed || m.Problem == nil || m.Problem.Key != "roster.denied" || m.Report == nil {
				t.Errorf("%s: %+v, %v", name, m, err)
			}
			grants, in = officer().Grants, true
		}
		if l, err := s.Roster.People(ctx, officer(), roster.ListInput{On: day.None}); err != nil || l.Total != 0 {
			t.Errorf("%d people, %v", l.Total, err)
		}
	})
}

// An upload that breaks off leaves nothing of the file behind.
func TestUploadBreaksOff(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx, cut := context.WithCancel(context.Background())
		body := io.MultiReader(strings.NewReader(strings.Repeat("x", 3<<20)), reader(func([]byte) (int, error) {
			cut()
			return 0, io.ErrClosedPipe
		}))
		_, err := s.Take(ctx, officer(), "a.csv", exchange.Input{Kind: "people", AsOf: day.None}, body)
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Fatal(err)
		}
		if m := last(t, s); m.State != exchange.Cancelled {
			t.Errorf("it is %s", m.State)
		}
		if n := exchange.Parts(t, s); n != 0 {
			t.Errorf("%d pieces are left", n)
		}
	})
}

type reader func([]byte) (int, error)

func (r reader) Read(b []byte) (int, error) { return r(b) }

// What nobody goes on with is forgotten, also a check that ended with its
// process; an import that is half in is not.
func TestForget(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		left := map[exchange.State]exchange.State{
			exchange.Arriving: exchange.Cancelled, exchange.Waiting: exchange.Cancelled, exchange.Checking: exchange.Cancelled, exchange.Checked: exchange.Cancelled,
			exchange.Failed: exchange.Cancelled, exchange.Writing: exchange.Writing, exchange.Ready: exchange.Ready, exchange.Done: exchange.Done,
		}
		ids := exchange.Leave(t, s, left)
		exchange.Forget(t, s, s.Now().Add(-time.Hour))
		for from := range left {
			if m, err := s.Get(ctx, officer(), ids[from]); err != nil || m.State != from {
				t.Errorf("%s is %v at once, %v", from, m, err)
			}
		}
		exchange.Forget(t, s, s.Now().Add(time.Hour))
		kept := 0
		for from, to := range left {
			if m, err := s.Get(ctx, officer(), ids[from]); err != nil || m.State != to {
				t.Errorf("%s is %v later, %v", from, m, err)
			}
			if to == from {
				kept++
			}
		}
		if n := exchange.Parts(t, s); n != kept {
			t.Errorf("%d pieces are left, want %d", n, kept)
		}
	})
}
