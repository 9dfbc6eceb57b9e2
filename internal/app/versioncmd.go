package app

import (
	"runtime"
	"runtime/debug"

	"netral/internal/advise/ask"
)

type versionCmd struct {
	JSON bool `help:"${h_json}"`
}

// version is what `netral version --json` prints.
type version struct {
	Version  string          `json:"version"`
	Revision string          `json:"revision,omitempty"`
	Modified bool            `json:"modified,omitempty"` // built from a tree with uncommitted changes
	Go       string          `json:"go"`
	Platform string          `json:"platform"`
	Book     ask.BookRef     `json:"book"`
	Calendar ask.CalendarRef `json:"calendar"`
}

// Version is the release this tree becomes; CHANGELOG.md tells what is in it.
const Version = "0.1.0"

func (c *versionCmd) Run(r *run) error {
	k, err := loadKnowledge("")
	if err != nil {
		return err
	}
	v := version{
		Version: Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Book:     ask.BookRef{ID: k.book.ID, Edition: k.book.Edition, SHA256: k.book.SHA256},
		Calendar: ask.CalendarRef{Edition: k.edition.ID, SHA256: k.edition.SHA256},
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Revision = s.Value
			case "vcs.modified":
				v.Modified = s.Value == "true"
			}
		}
	}
	if c.JSON {
		return r.JSON(v)
	}
	r.Sayf("netral %s (%s, %s) %s", v.Version, v.Go, v.Platform, v.Revision)
	r.Sayf("%s %s  %s", v.Book.ID, v.Book.Edition, v.Book.SHA256)
	r.Sayf("%s %s  %s", r.T("app.calendar"), v.Calendar.Edition, v.Calendar.SHA256)
	return nil
}
