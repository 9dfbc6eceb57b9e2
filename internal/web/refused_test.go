package web

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"netral/internal/fault"
)

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int // 0: the request ends
	}{
		{nil, 0}, {errors.New("disk"), 0}, {fault.New(fault.Denied, "k"), 0}, {fault.New(fault.NotFound, "k"), 0},
		{fault.New(fault.Invalid, "k"), http.StatusUnprocessableEntity}, {fault.New(fault.Conflict, "k"), http.StatusConflict},
		{fault.Fields{{Name: "a", Key: "k"}}.Err(), http.StatusUnprocessableEntity},
	} {
		f := Mendable(c.err)
		if (f != nil) != (c.status != 0) {
			t.Errorf("%v: mendable %v", c.err, f)
		}
		form := url.Values{"a": {"typed"}}
		p := Page{Title: "t"}.Refused(f, "/here", form)
		if p.Status != c.status || (p.Keep != nil) != (f != nil) {
			t.Errorf("%v: status %d, keeps %v", c.err, p.Status, p.Keep)
		}
		if p.Keep != nil && (p.Keep.Action != "/here" || p.Keep.Fields.Get("a") != "typed") {
			t.Errorf("%v: keeps %v", c.err, p.Keep)
		}
	}
}
