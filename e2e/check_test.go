package e2e

import (
	"io"
	"net/http"
	"testing"
)

// TestOutline holds what decides whether axe looks at a page again in a wider
// window: it sees what a style sheet hides, shows or makes a table of, in the
// page and in its frame, and nothing else.
func TestOutline(t *testing.T) {
	pages := map[string]struct {
		css             string
		content, framed bool // differ
	}{
		"/colour":  {"p { color: green; width: 90px }", false, false},
		"/hidden":  {"p { display: none }", true, false},
		"/unseen":  {"p { visibility: hidden }", true, false},
		"/cells":   {"p { display: table-cell }", true, false},
		"/menu":    {"header a { display: none }", false, true},
		"/flex":    {"p, main { display: flex }", false, false},
		"/nothing": {"", false, false},
	}
	mux := http.NewServeMux()
	for path, p := range pages {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>x</title><style>@media (min-width: 700px) {`+p.css+`}</style><body><header><a href="/">x</a></header><main><p>x</p></main></body></html>`)
		})
	}
	tab := Open(t, mux).Tab(Phone)
	for path, p := range pages {
		tab.resize(Phone)
		tab.Visit(path)
		content, frame := tab.outline()
		tab.resize(Desk)
		wide, wideFrame := tab.outline()
		if (content != wide) != p.content || (frame != wideFrame) != p.framed {
			t.Errorf("%s: the page differs %v, its frame %v, want %v and %v", path, content != wide, frame != wideFrame, p.content, p.framed)
		}
		if tab.scripted() {
			t.Errorf("%s has script", path)
		}
	}
	for _, add := range []string{"document.body.append(document.createElement('script'))", "document.body.append(document.createElement('noscript'))", "document.body.setAttribute('onload', 'x')"} {
		tab.Visit("/nothing")
		eval[any](tab, add+";0")
		if !tab.scripted() {
			t.Errorf("after %s the page is taken for one without script", add)
		}
	}
}
