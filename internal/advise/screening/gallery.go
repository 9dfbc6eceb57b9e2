package screening

import (
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// examples are texts for the start page, by catalogue key.
func examples() []string {
	return []string{"screening.example.post", "screening.example.invite", "screening.example.official", "screening.example.sport", "screening.example.hint"}
}

// Gallery shows each page in each of its states.
func (s *Service) Gallery() []web.Sample {
	read := func(key string, text func(*web.Request) string, on string) web.Sample {
		return web.Sample{Key: "screening-" + key, Draw: func(r *web.Request) web.Page {
			in := Input{Text: text(r), On: on}
			res, err := Screen(s.Basis(), in, day.Of(2024, 1, 15))
			if err != nil {
				return formPage(r, in, fault.Of(err))
			}
			return resultPage(r, in, res)
		}}
	}
	word := func(key string) func(*web.Request) string {
		return func(r *web.Request) string { return r.T(key) }
	}
	as := func(text string) func(*web.Request) string { return func(*web.Request) string { return text } }
	return []web.Sample{
		{Key: "screening-form", Draw: func(r *web.Request) web.Page { return formPage(r, Input{}, nil) }},
		read("wrong", as(" "), "31-02-2024"),
		read("partisan", word("screening.example.post"), ""),
		read("invite", word("screening.example.invite"), ""),
		read("neutral", word("screening.example.official"), ""),
		read("nothing", as("Kerja bakti jam tujuh, bawa sapu."), ""),
		read("unclear", word("screening.example.hint"), ""),
		read("closed", as("Dukung Anies capres 2029!"), "2026-11-25"),
		read("long", as(strings.Repeat("Bismillah, coblos nomor 2 ya. Kerja bakti jam tujuh.\n", 200)), ""),
	}
}
