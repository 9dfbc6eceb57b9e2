package invite

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// InvitationDoc is an invitation on the API.
type InvitationDoc struct {
	ID           string           `json:"id"`
	State        string           `json:"state"`
	Version      int              `json:"version"`
	Title        string           `json:"title"`
	Organiser    string           `json:"organiser"`
	Day          string           `json:"day"`
	From         string           `json:"from"`
	To           string           `json:"to,omitempty"`
	Venue        string           `json:"venue"`
	Text         string           `json:"text"`
	Outcome      string           `json:"outcome" doc:"Of the vetting, with a letter"`
	Without      string           `json:"outcome_without_letter"`
	Edition      string           `json:"edition" doc:"Of the conduct book and the calendar"`
	Grounds      []GroundDoc      `json:"grounds"`
	Conditions   []string         `json:"conditions" doc:"Under which one may go"`
	Route        []StepDoc        `json:"route"`
	Dispositions []DispositionDoc `json:"dispositions"`
	Letters      []LetterDoc      `json:"letters"`
}

// GroundDoc is a ground of a vetting.
type GroundDoc struct {
	Kind       string     `json:"kind"`
	Weight     string     `json:"weight" doc:"An outcome; empty for information"`
	Title      string     `json:"title"`
	Text       string     `json:"text,omitempty"`
	Law        string     `json:"law,omitempty"`
	Confidence string     `json:"confidence,omitempty"`
	Quotes     []QuoteDoc `json:"quotes"`
	Words      string     `json:"words,omitempty" doc:"Quoted from elsewhere"`
}

// QuoteDoc is a stretch of the text.
type QuoteDoc struct {
	From int    `json:"from" doc:"In bytes"`
	To   int    `json:"to"`
	Text string `json:"text"`
	Word string `json:"word"`
}

// StepDoc is a seat of the route.
type StepDoc struct {
	Office  string   `json:"office"`
	Title   string   `json:"title"`
	Holders []string `json:"holders"`
	Skip    string   `json:"skip,omitempty" doc:"Why it passes to the next"`
}

// DispositionDoc is a disposition.
type DispositionDoc struct {
	ID          string   `json:"id"`
	State       string   `json:"state"`
	Verdict     string   `json:"verdict"`
	By          string   `json:"by"`
	Capacity    string   `json:"capacity"`
	For         string   `json:"for,omitempty" doc:"For whom somebody stands in"`
	Instruction string   `json:"instruction"`
	People      []string `json:"people"`
	Deadline    string   `json:"deadline"`
	Read        int      `json:"read"`
	Why         string   `json:"why,omitempty"`
}

// LetterDoc is a letter.
type LetterDoc struct {
	Code     string    `json:"code"`
	Kind     string    `json:"kind"`
	No       string    `json:"no"`
	State    string    `json:"state"`
	Day      string    `json:"day"`
	Until    string    `json:"until"`
	By       string    `json:"by"`
	Capacity string    `json:"capacity"`
	For      string    `json:"for,omitempty"`
	Title    string    `json:"title"`
	On       string    `json:"on"`
	People   []string  `json:"people"`
	Sum      string    `json:"sha256"`
	Check    string    `json:"check" doc:"Address at which anybody checks it"`
	Offline  string    `json:"offline,omitempty"`
	Next     string    `json:"next,omitempty" doc:"Code of the letter that replaces it"`
	Slips    []SlipDoc `json:"slips,omitempty"`
}

// SlipDoc is a return slip.
type SlipDoc struct {
	Person  string `json:"person"`
	Due     string `json:"due"`
	Result  string `json:"result,omitempty"`
	Why     string `json:"why,omitempty"`
	Time    string `json:"time,omitempty"`
	Signs   bool   `json:"signs,omitempty"`
	Picture string `json:"picture,omitempty"`
	Note    string `json:"note,omitempty"`
}

func (s *Service) letterDoc(l *Letter) LetterDoc {
	d := LetterDoc{Code: l.ID, Kind: l.Kind, No: l.No, State: l.State, Day: l.Day.String(), Until: l.Until.String(), By: l.Hand.Name, Capacity: l.Hand.Kind, For: l.Hand.For, Title: l.Title, On: l.On.String(), People: []string{}, Sum: l.Sum, Check: s.Base + PublicAddress(l), Offline: l.Offline, Next: l.Next}
	for _, p := range l.People {
		d.People = append(d.People, p.Name)
	}
	return d
}

func (s *Service) workDoc(ctx context.Context, who actor.Actor, id string) (*InvitationDoc, error) {
	w, err := s.Work(ctx, who, id)
	if err != nil {
		return nil, err
	}
	lang := who.Lang
	d := &InvitationDoc{ID: w.ID, State: w.State, Version: w.Version, Title: w.Title, Organiser: w.Organiser.Name, Day: w.Day.String(), From: w.From, To: w.To, Venue: w.Venue, Text: w.Text, Outcome: w.Vetting.Outcome, Without: w.Vetting.Without, Edition: w.Vetting.Edition,
		Grounds: []GroundDoc{}, Conditions: []string{}, Route: []StepDoc{}, Dispositions: []DispositionDoc{}, Letters: []LetterDoc{}}
	for _, g := range w.Vetting.Grounds {
		x := GroundDoc{Kind: g.Kind, Weight: g.Weight, Title: g.Title.In(lang), Text: g.Text.In(lang), Law: g.Law.In(lang), Confidence: g.Confidence, Quotes: []QuoteDoc{}, Words: g.Words}
		for _, q := range g.Quotes {
			x.Quotes = append(x.Quotes, QuoteDoc{q.From, q.To, w.Text[q.From:q.To], q.Word.In(lang)})
		}
		d.Grounds = append(d.Grounds, x)
	}
	for _, c := range w.Vetting.Rules {
		d.Conditions = append(d.Conditions, c.In(lang))
	}
	for _, st := range w.Steps {
		x := StepDoc{Office: st.Seat.Unit.ID, Title: st.Seat.Title, Holders: []string{}, Skip: st.Skip.In(lang)}
		for _, h := range st.Seat.Holders {
			x.Holders = append(x.Holders, h.Name)
		}
		d.Route = append(d.Route, x)
	}
	for _, x := range w.Dispositions {
		d.Dispositions = append(d.Dispositions, DispositionDoc{x.ID, x.State, x.Verdict, x.Hand.Name, x.Hand.Kind, x.Hand.For, x.Instruction, x.People, x.Deadline.String(), len(x.Read), x.Why})
	}
	for i := range w.Letters {
		d.Letters = append(d.Letters, s.letterDoc(&w.Letters[i]))
	}
	return d, nil
}

type eventBody struct {
	Organiser string   `json:"organiser,omitempty" doc:"Id or name; an unknown name is put into the register"`
	Kinds     []string `json:"kinds,omitempty" doc:"Of an organiser that is not there yet"`
	Contact   string   `json:"contact,omitempty"`
	Person    string   `json:"person,omitempty" doc:"NIP of the organiser's contact, when they serve here"`
	Title     string   `json:"title,omitempty"`
	Day       string   `json:"day,omitempty" example:"2023-12-02"`
	From      string   `json:"from,omitempty" example:"19:30"`
	To        string   `json:"to,omitempty"`
	Venue     string   `json:"venue,omitempty"`
	Text      string   `json:"text,omitempty" doc:"Of the invitation, with its programme"`
	Role      string   `json:"role,omitempty" enum:"attend,speak,duty"`
	Speakers  []string `json:"speakers,omitempty"`
	Requests  []string `json:"requests,omitempty" doc:"money, goods, mobilise, facility, greeting"`
	Invited   []string `json:"invited,omitempty" doc:"NIPs; none for whoever asks"`
	Channel   string   `json:"channel,omitempty" doc:"letter, whatsapp, email, spoken, other"`
	Ref       string   `json:"ref,omitempty"`
	Received  string   `json:"received,omitempty"`
	Version   int      `json:"version,omitempty" doc:"That the author saw; for amending"`
}

func (b *eventBody) input() (EnterInput, error) {
	var f fault.Fields
	in := EnterInput{Organiser: b.Organiser, Kinds: b.Kinds, Contact: b.Contact, Person: b.Person, Title: b.Title, Day: apiDay(&f, "day", b.Day), From: b.From, To: b.To, Venue: b.Venue, Text: b.Text, Role: b.Role, Speakers: b.Speakers, Requests: b.Requests, Invited: b.Invited, Channel: b.Channel, Ref: b.Ref, Received: apiDay(&f, "received", b.Received)}
	return in, f.Err()
}

// apiDay reads a day of a body; an empty one is none.
func apiDay(f *fault.Fields, name, given string) day.Day {
	d, err := day.Parse(given)
	if err != nil {
		f.Add(given == "", name, "invite.check.date", clip(given))
		return day.None
	}
	return d
}

type (
	inviteEnterIn struct{ Body eventBody }
	inviteAmendIn struct {
		ID   string `path:"id"`
		Body eventBody
	}
	byID struct {
		ID string `path:"id"`
	}
	byCode struct {
		Code string `path:"code" doc:"As on the paper"`
	}
	inviteWhyIn struct {
		ID   string `path:"id"`
		Body struct {
			Version int    `json:"version,omitempty"`
			Why     string `json:"why,omitempty"`
		}
	}
	inviteDisposeIn struct {
		ID   string `path:"id"`
		Body struct {
			Version     int      `json:"version,omitempty"`
			Verdict     string   `json:"verdict,omitempty" enum:"go,decline"`
			Instruction string   `json:"instruction,omitempty"`
			People      []string `json:"people,omitempty" doc:"NIPs; none for who was invited"`
			Deadline    string   `json:"deadline,omitempty"`
			Why         string   `json:"why,omitempty" doc:"Against a warning or a ban"`
		}
	}
	inviteSignIn struct {
		ID   string `path:"id"`
		Body struct {
			Version int    `json:"version,omitempty"`
			Task    string `json:"task,omitempty"`
			Replace bool   `json:"replace,omitempty"`
		}
	}
	inviteRevokeIn struct {
		Code string `path:"code"`
		Body struct {
			Why string `json:"why,omitempty"`
		}
	}
	inviteSlipIn struct {
		Code string `path:"code"`
		Body struct {
			Result  string `json:"result,omitempty" enum:"attended,left,absent"`
			Why     string `json:"why,omitempty" doc:"signs, campaign, other; of leaving"`
			Time    string `json:"time,omitempty"`
			Signs   bool   `json:"signs,omitempty"`
			Picture string `json:"picture,omitempty" doc:"no, asked, yes"`
			Note    string `json:"note,omitempty"`
		}
	}
)

// BoardDoc is the trays of whoever asks.
type BoardDoc struct {
	Trays map[string][]LineDoc `json:"trays"`
}

// LineDoc is an invitation in a tray.
type LineDoc struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Organiser string `json:"organiser"`
	Day       string `json:"day"`
	State     string `json:"state"`
	Outcome   string `json:"outcome"`
}

// CheckDoc is what anybody learns of a letter.
type CheckDoc struct {
	State  string     `json:"state" doc:"valid, expired, withdrawn, superseded, unknown, altered, reserved, void"`
	Why    string     `json:"why,omitempty"`
	Letter *LetterDoc `json:"letter,omitempty"`
}

func op(id, method, path, key string) huma.Operation {
	return huma.Operation{OperationID: "invite-" + id, Method: method, Path: "/invite" + path, Tags: []string{"invite"}, Summary: "invite.api." + key, Description: "invite.api." + key + "_about"}
}

// API puts invitations on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	s.registerAPI(api, sh)
	// answered is the invitation as it is after a change.
	answered := func(ctx context.Context, who actor.Actor, id string, err error) (*InvitationDoc, error) {
		if err != nil {
			return nil, err
		}
		return s.workDoc(ctx, who, id)
	}
	web.JSON(api, sh, op("board", http.MethodGet, "/board", "board"), func(ctx context.Context, who actor.Actor, _ *struct{}) (*BoardDoc, error) {
		b, err := s.Board(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &BoardDoc{Trays: map[string][]LineDoc{}}
		for _, t := range Trays() {
			for _, l := range b.Trays[t] {
				out.Trays[t] = append(out.Trays[t], LineDoc{l.ID, l.Title, l.Organiser, l.Day.String(), l.State, l.Vetting.Outcome})
			}
		}
		return out, nil
	})
	web.JSON(api, sh, op("enter", http.MethodPost, "/invitations", "enter"), func(ctx context.Context, who actor.Actor, in *inviteEnterIn) (*InvitationDoc, error) {
		e, err := in.Body.input()
		if err != nil {
			return nil, err
		}
		x, _, err := s.Enter(ctx, who, e)
		return answered(ctx, who, x.ID, err)
	})
	web.JSON(api, sh, op("invitation", http.MethodGet, "/invitations/{id}", "invitation"), func(ctx context.Context, who actor.Actor, in *byID) (*InvitationDoc, error) {
		return s.workDoc(ctx, who, in.ID)
	})
	web.JSON(api, sh, op("amend", http.MethodPut, "/invitations/{id}", "amend"), func(ctx context.Context, who actor.Actor, in *inviteAmendIn) (*InvitationDoc, error) {
		e, err := in.Body.input()
		if err == nil {
			_, _, err = s.Amend(ctx, who, in.ID, in.Body.Version, e)
		}
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("withdraw", http.MethodPost, "/invitations/{id}/withdraw", "withdraw"), func(ctx context.Context, who actor.Actor, in *inviteWhyIn) (*InvitationDoc, error) {
		_, _, err := s.Drop(ctx, who, in.ID, in.Body.Version, in.Body.Why)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("dispose", http.MethodPost, "/invitations/{id}/disposition", "dispose"), func(ctx context.Context, who actor.Actor, in *inviteDisposeIn) (*InvitationDoc, error) {
		var f fault.Fields
		x := DisposeInput{Invitation: in.ID, Version: in.Body.Version, Verdict: in.Body.Verdict, Instruction: in.Body.Instruction, People: in.Body.People, Deadline: apiDay(&f, "deadline", in.Body.Deadline), Why: in.Body.Why}
		err := f.Err()
		if err == nil {
			_, _, err = s.Dispose(ctx, who, x)
		}
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("take-back", http.MethodPost, "/invitations/{id}/disposition/take-back", "take"), func(ctx context.Context, who actor.Actor, in *inviteWhyIn) (*InvitationDoc, error) {
		_, _, err := s.TakeBack(ctx, who, in.ID, in.Body.Why)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("read", http.MethodPost, "/invitations/{id}/disposition/read", "read"), func(ctx context.Context, who actor.Actor, in *byID) (*InvitationDoc, error) {
		_, _, err := s.MarkRead(ctx, who, in.ID)
		return answered(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("sign", http.MethodPost, "/invitations/{id}/letter", "sign"), func(ctx context.Context, who actor.Actor, in *inviteSignIn) (*LetterDoc, error) {
		l, _, err := s.Sign(ctx, who, SignInput{in.ID, in.Body.Version, in.Body.Task, in.Body.Replace})
		if err != nil {
			return nil, err
		}
		d := s.letterDoc(&l)
		return &d, nil
	})
	web.JSON(api, sh, op("letter", http.MethodGet, "/letters/{code}", "letter"), func(ctx context.Context, who actor.Actor, in *byCode) (*LetterDoc, error) {
		v, err := s.Letter(ctx, who, in.Code)
		if err != nil {
			return nil, err
		}
		d := s.letterDoc(&v.Letter)
		for _, sl := range v.Slips {
			d.Slips = append(d.Slips, SlipDoc{v.Names[sl.Person], sl.Due.String(), sl.Result, sl.Report.Why, sl.Time, sl.Signs, sl.Picture, sl.Note})
		}
		return &d, nil
	})
	web.JSON(api, sh, op("revoke", http.MethodPost, "/letters/{code}/withdraw", "revoke"), func(ctx context.Context, who actor.Actor, in *inviteRevokeIn) (*LetterDoc, error) {
		l, _, err := s.Revoke(ctx, who, in.Code, in.Body.Why)
		if err != nil {
			return nil, err
		}
		d := s.letterDoc(&l)
		return &d, nil
	})
	web.JSON(api, sh, op("slip", http.MethodPost, "/letters/{code}/slip", "slip"), func(ctx context.Context, who actor.Actor, in *inviteSlipIn) (*SlipDoc, error) {
		b := in.Body
		sl, _, err := s.Return(ctx, who, ReturnInput{in.Code, Report{b.Result, b.Why, b.Time, b.Signs, b.Picture, b.Note}})
		if err != nil {
			return nil, err
		}
		return &SlipDoc{"", sl.Due.String(), sl.Result, sl.Why, sl.Time, sl.Signs, sl.Picture, sl.Note}, nil
	})
	web.JSON(api, sh, op("check", http.MethodGet, "/check/{code}", "check"), func(ctx context.Context, who actor.Actor, in *byCode) (*CheckDoc, error) {
		f, err := s.Check(ctx, who, in.Code, "")
		if err != nil {
			return nil, err
		}
		d := &CheckDoc{State: f.State, Why: f.Why}
		if f.Letter != nil && f.State != PublicAltered {
			l := s.letterDoc(f.Letter)
			d.Letter = &l
		}
		return d, nil
	})
}
