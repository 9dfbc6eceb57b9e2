package exchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/web/webtest"
)

// A file beside a list holds the rows of the list, in its order.
func TestFilesHoldTheRowsOfTheirList(t *testing.T) {
	office(t, func(t *testing.T, s *exchange.Service, _ *jobs.Runner, h http.Handler) {
		ctx := context.Background()
		for _, kind := range exchange.Kinds() {
			b, err := exchange.Example(kind)
			if err != nil {
				t.Fatal(err)
			}
			take(t, s, kind, string(b))
		}
		take(t, s, "units", "id,parent,name,kind,area,from\nkosong,dinkes,Unit Kosong,bidang,31.72,2020-01-01\n")
		take(t, s, "posts", "id,unit,title,level,seats,from\nkosong-1,kosong,Analis,pelaksana,2,2020-01-01\n")
		posts := func(in roster.PostsInput) (ids []string) {
			l, err := s.Roster.Posts(ctx, officer(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range l.Rows {
				ids = append(ids, r.Post.ID)
			}
			return ids
		}
		units := func(in roster.UnitsInput) (ids []string) {
			l, err := s.Roster.Units(ctx, officer(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range l.Rows {
				ids = append(ids, r.Unit.ID)
			}
			return ids
		}
		people := func(in roster.ListInput) (ids []string) {
			l, err := s.Roster.People(ctx, officer(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range l.Rows {
				ids = append(ids, r.ID)
			}
			return ids
		}
		whole := len(posts(roster.PostsInput{On: day.None}))
		for address, want := range map[string][]string{
			"/kantor/ekspor/posts.csv?kosong=ya&urut=vacant":       posts(roster.PostsInput{On: day.None, Vacant: true, Sort: "vacant"}),
			"/kantor/ekspor/posts.csv?wilayah=31.72&urut=level":    posts(roster.PostsInput{On: day.None, Area: "31.72", Sort: "level"}),
			"/kantor/ekspor/posts.csv?jenjang=pelaksana&urut=unit": posts(roster.PostsInput{On: day.None, Level: "pelaksana", Sort: "unit"}),
			"/kantor/ekspor/units.csv?tanpa=head&urut=name":        units(roster.UnitsInput{On: day.None, Lacks: "head", Sort: "name"}),
			"/kantor/ekspor/units.csv?jenis=bidang&urut=kind":      units(roster.UnitsInput{On: day.None, Kind: "bidang", Sort: "kind"}),
			"/kantor/ekspor/people.csv?wilayah=31.71":              people(roster.ListInput{On: day.None, Area: "31.71"}),
			"/api/v1/exports/posts.csv?vacant=1&sort=vacant":       posts(roster.PostsInput{On: day.None, Vacant: true, Sort: "vacant"}),
			"/api/v1/exports/people.csv?area=31.71":                people(roster.ListInput{On: day.None, Area: "31.71"}),
		} {
			if len(want) == 0 || len(want) == whole {
				t.Errorf("%s: the list has %d rows and shows nothing", address, len(want))
			}
			if got := ids(t, h, address); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", address, got, want)
			}
		}
		webtest.Run(t, h, nil, webtest.Scenario{URL: "/kantor/ekspor/units.csv?tanpa=x", Status: 422}, webtest.Scenario{URL: "/kantor/ekspor/posts.csv?urut=nip", Status: 422})
		// Without an order those above come first, as an import wants them.
		if got := ids(t, h, "/kantor/ekspor/units.csv"); slices.Index(got, "dinkes") > slices.Index(got, "kosong") {
			t.Errorf("units come as %v", got)
		}
	})
}

// ids are the first cells of a file.
func ids(t *testing.T, h http.Handler, address string) (out []string) {
	t.Helper()
	res := httptest.NewRecorder()
	h.ServeHTTP(res, webtest.Scenario{URL: address}.Request(t))
	w := res.Body.Bytes()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(w, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) == 0 || rows[0][0] != "id" {
		t.Fatalf("%s: %v\n%s", address, err, w)
	}
	for _, r := range rows[1:] {
		out = append(out, r[0])
	}
	return out
}

// Who may export for a reason only is asked for it; it is in the record and on
// the pages of those who were given out, and not in the address.
func TestExportForAReason(t *testing.T) {
	office(t, func(t *testing.T, s *exchange.Service, _ *jobs.Runner, h http.Handler) {
		ctx := context.Background()
		for _, kind := range exchange.Kinds() {
			b, err := exchange.Example(kind)
			if err != nil {
				t.Fatal(err)
			}
			take(t, s, kind, string(b))
		}
		s.Roster.Allow = func(_ actor.Actor, action string, r roster.Resource) error {
			if why, _ := r.Attrs["reason"].(string); why == "" && action != "search.people" {
				return fault.New(fault.Denied, "access.reason", "x")
			}
			return nil
		}
		s.Allow = s.Roster.Allow
		count := func() []string {
			all, err := s.Book.Latest(ctx, -1, 1000, ledger.Filter{Kind: "merit.roster.exported"})
			if err != nil {
				t.Fatal(err)
			}
			out := make([]string, len(all))
			for i := range all {
				out[i] = all[i].Kind
			}
			return out
		}
		webtest.Run(t, h, count,
			webtest.Scenario{URL: "/kantor/ekspor", Want: []string{"/kantor/ekspor/people.csv"}},
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?unit=dinkes", Status: 403, Want: []string{"Mengapa Anda mengekspor", `action="/kantor/ekspor/people.csv?unit=dinkes"`}, NotWant: []string{"Siti"}},
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?unit=dinkes", Form: url.Values{"reason": {"  "}}, Status: 422, Want: []string{"perlu diisi"}},
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?unit=dinkes", Form: url.Values{"reason": {strings.Repeat("x", 501)}}, Status: 422, Want: []string{"501"}},
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?unit=dinkes", Form: url.Values{"reason": {"surat tugas 7/2023"}}, Want: []string{"Siti Contoh"}, NotWant: []string{"Budi"}, Entries: []string{"merit.roster.exported"}},
			webtest.Scenario{URL: "/api/v1/exports/people.csv", Status: 403},
		)
		s.Roster.Allow = yes
		looks, err := s.Roster.Looked(ctx, officer(), idOf(t, s, "197501012000032001"))
		if err != nil || len(looks) != 1 || looks[0].What != "export" || looks[0].Reason != "surat tugas 7/2023" {
			t.Errorf("%+v %v", looks, err)
		}
	})
}
