package web

import (
	"slices"
	"strings"
)

// nav are the items of the navigation that this person gets.
func (r *Request) nav() []Item {
	out := make([]Item, 0, len(r.Shell.Nav))
	for _, it := range r.Shell.Nav {
		if it.Show == nil || it.Show(r.Who) {
			out = append(out, it)
		}
	}
	return out
}

// who is what the head of the page calls whoever has signed in.
func (r *Request) who() string {
	if r.Who.Name != "" {
		return r.Who.Name
	}
	return r.Who.ID
}

// roles names the roles of today, each once. A role held for another says so.
func (r *Request) roles() string {
	var out []string
	for _, g := range r.Who.Grants {
		name := r.T("access.role." + g.Role)
		if g.Acting {
			name = r.T("web.acting", name)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return r.T("web.no_role")
	}
	return strings.Join(out, " · ")
}
