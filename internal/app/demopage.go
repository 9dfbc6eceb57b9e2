package app

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/a-h/templ"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/web"
)

// filling says how far the roster of a demonstration is.
type filling struct {
	done, total atomic.Int64
	state       atomic.Int32
}

// The states of a filling.
const (
	fillNone = iota // not begun
	fillRuns
	fillWhole
	fillFailed
)

func (f *filling) begin(total int) {
	f.total.Store(int64(total))
	f.done.Store(0)
	f.state.Store(fillRuns)
}

func (f *filling) at(done int) { f.done.Store(int64(done)) }

func (f *filling) end(err error) {
	switch {
	case err == nil:
		f.state.Store(fillWhole)
	case !errors.Is(err, context.Canceled):
		f.state.Store(fillFailed)
	}
}

// demoView is what the banner of a demonstration shows.
type demoView struct {
	State       int32
	Done, Total int64
	Today       day.Day
	First, Last day.Day
	Back        string // the page to come back to
	Days        []day.Day
}

// demoDays are days on which something is to be seen: the governor's order, the
// inauguration of 203 officials, the day of the vote.
func demoDays() []day.Day {
	return []day.Day{day.Of(2023, 10, 19), day.Of(2023, 12, 27), day.Of(2024, 2, 14), day.Of(2024, 11, 14)}
}

func (h *house) banner() func(*web.Request) templ.Component {
	if !h.demo {
		return nil
	}
	return func(q *web.Request) templ.Component {
		v := demoView{
			State: h.fill.state.Load(), Done: h.fill.done.Load(), Total: h.fill.total.Load(),
			Today: q.Today(), First: demo.FirstDay, Last: demo.LastDay, Back: "/", Days: demoDays(),
		}
		if q.Method == "GET" {
			v.Back = identity.Local(q.URL.RequestURI())
		}
		return demoBanner(q, v)
	}
}

// setDay makes it another day for the whole demonstration.
func (h *house) setDay(q *web.Request) (web.Response, error) {
	v, err := q.Values()
	if err != nil {
		return nil, err
	}
	on := day.None
	if s := v.Get("hari"); s != "" {
		if on, err = day.Parse(s); err != nil || on < demo.FirstDay || on > demo.LastDay {
			return nil, fault.New(fault.Invalid, "app.demo.day", s, demo.FirstDay, demo.LastDay)
		}
	}
	h.day.set(on)
	return web.Redirect{To: identity.Local(v.Get("ke"))}, nil
}

// demoSamples are the states of the banner.
func demoSamples() []web.Sample {
	v := demoView{Total: demoPeople, Done: 23_000, Today: day.Of(2023, 10, 19), First: demo.FirstDay, Last: demo.LastDay, Back: "/galeri", Days: demoDays()}
	show := func(key, title string, state int32) web.Sample {
		return web.Sample{Key: key, Draw: func(q *web.Request) web.Page {
			v := v
			v.State = state
			return web.Page{Title: q.T(title), Body: demoSample(q, v)}
		}}
	}
	return []web.Sample{show("demo-filling", "app.demo.filling_title", fillRuns), show("demo-whole", "app.demo.whole_title", fillWhole), show("demo-failed", "app.demo.failed_title", fillFailed)}
}
