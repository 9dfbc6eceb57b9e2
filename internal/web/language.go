package web

import (
	"net/http"

	"netral/internal/fault"
	"netral/internal/text"
)

// The fields of the language form. Values leaves them out.
const (
	langField   = "_lang"
	toField     = "_to"     // where to go back to with GET
	actionField = "_action" // where to send the kept fields with POST
)

const langCookie = "lang"

// language of a request: the cookie, else what the browser asks for.
func language(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && text.Known(c.Value) {
		return c.Value
	}
	return text.Match(r.Header.Get("Accept-Language"))
}

// switchLanguage answers POST /bahasa. A page that came from a GET is asked
// for again; for one that answered a POST the browser is told to send the same
// body on (307), so that nothing the person gave passes through an address.
func switchLanguage(r *Request) (Response, error) {
	if _, err := r.Values(); err != nil {
		return nil, err
	}
	lang, to, action := r.raw(langField), r.raw(toField), r.raw(actionField)
	if !text.Known(lang) {
		return nil, fault.New(fault.Invalid, "web.lang_unknown", clip(lang, 20), text.Langs())
	}
	if action != "" && !local(action) {
		return nil, fault.New(fault.Invalid, "web.lang_target")
	}
	if !local(to) {
		to = "/"
	}
	return switched{lang: lang, to: to, action: action}, nil
}

type switched struct{ lang, to, action string }

func (s switched) write(w http.ResponseWriter, r *Request) error {
	http.SetCookie(w, &http.Cookie{
		Name: langCookie, Value: s.lang, Path: "/", MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.Shell.HTTPS || r.TLS != nil,
	})
	if s.action == "" {
		return Redirect{To: s.to}.write(w, r)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", s.action)
	w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

// other is the language that the switch offers.
func other(lang string) string {
	if lang == text.ID {
		return text.EN
	}
	return text.ID
}

// back is where the language switch returns to after a page from a GET. After
// a POST without Keep there is nothing to return to but the start.
func back(r *Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if to := r.URL.RequestURI(); local(to) {
			return to
		}
	}
	return "/"
}
