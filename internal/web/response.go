package web

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Response is what a handler sends: a Page, a Redirect or a File.
type Response interface {
	write(w http.ResponseWriter, r *Request) error
}

// Page is a whole page in the frame of the site.
type Page struct {
	Title  string          // without the name of the site
	Nav    string          // Href of the navigation item that this page belongs to
	Body   templ.Component // begins with the one h1 of the page
	Status int             // 200 when 0
	Keep   *Keep           // must be set when the page answers a POST
	// Script is the path on this site of the one script file that the page may
	// run; the pages that talk to a device for passkeys have one. No other runs,
	// and none inside the page.
	Script string
	// Private keeps the page out of the browser's store, as all pages of somebody
	// who has signed in: for those that show a secret before that.
	Private bool
	Wide    bool // tables and timelines; text pages are narrow
	// Refresh makes the browser load the page again after that time: for what is
	// still going on. It needs no script.
	Refresh time.Duration
}

// Keep is what the language switch sends again so that a page that answers a
// POST appears in the other language with nothing lost.
type Keep struct {
	Action string
	Fields url.Values
}

// Redirect sends the browser to another page of this site with status 303.
type Redirect struct{ To string }

// File is something to download or, with Inline, to show.
type File struct {
	Name   string // what the person's machine should call it
	Type   string // media type
	Body   []byte
	Inline bool
	MaxAge time.Duration // how long anybody may keep it without asking
	ETag   string        // of the content, without quotes; "" when there is none
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled keeps one giant page from holding memory for ever.
const maxPooled = 1 << 20

func (p Page) write(w http.ResponseWriter, r *Request) error {
	if p.Body == nil {
		return errors.New("web: a page without a body")
	}
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxPooled {
			buffers.Put(buf)
		}
	}()
	if err := layout(r, p).Render(r.Context(), buf); err != nil {
		return fmt.Errorf("web: draw page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", r.Lang)
	// A page depends on the cookie and may show a person's own answers: it is
	// for this browser only and is asked for anew. Not no-store, because the
	// way back must not lose what was typed.
	h.Set("Cache-Control", "private, no-cache")
	if r.Who.Known() || p.Private {
		// What is shown to somebody who has signed in must not come back with the
		// browser's Back once they have signed out.
		h.Set("Cache-Control", "private, no-store")
	}
	if p.Script != "" {
		if !local(p.Script) {
			return fmt.Errorf("web: the script %q is not of this site", clip(p.Script, 60))
		}
		h.Set("Content-Security-Policy", policy+"; script-src 'self'")
	}
	if p.Refresh > 0 {
		h.Set("Refresh", strconv.Itoa(max(1, int(p.Refresh.Seconds()))))
	}
	h.Add("Vary", "Accept-Language, Cookie")
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	return send(w, r.Request, status, buf.Bytes())
}

func (d Redirect) write(w http.ResponseWriter, r *Request) error {
	if !local(d.To) {
		return fmt.Errorf("web: redirect to %q leaves the site", clip(d.To, 60))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", d.To)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// local reports whether an address stays on this site. Browsers read a
// backslash as a slash, and "//host" as another host.
func local(to string) bool {
	if len(to) == 0 || len(to) > 2000 || to[0] != '/' || len(to) > 1 && (to[1] == '/' || to[1] == '\\') {
		return false
	}
	for _, c := range []byte(to) {
		if c <= ' ' || c == 0x7f || c == '\\' {
			return false
		}
	}
	u, err := url.Parse(to)
	return err == nil && u.Host == "" && u.Scheme == ""
}

func (f File) write(w http.ResponseWriter, r *Request) error {
	if _, _, err := mime.ParseMediaType(f.Type); err != nil || strings.ContainsAny(f.Type, "\r\n") {
		return fmt.Errorf("web: file %q has the type %q", f.Name, f.Type)
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	how := "attachment"
	if f.Inline {
		how = "inline"
	}
	if f.Name != "" {
		// FormatMediaType quotes, encodes what is not ASCII, and is empty for
		// what cannot be a file name.
		if d := mime.FormatMediaType(how, map[string]string{"filename": fileName(f.Name)}); d != "" {
			how = d
		}
	}
	h.Set("Content-Disposition", how)
	switch {
	case r.Who.Known() || h.Get("Set-Cookie") != "":
		// Nothing of somebody who has signed in stays anywhere: not that they had
		// the file, and least of all the new token of a session, which may come
		// with any answer.
		h.Set("Cache-Control", "private, no-store")
	case f.MaxAge > 0:
		h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(f.MaxAge.Seconds())))
	case f.ETag != "":
		h.Set("Cache-Control", "no-cache")
	default:
		h.Set("Cache-Control", "private, no-store")
	}
	if f.ETag != "" {
		// Weak, because the packed and the plain body share it.
		tag := `W/"` + strings.Map(tagByte, f.ETag) + `"`
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			h.Del("Content-Type")
			h.Del("Content-Disposition")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	return send(w, r.Request, http.StatusOK, f.Body)
}

// fileName drops what no file system and no header should see.
func fileName(s string) string {
	return strings.Map(func(c rune) rune {
		if c == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|`, c) {
			return '-'
		}
		return c
	}, clip(s, 120))
}

func tagByte(c rune) rune {
	if c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
		return -1
	}
	return c
}

// matches compares weakly, as RFC 9110 asks for If-None-Match.
func matches(header, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for have := range strings.SplitSeq(header, ",") {
		have = strings.TrimPrefix(strings.TrimSpace(have), "W/")
		if have == "*" || have == tag {
			return true
		}
	}
	return false
}
