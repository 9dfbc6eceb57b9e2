package identity

import (
	"net/http"
	"strings"
	"time"

	"netral/internal/text"
)

// The cookies. With https each is called __Host-…: the browser then takes it
// only from this host, for all of it and over TLS, so that no neighbour under
// the same domain can plant one.
const (
	cookieSession = "netral"
	cookieDevice  = "netral-device"
	cookieStep    = "netral-step" // a sign-in between its steps
	cookieSSO     = "netral-sso"  // a sign-in that is away at the provider
)

func (s *Service) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (s *Service) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil || len(c.Value) > 1000 {
		return ""
	}
	return c.Value
}

// setCookie sets a cookie, or deletes it when age is not positive. Lax and not
// strict: a link in a mail must not look signed out, and no GET changes
// anything.
func (s *Service) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	c := &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: s.secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds()),
	}
	if age <= 0 {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
}

// deviceAge is how long a browser stays known.
const deviceAge = 365 * 24 * time.Hour

// setOpened puts a new session into cookies.
func (s *Service) setOpened(w http.ResponseWriter, o Opened) {
	s.setCookie(w, cookieSession, o.Token, o.Ends.Sub(s.DB.Now()))
	if o.Device != "" {
		s.setCookie(w, cookieDevice, o.Device, deviceAge)
	}
	s.setCookie(w, cookieStep, "", 0)
}

// client is what a request says of its browser.
func (s *Service) client(r *http.Request, lang string) Client {
	return Client{
		Network: network(s.Client(r)), Agent: agent(r.UserAgent()), Lang: lang,
		Session: s.cookie(r, cookieSession), Device: s.cookie(r, cookieDevice),
	}
}

// agent names a browser and a system in words that its owner recognises. The
// whole header would be a fingerprint, and nobody can read it.
func agent(header string) string {
	pick := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(header, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg/", "Edge", "OPR/", "Opera", "SamsungBrowser/", "Samsung Internet", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := pick("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system != "":
		return browser + system
	}
	return "?"
}

// Local makes an address safe to go to after signing in: one of this site, and
// not one that signs in or out. Everything else is "/".
func Local(to string) string {
	if len(to) == 0 || len(to) > 1000 || to[0] != '/' || len(to) > 1 && (to[1] == '/' || to[1] == '\\') {
		return "/"
	}
	for _, c := range []byte(to) {
		if c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>' {
			return "/"
		}
	}
	path, _, _ := strings.Cut(to, "?")
	path, _, _ = strings.Cut(path, "#")
	for _, own := range []string{"/masuk", "/keluar", "/pulih", "/bahasa"} {
		if path == own || strings.HasPrefix(path, own+"/") {
			return "/"
		}
	}
	// "/./" and "/../" are resolved by browsers before they go there.
	for part := range strings.SplitSeq(path, "/") {
		if p := strings.ReplaceAll(strings.ToLower(part), "%2e", "."); p == "." || p == ".." {
			return "/"
		}
	}
	return to
}

// langCookie sets the language of the pages as the switch in their head does.
func (s *Service) langCookie(w http.ResponseWriter, lang string) {
	if text.Known(lang) {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: lang, Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure})
	}
}
