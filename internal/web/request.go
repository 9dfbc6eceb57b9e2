package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
)

// maxValues bounds the fields of one form. The largest form has a few dozen.
const maxValues = 1000

// Request is a request with its language and with who asks.
type Request struct {
	*http.Request
	Who   actor.Actor
	Lang  string
	Shell *Shell

	id     string
	values url.Values // once read
	read   bool
	bad    error
}

// ID is the number of the request, by which the log can be searched.
func (r *Request) ID() string { return r.id }

// T is a message in the language of the request.
func (r *Request) T(key string, args ...any) string { return r.Shell.Text.T(r.Lang, key, args...) }

// N is a message in the plural form for n, which is its first argument.
func (r *Request) N(key string, n int, args ...any) string {
	return r.Shell.Text.N(r.Lang, key, n, args...)
}

// Today is the day in Jakarta.
func (r *Request) Today() day.Day { return day.At(r.Shell.Now()) }

// Fault is what a person reads of a fault.
func (r *Request) Fault(f *fault.Error) string { return r.Shell.Text.Fault(r.Lang, f) }

// Field is the message about the named field of a fault, or empty.
func (r *Request) Field(f *fault.Error, name string) string {
	if f == nil {
		return ""
	}
	for _, p := range f.Fields {
		if p.Name == name {
			return r.Shell.Text.Field(r.Lang, p)
		}
	}
	return ""
}

// Values are the fields of a form in the body, urlencoded or multipart. They
// are valid UTF-8 without NUL, and lines end in "\n". Names that begin with an
// underscore belong to the shell and are left out. The query of the address is
// never part of it. Faults: TooLarge, Invalid.
func (r *Request) Values() (url.Values, error) {
	if !r.read {
		r.read = true
		r.values, r.bad = r.parse()
	}
	return r.values, r.bad
}

func (r *Request) parse() (url.Values, error) {
	given := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case err == nil && kind == "multipart/form-data":
		// The limit of the body is the limit of memory: nothing is written to
		// temporary files.
		err = r.ParseMultipartForm(r.Shell.MaxBody)
	default:
		return nil, fault.New(fault.Invalid, "web.form_type", clip(given, 60))
	}
	if err != nil {
		if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
			return nil, fault.Wrap(fault.TooLarge, err, "web.too_large", kib(big.Limit))
		}
		// The parser's own words may hold what the person wrote; they stay here.
		return nil, fault.New(fault.Invalid, "web.form_broken")
	}
	return tidy(r.PostForm)
}

// raw are all fields, those of the shell, too.
func (r *Request) raw(name string) string {
	if _, err := r.Values(); err != nil {
		return ""
	}
	return r.PostForm.Get(name)
}

func tidy(in url.Values) (url.Values, error) {
	out, n := make(url.Values, len(in)), 0
	for k, vs := range in {
		if n += len(vs); n > maxValues {
			return nil, fault.New(fault.Invalid, "web.form_fields", maxValues)
		}
		if strings.HasPrefix(k, "_") {
			continue
		}
		k = clean(k)
		for _, v := range vs {
			out[k] = append(out[k], clean(v))
		}
	}
	return out, nil
}

// clean makes a text that every database and every page can hold. Browsers end
// the lines of a text area with CR LF.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsAny(s, "\x00\r") {
		return s
	}
	return strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n").Replace(s)
}

// Upload is a file that came with a form.
type Upload struct {
	Name string // as the person's machine calls it; for display only
	Body []byte
}

// Upload is the file in the named field, or nil when none was chosen. Faults
// are those of Values.
func (r *Request) Upload(name string) (*Upload, error) {
	if _, err := r.Values(); err != nil {
		return nil, err
	}
	if r.MultipartForm == nil || len(r.MultipartForm.File[name]) == 0 {
		return nil, nil
	}
	h := r.MultipartForm.File[name][0]
	if h.Filename == "" && h.Size == 0 {
		return nil, nil
	}
	f, err := h.Open()
	if err != nil {
		return nil, fault.New(fault.Invalid, "web.form_broken")
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(f)
	if err != nil {
		return nil, fault.New(fault.Invalid, "web.form_broken")
	}
	return &Upload{Name: clip(clean(h.Filename), 200), Body: body}, nil
}

// clip shortens what is shown back, by whole characters. What cannot be seen,
// or turns the order of what can be, becomes a replacement character.
func clip(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	count := 0
	for i := range s {
		if count == n {
			return s[:i] + "…"
		}
		count++
	}
	return s
}

func kib(n int64) int { return int((n + 1023) / 1024) }

type stateKey struct{}

// state is what the outermost handler knows of a request.
type state struct {
	id, lang string
	who      func() actor.Actor // resolved once
}

// newState is the state of a request. A failure to find out who asks is one of
// the request.
func (s *Shell) newState(r *http.Request) (*state, error) {
	st := &state{id: s.newID(), lang: language(r)}
	via := "page"
	if isAPI(r) {
		via = "api"
	}
	name := func(a actor.Actor, ok bool) actor.Actor {
		if !ok {
			return actor.Anonymous(via, st.lang)
		}
		a.Via, a.Lang = via, st.lang
		return a
	}
	if via == "api" && s.Bearer != nil {
		a, ok, err := s.Bearer(r)
		if err != nil || ok {
			st.who = func() actor.Actor { return name(a, ok) }
			return st, err
		}
	}
	st.who = sync.OnceValue(func() actor.Actor {
		if s.Who == nil {
			return name(actor.Actor{}, false)
		}
		return name(s.Who(r))
	})
	return st, nil
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

func (s *Shell) request(r *http.Request) *Request {
	st, ok := r.Context().Value(stateKey{}).(*state)
	if !ok { // a handler called without Shell.Handler around it
		var err error
		if st, err = s.newState(r); err != nil {
			s.Log.LogAttrs(r.Context(), levelError, "who asks is not known", str("id", st.id), str("cause", err.Error()))
		}
	}
	return &Request{Request: r, Who: st.who(), Lang: st.lang, Shell: s, id: st.id}
}
