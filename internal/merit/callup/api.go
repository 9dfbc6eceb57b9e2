package callup

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/sample"
	"netral/internal/web"
)

// RoundDoc is a round as the API gives it.
type RoundDoc struct {
	ID         string         `json:"id"`
	Programme  string         `json:"programme"`
	Number     int            `json:"number"`
	State      string         `json:"state" enum:"sealed,drawn,void"`
	Rules      lot.Rules      `json:"rules"`
	Sealed     lot.Sealed     `json:"sealed"`
	Announced  time.Time      `json:"announced"`
	Source     lot.Source     `json:"source"`
	Groups     []GroupDoc     `json:"groups"`
	KeptOff    map[string]int `json:"kept_off"`
	Intact     bool           `json:"intact" doc:"What was sealed is still there as it was sealed"`
	FileSum    string         `json:"file_sum,omitempty" doc:"SHA-256 of the published file"`
	VoidWhy    string         `json:"void_why,omitempty"`
	VoidNote   string         `json:"void_note,omitempty"`
	CallStates map[string]int `json:"call_states"`
}

// GroupDoc is a group of a round.
type GroupDoc struct {
	Name        string   `json:"name"`
	Listed      int      `json:"listed"`
	Quota       int      `json:"quota"`
	Drawn       []string `json:"drawn"`
	Substitutes []string `json:"substitutes"`
}

func roundDoc(v RoundView) *RoundDoc {
	d := &RoundDoc{ID: v.ID, Programme: v.Programme, Number: v.Number, State: v.State, Rules: v.Rules, Sealed: v.Sealed, Announced: v.Announced, Source: v.Source,
		KeptOff: v.Left, Intact: v.Broken == nil, FileSum: v.FileSum, VoidWhy: v.VoidWhy, VoidNote: v.VoidNote, CallStates: v.States}
	d.Sealed.Entry = v.Entry
	for _, g := range v.Groups {
		x := GroupDoc{Name: g.Name, Listed: g.N, Quota: g.Quota, Drawn: []string{}, Substitutes: []string{}}
		for _, y := range v.Drawn {
			if y.Name == g.Name {
				x.Drawn, x.Substitutes = y.Drawn, y.Next
			}
		}
		d.Groups = append(d.Groups, x)
	}
	return d
}

// BoardDoc is what is published.
type BoardDoc struct {
	Programmes []ProgrammeDoc `json:"programmes"`
}

// ProgrammeDoc is a programme with the numbers of its rounds.
type ProgrammeDoc struct {
	Rules  lot.Rules     `json:"rules"`
	Sum    string        `json:"sum" doc:"SHA-256 of the rules, as a seal has it; name it to change them"`
	Rounds []RoundNumber `json:"rounds"`
}

// RoundNumber names a round.
type RoundNumber struct {
	ID        string    `json:"id"`
	Number    int       `json:"number"`
	State     string    `json:"state"`
	Announced time.Time `json:"announced"`
}

// FairnessDoc are the tests.
type FairnessDoc struct {
	Drawn int       `json:"drawn"`
	Tests []TestDoc `json:"tests"`
}

// TestDoc is one test.
type TestDoc struct {
	By       string  `json:"by" enum:"unit,sex,grade"`
	Name     string  `json:"name"`
	Listed   int     `json:"listed"`
	Drawn    int     `json:"drawn"`
	Expected float64 `json:"expected"`
	Low      int     `json:"usual_low"`
	High     int     `json:"usual_high"`
	P        float64 `json:"p"`
	Holm     float64 `json:"p_holm"`
}

// CallDoc is a call as who asks may see it.
type CallDoc struct {
	ID        string     `json:"id"`
	Round     string     `json:"round"`
	Person    string     `json:"person"`
	Name      string     `json:"name"`
	Post      string     `json:"post"`
	Unit      string     `json:"unit"`
	Group     string     `json:"group"`
	Place     int        `json:"place"`
	State     string     `json:"state"`
	Due       time.Time  `json:"due"`
	Late      bool       `json:"late"`
	Why       string     `json:"why,omitempty"`
	Panel     []Member   `json:"panel"`
	Questions []Question `json:"questions"`
	Points    *float64   `json:"points,omitempty"`
	Max       *int       `json:"max,omitempty"`
	Alpha     *float64   `json:"alpha,omitempty" doc:"Krippendorff's alpha; absent when it is not known"`
	Reply     string     `json:"reply,omitempty"`
}

func callDoc(v CallView) *CallDoc {
	d := &CallDoc{ID: v.ID, Round: v.Round, Person: v.Person, Name: v.Name, Post: v.PostTitle, Unit: v.UnitName, Group: v.Group, Place: v.Place, State: v.State,
		Due: v.Due, Late: v.Late(v.Now), Why: v.Why, Panel: v.Panel, Questions: v.Questions}
	if r := v.Result; r != nil {
		d.Points, d.Max, d.Reply = &r.Points, &r.Max, v.Reply
		if r.Known {
			d.Alpha = &r.Alpha
		}
	}
	return d
}

// DeskDoc is what the office has before it.
type DeskDoc struct {
	Late   []RoundNumber `json:"late"`
	Broken []string      `json:"broken" doc:"Rounds whose seal does not fit any more"`
	Calls  []CallDoc     `json:"calls"`
}

// MineDoc is what concerns a person.
type MineDoc struct {
	Month  string      `json:"month" doc:"Exact chance to be drawn this month, as a fraction"`
	Ever   string      `json:"ever" doc:"Exact chance to have been drawn by now, as a fraction"`
	Rounds []ChanceDoc `json:"rounds"`
	Calls  []string    `json:"calls"`
	Panels []string    `json:"panels"`
}

// ChanceDoc is the chance of one round.
type ChanceDoc struct {
	Round   string `json:"round"`
	Chance  string `json:"chance"`
	KeptOff string `json:"kept_off,omitempty"`
	State   string `json:"state,omitempty"`
}

// CheckDoc is what recomputing a file gave.
type CheckDoc struct {
	Good     bool       `json:"good"`
	Sum      string     `json:"sum"`
	Listed   int        `json:"listed"`
	Drawn    int        `json:"drawn"`
	Problems []FoundDoc `json:"problems"`
}

// FoundDoc is something that does not hold.
type FoundDoc struct {
	Part string `json:"part"`
	Key  string `json:"key"`
}

// EntryDoc names what was written.
type EntryDoc struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Entry int64  `json:"entry" doc:"Index in the record"`
}

type nothing struct{}

type idIn struct {
	ID string `path:"id"`
}

type sealIn struct {
	ID   string `path:"id"`
	Body struct {
		At     time.Time `json:"at,omitempty" doc:"Announced moment"`
		Beacon uint64    `json:"beacon,omitempty" doc:"Announced round of the beacon, instead of a moment"`
	}
}

type beaconIn struct {
	ID   string `path:"id"`
	Body struct {
		Number    uint64 `json:"number"`
		Signature string `json:"signature"`
	}
}

type diceIn struct {
	ID   string `path:"id"`
	Body struct {
		Digits    string `json:"digits"`
		Witnesses string `json:"witnesses"`
	}
}

type voidIn struct {
	ID   string `path:"id"`
	Body struct {
		Why  string `json:"why" enum:"list,late,changed"`
		Note string `json:"note"`
	}
}

type stepIn struct {
	ID   string `path:"id"`
	Body struct {
		Do      string   `json:"do" enum:"ack,excuse,panel,open,score,read,reply,file,miss"`
		Kind    string   `json:"kind,omitempty"`
		Note    string   `json:"note,omitempty"`
		Members []string `json:"members,omitempty"`
		Points  []int    `json:"points,omitempty"`
		Reply   string   `json:"reply,omitempty"`
	}
}

type programmeIn struct {
	Was  string `query:"was" doc:"sum of the rules that you saw; left out for a new programme"`
	Body lot.Rules
}

type checkIn struct {
	File string `json:"file" doc:"The draw file, base64"`
}

// API puts the use cases on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path, key string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: "callup.api." + key, Description: "callup.api." + key + "_about"}
	}
	web.JSON(api, sh, op("callup-board", http.MethodGet, "/callup", "board"), func(ctx context.Context, who actor.Actor, _ *nothing) (*BoardDoc, error) {
		b, err := s.Board(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &BoardDoc{Programmes: []ProgrammeDoc{}}
		for _, p := range b.Programmes {
			d := ProgrammeDoc{Rules: p.Rules, Rounds: []RoundNumber{}}
			if d.Sum, err = lot.RulesSum(p.Rules); err != nil {
				return nil, err
			}
			for _, r := range p.Rounds {
				d.Rounds = append(d.Rounds, RoundNumber{r.ID, r.Number, r.State, r.Announced})
			}
			out.Programmes = append(out.Programmes, d)
		}
		return out, nil
	})
	web.JSON(api, sh, op("callup-round", http.MethodGet, "/callup/rounds/{id}", "round"), func(ctx context.Context, who actor.Actor, in *idIn) (*RoundDoc, error) {
		v, err := s.RoundByID(ctx, who, in.ID)
		return roundDoc(v), err
	})
	web.JSON(api, sh, op("callup-fairness", http.MethodGet, "/callup/fairness", "fairness"), func(ctx context.Context, who actor.Actor, _ *nothing) (*FairnessDoc, error) {
		list, drawn, err := s.Fairness(ctx, who)
		out := &FairnessDoc{Drawn: drawn, Tests: []TestDoc{}}
		for _, t := range list {
			out.Tests = append(out.Tests, TestDoc{t.By, t.Name, t.Listed, t.X, t.Expected, t.Low, t.High, t.P, t.Holm})
		}
		return out, err
	})
	web.JSON(api, sh, op("callup-check", http.MethodPost, "/callup/check", "check"), func(_ context.Context, who actor.Actor, in *checkIn) (*CheckDoc, error) {
		if err := s.allow(who, ActPublic, Resource{Type: "round"}); err != nil {
			return nil, err
		}
		raw, err := base64.StdEncoding.DecodeString(in.File)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "lot.broken", 1)
		}
		f, err := lot.Parse(raw)
		if err != nil {
			return nil, err
		}
		r := f.Check(s.Chain)
		out := &CheckDoc{Good: r.Clean(), Sum: sample.Sum(raw), Listed: r.Listed, Drawn: r.Drawn, Problems: []FoundDoc{}}
		for _, p := range r.Problems {
			out.Problems = append(out.Problems, FoundDoc{p.Part, p.Key})
		}
		return out, nil
	})
	web.JSON(api, sh, op("callup-mine", http.MethodGet, "/callup/mine", "mine"), func(ctx context.Context, who actor.Actor, _ *nothing) (*MineDoc, error) {
		m, err := s.Mine(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &MineDoc{Month: m.Chances.Month.RatString(), Ever: m.Chances.Ever.RatString(), Rounds: []ChanceDoc{}, Calls: []string{}, Panels: []string{}}
		for _, c := range m.Chances.Rounds {
			out.Rounds = append(out.Rounds, ChanceDoc{c.Round, c.P().RatString(), c.Off, c.State})
		}
		for _, c := range m.Calls {
			out.Calls = append(out.Calls, c.ID)
		}
		for _, c := range m.Panels {
			out.Panels = append(out.Panels, c.ID)
		}
		return out, nil
	})
	web.JSON(api, sh, op("callup-desk", http.MethodGet, "/callup/desk", "desk"), func(ctx context.Context, who actor.Actor, _ *nothing) (*DeskDoc, error) {
		d, err := s.Desk(ctx, who)
		out := &DeskDoc{Late: []RoundNumber{}, Broken: []string{}, Calls: []CallDoc{}}
		for _, r := range d.Late {
			out.Late = append(out.Late, RoundNumber{r.ID, r.Number, r.State, r.Announced})
		}
		for _, r := range d.Broken {
			out.Broken = append(out.Broken, r.ID)
		}
		for _, c := range d.Calls {
			out.Calls = append(out.Calls, *callDoc(CallView{Call: c, Now: d.Now}))
		}
		return out, err
	})
	web.JSON(api, sh, op("callup-call", http.MethodGet, "/callup/calls/{id}", "call"), func(ctx context.Context, who actor.Actor, in *idIn) (*CallDoc, error) {
		v, err := s.CallView(ctx, who, in.ID)
		return callDoc(v), err
	})
	s.writeAPI(api, sh, op)
}

func (s *Service) writeAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	web.JSON(api, sh, op("callup-programme", http.MethodPut, "/callup/programmes", "programme"), func(ctx context.Context, who actor.Actor, in *programmeIn) (*EntryDoc, error) {
		receipt, err := s.Change(ctx, who, in.Body, in.Was)
		return &EntryDoc{ID: in.Body.ID, Entry: receipt.Index}, err
	})
	web.JSON(api, sh, op("callup-seal", http.MethodPost, "/callup/programmes/{id}/rounds", "seal"), func(ctx context.Context, who actor.Actor, in *sealIn) (*EntryDoc, error) {
		r, receipt, err := s.Seal(ctx, who, SealInput{Programme: in.ID, At: in.Body.At, Beacon: in.Body.Beacon})
		return &EntryDoc{r.ID, r.State, receipt.Index}, err
	})
	web.JSON(api, sh, op("callup-beacon", http.MethodPost, "/callup/rounds/{id}/beacon", "beacon"), func(ctx context.Context, who actor.Actor, in *beaconIn) (*EntryDoc, error) {
		r, receipt, err := s.Beacon(ctx, who, BeaconInput{Round: in.ID, Number: in.Body.Number, Signature: in.Body.Signature})
		return &EntryDoc{r.ID, r.State, receipt.Index}, err
	})
	web.JSON(api, sh, op("callup-dice", http.MethodPost, "/callup/rounds/{id}/dice", "dice"), func(ctx context.Context, who actor.Actor, in *diceIn) (*EntryDoc, error) {
		r, receipt, err := s.RollDice(ctx, who, DiceInput{Round: in.ID, Digits: in.Body.Digits, Witnesses: in.Body.Witnesses})
		return &EntryDoc{r.ID, r.State, receipt.Index}, err
	})
	web.JSON(api, sh, op("callup-void", http.MethodPost, "/callup/rounds/{id}/void", "void"), func(ctx context.Context, who actor.Actor, in *voidIn) (*EntryDoc, error) {
		r, receipt, err := s.Void(ctx, who, VoidInput{Round: in.ID, Why: in.Body.Why, Note: in.Body.Note})
		return &EntryDoc{r.ID, r.State, receipt.Index}, err
	})
	web.JSON(api, sh, op("callup-step", http.MethodPost, "/callup/calls/{id}", "step"), func(ctx context.Context, who actor.Actor, in *stepIn) (*EntryDoc, error) {
		c, receipt, err := s.step(ctx, who, in.ID, step{do: in.Body.Do, kind: in.Body.Kind, note: in.Body.Note, members: in.Body.Members, points: in.Body.Points, reply: in.Body.Reply})
		return &EntryDoc{c.ID, c.State, receipt.Index}, err
	})
}
