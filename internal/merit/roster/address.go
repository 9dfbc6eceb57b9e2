package roster

import (
	"maps"
	"net/url"

	"netral/internal/day"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// address is the page of a list with its filter, from which the addresses of
// its other pages, its other orders and its file are made.
type address struct {
	r      *web.Request
	path   string
	on     day.Day
	values url.Values
	take   bool // the list may be taken along as a file
}

func (a address) set(name, value string) address {
	if value != "" {
		a.values.Set(name, value)
	}
	return a
}

// to is the same list with one value changed; "" changes none.
func (a address) to(name, value string) string {
	q := maps.Clone(a.values)
	if name != "" {
		q.Set(name, value)
		if value == "" {
			q.Del(name)
		}
	}
	if a.on != a.r.Today() {
		q.Set("tanggal", a.on.String())
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// export is the same list as a file; "" for those who may not take it along.
func (a address) export(kind string) string {
	if !a.take {
		return ""
	}
	a.path = "/kantor/ekspor/" + kind + ".csv"
	return a.to("", "")
}

// orders are the headings by which a list can be sorted; "" for those by which
// it cannot. The first sort of a list is its usual one. Lists are sorted one way
// only: names from A, weights from the greatest.
func (a address) orders(now string, columns ...string) []ui.Order {
	out := make([]ui.Order, len(columns))
	for i, c := range columns {
		if c == "" {
			continue
		}
		out[i].Href = a.to("urut", c)
		if now == c || now == "" && i == 0 {
			out[i].Sorted = "ascending"
			switch c {
			case "grade", "level", "vacant":
				out[i].Sorted = "descending"
			}
		}
	}
	return out
}

// mayTake says whether whoever asks may take lists along.
func (s *Service) mayTake(r *web.Request) bool {
	return s.allow(r.Who, "roster.export", Resource{Type: "roster"}) == nil
}
