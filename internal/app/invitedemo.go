package app

import (
	"context"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/identity"
	"netral/internal/merit/roster"
	"netral/internal/permit/invite"
	"netral/internal/store"
)

// invitations fills a demonstration with invitations: a harmless prayer meeting,
// one whose last line hides party flags, one whose organiser is the mayor's
// brother-in-law, and letters in every state. It does nothing where there are some.
func (h *house) invitations(ctx context.Context, cfg demo.Config) error {
	list, _, err := h.invite.Organisers(ctx, actor.Actor{ID: "account:demo", Via: "cli", Lang: "id", Grants: []actor.Grant{{Role: identity.RoleEmployee}}})
	if err != nil || len(list) > 0 {
		return err
	}
	accounts, err := demo.Accounts(cfg)
	if err != nil {
		return err
	}
	by := map[string]actor.Actor{}
	for _, a := range accounts {
		by[a.Login] = actor.Actor{ID: "demo:" + a.Login, Via: "cli", Lang: "id", Person: a.Person, Name: a.Name, Grants: []actor.Grant{{Role: a.Role, Unit: a.Unit, Area: a.Area}}}
	}
	d := inviteDemo{h: h, ctx: ctx, camat: by["demo.camat"], mayor: by["demo.walikota"], outreach: by["demo.penyuluh"], lurah: by["demo.lurah"]}
	if d.camat.Person == "" || d.mayor.Person == "" {
		return nil
	}
	kin := roster.Batch{Relations: []roster.Relation{{Person: d.mayor.Person, Other: d.outreach.Person, Kind: "in_law", From: day.Of(2015, time.June, 1), Until: day.None}}}
	if _, err := h.roster.Bulk(ctx, h.loader(), kin, roster.Source{Kind: "demo", Name: "undangan"}); err != nil {
		return err
	}
	return d.fill()
}

type inviteDemo struct {
	h                             *house
	ctx                           context.Context
	camat, mayor, outreach, lurah actor.Actor
}

// at is the service as it was some days ago.
func (d *inviteDemo) at(ago int) (*invite.Service, day.Day, error) {
	s, err := d.h.inviter(d.h.invite.Base)
	if err != nil {
		return nil, 0, err
	}
	now := d.h.day.now
	s.Now = func() time.Time { return now().AddDate(0, 0, -ago) }
	s.Notify = nil
	return s, day.At(s.Now()), nil
}

func (d *inviteDemo) paper(title, organiser string, kinds []string, on day.Day, text string, who ...string) invite.EnterInput {
	if len(who) == 0 {
		who = []string{d.camat.Person}
	}
	return invite.EnterInput{Organiser: organiser, Kinds: kinds, Title: title, Day: on, From: "19:30", To: "21:00", Venue: "Balai warga RW 03, Gambir", Text: text, Role: invite.RoleAttend, Invited: who, Channel: "letter", Received: day.None}
}

const (
	prayerText = "Dengan hormat,\nKami mengundang Bapak/Ibu Camat hadir dalam pengajian bulanan.\nAcara: pembacaan ayat suci, tausiyah, doa bersama, ramah tamah.\nAtas kehadirannya kami ucapkan terima kasih."
	hiddenText = "Dengan hormat,\nDalam rangka mempererat silaturahmi warga, kami mengundang Bapak/Ibu Camat hadir dalam jalan sehat keluarga.\nAcara: senam bersama, jalan sehat 3 km, pembagian doorprize, hiburan organ tunggal.\nPeserta diharap memakai pakaian olahraga dan membawa air minum sendiri.\nCatatan panitia: sepanjang rute akan terpasang bendera dan spanduk PDIP."
)

// since is how many days ago, at most so many, the mayor could dispose already of
// what came to somebody: both may have come into their posts lately.
func (d *inviteDemo) since(ago int, person string) (int, error) {
	today := day.At(d.h.day.now())
	err := d.h.book.Read(d.ctx, func(ctx context.Context, tx *store.Tx) error {
		for ; ago > 0; ago-- {
			on := today - day.Day(ago)
			seats, err := d.h.seatsOf(ctx, tx, d.mayor.Person, on)
			if err != nil {
				return err
			}
			people, err := d.h.guests(ctx, tx, []string{person}, on)
			if err != nil {
				return err
			}
			for _, s := range seats {
				if slices.ContainsFunc(people[person].Path, func(u invite.Unit) bool { return u.ID == s.Unit.ID }) {
					return nil
				}
			}
		}
		return nil
	})
	return ago, err
}

// signed takes an invitation through to its letter, so many days ago or since it
// could be.
func (d *inviteDemo) signed(ago int, in invite.EnterInput, verdict string) (*invite.Service, invite.Invitation, invite.Letter, error) {
	ago, err := d.since(ago, in.Invited[0])
	if err != nil {
		return nil, invite.Invitation{}, invite.Letter{}, err
	}
	s, _, err := d.at(ago)
	if err != nil {
		return nil, invite.Invitation{}, invite.Letter{}, err
	}
	x, _, err := s.Enter(d.ctx, d.camat, in)
	if err != nil {
		return nil, x, invite.Letter{}, err
	}
	if _, _, err = s.Dispose(d.ctx, d.mayor, invite.DisposeInput{Invitation: x.ID, Version: x.Version, Verdict: verdict, Instruction: "Hadir mewakili kecamatan, pulang sesudah doa", Deadline: day.None, Why: "Diminta menyampaikan program layanan"}); err != nil {
		return nil, x, invite.Letter{}, err
	}
	l, _, err := s.Sign(d.ctx, d.mayor, invite.SignInput{Invitation: x.ID, Version: x.Version + 1, Task: "menyapa warga"})
	return s, x, l, err
}

func (d *inviteDemo) fill() error {
	s, today, err := d.at(0)
	if err != nil {
		return err
	}
	taklim := []string{invite.Religious, invite.MassOrg}
	// Waiting for a disposition: harmless, hidden flags, a relative.
	relative := d.paper("Syukuran kantor baru", "Ikatan Alumni Cempaka", []string{invite.MassOrg}, today+9, prayerText)
	relative.Person = d.outreach.Person
	for _, in := range []invite.EnterInput{
		d.paper("Pengajian bulanan", "Majelis Taklim Al-Ikhlas", taklim, today+7, prayerText),
		d.paper("Jalan sehat keluarga", "Paguyuban Warga Sehat", []string{invite.Neighbourhood}, today+12, hiddenText),
		relative,
	} {
		if _, _, err := s.Enter(d.ctx, d.camat, in); err != nil {
			return err
		}
	}
	// Letters: valid, replaced, withdrawn, a refusal, over with slips and without.
	if _, _, _, err := d.signed(0, d.paper("Doa bersama awal bulan", "Majelis Taklim Al-Ikhlas", taklim, today+3, prayerText), invite.Go); err != nil {
		return err
	}
	sv, x, _, err := d.signed(1, d.paper("Lomba azan anak", "Majelis Taklim Al-Ikhlas", taklim, today+5, prayerText), invite.Go)
	if err != nil {
		return err
	}
	if _, _, err := sv.Sign(d.ctx, d.mayor, invite.SignInput{Invitation: x.ID, Version: x.Version + 2, Task: "membuka lomba", Replace: true}); err != nil {
		return err
	}
	sv, _, l, err := d.signed(1, d.paper("Bazar murah", "Paguyuban Warga Sehat", nil, today+6, prayerText), invite.Go)
	if err != nil {
		return err
	}
	if _, _, err := sv.Revoke(d.ctx, d.mayor, l.ID, "Panitia mengubah acaranya menjadi kampanye"); err != nil {
		return err
	}
	if _, _, _, err := d.signed(2, d.paper("Deklarasi relawan", "Relawan Melati Bersatu", []string{invite.Volunteers}, today+8, hiddenText), invite.Decline); err != nil {
		return err
	}
	if err := d.over(s, today); err != nil {
		return err
	}
	// A reserve for the day the network fails.
	unit, err := d.office()
	if err != nil {
		return err
	}
	_, _, err = s.Draw(d.ctx, d.mayor, invite.ReserveInput{Office: unit, Count: 5, Why: "Cadangan bila jaringan putus"})
	return err
}

// over are events that have been: one with its slip, one without. They are left out
// where it is too short since those who were there came into their posts.
func (d *inviteDemo) over(s *invite.Service, today day.Day) error {
	ago, err := d.since(20, d.camat.Person)
	if err != nil {
		return err
	}
	if ago >= 2 {
		_, _, l, err := d.signed(ago, d.paper("Senam lansia", "Paguyuban Warga Sehat", nil, today-day.Day(ago*2/3), prayerText), invite.Go)
		if err != nil {
			return err
		}
		if _, _, err := s.Return(d.ctx, d.camat, invite.ReturnInput{Letter: l.ID, Report: invite.Report{Result: invite.LeftIt, Why: invite.WhySigns, Time: "20:05", Signs: true, Picture: "asked", Note: "Bendera dipasang setelah pembukaan"}}); err != nil {
			return err
		}
	}
	if ago, err = d.since(15, d.lurah.Person); err != nil || ago < 2 {
		return err
	}
	_, _, _, err = d.signed(ago, d.paper("Kerja bakti kali", "Paguyuban Warga Sehat", nil, today-day.Day(ago/2), prayerText, d.lurah.Person), invite.Go)
	return err
}

// office is the unit that the mayor heads.
func (d *inviteDemo) office() (string, error) {
	desk, err := d.h.invite.Desk(d.ctx, d.mayor)
	if err != nil {
		return "", err
	}
	return desk.Offices[0].Seat.Unit.ID, nil
}
