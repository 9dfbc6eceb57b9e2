package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/inbox"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func feed(items ...inbox.Item) inbox.Feed {
	return inbox.Feed{Key: "inbox.office", Read: func(context.Context, actor.Actor) ([]inbox.Item, error) { return items, nil }}
}

func broken(err error) inbox.Feed {
	return inbox.Feed{Key: "inbox.kinds", Read: func(context.Context, actor.Actor) ([]inbox.Item, error) { return nil, err }}
}

func item(kind, who string, due time.Duration, count int) inbox.Item {
	i := inbox.Item{Kind: kind, Title: "inbox.what", Who: who, Href: "/kantor", Count: count}
	if due != 0 {
		i.Due = webtest.Clock().Add(due)
	}
	return i
}

func service(log *bytes.Buffer, feeds ...inbox.Feed) *inbox.Service {
	return &inbox.Service{Feeds: feeds, Now: webtest.Clock, Log: slog.New(slog.NewTextHandler(log, nil))}
}

func TestOpen(t *testing.T) {
	var log bytes.Buffer
	s := service(&log,
		feed(item("inbox.waiting", "someday", 0, 30), item("inbox.waiting", "soon", time.Hour, 0)),
		broken(fault.New(fault.Denied, "inbox.none")),
		broken(errors.New("disk on fire")),
		feed(item("inbox.overdue", "late", -time.Hour, 0), item("inbox.overdue", "later", -2*time.Hour, 2)))
	box, err := s.Open(context.Background(), actor.Anonymous("page", "id"))
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, i := range box.Items {
		order = append(order, i.Who)
	}
	if got := strings.Join(order, " "); got != "later late soon someday" {
		t.Errorf("order %q", got)
	}
	if box.Total != 34 || box.Late != 3 || !box.Items[1].Overdue || box.Items[2].Overdue {
		t.Errorf("%+v", box)
	}
	if len(box.Lost) != 1 || !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("lost %v, log %q", box.Lost, log.String())
	}
	s.Allow = func(actor.Actor) error { return fault.New(fault.Denied, "inbox.none") }
	if _, err := s.Open(context.Background(), actor.Anonymous("page", "id")); !errors.Is(err, fault.Denied) {
		t.Errorf("somebody who may not come in: %v", err)
	}
}

func TestPages(t *testing.T) {
	var log bytes.Buffer
	var many []inbox.Item
	for i := range 60 {
		many = append(many, item("inbox.waiting", "orang "+strconv.Itoa(i), time.Hour*time.Duration(i+1), 0))
	}
	site := func(feeds ...inbox.Feed) http.Handler {
		s := service(&log, feeds...)
		s.Links = func(actor.Actor) []inbox.Link {
			return []inbox.Link{{Href: "/kantor/mutu", Key: "inbox.office", AboutKey: "inbox.none_about"}}
		}
		sh := webtest.Shell(t, nil, nil)
		mux := http.NewServeMux()
		sh.Mount(mux)
		s.Routes(mux, sh)
		s.API(web.NewAPI(mux, sh, "1"), sh)
		return sh.Handler(mux)
	}
	webtest.Run(t, site(), nil,
		webtest.Scenario{URL: "/kantor", Want: []string{"Tidak ada yang menunggu Anda", "/kantor/mutu"}, NotWant: []string{"<table"}})
	webtest.Run(t, site(broken(errors.New("x"))), nil,
		webtest.Scenario{URL: "/kantor", Want: []string{"tidak dapat dibaca", "Tidak ada yang menunggu"}},
		webtest.Scenario{URL: "/api/v1/inbox", Want: []string{`"items":[]`, `"lost":["Pilih jenis"]`}})
	webtest.Run(t, site(feed(many...), feed(item("inbox.overdue", "<b>Siti", -time.Hour, 0))), nil,
		webtest.Scenario{URL: "/kantor", Want: []string{"61 hal menunggu", "1 sudah lewat batas waktu", "&lt;b&gt;Siti", "21 hal berikutnya", "lewati=40"}, NotWant: []string{"orang 59"}},
		webtest.Scenario{URL: "/kantor?lewati=40", Lang: "en", Want: []string{"orang 59"}, NotWant: []string{"Siti"}},
		webtest.Scenario{URL: "/kantor?jenis=inbox.overdue", Want: []string{"Siti"}, NotWant: []string{"orang 1"}},
		webtest.Scenario{URL: "/kantor?jenis=nothing&lewati=-5", Want: []string{"Siti", "orang 1"}},
		webtest.Scenario{URL: "/api/v1/inbox", Lang: "en", Want: []string{`"total":61`, `"title":"What is to be done"`, `"overdue":1`}})
}

// Who has signed in and holds no role comes to their own account.
func TestAway(t *testing.T) {
	var log bytes.Buffer
	for _, c := range []struct {
		who    actor.Actor
		away   string
		status int
	}{{actor.Actor{ID: "account:x"}, "/akun", 303}, {actor.Actor{ID: "account:x"}, "", 403}, {actor.Anonymous("page", "id"), "/akun", 403}} {
		s := service(&log)
		s.Away, s.Allow = c.away, func(actor.Actor) error { return fault.New(fault.Denied, "inbox.none") }
		sh := webtest.Shell(t, nil, func(cfg *web.Config) {
			cfg.Who = func(*http.Request) (actor.Actor, bool) { return c.who, c.who.Known() }
		})
		mux := http.NewServeMux()
		sh.Mount(mux)
		s.Routes(mux, sh)
		webtest.Run(t, sh.Handler(mux), nil, webtest.Scenario{URL: "/kantor", Status: c.status})
	}
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), inbox.Gallery())
}
