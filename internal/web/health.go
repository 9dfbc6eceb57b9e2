package web

import (
	"encoding/json"
	"net/http"
)

// health says both at once, for people.
func (s *Shell) health(w http.ResponseWriter, r *http.Request) { s.sayHealth(w, s.isReady(r)) }

// live says that the process answers; a supervisor restarts it when it does
// not. It asks nothing of the database.
func (s *Shell) live(w http.ResponseWriter, _ *http.Request) { s.sayHealth(w, true) }

// ready says whether requests should be sent here.
func (s *Shell) ready(w http.ResponseWriter, r *http.Request) { s.sayHealth(w, s.isReady(r)) }

func (s *Shell) isReady(r *http.Request) bool {
	if s.Ready == nil {
		return true
	}
	if err := s.Ready(r.Context()); err != nil {
		s.Log.LogAttrs(r.Context(), levelError, "not ready", str("cause", err.Error()))
		return false
	}
	return true
}

func (s *Shell) sayHealth(w http.ResponseWriter, ok bool) {
	status := http.StatusOK
	if !ok {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		OK bool `json:"ok"`
	}{ok})
}
