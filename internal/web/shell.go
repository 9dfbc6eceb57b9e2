package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"netral/internal/actor"
	"netral/internal/text"
)

// Item is one entry of the navigation: an address and the key of its name. With
// Show it is there only for those for whom Show says yes.
type Item struct {
	Href, Key string
	Show      func(actor.Actor) bool
}

// Doors are the paths by which people come in and go out.
type Doors struct {
	In      string // page to sign in; takes the page to come back to as "ke"
	Out     string // takes a POST
	Account string // page of whoever has signed in
}

// Config is what a shell needs to know. Text, Log and Now must be set.
type Config struct {
	Text *text.Catalogue
	Log  *slog.Logger
	// Now is the clock by which pages say "today". A demonstration may stand
	// still at a day of its choice.
	Now func() time.Time
	// Rand makes request numbers; crypto/rand when nil.
	Rand io.Reader

	Nav      []Item
	Edition  string // of the rules in force at the start; see SetEdition
	Doors    *Doors // nil where nobody signs in
	Operator string // who runs this, for the foot of every page
	Demo     bool   // shows the banner and the gallery

	// Who is who has signed in, with the grants of today; false for nobody. It is
	// asked once for each request, and only when somebody wants to know.
	Who func(*http.Request) (actor.Actor, bool)
	// Bearer is whose token a request to the API brings; false for none. One that
	// is no good is an error, and the request ends with it.
	Bearer func(*http.Request) (actor.Actor, bool, error)
	// Guard is asked before every handler, with the pattern of its route. Its
	// fault is what the person gets.
	Guard func(pattern string, who func() actor.Actor) error

	// HTTPS says that people reach this by https, also when a proxy speaks it
	// in front of us; cookies become Secure and browsers are told to stay.
	HTTPS bool
	// Origins are other origins whose forms may post here, as
	// "https://host"; normally none.
	Origins []string

	MaxBody int64                       // bytes of a request body; 1 MiB when 0
	Timeout time.Duration               // for one request; 30 s when 0
	Ready   func(context.Context) error // nil when ready to serve
}

// Shell serves pages. Make one with New; it may be used from many goroutines.
type Shell struct {
	Config

	edition atomic.Pointer[string]
	cross   *http.CrossOriginProtection
	assets  *assets
	metrics *metrics
}

// New checks the configuration and makes a shell.
func New(c Config) (*Shell, error) {
	if c.Text == nil || c.Log == nil || c.Now == nil {
		return nil, errors.New("web: Text, Log and Now must be set")
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.MaxBody <= 0 {
		c.MaxBody = 1 << 20
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	s := &Shell{Config: c, cross: http.NewCrossOriginProtection()}
	for _, o := range c.Origins {
		if err := s.cross.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("web: trusted origin: %w", err)
		}
	}
	s.SetEdition(c.Edition)
	var err error
	if s.assets, err = loadAssets(static); err != nil {
		return nil, err
	}
	s.metrics = newMetrics()
	return s, nil
}

// SetEdition names the edition of the rules in force at the foot of every page
// from now on.
func (s *Shell) SetEdition(edition string) { s.edition.Store(&edition) }

// Handler is a handler that returns what to send instead of sending it. An
// error becomes a page, or a problem document under /api.
type Handler func(*Request) (Response, error)

// Handle puts a handler on the mux. The pattern begins with a method; "GET"
// serves HEAD, too.
func (s *Shell) Handle(mux *http.ServeMux, pattern string, h Handler) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, s.request(r), h)
	})
}

func (s *Shell) answer(w http.ResponseWriter, r *Request, h Handler) {
	resp, err := h(r)
	if err == nil && resp == nil {
		err = errors.New("web: the handler returned neither a response nor an error")
	}
	if err == nil {
		err = resp.write(w, r)
	}
	if err != nil {
		s.fail(w, r, err)
	}
}

// Mount puts on the mux what every site has: style sheet and icons, the
// language switch, the page on privacy, the health of the process.
func (s *Shell) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /static/{name}", s.serveAsset)
	s.Handle(mux, "POST /bahasa", switchLanguage)
	s.Handle(mux, "GET /privasi", privacy)
	mux.HandleFunc("GET /sehat", s.health)
	mux.HandleFunc("GET /sehat/hidup", s.live)
	mux.HandleFunc("GET /sehat/siap", s.ready)
}

// Registry takes further metrics. They must say nothing about a person.
func (s *Shell) Registry() *prometheus.Registry { return s.metrics.registry }
