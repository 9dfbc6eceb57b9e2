package promote

import (
	"net/http"

	"netral/internal/actor"
	"netral/internal/web"
)

// CareerRoutes puts one's own pages on the mux for somebody who has signed in.
func (s *Service) CareerRoutes(mux *http.ServeMux, sh *web.Shell, who actor.Actor) {
	as := func(h web.Handler) web.Handler {
		return func(r *web.Request) (web.Response, error) {
			r.Who = who
			return h(r)
		}
	}
	sh.Handle(mux, "GET /kantor/saya/karier", as(s.careerPage))
	sh.Handle(mux, "POST /kantor/saya/karier", as(s.careerPost))
	sh.Handle(mux, "POST /kantor/saya/karier/tanggapan", as(s.replyPost))
	sh.Handle(mux, "GET /kantor/saya/karier/pengusul", as(s.ownPromoterPage))
	sh.Handle(mux, "GET /kantor/promosi/kebijakan", as(s.policyPage))
	sh.Handle(mux, "POST /kantor/promosi/kebijakan", as(s.policyPost))
}
