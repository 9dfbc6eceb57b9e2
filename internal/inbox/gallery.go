package inbox

import (
	"time"

	"netral/internal/web"
)

// Gallery is the page in each of its states, with made-up items.
func Gallery() []web.Sample {
	links := []Link{{"/kantor", "inbox.title", "inbox.none_about"}}
	page := func(key string, box func(now time.Time) Box) web.Sample {
		return web.Sample{Key: "inbox-" + key, Draw: func(r *web.Request) web.Page {
			return pageOf(view{r: r, box: box(r.Shell.Now()), links: links})
		}}
	}
	return []web.Sample{
		page("full", func(now time.Time) Box {
			return Box{Late: 1, Total: 39, Items: []Item{
				{Kind: "inbox.overdue", Title: "inbox.all", Who: "dr. Siti Nurhaliza, M.Kes.", Href: "/kantor", Due: now.Add(-5 * time.Hour), Overdue: true},
				{Kind: "inbox.waiting", Title: "inbox.all", Who: "Budi Santoso", Href: "/kantor", Due: now.Add(40 * time.Hour)},
				{Kind: "inbox.waiting", Title: "inbox.office", Href: "/kantor", Count: 37},
			}}
		}),
		page("none", func(time.Time) Box { return Box{} }),
		page("lost", func(now time.Time) Box {
			return Box{Total: 1, Lost: []string{"inbox.office"}, Items: []Item{{Kind: "inbox.waiting", Title: "inbox.all", Href: "/kantor", Due: now.Add(time.Hour)}}}
		}),
	}
}
