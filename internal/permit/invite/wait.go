package invite

import (
	"context"
	"net/url"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
)

// Wait is something that waits for somebody.
type Wait struct {
	Title string // key of what is to be done, with Args
	Args  []any
	Who   string
	Href  string
	Due   time.Time // zero when there is no hurry
}

// Waiting says what of invitations waits for somebody.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) ([]Wait, error) {
	if !who.Known() {
		return nil, nil
	}
	b, err := s.Board(ctx, who)
	if err != nil {
		return nil, nil //nolint:nilerr // who may read none waits for none
	}
	var out []Wait
	put := func(tray, title string, due func(Line) day.Day) {
		for _, l := range b.Trays[tray] {
			at := address(l.ID)
			if tray == TraySlip {
				at = slipAddress(l.Letter.ID)
			}
			out = append(out, Wait{title, []any{l.Title, l.Day}, l.Organiser, at, (due(l) + 1).Start()})
		}
	}
	event := func(l Line) day.Day { return l.Day }
	put(TraySlip, "invite.wait.slip", func(l Line) day.Day { return l.Due })
	put(TrayDecide, "invite.wait.decide", event)
	put(TraySign, "invite.wait.sign", event)
	put(TrayRead, "invite.wait.read", event)
	return out, nil
}

func address(id string) string { return "/kantor/undangan/" + url.PathEscape(id) }

func letterAddress(code string) string { return "/kantor/surat/" + url.PathEscape(code) }

func slipAddress(code string) string { return letterAddress(code) + "/slip" }

func organiserAddress(id string) string { return "/kantor/penyelenggara/" + url.PathEscape(id) }

func reserveAddress(id string) string { return "/kantor/cadangan/" + url.PathEscape(id) }

// PublicAddress is where anybody checks a letter: what its QR leads to.
func PublicAddress(l *Letter) string { return checkAddress(l.ID) + "/" + digest(l.Sum) }

func checkAddress(code string) string { return "/periksa/surat/" + url.PathEscape(code) }
