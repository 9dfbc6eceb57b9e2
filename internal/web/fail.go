package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"netral/internal/fault"
)

// Status is the HTTP status of a kind of fault.
func Status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Denied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Busy:
		return http.StatusServiceUnavailable
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.SignIn:
		return http.StatusUnauthorized
	case fault.Stale:
		return http.StatusPreconditionFailed
	case fault.TooMany:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

// explain finds the fault in an error. Two causes that come from the frame and
// not from a use case get their meaning here.
func explain(err error) *fault.Error {
	f := fault.Of(err)
	if f.Kind != fault.Internal {
		return f
	}
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return &fault.Error{Kind: fault.TooLarge, Key: "web.too_large", Args: []any{kib(big.Limit)}, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &fault.Error{Kind: fault.Busy, Key: "web.timeout", Err: err}
	}
	return f
}

func (s *Shell) fail(w http.ResponseWriter, r *Request, err error) { s.failAs(w, r, 0, err) }

// failAs sends an error with a status that is not that of its kind.
func (s *Shell) failAs(w http.ResponseWriter, r *Request, status int, err error) {
	f := explain(err)
	if status == 0 {
		status = Status(f.Kind)
	}
	s.logFault(r.Context(), r.id, f)
	copyHeader(w.Header(), headerOf(f))
	if isAPI(r.Request) {
		s.sendProblem(w, r.Request, s.problem(r.Lang, r.id, status, f))
		return
	}
	if f.Kind == fault.SignIn && s.Doors != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		_ = Redirect{To: s.signIn(r)}.write(w, r) // the address is ours
		return
	}
	p := Page{Title: r.T(titleKey(status)), Status: status, Body: errorPage(r, status, f)}
	if r.read && r.bad == nil && r.Method == http.MethodPost && local(r.URL.Path) {
		p.Keep = &Keep{Action: r.URL.Path, Fields: r.values}
	}
	if err := p.write(w, r); err != nil {
		s.logFault(r.Context(), r.id, fault.Of(fmt.Errorf("draw error page: %w", err)))
		http.Error(w, r.Fault(f)+" ("+r.id+")", status)
	}
}

// signIn is the address of the sign-in page that leads back to the page asked
// for.
func (s *Shell) signIn(r *Request) string {
	to := back(r)
	if to == "/" || r.URL.Path == s.Doors.In {
		return s.Doors.In
	}
	return s.Doors.In + "?ke=" + url.QueryEscape(to)
}

// headerOf are the headers that a fault adds to its answer.
func headerOf(f *fault.Error) http.Header {
	h := http.Header{}
	if after := retryAfter(f); after != "" {
		h.Set("Retry-After", after)
	}
	if f.Kind == fault.SignIn {
		h.Set("WWW-Authenticate", `Bearer realm="netral"`)
	}
	return h
}

func copyHeader(to, from http.Header) {
	for k, v := range from {
		to[k] = v
	}
}

// retryAfter is the header of that name: the wait in whole seconds, never none
// where there is something to wait for.
func retryAfter(f *fault.Error) string {
	switch {
	case f.Kind != fault.Busy && f.Kind != fault.TooMany:
		return ""
	case f.Wait <= 0:
		return "5"
	}
	return strconv.Itoa(int(math.Ceil(f.Wait.Seconds())))
}

// titleKey is the heading of an error page.
func titleKey(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusConflict, http.StatusPreconditionFailed,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return "web.error." + strconv.Itoa(status)
	}
	return "web.error.500"
}

// errorLead is the message of a fault on a page of its own. The general message
// about fields speaks of a form that is still there, and here there is none.
func errorLead(r *Request, f *fault.Error) string {
	if f.Key == "fault.fields" {
		return r.T("web.error.fields")
	}
	return r.Fault(f)
}

// logFault writes what is ours to mend, once, here at the edge. Arguments are
// left out: they may be what the person wrote.
func (s *Shell) logFault(ctx context.Context, id string, f *fault.Error) {
	if f.Kind != fault.Internal && f.Kind != fault.Busy {
		return
	}
	cause := ""
	if f.Err != nil {
		cause = f.Err.Error()
	}
	s.Log.LogAttrs(ctx, levelError, "fault", str("id", id), str("kind", f.Kind.String()), str("key", f.Key), str("cause", cause))
}

// Problem is an error as the API tells it (RFC 9457), with what a program
// needs to show it at the right field.
type Problem struct {
	Type    string         `json:"type" doc:"Address of the kind's description" example:"/api#invalid"`
	Title   string         `json:"title" doc:"What went wrong, in a few words"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail" doc:"What was given and what is possible"`
	Hint    string         `json:"hint,omitempty" doc:"What to do next"`
	Kind    string         `json:"kind" doc:"Kind of fault" enum:"internal,invalid,denied,not_found,conflict,busy,too_large,sign_in,stale,too_many"`
	Key     string         `json:"key" doc:"Stable name of the message, for programs"`
	Request string         `json:"request" doc:"Number of the request, by which the log can be searched"`
	Fields  []ProblemField `json:"fields,omitempty" doc:"Every problem with an input, not only the first"`

	header http.Header
}

// GetHeaders makes huma send what belongs to the fault beside its document.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ProblemField is one problem with one input.
type ProblemField struct {
	Field   string `json:"field" doc:"Which input" example:"on"`
	Given   any    `json:"given,omitempty" doc:"What was given, shortened"`
	Message string `json:"message" doc:"What is wrong with it and what is possible"`
	Key     string `json:"key" doc:"Stable name of the message, for programs"`
}

// ContentType makes huma send problems as what they are.
func (*Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

func (s *Shell) problem(lang, id string, status int, f *fault.Error) *Problem {
	p := &Problem{
		Type: "/api#" + f.Kind.String(), Title: s.Text.T(lang, titleKey(status)), Status: status,
		Detail: s.Text.Fault(lang, f), Hint: s.Text.Hint(lang, f), Kind: f.Kind.String(), Key: f.Key, Request: id,
		header: headerOf(f),
	}
	for _, x := range f.Fields {
		pf := ProblemField{Field: x.Name, Message: s.Text.Field(lang, x), Key: x.Key}
		if len(x.Args) > 0 {
			pf.Given = given(x.Args[0])
		}
		p.Fields = append(p.Fields, pf)
	}
	return p
}

// given shortens what is sent back.
func given(v any) any {
	switch v := v.(type) {
	case nil, bool, int, int64, float64:
		return v
	case string:
		return clip(v, 100)
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return clip(fmt.Sprint(v), 100)
		}
		return clip(string(b), 100)
	}
}

func (s *Shell) sendProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	body, err := json.Marshal(p)
	if err != nil { // a given value that JSON cannot say; never silent
		p.Fields = nil
		body, _ = json.Marshal(p)
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Cache-Control", "no-store")
	_ = send(w, r, p.Status, body) // fails only in packing, before anything was sent, and never for memory
}
