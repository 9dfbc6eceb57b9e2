package web

import (
	"net/http"
	"net/url"

	"netral/internal/fault"
)

// Mendable is the fault for which a form is shown once more, with what was typed:
// a field is wrong, or somebody else was quicker. It is nil for what ends the
// request, and where there is no error.
func Mendable(err error) *fault.Error {
	f := fault.Of(err)
	if f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		return f
	}
	return nil
}

// Refused is the page with a form that was not taken: its status says so, and the
// language switch sends the form again. With f nil it is the page as it is.
func (p Page) Refused(f *fault.Error, action string, form url.Values) Page {
	if f == nil {
		return p
	}
	p.Status = http.StatusUnprocessableEntity
	if f.Kind == fault.Conflict {
		p.Status = http.StatusConflict
	}
	p.Keep = &Keep{Action: action, Fields: form}
	return p
}
